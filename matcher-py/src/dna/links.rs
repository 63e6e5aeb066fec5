//! `DnaLinks`: which profiles of a table agree with each other.

use crate::convert::{Reduced, frozen, reduced, thawed};
use crate::fingerprint::comparison::Method;
use matcher_core::search as core;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Pairs of profiles that agree under a rule: the same person twice, a contamination, or twins.
///
/// ``len`` counts the pairs that are listed; ``found`` counts all.
///
/// Examples
/// --------
/// >>> from matcher.dna import Profile, ProfileTable, Rule
/// >>> people = [Profile(k, {"FGA": fga, "TH01": (6, 9.3)}) for k, fga in zip("abc", [(21, 22), (19, 20), (22, 21)])]
/// >>> links = ProfileTable(people).find_duplicates(Rule("high", min_loci=2))
/// >>> links.edges, links.clusters()
/// ([('a', 'c', 2)], [['a', 'c']])
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct DnaLinks {
    inner: Arc<core::ProfileLinks>,
}

impl From<core::ProfileLinks> for DnaLinks {
    fn from(links: core::ProfileLinks) -> Self {
        Self { inner: Arc::new(links) }
    }
}

#[pymethods]
impl DnaLinks {
    /// The ids of the two profiles of each pair, and the number of loci that agree; those with most loci first.
    #[getter]
    fn edges(&self) -> Vec<(&str, &str, usize)> {
        self.inner.links.iter().map(|link| (link.a.as_str(), link.b.as_str(), link.agreeing)).collect()
    }

    /// Where the two profiles of each pair are: their indexes in the table.
    #[getter]
    fn rows(&self) -> Vec<(usize, usize)> {
        self.inner.links.iter().map(|link| (link.rows[0], link.rows[1])).collect()
    }

    /// The ids of profiles that hang together by the pairs that are listed, in the order of the table. That two of a
    /// cluster agree with a third does not say that they agree with each other.
    fn clusters(&self) -> Vec<Vec<&str>> {
        // The lowest row that each row hangs together with, as far as it is known.
        let mut ids = BTreeMap::new();
        let mut lower: BTreeMap<usize, usize> = BTreeMap::new();
        let root = |lower: &BTreeMap<usize, usize>, mut row: usize| {
            while let Some(&next) = lower.get(&row).filter(|&&next| next != row) {
                row = next;
            }
            row
        };
        for link in &self.inner.links {
            let [a, b] = link.rows;
            ids.insert(a, link.a.as_str());
            ids.insert(b, link.b.as_str());
            let (a, b) = (root(&lower, a), root(&lower, b));
            lower.insert(a.max(b), a.min(b));
            for row in link.rows {
                let lowest = root(&lower, row);
                lower.insert(row, lowest);
            }
        }
        let mut clusters: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for (row, id) in ids {
            clusters.entry(root(&lower, row)).or_default().push(id);
        }
        clusters.into_values().collect()
    }

    /// How many pairs agree, listed or not.
    #[getter]
    fn found(&self) -> usize {
        self.inner.found
    }

    /// Profiles that were compared with all that come after them.
    #[getter]
    fn searched(&self) -> usize {
        self.inner.searched
    }

    /// Profiles that the rule compares with none: mixtures where it admits none, or too few loci.
    #[getter]
    fn not_comparable(&self) -> usize {
        self.inner.not_comparable
    }

    /// Profiles that were not reached because the work was cancelled or its time was up.
    #[getter]
    fn not_searched(&self) -> usize {
        self.inner.not_searched
    }

    /// Whether every profile was reached.
    #[getter]
    fn complete(&self) -> bool {
        self.inner.complete
    }

    /// The rule that was applied.
    #[getter]
    fn method(&self) -> Method {
        Method::from(&self.inner.method)
    }

    /// Everything as plain Python objects, ready for JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("edges", self.edges())?;
        dict.set_item("rows", self.rows())?;
        dict.set_item("found", self.inner.found)?;
        dict.set_item("searched", self.inner.searched)?;
        dict.set_item("not_comparable", self.inner.not_comparable)?;
        dict.set_item("not_searched", self.inner.not_searched)?;
        dict.set_item("complete", self.inner.complete)?;
        dict.set_item("method", self.inner.method.to_string())?;
        Ok(dict)
    }

    fn __len__(&self) -> usize {
        self.inner.links.len()
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
        Ok(Self::from(thawed::<core::ProfileLinks>(py, state)?))
    }

    fn __repr__(&self) -> String {
        let links = &self.inner;
        let complete = if links.complete { "complete" } else { "incomplete" };
        format!(
            "<DnaLinks: {} pairs found, {} profiles searched, {} not comparable, {} not searched, {complete}>",
            links.found, links.searched, links.not_comparable, links.not_searched
        )
    }
}
