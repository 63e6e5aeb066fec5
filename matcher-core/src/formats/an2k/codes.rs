//! Codes of ANSI/NIST-ITL: which finger, how an impression was taken, how an image is compressed.
//!
//! # References
//! ANSI/NIST-ITL 1-2011 Update 2015: Table 7 (impression types), Table 8 (friction ridge positions), and the table of
//! compression codes; the libraries NBIS and `libbiomeval` of NIST have the same codes.

use crate::fingerprint::{FingerPosition, Impression};
use std::fmt;

/// The finger that a position code stands for: [`FingerPosition::Unknown`] for a code of several fingers, palms or soles;
/// `None` for a code that is none.
pub(super) fn position(code: u8) -> Option<FingerPosition> {
    match code {
        0..=10 => FingerPosition::from_code(code),
        11 => Some(FingerPosition::RightThumb), // plain
        12 => Some(FingerPosition::LeftThumb),
        // Several fingers, extra digits, unknown ridges, palms, soles and toes.
        13..=38 | 40..=54 | 60..=79 | 81..=86 => Some(FingerPosition::Unknown),
        _ => None,
    }
}

/// Whether a position code is of one finger or of an unknown one.
pub(super) fn is_one_finger(code: u8) -> bool {
    code <= 12
}

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coded<T> {
    /// This.
    As(T),
    /// Nothing that is stated, or nothing that there is a word for here.
    Unstated,
    /// It is no code.
    Unknown,
}

impl<T> Coded<T> {
    /// What it stands for.
    pub(super) fn value(self) -> Option<T> {
        match self {
            Self::As(value) => Some(value),
            Self::Unstated | Self::Unknown => None,
        }
    }
}

/// The impression that a code stands for; unstated for one that no [`Impression`] is equal to (palms, soles, unknown).
pub(super) fn impression(code: u8) -> Coded<Impression> {
    match code {
        0..=8 => Impression::from_code(code).map_or(Coded::Unknown, Coded::As),
        20 | 22 => Coded::As(Impression::LiveScanPlain),
        21 | 23 => Coded::As(Impression::LiveScanRolled),
        24..=27 | 41 | 42 => Coded::As(Impression::Contactless),
        10..=15 | 28..=40 | 43..=50 => Coded::Unstated,
        _ => Coded::Unknown,
    }
}

/// The code of "unknown impression type".
const UNKNOWN_IMPRESSION: u8 = 29;

/// The code for an impression.
pub(super) fn impression_code(impression: Option<Impression>) -> u8 {
    match impression {
        Some(Impression::Contactless) => 24,
        Some(impression) => impression.code(),
        None => UNKNOWN_IMPRESSION,
    }
}

/// How image data is compressed, as its record says.
///
/// # Examples
/// ```
/// use matcher_core::formats::an2k::Compression;
/// assert_eq!(Compression::Wsq.to_string(), "WSQ");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Compression {
    /// Not at all: `NONE`, code 0.
    None,
    /// Wavelet scalar quantization: `WSQ20`, code 1.
    Wsq,
    /// JPEG, lossy: `JPEGB`, code 2.
    JpegBaseline,
    /// JPEG, lossless: `JPEGL`, code 3.
    JpegLossless,
    /// JPEG 2000, lossy: `JP2`, code 4.
    Jpeg2000,
    /// JPEG 2000, lossless: `JP2L`, code 5.
    Jpeg2000Lossless,
    /// PNG: `PNG`, code 6.
    Png,
    /// Not stated, or by a code that is none.
    Unknown,
}

impl Compression {
    /// By the code of the binary records.
    pub(super) fn from_code(code: u8) -> Self {
        match code {
            0 => Self::None,
            1 => Self::Wsq,
            2 => Self::JpegBaseline,
            3 => Self::JpegLossless,
            4 => Self::Jpeg2000,
            5 => Self::Jpeg2000Lossless,
            6 => Self::Png,
            _ => Self::Unknown,
        }
    }

    /// By the word of the tagged records; `WSQ` without its version is as common as with it.
    pub(super) fn from_word(word: &[u8]) -> Self {
        match word.trim_ascii() {
            b"NONE" => Self::None,
            b"WSQ20" | b"WSQ" => Self::Wsq,
            b"JPEGB" => Self::JpegBaseline,
            b"JPEGL" => Self::JpegLossless,
            b"JP2" => Self::Jpeg2000,
            b"JP2L" => Self::Jpeg2000Lossless,
            b"PNG" => Self::Png,
            _ => Self::Unknown,
        }
    }

    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "uncompressed",
            Self::Wsq => "WSQ",
            Self::JpegBaseline => "JPEG",
            Self::JpegLossless => "lossless JPEG",
            Self::Jpeg2000 => "JPEG 2000",
            Self::Jpeg2000Lossless => "lossless JPEG 2000",
            Self::Png => "PNG",
            Self::Unknown => "unknown compression",
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_impressions_survive_a_round_trip() {
        for known in Impression::ALL.map(Some).into_iter().chain([None]) {
            assert_eq!(impression(impression_code(known)).value(), known);
        }
        assert_eq!([9, 16, 51, 255].map(impression), [Coded::Unknown; 4]);
        assert_eq!(impression(10), Coded::Unstated); // a palm
        assert_eq!(impression(29), Coded::Unstated);
    }

    #[test]
    fn positions_of_one_finger_are_told_from_the_others() {
        for known in FingerPosition::ALL {
            assert_eq!(position(known.code()), Some(known));
            assert!(is_one_finger(known.code()));
        }
        assert_eq!(
            (position(11), position(12)),
            (Some(FingerPosition::RightThumb), Some(FingerPosition::LeftThumb))
        );
        assert_eq!((position(13), is_one_finger(13)), (Some(FingerPosition::Unknown), false));
        assert_eq!([39, 59, 80, 87, 255].map(position), [None; 5]);
    }
}
