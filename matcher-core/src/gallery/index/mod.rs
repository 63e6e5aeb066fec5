//! An index over the search codes of prints: which of them have minutiae like those of a probe, without looking at all.
//!
//! # Method
//! The space of codes is parted into cells, each around a code of its own; a print's minutiae stand in the lists of the
//! cells that they are nearest to, by finger position. Who asks with a minutia looks through the lists of the nearest
//! cells, and every minutia found there within a radius votes for its print, the more the nearer it is. The cells are made
//! by `faiss` (feature `faiss` of the crate, only to build an index); lists and search are our own, because all bits of
//! them must be the same on every machine, and because a call of faiss's own lists took four times as long.
//!
//! It is derived: a gallery in a folder keeps it in `index/` beside its segments, one in memory keeps it in memory. It
//! names the segments that it has seen. Prints that it has not seen, or that changed since, are for the search to look
//! at; a file that is missing, damaged or of another method is as if there were none.

#[cfg(feature = "faiss")]
mod build;
#[cfg(feature = "faiss")]
mod cells;
mod config;
mod file;
mod home;
mod lists;

pub use config::{IndexConfig, IndexReport};
pub(super) use home::IndexHome;

use super::fingerprints::Segment;
use super::store::HEADER;
use crate::error::Result;
use crate::fingerprint::FingerPosition;
use crate::provenance::Method;
use crate::simd::Level;
use crate::simd::hamming::{Block, distances};
use crate::simd::smallest::smallest;
use lists::Lists;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Cells come in multiples of this, which is a block of the kernel that finds the nearest.
const CELLS: usize = 16;
/// No code is as far from another one: 128 bits are all.
const FAR: u8 = u8::MAX;

/// A minutia of a print as two words.
pub(crate) type Words = [u64; 2];
/// A cell to look in, and which minutia of the probe does so.
pub(crate) type Wish = (u32, u8);

/// An index over the prints of some segments.
pub(crate) struct PrintIndex {
    method: Method,
    /// What the cells are around.
    centres: Vec<Block>,
    /// By finger position.
    lists: Vec<Lists>,
    /// Where the slots of a segment begin among those of its position.
    covered: HashMap<(FingerPosition, Identity), u32>,
    /// Segments in memory: as long as they are held, no other one has their place.
    held: Vec<Arc<Segment>>,
}

/// What tells a segment from any other.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Identity {
    /// The header of the file that it lies in.
    File(Box<[u8; HEADER]>),
    /// Where it lies in memory.
    Memory(usize),
}

impl Identity {
    fn of(segment: &Arc<Segment>) -> Self {
        let memory = || Self::Memory(Arc::as_ptr(segment) as usize);
        segment.file_header().map_or_else(memory, |header| Self::File(Box::new(header)))
    }
}

impl PrintIndex {
    /// What prepared the prints.
    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// Where the slots of a segment begin among those of its finger position; `None` where it was not seen, or changed.
    pub(crate) fn first_slot(&self, position: FingerPosition, segment: &Arc<Segment>) -> Option<usize> {
        self.covered.get(&(position, Identity::of(segment))).map(|&first| first as usize)
    }

    /// The nearest cells of each code, at most so many, in the order of the cells; which ones of equal distance is decided
    /// by their order.
    pub(crate) fn wishes(&self, level: Level, codes: &[Words], cells: usize) -> Vec<Wish> {
        let columns = CELLS * self.centres.len();
        let rows: Vec<[u32; 8]> = codes.iter().map(padded).collect();
        let mut apart = vec![0; rows.len() * columns];
        distances(level, &rows, &self.centres, &mut apart);
        let mut wishes = Vec::with_capacity(rows.len() * cells);
        for (apart, row) in apart.chunks_exact(columns.max(1)).zip(0u8..) {
            let nearest = smallest(level, apart, FAR, cells);
            wishes.extend(nearest.into_iter().take(cells).map(|cell| (cell, row)));
        }
        wishes.sort_unstable();
        wishes
    }

    /// What each slot of a finger position gets in votes: the sum of `(radius - distance)²` over the pairs of a code and a
    /// minutia that meet in a cell and differ in fewer bits than the radius; 65,535 at most.
    ///
    /// # Errors
    /// [`Error::Damaged`](crate::Error::Damaged): what is read is not what was written.
    pub(crate) fn votes(
        &self,
        level: Level,
        position: FingerPosition,
        (codes, wishes): (&[Words], &[Wish]),
        radius: u8,
    ) -> Result<Vec<u16>> {
        self.lists[usize::from(position.code())].votes(level, codes, wishes, radius)
    }
}

/// A code in the columns of a kernel for twice as many bits, of which the upper half is nowhere set.
fn padded(code: &Words) -> [u32; 8] {
    let [a, b] = *code;
    [a as u32, (a >> 32) as u32, b as u32, (b >> 32) as u32, 0, 0, 0, 0]
}

/// Codes are biometric data: only numbers are shown.
impl fmt::Debug for PrintIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (cells, segments) = (CELLS * self.centres.len(), self.covered.len());
        f.debug_struct("PrintIndex")
            .field("cells", &cells)
            .field("segments", &segments)
            .field("in_memory", &self.held.len())
            .finish_non_exhaustive()
    }
}
