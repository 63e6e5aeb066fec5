//! Writing a shard, and a delta.
//!
//! Subjects are drafted anew in the order of their serials, so that neither the segments in which they lie nor threads
//! leave a trace. The manifest is written last: without it the folder is nothing.

use super::super::folder::{self, MANIFEST, io_error};
use super::super::manifest::PanelColumn;
use super::super::open::Store;
use super::super::record::Record;
use super::super::seal::{LARGEST, PRINT_SIZE};
use super::super::segment::{Draft, Origin};
use super::manifest::{
    FileNote, Layer, SegmentNote, ShardManifest, is_our_name, records_path, segment_path, sha256,
};
use super::ranges::Ranges;
use super::records::RecordsDraft;
use crate::dna::Panel;
use crate::error::{Error, Result};
use crate::fingerprint::Prepared;
use crate::gallery::{ExportOptions, Gallery, Placed, ShardFilter, ShardInfo};
use crate::memory::Map;
use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// Somebody who is exported.
#[derive(Clone, Copy)]
struct Chosen {
    serial: u64,
    place: usize,
}

/// Writes a shard into a new or empty folder.
///
/// # Errors
/// [`Error::Invalid`], [`Error::Io`], [`Error::Cancelled`], [`Error::Damaged`] for a record that cannot be read.
pub(crate) fn export(
    gallery: &Gallery,
    store: &Store,
    options: &ExportOptions<'_>,
    folder: &Path,
) -> Result<ShardInfo> {
    let chosen = choose(gallery, options)?;
    let layer = Layer {
        base: None,
        exported: options.exported,
        not_after: options.not_after,
        removed: Ranges::default(),
        segments: Vec::new(),
        records: None,
    };
    let manifest = ShardManifest {
        gallery_id: store.records().gallery_id().to_owned(),
        purpose: store.purpose(),
        method: gallery.algorithm().method().clone(),
        filter: ShardFilter::of(options),
        serials: Ranges::default(),
        layers: Vec::new(),
        panel: PanelColumn::all_of(&Panel::standard()),
        digest: String::new(),
    };
    write(gallery, store, options, folder, &chosen, (manifest, layer))
}

/// Writes what changed since a shard was exported, or a delta of it, into a new or empty folder.
///
/// # Errors
/// As [`export`], and [`Error::WrongBase`] where the base is none of this gallery, or of another filter.
pub(crate) fn export_delta(
    gallery: &Gallery,
    store: &Store,
    base: &Path,
    options: &ExportOptions<'_>,
    folder: &Path,
) -> Result<ShardInfo> {
    let before = ShardManifest::read_any(base)?;
    let wrong = |reason: String| Err(Error::WrongBase { path: base.to_owned(), reason });
    let (id, filter) = (store.records().gallery_id(), ShardFilter::of(options));
    if before.gallery_id != id {
        return wrong(format!("it is of gallery {}, and this is {id}", before.gallery_id));
    }
    if before.method != *gallery.algorithm().method() {
        return wrong(format!("its prints were prepared by {}: make a new export", before.method));
    }
    if !filter.continues(&before.filter) {
        return wrong(format!("it holds {}, and this would be {filter}", before.filter));
    }
    let changes = store.stats()?.changes;
    if before.serials.last() > changes {
        let last = before.serials.last();
        return wrong(format!(
            "it has serial {last}, and this gallery saw {changes} changes: it is an older copy"
        ));
    }
    let mut chosen = choose(gallery, options)?;
    let now: HashSet<u64> = chosen.iter().map(|chosen| chosen.serial).collect();
    chosen.retain(|chosen| !before.serials.contains(chosen.serial));
    let layer = Layer {
        base: Some(before.digest.clone()),
        exported: options.exported,
        not_after: options.not_after,
        removed: before.serials.iter().filter(|serial| !now.contains(serial)).collect(),
        segments: Vec::new(),
        records: None,
    };
    layer.follows(before.newest())?;
    write(gallery, store, options, folder, &chosen, (ShardManifest { filter, ..before }, layer))
}

