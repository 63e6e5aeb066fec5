//! Alignment: one print laid on the other, and the minutiae that then coincide.
//!
//! # Method
//! Each seed pair gives a rotation and a shift. Minutiae that then lie near each other and point the same way pair one
//! to one; a least-squares fit to these pairs gives a better alignment, and the pairing is repeated. The alignment with
//! most evidence wins. Skin is elastic, so the winner is refined: each minutia is moved by what the pairs around it are
//! still off by, and pairs again within narrower bounds. Evidence is the squared weight of the pairs over the minutiae
//! that both prints should have seen. (The least-squares rotation is that of Kabsch, 1976, in the plane.)

use super::config::AlignmentConfig;
use super::local::Distances;
use super::pairing::Pair;
use crate::fingerprint::descriptor::{Described, Point};
use crate::simd::Level;
use crate::simd::overlay::{self, LANES, Limits, Overlay, Placed, Points, Residual};
use crate::units::{Angle, Rotation};

/// 1/8 pixels in a pixel.
const EIGHTHS: f32 = 8.0;
/// Pixels from the centre over which the tolerance grows by 0.4 of itself, up to 1.5 times as far.
const GROWTH: f32 = 100.0;

/// What alignment looks up.
#[derive(Clone, Debug)]
pub(super) struct Aligner {
    config: AlignmentConfig,
    rough: Limits,
    refined: Limits,
    /// Square roots of what a minutia counts for, by its quality in percent.
    weights: Vec<f32>,
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
    /// Indexes of one-to-one pairs, in the order of the first print.
    pub(super) pairs: Vec<(u16, u16, u32)>,
    /// Squared weight over expected pairs, in 1/65536 of a pair.
    pub(super) evidence: u64,
}

/// The two prints with what all their alignments share.
struct Prints<'a> {
    level: Level,
    first: &'a Described,
    second: &'a Described,
    distances: &'a Distances,
    first_weights: Vec<f32>,
    second_weights: Vec<[f32; LANES]>,
}

impl Motion {
    fn of_pair(first: Point, second: Point) -> Self {
        Self { turn: second.direction - first.direction, from: (first.x, first.y), to: (second.x, second.y) }
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

    /// Where a place comes to lie, seen from `to`: so it has the same bits wherever on the image the prints are.
    fn apply(self, rotation: Rotation, p: Point) -> (f32, f32) {
        let (cos, sin) = rotation.cos_sin();
        let (cos, sin) = (cos as f32, sin as f32);
        let (dx, dy) = ((p.x - self.from.0) as f32, (p.y - self.from.1) as f32);
        (cos * dx - sin * dy, sin * dx + cos * dy)
    }
}

impl Prints<'_> {
    fn overlay(&self, motion: Motion, placed: &[Placed], limits: &Limits) -> Overlay {
        let origin = [motion.to.0 as f32, motion.to.1 as f32];
        let limits = Limits { origin, zero: self.distances.zero, ..*limits };
        let second = self.second.lanes();
        overlay::overlay(self.level, placed, second, &self.second_weights, &self.distances.values, &limits)
    }

    fn points(&self, pair: (u16, u16, u32)) -> (Point, Point) {
        (self.first.points()[usize::from(pair.0)], self.second.points()[usize::from(pair.1)])
    }
}

impl Aligner {
    pub(super) fn new(config: &AlignmentConfig) -> Self {
        let steps = 65536.0 / (2.0 * std::f64::consts::PI);
        let seen = config.overlap as f32 * EIGHTHS;
        let limits = |direction: f64, floor: f64| Limits {
            seen: seen * seen,
            angle: (steps * direction) as f32,
            floor: floor as f32,
            zero: 0, // set by the prints, as the origin is by the motion
            origin: [0.0; 2],
        };
        let share = |percent: i32| {
            let share = config.quality_floor + (1.0 - config.quality_floor) * f64::from(percent) / 100.0;
            share.sqrt() as f32
        };
        Self {
            rough: limits(config.direction, config.floor),
            refined: limits(config.refined_direction, config.refined_floor),
            weights: (0..=100).map(share).collect(),
            config: config.clone(),
        }
    }

    /// The best alignment from the given seeds; `None` without seeds.
    pub(super) fn best(
        &self,
        level: Level,
        first: &Described,
        second: &Described,
        distances: &Distances,
        seeds: impl Iterator<Item = Pair>,
    ) -> Option<Alignment> {
        let mut second_weights = vec![[0.0; LANES]; second.len().div_ceil(LANES)];
        for (k, point) in second.points().iter().enumerate() {
            second_weights[k / LANES][k % LANES] = self.weight(point);
        }
        let first_weights = first.points().iter().map(|point| self.weight(point)).collect();
        let prints = Prints { level, first, second, distances, first_weights, second_weights };
        let mut best: Option<Alignment> = None;
        let mut consider = |candidate: Alignment| {
            if best.as_ref().is_none_or(|best| candidate.evidence > best.evidence) {
                best = Some(candidate);
            }
        };
        for seed in seeds {
            let motion = Motion::of_pair(first.points()[seed.first], second.points()[seed.second]);
            let rough = self.lay(&prints, motion);
            if rough.pairs.len() >= 3 {
                let fitted = Motion::fitted(rough.pairs.iter().map(|&pair| prints.points(pair)), motion);
                consider(self.lay(&prints, fitted));
            }
            consider(rough);
        }
        best.map(|best| self.refine(&prints, best))
    }

