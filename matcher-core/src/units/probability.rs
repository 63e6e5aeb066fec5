//! Probabilities of DNA profiles: theta, and logarithms in which impossible is a value of its own.
//!
//! A profile is so rare that its probability leaves no room for another product, and an excluded relationship has the
//! likelihood zero. So such numbers are kept as base-10 logarithms, in a type whose least value says "impossible" and
//! which is never NaN.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// Theta (`F_ST`): how much two alleles drawn from one subpopulation are of common descent, relative to the whole
/// population that the frequencies were estimated in.
///
/// # Range and units
/// A probability, `0.0 <= theta < 1.0`. NRC II (1996) recommends 0.01 for large populations and 0.03 for small isolated
/// ones.
///
/// # Examples
/// ```
/// use matcher_core::units::Theta;
/// assert_eq!(Theta::new(0.01)?.value(), 0.01);
/// assert_eq!(Theta::new(1.0).unwrap_err().to_string(), "theta is 1, expected at least 0 and less than 1");
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Theta(f64);

impl Theta {
    /// No common descent: Hardy-Weinberg proportions.
    pub const ZERO: Self = Self(0.0);

    /// From a number.
    ///
    /// # Errors
    /// It is not at least 0 and less than 1.
    pub fn new(theta: f64) -> Result<Self> {
        if (0.0..1.0).contains(&theta) {
            Ok(Self(theta.abs())) // -0.0 is 0.0: equal values have equal bits
        } else {
            Err(Error::invalid("", "theta", theta, "at least 0 and less than 1"))
        }
    }

    /// The number.
    pub const fn value(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Theta {
    type Error = Error;

    fn try_from(theta: f64) -> Result<Self> {
        Self::new(theta)
    }
}

impl From<Theta> for f64 {
    fn from(theta: Theta) -> Self {
        theta.0
    }
}

impl fmt::Display for Theta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The base-10 logarithm of a probability, a likelihood or a ratio of likelihoods.
///
/// # Range and units
/// A finite number, or minus infinity: [`Log10::IMPOSSIBLE`], the logarithm of 0. Never plus infinity or NaN. It is
/// written as a number, or as the text `-inf`, which is what it displays as.
///
/// # Examples
/// ```
/// use matcher_core::units::Log10;
/// let total: Log10 = [0.01, 0.1].into_iter().filter_map(Log10::of).sum();
/// assert_eq!(total, Log10::new(-3.0).unwrap());
/// assert_eq!(Log10::of(0.0), Some(Log10::IMPOSSIBLE));
/// assert_eq!((total + Log10::IMPOSSIBLE).to_string(), "-inf");
/// assert_eq!(Log10::of(-0.5), None);
/// assert_eq!(serde_json::to_string(&Log10::IMPOSSIBLE)?, "\"-inf\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Log10(f64);

impl Log10 {
    /// The logarithm of 0: excluded, impossible.
    pub const IMPOSSIBLE: Self = Self(f64::NEG_INFINITY);
    /// The logarithm of 1.
    pub const ONE: Self = Self(0.0);

    /// The logarithm of a probability or a ratio; `None` unless it is finite and at least 0.
    pub fn of(number: f64) -> Option<Self> {
        (number.is_finite() && number >= 0.0).then(|| Self::new_or_impossible(libm::log10(number)))
    }

    /// From a logarithm; `None` for plus infinity and NaN.
    pub fn new(log10: f64) -> Option<Self> {
        (log10 < f64::INFINITY).then(|| Self::new_or_impossible(log10))
    }

    fn new_or_impossible(log10: f64) -> Self {
        Self(if log10 == 0.0 { 0.0 } else { log10 }) // -0.0 is 0.0: it displays without a sign
    }

    /// The logarithm; minus infinity where it is impossible.
    pub const fn value(self) -> f64 {
        self.0
    }

    /// Whether this is the logarithm of 0.
    pub fn is_impossible(self) -> bool {
        self.0 == f64::NEG_INFINITY
    }

    /// The number whose logarithm this is: 0 where it is impossible or below 10^-324, infinite above 10^308.
    pub fn number(self) -> f64 {
        libm::exp10(self.0)
    }
}

/// The logarithm of the product. Impossible stays impossible; beyond the range of `f64` the largest number is kept.
impl Add for Log10 {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new_or_impossible((self.0 + other.0).min(f64::MAX))
    }
}

impl AddAssign for Log10 {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// The logarithm of the product of all, added in their order.
impl Sum for Log10 {
    fn sum<I: Iterator<Item = Self>>(logarithms: I) -> Self {
        logarithms.fold(Self::ONE, Add::add)
    }
}

impl Eq for Log10 {}

impl PartialOrd for Log10 {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Log10 {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0) // no NaN and no -0.0, so this is the order of numbers
    }
}

impl fmt::Display for Log10 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How a logarithm is written: JSON has no infinity.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Text(String),
}

impl From<Log10> for Written {
    fn from(log10: Log10) -> Self {
        if log10.is_impossible() { Self::Text("-inf".into()) } else { Self::Number(log10.0) }
    }
}

impl TryFrom<Written> for Log10 {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        let wrong =
            |value: &dyn fmt::Display| Error::invalid("", "log10", value, "a finite number or \"-inf\"");
        match written {
            Written::Number(log10) => Self::new(log10).ok_or_else(|| wrong(&log10)),
            Written::Text(text) if text.eq_ignore_ascii_case("-inf") => Ok(Self::IMPOSSIBLE),
            Written::Text(text) => Err(wrong(&format_args!("{text:?}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn theta_keeps_its_range() {
        for wrong in [-0.1, 1.0, 2.0, f64::NAN, f64::INFINITY, -f64::MIN_POSITIVE] {
            assert!(Theta::new(wrong).is_err(), "{wrong}");
        }
        assert_eq!(Theta::new(-0.0).unwrap().value().to_bits(), 0);
        assert_eq!(serde_json::from_str::<Theta>("0.03").unwrap().to_string(), "0.03");
        assert!(serde_json::from_str::<Theta>("1.5").is_err());
    }

    #[test]
    fn impossible_is_a_value_and_nan_is_none() {
        let (impossible, one) = (Log10::IMPOSSIBLE, Log10::ONE);
        assert_eq!(impossible + impossible, impossible);
        assert_eq!(impossible + Log10::new(f64::MAX).unwrap(), impossible);
        assert!(
            impossible < Log10::new(-1e300).unwrap() && one.number() == 1.0 && impossible.number() == 0.0
        );
        assert!((Log10::new(f64::MAX).unwrap() + Log10::new(f64::MAX).unwrap()).value().is_finite());
        assert_eq!((Log10::new(f64::NAN), Log10::new(f64::INFINITY)), (None, None));
        assert_eq!((Log10::of(f64::NAN), Log10::of(f64::INFINITY)), (None, None));
        assert_eq!(Log10::new(-0.0).unwrap(), Log10::ONE);
        assert_eq!(Log10::of(1.0).unwrap().to_string(), "0");
    }

    #[test]
    fn written_and_read_back() {
        for log10 in [Log10::IMPOSSIBLE, Log10::ONE, Log10::of(1e-30).unwrap()] {
            let json = serde_json::to_string(&log10).unwrap();
            assert_eq!(serde_json::from_str::<Log10>(&json).unwrap(), log10, "{json}");
        }
        assert_eq!(serde_json::from_str::<Log10>("\"-Inf\"").unwrap(), Log10::IMPOSSIBLE);
        assert!(serde_json::from_str::<Log10>("\"inf\"").is_err());
    }
}
