//! What functions take for an image: a path, the bytes of a file, an array of greys, or an `Image`.

use super::arguments::{DpiArgument, resolution};
use super::image::Image;
use crate::errors::invalid;
use matcher_core::formats::{self, ImageOptions, Ridges};
use matcher_core::image::GrayImage;
use matcher_core::units::Resolution;
use matcher_core::{Error, Result};
use ndarray::Array2;
use numpy::PyReadonlyArray2;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use std::path::PathBuf;
use std::sync::Arc;

/// An image that is to be read, when a thread has time for it.
pub(crate) enum ImageArgument {
    /// A file.
    Path(PathBuf),
    /// What would stand in the file.
    Bytes(PyBackedBytes),
    /// Greys, a row of the array a row of the image.
    Array(Array2<u8>),
    /// One that was read.
    Image(Arc<GrayImage>),
}

impl<'py> FromPyObject<'_, 'py> for ImageArgument {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(image) = object.cast::<Image>() {
            return Ok(Self::Image(image.get().inner.clone()));
        }
        if let Ok(bytes) = object.extract::<PyBackedBytes>() {
            return Ok(Self::Bytes(bytes));
        }
        if let Ok(path) = object.extract::<PathBuf>() {
            return Ok(Self::Path(path));
        }
        if object.hasattr("__array_interface__")? {
            return greys(object.py(), &object).map(Self::Array);
        }
        Err(PyTypeError::new_err(format!(
            "image is {}, expected a path (str or Path), the bytes of a file, a 2-D array of uint8, or an Image",
            object.get_type().name()?
        )))
    }
}

/// The greys of an array; what is no grey image of 8 bits is refused, with the way to make one of it.
fn greys(py: Python<'_>, object: &Bound<'_, PyAny>) -> PyResult<Array2<u8>> {
    let array = py.import("numpy")?.call_method1("asarray", (object,))?;
    let shape: Vec<usize> = array.getattr("shape")?.extract()?;
    if shape.len() != 2 {
        let expected = if shape.len() == 3 {
            "two dimensions: of a colour image its grey values, such as image[..., :3].mean(axis=2).astype(\"uint8\"), or \
             give the file itself; of a stack one image at a time"
        } else {
            "two dimensions, rows and columns"
        };
        return Err(invalid(py, "image", format!("an array of shape {shape:?}"), expected));
    }
    let dtype = array.getattr("dtype")?;
    let (kind, size): (String, usize) =
        (dtype.getattr("kind")?.extract()?, dtype.getattr("itemsize")?.extract()?);
    if kind != "u" || size != 1 {
        let how = match (kind.as_str(), size) {
            ("b", _) => "image.astype(\"uint8\") * 255",
            ("u", 2) => "(image >> 8).astype(\"uint8\") where 65535 is white",
            ("f", _) => "(255 * image).round().astype(\"uint8\") where 1 is white",
            _ => "image.astype(\"uint8\") where 255 is white",
        };
        let expected = format!("uint8, 0 black to 255 white: {how}");
        return Err(invalid(py, "image", format!("an array of {dtype}"), &expected));
    }
    let array: PyReadonlyArray2<'_, u8> = array.extract()?;
    Ok(array.as_array().to_owned())
}

/// How images are read: the same for all of a call.
#[derive(Clone)]
pub(crate) struct Reading {
    options: ImageOptions,
}

impl Reading {
    /// `dpi` wins over what a file states; `ridges` is "dark", "light" or "find".
    pub(crate) fn new(py: Python<'_>, dpi: Option<&DpiArgument>, ridges: &str) -> PyResult<Self> {
        let ridges = match ridges {
            "dark" => Ridges::Dark,
            "light" => Ridges::Light,
            "find" => Ridges::Find,
            _ => return Err(invalid(py, "ridges", format!("{ridges:?}"), "\"dark\", \"light\" or \"find\"")),
        };
        let resolution = dpi.map(|dpi| resolution(py, dpi)).transpose()?;
        Ok(Self { options: ImageOptions { resolution, ridges, ..ImageOptions::default() } })
    }

    /// Files are as their caller knows them: for an image of a template.
    pub(crate) fn at(resolution: Resolution) -> Self {
        Self { options: ImageOptions { resolution: Some(resolution), ..ImageOptions::default() } }
    }
}

impl ImageArgument {
    /// The image, read now; of an [`Image`] that needs no change, itself.
    pub(crate) fn read(&self, how: &Reading) -> Result<Arc<GrayImage>> {
        let options = &how.options;
        let read = match self {
            Self::Path(path) => formats::read_image_file(path, options),
            Self::Bytes(bytes) => formats::read_image(bytes, options),
            Self::Array(pixels) => {
                let resolution = options.resolution.ok_or_else(|| {
                    Error::invalid("", "dpi", "None", "the resolution of the array, for example 500")
                })?;
                GrayImage::new(pixels.clone(), resolution).and_then(|image| options.ridges.darkened(image))
            }
            Self::Image(image) => {
                let resolution = options.resolution.unwrap_or(image.resolution());
                // Which way the ridges are was found out when it was read.
                let asked = if options.ridges == Ridges::Find { Ridges::Dark } else { options.ridges };
                if resolution == image.resolution() && asked == Ridges::Dark {
                    return Ok(image.clone());
                }
                asked.darkened(GrayImage::new(image.pixels().to_owned(), resolution)?)
            }
        };
        read.map(Arc::new)
    }

    /// What names it in an error that does not do so itself: its path, else what its caller calls it.
    pub(crate) fn name(&self, otherwise: impl FnOnce() -> String) -> String {
        match self {
            Self::Path(path) => path.display().to_string(),
            _ => otherwise(),
        }
    }
}
