//! Rows of small whole numbers times a matrix of signed bytes, exactly.
//!
//! A projection whose signs become bits must give the same sums everywhere. So it is one of integers: unsigned numbers
//! of 7 bits times signed ones of 8, summed in 32 bits, where no order of the sum and no width of a register matters.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(any(target_arch = "aarch64", test))]
mod neon;
mod scalar;

use super::Level;
use super::versions::multiversion;
use crate::error::{Error, Result};

/// The greatest number in a row: two products with weights then fit in 16 bits, which AVX2 needs.
pub const MAX_VALUE: u8 = 127;

/// The most numbers in a row: no sum of so many can leave 32 bits.
pub const MAX_INNER: usize = 1 << 16;

/// Outputs that lie together.
const TILE: usize = 16;

/// The weights of four inputs for 16 outputs, in the order in which the processors multiply and add them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
struct Group([[i8; 4]; TILE]);

/// A matrix of signed bytes, laid out once for all rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weights {
    inner: usize,
    outer: usize,
    /// Tile by tile of 16 outputs, and in each all inputs, four at a time.
    groups: Vec<Group>,
}

impl Weights {
    /// Lays out a matrix that is given row by row: the weight of input `i` for output `o` at `weights[i * outer + o]`.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `inner` is not a multiple of 4 from 4 to [`MAX_INNER`], `outer` not a multiple of 16 from
    /// 16 on, or `weights` has not `inner * outer` entries.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::simd::{Level, product::{Weights, multiply}};
    /// let weights: Vec<i8> = (0..4 * 16).map(|k| if k % 16 == 3 { -2 } else { 1 }).collect();
    /// let weights = Weights::new(4, 16, &weights)?;
    /// let mut out = [0; 16];
    /// multiply(Level::active(), &[1, 2, 3, 4], &weights, &mut out);
    /// assert_eq!(out[..4], [10, 10, 10, -20]);
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    pub fn new(inner: usize, outer: usize, weights: &[i8]) -> Result<Self> {
        let wrong =
            |field, value: usize, expected: &str| Err(Error::invalid("weights", field, value, expected));
        if inner == 0 || !inner.is_multiple_of(4) || inner > MAX_INNER {
            return wrong("inner", inner, "a multiple of 4 from 4 to 65536");
        }
        if outer == 0 || !outer.is_multiple_of(TILE) {
            return wrong("outer", outer, "a multiple of 16 from 16 on");
        }
        if inner.checked_mul(outer) != Some(weights.len()) {
            return wrong("number", weights.len(), &format!("{inner} x {outer}"));
        }
        let group = |tile: usize, four: usize| {
            let weight = |o: usize, i: usize| weights[(4 * four + i) * outer + TILE * tile + o];
            Group(std::array::from_fn(|o| std::array::from_fn(|i| weight(o, i))))
        };
        let tiles = 0..outer / TILE;
        let groups = tiles.flat_map(|tile| (0..inner / 4).map(move |four| group(tile, four))).collect();
        Ok(Self { inner, outer, groups })
    }

    /// Numbers in a row.
    pub fn inner(&self) -> usize {
        self.inner
    }

    /// Sums for a row.
    pub fn outer(&self) -> usize {
        self.outer
    }

    /// The matrix as it was given.
    pub fn rows(&self) -> Vec<i8> {
        let weight = |place: usize| {
            let (i, o) = (place / self.outer, place % self.outer);
            self.groups[o / TILE * (self.inner / 4) + i / 4].0[o % TILE][i % 4]
        };
        (0..self.inner * self.outer).map(weight).collect()
    }
}

/// The products of rows with the weights: `out[row * outer + o]` is the sum over `i` of
/// `rows[row * inner + i] * weight[i][o]`.
///
/// # Range and units
/// Numbers of `rows` are 0 to [`MAX_VALUE`]. The sums are exact.
///
/// # Panics
/// `rows` is not made of whole rows, `out` has not `outer` entries for each, a number is above [`MAX_VALUE`], or this
/// processor lacks the level.
pub fn multiply(level: Level, rows: &[u8], weights: &Weights, out: &mut [i32]) {
    match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => run::<avx2::Avx2, 4, 1>(level, rows, weights, out),
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => run::<avx512::Avx512, 6, 4>(level, rows, weights, out),
        #[cfg(target_arch = "aarch64")]
        Level::Neon => run::<neon::OverLanes<super::lanes::Neon>, 4, 1>(level, rows, weights, out),
        _ => run::<scalar::Scalar, 1, 1>(level, rows, weights, out),
    }
}

