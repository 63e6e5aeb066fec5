//! Finger minutiae records of ISO/IEC 19794-2:2005 and :2011, ANSI INCITS 378-2004, 378-2009 and its Amendment 1.
//!
//! They share the minutiae; they differ in the header ([`header`]), in what stands before the minutiae of a view
//! ([`view`]), in codes ([`edition`]), in cores and deltas ([`singular`]), and in the unit of angle: 360/256 degrees in
//! those of ISO, 2 degrees in those of INCITS, all counter-clockwise from the x axis.
//!
//! # Layout
//! A header, then views to the end: fields, 6 bytes a minutia (or 5, without quality, in ISO of 2011), and a block of
//! extended data ([`extended`]) after its 2-byte length.
//!
//! # References
//! Implements the general record format of ISO/IEC 19794-2:2005 and :2011 and the record formats of ANSI INCITS 378-2004
//! and 378-2009. The layouts of the later ones were taken from open implementations: `FingerprintIO` (R. Vazan) with the
//! descriptions at <https://templates.machinezoo.com>, and NIST's `BiomDI` (`libfmr`), which writes the draft of 2007.

mod edition;
mod extended;
mod header;
mod later;
mod singular;
mod template;
mod view;
mod write;

pub(super) use edition::Edition;
pub(super) use extended::{areas_of, kinds_of_areas};
pub(super) use header::{has_plausible_header, version_text};
pub(super) use later::edition_of;
pub use singular::{Core, CoresAndDeltas, Delta};
pub(super) use view::Row;
pub(super) use write::write;

use super::Limits;
use super::cursor::Cursor;
use super::report::Report;
use crate::error::{Error, Problem, Result};
use crate::fingerprint::Template;
use header::Header;
use view::View;

/// The first bytes of every minutiae record.
pub(super) const MAGIC: &[u8; 4] = b"FMR\0";
/// The version of the editions of 2004 and 2005.
pub(super) const VERSION: &[u8; 4] = b" 20\0";

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
    let views = read_views(&mut cursor, (&header, edition), limits, report)?;
    let units = units_a_turn(edition, &views, report)?;
    let templates = views.iter().enumerate();
    templates.map(|(index, view)| template::build(view, index, &header, (edition, units), report)).collect()
}

/// The views that are whole. A view that was cut is not read, for nobody could tell what it lacks; only the extended
/// data of the last one may be cut.
fn read_views<'a>(
    cursor: &mut Cursor<'a>,
    (header, edition): (&Header, Edition),
    limits: &Limits,
    report: &mut Report,
) -> Result<Vec<View<'a>>> {
    if header.views == 0 {
        return Err(Error::invalid("", "number of views", 0, "1 to 255"));
    }
    let mut views = Vec::new();
    for index in 0..usize::from(header.views) {
        match View::read(cursor, (header, edition), index, limits, report)? {
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
    if edition.is_iso() {
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
