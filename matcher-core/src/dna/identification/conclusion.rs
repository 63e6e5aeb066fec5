//! What is concluded of each body and each missing person.

use super::lr_matrix::{Matrix, PairState};
use super::options::Thresholds;
use super::steps::{Steps, Undisputed, is_excluded};
use crate::units::Log10;
use serde::Serialize;
use std::fmt;

/// What is concluded of a body, or of a missing person; `with` and `best` name the other.
///
/// # Method
/// In this order, each where the one before does not hold:
/// 1. undisputed: a pairwise likelihood ratio of the threshold or more, and no other pair of this body or this missing
///    person within the rival factor;
/// 2. excluded: every pair of which something is known is impossible, inconsistent at more loci than allowed, of another
///    sex, or of prior 0; or nobody left: of those it was not excluded from, all were identified with others before;
/// 3. match by joint analysis: a generalised likelihood ratio of the threshold or more;
/// 4. inconclusive: the best assignment in which it is somebody is more likely than the best in which it is nobody;
/// 5. no match.
///
/// The words are those of the R package dvir, and so are the conclusions on its data sets, with these differences. It says
/// "probable" or "disputed" by pairwise ratios alone where a family misses one person; here the joint analysis decides of
/// all families. It says "no compatible pairings" of somebody who is excluded from all who are left; here the fewest
/// inconsistent loci are told as well. It counts loci at which the family by itself is inconsistent; here they are not
/// held against the body: in its set `exclusionExample`, family F5 has four children of one couple who show three paternal
/// alleles at D18S51, and M5 is excluded by 7 loci or more and not by 8.
///
/// # References
/// M. D. Vigeland, T. Egeland, "Joint DNA-based disaster victim identification", Scientific Reports 11 (2021); the
/// manual of the R package dvir.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "conclusion")]
#[non_exhaustive]
pub enum Conclusion<T> {
    /// A pair beyond the threshold that has no rival.
    Undisputed {
        /// Who it is.
        with: T,
        /// The pairwise likelihood ratio in that step.
        log10_lr: Log10,
        /// The step, from 1; later ones took those before as known.
        step: usize,
    },
    /// A pair that the joint analysis supports against every assignment without it.
    MatchByJoint {
        /// Who it is.
        with: T,
        /// The pairwise likelihood ratio.
        log10_lr: Log10,
        /// The generalised likelihood ratio: the best assignment with the pair against the best without.
        log10_glr: Log10,
    },
    /// Evidence for somebody, short of the thresholds or for more than one.
    Inconclusive {
        /// The best candidates, by the generalised likelihood ratio where it is known: one, or several that are equally good.
        best: Vec<T>,
        /// The pairwise likelihood ratio with the first of them.
        log10_lr: Log10,
        /// The generalised likelihood ratio; `None` where not all assignments were kept and it is not known.
        log10_glr: Option<Log10>,
    },
    /// Nobody is more likely than nobody.
    NoMatch {
        /// The best candidates all the same: one, or several that are equally good.
        best: Vec<T>,
        /// The pairwise likelihood ratio with the first of them.
        log10_lr: Log10,
    },
    /// It is none of those of whom something is known.
    Excluded {
        /// The fewest inconsistent loci among those compared; `None` where nobody was compared. 0 where a pair is impossible
        /// at a locus that counts as no inconsistency: one at which the family by itself needs a mutation.
        fewest_loci: Option<usize>,
        /// How many were compared.
        compared: usize,
        /// With how many of them it is impossible under the model, mutations considered.
        impossible: usize,
        /// How many are of another sex.
        other_sex: usize,
        /// With how many the prior of the pair is 0.
        by_prior: usize,
        /// With how many it could not be compared, and is not excluded from.
        not_compared: usize,
    },
    /// Whoever it was not excluded from was identified with another in a step before, and taken as known.
    NobodyLeft {
        /// The best of them by the pairwise likelihood ratio: one, or several that are equally good.
        best: Vec<T>,
        /// The pairwise likelihood ratio with the first of them, before anybody was taken as known.
        log10_lr: Log10,
        /// With how many it could not be compared, and is not excluded from.
        not_compared: usize,
    },
    /// There is nobody with whom it could be compared.
    NotComparable,
}

