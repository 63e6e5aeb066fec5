//! TIFF and Exif: the tags `XResolution`, `YResolution` and `ResolutionUnit` of the first directory.

use super::super::tiff::{Tiff, tag};
use super::Stated;

/// What the tags state; unit 1 is a shape and no size, and 2, the inch, is meant where none is said.
pub(super) fn stated(bytes: &[u8], place: &'static str) -> Option<Stated> {
    let directory = Tiff::new(bytes)?.first()?;
    let x = directory.fraction(tag::X_RESOLUTION)?;
    let y = directory.fraction(tag::Y_RESOLUTION)?;
    match directory.number(tag::RESOLUTION_UNIT).unwrap_or(2) {
        2 => Some(Stated::per_inch(place, x, y)),
        3 => Some(Stated::per_centimetre(place, x, y)),
        _ => None,
    }
}
