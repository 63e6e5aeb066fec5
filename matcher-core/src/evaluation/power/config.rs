//! What a power calculation is asked for.

use crate::dna::Locus;
use crate::error::{Error, Result};
use crate::evaluation::USUAL_CONFIDENCE;
use serde::{Deserialize, Serialize};

/// Most simulations: their ratios take less than half a gigabyte.
const MAX_SIMULATIONS: u64 = 100_000;

/// How a power calculation is done.
///
/// # Examples
/// ```
/// use matcher_core::evaluation::PowerConfig;
/// let config = PowerConfig { thresholds: vec![4.0], ..PowerConfig::default() };
/// assert_eq!((config.simulations, config.confidence), (1_000, 0.95));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PowerConfig {
    /// Candidates of each kind: 1 to 100,000.
    pub simulations: u64,
    /// What the candidates are drawn by.
    pub seed: u64,
    /// Thresholds of the likelihood ratio, as base-10 logarithms: finite numbers.
    pub thresholds: Vec<f64>,
    /// Which quantiles of the ratio are reported, 0.0 to 1.0 each.
    pub quantiles: Vec<f64>,
    /// The confidence of intervals: more than 0.0, less than 1.0.
    pub confidence: f64,
    /// The loci at which a candidate will be typed; `None` takes those of the table at which some relative is typed or, where
    /// nobody is typed, all of the table. What is no part of a likelihood is left out and named.
    pub loci: Option<Vec<Locus>>,
}

impl Default for PowerConfig {
    fn default() -> Self {
        Self {
            simulations: 1_000,
            seed: 1,
            thresholds: vec![0.0, 2.0, 4.0, 6.0],
            quantiles: vec![0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99],
            confidence: USUAL_CONFIDENCE,
            loci: None,
        }
    }
}

impl PowerConfig {
    pub(super) fn check(&self) -> Result<()> {
        let wrong = |field: &str, value: &dyn std::fmt::Display, expected: &str| {
            Err(Error::invalid("power", field, value, expected))
        };
        if !(1..=MAX_SIMULATIONS).contains(&self.simulations) {
            return wrong("simulations", &self.simulations, "1 to 100000");
        }
        if let Some(threshold) = self.thresholds.iter().find(|threshold| !threshold.is_finite()) {
            return wrong("threshold", threshold, "a finite base-10 logarithm");
        }
        if let Some(quantile) = self.quantiles.iter().find(|quantile| !(0.0..=1.0).contains(*quantile)) {
            return wrong("quantile", quantile, "0 to 1");
        }
        if !(self.confidence > 0.0 && self.confidence < 1.0) {
            return wrong("confidence", &self.confidence, "more than 0 and less than 1");
        }
        Ok(())
    }
}