impl<T> Conclusion<T> {
    /// The same with others to name.
    pub(super) fn map<U>(self, name: impl Fn(T) -> U) -> Conclusion<U> {
        match self {
            Self::Undisputed { with, log10_lr, step } => {
                Conclusion::Undisputed { with: name(with), log10_lr, step }
            }
            Self::MatchByJoint { with, log10_lr, log10_glr } => {
                Conclusion::MatchByJoint { with: name(with), log10_lr, log10_glr }
            }
            Self::Inconclusive { best, log10_lr, log10_glr } => {
                Conclusion::Inconclusive { best: best.into_iter().map(name).collect(), log10_lr, log10_glr }
            }
            Self::NoMatch { best, log10_lr } => {
                Conclusion::NoMatch { best: best.into_iter().map(name).collect(), log10_lr }
            }
            Self::Excluded { fewest_loci, compared, impossible, other_sex, by_prior, not_compared } => {
                Conclusion::Excluded { fewest_loci, compared, impossible, other_sex, by_prior, not_compared }
            }
            Self::NobodyLeft { best, log10_lr, not_compared } => {
                Conclusion::NobodyLeft { best: best.into_iter().map(name).collect(), log10_lr, not_compared }
            }
            Self::NotComparable => Conclusion::NotComparable,
        }
    }
}

impl<T: fmt::Display> fmt::Display for Conclusion<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undisputed { with, log10_lr, step } => {
                write!(f, "undisputed match with {with} (step {step}; log10 LR {:.2})", log10_lr.value())
            }
            Self::MatchByJoint { with, log10_lr, log10_glr } => write!(
                f,
                "match by joint analysis with {with} (log10 GLR {:.2}; pairwise log10 LR {:.2})",
                log10_glr.value(),
                log10_lr.value()
            ),
            Self::Inconclusive { best, log10_lr, log10_glr } => {
                write!(
                    f,
                    "inconclusive; best candidate {} (pairwise log10 LR {:.2}",
                    any_of(best),
                    log10_lr.value()
                )?;
                match log10_glr {
                    Some(log10_glr) => write!(f, "; log10 GLR {:.2})", log10_glr.value()),
                    None => f.write_str("; GLR not known)"),
                }
            }
            Self::NoMatch { best, log10_lr } => {
                write!(
                    f,
                    "no match; best candidate {} (pairwise log10 LR {:.2})",
                    any_of(best),
                    log10_lr.value()
                )
            }
            Self::Excluded { fewest_loci, compared, impossible, other_sex, by_prior, not_compared } => {
                let mut why = Vec::new();
                if let Some(loci) = fewest_loci {
                    why.push(match (loci, impossible == compared) {
                        (0, true) => "impossible with everybody compared".to_owned(),
                        (0, false) => {
                            "impossible or of too many inconsistent loci with everybody compared".to_owned()
                        }
                        (loci, _) => format!("{loci} or more inconsistent loci with everybody compared"),
                    });
                }
                if *other_sex > 0 {
                    why.push(format!("of another sex than {other_sex}"));
                }
                if *by_prior > 0 {
                    why.push(format!("by the prior from {by_prior}"));
                }
                write!(f, "excluded ({})", why.join("; "))?;
                beside(f, *not_compared)
            }
            Self::NobodyLeft { best, log10_lr, not_compared } => {
                write!(
                    f,
                    "nobody is left; not excluded from {} (pairwise log10 LR {:.2}), but another was taken as known there",
                    any_of(best),
                    log10_lr.value()
                )?;
                beside(f, *not_compared)
            }
            Self::NotComparable => f.write_str("not comparable with anybody"),
        }
    }
}

/// With how many something was not compared, if any.
fn beside(f: &mut fmt::Formatter<'_>, not_compared: usize) -> fmt::Result {
    if not_compared > 0 { write!(f, "; not compared with {not_compared}") } else { Ok(()) }
}

/// Several who are equally good.
fn any_of<T: fmt::Display>(names: &[T]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
}

/// What the joint analysis says of a pair, by body and column.
pub(super) struct JointSays<'j> {
    /// The generalised likelihood ratio, where it is known.
    pub(super) glr: &'j dyn Fn(usize, usize) -> Option<f64>,
    /// Of a body or a column: the best assignment in which it is somebody against the best in which it is nobody.
    pub(super) somebody: &'j dyn Fn(Side, usize) -> Option<f64>,
}

/// Logarithms that differ by less are equal but for rounding.
const AS_GOOD: f64 = 1e-9;

/// Whose conclusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Body,
    Missing,
}

