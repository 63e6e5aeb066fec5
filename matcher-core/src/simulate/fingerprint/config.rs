//! Every number of the simulation, with its unit, its range and where it comes from.
//!
//! "Fitted" means: set so that simulated impressions show the figures of the real ones in the table of the
//! [module page](super). Numbers without a source were chosen to look like plain impressions.

use super::PatternClass;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// All numbers of a [`FingerSimulator`](super::FingerSimulator); the default is a plain live-scan impression.
///
/// # Examples
/// ```
/// use matcher_core::simulate::fingerprint::FingerprintConfig;
/// let mut config = FingerprintConfig::default();
/// config.impression.rotation_sd_degrees = 30.0; // a careless capture
/// assert!(config.check().is_ok());
/// config.impression.rotation_sd_degrees = f64::NAN;
/// let error = config.check().unwrap_err().to_string();
/// assert_eq!(error, "fingerprint simulation: impression.rotation_sd_degrees is NaN, expected 0 to 180");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FingerprintConfig {
    /// What a finger is like.
    pub master: MasterConfig,
    /// What an impression of it is like.
    pub impression: ImpressionConfig,
}

/// What a finger is like; see [`MasterPrint`](super::MasterPrint).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MasterConfig {
    /// Relative frequency of each class, in the order of [`PatternClass::ALL`]; each 0 to 1,000,000, their sum above 0.
    /// Default: [`PatternClass::natural_share`].
    pub pattern_shares: [f64; 5],
    /// Standard deviation of each core and delta about its usual place, in mm, 0 to 5. Default 0.9, by look.
    pub singularity_sd_mm: f64,
    /// Width of the ridge area of the finger, in mm, 5 to 40. Default 18: what a plain impression can show of it.
    pub width_mm: f64,
    /// Its height, in mm, 5 to 50. Default 23.
    pub height_mm: f64,
    /// Minutiae per square millimetre, 0 to 0.6. Default 0.25, fitted.
    pub density: f64,
    /// Standard deviation of the density from finger to finger, as a share of it, 0 to 0.5. Default 0.15, fitted.
    pub density_sd: f64,
    /// The least distance of two minutiae, in pixels at 500 dpi, 0 to 40. Default 10: a little over one
    /// ridge period (9 pixels, 0.46 mm), fitted.
    pub spacing_px: f64,
    /// Share of ridge endings, 0 to 1, the rest bifurcations. Default 0.64: real prints have 0.54 to 0.69.
    pub ending_share: f64,
    /// Probability that a minutia points the same way along the ridges as the one nearest to it, 0 to 1. Default 0.56:
    /// real prints have 0.51 to 0.61.
    pub polarity_agreement: f64,
}

impl Default for MasterConfig {
    fn default() -> Self {
        Self {
            pattern_shares: PatternClass::ALL.map(PatternClass::natural_share),
            singularity_sd_mm: 0.9,
            width_mm: 18.0,
            height_mm: 23.0,
            density: 0.25,
            density_sd: 0.15,
            spacing_px: 10.0,
            ending_share: 0.64,
            polarity_agreement: 0.56,
        }
    }
}

