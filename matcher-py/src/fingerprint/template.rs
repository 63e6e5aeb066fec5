//! `Template`: the minutiae of one print.

use super::arguments::{
    DpiArgument, ImpressionArgument, impression_of, kinds, position, resolution, same_length, size,
};
use crate::convert::{Reduced, floats, frozen, reduced, thawed};
use crate::errors::{OrRaise, invalid};
use matcher_core::fingerprint as core;
use matcher_core::fingerprint::{Impression, Minutia, MinutiaKind, Quality};
use matcher_core::formats::{self, Format};
use matcher_core::units::{Angle, Pixels, Resolution};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The minutiae of one print, checked and in canonical order.
///
/// Made by :func:`matcher.fingerprint.extract`, :func:`matcher.fingerprint.read` or :meth:`from_arrays`. Coordinates are
/// pixels of the record's own image; :meth:`at_500_dpi` gives the engine's frame. Equal templates hold equal minutiae and
/// header data; diagnostics do not count.
///
/// Examples
/// --------
/// >>> from matcher.fingerprint import Template
/// >>> template = Template.from_arrays([20, 80, 50], [30, 35, 90], [0.0, 1.5, 3.0], width=100, height=120)
/// >>> len(template), template.dpi
/// (3, 500.0)
/// >>> template.minutiae["x"]
/// array([20., 80., 50.])
#[pyclass(frozen, module = "matcher.fingerprint")]
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) inner: Arc<core::Template>,
    pub(crate) diagnostics: Vec<String>,
}

impl From<core::Template> for Template {
    fn from(template: core::Template) -> Self {
        Self { inner: Arc::new(template), diagnostics: Vec::new() }
    }
}

