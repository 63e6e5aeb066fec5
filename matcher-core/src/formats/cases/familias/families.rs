//! Families of the DVI section: which pedigree is meant, who is missing, and ids that are unique in the case.

use super::super::super::limits;
use super::super::super::report::Report;
use super::super::relatives::{Ids, Relation, Somebody, pedigree};
use super::super::text::{at, shown, within};
use super::sample;
use super::table::FamiliasTable;
use super::victims::{Household, Sample, Tree};
use crate::dna::Profile;
use crate::dna::identification::Family;
use crate::error::{Problem, Result};
use std::collections::{HashMap, HashSet};

/// Missing persons that a family may have: each is looked for among all of its people.
const MAX_MISSING: usize = 1_000;

/// The pedigree in which the missing person is not related to the family, where the user did not relate them.
const REFERENCE: &str = "Reference pedigree";

/// The pedigree of a family: the first that is not the reference, which says more.
fn tree<'a, 'b>(household: &'b Household<'a>) -> Option<&'b Tree<'a>> {
    household.trees.iter().find(|tree| tree.name != REFERENCE).or_else(|| household.trees.first())
}

/// Whether the program gives this name to somebody whom the family misses.
fn is_missing(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("Missing ") else { return false };
    let numbered = rest.strip_prefix("male ").or_else(|| rest.strip_prefix("female "));
    rest == "person" || numbered.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// The people of a family: those of its list who were typed or are related to somebody, and those that only the relations
/// name. With the sample of each, where there is one.
fn members<'a, 'b>(household: &'b Household<'a>) -> Vec<(&'a str, Option<&'b Sample<'a>>)> {
    let pairs = || tree(household).into_iter().flat_map(|tree| &tree.pairs);
    let related: HashSet<&str> = pairs().flat_map(|pair| [pair.parent, pair.child]).collect();
    let listed = household.people.iter().filter(|p| related.contains(p.name) || !p.systems.is_empty());
    let mut members: Vec<(&str, Option<&Sample<'_>>)> = listed.map(|p| (p.name, Some(p))).collect();
    let mut known: HashSet<&str> = members.iter().map(|(name, _)| *name).collect();
    members.extend(
        pairs()
            .flat_map(|pair| [pair.parent, pair.child])
            .filter(|name| known.insert(name))
            .map(|name| (name, None)),
    );
    members
}

/// The names of all families' people, each once a family.
pub(super) fn names<'a>(households: &[Household<'a>]) -> impl Iterator<Item = &'a str> {
    households.iter().flat_map(|household| {
        let members = members(household);
        members.into_iter().map(|(name, _)| name).collect::<HashSet<_>>()
    })
}

/// The family with what was typed of its people; `None` where it misses nobody.
pub(super) fn family(
    household: &Household<'_>,
    ids: &Ids<'_>,
    table: &FamiliasTable,
    report: &mut Report,
) -> Result<Option<(Family, Vec<Profile>)>> {
    let record = || format!("{}, family {}", at(household.line), shown(household.name));
    let Some(tree) = tree(household) else {
        let problem = Problem::new(record(), "number of pedigrees", 0, "1 or more (this family is not read)");
        return report.fault(None, problem).map(|()| None);
    };
    let others = household.trees.iter().filter(|other| other.name != REFERENCE && other.line != tree.line);
    for other in others {
        let problem = Problem::new(
            at(other.line),
            "pedigree",
            shown(other.name),
            format!("one pedigree a family ({} is read)", shown(tree.name)),
        );
        report.fault(None, problem)?;
    }
    let members = members(household);
    let places: HashMap<&str, usize> =
        members.iter().enumerate().map(|(at, (name, _))| (*name, at)).collect();
    for person in &household.people {
        // The program keeps a `Missing female 1` that is related to nobody in each family.
        if !places.contains_key(person.name) && !is_missing(person.name) {
            let expected = "somebody who was typed or is related to others (left out)";
            report.remark(None, Problem::new(at(person.line), "person", shown(person.name), expected));
        }
    }
    let id = |name: &str| ids.id(household.name, name);
    let people: Vec<Somebody> = members
        .iter()
        .map(|(name, sample)| Somebody { id: id(name), sex: sample.and_then(|sample| sample.sex) })
        .collect();
    // Everybody whom a pair names is a member.
    let relations = tree.pairs.iter().filter_map(|pair| {
        let (&parent, &child) = places.get(pair.parent).zip(places.get(pair.child))?;
        Some(Relation { line: pair.line, parent, child })
    });
    let (pedigree, guessed) =
        pedigree(&people, &relations.collect::<Vec<_>>()).map_err(|error| within(error, record()))?;
    for place in guessed {
        let field = format!("sex of {}, a parent", shown(members[place].0));
        let problem = Problem::new(record(), field, "not said", "Male or Female (taken for a woman)");
        report.fault(None, problem)?;
    }
    let untyped = |sample: Option<&Sample<'_>>| sample.is_none_or(|sample| sample.systems.is_empty());
    let missing: Vec<String> = members
        .iter()
        .filter(|(name, sample)| is_missing(name) && untyped(*sample))
        .map(|(name, _)| id(name))
        .collect();
    if missing.is_empty() {
        let expected = "1 or more: \"Missing person\" in its pedigree (this family is not read)";
        let problem = Problem::new(record(), "number of missing persons", 0, expected);
        return report.fault(None, problem).map(|()| None);
    }
    let within_limit = missing.len() <= MAX_MISSING;
    limits::check(&record(), "number of missing persons", missing.len(), within_limit, MAX_MISSING)?;
    let mut profiles = Vec::new();
    for person in members.iter().filter_map(|(_, sample)| *sample) {
        profiles.extend(sample(person, &id(person.name), table, report)?);
    }
    let family = Family::new(household.name, pedigree, missing).map_err(|e| within(e, at(household.line)))?;
    Ok(Some((family, profiles)))
}
