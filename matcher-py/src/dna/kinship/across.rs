//! `KinshipAcross`: one question of kinship in several populations.

use super::json_text;
use super::report::{KinshipReport, shown};
use crate::candidates::{at, escaped};
use matcher_core::dna::kinship as core;
use matcher_core::units::Log10Lr;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use std::fmt::Write;
use std::sync::Arc;

/// The reports of one question in several populations, in the order of the tables.
///
/// ``len``, indexing and iteration go over the reports. ``str(answer)`` is a table: a population a line.
///
/// Examples
/// --------
/// >>> from matcher.dna import Frequencies, Profile, kinship
/// >>> tables = [Frequencies({"TH01": {"6": p}}, name=name) for name, p in [("north", 0.1), ("south", 0.4)]]
/// >>> related, unrelated = [("C", "F", None), ("F", None, None)], [("C", None, None), ("F", None, None)]
/// >>> profiles = {id: Profile(id, {"TH01": ("6", "6")}) for id in ("C", "F")}
/// >>> answer = kinship({"father": related, "unrelated": unrelated}, profiles, tables)
/// >>> [round(10 ** report.log10_lr, 9) for report in answer]
/// [10.0, 2.5]
/// >>> round(10 ** answer.minimum["father"], 9), answer.populations
/// (2.5, ['north', 'south'])
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct KinshipAcross {
    inner: Arc<core::KinshipAcross>,
}

impl From<core::KinshipAcross> for KinshipAcross {
    fn from(answer: core::KinshipAcross) -> Self {
        Self { inner: Arc::new(answer) }
    }
}

#[pymethods]
impl KinshipAcross {
    /// The names of the tables.
    #[getter]
    fn populations(&self) -> Vec<&str> {
        self.inner.populations().iter().map(|report| report.population.as_str()).collect()
    }

    /// The names of the hypotheses, in their order; all are compared against the last.
    #[getter]
    fn hypotheses(&self) -> Vec<&str> {
        self.inner.hypotheses().iter().map(|hypothesis| hypothesis.name.as_str()).collect()
    }

    /// The smallest logarithm of the likelihood ratio of each hypothesis against the last one; None where it is undefined in
    /// a population.
    #[getter]
    fn minimum<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.by_hypothesis(py, |name| self.inner.minimum(name))
    }

    /// The median of these logarithms: the middle one, or the mean of the two in the middle; None where it is undefined in a
    /// population.
    #[getter]
    fn median<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.by_hypothesis(py, |name| self.inner.median(name))
    }

    /// Everything as plain Python objects, ready for JSON: see :meth:`KinshipReport.to_dict`.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let written = |name: &str, of: fn(&core::KinshipAcross, &str) -> Option<Log10Lr>| {
            crate::convert::plain(py, &of(&self.inner, name))
        };
        let (minimum, median) = (PyDict::new(py), PyDict::new(py));
        for hypothesis in self.inner.hypotheses() {
            let name = &hypothesis.name;
            minimum.set_item(name, written(name, core::KinshipAcross::minimum)?)?;
            median.set_item(name, written(name, core::KinshipAcross::median)?)?;
        }
        let dict = PyDict::new(py);
        dict.set_item("minimum", minimum)?;
        dict.set_item("median", median)?;
        let reports = self.reports().map(|report| report.to_dict(py));
        dict.set_item("populations", reports.collect::<PyResult<Vec<_>>>()?)?;
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

    /// A pandas DataFrame, a population a row: population, counted (loci), then for each hypothesis but the last
    /// "log10_lr NAME". Needs pandas.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let reports = self.inner.populations();
        let columns = PyDict::new(py);
        columns.set_item("population", self.populations())?;
        columns.set_item("counted", reports.iter().map(core::KinshipReport::counted).collect::<Vec<_>>())?;
        let compared = self.inner.hypotheses().len().saturating_sub(1);
        for (place, hypothesis) in self.inner.hypotheses().iter().enumerate().take(compared) {
            let of = reports.iter().map(|report| report.hypotheses[place].log10_lr.value());
            columns.set_item(format!("log10_lr {}", hypothesis.name), of.collect::<Vec<_>>())?;
        }
        py.import("pandas")?.call_method1("DataFrame", (columns,))
    }

    fn __len__(&self) -> usize {
        self.inner.populations().len()
    }

    fn __getitem__(&self, index: isize) -> PyResult<KinshipReport> {
        let place = at(index, self.__len__(), "population")?;
        Ok(KinshipReport::from(self.inner.populations()[place].clone()))
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyList::new(py, self.reports().collect::<Vec<_>>())?.try_iter()?.into_any())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn _repr_html_(&self) -> String {
        // Writing into a string cannot fail.
        let compared = self.inner.hypotheses().len().saturating_sub(1);
        let mut html = String::from("<table><thead><tr><th>population</th><th>loci</th>");
        for hypothesis in &self.inner.hypotheses()[..compared] {
            let _ = write!(html, "<th>log10 LR {}</th>", escaped(&hypothesis.name));
        }
        html.push_str("</tr></thead><tbody>");
        for report in self.inner.populations() {
            let _ = write!(html, "<tr><td>{}</td><td>{}</td>", escaped(&report.population), report.counted());
            for hypothesis in &report.hypotheses[..compared] {
                let _ = write!(html, "<td>{}</td>", shown(hypothesis.log10_lr));
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
        format!("<KinshipAcross: {}>", self.summary())
    }
}

impl KinshipAcross {
    fn reports(&self) -> impl Iterator<Item = KinshipReport> {
        self.inner.populations().iter().cloned().map(KinshipReport::from)
    }

    fn summary(&self) -> String {
        let compared = self.inner.hypotheses().len().saturating_sub(1);
        let least = self.inner.hypotheses()[..compared].iter().filter_map(|hypothesis| {
            let least = self.inner.minimum(&hypothesis.name)?;
            Some(format!("minimum log10 LR {} {:?}", shown(least), hypothesis.name))
        });
        format!("{} populations, {}", self.__len__(), least.collect::<Vec<_>>().join(", "))
    }

    fn by_hypothesis<'py>(
        &self,
        py: Python<'py>,
        of: impl Fn(&str) -> Option<Log10Lr>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for hypothesis in self.inner.hypotheses() {
            dict.set_item(&hypothesis.name, of(&hypothesis.name).and_then(Log10Lr::value))?;
        }
        Ok(dict)
    }
}
