//! From bytes to records: by the lengths that they state, and where these are wrong, by what is recognised.
//!
//! # Method
//! A tagged record begins with `TYPE.001:LENGTH` and ends with FS after LENGTH bytes; a binary one (Types 3 to 8) begins
//! with its length in 4 bytes, and only the content field of the Type-1 record says that it is one. Where a length does
//! not lead to the end of a record, the record is taken to end at the first FS after which another begins. Types come
//! from tags; the content field is believed for binary records and compared for all.

use super::contents::{Contents, Entry, is_binary};
use super::record::{self, Record};
use super::tags;
use crate::error::{Error, Problem, Result};
use crate::formats::Limits;
use crate::formats::limits::check;
use crate::formats::report::Report;
use std::ops::Range;

/// File separator, at the end of a record.
pub(super) const FS: u8 = 0x1c;
/// Group separator, between fields.
pub(super) const GS: u8 = 0x1d;
/// Record separator, between subfields.
pub(super) const RS: u8 = 0x1e;
/// Unit separator, between information items.
pub(super) const US: u8 = 0x1f;

/// The least bytes of a binary record: length and IDC.
const LEAST_BINARY: usize = 5;

/// How a tagged record begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) kind: u8,
    /// The length that it states, where that is a number.
    length: Option<usize>,
    /// Bytes up to the separator after the length.
    head: usize,
}

/// The opening of a tagged record at the beginning of `bytes`.
pub(super) fn opening(bytes: &[u8]) -> Option<Opening> {
    let (tag, value) = tags::tag(bytes)?;
    if tag.number != 1 || is_binary(tag.kind) {
        return None;
    }
    let rest = bytes.get(value..)?;
    let end = rest.iter().take(24).position(|&byte| byte == GS || byte == FS)?;
    let length = record::number(rest.get(..end)?);
    Some(Opening { kind: tag.kind, length, head: value + end })
}

/// Takes a transaction apart.
pub(super) fn split(bytes: &[u8], limits: &Limits, report: &mut Report) -> Result<Vec<Record>> {
    let first = opening(bytes).filter(|opening| opening.kind == 1).ok_or_else(|| {
        let start = bytes.get(..12).unwrap_or(bytes).escape_ascii().to_string();
        Error::invalid(
            "",
            "start of the input",
            format!("\"{start}\""),
            "a Type-1 record, \"1.001:\" or \"1.01:\"",
        )
    })?;
    let mut reader =
        Reader { bytes, limits, report, records: Vec::new(), contents: Contents::default(), at: 0 };
    reader.tagged(first)?;
    reader.contents = Contents::of(reader.records.first(), limits, reader.report)?;
    while reader.at < bytes.len() {
        reader.next()?;
    }
    let Reader { records, contents, report, .. } = reader;
    contents.finish(&records, report)?;
    Ok(records)
}

/// The records read so far, and what is expected to follow.
struct Reader<'a, 'r> {
    bytes: &'a [u8],
    limits: &'r Limits,
    report: &'r mut Report,
    records: Vec<Record>,
    contents: Contents,
    at: usize,
}

