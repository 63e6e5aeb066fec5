//! Fusion: the parts of a comparison as one score.
//!
//! # Method
//! A sum of the parts with whole weights. The relaxed similarity says how well neighbourhoods fit together, the
//! alignment how many minutiae coincide when one print lies on the other; either alone misses what the other sees.

use super::config::FusionConfig;
use serde::{Deserialize, Serialize};

/// The parts of a score, each in 1/1024.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RawParts {
    pub(super) local: u64,
    pub(super) relaxation: u64,
    pub(super) evidence: u64,
    pub(super) agreement: u64,
    pub(super) paired: u64,
}

/// The parts of a score, for an examiner to read; each a multiple of 1/1024.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    /// Mean similarity of the most similar pairs, 0 to 1.
    pub local: f64,
    /// Mean similarity that pairs kept after supporting each other, 0 to 1.
    pub relaxation: f64,
    /// Evidence of the alignment: about the number of pairs times the share of expected ones, 0 to 431.
    pub evidence: f64,
    /// Weighted share of the minutiae seen by both prints that paired, 0 to 1.3.
    pub agreement: f64,
    /// Pairs of minutiae that coincide in the alignment.
    pub paired: u32,
}

impl From<RawParts> for Parts {
    fn from(raw: RawParts) -> Self {
        Self {
            local: in_units(raw.local),
            relaxation: in_units(raw.relaxation),
            evidence: in_units(raw.evidence),
            agreement: in_units(raw.agreement),
            paired: raw.paired as u32,
        }
    }
}

/// The score in 1/1024.
pub(super) fn fuse(config: &FusionConfig, parts: &RawParts) -> u64 {
    u64::from(config.relaxation) * parts.relaxation
        + u64::from(config.evidence) * parts.evidence
        + u64::from(config.agreement) * parts.agreement
}

/// 1/1024 as a number, exactly.
pub(super) fn in_units(thousandths: u64) -> f64 {
    thousandths as f64 / 1024.0
}
