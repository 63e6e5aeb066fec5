//! The biometric data template that a card takes: objects of tag, length and value (ISO/IEC 7816-4, BER).
//!
//! `7F 2E` holds `81`, the minutiae alone, or `A1` with objects of which `90` are the minutiae. What else stands there is
//! skipped, and said.

use crate::error::Problem;

const TEMPLATE: [u8; 2] = [0x7f, 0x2e];
const DATA: u8 = 0x81;
const OBJECTS: u8 = 0xa1;
const MINUTIAE: u8 = 0x90;

/// The minutiae in a template, or all bytes where there is no template.
pub(super) struct Found<'a> {
    pub(super) data: &'a [u8],
    pub(super) problems: Vec<Problem>,
}

/// An object: what its value should be long, and as much of it as is there.
struct Object<'a> {
    tag: u8,
    length: usize,
    value: &'a [u8],
    rest: &'a [u8],
}

/// Whether bytes begin as a template of a card does: tag, length, and the tag of what it holds.
pub(in crate::formats) fn begins(bytes: &[u8]) -> bool {
    inside(bytes).is_some()
}

/// What stands in the template, with its stated length.
fn inside(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (length, value) = length(bytes.strip_prefix(&TEMPLATE)?)?;
    matches!(value.first(), Some(&(DATA | OBJECTS))).then_some((length, value))
}

/// A length of 1 to 4 bytes, and what follows it.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    let more = match first {
        0..=0x7f => return Some((usize::from(first), rest)),
        0x81..=0x83 => usize::from(first - 0x80),
        _ => return None,
    };
    let (digits, rest) = rest.split_at_checked(more)?;
    Some((digits.iter().fold(0, |sum, &digit| sum << 8 | usize::from(digit)), rest))
}

fn object(bytes: &[u8]) -> Option<Object<'_>> {
    let (&tag, rest) = bytes.split_first()?;
    let (length, rest) = length(rest)?;
    let (value, rest) = rest.split_at_checked(length).unwrap_or((rest, &[]));
    Some(Object { tag, length, value, rest })
}

fn mismatch(what: &str, stated: usize, present: usize) -> Problem {
    let expected = format!("{present}, the bytes present (what is present is read)");
    Problem::new("", format!("length of the {what}"), stated, expected)
}

/// Finds the minutiae.
pub(super) fn minutiae(bytes: &[u8]) -> Found<'_> {
    let Some((stated, inner)) = inside(bytes) else { return Found { data: bytes, problems: Vec::new() } };
    let mut problems = Vec::new();
    if stated != inner.len() {
        problems.push(mismatch("biometric data template", stated, inner.len()));
    }
    let mut data = None;
    let mut rest = inner;
    while let Some(object) = object(rest) {
        rest = object.rest;
        if object.length != object.value.len() {
            problems.push(mismatch("biometric data", object.length, object.value.len()));
        }
        match object.tag {
            // Its objects are read next.
            OBJECTS if data.is_none() => rest = object.value,
            DATA | MINUTIAE if data.is_none() => data = Some(object.value),
            tag => {
                let value = format!("an object with tag {tag:02X}");
                problems.push(Problem::new("", "biometric data", value, "minutiae alone (skipped)"));
            }
        }
    }
    if !rest.is_empty() {
        let value = format!("followed by {} bytes left over", rest.len());
        problems.push(Problem::new("", "biometric data", value, "the end of the template (not read)"));
    }
    Found { data: data.unwrap_or_default(), problems }
}

/// A template with these minutiae.
pub(super) fn template(data: &[u8]) -> Vec<u8> {
    let inner = [&[DATA], length_bytes(data.len()).as_slice(), data].concat();
    [TEMPLATE.as_slice(), &length_bytes(inner.len()), &inner].concat()
}

/// The shortest form of a length; a list of 255 minutiae has 1,275 bytes.
fn length_bytes(length: usize) -> Vec<u8> {
    match length {
        0..=0x7f => vec![length as u8],
        0x80..=0xff => vec![0x81, length as u8],
        _ => vec![0x82, (length >> 8) as u8, length as u8],
    }
}
