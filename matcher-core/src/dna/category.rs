//! Specimen categories: the role that a record plays in a case.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What kind of specimen a profile is of: the 29 categories of the CODIS import format (CMF 3.2).
///
/// # Examples
/// ```
/// use matcher_core::dna::Category;
/// let category: Category = "Forensic, Unknown".parse()?;
/// assert_eq!(category, Category::ForensicUnknown);
/// assert_eq!(category.name(), "Forensic, Unknown");
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[non_exhaustive]
pub enum Category {
    /// Convicted Offender.
    ConvictedOffender,
    /// Forensic, Unknown.
    ForensicUnknown,
    /// Population.
    Population,
    /// Suspect, Known.
    SuspectKnown,
    /// Unidentified Person.
    UnidentifiedPerson,
    /// Victim, Known.
    VictimKnown,
    /// Elimination, Known.
    EliminationKnown,
    /// Biological Mother.
    BiologicalMother,
    /// Biological Father.
    BiologicalFather,
    /// Biological Sibling.
    BiologicalSibling,
    /// Alleged Mother.
    AllegedMother,
    /// Alleged Father.
    AllegedFather,
    /// Biological Child.
    BiologicalChild,
    /// Proficiency.
    Proficiency,
    /// Other.
    Other,
    /// Missing Person.
    MissingPerson,
    /// Forensic Mixture.
    ForensicMixture,
    /// Maternal Relative.
    MaternalRelative,
    /// Paternal Relative.
    PaternalRelative,
    /// Deduced Victim Known.
    DeducedVictimKnown,
    /// Arrestee.
    Arrestee,
    /// Deceased.
    Deceased,
    /// Deduced Suspect.
    DeducedSuspect,
    /// Staff.
    Staff,
    /// Juvenile.
    Juvenile,
    /// CO Duplicate.
    CoDuplicate,
    /// Volunteer.
    Volunteer,
    /// Spouse.
    Spouse,
    /// Legal.
    Legal,
}

impl Category {
    /// All categories with their names, in the order of the format.
    pub const ALL: &[(Self, &str)] = &[
        (Self::ConvictedOffender, "Convicted Offender"),
        (Self::ForensicUnknown, "Forensic, Unknown"),
        (Self::Population, "Population"),
        (Self::SuspectKnown, "Suspect, Known"),
        (Self::UnidentifiedPerson, "Unidentified Person"),
        (Self::VictimKnown, "Victim, Known"),
        (Self::EliminationKnown, "Elimination, Known"),
        (Self::BiologicalMother, "Biological Mother"),
        (Self::BiologicalFather, "Biological Father"),
        (Self::BiologicalSibling, "Biological Sibling"),
        (Self::AllegedMother, "Alleged Mother"),
        (Self::AllegedFather, "Alleged Father"),
        (Self::BiologicalChild, "Biological Child"),
        (Self::Proficiency, "Proficiency"),
        (Self::Other, "Other"),
        (Self::MissingPerson, "Missing Person"),
        (Self::ForensicMixture, "Forensic Mixture"),
        (Self::MaternalRelative, "Maternal Relative"),
        (Self::PaternalRelative, "Paternal Relative"),
        (Self::DeducedVictimKnown, "Deduced Victim Known"),
        (Self::Arrestee, "Arrestee"),
        (Self::Deceased, "Deceased"),
        (Self::DeducedSuspect, "Deduced Suspect"),
        (Self::Staff, "Staff"),
        (Self::Juvenile, "Juvenile"),
        (Self::CoDuplicate, "CO Duplicate"),
        (Self::Volunteer, "Volunteer"),
        (Self::Spouse, "Spouse"),
        (Self::Legal, "Legal"),
    ];

    /// The name that the format gives it.
    pub const fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// By name, without regard to case, blanks and punctuation.
impl FromStr for Category {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let key = |name: &str| name.replace(|c: char| !c.is_ascii_alphanumeric(), "").to_ascii_lowercase();
        let wanted = key(name);
        let found = Self::ALL.iter().find(|(_, known)| key(known) == wanted);
        let unknown = || {
            let shown: String = name.chars().take(64).collect();
            Error::invalid(
                "",
                "category",
                format!("{shown:?}"),
                "a specimen category of CODIS, such as \"Arrestee\"",
            )
        };
        found.map(|(category, _)| *category).ok_or_else(unknown)
    }
}

impl TryFrom<String> for Category {
    type Error = Error;

    fn try_from(name: String) -> Result<Self> {
        name.parse()
    }
}

impl From<Category> for String {
    fn from(category: Category) -> Self {
        category.name().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        assert_eq!(Category::ALL.len(), 29);
        for (category, name) in Category::ALL {
            assert_eq!((name.parse::<Category>().unwrap(), category.name()), (*category, *name));
        }
        assert!("offender".parse::<Category>().is_err());
    }
}
