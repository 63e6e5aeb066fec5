//! `draw` and `draw_comparison`: pictures of prints as evidence.

use super::comparison::Comparison;
use super::image::write;
use super::image_argument::{ImageArgument, Reading};
use super::template::Template;
use crate::convert::algorithm;
use crate::errors::{OrRaise, invalid};
use matcher_core::fingerprint::Matcher;
use matcher_core::image::GrayImage;
use matcher_core::picture as core;
use matcher_core::picture::{PictureOptions, Print};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::path::PathBuf;
use std::sync::Arc;

/// A picture of a print or of a comparison, ready to be written as SVG or PNG; a notebook shows it.
///
/// Made by :func:`matcher.fingerprint.draw` and :func:`matcher.fingerprint.draw_comparison`. Rings are ridge endings,
/// squares bifurcations, triangles others; the line from each is its direction; faint ones are of low quality, or in no
/// pair.
#[pyclass(frozen, module = "matcher.fingerprint")]
pub(crate) struct Picture {
    inner: core::Picture,
}

#[pymethods]
impl Picture {
    /// (width, height) in pixels.
    #[getter]
    fn size(&self) -> (usize, usize) {
        self.inner.size()
    }

    /// The picture as SVG, with the images in it.
    ///
    /// Returns
    /// -------
    /// str
    fn to_svg(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| self.inner.to_svg()).or_raise(py)
    }

    /// The picture as PNG; it prints in the size of the finger times the magnification.
    ///
    /// Returns
    /// -------
    /// bytes
    fn to_png<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &py.detach(|| self.inner.to_png()).or_raise(py)?))
    }

    /// Writes the picture into a file.
    ///
    /// Parameters
    /// ----------
    /// path : str or Path
    ///     Its extension, svg or png, says the format; one that exists is overwritten.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     Another extension.
    /// matcher.errors.FileError
    ///     A file that cannot be written.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_lowercase);
        let written = py.detach(|| match extension.as_deref() {
            Some("svg") => Some(self.inner.to_svg().and_then(|text| write(path, text))),
            Some("png") => Some(self.inner.to_png().and_then(|bytes| write(path, bytes))),
            _ => None,
        });
        let found = extension.unwrap_or_else(|| "none".to_owned());
        written.ok_or_else(|| invalid(py, "extension", found, "svg or png"))?.or_raise(py)
    }

    fn _repr_svg_(&self, py: Python<'_>) -> PyResult<String> {
        self.to_svg(py)
    }

    fn __repr__(&self) -> String {
        let (width, height) = self.inner.size();
        format!("<Picture: {width} x {height} pixels>")
    }
}

/// The image of a template, read; a file need not state a resolution, the template has one.
fn image_of(
    py: Python<'_>,
    image: Option<&ImageArgument>,
    template: &Template,
) -> PyResult<Option<Arc<GrayImage>>> {
    let how = Reading::at(template.inner.resolution());
    let read = |image: &ImageArgument| match image {
        ImageArgument::Image(image) => Ok(image.clone()),
        other => other.read(&how),
    };
    py.detach(|| image.map(read).transpose()).or_raise(py)
}

/// A print to draw.
fn print<'a>(template: &'a Template, image: Option<&'a Arc<GrayImage>>, id: &'a str) -> Print<'a> {
    let print = Print::new(&template.inner).with_id(id);
    match image {
        Some(image) => print.with_image(image),
        None => print,
    }
}

