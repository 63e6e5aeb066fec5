//! The wave whose crests are the ridges: its phase at every place of a finger, in closed form.
//!
//! Where a ridge ends or forks is nothing but a point round which the phase makes a full turn. So the minutiae are put
//! into the phase, and the ridges end and fork there by themselves.

use super::super::deformation::Waves;
use super::complex::Complex;
use std::f64::consts::PI;

/// After how many factors a product is brought back to size 1, so that it cannot overflow: a factor is at most some
/// thousand in size.
const FACTORS_BETWEEN: usize = 16;
/// Half the distance over which the slope of the phase is measured, in pixels.
const SLOPE_STEP: f64 = 0.5;
/// How far from a minutia its own phase is read, in pixels.
const BESIDE: f64 = 0.05;
/// Steps that find the core among straying ridges; each shrinks the error to a tenth or less.
const STRAYING: usize = 4;

/// A minutia in the phase: a point round which it makes one full turn.
#[derive(Clone, Copy)]
pub(super) struct Spiral {
    /// Its place, in the finger's frame.
    pub(super) place: Complex,
    /// Whether the phase grows counter-clockwise round it.
    pub(super) counter_clockwise: bool,
    /// Its place on the two sheets, see [`Wave`].
    root: Complex,
}

/// How the phase runs at a minutia.
#[derive(Clone, Copy)]
pub(super) struct Course {
    /// The way in which the phase of all other minutiae grows, of size 1.
    pub(super) uphill: Complex,
    /// By how much, in radians per pixel.
    pub(super) slope: f64,
    /// The way along the ridge or valley that ends here, of size 1.
    pub(super) along: Complex,
    /// The phase of what ends, in radians: π is the middle of a ridge, 0 of a valley.
    pub(super) ending: f64,
}

/// The ridge wave of one finger.
///
/// # Method
/// The grey value is the cosine of a phase: that of even ridges, plus a spiral for each minutia (the decomposition of Larkin
/// and Fletcher). The even ridges lie at equal distances from a curved axis that starts at the core: a loop round its
/// tip, legs on either side. Going round the core once exchanges the two sides of the axis, so the phase changes its sign;
/// its cosine does not. The square root of the (bent) plane about the core has both sheets side by side, and a
/// spiral there is paired with one of the other sense on the other sheet, so the sum changes its sign as the even phase
/// does. The bend is the Moebius map that lays the axis, an arc of a circle, on the negative real axis: no seam
/// is left.
///
/// # References
/// K. G. Larkin, P. A. Fletcher, "A coherent framework for fingerprint analysis: are fingerprints holograms?", Optics
/// Express 15 (2007).
pub(super) struct Wave {
    /// How ridges stray from the even curves.
    pub(super) wander: Waves,
    /// Where the axis starts.
    pub(super) core: Complex,
    /// The way that it leaves the core, of size 1.
    pub(super) axis: Complex,
    /// Middle of the circle that the axis is an arc of.
    pub(super) centre: Complex,
    /// Radians per pixel.
    pub(super) number: f64,
    /// The minutiae.
    pub(super) spirals: Vec<Spiral>,
}

impl Wave {
    /// Adds a minutia.
    pub(super) fn add(&mut self, place: Complex, counter_clockwise: bool) {
        let root = self.sheets(place).0;
        self.spirals.push(Spiral { place, counter_clockwise, root });
    }

    /// Moves a minutia.
    pub(super) fn shift(&mut self, minutia: usize, to: Complex) {
        let root = self.sheets(to).0;
        let spiral = &mut self.spirals[minutia];
        (spiral.place, spiral.root) = (to, root);
    }

    /// Where the ridge in the middle of the loop ends: the core, as the ridges stray.
    pub(super) fn tip(&self) -> Complex {
        let mut place = self.core;
        for _ in 0..STRAYING {
            let (dx, dy) = self.wander.at(place.re, place.im);
            place = self.core.minus(Complex::new(dx, dy));
        }
        place
    }

    /// The wave at a place: 1 in the middle of a valley, -1 in the middle of a ridge.
    pub(super) fn height(&self, place: Complex) -> f64 {
        self.phasor(place, None).re
    }

    /// How the phase runs at a minutia.
    pub(super) fn course(&self, minutia: usize) -> Course {
        let Spiral { place, counter_clockwise, .. } = self.spirals[minutia];
        let slope = |step: Complex| {
            let ahead = self.phasor(place.plus(step), Some(minutia));
            let behind = self.phasor(place.minus(step), Some(minutia));
            ahead.times(behind.conjugate()).angle() / (2.0 * SLOPE_STEP)
        };
        let uphill = Complex::new(slope(Complex::new(SLOPE_STEP, 0.0)), slope(Complex::new(0.0, SLOPE_STEP)));
        let (uphill, slope) = (uphill.normalised(), uphill.size());
        // A spiral adds half a turn of phase on one of its sides and takes one off on the other: there the wave that ends
        // lies, a quarter turn clockwise from uphill where the phase grows counter-clockwise.
        let quarter = Complex::new(0.0, if counter_clockwise { -1.0 } else { 1.0 });
        let along = uphill.times(quarter);
        let ending = self.phasor(place.plus(along.scaled(BESIDE)), None).angle();
        Course { uphill, slope, along, ending }
    }

    /// The wave as a complex number of size 1, without the spiral of one minutia where that is named; 0 at a minutia.
    fn phasor(&self, place: Complex, without: Option<usize>) -> Complex {
        let (root, off_axis) = self.sheets(place);
        // The middle of the axis is a ridge at the core: each spiral pair turns the phase there by half.
        let start = if self.spirals.len().is_multiple_of(2) { PI } else { 0.0 };
        let mut product = Complex::unit(self.number * off_axis + start);
        for (index, spiral) in self.spirals.iter().enumerate() {
            // An angle of a product is the sum of the angles: no arc tangent is needed.
            let other_sheet = root.plus(spiral.root).conjugate();
            let both = match without {
                Some(minutia) if minutia == index => other_sheet,
                _ => root.minus(spiral.root).times(other_sheet),
            };
            product = product.times(if spiral.counter_clockwise { both } else { both.conjugate() });
            if index % FACTORS_BETWEEN == FACTORS_BETWEEN - 1 {
                product = product.normalised();
            }
        }
        product.normalised()
    }

    /// A place on the two sheets (the square root of the bent plane about the core; the other sheet has its negative),
    /// and its distance from the axis in pixels.
    fn sheets(&self, place: Complex) -> (Complex, f64) {
        let (dx, dy) = self.wander.at(place.re, place.im);
        let place = Complex::new(place.re + dx, place.im + dy);
        let from_core = place.minus(self.core);
        let across = self.centre.minus(self.core).scaled(2.0);
        let bent = from_core.over(Complex::ONE.minus(from_core.over(across)));
        let root = bent.over(self.axis).scaled(-1.0).square_root();
        let from_centre = place.minus(self.centre);
        let beside_axis = from_centre.times(self.axis.conjugate()).re >= 0.0;
        let off_axis =
            if beside_axis { (from_centre.size() - across.size() / 2.0).abs() } else { from_core.size() };
        (root, off_axis)
    }
}

#[cfg(test)]
#[path = "phase_tests.rs"]
mod tests;
