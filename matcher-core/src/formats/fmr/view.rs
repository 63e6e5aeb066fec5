//! One view of a finger as the record has it: fields and rows, not yet judged.

use super::super::Limits;
use super::super::cursor::Cursor;
use super::super::report::Report;
use super::{extended, view_name};
use crate::error::{Problem, Result};

/// Bytes of one minutia.
pub(super) const ROW: usize = 6;

/// One view: borrowed from the record, so that reading allocates nothing for it.
pub(super) struct View<'a> {
    pub(super) finger_position: u8,
    /// View number (upper 4 bits) and impression type (lower 4 bits).
    pub(super) number_and_impression: u8,
    pub(super) quality: u8,
    rows: &'a [u8],
    /// The extended data without its length.
    pub(super) extended_data: &'a [u8],
}

/// One minutia as its 6 bytes have it.
#[derive(Clone, Copy)]
pub(super) struct Row {
    /// 2 bits: other, ridge ending, bifurcation, reserved.
    pub(super) kind: u8,
    /// 14 bits.
    pub(super) x: u16,
    /// 2 bits that should be 0.
    pub(super) reserved: u8,
    /// 14 bits.
    pub(super) y: u16,
    /// In the unit of the edition.
    pub(super) angle: u8,
    /// 0 not stated, 1 to 100.
    pub(super) quality: u8,
}

impl<'a> View<'a> {
    /// Reads the next view. The inner error says where the record is cut, so that the view is not whole.
    pub(super) fn read(
        cursor: &mut Cursor<'a>,
        index: usize,
        last: bool,
        limits: &Limits,
        report: &mut Report,
    ) -> Result<Result<Self, Problem>> {
        let name = view_name(index);
        let head = match read_head(cursor) {
            Ok(head) => head,
            Err(cut) => return Ok(Err(cut.within(name))),
        };
        let [finger_position, number_and_impression, quality, count] = head;
        limits.check_minutiae(&name, usize::from(count))?;
        let rows = match cursor.take(usize::from(count) * ROW, &format!("list of {count} minutiae")) {
            Ok(rows) => rows,
            Err(cut) => return Ok(Err(cut.within(name))),
        };
        let extended_data = match extended::take(cursor) {
            Ok(block) => {
                extended::check(block, count, |problem| report.fault(Some(index), problem.within(&name)))?;
                block
            }
            Err(mut cut) if last => {
                cut.problem.expected.push_str(" (what is present is kept)");
                report.fault(Some(index), cut.problem.within(&name))?;
                cut.present
            }
            Err(cut) => return Ok(Err(cut.problem.within(name))),
        };
        Ok(Ok(Self { finger_position, number_and_impression, quality, rows, extended_data }))
    }

    /// The minutiae in the order of the record.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> + use<'a> {
        self.rows.chunks_exact(ROW).map(|bytes| {
            let (x, y) = (u16::from_be_bytes([bytes[0], bytes[1]]), u16::from_be_bytes([bytes[2], bytes[3]]));
            Row {
                kind: (x >> 14) as u8,
                x: x & 0x3fff,
                reserved: (y >> 14) as u8,
                y: y & 0x3fff,
                angle: bytes[4],
                quality: bytes[5],
            }
        })
    }
}

/// Finger position, view number and impression type, quality, number of minutiae.
fn read_head(cursor: &mut Cursor<'_>) -> Result<[u8; 4], Problem> {
    Ok([
        cursor.u8("finger position")?,
        cursor.u8("view number and impression type")?,
        cursor.u8("view quality")?,
        cursor.u8("number of minutiae")?,
    ])
}
