//! `RelativeList` and `RelativeCandidate`: the answer to a search for relatives.

use super::arguments::mutation_object;
use super::pairwise::PairwiseKinship;
use super::plain_dict;
use super::report::KinshipReport;
use crate::candidates::{at, escaped};
use crate::errors::OrRaise;
use crate::fingerprint::comparison::Method;
use matcher_core::dna;
use matcher_core::dna::Locus;
use matcher_core::dna::kinship::{Relation, kinship_lr};
use matcher_core::search as core;
use matcher_core::search::Kin;
use pyo3::exceptions::PyLookupError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};
use std::fmt::Write;
use std::sync::Arc;

/// The answer to a search for relatives: whose profile is likelier that of the relative, or of the missing person, than of
/// somebody unrelated, best first.
///
/// Who is excluded is not listed. Not searched, not comparable and nobody found are three different answers. A lead is no
/// identification: among many profiles some unrelated ones have large ratios too.
///
/// Examples
/// --------
/// >>> from matcher.dna import Frequencies, Profile, ProfileTable
/// >>> frequencies = Frequencies({"TH01": {"6": 0.1, "7": 0.4, "9.3": 0.5}}, name="example")
/// >>> people = {"A": ("6", "7"), "B": ("7", "9.3"), "C": ("7", "7")}
/// >>> table = ProfileTable([Profile(id, {"TH01": alleles}) for id, alleles in people.items()])
/// >>> parent = Profile("parent", {"TH01": ("6", "6")})
/// >>> answer = table.search_relatives(parent, "parent-child", frequencies)
/// >>> [(candidate.id, round(10 ** candidate.score, 9)) for candidate in answer]
/// [('A', 5.0)]
/// >>> answer.score_kind, answer.searched, answer.complete
/// ('log10_lr', 3, True)
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct RelativeList {
    inner: Arc<Leads>,
}

/// The answer, with what it takes to look at a candidate closely.
struct Leads {
    list: core::RelativeCandidates,
    profiles: Vec<Option<dna::Profile>>,
    kin: Kin,
    frequencies: Arc<dna::Frequencies>,
}

impl RelativeList {
    pub(super) fn new(
        list: core::RelativeCandidates,
        profiles: Vec<Option<dna::Profile>>,
        kin: Kin,
        frequencies: Arc<dna::Frequencies>,
    ) -> Self {
        Self { inner: Arc::new(Leads { list, profiles, kin, frequencies }) }
    }
}

#[pymethods]
impl RelativeList {
    /// What the scores are: "log10_lr".
    #[getter]
    #[expect(clippy::unused_self, reason = "a property of the object")]
    fn score_kind(&self) -> &'static str {
        "log10_lr"
    }

    /// What was asked, in words.
    #[getter]
    fn question(&self) -> &str {
        &self.inner.list.question
    }

    /// Whether every profile was reached.
    #[getter]
    fn complete(&self) -> bool {
        self.inner.list.complete
    }

    /// Profiles that were compared.
    #[getter]
    fn searched(&self) -> usize {
        self.inner.list.searched
    }

    /// Profiles that have no locus in common that counts, and mixtures.
    #[getter]
    fn not_comparable(&self) -> usize {
        self.inner.list.not_comparable
    }

    /// Profiles that were not reached because the search was cancelled or its time was up.
    #[getter]
    fn not_searched(&self) -> usize {
        self.inner.list.not_searched
    }

    /// The loci of the question that count.
    #[getter]
    fn loci<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.inner.list.loci.iter().map(|locus| Locus::name(*locus)))
    }

    /// The loci of the question that do not count, with the reason.
    #[getter]
    fn not_counted<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (locus, reason) in &self.inner.list.not_counted {
            dict.set_item(locus.name(), reason.to_string())?;
        }
        Ok(dict)
    }

    /// Theta.
    #[getter]
    fn theta(&self) -> f64 {
        self.inner.list.model.theta.value()
    }

    /// How alleles mutate: None, a model for all loci, or models by locus, "default" for those that are not named.
    #[getter]
    fn mutation<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        mutation_object(py, &self.inner.list.model.mutation)
    }

    /// Whether founders who were not typed and have one child are left out.
    #[getter]
    fn prune_untyped(&self) -> bool {
        self.inner.list.model.prune_untyped
    }

    /// The rule for rare alleles in words, None where there is none.
    #[getter]
    fn rare(&self) -> Option<String> {
        self.inner.list.rare.map(|rule| rule.to_string())
    }

    /// The name of the frequency table.
    #[getter]
    fn population(&self) -> &str {
        &self.inner.list.population
    }

    /// The method; its configuration covers the question, theta, mutation and every number of the table.
    #[getter]
    fn method(&self) -> Method {
        Method::from(&self.inner.list.method)
    }

    /// Everything as plain Python objects, ready for JSON; no allele is in it.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = plain_dict(py, &self.inner.list)?;
        dict.set_item("score_kind", self.score_kind())?;
        dict.set_item("not_counted", self.not_counted(py)?)?;
        dict.set_item("method", self.inner.list.method.to_string())?;
        Ok(dict)
    }

    /// The candidates as a pandas DataFrame: rank, subject_id, profile_id, log10_lr, loci. Needs pandas.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("pandas")?.call_method1("DataFrame", (self.columns(py)?,))
    }

    /// The candidates as a pyarrow Table, of the same columns. Needs pyarrow.
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("pyarrow")?.call_method1("table", (self.columns(py)?,))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner.list == other.get().inner.list)
    }

    fn _repr_html_(&self) -> String {
        let mut html = String::from(
            "<table><thead><tr><th>rank</th><th>subject</th><th>log10 LR</th><th>loci</th></tr></thead><tbody>",
        );
        for of in &self.inner.list.candidates {
            let (rank, id, ratio, loci) = (of.rank, escaped(&of.id), of.log10_lr, of.loci);
            // Writing into a string cannot fail.
            let _ = write!(html, "<tr><td>{rank}</td><td>{id}</td><td>{ratio:+.3}</td><td>{loci}</td></tr>");
        }
        let _ = write!(html, "</tbody></table><p>{}</p>", escaped(&self.summary()));
        html
    }

    fn __len__(&self) -> usize {
        self.inner.list.candidates.len()
    }

    fn __getitem__(&self, index: isize) -> PyResult<RelativeCandidate> {
        Ok(self.candidate(at(index, self.__len__(), "candidate")?))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let all = (0..self.__len__()).map(|index| self.candidate(index));
        Ok(PyList::new(py, all.collect::<Vec<_>>())?.try_iter()?.into_any())
    }

    fn __repr__(&self) -> String {
        let best = self.inner.list.candidates.first();
        let best = best
            .map_or_else(String::new, |best| format!(", best {:?} log10 LR {:+.3}", best.id, best.log10_lr));
        format!("<RelativeList: {} candidates{best}; {}>", self.__len__(), self.summary())
    }
}

