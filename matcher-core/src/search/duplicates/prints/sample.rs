//! Where the first stage draws its line for a print: read off its values with a fixed sample of those that it may be
//! compared with.

use super::columns::Columns;
use super::roster::{Roster, Slot};
use crate::error::Result;
use crate::gallery::bit;
use crate::search::DuplicateStages;
use crate::search::select::kth_largest;
use crate::simd::Level;
use crate::simd::nearest::{COLUMNS, Rows};
use std::collections::{BTreeMap, BinaryHeap};

/// The samples, one for each set of finger positions that prints are compared with.
pub(super) struct Samples {
    by_wanted: BTreeMap<u16, Sample>,
    share: f64,
    least: f64,
}

struct Sample {
    columns: Columns,
    /// How many prints it was chosen from.
    of: usize,
}

impl Samples {
    /// Chooses and gathers them: the prints of the subjects whose ids have the smallest hashes.
    ///
    /// # Errors
    /// What lies in a file is damaged.
    pub(super) fn choose(
        roster: &Roster<'_>,
        stages: &DuplicateStages,
        wanted: impl Fn(Slot) -> u16,
        factors: &[u32; COLUMNS + 1],
    ) -> Result<Self> {
        let mut chosen: BTreeMap<u16, (BinaryHeap<(u64, Slot)>, usize)> = BTreeMap::new();
        let mut seen = 0u16;
        for &slot in roster.all() {
            // Prints of one position want the same.
            if seen & bit(roster.position(slot)) == 0 {
                seen |= bit(roster.position(slot));
                chosen.entry(wanted(slot)).or_default();
            }
        }
        let mut last = None;
        for &slot in roster.all() {
            let lot = match last {
                Some((rank, lot)) if rank == slot.rank => lot,
                _ => roster.lot(slot.rank),
            };
            last = Some((slot.rank, lot));
            for (_, (heap, of)) in
                chosen.iter_mut().filter(|(wanted, _)| *wanted & bit(roster.position(slot)) != 0)
            {
                *of += 1;
                heap.push((lot, slot));
                if heap.len() > stages.sample {
                    heap.pop();
                }
            }
        }
        let samples = chosen.into_iter().map(|(wanted, (heap, of))| {
            let slots = heap.into_iter().map(|(_, slot)| slot).collect();
            Ok((wanted, Sample { columns: Columns::gather(roster, slots, factors)?, of }))
        });
        Ok(Self {
            by_wanted: samples.collect::<Result<_>>()?,
            share: stages.code_share,
            least: stages.code_least as f64,
        })
    }

    /// The least value that passes for a print, 1 more than it says; 0 where all pass.
    pub(super) fn threshold(&self, level: Level, rank: u32, rows: &Rows, wanted: u16, radius: u8) -> u32 {
        let Some(Sample { columns, of }) = self.by_wanted.get(&wanted) else { return 0 };
        let share = self.share.max(self.least / (*of).max(1) as f64);
        if share >= 1.0 {
            return 0;
        }
        let (mut out, mut all) = (Vec::new(), Vec::with_capacity(columns.len()));
        columns.values(level, rows, wanted, radius, &mut out, |first, values| {
            // The subject's own prints say nothing of others.
            let others = values.iter().zip(&columns.slots[first..]).filter(|(_, slot)| slot.rank != rank);
            all.extend(others.map(|(value, _)| *value));
        });
        let (threshold, _) =
            kth_largest(std::iter::once(&*all), |prints| ((prints as f64 * share).ceil() as usize).max(1));
        threshold
    }
}