#[pymethods]
impl Template {
    /// Makes a template from columns of numbers.
    ///
    /// Parameters
    /// ----------
    /// x, y : array_like
    ///     Pixels from the left and from the **top** edge of the image.
    /// direction : array_like
    ///     Radians, counter-clockwise from the x axis as the image is seen.
    /// kind : array_like, optional
    ///     Codes 0 other, 1 ridge ending, 2 bifurcation, or these names.
    /// quality : array_like, optional
    ///     0 to 1, kept to 1/100; nan where not stated.
    /// dpi : float or (float, float), default 500
    ///     Resolution of the image, for x and y where they differ.
    /// width, height : int, optional
    ///     Size of the image in pixels; with it, every minutia must lie inside.
    /// finger_position : int, default 0
    ///     0 unknown, 1 to 5 right thumb to little finger, 6 to 10 left.
    /// impression : int or str, optional
    ///     Code of ISO/IEC 19794-2 (0 live-scan plain, 1 rolled, ...) or its name.
    /// extractor : str, optional
    ///     What found the minutiae.
    ///
    /// Returns
    /// -------
    /// Template
    ///     Repeated minutiae are dropped, and of more than 255 the best by quality are kept; ``diagnostics`` says so.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     Names the field and the row of a value that cannot be.
    ///
    /// Examples
    /// --------
    /// >>> import numpy as np
    /// >>> from matcher.fingerprint import Template
    /// >>> template = Template.from_arrays([20, 80], [30, 35], np.radians([90, 180]), kind=["ridge ending", "other"],
    /// ...                                 quality=[0.8, np.nan], dpi=569, finger_position=7)
    /// >>> template.minutiae["kind"]
    /// array([1, 0], dtype=uint8)
    #[staticmethod]
    #[pyo3(signature = (x, y, direction, *, kind=None, quality=None, dpi=DpiArgument::Square(500.0), width=None,
        height=None, finger_position=0, impression=None, extractor=None), text_signature = "(x, y, direction, *, kind=None, quality=None, dpi=500, width=None, height=None, finger_position=0, impression=None, extractor=None)")]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn from_arrays(
        py: Python<'_>,
        x: &Bound<'_, PyAny>,
        y: &Bound<'_, PyAny>,
        direction: &Bound<'_, PyAny>,
        kind: Option<&Bound<'_, PyAny>>,
        quality: Option<&Bound<'_, PyAny>>,
        dpi: DpiArgument,
        width: Option<i64>,
        height: Option<i64>,
        finger_position: i64,
        impression: Option<ImpressionArgument>,
        extractor: Option<String>,
    ) -> PyResult<Self> {
        let x = floats(py, x, "x")?;
        let rows = x.len();
        let column = |values: &Bound<'_, PyAny>, field: &str| {
            let values = floats(py, values, field)?;
            same_length(py, field, values.len(), rows).map(|()| values)
        };
        let (y, direction) = (column(y, "y")?, column(direction, "direction")?);
        let quality = quality.map(|values| column(values, "quality")).transpose()?;
        let kinds = kind.map(|values| kinds(py, values)).transpose()?;
        if let Some(kinds) = &kinds {
            same_length(py, "kind", kinds.len(), rows)?;
        }

        let mut builder = core::Template::builder()
            .resolution(resolution(py, &dpi)?)
            .finger_position(position(py, finger_position)?);
        if let Some((width, height)) = size(py, width, height)? {
            builder = builder.size(width, height);
        }
        if let Some(argument) = &impression {
            builder = builder.impression(impression_of(py, argument)?);
        }
        if let Some(name) = extractor {
            builder = builder.extractor(name);
        }
        for row in 0..rows {
            let field = |name: &str| format!("minutia {row} {name}");
            let pixels = |value: f64, name: &str| {
                Pixels::from_f64(value)
                    .ok_or_else(|| invalid(py, &field(name), value, "a number of pixels up to 65535"))
            };
            let quality = quality.as_ref().map(|values| values[row]).filter(|value| !value.is_nan());
            let quality = quality.map(|value| {
                Quality::from_fraction(value)
                    .ok_or_else(|| invalid(py, &field("quality"), value, "0 to 1, or nan where not stated"))
            });
            builder = builder.minutia(Minutia {
                kind: kinds.as_ref().map_or(MinutiaKind::Other, |kinds| kinds[row]),
                quality: quality.transpose()?,
                ..Minutia::new(
                    pixels(x[row], "x")?,
                    pixels(y[row], "y")?,
                    Angle::from_radians(direction[row]).ok_or_else(|| {
                        invalid(py, &field("direction"), direction[row], "a finite number of radians")
                    })?,
                )
            });
        }
        let built = builder.build().or_raise(py)?;
        let diagnostics = built.diagnostics.iter().map(ToString::to_string).collect();
        Ok(Self { inner: Arc::new(built.template), diagnostics })
    }

    /// Structured array of the minutiae, in canonical order (top to bottom, then left to right).
    ///
    /// Fields: ``x``, ``y`` (pixels of the record's own image), ``direction`` (radians, counter-clockwise from the x
    /// axis), ``kind`` (0 other, 1 ridge ending, 2 bifurcation), ``quality`` (0 to 1, nan where not stated) and
    /// ``source_index`` (row in the file or arrays given).
    #[getter]
    fn minutiae<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let all = self.inner.minutiae();
        let layout = [
            ("x", "f8"),
            ("y", "f8"),
            ("direction", "f8"),
            ("kind", "u1"),
            ("quality", "f8"),
            ("source_index", "i8"),
        ];
        // Aligned, so that numpy and others can work on a column without copying it first.
        let numpy = py.import("numpy")?;
        let dtype = numpy.call_method1("dtype", (PyList::new(py, layout)?, true))?;
        let array = numpy.call_method1("empty", (all.len(), dtype))?;
        let float = |value: fn(&Minutia) -> f64| PyArray1::from_iter(py, all.iter().map(value));
        array.set_item("x", float(|m| m.x.to_f64()))?;
        array.set_item("y", float(|m| m.y.to_f64()))?;
        array.set_item("direction", float(|m| m.direction.radians()))?;
        array.set_item("kind", PyArray1::from_iter(py, all.iter().map(|m| m.kind.code())))?;
        array.set_item("quality", float(|m| m.quality.map_or(f64::NAN, Quality::fraction)))?;
        array.set_item(
            "source_index",
            PyArray1::from_iter(py, all.iter().map(|m| i64::from(m.source_index))),
        )?;
        Ok(array)
    }

    /// Dots per inch of the image: a number, or (x, y) where the axes differ.
    #[getter]
    fn dpi<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let Resolution { x, y } = self.inner.resolution();
        if x == y {
            return Ok(x.to_f64().into_pyobject(py)?.into_any());
        }
        Ok(PyTuple::new(py, [x.to_f64(), y.to_f64()])?.into_any())
    }

    /// Width of the image in pixels, None where not stated.
    #[getter]
    fn width(&self) -> Option<u16> {
        self.inner.size().map(|(width, _)| width)
    }

    /// Height of the image in pixels, None where not stated.
    #[getter]
    fn height(&self) -> Option<u16> {
        self.inner.size().map(|(_, height)| height)
    }

    /// Which finger: 0 unknown, 1 to 5 right thumb to little finger, 6 to 10 left.
    #[getter]
    fn finger_position(&self) -> u8 {
        self.inner.finger_position().code()
    }

    /// How the impression was taken, None where not stated.
    #[getter]
    fn impression(&self) -> Option<&'static str> {
        self.inner.impression().map(Impression::name)
    }

    /// Number of the view of this finger in its record, from 0.
    #[getter]
    fn view(&self) -> u8 {
        self.inner.view()
    }

    /// Quality of the whole print, 0 to 1, None where not stated.
    #[getter]
    fn quality(&self) -> Option<f64> {
        self.inner.quality().map(Quality::fraction)
    }

    /// What found the minutiae, None where not stated.
    #[getter]
    fn extractor(&self) -> Option<&str> {
        self.inner.extractor()
    }

    /// Extended data of the record's view (ridge counts, cores and deltas, vendor areas), in the layout and units of
    /// ISO/IEC 19794-2:2005.
    #[getter]
    fn extended_data<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.inner.extended_data())
    }

    /// What a reader found wrong and mended, a sentence each; empty where nothing was.
    #[getter]
    fn diagnostics(&self) -> Vec<String> {
        self.diagnostics.clone()
    }

    /// The same print in the engine's frame: 500 dpi along both axes, coordinates to 1/8 pixel.
    fn at_500_dpi(&self) -> Self {
        Self { inner: Arc::new(self.inner.at_500_dpi()), diagnostics: self.diagnostics.clone() }
    }

    /// The template as a record: what :func:`matcher.fingerprint.write` puts into a file.
    ///
    /// Parameters
    /// ----------
    /// format : str, default "iso19794-2:2005"
    ///     Or another one of `FORMATS`.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     A value that the format cannot hold.
    #[pyo3(signature = (format="iso19794-2:2005"))]
    fn to_bytes<'py>(&self, py: Python<'py>, format: &str) -> PyResult<Bound<'py, PyBytes>> {
        let format: Format = format.parse().or_raise(py)?;
        Ok(PyBytes::new(py, &formats::write(&self.inner, format).or_raise(py)?))
    }

    fn __len__(&self) -> usize {
        self.inner.minutiae().len()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.inner.hash(&mut hasher);
        hasher.finish()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let dpi = self.dpi(py)?.str()?.to_string();
        let position = self.inner.finger_position().name();
        Ok(format!("<Template: {} minutiae, {dpi} dpi, {position}>", self.inner.minutiae().len()))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (Bound<'py, PyBytes>, Vec<String>)>> {
        reduced::<Self, _>(py, (frozen(py, &*self.inner)?, self.diagnostics.clone()))
    }

    /// Undoes ``__reduce__``; the state is checked like any other input.
    #[staticmethod]
    fn _restore(py: Python<'_>, state: &[u8], diagnostics: Vec<String>) -> PyResult<Self> {
        let template: core::Template = thawed(py, state)?;
        Ok(Self { inner: Arc::new(template), diagnostics })
    }
}
