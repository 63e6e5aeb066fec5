//! Search codes gathered from wherever they lie, those of one finger position side by side, as the first stage reads them.

use super::roster::{Roster, Slot};
use crate::error::Result;
use crate::fingerprint::FingerPosition;
use crate::gallery::bit;
use crate::search::cascade;
use crate::simd::Level;
use crate::simd::nearest::{COLUMNS, Panel, Rows, sums};
use std::ops::Range;

/// Some prints.
#[derive(Default)]
pub(super) struct Columns {
    /// Whose they are, in the order of the panels.
    pub(super) slots: Vec<Slot>,
    panels: Vec<Panel>,
    tags: Vec<[u8; COLUMNS]>,
    /// What the sum of each is multiplied with.
    factors: Vec<u32>,
    /// Where those of a position lie.
    runs: Vec<(FingerPosition, Range<usize>)>,
}

impl Columns {
    /// Gathers the search codes of these prints.
    ///
    /// # Errors
    /// What lies in a file is damaged.
    pub(super) fn gather(
        roster: &Roster<'_>,
        mut slots: Vec<Slot>,
        factors: &[u32; COLUMNS + 1],
    ) -> Result<Self> {
        slots.sort_unstable_by_key(|&slot| (roster.position(slot), slot));
        let mut columns = Self::default();
        for run in slots.chunk_by(|&a, &b| roster.position(a) == roster.position(b)) {
            let start = columns.panels.len();
            for &slot in run {
                let (panel, tags, minutiae) = roster.code(slot)?;
                columns.panels.push(*panel);
                columns.tags.push(*tags);
                columns.factors.push(factors[usize::from(minutiae).min(COLUMNS)]);
            }
            columns.runs.push((roster.position(run[0]), start..columns.panels.len()));
        }
        columns.slots = slots;
        Ok(columns)
    }

    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// The values of the prints of wanted positions for one print; `take` gets, run by run, where it begins and 1 more than
    /// each value.
    pub(super) fn values(
        &self,
        level: Level,
        rows: &Rows,
        wanted: u16,
        radius: u8,
        out: &mut Vec<u32>,
        mut take: impl FnMut(usize, &[u32]),
    ) {
        for (_, run) in self.runs.iter().filter(|(position, _)| wanted & bit(*position) != 0) {
            out.clear();
            out.resize(run.len(), 0);
            let (panels, tags) = (&self.panels[run.clone()], &self.tags[run.clone()]);
            sums(level, std::slice::from_ref(rows), panels, tags, radius, None, out);
            for (value, &factor) in out.iter_mut().zip(&self.factors[run.clone()]) {
                *value = 1 + cascade::mean(*value, factor);
            }
            take(run.start, out);
        }
    }
}
