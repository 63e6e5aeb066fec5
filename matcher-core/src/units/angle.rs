//! Directions and rotations in whole numbers, so that a quarter turn is exact and every machine agrees.
//!
//! An [`Angle`] is a fraction of a turn in steps of 1/65536 (0.0055 degrees): addition wraps by itself, 90 degrees is
//! 16384 steps exactly, and the units of the exchange formats (1/180 and 1/256 of a turn) survive a round trip.

use serde::{Deserialize, Serialize};
use std::f64::consts::PI;
use std::ops::{Add, Neg, Sub};
use std::sync::LazyLock;

/// Steps in a quarter of a turn.
const QUARTER: u16 = 1 << 14;
/// Fixed-point one of [`Rotation`]: 30 fractional bits.
const ONE: i64 = 1 << 30;

/// A direction or a rotation, counter-clockwise from the x axis, in steps of 1/65536 of a turn.
///
/// # Range and units
/// `0 ..= 65535` steps, that is 0 up to (not including) 360 degrees.
///
/// # Examples
/// ```
/// use matcher_core::units::Angle;
/// let right = Angle::from_degrees(90.0).unwrap();
/// assert_eq!(right + right, Angle::from_degrees(180.0).unwrap());
/// assert_eq!((right - Angle::from_degrees(100.0).unwrap()).degrees().round(), 350.0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Angle(u16);

impl Angle {
    /// The direction of the x axis.
    pub const ZERO: Self = Self(0);

    /// From steps of 1/65536 of a turn.
    pub const fn from_steps(steps: u16) -> Self {
        Self(steps)
    }

    /// Steps of 1/65536 of a turn.
    pub const fn steps(self) -> u16 {
        self.0
    }

    /// `numerator / denominator` of a turn, to the nearest step; a denominator of 0 is the zero angle.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::units::Angle;
    /// let iso = Angle::from_fraction(80, 256); // the unit of ISO/IEC 19794-2
    /// assert_eq!(iso.degrees(), 112.5);
    /// assert_eq!(iso.to_fraction(256), 80);
    /// ```
    pub const fn from_fraction(numerator: u32, denominator: u32) -> Self {
        if denominator == 0 {
            return Self::ZERO;
        }
        let turn = 1u64 << 16;
        let steps =
            (2 * (numerator % denominator) as u64 * turn + denominator as u64) / (2 * denominator as u64);
        Self(steps as u16)
    }

    /// The nearest multiple of `1 / denominator` of a turn, as its numerator in `0 .. denominator`.
    pub const fn to_fraction(self, denominator: u32) -> u32 {
        let turn = 1u64 << 16;
        let nearest = (2 * self.0 as u64 * denominator as u64 + turn) / (2 * turn);
        if denominator == 0 { 0 } else { (nearest % denominator as u64) as u32 }
    }

    /// From radians, wrapped into one turn; `None` unless finite.
    pub fn from_radians(radians: f64) -> Option<Self> {
        Self::from_turns(radians / (2.0 * PI))
    }

    /// From degrees, wrapped into one turn; `None` unless finite.
    pub fn from_degrees(degrees: f64) -> Option<Self> {
        Self::from_turns(degrees / 360.0)
    }

    fn from_turns(turns: f64) -> Option<Self> {
        if !turns.is_finite() {
            return None;
        }
        let fraction = turns - turns.floor();
        Some(Self((fraction * 65536.0).round() as u32 as u16))
    }

    /// Radians in `0 .. 2π`.
    pub fn radians(self) -> f64 {
        f64::from(self.0) * (2.0 * PI / 65536.0)
    }

    /// Degrees in `0 .. 360`.
    pub fn degrees(self) -> f64 {
        f64::from(self.0) * (360.0 / 65536.0)
    }

    /// The smaller angle between two directions, in steps: `0 ..= 32768` (half a turn).
    pub const fn distance(self, other: Self) -> u16 {
        let d = self.0.wrapping_sub(other.0);
        if d > 32768 { d.wrapping_neg() } else { d }
    }

    /// Direction of the vector (x right, y up); the zero vector has the zero angle.
    ///
    /// A vector turned by 90 degrees gives exactly the angle plus a quarter turn.
    pub fn from_vector(x: i64, y: i64) -> Self {
        // Bring the vector into the first quadrant by exact quarter turns.
        let (along, across) = (x.unsigned_abs(), y.unsigned_abs());
        let (x, y, quarters) = match (x, y) {
            (0, 0) => return Self::ZERO,
            (1.., 0..) => (along, across, 0u16),
            (..=0, 1..) => (across, along, 1),
            (..0, ..=0) => (along, across, 2),
            (0.., ..0) => (across, along, 3),
        };
        let within = libm::atan2(y as f64, x as f64) * (65536.0 / (2.0 * PI));
        Self((within.round() as u16).wrapping_add(quarters * QUARTER))
    }

