//! Hypotheses made comparable: the same people in each, with the sexes that are known.

use super::pedigree::Pedigree;
use crate::dna::{Profile, Sex};
use crate::error::{Error, Result};

/// A hypothesis with everybody who was typed.
pub(super) struct Complete {
    pub(super) pedigree: Pedigree,
    /// Typed people whom the hypothesis did not name: unrelated to all in it.
    pub(super) added: Vec<String>,
}

/// Adds to each hypothesis the typed people that only others name, and the sexes that are known.
///
/// # Errors
/// A profile is of nobody in any hypothesis, or a person has two profiles.
pub(super) fn complete(hypotheses: &[(&str, &Pedigree)], profiles: &[&Profile]) -> Result<Vec<Complete>> {
    for (number, profile) in profiles.iter().enumerate() {
        let wrong = |field, value, expected| {
            Err(Error::invalid(format!("profile {:?}", profile.id()), field, value, expected))
        };
        if !hypotheses.iter().any(|(_, pedigree)| pedigree.find(profile.id()).is_some()) {
            return wrong("person", "in no hypothesis", "the id of a person of a pedigree");
        }
        if profiles[..number].iter().any(|other| other.id() == profile.id()) {
            return wrong("id", "there twice", "one profile a person");
        }
    }
    hypotheses.iter().map(|(_, pedigree)| complete_one(pedigree, hypotheses, profiles)).collect()
}

fn complete_one(
    pedigree: &Pedigree,
    hypotheses: &[(&str, &Pedigree)],
    profiles: &[&Profile],
) -> Result<Complete> {
    let sex = |id: &str| -> Option<Sex> {
        let said = |(_, other): &(&str, &Pedigree)| other.people()[other.find(id)?].sex();
        let typed = || profiles.iter().find(|profile| profile.id() == id)?.sex();
        hypotheses.iter().find_map(said).or_else(typed)
    };
    let mut builder = pedigree.to_builder();
    for person in pedigree.people().iter().filter(|person| person.sex().is_none()) {
        builder = builder.sex(person.id(), sex(person.id()));
    }
    let missing = profiles.iter().filter(|profile| pedigree.find(profile.id()).is_none());
    let added: Vec<String> = missing.map(|profile| profile.id().to_owned()).collect();
    for id in &added {
        builder = builder.person(id, None, None, sex(id));
    }
    Ok(Complete { pedigree: builder.build()?, added })
}
