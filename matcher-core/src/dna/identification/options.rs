//! What an identification is asked to assume and to do: every number with its unit and its source.

use crate::dna::Sex;
use crate::dna::kinship::Model;
use crate::error::{Error, Result};
use crate::work::{Threads, Watch};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What [`dvi`](super::dvi) assumes and does.
#[derive(Clone, Default)]
pub struct DviOptions<'a> {
    /// Theta, mutation and what becomes of founders who were not typed. It names no drop-out: write `-` for an allele that
    /// may be lost.
    pub model: Model,
    /// What the conclusions ask for.
    pub thresholds: Thresholds,
    /// What is known beside DNA.
    pub prior: Prior,
    /// How much is computed before a case is refused.
    pub limits: Limits,
    /// Takes undisputed pairs as known, with the body's profile as the missing person's, and starts again with the rest
    /// until nothing is undisputed. `false` weighs them as any other pair.
    pub fix_undisputed: bool,
    /// Joins the remains that are one person's beyond the threshold into one body before all else.
    pub merge: bool,
    /// The sex of bodies as it was stated, by id; amelogenin says it too, and must not say otherwise.
    pub sexes: BTreeMap<String, Sex>,
    /// How many threads work. The answer is the same bits for any number.
    pub threads: Threads,
    /// Who watches; progress is told in families.
    pub watch: Watch<'a>,
}

/// What the conclusions ask for; part of the report.
///
/// The defaults are those of the R package dvir (`dviSolve`): an identification by a likelihood ratio of 10,000, and an
/// exclusion by more than two loci. They are customs of laboratories and no law of nature: set what yours has validated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// The least pairwise likelihood ratio of an undisputed pair; at least 1. dvir: 10,000.
    pub undisputed: f64,
    /// How many times the likelihood ratio of every other pair with this body or this missing person it is at least;
    /// at least 1. dvir: 10,000.
    pub rival_factor: f64,
    /// The least generalised likelihood ratio of a match by joint analysis; at least 1. dvir: 10,000.
    pub joint: f64,
    /// Loci that may be inconsistent, mutations not considered, before a pair is excluded and no longer weighed; `None`
    /// excludes only what is impossible under the model. dvir: 2.
    pub inconsistent_loci: Option<usize>,
    /// The least likelihood ratio, one person against two who are not related, at which remains are listed as one
    /// person's; at least 1. This library's choice: 10,000.
    pub same_person: f64,
    /// The same for remains of relatives. This library's choice: 10,000.
    pub relatives: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            undisputed: 1e4,
            rival_factor: 1e4,
            joint: 1e4,
            inconsistent_loci: Some(2),
            same_person: 1e4,
            relatives: 1e4,
        }
    }
}

impl Thresholds {
    pub(super) fn check(&self) -> Result<()> {
        let named = [
            ("undisputed", self.undisputed),
            ("rival_factor", self.rival_factor),
            ("joint", self.joint),
            ("same_person", self.same_person),
            ("relatives", self.relatives),
        ];
        match named.into_iter().find(|(_, value)| !(value.is_finite() && *value >= 1.0)) {
            Some((name, value)) => Err(Error::invalid("thresholds", name, value, "a number of at least 1")),
            None => Ok(()),
        }
    }
}

/// What is known beside DNA of who is whom.
///
/// # Method
/// The prior of an assignment is proportional to the product, over all bodies, of the number of the pair it makes, or of
/// the number of its being nobody's. Only their ratios within a body count.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prior {
    /// Every assignment that is not excluded is as probable as any other.
    #[default]
    Flat,
    /// By pair, for example from age, clothing or place.
    Pairs {
        /// How probable each body (row, as given) is each missing person (column: family by family as given, each in the
        /// order of its list); at least 0. With 0 a pair is not weighed at all.
        pairs: Array2<f64>,
        /// How probable each body is nobody of these families; more than 0.
        nobody: Vec<f64>,
    },
}

