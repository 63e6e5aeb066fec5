//! When the work stops, and how far it has come.

use super::options::DuplicateOptions;
use crate::work::Counter;
use std::time::{Duration, Instant};

/// One clock for all that a call does.
pub(in crate::search) struct Pace<'a> {
    started: Instant,
    deadline: Option<Duration>,
    counter: Counter<'a>,
}

impl<'a> Pace<'a> {
    /// Starts; progress is told in so many pairs, of which some were done before.
    pub(in crate::search) fn start(options: &DuplicateOptions<'a>, pairs: u64, done: u64) -> Self {
        let pace = Self {
            started: Instant::now(),
            deadline: options.deadline,
            counter: options.watch.counter(pairs as usize),
        };
        pace.done(done);
        pace
    }

    /// Whether the work was cancelled or its time is up.
    pub(in crate::search) fn stops(&self) -> bool {
        self.counter.cancelled() || self.deadline.is_some_and(|deadline| self.started.elapsed() >= deadline)
    }

    /// The time that is left; `None` where there is no end.
    pub(in crate::search) fn left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_sub(self.started.elapsed()))
    }

    /// So many more pairs are done.
    pub(in crate::search) fn done(&self, pairs: u64) {
        self.counter.add(pairs as usize);
    }
}

/// Pairs of so many.
pub(in crate::search) fn pairs(of: usize) -> u64 {
    let of = of as u64;
    of * of.saturating_sub(1) / 2
}
