//! One search by prints and DNA together: its keywords, `JointCandidateList` and `JointCandidate`.

use crate::candidates::{Candidate, CandidateList, at};
use crate::convert::{Reduced, aligned, frozen, reduced, thawed};
use crate::dna::candidates::{DnaCandidate, DnaCandidateList};
use crate::dna::frequency_arguments::FrequenciesArgument;
use crate::dna::profile::Profile;
use crate::dna::rule::RuleArgument;
use crate::errors::{OrRaise, invalid};
use matcher_core::dna::compare::Rule;
use matcher_core::dna::{self, Frequencies};
use matcher_core::fingerprint::Template;
use matcher_core::gallery::Gallery;
use matcher_core::search as core;
use matcher_core::search::{JointOptions, LrScale, Options, ProfileOptions, search_joint};
use matcher_core::units::{Log10Lr, Theta};
use numpy::PyReadonlyArrayDyn;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use std::borrow::Borrow;
use std::sync::Arc;

/// What a search by prints is told of DNA.
pub(crate) struct DnaPart {
    profile: dna::Profile,
    rule: Rule,
    frequencies: Option<Arc<Frequencies>>,
    theta: Theta,
    scale: Option<LrScale>,
}

impl DnaPart {
    /// `None` where no profile is given; then none of the others may be.
    pub(crate) fn new(
        py: Python<'_>,
        profile: Option<&Bound<'_, Profile>>,
        rule: Option<RuleArgument>,
        frequencies: Option<FrequenciesArgument>,
        theta: f64,
        fingerprint_lr: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Option<Self>> {
        let Some(profile) = profile else {
            let given = [
                ("rule", rule.is_some()),
                ("frequencies", frequencies.is_some()),
                ("fingerprint_lr", fingerprint_lr.is_some()),
            ];
            return match given.iter().find(|(_, given)| *given) {
                Some((name, _)) => Err(invalid(py, name, "given", "None where there is no dna")),
                None => Ok(None),
            };
        };
        let rule = rule.ok_or_else(|| invalid(py, "rule", "None", "a rule, as dna is given"))?;
        Ok(Some(Self {
            profile: (*profile.get().inner).clone(),
            rule: rule.0,
            frequencies: frequencies.map(|argument| argument.0),
            theta: Theta::new(theta).or_raise(py)?,
            scale: fingerprint_lr.map(scale_of).transpose()?,
        }))
    }

    /// Searches by both; what holds for prints holds for DNA, too.
    pub(crate) fn search(
        &self,
        gallery: &Gallery,
        probes: &[impl Borrow<Template> + Sync],
        options: &Options<'_>,
    ) -> matcher_core::Result<core::JointCandidates> {
        let dna = ProfileOptions {
            limit: options.limit,
            exclude: options.exclude.iter().map(|id| id.as_str().to_owned()).collect(),
            asker: options.asker.clone(),
            frequencies: self.frequencies.as_deref(),
            theta: self.theta,
            threads: options.threads,
            deadline: options.deadline,
            watch: options.watch,
            ..ProfileOptions::default()
        };
        let fingerprints =
            Options { exclude: options.exclude.clone(), asker: options.asker.clone(), ..*options };
        let joint = JointOptions { fingerprints, dna, rule: &self.rule, fingerprint_lr: self.scale.as_ref() };
        search_joint(gallery, probes, &self.profile, &joint)
    }
}

/// A scale from pairs of numbers, or an array with two columns.
fn scale_of(pairs: &Bound<'_, PyAny>) -> PyResult<LrScale> {
    let py = pairs.py();
    let array: PyReadonlyArrayDyn<'_, f64> = aligned(py, pairs, "fingerprint_lr")?.extract()?;
    let array = array.as_array();
    if !array.is_empty() && (array.ndim() != 2 || array.shape()[1] != 2) {
        let expected = "pairs of a score and the base-10 logarithm of a likelihood ratio";
        return Err(invalid(py, "fingerprint_lr", format!("of shape {:?}", array.shape()), expected));
    }
    let numbers: Vec<f64> = array.iter().copied().collect();
    let points: Vec<(f64, f64)> = numbers.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    LrScale::new(&points).or_raise(py)
}

/// The answer to a search: by prints alone, or by prints and DNA.
#[derive(IntoPyObject)]
pub(crate) enum Answer {
    /// By prints.
    Prints(CandidateList),
    /// By both.
    Joint(JointCandidateList),
}

/// The answer to a search by prints and DNA together: who is listed by either, and what both say of each, side by side.
///
/// A comparison score and a profile's agreement are no numbers of one kind, and are never added. Only likelihood ratios
/// are: where a scale for prints and frequencies for DNA are given, the candidates are ranked by the sum of their
/// logarithms, as of evidence that is independent given who left it. ``len``, indexing and iteration go over the
/// candidates.
///
/// Examples
/// --------
/// >>> from matcher import Gallery, simulate
/// >>> from matcher.dna import Profile, Rule
/// >>> gallery, probes = Gallery.in_memory(), []
/// >>> for k, (enrolled, probe) in enumerate(simulate.fingers(3, impressions=2, seed=7)):
/// ...     gallery.enrol(f"S{k}", enrolled, Profile("p", {"FGA": (20 + k, 24), "TH01": (6, 9.3)}))
/// ...     probes.append(probe)
/// >>> trace, rule = Profile("trace", {"FGA": (21, 24), "TH01": (6, 9.3)}), Rule("high", min_loci=2)
/// >>> answer = gallery.search(probes[1], dna=trace, rule=rule)
/// >>> best = answer[0]
/// >>> best.subject_id, best.fingerprints.rank, best.dna, best.log10_lr
/// ('S1', 1, 'agrees', None)
///
/// With likelihood ratios of both kinds there is a sum:
///
/// >>> scale = [(0.0, -1.0), (40.0, 4.0)]
/// >>> answer = gallery.search(probes[1], dna=trace, rule=rule, frequencies="nist1036-cauc", fingerprint_lr=scale)
/// >>> answer.fused, answer[0].subject_id, answer[0].log10_lr > 6
/// (True, 'S1', True)
#[pyclass(frozen, module = "matcher")]
pub(crate) struct JointCandidateList {
    inner: Arc<core::JointCandidates>,
}

impl From<core::JointCandidates> for JointCandidateList {
    fn from(list: core::JointCandidates) -> Self {
        Self { inner: Arc::new(list) }
    }
}

#[pymethods]
impl JointCandidateList {
    /// Whether candidates are ranked by the likelihood ratio of both kinds together; else by the better one of their ranks
    /// in the two lists.
    #[getter]
    fn fused(&self) -> bool {
        self.inner.fused
    }

