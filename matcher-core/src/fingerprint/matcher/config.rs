//! Every tuned number of the matcher, with its unit, range and source.

use crate::error::{Error, Result};
use crate::fingerprint::descriptor::CylinderConfig;
use crate::simd::support::PAIRS;
use serde::{Deserialize, Serialize};

/// Configuration of a comparison.
///
/// # References
/// MCC: R. Cappelli, M. Ferrara, D. Maltoni, *Minutia Cylinder-Code*, IEEE TPAMI 32(12), 2010. "Prototype" marks values
/// that were found on real prints of eight sensors before this implementation; nothing was tuned on the sets that its
/// tests measure.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::Config;
/// let mut config = Config::default();
/// config.relaxation.rounds = 0; // local similarity alone
/// assert!(config.check().is_ok());
/// config.cylinder.radius = -1.0;
/// assert_eq!(config.check().unwrap_err().to_string(), "configuration: radius is -1, expected 20 to 150");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What the neighbourhood of a minutia is.
    pub cylinder: CylinderConfig,
    /// Which minutiae pair at first.
    pub local: LocalConfig,
    /// How pairs support each other.
    pub relaxation: RelaxationConfig,
    /// How the prints are laid on each other.
    pub alignment: AlignmentConfig,
}

/// Which minutiae pair at first, and how many pairs a mean is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LocalConfig {
    /// The most alike combinations of minutiae that pairs are chosen from, 16 to 65,025.
    pub candidates: usize,
    /// Bounds of the number of pairs that a score averages over (MCC: min nP = 4, max nP = 12), 1 to 32.
    pub min_pairs: usize,
    /// See [`LocalConfig::min_pairs`].
    pub max_pairs: usize,
    /// Middle and slope of the sigmoid that moves between these bounds with the smaller number of minutiae
    /// (MCC: mu P = 20, tau P = 0.4).
    pub pairs_middle: f64,
    /// See [`LocalConfig::pairs_middle`].
    pub pairs_slope: f64,
}

impl Default for LocalConfig {
    fn default() -> Self {
        Self { candidates: 128, min_pairs: 4, max_pairs: 12, pairs_middle: 20.0, pairs_slope: 0.4 }
    }
}

/// How pairs of minutiae support each other (section 4.2 of MCC). Each of three differences counts in full up to one
/// value and not at all from another on, in place of MCC's sigmoids of the same middles and slopes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RelaxationConfig {
    /// Rounds, 0 to 20 (MCC: 5).
    pub rounds: usize,
    /// Share of a pair's own similarity that stays in a round, 0 to 1 (MCC: w R = 0.5).
    pub own_share: f64,
    /// What a pair takes is the mean over at least so many others, 1 to 255 (MCC has no such bound).
    pub min_others: usize,
    /// Difference in distance in pixels (MCC: middle 5, slope -1.6).
    pub distance_full: f64,
    /// See [`RelaxationConfig::distance_full`].
    pub distance_none: f64,
    /// Difference in direction in radians (MCC: middle pi/12, slope -30).
    pub direction_full: f64,
    /// See [`RelaxationConfig::direction_full`].
    pub direction_none: f64,
    /// Difference in radial angle in radians, at most 1.5 (MCC: middle pi/12, slope -30).
    pub radial_full: f64,
    /// See [`RelaxationConfig::radial_full`].
    pub radial_none: f64,
}

impl Default for RelaxationConfig {
    fn default() -> Self {
        Self {
            rounds: 5,
            own_share: 0.5,
            min_others: 16,
            distance_full: 3.0,
            distance_none: 7.0,
            direction_full: 0.16,
            direction_none: 0.36,
            radial_full: 0.16,
            radial_none: 0.36,
        }
    }
}

