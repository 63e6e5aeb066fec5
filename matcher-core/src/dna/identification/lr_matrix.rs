//! Every body against every missing person, by itself.
//!
//! # Method
//! The likelihood ratio of a pair is that of the family's typed people and the body, as this missing person against as
//! somebody who is related to nobody in the family. At theta 0 that is a person of the population; with theta the
//! founders of the family and the unrelated person are drawn from one subpopulation. A locus at which the pair is
//! impossible without mutation, and the family by itself is not, is inconsistent. (The R package dvir also counts loci at which
//! the family by itself is impossible: there the body adds nothing, and every body would be excluded by it.)
//!
//! Bodies that share a genotype at a locus are asked about once.

use super::case::Case;
use super::evidence::{Evidence, Pair};
use super::typed::{Strangers, Typed};
use crate::dna::Locus;
use crate::dna::kinship::Model;
use crate::error::{Error, Result};
use crate::units::Log10;
use crate::work::{Threads, Watch};
use ndarray::Array2;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// Whether a body and a missing person are compared, or why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PairState {
    /// They are compared.
    Compared,
    /// They are of different sex: excluded without a look at their loci.
    OtherSex,
    /// No locus was typed both of the body and in the family.
    NoLocusInCommon,
    /// Nobody of the family was typed.
    NobodyTyped,
    /// The family's own profiles cannot be of people so related, mutations included.
    FamilyContradictory,
    /// The prior of the pair is 0.
    ExcludedByPrior,
    /// One of them was identified with another in a step before.
    IdentifiedBefore,
}

impl PairState {
    /// Whether nothing is known of the pair: neither that it is excluded, nor how likely it is.
    pub(super) const fn is_unknown(self) -> bool {
        matches!(self, Self::NoLocusInCommon | Self::NobodyTyped | Self::FamilyContradictory)
    }
}

/// The matrix of one step; bodies by missing persons.
#[derive(Clone)]
pub(super) struct Matrix {
    pub(super) states: Array2<PairState>,
    pub(super) log10_lr: Array2<f64>,
    /// Loci that were typed of the body and of somebody of the family.
    pub(super) loci: Array2<usize>,
    /// The inconsistent units of each pair that has some.
    pub(super) inconsistent: BTreeMap<(usize, usize), Vec<usize>>,
}

impl Matrix {
    /// Takes the numbers of these columns, of pairs that are compared here too.
    fn take(&mut self, other: &Self, columns: Range<usize>) {
        for column in columns {
            for body in 0..self.states.dim().0 {
                let pair = (body, column);
                if self.states[pair] == PairState::Compared {
                    (self.log10_lr[pair], self.loci[pair]) = (other.log10_lr[pair], other.loci[pair]);
                    if let Some(units) = other.inconsistent.get(&pair) {
                        self.inconsistent.insert(pair, units.clone());
                    }
                }
            }
        }
    }

    pub(super) fn inconsistencies(&self, pair: (usize, usize)) -> usize {
        self.inconsistent.get(&pair).map_or(0, Vec::len)
    }
}

/// What the matrix is computed from.
pub(super) struct Pairwise<'c> {
    pub(super) case: &'c Case<'c>,
    pub(super) model: &'c Model,
    pub(super) typed: &'c Typed<'c>,
    /// The same without mutation, where the model has some.
    pub(super) plain: Option<&'c Typed<'c>>,
    pub(super) threads: Threads,
    pub(super) watch: Watch<'c>,
}

/// One question: a locus of a missing person and of all bodies that share a genotype.
struct Question {
    family: usize,
    missing: usize,
    unit: usize,
    body: usize,
}

/// Its answer.
#[derive(Clone, Copy)]
struct Answer {
    log10_lr: f64,
    inconsistent: bool,
}

