//! The finger itself: its pattern and all the minutiae that any impression of it can show.

use super::PatternClass;
use super::config::MasterConfig;
use super::flow::{Flow, PIXELS_PER_MM};
use crate::fingerprint::{FingerPosition, MinutiaKind};
use crate::simulate::random::Stream;
use crate::units::Angle;
use std::f64::consts::PI;
use std::fmt;

/// How many places are tried for each minutia before a finger is left with fewer than it was to have.
const TRIES_PER_MINUTIA: usize = 20;

/// A minutia of the finger, in the finger's frame.
///
/// `Debug` shows no coordinates, as for every minutia.
#[derive(Clone, Copy, PartialEq)]
pub struct MasterMinutia {
    /// Pixels at 500 dpi to the right of the middle of the pad.
    pub x: f64,
    /// Pixels at 500 dpi **above** the middle of the pad.
    pub y: f64,
    /// Direction along the ridges, one of the two ways; counter-clockwise from the x axis.
    pub direction: Angle,
    /// What the ridge does here.
    pub kind: MinutiaKind,
    /// How well it shows: standard normal, the same in every impression of the finger.
    pub strength: f64,
}

impl fmt::Debug for MasterMinutia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterMinutia").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A finger: what all its impressions have in common.
///
/// Made by [`FingerSimulator::master`](super::FingerSimulator::master). Its frame has its origin in the middle of the
/// pad, x to the right and y **upwards**, in pixels at 500 dpi.
///
/// # Method
/// The pattern is drawn from the configured shares, the cores and deltas about their usual places, and minutiae are
/// placed evenly over an ellipse by rejection: a place nearer than the ridge period to one already taken is dropped. The
/// direction follows the ridges.
///
/// # Limits
/// Real minutiae are somewhat denser about cores and deltas; these are not.
#[derive(Clone, PartialEq)]
pub struct MasterPrint {
    finger: u64,
    position: FingerPosition,
    pattern: PatternClass,
    area_mm2: f64,
    flow: Flow,
    minutiae: Vec<MasterMinutia>,
}

impl MasterPrint {
    /// Draws the finger.
    pub(super) fn draw(
        stream: &mut Stream,
        config: &MasterConfig,
        finger: u64,
        position: FingerPosition,
    ) -> Self {
        let pattern = PatternClass::draw(stream, &config.pattern_shares);
        let flow = Flow::draw(stream, pattern, config.singularity_sd_mm);
        let area_mm2 = PI / 4.0 * config.width_mm * config.height_mm;
        let density = config.density * (1.0 + config.density_sd * stream.normal()).clamp(0.0, 2.5);
        let mut print = Self { finger, position, pattern, area_mm2, flow, minutiae: Vec::new() };
        print.place(stream, config, (density * area_mm2).round() as usize);
        print
    }

    fn place(&mut self, stream: &mut Stream, config: &MasterConfig, wanted: usize) {
        self.minutiae.reserve_exact(wanted);
        let (half_width, half_height) =
            (config.width_mm / 2.0 * PIXELS_PER_MM, config.height_mm / 2.0 * PIXELS_PER_MM);
        for _ in 0..wanted * TRIES_PER_MINUTIA {
            if self.minutiae.len() == wanted {
                break;
            }
            let (u, v) = (stream.between(-1.0, 1.0), stream.between(-1.0, 1.0));
            if u * u + v * v > 1.0 {
                continue;
            }
            let (x, y) = (u * half_width, v * half_height);
            let (squared, nearest) = nearest(&self.minutiae, x, y);
            if squared < config.spacing_px * config.spacing_px {
                continue;
            }
            let direction = match nearest {
                Some(neighbour) => {
                    let along = along_ridge(&self.flow, x, y, false);
                    let same = along.distance(neighbour.direction) <= 1 << 14; // a quarter of a turn
                    if same == stream.chance(config.polarity_agreement) { along } else { opposite(along) }
                }
                None => along_ridge(&self.flow, x, y, stream.chance(0.5)),
            };
            let kind = if stream.chance(config.ending_share) {
                MinutiaKind::RidgeEnding
            } else {
                MinutiaKind::Bifurcation
            };
            self.minutiae.push(MasterMinutia { x, y, direction, kind, strength: stream.normal() });
        }
    }

    /// The number of the finger.
    pub fn finger(&self) -> u64 {
        self.finger
    }

    /// Which finger of the hand; unknown unless it belongs to a subject.
    pub fn position(&self) -> FingerPosition {
        self.position
    }

    /// The pattern class.
    pub fn pattern(&self) -> PatternClass {
        self.pattern
    }

    /// The ridge area, in square millimetres.
    pub fn area_mm2(&self) -> f64 {
        self.area_mm2
    }

    /// All minutiae, in the order in which they were drawn.
    pub fn minutiae(&self) -> &[MasterMinutia] {
        &self.minutiae
    }

    /// The orientation of the ridges at a place of the finger's frame: 0 up to (not including) 180 degrees,
    /// counter-clockwise from the x axis. A place that is not finite has the orientation 0.
    pub fn orientation(&self, x: f64, y: f64) -> Angle {
        along_ridge(&self.flow, x, y, false)
    }

    /// One of the two directions along the ridges.
    pub(super) fn along_ridge(&self, x: f64, y: f64, turned: bool) -> Angle {
        along_ridge(&self.flow, x, y, turned)
    }
}

impl fmt::Debug for MasterPrint {
    /// Says what the finger is without any of its minutiae.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterPrint")
            .field("finger", &self.finger)
            .field("position", &self.position)
            .field("pattern", &self.pattern)
            .field("minutiae", &self.minutiae.len())
            .finish_non_exhaustive()
    }
}

/// The minutia nearest to a place and its squared distance; infinitely far where there is none.
fn nearest(minutiae: &[MasterMinutia], x: f64, y: f64) -> (f64, Option<&MasterMinutia>) {
    let mut best = (f64::INFINITY, None);
    for m in minutiae {
        let squared = (m.x - x) * (m.x - x) + (m.y - y) * (m.y - y);
        if squared < best.0 {
            best = (squared, Some(m));
        }
    }
    best
}

fn along_ridge(flow: &Flow, x: f64, y: f64, turned: bool) -> Angle {
    let along = Angle::from_radians(flow.orientation(x, y)).unwrap_or(Angle::ZERO);
    if turned { opposite(along) } else { along }
}

/// Half a turn further.
pub(super) fn opposite(direction: Angle) -> Angle {
    direction + Angle::from_steps(1 << 15)
}

#[cfg(test)]
#[path = "master_tests.rs"]
mod tests;
