//! Watching a long piece of work, and stopping it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// How far a piece of work has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Items done.
    pub done: usize,
    /// Items in all.
    pub total: usize,
}

/// Who watches a piece of work; the default is nobody.
///
/// # Examples
/// ```
/// use matcher_core::work::Watch;
/// use std::sync::atomic::{AtomicBool, Ordering};
/// let cancel = AtomicBool::new(false);
/// let watch = Watch { cancel: Some(&cancel), ..Watch::default() };
/// assert!(!watch.cancelled());
/// cancel.store(true, Ordering::Relaxed);
/// assert!(watch.cancelled());
/// ```
#[derive(Clone, Copy, Default)]
pub struct Watch<'a> {
    /// Called from time to time, from any of the threads that work.
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Set it to stop the work soon.
    pub cancel: Option<&'a AtomicBool>,
}

impl<'a> Watch<'a> {
    /// Whether the work was told to stop.
    pub fn cancelled(&self) -> bool {
        self.cancel.is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// Starts counting `total` items.
    pub fn counter(&self, total: usize) -> Counter<'a> {
        Counter { watch: *self, done: AtomicUsize::new(0), total }
    }
}

/// Counts the items done on all threads and tells the watcher.
pub struct Counter<'a> {
    watch: Watch<'a>,
    done: AtomicUsize,
    total: usize,
}

impl Counter<'_> {
    /// So many more items are done.
    pub fn add(&self, items: usize) {
        let done = self.done.fetch_add(items, Ordering::Relaxed) + items;
        if let Some(progress) = self.watch.progress {
            progress(Progress { done, total: self.total });
        }
    }

    /// Whether the work was told to stop. Asks the watcher first, who may learn of it only when spoken to.
    pub fn stops(&self) -> bool {
        self.add(0);
        self.cancelled()
    }

    /// Whether the work was told to stop.
    pub fn cancelled(&self) -> bool {
        self.watch.cancelled()
    }
}
