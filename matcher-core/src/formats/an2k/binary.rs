//! The fixed header of the binary image records, Types 3 to 6 (and of Type-7 where it is laid out like theirs).
//!
//! | bytes | field |
//! |---|---|
//! | 4 | record length |
//! | 1 | IDC |
//! | 1 | impression type |
//! | 6 | finger positions, 255 where there are fewer |
//! | 1 | scanning resolution: 0 the least (500 dpi), 1 that of field 1.011 |
//! | 2, 2 | width and height in pixels |
//! | 1 | compression |

use crate::formats::cursor::Cursor;

/// Bytes before the image data.
pub(super) const HEADER: usize = 18;

/// The header of an image record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) impression: u8,
    pub(super) positions: [u8; 6],
    pub(super) native: bool,
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) compression: u8,
}

impl Header {
    /// Reads it; `None` where the record is too short.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        cursor.take(5, "length and IDC").ok()?;
        let impression = cursor.u8("impression type").ok()?;
        let positions = cursor.array("finger positions").ok()?;
        let native = cursor.u8("scanning resolution").ok()? == 1;
        let (width, height) = (cursor.u16("width").ok()?, cursor.u16("height").ok()?);
        let compression = cursor.u8("compression").ok()?;
        Some(Self { impression, positions, native, width, height, compression })
    }
}
