//! How alike two rows are: in how many columns their pairs of bytes are equal, and in how many they share one.
//!
//! All rows of a table against all others: each pair of rows is counted in a matrix, and those that are equal in many
//! columns are reported one by one. A 0 may be any byte: where a pair has one, two pairs count as equal if they have a byte in
//! common that is known, or if nothing is known of one of them, and as sharing a byte if not.
//!
//! A few rows, prepared, run over a block of 64 rows that stays in the cache; see `row.rs` for what is looked up. The
//! counts of a pair of rows then are a place in the matrix, which is kept eight times: neighbours often count in the same
//! place, and would wait for each other.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod histogram;
#[cfg(any(target_arch = "aarch64", test))]
mod neon;
mod row;
mod scalar;

use super::Level;
use super::planes::{Plane, ROWS, Table};
use histogram::Histogram;
use row::Row;
use std::ops::Range;

/// Rows that are prepared together: 18 kB at 23 columns, beside a block of 3 kB.
const TOGETHER: usize = 4;

/// Which pairs of rows are compared.
#[derive(Clone, Debug)]
pub enum Pairs<'a> {
    /// Each of these rows of a table with all rows that come after it in the table.
    Within(&'a Table, Range<usize>),
    /// Each of these rows of the first table with all rows of the second.
    Between(&'a Table, Range<usize>, &'a Table),
}

/// Two rows and how alike they are. The four counts exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The row of the first table.
    pub a: usize,
    /// The row of the second table, or a later one of the same.
    pub b: usize,
    /// Columns with equal pairs, all four bytes known.
    pub equal: u8,
    /// Columns with pairs that are not equal and share a byte, all four bytes known.
    pub shared: u8,
    /// Columns where a byte is not known, and the pairs have a known one in common or nothing is known of one of them.
    pub wild_equal: u8,
    /// The other columns where a byte is not known: the pairs may share it.
    pub wild_shared: u8,
}

/// The counts of a prepared row with the rows of a block, row by row.
struct Counts {
    /// Equal, all known.
    plain: Plane,
    /// Equal, with a byte that is not known.
    filled: Plane,
    /// Equal or sharing a byte.
    alike: Plane,
    /// With a byte that is not known.
    wild: Plane,
}

impl Counts {
    const ZERO: Self =
        Self { plain: Plane::ZERO, filled: Plane::ZERO, alike: Plane::ZERO, wild: Plane::ZERO };

    /// In how many columns a row of the block is equal.
    fn equal(&self, lane: usize) -> u8 {
        self.plain.0[lane] + self.filled.0[lane]
    }

    fn pair(&self, a: usize, block: usize, lane: usize) -> Pair {
        let (equal, wild_equal) = (self.plain.0[lane], self.filled.0[lane]);
        let (alike, wild) = (self.alike.0[lane], self.wild.0[lane]);
        let (shared, wild_shared) = (alike - wild - equal, wild - wild_equal);
        Pair { a, b: block * ROWS + lane, equal, shared, wild_equal, wild_shared }
    }
}

/// What is compared, checked.
struct Job<'a> {
    a: &'a Table,
    rows: Range<usize>,
    b: &'a Table,
    /// Whether only later rows count.
    later: bool,
    threshold: Option<u8>,
}

/// Takes pairs of rows.
type Found<'a> = &'a mut dyn FnMut(Pair);

/// Compares all pairs of a job.
type Kernel = fn(&Job, &mut Histogram, Found);

