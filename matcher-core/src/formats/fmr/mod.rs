//! Finger minutiae records of ISO/IEC 19794-2:2005 and ANSI INCITS 378-2004.
//!
//! The two share everything but the header and the unit of angle: 360/256 degrees in the former, 2 degrees in the
//! latter, both counter-clockwise from the x axis. What differs sits in [`Edition`] and `header.rs`.
//!
//! # Layout
//! A header ([`header`]), then views ([`view`]) to the end: 4 bytes (finger position; view number and impression type;
//! quality; number of minutiae), 6 bytes a minutia, and a block of extended data ([`extended`]) after its 2-byte length.
//!
//! # References
//! Implements the general record format of ISO/IEC 19794-2:2005 and the record format of ANSI INCITS 378-2004.

mod extended;
mod header;
mod template;
mod view;
mod write;

pub(super) use header::{has_plausible_header, version_text};
pub(super) use write::write;

use super::Limits;
use super::cursor::Cursor;
use super::format::Format;
use super::report::Report;
use crate::error::{Error, Problem, Result};
use crate::fingerprint::Template;
use header::Header;
use view::View;

/// The first bytes of every minutiae record.
pub(super) const MAGIC: &[u8; 4] = b"FMR\0";
/// The version of both editions read here.
pub(super) const VERSION: &[u8; 4] = b" 20\0";

/// The edition of the standard: what header and unit of angle go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edition {
    /// ISO/IEC 19794-2:2005.
    Iso2005,
    /// ANSI INCITS 378-2004.
    Incits2004,
}

impl Edition {
    pub(super) fn format(self) -> Format {
        match self {
            Self::Iso2005 => Format::Iso19794_2_2005,
            Self::Incits2004 => Format::Incits378_2004,
        }
    }

    /// Units of angle in a full turn.
    fn units_a_turn(self) -> u32 {
        match self {
            Self::Iso2005 => 256,
            Self::Incits2004 => 180,
        }
    }
}

/// Reads all views of a record, one template each.
pub(super) fn read(
    bytes: &[u8],
    edition: Edition,
    limits: &Limits,
    report: &mut Report,
) -> Result<Vec<Template>> {
    let mut cursor = Cursor::new(bytes);
    let header = Header::read(&mut cursor, edition, report)?;
    limits.check_records(usize::from(header.views))?;
    let views = read_views(&mut cursor, &header, limits, report)?;
    let units = units_a_turn(edition, &views, report)?;
    let templates = views.iter().enumerate();
    templates.map(|(index, view)| template::build(view, index, &header, units, report)).collect()
}

/// The views that are whole. A view that was cut is not read, for nobody could tell what it lacks; only the extended
/// data of the last one may be cut.
fn read_views<'a>(
    cursor: &mut Cursor<'a>,
    header: &Header,
    limits: &Limits,
    report: &mut Report,
) -> Result<Vec<View<'a>>> {
    if header.views == 0 {
        return Err(Error::invalid("", "number of views", 0, "1 to 255"));
    }
    let mut views = Vec::new();
    for index in 0..usize::from(header.views) {
        let last = index + 1 == usize::from(header.views);
        match View::read(cursor, index, last, limits, report)? {
            Ok(view) => views.push(view),
            Err(cut) if views.is_empty() => return Err(cut.into()),
            Err(mut cut) => {
                let left = usize::from(header.views) - index;
                cut.expected =
                    format!("{} (this view is not read; {left} of {} missing)", cut.expected, header.views);
                report.fault(Some(index), cut)?;
                return Ok(views);
            }
        }
    }
    let left = cursor.rest().len();
    if left > 0 {
        let view = views.len() - 1; // at least one was pushed
        let value = format!("followed by {left} bytes left over");
        let expected = "the end of the record after the last view (what is left over is not read)";
        report.fault(Some(view), Problem::new(view_name(view), "extended data", value, expected))?;
    }
    Ok(views)
}

/// What share of the angles must lie beyond the unit before the whole record is taken to be in the other one: 1 in 32.
///
/// No angle of a record in 2-degree units is above 179. In units of 360/256 degrees about 3 in 10 are, fewer where the
/// ridges of a print run mostly one way (the known sample of such a record has 2 in 49). One alone may be an accident.
const BEYOND_UNIT: usize = 32;

/// Units of angle in a full turn, as the angles themselves show.
fn units_a_turn(edition: Edition, views: &[View<'_>], report: &mut Report) -> Result<u32> {
    if edition == Edition::Iso2005 {
        return Ok(edition.units_a_turn());
    }
    let angles = || views.iter().flat_map(View::rows).map(|row| row.angle);
    // A rounded-up 180 is a full turn; it says nothing about the unit.
    let (total, beyond) = (angles().count(), angles().filter(|&angle| angle > 180).count());
    if beyond < 2 || beyond * BEYOND_UNIT <= total {
        return Ok(edition.units_a_turn());
    }
    let value = format!("beyond 179 in {beyond} of {total} minutiae");
    let expected =
        "0 to 179, units of 2 degrees (all are read in the units of ISO/IEC 19794-2, 360/256 degrees)";
    report.fault(None, Problem::new("", "minutia angle", value, expected))?;
    Ok(Edition::Iso2005.units_a_turn())
}

/// How diagnostics call a view: by its index in the record, from 0.
fn view_name(index: usize) -> String {
    format!("view {index}")
}
