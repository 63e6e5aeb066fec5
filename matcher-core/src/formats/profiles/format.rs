//! The formats of DNA profiles, and their names.

use crate::error::{Error, Result};
use std::fmt;
use std::str::FromStr;

/// A format of DNA profiles.
///
/// # Examples
/// ```
/// use matcher_core::formats::profiles::ProfileFormat;
/// assert_eq!("codis-cmf".parse::<ProfileFormat>()?, ProfileFormat::CodisCmf);
/// let error = "codis".parse::<ProfileFormat>().unwrap_err().to_string();
/// assert_eq!(error, "profile format is \"codis\", expected one of codis-cmf, genemapper, long-table, wide-table");
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProfileFormat {
    /// XML of the CODIS import format, CMF 3.2 (`urn:CODISImportFile-schema`).
    CodisCmf,
    /// Text export of GeneMapper: tab separated, a sample a row, a locus a column, `11, 12, , ` a cell, heights beside it
    /// or not. Read only.
    GeneMapper,
    /// A sample and a marker a row, alleles and peak heights in numbered columns: LRmix, EuroForMix, the table of
    /// GeneMapper.
    LongTable,
    /// A profile a row, one or more columns a locus: the CSV of CODIS databases, tables of population samples.
    WideTable,
}

impl ProfileFormat {
    /// All formats, in the order in which their names are listed.
    pub const ALL: [Self; 4] = [Self::CodisCmf, Self::GeneMapper, Self::LongTable, Self::WideTable];

    /// The name that users write.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CodisCmf => "codis-cmf",
            Self::GeneMapper => "genemapper",
            Self::LongTable => "long-table",
            Self::WideTable => "wide-table",
        }
    }

    /// The usual extension of its files, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::CodisCmf => "xml",
            Self::GeneMapper => "txt",
            Self::LongTable | Self::WideTable => "csv",
        }
    }
}

impl fmt::Display for ProfileFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ProfileFormat {
    type Err = Error;

    /// Takes a [`ProfileFormat::name`] in any case.
    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(name)).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::invalid("", "profile format", format!("{name:?}"), format!("one of {known}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_a_round_trip() {
        for format in ProfileFormat::ALL {
            assert_eq!(format.to_string().to_uppercase().parse::<ProfileFormat>().unwrap(), format);
        }
    }
}