/// Draws a print with its minutiae.
///
/// Parameters
/// ----------
/// template : Template
///     The minutiae.
/// image : str, Path, bytes, numpy.ndarray or Image, optional
///     The image that they were found on; white paper unless given.
/// id : str, optional
///     What to write below it: an opaque id, never a name.
/// magnification : float, default 2
///     Picture pixels to a pixel at 500 dpi, 0.25 to 16.
///
/// Returns
/// -------
/// Picture
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     An image of another size or resolution than the template states; a magnification out of range.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint, simulate
/// >>> [(image, template)] = next(simulate.ridge_images(1, impressions=1, seed=7))
/// >>> picture = fingerprint.draw(template, image, id="trace 3")
/// >>> "trace 3" in picture.to_svg()
/// True
#[pyfunction]
#[pyo3(signature = (template, image=None, *, id="", magnification=2.0), text_signature = "(template, image=None, *, id='', magnification=2)")]
pub(crate) fn draw(
    py: Python<'_>,
    template: &Bound<'_, Template>,
    image: Option<ImageArgument>,
    id: &str,
    magnification: f64,
) -> PyResult<Picture> {
    let template = template.get();
    let image = image_of(py, image.as_ref(), template)?;
    let options = PictureOptions { magnification, ..PictureOptions::default() };
    let print = print(template, image.as_ref(), id);
    Ok(Picture { inner: py.detach(|| core::Picture::of_print(&print, &options)).or_raise(py)? })
}

/// Draws two prints side by side, the probe on the left, with the minutiae that a comparison paired.
///
/// Parameters
/// ----------
/// probe, reference : Template
///     The prints.
/// comparison : Comparison, optional
///     Of this probe with this reference; compared by the standard algorithm unless given.
/// probe_image, reference_image : str, Path, bytes, numpy.ndarray or Image, optional
///     The images that the minutiae were found on; white paper unless given.
/// probe_id, reference_id : str, optional
///     What to write below them: opaque ids, never names.
/// magnification : float, default 2
///     Picture pixels to a pixel at 500 dpi, 0.25 to 16.
/// numbers : bool, default True
///     Whether the pairs are numbered: row of ``comparison.pairs``, from 1.
/// score : bool, default True
///     Whether the score is written below; False where an examiner is to look first.
///
/// Returns
/// -------
/// Picture
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     An image of another size or resolution than its template states; a comparison of other prints.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint, simulate
/// >>> (image, probe), (_, reference) = next(simulate.ridge_images(1, impressions=2, seed=7))
/// >>> picture = fingerprint.draw_comparison(probe, reference, probe_image=image, probe_id="trace 3")
/// >>> picture.to_png()[:4]
/// b'\x89PNG'
#[pyfunction]
#[pyo3(signature = (probe, reference, comparison=None, *, probe_image=None, reference_image=None, probe_id="",
    reference_id="", magnification=2.0, numbers=true, score=true), text_signature = "(probe, reference, comparison=None, *, probe_image=None, reference_image=None, probe_id='', reference_id='', magnification=2, numbers=True, score=True)")]
#[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
pub(crate) fn draw_comparison(
    py: Python<'_>,
    probe: &Bound<'_, Template>,
    reference: &Bound<'_, Template>,
    comparison: Option<&Bound<'_, Comparison>>,
    probe_image: Option<ImageArgument>,
    reference_image: Option<ImageArgument>,
    probe_id: &str,
    reference_id: &str,
    magnification: f64,
    numbers: bool,
    score: bool,
) -> PyResult<Picture> {
    let (probe, reference) = (probe.get(), reference.get());
    let comparison = if let Some(comparison) = comparison {
        comparison.get().inner.clone()
    } else {
        let matcher = Matcher::with(&algorithm(py, None, None)?, &probe.inner);
        Arc::new(py.detach(|| matcher.compare(&matcher.prepare(&reference.inner))).or_raise(py)?)
    };
    let images =
        (image_of(py, probe_image.as_ref(), probe)?, image_of(py, reference_image.as_ref(), reference)?);
    let probe = print(probe, images.0.as_ref(), probe_id);
    let reference = print(reference, images.1.as_ref(), reference_id);
    let options = PictureOptions { magnification, numbers, score };
    let drawn = py.detach(|| core::Picture::of_comparison(&probe, &reference, &comparison, &options));
    Ok(Picture { inner: drawn.or_raise(py)? })
}
