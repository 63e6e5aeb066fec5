//! The keywords that all searches of profiles share, checked once.

use super::candidates::DnaCandidateList;
use super::frequency_arguments::FrequenciesArgument;
use crate::convert;
use crate::errors::{OrRaise, invalid};
use crate::gallery::closed;
use crate::query::seconds;
use crate::watch::Listener;
use matcher_core::dna::{Category, Frequencies};
use matcher_core::gallery::Asker;
use matcher_core::search::{ProfileCandidates, ProfileOptions};
use matcher_core::units::Theta;
use matcher_core::work::{Threads, Watch};
use pyo3::prelude::*;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// A search of profiles that is ready to run.
pub(crate) struct Query {
    limit: usize,
    categories: Option<HashSet<Category>>,
    exclude: HashSet<String>,
    asker: Asker,
    frequencies: Option<Arc<Frequencies>>,
    theta: Theta,
    threads: Threads,
    deadline: Option<Duration>,
    listener: Listener,
}

impl Query {
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    pub(crate) fn new<'py>(
        py: Python<'py>,
        limit: isize,
        frequencies: Option<FrequenciesArgument>,
        theta: f64,
        categories: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
        asker: Asker,
        deadline: Option<f64>,
        threads: Option<isize>,
        listener: Listener,
    ) -> PyResult<Self> {
        let category = |name: &String| name.parse::<Category>().or_raise(py);
        let categories = categories.map(|names| convert::texts(names, "categories")).transpose()?;
        Ok(Self {
            limit: usize::try_from(limit).map_err(|_| invalid(py, "limit", limit, "0 or more"))?,
            categories: categories.map(|names| names.iter().map(category).collect()).transpose()?,
            exclude: exclude.map(|ids| convert::texts(ids, "exclude")).transpose()?.unwrap_or_default(),
            asker,
            frequencies: frequencies.map(|argument| argument.0),
            theta: Theta::new(theta).or_raise(py)?,
            threads: convert::threads(py, threads)?,
            deadline: deadline.map(|given| seconds(py, given)).transpose()?,
            listener,
        })
    }

    /// Searches what `target` gives.
    pub(crate) fn run<T>(
        &self,
        py: Python<'_>,
        target: impl FnOnce() -> Option<matcher_core::Result<Arc<T>>> + Send,
        search: impl FnOnce(&T, &ProfileOptions<'_>) -> matcher_core::Result<Vec<ProfileCandidates>> + Send,
    ) -> PyResult<Vec<DnaCandidateList>> {
        Ok(self.watched(py, target, search)?.into_iter().map(DnaCandidateList::from).collect())
    }

    /// Works on what `target` gives, with the listener watching; a gallery that is closed gives nothing.
    pub(crate) fn watched<T, R: Send>(
        &self,
        py: Python<'_>,
        target: impl FnOnce() -> Option<matcher_core::Result<Arc<T>>> + Send,
        work: impl FnOnce(&T, &ProfileOptions<'_>) -> matcher_core::Result<R> + Send,
    ) -> PyResult<R> {
        let answer = self
            .listener
            .run(py, self.threads, |watch| target().map(|target| work(&*target?, &self.options(watch))))?;
        answer.ok_or_else(closed)?.or_raise(py)
    }

    fn options<'a>(&'a self, watch: Watch<'a>) -> ProfileOptions<'a> {
        ProfileOptions {
            limit: self.limit,
            categories: self.categories.clone(),
            exclude: self.exclude.clone(),
            asker: self.asker.clone(),
            frequencies: self.frequencies.as_deref(),
            theta: self.theta,
            threads: self.threads,
            deadline: self.deadline,
            watch,
        }
    }
}
