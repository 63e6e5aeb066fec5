//! What a search for relatives answers.

use crate::dna::kinship::{Model, NotCounted};
use crate::dna::{Locus, RareAllele};
use crate::provenance::Method;
use serde::Serialize;

/// One candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RelativeCandidate {
    /// The subject's id in a gallery, the profile's in a table.
    pub id: String,
    /// The profile's id.
    pub profile_id: String,
    /// The row of the profile in its table.
    pub row: usize,
    /// Rank from 1: by the likelihood ratio, then by id.
    pub rank: usize,
    /// The logarithm to base 10 of the likelihood ratio against somebody unrelated: finite.
    pub log10_lr: f64,
    /// How many loci are known of both and counted.
    pub loci: usize,
}

/// The answer to a search for relatives. Not searched, not comparable and nobody found are three different answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RelativeCandidates {
    /// Best first; nobody who is excluded.
    pub candidates: Vec<RelativeCandidate>,
    /// What was asked, in words.
    pub question: String,
    /// Profiles that were compared.
    pub searched: usize,
    /// Profiles that have no locus in common that counts, or are mixtures.
    pub not_comparable: usize,
    /// Profiles that were not reached because the search was cancelled or its time was up.
    pub not_searched: usize,
    /// Whether every profile was reached.
    pub complete: bool,
    /// Loci of the question that count.
    pub loci: Vec<Locus>,
    /// Loci of the question that do not, with the reason.
    pub not_counted: Vec<(Locus, NotCounted)>,
    /// What was assumed.
    pub model: Model,
    /// The name of the frequency table.
    pub population: String,
    /// The rule for rare alleles.
    pub rare: Option<RareAllele>,
    /// The method; its configuration covers the question, the model and every number of the table.
    pub method: Method,
}
