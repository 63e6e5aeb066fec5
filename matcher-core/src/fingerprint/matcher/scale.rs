//! The score's scale: what a fused sum means.
//!
//! # Method
//! `-10 log10` of the share of non-mated comparisons that reach a sum, measured where the model was fitted: 30 is reached
//! by one in a thousand, 40 by one in ten thousand. Between the knots of the measurement the scale is straight; beyond
//! the last it goes on as it went before.
//!
//! # Range and units
//! Scores are multiples of 1/1024 from 0 upwards, and grow strictly with the sum.

use crate::error::{Error, Result};

/// A score of 1 in fixed point.
const ONE: u64 = 1024;
/// No scale needs more knots.
const MAX_KNOTS: usize = 256;
/// Largest number at a knot: products of two then fit in 64 bits.
const MAX_AT_KNOT: u64 = 1 << 31;

/// Knots of a scale: fused sum, score in 1/1024.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::fingerprint) struct Scale {
    knots: Vec<(u64, u64)>,
}

impl Scale {
    /// Takes knots, the first of which is (0, 0).
    ///
    /// # Errors
    /// [`Error::Invalid`] where they do not rise, or the score rises less than the sum: then it would not be strict.
    pub(in crate::fingerprint) fn new(knots: Vec<(u64, u64)>) -> Result<Self> {
        let invalid = |value: String, expected: &str| Error::invalid("scale", "knots", value, expected);
        if knots.first() != Some(&(0, 0)) || !(2..=MAX_KNOTS).contains(&knots.len()) {
            return Err(invalid(
                format!("{} knots", knots.len()),
                "2 to 256 knots, the first of them (0, 0)",
            ));
        }
        for pair in knots.windows(2) {
            let ((sum, score), (next_sum, next_score)) = (pair[0], pair[1]);
            if next_sum > MAX_AT_KNOT || next_score > MAX_AT_KNOT {
                return Err(invalid(format!("({next_sum}, {next_score})"), "numbers up to 2^31"));
            }
            let rises = next_sum > sum && next_score > score;
            if !rises || next_score - score < next_sum - sum {
                let value = format!("({sum}, {score}), ({next_sum}, {next_score})");
                return Err(invalid(value, "scores that rise with the sum, and by no less"));
            }
        }
        Ok(Self { knots })
    }

    /// The score of a fused sum.
    pub(super) fn score(&self, sum: u64) -> f64 {
        let last = self.knots.len() - 1;
        let at = self.knots.partition_point(|&(knot, _)| knot <= sum).clamp(1, last);
        let ((x, from), (next, to)) = (self.knots[at - 1], self.knots[at]);
        let score = from + (sum - x).min(1 << 32) * (to - from) / (next - x);
        score as f64 / ONE as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straight_between_the_knots_and_beyond() {
        let scale = Scale::new(vec![(0, 0), (1000, 10 * ONE), (2000, 40 * ONE)]).unwrap();
        assert_eq!(
            [0, 500, 1000, 1500, 2000, 3000].map(|sum| scale.score(sum)),
            [0.0, 5.0, 10.0, 25.0, 40.0, 70.0]
        );
        assert!((0..5000).all(|sum| scale.score(sum) < scale.score(sum + 1)));
    }

    #[test]
    fn a_scale_that_is_not_strict_is_refused() {
        for knots in
            [vec![], vec![(0, 0)], vec![(0, 1), (5, 9)], vec![(0, 0), (5, 4)], vec![(0, 0), (5, 9), (5, 10)]]
        {
            assert!(Scale::new(knots).is_err());
        }
    }
}
