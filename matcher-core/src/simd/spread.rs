//! Bumps added up on a stack of small grids.
//!
//! A bump is the product of a profile along the rows, one along the columns and one over the layers, so a neighbour
//! costs a few multiplications of 16 lanes each instead of a formula a cell. Whole numbers throughout; sums saturate,
//! and saturating sums of numbers that are not negative do not depend on their order.

use super::Level;
use super::versions::{multiversion, rounded};

/// Rows of a grid.
pub const ROWS: usize = 12;
/// Columns of a grid, as many as there are lanes.
pub const COLUMNS: usize = 16;

/// The grids, row by row, and in each row layer by layer.
pub type Sums<T, const LAYERS: usize> = [[[T; COLUMNS]; LAYERS]; ROWS];

/// One bump: at a row, a column and a layer it adds the product of the three, in 1/65536 twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bump<const LAYERS: usize> {
    /// Profile along the columns, 1 at 65536.
    pub columns: [u16; COLUMNS],
    /// Profile along the rows, 1 at 65536; only the first [`ROWS`] count.
    pub rows: [u16; COLUMNS],
    /// Height in each layer.
    pub layers: [u16; LAYERS],
}

/// Adds up bumps and brings each sum `s` to `127 s / (s + half)`, rounded.
///
/// # Range and units
/// 0 to 127; a sum of 65535 or more counts as 65535.
pub fn saturated(level: Level, bumps: &[Bump<6>], half: u16) -> Sums<u8, 6> {
    // With wider registers the compiler makes 32 bits of the 16 of a product, and the loop takes longer.
    run(if level == Level::Avx512 { Level::Avx2 } else { level }, bumps, half)
}

multiversion! {
    /// See [`saturated`].
    fn run(bumps: &[Bump<6>], half: u16) -> Sums<u8, 6> = portable;
}

#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn portable(bumps: &[Bump<6>], half: u16) -> Sums<u8, 6> {
    let half = f32::from(half);
    let mut small = [[[0; COLUMNS]; 6]; ROWS];
    let mut reaching = Vec::with_capacity(bumps.len() + 1);
    for (row, small) in small.iter_mut().enumerate() {
        // Without a branch for each bump, which no processor could predict.
        reaching.clear();
        reaching.resize(bumps.len() + 1, 0);
        let mut count = 0;
        for (k, bump) in bumps.iter().enumerate() {
            reaching[count] = k;
            count += usize::from(bump.rows[row] > 0);
        }
        // The sums of a row stay in registers over all bumps.
        let mut sums = [[0u16; COLUMNS]; 6];
        for bump in reaching[..count].iter().map(|&k| &bumps[k]) {
            let height = bump.rows[row];
            let profile = bump.columns.map(|column| high(column, height));
            for (sums, &height) in sums.iter_mut().zip(&bump.layers) {
                for (sum, &part) in sums.iter_mut().zip(&profile) {
                    *sum = sum.saturating_add(high(part, height));
                }
            }
        }
        for (small, &sum) in small.as_flattened_mut().iter_mut().zip(sums.as_flattened()) {
            *small = rounded(127.0 * f32::from(sum) / (f32::from(sum) + half)) as u8;
        }
    }
    small
}

/// The upper half of a product.
#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn high(a: u16, b: u16) -> u16 {
    ((u32::from(a) * u32::from(b)) >> 16) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bump() -> impl Strategy<Value = Bump<6>> {
        (any::<[u16; COLUMNS]>(), any::<[u16; COLUMNS]>(), any::<[u16; 6]>())
            .prop_map(|(columns, rows, layers)| Bump { columns, rows, layers })
    }

    proptest! {
        #[test]
        fn every_level_follows_the_formula(bumps in prop::collection::vec(bump(), 0..12), half in 1u16..) {
            let cell = |layer: usize, row: usize, column: usize| {
                let part = |b: &Bump<6>| {
                    let flat = (u64::from(b.columns[column]) * u64::from(b.rows[row])) >> 16;
                    (flat * u64::from(b.layers[layer])) >> 16
                };
                let sum = bumps.iter().map(part).sum::<u64>().min(65535) as f64;
                127.0 * sum / (sum + f64::from(half))
            };
            let first = saturated(Level::Scalar, &bumps, half);
            for (layer, row, column) in [(0, 0, 0), (1, 3, 15), (5, 11, 7), (3, 0, 15)] {
                let got = f64::from(first[row][layer][column]);
                prop_assert!((got - cell(layer, row, column)).abs() <= 0.500_01);
            }
            for level in Level::present() {
                prop_assert_eq!(saturated(level, &bumps, half), first, "{}", level);
            }
        }
    }
}
