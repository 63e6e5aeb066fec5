//! The lists of a finger position: the minutiae of its prints, cell by cell, and how they vote.

use super::super::store::Section;
use super::{Wish, Words};
use crate::error::Result;
use crate::memory::Column;
use crate::simd::Level;
use crate::simd::differing::differing;

/// Minutiae that are looked at together: their codes and distances stay in the first cache.
const BLOCK: usize = 512;

/// Minutiae in the order of their cells.
#[derive(Clone, Default)]
pub(super) struct Lists {
    /// Where each cell begins, and where the last one ends.
    pub(super) starts: Column<u64>,
    pub(super) codes: Column<Words>,
    /// The slot of the print of each, counted through the segments that are covered.
    pub(super) slots: Column<u32>,
    /// How many slots there are.
    pub(super) size: usize,
    /// Where codes and slots lie in a file, whose bytes are checked at first touch.
    pub(super) sections: Option<[Section; 2]>,
}

impl Lists {
    /// See [`PrintIndex::votes`](super::PrintIndex::votes); `wishes` are in the order of their cells.
    pub(super) fn votes(
        &self,
        level: Level,
        codes: &[Words],
        wishes: &[Wish],
        radius: u8,
    ) -> Result<Vec<u16>> {
        let mut votes = vec![0u16; self.size];
        let mut apart = [0; BLOCK];
        for of_cell in wishes.chunk_by(|a, b| a.0 == b.0) {
            let cell = of_cell[0].0 as usize;
            let Some(&[start, end]) = self.starts.get(cell..cell + 2).and_then(|ends| ends.first_chunk())
            else {
                continue;
            };
            let (start, end) = (start as usize, end as usize);
            self.check(start, end)?;
            let list = self.codes.get(start..end).unwrap_or_default();
            let slots = self.slots.get(start..end).unwrap_or_default();
            for (list, slots) in list.chunks(BLOCK).zip(slots.chunks(BLOCK)) {
                let apart = &mut apart[..list.len()];
                for row in of_cell.iter().filter_map(|wish| codes.get(usize::from(wish.1))) {
                    differing(level, *row, list, apart);
                    cast(apart, slots, radius, &mut votes);
                }
            }
        }
        Ok(votes)
    }

    /// Whether some entries are what was written.
    fn check(&self, start: usize, end: usize) -> Result<()> {
        if let Some([codes, slots]) = &self.sections {
            codes.check_range(start * size_of::<Words>()..end * size_of::<Words>())?;
            slots.check_range(start * size_of::<u32>()..end * size_of::<u32>())?;
        }
        Ok(())
    }
}

/// Adds the votes of minutiae at these distances to their slots. A slot that cannot be is passed over.
fn cast(apart: &[u8], slots: &[u32], radius: u8, votes: &mut [u16]) {
    // Who is near is anybody's guess, so it is found without a branch.
    let (mut near, mut found) = ([0u16; BLOCK], 0);
    for (place, &apart) in (0..).zip(apart) {
        near[found] = place;
        found += usize::from(apart < radius);
    }
    for &place in &near[..found] {
        let (apart, slot) = (apart[usize::from(place)], slots[usize::from(place)]);
        let within = u16::from(radius.saturating_sub(apart));
        if let Some(votes) = votes.get_mut(slot as usize) {
            *votes = votes.saturating_add(within * within);
        }
    }
}
