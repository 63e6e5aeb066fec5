//! The least frequency that an allele is given: one that was seen seldom or never is not therefore impossible.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How the least frequency of an allele follows from the size of the sample.
///
/// # Method
/// With `N` people in the sample, so `2N` alleles:
///
/// | rule | least frequency |
/// |---|---|
/// | [`FiveOver2N`](Self::FiveOver2N) | `5 / 2N` |
/// | [`Weir`](Self::Weir) | `1 - alpha^(1/2N)` |
/// | [`BudowleMonsonChakraborty`](Self::BudowleMonsonChakraborty) | `1 - [1 - (1-alpha)^(1/c)]^(1/2N)` |
/// | [`Fixed`](Self::Fixed) | the number given |
///
/// # Range and units
/// The result is a frequency; where the formula gives more than 1, as `5/2N` does for two people, it is 1.
///
/// # References
/// National Research Council, *The Evaluation of Forensic DNA Evidence* (NRC II), 1996. B. S. Weir, "Matching and
/// partially-matching DNA profiles", J Forensic Sci 49 (2004), and *Genetic Data Analysis*. B. Budowle, K. L. Monson, R.
/// Chakraborty, "Estimating minimum allele frequencies for DNA profile frequency estimates for PCR-based loci", Int J
/// Legal Med 108 (1996). The formulas were taken from the field's common knowledge and not from the papers' pages.
///
/// # Examples
/// ```
/// use matcher_core::dna::RareAllele;
/// let rule: RareAllele = "5/2N".parse()?;
/// assert_eq!(rule.minimum(Some(400), 12)?, 0.0125);
/// assert_eq!("0.001".parse::<RareAllele>()?, RareAllele::Fixed(0.001));
/// assert!(rule.minimum(None, 12).is_err()); // no sample size, no rule
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RareAllele {
    /// As if it had been seen five times.
    FiveOver2N,
    /// The largest frequency at which an allele remains unseen with probability `alpha`.
    Weir {
        /// Probability in 0 to 1, both excluded; usually 0.05.
        alpha: f64,
    },
    /// The same with the risk shared by several alleles.
    BudowleMonsonChakraborty {
        /// Probability in 0 to 1, both excluded; usually 0.05.
        alpha: f64,
        /// `c`, over which the risk is shared: the common alleles of the locus. `None` takes all alleles of the locus in
        /// the table, which are no fewer, so the least frequency is no smaller.
        classes: Option<u32>,
    },
    /// The same for all, more than 0 and at most 1.
    Fixed(f64),
}

/// Usual probability of the rules that have one.
const ALPHA: f64 = 0.05;

impl RareAllele {
    /// Refuses parameters outside their range.
    pub(super) fn check(self) -> Result<()> {
        let open = |name: &str, alpha: f64| {
            let inside = alpha > 0.0 && alpha < 1.0;
            let wrong = || Error::invalid("rare-allele rule", name, alpha, "between 0 and 1, both excluded");
            if inside { Ok(()) } else { Err(wrong()) }
        };
        match self {
            Self::FiveOver2N => Ok(()),
            Self::BudowleMonsonChakraborty { classes: Some(0), .. } => {
                Err(Error::invalid("rare-allele rule", "classes", 0, "1 or more"))
            }
            Self::Weir { alpha } | Self::BudowleMonsonChakraborty { alpha, .. } => open("alpha", alpha),
            Self::Fixed(f) if f > 0.0 && f <= 1.0 => Ok(()),
            Self::Fixed(f) => {
                let expected = "more than 0 and at most 1";
                Err(Error::invalid("rare-allele rule", "fixed frequency", f, expected))
            }
        }
    }

    /// Whether the rule needs the size of the sample.
    pub(super) const fn needs_sample_size(self) -> bool {
        !matches!(self, Self::Fixed(_))
    }

