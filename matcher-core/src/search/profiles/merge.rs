//! The answers of several parts of a database to one search of profiles, as one: that of a database that holds all parts.

use super::answer::{ProfileCandidate, ProfileCandidates, SearchedBy};
use super::hits::Hit;
use super::hits::Rarity;
use super::options::ProfileOptions;
use crate::dna::Profile;
use crate::dna::compare::{Rule, method};
use crate::dna::database::in_search;
use crate::error::{Error, Result};
use std::collections::HashSet;

/// Puts together what a search with the same probe, rule and options found in each of several parts, for example in the
/// shards of a gallery on several machines.
///
/// The candidates are ranked as in one search; how many profiles are expected to agree by chance is for all parts
/// together. The rows of candidates stay those of their parts. Of the options, the limit and those of chance are looked
/// at; each part must have been asked for as many candidates.
///
/// # Errors
/// [`Error::Invalid`]: there is no answer, or one of them is under another rule; the options are wrong.
///
/// # Examples
/// ```
/// use matcher_core::dna::Profile;
/// use matcher_core::dna::compare::{Rule, Stringency};
/// use matcher_core::gallery::ProfileTable;
/// use matcher_core::search::{ProfileOptions, merge_profile_candidates, search_profiles};
/// let profile = |id: &str, fga: [&str; 2]| Profile::new(id, [("FGA", fga), ("TH01", ["6", "9.3"])]);
/// let here = ProfileTable::of(&[profile("c", ["21", "22"])?])?;
/// let there = ProfileTable::of(&[profile("a", ["19", "20"])?, profile("b", ["21", "22"])?])?;
/// let (probe, rule) = (profile("probe", ["21", "22"])?, Rule::new("both", Stringency::High, 2, 0));
/// let options = ProfileOptions::default();
/// let found = [&here, &there].map(|part| search_profiles(part, &probe, &rule, &options));
/// let found = found.into_iter().collect::<Result<Vec<_>, _>>()?;
/// let all = merge_profile_candidates(found, &probe, &rule, &options)?;
/// assert_eq!((all.hits, all.searched, all.candidates[0].id.as_str()), (2, 3, "b"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn merge_profile_candidates(
    answers: Vec<ProfileCandidates>,
    probe: &Profile,
    rule: &Rule,
    options: &ProfileOptions<'_>,
) -> Result<ProfileCandidates> {
    let method = method(rule);
    if let Some(other) = answers.iter().find(|answer| answer.method != method) {
        return Err(Error::invalid("parts of a search", "rule", &other.method, method));
    }
    let mut all = answers.into_iter();
    let Some(mut merged) = all.next() else {
        return Err(Error::invalid("parts of a search", "number", 0, "1 or more"));
    };
    for answer in all {
        merged.candidates.extend(answer.candidates);
        for (sum, more) in [
            (&mut merged.hits, answer.hits),
            (&mut merged.searched, answer.searched),
            (&mut merged.not_comparable, answer.not_comparable),
            (&mut merged.not_searched, answer.not_searched),
        ] {
            *sum = sum.saturating_add(more);
        }
        merged.complete &= answer.complete;
        merged.by = both(merged.by, answer.by);
    }
    let rarity = Rarity::new(probe, rule.stringency, options)?;
    merged.candidates.sort_by(|a, b| {
        let hit = |of: &ProfileCandidate| Hit::new(&of.comparison, &rarity, "", 0);
        hit(a).order(&hit(b)).then_with(|| a.id.cmp(&b.id)).then_with(|| a.row.cmp(&b.row))
    });
    // Who is enrolled in two parts is listed once.
    let mut seen = HashSet::new();
    merged.candidates.retain(|candidate| seen.insert(candidate.id.clone()));
    merged.candidates.truncate(options.limit);
    for (candidate, rank) in merged.candidates.iter_mut().zip(1..) {
        candidate.rank = rank;
        let by_chance = rarity.agreeing(&candidate.comparison);
        candidate.adventitious = by_chance.map(|log10| in_search(merged.searched as u64, log10).expected);
    }
    Ok(merged)
}

