//! `DnaCandidateList` and `DnaCandidate`: the answer to a search of profiles.

use super::comparison::ProfileComparison;
use super::rule::name_of;
use crate::candidates::{at, escaped};
use crate::convert::{Reduced, frozen, reduced, thawed};
use crate::fingerprint::comparison::Method;
use matcher_core::search as core;
use matcher_core::units::Log10;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use std::fmt::Write;
use std::sync::Arc;

/// The answer to a search of profiles: those that agree with the probe under the rule, best first, and how many were
/// looked at.
///
/// Not searched, not comparable and no hit are three different answers. ``len``, indexing and iteration go over the
/// candidates that are listed; ``hits`` counts all.
///
/// Examples
/// --------
/// >>> from matcher.dna import Profile, ProfileTable, Rule
/// >>> loci = ("FGA", "TH01", "vWA", "D3S1358", "D8S1179", "D18S51")
/// >>> table = ProfileTable([Profile(f"P{k}", {locus: (10 + k, 15) for locus in loci}) for k in range(4)])
/// >>> answer = table.search(table[2], "high")
/// >>> answer[0].id, answer[0].score, answer[0].rank
/// ('P2', 6, 1)
/// >>> answer.score_kind, answer.hits, answer.searched, answer.complete
/// ('agreeing_loci', 1, 4, True)
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct DnaCandidateList {
    inner: Arc<core::ProfileCandidates>,
}

impl DnaCandidateList {
    pub(crate) fn inner(&self) -> &core::ProfileCandidates {
        &self.inner
    }
}

impl From<core::ProfileCandidates> for DnaCandidateList {
    fn from(list: core::ProfileCandidates) -> Self {
        Self { inner: Arc::new(list) }
    }
}