    /// The least frequency at a locus of whose alleles so many were counted (`2N`), of so many kinds.
    ///
    /// # Errors
    /// A parameter is outside its range, or the rule needs a count of alleles and there is none, or it is 0.
    pub fn minimum(self, counted: Option<u64>, kinds: usize) -> Result<f64> {
        self.check()?;
        let counted = match counted {
            Some(counted) if counted > 0 => counted as f64,
            _ if self.needs_sample_size() => {
                let expected = format!("1 or more: the rule {self} needs it");
                return Err(Error::invalid("", "sample size", "not known", expected));
            }
            _ => 0.0,
        };
        // 1 - x^(1/2N), with the logarithm of x
        let unseen = |ln: f64| -libm::expm1(ln / counted);
        let minimum = match self {
            Self::FiveOver2N => 5.0 / counted,
            Self::Weir { alpha } => unseen(libm::log(alpha)),
            Self::BudowleMonsonChakraborty { alpha, classes } => {
                let classes = classes.map_or(kinds.max(1) as f64, f64::from);
                unseen(libm::log(-libm::expm1(libm::log1p(-alpha) / classes)))
            }
            Self::Fixed(f) => f,
        };
        Ok(minimum.min(1.0))
    }
}

impl FromStr for RareAllele {
    type Err = Error;

    /// `5/2N`, `weir`, `budowle` (both with alpha 0.05), or a number.
    fn from_str(text: &str) -> Result<Self> {
        let rule = match text.trim().to_ascii_lowercase().as_str() {
            "5/2n" => Self::FiveOver2N,
            "weir" => Self::Weir { alpha: ALPHA },
            "budowle" => Self::BudowleMonsonChakraborty { alpha: ALPHA, classes: None },
            number => Self::Fixed(number.parse().map_err(|_| {
                let shown: String = text.chars().take(40).collect();
                let expected = "5/2N, weir, budowle or a frequency";
                Error::invalid("", "rare-allele rule", format!("{shown:?}"), expected)
            })?),
        };
        rule.check().map(|()| rule)
    }
}

impl fmt::Display for RareAllele {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FiveOver2N => f.write_str("5/2N"),
            Self::Weir { alpha } => write!(f, "Weir, alpha {alpha}"),
            Self::BudowleMonsonChakraborty { alpha, classes } => {
                write!(f, "Budowle-Monson-Chakraborty, alpha {alpha}, c ")?;
                match classes {
                    Some(classes) => write!(f, "{classes}"),
                    None => f.write_str("the alleles of the locus"),
                }
            }
            Self::Fixed(frequency) => write!(f, "at least {frequency}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
    }

    #[test]
    fn formulas_by_hand() {
        let rule = |rule: RareAllele, kinds| rule.minimum(Some(2), kinds).unwrap();
        // 2N = 2, so the roots are square roots.
        close(rule(RareAllele::Weir { alpha: 0.25 }, 9), 0.5);
        let shared = |classes| RareAllele::BudowleMonsonChakraborty { alpha: 0.75, classes };
        // (1 - 0.75)^(1/2) = 0.5, and the square root of that
        close(rule(shared(Some(2)), 9), 1.0 - 0.5f64.sqrt());
        close(rule(shared(None), 2), 1.0 - 0.5f64.sqrt());
        // one class: 1 - (1 - 0.75) = 0.75
        close(rule(shared(None), 1), rule(RareAllele::Weir { alpha: 0.75 }, 1));
        assert_eq!(rule(RareAllele::FiveOver2N, 9), 1.0);
        assert_eq!(RareAllele::Fixed(0.01).minimum(None, 0).unwrap(), 0.01);
        // For large samples Weir's rule comes near 3/2N.
        let weir: RareAllele = "weir".parse().unwrap();
        assert!((weir.minimum(Some(20_000), 5).unwrap() * 20_000.0 - 2.9957).abs() < 0.001);
    }

    #[test]
    fn text_and_ranges() {
        assert_eq!(
            "budowle".parse::<RareAllele>().unwrap().to_string().split(',').next(),
            Some("Budowle-Monson-Chakraborty")
        );
        for wrong in ["", "0", "1.5", "-1", "NaN", "5/N"] {
            assert!(wrong.parse::<RareAllele>().is_err(), "{wrong}");
        }
        for alpha in [0.0, 1.0, f64::NAN] {
            assert!(RareAllele::Weir { alpha }.minimum(Some(2), 2).is_err());
            assert!(
                RareAllele::BudowleMonsonChakraborty { alpha, classes: None }.minimum(Some(2), 2).is_err()
            );
        }
        let error = RareAllele::FiveOver2N.minimum(Some(0), 2).unwrap_err().to_string();
        assert_eq!(error, "sample size is not known, expected 1 or more: the rule 5/2N needs it");
    }
}
