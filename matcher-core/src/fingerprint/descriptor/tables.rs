//! The cylinder's formulas as tables of whole numbers, computed once for a configuration.
//!
//! Sums of whole numbers do not depend on their order, so a print that was turned by a quarter, or whose minutiae came
//! in another order, gives the very same cylinders.

use super::CylinderConfig;
use std::f64::consts::PI;

/// Fractional bits of a spatial contribution.
const SPATIAL_BITS: u32 = 20;
/// Fractional bits of a directional contribution.
const DIRECTIONAL_BITS: u32 = 12;
/// Squared distances are looked up in steps of 2^4 = 16, that is 1/4 pixel squared.
const DISTANCE_SHIFT: u32 = 4;
/// Direction differences are looked up in 1024 steps of a turn.
const DIRECTION_STEPS: usize = 1024;
/// 1/8 pixels in a pixel.
const EIGHTHS: f64 = 8.0;

/// What [`Describer`](super::Describer) looks up.
#[derive(Clone, Debug)]
pub(super) struct Tables {
    /// Centres of the cells in the disc, in 1/8 pixels from the minutia, its direction along the x axis.
    pub(super) cells: Vec<(i32, i32)>,
    /// Direction bins.
    pub(super) bins: usize,
    /// Squared reach of a neighbour's contribution (three standard deviations) in 1/64 square pixels.
    pub(super) reach_squared: i64,
    /// Squared distance beyond which a neighbour reaches no cell.
    pub(super) neighbourhood_squared: i64,
    /// Distance of a valid cell from the hull at most, in 1/8 pixels.
    pub(super) hull_margin: i32,
    /// Threshold of a bit, in the unit of [`Tables::contribution`].
    pub(super) bit_threshold: u32,
    spatial: Vec<u32>,
    directional: Vec<u32>,
}

impl Tables {
    pub(super) fn new(config: &CylinderConfig) -> Self {
        let reach = 3.0 * config.sigma_spatial * EIGHTHS;
        let reach_squared = (reach * reach) as i64;
        let neighbourhood = config.radius * EIGHTHS + reach + 1.0;
        Self {
            cells: cells(config),
            bins: config.direction_bins,
            reach_squared,
            neighbourhood_squared: (neighbourhood * neighbourhood) as i64,
            hull_margin: (config.hull_margin * EIGHTHS) as i32,
            bit_threshold: (config.bit_threshold * f64::from(1 << SPATIAL_BITS)) as u32,
            spatial: spatial(config, reach_squared),
            directional: directional(config),
        }
    }

    /// Spatial factor for a squared distance of at most [`Tables::reach_squared`].
    pub(super) fn spatial(&self, distance_squared: i64) -> u32 {
        self.spatial[(distance_squared >> DISTANCE_SHIFT) as usize]
    }

    /// Directional factors of all bins for a difference of directions in 1/65536 of a turn.
    pub(super) fn directional(&self, difference: u16) -> &[u32] {
        let step = (usize::from(difference) * DIRECTION_STEPS + (1 << 15)) >> 16;
        &self.directional[(step % DIRECTION_STEPS) * self.bins..][..self.bins]
    }

    /// A neighbour's contribution to one cell and bin: both factors together.
    pub(super) const fn contribution(spatial: u32, directional: u32) -> u32 {
        ((spatial as u64 * directional as u64) >> DIRECTIONAL_BITS) as u32
    }
}

/// Centres of the grid's cells that lie in the disc.
fn cells(config: &CylinderConfig) -> Vec<(i32, i32)> {
    let side = 2.0 * config.radius / config.grid as f64;
    let centre = |k: usize| side * (k as f64 - (config.grid as f64 - 1.0) / 2.0);
    let mut cells = Vec::with_capacity(config.grid * config.grid);
    for row in 0..config.grid {
        for column in 0..config.grid {
            let (x, y) = (centre(column), centre(row));
            if x * x + y * y <= config.radius * config.radius {
                cells.push(((x * EIGHTHS).round() as i32, (y * EIGHTHS).round() as i32));
            }
        }
    }
    cells
}

/// The Gaussian of the distance, as the paper normalises it: 1 / (sigma sqrt(2 pi)).
fn spatial(config: &CylinderConfig, reach_squared: i64) -> Vec<u32> {
    let sigma = config.sigma_spatial;
    let steps = (reach_squared >> DISTANCE_SHIFT) + 1;
    let value = |step: i64| {
        let square = (step as f64 + 0.5) * f64::from(1 << DISTANCE_SHIFT) / (EIGHTHS * EIGHTHS);
        let density = libm::exp(-square / (2.0 * sigma * sigma)) / (sigma * (2.0 * PI).sqrt());
        (density * f64::from(1 << SPATIAL_BITS)).round() as u32
    };
    (0..steps).map(value).collect()
}

/// The Gaussian of the direction, integrated over each bin.
fn directional(config: &CylinderConfig) -> Vec<u32> {
    let bins = config.direction_bins;
    let width = 2.0 * PI / bins as f64;
    let scale = config.sigma_direction * 2f64.sqrt();
    let mut table = Vec::with_capacity(DIRECTION_STEPS * bins);
    for step in 0..DIRECTION_STEPS {
        let difference = step as f64 * 2.0 * PI / DIRECTION_STEPS as f64;
        for bin in 0..bins {
            let middle = -PI + (bin as f64 + 0.5) * width;
            let off = middle - difference;
            let off = off - 2.0 * PI * (off / (2.0 * PI)).round();
            let mass =
                0.5 * (libm::erf((off + width / 2.0) / scale) - libm::erf((off - width / 2.0) / scale));
            table.push((mass * f64::from(1 << DIRECTIONAL_BITS)).round() as u32);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disc_of_the_standard_grid_has_112_cells() {
        assert_eq!(Tables::new(&CylinderConfig::default()).cells.len(), 112);
    }

    #[test]
    fn a_neighbour_s_direction_is_shared_out_over_the_bins() {
        let tables = Tables::new(&CylinderConfig::default());
        for difference in (0..=u16::MAX).step_by(97) {
            let sum: u32 = tables.directional(difference).iter().sum();
            assert!((4090..=4100).contains(&sum), "{difference}: {sum}");
        }
    }

    #[test]
    fn contributions_follow_the_formula() {
        let config = CylinderConfig::default();
        let tables = Tables::new(&config);
        let at =
            |pixels: f64| tables.spatial((pixels * 8.0 * pixels * 8.0) as i64) as f64 / f64::from(1 << 20);
        for pixels in [0.0, 5.0, 9.0, 20.0, 27.9] {
            let density = libm::exp(-pixels * pixels / (2.0 * config.sigma_spatial * config.sigma_spatial))
                / (config.sigma_spatial * (2.0 * PI).sqrt());
            assert!((at(pixels) - density).abs() < 1e-4, "{pixels} px");
        }
    }
}