/// What an impression of a finger is like, and what an extractor makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImpressionConfig {
    /// Width of the image in pixels at 500 dpi, 16 to 4,000. Default 388.
    pub width_px: u16,
    /// Its height, 16 to 4,000. Default 480.
    pub height_px: u16,
    /// Mean width of the ellipse that touches the glass, in mm, 1 to 40. Default 12.7, fitted.
    pub contact_width_mm: f64,
    /// Its mean height, in mm, 1 to 50. Default 18.3, fitted.
    pub contact_height_mm: f64,
    /// Standard deviation of both from impression to impression, as a share, 0 to 0.5. Default 0.12, fitted.
    pub contact_sd: f64,
    /// Standard deviation, along each axis, of where on the finger the contact is, in mm, 0 to 10. Default 1.2, fitted.
    pub contact_shift_mm: f64,
    /// Standard deviation of the rotation, in degrees, 0 to 180. Default 12: that of FVC2002 DB1 and DB3; guided
    /// captures (`UareU`, MINEX III) have 3 to 4.
    pub rotation_sd_degrees: f64,
    /// Standard deviation, along each axis, of where on the image the contact is, in pixels, 0 to 500. Default 12.
    pub placement_sd_px: f64,
    /// Median size of the elastic distortion: standard deviation of the displacement along each axis, in pixels, 0 to
    /// 30. Default 2, fitted.
    pub distortion_px: f64,
    /// Spread of that size from impression to impression: standard deviation of its logarithm, 0 to 2. Default 0.4.
    pub distortion_spread: f64,
    /// Shortest and longest wave of the distortion, in pixels, 50 to 5,000. Default 220 to 520: half a contact and up.
    pub distortion_waves_px: (f64, f64),
    /// Standard deviation of the position along each axis, in pixels, of a minutia of full quality, 0 to 20. Default
    /// 0.85, fitted; rounding to whole pixels adds 0.29.
    pub position_jitter_px: f64,
    /// Standard deviation of the direction, in degrees, of a minutia of full quality, 0 to 90. Default 1.9, fitted.
    pub direction_jitter_degrees: f64,
    /// How much both grow towards quality 0: at quality `q` (0 to 1) they are `1 + growth (1 - q)` times as large; 0 to
    /// 20. Default 2.5, fitted.
    pub jitter_growth: f64,
    /// Probability that a direction is turned by 180 degrees, 0 to 1. Default 0.001: real pairs show 0.1 to 0.5 %,
    /// a part of it by coincidence of spurious minutiae.
    pub flip: f64,
    /// Probability that ending and bifurcation are confused, 0 to 1. Default 0.08: real pairs agree in 78 to 89 %.
    pub kind_confusion: f64,
    /// Mean clarity of a genuine minutia, in logits, -10 to 10. Default 2.7, fitted. A minutia's
    /// quality is `quality_best / (1 + exp(-clarity))`, and below `quality_cut` it is missed.
    pub clarity_mean: f64,
    /// Part of the clarity that is the minutia's own and returns in every impression: standard deviation in logits, 0 to
    /// 10. Default 1.2.
    pub clarity_minutia_sd: f64,
    /// Part that belongs to the impression: a dry or a smudged one; 0 to 10. Default 0.6.
    pub clarity_impression_sd: f64,
    /// Part that changes with both, 0 to 10. Default 1.5, fitted.
    pub clarity_noise_sd: f64,
    /// Probability that a minutia is missed however clear it is, 0 to 1. Default 0.025, fitted.
    pub lapse: f64,
    /// Spurious minutiae per square millimetre, in an impression of mean clarity, 0 to 0.3. Default 0.022, fitted.
    pub spurious_density: f64,
    /// Mean clarity of a spurious minutia, in logits, -10 to 10. Default 0, fitted.
    pub spurious_clarity_mean: f64,
    /// Its standard deviation, 0 to 10. Default 1.5.
    pub spurious_clarity_sd: f64,
    /// Standard deviation of the direction of a spurious minutia about the ridges, in degrees, 0 to 180. Default 15.
    pub spurious_direction_sd_degrees: f64,
    /// The least quality that the extractor writes, as a share, 0 to 1. Default 0.3: that of the real templates.
    pub quality_cut: f64,
    /// The quality of a perfectly clear minutia, as a share, 0 to 1. Default 0.98: hardly any real one is above.
    pub quality_best: f64,
    /// The least distance of two minutiae that the extractor writes, in pixels, 0 to 40: of two nearer ones the better
    /// stays. Default 8, fitted.
    pub spacing_px: f64,
}

impl Default for ImpressionConfig {
    fn default() -> Self {
        Self {
            width_px: 388,
            height_px: 480,
            contact_width_mm: 12.7,
            contact_height_mm: 18.3,
            contact_sd: 0.12,
            contact_shift_mm: 1.2,
            rotation_sd_degrees: 12.0,
            placement_sd_px: 12.0,
            distortion_px: 2.0,
            distortion_spread: 0.4,
            distortion_waves_px: (220.0, 520.0),
            position_jitter_px: 0.85,
            direction_jitter_degrees: 1.9,
            jitter_growth: 2.5,
            flip: 0.001,
            kind_confusion: 0.08,
            clarity_mean: 2.7,
            clarity_minutia_sd: 1.2,
            clarity_impression_sd: 0.6,
            clarity_noise_sd: 1.5,
            lapse: 0.025,
            spurious_density: 0.022,
            spurious_clarity_mean: 0.0,
            spurious_clarity_sd: 1.5,
            spurious_direction_sd_degrees: 15.0,
            quality_cut: 0.3,
            quality_best: 0.98,
            spacing_px: 8.0,
        }
    }
}

