//! From records to bytes: LEN and CNT are made right, all else is written as it stands.

use super::contents;
use super::features::EfsFeatures;
use super::record::{DATA, Record, assembled};
use super::structure::FS;
use super::type9::Dialect;
use super::{codes, features_write, legacy, m1};
use crate::error::{Error, Result};
use crate::fingerprint::{Impression, Template};
use std::borrow::Cow;

/// The bytes of a transaction.
pub(super) fn write(records: &[Record]) -> Result<Vec<u8>> {
    let Some((first, rest)) = records.split_first() else {
        return Err(Error::invalid("", "number of records", 0, "1 or more, a Type-1 record first"));
    };
    let first = with_content(first, rest)?;
    let mut all = vec![closed(&first)?];
    for record in rest {
        all.push(closed(record)?);
    }
    Ok(all.concat())
}

/// The Type-1 record with a content field that names the records that follow it.
pub(super) fn with_content<'a>(first: &'a Record, rest: &[Record]) -> Result<Cow<'a, Record>> {
    if first.kind() != 1 {
        return Err(Error::invalid("record 0", "record type", first.kind(), "1"));
    }
    if rest.len() > 999 {
        return Err(Error::invalid("", "number of records", rest.len() + 1, "at most 1,000"));
    }
    let stated = contents::entries(first, rest.len());
    let here: Vec<_> = rest.iter().map(|record| (record.kind(), record.idc())).collect();
    let agrees = stated.is_some_and(|(count, entries)| {
        count == Some(here.len())
            && entries.iter().map(|entry| (entry.kind, entry.idc)).eq(here.iter().copied())
    });
    if agrees {
        return Ok(Cow::Borrowed(first));
    }
    let entries = here.iter().map(|(kind, idc)| format!("\u{1e}{kind}\u{1f}{:02}", idc.unwrap_or(0)));
    let content = format!("1\u{1f}{}{}", here.len(), entries.collect::<Vec<_>>().concat());
    let mut fields = first.retagged();
    fields.retain(|(number, _)| !matches!(number, 1 | 3));
    let after_version = fields.iter().position(|(number, _)| *number > 2).unwrap_or(fields.len());
    fields.insert(after_version, (3, content.as_bytes()));
    assembled(1, &fields).map(Cow::Owned)
}

/// The bytes of a record, with the length that it has.
fn closed(record: &Record) -> Result<Cow<'_, [u8]>> {
    let bytes = record.bytes();
    if !record.is_tagged() {
        let stated = bytes.iter().take(4).fold(0, |length, &byte| length << 8 | usize::from(byte));
        if stated == bytes.len() {
            return Ok(Cow::Borrowed(bytes));
        }
        // A record has at most 4 GiB, and 5 bytes at least.
        let mut mended = (bytes.len() as u32).to_be_bytes().to_vec();
        mended.extend(bytes.get(4..).unwrap_or_default());
        return Ok(Cow::Owned(mended));
    }
    let stated = record.field(1).and_then(|field| field.number::<usize>());
    if stated == Some(bytes.len()) && bytes.last() == Some(&FS) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut fields = record.retagged();
    fields.retain(|(number, _)| *number != 1);
    fields.sort_by_key(|(number, _)| *number == DATA); // data stands last
    assembled(record.kind(), &fields).map(|record| Cow::Owned(record.bytes))
}

impl Record {
    /// A Type-9 record with the minutiae of a template.
    ///
    /// # Errors
    /// [`Error::Invalid`]: an IDC beyond 99, or a place that the dialect cannot state.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::fingerprint::Template;
    /// use matcher_core::formats::an2k::{Dialect, Record};
    /// let print = Template::builder().size(300, 400).build()?.template;
    /// let record = Record::minutiae(&print, Dialect::M1, 1)?;
    /// assert_eq!(record.field(128).unwrap().text(), Some("300"));
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    pub fn minutiae(template: &Template, dialect: Dialect, idc: u8) -> Result<Self> {
        let name = format!("Type-9 record with IDC {idc}");
        match dialect {
            Dialect::Legacy => legacy::write(template, start(template.impression(), idc), &name),
            Dialect::M1 => m1::write(template, start(template.impression(), idc), &name),
            Dialect::Efs => {
                let features = EfsFeatures::of(template).map_err(|error| match error {
                    Error::Invalid(problem) => problem.within(&name).into(),
                    other => other,
                })?;
                Self::features(&features, template.impression(), idc)
            }
        }
    }

    /// A Type-9 record with an extended feature set.
    ///
    /// # Errors
    /// [`Error::Invalid`]: an IDC beyond 99, a number beyond its digits, a separator in a text, or a typed field among
    /// the carried ones.
    pub fn features(features: &EfsFeatures, impression: Option<Impression>, idc: u8) -> Result<Self> {
        features_write::write(features, start(impression, idc), &format!("Type-9 record with IDC {idc}"))
    }
}

/// What all Type-9 records begin with.
fn start(impression: Option<Impression>, idc: u8) -> super::record::RecordBuilder {
    Record::tagged(9, idc).field(3, codes::impression_code(impression).to_string())
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
