//! `read` and `write`: templates in files and bytes.

use super::template::Template;
use crate::convert::Source;
use crate::errors::{OrRaise, invalid};
use matcher_core::fingerprint as core;
use matcher_core::formats::{self, Format, ReadOptions, Strictness};
use matcher_core::units::Dpi;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::path::PathBuf;
use std::sync::Arc;

/// Reads all prints of a minutiae record or text, or of the Type-9 records of an ANSI/NIST-ITL transaction.
///
/// All of a transaction, its images included, is read by `read_transaction`.
///
/// Parameters
/// ----------
/// source : str, Path or bytes
///     A file, or what would stand in it.
/// format : str, optional
///     One of `FORMATS`: "iso19794-2:2005", "incits378-2004", "xyt", or "an2k-efs", "an2k-m1", "an2k-legacy" for a
///     transaction of ANSI/NIST-ITL; found out where not given.
/// strict : bool, default False
///     Raise at the first thing that is wrong. Otherwise mend what can be mended and say so in ``diagnostics``.
/// dpi : float, optional
///     Resolution for formats that do not state one (xyt, and minutiae of a transaction whose image is not in it); 500
///     unless given.
///
/// Returns
/// -------
/// list of Template
///     One for each view, never empty.
///
/// Raises
/// ------
/// matcher.errors.UnknownFormatError
///     Bytes of no format known here; the message says what they seem to be.
/// matcher.errors.InvalidValueError
///     A record that cannot be read, or that is not perfect where ``strict``.
/// matcher.errors.FileError
///     A file that cannot be opened.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint, simulate
/// >>> record = next(simulate.fingers(1, impressions=1, seed=7))[0].to_bytes()
/// >>> [template] = fingerprint.read(record)
/// >>> template.dpi, template.diagnostics
/// (500.0, [])
#[pyfunction]
#[pyo3(signature = (source, format=None, *, strict=false, dpi=None))]
pub(crate) fn read_templates(
    py: Python<'_>,
    source: Source,
    format: Option<&str>,
    strict: bool,
    dpi: Option<f64>,
) -> PyResult<Vec<Template>> {
    let dpi = dpi
        .map(|value| Dpi::new(value).ok_or_else(|| invalid(py, "dpi", value, "50 to 10000 dots per inch")));
    let options = ReadOptions {
        format: format.map(str::parse).transpose().or_raise(py)?,
        strictness: if strict { Strictness::Strict } else { Strictness::Lenient },
        dpi: dpi.transpose()?,
        ..ReadOptions::default()
    };
    let reading = py
        .detach(|| match &source {
            Source::Path(path) => formats::read_file(path, &options),
            Source::Bytes(bytes) => formats::read(bytes, &options),
        })
        .or_raise(py)?;
    let diagnostics = |view| reading.diagnostics_of(view).map(ToString::to_string).collect();
    let all = reading.templates.iter().enumerate();
    Ok(all.map(|(k, t)| Template { inner: Arc::new(t.clone()), diagnostics: diagnostics(k) }).collect())
}

/// The format of a minutiae record or text, found out by its content.
///
/// Parameters
/// ----------
/// source : str, Path or bytes
///     A file, or what would stand in it.
///
/// Returns
/// -------
/// str
///     One of `FORMATS`; of a transaction it says how its first Type-9 record states minutiae.
///
/// Raises
/// ------
/// matcher.errors.UnknownFormatError
///     Bytes of no format known here; the message says what they seem to be.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint
/// >>> fingerprint.format_of(b"100 200 45 80")
/// 'xyt'
#[pyfunction]
pub(crate) fn format_of(py: Python<'_>, source: Source) -> PyResult<&'static str> {
    let format = py.detach(|| match &source {
        Source::Path(path) => formats::read_file(path, &ReadOptions::default()).map(|reading| reading.format),
        Source::Bytes(bytes) => formats::sniff(bytes),
    });
    Ok(format.or_raise(py)?.name())
}

/// Writes a template, or several views, as one record into a file.
///
/// Parameters
/// ----------
/// template : Template or sequence of Template
///     What to write; several views must share size, resolution and capture equipment.
/// target : str, Path or binary file
///     The file; one that exists is replaced once all is written. An object with ``write`` is given the bytes.
/// format : str, default "iso19794-2:2005"
///     Or another one of `FORMATS`: "incits378-2004", "xyt", "an2k-efs", "an2k-m1", "an2k-legacy".
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     A value that the format cannot hold; nothing is written then.
/// matcher.errors.FileError
///     A file that cannot be written.
///
/// See Also
/// --------
/// Template.to_bytes : the record without a file.
#[pyfunction]
#[pyo3(signature = (template, target, format="iso19794-2:2005"))]
pub(crate) fn write_templates(
    py: Python<'_>,
    template: &Bound<'_, PyAny>,
    target: &Bound<'_, PyAny>,
    format: &str,
) -> PyResult<()> {
    let format: Format = format.parse().or_raise(py)?;
    let views: Vec<core::Template> =
        one_or_more(template)?.iter().map(|template| (**template).clone()).collect();
    if target.hasattr("write")? {
        let bytes = formats::write_views(&views, format).or_raise(py)?;
        return target.call_method1("write", (PyBytes::new(py, &bytes),)).map(drop);
    }
    let path: PathBuf = target.extract()?;
    py.detach(|| formats::write_file(&views, format, path)).or_raise(py)
}

/// A template, or a sequence of templates.
pub(crate) fn one_or_more(argument: &Bound<'_, PyAny>) -> PyResult<Vec<Arc<core::Template>>> {
    match argument.cast::<Template>() {
        Ok(template) => Ok(vec![template.get().inner.clone()]),
        Err(_) => templates(argument),
    }
}

/// The templates of an iterable.
pub(crate) fn templates(argument: &Bound<'_, PyAny>) -> PyResult<Vec<Arc<core::Template>>> {
    let one = |item: PyResult<Bound<'_, PyAny>>| Ok(item?.cast::<Template>()?.get().inner.clone());
    let Ok(items) = argument.try_iter() else {
        let kind = argument.get_type().name()?.to_string();
        return Err(PyTypeError::new_err(format!("expected templates, found {kind}")));
    };
    items.map(one).collect()
}
