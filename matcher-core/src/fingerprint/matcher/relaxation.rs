//! Relaxation: pairs that could lie on the same finger raise each other, the others fade.
//!
//! # Method
//! Two pairs agree as far as, in both prints, their minutiae lie equally far apart, differ equally in direction, and
//! see each other under equal angles; each of the three passes through a ramp. In each round a pair keeps a share of
//! its similarity and takes the rest from the pairs that agree with it: the mean over all others, but over no fewer than
//! [`RelaxationConfig::min_others`], so that three pairs that agree by chance are not a finger. (MCC, section 4.2, whose
//! sigmoids the ramps follow.)
//!
//! # Range and units
//! Similarities from 0 to 1, in 1/65536.

use super::config::RelaxationConfig;
use super::local::Distances;
use super::pairing::Pair;
use crate::fingerprint::descriptor::Described;
use crate::simd::Level;
use crate::simd::support::{self, Ends, PAIRS, Ramp, Rules};

/// One in fixed point.
pub(super) const ONE: f32 = 65536.0;

/// What relaxation looks up.
#[derive(Clone, Debug)]
pub(super) struct Relaxation {
    rules: Rules,
    min_others: f32,
}

/// What became of the pairs.
pub(super) struct Relaxed {
    /// Similarity after all rounds, in 1/65536, by pair.
    pub(super) values: Vec<u64>,
    /// Indexes of the pairs, those first that kept most of their similarity.
    pub(super) by_share_kept: Vec<usize>,
}

impl Relaxation {
    pub(super) fn new(config: &RelaxationConfig) -> Self {
        let steps = 65536.0 / (2.0 * std::f64::consts::PI);
        let ramp = |full: f64, none: f64| Ramp::new(full as f32, none as f32);
        let c = config;
        Self {
            rules: Rules {
                distance: ramp(8.0 * c.distance_full, 8.0 * c.distance_none),
                angle: ramp(steps * c.direction_full, steps * c.direction_none),
                radial: ramp(libm::sin(c.radial_full), libm::sin(c.radial_none)),
                rounds: c.rounds,
                own: c.own_share as f32,
            },
            min_others: c.min_others as f32,
        }
    }

    /// Lets at most [`PAIRS`] pairs support each other.
    pub(super) fn relax(
        &self,
        level: Level,
        first: &Described,
        second: &Described,
        pairs: &[Pair],
        distances: &Distances,
    ) -> Relaxed {
        let (mut ends, mut start) = (Ends::default(), [0f32; PAIRS]);
        for (k, pair) in pairs.iter().take(PAIRS).enumerate() {
            let (a, b) = (first.points()[pair.first], second.points()[pair.second]);
            let turn = a.direction - b.direction;
            let (cos, sin) = turn.rotation().cos_sin();
            (ends.first[0][k], ends.first[1][k]) = (a.x as f32, a.y as f32);
            (ends.second[0][k], ends.second[1][k]) = (b.x as f32, b.y as f32);
            (ends.turn[k], ends.cos[k], ends.sin[k]) = (i32::from(turn.steps()), cos as f32, sin as f32);
            start[k] = distances.similarity(pair.distance);
        }
        let n = pairs.len().min(PAIRS);
        let others = (n.saturating_sub(1) as f32).max(self.min_others);
        let relaxed = support::relax(level, &ends, n, &start, others, &self.rules);
        let mut by_share_kept: Vec<usize> = (0..n).collect();
        let share: Vec<f32> =
            relaxed[..n].iter().zip(&start).map(|(relaxed, start)| relaxed / start).collect();
        by_share_kept.sort_by(|&a, &b| share[b].total_cmp(&share[a]));
        Relaxed { values: relaxed[..n].iter().map(|value| (value * ONE) as u64).collect(), by_share_kept }
    }
}
