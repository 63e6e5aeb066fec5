//! Errors of the core as exceptions of `matcher.errors`: the mapping in one `match`.

use matcher_core::Error;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::path::Path;

/// Turns a result of the core into one of Python.
pub(crate) trait OrRaise<T> {
    /// The value, or the exception that says the same words.
    fn or_raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> OrRaise<T> for Result<T, Error> {
    fn or_raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| exception(py, &error))
    }
}

/// An `InvalidValueError` for what only Python can get wrong, such as the shape of an array.
pub(crate) fn invalid(py: Python<'_>, field: &str, value: impl ToString, expected: &str) -> PyErr {
    exception(py, &Error::invalid("", field, value.to_string(), expected))
}

/// The exception that says what this error says.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    let message = error.to_string();
    let (class, arguments) = match error {
        Error::Invalid(p) => {
            ("InvalidValueError", PyTuple::new(py, [&message, &p.record, &p.field, &p.value, &p.expected]))
        }
        Error::UnknownFormat(_) => ("UnknownFormatError", PyTuple::new(py, [&message])),
        Error::Io { .. } => ("FileError", PyTuple::new(py, [&message])),
        Error::AlreadyEnrolled(_) => ("AlreadyEnrolledError", PyTuple::new(py, [&message])),
        Error::NotEnrolled(_) => ("NotEnrolledError", PyTuple::new(py, [&message])),
        Error::Damaged { path, what } => ("DamagedError", at(py, &message, path, what)),
        Error::NotAGallery { path, reason } => ("NotAGalleryError", at(py, &message, path, reason)),
        Error::InUse { path } => ("InUseError", at(py, &message, path, "another process writes to it")),
        Error::ReadOnly { path, reason } => ("ReadOnlyError", at(py, &message, path, reason)),
        Error::Expired { path, not_after, now } => {
            let reason = format!("it was to be searched until {not_after} s after 1970, and it is {now}");
            ("ExpiredError", at(py, &message, path, &reason))
        }
        Error::WrongBase { path, reason } => ("WrongBaseError", at(py, &message, path, reason)),
        Error::NoModel { .. } => ("NoModelError", PyTuple::new(py, [&message])),
        Error::Threads { .. } => ("ThreadsError", PyTuple::new(py, [&message])),
        _ => ("MatcherError", PyTuple::new(py, [&message])),
    };
    let raised = || py.import("matcher.errors")?.getattr(class)?.call1(arguments?);
    match raised() {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => error,
    }
}

/// The arguments of an exception about a gallery's folder.
fn at<'py>(py: Python<'py>, message: &str, path: &Path, reason: &str) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(py, [message, &path.to_string_lossy(), reason])
}
