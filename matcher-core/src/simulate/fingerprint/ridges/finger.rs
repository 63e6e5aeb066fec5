//! A finger of ridges: its wave, and what each minutia of it is.

use super::super::config::MasterConfig;
use super::super::deformation::Waves;
use super::super::flow::PIXELS_PER_MM;
use super::RidgeConfig;
use super::complex::Complex;
use super::phase::Wave;
use crate::fingerprint::MinutiaKind;
use crate::simulate::random::Stream;
use std::f64::consts::PI;

/// How many places are tried for each minutia before a finger is left with fewer than it was to have.
const TRIES_PER_MINUTIA: usize = 20;
/// No minutia is placed nearer to the core, in pixels: the ridges bend too sharply there to tell one.
const CLEAR_OF_CORE_PX: f64 = 26.0;
/// How often all minutiae move to the ridge or valley that they end; each round shrinks what is left about tenfold.
const ROUNDS: usize = 6;
/// The farthest that one moves in a round, in pixels: where many lie close the phase may be flat.
const FARTHEST_PX: f64 = 6.0;
/// Length of the waves in which ridges stray from even curves, in pixels.
const WANDER_WAVES_PX: (f64, f64) = (250.0, 600.0);

/// A minutia of the finger, as the standards have it.
pub(super) struct Feature {
    /// Place in the finger's frame, y upwards, in pixels.
    pub(super) place: Complex,
    /// Direction in radians: along the ridge that ends, or into the valley between the branches.
    pub(super) direction: f64,
    /// What the ridge does there.
    pub(super) kind: MinutiaKind,
}

/// The wave and the features of one finger.
pub(super) struct Finger {
    /// What the ridges are.
    pub(super) wave: Wave,
    /// All places where they end or fork.
    pub(super) features: Vec<Feature>,
}

impl Finger {
    /// Draws a finger: a loop that leans to either side, and in a few fingers an arch, whose core lies below the print.
    pub(super) fn draw(stream: &mut Stream, master: &MasterConfig, config: &RidgeConfig) -> Self {
        let mm = PIXELS_PER_MM;
        let side = if stream.chance(0.5) { 1.0 } else { -1.0 };
        let height = if stream.chance(0.15) { -17.0 } else { 0.5 + 1.2 * stream.normal() };
        let core = Complex::new(1.2 * mm * stream.normal(), mm * height);
        // The axis leaves downwards to its side and bends farther that way; its circle is wider than any print.
        let axis = Complex::unit(-PI / 2.0 + side * stream.between(0.1, 0.5));
        let towards_centre = axis.times(Complex::new(0.0, side));
        let centre = core.plus(towards_centre.scaled(mm * stream.between(15.0, 30.0)));
        let period = config.period_px * (1.0 + config.period_sd * stream.normal()).clamp(0.7, 1.5);
        let wander = Waves::draw(stream, config.wander_px, WANDER_WAVES_PX);
        let wave = Wave { wander, core, axis, centre, number: 2.0 * PI / period, spirals: Vec::new() };
        let mut finger = Self { wave, features: Vec::new() };
        finger.place(stream, master, config.spacing_px);
        finger.settle(stream, master.ending_share);
        finger
    }

    /// Scatters the minutiae evenly over the ridge area.
    fn place(&mut self, stream: &mut Stream, master: &MasterConfig, spacing: f64) {
        let (half_width, half_height) =
            (master.width_mm / 2.0 * PIXELS_PER_MM, master.height_mm / 2.0 * PIXELS_PER_MM);
        let density = master.density * (1.0 + master.density_sd * stream.normal()).clamp(0.0, 2.5);
        let wanted = (density * PI / 4.0 * master.width_mm * master.height_mm).round() as usize;
        for _ in 0..wanted * TRIES_PER_MINUTIA {
            if self.wave.spirals.len() == wanted {
                break;
            }
            let (u, v) = (stream.between(-1.0, 1.0), stream.between(-1.0, 1.0));
            let place = Complex::new(u * half_width, v * half_height);
            let far = |from: Complex, least: f64| place.minus(from).squared_size() >= least * least;
            if u * u + v * v <= 1.0
                && far(self.wave.core, CLEAR_OF_CORE_PX)
                && self.wave.spirals.iter().all(|spiral| far(spiral.place, spacing))
            {
                self.wave.add(place, stream.chance(0.5));
            }
        }
    }

    /// Moves each minutia to the nearest place where it ends what it is to end, and reads the directions there.
    fn settle(&mut self, stream: &mut Stream, ending_share: f64) {
        let kinds: Vec<MinutiaKind> = (self.wave.spirals.iter())
            .map(|_| {
                if stream.chance(ending_share) { MinutiaKind::RidgeEnding } else { MinutiaKind::Bifurcation }
            })
            .collect();
        for _ in 0..ROUNDS {
            for (minutia, kind) in kinds.iter().enumerate() {
                let course = self.wave.course(minutia);
                // A ridge ends where a ridge does, and forks where a valley ends.
                let wanted = if *kind == MinutiaKind::RidgeEnding { PI } else { 0.0 };
                let off = Complex::unit(wanted - course.ending).angle();
                let step = (off / course.slope.max(1e-3)).clamp(-FARTHEST_PX, FARTHEST_PX);
                let place = self.wave.spirals[minutia].place;
                self.wave.shift(minutia, place.plus(course.uphill.scaled(step)));
            }
        }
        let ends = kinds.into_iter().enumerate().map(|(minutia, kind)| {
            let along = self.wave.course(minutia).along;
            Feature { place: self.wave.spirals[minutia].place, direction: along.angle(), kind }
        });
        self.features = ends.collect();
        // The innermost ridge of the loop ends at its core.
        let (place, direction) = (self.wave.tip(), self.wave.axis.angle());
        self.features.push(Feature { place, direction, kind: MinutiaKind::RidgeEnding });
    }
}
