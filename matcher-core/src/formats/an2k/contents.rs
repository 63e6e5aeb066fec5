//! The content field of the Type-1 record (1.003), and how it compares with the records that are there.
//!
//! It names each record by its type and IDC. Binary records do not say their own type, so for them it is believed; where
//! a tagged record is not the one named next, names are skipped up to one that fits, and otherwise it is one too many.

use super::record::Record;
use crate::error::{Problem, Result};
use crate::formats::Limits;
use crate::formats::limits::check;
use crate::formats::report::Report;

/// One record as the content field names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) kind: u8,
    /// `None` where it is no number.
    pub(super) idc: Option<u8>,
}

/// What the content field names, and how far it was met.
#[derive(Default)]
pub(super) struct Contents {
    entries: Vec<Entry>,
    met: usize,
    /// Records that it does not name.
    unnamed: usize,
    /// Names that were skipped.
    missing: usize,
}

/// The count and the entries of the content field, one more than `most` of them at most; `None` where one makes no sense.
pub(super) fn entries(first: &Record, most: usize) -> Option<(Option<usize>, Vec<Entry>)> {
    let field = first.field(3)?;
    let mut subfields = field.subfields();
    let count = subfields.next().and_then(|first| super::record::number(first.items().nth(1)?));
    let entry = |subfield: super::record::Subfield<'_>| {
        let mut items = subfield.items();
        let kind = super::record::number(items.next()?).filter(|kind| (2..=99).contains(kind))?;
        Some(Entry { kind, idc: items.next().and_then(super::record::number) })
    };
    let entries: Option<Vec<Entry>> = subfields.take(most.saturating_add(1)).map(entry).collect();
    Some((count, entries?))
}

impl Contents {
    /// Reads the content field of the first record.
    pub(super) fn of(first: Option<&Record>, limits: &Limits, report: &mut Report) -> Result<Self> {
        let fault = |report: &mut Report, value: String, expected: &str| {
            report.fault(None, Problem::new("record 0 (Type-1)", "field 1.003 (content)", value, expected))
        };
        let Some((count, entries)) = first.and_then(|first| entries(first, limits.records)) else {
            let there = first.is_some_and(|record| record.field(3).is_some());
            let value = if there { "no list of records" } else { "missing" };
            fault(report, value.to_owned(), "a type and an IDC for each record (tagged records are read)")?;
            return Ok(Self::default());
        };
        let more = entries.len() >= limits.records;
        check("record 0 (Type-1)", "number of records listed", entries.len() + 1, !more, limits.records)?;
        if count != Some(entries.len()) {
            let value = count.map_or_else(|| "no count".to_owned(), |count| format!("a count of {count}"));
            fault(report, value, &format!("{}, the records that it lists", entries.len()))?;
        }
        Ok(Self { entries, ..Self::default() })
    }

    /// The next record, where that is a binary one.
    pub(super) fn binary(&self) -> Option<Entry> {
        let left = self.entries.get(self.met..).unwrap_or_default();
        left.first().copied().filter(|entry| is_binary(entry.kind))
    }

    /// The record after one of this type, where that is a binary one.
    pub(super) fn binary_after(&self, kind: u8) -> Option<Entry> {
        let left = self.entries.get(self.met..).unwrap_or_default();
        let next = left.iter().position(|entry| entry.kind == kind).map_or(0, |at| at + 1);
        left.get(next).copied().filter(|entry| is_binary(entry.kind))
    }

    /// Notes that a record was read.
    pub(super) fn met(&mut self, record: Option<&Record>, index: usize, report: &mut Report) -> Result<()> {
        let Some(record) = record else { return Ok(()) };
        let left = self.entries.get(self.met..).unwrap_or_default();
        let Some(skipped) = left.iter().position(|entry| entry.kind == record.kind) else {
            self.unnamed += 1;
            return Ok(());
        };
        let entry = left[skipped]; // found there
        self.missing += skipped;
        self.met += skipped + 1;
        if record.idc() == entry.idc && entry.idc.is_some() {
            return Ok(());
        }
        let shown = |idc: Option<u8>| idc.map_or_else(|| "not stated".to_owned(), |idc| idc.to_string());
        let expected = format!("{}, as in field 1.003 (kept as it is)", shown(entry.idc));
        report.fault(None, Problem::new(record.name(index), "IDC", shown(record.idc()), expected))
    }

    /// Says what the content field names and is not there, and the other way round.
    pub(super) fn finish(self, records: &[Record], report: &mut Report) -> Result<()> {
        let missing = self.missing + self.entries.len() - self.met;
        if missing == 0 && self.unnamed == 0 || self.entries.is_empty() && self.unnamed + 1 == records.len() {
            return Ok(()); // it agrees, or could not be read, which was said
        }
        let value =
            format!("with {missing} records that are not there and without {} that are", self.unnamed);
        let expected = format!("the {} records that follow", records.len() - 1);
        report.fault(None, Problem::new("record 0 (Type-1)", "field 1.003 (content)", value, expected))
    }
}

/// Whether records of this type have a fixed header instead of tags.
pub(super) fn is_binary(kind: u8) -> bool {
    (3..=8).contains(&kind)
}