    /// This angle as a rotation of integer vectors.
    pub fn rotation(self) -> Rotation {
        let (cos, sin) = FIRST_QUARTER[usize::from(self.0 % QUARTER)];
        // Exact quarter turns, so that a turned print gives the very same numbers.
        let (cos, sin) = match self.0 / QUARTER {
            0 => (cos, sin),
            1 => (-sin, cos),
            2 => (-cos, -sin),
            _ => (sin, -cos),
        };
        Rotation { cos, sin }
    }
}

impl Add for Angle {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }
}

impl Sub for Angle {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.wrapping_sub(other.0))
    }
}

impl Neg for Angle {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.wrapping_neg())
    }
}

/// Cosine and sine of every angle below a quarter turn, in fixed point: every comparison looks up some dozens.
static FIRST_QUARTER: LazyLock<Vec<(i64, i64)>> = LazyLock::new(|| {
    let of = |steps: u16| {
        let within = f64::from(steps) * (2.0 * PI / 65536.0);
        let fixed = |value: f64| (value * ONE as f64).round() as i64;
        (fixed(libm::cos(within)), fixed(libm::sin(within)))
    };
    (0..QUARTER).map(of).collect()
});

/// A rotation of integer vectors in fixed point (30 fractional bits), rounding halves away from zero.
///
/// # Limits
/// Components up to 2^30 in size, so that the turned ones fit too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    cos: i64,
    sin: i64,
}

impl Rotation {
    /// The vector turned counter-clockwise.
    pub const fn apply(self, x: i32, y: i32) -> (i32, i32) {
        let (x, y) = (x as i64, y as i64);
        (round(self.cos * x - self.sin * y), round(self.sin * x + self.cos * y))
    }

    /// Cosine and sine as numbers.
    pub fn cos_sin(self) -> (f64, f64) {
        (self.cos as f64 / ONE as f64, self.sin as f64 / ONE as f64)
    }
}

const fn round(value: i64) -> i32 {
    let half = ONE / 2;
    (if value < 0 { -((half - value) / ONE) } else { (value + half) / ONE }) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_the_formats_survive_a_round_trip() {
        for denominator in [64, 180, 256, 360] {
            for k in 0..denominator {
                assert_eq!(Angle::from_fraction(k, denominator).to_fraction(denominator), k);
            }
        }
    }

    #[test]
    fn a_quarter_turn_is_exact() {
        for steps in (0..=u16::MAX).step_by(7) {
            let (a, b) = (Angle(steps), Angle(steps.wrapping_add(QUARTER)));
            let (x, y) = a.rotation().apply(12_345, -678);
            assert_eq!(b.rotation().apply(12_345, -678), (-y, x));
            assert_eq!(
                Angle::from_vector(-(y as i64), x as i64),
                Angle::from_vector(x as i64, y as i64) + Angle(QUARTER)
            );
        }
    }

    #[test]
    fn vectors_and_angles_agree() {
        for steps in (0..=u16::MAX).step_by(11) {
            let (x, y) = Angle(steps).rotation().apply(1 << 24, 0);
            assert!(Angle::from_vector(x as i64, y as i64).distance(Angle(steps)) <= 1);
        }
    }

    #[test]
    fn the_longest_vectors_have_a_direction_too() {
        let eighths = |x, y| Angle::from_vector(x, y).steps() >> 13;
        assert_eq!(eighths(i64::MIN, i64::MIN), 5);
        assert_eq!(eighths(i64::MIN, 0), 4);
        assert_eq!(eighths(0, i64::MIN), 6);
        assert_eq!(eighths(i64::MAX, i64::MAX), 1);
    }

    #[test]
    fn radians_wrap_and_refuse_what_is_no_number() {
        assert_eq!(Angle::from_radians(-PI / 2.0), Angle::from_degrees(270.0));
        assert_eq!(Angle::from_degrees(359.999_999), Some(Angle::ZERO));
        assert_eq!(Angle::from_radians(f64::NAN), None);
        assert_eq!(Angle::from_degrees(f64::INFINITY), None);
    }
}
