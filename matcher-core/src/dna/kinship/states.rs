//! The alleles of one locus as the likelihood sees them: those somebody shows, and the others as few as they may be.
//!
//! An allele that nobody shows matters only through how it mutates. Where that is the same for all such alleles they are
//! one state, which is exact and makes the sums short; where it is not, each stays by itself.

use crate::dna::likelihood::Mutation;
use crate::dna::{Allele, Frequencies, LocusFrequencies};
use crate::error::Result;
use ndarray::Array2;

/// What a table may lack by rounding alone: a locus whose frequencies sum to less has alleles that are not listed.
const ROUNDING: f64 = 1e-3;

/// The states of a gene at one locus.
#[derive(Clone, Debug)]
pub(super) struct States {
    /// The alleles that are states of their own, in the order of alleles.
    alleles: Vec<Allele>,
    /// The frequency of each state: those of the alleles, of the rest, of silent alleles.
    frequencies: Vec<f64>,
    silent: Option<usize>,
    /// How a state of a father becomes one of his child, and of a mother; `None` where nothing mutates.
    transitions: Option<[Transition; 2]>,
}

/// The probability of each state of a child's gene for each state of the parent's gene it is a copy of.
pub(super) type Transition = Vec<f64>;

/// An allele, its frequency, whether somebody shows it, and whether it is a state of its own in any case.
struct Known {
    allele: Allele,
    frequency: f64,
    seen: bool,
    apart: bool,
}

impl States {
    /// The states at a locus where these alleles were seen, and where others are to be told apart though nobody shows them.
    ///
    /// # Errors
    /// A seen allele has no frequency and there is no rule for rare alleles, or the mutation model cannot hold for these
    /// alleles.
    pub(super) fn new(
        frequencies: &Frequencies,
        table: &LocusFrequencies,
        seen: &[Allele],
        apart: &[Allele],
        mutation: Option<Mutation>,
    ) -> Result<Self> {
        let lump = mutation.is_none_or(|mutation| mutation.is_always_lumpable());
        let mut known = known(frequencies, table, seen, apart, mutation.is_none())?;
        let silent = table.silent();
        share(&mut known, silent, table);
        let (kept, rest): (Vec<usize>, Vec<usize>) =
            (0..known.len()).partition(|&at| known[at].apart || !lump);
        let mut states: Vec<f64> = kept.iter().map(|&at| known[at].frequency).collect();
        if !rest.is_empty() {
            states.push(rest.iter().map(|&at| known[at].frequency).sum());
        }
        let silent = (silent > 0.0).then(|| {
            states.push(silent);
            states.len() - 1
        });
        let transitions = match mutation {
            None => None,
            Some(mutation) => {
                let alleles: Vec<Allele> = known.iter().map(|known| known.allele).collect();
                let total: f64 = known.iter().map(|known| known.frequency).sum();
                let shares: Vec<f64> = known.iter().map(|known| known.frequency / total).collect();
                let lumped = |matrix: Array2<f64>| lumped(&matrix, &kept, &rest, silent.is_some());
                let male = lumped(mutation.male.matrix(&alleles, &shares)?);
                let female = if mutation.differs_by_sex() {
                    lumped(mutation.female.matrix(&alleles, &shares)?)
                } else {
                    male.clone()
                };
                Some([male, female])
            }
        };
        let alleles = kept.iter().map(|&at| known[at].allele).collect();
        Ok(Self { alleles, frequencies: states, silent, transitions })
    }

    /// How many states there are.
    pub(super) fn len(&self) -> usize {
        self.frequencies.len()
    }

    /// The frequency of each state.
    pub(super) fn frequencies(&self) -> &[f64] {
        &self.frequencies
    }

    /// The state of silent alleles, where the table has such.
    pub(super) const fn silent(&self) -> Option<usize> {
        self.silent
    }

    /// The state of all alleles that are none of their own, where there are such.
    pub(super) fn rest(&self) -> Option<usize> {
        let shown = self.silent.unwrap_or(self.len());
        (self.alleles.len() < shown).then_some(self.alleles.len())
    }

