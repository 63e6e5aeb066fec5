//! The base-10 logarithm of a likelihood ratio, where either likelihood may be zero.

use super::Log10;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;

/// How much likelier the evidence is under one hypothesis than under another, as a base-10 logarithm.
///
/// # Range and units
/// A finite number, or one of three values of their own, so that no answer is ever NaN. Written as a number, or as the
/// text `-inf`, `inf` or `undefined`.
///
/// # Examples
/// ```
/// use matcher_core::units::{Log10, Log10Lr};
/// let (likely, rare, never) = (Log10::of(0.1).unwrap(), Log10::of(0.001).unwrap(), Log10::IMPOSSIBLE);
/// assert_eq!(Log10Lr::of(likely, rare).value(), Some(2.0));
/// assert_eq!(Log10Lr::of(never, rare), Log10Lr::Excluded);
/// assert_eq!(Log10Lr::of(rare, never), Log10Lr::Unbounded);
/// assert_eq!(Log10Lr::of(never, never).to_string(), "undefined");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum Log10Lr {
    /// Both hypotheses are possible.
    Finite(f64),
    /// The evidence is impossible under the first hypothesis: the ratio is 0, its logarithm minus infinity.
    Excluded,
    /// The evidence is impossible under the second hypothesis: the ratio has no bound.
    Unbounded,
    /// The evidence is impossible under both: nothing is said about which holds.
    Undefined,
}

impl Log10Lr {
    /// From the logarithms of two likelihoods.
    pub fn of(first: Log10, second: Log10) -> Self {
        match (first.is_impossible(), second.is_impossible()) {
            (false, false) => Self::Finite((first.value() - second.value()).clamp(f64::MIN, f64::MAX) + 0.0),
            (true, false) => Self::Excluded,
            (false, true) => Self::Unbounded,
            (true, true) => Self::Undefined,
        }
    }

    /// The number: minus infinity where the first hypothesis is excluded, infinity where the second is; `None` where both
    /// are.
    pub const fn value(self) -> Option<f64> {
        match self {
            Self::Finite(number) => Some(number),
            Self::Excluded => Some(f64::NEG_INFINITY),
            Self::Unbounded => Some(f64::INFINITY),
            Self::Undefined => None,
        }
    }

    /// The ratio the other way round.
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::Finite(number) => Self::Finite(0.0 - number),
            Self::Excluded => Self::Unbounded,
            Self::Unbounded => Self::Excluded,
            Self::Undefined => Self::Undefined,
        }
    }

    /// The order of ratios, the smallest first; undefined comes before all.
    pub fn total_cmp(self, other: Self) -> Ordering {
        let key = |ratio: Self| (ratio != Self::Undefined, ratio.value().unwrap_or(0.0));
        let (a, b) = (key(self), key(other));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    }
}

impl fmt::Display for Log10Lr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finite(number) => number.fmt(f),
            Self::Excluded => f.write_str("-inf"),
            Self::Unbounded => f.write_str("inf"),
            Self::Undefined => f.write_str("undefined"),
        }
    }
}

/// How a ratio is written: JSON has no infinity.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Text(String),
}

impl From<Log10Lr> for Written {
    fn from(ratio: Log10Lr) -> Self {
        match ratio {
            Log10Lr::Finite(number) => Self::Number(number),
            other => Self::Text(other.to_string()),
        }
    }
}

impl TryFrom<Written> for Log10Lr {
    type Error = crate::error::Error;

    fn try_from(written: Written) -> crate::error::Result<Self> {
        let wrong = |value: &dyn fmt::Display| {
            crate::error::Error::invalid(
                "",
                "log10 LR",
                value,
                "a finite number, \"-inf\", \"inf\" or \"undefined\"",
            )
        };
        match written {
            Written::Number(number) if number.is_finite() => Ok(Self::Finite(number)),
            Written::Number(number) => Err(wrong(&number)),
            Written::Text(text) => [Self::Excluded, Self::Unbounded, Self::Undefined]
                .into_iter()
                .find(|ratio| ratio.to_string() == text)
                .ok_or_else(|| wrong(&format_args!("{text:?}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_way_undoes_the_other() {
        let values = [-3.0, -0.5, f64::NEG_INFINITY].map(|v| Log10::new(v).unwrap());
        for a in values {
            for b in values {
                assert_eq!(Log10Lr::of(a, b).inverse(), Log10Lr::of(b, a));
            }
        }
        assert_eq!(Log10Lr::of(Log10::ONE, Log10::ONE).to_string(), "0");
        let least = Log10::new(f64::MIN).unwrap();
        assert!(
            matches!(Log10Lr::of(least, Log10::new(f64::MAX).unwrap()), Log10Lr::Finite(n) if n.is_finite())
        );
    }

    #[test]
    fn they_have_an_order() {
        let order = [
            Log10Lr::Undefined,
            Log10Lr::Excluded,
            Log10Lr::Finite(-2.0),
            Log10Lr::Finite(7.5),
            Log10Lr::Unbounded,
        ];
        assert!(order.windows(2).all(|pair| pair[0].total_cmp(pair[1]) == Ordering::Less));
    }

    #[test]
    fn written_and_read_back() {
        for ratio in [Log10Lr::Finite(1.5), Log10Lr::Excluded, Log10Lr::Unbounded, Log10Lr::Undefined] {
            let json = serde_json::to_string(&ratio).unwrap();
            assert_eq!(serde_json::from_str::<Log10Lr>(&json).unwrap(), ratio, "{json}");
        }
        assert!(serde_json::from_str::<Log10Lr>("\"nan\"").is_err());
    }
}
