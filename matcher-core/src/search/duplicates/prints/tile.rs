//! A range of subjects against some that come after them: the stages, and the links that come out.

use super::columns::Columns;
use super::roster::Roster;
use super::rows::Row;
use crate::error::Result;
use crate::fingerprint::matcher::DECISION_THRESHOLD;
use crate::search::duplicates::config::StageCounts;
use crate::search::duplicates::found::Found;
use crate::search::duplicates::run::Outcome;
use crate::search::{DuplicateOptions, DuplicateStages};
use crate::simd::Level;
use std::ops::Range;

/// What every tile needs.
pub(super) struct Tiles<'t, 'g> {
    pub(super) roster: &'t Roster<'g>,
    pub(super) options: &'t DuplicateOptions<'t>,
    pub(super) level: Level,
    /// Of the first stage; `None`: there is none, and every pair is compared in full.
    pub(super) factors: Option<[u32; crate::simd::nearest::COLUMNS + 1]>,
}

/// A pair of prints that passed the first stage: the column, the row and its print.
type Passed = (u32, u32, u32);

impl Tiles<'_, '_> {
    /// Compares the rows with the subjects of these ranks that come after each.
    pub(super) fn compare(&self, rows: &[Row], ranks: Range<u32>) -> Result<Outcome> {
        let mut outcome = Outcome::new(self.options.limit);
        outcome.pairs = rows.iter().map(|row| later(row.rank, &ranks)).sum();
        match &self.factors {
            None => {
                for rank in ranks {
                    for row in rows.iter().filter(|row| row.rank < rank) {
                        self.judge(row, rank, &mut outcome)?;
                    }
                }
            }
            Some(factors) => {
                let slots = self.roster.slots(ranks).to_vec();
                let columns = Columns::gather(self.roster, slots, factors)?;
                let stages = &self.options.stages;
                let mut counts = StageCounts::default();
                let mut passed = self.by_codes(stages, rows, &columns, &mut counts);
                // A print of the columns is prepared once for all rows.
                passed.sort_unstable();
                for (rank, row) in self.by_relaxation(stages, rows, &columns, &passed, &mut counts)? {
                    self.judge(&rows[row as usize], rank, &mut outcome)?;
                }
                outcome.counts.stages = outcome.counts.stages.plus(counts);
            }
        }
        Ok(outcome)
    }

    /// The pairs of prints that pass by their search codes.
    fn by_codes(
        &self,
        stages: &DuplicateStages,
        rows: &[Row],
        columns: &Columns,
        counts: &mut StageCounts,
    ) -> Vec<Passed> {
        let (mut out, mut passed) = (Vec::new(), Vec::new());
        for (number, row) in (0..).zip(rows) {
            for (code, of) in (0..).zip(&row.codes) {
                columns.values(self.level, &of.rows, of.wanted, stages.radius, &mut out, |first, values| {
                    let slots = &columns.slots[first..first + values.len()];
                    // Within a run, prints stand in the order of their subjects.
                    let after = slots.partition_point(|slot| slot.rank <= row.rank);
                    counts.prints += (values.len() - after) as u64;
                    for (at, _) in
                        values.iter().enumerate().skip(after).filter(|(_, value)| **value >= of.threshold)
                    {
                        passed.push(((first + at) as u32, number, code));
                    }
                });
            }
        }
        counts.code_passed += passed.len() as u64;
        passed
    }

    /// The pairs of subjects, the rank of the one and the number of the row, of whom a pair of prints passes by its
    /// relaxed similarity, each pair once.
    fn by_relaxation(
        &self,
        stages: &DuplicateStages,
        rows: &[Row],
        columns: &Columns,
        passed: &[Passed],
        counts: &mut StageCounts,
    ) -> Result<Vec<(u32, u32)>> {
        let mut subjects = Vec::new();
        for of_column in passed.chunk_by(|a, b| a.0 == b.0) {
            let slot = columns.slots[of_column[0].0 as usize];
            let reference = self.roster.subject(slot.rank).prepared(slot.print as usize)?;
            for &(_, row, code) in of_column {
                let of = &rows[row as usize];
                let matcher = &of.query.matchers()[of.codes[code as usize].probe];
                if matcher.relaxed(&reference)? >= stages.relaxed {
                    counts.relaxed_passed += 1;
                    subjects.push((slot.rank, row));
                }
            }
        }
        subjects.sort_unstable();
        subjects.dedup();
        Ok(subjects)
    }

    /// Compares two subjects in full.
    fn judge(&self, row: &Row, rank: u32, outcome: &mut Outcome) -> Result<()> {
        outcome.counts.stages.compared += 1;
        let pairs = row.query.agreement(self.roster.subject(rank))?;
        let score: f64 = pairs.iter().map(|pair| pair.score).sum();
        let least = self.options.min_score.unwrap_or(DECISION_THRESHOLD * pairs.len() as f64);
        if !(score > 0.0 && score >= least) {
            return Ok(());
        }
        // Equal ones: the finger that stands first.
        let best = pairs.iter().reduce(|best, pair| if pair.score > best.score { pair } else { best });
        let records = best.map_or([0, 0], |pair| [row.prints[pair.probe], pair.print as u32]);
        outcome.counts.found += 1;
        outcome.best.keep(Found { a: row.rank, b: rank, score, agreeing: pairs.len() as u32, records });
        Ok(())
    }
}

/// How many of some ranks come after one.
fn later(rank: u32, ranks: &Range<u32>) -> u64 {
    u64::from(ranks.end.saturating_sub(ranks.start.max(rank + 1)))
}