/// Those whom the options choose, in the order of their serials. Somebody of whom nothing would be left stays at home.
fn choose(gallery: &Gallery, options: &ExportOptions<'_>) -> Result<Vec<Chosen>> {
    options.check()?;
    let left_out = gallery.left_out(&options.exclude, &options.asker)?;
    if options.profiles {
        gallery.profiles()?; // all of them are as they were written
    }
    let is_wanted = |placed: &Placed<'_>| {
        let is_named = options.only.as_ref().is_none_or(|only| {
            crate::gallery::SubjectId::new(placed.id()).is_ok_and(|id| only.contains(&id))
        });
        let has_prints = || (0..placed.prints()).any(|print| options.takes(placed.kind(print).position));
        is_named && (has_prints() || (options.profiles && !placed.profile_rows().is_empty()))
    };
    let places = (0..gallery.places()).filter(|&place| !left_out.contains(place));
    let placed = places.map(|place| gallery.placed(place)).filter(is_wanted);
    let mut chosen: Vec<Chosen> =
        placed.map(|placed| Chosen { serial: placed.serial(), place: placed.place }).collect();
    chosen.sort_unstable_by_key(|chosen| chosen.serial);
    Ok(chosen)
}

/// Fills a layer on those of a manifest, and writes it into the folder.
fn write(
    gallery: &Gallery,
    store: &Store,
    options: &ExportOptions<'_>,
    folder: &Path,
    chosen: &[Chosen],
    (manifest, layer): (ShardManifest, Layer),
) -> Result<ShardInfo> {
    prepare(folder)?;
    let panel = manifest.panel()?;
    let writing = Writing {
        gallery,
        options,
        folder,
        manifest,
        layer,
        draft: Draft::new(panel),
        range: None,
        records: RecordsDraft::default(),
        serials: Vec::with_capacity(chosen.len()),
    };
    let written = writing.run(store, chosen);
    if written.is_err() {
        // What stays is no shard, and the next export removes it.
        let _ = clear(folder);
    }
    written
}

/// A layer that is being written.
struct Writing<'a> {
    gallery: &'a Gallery,
    options: &'a ExportOptions<'a>,
    folder: &'a Path,
    /// With the layers before.
    manifest: ShardManifest,
    layer: Layer,
    draft: Draft,
    /// The serials of the draft, first and last.
    range: Option<(u64, u64)>,
    records: RecordsDraft,
    /// Of all who were added.
    serials: Vec<u64>,
}

