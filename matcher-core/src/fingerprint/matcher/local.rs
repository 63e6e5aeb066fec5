//! Local similarity: how alike the neighbourhoods of two minutiae are.
//!
//! # Method
//! Over the cells that are valid in both cylinders: `1 - |a xor b| / (|a| + |b|)`, where `|v|` is the Euclidean norm of
//! the bits, the square root of their number (MCC, equation 19, on bits).
//!
//! # Range and units
//! Whole numbers of 1/32768: 0 nothing alike or not comparable, 32768 the same.

use super::config::LocalConfig;
use crate::fingerprint::descriptor::Described;

/// One in fixed point: 15 fractional bits.
pub(super) const ONE: u32 = 1 << 15;

/// What local similarity looks up.
#[derive(Clone, Debug)]
pub(super) struct Local {
    /// Square roots of whole numbers, 16 fractional bits.
    roots: Vec<u32>,
    /// Largest difference of directions in 1/65536 of a turn.
    max_direction_difference: u16,
    /// Smallest number of cells valid in both.
    min_common_cells: u32,
}

/// All similarities of two prints: `rows` minutiae of the first, `columns` of the second.
pub(super) struct Similarities {
    pub(super) rows: usize,
    pub(super) columns: usize,
    values: Vec<u16>,
}

impl Similarities {
    pub(super) fn get(&self, row: usize, column: usize) -> u32 {
        u32::from(self.values[row * self.columns + column])
    }

    /// Row by row.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, usize, u32)> {
        let place = |(k, &value): (usize, &u16)| (k / self.columns, k % self.columns, u32::from(value));
        self.values.iter().enumerate().map(place)
    }
}

impl Local {
    pub(super) fn new(config: &LocalConfig, cells: usize, layers: usize) -> Self {
        let steps = config.max_direction_difference * 65536.0 / (2.0 * std::f64::consts::PI);
        Self {
            roots: (0..=cells * layers).map(|n| ((n as u64) << 32).isqrt() as u32).collect(),
            max_direction_difference: steps as u16,
            min_common_cells: (config.min_common_cells * cells as f64).ceil() as u32,
        }
    }

    /// Compares every minutia of `first` with every one of `second`.
    pub(super) fn similarities(&self, first: &Described, second: &Described) -> Similarities {
        let layer_words = first.shape().layer_words;
        let mut values = Vec::with_capacity(first.len() * second.len());
        let totals: Vec<u32> = (0..second.len()).map(|j| ones(second.cylinder(j).0)).collect();
        for (i, a) in first.points().iter().enumerate() {
            let (bits_a, mask_a) = first.cylinder(i);
            let total_a = ones(bits_a);
            for (j, b) in second.points().iter().enumerate() {
                if a.direction.distance(b.direction) > self.max_direction_difference {
                    values.push(0);
                    continue;
                }
                let (bits_b, mask_b) = second.cylinder(j);
                let (common, a_in_b, b_in_a) = common_cells(mask_a, mask_b);
                if common < self.min_common_cells {
                    values.push(0);
                    continue;
                }
                // Bits are set in valid cells only, so most prints need no masking.
                let of_a = if a_in_b { total_a } else { masked_ones(bits_a, mask_b, layer_words) };
                let of_b = if b_in_a { totals[j] } else { masked_ones(bits_b, mask_a, layer_words) };
                values.push(self.similarity(of_a, of_b, both(bits_a, bits_b)) as u16);
            }
        }
        Similarities { rows: first.len(), columns: second.len(), values }
    }

    /// From the numbers of ones in the two and in both.
    fn similarity(&self, of_a: u32, of_b: u32, both: u32) -> u32 {
        let norms = self.roots[of_a as usize] + self.roots[of_b as usize];
        let differing = self.roots[(of_a + of_b - 2 * both) as usize];
        if norms == 0 { 0 } else { ONE - (u64::from(differing) * u64::from(ONE) / u64::from(norms)) as u32 }
    }
}

/// Number of cells valid in both, and whether each print's valid cells are all valid in the other.
fn common_cells(a: &[u64], b: &[u64]) -> (u32, bool, bool) {
    let mut result = (0, true, true);
    for (a, b) in a.iter().zip(b) {
        result.0 += (a & b).count_ones();
        result.1 &= a & !b == 0;
        result.2 &= b & !a == 0;
    }
    result
}

fn ones(bits: &[u64]) -> u32 {
    bits.iter().map(|word| word.count_ones()).sum()
}

fn both(a: &[u64], b: &[u64]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a & b).count_ones()).sum()
}

fn masked_ones(bits: &[u64], mask: &[u64], layer_words: usize) -> u32 {
    bits.chunks_exact(layer_words).map(|layer| both(layer, mask)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similarity_follows_the_formula() {
        let local = Local::new(&LocalConfig::default(), 112, 6);
        let formula = |a: f64, b: f64, both: f64| 1.0 - (a + b - 2.0 * both).sqrt() / (a.sqrt() + b.sqrt());
        for (a, b, both) in [(100, 100, 100), (100, 80, 60), (3, 200, 0), (50, 50, 25)] {
            let got = f64::from(local.similarity(a, b, both)) / f64::from(ONE);
            assert!(
                (got - formula(a as f64, b as f64, both as f64).max(0.0)).abs() < 1e-4,
                "{a} {b} {both}: {got}"
            );
        }
        assert_eq!(local.similarity(0, 0, 0), 0);
    }

    #[test]
    fn masks_are_counted_and_compared() {
        assert_eq!(common_cells(&[0b0111], &[0b0110]), (2, false, true));
        assert_eq!(masked_ones(&[0b1111, 0, 0b1010, 1], &[0b0011, 1], 2), 2 + 1 + 1);
    }
}
