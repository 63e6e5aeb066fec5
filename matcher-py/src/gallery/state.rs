//! What holds a gallery, and how it is looked into and changed without the interpreter's lock.

use super::{Entry, Gallery};
use crate::errors::{OrRaise, invalid};
use crate::watch::Listener;
use matcher_core::fingerprint::Matcher;
use matcher_core::gallery as core;
use matcher_core::gallery::Asker;
use matcher_core::work::{Threads, Watch};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

/// What of a lasting gallery is known without looking, and stays known when it is closed.
pub(super) struct Home {
    pub(super) folder: PathBuf,
    pub(super) purpose: String,
}

pub(crate) fn closed() -> PyErr {
    PyValueError::new_err("the gallery is closed")
}

impl Gallery {
    pub(crate) fn new(gallery: core::Gallery) -> Self {
        let home =
            gallery.folder().map(|folder| Home { folder: folder.to_owned(), purpose: gallery.purpose() });
        Self { inner: RwLock::new(Some(Arc::new(gallery))), home }
    }

    /// The gallery as it was last seen; `None` where it is closed.
    fn seen(&self) -> Option<Arc<core::Gallery>> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps a later state; one that was closed meanwhile stays closed.
    fn keep(&self, gallery: &Arc<core::Gallery>) {
        if let Some(place) = self.inner.write().unwrap_or_else(PoisonError::into_inner).as_mut() {
            *place = Arc::clone(gallery);
        }
    }

    /// The gallery as it is now, with what was changed by others; `None` where it is closed. Call it without the
    /// interpreter's lock.
    pub(crate) fn snapshot(&self) -> Option<matcher_core::Result<Arc<core::Gallery>>> {
        let seen = self.seen()?;
        Some(seen.newer().map(|newer| match newer {
            None => seen,
            Some(newer) => {
                let newer = Arc::new(newer);
                self.keep(&newer);
                newer
            }
        }))
    }

    /// Lets a shard be searched after its end; `None` where it is closed. Call it without the interpreter's lock.
    pub(super) fn also_expired(&self) -> Option<()> {
        let mut guard = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        let place = guard.as_mut()?;
        *place = Arc::new(core::Gallery::clone(place).accept_expired());
        Some(())
    }

    /// Looks into the gallery, without the interpreter's lock.
    pub(super) fn look<R: Send>(
        &self,
        py: Python<'_>,
        f: impl FnOnce(&core::Gallery) -> matcher_core::Result<R> + Send,
    ) -> PyResult<R> {
        py.detach(|| self.snapshot().map(|gallery| f(&*gallery?))).ok_or_else(closed)?.or_raise(py)
    }

    /// The same for what others cannot change.
    pub(super) fn look_as_seen<R>(&self, f: impl FnOnce(&core::Gallery) -> R) -> PyResult<R> {
        self.seen().map(|gallery| f(&gallery)).ok_or_else(closed)
    }

    /// Changes the gallery; `None` where it is closed. Call it without the interpreter's lock.
    pub(crate) fn change_unlocked<R>(&self, f: impl FnOnce(&mut core::Gallery) -> R) -> Option<R> {
        if self.home.is_some() {
            // Its store says who changes it when: who only looks does not wait here.
            let mut own = core::Gallery::clone(&*self.seen()?);
            let result = f(&mut own);
            self.keep(&Arc::new(own));
            return Some(result);
        }
        let mut guard = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        guard.as_mut().map(Arc::make_mut).map(f)
    }

    /// Changes the gallery, without the interpreter's lock.
    pub(super) fn change<R: Send>(
        &self,
        py: Python<'_>,
        f: impl FnOnce(&mut core::Gallery) -> matcher_core::Result<R> + Send,
    ) -> PyResult<R> {
        py.detach(|| self.change_unlocked(f)).ok_or_else(closed)?.or_raise(py)
    }

    /// The same with the listener watching. The work is done beside this thread, however many there are: what the listener
    /// calls may look into the gallery.
    pub(crate) fn change_watched<R: Send>(
        &self,
        py: Python<'_>,
        listener: &Listener,
        f: impl FnOnce(&mut core::Gallery, Watch<'_>) -> matcher_core::Result<R> + Send,
    ) -> PyResult<R> {
        let work = |watch: Watch<'_>| self.change_unlocked(|gallery| f(gallery, watch));
        listener.run(py, Threads::All, work)?.ok_or_else(closed)?.or_raise(py)
    }

    /// Enrols a subject.
    pub(super) fn enrol_one(&self, py: Python<'_>, subject: Entry) -> PyResult<()> {
        self.change(py, |gallery| gallery.enrol_many(vec![subject], Threads::ONE))
    }

    /// What is enrolled of a subject.
    pub(super) fn of_subject(&self, py: Python<'_>, id: &core::SubjectId) -> PyResult<core::Subject> {
        self.look(py, |gallery| gallery.get(id))
    }

    /// The ids of all subjects, sorted.
    pub(super) fn ids(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let ids = self.look(py, core::Gallery::subjects)?;
        Ok(ids.into_iter().map(String::from).collect())
    }

    /// Who asks and for what; purposes must name that of the gallery.
    pub(super) fn asker(
        &self,
        py: Python<'_>,
        viewer: Option<&str>,
        tags: Option<&Bound<'_, PyAny>>,
        purposes: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Asker> {
        let purposes = purposes.map(|names| crate::convert::texts(names, "purposes")).transpose()?;
        if let (Some(purposes), Some(home)) = (purposes, &self.home)
            && !purposes.contains(&home.purpose)
        {
            let mut named: Vec<String> = purposes.into_iter().collect();
            named.sort_unstable();
            let expected =
                format!("{:?} among them, the purpose of the gallery that is searched", home.purpose);
            return Err(invalid(py, "purposes", format!("{named:?}"), &expected));
        }
        let asker = viewer.map_or_else(Asker::default, Asker::viewer);
        let tags = tags.map(|tags| crate::convert::texts(tags, "tags")).transpose()?;
        Ok(tags.map_or(asker.clone(), |tags| asker.with_tags(tags)))
    }

    /// What the gallery is, in words.
    pub(super) fn described(&self, py: Python<'_>) -> String {
        let place = self.home.as_ref().map_or_else(
            || "in memory".to_owned(),
            |home| format!("{:?} for {:?}", home.folder.to_string_lossy(), home.purpose),
        );
        let counts = self.look(py, |gallery| {
            let stats = gallery.stats()?;
            let mode = if gallery.is_read_only() { ", read-only" } else { "" };
            let (subjects, prints, profiles) = (stats.subjects, stats.prints, stats.profiles);
            Ok(format!("{mode}: {subjects} subjects, {prints} prints, {profiles} DNA profiles"))
        });
        match counts {
            Ok(counts) => format!("<Gallery {place}{counts}>"),
            Err(_) if self.seen().is_none() => "<Gallery, closed>".to_owned(),
            Err(_) => format!("<Gallery {place}: cannot be read>"),
        }
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
            self.snapshot().map(|gallery| gallery?.scores(matcher, threads, watch))
        })?;
        scores.ok_or_else(closed)?.or_raise(py)
    }
}
