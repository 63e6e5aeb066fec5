//! `Extractor`: the network that finds minutiae, loaded once however often it is used.

use super::arguments::{DpiArgument, ImpressionArgument};
use super::extraction::Wanted;
use super::image_argument::ImageArgument;
use super::template::Template;
use crate::convert::{Reduced, reduced};
use crate::errors::{OrRaise, invalid};
use matcher_core::fingerprint::extract as core;
use matcher_core::fingerprint::extract::{ExtractorConfig, model};
use matcher_core::{Error, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// Finds the minutiae of prints on their images, by the network LEADER.
///
/// Parameters
/// ----------
/// model : str or Path, optional
///     The model file; the installed one unless given (``matcher model install``, or what the variable MATCHER_MODEL of
///     the environment names). A file is loaded once a process.
/// min_quality : float, default 0.3
///     The least quality of a minutia, 0.01 to 1. The matcher weighs minutiae by their quality and gains from doubtful
///     ones; 0.6 is what the authors of the network give for few wrong ones.
///
/// Raises
/// ------
/// matcher.errors.NoModelError
///     There is no model on this machine; the message says how to get it.
/// matcher.errors.InvalidValueError
///     A file that is no model, or a quality out of range.
///
/// Examples
/// --------
/// >>> from matcher.fingerprint import Extractor
/// >>> extractor = Extractor(min_quality=0.5)            # doctest: +SKIP
/// >>> len(extractor.extract("print.png"))               # doctest: +SKIP
/// 47
#[pyclass(frozen, module = "matcher.fingerprint")]
pub(crate) struct Extractor {
    pub(super) inner: core::Extractor,
    /// As it was given.
    model: Option<PathBuf>,
    min_quality: f64,
}

#[pymethods]
impl Extractor {
    #[new]
    #[pyo3(signature = (model=None, min_quality=0.3))]
    fn new(py: Python<'_>, model: Option<PathBuf>, min_quality: f64) -> PyResult<Self> {
        let inner = py.detach(|| with_quality(loaded(model.as_deref())?, Some(min_quality))).or_raise(py)?;
        Ok(Self { inner, model, min_quality })
    }

    /// What names it in templates: the method, and the first 12 hexadecimal digits of the SHA-256 of its model.
    #[getter]
    fn id(&self) -> &str {
        self.inner.id()
    }

    /// The least quality of a minutia.
    #[getter]
    fn min_quality(&self) -> f64 {
        self.min_quality
    }

    /// Finds the minutiae of a print: :func:`matcher.fingerprint.extract` with this extractor.
    ///
    /// Parameters
    /// ----------
    /// image : str, Path, bytes, numpy.ndarray or Image
    ///     As :func:`matcher.fingerprint.read_image` takes it.
    /// dpi : float or (float, float), optional
    ///     Resolution; it wins over what a file states.
    /// finger_position : int, default 0
    ///     0 unknown, 1 to 5 right thumb to little finger, 6 to 10 left.
    /// impression : int or str, optional
    ///     Code of ISO/IEC 19794-2 (0 live-scan plain, 1 rolled, ...) or its name.
    /// ridges : str, default "find"
    ///     "dark", "light" or "find".
    ///
    /// Returns
    /// -------
    /// Template
    #[pyo3(signature = (image, dpi=None, *, finger_position=0, impression=None, ridges="find"))]
    fn extract(
        &self,
        py: Python<'_>,
        image: ImageArgument,
        dpi: Option<DpiArgument>,
        finger_position: i64,
        impression: Option<ImpressionArgument>,
        ridges: &str,
    ) -> PyResult<Template> {
        let wanted = Wanted::new(py, dpi.as_ref(), ridges, finger_position, impression.as_ref())?;
        py.detach(|| wanted.template(&self.inner, &image, String::new)).or_raise(py).map(Template::from)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (Option<PathBuf>, f64, String)>> {
        reduced::<Self, _>(py, (self.model.clone(), self.min_quality, self.inner.id().to_owned()))
    }

    /// Undoes ``__reduce__``: the model is loaded where this runs, and must be the same one.
    #[staticmethod]
    fn _restore(py: Python<'_>, model: Option<PathBuf>, min_quality: f64, id: &str) -> PyResult<Self> {
        let restored = Self::new(py, model, min_quality)?;
        if restored.id() == id {
            return Ok(restored);
        }
        Err(invalid(py, "model", restored.id(), &format!("{id}, that of the extractor that was pickled")))
    }

    fn __repr__(&self) -> String {
        format!("<Extractor: {}, min_quality {}>", self.inner.id(), self.min_quality)
    }
}

/// A model to extract with: the installed one, a file, or an extractor.
pub(crate) enum ExtractorArgument {
    /// A model file.
    Path(PathBuf),
    /// One that is loaded.
    Loaded(core::Extractor),
}

impl<'py> FromPyObject<'_, 'py> for ExtractorArgument {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(extractor) = object.cast::<Extractor>() {
            return Ok(Self::Loaded(extractor.get().inner.clone()));
        }
        object.extract::<PathBuf>().map(Self::Path).map_err(|_| {
            let kind = object.get_type().name().map(|name| name.to_string()).unwrap_or_default();
            PyTypeError::new_err(format!(
                "model is {kind}, expected an Extractor, the path of a model file, or None"
            ))
        })
    }
}