/// Compares rows: adds 1 to `matrix[equal * (columns + 1) + shared]` for each pair of them, and calls `found` for those
/// that are equal in at least `threshold` columns; `None` reports no pair.
///
/// `equal` and `shared` are the counts of a [`Pair`] with and without bytes that are not known, added. Who wants them apart takes a threshold of 0 and counts what is reported.
///
/// Pairs are reported in no particular order.
///
/// # Panics
/// The tables have not the same number of columns, the rows are not all in the first table, `matrix` has not
/// `(columns + 1)^2` elements, or this processor lacks the level.
///
/// # Examples
/// ```
/// use matcher_core::simd::{Level, overlap::{Pairs, tally}, planes::Table};
/// let mut table = Table::new(3, 0)?;
/// table.push(&[[5, 7], [4, 4], [9, 0]]);
/// table.push(&[[7, 5], [4, 6], [1, 2]]); // equal, one shared, and 0 may be 1 or 2
/// table.push(&[[1, 1], [2, 2], [9, 3]]); // the third column may be equal
/// let (mut matrix, mut close) = ([0; 16], Vec::new());
/// let all = Pairs::Within(&table, 0..table.len());
/// tally(Level::active(), &all, &mut matrix, Some(1), &mut |pair| close.push((pair.a, pair.b)));
/// assert_eq!((matrix[4 + 2], matrix[4], matrix[0]), (1, 1, 1));
/// close.sort();
/// assert_eq!(close, [(0, 1), (0, 2)]);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn tally(
    level: Level,
    pairs: &Pairs,
    matrix: &mut [u64],
    threshold: Option<u8>,
    found: &mut dyn FnMut(Pair),
) {
    level.assert_present();
    let kernel = match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => avx2::tally,
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => avx512::tally,
        #[cfg(target_arch = "aarch64")]
        Level::Neon => neon::tally::<super::lanes::Neon>,
        _ => scalar::tally,
    };
    run(kernel, pairs, matrix, threshold, found);
}

/// Runs a kernel on what was checked.
fn run(kernel: Kernel, pairs: &Pairs, matrix: &mut [u64], threshold: Option<u8>, found: Found) {
    let (a, rows, b, later) = match pairs {
        Pairs::Within(table, rows) => (*table, rows.clone(), *table, true),
        Pairs::Between(a, rows, b) => (*a, rows.clone(), *b, false),
    };
    assert_eq!(a.columns(), b.columns(), "overlap::tally: tables of the same columns");
    assert!(rows.end <= a.len(), "overlap::tally: rows to {} of {}", rows.end, a.len());
    let side = a.columns() + 1;
    assert_eq!(matrix.len(), side * side, "overlap::tally: a cell for each two counts");
    let mut histogram = Histogram::new(matrix);
    kernel(&Job { a, rows, b, later, threshold }, &mut histogram, found);
    histogram.flush();
}

/// The order of the work, the same at all levels: `count` compares a prepared row with a block.
#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn walk(
    job: &Job,
    histogram: &mut Histogram,
    found: Found,
    count: impl Fn(&Row, &Table, usize, &mut Counts),
) {
    let mut counts = Counts::ZERO;
    let side = job.a.columns() as u16 + 1;
    for start in job.rows.clone().step_by(TOGETHER) {
        let end = job.rows.end.min(start + TOGETHER);
        let rows: Vec<Row> = (start..end).map(|index| Row::new(job.a, index)).collect();
        let first = if job.later { (start + 1) / ROWS } else { 0 };
        for block in first..job.b.blocks() {
            for (index, row) in (start..end).zip(&rows) {
                let from = if job.later { (index + 1).saturating_sub(block * ROWS) } else { 0 };
                let lanes = from.min(ROWS)..ROWS.min(job.b.len() - block * ROWS);
                if lanes.is_empty() {
                    continue;
                }
                count(row, job.b, block, &mut counts);
                let mut places = [0; ROWS];
                for (lane, place) in places.iter_mut().enumerate() {
                    let equal = u16::from(counts.plain.0[lane]) + u16::from(counts.filled.0[lane]);
                    // What is equal is alike too: equal * side + (alike - equal).
                    *place = equal * (side - 1) + u16::from(counts.alike.0[lane]);
                }
                histogram.add(&places, lanes.clone());
                let Some(threshold) = job.threshold else { continue };
                let most = (0..ROWS).fold(0, |most, lane| counts.equal(lane).max(most));
                if most >= threshold {
                    for lane in lanes.filter(|&lane| counts.equal(lane) >= threshold) {
                        found(counts.pair(index, block, lane));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "overlap_tests.rs"]
mod tests;
