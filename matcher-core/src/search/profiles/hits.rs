//! Hits and their order.

use crate::dna::Locus;
use crate::dna::compare::{ProfileComparison, Stringency, Verdict};
use std::cmp::Ordering;

/// How rarely each locus of the probe agrees by chance, as a logarithm to the base 10.
#[derive(Clone, Debug, Default)]
pub(super) struct Rarity(pub(super) Vec<(Locus, f64)>);

impl Rarity {
    /// The sum over the loci that agree.
    pub(super) fn of(&self, comparison: &ProfileComparison) -> f64 {
        let agreeing = comparison.loci.iter().filter(|at| at.verdict == Verdict::Agrees);
        let of_locus =
            |locus: Locus| self.0.iter().find(|(known, _)| *known == locus).map_or(0.0, |(_, log)| *log);
        agreeing.fold(0.0, |sum, at| sum + of_locus(at.locus))
    }
}

/// A profile that agrees under the rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit<'t> {
    pub(super) agreeing: usize,
    pub(super) rarity: f64,
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
        let by_rarity = || self.rarity.total_cmp(&other.rarity);
        let by_equal = || other.equal.cmp(&self.equal);
        let by_name = || self.name.cmp(other.name).then(self.row.cmp(&other.row));
        other.agreeing.cmp(&self.agreeing).then_with(by_rarity).then_with(by_equal).then_with(by_name)
    }
}
