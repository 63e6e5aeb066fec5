//! When a set of prints is suspected: the thresholds, and how they stand to what sets show.
//!
//! | statistic, mean or median of a set | 14 sets without a mistake | suspected |
//! |---|---|---|
//! | roundness above the middle, less that of another convention | 0.17 to 1.38 | below -0.1, and 3 standard errors below 0 |
//! | share of directions of 300 degrees and more | 0.10 to 0.24 | below 0.01 |
//! | smoothness | 0.71 to 0.81 | below 0.55 |
//! | root of spacing and radius over 2.05 and 5.5 mm | 0.88 to 1.07 | below 0.71 or above 1.4, both of them |
//! | elongation | -0.12 to 0.03 | 2 standard errors below -0.17 or above 0.10, in 20 prints or more |

use super::super::template::Template;
use super::features::{Features, Half, Mean};
use super::{Mistake, Suspicion};

/// The fewest prints that say anything.
const MIN_PRINTS: usize = 10;
/// The fewest that say whether they are stretched, of which a print shows least.
const MIN_STRETCHED: usize = 20;
/// The fewest directions that say whether the circle is filled.
const MIN_DIRECTIONS: usize = 200;
/// Of the conventions that a print might have been meant in: by how much it must be rounder under another one.
const MIN_GAIN: f64 = 0.1;
/// Standard errors by which a mean must differ.
const ERRORS: f64 = 3.0;
/// From here on directions are the last sixth of the circle: 300 degrees, in steps.
const LAST_SIXTH: u16 = 54_613;
/// The share of directions there that is too small, and what is usual.
const MIN_SHARE: f64 = 0.01;
const USUAL_SHARE: (f64, f64) = (0.10, 0.24);
const MIN_SMOOTHNESS: f64 = 0.55;
const USUAL_SMOOTHNESS: (f64, f64) = (0.71, 0.81);
/// Spacing and radius of a usual print, in millimetres.
const SPACING: f64 = 2.05;
const RADIUS: f64 = 5.5;
/// How many times larger or smaller a set must be, and each of the two at least.
const MIN_FACTOR: f64 = 1.4;
const MIN_FACTOR_OF_EACH: f64 = 1.2;
const USUAL_SIZE: (f64, f64) = (0.88, 1.07);
/// Elongations that may be, and by how many standard errors a set must lie beyond. Simulated prints have up to 0.1.
const ELONGATIONS: (f64, f64) = (-0.17, 0.10);
const ERRORS_BEYOND: f64 = 2.0;
const USUAL_ELONGATION: (f64, f64) = (-0.12, 0.03);
const USUAL_GAIN: (f64, f64) = (-1.38, -0.17);

/// Another convention, with the roundness that the upper half of a print would have under it.
type Other = (Mistake, fn(&Features) -> f64);

/// The other conventions that are asked for.
const OTHERS: [Other; 7] = [
    (Mistake::UpsideDown, |f| f.round[Half::Lower as usize]),
    (Mistake::QuarterTurn, |f| f.round[Half::Left as usize]),
    (Mistake::QuarterTurn, |f| f.round[Half::Right as usize]),
    (Mistake::Clockwise, |f| f.turned_over[Half::Upper as usize]),
    (Mistake::RowsFromBottom, |f| f.turned_over[Half::Lower as usize]),
    (Mistake::FromYAxis, |f| -f.round[Half::Upper as usize]),
    (Mistake::Bearings, |f| -f.turned_over[Half::Upper as usize]),
];

/// What a set shows, print by print.
#[derive(Default)]
pub(super) struct Set {
    prints: usize,
    directions: usize,
    in_last_sixth: usize,
    gains: [Mean; OTHERS.len()],
    smoothness: Mean,
    elongation: Mean,
    spacings: Vec<f64>,
    radii: Vec<f64>,
}

impl Set {
    pub(super) fn add(&mut self, template: &Template, features: &Features) {
        self.prints += 1;
        self.directions += template.minutiae().len();
        let last = template.minutiae().iter().filter(|m| m.direction.steps() >= LAST_SIXTH).count();
        self.in_last_sixth += last;
        let own = features.round[Half::Upper as usize];
        for (gain, (_, other)) in self.gains.iter_mut().zip(OTHERS) {
            gain.add(other(features) - own);
        }
        self.smoothness.add(features.smoothness);
        self.elongation.add(features.elongation);
        self.spacings.push(features.spacing);
        self.radii.push(features.radius);
    }

    pub(super) fn suspicions(self) -> Vec<Suspicion> {
        if self.prints < MIN_PRINTS {
            return Vec::new();
        }
        let prints = self.prints;
        let suspicion = |mistake, found, usual| Suspicion { mistake, found, usual, prints };
        let mut found = Vec::new();
        let share = self.in_last_sixth as f64 / self.directions as f64;
        let smoothness = self.smoothness.value();
        // Directions in a wrong unit say nothing of the axes.
        if self.directions >= MIN_DIRECTIONS && share < MIN_SHARE {
            found.push(suspicion(Mistake::SmallUnit, share, USUAL_SHARE));
        } else if smoothness < MIN_SMOOTHNESS {
            found.push(suspicion(Mistake::Scattered, smoothness, USUAL_SMOOTHNESS));
        } else if let Some((mistake, gain)) = self.other_convention() {
            found.push(suspicion(mistake, gain, USUAL_GAIN));
        } else if prints >= MIN_STRETCHED {
            let (mean, error) = (self.elongation.value(), self.elongation.standard_error());
            let beyond = (mean - ELONGATIONS.1).max(ELONGATIONS.0 - mean);
            if beyond > ERRORS_BEYOND * error {
                found.push(suspicion(Mistake::Stretched, mean, USUAL_ELONGATION));
            }
        }
        let (spacing, radius) = (median(self.spacings) / SPACING, median(self.radii) / RADIUS);
        let size = (spacing * radius).sqrt();
        let large = size > MIN_FACTOR && spacing.min(radius) > MIN_FACTOR_OF_EACH;
        let small = size < 1.0 / MIN_FACTOR && spacing.max(radius) < 1.0 / MIN_FACTOR_OF_EACH;
        if large || small {
            found.push(suspicion(Mistake::Resolution, size, USUAL_SIZE));
        }
        found
    }

    /// The convention under which the upper halves are rounder than under that of a template, and by how much.
    fn other_convention(&self) -> Option<(Mistake, f64)> {
        let gains = self.gains.iter().zip(OTHERS).filter_map(|(gain, (mistake, _))| {
            let mean = gain.value();
            (mean > MIN_GAIN && mean > ERRORS * gain.standard_error()).then_some((mistake, mean))
        });
        gains.max_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// The middle value; of an even number, the upper of the two. The caller has some.
fn median(mut values: Vec<f64>) -> f64 {
    let middle = values.len() / 2;
    values.sort_unstable_by(f64::total_cmp);
    values.get(middle).copied().unwrap_or_default()
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
