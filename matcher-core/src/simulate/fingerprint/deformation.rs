//! What pressing a finger on glass does to its geometry: skin stretches smoothly, and the finger lies as it lies.

use super::config::ImpressionConfig;
use crate::simulate::random::Stream;
use std::f64::consts::PI;

/// How many plane waves make up the elastic distortion.
const WAVES: usize = 4;
/// Steps that undo it.
const UNDOING: usize = 3;

/// One plane wave of displacement.
#[derive(Clone, Copy)]
struct Wave {
    /// Wave vector, in radians per pixel.
    k: (f64, f64),
    phase: f64,
    /// Displacement at the crest, in pixels.
    amplitude: (f64, f64),
}

/// A smooth random field of displacements: a sum of plane waves of random direction, phase and amplitude.
#[derive(Clone)]
pub(super) struct Waves([Wave; WAVES]);

impl Waves {
    /// Draws one whose displacement has the standard deviation `size` along each axis, and waves between the two
    /// lengths, in pixels.
    pub(super) fn draw(stream: &mut Stream, size: f64, (shortest, longest): (f64, f64)) -> Self {
        // Each axis of each wave adds half its squared amplitude to the variance of the displacement.
        let amplitude = size * (2.0 / WAVES as f64).sqrt();
        Self(std::array::from_fn(|_| {
            let number = 2.0 * PI / stream.between(shortest, longest);
            let (sin, cos) = libm::sincos(stream.between(0.0, 2.0 * PI));
            Wave {
                k: (number * cos, number * sin),
                phase: stream.between(0.0, 2.0 * PI),
                amplitude: (amplitude * stream.normal(), amplitude * stream.normal()),
            }
        }))
    }

    /// The displacement at a place.
    pub(super) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        self.carry(x, y, (0.0, 0.0)).0
    }

    /// The displacement at a place, and what becomes of a short step there.
    fn carry(&self, x: f64, y: f64, step: (f64, f64)) -> ((f64, f64), (f64, f64)) {
        let (mut dx, mut dy) = (0.0, 0.0);
        let (mut along_x, mut along_y) = step;
        for wave in &self.0 {
            let (s, c) = libm::sincos(wave.k.0 * x + wave.k.1 * y + wave.phase);
            dx += wave.amplitude.0 * s;
            dy += wave.amplitude.1 * s;
            let slope = c * (wave.k.0 * step.0 + wave.k.1 * step.1);
            along_x += wave.amplitude.0 * slope;
            along_y += wave.amplitude.1 * slope;
        }
        ((dx, dy), (along_x, along_y))
    }
}

/// From the finger's frame to the image (y still upwards): distortion, then rotation about the contact's middle, then
/// placement on the image.
///
/// # Method
/// The displacement is a sum of four plane waves, long against the spacing of minutiae. Its derivative is known in closed
/// form, so directions turn with the skin exactly.
#[derive(Clone)]
pub(super) struct Deformation {
    waves: Waves,
    /// Cosine and sine of the rotation.
    turn: (f64, f64),
    /// Place of the finger that comes to `to`.
    from: (f64, f64),
    /// Place on the image.
    to: (f64, f64),
}

impl Deformation {
    /// Draws one that carries the contact's middle near the middle of the image.
    pub(super) fn draw(stream: &mut Stream, config: &ImpressionConfig, from: (f64, f64)) -> Self {
        let rotation = (config.rotation_sd_degrees * stream.normal()).to_radians();
        let to = (
            f64::from(config.width_px) / 2.0 + config.placement_sd_px * stream.normal(),
            -f64::from(config.height_px) / 2.0 + config.placement_sd_px * stream.normal(),
        );
        let size = config.distortion_px * libm::exp(config.distortion_spread * stream.normal());
        let waves = Waves::draw(stream, size, config.distortion_waves_px);
        let (sin, cos) = libm::sincos(rotation);
        Self { waves, turn: (cos, sin), from, to }
    }

