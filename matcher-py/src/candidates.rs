//! `CandidateList`, `Candidate`, `Evidence`: the answer to a search.

use crate::convert::{Reduced, frozen, plain, reduced, thawed};
use crate::fingerprint::comparison::{Comparison, Method};
use matcher_core::search as core;
use numpy::PyArray2;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use std::fmt::Write;
use std::sync::Arc;

/// The answer to a search: candidates, best first, and how much of the gallery they were chosen from.
///
/// Not searched, not comparable and no hit are three different answers. ``len``, indexing and iteration go over the
/// candidates.
///
/// Examples
/// --------
/// >>> from matcher import simulate
/// >>> gallery = simulate.gallery(50, fingers=1, seed=7)
/// >>> probe = gallery.get(gallery.subjects()[11]).fingerprints[0]
/// >>> answer = gallery.search(probe, limit=3)
/// >>> answer[0].rank, answer[0].subject_id == gallery.subjects()[11]
/// (1, True)
/// >>> answer.searched, answer.not_comparable, answer.not_searched
/// (50, 0, 0)
#[pyclass(frozen, module = "matcher")]
pub(crate) struct CandidateList {
    inner: Arc<core::CandidateList>,
}

impl From<core::CandidateList> for CandidateList {
    fn from(list: core::CandidateList) -> Self {
        Self { inner: Arc::new(list) }
    }
}

#[pymethods]
impl CandidateList {
    /// What the scores are: "comparison".
    #[getter]
    #[expect(clippy::unused_self, reason = "a property of the object")]
    fn score_kind(&self) -> &'static str {
        "comparison"
    }

    /// Whether every subject was reached, and every one that came through the stages of a fast search was compared.
    #[getter]
    fn complete(&self) -> bool {
        self.inner.complete
    }

    /// Subjects that were searched: compared in full or, in a fast search, looked at by its first stage and taken
    /// further as far as they were among the best.
    #[getter]
    fn searched(&self) -> usize {
        self.inner.searched
    }

    /// Subjects without any print that could be compared with the probe.
    #[getter]
    fn not_comparable(&self) -> usize {
        self.inner.not_comparable
    }

    /// Subjects that were not reached because the search was cancelled or its time was up.
    #[getter]
    fn not_searched(&self) -> usize {
        self.inner.not_searched
    }

    /// How the gallery was gone through: "fast", "exhaustive" or "indexed". A method without search codes (the untrained model) is
    /// searched exhaustively, whatever was asked for.
    #[getter]
    fn mode(&self) -> &'static str {
        self.inner.mode.name()
    }

    /// How the stages of a fast search went; None after an exhaustive one.
    ///
    /// Returns
    /// -------
    /// dict or None
    ///     ``stages``: for each print of the probe its index ``probe``, the number of ``prints`` looked at, how many
    ///     passed by their search codes (``code_passed``) and by their relaxed similarity (``relaxed_passed``), and the
    ///     values that these reach: ``code_threshold`` in 1/256 of a squared bit, ``relaxed_threshold`` in 1/65536 (0
    ///     where it was not asked, because all could pass). A probe of several prints has no ``stages`` but ``subjects``: the
    ///     number of ``fingers``; for each look with a print its index ``probe``, ``max_rotation``, the number of
    ///     ``prints`` looked at and the ``mean`` and ``deviation`` of their values; the number of ``subjects`` looked at,
    ///     and how many passed which values as above, ``code_threshold`` in 1/1024 standard deviation, summed over
    ///     fingers. ``compared``: subjects compared in full. ``loss``: the share
    ///     of mated comparisons in percent that such a search was measured to lose; 0 where every print was compared in
    ///     full, None where it was not measured. ``config``: the parameters. ``max_rotation``: in 1/65536 of a turn.
    #[getter]
    fn cascade<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.inner.cascade)
    }

    /// The method of comparison.
    #[getter]
    fn method(&self) -> Method {
        Method::from(&self.inner.method)
    }

    /// Everything, evidence included, as plain Python objects ready for JSON.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        let candidates = (0..self.inner.candidates.len()).map(|index| self.candidate(index).to_dict(py));
        dict.set_item("candidates", candidates.collect::<PyResult<Vec<_>>>()?)?;
        dict.set_item("score_kind", self.score_kind())?;
        dict.set_item("complete", self.inner.complete)?;
        dict.set_item("searched", self.inner.searched)?;
        dict.set_item("not_comparable", self.inner.not_comparable)?;
        dict.set_item("not_searched", self.inner.not_searched)?;
        dict.set_item("mode", self.mode())?;
        dict.set_item("cascade", self.cascade(py)?)?;
        dict.set_item("method", self.inner.method.to_string())?;
        Ok(dict)
    }

    /// The candidates as a pandas DataFrame: rank, subject_id, score, paired. Needs pandas.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("pandas")?.call_method1("DataFrame", (self.columns(py)?,))
    }

    /// The candidates as a pyarrow Table: rank, subject_id, score, paired. Needs pyarrow.
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
        Ok(Self::from(thawed::<core::CandidateList>(py, state)?))
    }

    fn _repr_html_(&self) -> String {
        let mut html = String::from(
            "<table><thead><tr><th>rank</th><th>subject</th><th>score</th><th>paired minutiae</th></tr></thead><tbody>",
        );
        for candidate in &self.inner.candidates {
            let id = escaped(candidate.subject_id.as_str());
            let (rank, score, paired) = (candidate.rank, candidate.score, paired(candidate));
            // Writing into a string cannot fail.
            let _ = write!(html, "<tr><td>{rank}</td><td>{id}</td><td>{score:.2}</td><td>{paired}</td></tr>");
        }
        let _ = write!(html, "</tbody></table><p>{}</p>", escaped(&self.summary()));
        html
    }

    fn __len__(&self) -> usize {
        self.inner.candidates.len()
    }

    fn __getitem__(&self, index: isize) -> PyResult<Candidate> {
        Ok(self.candidate(at(index, self.inner.candidates.len(), "candidate")?))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let all = (0..self.inner.candidates.len()).map(|index| self.candidate(index));
        Ok(PyList::new(py, all.collect::<Vec<_>>())?.try_iter()?.into_any())
    }

    fn __repr__(&self) -> String {
        let list = &self.inner;
        let best = list.candidates.first();
        let best = best.map_or_else(String::new, |c| format!(", best {:?} at {:.2}", c.subject_id, c.score));
        format!("<CandidateList: {} candidates{best}; {}>", list.candidates.len(), self.summary())
    }
}

