//! `KinshipReport`: what a question of kinship is answered with.

use super::arguments::mutation_object;
use super::{json_text, plain_dict, unit_name};
use crate::candidates::escaped;
use crate::fingerprint::comparison::Method;
use matcher_core::dna::kinship as core;
use matcher_core::dna::kinship::Contribution;
use matcher_core::units::{Log10, Log10Lr};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::fmt::Write;
use std::sync::Arc;

/// How likely the profiles are under each hypothesis, how the hypotheses compare, and all that it rests on.
///
/// ``str(report)`` is a text for a statement. Logarithms are to base 10; what is impossible has the logarithm -inf, a ratio
/// against what is impossible is inf, and one of two impossible hypotheses is None: nothing is ever nan.
///
/// Examples
/// --------
/// >>> from matcher.dna import Frequencies, Pedigree, Profile, kinship
/// >>> table = Frequencies({"TH01": {"6": 0.2, "9.3": 0.3, "7": 0.5}}, name="example")
/// >>> father = Pedigree([("C", "AF", "M", None), ("AF", None, None, 1), ("M", None, None, 2)])
/// >>> other = Pedigree([("C", None, "M", None), ("M", None, None, 2), ("AF", None, None, 1)])
/// >>> typed = {"AF": ("6", "9.3"), "M": ("7", "7"), "C": ("6", "7")}
/// >>> profiles = {id: Profile(id, {"TH01": alleles}) for id, alleles in typed.items()}
/// >>> report = kinship({"father": father, "unrelated": other}, profiles, table)
/// >>> round(10 ** report.log10_lr, 9)
/// 2.5
/// >>> print(report)
/// Kinship, 1 loci, against "unrelated"
///   father           log10 likelihood      -1.8239   log10 LR      +0.398 (LR 2.500)   posterior 0.714286 (prior 0.5)
///   unrelated        log10 likelihood      -2.2218   log10 LR      +0.000 (LR 1.000)   posterior 0.285714 (prior 0.5)
/// log10 LR by locus
///                                  father
///   TH01                           +0.398
/// Rests on
///   frequencies "example", rule for rare alleles: none
///   0 of 3 alleles that were seen got their frequency by that rule
///   theta 0, no mutation
///   founders who were not typed and have one child: kept
///   kinship/1 config ...
#[pyclass(frozen, module = "matcher.dna")]
#[derive(Clone)]
pub(crate) struct KinshipReport {
    inner: Arc<core::KinshipReport>,
}

impl From<core::KinshipReport> for KinshipReport {
    fn from(report: core::KinshipReport) -> Self {
        Self { inner: Arc::new(report) }
    }
}

#[pymethods]
impl KinshipReport {
    /// The names of the hypotheses, in their order; all are compared against the last.
    #[getter]
    fn hypotheses(&self) -> Vec<&str> {
        self.inner.hypotheses.iter().map(|hypothesis| hypothesis.name.as_str()).collect()
    }

