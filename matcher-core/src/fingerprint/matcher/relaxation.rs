//! Relaxation: pairs that could lie on the same finger raise each other, the others fade.
//!
//! # Method
//! Two pairs agree as far as, in both prints, their minutiae lie equally far apart, differ equally in direction, and
//! see each other under equal angles; each of the three passes through a sigmoid. In each round a pair keeps a share
//! of its similarity and takes the rest from the pairs that agree with it. (MCC, section 4.2.)
//!
//! # Range and units
//! Similarities in 1/2^24; compatibilities in 1/32768. All sums are of whole numbers: their order does not matter.

use super::config::RelaxationConfig;
use super::local::ONE;
use super::pairing::Pair;
use crate::fingerprint::descriptor::{Described, Point};
use crate::units::Rotation;
use std::f64::consts::PI;

/// Fractional bits of a relaxed similarity.
pub(super) const RELAXED_BITS: u32 = 24;
/// Distances are compared up to 16 pixels of difference, in 1/8 pixels.
const DISTANCE_STEPS: usize = 128;
/// Directions are compared in 1/1024 of a turn, up to half a turn.
const DIRECTION_SHIFT: u32 = 6;
/// Radial angles are compared by their tangent, up to 1 (45 degrees), in 1/512.
const TANGENT_STEPS: i64 = 512;

/// What relaxation looks up.
#[derive(Clone, Debug)]
pub(super) struct Relaxation {
    rounds: usize,
    own_share: u64,
    distance: Vec<u32>,
    direction: Vec<u32>,
    radial: Vec<u32>,
}

/// The ends of a pair with their own upright frames.
struct Ends {
    first: Point,
    second: Point,
    upright_first: Rotation,
    upright_second: Rotation,
}

impl Relaxation {
    pub(super) fn new(config: &RelaxationConfig) -> Self {
        let sigmoid = |value: f64, middle: f64, slope: f64| {
            (f64::from(ONE) / (1.0 + libm::exp(-slope * (value - middle)))).round() as u32
        };
        let table = |steps: usize, value: &dyn Fn(f64) -> f64, middle, slope| {
            (0..=steps).map(|k| sigmoid(value(k as f64 + 0.5), middle, slope)).collect::<Vec<_>>()
        };
        let c = config;
        let turn = |k: f64| k * 2.0 * PI / f64::from(1u32 << (16 - DIRECTION_SHIFT));
        let tangent = |k: f64| libm::atan(k / TANGENT_STEPS as f64);
        Self {
            rounds: c.rounds,
            own_share: (c.own_share * f64::from(ONE)).round() as u64,
            distance: table(DISTANCE_STEPS, &|k| k / 8.0, c.distance_middle, c.distance_slope),
            direction: table(1 << (15 - DIRECTION_SHIFT), &turn, c.direction_middle, c.direction_slope),
            radial: table(TANGENT_STEPS as usize, &tangent, c.radial_middle, c.radial_slope),
        }
    }

    /// The similarities of the pairs after all rounds.
    pub(super) fn relax(&self, first: &Described, second: &Described, pairs: &[Pair]) -> Vec<u64> {
        let mut relaxed: Vec<u64> =
            pairs.iter().map(|p| u64::from(p.weight) << (RELAXED_BITS - 15)).collect();
        let others = pairs.len().saturating_sub(1) as u64;
        if others == 0 {
            return relaxed;
        }
        let support = self.compatibilities(first, second, pairs);
        for _ in 0..self.rounds {
            let round = support.chunks_exact(pairs.len()).zip(&relaxed).map(|(row, &own)| {
                let sum: u64 = row.iter().zip(&relaxed).map(|(&c, &value)| u64::from(c) * value).sum();
                let one = u64::from(ONE);
                (self.own_share * own + (one - self.own_share) * (sum / one / others)) / one
            });
            relaxed = round.collect();
        }
        relaxed
    }

    /// How far each pair (row) is supported by each other one (column).
    fn compatibilities(&self, first: &Described, second: &Described, pairs: &[Pair]) -> Vec<u32> {
        let ends = |p: &Pair| {
            let (a, b) = (first.points()[p.first], second.points()[p.second]);
            Ends {
                first: a,
                second: b,
                upright_first: (-a.direction).rotation(),
                upright_second: (-b.direction).rotation(),
            }
        };
        let ends: Vec<Ends> = pairs.iter().map(ends).collect();
        let n = pairs.len();
        let mut support = vec![0u32; n * n];
        for s in 0..n {
            for t in s + 1..n {
                let shared = self.agreement(&ends[s], &ends[t]);
                if shared > 0 {
                    support[s * n + t] = shared * self.radial_agreement(&ends[s], &ends[t]) / ONE;
                    support[t * n + s] = shared * self.radial_agreement(&ends[t], &ends[s]) / ONE;
                }
            }
        }
        support
    }

    /// Agreement in distance and in direction, the same seen from either pair.
    fn agreement(&self, s: &Ends, t: &Ends) -> u32 {
        let difference = length(s.first.to(t.first)).abs_diff(length(s.second.to(t.second)));
        let Some(&distance) = self.distance.get(difference as usize) else { return 0 };
        let turned = t.first.direction - s.first.direction;
        let direction = turned.distance(t.second.direction - s.second.direction);
        distance * self.direction[usize::from(direction >> DIRECTION_SHIFT)] / ONE
    }

    /// Agreement of the angles under which `s` sees `t`.
    fn radial_agreement(&self, s: &Ends, t: &Ends) -> u32 {
        let seen = |from: Point, to: Point, upright: Rotation| {
            let (x, y) = from.to(to);
            let (x, y) = upright.apply(x, y);
            (i64::from(x), i64::from(y))
        };
        let a = seen(s.first, t.first, s.upright_first);
        let b = seen(s.second, t.second, s.upright_second);
        let (along, across) = (a.0 * b.0 + a.1 * b.1, (a.0 * b.1 - a.1 * b.0).abs());
        if along <= 0 || across >= along {
            return 0; // more than 45 degrees apart
        }
        self.radial[(across * TANGENT_STEPS / along) as usize]
    }
}

fn length((x, y): (i32, i32)) -> u64 {
    let (x, y) = (i64::from(x), i64::from(y));
    ((x * x + y * y) as u64).isqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::matcher::config::RelaxationConfig;

    #[test]
    fn sigmoids_follow_the_formula() {
        let relaxation = Relaxation::new(&RelaxationConfig::default());
        let at = |table: &[u32], k: usize| f64::from(table[k]) / f64::from(ONE);
        assert!(at(&relaxation.distance, 0) > 0.999); // equal distances
        assert!((at(&relaxation.distance, 40) - 0.5).abs() < 0.05); // 5 pixels: the middle
        assert!(at(&relaxation.distance, 128) < 1e-3);
        assert!(at(&relaxation.direction, 0) > 0.999);
        assert!((at(&relaxation.direction, 1024 / 24) - 0.5).abs() < 0.05); // 15 degrees
        assert!(at(&relaxation.radial, 511) < 1e-3);
    }

    #[test]
    fn lengths_are_exact() {
        assert_eq!(length((3, -4)), 5);
        assert_eq!(length((i32::MAX / 4, 0)), (i32::MAX / 4) as u64);
    }
}
