//! `Links` and `Link`: who is there twice, as edges, clusters, tables and graphs.

use crate::convert::{Reduced, frozen, plain, reduced, thawed};
use crate::errors::{OrRaise, invalid};
use crate::fingerprint::comparison::Method;
use matcher_core::search as core;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyIterator, PyList};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Pairs of subjects that likely are the same person, or of profiles that agree: the answer of
/// :meth:`Gallery.find_duplicates` and of :meth:`matcher.dna.ProfileTable.find_duplicates`.
///
/// Not searched, not comparable and no link are three different answers. ``len``, indexing and iteration go over the links
/// that are listed, best first; ``found`` counts all.
///
/// Examples
/// --------
/// >>> from matcher.dna import Profile, ProfileTable, Rule
/// >>> people = [Profile(k, {"FGA": fga, "TH01": (6, 9.3)}) for k, fga in zip("abc", [(21, 22), (19, 20), (22, 21)])]
/// >>> links = ProfileTable(people).find_duplicates(Rule("high", min_loci=2))
/// >>> links.edges, links.clusters()
/// ([('a', 'c', 2.0)], [['a', 'c']])
/// >>> links[0].agreeing, links.pairs, links.complete
/// (2, 3, True)
#[pyclass(frozen, module = "matcher")]
pub(crate) struct Links {
    inner: Arc<core::Links>,
}

impl From<core::Links> for Links {
    fn from(links: core::Links) -> Self {
        Self { inner: Arc::new(links) }
    }
}

#[pymethods]
impl Links {
    /// What was compared: "fingerprint" or "dna".
    #[getter]
    fn kind(&self) -> &'static str {
        self.inner.kind.name()
    }

    /// What the scores are: "comparison" or "agreeing_loci".
    #[getter]
    fn score_kind(&self) -> &'static str {
        self.inner.kind.score_kind()
    }

    /// The two ids of each link, the lesser one first (of a table, that of the earlier row), and the score; best first.
    #[getter]
    fn edges(&self) -> Vec<(&str, &str, f64)> {
        self.inner.edges.iter().map(|link| (link.a.as_str(), link.b.as_str(), link.score)).collect()
    }

    /// For each link, where to look first: the index of the print or profile of each that agrees best, among those of the
    /// subject; of a table, the rows.
    #[getter]
    fn records(&self) -> Vec<(usize, usize)> {
        self.inner.edges.iter().map(|link| (link.records[0], link.records[1])).collect()
    }

    /// The ids of those who hang together by the links that are listed: the largest cluster first, equal ones by their
    /// first id.
    ///
    /// That two of a cluster agree with a third does not say that they agree with each other: one wrong link joins two
    /// persons.
    ///
    /// Parameters
    /// ----------
    /// min_score : float, optional
    ///     Only links of this score or more count.
    #[pyo3(signature = (min_score=None))]
    fn clusters(&self, min_score: Option<f64>) -> Vec<Vec<&str>> {
        self.inner.clusters(min_score)
    }

    /// How many links there are, listed or not.
    #[getter]
    fn found(&self) -> usize {
        self.inner.found
    }

    /// Subjects (of a table: profiles) that were compared with all that come after them.
    #[getter]
    fn searched(&self) -> usize {
        self.inner.searched
    }

    /// Those that cannot be compared with anybody: no print with enough minutiae, or no profile that the rule takes.
    #[getter]
    fn not_comparable(&self) -> usize {
        self.inner.not_comparable
    }

    /// Those that were not compared with all that come after them, because the work was cancelled or its time was up.
    #[getter]
    fn not_searched(&self) -> usize {
        self.inner.not_searched
    }

    /// Pairs that were to be compared.
    #[getter]
    fn pairs(&self) -> u64 {
        self.inner.pairs
    }

    /// How many of these were.
    #[getter]
    fn pairs_searched(&self) -> u64 {
        self.inner.pairs_searched
    }

    /// Whether all were.
    #[getter]
    fn complete(&self) -> bool {
        self.inner.complete
    }

    /// How the pairs were gone through: "fast" or "exhaustive". DNA loses nothing and is always exhaustive.
    #[getter]
    fn mode(&self) -> &'static str {
        self.inner.mode.name()
    }

    /// How many came through the stages of a fast search: pairs of ``prints`` looked at, those that passed by their search
    /// codes (``code_passed``) and by their relaxed similarity (``relaxed_passed``), and pairs of subjects ``compared`` in
    /// full; None where there are no stages.
    #[getter]
    fn stages<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.inner.stages)
    }

    /// The method of comparison, or the rule that was applied.
    #[getter]
    fn method(&self) -> Method {
        Method::from(&self.inner.method)
    }

    /// Everything as plain Python objects, ready for JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("kind", self.kind())?;
        dict.set_item("links", plain(py, &self.inner.edges)?)?;
        dict.set_item("score_kind", self.score_kind())?;
        dict.set_item("clusters", self.clusters(None))?;
        dict.set_item("found", self.inner.found)?;
        dict.set_item("searched", self.inner.searched)?;
        dict.set_item("not_comparable", self.inner.not_comparable)?;
        dict.set_item("not_searched", self.inner.not_searched)?;
        dict.set_item("pairs", self.inner.pairs)?;
        dict.set_item("pairs_searched", self.inner.pairs_searched)?;
        dict.set_item("complete", self.inner.complete)?;
        dict.set_item("mode", self.mode())?;
        dict.set_item("stages", self.stages(py)?)?;
        dict.set_item("method", self.inner.method.to_string())?;
        Ok(dict)
    }

    /// The links as a pandas DataFrame: a, b, score, agreeing, record_a, record_b. Needs pandas.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("pandas")?.call_method1("DataFrame", (self.columns(py)?,))
    }

    /// The same as a polars DataFrame. Needs polars.
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("polars")?.call_method1("DataFrame", (self.columns(py)?,))
    }

    /// The same as a pyarrow Table. Needs pyarrow.
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("pyarrow")?.call_method1("table", (self.columns(py)?,))
    }

    /// Writes the links to a file, which is replaced, as a table in UTF-8 with the columns of :meth:`to_pandas`. Ids stand
    /// as they are: a spreadsheet takes one that begins with ``=`` for a formula.
    fn to_csv(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        self.written(py, &path, core::Links::save_csv)
    }

    /// Writes the links to a file, which is replaced, as a GraphML graph: subjects with their ``id`` and the number of
    /// their ``cluster``, links with the values of :meth:`to_csv`.
    fn to_graphml(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        self.written(py, &path, core::Links::save_graphml)
    }

    fn __len__(&self) -> usize {
        self.inner.edges.len()
    }

    fn __getitem__(&self, index: isize) -> PyResult<Link> {
        let length = self.inner.edges.len();
        let at = if index < 0 { index.checked_add_unsigned(length) } else { Some(index) };
        let at = at.and_then(|at| usize::try_from(at).ok()).filter(|&at| at < length);
        let links = || Link { links: self.inner.clone(), index: at.unwrap_or(0) };
        at.map(|_| links()).ok_or_else(|| PyIndexError::new_err(format!("link {index} of {length}")))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        let links = (0..self.inner.edges.len()).map(|index| Link { links: self.inner.clone(), index });
        PyList::new(py, links.map(|link| Bound::new(py, link)).collect::<PyResult<Vec<_>>>()?)?.try_iter()
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
        Ok(Self::from(thawed::<core::Links>(py, state)?))
    }

    fn __repr__(&self) -> String {
        let links = &self.inner;
        let complete = if links.complete { "complete" } else { "incomplete" };
        format!(
            "<Links: {} found, {} listed; {} searched, {} not comparable, {} not searched, {complete}>",
            links.found,
            links.edges.len(),
            links.searched,
            links.not_comparable,
            links.not_searched
        )
    }
}

