//! The described minutiae of a print: codes, places in whole numbers, in an order that no turning changes.

use super::CylinderConfig;
use super::cylinder::{Cylinders, VALUES};
use super::projection::{CODE_BITS, Projection};
use crate::fingerprint::{Minutia, Template};
use crate::simd::hamming::Block;
use crate::simd::overlay::Points;
use crate::units::Angle;
use std::cmp::Ordering;
use std::fmt;

/// A minutia in the engine's frame: 1/8 pixels at 500 dpi, x to the right and y **upwards**.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::fingerprint) struct Point {
    pub(in crate::fingerprint) x: i32,
    pub(in crate::fingerprint) y: i32,
    pub(in crate::fingerprint) direction: Angle,
    /// In percent, where the extractor said so.
    pub(in crate::fingerprint) quality: Option<u8>,
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
            quality: m.quality.map(crate::fingerprint::Quality::percent),
            source: source as u16,
        }
    }

    /// The vector from here to there.
    pub(in crate::fingerprint) const fn to(self, there: Self) -> (i32, i32) {
        (there.x - self.x, there.y - self.y)
    }
}

/// Words of a learned code.
pub(super) const LEARNED: usize = CODE_BITS / 32;
/// Words of the bits of a cylinder.
pub(super) const UNTRAINED: usize = VALUES.div_ceil(64);
/// A value above this is a set bit: the sum passed [`CylinderConfig::half_value`].
const HALF_VALUE: u8 = 63;

/// What stands for a cylinder, a row a minutia.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// The signs of a learned projection.
    Learned(Vec<[u32; LEARNED]>),
    /// The bits of the cylinder itself, as MCC has them.
    Untrained(Vec<[u64; UNTRAINED]>),
}

/// Describes templates: cylinders, then codes.
#[derive(Clone, Debug)]
pub struct Describer {
    cylinders: Cylinders,
    projection: Option<Projection>,
}

impl Describer {
    /// Computes the tables of a configuration, which must have been checked; without a projection the code is the
    /// cylinder's own bits.
    pub(in crate::fingerprint) fn new(config: &CylinderConfig, projection: Option<&Projection>) -> Self {
        Self { cylinders: Cylinders::new(config), projection: projection.cloned() }
    }

    /// What makes the cylinders.
    pub fn cylinders(&self) -> &Cylinders {
        &self.cylinders
    }

    /// Describes all minutiae of a template that have neighbours, whatever its resolution.
    pub fn describe(&self, template: &Template) -> Described {
        let (points, values) = self.cylinders.points(template);
        let cylinders: Vec<&[u8]> = values.chunks_exact(VALUES).collect();
        let in_order = |order: &[usize]| order.iter().map(|&k| points[k]).collect();
        if let Some(projection) = &self.projection {
            let (order, codes) = ordered(&projection.codes(&values), &cylinders, &points);
            let blocks = Block::from_codes(&codes);
            Described::new(in_order(&order), Code::Learned(codes), blocks)
        } else {
            let codes: Vec<_> = cylinders.iter().map(|cylinder| bits(cylinder)).collect();
            let (order, codes) = ordered(&codes, &cylinders, &points);
            Described::new(in_order(&order), Code::Untrained(codes), Vec::new())
        }
    }
}

/// The order of the minutiae by code, then by cylinder: neither changes when a print is moved or turned, so no tie is
/// ever decided by how the finger lay on the glass. Places come last.
fn ordered<C: Ord + Copy>(codes: &[C], cylinders: &[&[u8]], points: &[Point]) -> (Vec<usize>, Vec<C>) {
    let mut order: Vec<usize> = (0..codes.len()).collect();
    order.sort_unstable_by(|&a, &b| {
        let (a, b) = ((codes[a], cylinders[a], points[a]), (codes[b], cylinders[b], points[b]));
        a.cmp(&b)
    });
    let codes = order.iter().map(|&k| codes[k]).collect();
    (order, codes)
}

/// The bits of a cylinder.
fn bits(cylinder: &[u8]) -> [u64; UNTRAINED] {
    let mut bits = [0; UNTRAINED];
    for (k, &value) in cylinder.iter().enumerate() {
        bits[k / 64] |= u64::from(value > HALF_VALUE) << (k % 64);
    }
    bits
}

/// The minutiae of one print that have a code.
#[derive(Clone, PartialEq)]
pub struct Described {
    points: Vec<Point>,
    code: Code,
    /// The learned codes as columns; empty without.
    blocks: Vec<Block>,
    /// Places and directions side by side.
    lanes: Points,
}

impl Described {
    pub(super) fn new(points: Vec<Point>, code: Code, blocks: Vec<Block>) -> Self {
        let place = |p: &Point| (p.x as f32, p.y as f32, p.direction.steps());
        Self { lanes: points.iter().map(place).collect(), points, code, blocks }
    }

    /// The places of the minutiae of the best quality, at most so many, the best first; equal ones, and those of no stated
    /// quality, in the order of their codes.
    pub(super) fn best_places(&self, most: usize) -> Vec<usize> {
        let mut best: Vec<usize> = (0..self.len()).collect();
        best.sort_by_key(|&k| std::cmp::Reverse(self.points[k].quality));
        best.truncate(most);
        best
    }

    /// These minutiae alone, in the order in which they stand.
    pub(in crate::fingerprint) fn best(&self, most: usize) -> Self {
        let mut kept = self.best_places(most);
        kept.sort_unstable();
        let points = kept.iter().map(|&k| self.points[k]).collect();
        match &self.code {
            Code::Learned(codes) => {
                let codes: Vec<_> = kept.iter().map(|&k| codes[k]).collect();
                let blocks = Block::from_codes(&codes);
                Self::new(points, Code::Learned(codes), blocks)
            }
            Code::Untrained(codes) => {
                Self::new(points, Code::Untrained(kept.iter().map(|&k| codes[k]).collect()), Vec::new())
            }
        }
    }

    /// How many minutiae have a code.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// The codes.
    pub(in crate::fingerprint) fn code(&self) -> &Code {
        &self.code
    }

    pub(in crate::fingerprint) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    pub(in crate::fingerprint) fn points(&self) -> &[Point] {
        &self.points
    }

    pub(in crate::fingerprint) fn lanes(&self) -> &Points {
        &self.lanes
    }

    /// A total order of prints that no moving or turning of a print changes.
    pub(in crate::fingerprint) fn order(&self, other: &Self) -> Ordering {
        let sizes = self.len().cmp(&other.len());
        sizes.then_with(|| self.code.cmp(&other.code)).then_with(|| self.points.cmp(&other.points))
    }
}

impl fmt::Debug for Code {
    /// Codes are biometric data: only the kind is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if matches!(self, Self::Learned(_)) { "Learned" } else { "Untrained" };
        f.debug_tuple(kind).finish_non_exhaustive()
    }
}

impl fmt::Debug for Described {
    /// Says how many minutiae there are, and nothing that describes them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Described").field("len", &self.len()).finish_non_exhaustive()
    }
}
