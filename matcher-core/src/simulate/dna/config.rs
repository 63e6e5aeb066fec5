//! What simulated profiles are like.

use crate::dna::Locus;
use crate::error::{Error, Result};
use crate::units::Theta;
use serde::{Deserialize, Serialize};

/// What simulated profiles are like; the default is whole profiles at all autosomal loci of the table, with theta 0.
///
/// # Examples
/// ```
/// use matcher_core::dna::Frequencies;
/// use matcher_core::simulate::dna::{ProfileConfig, ProfileSimulator};
/// let config = ProfileConfig { partial: 1.5, ..ProfileConfig::default() };
/// let error = ProfileSimulator::new(7, &Frequencies::builtin("nist1036")?, config).unwrap_err();
/// assert_eq!(error.to_string(), "profile simulation: partial is 1.5, expected 0 to 1");
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProfileConfig {
    /// Probability that the two alleles of a person are of common descent.
    pub theta: Theta,
    /// The loci, in any order; `None` takes all autosomal ones of the table. Amelogenin in it is ignored: kits list it, and
    /// [`amelogenin`](Self::amelogenin) decides.
    pub loci: Option<Vec<Locus>>,
    /// Whether amelogenin is typed: half of the people are men.
    pub amelogenin: bool,
    /// Share of profiles that may be partial, 0.0 to 1.0; the next two apply to these alone.
    pub partial: f64,
    /// Probability that a copy of an allele drops out, 0.0 to 1.0, each copy by itself.
    pub drop_out: f64,
    /// Probability that a locus is missing, 0.0 to 1.0.
    pub locus_missing: f64,
}

impl ProfileConfig {
    pub(super) fn check(&self) -> Result<()> {
        let fields =
            [("partial", self.partial), ("drop_out", self.drop_out), ("locus_missing", self.locus_missing)];
        match fields.into_iter().find(|(_, value)| !(0.0..=1.0).contains(value)) {
            Some((field, value)) => Err(Error::invalid("profile simulation", field, value, "0 to 1")),
            None => Ok(()),
        }
    }
}
