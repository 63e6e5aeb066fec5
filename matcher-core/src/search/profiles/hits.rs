//! Hits and their order.

use crate::dna::Locus;
use crate::dna::compare::{ProfileComparison, Verdict};
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
    pub(super) id: &'t str,
    pub(super) row: usize,
}

impl Hit<'_> {
    /// More agreeing loci first, then those that agree more rarely by chance, then the lesser id.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let by_rarity = || self.rarity.total_cmp(&other.rarity);
        let by_id = || self.id.cmp(other.id).then(self.row.cmp(&other.row));
        other.agreeing.cmp(&self.agreeing).then_with(by_rarity).then_with(by_id)
    }
}
