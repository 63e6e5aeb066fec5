//! `DviReport`: which body is whom, as far as the profiles tell.

use super::arguments::mutation_object;
use super::{json_text, plain_dict};
use crate::candidates::escaped;
use crate::convert::plain;
use crate::fingerprint::comparison::Method;
use matcher_core::dna::Locus;
use matcher_core::dna::identification as core;
use matcher_core::dna::identification::{Conclusion, MissingPerson};
use numpy::{PyArray2, ToPyArray};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use serde::Serialize;
use std::fmt::{Display, Write};
use std::sync::Arc;

/// Which body is whom: every pair by itself, all assignments at once, a conclusion for each, and what it rests on.
///
/// ``str(report)`` is a text for a statement, without any allele. Missing persons are tuples (family, person); matrices have
/// a row for each of ``bodies`` and a column for each of ``missing``.
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct DviReport {
    inner: Arc<core::DviReport>,
}

impl From<core::DviReport> for DviReport {
    fn from(report: core::DviReport) -> Self {
        Self { inner: Arc::new(report) }
    }
}

fn tuple(missing: &MissingPerson) -> (&str, &str) {
    (&missing.family, &missing.person)
}

#[pymethods]
impl DviReport {
    /// The ids of the bodies; of parts that were joined, the first one's.
    #[getter]
    fn bodies(&self) -> &[String] {
        &self.inner.bodies
    }

    /// The missing persons: (family, person), family by family.
    #[getter]
    fn missing(&self) -> Vec<(&str, &str)> {
        self.inner.missing.iter().map(tuple).collect()
    }

    /// The logarithm of the likelihood ratio of each body's being each missing person, against being related to nobody of
    /// the family: -inf where that is impossible or the sexes differ, 0 where nothing was compared; ``states`` says which.
    #[getter]
    fn pairwise<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray2<f64>> {
        self.inner.pairwise.log10_lr.to_pyarray(py)
    }

