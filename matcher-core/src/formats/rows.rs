//! From a template back to rows of a file: what every writer needs.

use crate::error::{Error, Problem, Result};
use crate::fingerprint::{Minutia, Template};
use crate::units::Pixels;

/// The largest coordinate that is read or written: the record formats have 14 bits for it.
pub(super) const MAX_COORDINATE: u16 = (1 << 14) - 1;

/// The minutiae in the order of the rows that they came from.
pub(super) fn in_source_order(template: &Template) -> Vec<Minutia> {
    let mut rows = template.minutiae().to_vec();
    rows.sort_by_key(|m| m.source_index); // stable: equal indexes stay in canonical order
    rows
}

/// Column and row of a minutia in whole pixels.
///
/// A pixel of the image is meant, so the far edge of the image (a coordinate that rounds to the width or height, which
/// a template may hold) is its last pixel.
pub(super) fn whole_pixels(minutia: &Minutia, size: Option<(u16, u16)>, record: &str) -> Result<(u16, u16)> {
    let one = |axis: &str, value: Pixels, limit: Option<u16>| {
        let nearest = value.nearest();
        let last = limit.map_or(i32::MAX, |limit| i32::from(limit) - 1);
        u16::try_from(nearest.min(last)).ok().filter(|&pixel| pixel <= MAX_COORDINATE).ok_or_else(|| {
            let field = format!("minutia {} {axis}", minutia.source_index);
            let expected = format!("0 to {MAX_COORDINATE} pixels, which is what the format can state");
            Error::from(Problem::new(record, field, value.to_f64(), expected))
        })
    };
    Ok((one("x", minutia.x, size.map(|s| s.0))?, one("y", minutia.y, size.map(|s| s.1))?))
}
