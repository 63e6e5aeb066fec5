//! Every number of the ridge images, with its unit and range; chosen by look, beside plain optical live-scan prints.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// What the ridges of a simulated image look like; how the finger lies is in
/// [`ImpressionConfig`](super::super::ImpressionConfig).
///
/// # Examples
/// ```
/// use matcher_core::simulate::fingerprint::RidgeConfig;
/// let config = RidgeConfig { noise_sd: -1.0, ..RidgeConfig::default() };
/// let error = config.check().unwrap_err().to_string();
/// assert_eq!(error, "ridge simulation: noise_sd is -1, expected 0 to 60");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RidgeConfig {
    /// Distance from ridge to ridge, in pixels at 500 dpi, 6 to 16. Default 9 (0.46 mm), the usual one of adults.
    pub period_px: f64,
    /// Standard deviation of it from finger to finger, as a share, 0 to 0.2. Default 0.05.
    pub period_sd: f64,
    /// How far ridges stray from even curves, standard deviation in pixels along each axis, 0 to 6. Default 2.5.
    pub wander_px: f64,
    /// The least distance of two minutiae as they are placed, in pixels, 18 to 60. Default 20: nearer ones blur the
    /// ridges between them.
    pub spacing_px: f64,
    /// Standard deviation of the pressure from impression to impression, 0 to 1. Default 0.25; +1 makes ridges about three
    /// times as wide as valleys, -1 the reverse.
    pub pressure_sd: f64,
    /// Grey of a ridge under full contrast, 0 to 200. Default 55.
    pub ridge_grey: f64,
    /// Grey of a valley, 0 to 255 and not below the ridge's. Default 215.
    pub valley_grey: f64,
    /// Standard deviation of the contrast over the print, as a share, 0 to 0.5. Default 0.1.
    pub contrast_sd: f64,
    /// Standard deviation of the noise on ridges and valleys, in grey levels, 0 to 60. Default 10.
    pub noise_sd: f64,
    /// Mean number of spots that left no ridges, 0 to 20. Default 2.
    pub gaps: f64,
    /// Their smallest and largest radius, in mm, 0.1 to 5. Default 0.3 to 0.9.
    pub gap_radius_mm: (f64, f64),
    /// Width over which the print fades to paper at its edge, in pixels, 1 to 60. Default 9.
    pub edge_px: f64,
}

impl Default for RidgeConfig {
    fn default() -> Self {
        Self {
            period_px: 9.0,
            period_sd: 0.05,
            wander_px: 2.5,
            spacing_px: 20.0,
            pressure_sd: 0.25,
            ridge_grey: 55.0,
            valley_grey: 215.0,
            contrast_sd: 0.1,
            noise_sd: 10.0,
            gaps: 2.0,
            gap_radius_mm: (0.3, 0.9),
            edge_px: 9.0,
        }
    }
}

impl RidgeConfig {
    /// Whether every number lies in the range stated at its field.
    ///
    /// # Errors
    /// [`Error::Invalid`]: the first that does not, by name, with its value and its range.
    pub fn check(&self) -> Result<()> {
        let (smallest, largest) = self.gap_radius_mm;
        let ranges = [
            ("period_px", self.period_px, 6.0, 16.0),
            ("period_sd", self.period_sd, 0.0, 0.2),
            ("wander_px", self.wander_px, 0.0, 6.0),
            ("spacing_px", self.spacing_px, 18.0, 60.0),
            ("pressure_sd", self.pressure_sd, 0.0, 1.0),
            ("ridge_grey", self.ridge_grey, 0.0, 200.0),
            ("valley_grey", self.valley_grey, self.ridge_grey, 255.0),
            ("contrast_sd", self.contrast_sd, 0.0, 0.5),
            ("noise_sd", self.noise_sd, 0.0, 60.0),
            ("gaps", self.gaps, 0.0, 20.0),
            ("gap_radius_mm.0", smallest, 0.1, 5.0),
            ("gap_radius_mm.1", largest, smallest, 5.0),
            ("edge_px", self.edge_px, 1.0, 60.0),
        ];
        let wrong = ranges.into_iter().find(|(_, value, low, high)| !(*low..=*high).contains(value));
        wrong.map_or(Ok(()), |(field, value, low, high)| {
            Err(Error::invalid("ridge simulation", field, value, format!("{low} to {high}")))
        })
    }
}
