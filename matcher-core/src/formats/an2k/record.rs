//! One record of a transaction: its bytes as they were, and where its fields lie in them.
//!
//! A record keeps the bytes of the file and an index into them, so that nothing of it is lost, what was read clean is
//! written back byte for byte, and image data is copied once. What fields mean is said elsewhere.

use super::structure::{FS, GS, RS, US};
use crate::error::{Error, Result};
use std::collections::BTreeSet;
use std::fmt;

/// The number of the field with binary data: the last one of its record.
pub(super) const DATA: u16 = 999;

/// One record: a type (1 to 99), and fields with tags or, in the binary Types 3 to 8, a fixed header and image data.
///
/// `Debug` shows the type, the number of fields and the length; what stands in a record may name a person.
///
/// # Examples
/// ```
/// use matcher_core::formats::an2k::Record;
/// let record = Record::tagged(9, 1).field(3, "4").field(331, "10\u{1f}20\u{1f}90\u{1f}E").build()?;
/// let minutiae = record.field(331).unwrap();
/// let items: Vec<&[u8]> = minutiae.subfields().next().unwrap().items().collect();
/// assert_eq!(items, [b"10", b"20", b"90", b"E".as_slice()]);
/// assert_eq!((record.kind(), record.idc()), (9, Some(1)));
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    pub(super) kind: u8,
    pub(super) bytes: Vec<u8>,
    pub(super) spans: Vec<Span>,
}

/// Where a field lies in its record, and what its tag says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// The record type in the tag, which should be that of the record.
    pub(super) tag_kind: u8,
    pub(super) number: u16,
    /// The value without its tag and the separator after it.
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Record {
    /// Starts a record with tagged fields; see [`RecordBuilder`].
    pub fn tagged(kind: u8, idc: u8) -> RecordBuilder {
        RecordBuilder { kind, idc, fields: Vec::new(), data: None }
    }

    /// The type of the record, 1 to 99.
    pub fn kind(&self) -> u8 {
        self.kind
    }

    /// Whether its fields have tags; the binary Types 3 to 8 have a fixed header instead.
    pub fn is_tagged(&self) -> bool {
        !self.spans.is_empty()
    }

    /// The information designation character, which ties records about one print together; a Type-1 record has none.
    pub fn idc(&self) -> Option<u8> {
        if !self.is_tagged() {
            return self.bytes.get(4).copied();
        }
        self.field(2).filter(|_| self.kind != 1)?.number()
    }

    /// All bytes of the record, separators included.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The fields in the order of the record; none in a binary one.
    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        self.spans.iter().map(|span| self.at(*span))
    }

    /// The first field with this number; one whose tag names another record type only where there is no other.
    pub fn field(&self, number: u16) -> Option<Field<'_>> {
        let mut same = self.spans.iter().filter(|span| span.number == number);
        let first = *same.next()?;
        let own =
            if first.tag_kind == self.kind { None } else { same.find(|span| span.tag_kind == self.kind) };
        Some(self.at(own.copied().unwrap_or(first)))
    }

    /// Numbers and values of the fields, in an order that says the same once all have the tag of this record: a field whose
    /// tag names another type comes behind those of its number that are of this one.
    pub(super) fn retagged(&self) -> Vec<(u16, &[u8])> {
        let is_own = |span: &&Span| span.tag_kind == self.kind;
        let own: BTreeSet<u16> = self.spans.iter().filter(is_own).map(|span| span.number).collect();
        let is_behind = |span: &&Span| !is_own(span) && span.number != DATA && own.contains(&span.number);
        let first = self.spans.iter().filter(|span| !is_behind(span));
        let all = first.chain(self.spans.iter().filter(is_behind));
        all.map(|span| (span.number, self.at(*span).value)).collect()
    }

    /// The image or other binary data of the record: field 999, or what follows the header of the Types 3 to 6.
    pub fn data(&self) -> Option<&[u8]> {
        if self.is_tagged() {
            let mut fields = self.spans.iter().rev();
            return fields.find(|span| span.number == DATA).map(|span| self.at(*span).value);
        }
        (3..=6).contains(&self.kind).then(|| self.bytes.get(super::binary::HEADER..)).flatten()
    }

    fn at(&self, span: Span) -> Field<'_> {
        let value = self.bytes.get(span.start as usize..span.end as usize).unwrap_or_default();
        Field { kind: span.tag_kind, number: span.number, value }
    }

    /// How diagnostics call a record: by its place in the transaction, from 0, and its type.
    pub(super) fn name(&self, index: usize) -> String {
        name(index, self.kind)
    }
}

/// How diagnostics call a record.
pub(super) fn name(index: usize, kind: u8) -> String {
    format!("record {index} (Type-{kind})")
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("kind", &self.kind)
            .field("fields", &self.spans.len())
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// One field: a number, and a value of subfields and information items, or of binary data.
///
/// `Debug` shows its tag and length.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    kind: u8,
    number: u16,
    value: &'a [u8],
}

impl<'a> Field<'a> {
    /// The record type in its tag, which should be that of the record.
    pub fn kind(&self) -> u8 {
        self.kind
    }

    /// The number of the field, such as 331 of `9.331`.
    pub fn number_of_field(&self) -> u16 {
        self.number
    }

