//! The numbers of the stages, and what came through them.

use crate::error::{Error, Result};
use crate::search::Cascade;
use serde::{Deserialize, Serialize};

/// Parameters of the stages that pairs of prints go through when all are compared with all.
///
/// # Method
/// First the search codes, as in a search with the print of the subject with the lesser id: see [`Cascade`]. A pair
/// passes where its value is among the share that the print's values have at the top, with a sample of the prints that it
/// may be compared with: those of the subjects whose ids have the smallest hashes, so neither the order of the gallery nor
/// its layout matters. Then the relaxed similarity, which must reach a fixed number. The subjects of the pairs that pass
/// are compared in full.
///
/// The share is of the sample, so the work grows with the number of pairs, and what is lost does not.
///
/// # Range and units
/// Bits, shares, numbers of prints; the relaxed similarity in 1/65536.
///
/// # References
/// Chosen with `cargo run --release -p matcher-examples --example duplicates_loss`, which prints the loss.
///
/// # Examples
/// ```
/// use matcher_core::search::DuplicateStages;
/// let mut stages = DuplicateStages { code_share: 0.02, ..DuplicateStages::default() }; // slower, and loses less
/// assert!(stages.check().is_ok());
/// stages.sample = 0;
/// assert_eq!(stages.check().unwrap_err().to_string(), "duplicates: sample is 0, expected 1 or more");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DuplicateStages {
    /// As [`Cascade::radius`], 1 to 128.
    pub radius: u8,
    /// As [`Cascade::averaged`], 1 to 32.
    pub averaged: u8,
    /// Prints of the sample that a threshold is read off, 1 or more: for each class of prints that are compared with the
    /// same fingers.
    pub sample: usize,
    /// Share of the prints whose search codes pass for a print, 0 to 1.
    pub code_share: f64,
    /// So many pass for a print at least, on average: small galleries lose nothing here.
    pub code_least: usize,
    /// The least relaxed similarity that passes, in 1/65536. The default is for scores from
    /// [`DECISION_THRESHOLD`](crate::fingerprint::matcher::DECISION_THRESHOLD) on; lower ones are lost more often.
    pub relaxed: u64,
}

impl Default for DuplicateStages {
    fn default() -> Self {
        let Cascade { radius, averaged, .. } = Cascade::default();
        Self { radius, averaged, sample: 2048, code_share: 0.005, code_least: 200, relaxed: 750 }
    }
}

impl DuplicateStages {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the value that is out of its range.
    pub fn check(&self) -> Result<()> {
        let named = |error: Error| match error {
            Error::Invalid(mut problem) => {
                "duplicates".clone_into(&mut problem.record);
                Error::Invalid(problem)
            }
            other => other,
        };
        self.cascade().check().map_err(named)?;
        if self.sample == 0 {
            return Err(Error::invalid("duplicates", "sample", 0, "1 or more"));
        }
        Ok(())
    }

    /// The numbers that a search has, too.
    pub(super) fn cascade(&self) -> Cascade {
        Cascade {
            radius: self.radius,
            averaged: self.averaged,
            code_share: self.code_share,
            ..Cascade::default()
        }
    }
}

/// How many came through the stages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageCounts {
    /// Pairs of prints whose search codes were looked at.
    pub prints: u64,
    /// Pairs of prints that passed by these.
    pub code_passed: u64,
    /// Pairs of prints that passed by their relaxed similarity.
    pub relaxed_passed: u64,
    /// Pairs of subjects that were compared in full.
    pub compared: u64,
}

impl StageCounts {
    /// With what was counted elsewhere.
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            prints: self.prints + other.prints,
            code_passed: self.code_passed + other.code_passed,
            relaxed_passed: self.relaxed_passed + other.relaxed_passed,
            compared: self.compared + other.compared,
        }
    }
}
