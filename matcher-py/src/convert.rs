//! Small conversions between Python's values and the core's.

use crate::errors::{OrRaise, invalid};
use crate::fingerprint::model::ModelArgument;
use matcher_core::Error;
use matcher_core::fingerprint::{Algorithm, Config, Model};
use matcher_core::gallery::SubjectId;
use matcher_core::work::Threads;
use numpy::PyReadonlyArrayDyn;
use pyo3::PyTypeInfo;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyBytes, PyDict, PyString};
use std::collections::HashSet;
use std::io::Read;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The process that the shared threads belong to. A child that was forked off later has their pool and none of them: it
/// would wait for them forever.
static OWNER: OnceLock<u32> = OnceLock::new();

/// `None`: all cores; 1: the calling thread alone.
pub(crate) fn threads(py: Python<'_>, count: Option<isize>) -> PyResult<Threads> {
    match count {
        None if *OWNER.get_or_init(std::process::id) == std::process::id() => Ok(Threads::All),
        None => {
            Ok(std::thread::available_parallelism().map_or(Threads::ONE, |cores| Threads::new(cores.get())))
        }
        Some(count) if count > 0 => Ok(Threads::new(count as usize)),
        Some(count) => Err(invalid(py, "threads", count, "1 or more, or None for all cores")),
    }
}

pub(crate) fn subject_id(py: Python<'_>, id: &str) -> PyResult<SubjectId> {
    SubjectId::new(id).or_raise(py)
}

/// The standard algorithm, or one of a configuration given as nested dictionaries, or under another model.
pub(crate) fn algorithm(
    py: Python<'_>,
    config: Option<&Bound<'_, PyDict>>,
    model: Option<ModelArgument>,
) -> PyResult<Algorithm> {
    let config: Config = match config {
        None => Config::default(),
        Some(config) => {
            let expected = "the names and numbers of default_config()";
            let finite = [("allow_nan", false)].into_py_dict(py)?;
            let text = py.import("json")?.call_method("dumps", (config,), Some(&finite));
            let text: String = text.map_err(|error| not_json(py, error, expected))?.extract()?;
            serde_json::from_str(&text).map_err(|error| invalid(py, "config", error, expected))?
        }
    };
    let model = model.map_or_else(|| Ok(Model::standard()), |model| model.model(py))?;
    Algorithm::with_model(&config, &model).or_raise(py)
}

/// What Python says of a number that is not finite, under the name of the argument; other errors as they are.
fn not_json(py: Python<'_>, error: PyErr, expected: &str) -> PyErr {
    if error.is_instance_of::<PyValueError>(py) {
        return invalid(py, "config", error.value(py), expected);
    }
    error
}

/// A serialisable value as plain Python objects.
pub(crate) fn plain<'py>(py: Python<'py>, value: &impl serde::Serialize) -> PyResult<Bound<'py, PyAny>> {
    let text = serde_json::to_string(value)
        .map_err(|error| invalid(py, "value", error, "a value that can be written as JSON"))?;
    py.import("json")?.call_method1("loads", (text,))
}

/// Numbers as an array of `f64` that lies as Rust needs it. A column of a structured array, for one, has steps that are
/// no multiple of 8 bytes: read through a view, it would give other numbers.
/// What is masked becomes nan.
pub(crate) fn aligned<'py>(
    py: Python<'py>,
    values: &Bound<'py, PyAny>,
    field: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let numpy = py.import("numpy")?;
    let numbers = || {
        if numpy.getattr("ma")?.call_method1("isMaskedArray", (values,))?.is_truthy()? {
            let floats = values.call_method1("astype", ("float64",))?;
            return floats.call_method1("filled", (f64::NAN,));
        }
        numpy.call_method1("require", (values, "float64", ["C", "A"]))
    };
    numbers().map_err(|error: PyErr| {
        if error.is_instance_of::<PyValueError>(py) || error.is_instance_of::<PyTypeError>(py) {
            return invalid(py, field, format!("no array of numbers ({})", error.value(py)), "numbers");
        }
        error
    })
}

