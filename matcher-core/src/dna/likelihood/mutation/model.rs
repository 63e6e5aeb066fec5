//! The models of mutation and their rates, checked when they are made.

use super::Transform;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How one allele becomes another on the way from a parent to a child.
///
/// A model knows no locus: [`matrix`](Self::matrix) lays it over the alleles of one.
///
/// # Range and units
/// Rates are probabilities a meiosis, 0 to 1. Written as a flat table: `{"model": "stepwise", "rate": 0.002, "rate2":
/// 1e-6, "range": 0.1, "transform": "PR"}` with the names `equal`, `proportional`, `stepwise`, `onestep` and `dawid`; what
/// a model does not have is left out.
///
/// # Examples
/// ```
/// use matcher_core::dna::likelihood::{MutationModel, Transform};
/// let model = MutationModel::stepwise(0.002, 1e-6, 0.1)?;
/// assert_eq!(model.to_string(), "stepwise(rate=0.002, rate2=1e-6, range=0.1)");
/// let model = model.transformed(Some(Transform::PreservedRate));
/// assert_eq!(model.to_string(), "stepwise(rate=0.002, rate2=1e-6, range=0.1) PR");
/// let error = MutationModel::equal(1.5).unwrap_err().to_string();
/// assert_eq!(error, "mutation model equal: rate is 1.5, expected 0 to 1");
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct MutationModel {
    kind: MutationKind,
    transform: Option<Transform>,
}

/// The models.
///
/// # Method
/// `n` alleles with the frequencies `p`; for `j` other than `i` the probability that a parent's allele `i` is `j` in the
/// child:
///
/// | model | `m_ij` | frequencies |
/// |---|---|---|
/// | [`Equal`](Self::Equal) | `rate / (n-1)` | stationary only if all are the same |
/// | [`Proportional`](Self::Proportional) | `rate p_j / sum p_k (1 - p_k)` | reversible |
/// | [`Stepwise`](Self::Stepwise) | in the microgroup: `rate range^d / sum range^d`, `d` whole repeats apart, the sum over the others in the group; to other microgroups: `rate2 / (number of alleles in them)` | not stationary |
/// | [`OneStep`](Self::OneStep) | `rate / 2` to each neighbour, `rate` from the ends | not stationary |
/// | [`Dawid`](Self::Dawid) | `k range^d / p_i` with `k` such that the overall rate is `rate` | reversible |
///
/// A microgroup is the alleles with the same decimal: 8 and 9, or 8.3 and 9.3. An allele alone in its group has no steps to
/// go and mutates with `rate2` only; where there is one group, only with `rate`.
///
/// # Limits
/// With a model that is not stationary a likelihood depends on how many untyped ancestors were written down. The rate of
/// a single allele is `rate` (and `rate2`) in equal, stepwise and one-step; in proportional and Dawid `rate` is the mean
/// over the population.
///
/// # References
/// A. P. Dawid, J. Mortera, V. L. Pascali, D. van Boxel, "Probabilistic expert systems for forensic inference from genetic
/// markers", Scand J Stat 29 (2002) 577-595. T. Egeland, D. Kling, P. Mostad, *Relationship Inference with Familias and R*,
/// 2015. M. D. Vigeland, *Pedigree Analysis in R*, 2021, chapter 5. Details (an allele alone in its group, one group) are
/// those of the R package pedmut 0.9.1, whose matrices are reproduced; papers and books were not at hand.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum MutationKind {
    /// To all others alike.
    Equal {
        /// Probability that an allele mutates.
        rate: f64,
    },
    /// To others as often as they are in the population.
    Proportional {
        /// Probability that an allele drawn from the population mutates.
        rate: f64,
    },
    /// By steps of whole repeats, and seldom to another microgroup.
    Stepwise {
        /// Probability of mutating within the microgroup.
        rate: f64,
        /// Probability of mutating to another microgroup; `rate + rate2` is at most 1.
        rate2: f64,
        /// How many times rarer each further step is: more than 0, at most 1.
        range: f64,
    },
    /// To the neighbours, one repeat up or down.
    OneStep {
        /// Probability that an allele mutates.
        rate: f64,
    },
    /// By steps of whole repeats, reversibly.
    Dawid {
        /// Probability that an allele drawn from the population mutates.
        rate: f64,
        /// How many times rarer each further step is: more than 0, at most 1.
        range: f64,
    },
}

