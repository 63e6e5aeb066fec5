//! Rows as planes of bytes: the lower bytes of a column of 64 rows side by side, then the higher ones.
//!
//! The first columns, the head, lie in a strip of their own. Most rows are settled by them, so a filter streams the
//! strip and touches the rest here and there: with all columns in one place the processor would fetch most of what is
//! never looked at.

use crate::error::{Error, Result};
use crate::memory::Column;
use std::fmt;

/// Rows of a block.
pub const ROWS: usize = 64;

/// The most columns that a table may have.
pub const MAX_COLUMNS: usize = 128;

/// A byte of each row of a block.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Plane(pub(in crate::simd) [u8; ROWS]);

impl Plane {
    pub(in crate::simd) const ZERO: Self = Self([0; ROWS]);
}

// SAFETY: bytes may all be zero.
#[expect(unsafe_code, reason = "planes are read from files as they lie")]
unsafe impl bytemuck::Zeroable for Plane {}

// SAFETY: 64 bytes aligned to 64: there is no padding, and a byte may have any value.
#[expect(unsafe_code, reason = "planes are read from files as they lie")]
unsafe impl bytemuck::Pod for Plane {}

/// A column of a block: the lower bytes and the higher ones.
pub(crate) type Pair = [Plane; 2];

/// Rows of pairs of bytes, in blocks of 64.
///
/// A pair has no order: it is kept as its lower byte and its higher one. The byte 0 says "not known", so that of
/// `[0, 0]` nothing is known and of `[0, c]` one byte. A row takes two bytes a column; the last block is filled up with
/// rows that no operation reports. One table is meant as a segment of a larger store.
///
/// # Examples
/// ```
/// use matcher_core::simd::planes::Table;
/// let mut table = Table::new(3, 2)?;
/// table.push(&[[7, 5], [4, 4], [9, 0]]);
/// assert_eq!(table.len(), 1);
/// assert_eq!(table.row(0).collect::<Vec<_>>(), [[5, 7], [4, 4], [0, 9]]);
/// table.set(0, &[[0, 0]; 3]);
/// assert_eq!(table.row(0).collect::<Vec<_>>(), [[0, 0]; 3]);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Table {
    columns: usize,
    head: usize,
    len: usize,
    /// The head, block by block, and the other columns.
    parts: [Column<Pair>; 2],
    /// The largest byte that each column ever had.
    peaks: Vec<u8>,
    /// Whether some row ever had a byte that is not known.
    holes: bool,
}

impl Table {
    /// An empty table of so many columns, of which the first `head` lie in a strip of their own.
    ///
    /// A head is long enough when hardly any block of 64 rows needs a column behind it, and no longer: where one
    /// failure is allowed, 6 columns if a random row passes a test with probability 0.1 to 0.2, and 12 if with 0.5.
    /// `head` may be 0, and it may be `columns`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for no column, for more than [`MAX_COLUMNS`], and for a head longer than the row.
    pub fn new(columns: usize, head: usize) -> Result<Self> {
        if columns == 0 || columns > MAX_COLUMNS {
            return Err(Error::invalid("table", "columns", columns, format!("1 to {MAX_COLUMNS}")));
        }
        if head > columns {
            return Err(Error::invalid("table", "head", head, format!("at most {columns}, the columns")));
        }
        let parts = [Column::default(), Column::default()];
        Ok(Self { columns, head, len: 0, parts, peaks: vec![0; columns], holes: false })
    }

    /// A table of so many rows whose head and other columns lie somewhere already, as [`Table::strips`] gave them.
    ///
    /// # Errors
    /// As [`Table::new`], and for strips of another length.
    pub(crate) fn of_strips(
        [columns, head]: [usize; 2],
        len: usize,
        parts: [Column<Pair>; 2],
        peaks: Vec<u8>,
        holes: bool,
    ) -> Result<Self> {
        let table = Self { len, peaks, holes, ..Self::new(columns, head)? };
        let pairs = table.widths().map(|width| len.div_ceil(ROWS) * width);
        if parts.each_ref().map(|part| part.len()) != pairs || table.peaks.len() != columns {
            let (found, expected) =
                (format!("{} and {}", parts[0].len(), parts[1].len()), format!("{pairs:?}"));
            return Err(Error::invalid("table", "pairs of planes", found, expected));
        }
        Ok(Self { parts, ..table })
    }

    /// Whether no byte is above the largest that its column is said to have had: look-ups count on it.
    pub(crate) fn keeps_peaks(&self) -> bool {
        let [head, tail] = self.widths();
        let part = |pairs: &[Pair], width: usize, peaks: &[u8]| {
            let below = |(k, pair): (usize, &Pair)| {
                let largest = pair[0].0.iter().chain(&pair[1].0).fold(0, |most, &byte| byte.max(most));
                largest <= peaks[k % width]
            };
            pairs.iter().enumerate().all(below)
        };
        part(&self.parts[0], head, &self.peaks[..head]) && part(&self.parts[1], tail, &self.peaks[head..])
    }

