//! Seeded random numbers that are the same bits on every machine and in every later version.
//!
//! The generator is PCG XSL RR 128/64 of `rand_pcg`, whose output is value-stable. The distributions are written out
//! here, because those of the `rand` crates may change with a version. Every finger and every impression has a stream of
//! its own, keyed by a SHA-256 digest of what it is for, so any of them can be made without the others.

use rand_core::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use sha2::{Digest, Sha256};
use std::f64::consts::PI;

/// The greatest mean that [`Stream::poisson`] takes: `exp` of its negative is still a normal number.
const MAX_POISSON_MEAN: f64 = 500.0;

/// A stream of random numbers.
#[derive(Clone)]
pub(crate) struct Stream {
    generator: Pcg64,
}

impl Stream {
    /// The stream for `purpose` with these numbers, of all that `seed` gives.
    ///
    /// # Method
    /// The generator starts from the SHA-256 digest of the purpose, a zero byte, the seed and the numbers, each of
    /// these as 8 bytes with the lowest first. So neighbouring numbers give unrelated streams.
    pub(crate) fn new(seed: u64, purpose: &str, numbers: &[u64]) -> Self {
        let mut digest = Sha256::new();
        digest.update(purpose.as_bytes());
        digest.update([0]);
        digest.update(seed.to_le_bytes());
        for number in numbers {
            digest.update(number.to_le_bytes());
        }
        Self { generator: Pcg64::from_seed(digest.finalize().into()) }
    }

    /// An output of the generator: 64 even bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.generator.next_u64()
    }

    /// Uniform in `0.0 .. 1.0`: the upper 53 bits of an output, times 2^-53.
    pub(crate) fn uniform(&mut self) -> f64 {
        (self.generator.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in `low .. high`.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// Standard normal by Box and Muller (1958): `sqrt(-2 ln(1 - u)) cos(2 pi v)` with `u`, `v` uniform, drawn in this
    /// order; at most 8.6 in size.
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * libm::log(1.0 - self.uniform())).sqrt();
        radius * libm::cos(2.0 * PI * self.uniform())
    }

    /// A whole number in `0 .. n` (0 where `n` is 0): the upper half of an output times `n`; uneven by less than
    /// `n / 2^64`.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.generator.next_u64()) * u128::from(n)) >> 64) as u64
    }

    /// True with probability `p`: a uniform number below `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    /// A Poisson count by multiplying uniform numbers until their product is below `exp(-mean)`; a mean above 500 is
    /// taken for 500, and one that is not positive gives 0.
    pub(crate) fn poisson(&mut self, mean: f64) -> usize {
        let limit = libm::exp(-mean.clamp(0.0, MAX_POISSON_MEAN));
        let mut product = self.uniform();
        let mut count = 0;
        while product > limit {
            product *= self.uniform();
            count += 1;
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> Stream {
        Stream::new(7, "test", &[1, 2])
    }

    fn mean_and_variance(values: impl Iterator<Item = f64>) -> (f64, f64) {
        let values: Vec<f64> = values.collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / values.len() as f64;
        (mean, variance)
    }

    #[test]
    fn the_first_outputs_are_fixed() {
        let mut s = stream();
        let outputs: Vec<u64> = (0..3).map(|_| s.generator.next_u64()).collect();
        // The same as those of an independent implementation of SHA-256, PCG and Box-Muller.
        assert_eq!(
            outputs,
            [10_764_100_437_447_038_366, 16_328_674_602_836_897_968, 2_995_350_800_073_632_014]
        );
        assert_eq!(s.normal().to_bits(), 0xbff0_19c9_b56b_a096);
    }

    #[test]
    fn every_key_gives_its_own_stream() {
        let first = |mut s: Stream| s.generator.next_u64();
        let keys = [
            first(Stream::new(7, "test", &[1, 2])),
            first(Stream::new(8, "test", &[1, 2])),
            first(Stream::new(7, "tesu", &[1, 2])),
            first(Stream::new(7, "test", &[2, 1])),
            first(Stream::new(7, "test", &[1])),
        ];
        assert!((1..keys.len()).all(|i| !keys[..i].contains(&keys[i])));
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut s = stream();
        let (mean, variance) = mean_and_variance((0..40_000).map(|_| s.uniform()));
        assert!((mean - 0.5).abs() < 0.01 && (variance - 1.0 / 12.0).abs() < 0.003);
        let (mean, variance) = mean_and_variance((0..40_000).map(|_| s.normal()));
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.04);
        let (mean, variance) = mean_and_variance((0..40_000).map(|_| s.poisson(5.0) as f64));
        assert!((mean - 5.0).abs() < 0.08 && (variance - 5.0).abs() < 0.25);
        let hits = (0..40_000).filter(|_| s.chance(0.2)).count();
        assert!((7_600..8_400).contains(&hits));
    }

    #[test]
    fn limits_are_kept() {
        let mut s = stream();
        assert!((0..10_000).all(|_| s.below(3) < 3));
        assert_eq!(s.below(0), 0);
        assert_eq!((s.poisson(0.0), s.poisson(-1.0)), (0, 0));
        assert!(s.poisson(f64::MAX) < 1_000);
        assert!((0..10_000).all(|_| (2.0..3.0).contains(&s.between(2.0, 3.0))));
        assert!(!s.chance(0.0) && s.chance(1.0));
    }
}
