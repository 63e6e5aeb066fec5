//! A checked configuration with everything computed that does not depend on a print.

use super::alignment::Aligner;
use super::config::Config;
use super::prepared::Prepared;
use super::relaxation::Relaxation;
use crate::error::Result;
use crate::fingerprint::descriptor::Describer;
use crate::fingerprint::{Model, Template};
use crate::provenance::Method;
use std::sync::{Arc, LazyLock};

/// Name of the method in every result.
const NAME: &str = "mcc-relaxation";
/// Version of the algorithm: raise it whenever any score may change.
const VERSION: u32 = 2;

/// A method of comparison: configuration, tables and name. Cheap to clone, safe to share between threads.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::{Algorithm, Config};
/// let algorithm = Algorithm::new(&Config::default())?;
/// assert_eq!(algorithm.method(), Algorithm::standard().method());
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Algorithm {
    pub(super) tables: Arc<Tables>,
}

#[derive(Debug)]
pub(super) struct Tables {
    pub(super) config: Config,
    pub(super) method: Arc<Method>,
    pub(super) describer: Describer,
    pub(super) model: Model,
    pub(super) relaxation: Relaxation,
    pub(super) aligner: Aligner,
    /// Number of pairs a score averages over, by the smaller number of described minutiae.
    averaged: Vec<usize>,
}

impl Algorithm {
    /// Checks a configuration and computes its tables (about a millisecond), under the standard model.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid) names the value that is out of range.
    pub fn new(config: &Config) -> Result<Self> {
        Self::with_model(config, &Model::standard())
    }

    /// The same under a model of one's own.
    ///
    /// # Errors
    /// As [`Algorithm::new`].
    pub fn with_model(config: &Config, model: &Model) -> Result<Self> {
        config.check()?;
        if *config == standard().tables.config && *model == standard().tables.model {
            return Ok(standard().clone());
        }
        Ok(Self::of_checked(config, model))
    }

    /// The standard configuration.
    pub fn standard() -> Self {
        standard().clone()
    }

    fn of_checked(config: &Config, model: &Model) -> Self {
        Self {
            tables: Arc::new(Tables {
                method: Arc::new(Method::new(NAME, VERSION, config).with_model(model.id())),
                describer: Describer::new(&config.cylinder, model.projection()),
                model: model.clone(),
                relaxation: Relaxation::new(&config.relaxation),
                aligner: Aligner::new(&config.alignment),
                averaged: averaged(config),
                config: config.clone(),
            }),
        }
    }

    /// Name, version, model and configuration digest.
    pub fn method(&self) -> &Method {
        &self.tables.method
    }

    /// The same, as all prints that it prepares share it.
    pub(crate) fn shared_method(&self) -> &Arc<Method> {
        &self.tables.method
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.tables.config
    }

    /// What was learned.
    pub fn model(&self) -> &Model {
        &self.tables.model
    }

    /// What describes templates.
    pub fn describer(&self) -> &Describer {
        &self.tables.describer
    }

    /// Prepares a template for comparing: once for each print, however often it is compared.
    pub fn prepare(&self, template: &Template) -> Prepared {
        Prepared::new(template, self.tables.describer.describe(template), &self.tables.method)
    }
}

impl Tables {
    /// Number of pairs a score of prints with this many described minutiae averages over.
    pub(super) fn averaged(&self, smaller: usize) -> usize {
        self.averaged[smaller.min(self.averaged.len() - 1)]
    }
}

fn standard() -> &'static Algorithm {
    static STANDARD: LazyLock<Algorithm> =
        LazyLock::new(|| Algorithm::of_checked(&Config::default(), &Model::standard()));
    &STANDARD
}

/// MCC, equation 23: from the fewest to the most pairs along a sigmoid of the number of minutiae.
fn averaged(config: &Config) -> Vec<usize> {
    let c = &config.local;
    let span = (c.max_pairs - c.min_pairs) as f64;
    let count = |n: usize| {
        let share = 1.0 / (1.0 + libm::exp(-c.pairs_slope * (n as f64 - c.pairs_middle)));
        c.min_pairs + (share * span).round() as usize
    };
    (0..=crate::fingerprint::MAX_MINUTIAE).map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_averages_over_4_to_12_pairs() {
        let tables = Algorithm::standard().tables;
        assert_eq!([0, 20, 60].map(|n| tables.averaged(n)), [4, 8, 12]);
    }

    #[test]
    fn another_configuration_is_another_method() {
        let mut config = Config::default();
        config.relaxation.rounds = 3;
        let other = Algorithm::new(&config).unwrap();
        assert_ne!(other.method(), Algorithm::standard().method());
        let untrained = Algorithm::with_model(&Config::default(), &Model::untrained()).unwrap();
        assert_ne!(untrained.method(), Algorithm::standard().method());
        config.relaxation.rounds = 21;
        assert!(Algorithm::new(&config).is_err());
    }
}