impl Links {
    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = &self.inner.edges;
        let columns = PyDict::new(py);
        columns.set_item("a", all.iter().map(|link| link.a.as_str()).collect::<Vec<_>>())?;
        columns.set_item("b", all.iter().map(|link| link.b.as_str()).collect::<Vec<_>>())?;
        columns.set_item("score", all.iter().map(|link| link.score).collect::<Vec<_>>())?;
        columns.set_item("agreeing", all.iter().map(|link| link.agreeing).collect::<Vec<_>>())?;
        columns.set_item("record_a", all.iter().map(|link| link.records[0]).collect::<Vec<_>>())?;
        columns.set_item("record_b", all.iter().map(|link| link.records[1]).collect::<Vec<_>>())?;
        Ok(columns)
    }

    fn written(
        &self,
        py: Python<'_>,
        path: &Path,
        write: fn(&core::Links, &Path) -> matcher_core::Result<()>,
    ) -> PyResult<()> {
        if path.as_os_str().is_empty() {
            return Err(invalid(py, "path", "empty", "that of a file"));
        }
        py.detach(|| write(&self.inner, path)).or_raise(py)
    }
}

/// A link: two subjects that likely are the same person.
#[pyclass(frozen, module = "matcher")]
pub(crate) struct Link {
    links: Arc<core::Links>,
    index: usize,
}

impl Link {
    fn inner(&self) -> &core::Link {
        &self.links.edges[self.index]
    }
}

#[pymethods]
impl Link {
    /// The lesser id; of a table, the id in the earlier row.
    #[getter]
    fn a(&self) -> &str {
        &self.inner().a
    }

    /// The other id.
    #[getter]
    fn b(&self) -> &str {
        &self.inner().b
    }

    /// How well they agree: the comparison score, summed over fingers, or the number of loci that agree.
    #[getter]
    fn score(&self) -> f64 {
        self.inner().score
    }

    /// What it is made of: finger pairs that count, or loci that agree.
    #[getter]
    fn agreeing(&self) -> usize {
        self.inner().agreeing
    }

    /// Where to look first: the index of the print or profile of each that agrees best; of a table, the rows.
    #[getter]
    fn records(&self) -> (usize, usize) {
        (self.inner().records[0], self.inner().records[1])
    }

    fn __repr__(&self) -> String {
        let link = self.inner();
        format!("<Link {:?} – {:?}, score {:.2}>", link.a, link.b, link.score)
    }
}
