//! The tables of frequencies that are written, and their names.

use crate::error::{Error, Result};
use std::fmt;
use std::str::FromStr;

/// A table of allele frequencies as another program takes it.
///
/// # Examples
/// ```
/// use matcher_core::formats::frequencies::FrequencyFormat;
/// assert_eq!("EuroForMix".parse::<FrequencyFormat>()?, FrequencyFormat::EuroForMix);
/// let error = "csv".parse::<FrequencyFormat>().unwrap_err().to_string();
/// assert_eq!(error, "frequency format is \"csv\", expected one of euroformix, strmix");
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FrequencyFormat {
    /// A line an allele, a column a locus. It has no line for the size of the sample: `EuroForMix` takes every line for an
    /// allele.
    #[default]
    EuroForMix,
    /// The same, closed by a line `N` with the alleles that were counted at each locus: `STRmix`, and tables of the
    /// journals.
    StrMix,
}

impl FrequencyFormat {
    /// All formats, in the order in which their names are listed.
    pub const ALL: [Self; 2] = [Self::EuroForMix, Self::StrMix];

    /// The name that users write.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EuroForMix => "euroformix",
            Self::StrMix => "strmix",
        }
    }
}

impl fmt::Display for FrequencyFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for FrequencyFormat {
    type Err = Error;

    /// Takes a [`FrequencyFormat::name`] in any case.
    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(name)).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::invalid("", "frequency format", format!("{name:?}"), format!("one of {known}"))
        })
    }
}
