//! The probability of a genotype by the formulas of NRC II.

use crate::error::{Error, Result};
use crate::units::Theta;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How theta enters the probability of a genotype.
///
/// # Method
/// With `t` for theta, and `p`, `q` the frequencies:
///
/// | formula | homozygote | heterozygote |
/// |---|---|---|
/// | [`Nrc41`](Self::Nrc41) | `p^2 + p(1-p)t` | `2pq` |
/// | [`Inbreeding`](Self::Inbreeding) | `p^2 + p(1-p)t` | `2pq(1-t)` |
/// | [`Nrc410`](Self::Nrc410) | `[2t+(1-t)p][3t+(1-t)p] / [(1+t)(1+2t)]` | `2[t+(1-t)p][t+(1-t)q] / [(1+t)(1+2t)]` |
///
/// With theta 0 all are Hardy-Weinberg proportions. The first two are the probability of the genotype in a population
/// that consists of subpopulations. The last is that of meeting it in another person of the same subpopulation once it
/// was seen in one: the sampling formula ([`next_allele`](super::next_allele)) applied twice.
///
/// # References
/// National Research Council, *The Evaluation of Forensic DNA Evidence* (NRC II), 1996, recommendation 4.1 and formulas
/// 4.1 and 4.10. D. J. Balding, R. A. Nichols, Forensic Sci Int 64 (1994).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Formula {
    /// NRC II, recommendation 4.1: theta raises homozygotes, and heterozygotes are not lowered.
    Nrc41,
    /// The same with the heterozygotes that such a population has, fewer by theta: never larger than the one above.
    Inbreeding,
    /// NRC II, formula 4.10, conditional on the profile having been seen in the same subpopulation.
    #[default]
    Nrc410,
}

impl Formula {
    /// The probability of the genotype of two alleles with frequencies `p` and `q`, which are different alleles.
    ///
    /// # Range and units
    /// Frequencies and result are 0.0 to 1.0.
    pub fn heterozygote(self, p: f64, q: f64, theta: Theta) -> f64 {
        let (u, v) = (self.factor(p, theta), self.factor(q, theta));
        self.scale(theta) * 2.0 * u * v
    }

    /// The probability of two copies of the allele with frequency `p`.
    ///
    /// # Range and units
    /// Frequency and result are 0.0 to 1.0.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::dna::likelihood::Formula;
    /// use matcher_core::units::Theta;
    /// let theta = Theta::new(0.03)?;
    /// assert!((Formula::Nrc41.homozygote(0.1, theta) - 0.0127).abs() < 1e-15);
    /// assert!(Formula::Nrc410.homozygote(0.1, theta) > 2.0 * Formula::Nrc41.homozygote(0.1, theta));
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    pub fn homozygote(self, p: f64, theta: Theta) -> f64 {
        let t = theta.value();
        match self {
            Self::Nrc41 | Self::Inbreeding => p * p + p * (1.0 - p) * t,
            Self::Nrc410 => {
                let seen = (1.0 - t) * p;
                (2.0 * t + seen) * (3.0 * t + seen) * self.scale(theta)
            }
        }
    }

    /// What each allele of a heterozygote contributes.
    pub(super) fn factor(self, p: f64, theta: Theta) -> f64 {
        let t = theta.value();
        match self {
            Self::Nrc41 | Self::Inbreeding => p,
            Self::Nrc410 => t + (1.0 - t) * p,
        }
    }

    /// What both alleles of a heterozygote are multiplied by, beside 2.
    fn scale(self, theta: Theta) -> f64 {
        let t = theta.value();
        match self {
            Self::Nrc41 => 1.0,
            Self::Inbreeding => 1.0 - t,
            Self::Nrc410 => 1.0 / ((1.0 + t) * (1.0 + 2.0 * t)),
        }
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nrc41 => "4.1",
            Self::Inbreeding => "inbreeding",
            Self::Nrc410 => "4.10",
        })
    }
}

impl FromStr for Formula {
    type Err = Error;

    /// `4.1`, `4.10` or `inbreeding`.
    fn from_str(text: &str) -> Result<Self> {
        [Self::Nrc41, Self::Inbreeding, Self::Nrc410]
            .into_iter()
            .find(|f| f.to_string() == text.trim())
            .ok_or_else(|| {
                let shown: String = text.chars().take(40).collect();
                Error::invalid("", "formula", format!("{shown:?}"), "4.1, 4.10 or inbreeding")
            })
    }
}

impl TryFrom<String> for Formula {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<Formula> for String {
    fn from(formula: Formula) -> Self {
        formula.to_string()
    }
}
