//! What a search of profiles answers.

use crate::dna::compare::ProfileComparison;
use crate::provenance::Method;
use crate::units::Log10;
use serde::{Deserialize, Serialize};

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
    /// How often the loci that agree do so by chance: the match probability of the probe's genotypes at them (NRC II,
    /// formula 4.10), as a base-10 logarithm. `None` without frequencies.
    pub log10_rmp: Option<Log10>,
    /// How many profiles among those that were searched are expected to agree at these loci by chance: adventitious
    /// matches, by ENFSI's recommendation to be reported with a hit.
    pub adventitious: Option<f64>,
    /// The verdict at each locus.
    pub comparison: ProfileComparison,
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
    /// The rule that was applied.
    pub method: Method,
}
