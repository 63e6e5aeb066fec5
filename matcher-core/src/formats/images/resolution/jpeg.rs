//! JPEG: the density in the JFIF segment, and Exif (ISO/IEC 10918-5, CIPA DC-008); and whether the file is whole.

use super::super::super::cursor::Cursor;
use super::{Stated, tiff};
use crate::error::Problem;

/// The densities stated before the first scan: JFIF, then Exif.
pub(super) fn stated(bytes: &[u8]) -> Vec<Stated> {
    let (mut jfif, mut exif) = (None, None);
    // Where a segment is cut, those before it have been seen.
    let _ = segments(bytes, |marker, data| match marker {
        0xe0 if jfif.is_none() => jfif = density(data),
        0xe1 if exif.is_none() => {
            exif = data.strip_prefix(b"Exif\0\0").and_then(|data| tiff::stated(data, "Exif"));
        }
        _ => {}
    });
    jfif.into_iter().chain(exif).collect()
}

/// Whether the file ends before its end-of-image marker: a decoder would fill up what is missing with grey.
pub(in crate::formats::images) fn is_cut(bytes: &[u8]) -> bool {
    segments(bytes, |_, _| {}).is_err()
}

/// Hands over each segment with its marker, up to the end of the image.
fn segments(bytes: &[u8], mut each: impl FnMut(u8, &[u8])) -> Result<(), Problem> {
    let mut cursor = Cursor::new(bytes);
    cursor.take(2, "start of image")?;
    loop {
        // Fill bytes may stand before a marker, and after a scan its entropy-coded bytes do, in which 255 is followed by
        // 0 or by a restart marker.
        while cursor.u8("marker")? != 0xff {}
        let mut marker = cursor.u8("marker")?;
        while marker == 0xff {
            marker = cursor.u8("marker")?;
        }
        match marker {
            0x00 | 0x01 | 0xd0..=0xd8 => {}
            0xd9 => return Ok(()),
            _ => {
                let length = usize::from(cursor.u16("segment length")?);
                each(marker, cursor.take(length.saturating_sub(2), "segment")?);
            }
        }
    }
}

/// `JFIF\0`, version, unit (1 inch, 2 centimetre), densities along x and y.
fn density(data: &[u8]) -> Option<Stated> {
    let mut cursor = Cursor::new(data.strip_prefix(b"JFIF\0")?);
    cursor.take(2, "version").ok()?;
    let unit = cursor.u8("unit").ok()?;
    let (x, y) = (f64::from(cursor.u16("x density").ok()?), f64::from(cursor.u16("y density").ok()?));
    match unit {
        1 => Some(Stated::per_inch("the JFIF density", x, y)),
        2 => Some(Stated::per_centimetre("the JFIF density", x, y)),
        _ => None,
    }
}