    /// The answer by prints alone.
    #[getter]
    fn fingerprints(&self) -> CandidateList {
        CandidateList::from(self.inner.fingerprints.clone())
    }

    /// The answer by DNA alone.
    #[getter]
    fn dna(&self) -> DnaCandidateList {
        DnaCandidateList::from(self.inner.dna.clone())
    }

    /// Whether both searches were complete.
    #[getter]
    fn complete(&self) -> bool {
        self.inner.fingerprints.complete && self.inner.dna.complete
    }

    /// Everything, both lists and evidence included, as plain Python objects; a candidate that is excluded has -inf.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        let candidates = (0..self.__len__()).map(|index| self.candidate(index).to_dict(py));
        dict.set_item("candidates", candidates.collect::<PyResult<Vec<_>>>()?)?;
        dict.set_item("fused", self.fused())?;
        dict.set_item("complete", self.complete())?;
        dict.set_item("fingerprints", self.fingerprints().to_dict(py)?)?;
        dict.set_item("dna", self.dna().to_dict(py)?)?;
        Ok(dict)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (Bound<'py, PyBytes>,)>> {
        reduced::<Self, _>(py, (frozen(py, &*self.inner)?,))
    }

    /// Undoes ``__reduce__``.
    #[staticmethod]
    fn _restore(py: Python<'_>, state: &[u8]) -> PyResult<Self> {
        Ok(Self::from(thawed::<core::JointCandidates>(py, state)?))
    }

    fn __len__(&self) -> usize {
        self.inner.candidates.len()
    }

    fn __getitem__(&self, index: isize) -> PyResult<JointCandidate> {
        Ok(self.candidate(at(index, self.__len__(), "candidate")?))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let all = (0..self.__len__()).map(|index| self.candidate(index));
        Ok(PyList::new(py, all.collect::<Vec<_>>())?.try_iter()?.into_any())
    }