/// How the prints are laid on each other (found on `MINEX3_001_025`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AlignmentConfig {
    /// Alignments tried, from the pairs that kept most of their similarity in the relaxation, 1 to 32.
    pub seeds: usize,
    /// Distance of two minutiae that may pair, in pixels, 1 to 50; it grows from 0.6 of this at the centre of the
    /// alignment to 1.2 of it at 150 pixels and beyond, as skin is elastic.
    pub distance: f64,
    /// Difference of directions of two minutiae that may pair, in radians, 0.05 to 1.5.
    pub direction: f64,
    /// Likeness of two minutiae whose neighbourhoods have nothing in common, 0 to 1; the largest is 1 more.
    pub floor: f64,
    /// A minutia counts as seen by the other print where that has one within this distance, in pixels, 10 to 200.
    pub overlap: f64,
    /// Minutiae that are expected to be seen by both, at least, 1 to 50: a few chance pairs are not a whole print.
    pub min_expected: f64,
    /// What a minutia of quality 0 counts for, 0.01 to 1; one of quality 100, or of none stated, counts 1.
    pub quality_floor: f64,
    /// Rounds in which each minutia follows the pairs around it, 0 to 10.
    pub refinements: usize,
    /// How far these pairs reach, in pixels, 10 to 500: at this distance a pair counts a quarter.
    pub reach: f64,
    /// Weight of not moving, in pairs, 0.01 to 100.
    pub prior: f64,
    /// As [`AlignmentConfig::distance`], once the minutiae have moved, but the same everywhere.
    pub refined_distance: f64,
    /// As [`AlignmentConfig::direction`], once the minutiae have moved.
    pub refined_direction: f64,
    /// As [`AlignmentConfig::floor`], once the minutiae have moved.
    pub refined_floor: f64,
}

impl Default for AlignmentConfig {
    fn default() -> Self {
        Self {
            seeds: 6,
            distance: 14.0,
            direction: 0.5,
            floor: 0.3,
            overlap: 60.0,
            min_expected: 8.0,
            quality_floor: 0.4,
            refinements: 3,
            reach: 60.0,
            prior: 1.0,
            refined_distance: 9.0,
            refined_direction: 0.4,
            refined_floor: 0.15,
        }
    }
}

impl Config {
    /// Checks every value against its range.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the first value that is outside.
    pub fn check(&self) -> Result<()> {
        let c = &self.cylinder;
        in_range("radius", c.radius, 20.0, 150.0)?;
        in_range("sigma_spatial", c.sigma_spatial, 2.0, 30.0)?;
        in_range("sigma_direction", c.sigma_direction, 0.1, 2.0)?;
        in_range("half_value", c.half_value, 0.005, 1.0)?;
        in_range("min_contributors", c.min_contributors as f64, 1.0, 255.0)?;
        let l = &self.local;
        in_range("candidates", l.candidates as f64, 16.0, 65_025.0)?;
        in_range("min_pairs", l.min_pairs as f64, 1.0, PAIRS as f64)?;
        in_range("max_pairs", l.max_pairs as f64, l.min_pairs as f64, PAIRS as f64)?;
        in_range("pairs_middle", l.pairs_middle, 0.0, 255.0)?;
        in_range("pairs_slope", l.pairs_slope, 0.0, 100.0)?;
        let r = &self.relaxation;
        in_range("rounds", r.rounds as f64, 0.0, 20.0)?;
        in_range("own_share", r.own_share, 0.0, 1.0)?;
        in_range("min_others", r.min_others as f64, 1.0, 255.0)?;
        in_range("distance_full", r.distance_full, 0.0, 100.0)?;
        in_range("distance_none", r.distance_none, r.distance_full + 0.1, 200.0)?;
        in_range("direction_full", r.direction_full, 0.0, 3.0)?;
        in_range("direction_none", r.direction_none, r.direction_full + 0.01, 4.0)?;
        in_range("radial_full", r.radial_full, 0.0, 1.4)?;
        in_range("radial_none", r.radial_none, r.radial_full + 0.01, 1.5)?;
        let a = &self.alignment;
        in_range("seeds", a.seeds as f64, 1.0, PAIRS as f64)?;
        in_range("distance", a.distance, 1.0, 50.0)?;
        in_range("direction", a.direction, 0.05, 1.5)?;
        in_range("floor", a.floor, 0.0, 1.0)?;
        in_range("overlap", a.overlap, 10.0, 200.0)?;
        in_range("min_expected", a.min_expected, 1.0, 50.0)?;
        in_range("quality_floor", a.quality_floor, 0.01, 1.0)?;
        in_range("refinements", a.refinements as f64, 0.0, 10.0)?;
        in_range("reach", a.reach, 10.0, 500.0)?;
        in_range("prior", a.prior, 0.01, 100.0)?;
        in_range("refined_distance", a.refined_distance, 1.0, 50.0)?;
        in_range("refined_direction", a.refined_direction, 0.05, 1.5)?;
        in_range("refined_floor", a.refined_floor, 0.0, 1.0)
    }
}

fn in_range(field: &str, value: f64, low: f64, high: f64) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(Error::invalid("configuration", field, value, format!("{low} to {high}")))
}
