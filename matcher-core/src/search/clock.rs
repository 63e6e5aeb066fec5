//! Knows how far a search has come, and when it must stop.

use super::options::Options;
use crate::work::Counter;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// One clock for all that a call searches.
pub(super) struct Clock<'a> {
    started: Instant,
    deadline: Option<Duration>,
    counter: Counter<'a>,
}

impl<'a> Clock<'a> {
    /// Starts; progress is told in so many subjects.
    pub(super) fn start(options: &Options<'a>, subjects: usize) -> Self {
        Self { started: Instant::now(), deadline: options.deadline, counter: options.watch.counter(subjects) }
    }

    /// Whether the search was cancelled or its time is up.
    pub(super) fn stops(&self) -> bool {
        self.counter.cancelled() || self.deadline.is_some_and(|deadline| self.started.elapsed() >= deadline)
    }

    /// A part of the work that counts as so many subjects, and has so many steps.
    pub(super) fn part(&self, subjects: usize, steps: usize) -> Part<'_, 'a> {
        if steps == 0 {
            self.counter.add(subjects);
        }
        Part { clock: self, subjects, steps, done: AtomicUsize::new(0) }
    }
}

/// A part of the work.
pub(super) struct Part<'c, 'a> {
    clock: &'c Clock<'a>,
    subjects: usize,
    steps: usize,
    done: AtomicUsize,
}

impl Part<'_, '_> {
    /// Whether the search was cancelled or its time is up.
    pub(super) fn stops(&self) -> bool {
        self.clock.stops()
    }

    /// So many more steps are done.
    pub(super) fn add(&self, steps: usize) {
        if steps == 0 {
            return;
        }
        let before = self.done.fetch_add(steps, Ordering::Relaxed);
        let subjects = |done: usize| (self.subjects as u128 * done as u128 / self.steps as u128) as usize;
        self.clock.counter.add(subjects(before + steps) - subjects(before));
    }
}