/// The conclusion of a body (by row) or of a missing person (by column); it names the other by number.
pub(super) fn conclude(
    steps: &Steps,
    thresholds: &Thresholds,
    joint: &JointSays<'_>,
    side: Side,
    number: usize,
) -> Conclusion<usize> {
    let own = |pair: &&Undisputed| (if side == Side::Body { pair.body } else { pair.column }) == number;
    if let Some(found) = steps.undisputed.iter().find(own) {
        let with = if side == Side::Body { found.column } else { found.body };
        return Conclusion::Undisputed { with, log10_lr: logarithm(found.log10_lr), step: found.step };
    }
    let pair = |other: usize| if side == Side::Body { (number, other) } else { (other, number) };
    let others = {
        let (bodies, columns) = steps.last.states.dim();
        0..if side == Side::Body { columns } else { bodies }
    };
    let candidates_in = |matrix: &Matrix| -> Vec<usize> {
        let may_be = |other: &usize| {
            matrix.states[pair(*other)] == PairState::Compared
                && !is_excluded(matrix, pair(*other), thresholds)
        };
        others.clone().filter(may_be).collect()
    };
    let at_first = candidates_in(&steps.first);
    // Who was excluded from everybody at first was so by all of them; who is later, by those who are left.
    let matrix = if at_first.is_empty() { &steps.first } else { &steps.last };
    let candidates = candidates_in(matrix);
    if candidates.is_empty() {
        let taken = |other: &usize| matrix.states[pair(*other)] == PairState::IdentifiedBefore;
        let taken: Vec<usize> = at_first.into_iter().filter(taken).collect();
        if let Some(most) =
            taken.iter().map(|&other| steps.first.log10_lr[pair(other)]).max_by(f64::total_cmp)
        {
            let best = |other: &usize| steps.first.log10_lr[pair(*other)] >= most - AS_GOOD;
            return Conclusion::NobodyLeft {
                best: taken.into_iter().filter(best).collect(),
                log10_lr: logarithm(most),
                not_compared: others.filter(|&other| matrix.states[pair(other)].is_unknown()).count(),
            };
        }
        return excluded(matrix, &others.map(pair).collect::<Vec<_>>());
    }
    let lr = |other: usize| matrix.log10_lr[pair(other)];
    let glr = |other: usize| {
        let (body, column) = pair(other);
        (joint.glr)(body, column)
    };
    let best_by = |of: &dyn Fn(usize) -> Option<f64>| -> Vec<usize> {
        let known = |other: usize| of(other).unwrap_or(f64::NEG_INFINITY);
        let most = candidates.iter().map(|&other| known(other)).fold(f64::NEG_INFINITY, f64::max);
        candidates.iter().copied().filter(|&other| known(other) >= most - AS_GOOD).collect()
    };
    let by_lr = best_by(&|other| Some(lr(other)));
    let by_glr = best_by(&glr);
    let best = if by_glr.iter().all(|&other| glr(other).is_some()) { by_glr } else { by_lr.clone() };
    // There are candidates, so there is a best one.
    let (first, first_by_lr) = (best[0], by_lr[0]);
    let (log10_lr, log10_glr) = (logarithm(lr(first)), glr(first).map(logarithm));
    if let Some(log10_glr) = log10_glr
        && log10_glr.value() >= libm::log10(thresholds.joint)
    {
        return Conclusion::MatchByJoint { with: first, log10_lr, log10_glr };
    }
    let somebody = (joint.somebody)(side, number).unwrap_or_else(|| lr(first_by_lr));
    if somebody > 0.0 {
        Conclusion::Inconclusive { best, log10_lr, log10_glr }
    } else {
        Conclusion::NoMatch { best, log10_lr }
    }
}

/// The conclusion where none of these pairs is left.
fn excluded(matrix: &Matrix, pairs: &[(usize, usize)]) -> Conclusion<usize> {
    let count =
        |is: &dyn Fn(PairState) -> bool| pairs.iter().filter(|pair| is(matrix.states[**pair])).count();
    let not_compared = count(&PairState::is_unknown);
    if not_compared == pairs.len() {
        return Conclusion::NotComparable;
    }
    let compared: Vec<(usize, usize)> =
        pairs.iter().copied().filter(|&pair| matrix.states[pair] == PairState::Compared).collect();
    let impossible = |pair: &&(usize, usize)| matrix.log10_lr[**pair] == f64::NEG_INFINITY;
    Conclusion::Excluded {
        fewest_loci: compared.iter().map(|&pair| matrix.inconsistencies(pair)).min(),
        compared: compared.len(),
        impossible: compared.iter().filter(impossible).count(),
        other_sex: count(&|state| state == PairState::OtherSex),
        by_prior: count(&|state| state == PairState::ExcludedByPrior),
        not_compared,
    }
}

/// A logarithm as the type that has no NaN and no plus infinity; there are none here.
pub(super) fn logarithm(log10: f64) -> Log10 {
    Log10::new(log10).unwrap_or(Log10::IMPOSSIBLE)
}
