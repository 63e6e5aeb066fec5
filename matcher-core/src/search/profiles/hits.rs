//! Hits and their order.

use super::options::ProfileOptions;
use crate::Result;
use crate::dna::compare::{ProfileComparison, Stringency, Verdict};
use crate::dna::likelihood::{Formula, LocusProbability, match_probability, next_allele};
use crate::dna::{Frequencies, Genotype, Locus, Profile, Source};
use crate::units::{Log10, Theta};
use std::cmp::Ordering;

/// What each locus of the probe says of chance.
#[derive(Clone, Debug, Default)]
pub(super) struct Rarity(Vec<(Locus, Chance)>);

/// How often a locus is found by chance, as base-10 logarithms.
#[derive(Clone, Copy, Debug)]
struct Chance {
    /// The probe's own genotype: its match probability (NRC II, formula 4.10).
    same: Log10,
    /// Any genotype that agrees with it at the rule's stringency.
    agreeing: Log10,
}

impl Rarity {
    /// The chances at the probe's loci; none without frequencies, and none for a mixture.
    pub(super) fn new(probe: &Profile, stringency: Stringency, options: &ProfileOptions<'_>) -> Result<Self> {
        let Some(frequencies) = options.frequencies.filter(|_| probe.source() == Source::Single) else {
            return Ok(Self::default());
        };
        let probability = match_probability(probe, frequencies, options.theta, Formula::Nrc410)?;
        let mut chances = Vec::with_capacity(probability.per_locus.len());
        for (locus, contribution) in &probability.per_locus {
            let (LocusProbability::Counted(same), Some(genotype)) = (contribution, probe.get(*locus)) else {
                continue;
            };
            let agreeing = agreeing(*locus, genotype, stringency, frequencies, options.theta)?.max(*same);
            let logs = Log10::of(*same).zip(Log10::of(agreeing.min(1.0)));
            chances.extend(logs.map(|(same, agreeing)| (*locus, Chance { same, agreeing })));
        }
        Ok(Self(chances))
    }

    /// The match probability of the probe's genotypes at the loci that agree; `None` where none of them is counted.
    pub(super) fn of(&self, comparison: &ProfileComparison) -> Option<Log10> {
        self.product(comparison, |chance| chance.same)
    }

    /// How often a random person agrees with the probe at these loci, at the rule's stringency.
    pub(super) fn agreeing(&self, comparison: &ProfileComparison) -> Option<Log10> {
        self.product(comparison, |chance| chance.agreeing)
    }

    fn product(&self, comparison: &ProfileComparison, of: impl Fn(&Chance) -> Log10) -> Option<Log10> {
        let agreeing = comparison.loci.iter().filter(|at| at.verdict == Verdict::Agrees);
        let known =
            |locus: Locus| self.0.iter().find(|(known, _)| *known == locus).map(|(_, chance)| of(chance));
        agreeing.filter_map(|at| known(at.locus)).reduce(|product, term| product + term)
    }
}

/// How often the genotype of a random person agrees with this one, given that this one was seen.
///
/// # Method
/// The two alleles of the other person are drawn by the sampling formula of Balding and Nichols after those of the probe.
/// At high stringency they are the probe's; at moderate stringency both are among the two of a heterozygote, or one is
/// the homozygote's (or the only known one); at low stringency one is among the probe's. A genotype with marks or more
/// than two alleles counts as one that agrees with everybody.
fn agreeing(
    locus: Locus,
    genotype: &Genotype,
    stringency: Stringency,
    frequencies: &Frequencies,
    theta: Theta,
) -> Result<f64> {
    let known: Vec<_> = genotype.distinct().iter().filter(|allele| !allele.is_open()).collect();
    let marks = known.iter().any(|allele| !allele.is_designated());
    if known.is_empty() || known.len() > 2 || marks {
        return Ok(1.0);
    }
    let mut p = 0.0;
    for allele in &known {
        p += frequencies.frequency(locus, **allele)?;
    }
    let p = p.min(1.0);
    let seen = if genotype.alleles().iter().any(|allele| allele.is_open()) { 1 } else { 2 };
    let both = || next_allele(p, seen, seen, theta) * next_allele(p, seen + 1, seen + 1, theta);
    let either = || {
        let not_first = 1.0 - next_allele(p, seen, seen, theta);
        1.0 - not_first * (1.0 - next_allele(p, seen, seen + 1, theta))
    };
    Ok(match stringency {
        Stringency::High => 0.0, // the match probability itself, which the caller takes as the least
        Stringency::Moderate if known.len() == 2 => both(),
        Stringency::Moderate | Stringency::Low => either(),
    })
}

/// A profile that agrees under the rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit<'t> {
    pub(super) agreeing: usize,
    /// The match probability at the agreeing loci; 1 where it is not known.
    pub(super) rarity: Log10,
    /// Agreeing loci with the same alleles.
    pub(super) equal: usize,
    pub(super) name: &'t str,
    pub(super) row: usize,
}

impl<'t> Hit<'t> {
    pub(super) fn new(comparison: &ProfileComparison, rarity: &Rarity, name: &'t str, row: usize) -> Self {
        let equal = comparison.loci.iter().filter(|at| at.stringency == Some(Stringency::High)).count();
        Self {
            agreeing: comparison.counts.agreeing,
            rarity: rarity.of(comparison).unwrap_or(Log10::ONE),
            equal,
            name,
            row,
        }
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
