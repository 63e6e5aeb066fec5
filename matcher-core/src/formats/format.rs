//! The formats that are read and written here, and their names.

use crate::error::{Error, Result};
use std::fmt;
use std::str::FromStr;

/// A format of finger minutiae.
///
/// # Examples
/// ```
/// use matcher_core::formats::Format;
/// assert_eq!("ISO19794-2:2005".parse::<Format>()?, Format::Iso19794_2_2005);
/// let error = "ansi".parse::<Format>().unwrap_err().to_string();
/// assert!(error.starts_with("format is \"ansi\", expected one of iso19794-2:2005, incits378-2004, iso19794-2:2011"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Finger minutiae record of ISO/IEC 19794-2:2005, general record format.
    Iso19794_2_2005,
    /// Finger minutiae record of ANSI INCITS 378-2004.
    Incits378_2004,
    /// Finger minutiae record of ISO/IEC 19794-2:2011, general record format.
    Iso19794_2_2011,
    /// Finger minutiae record of ANSI INCITS 378-2009; the draft of 2007 is read as well.
    Incits378_2009,
    /// Finger minutiae record of ANSI INCITS 378-2009 with Amendment 1.
    Incits378_2009Am1,
    /// Card format of ISO/IEC 19794-2 of normal size: 5 bytes a minutia, places of 0.01 mm, angles of 360/256 degrees.
    Iso19794_2CardNormal,
    /// Card format of ISO/IEC 19794-2 of compact size: 3 bytes a minutia, places of 0.1 mm, angles of 360/64 degrees.
    Iso19794_2CardCompact,
    /// Text of NIST's mindtct and bozorth3, `x y theta [quality]` a line, in their native form: origin at the bottom
    /// left, theta in whole degrees counter-clockwise from the x axis and opposite to the direction of a
    /// [`Template`](crate::fingerprint::Template). The file does not state the height of its image, so what is read has
    /// y = 0 at its topmost minutia. Files of `mindtct -m1` look the same and have the origin at the top left: they
    /// would be read mirrored, so make them again without `-m1`.
    Xyt,
    /// Transaction of ANSI/NIST-ITL 1-2011, traditional encoding, with minutiae in the extended feature set; also a
    /// transaction without minutiae. All three dialects are read whichever of these names is given; it says which is
    /// written.
    An2kEfs,
    /// The same with minutiae in the fields after INCITS 378.
    An2kM1,
    /// The same with minutiae in the fields of the editions up to 2007.
    An2kLegacy,
}

impl Format {
    /// All formats, in the order in which their names are listed.
    pub const ALL: [Self; 11] = [
        Self::Iso19794_2_2005,
        Self::Incits378_2004,
        Self::Iso19794_2_2011,
        Self::Incits378_2009,
        Self::Incits378_2009Am1,
        Self::Iso19794_2CardNormal,
        Self::Iso19794_2CardCompact,
        Self::Xyt,
        Self::An2kEfs,
        Self::An2kM1,
        Self::An2kLegacy,
    ];

    /// The name that users write.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iso19794_2_2005 => "iso19794-2:2005",
            Self::Incits378_2004 => "incits378-2004",
            Self::Iso19794_2_2011 => "iso19794-2:2011",
            Self::Incits378_2009 => "incits378-2009",
            Self::Incits378_2009Am1 => "incits378-2009am1",
            Self::Iso19794_2CardNormal => "iso19794-2-card-normal",
            Self::Iso19794_2CardCompact => "iso19794-2-card-compact",
            Self::Xyt => "xyt",
            Self::An2kEfs => "an2k-efs",
            Self::An2kM1 => "an2k-m1",
            Self::An2kLegacy => "an2k-legacy",
        }
    }

    /// The most views that one file of it holds.
    pub const fn max_views(self) -> usize {
        match self {
            Self::Iso19794_2CardNormal | Self::Iso19794_2CardCompact | Self::Xyt => 1,
            Self::An2kEfs | Self::An2kM1 | Self::An2kLegacy => 100,
            _ => 255,
        }
    }

    /// Whether it states a resolution.
    pub(super) const fn states_resolution(self) -> bool {
        !matches!(
            self,
            Self::Iso19794_2CardNormal
                | Self::Iso19794_2CardCompact
                | Self::Xyt
                | Self::An2kEfs
                | Self::An2kLegacy
        )
    }

    /// Whether its places, without an image beside them, count from the topmost minutia.
    pub(super) const fn counts_from_top(self) -> bool {
        matches!(self, Self::Xyt | Self::An2kLegacy)
    }

    /// The usual extension of its files, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Iso19794_2_2005
            | Self::Incits378_2004
            | Self::Iso19794_2_2011
            | Self::Incits378_2009
            | Self::Incits378_2009Am1 => "fmr",
            Self::Iso19794_2CardNormal => "isonc",
            Self::Iso19794_2CardCompact => "isocc",
            Self::Xyt => "xyt",
            Self::An2kEfs | Self::An2kM1 | Self::An2kLegacy => "an2k",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = Error;

    /// Takes a [`Format::name`] in any case.
    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(name)).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::invalid("", "format", format!("{name:?}"), format!("one of {known}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_a_round_trip() {
        for format in Format::ALL {
            assert_eq!(format.to_string().to_uppercase().parse::<Format>().unwrap(), format);
            assert!(!format.extension().starts_with('.'));
        }
    }
}
