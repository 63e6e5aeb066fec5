//! What all writers ask of a profile: nothing is written that would not be read back as it was.

use super::draft::guess;
use crate::dna::{Category, Profile, Source};
use crate::error::{Error, Result};
use std::collections::HashSet;

/// The profile, as a message names it.
pub(super) fn record(profile: &Profile) -> String {
    super::rows::profile_record(profile.id())
}

/// Characters that no text format gives back: control characters, those that XML does not have, and byte order marks.
pub(super) fn is_odd(c: char) -> bool {
    c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{feff}')
}

/// Refuses ids that no text format gives back.
pub(super) fn check(profile: &Profile) -> Result<()> {
    let id = profile.id();
    if id.trim_ascii() != id || id.chars().any(is_odd) {
        let expected = "text without control characters, and without blanks at its ends";
        return Err(Error::invalid("", "profile id", format!("{id:?}"), expected));
    }
    Ok(())
}

/// Refuses to write no profile at all.
pub(super) fn check_some(profiles: &[Profile]) -> Result<()> {
    if profiles.is_empty() {
        return Err(Error::invalid("", "number of profiles", 0, "1 or more to write"));
    }
    profiles.iter().try_for_each(check)
}

/// Refuses two profiles with one id, where the format would not tell them apart.
pub(super) fn check_unique(profiles: &[Profile], place: &str) -> Result<()> {
    let mut ids = HashSet::new();
    match profiles.iter().find(|profile| !ids.insert(profile.id())) {
        None => Ok(()),
        Some(twice) => {
            let id = format!("{:?}", twice.id());
            Err(Error::invalid("", "profile id", id, format!("each id once in {place}")))
        }
    }
}

/// What a reader would take the profile for, if only this category is stated.
pub(super) fn supposed(profile: &Profile, category: Option<Category>) -> Source {
    match category {
        Some(Category::ForensicMixture) => Source::Mixture,
        _ => guess(profile.loci().iter().map(|(locus, genotype)| (*locus, genotype.alleles()))),
    }
}