    /// Square root of what a minutia counts for; without a stated quality it counts in full.
    fn weight(&self, point: &Point) -> f32 {
        point.quality.and_then(|percent| self.weights.get(usize::from(percent)).copied()).unwrap_or(1.0)
    }

    /// Lays the first print on the second and pairs what coincides.
    fn lay(&self, prints: &Prints<'_>, motion: Motion) -> Alignment {
        let rotation = motion.turn.rotation();
        let tolerance = self.config.distance as f32 * EIGHTHS;
        let place = |(point, &weight): (&Point, &f32)| {
            let (x, y) = motion.apply(rotation, *point);
            let off = (x * x + y * y).sqrt() * (1.0 / (EIGHTHS * GROWTH));
            let tolerance = tolerance * (0.6 + 0.4 * off.min(1.5));
            let angle = (point.direction + motion.turn).steps();
            Placed { x, y, angle, tolerance: tolerance * tolerance, weight }
        };
        let placed: Vec<Placed> =
            prints.first.points().iter().zip(&prints.first_weights).map(place).collect();
        self.judged(motion, prints.overlay(motion, &placed, &self.rough))
    }

    /// Lets each minutia follow the pairs around it, and pairs again.
    fn refine(&self, prints: &Prints<'_>, mut best: Alignment) -> Alignment {
        let config = &self.config;
        let (motion, rotation) = (best.motion, best.motion.turn.rotation());
        let (reach, tolerance) = (config.reach as f32 * EIGHTHS, config.refined_distance as f32 * EIGHTHS);
        let laid: Vec<(f32, f32, u16)> = prints
            .first
            .points()
            .iter()
            .map(|&point| {
                let (x, y) = motion.apply(rotation, point);
                (x, y, (point.direction + motion.turn).steps())
            })
            .collect();
        let points: Points = laid.iter().copied().collect();
        for _ in 0..config.refinements {
            let residuals: Vec<Residual> = best
                .pairs
                .iter()
                .map(|&pair| {
                    let ((x, y, angle), (_, b)) = (laid[usize::from(pair.0)], prints.points(pair));
                    let turned = f32::from(b.direction.steps().wrapping_sub(angle).cast_signed());
                    let (dx, dy) = ((b.x - motion.to.0) as f32 - x, (b.y - motion.to.1) as f32 - y);
                    Residual { index: pair.0, x, y, off: [dx, dy, turned] }
                })
                .collect();
            let by_reach = 1.0 / (reach * reach);
            let corrections =
                overlay::corrections(prints.level, &points, &residuals, by_reach, config.prior as f32);
            let placed: Vec<Placed> = laid
                .iter()
                .zip(&prints.first_weights)
                .enumerate()
                .map(|(k, (&(x, y, angle), &weight))| {
                    let [dx, dy, turned] = corrections[k / LANES].map(|lanes| lanes[k % LANES]);
                    let angle = angle.wrapping_add_signed(turned as i16);
                    Placed { x: x + dx, y: y + dy, angle, tolerance: tolerance * tolerance, weight }
                })
                .collect();
            best = self.judged(motion, prints.overlay(motion, &placed, &self.refined));
        }
        if best.pairs.len() >= 3 {
            best.motion = Motion::fitted(best.pairs.iter().map(|&pair| prints.points(pair)), motion);
        }
        best
    }

    /// Evidence of what coincides.
    fn judged(&self, motion: Motion, overlay: Overlay) -> Alignment {
        let weight: u64 = overlay.pairs.iter().map(|pair| u64::from(pair.2)).sum();
        let least = (self.config.min_expected * f64::from(overlay::ONE)) as u64;
        let evidence = evidence(weight, overlay.seen_first, overlay.seen_second, least);
        Alignment { motion, pairs: overlay.pairs, evidence }
    }
}

/// Squared weight over the geometric mean of what each print sees of the other, all in 1/32768; in 1/65536.
fn evidence(weight: u64, seen_first: u64, seen_second: u64, least: u64) -> u64 {
    let expected = (seen_first * seen_second).isqrt().max(least).max(1);
    2 * weight * weight / expected
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(x: i32, y: i32) -> Point {
        Point { x, y, direction: Angle::ZERO, quality: None, source: 0 }
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
            let (u, v) = ((b.x - fitted.to.0) as f32, (b.y - fitted.to.1) as f32);
            assert!((x - u).abs() <= 2.0 && (y - v).abs() <= 2.0);
        }
    }

    #[test]
    fn evidence_follows_the_formula() {
        let one = u64::from(overlay::ONE);
        assert_eq!(evidence(10 * one, 16 * one, 25 * one, one), 5 * 65536); // 100 / 20
        assert_eq!(evidence(2 * one, one, one, 8 * one), 65536 / 2); // never fewer than eight expected
        assert_eq!(evidence(0, 0, 0, 0), 0);
    }
}
