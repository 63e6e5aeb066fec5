//! Iteration over a table of profiles.

use super::profile::Profile;
use matcher_core::gallery as core;
use pyo3::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The profiles of a table one after the other; made as they are asked for.
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct ProfileTableIterator {
    table: Arc<core::ProfileTable>,
    next: AtomicUsize,
}

impl ProfileTableIterator {
    pub(super) fn new(table: Arc<core::ProfileTable>) -> Self {
        Self { table, next: AtomicUsize::new(0) }
    }
}

#[pymethods]
impl ProfileTableIterator {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&self) -> Option<Profile> {
        let next = |row: usize| (row < self.table.len()).then_some(row + 1);
        let row = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok()?;
        self.table.get(row).map(Profile::from)
    }
}
