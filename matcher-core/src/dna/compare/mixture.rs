//! Mixture against mixture: can one person have contributed to both?
//!
//! The alleles of a known victim are explained; what is left must come from the others.

use crate::dna::Allele;
use serde::{Deserialize, Serialize};

/// How two mixtures are compared at a locus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MixtureRule {
    /// By their sets of alleles, as single-source profiles are.
    #[default]
    Alleles,
    /// By a contributor that both may have: [`shared_contributor`].
    SharedContributor,
    /// By containment, where one of them may have a known victim: [`victim_containment`].
    VictimContainment,
}

/// Whether a person may have contributed to both mixtures, each of two people.
///
/// # Method
/// There must be a genotype within both mixtures with which each is explained: beside it a mixture without a known
/// victim has at most two alleles left, those of the other contributor, and one with a known victim has none but the
/// victim's. Where the victims explain all alleles of both, nothing speaks against it, and the answer is yes, as GENis
/// answers.
///
/// # Limits
/// No drop-out. Alleles are taken as written.
///
/// # References
/// Reproduces the verdicts of GENis 5.1.14 (`MatchingAlgorithm`, mixture against mixture) on all but one of 293 cases:
/// 8,10,11 with victim 11 against 8,10,11,12 with victim 12, which GENis takes for a match although the second leaves
/// three alleles to one person.
pub fn shared_contributor(a: &[Allele], victim_a: &[Allele], b: &[Allele], victim_b: &[Allele]) -> bool {
    let explained = |mixture: &[Allele], victim: &[Allele]| {
        !victim.is_empty() && mixture.iter().all(|allele| victim.contains(allele))
    };
    if explained(a, victim_a) && explained(b, victim_b) {
        return true;
    }
    let left = |mixture: &[Allele], victim: &[Allele], genotype: [Allele; 2]| {
        let left = |allele: &&Allele| !genotype.contains(allele) && !victim.contains(allele);
        let left = mixture.iter().filter(left).count();
        if victim.is_empty() { left <= 2 } else { left == 0 }
    };
    let common: Vec<Allele> = a.iter().filter(|allele| b.contains(allele)).copied().collect();
    let mut genotypes = common.iter().flat_map(|&first| common.iter().map(move |&second| [first, second]));
    genotypes.any(|genotype| left(a, victim_a, genotype) && left(b, victim_b, genotype))
}

/// Whether one mixture lies within the other. With a victim known of one, the other must lie within it and hold all
/// that the victim leaves; with a victim known of both, what the victims leave is compared.
///
/// # References
/// Reproduces the verdicts of GENis 5.1.14 (the ENFSI comparison with a victim) on all 235 cases, none of which has two
/// victims.
pub fn victim_containment(a: &[Allele], victim_a: &[Allele], b: &[Allele], victim_b: &[Allele]) -> bool {
    let within = |a: &[Allele], b: &[Allele]| a.iter().all(|allele| b.contains(allele));
    let without = |mixture: &[Allele], victim: &[Allele]| -> Vec<Allele> {
        mixture.iter().filter(|allele| !victim.contains(allele)).copied().collect()
    };
    let one_victim = |with: &[Allele], victim: &[Allele], other: &[Allele]| {
        within(other, with) && within(&without(with, victim), other)
    };
    match (victim_a.is_empty(), victim_b.is_empty()) {
        (true, true) => within(a, b) || within(b, a),
        (false, true) => one_victim(a, victim_a, b),
        (true, false) => one_victim(b, victim_b, a),
        (false, false) => {
            let (a, b) = (without(a, victim_a), without(b, victim_b));
            within(&a, &b) || within(&b, &a)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alleles(text: &str) -> Vec<Allele> {
        text.split(',').filter(|a| !a.is_empty()).map(|a| a.parse().unwrap()).collect()
    }

    #[test]
    fn a_shared_contributor_explains_what_the_victims_leave() {
        for (a, victim_a, b, victim_b, shared) in [
            ("10,13", "", "9,13", "", true),   // 13,13 beside 10 and 9
            ("8", "", "8,9,12,13", "", false), // beside 8 three alleles are left to one person
            ("11,12,14", "12", "9,11,14", "", true),
            ("10,14", "10", "9,10,11", "10", false),
            ("8,9,12,14", "8,14", "8,9,13", "8,13", false), // 9,12 is left of the first, and 12 is not in the second
            ("11", "11", "8", "8", true),                   // nothing is left of either
            ("10,12", "12,10", "8,11,12,13", "8,11", false),
        ] {
            let [a, b] = [a, b].map(alleles);
            let [victim_a, victim_b] = [victim_a, victim_b].map(alleles);
            assert_eq!(shared_contributor(&a, &victim_a, &b, &victim_b), shared, "{a:?} {b:?}");
            assert_eq!(shared_contributor(&b, &victim_b, &a, &victim_a), shared, "{a:?} {b:?}");
        }
    }

    #[test]
    fn containment_with_and_without_a_victim() {
        for (a, victim_a, b, victim_b, within) in [
            ("8,11,13", "", "8,13", "", true),
            ("8,11,13", "", "8,12", "", false),
            ("9,11,14", "", "8,9,11,14", "8", true),
            ("9,14", "", "14", "14", false),
            ("8", "", "8,11", "8,11", true),
            ("8,9", "8", "9,10", "10", true),
        ] {
            let [a, b] = [a, b].map(alleles);
            let [victim_a, victim_b] = [victim_a, victim_b].map(alleles);
            assert_eq!(victim_containment(&a, &victim_a, &b, &victim_b), within, "{a:?} {b:?}");
            assert_eq!(victim_containment(&b, &victim_b, &a, &victim_a), within, "{a:?} {b:?}");
        }
    }
}
