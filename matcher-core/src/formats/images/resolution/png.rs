//! PNG: the chunk `pHYs`, and Exif in the chunk `eXIf` (ISO/IEC 15948).

use super::super::super::cursor::Cursor;
use super::{Stated, tiff};
use crate::error::Problem;

/// What stands before the pixels.
pub(super) fn stated(bytes: &[u8]) -> Vec<Stated> {
    let mut found = Vec::new();
    // Where the chunks are cut, those before the cut have been seen.
    let _ = chunks(bytes, &mut found);
    found
}

fn chunks(bytes: &[u8], found: &mut Vec<Stated>) -> Result<(), Problem> {
    let mut cursor = Cursor::new(bytes);
    cursor.take(8, "signature")?;
    let mut exif = None;
    loop {
        let length = cursor.u32("chunk length")? as usize;
        let kind: [u8; 4] = cursor.array("chunk type")?;
        let data = cursor.take(length, "chunk")?;
        cursor.take(4, "checksum")?;
        match &kind {
            b"pHYs" => found.extend(physical(data)?),
            b"eXIf" => exif = tiff::stated(data, "Exif"),
            b"IDAT" | b"IEND" => {
                found.extend(exif);
                return Ok(());
            }
            _ => {}
        }
    }
}

/// Pixels per metre; in any other unit it is a shape and no size.
fn physical(data: &[u8]) -> Result<Option<Stated>, Problem> {
    let mut cursor = Cursor::new(data);
    let (x, y) = (cursor.u32("pHYs x")?, cursor.u32("pHYs y")?);
    let metres = cursor.u8("pHYs unit")? == 1;
    Ok(metres.then(|| Stated::per_metre("the chunk pHYs", f64::from(x), f64::from(y))))
}