    /// Whether each pair was compared, rows of text: "compared", "other_sex", "no_locus_in_common", "nobody_typed",
    /// "family_contradictory", "excluded_by_prior" or "identified_before".
    #[getter]
    fn states<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.inner.pairwise)?.get_item("states")
    }

    /// How many loci were typed both of the body and in the family.
    #[getter]
    fn pairwise_loci<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray2<i64>> {
        self.inner.pairwise.loci.mapv(|loci| loci as i64).to_pyarray(py)
    }

    /// Remains that may be one person's or relatives', most likely first: ``a``, ``b``, ``relation``, ``log10_lr``, ``loci``.
    #[getter]
    fn duplicates<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.inner.duplicates)
    }

    /// The ids that were joined into one body.
    #[getter]
    fn merged(&self) -> &[Vec<String>] {
        &self.inner.merged
    }

    /// Pairs that are inconsistent at some loci: ``body``, ``missing``, ``loci``, and whether they are ``excluded`` by them.
    #[getter]
    fn exclusions<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        self.inner.exclusions.iter().map(|exclusion| excluded(py, exclusion)).collect()
    }

    /// Those of ``exclusions`` that are excluded.
    #[getter]
    fn excluded<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        self.inner.excluded().map(|exclusion| excluded(py, exclusion)).collect()
    }

    /// Pairs beyond the threshold without a rival: ``body``, ``missing``, ``log10_lr``, ``step``.
    #[getter]
    fn undisputed<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let pairs = self.inner.undisputed.iter().map(|pair| {
            let dict = PyDict::new(py);
            dict.set_item("body", &pair.body)?;
            dict.set_item("missing", tuple(&pair.missing))?;
            dict.set_item("log10_lr", pair.log10_lr.value())?;
            dict.set_item("step", pair.step)?;
            Ok(dict)
        });
        pairs.collect()
    }

    /// Families that share possible bodies: ``families``, ``bodies``, ``kept`` assignments, the probability
    /// ``outside``, and whether all was kept (``complete``).
    #[getter]
    fn groups<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.inner.groups)
    }

    /// The most probable assignments of all bodies, most probable first.
    ///
    /// Returns
    /// -------
    /// list of dict
    ///     ``pairs`` (body to missing person; who is not there is not identified), ``log10_likelihood``, ``log10_lr`` (against
    ///     nobody being identified) and ``posterior``.
    #[getter]
    fn assignments<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let assignments = self.inner.assignments.iter().map(|assignment| {
            let pairs = PyDict::new(py);
            for (body, missing) in &assignment.pairs {
                pairs.set_item(body, tuple(missing))?;
            }
            let dict = PyDict::new(py);
            dict.set_item("pairs", pairs)?;
            dict.set_item("log10_likelihood", assignment.log10_likelihood.value())?;
            dict.set_item("log10_lr", assignment.log10_lr.value())?;
            dict.set_item("posterior", assignment.posterior)?;
            Ok(dict)
        });
        assignments.collect()
    }

    /// The probability, at most, that the true assignment is none that was kept; 0 where all were.
    #[getter]
    fn outside(&self) -> f64 {
        self.inner.outside
    }

    /// The probability that each body is each missing person, summed over all assignments that were kept.
    #[getter]
    fn marginals<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray2<f64>> {
        self.inner.marginals.pairs.to_pyarray(py)
    }

    /// The probability that a body is nobody of these families, by its id; None where it was compared with nobody.
    #[getter]
    fn nobody<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (body, probability) in self.inner.bodies.iter().zip(&self.inner.marginals.nobody) {
            dict.set_item(body, probability)?;
        }
        Ok(dict)
    }

    /// The probability that a missing person is not among the bodies, by (family, person); None where nobody was compared.
    #[getter]
    fn absent<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (missing, probability) in self.inner.missing.iter().zip(&self.inner.marginals.absent) {
            dict.set_item(tuple(missing), probability)?;
        }
        Ok(dict)
    }

    /// What is concluded of each body, by its id.
    ///
    /// Returns
    /// -------
    /// dict of str to dict
    ///     ``conclusion`` ("undisputed", "match_by_joint", "inconclusive", "no_match", "nobody_left", "excluded" or "not_comparable"), what
    ///     belongs to it, and all of it in words as ``text``.
    #[getter]
    fn conclusions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (body, conclusion) in self.inner.bodies.iter().zip(&self.inner.body_conclusions) {
            dict.set_item(body, concluded(py, conclusion)?)?;
        }
        Ok(dict)
    }

    /// What is concluded of each missing person, by (family, person).
    #[getter]
    fn missing_conclusions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (missing, conclusion) in self.inner.missing.iter().zip(&self.inner.missing_conclusions) {
            dict.set_item(tuple(missing), concluded(py, conclusion)?)?;
        }
        Ok(dict)
    }

    /// The loci that were used.
    #[getter]
    fn loci<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.inner.basis.loci.iter().map(|locus| Locus::name(*locus)))
    }

    /// Loci of profiles that were left out: (profile, locus, reason).
    #[getter]
    fn left_out(&self) -> Vec<(&str, &str, String)> {
        let left_out = &self.inner.basis.left_out;
        left_out.iter().map(|of| (of.profile.as_str(), of.locus.name(), of.reason.to_string())).collect()
    }

    /// What else whoever reads it should know, a sentence each.
    #[getter]
    fn remarks(&self) -> &[String] {
        &self.inner.basis.remarks
    }

    /// What the conclusions asked for; see :func:`dvi`.
    #[getter]
    fn thresholds<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        plain(py, &self.inner.basis.thresholds)
    }

    /// Theta.
    #[getter]
    fn theta(&self) -> f64 {
        self.inner.basis.model.theta.value()
    }

    /// How alleles mutate: None, a model for all loci, or models by locus, "default" for those that are not named.
    #[getter]
    fn mutation<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        mutation_object(py, &self.inner.basis.model.mutation)
    }

    /// Whether founders who were not typed and have one child are left out.
    #[getter]
    fn prune_untyped(&self) -> bool {
        self.inner.basis.model.prune_untyped
    }

    /// The rule for rare alleles in words, None where there is none.
    #[getter]
    fn rare(&self) -> Option<String> {
        self.inner.basis.rare.map(|rule| rule.to_string())
    }

    /// The name of the frequency table.
    #[getter]
    fn population(&self) -> &str {
        &self.inner.basis.population
    }

    /// The method; its configuration covers every assumption and every number of the table.
    #[getter]
    fn method(&self) -> Method {
        Method::from(&self.inner.basis.method)
    }

    /// Everything as plain Python objects, ready for JSON, which has no infinity: "-inf" is text. No allele is in it.
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

    /// The pairs as a pandas DataFrame, a row each: body, family, person, state, log10_lr, loci, probability. Needs pandas.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let report = &self.inner;
        let places: Vec<(usize, usize)> = (0..report.bodies.len())
            .flat_map(|body| (0..report.missing.len()).map(move |missing| (body, missing)))
            .collect();
        let states: Vec<Vec<String>> = self.states(py)?.extract()?;
        let columns = PyDict::new(py);
        let column = |of: &dyn Fn(usize, usize) -> String| -> Vec<String> {
            places.iter().map(|&(body, missing)| of(body, missing)).collect()
        };
        let numbers = |of: &ndarray::Array2<f64>| -> Vec<f64> { of.iter().copied().collect() };
        columns.set_item("body", column(&|body, _| report.bodies[body].clone()))?;
        columns.set_item("family", column(&|_, missing| report.missing[missing].family.clone()))?;
        columns.set_item("person", column(&|_, missing| report.missing[missing].person.clone()))?;
        columns.set_item("state", column(&|body, missing| states[body][missing].clone()))?;
        columns.set_item("log10_lr", numbers(&report.pairwise.log10_lr))?;
        columns.set_item("loci", report.pairwise.loci.iter().copied().collect::<Vec<_>>())?;
        columns.set_item("probability", numbers(&report.marginals.pairs))?;
        py.import("pandas")?.call_method1("DataFrame", (columns,))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn _repr_html_(&self) -> String {
        let mut html = String::from("<table><thead><tr><th>body</th><th>conclusion</th></tr></thead><tbody>");
        for (body, conclusion) in self.inner.bodies.iter().zip(&self.inner.body_conclusions) {
            let (body, conclusion) = (escaped(body), escaped(&conclusion.to_string()));
            // Writing into a string cannot fail.
            let _ = write!(html, "<tr><td>{body}</td><td>{conclusion}</td></tr>");
        }
        let _ = write!(html, "</tbody></table><p>{}</p>", escaped(&self.summary()));
        html
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<DviReport: {}>", self.summary())
    }
}

impl DviReport {
    fn summary(&self) -> String {
        let report = &self.inner;
        let is_match = |conclusion: &&Conclusion<MissingPerson>| {
            matches!(conclusion, Conclusion::Undisputed { .. } | Conclusion::MatchByJoint { .. })
        };
        format!(
            "{} bodies, {} missing, {} identified, {:?}, theta {}, {}",
            report.bodies.len(),
            report.missing.len(),
            report.body_conclusions.iter().filter(is_match).count(),
            report.basis.population,
            report.basis.model.theta,
            report.basis.model.mutation
        )
    }
}

/// A pair that is inconsistent.
fn excluded<'py>(py: Python<'py>, exclusion: &core::Exclusion) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("body", &exclusion.body)?;
    dict.set_item("missing", tuple(&exclusion.missing))?;
    dict.set_item("loci", &exclusion.loci)?;
    dict.set_item("excluded", exclusion.excluded)?;
    Ok(dict)
}

/// A conclusion with its words.
fn concluded<'py, T: Serialize + Display>(
    py: Python<'py>,
    conclusion: &Conclusion<T>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = plain_dict(py, conclusion)?;
    dict.set_item("text", conclusion.to_string())?;
    Ok(dict)
}
