//! The manifest of a shard, and of a delta, which says what the shard is when the delta was applied.

use super::super::folder::MANIFEST;
use super::super::headed::{Heading, not_a_gallery};
use super::super::manifest::{PanelColumn, check_identity};
use super::ranges::Ranges;
use crate::dna::Panel;
use crate::error::{Error, Problem, Result};
use crate::gallery::{ShardFilter, ShardInfo};
use crate::provenance::Method;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// The version of the manifest and of all files of a shard.
const FORMAT: u32 = 1;
/// How the manifest of a shard begins.
const SHARD: Heading = Heading { words: "matcher shard ", format: FORMAT, maker: "Gallery::export" };
/// How that of a delta begins.
const DELTA: Heading = Heading { words: "matcher delta ", format: FORMAT, maker: "Gallery::export_delta" };
/// The most layers: then it is time for a new export.
const MAX_LAYERS: usize = 1000;
/// Hexadecimal digits of a SHA-256.
const DIGITS: usize = 64;

/// What a shard is, and which layers it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ShardManifest {
    /// The gallery that it is a part of.
    pub(super) gallery_id: String,
    /// What that gallery is for.
    pub(super) purpose: String,
    /// The method that prepared the prints.
    pub(super) method: Method,
    /// Which part of the gallery it is.
    pub(super) filter: ShardFilter,
    /// The serials of its subjects.
    pub(super) serials: Ranges,
    /// What was exported, and what deltas added, in order.
    pub(super) layers: Vec<Layer>,
    /// The columns of DNA profiles.
    pub(super) panel: Vec<PanelColumn>,
    /// The SHA-256 of the compact JSON of all above, in hexadecimal digits.
    pub(super) digest: String,
}

/// What one export added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Layer {
    /// The digest of the shard before; none of layer 0.
    pub(super) base: Option<String>,
    /// When it was exported, in Unix seconds by the exporter's word.
    pub(super) exported: u64,
    /// After which second it is not to be used any more.
    pub(super) not_after: Option<u64>,
    /// Subjects of the layers before who are gone.
    pub(super) removed: Ranges,
    /// The segments of the subjects who came.
    pub(super) segments: Vec<SegmentNote>,
    /// Their records, where these came along.
    pub(super) records: Option<FileNote>,
}

/// A segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SegmentNote {
    /// The serials of the first and the last subject.
    pub(super) first: u64,
    pub(super) last: u64,
    pub(super) file: FileNote,
}

/// A file, whose name follows from its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileNote {
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

/// Whether a folder says that it is a shard.
pub(crate) fn is_shard(folder: &Path) -> bool {
    SHARD.is_of(folder)
}

/// What to do instead of writing to a folder that is a shard, and instead of opening one that is a delta; `None` where it
/// is neither.
pub(crate) fn shard_says(folder: &Path) -> Option<Error> {
    if is_shard(folder) {
        let reason = "it is a shard, which changes by deltas alone: open it with Gallery::open_read_only";
        return Some(Error::ReadOnly { path: folder.to_owned(), reason: reason.to_owned() });
    }
    let reason = "it is what changed in a shard: apply it to that with Gallery::apply_delta";
    DELTA.is_of(folder).then(|| not_a_gallery(folder, reason.to_owned()))
}

/// Where a segment of a layer lies.
pub(super) fn segment_path(folder: &Path, layer: usize, number: usize) -> PathBuf {
    folder.join(format!("segment-{layer}-{number}.seg"))
}

/// Where the records of a layer lie.
pub(super) fn records_path(folder: &Path, layer: usize) -> PathBuf {
    folder.join(format!("records-{layer}.rec"))
}

/// Whether a file is one of a shard, or what was left of one that was not finished.
pub(super) fn is_our_name(name: &str) -> bool {
    (name.starts_with("segment-") || name.starts_with("records-")) && !name.contains(['/', '\\'])
        || (name.starts_with(MANIFEST) && name != MANIFEST)
}

