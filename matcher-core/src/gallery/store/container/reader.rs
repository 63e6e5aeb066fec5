//! Opening a container: its header and table are checked, its sections not yet.

use super::layout::{Entry, HEADER, Header, Tag, entries};
use super::section::{Damage, Section};
use crate::error::{Error, Result};
use crate::memory::Map;
use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A mapped file of sections; a clone shares it, with what is known of its blocks.
#[derive(Clone)]
pub(crate) struct Container(Arc<Inner>);

pub(super) struct Inner {
    pub(super) map: Arc<Map>,
    version: u32,
    entries: Vec<Entry>,
    places: HashMap<(Tag, u32), usize>,
    /// Where the checksums of the blocks start in the file.
    sums: usize,
    /// A bit for each block that was found to be what was written. Bytes do not change, so the order in which threads
    /// see bits does not matter.
    good: Box<[AtomicU64]>,
}

impl Inner {
    #[inline]
    pub(super) fn is_good(&self, block: usize) -> bool {
        self.good[block / 64].load(Relaxed) >> (block % 64) & 1 == 1
    }

    pub(super) fn set_good(&self, block: usize) {
        self.good[block / 64].fetch_or(1 << (block % 64), Relaxed);
    }

    /// The checksum that a block had when it was written.
    pub(super) fn sum(&self, block: usize) -> u32 {
        // The table was found to have one for each block.
        u32::from_le_bytes(self.map.bytes()[self.sums..].as_chunks().0[block])
    }
}

impl Container {
    /// Maps a file of this kind, of this version or an older one.
    ///
    /// # Errors
    /// [`Error::Io`] for a file that cannot be read, [`Error::NotAGallery`] for one of another kind or of a newer
    /// version, [`Error::Damaged`] for a length, header or table that is not what was written.
    pub(crate) fn open(path: &Path, kind: [u8; 8], newest_version: u32) -> Result<Self> {
        let stranger = |reason: String| Error::NotAGallery { path: path.to_owned(), reason };
        let damaged = |what: String| Error::Damaged { path: path.to_owned(), what };
        if cfg!(target_endian = "big") {
            return Err(stranger("its numbers are little-endian, and this machine is big-endian".to_owned()));
        }
        let map = Map::open(path)?;
        let bytes = map.bytes();
        let first = &bytes[..bytes.len().min(kind.len())];
        if !kind.starts_with(first) {
            let (found, expected) = (first.escape_ascii(), kind.escape_ascii());
            return Err(stranger(format!("it starts with \"{found}\", expected \"{expected}\"")));
        }
        let Some(header) = bytes.first_chunk::<HEADER>() else {
            return Err(damaged(format!("it has {} bytes, expected at least {HEADER}", bytes.len())));
        };
        let header = Header::of(header).map_err(damaged)?;
        if header.version > newest_version {
            let found = header.version;
            return Err(stranger(format!("it is of version {found}, expected at most {newest_version}")));
        }
        let (entries, sums) = entries(&header, bytes).map_err(damaged)?;
        let mut places = HashMap::with_capacity(entries.len());
        for (place, entry) in entries.iter().enumerate() {
            if places.insert((entry.tag, entry.number), place).is_some() {
                return Err(damaged(format!("{entry} stands twice in the table, expected once")));
            }
        }
        let blocks: usize = entries.iter().map(Entry::blocks).sum();
        let good = (0..blocks.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Ok(Self(Arc::new(Inner { version: header.version, entries, places, sums, good, map })))
    }

    /// The version of what the sections hold.
    pub(crate) fn version(&self) -> u32 {
        self.0.version
    }

    /// The path under which it was opened.
    pub(crate) fn path(&self) -> &Path {
        self.0.map.path()
    }

    /// The length of the file in bytes.
    pub(crate) fn file_len(&self) -> usize {
        self.0.map.bytes().len()
    }

    /// The section of this tag and number.
    pub(crate) fn section(&self, tag: Tag, number: u32) -> Option<Section> {
        self.0.places.get(&(tag, number)).map(|&place| self.at(place))
    }

    /// All sections, in the order in which they were written.
    pub(crate) fn sections(&self) -> impl ExactSizeIterator<Item = Section> {
        (0..self.0.entries.len()).map(|place| self.at(place))
    }

    /// Every block that is not what was written. All sections are read, also what was found good before; header and
    /// table were checked when the file was opened.
    pub(crate) fn check_all(&self) -> Vec<Damage> {
        self.sections().flat_map(|section| section.damages().collect::<Vec<_>>()).collect()
    }

    fn at(&self, place: usize) -> Section {
        Section { file: Arc::clone(&self.0), entry: self.0.entries[place] }
    }
}

/// Sections may hold biometric data: only the path and their number are shown.
impl fmt::Debug for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sections = self.0.entries.len();
        f.debug_struct("Container")
            .field("path", &self.path())
            .field("version", &self.version())
            .field("sections", &sections)
            .finish_non_exhaustive()
    }
}
