//! Extended data of a view: ridge counts, cores and deltas, vendor areas.
//!
//! A template has it in the layout and units of ISO/IEC 19794-2:2005, whatever record it came from: [`into_template`] and
//! [`of_template`] convert what the editions state differently, which is cores and deltas ([`singular`](super::singular))
//! and the quality of zones (ISO of 2011 states who measured it). All else is kept byte for byte.
//!
//! The block is a 2-byte length and then areas: type (2 bytes), length (2 bytes, which counts these 4 bytes as well),
//! data. Ridge counts name minutiae by their row from 1 on, with 0 where a neighbour was not found.

use super::super::cursor::Cursor;
use super::Edition;
use super::singular::{CoresAndDeltas, Layout};
use crate::error::{Error, Problem, Result};

/// The field that every problem here names.
const FIELD: &str = "extended data";
/// Type and length of an area.
const AREA_HEADER: usize = 4;
/// The area type of ridge counts.
const RIDGE_COUNTS: u16 = 1;
/// The area type of cores and deltas.
pub(super) const CORES_AND_DELTAS: u16 = 2;
/// The area type of the quality of zones; ISO only.
const ZONES: u16 = 3;
/// Vendor and algorithm before the quality of zones, in ISO of 2011.
const ZONE_PRODUCT: usize = 4;

/// A block that the record ends in.
pub(super) struct Cut<'a> {
    pub(super) problem: Problem,
    pub(super) present: &'a [u8],
}

/// The block after its length. Where the record ends inside it, all of the record is taken.
pub(super) fn take<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], Cut<'a>> {
    let length = match cursor.u16("extended data length") {
        Ok(length) => usize::from(length),
        Err(problem) => {
            cursor.take_rest();
            return Err(Cut { problem, present: &[] });
        }
    };
    cursor.take(length, FIELD).map_err(|_| {
        let present = cursor.take_rest();
        let value = format!("cut: {length} bytes declared, {} present", present.len());
        Cut { problem: Problem::new("", FIELD, value, format!("{length} bytes")), present }
    })
}

/// Hands each oddity of a block to `fault`.
pub(super) fn check(block: &[u8], minutiae: u8, mut fault: impl FnMut(Problem) -> Result<()>) -> Result<()> {
    let areas = match areas(block, AREA_HEADER) {
        Ok(areas) => areas,
        Err(problem) => {
            let Ok(areas) = self::areas(block, 0) else { return fault(problem) };
            let value = "made of areas whose lengths leave out their own 4 header bytes";
            fault(Problem::new("", FIELD, value, "area lengths that count them (kept as it is)"))?;
            areas
        }
    };
    for (kind, data) in areas {
        if kind == RIDGE_COUNTS {
            check_ridge_counts(data, minutiae, &mut fault)?;
        }
    }
    Ok(())
}

/// A block as a template has it, of one of a record with so many units of angle a turn. A block whose areas cannot be told
/// apart stays as it is.
pub(super) fn into_template(
    block: &[u8],
    (edition, units): (Edition, u32),
    mut fault: impl FnMut(Problem) -> Result<()>,
) -> Result<Vec<u8>> {
    let Ok(areas) = areas(block, AREA_HEADER) else { return Ok(block.to_vec()) };
    let mut converted = Vec::with_capacity(block.len());
    for (kind, data) in areas {
        match kind {
            CORES_AND_DELTAS => {
                let (found, problem) = CoresAndDeltas::read_whole(data, Layout::of(edition), units);
                match problem {
                    None => push(&mut converted, kind, &found.write(Layout::Iso, 256)?)?,
                    Some(mut problem) if edition.is_iso() => {
                        problem.expected.push_str(" (kept as it is)");
                        fault(problem)?;
                        push(&mut converted, kind, data)?;
                    }
                    Some(mut problem) => {
                        let CoresAndDeltas { cores, deltas } = &found;
                        let kept = format!(" ({} cores and {} deltas are kept)", cores.len(), deltas.len());
                        problem.expected.push_str(&kept);
                        fault(problem)?;
                        if cores.len() + deltas.len() > 0 {
                            push(&mut converted, kind, &found.write(Layout::Iso, 256)?)?;
                        }
                    }
                }
            }
            ZONES if edition == Edition::Iso2011 => {
                if let Some(zones) = data.get(ZONE_PRODUCT..) {
                    push(&mut converted, kind, zones)?;
                } else {
                    let value = format!("{} bytes", data.len());
                    let expected = "4 bytes of vendor and algorithm, and more (dropped)";
                    fault(Problem::new("", "quality of zones", value, expected))?;
                }
            }
            ZONES if !edition.is_iso() => {
                let value = format!("an area of type {ZONES}");
                fault(Problem::new("", FIELD, value, "none, for the standard reserves it (dropped)"))?;
            }
            _ => push(&mut converted, kind, data)?,
        }
    }
    Ok(converted)
}

/// The block of a template for a record of an edition.
pub(super) fn of_template(block: &[u8], edition: Edition, record: &str) -> Result<Vec<u8>> {
    let Ok(areas) = areas(block, AREA_HEADER) else { return Ok(block.to_vec()) };
    let mut converted = Vec::with_capacity(block.len());
    for (kind, data) in areas {
        match kind {
            CORES_AND_DELTAS if !edition.is_iso() => {
                let found =
                    CoresAndDeltas::read(data, Layout::Iso, 256).map_err(|problem| problem.within(record))?;
                push(&mut converted, kind, &found.write(Layout::Incits, edition.units_a_turn())?)?;
            }
            ZONES if !edition.is_iso() => {}
            ZONES if edition == Edition::Iso2011 => {
                push(&mut converted, kind, &[&[0; ZONE_PRODUCT], data].concat())?;
            }
            _ => push(&mut converted, kind, data)?,
        }
    }
    Ok(converted)
}

