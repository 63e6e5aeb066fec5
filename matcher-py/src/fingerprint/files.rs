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
///     One of `FORMATS`: "iso19794-2:2005", "iso19794-2:2011", "incits378-2004", "incits378-2009", "incits378-2009am1",
///     "iso19794-2-card-normal", "iso19794-2-card-compact", "xyt", or "an2k-efs", "an2k-m1", "an2k-legacy" for a
///     transaction of ANSI/NIST-ITL; found out where not given. Minutiae of a card without a biometric data template
///     around them cannot be found out.
/// strict : bool, default False
///     Raise at the first thing that is wrong. Otherwise mend what can be mended and say so in ``diagnostics``.
/// dpi : float, optional
///     Resolution for formats that do not state one (xyt, card formats, and minutiae of a transaction whose image is not
///     in it); 500 unless given.
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
///     What to write; several views must share capture equipment and, but for the editions of 2009 and 2011, size and
///     resolution. Card formats and xyt hold one view.
/// target : str, Path or binary file
///     The file; one that exists is replaced once all is written. An object with ``write`` is given the bytes.
/// format : str, default "iso19794-2:2005"
///     Or another one of `FORMATS`.
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
/// losses : what a format does not keep of a template.
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

/// What a template loses when it is written in a format and read again.
///
/// Fields that the format cannot state, and by how much places and directions are rounded.
///
/// Parameters
/// ----------
/// template : Template
///     What would be written.
/// format : str
///     One of `FORMATS`.
///
/// Returns
/// -------
/// list of str
///     A field and what becomes of it each, such as "quality of minutiae: lost in 41 of 41"; empty where nothing is lost.
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     A value that the format cannot hold at all.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint
/// >>> template = fingerprint.Template.from_arrays(x=[100], y=[80], direction=[0.5], dpi=512)
/// >>> fingerprint.losses(template, "xyt")[0]
/// 'resolution: not stated (512 dpi)'
#[pyfunction]
pub(crate) fn losses(py: Python<'_>, template: &Template, format: &str) -> PyResult<Vec<String>> {
    let format: Format = format.parse().or_raise(py)?;
    let lost = py.detach(|| formats::losses(&template.inner, format)).or_raise(py)?;
    Ok(lost.iter().map(ToString::to_string).collect())
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