    /// The value as it stands, whatever its character set.
    pub fn value(&self) -> &'a [u8] {
        self.value
    }

    /// The value as text where it is UTF-8, of which ASCII is a part.
    pub fn text(&self) -> Option<&'a str> {
        std::str::from_utf8(self.value).ok()
    }

    /// The subfields, between RS; a field without one is one subfield.
    pub fn subfields(&self) -> impl Iterator<Item = Subfield<'a>> + use<'a> {
        self.value.split(|&byte| byte == RS).map(Subfield)
    }

    /// The value as a whole number.
    pub(super) fn number<T: std::str::FromStr>(&self) -> Option<T> {
        number(self.value)
    }

    /// The items of the first subfield.
    pub(super) fn items(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.value.split(|&byte| byte == RS).next().unwrap_or_default().split(|&byte| byte == US)
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({}.{:03}, {} bytes)", self.kind, self.number, self.value.len())
    }
}

/// One subfield: information items between US.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Subfield<'a>(&'a [u8]);

impl<'a> Subfield<'a> {
    /// The information items; a subfield without US is one item.
    pub fn items(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.0.split(|&byte| byte == US)
    }
}

impl fmt::Debug for Subfield<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subfield({} bytes)", self.0.len())
    }
}

/// A whole number in decimal digits, spaces around it or not.
pub(super) fn number<T: std::str::FromStr>(text: &[u8]) -> Option<T> {
    std::str::from_utf8(text.trim_ascii()).ok()?.parse().ok()
}

/// Collects the fields of a record; LEN and IDC are its own business.
#[derive(Clone)]
pub struct RecordBuilder {
    kind: u8,
    idc: u8,
    fields: Vec<(u16, Vec<u8>)>,
    data: Option<Vec<u8>>,
}

impl fmt::Debug for RecordBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordBuilder")
            .field("kind", &self.kind)
            .field("fields", &self.fields.len())
            .finish_non_exhaustive()
    }
}

impl RecordBuilder {
    /// Adds a field; subfields and items in it are separated by RS (1E) and US (1F).
    #[must_use]
    pub fn field(mut self, number: u16, value: impl AsRef<[u8]>) -> Self {
        self.fields.push((number, value.as_ref().to_vec()));
        self
    }

    /// The binary data, field 999, which stands last.
    #[must_use]
    pub fn data(mut self, data: Vec<u8>) -> Self {
        self.data = Some(data);
        self
    }

    /// The record with its LEN.
    ///
    /// # Errors
    /// [`Error::Invalid`]: a type that has no tagged fields (3 to 8, 0, 100 and more), an IDC beyond 99, a field number
    /// 0 to 2, 999 or above 9,999, or a value with a separator of fields or records (GS, FS) in it.
    pub fn build(self) -> Result<Record> {
        let kind = self.kind;
        let record = format!("Type-{kind} record");
        if !matches!(kind, 1 | 2 | 9..=99) {
            return Err(Error::invalid("", "record type", kind, "1, 2, or 9 to 99: the others have no tags"));
        }
        if self.idc > 99 {
            return Err(Error::invalid(record, "IDC", self.idc, "0 to 99"));
        }
        let mut values = Vec::with_capacity(self.fields.len() + 2);
        // A Type-1 record has its version there, given by the caller.
        if kind != 1 {
            values.push((2, format!("{:02}", self.idc).into_bytes()));
        }
        let least = if kind == 1 { 2 } else { 3 };
        for (number, value) in self.fields {
            if !(least..=9_999).contains(&number) || number == DATA {
                let expected = format!("{least} to 9999, and not 999, which is for data");
                return Err(Error::invalid(record, "field number", number, expected));
            }
            if value.iter().any(|byte| [FS, GS].contains(byte)) {
                let expected = "text without the separators FS and GS";
                return Err(Error::invalid(
                    record,
                    format!("field {kind}.{number:03}"),
                    "with one",
                    expected,
                ));
            }
            values.push((number, value));
        }
        values.extend(self.data.map(|data| (DATA, data)));
        let values: Vec<(u16, &[u8])> = values.iter().map(|(n, value)| (*n, value.as_slice())).collect();
        assembled(kind, &values)
    }
}

/// A tagged record of fields, with the right LEN before them.
pub(super) fn assembled(kind: u8, fields: &[(u16, &[u8])]) -> Result<Record> {
    let tag = |number: u16| format!("{kind}.{number:03}:");
    // Each field is followed by GS, or by FS at the end.
    let body: usize = fields.iter().map(|(number, value)| tag(*number).len() + value.len() + 1).sum();
    let head = tag(1).len() + 1;
    let with = |digits: usize| head + digits + body;
    let digits = (1..=20).find(|&digits| with(digits).to_string().len() == digits).unwrap_or(20);
    let length = with(digits);
    if u32::try_from(length).is_err() {
        return Err(Error::invalid("", format!("length of a Type-{kind} record"), length, "at most 4 GiB"));
    }
    let mut bytes = Vec::with_capacity(length);
    let mut spans = Vec::with_capacity(fields.len() + 1);
    let stated = length.to_string();
    for (number, value) in std::iter::once(&(1, stated.as_bytes())).chain(fields) {
        bytes.extend(tag(*number).into_bytes());
        let start = bytes.len() as u32; // the whole length was checked
        bytes.extend(*value);
        spans.push(Span { tag_kind: kind, number: *number, start, end: bytes.len() as u32 });
        bytes.push(GS);
    }
    if let Some(last) = bytes.last_mut() {
        *last = FS;
    }
    Ok(Record { kind, bytes, spans })
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
