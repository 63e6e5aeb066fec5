//! How far pairs of points support each other, and what that makes of their strengths.
//!
//! # Method
//! Two pairs (a point of one plane with a point of another) support each other as far as, in both planes, they lie
//! equally far apart, their angles differ equally, and the second is seen under the same angle from the first. Each
//! difference passes through a smooth ramp. In each round a pair keeps a share of its strength and takes the rest from
//! the pairs that support it.
//!
//! Floats never leave their lane: a lane is a pair, and what it takes from the others is added one after the other.

use super::versions::multiversion;

/// The most pairs.
pub const PAIRS: usize = 32;

/// A smooth step down: 1 up to `full`, 0 from `none` on, `u^2 (3 - 2 u)` between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ramp {
    none: f32,
    slope: f32,
}

impl Ramp {
    /// From where it begins to fall to where it has fallen, which lies above.
    pub fn new(full: f32, none: f32) -> Self {
        Self { none, slope: 1.0 / (none - full) }
    }

    #[expect(clippy::inline_always, reason = "compiled again for each level")]
    #[inline(always)]
    fn at(self, value: f32) -> f32 {
        let u = ((self.none - value) * self.slope).clamp(0.0, 1.0);
        u * u * (3.0 - 2.0 * u)
    }
}

/// The pairs, a lane each; lanes beyond the last are 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ends {
    /// Place in the first plane.
    pub first: [[f32; PAIRS]; 2],
    /// Place in the second plane.
    pub second: [[f32; PAIRS]; 2],
    /// Angle in the first plane less angle in the second, in 1/65536 of a turn, and its cosine and sine.
    pub turn: [i32; PAIRS],
    /// See [`Ends::turn`].
    pub cos: [f32; PAIRS],
    /// See [`Ends::turn`].
    pub sin: [f32; PAIRS],
}

impl Default for Ends {
    fn default() -> Self {
        let zero = [0.0; PAIRS];
        Self { first: [zero; 2], second: [zero; 2], turn: [0; PAIRS], cos: zero, sin: zero }
    }
}

/// How pairs support each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Of the difference of distances.
    pub distance: Ramp,
    /// Of the difference of angles, in 1/65536 of a turn.
    pub angle: Ramp,
    /// Of the sine of the angle between the directions under which the other pair is seen.
    pub radial: Ramp,
    /// Rounds.
    pub rounds: usize,
    /// Share of its strength that a pair keeps in a round.
    pub own: f32,
}

multiversion! {
    /// The strengths of the first `pairs` lanes after all rounds, from `start`; what a pair takes is the mean over
    /// `others`.
    pub fn relax(ends: &Ends, pairs: usize, start: &[f32; PAIRS], others: f32, rules: &Rules) -> [f32; PAIRS] = portable;
}

#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn portable(ends: &Ends, pairs: usize, start: &[f32; PAIRS], others: f32, rules: &Rules) -> [f32; PAIRS] {
    let pairs = pairs.min(PAIRS);
    let mut support = [[0f32; PAIRS]; PAIRS];
    for (k, row) in support[..pairs].iter_mut().enumerate() {
        *row = given(ends, k, rules);
    }
    let mut strength = *start;
    let given_up = (1.0 - rules.own) / others;
    for _ in 0..rules.rounds {
        let mut taken = [0f32; PAIRS];
        for (row, &from) in support[..pairs].iter().zip(&strength) {
            for (taken, support) in taken.iter_mut().zip(row) {
                *taken += support * from;
            }
        }
        for (strength, taken) in strength.iter_mut().zip(taken) {
            *strength = rules.own * *strength + given_up * taken;
        }
    }
    strength
}

