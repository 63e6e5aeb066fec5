//! JPEG 2000: the resolution boxes in the header of a JP2 file (ISO/IEC 15444-1, I.5.3.7). A bare codestream has none.

use super::super::boxes::{Boxes, find};
use super::Stated;
use crate::formats::cursor::Cursor;

/// The resolution at which the image was captured, then the one at which it is to be shown.
pub(super) fn stated(bytes: &[u8]) -> Vec<Stated> {
    let Some(resolution) = find(bytes, *b"jp2h").and_then(|header| find(header, *b"res ")) else {
        return Vec::new();
    };
    let places = [(*b"resc", "the capture resolution box"), (*b"resd", "the display resolution box")];
    let of = |(kind, place)| {
        Boxes::new(resolution).find(|(found, _)| *found == kind).and_then(|(_, data)| per_metre(data, place))
    };
    places.into_iter().filter_map(of).collect()
}

/// Each axis is a fraction times a power of ten, y before x.
fn per_metre(data: &[u8], place: &'static str) -> Option<Stated> {
    let mut cursor = Cursor::new(data);
    let mut fraction = || {
        let (numerator, denominator) = (cursor.u16("numerator").ok()?, cursor.u16("denominator").ok()?);
        (denominator > 0).then(|| (f64::from(numerator), f64::from(denominator)))
    };
    let (y, x) = (fraction()?, fraction()?);
    let mut exponent = || cursor.u8("exponent").ok().map(u8::cast_signed);
    let (y_exponent, x_exponent) = (exponent()?, exponent()?);
    Some(Stated::per_metre(place, scaled(x, x_exponent), scaled(y, y_exponent)))
}

/// Powers of ten up to 22 are exact; larger ones make no resolution.
fn scaled((numerator, denominator): (f64, f64), exponent: i8) -> f64 {
    let mut power = 1.0;
    for _ in 0..exponent.unsigned_abs() {
        power *= 10.0;
    }
    if exponent < 0 { numerator / (denominator * power) } else { numerator * power / denominator }
}
