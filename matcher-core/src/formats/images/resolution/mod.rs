//! What the header of an image says of its resolution, and whether that is to be believed.
//!
//! A page a format; each finds what is stated and never fails: a damaged header states nothing here, and the decoder
//! says what is wrong with it.

mod bmp;
mod jp2;
mod jpeg;
mod png;
mod tiff;

pub(super) use jpeg::is_cut;

use super::super::ImageFormat;
use crate::error::{Error, Result};
use crate::units::{Dpi, Resolution};
use std::fmt;

/// Inches in a metre are 1/0.0254.
const METRE: f64 = 0.0254;

/// What one place of a header states, in dots per inch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::formats) struct Stated {
    place: &'static str,
    x: f64,
    y: f64,
}

impl Stated {
    /// Stated in dots per inch, with fractions.
    fn per_inch(place: &'static str, x: f64, y: f64) -> Self {
        Self { place, x: snapped(x), y: snapped(y) }
    }

    /// Stated in the comment of a WSQ file.
    pub(super) fn in_comment(stated: Resolution) -> Self {
        Self::per_inch("its NISTCOM comment", stated.x.to_f64(), stated.y.to_f64())
    }

    /// Stated in dots per metre.
    fn per_metre(place: &'static str, x: f64, y: f64) -> Self {
        Self::per_inch(place, x * METRE, y * METRE)
    }

    /// Stated in dots per centimetre: whole ones are coarse and are read as those of minutiae records are.
    fn per_centimetre(place: &'static str, x: f64, y: f64) -> Self {
        let dpi = |n: f64| match n {
            28.0 => 72.0,
            38.0 => 96.0,
            _ if n == n.round() && (1.0..=10_000.0).contains(&n) => {
                Dpi::from_per_centimetre(n as u32).map_or(n * 2.54, Dpi::to_f64)
            }
            _ => n * 2.54,
        };
        Self::per_inch(place, dpi(x), dpi(y))
    }

    /// The resolution, unless it is one that programs write which do not know it, or one that makes no sense.
    fn believable(self) -> Option<Resolution> {
        let believable = |dpi: f64| Dpi::new(dpi).filter(|_| dpi != 72.0 && dpi != 96.0);
        Some(Resolution { x: believable(self.x)?, y: believable(self.y)? })
    }
}

impl fmt::Display for Stated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = |dpi: f64| (dpi * 100.0).round() / 100.0;
        write!(f, "{} x {} dpi in {}", hundredths(self.x), hundredths(self.y), self.place)
    }
}

/// A value within one dot per metre of whole dots per inch was meant as these: 19,685 per metre is 500 dpi.
fn snapped(dpi: f64) -> f64 {
    let whole = dpi.round();
    if (dpi - whole).abs() <= METRE { whole } else { dpi }
}

/// Everything that a header states of the resolution, what counts most first.
pub(in crate::formats) fn stated(bytes: &[u8], format: ImageFormat) -> Vec<Stated> {
    match format {
        ImageFormat::Png => png::stated(bytes),
        ImageFormat::Tiff => tiff::stated(bytes, "the TIFF tags").into_iter().collect(),
        ImageFormat::Bmp => bmp::stated(bytes).into_iter().collect(),
        ImageFormat::Jpeg => jpeg::stated(bytes),
        ImageFormat::Jpeg2000 => jp2::stated(bytes),
        // A PNM file states none; what a WSQ file does is found as it is decoded.
        ImageFormat::Pnm | ImageFormat::Wsq => Vec::new(),
    }
}

/// The first statement to be believed.
///
/// # Errors
/// [`Error::Invalid`] where there is none; it says what was found, and what to give.
pub(super) fn believed(stated: &[Stated]) -> Result<Resolution> {
    if let Some(resolution) = stated.iter().find_map(|stated| stated.believable()) {
        return Ok(resolution);
    }
    let found = stated.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let value = if found.is_empty() {
        "not stated in the file".to_owned()
    } else {
        format!("not stated in the file (it has {found}, which means nothing)")
    };
    Err(Error::invalid("", "resolution", value, "dpi from the caller, for example 500"))
}

#[cfg(test)]
#[path = "resolution_tests.rs"]
mod tests;