/// How all were gone through.
fn both(one: SearchedBy, other: SearchedBy) -> SearchedBy {
    match (one, other) {
        (SearchedBy::Index { looked_up, scanned }, SearchedBy::Index { looked_up: more, scanned: also }) => {
            SearchedBy::Index { looked_up: looked_up + more, scanned: scanned + also }
        }
        (SearchedBy::Scan { reason: Some(reason) }, _) | (_, SearchedBy::Scan { reason: Some(reason) }) => {
            SearchedBy::Scan { reason: Some(reason) }
        }
        _ => SearchedBy::Scan { reason: None },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dna::Frequencies;
    use crate::dna::compare::Stringency;
    use crate::gallery::{Enrolment, Gallery, SubjectId};
    use crate::search::search_dna;
    use crate::simulate::dna::{ProfileConfig, ProfileSimulator};
    use crate::work::Threads;

    fn gallery(people: impl Iterator<Item = u64>, frequencies: &Frequencies) -> Gallery {
        let config =
            ProfileConfig { partial: 0.5, drop_out: 0.2, locus_missing: 0.3, ..ProfileConfig::default() };
        let simulator = ProfileSimulator::new(3, frequencies, config).unwrap();
        let mut gallery = Gallery::in_memory();
        for k in people {
            let profile = simulator.profile(k % 50).with_id(&format!("P{k}")).unwrap();
            let id = SubjectId::new(&format!("S{k:03}")).unwrap();
            gallery.enrol_many(vec![Enrolment::new(id).profiles(vec![profile])], Threads::ONE).unwrap();
        }
        gallery
    }

    #[test]
    fn parts_answer_as_one_database() {
        let frequencies = Frequencies::builtin("nist1036").unwrap();
        let whole = gallery(0..120, &frequencies);
        let rule = Rule::new("few", Stringency::Moderate, 4, 4);
        for limit in [3, 100] {
            let options =
                ProfileOptions { limit, frequencies: Some(&frequencies), ..ProfileOptions::default() };
            for row in [5, 17, 60] {
                let probe = whole.profiles().unwrap().get(row).unwrap();
                let probe = std::slice::from_ref(&probe);
                let expected = search_dna(&whole, probe, &rule, &options).unwrap().remove(0);
                assert!(expected.hits >= 2 && expected.candidates[0].adventitious.is_some());
                let parts = (0..3).map(|part| gallery((0..120).filter(move |k| k % 3 == part), &frequencies));
                let answers =
                    parts.map(|part| search_dna(&part, probe, &rule, &options).unwrap().remove(0)).collect();
                let mut merged = merge_profile_candidates(answers, &probe[0], &rule, &options).unwrap();
                for (got, expected) in merged.candidates.iter_mut().zip(&expected.candidates) {
                    got.row = expected.row; // that of the part
                }
                assert_eq!(merged, expected);
            }
        }
    }

    #[test]
    fn what_does_not_belong_together_is_refused() {
        let frequencies = Frequencies::builtin("nist1036").unwrap();
        let whole = gallery(0..3, &frequencies);
        let (rule, other) =
            (Rule::new("few", Stringency::High, 4, 0), Rule::new("few", Stringency::High, 5, 0));
        let probe = whole.profiles().unwrap().get(0).unwrap();
        let options = ProfileOptions::default();
        let found = search_dna(&whole, std::slice::from_ref(&probe), &rule, &options).unwrap();
        let refused = merge_profile_candidates(found, &probe, &other, &options).unwrap_err();
        assert!(refused.to_string().contains("rule"), "{refused}");
        let refused = merge_profile_candidates(Vec::new(), &probe, &rule, &options).unwrap_err();
        assert_eq!(refused.to_string(), "parts of a search: number is 0, expected 1 or more");
    }
}
