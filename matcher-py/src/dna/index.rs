//! `ProfileIndex`: the profiles that agree with a probe, without looking at the others.

use super::candidates::DnaCandidateList;
use super::frequency_arguments::FrequenciesArgument;
use super::profile::{Profile, profiles};
use super::query::Query;
use super::rule::RuleArgument;
use super::table::ProfileTable;
use crate::convert;
use crate::errors::OrRaise;
use crate::watch::Listener;
use matcher_core::gallery::Asker;
use matcher_core::search as core;
use pyo3::prelude::*;
use std::sync::Arc;

/// An index over a table of profiles: a search looks up what may agree instead of going through all.
///
/// It gives exactly the hits of a search of the table. Where a rule or a probe leaves nothing to look up, all is gone
/// through, and ``by`` of the answer says why.
///
/// Parameters
/// ----------
/// table : ProfileTable
///     It is shared, not copied; the index adds about 60 bytes a profile.
/// threads : int, optional
///     All cores unless given.
///
/// Examples
/// --------
/// >>> from matcher import simulate
/// >>> from matcher.dna import ProfileIndex, ProfileTable
/// >>> table = ProfileTable(simulate.profiles(500, "nist1036", seed=7))
/// >>> index = ProfileIndex(table)
/// >>> answer = index.search(table[321], "codis_moderate")
/// >>> answer[0].id == table.ids[321], answer.searched
/// (True, 500)
/// >>> answer.by
/// {'by': 'index', 'looked_up': 500, 'scanned': 0}
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct ProfileIndex {
    inner: Arc<core::ProfileIndex>,
}

#[pymethods]
impl ProfileIndex {
    #[new]
    #[pyo3(signature = (table, threads=None))]
    fn new(py: Python<'_>, table: &Bound<'_, ProfileTable>, threads: Option<isize>) -> PyResult<Self> {
        let threads = convert::threads(py, threads)?;
        let table = table.get().inner.clone();
        let index = py.detach(|| core::ProfileIndex::new(&table, threads));
        Ok(Self { inner: Arc::new(index.or_raise(py)?) })
    }

    /// How many profiles can be looked up.
    #[getter]
    fn indexed(&self) -> usize {
        self.inner.indexed()
    }

    /// How many profiles every search goes through, because they lack a locus that most have or no row can hold them.
    #[getter]
    fn scanned(&self) -> usize {
        self.inner.scanned()
    }

    /// Searches for the profiles that agree with a probe under a rule; keywords as in :meth:`ProfileTable.search`.
    ///
    /// Returns
    /// -------
    /// DnaCandidateList
    ///     The candidates of :meth:`ProfileTable.search`.
    #[pyo3(signature = (profile, rule, limit=100, *, frequencies=None, theta=0.01, categories=None, exclude=None,
        deadline=None, threads=None, progress=None, cancel=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn search<'py>(
        &self,
        py: Python<'py>,
        profile: &Bound<'py, Profile>,
        rule: RuleArgument,
        limit: isize,
        frequencies: Option<FrequenciesArgument>,
        theta: f64,
        categories: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
        deadline: Option<f64>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
        cancel: Option<Bound<'py, PyAny>>,
    ) -> PyResult<DnaCandidateList> {
        let listener = Listener::new(py, "searching", progress, cancel)?;
        let query = Query::new(
            py,
            limit,
            frequencies,
            theta,
            categories,
            exclude,
            Asker::default(),
            deadline,
            threads,
            listener,
        )?;
        let probe = profile.get().inner.clone();
        let mut answers = query.run(
            py,
            || Some(Ok(self.inner.clone())),
            |index, options| index.search(&probe, &rule.0, options).map(|answer| vec![answer]),
        )?;
        // One probe, one answer.
        Ok(answers.remove(0))
    }

    /// Searches with many probes, spread over threads; keywords as in :meth:`ProfileTable.search`.
    ///
    /// Returns
    /// -------
    /// list of DnaCandidateList
    ///     One for each probe, each the same as a search of its own.
    #[pyo3(signature = (profiles, rule, limit=100, *, frequencies=None, theta=0.01, categories=None, exclude=None,
        deadline=None, threads=None, progress=None, cancel=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn search_many<'py>(
        &self,
        py: Python<'py>,
        profiles: &Bound<'py, PyAny>,
        rule: RuleArgument,
        limit: isize,
        frequencies: Option<FrequenciesArgument>,
        theta: f64,
        categories: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
        deadline: Option<f64>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
        cancel: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Vec<DnaCandidateList>> {
        let listener = Listener::new(py, "searching", progress, cancel)?;
        let query = Query::new(
            py,
            limit,
            frequencies,
            theta,
            categories,
            exclude,
            Asker::default(),
            deadline,
            threads,
            listener,
        )?;
        let probes = self::profiles(profiles)?;
        query.run(
            py,
            || Some(Ok(self.inner.clone())),
            |index, options| index.search_many(&probes, &rule.0, options),
        )
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __repr__(&self) -> String {
        format!("<ProfileIndex: {} profiles indexed, {} scanned>", self.indexed(), self.scanned())
    }
}
