//! One view of a finger as the record has it: fields and rows, not yet judged.
//!
//! | field | 2004, 2005 | INCITS 2009 | ISO 2011 |
//! |---|---|---|---|
//! | length of the view, date and time, technology of the equipment, its vendor | - | - | 4, 9, 1, 2 |
//! | identifier of the equipment | - | - | 2 |
//! | number of qualities; quality, vendor and algorithm of each | - | - | 1; 1, 2, 2 |
//! | number of certificates; authority and scheme of each, where the header says that they are listed | - | - | 1; 2, 1 |
//! | finger position | 1 | 1 | 1 |
//! | view number, impression type | 4 bits each | 1, 1 | 1, see below |
//! | quality; its vendor and algorithm | 1; - | 1; 2, 2 | - |
//! | width and height, resolutions | - | 2, 2, 2, 2 | resolutions, impression type in 1 byte, width and height |
//! | bytes of a minutia (upper 4 bits), where endings are placed (lower 4) | - | - | 1 |
//! | number of minutiae | 1 | 1 | 1 |
//!
//! Then the minutiae, and extended data after its 2-byte length.

use super::super::Limits;
use super::super::cursor::Cursor;
use super::super::report::Report;
use super::edition::NO_QUALITY;
use super::header::{Frame, Header};
use super::{Edition, extended, later, view_name};
use crate::error::{Error, Problem, Result};

/// Bytes of one minutia with its quality.
pub(super) const ROW: usize = 6;
/// Bytes of one minutia without; only the views of ISO of 2011 may have it.
pub(super) const SHORT_ROW: usize = 5;

/// What stands before the minutiae of a view.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) finger_position: u8,
    pub(super) number: u8,
    pub(super) impression: u8,
    pub(super) quality: u8,
    pub(super) capture_equipment: u16,
    pub(super) frame: Frame,
    /// Bytes of a minutia.
    row: usize,
    count: u8,
    /// Where the view ends by its own length.
    end: Option<usize>,
}

/// One view: borrowed from the record, so that reading allocates nothing for it.
pub(super) struct View<'a> {
    pub(super) head: Head,
    rows: &'a [u8],
    /// The extended data without its length.
    pub(super) extended_data: &'a [u8],
}

/// One minutia as its bytes have it.
#[derive(Clone, Copy)]
pub(in crate::formats) struct Row {
    /// 2 bits: other, ridge ending, bifurcation, reserved.
    pub(in crate::formats) kind: u8,
    /// 14 bits.
    pub(in crate::formats) x: u16,
    /// 2 bits that should be 0.
    pub(in crate::formats) reserved: u8,
    /// 14 bits.
    pub(in crate::formats) y: u16,
    /// In the unit of the edition.
    pub(in crate::formats) angle: u8,
    /// A code; `None` in a row that has no place for it.
    pub(in crate::formats) quality: Option<u8>,
}

impl Row {
    /// A row of 5 or 6 bytes; `None` of fewer.
    pub(in crate::formats) fn of(bytes: &[u8]) -> Option<Self> {
        let (&[x1, x2, y1, y2, angle], rest) = bytes.split_first_chunk::<SHORT_ROW>()?;
        let (x, y) = (u16::from_be_bytes([x1, x2]), u16::from_be_bytes([y1, y2]));
        Some(Self {
            kind: (x >> 14) as u8,
            x: x & 0x3fff,
            reserved: (y >> 14) as u8,
            y: y & 0x3fff,
            angle,
            quality: rest.first().copied(),
        })
    }
}

impl<'a> View<'a> {
    /// Reads the next view. The inner error says where the record is cut, so that the view is not whole.
    pub(super) fn read(
        cursor: &mut Cursor<'a>,
        (header, edition): (&Header, Edition),
        index: usize,
        limits: &Limits,
        report: &mut Report,
    ) -> Result<Result<Self, Problem>> {
        let name = view_name(index);
        let last = index + 1 == usize::from(header.views);
        let mut raw = match Raw::read(cursor, header, edition) {
            Ok(raw) => raw,
            Err(cut) => return Ok(Err(cut.within(name))),
        };
        let head = raw.judge(header, index, report)?;
        limits.check_minutiae(&name, usize::from(head.count))?;
        let rows = match cursor
            .take(usize::from(head.count) * head.row, &format!("list of {} minutiae", head.count))
        {
            Ok(rows) => rows,
            Err(cut) => return Ok(Err(cut.within(name))),
        };
        let extended_data = match extended::take(cursor) {
            Ok(block) => {
                extended::check(block, head.count, |problem| {
                    report.fault(Some(index), problem.within(&name))
                })?;
                block
            }
            Err(mut cut) if last => {
                cut.problem.expected.push_str(" (what is present is kept)");
                report.fault(Some(index), cut.problem.within(&name))?;
                cut.present
            }
            Err(cut) => return Ok(Err(cut.problem.within(name))),
        };
        if let Some(end) = head.end {
            check_end(cursor, end, &name, index, report)?;
        }
        Ok(Ok(Self { head, rows, extended_data }))
    }

