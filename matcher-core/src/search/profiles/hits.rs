//! Hits and their order.

use super::options::ProfileOptions;
use crate::Result;
use crate::dna::compare::{ProfileComparison, Stringency, Verdict};
use crate::dna::likelihood::{Formula, LocusProbability, match_probability};
use crate::dna::{Locus, Profile};
use crate::units::Log10;
use std::cmp::Ordering;

/// How often each locus of the probe agrees by chance.
#[derive(Clone, Debug, Default)]
pub(super) struct Rarity(Vec<(Locus, Log10)>);

impl Rarity {
    /// The match probabilities of the probe's loci (NRC II, formula 4.10); none without frequencies.
    pub(super) fn new(probe: &Profile, options: &ProfileOptions<'_>) -> Result<Self> {
        let Some(frequencies) = options.frequencies else { return Ok(Self::default()) };
        let probability = match_probability(probe, frequencies, options.theta, Formula::Nrc410)?;
        let counted = probability.per_locus.iter().filter_map(|(locus, contribution)| match contribution {
            LocusProbability::Counted(probability) => Some((*locus, Log10::of(*probability)?)),
            LocusProbability::NotCounted(_) => None,
        });
        Ok(Self(counted.collect()))
    }

    /// How often all loci that agree do so by chance: 1 where none of them is counted.
    pub(super) fn of(&self, comparison: &ProfileComparison) -> Log10 {
        let agreeing = comparison.loci.iter().filter(|at| at.verdict == Verdict::Agrees);
        let of_locus = |locus: Locus| self.0.iter().find(|(known, _)| *known == locus).map(|(_, log)| *log);
        agreeing.filter_map(|at| of_locus(at.locus)).fold(Log10::ONE, |product, term| product + term)
    }
}

/// A profile that agrees under the rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit<'t> {
    pub(super) agreeing: usize,
    pub(super) rarity: Log10,
    /// Agreeing loci with the same alleles.
    pub(super) equal: usize,
    pub(super) name: &'t str,
    pub(super) row: usize,
}

impl<'t> Hit<'t> {
    pub(super) fn new(comparison: &ProfileComparison, rarity: &Rarity, name: &'t str, row: usize) -> Self {
        let equal = comparison.loci.iter().filter(|at| at.stringency == Some(Stringency::High)).count();
        Self { agreeing: comparison.counts.agreeing, rarity: rarity.of(comparison), equal, name, row }
    }

    /// More agreeing loci first, then those that agree more rarely by chance, then those with more loci of the same
    /// alleles, then the lesser name.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let by_rarity = || self.rarity.cmp(&other.rarity);
        let by_equal = || other.equal.cmp(&self.equal);
        let by_name = || self.name.cmp(other.name).then(self.row.cmp(&other.row));
        other.agreeing.cmp(&self.agreeing).then_with(by_rarity).then_with(by_equal).then_with(by_name)
    }
}
