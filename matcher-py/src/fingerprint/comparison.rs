//! `Comparison` and `Method`: what a comparison found, and what made it.

use crate::convert::{Reduced, frozen, plain, reduced, thawed};
use matcher_core::fingerprint as core;
use matcher_core::provenance;
use numpy::{PyArray2, ToPyArray};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::sync::Arc;

/// Name, algorithm version, model and configuration digest of a method; every result carries one.
///
/// Examples
/// --------
/// >>> from matcher import Gallery, fingerprint
/// >>> method = Gallery.in_memory().method
/// >>> method.name, method.version
/// ('mcc-relaxation', 2)
/// >>> method.model == fingerprint.Model.standard().id
/// True
#[pyclass(frozen, eq, hash, module = "matcher.fingerprint")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Method {
    inner: provenance::Method,
}

impl From<&provenance::Method> for Method {
    fn from(method: &provenance::Method) -> Self {
        Self { inner: method.clone() }
    }
}

#[pymethods]
impl Method {
    /// The method.
    #[getter]
    fn name(&self) -> &str {
        &self.inner.name
    }

    /// Version of the algorithm: it changes exactly when a score may.
    #[getter]
    fn version(&self) -> u32 {
        self.inner.version
    }

    /// Name and digest of what was learned from data; None where the method uses no such.
    #[getter]
    fn model(&self) -> Option<&str> {
        self.inner.model.as_deref()
    }

    /// Digest of the configuration, 16 hexadecimal digits.
    #[getter]
    fn config(&self) -> &str {
        &self.inner.config
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (Bound<'py, PyBytes>,)>> {
        reduced::<Self, _>(py, (frozen(py, &self.inner)?,))
    }

    /// Undoes ``__reduce__``.
    #[staticmethod]
    fn _restore(py: Python<'_>, state: &[u8]) -> PyResult<Self> {
        Ok(Self { inner: thawed(py, state)? })
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<Method: {}>", self.inner)
    }
}

/// A probe compared with a reference: the score, its parts, and the corresponding minutiae.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint, simulate
/// >>> probe, reference = next(simulate.fingers(1, impressions=2, seed=7))
/// >>> comparison = fingerprint.compare(probe, reference)
/// >>> comparison.score == fingerprint.compare(reference, probe).score
/// True
/// >>> comparison.pairs.shape[1]
/// 2
#[pyclass(frozen, module = "matcher.fingerprint")]
#[derive(Clone)]
pub(crate) struct Comparison {
    pub(crate) inner: Arc<core::Comparison>,
}

impl From<core::Comparison> for Comparison {
    fn from(comparison: core::Comparison) -> Self {
        Self { inner: Arc::new(comparison) }
    }
}

#[pymethods]
impl Comparison {
    /// Multiple of 1/1024; 0 is no evidence. The same bits on every machine and in either order of the two prints.
    ///
    /// -10 log10 of the share of non-mated comparisons that reach it, as measured where the model was fitted and carried
    /// on from the last knot of its scale (35 under the standard model).
    #[getter]
    pub(crate) fn score(&self) -> f64 {
        self.inner.score
    }

    /// Calibrated log10 likelihood ratio; None, as no calibration applies yet.
    #[getter]
    #[expect(clippy::unused_self, reason = "a property of the object")]
    fn log10_lr(&self) -> Option<f64> {
        None
    }

    /// Whether the prints could be compared at all; if not, the score is 0 and says nothing.
    #[getter]
    fn comparable(&self) -> bool {
        self.inner.not_comparable.is_none()
    }

    /// Why the prints could not be compared; None where they could.
    #[getter]
    fn not_comparable(&self) -> Option<String> {
        self.inner.not_comparable.map(|reason| reason.to_string())
    }

    /// (n, 2) integers: corresponding minutiae as indexes into ``probe.minutiae`` and ``reference.minutiae``.
    #[getter]
    pub(crate) fn pairs<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray2<i64>> {
        self.inner.pairs.mapv(|index| index as i64).to_pyarray(py)
    }

    /// 2x3 matrix that takes a place (x, y, 1) on the reference's image to the probe's image, each in its own pixels;
    /// None where nothing was aligned.
    #[getter]
    pub(crate) fn transform<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyArray2<f64>>> {
        self.inner.transform.as_ref().map(|matrix| matrix.to_pyarray(py))
    }

    /// What the score is made of.
    ///
    /// ``local``: mean similarity of the most similar neighbourhoods, 0 to 1; ``relaxation``: what of it was left once
    /// pairs had supported each other, 0 to 1; ``evidence``: about the number of minutiae that coincide times the share
    /// of those expected to; ``paired``: minutiae that coincide; ``fused``: the weighted sum that the scale makes the
    /// score of, a whole number.
    #[getter]
    pub(crate) fn parts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(plain(py, &self.inner.parts)?.cast_into()?)
    }

    /// The method that made this.
    #[getter]
    fn method(&self) -> Method {
        Method::from(&self.inner.method)
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
        Ok(Self::from(thawed::<core::Comparison>(py, state)?))
    }

    /// Everything as plain Python objects, ready for JSON.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let c = &*self.inner;
        let rows = |matrix: &ndarray::Array2<f64>| -> Vec<Vec<f64>> {
            matrix.rows().into_iter().map(|row| row.to_vec()).collect()
        };
        let dict = PyDict::new(py);
        dict.set_item("score", c.score)?;
        dict.set_item("comparable", self.comparable())?;
        dict.set_item("not_comparable", self.not_comparable())?;
        dict.set_item("parts", self.parts(py)?)?;
        dict.set_item("pairs", self.pairs(py).call_method0("tolist")?)?;
        dict.set_item("transform", c.transform.as_ref().map(rows))?;
        dict.set_item("method", c.method.to_string())?;
        Ok(dict)
    }

    fn __repr__(&self) -> String {
        match &self.inner.not_comparable {
            Some(reason) => format!("<Comparison: {reason}>"),
            None => format!(
                "<Comparison: score {:.2}, {} paired minutiae>",
                self.inner.score,
                self.inner.pairs.nrows()
            ),
        }
    }
}
