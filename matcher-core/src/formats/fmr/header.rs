//! The header of a minutiae record: the one part in which the two editions are laid out differently.
//!
//! | bytes, ISO | bytes, INCITS | field |
//! |---|---|---|
//! | 4 | 4 | `FMR\0` |
//! | 4 | 4 | version ` 20\0` |
//! | 4 | 2, or 2 of 0 and 4 | record length |
//! | - | 4 | CBEFF product identifier: owner, type |
//! | 2 | 2 | capture equipment: compliance, identifier |
//! | 2, 2 | 2, 2 | width and height of the image in pixels |
//! | 2, 2 | 2, 2 | resolution along x and y in pixels per centimetre |
//! | 1 | 1 | number of views |
//! | 1 | 1 | reserved, 0 |

use super::super::cursor::Cursor;
use super::super::report::{Report, Strictness};
use super::super::sniff::later_edition;
use super::{Edition, MAGIC, VERSION};
use crate::error::{Error, Problem, Result};
use crate::units::{Dpi, Resolution};

/// What all views of a record share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// CBEFF owner and type of the product that made the record; `None` in ISO records and where it is 0:0.
    pub(super) product: Option<(u16, u16)>,
    pub(super) capture_equipment: u16,
    /// `None` where the record states 0.
    pub(super) size: Option<(u16, u16)>,
    pub(super) resolution: Resolution,
    pub(super) views: u8,
}

impl Header {
    /// Reads the header and checks each field.
    pub(super) fn read(cursor: &mut Cursor<'_>, edition: Edition, report: &mut Report) -> Result<Self> {
        let magic: [u8; 4] = cursor.array("format identifier")?;
        if magic != *MAGIC {
            let value = format!("\"{}\"", magic.escape_ascii());
            return Err(Error::invalid("", "format identifier", value, "\"FMR\\0\""));
        }
        let version: [u8; 4] = cursor.array("version")?;
        if let Some(error) = later_edition(version) {
            return Err(error);
        }
        if version != *VERSION {
            let expected = format!("{} (read as {})", version_text(*VERSION), edition.format());
            report.fault(None, Problem::new("", "version", version_text(version), expected))?;
        }
        let declared = match edition {
            Edition::Iso2005 => cursor.u32("record length")?,
            Edition::Incits2004 => match cursor.u16("record length")? {
                0 => cursor.u32("record length")?,
                short => u32::from(short),
            },
        };
        if u64::from(declared) != cursor.len() as u64 {
            let expected = format!("{}, the bytes present", cursor.len());
            report.fault(None, Problem::new("", "record length", declared, expected))?;
        }
        let product = match edition {
            Edition::Iso2005 => None,
            Edition::Incits2004 => {
                let (owner, kind) = (cursor.u16("CBEFF product owner")?, cursor.u16("CBEFF product type")?);
                Some((owner, kind)).filter(|&product| product != (0, 0))
            }
        };
        let capture_equipment = cursor.u16("capture equipment")?;
        let size = read_size(cursor, report)?;
        let x = read_resolution(cursor, "x resolution")?;
        let y = read_resolution(cursor, "y resolution")?;
        let views = cursor.u8("number of views")?;
        let reserved = cursor.u8("reserved header byte")?;
        if reserved != 0 {
            report.fault(None, Problem::new("", "reserved header byte", reserved, "0 (ignored)"))?;
        }
        Ok(Self { product, capture_equipment, size, resolution: Resolution { x, y }, views })
    }

    /// The header as bytes, for views of `body` bytes in all.
    ///
    /// The length decides the form of the INCITS header, and above some length the editions could no longer be told
    /// apart (see [`sniff`](crate::formats::sniff)); such a record is refused.
    pub(super) fn write(&self, edition: Edition, body: usize) -> Result<Vec<u8>> {
        let mut bytes = [MAGIC.as_slice(), VERSION.as_slice()].concat();
        match edition {
            Edition::Iso2005 => {
                let length = length_of_record(24 + body, (26 << 16) - 1)?;
                bytes.extend(length.to_be_bytes());
            }
            Edition::Incits2004 => {
                if let Ok(short) = u16::try_from(26 + body) {
                    bytes.extend(short.to_be_bytes());
                } else {
                    let length = length_of_record(30 + body, (24 << 16) - 1)?;
                    bytes.extend(0u16.to_be_bytes());
                    bytes.extend(length.to_be_bytes());
                }
                let (owner, kind) = self.product.unwrap_or_default();
                bytes.extend([owner, kind].into_iter().flat_map(u16::to_be_bytes));
            }
        }
        let (width, height) = self.size.unwrap_or_default();
        // A Dpi is at most 3,937 pixels per centimetre.
        let (x, y) = (self.resolution.x.per_centimetre() as u16, self.resolution.y.per_centimetre() as u16);
        bytes.extend([self.capture_equipment, width, height, x, y].into_iter().flat_map(u16::to_be_bytes));
        bytes.extend([self.views, 0]);
        Ok(bytes)
    }
}

fn length_of_record(length: usize, longest: u32) -> Result<u32> {
    u32::try_from(length).ok().filter(|&length| length <= longest).ok_or_else(|| {
        let expected = format!("at most {longest}, beyond which the format is no longer recognised");
        Error::invalid("", "record length", length, expected)
    })
}

/// Width and height; a record that states 0 is read without them.
fn read_size(cursor: &mut Cursor<'_>, report: &mut Report) -> Result<Option<(u16, u16)>> {
    let (width, height) = (cursor.u16("image width")?, cursor.u16("image height")?);
    for (field, value) in [("image width", width), ("image height", height)] {
        if value == 0 {
            let expected = "1 to 65535 pixels (read without an image size)";
            report.fault(None, Problem::new("", field, 0, expected))?;
        }
    }
    Ok((width > 0 && height > 0).then_some((width, height)))
}

/// A resolution that makes no sense is an error even to a lenient reader: no distance could be right without it.
fn read_resolution(cursor: &mut Cursor<'_>, field: &str) -> Result<Dpi> {
    let value = cursor.u16(field)?;
    Dpi::from_per_centimetre(u32::from(value)).ok_or_else(|| {
        Error::invalid("", field, value, "20 to 3937 pixels per centimetre (about 50 to 10,000 dpi)")
    })
}

/// Whether `bytes` make a header of this edition but for its version and length.
pub(in crate::formats) fn has_plausible_header(bytes: &[u8], edition: Edition) -> bool {
    let mut report = Report::new(Strictness::Lenient);
    Header::read(&mut Cursor::new(bytes), edition, &mut report)
        .is_ok_and(|header| header.size.is_some() && header.views > 0)
}

/// A version in quotes, with its closing zero byte as `\0`.
pub(in crate::formats) fn version_text(version: [u8; 4]) -> String {
    format!("\"{}\"", version.escape_ascii().to_string().replace("\\x00", "\\0"))
}
