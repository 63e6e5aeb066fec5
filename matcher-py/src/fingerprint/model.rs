//! `Model` and `cylinders`: what was learned from prints, and what it is learned from.

use super::template::Template;
use crate::convert::{Reduced, algorithm, reduced};
use crate::errors::OrRaise;
use matcher_core::fingerprint as core;
use numpy::{IntoPyArray, PyArray1, PyArray2};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

/// What was learned from prints: the codes of neighbourhoods, the weights of the parts, the scale of the score.
///
/// ``examples/python/train_model.py`` makes one of prints of your own. Wherever a ``model`` is taken, a path will do.
///
/// Examples
/// --------
/// >>> from matcher.fingerprint import Model
/// >>> Model.standard().card["format"]
/// 'matcher-fingerprint-model/1'
/// >>> Model.untrained().id
/// 'untrained'
#[pyclass(frozen, module = "matcher.fingerprint")]
pub(crate) struct Model {
    inner: core::Model,
}

#[pymethods]
impl Model {
    /// The model that the package ships, used wherever none is given.
    #[staticmethod]
    fn standard() -> Self {
        Self { inner: core::Model::standard() }
    }

    /// No model: plain Minutia Cylinder-Code, on a scale that means nothing. What trained models are measured against.
    #[staticmethod]
    fn untrained() -> Self {
        Self { inner: core::Model::untrained() }
    }

    /// Reads a model.
    ///
    /// Parameters
    /// ----------
    /// path : str or Path
    ///     The card, a JSON file; the projection that it names lies beside it.
    ///
    /// Returns
    /// -------
    /// Model
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     What is no card, or a projection that is not the card's.
    /// matcher.errors.FileError
    ///     A file that cannot be opened.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        Ok(Self { inner: py.detach(|| core::Model::read(&path)).or_raise(py)? })
    }

    /// Name and digest, as results have it in ``method.model``.
    #[getter]
    fn id(&self) -> &str {
        self.inner.id()
    }

    /// The card: data, parameters, figures, limits. Empty for the untrained model.
    #[getter]
    fn card<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.inner.card() {
            "" => Ok(PyDict::new(py).into_any()),
            card => py.import("json")?.call_method1("loads", (card,)),
        }
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.inner.id().hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (String, Bound<'py, PyBytes>)>> {
        let projection = PyBytes::new(py, &self.inner.projection_bytes());
        reduced::<Self, _>(py, (self.inner.card().to_owned(), projection))
    }

    /// Undoes ``__reduce__``; what was pickled is checked like a file.
    #[staticmethod]
    fn _restore(py: Python<'_>, card: &str, projection: &[u8]) -> PyResult<Self> {
        if card.is_empty() && projection.is_empty() {
            return Ok(Self::untrained());
        }
        Ok(Self { inner: core::Model::from_parts(card, projection).or_raise(py)? })
    }

    fn __repr__(&self) -> String {
        format!("<Model: {}>", self.inner.id())
    }
}

/// A model, or the path of its card.
pub(crate) enum ModelArgument {
    /// One that was read.
    Read(core::Model),
    /// One to be read.
    Path(PathBuf),
}

impl<'py> FromPyObject<'_, 'py> for ModelArgument {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(model) = object.cast::<Model>() {
            return Ok(Self::Read(model.get().inner.clone()));
        }
        object.extract::<PathBuf>().map(Self::Path).map_err(|_| {
            let kind = object.get_type().name().map(|name| name.to_string()).unwrap_or_default();
            pyo3::exceptions::PyTypeError::new_err(format!(
                "model is {kind}, expected a Model or the path of a card"
            ))
        })
    }
}

impl ModelArgument {
    /// The model itself.
    pub(crate) fn model(self, py: Python<'_>) -> PyResult<core::Model> {
        match self {
            Self::Read(model) => Ok(model),
            Self::Path(path) => py.detach(|| core::Model::read(&path)).or_raise(py),
        }
    }
}

/// A row of 672 numbers a minutia, and the rows of these minutiae in the template.
type Cylinders<'py> = (Bound<'py, PyArray2<u8>>, Bound<'py, PyArray1<isize>>);

/// What the neighbourhood of each minutia looks like, before any learning: what models are fitted on.
///
/// Parameters
/// ----------
/// template : Template
///     A print of any resolution.
/// config : dict, optional
///     Changes to :func:`matcher.fingerprint.default_config`, nested the same way; only ``cylinder`` counts here.
///
/// Returns
/// -------
/// values : numpy.ndarray
///     uint8 of shape (n, 672), 0 to 127: the cylinders of the minutiae that have neighbours enough.
/// index : numpy.ndarray
///     intp of length n: the row of each in ``template.minutiae``.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint, simulate
/// >>> template = next(simulate.fingers(1, impressions=1, seed=7))[0]
/// >>> values, index = fingerprint.cylinders(template)
/// >>> values.shape == (len(index), 672), len(index) <= len(template)
/// (True, True)
#[pyfunction]
#[pyo3(signature = (template, config=None))]
pub(crate) fn cylinders<'py>(
    py: Python<'py>,
    template: &Bound<'py, Template>,
    config: Option<&Bound<'py, PyDict>>,
) -> PyResult<Cylinders<'py>> {
    let algorithm = algorithm(py, config, None)?;
    let template = &template.get().inner;
    let (values, index) = py.detach(|| algorithm.describer().cylinders().of(template));
    let index: Vec<isize> = index.into_iter().map(|row| row as isize).collect();
    Ok((values.into_pyarray(py), index.into_pyarray(py)))
}
