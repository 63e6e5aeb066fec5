//! Which finger, and how its impression was taken: the code tables of the exchange formats.

use serde::{Deserialize, Serialize};

/// A finger, by the codes 0 to 10 of ANSI/NIST-ITL and ISO/IEC 19794-2.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::FingerPosition;
/// assert_eq!(FingerPosition::from_code(7), Some(FingerPosition::LeftIndex));
/// assert_eq!(FingerPosition::LeftIndex.name(), "left index");
/// assert!(FingerPosition::Unknown.may_be(FingerPosition::LeftIndex));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FingerPosition {
    /// Code 0: not known.
    #[default]
    Unknown,
    /// Code 1.
    RightThumb,
    /// Code 2.
    RightIndex,
    /// Code 3.
    RightMiddle,
    /// Code 4.
    RightRing,
    /// Code 5.
    RightLittle,
    /// Code 6.
    LeftThumb,
    /// Code 7.
    LeftIndex,
    /// Code 8.
    LeftMiddle,
    /// Code 9.
    LeftRing,
    /// Code 10.
    LeftLittle,
}

impl FingerPosition {
    /// All positions, in the order of their codes.
    pub const ALL: [Self; 11] = [
        Self::Unknown,
        Self::RightThumb,
        Self::RightIndex,
        Self::RightMiddle,
        Self::RightRing,
        Self::RightLittle,
        Self::LeftThumb,
        Self::LeftIndex,
        Self::LeftMiddle,
        Self::LeftRing,
        Self::LeftLittle,
    ];

    /// The code, 0 to 10.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The position with this code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// In words, lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown finger",
            Self::RightThumb => "right thumb",
            Self::RightIndex => "right index",
            Self::RightMiddle => "right middle",
            Self::RightRing => "right ring",
            Self::RightLittle => "right little",
            Self::LeftThumb => "left thumb",
            Self::LeftIndex => "left index",
            Self::LeftMiddle => "left middle",
            Self::LeftRing => "left ring",
            Self::LeftLittle => "left little",
        }
    }

    /// Whether two prints can be of the same finger: equal positions, or one that is not known.
    pub fn may_be(self, other: Self) -> bool {
        self == other || self == Self::Unknown || other == Self::Unknown
    }
}

/// How an impression was taken, by the codes of ISO/IEC 19794-2:2005 and ANSI/NIST-ITL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Impression {
    /// Code 0: pressed on a live scanner.
    LiveScanPlain,
    /// Code 1: rolled on a live scanner.
    LiveScanRolled,
    /// Code 2: pressed in ink.
    NonLiveScanPlain,
    /// Code 3: rolled in ink.
    NonLiveScanRolled,
    /// Code 4: latent impression.
    LatentImpression,
    /// Code 5: latent tracing.
    LatentTracing,
    /// Code 6: latent photo.
    LatentPhoto,
    /// Code 7: latent lift.
    LatentLift,
    /// Code 8: swiped over a line scanner.
    Swipe,
    /// Code 9: taken without contact.
    Contactless,
}

impl Impression {
    /// All impressions, in the order of their codes.
    pub const ALL: [Self; 10] = [
        Self::LiveScanPlain,
        Self::LiveScanRolled,
        Self::NonLiveScanPlain,
        Self::NonLiveScanRolled,
        Self::LatentImpression,
        Self::LatentTracing,
        Self::LatentPhoto,
        Self::LatentLift,
        Self::Swipe,
        Self::Contactless,
    ];

    /// The code, 0 to 9.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The impression with this code.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// In words, lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LiveScanPlain => "live-scan plain",
            Self::LiveScanRolled => "live-scan rolled",
            Self::NonLiveScanPlain => "nonlive-scan plain",
            Self::NonLiveScanRolled => "nonlive-scan rolled",
            Self::LatentImpression => "latent impression",
            Self::LatentTracing => "latent tracing",
            Self::LatentPhoto => "latent photo",
            Self::LatentLift => "latent lift",
            Self::Swipe => "swipe",
            Self::Contactless => "contactless",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_survive_a_round_trip_and_strangers_are_refused() {
        for position in FingerPosition::ALL {
            assert_eq!(FingerPosition::from_code(position.code()), Some(position));
        }
        for impression in Impression::ALL {
            assert_eq!(Impression::from_code(impression.code()), Some(impression));
        }
        assert_eq!(FingerPosition::from_code(11), None);
        assert_eq!(Impression::from_code(10), None);
    }
}
