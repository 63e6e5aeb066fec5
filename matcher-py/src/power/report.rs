//! `PowerReport`: what relatives can tell of a missing person.

use crate::dna::kinship::{json_text, plain_dict, unit_name};
use crate::fingerprint::comparison::Method;
use matcher_core::evaluation as core;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;

/// What relatives can tell of a missing person, before a candidate is typed.
///
/// ``str(report)`` is the text of a report; no allele is in it.
#[pyclass(frozen, module = "matcher.evaluation")]
#[derive(Clone)]
pub(crate) struct PowerReport {
    inner: Arc<core::PowerReport>,
}

impl From<core::PowerReport> for PowerReport {
    fn from(report: core::PowerReport) -> Self {
        Self { inner: Arc::new(report) }
    }
}

#[pymethods]
impl PowerReport {
    /// The missing person.
    #[getter]
    fn missing(&self) -> &str {
        &self.inner.missing
    }

    /// The relatives who are typed.
    #[getter]
    fn typed(&self) -> &[String] {
        &self.inner.typed
    }

    /// The relatives who were taken as if they were typed too.
    #[getter]
    fn further(&self) -> &[String] {
        &self.inner.further
    }

    /// The expected logarithm of the likelihood ratio of a candidate who is the missing person.
    #[getter]
    fn expected_log10_lr(&self) -> f64 {
        self.inner.expected_log10_lr
    }

    /// How probable it is that somebody unrelated is excluded at one locus or more, without mutation; None where the typed
    /// relatives contradict each other without mutation.
    #[getter]
    fn exclusion(&self) -> Option<f64> {
        self.inner.exclusion
    }

    /// The expected number of loci at which somebody unrelated is excluded.
    #[getter]
    fn expected_exclusions(&self) -> f64 {
        self.inner.expected_exclusions
    }

    /// How the logarithm of the ratio is distributed among candidates who are the missing person: ``simulations``,
    /// ``excluded``, ``mean`` (of those who are not), ``median``, ``quantiles``.
    #[getter]
    fn related<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        plain_dict(py, &self.inner.related)
    }

    /// The same of candidates who are not related.
    #[getter]
    fn unrelated<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        plain_dict(py, &self.inner.unrelated)
    }

    /// What happens at each threshold.
    ///
    /// Returns
    /// -------
    /// list of dict
    ///     ``log10_lr``; ``inclusion``: how often the missing person reaches it; ``false_negatives`` and ``false_positives``:
    ///     (rate, low, high) with exact binomial intervals; ``false_positives_weighted``: (rate, standard error), for rates
    ///     that are too small to count.
    #[getter]
    fn thresholds<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let confined = |of: &core::Confined| (of.rate.value(), of.low, of.high);
        let thresholds = self.inner.thresholds.iter().map(|at| {
            let dict = PyDict::new(py);
            dict.set_item("log10_lr", at.log10_lr)?;
            dict.set_item("inclusion", at.inclusion())?;
            dict.set_item("false_negatives", confined(&at.false_negatives))?;
            dict.set_item("false_positives", confined(&at.false_positives))?;
            let weighted = at.false_positives_weighted;
            dict.set_item("false_positives_weighted", (weighted.value, weighted.standard_error))?;
            Ok(dict)
        });
        thresholds.collect()
    }

    /// The expected logarithm of the ratio at each locus; two linked loci stand together, as "D5S818 + CSF1PO".
    #[getter]
    fn per_locus<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for unit in &self.inner.units {
            dict.set_item(unit_name(&unit.loci), unit.expected_log10_lr)?;
        }
        Ok(dict)
    }

    /// The loci that were asked for and are not counted, with the reason.
    #[getter]
    fn not_counted<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for skipped in &self.inner.skipped {
            dict.set_item(skipped.locus.name(), skipped.reason.to_string())?;
        }
        Ok(dict)
    }

    /// The name of the frequency table.
    #[getter]
    fn population(&self) -> &str {
        &self.inner.population
    }

    /// The method; its configuration covers the model, the seed and every number of the table.
    #[getter]
    fn method(&self) -> Method {
        Method::from(&self.inner.method)
    }

    /// Everything as plain Python objects, ready for JSON, which has no infinity: "-inf" is text.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        plain_dict(py, &*self.inner)
    }

    /// The same as the text of a JSON document.
    ///
    /// Parameters
    /// ----------
    /// indent : int, optional
    ///     Blanks a level; on one line unless given.
    ///
    /// Returns
    /// -------
    /// str
    #[pyo3(signature = (indent=None))]
    fn to_json(&self, py: Python<'_>, indent: Option<usize>) -> PyResult<String> {
        json_text(py, self.to_dict(py)?.as_any(), indent)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        let report = &self.inner;
        format!(
            "<PowerReport: {:?}, {} typed, {} further, expected log10 LR {:+.3}, {} simulations>",
            report.missing,
            report.typed.len(),
            report.further.len(),
            report.expected_log10_lr,
            report.related.simulations
        )
    }
}