#[pymethods]
impl DnaCandidateList {
    /// What the scores are: "agreeing_loci".
    #[getter]
    #[expect(clippy::unused_self, reason = "a property of the object")]
    fn score_kind(&self) -> &'static str {
        "agreeing_loci"
    }

    /// Whether every profile was reached.
    #[getter]
    fn complete(&self) -> bool {
        self.inner.complete
    }

    /// How many subjects of a gallery, or profiles of a table, agree under the rule, listed or not.
    #[getter]
    fn hits(&self) -> usize {
        self.inner.hits
    }

    /// Profiles that were compared.
    #[getter]
    fn searched(&self) -> usize {
        self.inner.searched
    }

    /// Profiles that cannot be compared with the probe under the rule: too few loci in common, or not admitted by it.
    #[getter]
    fn not_comparable(&self) -> usize {
        self.inner.not_comparable
    }

    /// Profiles that were not reached because the search was cancelled or its time was up.
    #[getter]
    fn not_searched(&self) -> usize {
        self.inner.not_searched
    }

    /// How the profiles were gone through; the hits are the same either way.
    ///
    /// Returns
    /// -------
    /// dict
    ///     ``by``: "scan" (all of them; ``reason`` says why an index was not used, where there is one) or "index" (some
    ///     were ``looked_up``, the others ``scanned``).
    #[getter]
    fn by<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        match &self.inner.by {
            core::SearchedBy::Scan { reason } => {
                dict.set_item("by", "scan")?;
                dict.set_item("reason", reason)?;
            }
            core::SearchedBy::Index { looked_up, scanned } => {
                dict.set_item("by", "index")?;
                dict.set_item("looked_up", looked_up)?;
                dict.set_item("scanned", scanned)?;
            }
        }
        Ok(dict)
    }

    /// The rule that was applied.
    #[getter]
    fn method(&self) -> Method {
        Method::from(&self.inner.method)
    }

    /// Everything, verdicts included, as plain Python objects ready for JSON.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        let candidates = (0..self.inner.candidates.len()).map(|index| self.candidate(index).to_dict(py));
        dict.set_item("candidates", candidates.collect::<PyResult<Vec<_>>>()?)?;
        dict.set_item("score_kind", self.score_kind())?;
        dict.set_item("hits", self.inner.hits)?;
        dict.set_item("complete", self.inner.complete)?;
        dict.set_item("searched", self.inner.searched)?;
        dict.set_item("not_comparable", self.inner.not_comparable)?;
        dict.set_item("not_searched", self.inner.not_searched)?;
        dict.set_item("by", self.by(py)?)?;
        dict.set_item("method", self.inner.method.to_string())?;
        Ok(dict)
    }

    /// The candidates as a pandas DataFrame: rank, subject_id, profile_id, score, wildcards, mismatches,
    /// stringency, quality, log10_rmp, adventitious. Needs pandas.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("pandas")?.call_method1("DataFrame", (self.columns(py)?,))
    }

    /// The candidates as a pyarrow Table, of the same columns. Needs pyarrow.
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("pyarrow")?.call_method1("table", (self.columns(py)?,))
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
        Ok(Self::from(thawed::<core::ProfileCandidates>(py, state)?))
    }

    fn _repr_html_(&self) -> String {
        let mut html = String::from(
            "<table><thead><tr><th>rank</th><th>subject</th><th>agreeing loci</th><th>by wildcard</th>\
             <th>mismatches</th><th>stringency</th><th>log10 RMP</th></tr></thead><tbody>",
        );
        for candidate in &self.inner.candidates {
            let (rank, id, counts) = (candidate.rank, escaped(&candidate.id), candidate.comparison.counts);
            let stringency = candidate.comparison.stringency.as_ref().map_or_else(|| "–".to_owned(), name_of);
            let rmp = candidate
                .log10_rmp
                .map_or_else(|| "–".to_owned(), |rmp| format!("{rmp:.2}", rmp = rmp.value()));
            // Writing into a string cannot fail.
            let _ = write!(
                html,
                "<tr><td>{rank}</td><td>{id}</td><td>{}</td><td>{}</td><td>{}</td><td>{stringency}</td><td>{rmp}</td></tr>",
                counts.agreeing,
                counts.wildcards,
                counts.mismatches()
            );
        }
        let _ = write!(html, "</tbody></table><p>{}</p>", escaped(&self.summary()));
        html
    }

    fn __len__(&self) -> usize {
        self.inner.candidates.len()
    }

    fn __getitem__(&self, index: isize) -> PyResult<DnaCandidate> {
        Ok(self.candidate(at(index, self.inner.candidates.len(), "candidate")?))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let all = (0..self.inner.candidates.len()).map(|index| self.candidate(index));
        Ok(PyList::new(py, all.collect::<Vec<_>>())?.try_iter()?.into_any())
    }

    fn __repr__(&self) -> String {
        let list = &self.inner;
        let best = list.candidates.first();
        let best = best.map_or_else(String::new, |c| {
            format!(", best {:?} with {} loci", c.id, c.comparison.counts.agreeing)
        });
        format!("<DnaCandidateList: {} candidates{best}; {}>", list.candidates.len(), self.summary())
    }
}

impl DnaCandidateList {
    fn candidate(&self, index: usize) -> DnaCandidate {
        DnaCandidate { list: self.inner.clone(), index }
    }

    fn summary(&self) -> String {
        let list = &self.inner;
        let complete = if list.complete { "complete" } else { "incomplete" };
        format!(
            "hits {}, searched {}, not comparable {}, not searched {}, {complete}",
            list.hits, list.searched, list.not_comparable, list.not_searched
        )
    }

    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = &self.inner.candidates;
        let numbers = |of: fn(&core::ProfileCandidate) -> usize| all.iter().map(of).collect::<Vec<_>>();
        let columns = PyDict::new(py);
        columns.set_item("rank", numbers(|c| c.rank))?;
        columns.set_item("subject_id", all.iter().map(|c| c.id.as_str()).collect::<Vec<_>>())?;
        columns.set_item("profile_id", all.iter().map(|c| c.profile_id.as_str()).collect::<Vec<_>>())?;
        columns.set_item("score", numbers(|c| c.comparison.counts.agreeing))?;
        columns.set_item("wildcards", numbers(|c| c.comparison.counts.wildcards))?;
        columns.set_item("mismatches", numbers(|c| c.comparison.counts.mismatches()))?;
        let stringency = all.iter().map(|c| c.comparison.stringency.as_ref().map(name_of));
        columns.set_item("stringency", stringency.collect::<Vec<_>>())?;
        // Not `u8`: that would become `bytes`.
        let quality = all.iter().map(|c| c.comparison.quality.map(|quality| u16::from(quality.number())));
        columns.set_item("quality", quality.collect::<Vec<_>>())?;
        let rmp = all.iter().map(|c| c.log10_rmp.map(Log10::value));
        columns.set_item("log10_rmp", rmp.collect::<Vec<_>>())?;
        columns.set_item("adventitious", all.iter().map(|c| c.adventitious).collect::<Vec<_>>())?;
        Ok(columns)
    }
}