    /// Where a place of the finger comes to, and which way a direction (radians) at it then points.
    pub(super) fn apply(&self, x: f64, y: f64, direction: f64) -> (f64, f64, f64) {
        let (sin, cos) = libm::sincos(direction);
        let ((dx, dy), (along_x, along_y)) = self.waves.carry(x, y, (cos, sin));
        let (px, py) = self.rotated(x + dx - self.from.0, y + dy - self.from.1);
        let (vx, vy) = self.rotated(along_x, along_y);
        (self.to.0 + px, self.to.1 + py, libm::atan2(vy, vx))
    }

    /// The place of the finger that comes to a place of the image.
    ///
    /// # Method
    /// The distortion is undone by [`UNDOING`] steps of fixed-point iteration. Each shrinks the error by the slope of
    /// the distortion, which is about 0.06 under the default configuration.
    pub(super) fn undo(&self, x: f64, y: f64) -> (f64, f64) {
        let (cos, sin) = self.turn;
        let (px, py) = (x - self.to.0, y - self.to.1);
        let (px, py) = (cos * px + sin * py + self.from.0, cos * py - sin * px + self.from.1);
        let (mut x, mut y) = (px, py);
        for _ in 0..UNDOING {
            let (dx, dy) = self.waves.at(x, y);
            (x, y) = (px - dx, py - dy);
        }
        (x, y)
    }

    fn rotated(&self, x: f64, y: f64) -> (f64, f64) {
        let (cos, sin) = self.turn;
        (cos * x - sin * y, sin * x + cos * y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_direction_turns_as_a_short_step_along_it_does() {
        let config = ImpressionConfig { distortion_px: 8.0, ..ImpressionConfig::default() };
        let mut stream = Stream::new(5, "deformation test", &[]);
        for _ in 0..200 {
            let deformation = Deformation::draw(&mut stream, &config, (10.0, -20.0));
            let (x, y) = (stream.between(-150.0, 150.0), stream.between(-150.0, 150.0));
            let direction = stream.between(-3.0, 3.0);
            let (x0, y0, turned) = deformation.apply(x, y, direction);
            let (sin, cos) = libm::sincos(direction);
            let (x1, y1, _) = deformation.apply(x + 1e-4 * cos, y + 1e-4 * sin, direction);
            let step = libm::atan2(y1 - y0, x1 - x0);
            let apart = (step - turned + PI).rem_euclid(2.0 * PI) - PI;
            assert!(apart.abs() < 1e-4, "{apart}");
        }
    }

    #[test]
    fn what_was_done_is_undone() {
        let config = ImpressionConfig::default();
        let mut stream = Stream::new(7, "deformation test", &[]);
        for _ in 0..200 {
            let deformation = Deformation::draw(&mut stream, &config, (10.0, -20.0));
            let (x, y) = (stream.between(-150.0, 150.0), stream.between(-150.0, 150.0));
            let (to_x, to_y, _) = deformation.apply(x, y, 0.0);
            let (back_x, back_y) = deformation.undo(to_x, to_y);
            assert!(libm::hypot(back_x - x, back_y - y) < 0.1);
        }
    }

    #[test]
    fn without_distortion_it_is_rigid_and_keeps_the_middle() {
        let config =
            ImpressionConfig { distortion_px: 0.0, placement_sd_px: 0.0, ..ImpressionConfig::default() };
        let deformation =
            Deformation::draw(&mut Stream::new(6, "deformation test", &[]), &config, (7.0, 8.0));
        let (x, y, _) = deformation.apply(7.0, 8.0, 0.0);
        assert_eq!((x, y), (194.0, -240.0));
        let (x1, y1, _) = deformation.apply(10.0, 12.0, 0.0);
        assert!((libm::hypot(x1 - x, y1 - y) - 5.0).abs() < 1e-9);
    }
}