/// Appends an area.
pub(super) fn push(block: &mut Vec<u8>, kind: u16, data: &[u8]) -> Result<()> {
    let Ok(length) = u16::try_from(AREA_HEADER + data.len()) else {
        let value = format!("{} bytes in one area", data.len());
        return Err(Error::invalid("", FIELD, value, format!("at most {}", u16::MAX as usize - AREA_HEADER)));
    };
    block.extend([kind, length].into_iter().flat_map(u16::to_be_bytes));
    block.extend(data);
    Ok(())
}

/// The data of the areas of one type in the block of a template; none where the areas cannot be told apart.
pub(in crate::formats) fn areas_of(block: &[u8], wanted: u16) -> impl Iterator<Item = &[u8]> {
    areas(block, AREA_HEADER)
        .unwrap_or_default()
        .into_iter()
        .filter_map(move |(kind, data)| (kind == wanted).then_some(data))
}

/// The types of the areas in the block of a template, each once, and what they hold.
pub(in crate::formats) fn kinds_of_areas(block: &[u8]) -> Vec<(u16, &'static str)> {
    let mut kinds: Vec<u16> =
        areas(block, AREA_HEADER).unwrap_or_default().into_iter().map(|(kind, _)| kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let name = |kind| match kind {
        RIDGE_COUNTS => "ridge counts",
        CORES_AND_DELTAS => "cores and deltas",
        ZONES => "quality of zones",
        _ => "areas of vendors",
    };
    kinds.into_iter().map(|kind| (kind, name(kind))).collect()
}

/// Type and data of each area, with `counted` of the header bytes counted in the stated lengths.
fn areas(block: &[u8], counted: usize) -> Result<Vec<(u16, &[u8])>, Problem> {
    let mut rest = block;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let name = format!("extended data area {}", found.len());
        let Some((header, after)) = rest.split_first_chunk::<AREA_HEADER>() else {
            let value = format!("{} bytes left over", rest.len());
            return Err(Problem::new("", name, value, "type and length, 4 bytes (kept as it is)"));
        };
        let kind = u16::from_be_bytes([header[0], header[1]]);
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        let Some((data, next)) = length.checked_sub(counted).and_then(|n| after.split_at_checked(n)) else {
            let expected = format!("{counted} to {}, the bytes that remain (kept as it is)", rest.len());
            return Err(Problem::new("", format!("{name} length"), length, expected));
        };
        found.push((kind, data));
        rest = next;
    }
    Ok(found)
}

/// A method byte, then 3 bytes a count: two rows and the ridges between them.
fn check_ridge_counts(data: &[u8], minutiae: u8, mut fault: impl FnMut(Problem) -> Result<()>) -> Result<()> {
    let Some((_method, counts)) = data.split_first() else {
        let expected = "a method byte and 3 bytes a count (kept as it is)";
        return fault(Problem::new("", "extended data ridge counts", "empty", expected));
    };
    let (whole, over) = counts.as_chunks::<3>();
    if !over.is_empty() {
        let value = format!("{} bytes", counts.len());
        let expected = "a multiple of 3 after the method byte (kept as it is)";
        fault(Problem::new("", "extended data ridge counts", value, expected))?;
    }
    let strangers = || whole.iter().flat_map(|&[from, to, _]| [from, to]).filter(|&row| row > minutiae);
    if let Some(row) = strangers().next() {
        let value = match strangers().count() {
            1 => format!("{row}"),
            n => format!("{row} and {} more beyond the list", n - 1),
        };
        let expected = format!("0 to {minutiae}, the number of minutiae (kept as it is)");
        fault(Problem::new("", "extended data ridge count row", value, expected))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(block: &[u8], minutiae: u8) -> Vec<String> {
        let mut found = Vec::new();
        check(block, minutiae, |problem| {
            found.push(problem.to_string());
            Ok(())
        })
        .unwrap();
        found
    }

    #[test]
    fn sound_blocks_say_nothing() {
        assert!(problems(&[], 9).is_empty());
        assert!(problems(&[0, 1, 0, 8, 2, 1, 9, 4, 2, 1, 0, 5, 7], 9).is_empty());
        assert!(problems(&[0, 1, 0, 4 + 4, 2, 1, 0, 4], 1).is_empty());
    }

    #[test]
    fn each_oddity_is_named() {
        for (block, expected) in [
            (vec![0, 2, 0], "extended data area 0 is 3 bytes left over"),
            (vec![0, 2, 0, 5, 1, 0, 3, 9, 9, 0], "extended data area 1 length is 2313, expected 4 to 5"),
            (vec![2, 0, 0, 3, 7, 7], "extended data area 0 length is 3, expected 4 to 6"),
            (vec![2, 0, 0, 2, 7, 7], "extended data is made of areas whose lengths leave out"),
            (vec![0, 1, 0, 4], "extended data ridge counts is empty"),
            (vec![0, 1, 0, 7, 0, 1, 2], "extended data ridge counts is 2 bytes"),
            (vec![0, 1, 0, 8, 0, 1, 6, 2], "extended data ridge count row is 6, expected 0 to 5"),
        ] {
            let found = problems(&block, 5);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].starts_with(expected), "{found:?}");
        }
    }
}