    /// The states that a designation may be: one, or all that a mark covers. Never the silent one.
    pub(super) fn of(&self, allele: Allele) -> Vec<usize> {
        if allele.is_designated() {
            return self.alleles.binary_search(&allele).into_iter().collect();
        }
        let shown = 0..self.silent.unwrap_or(self.len());
        if allele.is_open() {
            return shown.collect();
        }
        let covered = |&at: &usize| !self.alleles[at].is_open() && allele.may_be(self.alleles[at]);
        (0..self.alleles.len()).filter(covered).collect()
    }

    /// How genes of a father (or of a mother) change on their way to a child; `None` where nothing mutates.
    pub(super) fn transition(&self, mother: bool) -> Option<&[f64]> {
        self.transitions.as_ref().map(|both| &*both[usize::from(mother)])
    }
}

/// All alleles of the table, and those seen that are not in it, in the order of alleles.
fn known(
    frequencies: &Frequencies,
    table: &LocusFrequencies,
    seen: &[Allele],
    apart: &[Allele],
    marks: bool,
) -> Result<Vec<Known>> {
    let is_seen =
        |allele: Allele| seen.iter().any(|&seen| seen == allele || (!seen.is_open() && seen.may_be(allele)));
    let of = |allele: Allele, frequency: f64| {
        let seen = is_seen(allele);
        Known { allele, frequency, seen, apart: seen || apart.contains(&allele) }
    };
    let raised = |&(allele, frequency): &(Allele, f64)| of(allele, frequency.max(table.minimum()));
    let mut known: Vec<Known> = table.alleles().iter().map(raised).collect();
    // A mark may be an allele that was never seen, which is as frequent as the rule says. Without a rule it is none, and
    // nobody knows how it mutates.
    let counts = |allele: &&Allele| allele.is_designated() || (marks && !allele.is_open());
    for &allele in seen.iter().chain(apart).filter(counts) {
        let frequency = if allele.is_designated() {
            frequencies.frequency(table.locus(), allele)?
        } else {
            table.minimum()
        };
        if let Err(at) = known.binary_search_by_key(&allele, |known| known.allele) {
            known.insert(at, of(allele, frequency));
        }
    }
    known.retain(|known| known.frequency > 0.0);
    Ok(known)
}

/// Lets the alleles that nobody shows share what the seen ones leave of 1, in proportion, so that the frequency of an
/// allele in the evidence is the one of the table to the bit.
fn share(known: &mut Vec<Known>, silent: f64, table: &LocusFrequencies) {
    let unlisted = 1.0 - table.sum() - silent;
    if unlisted > ROUNDING {
        known.push(Known { allele: Allele::OFF_LADDER, frequency: unlisted, seen: false, apart: false });
    }
    let sum = |known: &[Known], seen: bool| -> f64 {
        known.iter().filter(|known| known.seen == seen).map(|known| known.frequency).sum()
    };
    let (seen, rest) = (sum(known, true), sum(known, false));
    let left = (1.0 - silent - seen).max(0.0);
    for known in known.iter_mut().filter(|known| !known.seen) {
        known.frequency *= left / rest;
    }
}

/// A mutation matrix over the states: the kept alleles, the rest as one, and silent alleles, which stay silent.
fn lumped(matrix: &Array2<f64>, kept: &[usize], rest: &[usize], silent: bool) -> Transition {
    let size = kept.len() + usize::from(!rest.is_empty()) + usize::from(silent);
    let mut lumped = vec![0.0; size * size];
    // Any allele of the rest stands for all: the model was asked whether they are alike.
    for (row, &from) in kept.iter().chain(rest.first()).enumerate() {
        for (column, &to) in kept.iter().enumerate() {
            lumped[row * size + column] = matrix[[from, to]];
        }
        if !rest.is_empty() {
            lumped[row * size + kept.len()] = rest.iter().map(|&to| matrix[[from, to]]).sum();
        }
    }
    if silent {
        lumped[size * size - 1] = 1.0;
    }
    lumped
}
