//! A search over parts of a gallery that lie on several machines: `PartSearch`, `Gathering`, `merge_dna`.

use crate::candidates::CandidateList;
use crate::dna::candidates::DnaCandidateList;
use crate::dna::frequency_arguments::FrequenciesArgument;
use crate::dna::profile::Profile;
use crate::dna::rule::RuleArgument;
use crate::errors::{OrRaise, invalid};
use crate::query::seconds;
use matcher_core::search::{self as core, Decision, PartSays, ProfileOptions, merge_profile_candidates};
use matcher_core::units::Theta;
use matcher_core::work::Watch;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;
use std::sync::{Mutex, PoisonError};

/// A search with some probes in one part of a gallery: what :meth:`matcher.Gallery.search_part` begins.
///
/// What it says goes to a :class:`Gathering`, and what that decides comes back to :meth:`go_on`. It depends on nothing but
/// what it was asked and told: where its machine is lost, another one begins again and is told the same.
#[pyclass(frozen, module = "matcher._matcher")]
pub(crate) struct PartSearch {
    search: Mutex<core::PartSearch>,
    said: Mutex<Vec<u8>>,
}

impl PartSearch {
    pub(crate) fn new((search, said): (core::PartSearch, PartSays)) -> matcher_core::Result<Self> {
        Ok(Self { search: Mutex::new(search), said: Mutex::new(said.to_bytes()?) })
    }
}

#[pymethods]
impl PartSearch {
    /// What the last stage gave.
    #[getter]
    fn said<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.said.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Goes on with what was decided.
    ///
    /// Parameters
    /// ----------
    /// decision : bytes
    ///     What :meth:`Gathering.decide` answered.
    /// deadline : float, optional
    ///     Seconds for this stage; what is not reached by then counts as not searched.
    ///
    /// Returns
    /// -------
    /// bytes
    ///     What the next stage gave.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     The decision is not about this search, or not about its next stage.
    #[pyo3(signature = (decision, deadline=None))]
    fn go_on<'py>(
        &self,
        py: Python<'py>,
        decision: &[u8],
        deadline: Option<f64>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let deadline = deadline.map(|given| seconds(py, given)).transpose()?;
        let said = py.detach(|| {
            let decision = Decision::from_bytes(decision)?;
            let mut search = self.search.lock().unwrap_or_else(PoisonError::into_inner);
            search.go_on(&decision, deadline, Watch::default())?.to_bytes()
        });
        let said = said.or_raise(py)?;
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&said);
        Ok(PyBytes::new(py, &said))
    }
}

/// Where the answers of all parts come together: draws the lines of a search through what all of them say.
///
/// Examples
/// --------
/// >>> from matcher import Gallery, simulate
/// >>> from matcher._matcher import Gathering
/// >>> here, there = Gallery.in_memory(), Gallery.in_memory()
/// >>> for k, [enrolled, probe] in enumerate(simulate.fingers(6, impressions=2, seed=7)):
/// ...     (here, there)[k % 2].enrol(f"S{k}", enrolled)
/// >>> parts = [part.search_part([probe], elsewhere=3) for part in (here, there)]
/// >>> gathering, said = Gathering(), [part.said for part in parts]
/// >>> while (decision := gathering.decide(said)) is not None:
/// ...     said = [part.go_on(decision) for part in parts]
/// >>> [answer] = gathering.lists()
/// >>> answer[0].subject_id, answer.searched, answer.complete
/// ('S5', 6, True)
#[pyclass(frozen, module = "matcher._matcher")]
pub(crate) struct Gathering(Mutex<Option<core::Gathering>>);

impl Gathering {
    fn with<R>(
        &self,
        py: Python<'_>,
        f: impl FnOnce(&mut core::Gathering) -> matcher_core::Result<R>,
    ) -> PyResult<R> {
        let mut guard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let gathering = guard.as_mut().ok_or_else(|| taken(py))?;
        f(gathering).or_raise(py)
    }
}

fn taken(py: Python<'_>) -> PyErr {
    invalid(py, "gathering", "the lists were taken already", "a new Gathering for each search")
}

#[pymethods]
impl Gathering {
    #[new]
    fn new() -> Self {
        Self(Mutex::new(Some(core::Gathering::default())))
    }

    /// What the parts are told next.
    ///
    /// Parameters
    /// ----------
    /// said : sequence of bytes
    ///     What each part said. One that does not answer any more may be left out: say so to :meth:`missing`.
    ///
    /// Returns
    /// -------
    /// bytes or None
    ///     None: everything is listed, see :meth:`lists`.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     There is no part, or the parts were not asked the same, or are not at the same stage.
    fn decide<'py>(
        &self,
        py: Python<'py>,
        said: Vec<PyBackedBytes>,
    ) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let decided = self.with(py, |gathering| {
            let said: Vec<PartSays> =
                said.iter().map(|bytes| PartSays::from_bytes(bytes)).collect::<Result<_, _>>()?;
            gathering.decide(&said)?.map(|decision| decision.to_bytes()).transpose()
        })?;
        Ok(decided.map(|bytes| PyBytes::new(py, &bytes)))
    }

    /// Notes that parts with so many subjects were not searched: no answer is complete then.
    fn missing(&self, py: Python<'_>, subjects: usize) -> PyResult<()> {
        self.with(py, |gathering| {
            gathering.missing(subjects);
            Ok(())
        })
    }

    /// The answers, one for each probe, once; each the same as that of one gallery that holds all parts.
    fn lists(&self, py: Python<'_>) -> PyResult<Vec<CandidateList>> {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).take().ok_or_else(|| taken(py))?;
        Ok(taken.lists().or_raise(py)?.into_iter().map(CandidateList::from).collect())
    }
}

/// Puts together what the same search for DNA profiles found in each of several parts of a database.
///
/// Parameters
/// ----------
/// answers : sequence of DnaCandidateList
///     One of each part, all asked with the same probe, rule and options.
/// profile : Profile
///     The probe.
/// rule : Rule or str
/// limit : int, default 100
/// frequencies : Frequencies or str, optional
/// theta : float, default 0.01
///     What each part was asked with.
///
/// Returns
/// -------
/// DnaCandidateList
///     That of a database that holds all parts; the rows of candidates stay those of their parts.
#[pyfunction]
#[pyo3(signature = (answers, profile, rule, limit=100, *, frequencies=None, theta=0.01))]
pub(crate) fn merge_dna(
    py: Python<'_>,
    answers: Vec<PyRef<'_, DnaCandidateList>>,
    profile: &Profile,
    rule: RuleArgument,
    limit: isize,
    frequencies: Option<FrequenciesArgument>,
    theta: f64,
) -> PyResult<DnaCandidateList> {
    let options = ProfileOptions {
        limit: usize::try_from(limit).map_err(|_| invalid(py, "limit", limit, "0 or more"))?,
        frequencies: frequencies.as_ref().map(|argument| &*argument.0),
        theta: Theta::new(theta).or_raise(py)?,
        ..ProfileOptions::default()
    };
    let answers = answers.iter().map(|answer| answer.inner().clone()).collect();
    let merged = merge_profile_candidates(answers, &profile.inner, &rule.0, &options).or_raise(py)?;
    Ok(DnaCandidateList::from(merged))
}