/// One candidate: a profile that agrees with the probe under the rule.
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct DnaCandidate {
    list: Arc<core::ProfileCandidates>,
    index: usize,
}

impl DnaCandidate {
    /// A candidate of an answer that does not list it.
    pub(crate) fn alone(answer: &core::ProfileCandidates, candidate: core::ProfileCandidate) -> Self {
        let list = core::ProfileCandidates {
            candidates: vec![candidate],
            by: answer.by.clone(),
            method: answer.method.clone(),
            ..*answer
        };
        Self { list: Arc::new(list), index: 0 }
    }

    fn inner(&self) -> &core::ProfileCandidate {
        &self.list.candidates[self.index]
    }

    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("rank", self.rank())?;
        dict.set_item("subject_id", self.subject_id())?;
        dict.set_item("profile_id", self.profile_id())?;
        dict.set_item("row", self.row())?;
        dict.set_item("score", self.score())?;
        dict.set_item("log10_rmp", self.log10_rmp())?;
        dict.set_item("adventitious", self.adventitious())?;
        dict.set_item("evidence", self.evidence().to_dict(py)?)?;
        Ok(dict)
    }
}

#[pymethods]
impl DnaCandidate {
    /// Who: the id of the subject in a gallery, of the profile in a table.
    #[getter]
    fn subject_id(&self) -> &str {
        &self.inner().id
    }

    /// The same as ``subject_id``.
    #[getter]
    fn id(&self) -> &str {
        &self.inner().id
    }

    /// The id of the profile that agrees.
    #[getter]
    fn profile_id(&self) -> &str {
        &self.inner().profile_id
    }

    /// Where the profile is: its index in the table. Of a gallery it means nothing outside this answer.
    #[getter]
    fn row(&self) -> usize {
        self.inner().row
    }

    /// The random match probability of the probe's genotypes at the loci that agree (NRC II, formula 4.10), as a base-10
    /// logarithm: that of the same genotypes, whatever less the rule asks. None without frequencies, for a mixture, and
    /// where none of these loci is counted.
    #[getter]
    fn log10_rmp(&self) -> Option<f64> {
        self.inner().log10_rmp.map(Log10::value)
    }

    /// How many profiles among those that were searched are expected to agree with the probe at these loci by chance, at
    /// the stringency of the rule: to be reported with a hit. None where `log10_rmp` is.
    #[getter]
    fn adventitious(&self) -> Option<f64> {
        self.inner().adventitious
    }

    /// How many loci agree, those that agree only by a wildcard not counted.
    #[getter]
    fn score(&self) -> usize {
        self.inner().comparison.counts.agreeing
    }

    /// From 1: by the number of loci that agree, then by how rarely these agree by chance, then by id.
    #[getter]
    fn rank(&self) -> usize {
        self.inner().rank
    }

    /// The verdict at each locus.
    fn evidence(&self) -> ProfileComparison {
        ProfileComparison::from(self.inner().comparison.clone())
    }

    fn __repr__(&self) -> String {
        let candidate = self.inner();
        let counts = candidate.comparison.counts;
        format!(
            "<DnaCandidate {}: {:?}, {} loci agree, {} fail>",
            candidate.rank,
            candidate.id,
            counts.agreeing,
            counts.mismatches()
        )
    }
}
