//! Lengths of files that state places in parts of a millimetre, and pixels of a template.

use crate::units::{Dpi, Pixels};

/// Steps of a coordinate in a pixel.
const STEPS: i64 = 256;
/// The largest coordinate of a template in pixels, a little less than what its arithmetic takes.
const FARTHEST: i64 = 600_000;

/// A length in units, of which an inch has `per_inch`, in pixels of this resolution, halves away from zero; `None` where
/// no template is so large.
pub(super) fn to_pixels(units: i64, per_inch: i64, dpi: Dpi) -> Option<Pixels> {
    let steps = divided(units.checked_mul(i64::from(dpi.hundredths()) * STEPS)?, per_inch * 100);
    (steps.abs() <= FARTHEST * STEPS).then(|| Pixels::from_steps(steps as i32)) // 600,000 * 256 fits
}

/// A coordinate in pixels of this resolution in units, of which an inch has `per_inch`, halves away from zero.
pub(super) fn from_pixels(pixels: Pixels, per_inch: i64, dpi: Dpi) -> i64 {
    divided(i64::from(pixels.steps()) * per_inch * 100, i64::from(dpi.hundredths()) * STEPS)
}

/// The quotient to the nearest whole number, halves away from zero.
pub(super) fn divided(numerator: i64, denominator: i64) -> i64 {
    let magnitude = (2 * numerator.abs() + denominator) / (2 * denominator);
    magnitude * numerator.signum()
}
