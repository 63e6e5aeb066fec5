//! Extended data of a view: ridge counts, cores and deltas, vendor areas. Kept byte for byte; here it is only checked.
//!
//! The block is a 2-byte length and then areas: type (2 bytes), length (2 bytes, which counts these 4 bytes as well),
//! data. Ridge counts name minutiae by their row from 1 on, with 0 where a neighbour was not found.

use super::super::cursor::Cursor;
use crate::error::{Problem, Result};

/// The field that every problem here names.
const FIELD: &str = "extended data";
/// Type and length of an area.
const AREA_HEADER: usize = 4;
/// The area type of ridge counts.
const RIDGE_COUNTS: u16 = 1;

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