/// The extractor that an argument names; a quality that is given wins over its own.
pub(super) fn extractor(
    argument: Option<ExtractorArgument>,
    min_quality: Option<f64>,
) -> Result<core::Extractor> {
    let extractor = match argument {
        None => loaded(None),
        Some(ExtractorArgument::Path(path)) => loaded(Some(&path)),
        Some(ExtractorArgument::Loaded(extractor)) => Ok(extractor),
    };
    with_quality(extractor?, min_quality)
}

fn with_quality(extractor: core::Extractor, min_quality: Option<f64>) -> Result<core::Extractor> {
    match min_quality {
        Some(quality) => extractor.with_config(ExtractorConfig { quality }),
        None => Ok(extractor),
    }
}

/// The file that was loaded last: where it lies, how long it is, and when it was written.
type Known = (PathBuf, u64, Option<SystemTime>);

/// What was loaded last; a file that was replaced since is loaded anew.
static LAST: Mutex<Option<(Known, core::Extractor)>> = Mutex::new(None);

/// The extractor of a model file, or of the installed one.
///
/// Whoever comes second waits for the first, so the interpreter's lock must not be held.
fn loaded(path: Option<&Path>) -> Result<core::Extractor> {
    let given = path;
    let path = path.map_or_else(model::path, |path| Ok(path.to_owned()))?;
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let Ok(file) = std::fs::metadata(&path) else {
        return match given {
            Some(_) => Err(Error::NoModel { path }),
            None => core::Extractor::installed(),
        };
    };
    let known = (path, file.len(), file.modified().ok());
    if let Some((_, extractor)) = last.as_ref().filter(|(before, _)| *before == known) {
        return Ok(extractor.clone());
    }
    let extractor = core::Extractor::open(&known.0)?;
    *last = Some((known, extractor.clone()));
    Ok(extractor)
}

/// Where the model file of the extractor lies on this machine, installed or not.
///
/// What the variable MATCHER_MODEL of the environment names, else ``matcher/leader.onnx`` in this user's folder for data
/// of programs (on Linux ``$XDG_DATA_HOME`` or ``~/.local/share``).
///
/// Returns
/// -------
/// Path
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     Nothing in the environment says where that folder is.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint
/// >>> fingerprint.model_path().suffix
/// '.onnx'
#[pyfunction]
pub(crate) fn model_path(py: Python<'_>) -> PyResult<PathBuf> {
    model::path().or_raise(py)
}
