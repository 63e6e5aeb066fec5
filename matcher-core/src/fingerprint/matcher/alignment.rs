//! Alignment: one print laid rigidly on the other, and the minutiae that then coincide.
//!
//! # Method
//! Each seed pair gives a rotation and a shift. Minutiae that then lie near each other and point the same way pair one
//! to one, the best first; a least-squares fit to these pairs gives a better alignment, and the pairing is repeated.
//! The alignment with most evidence wins: the squared weight of its pairs over the minutiae that both prints should
//! have seen. (Prototype; the least-squares rotation is that of Kabsch, 1976, in the plane.)

use super::config::AlignmentConfig;
use super::local::{ONE, Similarities};
use super::pairing::{Pair, greedy};
use crate::fingerprint::descriptor::{Described, Point};
use crate::units::{Angle, Rotation};

/// Distances from the centre up to which the tolerance grows, in pixels.
const GROWTH: usize = 150;
/// The smallest overlap that counts, so that a few chance pairs are not the whole print.
const MIN_OVERLAP: u64 = 6;
/// Weight of a pair whose neighbourhoods say nothing, in 1/32768 (0.3).
const PAIR_FLOOR: u64 = 9830;

/// What alignment looks up.
#[derive(Clone, Debug)]
pub(super) struct Aligner {
    /// Squared tolerance by distance from the centre in pixels, in 1/64 square pixels.
    tolerance_squared: Vec<i64>,
    /// Largest difference of directions, in 1/65536 of a turn.
    direction: u16,
    /// Squared distance at which a minutia is seen by the other print, in 1/64 square pixels.
    overlap_squared: i64,
}

/// A rigid motion: turn about `from`, then put that place on `to`. In 1/8 pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Motion {
    pub(super) turn: Angle,
    pub(super) from: (i32, i32),
    pub(super) to: (i32, i32),
}

/// The first print laid on the second.
#[derive(Clone, Debug)]
pub(super) struct Alignment {
    pub(super) motion: Motion,
    /// One-to-one pairs, best first; weights in 1/32768, at most 1.3.
    pub(super) pairs: Vec<Pair>,
    /// Squared weight over expected pairs, in 1/1024 of a pair.
    pub(super) evidence: u64,
    /// Weighted share of the minutiae seen by both that paired, in 1/1024.
    pub(super) agreement: u64,
}

impl Motion {
    fn of_pair(first: Point, second: Point) -> Self {
        Self { turn: second.direction - first.direction, from: (first.x, first.y), to: (second.x, second.y) }
    }

    fn apply(self, rotation: Rotation, p: Point) -> (i32, i32) {
        let (x, y) = rotation.apply(p.x - self.from.0, p.y - self.from.1);
        (self.to.0 + x, self.to.1 + y)
    }

    /// The least-squares motion of paired places; sums are taken from `seed`, so shifting a print changes nothing.
    fn fitted(pairs: impl ExactSizeIterator<Item = (Point, Point)>, seed: Self) -> Self {
        let n = pairs.len() as i64;
        let (mut u, mut v, mut w, mut z) = (0i64, 0i64, 0i64, 0i64);
        let (mut dot, mut cross) = (0i64, 0i64);
        for (a, b) in pairs {
            let (ax, ay) = (i64::from(a.x - seed.from.0), i64::from(a.y - seed.from.1));
            let (bx, by) = (i64::from(b.x - seed.to.0), i64::from(b.y - seed.to.1));
            (u, v, w, z) = (u + ax, v + ay, w + bx, z + by);
            dot += ax * bx + ay * by;
            cross += ax * by - ay * bx;
        }
        // 255 pairs of the largest print (65,535 pixels either way at 50 dpi) make products of 1.5e19, which do not fit
        // into 64 bits; their differences are at most 3.6e18.
        let product = |a: i64, b: i64| i128::from(a) * i128::from(b);
        let along = product(n, dot) - (product(u, w) + product(v, z));
        let across = product(n, cross) - (product(u, z) - product(v, w));
        let mean = |sum: i64| (((2 * sum.abs() + n) / (2 * n)) * sum.signum()) as i32;
        Self {
            turn: Angle::from_vector(along as i64, across as i64),
            from: (seed.from.0 + mean(u), seed.from.1 + mean(v)),
            to: (seed.to.0 + mean(w), seed.to.1 + mean(z)),
        }
    }
}

impl Aligner {
    pub(super) fn new(config: &AlignmentConfig) -> Self {
        let tolerance = |pixels: usize| {
            let eighths = config.distance * 8.0 * (0.6 + 0.4 * (pixels as f64 / 100.0));
            (eighths * eighths) as i64
        };
        let overlap = config.overlap * 8.0;
        Self {
            tolerance_squared: (0..=GROWTH).map(tolerance).collect(),
            direction: (config.direction * 65536.0 / (2.0 * std::f64::consts::PI)) as u16,
            overlap_squared: (overlap * overlap) as i64,
        }
    }

