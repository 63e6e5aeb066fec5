//! One minutia: where a ridge ends or divides, and which way.

use crate::units::{Angle, Pixels};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a ridge does at a minutia.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MinutiaKind {
    /// Neither of the two, or not stated.
    #[default]
    Other,
    /// The ridge ends.
    RidgeEnding,
    /// The ridge divides.
    Bifurcation,
}

impl MinutiaKind {
    /// All kinds, in the order of their codes.
    pub const ALL: [Self; 3] = [Self::Other, Self::RidgeEnding, Self::Bifurcation];

    /// The code of the exchange formats: 0 other, 1 ridge ending, 2 bifurcation.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The kind with this code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

/// Quality of a minutia or of a print, in percent as the exchange formats have it: `0` worst to `100` best.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::Quality;
/// assert_eq!(Quality::new(30).unwrap().fraction(), 0.3);
/// assert_eq!(Quality::new(101), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Quality(u8);

impl Quality {
    /// From percent; `None` above 100.
    pub const fn new(percent: u8) -> Option<Self> {
        if percent <= 100 { Some(Self(percent)) } else { None }
    }

    /// From a fraction, to the nearest percent; `None` outside 0 to 1.
    pub fn from_fraction(fraction: f64) -> Option<Self> {
        (0.0..=1.0).contains(&fraction).then(|| Self((fraction * 100.0).round() as u8))
    }

    /// In percent.
    pub const fn percent(self) -> u8 {
        self.0
    }

    /// As a fraction, `0.0 ..= 1.0`.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl TryFrom<u8> for Quality {
    type Error = String;
    fn try_from(percent: u8) -> Result<Self, String> {
        Self::new(percent).ok_or_else(|| format!("quality is {percent}, expected 0 to 100"))
    }
}

impl From<Quality> for u8 {
    fn from(quality: Quality) -> Self {
        quality.0
    }
}

/// One minutia in the frame of its own image.
///
/// # Range and units
/// `x` grows to the right and `y` **downwards** from the top left corner of the image, in pixels of that image;
/// `direction` is counter-clockwise from the x axis as the image is seen. For a ridge ending it points along the ridge
/// that ends, for a bifurcation into the valley between the branches (ISO/IEC 19794-2).
///
/// `Debug` shows no coordinates: a minutia is biometric data and does not belong in a log.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Minutia {
    /// Column, in pixels from the left edge.
    pub x: Pixels,
    /// Row, in pixels from the top edge.
    pub y: Pixels,
    /// Direction, counter-clockwise from the x axis.
    pub direction: Angle,
    /// What the ridge does here.
    pub kind: MinutiaKind,
    /// How sure the extractor was, where it said so.
    pub quality: Option<Quality>,
    /// Row in the file or array that the minutia came from.
    pub source_index: u32,
}

impl Minutia {
    /// A minutia of unstated kind and quality.
    pub const fn new(x: Pixels, y: Pixels, direction: Angle) -> Self {
        Self { x, y, direction, kind: MinutiaKind::Other, quality: None, source_index: 0 }
    }

    /// The key of the canonical order: by row, column, direction, kind, best quality first.
    pub(super) fn canonical_key(&self) -> impl Ord + use<> {
        (self.y, self.x, self.direction, self.kind, std::cmp::Reverse(self.quality), self.source_index)
    }

    /// Whether both mark the same feature: place, direction and kind agree.
    pub(super) fn same_feature(&self, other: &Self) -> bool {
        (self.x, self.y, self.direction, self.kind) == (other.x, other.y, other.direction, other.kind)
    }
}

impl fmt::Debug for Minutia {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Minutia").field("kind", &self.kind).finish_non_exhaustive()
    }
}
