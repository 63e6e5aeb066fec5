//! Filters rows by tests on their columns: who passes all, or all but a few.
//!
//! A row is a pair of bytes a column. A block of 64 rows is left as soon as each of them has failed more tests than
//! allowed; in the head of a [`Table`] that is asked once, because a branch a column that no processor can predict costs
//! more than the column. With many queries a few blocks stay in the first cache for all of them.
//!
//! # Method
//! A test makes of each byte a 1 where it fails. AVX-512 looks that up in a table of 64 bytes where no byte of the column
//! is larger; so the number of values does not matter. Elsewhere it is the least of 1, the byte itself and the byte's
//! exclusive or with each value. The two bytes of a pair are then joined by "or" or by "and", and added up.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(any(target_arch = "aarch64", test))]
mod neon;
mod query;
mod scalar;
mod table;

use super::Level;
#[cfg(target_arch = "x86_64")]
use query::LOOKUP;
use query::Step;
pub use query::{Need, Query, Test};
use std::ops::Range;
pub use table::{MAX_COLUMNS, ROWS, Table};
pub(super) use table::{Pair, Plane};

/// Blocks that all queries see before the next ones: heads of 6 kB at six columns.
const CHUNK: usize = 8;

/// A query and how many of its steps lie in the head of the table.
#[derive(Clone, Copy)]
struct Part<'a> {
    table: &'a Table,
    query: &'a Query,
    split: usize,
    /// Whether no byte of a tested column is too large to be looked up.
    #[cfg(target_arch = "x86_64")]
    narrow: bool,
}

impl<'a> Part<'a> {
    fn new(table: &'a Table, query: &'a Query) -> Self {
        let split = query.steps.iter().take_while(|step| step.column < table.head()).count();
        let last = query.steps.last().map_or(0, |step| step.column);
        assert!(last < table.columns(), "planes::scan: column {last} of {}", table.columns());
        #[cfg(target_arch = "x86_64")]
        let narrow = query.steps.iter().all(|step| usize::from(table.peak(step.column)) < LOOKUP);
        Self {
            table,
            query,
            split,
            #[cfg(target_arch = "x86_64")]
            narrow,
        }
    }

    /// The failures of a block before the first test: rows that are not there have too many already.
    fn start(&self, block: usize) -> Plane {
        let present = self.table.present(block);
        if present == u64::MAX {
            return Plane::ZERO;
        }
        Plane(std::array::from_fn(|row| if present >> row & 1 == 1 { 0 } else { u8::MAX }))
    }

    /// The steps behind the head.
    fn tail(&self) -> &'a [Step] {
        &self.query.steps[self.split..]
    }
}

/// Takes the place of a query, the first row of a block, and a bit for each row of it that passes; never none.
type Found<'a> = &'a mut dyn FnMut(usize, usize, u64);

/// Runs prepared queries over a table.
type Kernel = fn(&[Part], Found);

/// Calls `found` with the place of the query in `queries` and the row in the table for each row that passes a query.
/// The rows of one query come in ascending order; those of several queries come mixed.
///
/// # Panics
/// A query tests a column that the table has not, or this processor lacks the level.
///
/// # Examples
/// ```
/// use matcher_core::simd::{Level, planes::{Need, Query, Table, Test, scan}};
/// let mut table = Table::new(2, 1)?;
/// for row in [[[3, 5], [7, 7]], [[3, 3], [0, 7]], [[5, 9], [7, 8]], [[0, 0], [0, 0]]] {
///     table.push(&row);
/// }
/// let tests = [
///     Test { column: 0, need: Need::Both, values: &[3, 5] },
///     Test { column: 1, need: Need::Either, values: &[7] },
/// ];
/// let mut rows = Vec::new();
/// let strict = Query::new(&tests, 0, 0)?;
/// scan(Level::active(), &[strict], &table, &mut |_, row| rows.push(row));
/// assert_eq!(rows, [0, 1, 3]);
/// rows.clear();
/// let known = Query::new(&tests, 1, 1)?; // one may fail, one must be known and hold
/// scan(Level::active(), &[known], &table, &mut |_, row| rows.push(row));
/// assert_eq!(rows, [0, 1, 2]);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn scan(level: Level, queries: &[Query], table: &Table, found: &mut dyn FnMut(usize, usize)) {
    level.assert_present();
    let kernel = match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => avx2::scan,
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => avx512::scan,
        #[cfg(target_arch = "aarch64")]
        Level::Neon => neon::scan::<super::lanes::Neon>,
        _ => scalar::scan,
    };
    run(kernel, queries, table, found);
}

/// Runs a kernel on what was checked.
fn run(kernel: Kernel, queries: &[Query], table: &Table, found: &mut dyn FnMut(usize, usize)) {
    let parts: Vec<Part> = queries.iter().map(|query| Part::new(table, query)).collect();
    kernel(&parts, &mut |query, first, mut rows| {
        while rows != 0 {
            found(query, first + rows.trailing_zeros() as usize);
            rows &= rows - 1;
        }
    });
}

/// The order of the work, the same at all levels: `head` adds up the failures of some blocks in the head and gives a bit
/// for each block that has a row left; `tail` goes on with one of these and gives a bit for each row that passes.
#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn walk(
    parts: &[Part],
    found: Found,
    head: impl Fn(&Part, Range<usize>, &mut [Plane; CHUNK]) -> u32,
    tail: impl Fn(&Part, usize, &Plane) -> u64,
) {
    let mut failures = [Plane::ZERO; CHUNK];
    let blocks = parts.first().map_or(0, |part| part.table.blocks());
    for start in (0..blocks).step_by(CHUNK) {
        let end = blocks.min(start + CHUNK);
        for (q, part) in parts.iter().enumerate() {
            let mut left = head(part, start..end, &mut failures);
            while left != 0 {
                let k = left.trailing_zeros() as usize;
                left &= left - 1;
                let rows = tail(part, start + k, &failures[k]);
                if rows != 0 {
                    found(q, (start + k) * ROWS, rows);
                }
            }
        }
    }
}

#[cfg(test)]
#[path = "planes_tests.rs"]
mod tests;