impl Pairwise<'_> {
    /// How each pair stands before anything is compared.
    pub(super) fn states(
        &self,
        excluded_by_prior: &dyn Fn(usize, usize) -> bool,
    ) -> Result<Array2<PairState>> {
        let case = self.case;
        let units: Vec<usize> = (0..case.units.len()).collect();
        let families: Vec<usize> = (0..case.families.len()).collect();
        let of_family = self.threads.map(&families, |&family| -> Result<Option<PairState>> {
            if case.members[family].typed().all(|profile| profile.loci().is_empty()) {
                return Ok(Some(PairState::NobodyTyped));
            }
            for &unit in &units {
                if self.typed.family(family, unit, &[])?.is_impossible() {
                    return Ok(Some(PairState::FamilyContradictory));
                }
            }
            Ok(None)
        })?;
        let of_family: Vec<Option<PairState>> = of_family.into_iter().collect::<Result<_>>()?;
        let state = |(body, column): (usize, usize)| {
            let (family, missing) = case.person(column);
            let (of_body, of_person) = (case.bodies[body].sex, case.members[family].missing[missing].sex);
            if let Some(state) = of_family[family] {
                state
            } else if of_body.is_some() && of_person.is_some() && of_body != of_person {
                PairState::OtherSex
            } else if self.loci_in_common(body, family, &[]) == 0 {
                PairState::NoLocusInCommon
            } else if excluded_by_prior(body, column) {
                PairState::ExcludedByPrior
            } else {
                PairState::Compared
            }
        };
        Ok(Array2::from_shape_fn((case.bodies.len(), case.missing()), state))
    }

    /// The loci that a body shares with the typed people of a family.
    fn loci_in_common(&self, body: usize, family: usize, fixed: &[Pair]) -> usize {
        let case = self.case;
        let has = |locus: Locus| {
            let before = fixed.iter().map(|&(_, body)| &case.bodies[body].profile);
            case.members[family].typed().chain(before).any(|profile| profile.get(locus).is_some())
        };
        case.bodies[body].profile.loci().iter().filter(|(locus, _)| has(*locus)).count()
    }

    /// The matrix, with these pairs known in each family. Of families in which the same were known, the numbers of the
    /// matrix before are taken.
    pub(super) fn matrix(
        &self,
        states: &Array2<PairState>,
        fixed: &[Vec<Pair>],
        before: Option<(&Matrix, &[Vec<Pair>])>,
    ) -> Result<Matrix> {
        let case = self.case;
        let shape = states.dim();
        let compared = |pair: (usize, usize)| states[pair] == PairState::Compared;
        let families: Vec<usize> = (0..case.families.len()).collect();
        let counter = self.watch.counter(families.len());
        let mut matrix = Matrix {
            log10_lr: Array2::from_shape_fn(shape, |pair| match states[pair] {
                PairState::OtherSex => f64::NEG_INFINITY,
                _ => 0.0,
            }),
            loci: Array2::zeros(shape),
            inconsistent: BTreeMap::new(),
            states: states.clone(),
        };
        for family in families {
            if counter.stops() {
                return Err(Error::Cancelled);
            }
            let columns = case.columns[family]..case.columns[family + 1];
            if let Some((before, known)) = before
                && known[family] == fixed[family]
            {
                matrix.take(before, columns);
                counter.add(1);
                continue;
            }
            let answers = self.family(family, &fixed[family], &compared)?;
            for column in columns {
                for body in (0..case.bodies.len()).filter(|&body| compared((body, column))) {
                    matrix.loci[[body, column]] = self.loci_in_common(body, family, &fixed[family]);
                    let mut log10_lr = 0.0;
                    let mut inconsistent = Vec::new();
                    for unit in 0..case.units.len() {
                        let kind = self.typed.genotype(body, unit);
                        let Some(answer) = answers.get(&(column, unit, kind)) else { continue };
                        log10_lr += answer.log10_lr;
                        if answer.inconsistent {
                            inconsistent.push(unit);
                        }
                    }
                    matrix.log10_lr[[body, column]] = log10_lr;
                    if !inconsistent.is_empty() {
                        matrix.inconsistent.insert((body, column), inconsistent);
                    }
                }
            }
            counter.add(1);
        }
        Ok(matrix)
    }

    /// All that is asked about a family, by column, unit and number of the genotype.
    fn family(
        &self,
        family: usize,
        fixed: &[Pair],
        compared: &dyn Fn((usize, usize)) -> bool,
    ) -> Result<BTreeMap<(usize, usize, u32), Answer>> {
        let case = self.case;
        let mut questions = BTreeMap::new();
        for column in case.columns[family]..case.columns[family + 1] {
            for body in (0..case.bodies.len()).filter(|&body| compared((body, column))) {
                for unit in 0..case.units.len() {
                    let kind = self.typed.genotype(body, unit);
                    if kind != 0 {
                        let missing = column - case.columns[family];
                        questions.entry((column, unit, kind)).or_insert(Question {
                            family,
                            missing,
                            unit,
                            body,
                        });
                    }
                }
            }
        }
        let related =
            if self.model.theta.value() > 0.0 { Some(Strangers::pedigree(case, family)?) } else { None };
        let strangers = Strangers::new(case, family, related.as_ref(), self.model)?;
        let units: Vec<usize> = (0..case.units.len()).collect();
        let without = self.threads.map(&units, |&unit| self.without(family, unit, fixed))?;
        let without: Vec<Without> = without.into_iter().collect::<Result<_>>()?;
        let known = Known { fixed, strangers, without };
        let (keys, questions): (Vec<_>, Vec<Question>) = questions.into_iter().unzip();
        let answers = self.threads.map(&questions, |question| self.answer(question, &known))?;
        keys.into_iter().zip(answers).map(|(key, answer)| Ok((key, answer?))).collect()
    }

    /// A family without the body that is asked about.
    fn without(&self, family: usize, unit: usize, fixed: &[Pair]) -> Result<Without> {
        let log10 = self.typed.family(family, unit, fixed)?;
        let possible_plain = match self.plain {
            None => !log10.is_impossible(),
            Some(plain) => !plain.family(family, unit, fixed)?.is_impossible(),
        };
        Ok(Without { log10, possible_plain })
    }

    fn answer(&self, question: &Question, known: &Known<'_>) -> Result<Answer> {
        let &Question { family, missing, unit, body } = question;
        let without = known.without[unit];
        let mut placed = known.fixed.to_vec();
        placed.push((missing, body));
        placed.sort_unstable();
        let log10 = self.typed.family(family, unit, &placed)?;
        let inconsistent = without.possible_plain
            && match self.plain {
                None => log10.is_impossible(),
                Some(plain) => plain.family(family, unit, &placed)?.is_impossible(),
            };
        if log10.is_impossible() {
            return Ok(Answer { log10_lr: f64::NEG_INFINITY, inconsistent });
        }
        // Possible with the body as a relative, so with one who is none.
        let unrelated = match self.typed.unrelated(&known.strangers, unit, known.fixed, body)? {
            Some(of_the_subpopulation) => of_the_subpopulation,
            None => without.log10 + self.typed.alone(body, unit)?,
        };
        Ok(Answer { log10_lr: log10.value() - unrelated.value(), inconsistent })
    }
}

/// What the questions about a family share.
struct Known<'k> {
    fixed: &'k [Pair],
    strangers: Strangers<'k>,
    /// By unit.
    without: Vec<Without>,
}

/// A family at a unit, with those who are known and nobody more.
#[derive(Clone, Copy)]
struct Without {
    log10: Log10,
    /// Whether it is possible without mutation.
    possible_plain: bool,
}
