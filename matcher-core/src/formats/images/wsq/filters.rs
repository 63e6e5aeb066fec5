//! The filter bank of a file: the DTT segment states half of each analysis filter, and the synthesis filters follow.

use crate::error::{Error, Result};

/// The longest filter taken. The filters of all encoders known have 7 to 9 taps; more only cost time.
pub(super) const MAX_TAPS: usize = 32;

/// The filters that join a low and a high half into one signal.
///
/// # Method
/// Of the analysis filters h0 (low) and h1 (high), both symmetric, the file has the right half. The synthesis filters
/// are the other's with alternating signs: f0(n) = (-1)^n h1(n), f1(n) = (-1)^n h0(n). With even lengths h1 and f1 are
/// antisymmetric, and the signs shift by one.
#[derive(Debug, PartialEq)]
pub(super) struct FilterBank {
    /// For the low half.
    pub(super) low: Vec<f32>,
    /// For the high half.
    pub(super) high: Vec<f32>,
    /// Whether lengths are even, which decides how a signal goes on beyond its ends.
    pub(super) even: bool,
}

impl FilterBank {
    /// Taps in the half of a filter that is stated, its middle included.
    pub(super) fn stated(taps: usize) -> usize {
        taps.div_ceil(2)
    }

    /// Refuses lengths that make no filter bank.
    pub(super) fn check_lengths(place: &str, low: usize, high: usize) -> Result<()> {
        let within = (1..=MAX_TAPS).contains(&low) && (1..=MAX_TAPS).contains(&high);
        if within && low % 2 == high % 2 {
            return Ok(());
        }
        let expected = format!("two odd or two even numbers, 1 to {MAX_TAPS}");
        Err(Error::invalid(place, "filter lengths", format!("{low} and {high}"), expected))
    }

    /// From the right halves of the analysis filters, and whether their whole lengths are even.
    pub(super) fn from_analysis(low: &[f32], high: &[f32], even: bool) -> Self {
        if even {
            Self { low: mirror(&alternate(high, 1), 1.0, 0), high: mirror(&alternate(low, 1), -1.0, 0), even }
        } else {
            Self { low: mirror(&alternate(high, 0), 1.0, 1), high: mirror(&alternate(low, 0), 1.0, 1), even }
        }
    }
}

/// Every second value with its sign changed, from the given one on.
fn alternate(half: &[f32], from: usize) -> Vec<f32> {
    half.iter()
        .enumerate()
        .map(|(k, &value)| if (k + from).is_multiple_of(2) { value } else { -value })
        .collect()
}

/// A whole filter from its right half, of which the first `shared` values are the middle and have no twin.
fn mirror(right: &[f32], sign: f32, shared: usize) -> Vec<f32> {
    right.iter().skip(shared).rev().map(|value| sign * value).chain(right.iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn synthesis_filters_follow_from_the_analysis_filters() {
        let odd = FilterBank::from_analysis(&[6.0, 2.0, -1.0], &[5.0, -3.0], false);
        assert_eq!(odd.low, [3.0, 5.0, 3.0]);
        assert_eq!(odd.high, [-1.0, -2.0, 6.0, -2.0, -1.0]);
        // Haar: sums and differences of neighbours.
        let haar = FilterBank::from_analysis(&[0.5], &[-0.5], true);
        assert_eq!((haar.low, haar.high), (vec![0.5, 0.5], vec![0.5, -0.5]));
    }
}
