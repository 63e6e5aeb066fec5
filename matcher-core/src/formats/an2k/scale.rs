//! Units and conventions of Type-9 records, and those of a template: every conversion happens here.
//!
//! | | legacy 9.005-9.012 | INCITS M1 9.126-9.150 | EFS 9.300-9.399 | template |
//! |---|---|---|---|---|
//! | place | 10 µm | pixels | 10 µm | 1/256 pixel |
//! | origin | bottom left of the image, y upwards | top left | top left of the region of interest (9.300) | top left |
//! | direction of a ridge ending | away from the ridge | along the ridge | along the ridge | along the ridge |
//! | unit of angle | degree | 2 degrees | degree | 1/65536 turn |
//! | sense of angle | counter-clockwise from the right, all of them | | | |
//! | type | A ending, B bifurcation, C compound, D undetermined | 0, 1, 2 | E, B, X | other, ending, bifurcation |
//! | quality | 2 best to 63 worst; 0 manual, 1 none | 1 to 100; 0 none | none | 0 to 100, or none |
//!
//! The direction of the legacy fields is that of a template turned by 180 degrees, for bifurcations too.
//!
//! # References
//! - Legacy: NBIS, `mindtct/src/lib/mindtct/to_type9.c` (`mintiae2field_12`: origin, the unit left off at the bottom, angle,
//!   quality) and `xytreps.c`, which says that its direction is opposite to that of M1.
//! - M1: ANSI/NIST-ITL 1-2011, section 8.9.5 (9.137: pixels, units of two degrees, types, quality 1 to 100).
//! - EFS: the same, sections 8.9.7 (9.300, 9.331: 10 µm from the top left of the region of interest, degrees
//!   counter-clockwise from the right) and the annex of figures 38 to 40 (an angle runs up the ridge that ends, down the
//!   valley of a bifurcation).

use super::codes::Coded;
use crate::fingerprint::{MinutiaKind, Quality};
use crate::formats::lengths::{self, divided};
use crate::units::{Angle, Dpi, Pixels};

/// Units of 10 µm in an inch.
const PER_INCH: i64 = 2_540;
/// Half a turn, between the direction of the legacy fields and that of a template.
const HALF_TURN: Angle = Angle::from_steps(1 << 15);

/// A length of so many 10 µm in pixels of this resolution, halves away from zero; `None` where no template is so large.
pub(super) fn to_pixels(units: i64, dpi: Dpi) -> Option<Pixels> {
    lengths::to_pixels(units, PER_INCH, dpi)
}

/// A coordinate in pixels of this resolution in units of 10 µm, halves away from zero.
pub(super) fn from_pixels(pixels: Pixels, dpi: Dpi) -> i64 {
    lengths::from_pixels(pixels, PER_INCH, dpi)
}

/// A direction in degrees, as EFS has it.
pub(super) fn from_degrees(degrees: u16) -> Angle {
    Angle::from_fraction(u32::from(degrees), 360)
}

/// The nearest degree of a direction, as EFS has it.
pub(super) fn to_degrees(direction: Angle) -> u32 {
    direction.to_fraction(360)
}

/// A direction of the legacy fields.
pub(super) fn from_legacy_degrees(degrees: u16) -> Angle {
    from_degrees(degrees) + HALF_TURN
}

/// A direction for the legacy fields.
pub(super) fn to_legacy_degrees(direction: Angle) -> u32 {
    to_degrees(direction + HALF_TURN)
}

/// A row of the image from its y in the legacy fields, both in 10 µm; the lowest unit is 0.
pub(super) fn turned_over(height: i64, y: i64) -> i64 {
    height - 1 - y
}

/// A quality of the legacy fields.
pub(super) fn from_legacy_quality(code: u8) -> Coded<Quality> {
    match code {
        0 | 1 => Coded::Unstated,
        2..=63 => {
            Quality::new(divided(i64::from(63 - code) * 100, 61) as u8).map_or(Coded::Unknown, Coded::As)
        }
        _ => Coded::Unknown,
    }
}

/// A quality for the legacy fields.
pub(super) fn to_legacy_quality(quality: Option<Quality>) -> u8 {
    quality.map_or(1, |quality| 63 - divided(i64::from(quality.percent()) * 61, 100) as u8)
}

/// A type of the legacy fields.
pub(super) fn from_legacy_kind(letter: &[u8]) -> Option<MinutiaKind> {
    match letter {
        b"A" => Some(MinutiaKind::RidgeEnding),
        b"B" => Some(MinutiaKind::Bifurcation),
        b"C" | b"D" => Some(MinutiaKind::Other),
        _ => None,
    }
}

/// A type for the legacy fields.
pub(super) fn to_legacy_kind(kind: MinutiaKind) -> char {
    match kind {
        MinutiaKind::RidgeEnding => 'A',
        MinutiaKind::Bifurcation => 'B',
        MinutiaKind::Other => 'D',
    }
}

/// A resolution in pixels per millimetre with two decimals, as the Type-1 record states it.
///
/// The unit is coarse (500 dpi is 19.685), so a value to which one of the usual resolutions rounds is taken for that.
pub(super) fn from_per_millimetre(text: &[u8]) -> Option<Dpi> {
    let text = std::str::from_utf8(text.trim_ascii()).ok()?;
    let stated: f64 = text.parse().ok().filter(|value: &f64| (1.0..=400.0).contains(value))?;
    let usual = [500.0, 512.0, 569.0, 600.0, 1000.0].into_iter();
    let near = |dpi: &f64| (dpi / 25.4 - stated).abs() < 0.006;
    Dpi::new(usual.clone().find(near).unwrap_or(stated * 25.4))
}

#[cfg(test)]
#[path = "scale_tests.rs"]
mod tests;
