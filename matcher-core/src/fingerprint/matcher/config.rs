//! Every tuned number of the matcher, with its unit, range and source.

use crate::error::{Error, Result};
use crate::fingerprint::descriptor::CylinderConfig;
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
    /// When two neighbourhoods are alike.
    pub local: LocalConfig,
    /// How pairs support each other.
    pub relaxation: RelaxationConfig,
    /// How the prints are laid on each other.
    pub alignment: AlignmentConfig,
    /// How the parts become one score.
    pub fusion: FusionConfig,
}

/// When two neighbourhoods are alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LocalConfig {
    /// Minutiae whose directions differ by more than this do not pair, in radians, 0 to pi. MCC has pi/2, which takes
    /// prints for upright; pi, the default, lets them lie in any direction, and no score changes when one is turned.
    pub max_direction_difference: f64,
    /// Smallest share of cells valid in both cylinders, 0 to 1 (MCC: 0.6).
    pub min_common_cells: f64,
    /// Bounds of the number of pairs that a score averages over (MCC: min nP = 4, max nP = 12).
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
        Self {
            max_direction_difference: std::f64::consts::PI,
            min_common_cells: 0.6,
            min_pairs: 4,
            max_pairs: 12,
            pairs_middle: 20.0,
            pairs_slope: 0.4,
        }
    }
}

/// How pairs of minutiae support each other (section 4.2 of MCC).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RelaxationConfig {
    /// Rounds, 0 to 20 (MCC: 5).
    pub rounds: usize,
    /// Share of a pair's own similarity that stays in a round, 0 to 1 (MCC: w R = 0.5).
    pub own_share: f64,
    /// Middle and slope (per pixel) of the sigmoid of the difference in distance (MCC: 5, -1.6).
    pub distance_middle: f64,
    /// See [`RelaxationConfig::distance_middle`].
    pub distance_slope: f64,
    /// Middle and slope (per radian) of the sigmoid of the difference in direction (MCC: pi/12, -30).
    pub direction_middle: f64,
    /// See [`RelaxationConfig::direction_middle`].
    pub direction_slope: f64,
    /// Middle and slope (per radian) of the sigmoid of the difference in radial angle (MCC: pi/12, -30).
    pub radial_middle: f64,
    /// See [`RelaxationConfig::radial_middle`].
    pub radial_slope: f64,
}

impl Default for RelaxationConfig {
    fn default() -> Self {
        let middle = std::f64::consts::PI / 12.0;
        Self {
            rounds: 5,
            own_share: 0.5,
            distance_middle: 5.0,
            distance_slope: -1.6,
            direction_middle: middle,
            direction_slope: -30.0,
            radial_middle: middle,
            radial_slope: -30.0,
        }
    }
}

/// How the prints are laid on each other (prototype).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AlignmentConfig {
    /// Alignments tried: from the pairs that kept most of their similarity in the relaxation, 1 to 64.
    pub from_relaxed: usize,
    /// Alignments tried: from the most similar pairs, 0 to 64.
    pub from_similar: usize,
    /// Distance of two minutiae that may pair, in pixels, 1 to 50; it grows from 0.6 of this at the centre of the
    /// alignment to 1.2 of it at 150 pixels and beyond, as skin is elastic.
    pub distance: f64,
    /// Difference of directions of two minutiae that may pair, in radians, 0.05 to 1.5.
    pub direction: f64,
    /// A minutia counts as seen by the other print where that has one within this distance, in pixels, 10 to 200.
    pub overlap: f64,
}

impl Default for AlignmentConfig {
    fn default() -> Self {
        Self { from_relaxed: 8, from_similar: 4, distance: 14.0, direction: 0.5, overlap: 60.0 }
    }
}

