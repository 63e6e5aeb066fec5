//! The described minutiae of a print: cylinders as bits, places in whole numbers, in an order that no turning changes.

use crate::fingerprint::Minutia;
use crate::units::Angle;
use std::cmp::Ordering;
use std::fmt;

/// A minutia in the engine's frame: 1/8 pixels at 500 dpi, x to the right and y **upwards**.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::fingerprint) struct Point {
    pub(in crate::fingerprint) x: i32,
    pub(in crate::fingerprint) y: i32,
    pub(in crate::fingerprint) direction: Angle,
    /// Index into the template's minutiae.
    pub(in crate::fingerprint) source: u16,
}

impl Point {
    /// Takes a minutia that is at 500 dpi already.
    pub(super) fn new(m: &Minutia, source: usize) -> Self {
        let eighth = |steps: i32| steps / 32; // exact: `at_500_dpi` rounds to 1/8 pixel
        Self {
            x: eighth(m.x.steps()),
            y: -eighth(m.y.steps()),
            direction: m.direction,
            source: source as u16,
        }
    }

    /// The vector from here to there.
    pub(in crate::fingerprint) const fn to(self, there: Self) -> (i32, i32) {
        (there.x - self.x, there.y - self.y)
    }
}

/// The shape of the bits: how many layers (direction bins), and words a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::fingerprint) struct Shape {
    pub(in crate::fingerprint) layers: usize,
    pub(in crate::fingerprint) layer_words: usize,
}

/// One described minutia while it is being made.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cylinder {
    pub(super) bits: Vec<u64>,
    pub(super) mask: Vec<u64>,
    pub(super) point: Point,
}

/// The minutiae of one print that have a cylinder.
///
/// Only minutiae whose neighbourhood is known well enough have one. They are ordered by the bits of their cylinders,
/// which do not change when a print is moved or turned: no tie is ever decided by how the finger lay on the glass.
#[derive(Clone, PartialEq, Eq)]
pub struct Described {
    shape: Shape,
    points: Vec<Point>,
    bits: Vec<u64>,
    masks: Vec<u64>,
}

impl Described {
    pub(super) fn new(shape: Shape, mut cylinders: Vec<Cylinder>) -> Self {
        cylinders.sort_unstable();
        Self {
            shape,
            points: cylinders.iter().map(|c| c.point).collect(),
            bits: cylinders.iter().flat_map(|c| c.bits.iter().copied()).collect(),
            masks: cylinders.iter().flat_map(|c| c.mask.iter().copied()).collect(),
        }
    }

    /// How many minutiae have a cylinder.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    pub(in crate::fingerprint) const fn shape(&self) -> Shape {
        self.shape
    }

    pub(in crate::fingerprint) fn points(&self) -> &[Point] {
        &self.points
    }

    /// Bits (layer after layer) and valid cells (the same in every layer) of the minutia at `index`.
    pub(in crate::fingerprint) fn cylinder(&self, index: usize) -> (&[u64], &[u64]) {
        let Shape { layers, layer_words } = self.shape;
        let words = layers * layer_words;
        (&self.bits[index * words..][..words], &self.masks[index * layer_words..][..layer_words])
    }

    /// A total order of prints that no moving or turning of a print changes.
    pub(in crate::fingerprint) fn order(&self, other: &Self) -> Ordering {
        self.len()
            .cmp(&other.len())
            .then_with(|| self.bits.cmp(&other.bits))
            .then_with(|| self.masks.cmp(&other.masks))
            .then_with(|| self.points.cmp(&other.points))
    }
}

impl fmt::Debug for Described {
    /// Says how many minutiae there are, and nothing that describes them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Described").field("len", &self.len()).finish_non_exhaustive()
    }
}
