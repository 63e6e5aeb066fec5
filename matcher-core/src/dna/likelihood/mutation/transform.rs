//! Transforms: the matrix changed so that it fits the frequencies of the population.

use super::matrix::check_above_zero;
use super::rates::overall_rate;
use super::stationary::stationary_distribution;
use crate::dna::Allele;
use crate::error::{Error, Result};
use ndarray::Array2;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How a mutation matrix is changed to be stationary or reversible for the frequencies of the alleles.
///
/// # Method
/// `m` is the matrix of the model, `p` the frequencies, `r` the overall rate `sum p_i (1 - m_ii)`. For `i` other than `j`:
///
/// | transform | becomes | result |
/// |---|---|---|
/// | [`MetropolisHastings`](Self::MetropolisHastings) | `c min(m_ij, p_j m_ji / p_i)` | reversible |
/// | [`Barker`](Self::Barker) | `c m_ij p_j m_ji / (p_i m_ij + p_j m_ji)` | reversible |
/// | [`PreservedRate`](Self::PreservedRate) | `(p_i m_ij + p_j m_ji) / (2 p_i)` | reversible |
/// | [`Stationary`](Self::Stationary) | `m_ij r v_i / (p_i sum v_k (1 - m_kk))`, where `v = v m` | stationary |
///
/// All four have the overall rate `r`: two by themselves, and for the first two `c` is the number that makes it so. A
/// matrix without mutation stays as it is.
///
/// # Limits
/// Each divides by the frequencies, so none may be 0. Where rare alleles would have to mutate with a probability above 1
/// there is no such matrix: a smaller rate is needed. PM needs that every allele can become every other in some number
/// of generations: a stepwise model with `rate2` 0 and two microgroups has no such transform.
///
/// # References
/// I. Simonsson, P. Mostad, "Stationary mutation models", Forensic Sci Int Genet 23 (2016) 217-225. M. D. Vigeland, T.
/// Egeland, *pedmut: Mutation Models for Pedigree Likelihood Computations*, R package 0.9.1, whose conventions these are,
/// `c` included (there `adjust = TRUE`). The formulas were read in the package's documents, not in the paper.
///
/// # Examples
/// ```
/// use matcher_core::dna::likelihood::Transform;
/// assert_eq!("MH".parse::<Transform>()?, Transform::MetropolisHastings);
/// assert_eq!(Transform::Stationary.to_string(), "PM");
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Transform {
    /// `MH`: of the flows between two alleles, the smaller one both ways.
    #[serde(rename = "MH")]
    MetropolisHastings,
    /// `BA`: half the harmonic mean of the flows between two alleles.
    #[serde(rename = "BA")]
    Barker,
    /// `PR`: the mean of the flows between two alleles.
    #[serde(rename = "PR")]
    PreservedRate,
    /// `PM`: each allele mutates to the same others, faster or slower.
    #[serde(rename = "PM")]
    Stationary,
}

impl Transform {
    /// The moves, off-diagonal probabilities in rows, after this transform; `record` names the model in errors.
    pub(super) fn apply(
        self,
        moves: &Array2<f64>,
        alleles: &[Allele],
        p: &[f64],
        record: &str,
    ) -> Result<Array2<f64>> {
        let rate = overall_rate(moves, p);
        if moves.iter().all(|&probability| probability == 0.0) {
            return Ok(moves.clone());
        }
        check_above_zero(alleles, p, &format!("the transform {self}"), record)?;
        // What goes from one allele to the other, and what comes back.
        let flows = |i: usize, j: usize| (p[i] * moves[[i, j]], p[j] * moves[[j, i]]);
        let changed =
            |by: &dyn Fn(usize, usize) -> f64| Array2::from_shape_fn(moves.dim(), |(i, j)| by(i, j));
        match self {
            Self::MetropolisHastings => {
                Ok(to_rate(changed(&|i, j| moves[[i, j]].min(flows(i, j).1 / p[i])), p, rate))
            }
            Self::Barker => {
                let barker = |i, j| match flows(i, j) {
                    (forth, back) if forth + back > 0.0 => moves[[i, j]] * (back / (forth + back)),
                    _ => 0.0,
                };
                Ok(to_rate(changed(&barker), p, rate))
            }
            Self::PreservedRate => Ok(changed(&|i, j| {
                let (forth, back) = flows(i, j);
                (forth + back) / (2.0 * p[i])
            })),
            Self::Stationary => {
                let v = stationary_distribution(moves).map_err(|apart| {
                    let expected = format!(
                        "some: without a chain of mutations from each allele to each other the transform {self} does \
                         not exist"
                    );
                    let field = format!("way from allele {} to allele {}", alleles[apart], alleles[0]);
                    Error::invalid(record, field, "none", expected)
                })?;
                let at_rest = overall_rate(moves, &v);
                Ok(changed(&|i, j| moves[[i, j]] * (rate * v[i] / (at_rest * p[i]))))
            }
        }
    }
}

/// All moves multiplied so that the overall rate is that of the model.
fn to_rate(moves: Array2<f64>, p: &[f64], rate: f64) -> Array2<f64> {
    let factor = rate / overall_rate(&moves, p);
    moves * factor
}

impl fmt::Display for Transform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MetropolisHastings => "MH",
            Self::Barker => "BA",
            Self::PreservedRate => "PR",
            Self::Stationary => "PM",
        })
    }
}

impl FromStr for Transform {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let all = [Self::MetropolisHastings, Self::Barker, Self::PreservedRate, Self::Stationary];
        all.into_iter().find(|transform| transform.to_string() == text.trim()).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            Error::invalid("", "mutation transform", format!("{shown:?}"), "MH, BA, PR or PM")
        })
    }
}
