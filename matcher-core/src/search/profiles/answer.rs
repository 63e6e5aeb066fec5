//! What a search of profiles answers.

use super::compile::Compiled;
use super::hits::Hit;
use super::options::ProfileOptions;
use super::piece::{Counted, Target};
use crate::dna::compare::{ProfileComparison, Victims, compare_by};
use crate::dna::database::in_search;
use crate::provenance::Method;
use crate::units::Log10;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// One candidate: a profile that agrees with the probe under the rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileCandidate {
    /// The subject's id in a gallery, the profile's in a table.
    pub id: String,
    /// The profile's id.
    pub profile_id: String,
    /// The row of the profile in its table.
    pub row: usize,
    /// Rank from 1: by the number of loci that agree, then by how rarely these agree by chance, then by the number of
    /// loci with the same alleles, then by id.
    pub rank: usize,
    /// The random match probability of the probe's genotypes at the loci that agree (NRC II, formula 4.10), as a base-10
    /// logarithm. It is that of the same genotypes, whatever less the rule asks. `None` without frequencies, for a
    /// mixture, and where none of these loci is counted.
    pub log10_rmp: Option<Log10>,
    /// How many profiles among those that were searched are expected to agree with the probe at these loci by chance, at
    /// the stringency of the rule: adventitious matches, by ENFSI's recommendation to be reported with a hit. `None` where
    /// `log10_rmp` is.
    pub adventitious: Option<f64>,
    /// The verdict at each locus.
    pub comparison: ProfileComparison,
}

/// How the profiles were gone through. The hits are the same either way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchedBy {
    /// All of them.
    Scan {
        /// Why an index could not be used, where there is one.
        reason: Option<String>,
    },
    /// Some by looking them up, the others by a scan.
    Index {
        /// Profiles that were looked up.
        looked_up: usize,
        /// Profiles that were scanned.
        scanned: usize,
    },
}

/// The answer to a search. Not searched, not comparable and no hit are three different answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileCandidates {
    /// Best first.
    pub candidates: Vec<ProfileCandidate>,
    /// How many subjects (in a table: profiles) agree under the rule, listed or not.
    pub hits: usize,
    /// Profiles that were compared.
    pub searched: usize,
    /// Profiles that cannot be compared with the probe under the rule: too few loci in common, or not admitted by it.
    pub not_comparable: usize,
    /// Profiles that were not reached because the search was cancelled or its time was up.
    pub not_searched: usize,
    /// Whether every profile was reached.
    pub complete: bool,
    /// How the profiles were gone through.
    pub by: SearchedBy,
    /// The rule that was applied.
    pub method: Method,
}

/// Ranks the hits and compares those that are listed once more, for their verdicts.
pub(super) fn answer(
    target: &Target<'_>,
    compiled: &Compiled<'_>,
    options: &ProfileOptions<'_>,
    mut found: Counted<'_>,
    by: SearchedBy,
) -> ProfileCandidates {
    found.hits.sort_unstable_by(Hit::order);
    if target.gallery.is_some() {
        // A subject is listed once, by its best profile.
        let mut seen = HashSet::with_capacity(found.hits.len());
        found.hits.retain(|hit| seen.insert(hit.name));
    }
    let listed = found.hits.iter().take(options.limit).zip(1..);
    let candidates = listed
        .filter_map(|(hit, rank)| {
            let profile = target.table.get(hit.row)?;
            let (probe, rule) = (compiled.probe, compiled.rule);
            let comparison = compare_by(&compiled.method, probe, &profile, rule, Victims::default());
            let log10_rmp = compiled.rarity.of(&comparison);
            let by_chance = compiled.rarity.agreeing(&comparison);
            let adventitious = by_chance.map(|log10| in_search(found.searched as u64, log10).expected);
            let (id, profile_id) = (hit.name.to_owned(), profile.id().to_owned());
            Some(ProfileCandidate { id, profile_id, row: hit.row, rank, log10_rmp, adventitious, comparison })
        })
        .collect();
    ProfileCandidates {
        candidates,
        hits: found.hits.len(),
        searched: found.searched,
        not_comparable: found.not_comparable,
        not_searched: found.not_searched,
        complete: found.not_searched == 0,
        by,
        method: compiled.method.clone(),
    }
}