impl CandidateList {
    fn candidate(&self, index: usize) -> Candidate {
        Candidate { list: self.inner.clone(), index }
    }

    fn summary(&self) -> String {
        let list = &self.inner;
        let complete = if list.complete { "complete" } else { "incomplete" };
        let mode = list.mode.name();
        let (compared, loss) = match &list.cascade {
            None => (String::new(), String::new()),
            Some(cascade) => (format!(", compared in full {}", cascade.compared), lost(cascade.loss)),
        };
        format!(
            "{mode}: searched {}{compared}, not comparable {}, not searched {}, {complete}{loss}",
            list.searched, list.not_comparable, list.not_searched
        )
    }

    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = &self.inner.candidates;
        let columns = PyDict::new(py);
        columns.set_item("rank", all.iter().map(|c| c.rank).collect::<Vec<_>>())?;
        columns.set_item("subject_id", all.iter().map(|c| c.subject_id.as_str()).collect::<Vec<_>>())?;
        columns.set_item("score", all.iter().map(|c| c.score).collect::<Vec<_>>())?;
        columns.set_item("paired", all.iter().map(paired).collect::<Vec<_>>())?;
        Ok(columns)
    }
}

/// One candidate.
#[pyclass(frozen, module = "matcher")]
pub(crate) struct Candidate {
    list: Arc<core::CandidateList>,
    index: usize,
}

impl Candidate {
    /// A candidate of an answer that does not list it.
    pub(crate) fn alone(answer: &core::CandidateList, candidate: core::Candidate) -> Self {
        let list = core::CandidateList {
            candidates: vec![candidate],
            cascade: None,
            method: answer.method.clone(),
            ..*answer
        };
        Self { list: Arc::new(list), index: 0 }
    }

    fn inner(&self) -> &core::Candidate {
        &self.list.candidates[self.index]
    }

    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let candidate = self.inner();
        let dict = PyDict::new(py);
        dict.set_item("rank", candidate.rank)?;
        dict.set_item("subject_id", candidate.subject_id.as_str())?;
        dict.set_item("score", candidate.score)?;
        let evidence = candidate.evidence.iter().map(|evidence| -> PyResult<_> {
            let dict = Comparison::from(evidence.comparison.clone()).to_dict(py)?;
            dict.set_item("probe", evidence.probe)?;
            dict.set_item("probe_position", evidence.probe_position.code())?;
            dict.set_item("finger_prints", &evidence.finger_prints)?;
            dict.set_item("print", evidence.print)?;
            dict.set_item("finger_position", evidence.finger_position.code())?;
            Ok(dict)
        });
        dict.set_item("evidence", evidence.collect::<PyResult<Vec<_>>>()?)?;
        Ok(dict)
    }
}

#[pymethods]
impl Candidate {
    /// Who.
    #[getter]
    fn subject_id(&self) -> &str {
        self.inner().subject_id.as_str()
    }

