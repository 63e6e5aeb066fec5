//! What holds a gallery, and how it is looked into and changed without the interpreter's lock.

use super::{Entry, Gallery};
use crate::errors::OrRaise;
use crate::watch::Listener;
use matcher_core::fingerprint::Matcher;
use matcher_core::gallery as core;
use matcher_core::work::Threads;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::sync::{Arc, PoisonError, RwLock};

pub(crate) fn closed() -> PyErr {
    PyValueError::new_err("the gallery is closed")
}

impl Gallery {
    pub(crate) fn new(gallery: core::Gallery) -> Self {
        Self { inner: RwLock::new(Some(Arc::new(gallery))) }
    }

    /// The gallery as it is now; `None` where it is closed. Call it without the interpreter's lock.
    pub(crate) fn snapshot(&self) -> Option<Arc<core::Gallery>> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks into the gallery, without the interpreter's lock.
    pub(super) fn look<R: Send>(
        &self,
        py: Python<'_>,
        f: impl FnOnce(&core::Gallery) -> R + Send,
    ) -> PyResult<R> {
        py.detach(|| self.inner.read().unwrap_or_else(PoisonError::into_inner).as_deref().map(f))
            .ok_or_else(closed)
    }

    /// Changes the gallery; `None` where it is closed. Call it without the interpreter's lock.
    pub(crate) fn change_unlocked<R>(&self, f: impl FnOnce(&mut core::Gallery) -> R) -> Option<R> {
        let mut guard = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        guard.as_mut().map(Arc::make_mut).map(f)
    }

    /// Changes the gallery, without the interpreter's lock.
    pub(super) fn change<R: Send>(
        &self,
        py: Python<'_>,
        f: impl FnOnce(&mut core::Gallery) -> R + Send,
    ) -> PyResult<R> {
        py.detach(|| self.change_unlocked(f)).ok_or_else(closed)
    }

    /// Enrols many subjects, all or none.
    pub(crate) fn enrol_many(&self, py: Python<'_>, subjects: Vec<Entry>, threads: Threads) -> PyResult<()> {
        self.change(py, |gallery| gallery.enrol_many(subjects, threads))?.or_raise(py)
    }

    /// What is enrolled of a subject.
    pub(super) fn of_subject(&self, py: Python<'_>, id: &core::SubjectId) -> PyResult<core::Subject> {
        self.look(py, |gallery| gallery.get(id))?.or_raise(py)
    }

    /// The ids of all subjects, sorted.
    pub(super) fn ids(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let ids = self.look(py, core::Gallery::subjects)?.or_raise(py)?;
        Ok(ids.into_iter().map(String::from).collect())
    }

    /// What the gallery is, in words.
    pub(super) fn described(&self, py: Python<'_>) -> PyResult<String> {
        self.look(py, |gallery| {
            let (subjects, prints) = (gallery.len(), gallery.stats().prints);
            let profiles = gallery.profiles().len();
            format!("<Gallery in memory: {subjects} subjects, {prints} prints, {profiles} DNA profiles>")
        })
    }

    /// The best score of each subject, in the order of their ids.
    pub(crate) fn scores(
        &self,
        py: Python<'_>,
        matcher: &Matcher,
        threads: Threads,
        listener: &Listener,
    ) -> PyResult<Vec<f64>> {
        let scores = listener.run(py, threads, |watch| {
            let gallery = self.snapshot()?;
            Some(gallery.scores(matcher, threads, watch))
        })?;
        scores.ok_or_else(closed)?.or_raise(py)
    }
}
