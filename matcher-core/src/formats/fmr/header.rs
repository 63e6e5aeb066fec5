//! The header of a minutiae record: the part in which the editions differ most.
//!
//! | field | ISO 2005 | INCITS 2004 | ISO 2011 | INCITS 2009, with Amendment 1 too |
//! |---|---|---|---|---|
//! | `FMR\0` | 4 bytes | 4 | 4 | 4 |
//! | version | ` 20\0` | ` 20\0` | `030\0` | `030\0`, `035\0` |
//! | record length | 4 | 2, or 2 of 0 and 4 | 4 | 4 |
//! | CBEFF product identifier: owner, type | - | 2, 2 | - | 2, 2 |
//! | capture equipment: compliance, identifier | 2 | 2 | in the view | 1, 2 |
//! | width and height of the image in pixels | 2, 2 | 2, 2 | in the view | in the view |
//! | resolution along x and y in pixels per centimetre | 2, 2 | 2, 2 | in the view | in the view |
//! | number of views | 1 | 1 | 2 | 1 |
//! | reserved, 0 | 1 | 1 | - | 1 |
//! | whether certificates of the equipment are listed | - | - | 1 | - |
//!
//! The draft of INCITS 378 of 2007 has the version of 2009 and the capture equipment in 2 bytes; NIST's tools write it.

use super::super::cursor::Cursor;
use super::super::report::{Report, Strictness};
use super::{Edition, MAGIC, later};
use crate::error::{Error, Problem, Result};
use crate::units::{Dpi, Resolution};

/// What is stated of the image that a view was found on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// `None` where the record states 0.
    pub(super) size: Option<(u16, u16)>,
    pub(super) resolution: Resolution,
}

/// What all views of a record share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// CBEFF owner and type of the product that made the record; `None` in ISO records and where it is 0:0.
    pub(super) product: Option<(u16, u16)>,
    /// As a template has it; 0 where each view states its own.
    pub(super) capture_equipment: u16,
    /// `None` where each view states its own.
    pub(super) frame: Option<Frame>,
    pub(super) views: u16,
    /// Whether views list certificates (ISO 2011).
    pub(super) certificates: bool,
}

impl Header {
    /// Reads the header and checks each field.
    pub(super) fn read(cursor: &mut Cursor<'_>, edition: Edition, report: &mut Report) -> Result<Self> {
        let draft = matches!(edition, Edition::Incits2009 | Edition::Incits2009Amended)
            && later::is_draft(cursor.rest());
        let magic: [u8; 4] = cursor.array("format identifier")?;
        if magic != *MAGIC {
            let value = format!("\"{}\"", magic.escape_ascii());
            return Err(Error::invalid("", "format identifier", value, "\"FMR\\0\""));
        }
        let version: [u8; 4] = cursor.array("version")?;
        if version != edition.version() {
            let expected = format!("{} (read as {})", version_text(edition.version()), edition.format());
            report.fault(None, Problem::new("", "version", version_text(version), expected))?;
        }
        let declared = match edition {
            Edition::Incits2004 => match cursor.u16("record length")? {
                0 => cursor.u32("record length")?,
                short => u32::from(short),
            },
            _ => cursor.u32("record length")?,
        };
        if u64::from(declared) != cursor.len() as u64 {
            let expected = format!("{}, the bytes present", cursor.len());
            report.fault(None, Problem::new("", "record length", declared, expected))?;
        }
        if edition == Edition::Iso2011 {
            return Self::read_rest_of_iso_2011(cursor, report);
        }
        let mut product = None;
        if !edition.is_iso() {
            let stated = (cursor.u16("CBEFF product owner")?, cursor.u16("CBEFF product type")?);
            product = Some(stated).filter(|&product| product != (0, 0));
        }
        let capture_equipment = if edition.is_later() && !draft {
            later::read_equipment(cursor, report)?
        } else {
            cursor.u16("capture equipment")?
        };
        if draft {
            let expected = "21 bytes (read as in the draft of 2007)";
            report.fault(None, Problem::new("", "header", "20 bytes", expected))?;
        }
        let frame = if edition.is_later() { None } else { Some(Frame::read(cursor, "", None, report)?) };
        let views = u16::from(cursor.u8("number of views")?);
        let reserved = cursor.u8("reserved header byte")?;
        if reserved != 0 {
            report.fault(None, Problem::new("", "reserved header byte", reserved, "0 (ignored)"))?;
        }
        Ok(Self { product, capture_equipment, frame, views, certificates: false })
    }

    fn read_rest_of_iso_2011(cursor: &mut Cursor<'_>, report: &mut Report) -> Result<Self> {
        let views = cursor.u16("number of views")?;
        let flag = cursor.u8("certification flag")?;
        if flag > 1 {
            let expected = "0 or 1 (read as 1: certificates are listed)";
            report.fault(None, Problem::new("", "certification flag", flag, expected))?;
        }
        Ok(Self { product: None, capture_equipment: 0, frame: None, views, certificates: flag != 0 })
    }