    /// The minutiae in the order of the record.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> + use<'a> {
        self.rows.chunks_exact(self.head.row).filter_map(Row::of)
    }
}

/// A view whose own length disagrees with its fields: what it leaves over is skipped, but no field is left out for it.
fn check_end(
    cursor: &mut Cursor<'_>,
    end: usize,
    name: &str,
    index: usize,
    report: &mut Report,
) -> Result<()> {
    let here = cursor.len() - cursor.rest().len();
    if here == end {
        return Ok(());
    }
    let (value, mended) = match end.checked_sub(here) {
        Some(over) if cursor.take(over, "").is_ok() => {
            (format!("{over} bytes more than its fields"), "skipped")
        }
        Some(_) => ("beyond the end of the record".to_owned(), "ignored"),
        None => (format!("{} bytes less than its fields", here - end), "ignored"),
    };
    let expected = format!("that of its fields ({mended})");
    report.fault(Some(index), Problem::new(name, "length of the view", value, expected))
}

/// The numbers of a head before anything is judged.
#[derive(Default)]
struct Raw {
    finger_position: u8,
    number: u8,
    impression: u8,
    quality: u8,
    size: (u16, u16),
    resolution: (u16, u16),
    identifier: u16,
    row: Option<u8>,
    count: u8,
    end: Option<usize>,
}

impl Raw {
    fn read(cursor: &mut Cursor<'_>, header: &Header, edition: Edition) -> Result<Self, Problem> {
        let mut raw = Self::default();
        if edition == Edition::Iso2011 {
            raw.read_iso_2011(cursor, header)?;
            return Ok(raw);
        }
        raw.finger_position = cursor.u8("finger position")?;
        if edition.is_later() {
            raw.number = cursor.u8("view number")?;
            raw.impression = cursor.u8("impression type")?;
        } else {
            let both = cursor.u8("view number and impression type")?;
            (raw.number, raw.impression) = (both >> 4, both & 0x0f);
        }
        raw.quality = cursor.u8("view quality")?;
        if edition.is_later() {
            cursor.u32("vendor and algorithm of the quality")?;
            raw.size = (cursor.u16("image width")?, cursor.u16("image height")?);
            raw.resolution = (cursor.u16("x resolution")?, cursor.u16("y resolution")?);
        }
        raw.count = cursor.u8("number of minutiae")?;
        Ok(raw)
    }

    fn read_iso_2011(&mut self, cursor: &mut Cursor<'_>, header: &Header) -> Result<(), Problem> {
        let start = cursor.len() - cursor.rest().len();
        let length = cursor.u32("length of the view")?;
        self.end = Some(start.saturating_add(length as usize));
        cursor.take(9, "date and time")?;
        cursor.take(3, "technology and vendor of the capture equipment")?;
        self.identifier = cursor.u16("capture equipment identifier")?;
        self.quality = NO_QUALITY;
        for index in 0..cursor.u8("number of qualities")? {
            let code = cursor.u8("view quality")?;
            cursor.u32("vendor and algorithm of the quality")?;
            if index == 0 {
                self.quality = code;
            }
        }
        if header.certificates {
            let certificates = cursor.u8("number of certificates")?;
            cursor.take(3 * usize::from(certificates), "list of certificates")?;
        }
        self.finger_position = cursor.u8("finger position")?;
        self.number = cursor.u8("view number")?;
        self.resolution = (cursor.u16("x resolution")?, cursor.u16("y resolution")?);
        self.impression = cursor.u8("impression type")?;
        self.size = (cursor.u16("image width")?, cursor.u16("image height")?);
        self.row = Some(cursor.u8("bytes of a minutia")? >> 4);
        self.count = cursor.u8("number of minutiae")?;
        Ok(())
    }

    fn judge(&mut self, header: &Header, index: usize, report: &mut Report) -> Result<Head> {
        let (name, view) = (view_name(index), Some(index));
        if self.number > 15 {
            let expected = "0 to 15 (read as 0)";
            report.fault(view, Problem::new(&name, "view number", self.number, expected))?;
            self.number = 0;
        }
        let row = match self.row.map(usize::from) {
            None | Some(ROW) => ROW,
            Some(SHORT_ROW) => SHORT_ROW,
            Some(row) => return Err(Error::invalid(name, "bytes of a minutia", row, "5 or 6")),
        };
        let frame = match header.frame {
            Some(frame) => frame,
            None => Frame::checked(self.size, self.resolution, &name, view, report)?,
        };
        let own = later::identifier(self.identifier, view, &name, report);
        Ok(Head {
            finger_position: self.finger_position,
            number: self.number,
            impression: self.impression,
            quality: self.quality,
            capture_equipment: header.capture_equipment | own,
            frame,
            row,
            count: self.count,
            end: self.end,
        })
    }
}
