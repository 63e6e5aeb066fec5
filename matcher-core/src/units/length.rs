//! Lengths on a print: pixels of an image and the resolution that gives them a size.
//!
//! Both are whole numbers of small steps: coordinates of 1/256 pixel, resolutions of 1/100 dot per inch. The latter
//! makes whole dpi and whole pixels per centimetre (1 px/cm = 2.54 dpi) exact at once.

use serde::{Deserialize, Serialize};

/// A coordinate in pixels of an image, in steps of 1/256 pixel.
///
/// # Examples
/// ```
/// use matcher_core::units::Pixels;
/// assert_eq!(Pixels::from_f64(12.5).unwrap().to_f64(), 12.5);
/// assert_eq!(Pixels::from_f64(f64::NAN), None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pixels(i32);

impl Pixels {
    /// The largest magnitude that [`from_f64`](Self::from_f64) takes, in pixels.
    pub const MAX: i32 = 65_535;

    /// From whole pixels.
    pub const fn from_whole(pixels: i16) -> Self {
        Self(pixels as i32 * 256)
    }

    /// From pixels, to the nearest 1/256; `None` unless finite and at most [`Pixels::MAX`] in size.
    pub fn from_f64(pixels: f64) -> Option<Self> {
        (pixels.abs() <= f64::from(Self::MAX)).then(|| Self((pixels * 256.0).round() as i32))
    }

    /// From steps of 1/256 pixel.
    pub const fn from_steps(steps: i32) -> Self {
        Self(steps)
    }

    /// Steps of 1/256 pixel.
    pub const fn steps(self) -> i32 {
        self.0
    }

    /// In pixels.
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / 256.0
    }

    /// The nearest whole pixel, halves upwards.
    pub const fn nearest(self) -> i32 {
        (self.0.div_euclid(128) + 1).div_euclid(2) // not `self.0 + 128`, which may not fit
    }
}

/// A resolution in dots per inch, exact to 1/100.
///
/// # Range and units
/// [`Dpi::MIN`] to [`Dpi::MAX`]: no fingerprint image is coarser or finer, and zero is refused.
///
/// # Examples
/// ```
/// use matcher_core::units::Dpi;
/// assert_eq!(Dpi::from_per_centimetre(197).unwrap(), Dpi::STANDARD); // 500 dpi is 196.85 px/cm
/// assert_eq!(Dpi::from_per_centimetre(202).unwrap().to_f64(), 512.0);
/// assert_eq!(Dpi::from_per_centimetre(150).unwrap().to_f64(), 381.0);
/// assert_eq!(Dpi::new(0.0), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Dpi(u32);

impl Dpi {
    /// 50 dpi, the coarsest resolution taken.
    pub const MIN: Self = Self(5_000);
    /// 10,000 dpi, the finest resolution taken.
    pub const MAX: Self = Self(1_000_000);
    /// 500 dpi, the engine's own.
    pub const STANDARD: Self = Self(50_000);

    /// From dots per inch, to the nearest 1/100; `None` outside [`Dpi::MIN`] to [`Dpi::MAX`].
    pub fn new(dpi: f64) -> Option<Self> {
        let hundredths = (dpi * 100.0).round();
        (hundredths >= f64::from(Self::MIN.0) && hundredths <= f64::from(Self::MAX.0))
            .then_some(Self(hundredths as u32))
    }

    /// From whole pixels per centimetre, the unit of the minutiae records; `None` outside the range.
    ///
    /// The unit is coarse (500 dpi is 196.85 px/cm), so a value to which one of the usual scanner resolutions (500,
    /// 512, 569, 1000 dpi) rounds is taken for that; any other is exact.
    pub fn from_per_centimetre(per_centimetre: u32) -> Option<Self> {
        let usual = [50_000, 51_200, 56_900, 100_000].into_iter().map(Self);
        let exact = Self(per_centimetre.checked_mul(254)?);
        let dpi = usual.into_iter().find(|dpi| dpi.per_centimetre() == per_centimetre).unwrap_or(exact);
        (Self::MIN..=Self::MAX).contains(&dpi).then_some(dpi)
    }

    /// Nearest whole pixels per centimetre.
    pub const fn per_centimetre(self) -> u32 {
        (self.0 + 127) / 254
    }

    /// Dots per inch.
    pub fn to_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// Hundredths of a dot per inch.
    pub const fn hundredths(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Dpi {
    type Error = String;
    fn try_from(hundredths: u32) -> Result<Self, String> {
        let dpi = Self(hundredths);
        if (Self::MIN..=Self::MAX).contains(&dpi) {
            Ok(dpi)
        } else {
            Err(format!("resolution is {hundredths}, expected 5000 to 1000000 hundredths of a dpi"))
        }
    }
}

impl From<Dpi> for u32 {
    fn from(dpi: Dpi) -> Self {
        dpi.0
    }
}

/// Resolution along both axes of an image; they differ on some line scanners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Resolution {
    /// Along x (columns).
    pub x: Dpi,
    /// Along y (rows).
    pub y: Dpi,
}

impl Resolution {
    /// 500 dpi along both axes.
    pub const STANDARD: Self = Self::square(Dpi::STANDARD);

    /// The same along both axes.
    pub const fn square(dpi: Dpi) -> Self {
        Self { x: dpi, y: dpi }
    }
}

impl Default for Resolution {
    fn default() -> Self {
        Self::STANDARD
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_per_centimetre_survive_a_round_trip() {
        for n in 20..=3937 {
            assert_eq!(Dpi::from_per_centimetre(n).unwrap().per_centimetre(), n);
        }
        assert_eq!(Dpi::from_per_centimetre(224), Dpi::new(569.0));
        assert_eq!(Dpi::from_per_centimetre(394), Dpi::new(1000.0));
        assert_eq!(Dpi::from_per_centimetre(0), None);
        assert_eq!(Dpi::from_per_centimetre(u32::MAX), None);
    }

    #[test]
    fn what_is_no_resolution_is_refused() {
        for dpi in [0.0, -500.0, 49.0, 10_001.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Dpi::new(dpi), None);
        }
        assert!(serde_json::from_str::<Dpi>("0").is_err());
    }

    #[test]
    fn nearest_pixel() {
        assert_eq!(Pixels::from_f64(1.5).unwrap().nearest(), 2);
        assert_eq!(Pixels::from_f64(-1.75).unwrap().nearest(), -2);
        for steps in -1000..1000 {
            assert_eq!(Pixels::from_steps(steps).nearest(), (steps + 128).div_euclid(256));
        }
        assert_eq!(Pixels::from_steps(i32::MAX).nearest(), 1 << 23);
        assert_eq!(Pixels::from_steps(i32::MIN).nearest(), -(1 << 23));
    }
}
