//! The cylinder's formulas as tables of whole numbers, computed once for a configuration.
//!
//! Sums of whole numbers do not depend on their order, so a print that was turned by a quarter, or whose minutiae came
//! in another order, gives the very same cylinders.

use super::{CylinderConfig, DIRECTION_BINS, GRID};
use crate::simd::spread::COLUMNS as LANES;
use std::f64::consts::PI;
use std::ops::Range;

/// Contributions that sum to [`CylinderConfig::half_value`], in the unit of the sums.
pub(super) const HALF: u16 = 2048;
/// Direction differences are looked up in 1024 steps of a turn.
const DIRECTION_STEPS: usize = 1024;
/// 1/8 pixels in a pixel.
const EIGHTHS: f64 = 8.0;
/// How far a contribution reaches, in standard deviations.
const REACH: f64 = 3.0;

/// What [`Cylinders`](super::Cylinders) looks up.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    /// Columns of each row that lie in the disc.
    pub(super) disc: [Range<usize>; GRID],
    /// Squared distance beyond which a neighbour reaches no cell, in 1/64 square pixels.
    pub(super) neighbourhood_squared: i64,
    /// The Gaussian along one axis for each row or column, 1 at 65535, by the place in 1/8 pixels.
    spatial: Vec<[u16; LANES]>,
    /// The farthest place along an axis that reaches one.
    farthest: i32,
    /// Factors of the direction bins, in the unit of the sums, by the difference of directions.
    directional: Vec<[u16; DIRECTION_BINS]>,
}

impl Tables {
    pub(super) fn new(config: &CylinderConfig) -> Self {
        let reach = REACH * config.sigma_spatial;
        let centres = std::array::from_fn(|k| (centre(config, k) * EIGHTHS).round() as i32);
        let farthest = centres[GRID - 1] + (reach * EIGHTHS) as i32;
        let neighbourhood = (config.radius + reach) * EIGHTHS + 1.0;
        Self {
            disc: std::array::from_fn(|row| disc(config, row)),
            neighbourhood_squared: (neighbourhood * neighbourhood) as i64,
            spatial: (-farthest..=farthest).map(|place| spatial(config, &centres, place)).collect(),
            farthest,
            directional: (0..DIRECTION_STEPS).map(|step| directional(config, step)).collect(),
        }
    }

    /// Spatial factors of a neighbour at this place along an axis, for the grid's rows or columns; `None` where it
    /// reaches none. What is beyond the grid is 0.
    pub(super) fn spatial(&self, place: i32) -> Option<[u16; LANES]> {
        let from_first = usize::try_from(place + self.farthest).ok()?;
        self.spatial.get(from_first).copied()
    }

    /// Directional factors of all bins for a difference of directions in 1/65536 of a turn.
    pub(super) fn directional(&self, difference: u16) -> [u16; DIRECTION_BINS] {
        let step = (usize::from(difference) * DIRECTION_STEPS + (1 << 15)) >> 16;
        self.directional[step % DIRECTION_STEPS]
    }
}

/// Centre of a row or column of the grid in pixels.
fn centre(config: &CylinderConfig, k: usize) -> f64 {
    2.0 * config.radius / GRID as f64 * (k as f64 - (GRID as f64 - 1.0) / 2.0)
}

/// The columns of a row whose centres lie in the disc.
fn disc(config: &CylinderConfig, row: usize) -> Range<usize> {
    let y = centre(config, row);
    let inside = |&column: &usize| {
        let x = centre(config, column);
        x * x + y * y <= config.radius * config.radius
    };
    let start = (0..GRID).find(inside).unwrap_or(0);
    start..GRID - start
}

/// The Gaussian of the distance along an axis from each row or column, nothing beyond its reach.
fn spatial(config: &CylinderConfig, centres: &[i32; GRID], place: i32) -> [u16; LANES] {
    let reach = (REACH * config.sigma_spatial * EIGHTHS) as u32;
    let factor = |centre: i32| {
        let eighths = place.abs_diff(centre);
        let distance = f64::from(eighths) / EIGHTHS / config.sigma_spatial;
        let value = (65535.0 * libm::exp(-distance * distance / 2.0)).round() as u16;
        if eighths <= reach { value } else { 0 }
    };
    std::array::from_fn(|k| centres.get(k).map_or(0, |&centre| factor(centre)))
}

/// The Gaussian of the direction, integrated over each bin, times the paper's factor of the spatial one.
fn directional(config: &CylinderConfig, step: usize) -> [u16; DIRECTION_BINS] {
    let width = 2.0 * PI / DIRECTION_BINS as f64;
    let scale = config.sigma_direction * 2f64.sqrt();
    let difference = step as f64 * 2.0 * PI / DIRECTION_STEPS as f64;
    let unit = f64::from(HALF) / config.half_value / (config.sigma_spatial * (2.0 * PI).sqrt());
    std::array::from_fn(|bin| {
        let middle = -PI + (bin as f64 + 0.5) * width;
        let off = middle - difference;
        let off = off - 2.0 * PI * (off / (2.0 * PI)).round();
        let mass = 0.5 * (libm::erf((off + width / 2.0) / scale) - libm::erf((off - width / 2.0) / scale));
        (mass * unit).round().min(65535.0) as u16
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disc_of_the_grid_has_112_cells() {
        let tables = Tables::new(&CylinderConfig::default());
        assert_eq!(tables.disc.iter().map(Range::len).sum::<usize>(), 112);
    }

    #[test]
    fn a_neighbour_s_direction_is_shared_out_over_the_bins() {
        let config = CylinderConfig::default();
        let tables = Tables::new(&config);
        let unit = f64::from(HALF) / config.half_value / (config.sigma_spatial * (2.0 * PI).sqrt());
        for difference in (0..=u16::MAX).step_by(97) {
            let sum: f64 = tables.directional(difference).iter().map(|&f| f64::from(f) / unit).sum();
            assert!((0.999..=1.001).contains(&sum), "{difference}: {sum}");
        }
    }

    #[test]
    fn spatial_factors_follow_the_formula() {
        let config = CylinderConfig::default();
        let tables = Tables::new(&config);
        let centres: Vec<f64> = (0..GRID).map(|k| (8.0 * centre(&config, k)).round()).collect();
        for eighths in [0, 40, 72, 160, 223] {
            let distance = f64::from(eighths) / 8.0 / config.sigma_spatial;
            let factors = tables.spatial(centres[5] as i32 + eighths).unwrap();
            let expected = libm::exp(-distance * distance / 2.0);
            assert!((f64::from(factors[5]) / 65535.0 - expected).abs() < 1e-4, "{eighths}");
            assert_eq!(factors[GRID..], [0; 4]);
        }
        let last = centres[GRID - 1] as i32 + 224;
        assert!(tables.spatial(last).is_some_and(|factors| factors[GRID - 1] > 0 && factors[GRID - 2] == 0));
        assert!(tables.spatial(last + 1).is_none() && tables.spatial(-last - 1).is_none());
        assert_eq!(
            tables.spatial(-last).map(|factors| factors[0]),
            tables.spatial(last).map(|f| f[GRID - 1])
        );
    }
}