multiversion! {
    /// Packs which sums are above their thresholds, 32 to a word: sum `k` is bit `k % 32` of word `k / 32`. What does not
    /// fill a word, or has no threshold, is left out.
    pub fn signs(sums: &[i32], thresholds: &[i32], words: &mut [u32]) = pack;
}

#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn pack(sums: &[i32], thresholds: &[i32], words: &mut [u32]) {
    let (sums, thresholds) = (sums.as_chunks::<32>().0, thresholds.as_chunks::<32>().0);
    for ((word, sums), thresholds) in words.iter_mut().zip(sums).zip(thresholds) {
        let mut bits = [0u32; 32];
        for (k, bit) in bits.iter_mut().enumerate() {
            *bit = u32::from(sums[k] > thresholds[k]) << k;
        }
        *word = bits.into_iter().fold(0, |word, bit| word | bit);
    }
}

/// Four numbers of a row, as they meet four weights.
type Fours = [u8; 4];

/// The sums of a row for the outputs of a tile.
type Sums = [i32; TILE];

/// The innermost loop of a level: the sums of `R` rows for `T` tiles, which stay in registers so that what is loaded
/// is used often. All slices have the same length.
trait Kernel {
    fn block<const R: usize, const T: usize>(rows: [&[Fours]; R], tiles: [&[Group]; T]) -> [[Sums; T]; R];
}

/// Checks, then goes by blocks of `R` rows and `T` tiles, or by one where there are fewer.
fn run<K: Kernel, const R: usize, const T: usize>(
    level: Level,
    rows: &[u8],
    weights: &Weights,
    out: &mut [i32],
) {
    let Weights { inner, outer, .. } = *weights;
    assert!(rows.len().is_multiple_of(inner), "product::multiply: rows of {inner} numbers");
    let n = rows.len() / inner;
    assert_eq!(out.len(), n * outer, "product::multiply: {outer} sums for each row");
    assert!(largest(level, rows) <= MAX_VALUE, "product::multiply: numbers are at most {MAX_VALUE}");
    let rows = rows.as_chunks().0;
    if n < R {
        (0..n).for_each(|row| row_block::<K, 1, T>(rows, row, weights, out));
    } else {
        starts(n, R).for_each(|row| row_block::<K, R, T>(rows, row, weights, out));
    }
}

#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn portable_largest(numbers: &[u8]) -> u8 {
    numbers.iter().fold(0, |largest, number| largest.max(*number))
}

multiversion! {
    /// The largest of some numbers, 0 for none.
    fn largest(numbers: &[u8]) -> u8 = portable_largest;
}

/// `R` rows from `row` on.
fn row_block<K: Kernel, const R: usize, const T: usize>(
    rows: &[Fours],
    row: usize,
    weights: &Weights,
    out: &mut [i32],
) {
    let n = weights.outer / TILE;
    if n < T {
        (0..n).for_each(|tile| block::<K, R, 1>(rows, row, weights, tile, out));
    } else {
        starts(n, T).for_each(|tile| block::<K, R, T>(rows, row, weights, tile, out));
    }
}

/// `R` rows from `row` on, `T` tiles from `tile` on.
fn block<K: Kernel, const R: usize, const T: usize>(
    rows: &[Fours],
    row: usize,
    weights: &Weights,
    tile: usize,
    out: &mut [i32],
) {
    let fours = weights.inner / 4;
    let sums = K::block::<R, T>(
        std::array::from_fn(|r| &rows[(row + r) * fours..][..fours]),
        std::array::from_fn(|t| &weights.groups[(tile + t) * fours..][..fours]),
    );
    for (r, sums) in sums.iter().enumerate() {
        out[(row + r) * weights.outer + tile * TILE..][..T * TILE].copy_from_slice(sums.as_flattened());
    }
}

/// Where blocks of `size` start that cover `n >= size` things: the last one ends with the last thing, and does some of
/// the one before it again.
fn starts(n: usize, size: usize) -> impl Iterator<Item = usize> {
    (0..n).step_by(size).map(move |start| start.min(n - size))
}

#[cfg(test)]
#[path = "product_tests.rs"]
mod tests;