impl MutationKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Equal { .. } => "equal",
            Self::Proportional { .. } => "proportional",
            Self::Stepwise { .. } => "stepwise",
            Self::OneStep { .. } => "onestep",
            Self::Dawid { .. } => "dawid",
        }
    }

    /// The rate that every model has.
    pub(super) const fn rate(self) -> f64 {
        match self {
            Self::Equal { rate }
            | Self::Proportional { rate }
            | Self::Stepwise { rate, .. }
            | Self::OneStep { rate }
            | Self::Dawid { rate, .. } => rate,
        }
    }

    const fn rate2(self) -> Option<f64> {
        match self {
            Self::Stepwise { rate2, .. } => Some(rate2),
            _ => None,
        }
    }

    const fn range(self) -> Option<f64> {
        match self {
            Self::Stepwise { range, .. } | Self::Dawid { range, .. } => Some(range),
            _ => None,
        }
    }

    fn record(self) -> String {
        format!("mutation model {}", self.name())
    }
}

impl MutationModel {
    /// To all others alike.
    ///
    /// # Errors
    /// `rate` is not 0 to 1.
    pub fn equal(rate: f64) -> Result<Self> {
        Self::checked(MutationKind::Equal { rate: unsigned_zero(rate) })
    }

    /// To others as often as they are in the population.
    ///
    /// # Errors
    /// `rate` is not 0 to 1.
    pub fn proportional(rate: f64) -> Result<Self> {
        Self::checked(MutationKind::Proportional { rate: unsigned_zero(rate) })
    }

    /// By steps of whole repeats, each further one `range` times as likely, and with `rate2` to another microgroup.
    ///
    /// # Errors
    /// `rate`, `rate2` or their sum is not 0 to 1, or `range` is not above 0 and at most 1.
    pub fn stepwise(rate: f64, rate2: f64, range: f64) -> Result<Self> {
        let (rate, rate2) = (unsigned_zero(rate), unsigned_zero(rate2));
        Self::checked(MutationKind::Stepwise { rate, rate2, range })
    }

    /// To the neighbours, one repeat up or down.
    ///
    /// # Errors
    /// `rate` is not 0 to 1.
    pub fn one_step(rate: f64) -> Result<Self> {
        Self::checked(MutationKind::OneStep { rate: unsigned_zero(rate) })
    }

    /// By steps of whole repeats, each further one `range` times as likely, reversibly.
    ///
    /// # Errors
    /// `rate` is not 0 to 1, or `range` is not above 0 and at most 1.
    pub fn dawid(rate: f64, range: f64) -> Result<Self> {
        Self::checked(MutationKind::Dawid { rate: unsigned_zero(rate), range })
    }

    fn checked(kind: MutationKind) -> Result<Self> {
        let probability = |field: &str, value: f64| {
            let inside = (0.0..=1.0).contains(&value);
            if inside { Ok(()) } else { Err(Error::invalid(kind.record(), field, value, "0 to 1")) }
        };
        probability("rate", kind.rate())?;
        if let Some(rate2) = kind.rate2() {
            probability("rate2", rate2)?;
            probability("rate + rate2", kind.rate() + rate2)?;
        }
        match kind.range() {
            Some(range) if !(range > 0.0 && range <= 1.0) => {
                Err(Error::invalid(kind.record(), "range", range, "more than 0 and at most 1"))
            }
            _ => Ok(Self { kind, transform: None }),
        }
    }

