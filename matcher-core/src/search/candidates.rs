//! What a search answers: ranked candidates with their evidence, and how much of the gallery they were chosen from.

use super::cascade::{CascadeReport, Mode};
use crate::fingerprint::{Comparison, FingerPosition};
use crate::gallery::SubjectId;
use crate::provenance::Method;
use serde::{Deserialize, Serialize};

/// One candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Who.
    pub subject_id: SubjectId,
    /// Comparison score, above 0; of several fingers, the sum of those in `evidence`.
    pub score: f64,
    /// Rank from 1; equal scores are ranked by subject id.
    pub rank: usize,
    /// The comparisons that the score is made of: one for each finger of the probe that had a comparable reference, in the
    /// order of the probe's prints. See [`search`](super::search) for what a finger is.
    pub evidence: Vec<Evidence>,
}

/// A finger of the probe against the finger of a candidate that it fits: of several prints of either, the two that fit
/// each other best.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Index of the probe print.
    pub probe: usize,
    /// Finger position of the probe print.
    #[serde(default)]
    pub probe_position: FingerPosition,
    /// Indexes of all probe prints of this finger, this one among them: those of the same known position, else this alone.
    /// They count once, by the best.
    #[serde(default)]
    pub finger_prints: Vec<usize>,
    /// Index of the subject's print.
    pub print: usize,
    /// Finger position of the subject's print.
    pub finger_position: FingerPosition,
    /// Score, parts, corresponding minutiae and transform.
    pub comparison: Comparison,
}

/// The answer to a search. Not searched, not comparable and no hit are three different answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CandidateList {
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// Subjects that were searched: compared in full, or, in a fast search, looked at by its first stage and taken further
    /// as far as they were among the best.
    pub searched: usize,
    /// Subjects without any print that could be compared with the probe: too few minutiae, or another finger.
    pub not_comparable: usize,
    /// Subjects that were not reached because the search was cancelled or its time was up.
    pub not_searched: usize,
    /// Whether every subject was reached, and every one that came through the stages of a fast search was compared.
    pub complete: bool,
    /// How the gallery was gone through. A method without search codes is searched exhaustively, whatever was asked for.
    pub mode: Mode,
    /// How the stages of a fast search went.
    pub cascade: Option<CascadeReport>,
    /// The method of comparison.
    pub method: Method,
}
