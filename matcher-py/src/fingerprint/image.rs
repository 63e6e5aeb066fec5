//! `Image` and `read_image`: grey images of prints with their resolution.

use super::arguments::{DpiArgument, resolution};
use super::image_argument::{ImageArgument, Reading};
use crate::convert::{Reduced, Source, first_bytes, reduced};
use crate::errors::{OrRaise, invalid};
use matcher_core::Error;
use matcher_core::formats::{ImageFormat, sniff_image, write_png};
use matcher_core::image::GrayImage;
use matcher_core::units::Resolution;
use ndarray::Array2;
use numpy::{PyArray2, ToPyArray};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyTuple};
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;

/// Extensions of files of images, lower case; a folder's other files are left alone.
pub(crate) const EXTENSIONS: [&str; 15] = [
    "png", "tif", "tiff", "bmp", "jpg", "jpeg", "pbm", "pgm", "ppm", "pnm", "jp2", "j2k", "jpc", "j2c", "wsq",
];

/// So many first bytes tell a format.
const HEAD: u64 = 64;

/// A grey image of a print, upright, with dark ridges, and its resolution.
///
/// Made by :func:`matcher.fingerprint.read_image`. A notebook shows it.
///
/// Examples
/// --------
/// >>> import numpy as np
/// >>> from matcher import fingerprint
/// >>> image = fingerprint.read_image(np.full((400, 300), 255, dtype="uint8"), dpi=1000)
/// >>> image
/// <Image: 300 x 400 pixels, 1000.0 dpi>
/// >>> image.at_500_dpi().pixels.shape
/// (200, 150)
#[pyclass(frozen, module = "matcher.fingerprint")]
pub(crate) struct Image {
    pub(crate) inner: Arc<GrayImage>,
    /// Made when it is asked for first.
    array: PyOnceLock<Py<PyArray2<u8>>>,
}

impl From<Arc<GrayImage>> for Image {
    fn from(inner: Arc<GrayImage>) -> Self {
        Self { inner, array: PyOnceLock::new() }
    }
}

/// What pickling keeps of an image: pixels, width, resolution.
type State<'py> = (Bound<'py, PyBytes>, usize, (f64, f64));

#[pymethods]
impl Image {
    /// The greys, uint8 of shape (height, width), 0 black to 255 white; read-only, and the same array each time.
    #[getter]
    fn pixels<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<u8>>> {
        let array = self.array.get_or_try_init(py, || {
            let array = self.inner.pixels().to_pyarray(py);
            array.getattr("flags")?.setattr("writeable", false)?;
            Ok::<_, PyErr>(array.unbind())
        })?;
        Ok(array.bind(py).clone())
    }

    /// Dots per inch: a number, or (x, y) where the axes differ.
    #[getter]
    fn dpi<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Resolution { x, y } = self.inner.resolution();
        if x == y {
            return Ok(x.to_f64().into_pyobject(py)?.into_any());
        }
        Ok(PyTuple::new(py, [x.to_f64(), y.to_f64()])?.into_any())
    }

    /// Columns.
    #[getter]
    fn width(&self) -> usize {
        self.inner.width()
    }

    /// Rows.
    #[getter]
    fn height(&self) -> usize {
        self.inner.height()
    }

    /// The same image at 500 dpi along both axes, resampled: what minutiae are found on.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     An image that would be too large: its resolution is stated too low.
    fn at_500_dpi(&self, py: Python<'_>) -> PyResult<Self> {
        let standard = py.detach(|| match self.inner.at_500_dpi()? {
            Cow::Borrowed(_) => Ok(self.inner.clone()),
            Cow::Owned(image) => Ok(Arc::new(image)),
        });
        standard.or_raise(py).map(Self::from)
    }

    /// The image as a PNG that states its resolution.
    ///
    /// Returns
    /// -------
    /// bytes
    fn to_png<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &py.detach(|| write_png(&self.inner)).or_raise(py)?))
    }

    /// Writes the image as a PNG that states its resolution.
    ///
    /// Parameters
    /// ----------
    /// path : str or Path
    ///     The file; one that exists is overwritten.
    ///
    /// Raises
    /// ------
    /// matcher.errors.FileError
    ///     A file that cannot be written.
    fn save_png(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        py.detach(|| write(path, write_png(&self.inner)?)).or_raise(py)
    }

    fn _repr_png_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        self.to_png(py)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let dpi = self.dpi(py)?.str()?.to_string();
        Ok(format!("<Image: {} x {} pixels, {dpi} dpi>", self.inner.width(), self.inner.height()))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, State<'py>>> {
        let pixels: Vec<u8> = self.inner.pixels().iter().copied().collect();
        let Resolution { x, y } = self.inner.resolution();
        reduced::<Self, _>(py, (PyBytes::new(py, &pixels), self.inner.width(), (x.to_f64(), y.to_f64())))
    }

    /// Undoes ``__reduce__``; what was pickled is checked like any other input.
    #[staticmethod]
    fn _restore(py: Python<'_>, pixels: Vec<u8>, width: usize, dpi: (f64, f64)) -> PyResult<Self> {
        let resolution = resolution(py, &DpiArgument::Axes(dpi.0, dpi.1))?;
        let (height, count) = (pixels.len().checked_div(width).unwrap_or(0), pixels.len());
        let pixels = Array2::from_shape_vec((height, width), pixels)
            .map_err(|_| invalid(py, "number of pixels", count, &format!("a multiple of {width}")))?;
        let image = GrayImage::new(pixels, resolution).or_raise(py)?;
        Ok(Self::from(Arc::new(image)))
    }
}