impl Writing<'_> {
    fn run(mut self, store: &Store, chosen: &[Chosen]) -> Result<ShardInfo> {
        let counter = self.options.watch.counter(chosen.len());
        let step = |writing: &mut Self, chosen: Chosen, record: Option<Record>| -> Result<()> {
            if counter.cancelled() {
                return Err(Error::Cancelled);
            }
            counter.add(1);
            writing.push(chosen, record)
        };
        match (chosen, self.options.records) {
            ([first, .., last] | [first @ last], true) => {
                let mut next = chosen.iter().peekable();
                let (mut damage, mut missed) = (None, false);
                store.records().range(first.serial..=last.serial, |record| {
                    let record = match record {
                        Ok(record) => record,
                        Err(error @ Error::Damaged { .. }) => {
                            damage.get_or_insert(error);
                            return Ok(());
                        }
                        Err(error) => return Err(error),
                    };
                    // One without a record was removed since this gallery was read, or the record is damaged.
                    while next.next_if(|chosen| chosen.serial < record.serial).is_some() {
                        missed = true;
                    }
                    match next.next_if(|chosen| chosen.serial == record.serial) {
                        Some(&chosen) => step(&mut self, chosen, Some(record)),
                        None => Ok(()),
                    }
                })?;
                if let Some(error) = damage.filter(|_| missed || next.peek().is_some()) {
                    return Err(error);
                }
            }
            _ => chosen.iter().try_for_each(|&chosen| step(&mut self, chosen, None))?,
        }
        self.finish()
    }

    fn push(&mut self, Chosen { serial, place }: Chosen, record: Option<Record>) -> Result<()> {
        if self.draft.size(PRINT_SIZE) >= LARGEST {
            self.end_segment()?;
        }
        let (placed, options) = (self.gallery.placed(place), self.options);
        let prints = (0..placed.prints()).filter(|&print| options.takes(placed.kind(print).position));
        let prints: Vec<Prepared> = prints
            .map(|print| {
                let prepared = placed.prepared(print)?;
                Ok(options.max_minutiae.map_or_else(|| (*prepared).clone(), |most| prepared.best(most)))
            })
            .collect::<Result<_>>()?;
        let rows = if options.profiles { placed.profile_rows() } else { Vec::new() };
        let profiles: Vec<_> =
            rows.into_iter().filter_map(|row| self.gallery.unchecked_profiles().get(row)).collect();
        self.draft.push(serial, placed.id(), &placed.access(), &prints, &profiles);
        if let Some(mut record) = record {
            record.fingerprints.retain(|template| options.takes(template.finger_position()));
            if !options.profiles {
                record.profiles.clear();
            }
            self.records.push(&record);
        }
        self.range = Some((self.range.map_or(serial, |(first, _)| first), serial));
        self.serials.push(serial);
        Ok(())
    }

    fn end_segment(&mut self) -> Result<()> {
        let Some((first, last)) = self.range.take() else { return Ok(()) };
        let next = Draft::new(self.draft.panel().clone());
        let draft = std::mem::replace(&mut self.draft, next);
        let path = segment_path(self.folder, self.manifest.layers.len(), self.layer.segments.len());
        let (gallery_id, method) = (self.manifest.gallery_id.clone(), self.manifest.method.clone());
        draft.write(&path, Origin { gallery_id, first, last, method })?;
        self.layer.segments.push(SegmentNote { first, last, file: note(&path)? });
        Ok(())
    }

    fn finish(mut self) -> Result<ShardInfo> {
        self.end_segment()?;
        let Self { folder, options, mut manifest, mut layer, draft, records, mut serials, .. } = self;
        let number = manifest.layers.len();
        if options.records && !serials.is_empty() {
            let path = records_path(folder, number);
            records.write(&path)?;
            layer.records = Some(note(&path)?);
        }
        serials.extend(manifest.serials.iter().filter(|serial| !layer.removed.contains(*serial)));
        serials.sort_unstable();
        manifest.serials = serials.into_iter().collect();
        manifest.panel = PanelColumn::all_of(draft.panel());
        manifest.layers.push(layer);
        manifest.digest = manifest.own_digest()?;
        if number == 0 {
            manifest.write_shard(folder)?;
        } else {
            manifest.write_delta(folder)?;
        }
        Ok(manifest.info())
    }
}

/// What a manifest says of a file.
fn note(path: &Path) -> Result<FileNote> {
    let map = Map::open(path)?;
    Ok(FileNote { bytes: map.bytes().len() as u64, sha256: sha256(map.bytes()) })
}

/// Makes the folder. What an export left there that was killed is removed.
fn prepare(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(io_error(folder))?;
    for entry in fs::read_dir(folder).map_err(io_error(folder))? {
        let name = entry.map_err(io_error(folder))?.file_name();
        if !name.to_str().is_some_and(is_our_name) {
            let name = name.display();
            let reason = format!("an export is written into a new or an empty folder, and there is {name}");
            return Err(io_error(folder)(std::io::Error::other(reason)));
        }
    }
    clear(folder)
}

/// Removes the files of a shard that was not finished, which has no manifest.
fn clear(folder: &Path) -> Result<()> {
    if folder.join(MANIFEST).exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).map_err(io_error(folder))? {
        let path = entry.map_err(io_error(folder))?.path();
        if path.file_name().and_then(|name| name.to_str()).is_some_and(is_our_name) {
            fs::remove_file(&path).map_err(io_error(&path))?;
        }
    }
    folder::sync_folder(folder)
}
