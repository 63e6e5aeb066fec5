//! What a comparison found: the score, its parts, and the corresponding minutiae.

use super::alignment::Motion;
use super::fusion::Parts;
use super::prepared::Prepared;
use crate::provenance::Method;
use crate::units::Resolution;
use ndarray::{Array2, array};
use serde::{Deserialize, Serialize};

/// The result of comparing a probe with a reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Multiple of 1/1024; 0 no evidence that both prints are of one finger. Symmetric in the two prints.
    pub score: f64,
    /// Why the two prints could not be compared at all; the score is 0 then, and says nothing.
    pub not_comparable: Option<NotComparable>,
    /// What the score is made of.
    pub parts: Parts,
    /// Corresponding minutiae, a row each: index into the probe's minutiae, index into the reference's.
    pub pairs: Array2<usize>,
    /// 2x3 matrix that takes a place on the reference's image to the probe's image, both in their own pixels; `None`
    /// where nothing was aligned.
    pub transform: Option<Array2<f64>>,
    /// The method that made this.
    pub method: Method,
}

/// Too few minutiae with a known neighbourhood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotComparable {
    /// Described minutiae of the probe.
    pub probe: usize,
    /// Described minutiae of the reference.
    pub reference: usize,
    /// How many each needs.
    pub needed: usize,
}

impl std::fmt::Display for NotComparable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { probe, reference, needed } = self;
        write!(
            f,
            "not comparable: minutiae with a known neighbourhood are {probe} in the probe and {reference} in the \
             reference, expected at least {needed} in each"
        )
    }
}

/// The motion that lays the reference on the probe, as a matrix between the pixels of their own images.
pub(super) fn transform(motion: Motion, reference: &Prepared, probe: &Prepared) -> Array2<f64> {
    let (cos, sin) = motion.turn.rotation().cos_sin();
    // In the engine's frame y points upwards; on an image downwards, so sines change sign.
    let scale = |r: Resolution| [8.0 * 500.0 / r.x.to_f64(), 8.0 * 500.0 / r.y.to_f64()];
    let ([rx, ry], [px, py]) = (scale(reference.resolution()), scale(probe.resolution()));
    let from = (f64::from(motion.from.0), -f64::from(motion.from.1));
    let to = (f64::from(motion.to.0), -f64::from(motion.to.1));
    array![
        [cos * rx / px, sin * ry / px, (to.0 - cos * from.0 - sin * from.1) / px],
        [-sin * rx / py, cos * ry / py, (to.1 + sin * from.0 - cos * from.1) / py],
    ]
}
