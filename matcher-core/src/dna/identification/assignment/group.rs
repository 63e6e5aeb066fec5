//! Families and bodies that have to do with each other.
//!
//! Families that no body could belong to both of are independent: what is true of one says nothing of the other, and
//! the probability of an assignment is the product over such groups.

use super::Weighed;

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
    let mut root: Vec<usize> = (0..families.len()).collect();
    let mut first_of: Vec<Option<usize>> = vec![None; bodies];
    for (family, placements) in families.iter().enumerate() {
        for (body, _) in used(placements).into_iter().enumerate().filter(|(_, used)| *used) {
            let other = *first_of[body].get_or_insert(family);
            let (a, b) = (find(&mut root, family), find(&mut root, other));
            root[a.max(b)] = a.min(b);
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut group_of = vec![None; families.len()];
    for (family, placements) in families.iter().enumerate() {
        if placements.iter().all(|placement| placement.pairs.is_empty()) {
            continue;
        }
        let root = find(&mut root, family);
        let group = *group_of[root].get_or_insert_with(|| {
            groups.push(Group { families: Vec::new(), bodies: Vec::new() });
            groups.len() - 1
        });
        groups[group].families.push(family);
    }
    for (body, family) in first_of.into_iter().enumerate() {
        let Some(family) = family else { continue };
        if let Some(group) = group_of[find(&mut root, family)] {
            groups[group].bodies.push(body);
        }
    }
    groups
}

/// The least family of a set; halves the way there for those who ask next.
fn find(root: &mut [usize], mut family: usize) -> usize {
    while root[family] != family {
        root[family] = root[root[family]];
        family = root[family];
    }
    family
}
