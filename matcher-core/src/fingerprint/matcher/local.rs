//! Local similarity: how alike the neighbourhoods of two minutiae are.
//!
//! # Method
//! Of learned codes the bits that differ: similarity falls from 1 at none to 0 at half of them, where two codes have
//! nothing in common. Of the cylinders' own bits `|a xor b| / (|a| + |b|)`, where `|v|` is the square root of the number
//! of ones (MCC, equation 19, without its masks).
//!
//! # Range and units
//! Distances in whole numbers, so that they sort fast: 0 the same, [`Distances::zero`] and more nothing alike.

use crate::fingerprint::descriptor::{CODE_BITS, Code, Described};
use crate::simd::overlay::LANES;
use crate::simd::{Level, hamming};

/// All distances of two prints: `rows` minutiae of the first, and of the second as many as there are, in whole groups
/// of 16.
pub(super) struct Distances {
    /// Row by row; columns beyond the last minutia are 255.
    pub(super) values: Vec<u8>,
    /// Columns, whole groups of 16.
    pub(super) stride: usize,
    /// From here on nothing is alike.
    pub(super) zero: u8,
}

impl Distances {
    /// Compares every minutia of `first` with every one of `second`.
    pub(super) fn between(level: Level, first: &Described, second: &Described) -> Self {
        let stride = second.len().div_ceil(LANES) * LANES;
        let mut values = vec![u8::MAX; first.len() * stride];
        match (first.code(), second.code()) {
            (Code::Learned(rows), Code::Learned(_)) => {
                hamming::distances(level, rows, second.blocks(), &mut values);
                for row in values.chunks_exact_mut(stride) {
                    row[second.len()..].fill(u8::MAX);
                }
                Self { values, stride, zero: (CODE_BITS / 2) as u8 }
            }
            (Code::Untrained(rows), Code::Untrained(columns)) => {
                for (row, values) in rows.iter().zip(values.chunks_exact_mut(stride)) {
                    for (column, value) in columns.iter().zip(values) {
                        *value = of_bits(row, column);
                    }
                }
                Self { values, stride, zero: u8::MAX }
            }
            // The methods of the two prints differ then, which is refused before.
            _ => Self { values, stride, zero: 0 },
        }
    }

    /// Similarity of a distance, 0 to 1.
    pub(super) fn similarity(&self, distance: u8) -> f32 {
        f32::from(self.zero.saturating_sub(distance)) / f32::from(self.zero.max(1))
    }
}

/// Distance of the bits of two cylinders in 1/255.
fn of_bits(a: &[u64], b: &[u64]) -> u8 {
    let ones = |bits: &mut dyn Iterator<Item = u64>| f64::from(bits.map(u64::count_ones).sum::<u32>());
    let norms = ones(&mut a.iter().copied()).sqrt() + ones(&mut b.iter().copied()).sqrt();
    let differing = ones(&mut a.iter().zip(b).map(|(a, b)| a ^ b)).sqrt();
    if norms == 0.0 { u8::MAX } else { (255.0 * differing / norms).round() as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_of_bits_follows_the_formula() {
        assert_eq!(of_bits(&[0b1111, 0], &[0b1111, 0]), 0);
        assert_eq!(of_bits(&[0b1100], &[0b0011]), 180); // 2 / (2 sqrt 2)
        assert_eq!(of_bits(&[0b1111], &[0b0011]), 106); // sqrt 2 / (2 + sqrt 2)
        assert_eq!(of_bits(&[0], &[0]), 255);
    }

    #[test]
    fn similarity_falls_to_nothing_at_zero() {
        let of = |zero, distance| Distances { values: Vec::new(), stride: 0, zero }.similarity(distance);
        assert_eq!([of(128, 0), of(128, 64), of(128, 128), of(128, 200)], [1.0, 0.5, 0.0, 0.0]);
    }
}