/// Writes bytes into a file.
pub(super) fn write(path: PathBuf, bytes: impl AsRef<[u8]>) -> matcher_core::Result<()> {
    std::fs::write(&path, bytes).map_err(|source| Error::Io { path, source })
}

/// Reads an image of a print: upright, grey, ridges dark.
///
/// Parameters
/// ----------
/// source : str, Path, bytes, numpy.ndarray or Image
///     A file (PNG, TIFF, BMP, JPEG, PNM, JPEG 2000, WSQ), what would stand in it, or a 2-D array of uint8 of any
///     strides. The format is found out by the content.
/// dpi : float or (float, float), optional
///     Resolution, for x and y where they differ. It wins over what the file states, and must be given for an array and
///     for a file that states none; 72 and 96 dpi, which programs write that do not know, count as not stated.
/// ridges : str, default "find"
///     "dark" or "light", as they are in the source, or "find": inverted only where the ground around the print leaves no
///     doubt that they are light.
///
/// Returns
/// -------
/// Image
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     A damaged image, one of a kind that is not read, or one without resolution; an array that is no grey image.
/// matcher.errors.UnknownFormatError
///     Bytes that are no image; the message says what they seem to be.
/// matcher.errors.FileError
///     A file that cannot be opened.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint
/// >>> image = fingerprint.read_image(b"P2 3 1 255 0 128 255", dpi=500)
/// >>> image.pixels
/// array([[  0, 128, 255]], dtype=uint8)
/// >>> fingerprint.read_image(image.to_png()) == image
/// True
#[pyfunction]
#[pyo3(signature = (source, dpi=None, *, ridges="find"))]
pub(crate) fn read_image(
    py: Python<'_>,
    source: ImageArgument,
    dpi: Option<DpiArgument>,
    ridges: &str,
) -> PyResult<Image> {
    let how = Reading::new(py, dpi.as_ref(), ridges)?;
    py.detach(|| source.read(&how)).or_raise(py).map(Image::from)
}

/// The format of an image, found out by its first bytes.
///
/// Parameters
/// ----------
/// source : str, Path or bytes
///     A file, or what would stand in it.
///
/// Returns
/// -------
/// str or None
///     "PNG", "TIFF", "BMP", "JPEG", "PNM", "JPEG 2000" or "WSQ"; None for what is none of these.
///
/// Raises
/// ------
/// matcher.errors.FileError
///     A file that cannot be opened.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint
/// >>> fingerprint.image_format_of(b"P2 3 1 255 0 128 255"), fingerprint.image_format_of(b"FMR")
/// ('PNM', None)
#[pyfunction]
pub(crate) fn image_format_of(py: Python<'_>, source: Source) -> PyResult<Option<&'static str>> {
    let bytes = py.detach(|| match source {
        Source::Path(path) => first_bytes(path, HEAD),
        Source::Bytes(bytes) => Ok(bytes),
    });
    Ok(sniff_image(&bytes.or_raise(py)?).map(ImageFormat::name))
}