    fn __repr__(&self) -> String {
        let list = &self.inner;
        let best = list.candidates.first();
        let best = best.map_or_else(String::new, |c| format!(", best {:?}", c.subject_id));
        let fused = if list.fused { "fused by likelihood ratios" } else { "two kinds side by side" };
        let complete = if self.complete() { "complete" } else { "incomplete" };
        format!(
            "<JointCandidateList: {} candidates{best}; {fused}; by prints {}, by DNA {}, {complete}>",
            list.candidates.len(),
            list.fingerprints.candidates.len(),
            list.dna.candidates.len()
        )
    }
}

impl JointCandidateList {
    fn candidate(&self, index: usize) -> JointCandidate {
        JointCandidate { list: self.inner.clone(), index }
    }
}

/// One candidate of a search by prints and DNA. See :class:`matcher.JointCandidateList`.
#[pyclass(frozen, module = "matcher")]
pub(crate) struct JointCandidate {
    list: Arc<core::JointCandidates>,
    index: usize,
}

impl JointCandidate {
    fn inner(&self) -> &core::JointCandidate {
        &self.list.candidates[self.index]
    }

    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("rank", self.rank())?;
        dict.set_item("subject_id", self.subject_id())?;
        let prints = self.fingerprints().map(|candidate| candidate.to_dict(py)).transpose()?;
        dict.set_item("fingerprints", prints)?;
        dict.set_item("dna", self.dna())?;
        let profile = self.dna_candidate().map(|candidate| candidate.to_dict(py)).transpose()?;
        dict.set_item("dna_candidate", profile)?;
        dict.set_item("log10_lr", self.log10_lr())?;
        Ok(dict)
    }
}

#[pymethods]
impl JointCandidate {
    /// Who.
    #[getter]
    fn subject_id(&self) -> &str {
        self.inner().subject_id.as_str()
    }

    /// From 1: fused, by the likelihood ratio; else by the better one of the two ranks. Ties by subject id.
    #[getter]
    fn rank(&self) -> usize {
        self.inner().rank
    }

    /// What the prints say, with the rank among the prints: 0 where it is not listed there. None where no print can be
    /// compared.
    #[getter]
    fn fingerprints(&self) -> Option<Candidate> {
        let found = self.inner().fingerprints.as_ref()?;
        Some(Candidate::alone(&self.list.fingerprints, found.clone()))
    }

    /// What the DNA says: "agrees" (a profile agrees under the rule), "differs" (a profile was compared, and none agrees) or
    /// "not_comparable".
    #[getter]
    fn dna(&self) -> &'static str {
        match self.inner().dna {
            core::DnaFinding::Agrees(_) => "agrees",
            core::DnaFinding::Differs => "differs",
            core::DnaFinding::NotComparable => "not_comparable",
        }
    }

    /// The profile that agrees, with the rank among the profiles: 0 where it is not listed there. None where none agrees.
    #[getter]
    fn dna_candidate(&self) -> Option<DnaCandidate> {
        match &self.inner().dna {
            core::DnaFinding::Agrees(found) => Some(DnaCandidate::alone(&self.list.dna, (**found).clone())),
            core::DnaFinding::Differs | core::DnaFinding::NotComparable => None,
        }
    }

    /// The likelihood ratio of both kinds together, as a base-10 logarithm; a kind that cannot be compared says nothing.
    /// Minus infinity where the DNA differs; None where the kinds are not fused.
    ///
    /// That of a profile that agrees is one over its random match probability: it says nothing of relatives, mutation,
    /// drop-out or typing errors, as :func:`matcher.dna.kinship` does.
    #[getter]
    fn log10_lr(&self) -> Option<f64> {
        self.inner().log10_lr.and_then(Log10Lr::value)
    }

    fn __repr__(&self) -> String {
        let candidate = self.inner();
        let prints = candidate.fingerprints.as_ref();
        let prints = prints.map_or_else(|| "not comparable".to_owned(), |c| format!("score {:.2}", c.score));
        let lr = candidate.log10_lr.map_or_else(String::new, |lr| format!(", log10 LR {lr:.2}"));
        format!(
            "<JointCandidate {}: {:?}, prints {prints}, DNA {}{lr}>",
            candidate.rank,
            candidate.subject_id,
            self.dna().replace('_', " ")
        )
    }
}