impl<'a> Reader<'a, '_> {
    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Reads what follows: a record, or bytes that are none.
    fn next(&mut self) -> Result<()> {
        let rest = self.rest();
        if let Some(opening) = opening(rest) {
            if opening.kind == 1 {
                // Read as one, the prints of two people would become those of one.
                let name = record::name(self.records.len(), 1);
                let expected =
                    "2 to 99: another transaction begins here, which belongs into a file of its own";
                return Err(Error::invalid(name, "record type", "1 again", expected));
            }
            return self.tagged(opening);
        }
        if let Some(entry) = self.contents.binary()
            && rest.len() >= LEAST_BINARY
        {
            return self.binary(entry);
        }
        // Not a record: on to the next one that is, if there is one.
        let skipped = after_separator(rest, 0..rest.len(), self.contents.binary()).unwrap_or(rest.len());
        let padding = rest.get(..skipped).unwrap_or_default().iter();
        let padding =
            padding.clone().all(|byte| byte.is_ascii_whitespace() || matches!(*byte, 0 | FS | 0x1a));
        let what = if padding { "bytes of padding" } else { "bytes" };
        let value = format!("followed by {skipped} {what} that are no record");
        let expected = "a record or the end of the input (they are skipped)";
        let last = self.records.len() - 1; // the Type-1 record was read
        let name = self.records.last().map(|record| record.name(last)).unwrap_or_default();
        self.report.fault(None, Problem::new(name, "end", value, expected))?;
        self.at += skipped;
        Ok(())
    }

    /// Takes the next `length` bytes as a record.
    fn push(&mut self, kind: u8, length: usize, tagged: bool) -> Result<()> {
        let bytes = self.rest().get(..length).unwrap_or_default();
        let index = self.records.len();
        let most = self.limits.records;
        check("", "number of records", index + 1, index < most, most)?;
        let name = record::name(index, kind);
        if u32::try_from(length).is_err() {
            return Err(Error::invalid(name, "length", length, "at most 4 GiB"));
        }
        let spans =
            if tagged { tags::index(bytes, kind, &name, self.limits, self.report)? } else { Vec::new() };
        self.records.push(Record { kind, bytes: bytes.to_vec(), spans });
        self.at += length;
        if index > 0 {
            self.contents.met(self.records.last(), index, self.report)?;
        }
        Ok(())
    }

    /// Reads a tagged record.
    fn tagged(&mut self, opening: Opening) -> Result<()> {
        let rest = self.rest();
        let name = record::name(self.records.len(), opening.kind);
        let next = self.contents.binary_after(opening.kind);
        let found = |most: usize| match opening.kind {
            // What follows it is not known yet, and it holds no data.
            1 => rest.iter().take(most).position(|&byte| byte == FS).map(|at| at + 1),
            _ => after_separator(rest, opening.head..most, next),
        };
        let stated = opening.length.filter(|&length| length > opening.head && length <= rest.len());
        if let Some(length) = stated {
            let last = rest[length - 1]; // at least the opening, and not beyond the rest
            if last == FS {
                return self.push(opening.kind, length, true);
            }
            let follows = length == rest.len() || begins(&rest[length..], next);
            // A record may also seem to begin in the middle of the tag of the next one, whose beginning is nearer.
            if follows && found(length).is_none() {
                let expected = "FS, the separator 1C (read up to the length stated)";
                let value = format!("byte {last:02X}");
                self.report.fault(None, Problem::new(&name, "last byte", value, expected))?;
                return self.push(opening.kind, length, true);
            }
        }
        let shown = opening.length.map_or_else(|| "no number".to_owned(), |length| length.to_string());
        let length = found(rest.len());
        let expected = match length {
            Some(length) => format!("{length}, up to the separator FS before the next record"),
            None => format!("{}, the bytes present (what is present is read)", rest.len()),
        };
        self.report.fault(None, Problem::new(&name, "length", shown, expected))?;
        self.push(opening.kind, length.unwrap_or(rest.len()), true)
    }

    /// Reads a binary record, of which the content field told.
    fn binary(&mut self, entry: Entry) -> Result<()> {
        let rest = self.rest();
        let stated = binary_length(rest);
        if (LEAST_BINARY..=rest.len()).contains(&stated) {
            return self.push(entry.kind, stated, false);
        }
        let found = (LEAST_BINARY..rest.len()).find(|&at| begins_tagged(rest.get(at..).unwrap_or_default()));
        let length = found.unwrap_or(rest.len());
        let expected =
            format!("{length}, up to the next record that is recognised (what is present is read)");
        let name = record::name(self.records.len(), entry.kind);
        self.report.fault(None, Problem::new(name, "length", stated, expected))?;
        self.push(entry.kind, length, false)
    }
}

/// The length that a binary record states.
fn binary_length(bytes: &[u8]) -> usize {
    bytes.iter().take(4).fold(0, |length, &byte| length << 8 | usize::from(byte))
}

/// Whether a tagged record begins here that states a length.
fn begins_tagged(bytes: &[u8]) -> bool {
    opening(bytes).is_some_and(|opening| opening.length.is_some())
}

/// Whether a record begins here: a tagged one, or the binary one that the content field names next.
fn begins(bytes: &[u8], next: Option<Entry>) -> bool {
    let binary = |entry: Entry| {
        (super::binary::HEADER..=bytes.len()).contains(&binary_length(bytes))
            && bytes.get(4).copied() == entry.idc
    };
    begins_tagged(bytes) || next.is_some_and(binary)
}

/// Bytes up to the first FS in a range, that one included, after which a record begins or nothing is left.
fn after_separator(bytes: &[u8], range: Range<usize>, next: Option<Entry>) -> Option<usize> {
    let within = bytes.get(range.clone()).unwrap_or_default().iter().zip(range.start + 1..);
    let mut ends = within.filter(|(byte, _)| **byte == FS).map(|(_, end)| end);
    ends.find(|&end| end == bytes.len() || begins(bytes.get(end..).unwrap_or_default(), next))
}

#[cfg(test)]
#[path = "structure_tests.rs"]
mod tests;