    /// The logarithm of the likelihood of each hypothesis: the probability of all that was typed. -inf: impossible.
    #[getter]
    fn log10_likelihood<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.by_hypothesis(py, |hypothesis| hypothesis.log10_likelihood.value())
    }

    /// The logarithm of the likelihood ratio of each hypothesis against the last one: -inf where the hypothesis is
    /// impossible, inf where the last one is, None where both are and where no locus counts.
    #[getter]
    fn log10_lrs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.by_hypothesis(py, |hypothesis| hypothesis.log10_lr.value())
    }

    /// The logarithm of the likelihood ratio of the first hypothesis against the second, as in ``log10_lrs``; None where
    /// there are not two, where both are impossible, and where no locus counts.
    #[getter]
    fn log10_lr(&self) -> Option<f64> {
        self.inner.log10_lr().and_then(Log10Lr::value)
    }

    /// The probability of each hypothesis before the profiles were looked at.
    #[getter]
    fn prior<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.by_hypothesis(py, |hypothesis| hypothesis.prior)
    }

    /// The probability of each hypothesis, given the profiles and the priors; None where all are impossible and where no locus counts.
    #[getter]
    fn posterior<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.by_hypothesis(py, |hypothesis| hypothesis.posterior)
    }

    /// The logarithm of the likelihood of each hypothesis at each locus that is counted; two linked loci stand together,
    /// as "D5S818 + CSF1PO".
    #[getter]
    fn per_locus<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.by_locus(py, |log10_likelihood, _, at| Some(log10_likelihood[at].value()))
    }

    /// The logarithm of the likelihood ratio of each hypothesis against the last one, at each locus that is counted.
    #[getter]
    fn log10_lrs_per_locus<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.by_locus(py, |_, log10_lr, at| log10_lr[at].value())
    }

    /// The loci that are not counted, with the reason.
    #[getter]
    fn not_counted<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for unit in &self.inner.units {
            if let Contribution::NotCounted(reason) = &unit.contribution {
                dict.set_item(unit_name(&unit.loci), reason.to_string())?;
            }
        }
        Ok(dict)
    }

    /// How many loci are counted.
    #[getter]
    fn counted(&self) -> usize {
        self.inner.counted()
    }

    /// The loci at which each hypothesis is impossible.
    #[getter]
    fn impossible_at<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.by_hypothesis(py, |hypothesis| hypothesis.impossible_at.clone())
    }

    /// The alleles that were seen, with the frequencies that were used.
    ///
    /// Returns
    /// -------
    /// list of dict
    ///     ``locus``, ``allele``, ``frequency`` and ``by_rule``: whether the rule for rare alleles gave it.
    #[getter]
    fn frequencies_used<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let used = self.inner.frequencies.iter().map(|used| {
            let dict = PyDict::new(py);
            dict.set_item("locus", used.locus.name())?;
            dict.set_item("allele", used.allele.to_string())?;
            dict.set_item("frequency", used.frequency)?;
            dict.set_item("by_rule", used.by_rule)?;
            Ok(dict)
        });
        used.collect()
    }

    /// What else whoever reads it should know, a sentence each: sexes that do not fit, people whom a hypothesis does not
    /// name.
    #[getter]
    fn remarks(&self) -> Vec<&str> {
        self.inner.remarks.iter().map(String::as_str).collect()
    }

    /// Theta.
    #[getter]
    fn theta(&self) -> f64 {
        self.inner.model.theta.value()
    }

    /// How alleles mutate: None, a model for all loci, or models by locus, "default" for those that are not named.
    #[getter]
    fn mutation<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        mutation_object(py, &self.inner.model.mutation)
    }

    /// Whether founders who were not typed and have one child are left out.
    #[getter]
    fn prune_untyped(&self) -> bool {
        self.inner.model.prune_untyped
    }

    /// The probability of drop-out by the id of the person; who is not here lost nothing.
    #[getter]
    fn dropout<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (id, probability) in &self.inner.model.dropout {
            dict.set_item(id, probability)?;
        }
        Ok(dict)
    }

    /// The rule for rare alleles in words, None where there is none.
    #[getter]
    fn rare(&self) -> Option<String> {
        self.inner.rare.map(|rule| rule.to_string())
    }

    /// The name of the frequency table.
    #[getter]
    fn population(&self) -> &str {
        &self.inner.population
    }

    /// The method; its configuration covers theta, mutation, drop-out, the convention, and every number of the table.
    #[getter]
    fn method(&self) -> Method {
        Method::from(&self.inner.method)
    }

    /// Everything as plain Python objects, ready for JSON, which has no infinity: "-inf", "inf" and "undefined" are text.
    /// The alleles that were seen are in it.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = plain_dict(py, &*self.inner)?;
        dict.set_item("counted", self.inner.counted())?;
        dict.set_item("method", self.inner.method.to_string())?;
        Ok(dict)
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

    /// A pandas DataFrame, a locus a row: locus, reason (why it is not counted, or None), then for each hypothesis
    /// "log10_likelihood NAME", and for each but the last "log10_lr NAME". Needs pandas.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("pandas")?.call_method1("DataFrame", (self.columns(py)?,))
    }

    /// A pyarrow Table of the same columns. Needs pyarrow.
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        py.import("pyarrow")?.call_method1("table", (self.columns(py)?,))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn _repr_html_(&self) -> String {
        // Writing into a string cannot fail.
        let mut html = String::from(
            "<table><thead><tr><th>hypothesis</th><th>log10 likelihood</th><th>log10 LR</th><th>posterior</th></tr>\
             </thead><tbody>",
        );
        for of in &self.inner.hypotheses {
            let posterior =
                of.posterior.map_or_else(|| "–".to_owned(), |posterior| format!("{posterior:.6}"));
            let (name, likelihood, lr) = (escaped(&of.name), of.log10_likelihood.value(), shown(of.log10_lr));
            let _ = write!(
                html,
                "<tr><td>{name}</td><td>{likelihood:.4}</td><td>{lr}</td><td>{posterior}</td></tr>"
            );
        }
        html.push_str("</tbody></table><table><thead><tr><th>locus</th>");
        let compared = self.inner.hypotheses.len().saturating_sub(1);
        for of in &self.inner.hypotheses[..compared] {
            let _ = write!(html, "<th>log10 LR {}</th>", escaped(&of.name));
        }
        html.push_str("</tr></thead><tbody>");
        for unit in &self.inner.units {
            let _ = write!(html, "<tr><td>{}</td>", escaped(&unit.name()));
            match &unit.contribution {
                Contribution::Counted { log10_lr, .. } => {
                    for lr in &log10_lr[..compared] {
                        let _ = write!(html, "<td>{}</td>", shown(*lr));
                    }
                }
                Contribution::NotCounted(reason) => {
                    let _ = write!(html, "<td colspan=\"{compared}\">{}</td>", escaped(&reason.to_string()));
                }
            }
            html.push_str("</tr>");
        }
        let _ = write!(html, "</tbody></table><p>{}</p>", escaped(&self.summary()));
        html
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<KinshipReport: {}>", self.summary())
    }
}