/// How the parts become one score: a sum with whole weights.
///
/// The defaults were chosen by hand on the sets `FVC2000_DB2_B`, `UareU` and `MINEX3_001_025`, templates of two
/// extractors together: round weights that keep what relaxation gains at FMR 1e-2 and 1e-3 and what alignment gains
/// where no false match is allowed. On prints with strong distortion (`FVC2004_DB1_B`, on which nothing was chosen)
/// relaxation alone does better; the parts are in every result, so other weights can be tried without comparing again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FusionConfig {
    /// Weight of the relaxed similarity, 0 to 1000.
    pub relaxation: u32,
    /// Weight of the evidence of the alignment, 0 to 1000.
    pub evidence: u32,
    /// Weight of the share of minutiae that paired, 0 to 1000.
    pub agreement: u32,
}

impl Default for FusionConfig {
    fn default() -> Self {
        Self { relaxation: 80, evidence: 1, agreement: 10 }
    }
}

impl Config {
    /// Checks every value against its range.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the first value that is outside.
    pub fn check(&self) -> Result<()> {
        let CylinderConfig { radius, grid, direction_bins, .. } = self.cylinder;
        let c = &self.cylinder;
        in_range("radius", radius, 20.0, 150.0)?;
        in_range("grid", grid as f64, 4.0, 16.0)?;
        in_range("direction_bins", direction_bins as f64, 2.0, 8.0)?;
        in_range("sigma_spatial", c.sigma_spatial, 2.0, 30.0)?;
        in_range("sigma_direction", c.sigma_direction, 0.1, 2.0)?;
        in_range("bit_threshold", c.bit_threshold, 0.0, 1.0)?;
        in_range("hull_margin", c.hull_margin, 0.0, 500.0)?;
        in_range("min_valid_cells", c.min_valid_cells, 0.0, 1.0)?;
        in_range("min_contributors", c.min_contributors as f64, 1.0, 255.0)?;
        let l = &self.local;
        in_range("max_direction_difference", l.max_direction_difference, 0.0, std::f64::consts::PI)?;
        in_range("min_common_cells", l.min_common_cells, 0.0, 1.0)?;
        in_range("min_pairs", l.min_pairs as f64, 1.0, 255.0)?;
        in_range("max_pairs", l.max_pairs as f64, l.min_pairs as f64, 255.0)?;
        in_range("pairs_middle", l.pairs_middle, 0.0, 255.0)?;
        in_range("pairs_slope", l.pairs_slope, 0.0, 100.0)?;
        let r = &self.relaxation;
        in_range("rounds", r.rounds as f64, 0.0, 20.0)?;
        in_range("own_share", r.own_share, 0.0, 1.0)?;
        in_range("distance_middle", r.distance_middle, 0.0, 100.0)?;
        in_range("distance_slope", r.distance_slope, -100.0, 0.0)?;
        in_range("direction_middle", r.direction_middle, 0.0, std::f64::consts::PI)?;
        in_range("direction_slope", r.direction_slope, -1000.0, 0.0)?;
        in_range("radial_middle", r.radial_middle, 0.0, std::f64::consts::PI)?;
        in_range("radial_slope", r.radial_slope, -1000.0, 0.0)?;
        let a = &self.alignment;
        in_range("from_relaxed", a.from_relaxed as f64, 1.0, 64.0)?;
        in_range("from_similar", a.from_similar as f64, 0.0, 64.0)?;
        in_range("distance", a.distance, 1.0, 50.0)?;
        in_range("direction", a.direction, 0.05, 1.5)?;
        in_range("overlap", a.overlap, 10.0, 200.0)?;
        let f = &self.fusion;
        for (field, weight) in
            [("relaxation", f.relaxation), ("evidence", f.evidence), ("agreement", f.agreement)]
        {
            in_range(field, f64::from(weight), 0.0, 1000.0)?;
        }
        Ok(())
    }
}

fn in_range(field: &str, value: f64, low: f64, high: f64) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(Error::invalid("configuration", field, value, format!("{low} to {high}")))
}