    /// The head and the other columns as bytes.
    pub(crate) fn strips(&self) -> [&[u8]; 2] {
        self.parts.each_ref().map(|part| bytemuck::cast_slice(part))
    }

    /// The largest byte that each column ever had, and whether some byte is not known.
    pub(crate) fn known(&self) -> (&[u8], bool) {
        (&self.peaks, self.holes)
    }

    /// Makes room for so many rows in all.
    pub fn reserve(&mut self, rows: usize) {
        let blocks = rows.div_ceil(ROWS);
        let widths = self.widths();
        for (part, width) in self.parts.iter_mut().zip(widths) {
            let more = (blocks * width).saturating_sub(part.len());
            part.to_mut().reserve(more);
        }
    }

    /// Appends a row; the two bytes of a pair may come in any order.
    ///
    /// # Panics
    /// The row has not as many pairs as the table has columns.
    pub fn push(&mut self, row: &[[u8; 2]]) {
        assert_eq!(row.len(), self.columns, "Table::push: a pair for each column");
        let (block, lane) = (self.len / ROWS, self.len % ROWS);
        if lane == 0 {
            let widths = self.widths();
            for (part, width) in self.parts.iter_mut().zip(widths) {
                part.to_mut().resize((block + 1) * width, [Plane::ZERO; 2]);
            }
        }
        self.len += 1;
        self.set(self.len - 1, row);
    }

    /// Writes a row over another one.
    ///
    /// # Panics
    /// There is no such row, or the new one has not as many pairs as the table has columns.
    pub fn set(&mut self, index: usize, row: &[[u8; 2]]) {
        assert!(index < self.len, "Table::set: row {index} of {}", self.len);
        assert_eq!(row.len(), self.columns, "Table::set: a pair for each column");
        let (block, lane) = (index / ROWS, index % ROWS);
        for (column, &[a, b]) in row.iter().enumerate() {
            let (low, high) = (a.min(b), a.max(b));
            let (part, at) = self.place(block, column);
            let pair = &mut self.parts[part].to_mut()[at];
            pair[0].0[lane] = low;
            pair[1].0[lane] = high;
            self.peaks[column] = self.peaks[column].max(high);
            self.holes |= low == 0;
        }
    }

    /// The pairs of a row, the lower byte first.
    ///
    /// # Panics
    /// There is no such row.
    pub fn row(&self, index: usize) -> impl ExactSizeIterator<Item = [u8; 2]> {
        assert!(index < self.len, "Table::row: row {index} of {}", self.len);
        (0..self.columns).map(move |column| self.pair(index, column))
    }

    /// The pair of one column of a row, the lower byte first.
    ///
    /// # Panics
    /// There is no such row or column.
    #[inline]
    pub fn pair(&self, index: usize, column: usize) -> [u8; 2] {
        assert!(index < self.len && column < self.columns, "Table::pair: row {index}, column {column}");
        self.planes(index / ROWS, column).each_ref().map(|plane| plane.0[index % ROWS])
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many columns a row has.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// How many of them lie in the strip of the head.
    pub fn head(&self) -> usize {
        self.head
    }

    /// Blocks, the last one maybe not full.
    pub(in crate::simd) fn blocks(&self) -> usize {
        self.len.div_ceil(ROWS)
    }

    /// The largest byte that a column ever had, 0 where there was no row.
    ///
    /// # Panics
    /// There is no such column.
    pub fn peak(&self, column: usize) -> u8 {
        self.peaks[column]
    }

    /// Whether some row has a byte that is not known.
    pub(in crate::simd) fn has_holes(&self) -> bool {
        self.holes
    }

    /// A column of a block.
    #[inline]
    pub(in crate::simd) fn planes(&self, block: usize, column: usize) -> &Pair {
        let (part, at) = self.place(block, column);
        &self.parts[part][at]
    }

    /// The head of a block, and its other columns.
    #[inline]
    pub(in crate::simd) fn block(&self, block: usize) -> [&[Pair]; 2] {
        let [head, tail] = self.widths();
        [&self.parts[0][block * head..][..head], &self.parts[1][block * tail..][..tail]]
    }

    /// Which rows of a block are there, a bit each.
    pub(super) fn present(&self, block: usize) -> u64 {
        match self.len.saturating_sub(block * ROWS) {
            0 => 0,
            rows => u64::MAX >> ROWS.saturating_sub(rows),
        }
    }

    /// Columns of each part.
    #[inline]
    fn widths(&self) -> [usize; 2] {
        [self.head, self.columns - self.head]
    }

    /// The part and the place there of a column of a block.
    #[inline]
    fn place(&self, block: usize, column: usize) -> (usize, usize) {
        match column.checked_sub(self.head) {
            None => (0, block * self.head + column),
            Some(column) => (1, block * (self.columns - self.head) + column),
        }
    }
}

/// Rows may be personal data: only their number is shown.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("len", &self.len)
            .field("columns", &self.columns)
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}
