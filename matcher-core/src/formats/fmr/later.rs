//! What only the editions of 2009 and 2011 have: views that state their own image, and a version that is shared by
//! three layouts.
//!
//! # Method
//! Version `030\0` is INCITS 378-2009, its draft of 2007, or ISO/IEC 19794-2:2011. Each is walked through, from view to
//! view, by the lengths and counts that it would have; the layout whose views all lie in the record is the one. Where
//! none of them fits to the end, that with the most whole views is taken.

use super::super::cursor::Cursor;
use super::super::report::Report;
use super::Edition;
use crate::error::{Problem, Result};

/// The compliance with the requirements for image quality, as a template has it.
const COMPLIANT: u16 = 0x8000;
/// Identifiers of capture equipment that a template can hold.
const MAX_IDENTIFIER: u16 = 0x0fff;
/// Bytes before the first view.
const ISO_HEADER: usize = 15;
const INCITS_HEADER: usize = 21;
const DRAFT_HEADER: usize = 20;
/// Bytes of an INCITS view up to its number of minutiae.
const INCITS_HEAD: usize = 17;
/// The shortest view of ISO: no minutia, no quality, no extended data.
const SHORTEST_ISO_VIEW: usize = 34;

/// Compliance and identifier in 3 bytes.
pub(super) fn read_equipment(cursor: &mut Cursor<'_>, report: &mut Report) -> Result<u16> {
    let compliance = cursor.u8("capture equipment compliance")?;
    if compliance & 0x7f != 0 {
        let problem = Problem::new(
            "",
            "capture equipment compliance",
            format!("{compliance:#04x}"),
            "0 or 0x80 (other bits ignored)",
        );
        report.fault(None, problem)?;
    }
    let identifier = identifier(cursor.u16("capture equipment identifier")?, None, "", report);
    Ok(identifier | if compliance & 0x80 != 0 { COMPLIANT } else { 0 })
}

/// An identifier of 16 bits, of which a template has 12. The standard allows it, so that it is lost is no fault.
pub(super) fn identifier(stated: u16, view: Option<usize>, record: &str, report: &mut Report) -> u16 {
    if stated <= MAX_IDENTIFIER {
        return stated;
    }
    let expected = format!("at most {MAX_IDENTIFIER}, which a template can hold (read as unknown)");
    report.remark(view, Problem::new(record, "capture equipment identifier", stated, expected));
    0
}

/// Compliance and identifier as 3 bytes.
pub(super) fn equipment_bytes(equipment: u16) -> [u8; 3] {
    let [high, low] = (equipment & MAX_IDENTIFIER).to_be_bytes();
    [if equipment & COMPLIANT != 0 { 0x80 } else { 0 }, high, low]
}

/// The identifier alone, for the views of ISO.
pub(super) fn identifier_bytes(equipment: u16) -> [u8; 2] {
    (equipment & MAX_IDENTIFIER).to_be_bytes()
}

/// How far a walk through the views came.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Walk {
    /// Whether all views that are announced were found, and nothing after them.
    complete: bool,
    views: usize,
}

/// The edition of a record with version `030\0`.
pub(in crate::formats) fn edition_of(bytes: &[u8]) -> Edition {
    let incits = walk_incits(bytes, INCITS_HEADER).max(walk_incits(bytes, DRAFT_HEADER));
    let iso = walk_iso(bytes);
    if iso > incits || (iso == incits && looks_like_iso(bytes)) {
        Edition::Iso2011
    } else {
        Edition::Incits2009
    }
}

/// Whether an INCITS record has the header of the draft.
pub(super) fn is_draft(bytes: &[u8]) -> bool {
    walk_incits(bytes, DRAFT_HEADER) > walk_incits(bytes, INCITS_HEADER)
}

fn at16(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..)?.first_chunk()?;
    Some(usize::from(u16::from_be_bytes(*two)))
}

fn at32(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..)?.first_chunk()?;
    usize::try_from(u32::from_be_bytes(*four)).ok()
}

fn walk_iso(bytes: &[u8]) -> Walk {
    let announced = at16(bytes, 12).unwrap_or(0);
    let flag = bytes.get(14).is_some_and(|&flag| flag <= 1);
    let mut walk = Walk { complete: false, views: 0 };
    if !flag {
        return walk;
    }
    let mut position = ISO_HEADER;
    while walk.views < announced {
        let Some(length) = at32(bytes, position).filter(|&length| length >= SHORTEST_ISO_VIEW) else { break };
        let Some(end) = position.checked_add(length).filter(|&end| end <= bytes.len()) else { break };
        position = end;
        walk.views += 1;
    }
    walk.complete = walk.views == announced && announced > 0 && position == bytes.len();
    walk
}

fn walk_incits(bytes: &[u8], header: usize) -> Walk {
    let announced = bytes.get(header - 2).map_or(0, |&views| usize::from(views));
    let mut walk = Walk { complete: false, views: 0 };
    let mut position = header;
    while walk.views < announced {
        let Some(end) = end_of_incits_view(bytes, position).filter(|&end| end <= bytes.len()) else { break };
        position = end;
        walk.views += 1;
    }
    walk.complete = walk.views == announced && announced > 0 && position == bytes.len();
    walk
}

fn end_of_incits_view(bytes: &[u8], start: usize) -> Option<usize> {
    let resolutions = [at16(bytes, start + 12)?, at16(bytes, start + 14)?];
    if !resolutions.iter().all(|per_centimetre| (20..=3937).contains(per_centimetre)) {
        return None;
    }
    let count = usize::from(*bytes.get(start + INCITS_HEAD - 1)?);
    let extended = start + INCITS_HEAD + 6 * count;
    Some(extended + 2 + at16(bytes, extended)?)
}

/// Whether a record without a whole view begins as one of ISO: a few views, and a first one of a length that may be.
fn looks_like_iso(bytes: &[u8]) -> bool {
    let views = at16(bytes, 12).is_some_and(|views| (1..=256).contains(&views));
    let length = at32(bytes, ISO_HEADER).is_some_and(|length| (SHORTEST_ISO_VIEW..1 << 17).contains(&length));
    views && length && bytes.get(14).is_some_and(|&flag| flag <= 1)
}
