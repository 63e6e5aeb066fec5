//! Missing persons whom typed relatives part.
//!
//! # Method
//! At a single locus, a person whose two alleles are known tells all that ancestors and descendants could say of each
//! other: which parent gave which allele matters to no child. So in the graph that joins parents with their children
//! and with each other, people whom no path joins but through such persons are independent. That does not hold for linked
//! loci, where it matters which alleles came together; with theta, where the founders are drawn from one urn; nor where an
//! allele may be silent, and two peaks alike may be one.

use super::case::Case;
use super::disjoint::Disjoint;
use crate::dna::kinship::Unit;
use crate::dna::{Genotype, Profile};
use crate::units::Theta;

/// The number of the block of each missing person of a family.
pub(super) fn blocks(case: &Case<'_>, family: usize, unit: &Unit, theta: Theta) -> Vec<usize> {
    let members = &case.members[family];
    let &[locus] = unit.loci() else { return vec![0; members.missing.len()] };
    let silent = case.frequencies.at(locus).is_none_or(|table| table.silent() > 0.0);
    if theta.value() > 0.0 || silent {
        return vec![0; members.missing.len()];
    }
    let known = |profile: &Profile| profile.get(locus).is_some_and(Genotype::is_complete);
    let people = case.families[family].pedigree().people();
    let mut parts = vec![false; people.len()];
    for (place, profile) in &members.relatives {
        parts[*place] = known(profile);
    }
    let mut blocks = Disjoint::new(people.len());
    for (child, person) in people.iter().enumerate() {
        let of_child = [Some(child), person.father(), person.mother()];
        let joined: Vec<usize> = of_child.into_iter().flatten().filter(|&place| !parts[place]).collect();
        joined.windows(2).for_each(|pair| blocks.join(pair[0], pair[1]));
    }
    members.missing.iter().map(|missing| blocks.find(missing.place)).collect()
}
