//! Applying a delta to a shard.

use super::super::folder::{Lock, MANIFEST, write_atomically};
use super::manifest::{FileNote, ShardManifest, records_path, segment_path};
use super::open::{Shard, checked_file};
use crate::error::{Error, Result};
use crate::fingerprint::Algorithm;
use crate::gallery::ShardInfo;
use std::path::Path;

/// Makes a shard what a delta says: its files are added, and its manifest is replaced last. Nothing is written before
/// the whole shard was checked as it will be.
///
/// # Errors
/// [`Error::WrongBase`] where the delta does not continue the shard as it is; [`Error::InUse`] where another process
/// applies one; as [`Shard::open`] for either folder; [`Error::Io`].
pub(crate) fn apply(folder: &Path, delta: &Path, algorithm: &Algorithm) -> Result<ShardInfo> {
    let next = ShardManifest::read_delta(delta)?;
    ShardManifest::read_shard(folder)?; // a folder that is no shard gets no lock file
    let _lock = Lock::acquire(folder)?;
    let now = ShardManifest::read_shard(folder)?;
    if !is_next(&now, &next, delta)? {
        return Ok(now.info()); // it was applied before
    }
    let added = next.layers.len() - 1;
    let folder_of = |layer: usize| if layer == added { delta } else { folder };
    let shard = Shard::load(folder, next.clone(), &folder_of, algorithm)?;
    if let Some(layer) = next.newest() {
        // Checked once more, as it is copied: the delta may lie on a medium that somebody takes out.
        let copy =
            |note: &FileNote, from: &Path, to: &Path| write_atomically(to, checked_file(from, note)?.bytes());
        for (number, segment) in layer.segments.iter().enumerate() {
            let [from, to] = [delta, folder].map(|folder| segment_path(folder, added, number));
            copy(&segment.file, &from, &to)?;
        }
        if let Some(note) = &layer.records {
            copy(note, &records_path(delta, added), &records_path(folder, added))?;
        }
    }
    next.write_shard(folder)?;
    Ok(shard.info())
}

/// Whether a delta continues a shard as it is; `false` where it was applied before.
fn is_next(now: &ShardManifest, next: &ShardManifest, delta: &Path) -> Result<bool> {
    let wrong = |reason: String| Err(Error::WrongBase { path: delta.to_owned(), reason });
    if next.gallery_id != now.gallery_id {
        return wrong(format!("it is of gallery {}, and the shard of {}", next.gallery_id, now.gallery_id));
    }
    let was_applied = now.layers.iter().any(|layer| layer.base.as_ref() == Some(&next.digest));
    if was_applied || now.digest == next.digest {
        return Ok(false);
    }
    let (layers, base) = match &*next.layers {
        [layers @ .., last] => (layers, last.base.as_deref().unwrap_or_default()),
        [] => (&[][..], ""),
    };
    if base != now.digest {
        let (wanted, found) = (base, &now.digest);
        return wrong(format!(
            "it continues the state {wanted}, and the shard is in the state {found}: apply deltas in the order in \
             which they were exported, each to the shard that it was made for"
        ));
    }
    let same = (&now.purpose, &now.method, &*now.layers) == (&next.purpose, &next.method, layers);
    if same && next.filter.continues(&now.filter) {
        return Ok(true);
    }
    let what = "it contradicts the shard that it says it continues".to_owned();
    Err(Error::Damaged { path: delta.join(MANIFEST), what })
}