    /// Comparison score; of several fingers, the sum over them.
    #[getter]
    fn score(&self) -> f64 {
        self.inner().score
    }

    /// From 1; equal scores are ranked by subject id.
    #[getter]
    fn rank(&self) -> usize {
        self.inner().rank
    }

    /// What the score is made of: each finger of the probe against the finger of this subject that it fits.
    fn evidence(&self) -> Evidence {
        Evidence { list: self.list.clone(), index: self.index }
    }

    fn __repr__(&self) -> String {
        let c = self.inner();
        format!(
            "<Candidate {}: {:?}, score {:.2}, {} paired minutiae>",
            c.rank,
            c.subject_id,
            c.score,
            paired(c)
        )
    }
}

/// The comparisons behind a candidate, one for each finger of the probe that could be compared: of several prints of one
/// known finger the best. No finger of the subject is in two of them.
///
/// ``score``, ``pairs``, ``transform`` and ``parts`` are those of the best of them: with one probe print, of the only.
#[pyclass(frozen, module = "matcher")]
pub(crate) struct Evidence {
    list: Arc<core::CandidateList>,
    index: usize,
}

impl Evidence {
    fn all(&self) -> &[core::Evidence] {
        &self.list.candidates[self.index].evidence
    }

    fn comparison(&self, index: usize) -> Comparison {
        Comparison::from(self.all()[index].comparison.clone())
    }

    /// The comparison with the highest score; of equal ones the first.
    fn best(&self) -> PyResult<Comparison> {
        let mut best: Option<usize> = None;
        for (k, evidence) in self.all().iter().enumerate() {
            if best.is_none_or(|b| evidence.comparison.score > self.all()[b].comparison.score) {
                best = Some(k);
            }
        }
        best.map(|k| self.comparison(k)).ok_or_else(|| PyIndexError::new_err("no comparison"))
    }
}

#[pymethods]
impl Evidence {
    /// The comparisons.
    #[getter]
    fn comparisons(&self) -> Vec<Comparison> {
        (0..self.all().len()).map(|k| self.comparison(k)).collect()
    }

    /// For each comparison, the index of the probe print.
    #[getter]
    fn probes(&self) -> Vec<usize> {
        self.all().iter().map(|e| e.probe).collect()
    }

    /// For each comparison, the index of the subject's print.
    #[getter]
    fn prints(&self) -> Vec<usize> {
        self.all().iter().map(|e| e.print).collect()
    }

    /// For each comparison, the finger position of the subject's print.
    #[getter]
    fn finger_positions(&self) -> Vec<u16> {
        // Not `u8`: that would become `bytes`.
        self.all().iter().map(|e| u16::from(e.finger_position.code())).collect()
    }

    /// Score of the best comparison.
    #[getter]
    fn score(&self) -> PyResult<f64> {
        Ok(self.best()?.score())
    }

    /// Corresponding minutiae of the best comparison: indexes into the probe's and the print's ``minutiae``.
    #[getter]
    fn pairs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<i64>>> {
        Ok(self.best()?.pairs(py))
    }

    /// Transform of the best comparison: see :class:`matcher.fingerprint.Comparison`.
    #[getter]
    fn transform<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyArray2<f64>>>> {
        Ok(self.best()?.transform(py))
    }

    /// Parts of the score of the best comparison.
    #[getter]
    fn parts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.best()?.parts(py)
    }

    fn __len__(&self) -> usize {
        self.all().len()
    }

    fn __getitem__(&self, index: isize) -> PyResult<Comparison> {
        Ok(self.comparison(at(index, self.all().len(), "comparison")?))
    }

    fn __repr__(&self) -> String {
        format!("<Evidence: {} comparisons>", self.all().len())
    }
}

/// A Python index, negative ones from the end.
pub(crate) fn at(index: isize, length: usize, what: &str) -> PyResult<usize> {
    let from_start = if index < 0 { index + length as isize } else { index };
    usize::try_from(from_start)
        .ok()
        .filter(|&place| place < length)
        .ok_or_else(|| PyIndexError::new_err(format!("{what} {index} of {length}")))
}

/// Paired minutiae over all comparisons of a candidate.
fn paired(candidate: &core::Candidate) -> usize {
    candidate.evidence.iter().map(|e| e.comparison.pairs.nrows()).sum()
}

/// What a fast search may have lost, in words.
fn lost(loss: Option<f64>) -> String {
    match loss {
        Some(0.0) => String::new(),
        Some(loss) => format!(", measured loss {loss} % of mates"),
        None => ", loss not measured".to_owned(),
    }
}

/// Text that HTML shows as it stands.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
