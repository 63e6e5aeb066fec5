//! Remains of one person as one body, as far as they do not contradict each other.

use super::case::Case;
use super::disjoint::Disjoint;
use super::duplicates::Duplicate;
use super::merge::merge_parts;
use crate::dna::kinship::Relation;
use crate::dna::{Profile, Sex};
use crate::error::{Error, Result};
use std::collections::BTreeMap;

/// The bodies that are left when those of one person are joined.
pub(super) struct Joined {
    /// The numbers of the remains that each body is made of, in their order; bodies by their first.
    pub(super) parts: Vec<Vec<usize>>,
    /// A profile for each, with the id of the first of its parts.
    pub(super) bodies: Vec<Profile>,
    /// What was not joined, and why: a sentence each.
    pub(super) remarks: Vec<String>,
}

/// Joins the remains that are one person's, the most likely pairs first. What contradicts what was joined so far, in sex or
/// at a locus, stays by itself.
pub(super) fn join(case: &Case<'_>, given: &[Profile], found: &[([usize; 2], Duplicate)]) -> Result<Joined> {
    let mut sets = Disjoint::new(given.len());
    let mut members: Vec<Vec<usize>> = (0..given.len()).map(|body| vec![body]).collect();
    let mut bodies = given.to_vec();
    let mut remarks = Vec::new();
    for ([a, b], of) in found.iter().filter(|(_, found)| found.relation == Relation::Identical) {
        let (a, b) = (sets.find(*a), sets.find(*b));
        if a == b {
            continue;
        }
        let mut all = [members[a].as_slice(), members[b].as_slice()].concat();
        all.sort_unstable();
        match one_body(case, given, &all) {
            Ok(body) => {
                sets.join(a, b);
                let first = sets.find(a);
                (members[first], bodies[first]) = (all, body);
            }
            Err(Error::Invalid(why)) => {
                remarks.push(format!("{} and {} may be one person, but were not joined: {why}", of.a, of.b));
            }
            Err(other) => return Err(other),
        }
    }
    let first: Vec<usize> = (0..given.len()).filter(|&body| sets.find(body) == body).collect();
    Ok(Joined {
        parts: first.iter().map(|&body| members[body].clone()).collect(),
        bodies: first.iter().map(|&body| bodies[body].clone()).collect(),
        remarks,
    })
}

/// The profile of a body of these parts.
///
/// # Errors
/// They contradict each other.
fn one_body(case: &Case<'_>, given: &[Profile], parts: &[usize]) -> Result<Profile> {
    let known = |&part: &usize| Some((part, case.bodies[part].sex?));
    let sexes: Vec<(usize, Sex)> = parts.iter().filter_map(known).collect();
    let differs = |record: String| Error::invalid(record, "sex", "different", "parts of one person");
    if let Some(pair) = sexes.windows(2).find(|pair| pair[0].1 != pair[1].1) {
        let [a, b] = [pair[0].0, pair[1].0].map(|part| given[part].id());
        return Err(differs(format!("profiles {a:?} and {b:?}")));
    }
    let profiles: Vec<&Profile> = parts.iter().map(|&part| &given[part]).collect();
    let body = merge_parts(&profiles)?;
    // Each part alone may show less of amelogenin than both together.
    match (sexes.first(), body.sex()) {
        (Some((_, known)), Some(typed)) if *known != typed => {
            Err(differs(format!("profiles joined with {:?}", body.id())))
        }
        _ => Ok(body),
    }
}

/// The sexes that were stated, of bodies made of parts.
pub(super) fn joined_sexes(
    parts: &[Vec<usize>],
    given: &[Profile],
    stated: &BTreeMap<String, Sex>,
) -> BTreeMap<String, Sex> {
    let of = |part: &Vec<usize>| {
        // Those of one body agree: it would not be one else.
        let sex = part.iter().find_map(|&of| stated.get(given[of].id()))?;
        Some((given[part[0]].id().to_owned(), *sex))
    };
    parts.iter().filter_map(of).collect()
}

#[cfg(test)]
#[path = "join_tests.rs"]
mod tests;
