//! Adds up, for each row, what a table says of the pair in each column, and reports the rows that reach a cutoff.
//!
//! A column has a table of numbers over all pairs of codes, such as likelihood ratios of a kinship in decimal logarithms.
//! The sum of a row starts at 0 and takes the columns in the order of the query, a plain addition each. So it has the same
//! bits at all levels.
//!
//! # Method
//! A column runs over many blocks before the next one does: so its table stays in the first cache. AVX2 and AVX-512 fetch
//! the numbers with gathers. Mostly a query tells only a few codes apart: those of its own pair, and one for "not known".
//! AVX-512 then looks up in a register, see `prepared.rs`.
//!
//! Every few columns, blocks are left of which no row can reach the cutoff any more, see `bound.rs`.
//!
//! 64-bit Arm has no gather, so the scalar leaf runs there.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod bound;
mod prepared;
mod scalar;

use super::Level;
use super::planes::{ROWS, Table};
use bound::Bounds;
use prepared::Step;
pub use prepared::{Column, LARGEST, Lookup};

/// Blocks that a column runs over before the next one: 2048 rows, whose sums take 8 kB.
const CHUNK: usize = 32;

/// The sums of a block, in the order that suits the level.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Sums([f32; ROWS]);

/// A query and a table that fits it: each byte of a column is below the size of its step.
struct Job<'a> {
    steps: &'a [Step],
    table: &'a Table,
}

impl<'a> Job<'a> {
    /// # Panics
    /// The query does not fit.
    fn new(lookup: &'a Lookup, table: &'a Table) -> Self {
        for step in &lookup.steps {
            let (column, size) = (step.column(), step.size());
            assert!(column < table.columns(), "lookup::scan: column {column} of {}", table.columns());
            let peak = usize::from(table.peak(column));
            assert!(peak < size, "lookup::scan: column {column} has a code {peak} and values for {size}");
        }
        Self { steps: &lookup.steps, table }
    }

    /// The column of a step in a block: the lower and the higher bytes, all below the size of the step.
    #[inline]
    fn codes(&self, step: &Step, block: usize) -> [&'a [u8; ROWS]; 2] {
        self.table.planes(block, step.column()).each_ref().map(|plane| &plane.0)
    }

    /// Which rows of a block are there, a bit each.
    fn present(&self, block: usize) -> u64 {
        match self.table.len() - block * ROWS {
            rows @ 0..ROWS => (1 << rows) - 1,
            _ => u64::MAX,
        }
    }
}

/// Some blocks with their sums, of which those that are left are added to.
struct Chunk {
    first: usize,
    /// A bit for each block that is left.
    live: u32,
    sums: [Sums; CHUNK],
}

impl Chunk {
    /// The blocks that are left, with their sums.
    #[inline]
    fn blocks(&mut self) -> impl Iterator<Item = (usize, &mut Sums)> {
        let mut live = self.live;
        let first = self.first;
        self.sums.iter_mut().enumerate().filter_map(move |(k, sums)| {
            let is_live = live & 1 == 1;
            live >>= 1;
            is_live.then_some((first + k, sums))
        })
    }

    /// Leaves the blocks out for which this says no.
    #[inline]
    fn retain(&mut self, keep: impl Fn(&Sums) -> bool) {
        for (k, sums) in self.sums.iter().enumerate() {
            if self.live >> k & 1 == 1 && !keep(sums) {
                self.live &= !(1 << k);
            }
        }
    }
}

/// Takes a row and its sum, gives the cutoff from there on.
type Found<'a> = &'a mut dyn FnMut(usize, f32) -> f32;

/// Runs a query over a table.
type Kernel = fn(&Job, f32, Found);

/// Calls `found` with the row and the sum for each row whose sum is at least `cutoff`, in ascending order of rows.
///
/// `found` gives the cutoff that counts from there on, so that who wants the best rows only can raise it; a lower one, and
/// NaN, change nothing. With a cutoff of minus infinity all rows are reported, those with a sum of minus infinity too.
///
/// # Panics
/// The table lacks a column of the query, or a column has, or once had, a code that the query has no value for; the cutoff
/// is NaN, or this processor lacks the level.
///
/// # Examples
/// ```
/// use matcher_core::simd::{Level, lookup::{Column, Lookup, scan}, planes::Table};
/// let mut table = Table::new(2, 1)?;
/// for row in [[[1, 0], [1, 1]], [[1, 1], [0, 1]], [[0, 0], [1, 1]]] {
///     table.push(&row);
/// }
/// let lookup = Lookup::new(&[
///     Column { column: 1, size: 2, values: &[0.0, 0.25, 0.0, 0.5] }, // of the pairs [0, 0], [0, 1] and [1, 1]
///     Column { column: 0, size: 2, values: &[0.0, 1.0, 0.0, -3.0] },
/// ])?;
/// let mut rows = Vec::new();
/// scan(Level::active(), &lookup, &table, 0.5, &mut |row, sum| {
///     rows.push((row, sum));
///     0.5
/// });
/// assert_eq!(rows, [(0, 1.5), (2, 0.5)]);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn scan(
    level: Level,
    lookup: &Lookup,
    table: &Table,
    cutoff: f32,
    found: &mut dyn FnMut(usize, f32) -> f32,
) {
    level.assert_present();
    assert!(!cutoff.is_nan(), "lookup::scan: a cutoff that is a number");
    let kernel: Kernel = match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => avx2::scan,
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => avx512::scan,
        _ => scalar::scan,
    };
    kernel(&Job::new(lookup, table), cutoff, found);
}

/// The order of the work, the same at all levels: `add` adds a column to the sums of the blocks that are left; `at_least`
/// gives a bit for each row whose sum is so large; `place` says where the sum of a row stands.
#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn walk(
    job: &Job,
    mut cutoff: f32,
    found: Found,
    add: impl Fn(&Step, &mut Chunk),
    at_least: impl Fn(&Sums, f32) -> u64,
    place: impl Fn(usize) -> usize,
) {
    let mut bounds = Bounds::new(job.steps, cutoff);
    let mut chunk = Chunk { first: 0, live: 0, sums: [Sums([0.0; ROWS]); CHUNK] };
    let blocks = job.table.blocks();
    for first in (0..blocks).step_by(CHUNK) {
        chunk.first = first;
        chunk.live = u32::MAX >> CHUNK.saturating_sub(blocks - first);
        chunk.sums.fill(Sums([0.0; ROWS]));
        bounds.raise(job.steps, cutoff);
        for (k, step) in job.steps.iter().enumerate() {
            if let Some(bound) = bounds.before(k) {
                chunk.retain(|sums| at_least(sums, bound) != 0);
                if chunk.live == 0 {
                    break;
                }
            }
            add(step, &mut chunk);
        }
        for (block, sums) in chunk.blocks() {
            let mut rows = at_least(sums, cutoff) & job.present(block);
            while rows != 0 {
                let row = rows.trailing_zeros() as usize;
                rows &= rows - 1;
                let sum = sums.0[place(row)];
                // A row before it may have raised the cutoff since the block was compared.
                if sum >= cutoff {
                    cutoff = cutoff.max(found(block * ROWS + row, sum));
                }
            }
        }
    }
}

const _: () = assert!(CHUNK == u32::BITS as usize);

#[cfg(test)]
#[path = "lookup_tests.rs"]
mod tests;