    /// The same model with another transform, or none.
    #[must_use]
    pub const fn transformed(self, transform: Option<Transform>) -> Self {
        Self { transform, ..self }
    }

    /// The model with its rates.
    pub const fn kind(&self) -> MutationKind {
        self.kind
    }

    /// The transform, where there is one.
    pub const fn transform(&self) -> Option<Transform> {
        self.transform
    }

    /// Whether alleles that nobody was seen to have may be joined into one without changing any likelihood, whichever
    /// they are: in every row but its own, an allele must have the same probability. This is so for equal without a
    /// transform, and for proportional, which no transform changes.
    ///
    /// # Limits
    /// The joined matrix is the full one with columns added up. A call of [`matrix`](Self::matrix) with fewer alleles is
    /// another model: its rate is spread over fewer.
    pub const fn is_always_lumpable(&self) -> bool {
        match self.kind {
            MutationKind::Equal { .. } => self.transform.is_none(),
            MutationKind::Proportional { .. } => true,
            _ => false,
        }
    }

    /// How errors name it.
    pub(super) fn record(&self) -> String {
        let record = self.kind.record();
        self.transform.map_or(record.clone(), |transform| format!("{record} {transform}"))
    }
}

/// -0.0 is 0.0: equal models have equal bits.
fn unsigned_zero(rate: f64) -> f64 {
    rate + 0.0
}

/// A number as short as it can be: `0.002`, `1e-6`.
fn short(number: f64) -> String {
    if number > 0.0 && number < 1e-4 { format!("{number:e}") } else { number.to_string() }
}

impl fmt::Display for MutationModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(rate={}", self.kind.name(), short(self.kind.rate()))?;
        for (name, number) in [("rate2", self.kind.rate2()), ("range", self.kind.range())] {
            if let Some(number) = number {
                write!(f, ", {name}={}", short(number))?;
            }
        }
        f.write_str(")")?;
        self.transform.map_or(Ok(()), |transform| write!(f, " {transform}"))
    }
}

/// The names of the models as they are written.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Name {
    Equal,
    Proportional,
    Stepwise,
    OneStep,
    Dawid,
}

/// How a model is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    model: Name,
    rate: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rate2: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    range: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transform: Option<Transform>,
}

impl From<MutationModel> for Written {
    fn from(MutationModel { kind, transform }: MutationModel) -> Self {
        let model = match kind {
            MutationKind::Equal { .. } => Name::Equal,
            MutationKind::Proportional { .. } => Name::Proportional,
            MutationKind::Stepwise { .. } => Name::Stepwise,
            MutationKind::OneStep { .. } => Name::OneStep,
            MutationKind::Dawid { .. } => Name::Dawid,
        };
        Self { model, rate: kind.rate(), rate2: kind.rate2(), range: kind.range(), transform }
    }
}

impl TryFrom<Written> for MutationModel {
    type Error = Error;

    fn try_from(Written { model, rate, rate2, range, transform }: Written) -> Result<Self> {
        // A number that is missing is given one for now, and missed below.
        let (second, spread) = (rate2.unwrap_or(0.0), range.unwrap_or(1.0));
        let made = match model {
            Name::Equal => Self::equal(rate),
            Name::Proportional => Self::proportional(rate),
            Name::Stepwise => Self::stepwise(rate, second, spread),
            Name::OneStep => Self::one_step(rate),
            Name::Dawid => Self::dawid(rate, spread),
        }?;
        let kind = made.kind;
        for (field, written, has) in
            [("rate2", rate2, kind.rate2().is_some()), ("range", range, kind.range().is_some())]
        {
            match written {
                None if has => return Err(Error::invalid(kind.record(), field, "missing", "a number")),
                Some(number) if !has => {
                    return Err(Error::invalid(
                        kind.record(),
                        field,
                        number,
                        "none: the model has no such number",
                    ));
                }
                _ => {}
            }
        }
        Ok(made.transformed(transform))
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
