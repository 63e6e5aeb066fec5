//! `Matcher`, `compare`, `score_matrix`: comparing prints from scripts.

use super::comparison::{Comparison, Method};
use super::files::templates;
use super::model::ModelArgument;
use super::template::Template;
use crate::convert::{algorithm, plain, threads};
use crate::errors::OrRaise;
use crate::gallery::Gallery;
use crate::watch::{Listener, watched};
use matcher_core::fingerprint as core;
use numpy::{PyArray1, PyArray2, ToPyArray};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A probe prepared for comparing with many references.
///
/// Parameters
/// ----------
/// probe : Template
///     The print that is compared with others.
/// config : dict, optional
///     Changes to :func:`matcher.fingerprint.default_config`, nested the same way.
/// model : Model, str or Path, optional
///     The standard model unless given.
///
/// Examples
/// --------
/// >>> from matcher import simulate
/// >>> from matcher.fingerprint import Matcher
/// >>> (probe, mate), (other, _) = simulate.fingers(2, impressions=2, seed=7)
/// >>> scores = Matcher(probe).scores([mate, other])
/// >>> bool(scores[0] > scores[1])
/// True
#[pyclass(frozen, module = "matcher.fingerprint")]
pub(crate) struct Matcher {
    inner: core::Matcher,
}

#[pymethods]
impl Matcher {
    #[new]
    #[pyo3(signature = (probe, config=None, model=None))]
    fn new(
        py: Python<'_>,
        probe: &Bound<'_, Template>,
        config: Option<&Bound<'_, PyDict>>,
        model: Option<ModelArgument>,
    ) -> PyResult<Self> {
        let algorithm = algorithm(py, config, model)?;
        Ok(Self { inner: core::Matcher::with(&algorithm, &probe.get().inner) })
    }

    /// The method that all results name.
    #[getter]
    fn method(&self) -> Method {
        Method::from(self.inner.method())
    }

    /// The score against one reference; 0 also where the prints are not comparable.
    fn score(&self, py: Python<'_>, reference: &Bound<'_, Template>) -> PyResult<f64> {
        self.inner.score(&self.inner.prepare(&reference.get().inner)).or_raise(py)
    }

    /// The score where it reaches ``cutoff``, else None.
    fn score_with_cutoff(
        &self,
        py: Python<'_>,
        reference: &Bound<'_, Template>,
        cutoff: f64,
    ) -> PyResult<Option<f64>> {
        self.inner.score_with_cutoff(&self.inner.prepare(&reference.get().inner), cutoff).or_raise(py)
    }

    /// Scores against many references.
    ///
    /// Parameters
    /// ----------
    /// references : sequence of Template, or Gallery
    ///     Of a gallery, the best score of each subject in the order of ``gallery.subjects()``.
    /// threads : int, optional
    ///     All cores unless given; 1 uses the calling thread alone.
    /// progress : callable or bool, optional
    ///     A function of (done, total) references, or True for a bar.
    ///
    /// Returns
    /// -------
    /// numpy.ndarray
    ///     float64, one a reference.
    #[pyo3(signature = (references, threads=None, *, progress=None))]
    fn scores<'py>(
        &self,
        py: Python<'py>,
        references: &Bound<'py, PyAny>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let threads = crate::convert::threads(py, threads)?;
        let matcher = &self.inner;
        let listener = Listener::new(py, "comparing", progress, None)?;
        if let Ok(gallery) = references.cast::<Gallery>() {
            let scores = gallery.get().scores(py, matcher, threads, &listener)?;
            return Ok(scores.to_pyarray(py));
        }
        let references = templates(references)?;
        let scores = listener.run(py, threads, |watch| {
            watched(&references, threads, watch, |reference| matcher.score(&matcher.prepare(reference)))
        })?;
        Ok(scores.or_raise(py)?.to_pyarray(py))
    }

    /// The whole comparison with one reference, evidence included.
    fn compare(&self, py: Python<'_>, reference: &Bound<'_, Template>) -> PyResult<Comparison> {
        let prepared = self.inner.prepare(&reference.get().inner);
        Ok(self.inner.compare(&prepared).or_raise(py)?.into())
    }

    fn __repr__(&self) -> String {
        format!("<Matcher: {}>", self.inner.method())
    }
}

/// Compares two prints.
///
/// Parameters
/// ----------
/// probe, reference : Template
///     The score does not depend on which is which.
/// config : dict, optional
///     Changes to :func:`matcher.fingerprint.default_config`, nested the same way.
/// model : Model, str or Path, optional
///     The standard model unless given.
///
/// Returns
/// -------
/// Comparison
///     Score, parts, corresponding minutiae, transform.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint, simulate
/// >>> probe, mate = next(simulate.fingers(1, impressions=2, seed=7))
/// >>> comparison = fingerprint.compare(probe, mate)
/// >>> comparison.comparable, comparison.score > 0
/// (True, True)
#[pyfunction]
#[pyo3(signature = (probe, reference, config=None, model=None))]
pub(crate) fn compare_templates(
    py: Python<'_>,
    probe: &Bound<'_, Template>,
    reference: &Bound<'_, Template>,
    config: Option<&Bound<'_, PyDict>>,
    model: Option<ModelArgument>,
) -> PyResult<Comparison> {
    Matcher::new(py, probe, config, model)?.compare(py, reference)
}

/// Scores of all probes against all references.
///
/// Parameters
/// ----------
/// probes, references : sequence of Template
///     Rows and columns of the result.
/// threads : int, optional
///     All cores unless given; 1 uses the calling thread alone.
/// config : dict, optional
///     Changes to :func:`matcher.fingerprint.default_config`, nested the same way.
/// model : Model, str or Path, optional
///     The standard model unless given.
/// progress : callable or bool, optional
///     A function of (done, total) probes, or True for a bar.
///
/// Returns
/// -------
/// numpy.ndarray
///     float64 of shape (len(probes), len(references)).
#[pyfunction]
#[pyo3(signature = (probes, references, threads=None, *, config=None, model=None, progress=None))]
pub(crate) fn score_matrix<'py>(
    py: Python<'py>,
    probes: &Bound<'py, PyAny>,
    references: &Bound<'py, PyAny>,
    threads: Option<isize>,
    config: Option<&Bound<'py, PyDict>>,
    model: Option<ModelArgument>,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let threads = self::threads(py, threads)?;
    let algorithm = algorithm(py, config, model)?;
    let (probes, references) = (templates(probes)?, templates(references)?);
    let matrix = Listener::new(py, "comparing", progress, None)?.run(py, threads, |watch| {
        core::matcher::score_matrix(&algorithm, &probes, &references, threads, watch)
    })?;
    Ok(matrix.or_raise(py)?.to_pyarray(py))
}

/// Every tuned number of the matcher, as nested dictionaries.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint
/// >>> fingerprint.default_config()["cylinder"]["radius"]
/// 70.0
#[pyfunction]
pub(crate) fn default_config(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    Ok(plain(py, &core::Config::default())?.cast_into()?)
}
