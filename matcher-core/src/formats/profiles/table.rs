//! Rows and cells of delimited text: comma, semicolon or tab, quotes, any line ends, with or without a byte order mark.

use super::cell::shown;
use crate::error::{Error, Problem, Result};
use csv::{ByteRecord, Reader, ReaderBuilder};

/// Columns that a table may have; genotyping arrays aside, no table of profiles has more.
const MAX_COLUMNS: usize = 65_536;

/// The byte order mark of UTF-8, which spreadsheets put before their text.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// `bytes` without a byte order mark.
pub(super) fn unmarked(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(MARK).unwrap_or(bytes)
}

/// A table, its first row read as its header.
pub(super) struct Table<'a> {
    bytes: &'a [u8],
    reader: Reader<&'a [u8]>,
    header: Vec<String>,
    header_line: u64,
    delimiter: u8,
}

/// The character that parts the cells of the first line that is not blank: the most frequent outside quotes.
fn delimiter(bytes: &[u8]) -> Option<u8> {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let line = bytes.split(is_end).find(|line| !line.trim_ascii().is_empty())?;
    let (mut counts, mut quoted) = ([0usize; 3], false);
    for byte in line {
        match byte {
            b'"' => quoted = !quoted,
            b'\t' if !quoted => counts[0] += 1,
            b';' if !quoted => counts[1] += 1,
            b',' if !quoted => counts[2] += 1,
            _ => {}
        }
    }
    let most = counts.into_iter().max().filter(|&most| most > 0)?;
    counts.into_iter().position(|count| count == most).map(|at| b"\t;,"[at])
}

impl<'a> Table<'a> {
    /// Reads the header; an error where the text is no table.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self> {
        let bytes = unmarked(bytes);
        let no_table = || {
            let start = shown(bytes.get(..20).unwrap_or(bytes));
            Error::invalid(
                "line 1",
                "header",
                start,
                "names of columns, parted by commas, semicolons or tabs",
            )
        };
        let delimiter = delimiter(bytes).ok_or_else(no_table)?;
        let reader =
            ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(bytes);
        let mut table = Self { bytes, reader, header: Vec::new(), header_line: 1, delimiter };
        let mut record = ByteRecord::new();
        // A line of blanks before the header is no header.
        while table.read(&mut record)? {
            if record.iter().any(|cell| !cell.trim_ascii().is_empty()) {
                break;
            }
        }
        table.header_line = table.line(&record);
        if record.len() > MAX_COLUMNS {
            let expected = format!("at most {MAX_COLUMNS}");
            return Err(Error::invalid("line 1", "number of columns", record.len(), expected));
        }
        table.sound(&record)?;
        table.header =
            record.iter().map(|cell| String::from_utf8_lossy(cell.trim_ascii()).into_owned()).collect();
        Ok(table)
    }

    /// The names of the columns, trimmed.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// What parts the cells.
    pub(super) const fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// The column of this index, as a message names it.
    pub(super) fn column(&self, index: usize) -> String {
        format!("line {}, column {}", self.header_line, index + 1)
    }

    /// The line of the header, as a message names it.
    pub(super) fn header_record(&self) -> String {
        format!("line {}", self.header_line)
    }

    /// Reads the next row that is not blank; `false` at the end.
    pub(super) fn next(&mut self, record: &mut ByteRecord) -> Result<bool> {
        while self.read(record)? {
            // Spreadsheets save rows of nothing but separators.
            if record.iter().any(|cell| !cell.is_empty()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn read(&mut self, record: &mut ByteRecord) -> Result<bool> {
        // Rows of any length from bytes in memory: nothing can fail here, and if it did it would be said.
        self.reader
            .read_byte_record(record)
            .map_err(|error| Error::invalid("", "table", error, "rows of cells"))
    }

    /// The line of a row, from 1.
    pub(super) fn line(&self, record: &ByteRecord) -> u64 {
        let Some(position) = record.position() else { return 1 };
        // The row begins where the last one ended: blank lines before it are not it.
        let rest = self.bytes.get(position.byte() as usize..).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
        position.line() + blank.filter(|byte| **byte == b'\n').count() as u64
    }

    /// A cell with a line break in it is a quote that was never closed: it has swallowed the rows after it.
    pub(super) fn sound(&self, record: &ByteRecord) -> Result<(), Problem> {
        if !record.as_slice().contains(&b'\n') {
            return Ok(());
        }
        let line = self.line(record);
        let at = record.iter().position(|cell| cell.contains(&b'\n')).unwrap_or(0);
        let last = line + record.as_slice().split(|byte| *byte == b'\n').skip(1).count() as u64;
        let expected =
            format!("one line: a quote is not closed, and the text up to line {last} went into it");
        let start = shown(record.get(at).map_or(&[][..], |cell| cell.get(..20).unwrap_or(cell)));
        Err(Problem::new(format!("line {line}, column {}", at + 1), "cell", start, expected))
    }

    /// A row of another length than the header, but for empty cells at its end.
    pub(super) fn length(&self, record: &ByteRecord) -> Result<(), Problem> {
        let (present, expected) = (record.len(), self.header.len());
        let more_empty = || record.iter().skip(expected).all(|cell| cell.trim_ascii().is_empty());
        if present == expected || (present > expected && more_empty()) {
            return Ok(());
        }
        let done =
            if present < expected { "the missing ones are read as empty" } else { "the others are not read" };
        let line = format!("line {}", self.line(record));
        Err(Problem::new(line, "number of cells", present, format!("{expected} as in the header ({done})")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut table = Table::open(text.as_bytes()).unwrap();
        let mut record = ByteRecord::new();
        let mut rows = Vec::new();
        while table.next(&mut record).unwrap() {
            let cells = record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
            rows.push((table.line(&record), cells));
        }
        rows
    }

    #[test]
    fn lines_are_those_of_an_editor() {
        let text = "\u{feff}\r\na;b\r\n\r\n\r\n1;2\r\n;\r\n\"3\";\"4;5\"";
        let table = Table::open(text.as_bytes()).unwrap();
        assert_eq!(
            (table.header(), table.column(1).as_str()),
            (&["a".into(), "b".into()][..], "line 2, column 2")
        );
        let expected = [(5, vec!["1".into(), "2".into()]), (7, vec!["3".into(), "4;5".into()])];
        assert_eq!(rows(text), expected);
    }

    #[test]
    fn the_separator_is_the_most_frequent_one() {
        for (text, expected) in
            [("a,b;c,d", b','), ("a;b", b';'), ("\n \na\tb", b'\t'), ("\"a,b,c\";d", b';')]
        {
            assert_eq!(Table::open(text.as_bytes()).unwrap().delimiter(), expected);
        }
        assert!(Table::open(b"nothing here").is_err() && Table::open(b"").is_err());
    }

    #[test]
    fn a_quote_that_is_not_closed_is_found() {
        let mut table = Table::open(b"a,b\n1,\"2\n3,4\n5,6\n").unwrap();
        let mut record = ByteRecord::new();
        assert!(table.next(&mut record).unwrap());
        let message = table.sound(&record).unwrap_err().to_string();
        assert!(
            message.starts_with("line 2, column 2: cell is \"2\\n3,4\\n5,6\\n\", expected one line"),
            "{message}"
        );
    }
}
