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
/// assert_eq!(error, "format is \"ansi\", expected one of iso19794-2:2005, incits378-2004, xyt");
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Finger minutiae record of ISO/IEC 19794-2:2005, general record format.
    Iso19794_2_2005,
    /// Finger minutiae record of ANSI INCITS 378-2004.
    Incits378_2004,
    /// Text of NIST's mindtct and bozorth3, `x y theta [quality]` a line, in their native form: origin at the bottom
    /// left, theta in whole degrees counter-clockwise from the x axis and opposite to the direction of a
    /// [`Template`](crate::fingerprint::Template). The file does not state the height of its image, so what is read has
    /// y = 0 at its topmost minutia. Files of `mindtct -m1` look the same and have the origin at the top left: they
    /// would be read mirrored, so make them again without `-m1`.
    Xyt,
}

impl Format {
    /// All formats, in the order in which their names are listed.
    pub const ALL: [Self; 3] = [Self::Iso19794_2_2005, Self::Incits378_2004, Self::Xyt];

    /// The name that users write.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Iso19794_2_2005 => "iso19794-2:2005",
            Self::Incits378_2004 => "incits378-2004",
            Self::Xyt => "xyt",
        }
    }

    /// The usual extension of its files, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Iso19794_2_2005 | Self::Incits378_2004 => "fmr",
            Self::Xyt => "xyt",
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
