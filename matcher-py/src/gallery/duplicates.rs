//! The keywords of all against all, checked once, and the work itself, watched.

use super::closed;
use crate::convert;
use crate::dna::rule::RuleArgument;
use crate::errors::{OrRaise, invalid};
use crate::links::Links;
use crate::watch::Listener;
use matcher_core::gallery::{self as core, Asker};
use matcher_core::search::{
    self, DuplicateOptions, Mode, Positions, find_duplicate_dna, find_duplicate_prints,
};
use matcher_core::work::Threads;
use pyo3::prelude::*;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// All against all, ready to run.
pub(crate) struct Duplicates {
    pub(crate) limit: usize,
    pub(crate) min_score: Option<f64>,
    pub(crate) positions: Positions,
    pub(crate) mode: Mode,
    pub(crate) categories: Option<HashSet<matcher_core::dna::Category>>,
    pub(crate) exclude: HashSet<String>,
    pub(crate) asker: Asker,
    pub(crate) checkpoint: Option<PathBuf>,
    pub(crate) threads: Threads,
    pub(crate) deadline: Option<Duration>,
}

impl Duplicates {
    /// Checks what all kinds share.
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    pub(crate) fn new<'py>(
        py: Python<'py>,
        limit: isize,
        min_score: Option<f64>,
        categories: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
        asker: Asker,
        checkpoint: Option<PathBuf>,
        deadline: Option<f64>,
        threads: Option<isize>,
    ) -> PyResult<Self> {
        let category = |name: &String| name.parse().or_raise(py);
        let categories = categories.map(|names| convert::texts(names, "categories")).transpose()?;
        let seconds = |seconds: f64| {
            Duration::try_from_secs_f64(seconds)
                .map_err(|_| invalid(py, "deadline", seconds, "a finite number of seconds, 0 or more"))
        };
        Ok(Self {
            limit: usize::try_from(limit).map_err(|_| invalid(py, "limit", limit, "0 or more"))?,
            min_score,
            positions: Positions::Same,
            mode: Mode::Fast,
            categories: categories.map(|names| names.iter().map(category).collect()).transpose()?,
            exclude: exclude.map(|ids| convert::texts(ids, "exclude")).transpose()?.unwrap_or_default(),
            asker,
            checkpoint,
            threads: convert::threads(py, threads)?,
            deadline: deadline.map(seconds).transpose()?,
        })
    }

    /// With what is of prints alone.
    pub(super) fn of_prints(self, py: Python<'_>, mode: &str, position: &str) -> PyResult<Self> {
        let mode = match mode {
            "fast" => Mode::Fast,
            "exhaustive" => Mode::Exhaustive,
            _ => return Err(invalid(py, "mode", format!("{mode:?}"), "\"fast\" or \"exhaustive\"")),
        };
        let positions = match position {
            "same" => Positions::Same,
            "any" => Positions::Any,
            _ => return Err(invalid(py, "position", format!("{position:?}"), "\"same\" or \"any\"")),
        };
        Ok(Self { positions, mode, ..self })
    }

    /// Works on what `target` gives, with the listener watching; a gallery that is closed gives nothing.
    pub(crate) fn run<T>(
        &self,
        py: Python<'_>,
        listener: &Listener,
        target: impl FnOnce() -> Option<matcher_core::Result<Arc<T>>> + Send,
        find: impl FnOnce(&T, &DuplicateOptions<'_>) -> matcher_core::Result<search::Links> + Send,
    ) -> PyResult<Links> {
        let links = listener.run(py, self.threads, |watch| {
            let options = DuplicateOptions {
                limit: self.limit,
                min_score: self.min_score,
                positions: self.positions,
                mode: self.mode,
                categories: self.categories.clone(),
                exclude: self.exclude.clone(),
                asker: self.asker.clone(),
                checkpoint: self.checkpoint.as_deref(),
                threads: self.threads,
                deadline: self.deadline,
                watch,
                ..DuplicateOptions::default()
            };
            target().map(|target| find(&*target?, &options))
        })?;
        Ok(Links::from(links.ok_or_else(closed)?.or_raise(py)?))
    }
}

impl super::Gallery {
    /// All against all, by prints or, where there is a rule, by DNA.
    pub(super) fn duplicates(
        &self,
        py: Python<'_>,
        kind: &str,
        rule: Option<&RuleArgument>,
        asked: &Duplicates,
        listener: &Listener,
    ) -> PyResult<Links> {
        match (kind, rule) {
            ("fingerprint", None) => asked.run(py, listener, || self.snapshot(), find_duplicate_prints),
            ("fingerprint", Some(_)) => Err(invalid(py, "rule", "given", "None: it is of kind \"dna\"")),
            ("dna", Some(rule)) => {
                let find = |gallery: &core::Gallery, options: &DuplicateOptions<'_>| {
                    find_duplicate_dna(gallery, &rule.0, options)
                };
                asked.run(py, listener, || self.snapshot(), find)
            }
            ("dna", None) => Err(invalid(py, "rule", "None", "a Rule, or the name of a shipped one")),
            _ => Err(invalid(py, "kind", format!("{kind:?}"), "\"fingerprint\" or \"dna\"")),
        }
    }
}
