//! Counts of places that often repeat.

use crate::simd::planes::ROWS;
use std::ops::Range;

/// Copies of each count, for lanes side by side.
const COPIES: usize = 8;

/// Counts, kept several times until they are added to the result.
pub(super) struct Histogram<'a> {
    out: &'a mut [u64],
    copies: Vec<[u32; COPIES]>,
    /// The most that a count may have come to.
    pending: u32,
}

impl<'a> Histogram<'a> {
    pub(super) fn new(out: &'a mut [u64]) -> Self {
        let copies = vec![[0; COPIES]; out.len()];
        Self { out, copies, pending: 0 }
    }

    /// Counts the places of some lanes.
    #[expect(clippy::inline_always, reason = "the innermost loop")]
    #[inline(always)]
    pub(super) fn add(&mut self, places: &[u16; ROWS], lanes: Range<usize>) {
        if self.pending > u32::MAX - ROWS as u32 {
            self.flush();
        }
        self.pending += ROWS as u32;
        if lanes == (0..ROWS) {
            for places in places.as_chunks::<COPIES>().0 {
                for (copy, &place) in places.iter().enumerate() {
                    self.copies[usize::from(place)][copy] += 1;
                }
            }
        } else {
            for &place in &places[lanes] {
                self.copies[usize::from(place)][0] += 1;
            }
        }
    }

    /// Adds all to the result.
    pub(super) fn flush(&mut self) {
        for (out, copies) in self.out.iter_mut().zip(&mut self.copies) {
            *out += copies.iter().map(|&count| u64::from(count)).sum::<u64>();
            *copies = [0; COPIES];
        }
        self.pending = 0;
    }
}
