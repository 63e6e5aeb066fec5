//! Hits by chance.

use crate::units::Log10;

/// How many hits come by chance alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adventitious {
    /// The expected number.
    pub expected: f64,
    /// The probability of one or more, 0.0 to 1.0.
    pub at_least_one: f64,
}

/// Hits by chance in a search through a database of `n` people, none of whom is the source or a relative of the source.
///
/// # Method
/// `n p` hits are expected for the random match probability `p`, and one or more come with probability `1 - (1-p)^n`,
/// computed as `-expm1(n log1p(-p))`, which keeps all digits of tiny numbers.
///
/// # Limits
/// The people agree or not independently of each other: they are not related. `p` above 1 is taken for 1.
///
/// # References
/// ENFSI DNA Working Group, *DNA-Database Management: Review and Recommendations*.
///
/// # Examples
/// ```
/// use matcher_core::dna::database::in_search;
/// use matcher_core::units::Log10;
/// let hits = in_search(5_000_000, Log10::new(-7.0).expect("a number"));
/// assert!((hits.expected - 0.5).abs() < 1e-12);
/// assert!((hits.at_least_one - 0.393_469).abs() < 1e-6);
/// ```
pub fn in_search(n: u64, match_probability: Log10) -> Adventitious {
    among(n as f64, match_probability.number())
}

/// Hits by chance among all pairs of a database of `n` people who are not related, for the mean probability that two
/// agree ([`mean_match_probability`](super::mean_match_probability)).
///
/// # Method
/// `n(n-1)/2` comparisons. The expected number is exact. The probability of one or more takes the pairs for independent,
/// which they are nearly while agreements are rare; pairs that share a person are not, so it is a little too large.
///
/// # Examples
/// ```
/// use matcher_core::dna::database::in_all_pairs;
/// use matcher_core::units::Log10;
/// let hits = in_all_pairs(1_000_000, Log10::new(-10.0).expect("a number"));
/// assert!((hits.expected - 49.999_95).abs() < 1e-9);
/// ```
pub fn in_all_pairs(n: u64, mean_match_probability: Log10) -> Adventitious {
    among(pairs(n), mean_match_probability.number())
}

/// The number of pairs of `n`.
pub(super) fn pairs(n: u64) -> f64 {
    // Half of an even number in whole numbers, then one rounding.
    (u128::from(n) * u128::from(n.saturating_sub(1)) / 2) as f64
}

fn among(comparisons: f64, probability: f64) -> Adventitious {
    let probability = probability.min(1.0);
    if comparisons == 0.0 {
        return Adventitious { expected: 0.0, at_least_one: 0.0 };
    }
    // log1p(-1) is minus infinity, and expm1 of that -1: certain, as it should be
    let at_least_one = -libm::expm1(comparisons * libm::log1p(-probability));
    Adventitious { expected: comparisons * probability, at_least_one }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiny_and_certain() {
        let tiny = in_search(1_000_000, Log10::new(-25.0).unwrap());
        assert!(
            (tiny.at_least_one / 1e-19 - 1.0).abs() < 1e-12 && (tiny.expected / 1e-19 - 1.0).abs() < 1e-12
        );
        let none = Adventitious { expected: 0.0, at_least_one: 0.0 };
        let certain = in_search(7, Log10::ONE);
        assert_eq!((certain.expected, certain.at_least_one), (7.0, 1.0));
        assert_eq!(in_search(7, Log10::new(3.0).unwrap()), certain);
        assert_eq!((in_search(0, Log10::ONE), in_all_pairs(1, Log10::ONE)), (none, none));
        assert_eq!(in_search(7, Log10::IMPOSSIBLE).expected, 0.0);
        assert_eq!(in_all_pairs(u64::MAX, Log10::IMPOSSIBLE).at_least_one, 0.0);
    }
}
