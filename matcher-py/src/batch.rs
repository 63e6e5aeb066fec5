//! `Batch`: many subjects enrolled at once, all or none.

use crate::gallery::{Entry, Gallery, entry};
use crate::watch::Listener;
use matcher_core::work::Threads;
use pyo3::prelude::*;
use std::sync::{Mutex, PoisonError};

/// Subjects to be enrolled together when the ``with`` block ends, in one durable change; none of them if it raises.
#[pyclass(frozen, module = "matcher")]
pub(crate) struct Batch {
    gallery: Py<Gallery>,
    threads: Threads,
    progress: Option<Py<PyAny>>,
    entries: Mutex<Vec<Entry>>,
}

impl Batch {
    pub(crate) fn new(gallery: Py<Gallery>, threads: Threads, progress: Option<Py<PyAny>>) -> Self {
        Self { gallery, threads, progress, entries: Mutex::default() }
    }
}

#[pymethods]
impl Batch {
    /// Notes a subject; it is enrolled when the block ends. See :meth:`Gallery.enrol`.
    #[pyo3(signature = (subject_id, fingerprints=None, dna=None, *, owner=None, tags=None, visible_to=None,
        provenance=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn enrol(
        &self,
        py: Python<'_>,
        subject_id: &str,
        fingerprints: Option<&Bound<'_, PyAny>>,
        dna: Option<&Bound<'_, PyAny>>,
        owner: Option<&str>,
        tags: Option<&Bound<'_, PyAny>>,
        visible_to: Option<&Bound<'_, PyAny>>,
        provenance: Option<&str>,
    ) -> PyResult<()> {
        let entry = entry(py, subject_id, fingerprints, dna, owner, tags, visible_to, provenance)?;
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
        Ok(())
    }

    fn __len__(&self) -> usize {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (exc_type, exc_value, traceback))]
    #[expect(unused_variables, reason = "Python's protocol")]
    fn __exit__(
        &self,
        py: Python<'_>,
        exc_type: Option<&Bound<'_, PyAny>>,
        exc_value: Option<&Bound<'_, PyAny>>,
        traceback: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let entries = std::mem::take(&mut *self.entries.lock().unwrap_or_else(PoisonError::into_inner));
        if exc_type.is_some() {
            return Ok(());
        }
        let progress = self.progress.as_ref().map(|progress| progress.bind(py).clone());
        let listener = Listener::new(py, "enrolling", progress, None)?;
        self.gallery.get().change_watched(py, &listener, |gallery, watch| {
            gallery.enrol_watched(entries, self.threads, watch)
        })
    }
}
