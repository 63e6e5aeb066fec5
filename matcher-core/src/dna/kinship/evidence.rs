//! What a genotype says of a person's two genes: how probable it is for each pair of states.

use super::states::States;
use crate::dna::{Allele, Genotype};
use serde::Serialize;
use std::fmt;

/// Why a locus is not part of a likelihood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NotCounted {
    /// It lies on the Y chromosome or says the sex: it is inherited otherwise.
    NotInherited,
    /// The table has no frequencies for it.
    NotInTable,
    /// Nobody has a known allele at it.
    NothingKnown,
    /// Somebody has more than two alleles at it, or a man more than one at a locus on the X chromosome.
    TooManyAlleles,
    /// Somebody who has two copies shows one alone; a lost second allele is written `-`.
    OneCopy,
    /// It lies on the X chromosome, and the sex of somebody in the pedigree is not known.
    SexNotKnown,
    /// A mark such as `9.X` covers no allele of the table, and there is no rule for rare alleles, or alleles
    /// mutate.
    NoneCovered,
    /// It lies on the X chromosome, and the relation does not say through whom it runs.
    LineNotKnown,
}

impl fmt::Display for NotCounted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotInherited => "on the Y chromosome or a marker of sex",
            Self::NotInTable => "not in the frequency table",
            Self::NothingKnown => "no allele is known of anybody",
            Self::TooManyAlleles => "somebody has more alleles than copies",
            Self::OneCopy => "one copy where there are two; a lost allele is written \"-\"",
            Self::SexNotKnown => "on the X chromosome, and the sex of somebody is not known",
            Self::NoneCovered => {
                "a mark covers no allele of the table, and nothing says how frequent others are"
            }
            Self::LineNotKnown => "on the X chromosome, and the relation does not say through whom it runs",
        })
    }
}

/// How many copies of a locus somebody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Copies {
    One,
    Two,
}

/// What is wrong with a genotype of so many copies, if anything.
pub(super) fn check(genotype: &Genotype, copies: Copies) -> Result<(), NotCounted> {
    match (genotype.alleles(), copies) {
        ([_], Copies::Two) => Err(NotCounted::OneCopy),
        ([_, _], Copies::Two) | ([_], Copies::One) => Ok(()),
        ([a, b], Copies::One) if a == b || b.is_open() => Ok(()),
        _ => Err(NotCounted::TooManyAlleles),
    }
}

/// What is known of somebody's genes at a locus: the probability of what was seen, a pair of states.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    /// Indexed `[first][second]`; of one copy `[first]`.
    weights: Vec<f64>,
    size: usize,
}

impl Evidence {
    /// From a genotype of which something is known and that was checked. `dropout` is the probability that an allele was lost.
    pub(super) fn new(genotype: &Genotype, states: &States, copies: Copies, dropout: f64) -> Self {
        let alleles = genotype.alleles();
        let (a, b) = (alleles[0], alleles[alleles.len() - 1]); // the open ones come last
        let size = states.len();
        let first = Set::new(a, states);
        let weights = match copies {
            Copies::One => (0..size).map(|x| if first.has(x) { 1.0 - dropout } else { 0.0 }).collect(),
            Copies::Two => {
                let seen =
                    Seen { second: Set::new(b, states), first, open: b.is_open(), one: a == b, dropout };
                let pairs = (0..size).flat_map(|x| (0..size).map(move |y| (x, y)));
                pairs.map(|(x, y)| seen.probability(x, y, states.silent())).collect()
            }
        };
        Self { weights, size }
    }

    /// Nothing known of two copies.
    pub(super) fn open(states: &States) -> Self {
        Self { weights: vec![1.0; states.len() * states.len()], size: states.len() }
    }

    /// The probability of what was seen, for these states of the two genes.
    pub(super) fn of_pair(&self, x: usize, y: usize) -> f64 {
        self.weights[x * self.size + y]
    }

    /// The same where there is one gene.
    pub(super) fn of_one(&self, x: usize) -> f64 {
        self.weights[x]
    }

    /// The states that a gene may have, whatever the other one has.
    pub(super) fn possible(&self) -> Vec<usize> {
        let width = self.weights.len() / self.size;
        let some = |x: &usize| self.weights[x * width..][..width].iter().any(|&weight| weight > 0.0);
        (0..self.size).filter(some).collect()
    }
}

/// The states that a designation may be.
struct Set(Vec<bool>);

impl Set {
    fn new(allele: Allele, states: &States) -> Self {
        let mut set = vec![false; states.len()];
        states.of(allele).into_iter().for_each(|state| set[state] = true);
        Self(set)
    }

    fn has(&self, state: usize) -> bool {
        self.0[state]
    }
}

/// Two designations as they were seen.
struct Seen {
    first: Set,
    second: Set,
    /// Whether nothing is known of the second.
    open: bool,
    /// Whether both are the same.
    one: bool,
    dropout: f64,
}

impl Seen {
    fn probability(&self, x: usize, y: usize, silent: Option<usize>) -> f64 {
        let shown = |state: usize| Some(state) != silent;
        let first = |state| self.first.has(state);
        let keep = 1.0 - self.dropout;
        if self.open || self.one {
            // One allele was seen. Without a lost one that is a homozygote, or the other allele shows no peak.
            let alike = x == y || (self.first.has(x) && self.first.has(y));
            return match (first(x), first(y)) {
                (false, false) => 0.0,
                (true, true) if alike && !self.open && self.dropout == 0.0 => 1.0,
                (true, true) if self.dropout > 0.0 => 1.0 - self.dropout * self.dropout,
                (true, true) => 1.0,
                (true, false) | (false, true) => {
                    let other = if first(x) { y } else { x };
                    if !shown(other) {
                        keep
                    } else if self.dropout > 0.0 {
                        self.dropout * keep
                    } else {
                        f64::from(u8::from(self.open))
                    }
                }
            };
        }
        let second = |state| self.second.has(state);
        let both = (first(x) && second(y)) || (first(y) && second(x));
        // Two marks may be one allele seen twice, and the other gene silent.
        let one = (first(x) && second(x) && !shown(y)) || (first(y) && second(y) && !shown(x));
        if both {
            keep * keep
        } else if one {
            keep
        } else {
            0.0
        }
    }
}
