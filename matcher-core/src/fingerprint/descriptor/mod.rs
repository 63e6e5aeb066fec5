//! Descriptors: what the neighbourhood of a minutia looks like, in a form that compares fast.
//!
//! [`Cylinders`] sums up the neighbourhood of each minutia in 672 small numbers; a [`Projection`] makes a code of 256
//! bits of them. [`Describer`] does both and gives the [`Described`] minutiae of a template: codes beside places and
//! directions in the engine's frame. A describer holds the tables of its configuration: make one, use it often.

mod cylinder;
mod described;
mod packed;
mod projection;
mod search_code;
mod tables;

pub use cylinder::{Cylinders, VALUES};
pub(super) use described::Point;
pub use described::{Code, Described, Describer};
pub use projection::{CODE_BITS, Projection};
#[cfg(feature = "faiss")]
pub(crate) use search_code::words;
pub use search_code::{SEARCH_MINUTIAE, SearchCode};

use serde::{Deserialize, Serialize};

/// Cells along the side of the square grid around the disc \[Ns\]; 12 here, 8 or 16 in the paper.
pub const GRID: usize = 12;
/// Direction bins \[Nd\]; 6 as in the paper's first variant.
pub const DIRECTION_BINS: usize = 6;

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
    /// Standard deviation of a neighbour's spatial contribution in pixels, 2 to 30 \[sigma S = 28/3\].
    pub sigma_spatial: f64,
    /// Standard deviation of a neighbour's directional contribution in radians, 0.1 to 2 \[sigma D = 2 pi/9\].
    pub sigma_direction: f64,
    /// Contributions that sum to this are half of the largest value, 0.005 to 1 \[mu psi = 0.01\].
    pub half_value: f64,
    /// Smallest number of minutiae that contribute to a cylinder for it to count \[min M = 2\].
    pub min_contributors: usize,
}

impl Default for CylinderConfig {
    fn default() -> Self {
        Self {
            radius: 70.0,
            sigma_spatial: 28.0 / 3.0,
            sigma_direction: 2.0 * std::f64::consts::PI / 9.0,
            half_value: 0.01,
            min_contributors: 2,
        }
    }
}