/// The support that pair `k` gives to every pair.
#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn given(ends: &Ends, k: usize, rules: &Rules) -> [f32; PAIRS] {
    let Ends { first: [ax, ay], second: [bx, by], turn, cos, sin } = ends;
    let mut given = [0f32; PAIRS];
    for (t, given) in given.iter_mut().enumerate() {
        let (ax, ay) = (ax[k] - ax[t], ay[k] - ay[t]);
        let (bx, by) = (bx[k] - bx[t], by[k] - by[t]);
        let (a, b) = ((ax * ax + ay * ay).sqrt(), (bx * bx + by * by).sqrt());
        let turned = (((turn[k] - turn[t]) << 16) >> 16).unsigned_abs() as f32;
        // The angle from the second plane's direction to the first's, less the turn of the pair.
        let (dot, cross) = (ax * bx + ay * by, ay * bx - ax * by);
        let along = dot * cos[t] + cross * sin[t];
        let across = (cross * cos[t] - dot * sin[t]).abs();
        let agreed = rules.distance.at((a - b).abs()) * rules.angle.at(turned);
        let agreed = agreed * rules.radial.at(across / (a * b).max(1.0));
        *given = if along > 0.0 { agreed } else { 0.0 };
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::Level;
    use proptest::prelude::*;

    fn rules() -> Rules {
        let (distance, angle) = (Ramp::new(24.0, 56.0), Ramp::new(1700.0, 3800.0));
        Rules { distance, angle, radial: Ramp::new(0.16, 0.35), rounds: 5, own: 0.5 }
    }

    /// Pairs of a random set and its image under a motion, with some noise.
    fn ends() -> impl Strategy<Value = (Ends, usize)> {
        let pair = (-2000f32..2000.0, -2000f32..2000.0, -60f32..60.0, -60f32..60.0, -4000i32..4000);
        prop::collection::vec(pair, 0..=PAIRS).prop_map(|pairs| {
            let mut ends = Ends::default();
            for (k, &(x, y, dx, dy, turned)) in pairs.iter().enumerate() {
                let (turn, radians) =
                    (turned + 9000, f64::from(turned + 9000) * std::f64::consts::TAU / 65536.0);
                (ends.cos[k], ends.sin[k]) = (libm::cos(radians) as f32, libm::sin(radians) as f32);
                (ends.first[0][k], ends.first[1][k], ends.turn[k]) = (x, y, turn);
                // Turned back by 9,000 steps, the angle of the first less that of the second.
                let (sin, cos) = libm::sincos(-9000.0 * std::f64::consts::TAU / 65536.0);
                (ends.second[0][k], ends.second[1][k]) =
                    (x * cos as f32 - y * sin as f32 + dx, x * sin as f32 + y * cos as f32 + dy);
            }
            (ends, pairs.len())
        })
    }

    proptest! {
        #[test]
        fn every_level_has_the_same_bits((ends, pairs) in ends(), start in any::<[u8; PAIRS]>()) {
            let start = std::array::from_fn(|k| if k < pairs { f32::from(start[k]) / 255.0 } else { 0.0 });
            let first = relax(Level::Scalar, &ends, pairs, &start, 16.0, &rules()).map(f32::to_bits);
            for level in Level::present() {
                let got = relax(level, &ends, pairs, &start, 16.0, &rules());
                prop_assert_eq!(got.map(f32::to_bits), first, "{}", level);
            }
        }

        #[test]
        fn support_follows_the_formula((ends, pairs) in ends()) {
            for k in 0..pairs {
                let got = given(&ends, k, &rules());
                for t in 0..pairs {
                    let vector = |plane: &[[f32; PAIRS]; 2]| {
                        (f64::from(plane[0][k] - plane[0][t]), f64::from(plane[1][k] - plane[1][t]))
                    };
                    let ((ax, ay), (bx, by)) = (vector(&ends.first), vector(&ends.second));
                    let (a, b) = ((ax * ax + ay * ay).sqrt(), (bx * bx + by * by).sqrt());
                    let wrapped = |d: f64| d - std::f64::consts::TAU * (d / std::f64::consts::TAU).round();
                    let turn = f64::from(ends.turn[t]) * std::f64::consts::TAU / 65536.0;
                    let seen = wrapped(libm::atan2(ay, ax) - libm::atan2(by, bx) - turn).abs();
                    let ramp = |v: f64, full: f64, none: f64| {
                        let u = ((none - v) / (none - full)).clamp(0.0, 1.0);
                        u * u * (3.0 - 2.0 * u)
                    };
                    let turned = f64::from((ends.turn[k] - ends.turn[t]).abs());
                    let mut expected = ramp((a - b).abs(), 24.0, 56.0) * ramp(turned, 1700.0, 3800.0);
                    expected *= if seen < 1.5 && k != t { ramp(libm::sin(seen), 0.16, 0.35) } else { 0.0 };
                    prop_assert!((f64::from(got[t]) - expected).abs() < 2e-3, "{} {}", got[t], expected);
                }
            }
        }
    }

    #[test]
    fn without_support_a_pair_fades() {
        let mut start = [0.0; PAIRS];
        start[0] = 1.0;
        let relaxed = relax(Level::active(), &Ends::default(), 1, &start, 16.0, &rules());
        assert_eq!(relaxed[0], 1.0 / 32.0); // half of it in each of 5 rounds
    }
}
