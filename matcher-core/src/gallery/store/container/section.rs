//! A section of a container, and whether its bytes are still those that were written.

use super::layout::{BLOCK, Entry, HEADER, Tag};
use super::reader::Inner;
use crate::error::{Error, Result};
use crate::memory::Column;
use bytemuck::Pod;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A section in a mapped file; a clone shares it.
///
/// Nothing is checked before it is asked for: call [`Section::check_range`] where bytes are used for the first time, or
/// at every use. What was found good once is not read again.
#[derive(Clone)]
pub(crate) struct Section {
    pub(super) file: Arc<Inner>,
    pub(super) entry: Entry,
}

/// A block of a section whose bytes are not what was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Damage {
    entry: Entry,
    /// Which 256 KiB of the section, from 0.
    pub(crate) block: usize,
    found: u32,
    expected: u32,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { entry, block, found, expected } = self;
        write!(f, "{entry}, block {block}: checksum is {found:08x}, expected {expected:08x}")
    }
}

impl Section {
    /// What it is.
    pub(crate) fn tag(&self) -> Tag {
        self.entry.tag
    }

    /// Which one of its tag.
    pub(crate) fn number(&self) -> u32 {
        self.entry.number
    }

    /// Its length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.entry.len
    }

    /// The header of the file that it lies in. It has a checksum of the table, which has those of all sections: files with
    /// the same header hold the same bytes.
    pub(crate) fn header(&self) -> [u8; HEADER] {
        // A container is opened only where it has one.
        self.file.map.bytes().first_chunk().copied().unwrap_or([0; HEADER])
    }

    /// All bytes, the first one at a multiple of 64; checked by nobody.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.file.map.bytes()[self.entry.start..][..self.entry.len]
    }

    /// Values that lie in a range of bytes, counted from the start of the section; checked by nobody.
    ///
    /// # Errors
    /// [`Error::Damaged`] for a range that is not in the section, or that is no sequence of whole values at a multiple of
    /// their alignment.
    pub(crate) fn column<T: Pod>(&self, range: Range<usize>) -> Result<Column<T>> {
        self.require(&range)?;
        let start = self.entry.start;
        Column::mapped(&self.file.map, start + range.start..start + range.end)
            .map_err(|what| self.damaged(format!("{}: of the file, {what}", self.entry)))
    }

    /// Whether all bytes are those that were written; what was found good before is not read again.
    ///
    /// # Errors
    /// [`Error::Damaged`] names the first block that is not.
    pub(crate) fn check(&self) -> Result<()> {
        self.check_range(0..self.len())
    }

    /// As [`Section::check`], of the blocks that a range of bytes touches. Where all of them were found good before, it
    /// costs a load each.
    ///
    /// # Errors
    /// [`Error::Damaged`] names the first block that is not what was written, or says that the range is not in the
    /// section.
    #[inline]
    pub(crate) fn check_range(&self, range: Range<usize>) -> Result<()> {
        self.require(&range)?;
        let blocks = if range.is_empty() { 0..0 } else { range.start / BLOCK..range.end.div_ceil(BLOCK) };
        for block in blocks {
            if !self.file.is_good(self.entry.first_block + block) {
                self.check_block(block).map_err(|damage| self.damaged(damage.to_string()))?;
            }
        }
        Ok(())
    }

    /// Reads a block, and remembers it where it is good.
    #[cold]
    fn check_block(&self, block: usize) -> Result<(), Damage> {
        let (start, left) = (block * BLOCK, self.entry.padded() - block * BLOCK);
        let bytes = &self.file.map.bytes()[self.entry.start + start..][..left.min(BLOCK)];
        let number = self.entry.first_block + block;
        let (found, expected) = (crc32fast::hash(bytes), self.file.sum(number));
        if found != expected {
            return Err(Damage { entry: self.entry, block, found, expected });
        }
        self.file.set_good(number);
        Ok(())
    }

    /// Every block that is not what was written, all of them read again.
    pub(super) fn damages(&self) -> impl Iterator<Item = Damage> {
        (0..self.entry.blocks()).filter_map(|block| self.check_block(block).err())
    }

    #[inline]
    fn require(&self, range: &Range<usize>) -> Result<()> {
        let len = self.len();
        if range.start <= range.end && range.end <= len {
            return Ok(());
        }
        let Range { start, end } = range;
        Err(self.damaged(format!("{}: bytes {start} to {end} are not in its {len} bytes", self.entry)))
    }

    /// What is said where the section holds what cannot be.
    #[cold]
    pub(crate) fn damaged(&self, what: String) -> Error {
        Error::Damaged { path: self.file.map.path().to_owned(), what }
    }
}

/// What a section holds may be biometric data: only its name and length are shown.
impl fmt::Debug for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Section").field("entry", &self.entry).finish_non_exhaustive()
    }
}
