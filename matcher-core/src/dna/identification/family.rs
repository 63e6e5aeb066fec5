//! A family that misses somebody.

use crate::dna::kinship::Pedigree;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// A pedigree with the people of it who are missing.
///
/// # Examples
/// ```
/// use matcher_core::dna::Sex;
/// use matcher_core::dna::identification::Family;
/// use matcher_core::dna::kinship::Pedigree;
/// let pedigree = Pedigree::new([
///     ("mother", None, None, Some(Sex::Female)),
///     ("M1", None, Some("mother"), Some(Sex::Male)),
/// ])?;
/// let family = Family::new("F1", pedigree, ["M1"])?;
/// assert_eq!(family.missing(), ["M1"]);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Record", into = "Record")]
pub struct Family {
    name: String,
    pedigree: Pedigree,
    missing: Vec<String>,
}

/// A family as written.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    name: String,
    pedigree: Pedigree,
    missing: Vec<String>,
}

impl Family {
    /// A family of this name with these people missing.
    ///
    /// # Errors
    /// Nobody is missing, a missing person is not in the pedigree, or is named twice.
    pub fn new<S: Into<String>>(
        name: impl Into<String>,
        pedigree: Pedigree,
        missing: impl IntoIterator<Item = S>,
    ) -> Result<Self> {
        let (name, missing): (String, Vec<String>) =
            (name.into(), missing.into_iter().map(Into::into).collect());
        let wrong = |value: String, expected| {
            Err(Error::invalid(format!("family {name:?}"), "missing persons", value, expected))
        };
        if missing.is_empty() {
            return wrong("0".into(), "1 or more");
        }
        for (place, id) in missing.iter().enumerate() {
            if pedigree.find(id).is_none() {
                return wrong(format!("{id:?}, who is not in the pedigree"), "people of the pedigree");
            }
            if missing[..place].contains(id) {
                return wrong(format!("{id:?} twice"), "each once");
            }
        }
        Ok(Self { name, pedigree, missing })
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Who is related to whom.
    pub const fn pedigree(&self) -> &Pedigree {
        &self.pedigree
    }

    /// The ids of those who are missing.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }
}

impl TryFrom<Record> for Family {
    type Error = Error;

    fn try_from(record: Record) -> Result<Self> {
        Self::new(record.name, record.pedigree, record.missing)
    }
}

impl From<Family> for Record {
    fn from(family: Family) -> Self {
        Self { name: family.name, pedigree: family.pedigree, missing: family.missing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_missing_are_of_the_family() {
        let pedigree = Pedigree::new([("A", None, None, None)]).unwrap();
        let message = |missing: &[&str]| {
            Family::new("F1", pedigree.clone(), missing.iter().copied()).unwrap_err().to_string()
        };
        assert_eq!(message(&[]), "family \"F1\": missing persons is 0, expected 1 or more");
        assert!(message(&["B"]).contains("\"B\", who is not in the pedigree"));
        assert!(message(&["A", "A"]).contains("\"A\" twice, expected each once"));
        let family = Family::new("F1", pedigree.clone(), ["A"]).unwrap();
        let json = serde_json::to_string(&family).unwrap();
        assert_eq!(serde_json::from_str::<Family>(&json).unwrap(), family);
    }
}
