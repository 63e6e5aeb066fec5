//! Descriptors: what the neighbourhood of a minutia looks like, in a form that compares fast.
//!
//! [`Describer`] turns a template into its [`Described`] minutiae: the bits of each minutia's cylinder beside its place
//! and direction in the engine's frame. A describer holds the tables of its configuration: make one, use it often.

mod cylinder;
mod described;
mod hull;
mod tables;

pub use cylinder::Describer;
pub use described::Described;
pub(super) use described::Point;

use serde::{Deserialize, Serialize};

/// Parameters of the cylinder.
///
/// # References
/// R. Cappelli, M. Ferrara, D. Maltoni, *Minutia Cylinder-Code: A New Representation and Matching Technique for
/// Fingerprint Recognition*, IEEE TPAMI 32(12), 2010: the symbols in brackets are theirs. Where a value differs from
/// theirs, it was chosen on real prints before this implementation; the descriptor was found to gain by it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CylinderConfig {
    /// Radius of the cylinder in pixels at 500 dpi, 20 to 150 \[R = 70\].
    pub radius: f64,
    /// Cells along the side of the square grid around the disc, 4 to 16 \[Ns\]; 12 here, 8 or 16 in the paper.
    pub grid: usize,
    /// Direction bins, 2 to 8 \[Nd\]; 6 here as in the paper's first variant.
    pub direction_bins: usize,
    /// Standard deviation of a neighbour's spatial contribution in pixels, 2 to 30 \[sigma S = 28/3\].
    pub sigma_spatial: f64,
    /// Standard deviation of a neighbour's directional contribution in radians, 0.1 to 2 \[sigma D = 2 pi/9\].
    pub sigma_direction: f64,
    /// A cell's bit is set where the contributions sum to more than this, 0 to 1 \[mu psi = 0.01\].
    pub bit_threshold: f64,
    /// A cell is valid within this distance of the convex hull of all minutiae, in pixels, 0 to 500 \[omega = 50\].
    pub hull_margin: f64,
    /// Smallest share of valid cells for a cylinder to count, 0 to 1 \[min VC = 0.75\].
    pub min_valid_cells: f64,
    /// Smallest number of minutiae that contribute to a cylinder for it to count \[min M = 2\].
    pub min_contributors: usize,
}

impl Default for CylinderConfig {
    fn default() -> Self {
        Self {
            radius: 70.0,
            grid: 12,
            direction_bins: 6,
            sigma_spatial: 28.0 / 3.0,
            sigma_direction: 2.0 * std::f64::consts::PI / 9.0,
            bit_threshold: 0.01,
            hull_margin: 50.0,
            min_valid_cells: 0.75,
            min_contributors: 2,
        }
    }
}
