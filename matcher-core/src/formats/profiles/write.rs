//! What all writers ask of a profile: nothing is written that would not be read back as it was.

use super::draft::guess;
use crate::dna::{Category, Profile, Source};
use crate::error::{Error, Result};

/// The profile, as a message names it.
pub(super) fn record(profile: &Profile) -> String {
    super::rows::profile_record(profile.id())
}

/// Refuses ids that no text format gives back.
pub(super) fn check(profile: &Profile) -> Result<()> {
    let id = profile.id();
    let is_odd = |c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{feff}');
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

/// What a reader would take the profile for, if only this category is stated.
pub(super) fn supposed(profile: &Profile, category: Option<Category>) -> Source {
    match category {
        Some(Category::ForensicMixture) => Source::Mixture,
        _ => guess(profile.loci().iter().map(|(locus, genotype)| (*locus, genotype.alleles()))),
    }
}