/// A ratio for people.
pub(crate) fn shown(ratio: Log10Lr) -> String {
    match ratio {
        Log10Lr::Finite(number) => format!("{number:+.3}"),
        other => other.to_string(),
    }
}

impl KinshipReport {
    fn summary(&self) -> String {
        let report = &self.inner;
        let last = report.hypotheses.last().map_or("", |last| last.name.as_str());
        let compared = report.hypotheses.iter().take(report.hypotheses.len().saturating_sub(1));
        let ratios: Vec<String> =
            compared.map(|of| format!("log10 LR {} {:?}", shown(of.log10_lr), of.name)).collect();
        format!(
            "{} against {last:?}, {} loci, {:?}, theta {}, {}",
            ratios.join(", "),
            report.counted(),
            report.population,
            report.model.theta,
            report.model.mutation
        )
    }

    fn by_hypothesis<'py, T: IntoPyObject<'py>>(
        &self,
        py: Python<'py>,
        of: impl Fn(&core::Hypothesis) -> T,
    ) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for hypothesis in &self.inner.hypotheses {
            dict.set_item(&hypothesis.name, of(hypothesis))?;
        }
        Ok(dict)
    }

    /// A number for each hypothesis at each locus that is counted.
    fn by_locus<'py>(
        &self,
        py: Python<'py>,
        of: impl Fn(&[Log10], &[Log10Lr], usize) -> Option<f64>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for unit in &self.inner.units {
            let Contribution::Counted { log10_likelihood, log10_lr } = &unit.contribution else { continue };
            let row = PyDict::new(py);
            for (at, hypothesis) in self.inner.hypotheses.iter().enumerate() {
                row.set_item(&hypothesis.name, of(log10_likelihood, log10_lr, at))?;
            }
            dict.set_item(unit_name(&unit.loci), row)?;
        }
        Ok(dict)
    }

    fn columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (units, hypotheses) = (&self.inner.units, &self.inner.hypotheses);
        let columns = PyDict::new(py);
        let reasons = units.iter().map(|unit| match &unit.contribution {
            Contribution::Counted { .. } => None,
            Contribution::NotCounted(reason) => Some(reason.to_string()),
        });
        columns.set_item("locus", PyList::new(py, units.iter().map(|unit| unit_name(&unit.loci)))?)?;
        columns.set_item("reason", reasons.collect::<Vec<_>>())?;
        for (at, hypothesis) in hypotheses.iter().enumerate() {
            let of = units.iter().map(|unit| match &unit.contribution {
                Contribution::Counted { log10_likelihood, .. } => Some(log10_likelihood[at].value()),
                Contribution::NotCounted(_) => None,
            });
            columns.set_item(format!("log10_likelihood {}", hypothesis.name), of.collect::<Vec<_>>())?;
        }
        for (at, hypothesis) in hypotheses.iter().enumerate().take(hypotheses.len().saturating_sub(1)) {
            let of = units.iter().map(|unit| match &unit.contribution {
                Contribution::Counted { log10_lr, .. } => log10_lr[at].value(),
                Contribution::NotCounted(_) => None,
            });
            columns.set_item(format!("log10_lr {}", hypothesis.name), of.collect::<Vec<_>>())?;
        }
        Ok(columns)
    }
}
