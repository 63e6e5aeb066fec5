//! The walk through all pairs: ranges of subjects, each compared with all that come after it, until done or stopped.
//!
//! What is done goes to the checkpoint range by range. Nothing that is found depends on how long the ranges are, so work
//! goes on under any division.

use super::checkpoint::{Checkpoint, Counts, Done, Work};
use super::found::{Best, Found};
use super::options::DuplicateOptions;
use super::pace::{Pace, pairs};
use crate::error::Result;
use std::ops::Range;

/// What one range gave.
pub(in crate::search) struct Outcome {
    pub(in crate::search) best: Best,
    pub(in crate::search) counts: Counts,
    /// Pairs that were compared.
    pub(in crate::search) pairs: u64,
}

impl Outcome {
    /// Nothing yet.
    pub(in crate::search) fn new(limit: usize) -> Self {
        Self { best: Best::new(limit), counts: Counts::default(), pairs: 0 }
    }

    /// Adds what another part of the range gave.
    pub(in crate::search) fn merge(&mut self, other: Self) {
        self.best.merge(other.best);
        self.counts = self.counts.plus(other.counts);
        self.pairs += other.pairs;
    }
}

/// What all of them gave.
pub(in crate::search) struct Walked {
    pub(in crate::search) links: Vec<Found>,
    pub(in crate::search) counts: Counts,
    /// Subjects that were compared with all that come after them.
    pub(in crate::search) done: u32,
    pub(in crate::search) pairs: u64,
}

/// Compares so many subjects with all that come after them. `next` tells where the range ends that begins at a rank, and
/// `compare` compares a range; `work` says what the links depend on, and is asked only where there is a checkpoint.
pub(in crate::search) fn walk(
    subjects: usize,
    options: &DuplicateOptions<'_>,
    work: impl FnOnce() -> Result<Work>,
    next: impl Fn(u32) -> u32,
    mut compare: impl FnMut(Range<u32>, &Pace<'_>) -> Result<Outcome>,
) -> Result<Walked> {
    let (mut all, mut end) = (Outcome::new(options.limit), 0);
    let mut checkpoint = None;
    if let Some(path) = options.checkpoint {
        checkpoint = Some(Checkpoint::open(path, &work()?, subjects as u32, |done: Done| {
            all.counts = all.counts.plus(done.counts);
            done.links.into_iter().for_each(|link| all.best.keep(link));
            end = done.end;
        })?);
    }
    let total = pairs(subjects);
    let after = |end: u32| total - pairs(subjects - end as usize);
    all.pairs = after(end);
    let pace = Pace::start(options, total, all.pairs);
    while (end as usize) < subjects && !pace.stops() {
        let range = end..next(end);
        let found = compare(range.clone(), &pace)?;
        if found.pairs == after(range.end) - after(range.start) {
            if let Some(checkpoint) = &mut checkpoint {
                let links = found.best.clone().into_sorted();
                checkpoint.append(&Done { end: range.end, counts: found.counts, links })?;
            }
            end = range.end;
            all.merge(found);
        } else {
            all.merge(found);
            break; // stopped on the way: what was found counts, and the range is not done
        }
    }
    Ok(Walked { links: all.best.into_sorted(), counts: all.counts, done: end, pairs: all.pairs })
}