/// The digest of some bytes.
pub(super) fn sha256(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

impl ShardManifest {
    /// The manifest of a shard.
    ///
    /// # Errors
    /// As those of a gallery.
    pub(super) fn read_shard(folder: &Path) -> Result<Self> {
        Self::checked(SHARD.parse(&SHARD.bytes(folder)?, folder)?, folder)
    }

    /// The manifest of a delta.
    pub(super) fn read_delta(folder: &Path) -> Result<Self> {
        let manifest = Self::checked(DELTA.parse(&DELTA.bytes(folder)?, folder)?, folder)?;
        if manifest.layers.len() > 1 {
            return Ok(manifest);
        }
        Err(Error::Damaged {
            path: folder.join(MANIFEST),
            what: "it is of a delta that adds nothing".to_owned(),
        })
    }

    /// Either of them: what a delta can be made from.
    pub(super) fn read_any(folder: &Path) -> Result<Self> {
        if DELTA.is_of(folder) { Self::read_delta(folder) } else { Self::read_shard(folder) }
    }

    /// Writes it as that of a shard, with its digest.
    pub(super) fn write_shard(&self, folder: &Path) -> Result<()> {
        SHARD.write(folder, self)
    }

    /// Writes it as that of a delta.
    pub(super) fn write_delta(&self, folder: &Path) -> Result<()> {
        DELTA.write(folder, self)
    }

    fn checked(self, folder: &Path) -> Result<Self> {
        let damaged = |what: String| Error::Damaged { path: folder.join(MANIFEST), what };
        self.check().map_err(|problem| damaged(problem.to_string()))?;
        let found = self.own_digest()?;
        if found == self.digest {
            return Ok(self);
        }
        Err(damaged(format!("its digest is {}, expected {found}", self.digest)))
    }

    /// The digest of what it says.
    pub(super) fn own_digest(&self) -> Result<String> {
        let bare = Self { digest: String::new(), ..self.clone() };
        let json = serde_json::to_vec(&bare)
            .map_err(|error| Error::invalid("shard", "manifest", error, "plain values"))?;
        Ok(sha256(&json))
    }

    /// The panel of the DNA profiles.
    pub(super) fn panel(&self) -> Result<Panel, Problem> {
        PanelColumn::panel_of(&self.panel)
    }

    /// Whether all that it says can be.
    fn check(&self) -> Result<(), Problem> {
        check_identity(&self.gallery_id, &self.purpose)?;
        self.filter.check()?;
        self.serials.check("serials")?;
        self.panel()?;
        check_digest("digest", &self.digest)?;
        if self.layers.is_empty() || self.layers.len() > MAX_LAYERS {
            let expected = format!("1 to {MAX_LAYERS}");
            return Err(Problem::new("", "number of layers", self.layers.len(), expected));
        }
        let mut before: Option<&Layer> = None;
        for (at, layer) in self.layers.iter().enumerate() {
            layer
                .check(before, self.filter.records)
                .map_err(|problem| problem.within(format!("layer {at}")))?;
            before = Some(layer);
        }
        Ok(())
    }

    /// What it says, for those who use the shard.
    pub(super) fn info(&self) -> ShardInfo {
        let newest = self.newest();
        ShardInfo {
            gallery_id: self.gallery_id.clone(),
            purpose: self.purpose.clone(),
            method: self.method.clone(),
            filter: self.filter.clone(),
            subjects: self.serials.count() as usize,
            exported: newest.map_or(0, |layer| layer.exported),
            not_after: newest.and_then(|layer| layer.not_after),
            deltas: self.layers.len().saturating_sub(1),
            digest: self.digest.clone(),
        }
    }

    /// The layer that came last.
    pub(super) fn newest(&self) -> Option<&Layer> {
        self.layers.last()
    }
}

impl Layer {
    fn check(&self, before: Option<&Self>, has_records: bool) -> Result<(), Problem> {
        if self.base.is_some() != before.is_some() {
            return Err(Problem::new("", "base", self.base.is_some(), "one of each layer but the first"));
        }
        self.base.iter().try_for_each(|base| check_digest("base", base))?;
        self.follows(before)?;
        self.removed.check("removed")?;
        let mut free = 1;
        for (at, segment) in self.segments.iter().enumerate() {
            let SegmentNote { first, last, file } = segment;
            if *first < free || last < first || *last == u64::MAX {
                let (value, expected) = (format!("{first} to {last}"), format!("a range from {free} on"));
                return Err(Problem::new(format!("segment {at}"), "serials", value, expected));
            }
            free = last + 1;
            check_digest("sha256", &file.sha256)?;
        }
        self.records.iter().try_for_each(|file| check_digest("sha256", &file.sha256))?;
        let expected = has_records && !self.segments.is_empty();
        if self.records.is_some() == expected {
            return Ok(());
        }
        Err(Problem::new("", "records", self.records.is_some(), expected))
    }

    /// Whether its times can come after those of another layer.
    pub(super) fn follows(&self, before: Option<&Self>) -> Result<(), Problem> {
        let Some(before) = before else { return Ok(()) };
        if self.exported < before.exported {
            let expected = format!("{} or later, when the layer before was", before.exported);
            return Err(Problem::new("", "exported", self.exported, expected));
        }
        let ends = |layer: &Self| layer.not_after.unwrap_or(u64::MAX);
        if ends(self) < ends(before) {
            let expected = before
                .not_after
                .map_or("none, as before".to_owned(), |end| format!("{end} or later, as before"));
            return Err(Problem::new("", "not_after", ends(self), expected));
        }
        Ok(())
    }
}

fn check_digest(field: &str, digest: &str) -> Result<(), Problem> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if digest.len() == DIGITS && digest.bytes().all(is_digit) {
        return Ok(());
    }
    let value = format!("{} bytes of text", digest.len());
    Err(Problem::new("", field, value, format!("{DIGITS} hexadecimal digits in lower case")))
}