impl FingerprintConfig {
    /// Whether every number lies in the range stated at its field.
    ///
    /// # Errors
    /// [`Error::Invalid`]: the first that does not, by name, with its value and its range.
    pub fn check(&self) -> Result<()> {
        let (m, i) = (&self.master, &self.impression);
        for (index, share) in m.pattern_shares.iter().enumerate() {
            within(&format!("master.pattern_shares[{index}]"), *share, 0.0, 1e6)?;
        }
        if m.pattern_shares.iter().sum::<f64>() <= 0.0 {
            return Err(refused("master.pattern_shares", "all 0", "at least one above 0"));
        }
        let (shortest, longest) = i.distortion_waves_px;
        let ranges = [
            ("master.singularity_sd_mm", m.singularity_sd_mm, 0.0, 5.0),
            ("master.width_mm", m.width_mm, 5.0, 40.0),
            ("master.height_mm", m.height_mm, 5.0, 50.0),
            ("master.density", m.density, 0.0, 0.6),
            ("master.density_sd", m.density_sd, 0.0, 0.5),
            ("master.spacing_px", m.spacing_px, 0.0, 40.0),
            ("master.ending_share", m.ending_share, 0.0, 1.0),
            ("master.polarity_agreement", m.polarity_agreement, 0.0, 1.0),
            ("impression.width_px", f64::from(i.width_px), 16.0, 4_000.0),
            ("impression.height_px", f64::from(i.height_px), 16.0, 4_000.0),
            ("impression.contact_width_mm", i.contact_width_mm, 1.0, 40.0),
            ("impression.contact_height_mm", i.contact_height_mm, 1.0, 50.0),
            ("impression.contact_sd", i.contact_sd, 0.0, 0.5),
            ("impression.contact_shift_mm", i.contact_shift_mm, 0.0, 10.0),
            ("impression.rotation_sd_degrees", i.rotation_sd_degrees, 0.0, 180.0),
            ("impression.placement_sd_px", i.placement_sd_px, 0.0, 500.0),
            ("impression.distortion_px", i.distortion_px, 0.0, 30.0),
            ("impression.distortion_spread", i.distortion_spread, 0.0, 2.0),
            ("impression.distortion_waves_px.0", shortest, 50.0, 5_000.0),
            ("impression.distortion_waves_px.1", longest, shortest, 5_000.0),
            ("impression.position_jitter_px", i.position_jitter_px, 0.0, 20.0),
            ("impression.direction_jitter_degrees", i.direction_jitter_degrees, 0.0, 90.0),
            ("impression.jitter_growth", i.jitter_growth, 0.0, 20.0),
            ("impression.flip", i.flip, 0.0, 1.0),
            ("impression.kind_confusion", i.kind_confusion, 0.0, 1.0),
            ("impression.clarity_mean", i.clarity_mean, -10.0, 10.0),
            ("impression.clarity_minutia_sd", i.clarity_minutia_sd, 0.0, 10.0),
            ("impression.clarity_impression_sd", i.clarity_impression_sd, 0.0, 10.0),
            ("impression.clarity_noise_sd", i.clarity_noise_sd, 0.0, 10.0),
            ("impression.lapse", i.lapse, 0.0, 1.0),
            ("impression.spurious_density", i.spurious_density, 0.0, 0.3),
            ("impression.spurious_clarity_mean", i.spurious_clarity_mean, -10.0, 10.0),
            ("impression.spurious_clarity_sd", i.spurious_clarity_sd, 0.0, 10.0),
            ("impression.spurious_direction_sd_degrees", i.spurious_direction_sd_degrees, 0.0, 180.0),
            ("impression.quality_cut", i.quality_cut, 0.0, 1.0),
            ("impression.quality_best", i.quality_best, 0.0, 1.0),
            ("impression.spacing_px", i.spacing_px, 0.0, 40.0),
        ];
        ranges.into_iter().try_for_each(|(field, value, low, high)| within(field, value, low, high))
    }
}

/// Refuses a value outside its range; NaN lies in none.
fn within(field: &str, value: f64, low: f64, high: f64) -> Result<()> {
    if (low..=high).contains(&value) {
        Ok(())
    } else {
        Err(refused(field, value, format!("{low} to {high}")))
    }
}

fn refused(field: &str, value: impl std::fmt::Display, expected: impl std::fmt::Display) -> Error {
    Error::invalid("fingerprint simulation", field, value, expected)
}
