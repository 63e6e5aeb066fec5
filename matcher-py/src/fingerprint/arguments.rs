//! The arguments of `Template.from_arrays`, checked: each error names the field and the row.

use crate::convert::floats;
use crate::errors::invalid;
use matcher_core::fingerprint::{FingerPosition, Impression, MinutiaKind};
use matcher_core::units::{Dpi, Resolution};
use pyo3::prelude::*;

/// Dots per inch: one number, or one for each axis.
#[derive(FromPyObject)]
pub(crate) enum DpiArgument {
    /// The same along both axes.
    Square(f64),
    /// Along x and y.
    Axes(f64, f64),
}

/// A code of ISO/IEC 19794-2, or the name.
#[derive(FromPyObject)]
pub(crate) enum ImpressionArgument {
    /// 0 to 9.
    Code(i64),
    /// As [`Impression::name`] has it.
    Name(String),
}

pub(super) fn same_length(py: Python<'_>, field: &str, length: usize, rows: usize) -> PyResult<()> {
    if length == rows {
        return Ok(());
    }
    Err(invalid(py, &format!("length of {field}"), length, &format!("{rows}, the length of x")))
}

pub(super) fn resolution(py: Python<'_>, dpi: &DpiArgument) -> PyResult<Resolution> {
    let one =
        |value: f64| Dpi::new(value).ok_or_else(|| invalid(py, "dpi", value, "50 to 10000 dots per inch"));
    Ok(match *dpi {
        DpiArgument::Square(dpi) => Resolution::square(one(dpi)?),
        DpiArgument::Axes(x, y) => Resolution { x: one(x)?, y: one(y)? },
    })
}

pub(crate) fn position(py: Python<'_>, code: i64) -> PyResult<FingerPosition> {
    u8::try_from(code)
        .ok()
        .and_then(FingerPosition::from_code)
        .ok_or_else(|| invalid(py, "finger_position", code, "0 to 10"))
}

pub(super) fn size(py: Python<'_>, width: Option<i64>, height: Option<i64>) -> PyResult<Option<(u16, u16)>> {
    let one = |field: &str, value: i64| {
        u16::try_from(value).map_err(|_| invalid(py, field, value, "1 to 65535 pixels"))
    };
    match (width, height) {
        (Some(width), Some(height)) => Ok(Some((one("width", width)?, one("height", height)?))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(invalid(py, "height", "None", "a number, as width is given")),
        (None, Some(_)) => Err(invalid(py, "width", "None", "a number, as height is given")),
    }
}

pub(super) fn impression_of(py: Python<'_>, argument: &ImpressionArgument) -> PyResult<Impression> {
    let found = match argument {
        ImpressionArgument::Code(code) => u8::try_from(*code).ok().and_then(Impression::from_code),
        ImpressionArgument::Name(name) => Impression::ALL.into_iter().find(|known| known.name() == name),
    };
    found.ok_or_else(|| {
        let value = match argument {
            ImpressionArgument::Code(code) => code.to_string(),
            ImpressionArgument::Name(name) => format!("{name:?}"),
        };
        let names = Impression::ALL.map(Impression::name).join(", ");
        invalid(py, "impression", value, &format!("a code 0 to 9 or one of {names}"))
    })
}

/// Kinds from codes or names.
pub(super) fn kinds(py: Python<'_>, values: &Bound<'_, PyAny>) -> PyResult<Vec<MinutiaKind>> {
    let array = py.import("numpy")?.call_method1("asarray", (values,))?;
    // Names come as text of numpy's own, or, from a table, as Python's.
    if ["U", "O"].contains(&array.getattr("dtype")?.getattr("kind")?.extract::<String>()?.as_str())
        && let Ok(names) = array.call_method0("tolist")?.extract::<Vec<String>>()
    {
        return names.iter().enumerate().map(|(row, name)| kind_of_name(py, row, name)).collect();
    }
    let kind = |(row, code): (usize, f64)| {
        let kind = MinutiaKind::ALL.into_iter().find(|kind| f64::from(kind.code()) == code);
        kind.ok_or_else(|| invalid(py, &format!("minutia {row} kind"), code, "0, 1 or 2"))
    };
    floats(py, &array, "kind")?.into_iter().enumerate().map(kind).collect()
}

fn kind_of_name(py: Python<'_>, row: usize, name: &str) -> PyResult<MinutiaKind> {
    match name {
        "other" => Ok(MinutiaKind::Other),
        "ridge ending" => Ok(MinutiaKind::RidgeEnding),
        "bifurcation" => Ok(MinutiaKind::Bifurcation),
        _ => {
            let expected = "\"other\", \"ridge ending\" or \"bifurcation\"";
            Err(invalid(py, &format!("minutia {row} kind"), format!("{name:?}"), expected))
        }
    }
}