    /// The header as bytes, for views of `body` bytes in all.
    ///
    /// The length decides the form of the INCITS header, and above some length the editions could no longer be told
    /// apart (see [`sniff`](crate::formats::sniff)); such a record is refused.
    pub(super) fn write(&self, edition: Edition, body: usize) -> Result<Vec<u8>> {
        let mut bytes = [*MAGIC, edition.version()].concat();
        match edition {
            Edition::Iso2005 => bytes.extend(length_of_record(24 + body, (26 << 16) - 1)?.to_be_bytes()),
            Edition::Incits2004 => {
                if let Ok(short) = u16::try_from(26 + body) {
                    bytes.extend(short.to_be_bytes());
                } else {
                    bytes.extend(0u16.to_be_bytes());
                    bytes.extend(length_of_record(30 + body, (24 << 16) - 1)?.to_be_bytes());
                }
            }
            Edition::Iso2011 => bytes.extend(length_of_record(15 + body, u32::MAX)?.to_be_bytes()),
            Edition::Incits2009 | Edition::Incits2009Amended => {
                bytes.extend(length_of_record(21 + body, u32::MAX)?.to_be_bytes());
            }
        }
        if edition == Edition::Iso2011 {
            bytes.extend(self.views.to_be_bytes());
            bytes.push(u8::from(self.certificates));
            return Ok(bytes);
        }
        if !edition.is_iso() {
            let (owner, kind) = self.product.unwrap_or_default();
            bytes.extend([owner, kind].into_iter().flat_map(u16::to_be_bytes));
        }
        if edition.is_later() {
            bytes.extend(later::equipment_bytes(self.capture_equipment));
        } else {
            bytes.extend(self.capture_equipment.to_be_bytes());
        }
        bytes.extend(self.frame.iter().flat_map(|frame| frame.to_bytes()));
        bytes.extend([self.views as u8, 0]); // the writer counted at most 255
        Ok(bytes)
    }
}

impl Frame {
    /// Width, height and resolutions; a record that states a size of 0 is read without it.
    fn read(cursor: &mut Cursor<'_>, record: &str, view: Option<usize>, report: &mut Report) -> Result<Self> {
        let size = (cursor.u16("image width")?, cursor.u16("image height")?);
        let resolution = (cursor.u16("x resolution")?, cursor.u16("y resolution")?);
        Self::checked(size, resolution, record, view, report)
    }

    /// From the numbers of a record. A resolution that makes no sense is an error even to a lenient reader: no distance
    /// could be right without it.
    pub(super) fn checked(
        size: (u16, u16),
        resolution: (u16, u16),
        record: &str,
        view: Option<usize>,
        report: &mut Report,
    ) -> Result<Self> {
        for (field, value) in [("image width", size.0), ("image height", size.1)] {
            if value == 0 {
                let expected = "1 to 65535 pixels (read without an image size)";
                report.fault(view, Problem::new(record, field, 0, expected))?;
            }
        }
        let dpi = |field: &str, value: u16| {
            let expected = "20 to 3937 pixels per centimetre (about 50 to 10,000 dpi)";
            Dpi::from_per_centimetre(u32::from(value))
                .ok_or_else(|| Error::invalid(record, field, value, expected))
        };
        let resolution =
            Resolution { x: dpi("x resolution", resolution.0)?, y: dpi("y resolution", resolution.1)? };
        Ok(Self { size: Some(size).filter(|&(width, height)| width > 0 && height > 0), resolution })
    }

    /// Width and height, 0 where there is none.
    pub(super) fn size_bytes(self) -> impl Iterator<Item = u8> {
        let (width, height) = self.size.unwrap_or_default();
        [width, height].into_iter().flat_map(u16::to_be_bytes)
    }

    /// Resolutions in whole pixels per centimetre; a `Dpi` has at most 3,937.
    pub(super) fn resolution_bytes(self) -> impl Iterator<Item = u8> {
        let Resolution { x, y } = self.resolution;
        [x, y].into_iter().flat_map(|dpi| (dpi.per_centimetre() as u16).to_be_bytes())
    }

    /// All four, in the order of every edition but that of ISO of 2011.
    pub(super) fn to_bytes(self) -> impl Iterator<Item = u8> {
        self.size_bytes().chain(self.resolution_bytes())
    }
}

fn length_of_record(length: usize, longest: u32) -> Result<u32> {
    u32::try_from(length).ok().filter(|&length| length <= longest).ok_or_else(|| {
        let expected = format!("at most {longest}, beyond which the format is no longer recognised");
        Error::invalid("", "record length", length, expected)
    })
}

/// Whether `bytes` make a header of this edition but for its version and length.
pub(in crate::formats) fn has_plausible_header(bytes: &[u8], edition: Edition) -> bool {
    let mut report = Report::new(Strictness::Lenient, 0);
    Header::read(&mut Cursor::new(bytes), edition, &mut report)
        .is_ok_and(|header| header.frame.is_none_or(|frame| frame.size.is_some()) && header.views > 0)
}

/// A version in quotes, with its closing zero byte as `\0`.
pub(in crate::formats) fn version_text(version: [u8; 4]) -> String {
    format!("\"{}\"", version.escape_ascii().to_string().replace("\\x00", "\\0"))
}
