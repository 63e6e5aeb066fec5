//! Fusion: the parts of a comparison as one number.
//!
//! # Method
//! A sum of the parts with whole weights, which the model brings. The relaxed similarity says how well neighbourhoods
//! fit together, the alignment how many minutiae coincide when one print lies on the other; either alone misses what the
//! other sees.

use serde::{Deserialize, Serialize};

/// The parts of a score, each in 1/65536.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RawParts {
    pub(super) local: u64,
    pub(super) relaxation: u64,
    pub(super) evidence: u64,
    pub(super) paired: u64,
}

/// The parts of a score, for an examiner to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    /// Mean similarity of the most similar pairs, 0 to 1.
    pub local: f64,
    /// Mean similarity that pairs kept after supporting each other, 0 to 1.
    pub relaxation: f64,
    /// Evidence of the alignment: about the number of pairs times the share of expected ones, 0 to 500.
    pub evidence: f64,
    /// Pairs of minutiae that coincide in the alignment.
    pub paired: u32,
    /// What the parts sum to, before the scale gives it its meaning: a whole number.
    pub fused: u64,
}

/// Weights of the sum; [`Weights::relaxation`] is 1000 by convention, so that models compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Of the relaxed similarity, 0 to 100,000.
    pub relaxation: u32,
    /// Of the evidence of the alignment, 0 to 100,000.
    pub evidence: u32,
}

impl Weights {
    /// The largest weight: with it no sum leaves 64 bits.
    pub const MAX: u32 = 100_000;

    /// The sum, in 1/16 of a weight: 16,000 for a relaxed similarity of 1 that weighs 1000.
    pub(super) fn fuse(self, parts: &RawParts) -> u64 {
        let sum = u64::from(self.relaxation) * parts.relaxation + u64::from(self.evidence) * parts.evidence;
        sum >> 12
    }
}

impl RawParts {
    pub(super) fn report(&self, fused: u64) -> Parts {
        let in_units = |part: u64| part as f64 / 65536.0;
        Parts {
            local: in_units(self.local),
            relaxation: in_units(self.relaxation),
            evidence: in_units(self.evidence),
            paired: self.paired as u32,
            fused,
        }
    }
}
