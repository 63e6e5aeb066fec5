//! Families and bodies that have to do with each other.
//!
//! Families that no body could belong to both of are independent: what is true of one says nothing of the other, and
//! the probability of an assignment is the product over such groups.

use super::Weighed;
use crate::dna::identification::disjoint::Disjoint;

/// Families that share possible bodies, directly or through others, in their order; with these bodies.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    pub(super) families: Vec<usize>,
    pub(super) bodies: Vec<usize>,
}

/// The groups of families that have a placement of somebody, by their first family.
pub(super) fn groups(families: &[Vec<Weighed>], bodies: usize) -> Vec<Group> {
    let used = |family: &[Weighed]| {
        let mut used = vec![false; bodies];
        family.iter().flat_map(|placement| &placement.pairs).for_each(|&(_, body)| used[body] = true);
        used
    };
    let mut sets = Disjoint::new(families.len());
    let mut first_of: Vec<Option<usize>> = vec![None; bodies];
    for (family, placements) in families.iter().enumerate() {
        for (body, _) in used(placements).into_iter().enumerate().filter(|(_, used)| *used) {
            sets.join(family, *first_of[body].get_or_insert(family));
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut group_of = vec![None; families.len()];
    for (family, placements) in families.iter().enumerate() {
        if placements.iter().all(|placement| placement.pairs.is_empty()) {
            continue;
        }
        let group = *group_of[sets.find(family)].get_or_insert_with(|| {
            groups.push(Group { families: Vec::new(), bodies: Vec::new() });
            groups.len() - 1
        });
        groups[group].families.push(family);
    }
    for (body, family) in first_of.into_iter().enumerate() {
        let Some(family) = family else { continue };
        if let Some(group) = group_of[sets.find(family)] {
            groups[group].bodies.push(body);
        }
    }
    groups
}
