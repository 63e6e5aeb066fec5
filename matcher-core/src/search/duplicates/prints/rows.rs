//! A range of subjects, ready to be compared with all that come after them.

use super::roster::Roster;
use super::sample::Samples;
use crate::error::Result;
use crate::fingerprint::Prepared;
use crate::search::query::Query;
use crate::search::{DuplicateStages, Positions};
use crate::simd::Level;
use crate::simd::nearest::Rows;
use crate::work::Threads;
use std::borrow::Cow;
use std::ops::Range;

/// A subject of the range.
pub(super) struct Row {
    pub(super) rank: u32,
    pub(super) query: Query,
    /// For each print of the query, its index among the subject's prints.
    pub(super) prints: Vec<u32>,
    /// The prints that go through the first stage.
    pub(super) codes: Vec<RowCode>,
}

/// A print that goes through the first stage.
pub(super) struct RowCode {
    /// Its index in the query.
    pub(super) probe: usize,
    /// Finger positions that it is compared with, a bit each.
    pub(super) wanted: u16,
    pub(super) rows: Rows,
    /// See [`Samples::threshold`].
    pub(super) threshold: u32,
}

/// Prepares the subjects; the first stage needs samples.
///
/// # Errors
/// What lies in a file is damaged.
pub(super) fn rows(
    roster: &Roster<'_>,
    ranks: Range<u32>,
    positions: Positions,
    (level, stages): (Level, &DuplicateStages),
    samples: Option<&Samples>,
    threads: Threads,
) -> Result<Vec<Row>> {
    let ranks: Vec<u32> = ranks.collect();
    let rows = threads.map(&ranks, |&rank| -> Result<Row> {
        let subject = roster.subject(rank);
        let prints: Vec<u32> = subject.comparable(u16::MAX).map(|print| print as u32).collect();
        let prepared = prints.iter().map(|&print| subject.prepared(print as usize).map(Cow::into_owned));
        let prepared = prepared.collect::<Result<Vec<Prepared>>>()?;
        let query = Query::of_prepared(roster.gallery(), prepared, positions);
        let mut codes = Vec::new();
        for (probe, matcher) in query.matchers().iter().enumerate() {
            let rows = matcher.probe().search_code().and_then(|code| code.rows());
            if let (Some(samples), Some(rows)) = (samples, rows) {
                let wanted = query.wanted(matcher);
                let threshold = samples.threshold(level, rank, &rows, wanted, stages.radius);
                codes.push(RowCode { probe, wanted, rows, threshold });
            }
        }
        Ok(Row { rank, query, prints, codes })
    })?;
    rows.into_iter().collect()
}
