//! Places in XML, and what no XML may have here.

use super::table::unmarked;
use crate::error::Error;

/// Where an offset is, as a line and a column in bytes. Offsets mostly come in order, so each byte is seen once.
pub(super) struct Lines<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: u64,
    start: usize,
}

impl<'a> Lines<'a> {
    /// At the first byte.
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0, line: 1, start: 0 }
    }

    /// Whether all bytes mean the same in every encoding that contains ASCII.
    pub(super) const fn is_ascii(&self) -> bool {
        self.bytes.is_ascii()
    }

    /// Line and column of an offset, both from 1.
    pub(super) fn place(&mut self, offset: usize) -> (u64, usize) {
        let offset = offset.min(self.bytes.len());
        if offset < self.offset {
            (self.offset, self.line, self.start) = (0, 1, 0);
        }
        let passed = self.bytes.get(self.offset..offset).unwrap_or_default();
        for (at, _) in passed.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
            self.line += 1;
            self.start = self.offset + at + 1;
        }
        self.offset = offset;
        (self.line, offset - self.start + 1)
    }
}

/// A place as a message names it.
pub(super) fn at((line, column): (u64, usize)) -> String {
    format!("line {line}, column {column}")
}

/// Where an offset is in a whole file.
pub(super) fn place(bytes: &[u8], offset: usize) -> String {
    at(Lines::new(unmarked(bytes)).place(offset))
}

/// The error for a document type declaration.
pub(super) fn document_type(place: String) -> Error {
    Error::invalid(
        place,
        "document type",
        "declared",
        "none: entities are a way to attack readers, and CMF needs none",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_from_one_in_any_order() {
        let mut lines = Lines::new(b"ab\n\ncd");
        for (offset, place) in [(0, (1, 1)), (2, (1, 3)), (3, (2, 1)), (5, (3, 2)), (1, (1, 2)), (9, (3, 3))]
        {
            assert_eq!(lines.place(offset), place, "{offset}");
        }
    }
}