impl Prior {
    pub(super) fn check(&self, bodies: usize, missing: usize) -> Result<()> {
        let Self::Pairs { pairs, nobody } = self else { return Ok(()) };
        if pairs.dim() != (bodies, missing) || nobody.len() != bodies {
            let (rows, columns) = pairs.dim();
            return Err(Error::invalid(
                "prior",
                "size",
                format!("{rows} x {columns}, and {} for nobody", nobody.len()),
                format!("{bodies} x {missing}, bodies by missing persons, and {bodies} for nobody"),
            ));
        }
        if let Some(((body, _), value)) =
            pairs.indexed_iter().find(|(_, value)| !(value.is_finite() && **value >= 0.0))
        {
            return Err(Error::invalid(
                "prior",
                format!("a pair of body {body}"),
                value,
                "a number of at least 0",
            ));
        }
        match nobody.iter().enumerate().find(|(_, value)| !(value.is_finite() && **value > 0.0)) {
            Some((body, value)) => {
                let expected = "a number above 0: no evidence changes a prior of 0";
                Err(Error::invalid("prior", format!("body {body} as nobody"), value, expected))
            }
            None => Ok(()),
        }
    }

    /// The logarithm of how much likelier a body is this missing person (by column) than nobody.
    pub(super) fn log10_odds(&self, body: usize, missing: usize) -> f64 {
        match self {
            Self::Flat => 0.0,
            Self::Pairs { pairs, nobody } => libm::log10(pairs[[body, missing]]) - libm::log10(nobody[body]),
        }
    }

    /// The same for these bodies only, by row.
    pub(super) fn of_bodies(&self, rows: &[usize]) -> Self {
        match self {
            Self::Flat => Self::Flat,
            Self::Pairs { pairs, nobody } => Self::Pairs {
                pairs: pairs.select(ndarray::Axis(0), rows),
                nobody: rows.iter().map(|&row| nobody[row]).collect(),
            },
        }
    }
}

/// How much is computed before a case is refused; part of the report. This library's choice, for seconds to minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Pairs: of a body and a missing person, and of two bodies. Beyond, the case is refused.
    pub pairs: usize,
    /// Ways to place bodies on the missing of one family. Beyond, the case is refused.
    pub placements: usize,
    /// Assignments kept of each group of families that share possible bodies. Beyond, the best are kept and a bound on the
    /// probability of all others is part of the report.
    pub assignments: usize,
    /// Steps of the search in each group. Beyond, the case is refused.
    pub steps: u64,
    /// Assignments of everybody that the report lists.
    pub listed: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pairs: 4_000_000, placements: 200_000, assignments: 10_000, steps: 100_000_000, listed: 100 }
    }
}

impl Limits {
    /// Refuses sizes that would take more memory than the case is worth.
    pub(super) fn check(&self, bodies: usize, missing: usize) -> Result<()> {
        let most = bodies.saturating_mul(bodies.max(missing));
        if most <= self.pairs {
            return Ok(());
        }
        let value = format!("{most} ({bodies} bodies, {missing} missing persons)");
        Err(Error::invalid(
            "",
            "number of pairs",
            value,
            format!("at most {}, the limit on pairs", self.pairs),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn numbers_keep_their_range() {
        let wrong = Thresholds { joint: f64::NAN, ..Thresholds::default() };
        assert_eq!(
            wrong.check().unwrap_err().to_string(),
            "thresholds: joint is NaN, expected a number of at least 1"
        );
        let prior = |pairs, nobody: f64| Prior::Pairs { pairs, nobody: vec![nobody] }.check(1, 2);
        assert!(prior(array![[0.0, 0.5]], 0.5).is_ok());
        assert!(prior(array![[0.5]], 0.5).unwrap_err().to_string().contains("1 x 1, and 1 for nobody"));
        assert!(prior(array![[0.5, -0.1]], 0.5).is_err());
        assert!(prior(array![[0.5, f64::INFINITY]], 0.5).is_err());
        assert!(prior(array![[0.5, 0.5]], 0.0).unwrap_err().to_string().contains("no evidence changes"));
    }

    #[test]
    fn only_ratios_count() {
        let prior = Prior::Pairs { pairs: array![[0.0, 5.0], [2.0, 2.0]], nobody: vec![0.5, 2.0] };
        assert_eq!(prior.log10_odds(0, 0), f64::NEG_INFINITY);
        assert_eq!((prior.log10_odds(0, 1), prior.log10_odds(1, 1)), (1.0, 0.0));
        assert_eq!(prior.of_bodies(&[1]).log10_odds(0, 0), 0.0);
        assert_eq!(Prior::Flat.log10_odds(3, 3), 0.0);
    }
}