/// What pickling keeps of a value.
pub(crate) fn frozen<'py>(py: Python<'py>, value: &impl serde::Serialize) -> PyResult<Bound<'py, PyBytes>> {
    let state = serde_json::to_vec(value)
        .map_err(|error| invalid(py, "value", error, "a value that can be written as JSON"))?;
    Ok(PyBytes::new(py, &state))
}

/// What `__reduce__` answers: the class's `_restore`, and the arguments that it takes.
pub(crate) type Reduced<'py, A> = (Bound<'py, PyAny>, A);

/// The answer of `__reduce__` of a class.
pub(crate) fn reduced<C: PyTypeInfo, A>(py: Python<'_>, arguments: A) -> PyResult<Reduced<'_, A>> {
    Ok((py.get_type::<C>().getattr("_restore")?, arguments))
}

/// The value that was pickled; the state is checked like any other input.
pub(crate) fn thawed<T: serde::de::DeserializeOwned>(py: Python<'_>, state: &[u8]) -> PyResult<T> {
    serde_json::from_slice(state).map_err(|error| invalid(py, "pickled value", error, "what pickling wrote"))
}

/// Any sequence of numbers as `f64`, whatever its type and strides.
pub(crate) fn floats(py: Python<'_>, values: &Bound<'_, PyAny>, field: &str) -> PyResult<Vec<f64>> {
    let array: PyReadonlyArrayDyn<'_, f64> = aligned(py, values, field)?.extract()?;
    let array = array.as_array();
    if array.ndim() != 1 {
        return Err(invalid(py, field, format!("{}-dimensional", array.ndim()), "one dimension"));
    }
    Ok(array.iter().copied().collect())
}

/// A one-dimensional array of labels as text.
pub(crate) fn labels(values: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    values.try_iter()?.map(|value| Ok(value?.str()?.to_string())).collect()
}

/// The texts of an iterable, which is no text itself: its letters would be taken for names.
pub(crate) fn texts(argument: &Bound<'_, PyAny>, field: &str) -> PyResult<HashSet<String>> {
    let wrong = |verb: &str, found: &Bound<'_, PyAny>| -> PyErr {
        let kind = found.get_type().name().map(|name| name.to_string()).unwrap_or_default();
        PyTypeError::new_err(format!("{field} {verb} {kind}, expected an iterable of str"))
    };
    if argument.is_instance_of::<PyString>() {
        return Err(wrong("is", argument));
    }
    let items = argument.try_iter().map_err(|_| wrong("is", argument))?;
    items
        .map(|item| {
            let item = item?;
            item.extract::<String>().map_err(|_| wrong("has", &item))
        })
        .collect()
}

/// The bytes of a regular file: a device would never end.
pub(crate) fn file_bytes(path: PathBuf) -> Result<Vec<u8>, Error> {
    first_bytes(path, u64::MAX)
}

/// The first bytes of a regular file, so many at most.
pub(crate) fn first_bytes(path: PathBuf, limit: u64) -> Result<Vec<u8>, Error> {
    let read = || {
        if !std::fs::metadata(&path)?.is_file() {
            return Err(std::io::Error::other("is no regular file"));
        }
        let mut bytes = Vec::new();
        std::fs::File::open(&path)?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|source| Error::Io { path, source })
}

/// Where bytes come from: a path to read, or the bytes themselves.
pub(crate) enum Source {
    /// A file.
    Path(PathBuf),
    /// What would stand in the file.
    Bytes(Vec<u8>),
}

impl<'py> FromPyObject<'_, 'py> for Source {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(path) = object.extract::<PathBuf>() {
            return Ok(Self::Path(path));
        }
        if let Ok(bytes) = object.extract::<Vec<u8>>() {
            return Ok(Self::Bytes(bytes));
        }
        Err(pyo3::exceptions::PyTypeError::new_err(format!(
            "source is {}, expected a path (str or Path) or bytes",
            object.get_type().name()?
        )))
    }
}