impl RelativeList {
    fn candidate(&self, index: usize) -> RelativeCandidate {
        RelativeCandidate { leads: self.inner.clone(), index }
    }

    fn summary(&self) -> String {
        let list = &self.inner.list;
        let complete = if list.complete { "complete" } else { "incomplete" };
        format!(
            "{}, searched {}, not comparable {}, not searched {}, {complete}",
            list.question, list.searched, list.not_comparable, list.not_searched
        )
    }

    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = &self.inner.list.candidates;
        let columns = PyDict::new(py);
        columns.set_item("rank", all.iter().map(|of| of.rank).collect::<Vec<_>>())?;
        columns.set_item("subject_id", all.iter().map(|of| of.id.as_str()).collect::<Vec<_>>())?;
        columns.set_item("profile_id", all.iter().map(|of| of.profile_id.as_str()).collect::<Vec<_>>())?;
        columns.set_item("log10_lr", all.iter().map(|of| of.log10_lr).collect::<Vec<_>>())?;
        columns.set_item("loci", all.iter().map(|of| of.loci).collect::<Vec<_>>())?;
        Ok(columns)
    }
}

/// One candidate of a search for relatives.
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct RelativeCandidate {
    leads: Arc<Leads>,
    index: usize,
}

#[pymethods]
impl RelativeCandidate {
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

    /// The id of the profile.
    #[getter]
    fn profile_id(&self) -> &str {
        &self.inner().profile_id
    }

    /// Where the profile is: its index in the table. Of a gallery it means nothing outside this answer.
    #[getter]
    fn row(&self) -> usize {
        self.inner().row
    }

    /// The logarithm to base 10 of the likelihood ratio against somebody unrelated.
    #[getter]
    fn score(&self) -> f64 {
        self.inner().log10_lr
    }

    /// The same as ``score``.
    #[getter]
    fn log10_lr(&self) -> f64 {
        self.inner().log10_lr
    }

    /// From 1: by the likelihood ratio, then by id.
    #[getter]
    fn rank(&self) -> usize {
        self.inner().rank
    }

    /// How many loci are known of both and counted.
    #[getter]
    fn loci(&self) -> usize {
        self.inner().loci
    }

    /// The whole case: locus by locus, and what it rests on.
    ///
    /// Returns
    /// -------
    /// KinshipReport or PairwiseKinship
    ///     The latter for a relation to a profile; of a family the hypotheses are "related" and "unrelated".
    fn evidence<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Leads { list, profiles, kin, frequencies } = &*self.leads;
        let gone = || PyLookupError::new_err(format!("profile {:?} is not there", self.profile_id()));
        let profile = profiles.get(self.index).and_then(Option::as_ref).ok_or_else(gone)?;
        if let Kin::Relative { probe, relation, .. } = kin {
            let mut other = profile.clone();
            if other.id() == probe.id() {
                // A probe that is in the database finds itself.
                other = other
                    .with_id(if probe.id() == "candidate" { "other" } else { "candidate" })
                    .or_raise(py)?;
            }
            let against = Relation::Unrelated;
            let answer =
                py.detach(|| kinship_lr(probe, &other, *relation, against, frequencies, &list.model));
            return Ok(PairwiseKinship::from(answer.or_raise(py)?).into_pyobject(py)?.into_any());
        }
        let report = py.detach(|| kin.report(profile, frequencies, &list.model)).or_raise(py)?;
        Ok(KinshipReport::from(report).into_pyobject(py)?.into_any())
    }

    fn __repr__(&self) -> String {
        let of = self.inner();
        format!(
            "<RelativeCandidate {}: {:?}, log10 LR {:+.3}, {} loci>",
            of.rank, of.id, of.log10_lr, of.loci
        )
    }
}

impl RelativeCandidate {
    fn inner(&self) -> &core::RelativeCandidate {
        &self.leads.list.candidates[self.index]
    }
}
