//! The formats of cases, and their names.

use crate::error::{Error, Result};
use std::fmt;
use std::str::FromStr;

/// A format of kinship cases.
///
/// # Examples
/// ```
/// use matcher_core::formats::cases::CaseFormat;
/// assert_eq!("familias".parse::<CaseFormat>()?, CaseFormat::Familias);
/// let error = "fam".parse::<CaseFormat>().unwrap_err().to_string();
/// assert_eq!(error, "case format is \"fam\", expected one of case-file, familias");
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CaseFormat {
    /// The case file of this project, in TOML.
    CaseFile,
    /// A project of Familias 3, `.fam`. Read only.
    Familias,
}

impl CaseFormat {
    /// All formats, in the order in which their names are listed.
    pub const ALL: [Self; 2] = [Self::CaseFile, Self::Familias];

    /// The name that users write.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CaseFile => "case-file",
            Self::Familias => "familias",
        }
    }

    /// The usual extension of its files, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::CaseFile => "toml",
            Self::Familias => "fam",
        }
    }
}

impl fmt::Display for CaseFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CaseFormat {
    type Err = Error;

    /// Takes a [`CaseFormat::name`] in any case.
    fn from_str(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(name)).ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Error::invalid("", "case format", format!("{name:?}"), format!("one of {known}"))
        })
    }
}