    /// The best alignment from the given seeds; `None` without seeds.
    pub(super) fn best(
        &self,
        first: &Described,
        second: &Described,
        similarities: &Similarities,
        seeds: impl Iterator<Item = Pair>,
    ) -> Option<Alignment> {
        let mut best: Option<Alignment> = None;
        let mut consider = |candidate: Alignment| {
            if best.as_ref().is_none_or(|best| candidate.evidence > best.evidence) {
                best = Some(candidate);
            }
        };
        for seed in seeds {
            let motion = Motion::of_pair(first.points()[seed.first], second.points()[seed.second]);
            let rough = self.lay(first, second, similarities, motion);
            if rough.pairs.len() >= 3 {
                let places = rough.pairs.iter().map(|p| (first.points()[p.first], second.points()[p.second]));
                let fitted = Motion::fitted(places, motion);
                consider(rough);
                consider(self.lay(first, second, similarities, fitted));
            } else {
                consider(rough);
            }
        }
        best
    }

    /// Lays the first print on the second and pairs what coincides.
    fn lay(&self, first: &Described, second: &Described, alike: &Similarities, motion: Motion) -> Alignment {
        let rotation = motion.turn.rotation();
        let mut pairs = Vec::new();
        let mut seen_second = vec![false; second.len()];
        let mut seen_first = 0u64;
        for (i, a) in first.points().iter().enumerate() {
            let (x, y) = motion.apply(rotation, *a);
            let direction = a.direction + motion.turn;
            let tolerance = self.tolerance((x - motion.to.0, y - motion.to.1));
            let mut seen = false;
            for (j, b) in second.points().iter().enumerate() {
                let square = squared((b.x - x, b.y - y));
                if square >= self.overlap_squared {
                    continue;
                }
                (seen, seen_second[j]) = (true, true);
                let turned = b.direction.distance(direction);
                if square <= tolerance && turned < self.direction {
                    let near =
                        u64::from(ONE) - (square as u64 * u64::from(ONE / 2)) / tolerance.max(1) as u64;
                    let aligned = u64::from(ONE - u32::from(turned) * (ONE / 2) / u32::from(self.direction));
                    let likeness = PAIR_FLOOR + u64::from(alike.get(i, j));
                    let weight = (((near * aligned) >> 15) * likeness) >> 15;
                    pairs.push(Pair { first: i, second: j, weight: weight as u32 });
                }
            }
            seen_first += u64::from(seen);
        }
        let seen_second = seen_second.iter().filter(|&&seen| seen).count() as u64;
        let pairs = greedy(pairs, first.len(), second.len(), usize::MAX);
        let weight: u64 = pairs.iter().map(|p| u64::from(p.weight)).sum();
        let (evidence, agreement) = strength(weight, pairs.len() as u64, seen_first * seen_second);
        Alignment { motion, pairs, evidence, agreement }
    }

    /// Squared tolerance at a place seen from the centre.
    fn tolerance(&self, from_centre: (i32, i32)) -> i64 {
        let pixels = (squared(from_centre) as u64).isqrt() / 8;
        self.tolerance_squared[(pixels as usize).min(GROWTH)]
    }
}

/// Evidence and agreement of pairs with this weight (1/32768), given the product of the minutiae seen by both.
fn strength(weight: u64, pairs: u64, seen: u64) -> (u64, u64) {
    let expected_16ths = (seen << 8).isqrt().max(16 * MIN_OVERLAP).max(16 * pairs);
    let evidence = (weight * weight * 16 / expected_16ths) >> 20;
    let agreement = (pairs * weight / seen.max(MIN_OVERLAP * MIN_OVERLAP)) >> 5;
    (evidence, agreement)
}

fn squared((x, y): (i32, i32)) -> i64 {
    i64::from(x) * i64::from(x) + i64::from(y) * i64::from(y)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(x: i32, y: i32) -> Point {
        Point { x, y, direction: Angle::ZERO, source: 0 }
    }

    #[test]
    fn a_fit_finds_the_motion_that_made_the_pairs() {
        let turn = Angle::from_degrees(33.0).unwrap();
        let places = [(0, 0), (800, 100), (-300, 900), (400, -700)];
        let pairs = places.map(|(x, y)| {
            let (u, v) = turn.rotation().apply(x, y);
            (point(x + 1000, y - 50), point(u - 77, v + 4000))
        });
        let seed = Motion { turn: Angle::ZERO, from: (1000, -50), to: (0, 0) };
        let fitted = Motion::fitted(pairs.into_iter(), seed);
        assert!(fitted.turn.distance(turn) <= 10, "{fitted:?}");
        for (a, b) in pairs {
            let (x, y) = fitted.apply(fitted.turn.rotation(), a);
            assert!((x - b.x).abs() <= 2 && (y - b.y).abs() <= 2);
        }
    }

    #[test]
    fn strength_follows_the_formula() {
        let one = u64::from(ONE);
        assert_eq!(strength(10 * one, 10, 400), (5 * 1024, 10 * 10 * 1024 / 400)); // 100 / 20 expected
        assert_eq!(strength(2 * one, 2, 4).0, 4 * 1024 / 6); // never fewer than six expected
        assert_eq!(strength(0, 0, 0), (0, 0));
    }
}
