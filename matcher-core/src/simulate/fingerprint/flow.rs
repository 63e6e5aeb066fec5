//! Which way the ridges run at every place of a finger.
//!
//! Cores and deltas decide the orientation nearly everywhere, so a handful of points gives a whole field in closed form:
//! nothing is stored, and any place can be asked for alone.

use super::PatternClass;
use crate::simulate::random::Stream;
use std::f64::consts::PI;

/// Pixels in a millimetre at 500 dpi.
pub(super) const PIXELS_PER_MM: f64 = 500.0 / 25.4;
/// Slope of an arch at its upper shoulders.
const ARCH_SLOPE: f64 = 0.9;
/// Width of one arch, in mm: the ridges are level at the middle and this far from it on either side.
const ARCH_WIDTH_MM: f64 = 22.0;
/// Height over which an arch flattens towards the joint, in mm.
const ARCH_HEIGHT_MM: f64 = 24.0;

/// The orientation field of one finger, in its own frame: pixels at 500 dpi from the middle of the pad, x right, y up.
///
/// # Method
/// Loops, whorls and tented arches: the zero-pole model, in which the orientation is half the sum of the angles seen
/// from the cores less half the sum of those seen from the deltas; far away the ridges are level. Arches, which have
/// neither: a sinusoid across the finger whose slope falls from the tip to the joint.
///
/// # Limits
/// The zero-pole model bends real ridges a little too regularly; the corrections of later models are left out, because
/// only the directions of some tens of minutiae are read from it.
///
/// # References
/// B. G. Sherlock, D. M. Monro, "A model for interpreting fingerprint topology", Pattern Recognition 26 (1993).
/// R. Cappelli, "Synthetic fingerprint generation" (`SFinGe`), in Handbook of Fingerprint Recognition (2003): the arch.
#[derive(Clone, PartialEq)]
pub(super) enum Flow {
    /// A sinusoid of this slope.
    Arch {
        /// Slope at the upper shoulders.
        slope: f64,
    },
    /// As many deltas as cores.
    ZeroPole {
        /// Where ridges turn back, in pixels.
        cores: Vec<(f64, f64)>,
        /// Where ridges part three ways, in pixels.
        deltas: Vec<(f64, f64)>,
    },
}

impl Flow {
    /// Draws the field of a finger of this class: the usual places of cores and deltas, each moved by `sd_mm`.
    ///
    /// The places (mm from the middle of the pad) were chosen to look like plain impressions.
    pub(super) fn draw(stream: &mut Stream, pattern: PatternClass, sd_mm: f64) -> Self {
        let (cores, deltas): (&[_], &[_]) = match pattern {
            PatternClass::Arch => {
                let slope = (ARCH_SLOPE * (1.0 + 0.2 * stream.normal())).clamp(0.3, 1.5);
                return Self::Arch { slope };
            }
            PatternClass::TentedArch => (&[(0.0, 1.0)], &[(0.0, -4.5)]),
            PatternClass::LeftLoop => (&[(0.0, 1.5)], &[(5.5, -5.5)]),
            PatternClass::RightLoop => (&[(0.0, 1.5)], &[(-5.5, -5.5)]),
            PatternClass::Whorl => (&[(0.0, 2.5), (0.0, -0.5)], &[(6.5, -5.5), (-6.5, -5.5)]),
        };
        // A delta out of the core's vertical would make a loop of a tented arch.
        let sideways = if pattern == PatternClass::TentedArch { 0.25 } else { 1.0 };
        let mut moved = |&(x, y): &(f64, f64)| {
            let dx = sideways * sd_mm * stream.normal();
            ((x + dx) * PIXELS_PER_MM, (y + sd_mm * stream.normal()) * PIXELS_PER_MM)
        };
        Self::ZeroPole {
            cores: cores.iter().map(&mut moved).collect(),
            deltas: deltas.iter().map(&mut moved).collect(),
        }
    }

    /// The orientation of the ridges, counter-clockwise from the x axis, in radians `0 .. π`.
    pub(super) fn orientation(&self, x: f64, y: f64) -> f64 {
        let radians = match self {
            Self::Arch { slope } => {
                let across = -libm::sin(2.0 * PI * x / (ARCH_WIDTH_MM * PIXELS_PER_MM));
                let up = (0.5 + y / (ARCH_HEIGHT_MM * PIXELS_PER_MM)).clamp(0.0, 1.0);
                libm::atan(slope * up * across)
            }
            Self::ZeroPole { cores, deltas } => {
                let seen = |points: &[(f64, f64)]| -> f64 {
                    points.iter().map(|&(px, py)| libm::atan2(y - py, x - px)).sum()
                };
                0.5 * (seen(cores) - seen(deltas))
            }
        };
        let turned = radians - PI * (radians / PI).floor();
        // Rounding can reach π itself, which is the same orientation as 0.
        if turned >= PI { 0.0 } else { turned }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Degrees between two orientations, 0 to 90.
    fn apart(a: f64, b: f64) -> f64 {
        let d = (a - b).to_degrees().rem_euclid(180.0);
        d.min(180.0 - d)
    }

    fn flow(pattern: PatternClass) -> Flow {
        Flow::draw(&mut Stream::new(3, "flow test", &[]), pattern, 0.0)
    }

    #[test]
    fn orientation_turns_by_half_a_turn_round_a_core_and_back_round_a_delta() {
        let turn = |flow: &Flow, cx: f64, cy: f64| {
            let at = |i: u32| {
                let (sin, cos) = libm::sincos(f64::from(i) * PI / 180.0);
                flow.orientation(cx + 10.0 * cos, cy + 10.0 * sin)
            };
            let step = |i: u32| (at(i + 1) - at(i) + PI / 2.0).rem_euclid(PI) - PI / 2.0;
            ((0..360).map(step).sum::<f64>() / PI).round() as i32
        };
        for pattern in PatternClass::ALL {
            if let Flow::ZeroPole { cores, deltas } = flow(pattern) {
                let field = flow(pattern);
                assert!(cores.iter().all(|&(x, y)| turn(&field, x, y) == 1), "{}", pattern.name());
                assert!(deltas.iter().all(|&(x, y)| turn(&field, x, y) == -1), "{}", pattern.name());
            }
        }
    }

    #[test]
    fn patterns_look_like_their_names() {
        let mm = PIXELS_PER_MM;
        let tented = flow(PatternClass::TentedArch);
        assert!(apart(tented.orientation(0.0, -2.0 * mm), PI / 2.0) < 1.0); // upright between core and delta
        assert!(apart(tented.orientation(0.0, 6.0 * mm), 0.0) < 1.0); // level above the core
        let arch = flow(PatternClass::Arch);
        let (left, right) = (arch.orientation(-4.0 * mm, 4.0 * mm), arch.orientation(4.0 * mm, 4.0 * mm));
        assert!(left < PI / 2.0 && right > PI / 2.0 && apart(left, -right) < 1e-9); // up, then down
        // A left loop is the mirror image of a right loop.
        let (left, right) = (flow(PatternClass::LeftLoop), flow(PatternClass::RightLoop));
        for (x, y) in [(30.0, 50.0), (-80.0, -60.0), (0.0, 120.0), (90.0, -140.0)] {
            assert!(apart(left.orientation(x, y), -right.orientation(-x, y)) < 1e-9);
        }
        // Its ridges leave downwards to the left.
        let leaving = left.orientation(-2.0 * mm, -mm);
        assert!(leaving > 0.1 && leaving < PI / 2.0);
    }
}
