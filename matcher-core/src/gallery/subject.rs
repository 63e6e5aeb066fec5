//! A subject: an opaque id with the prints and profiles that were enrolled under it.

use super::policy::Access;
use crate::dna::Profile;
use crate::error::{Error, Result};
use crate::fingerprint::Template;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// An opaque identifier of a subject: 1 to 255 bytes of text without control characters. Never a name: who a subject
/// is stays with the system that embeds the engine.
///
/// # Examples
/// ```
/// use matcher_core::gallery::SubjectId;
/// assert_eq!(SubjectId::new("A-17")?.as_str(), "A-17");
/// assert!(SubjectId::new("").is_err());
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubjectId(Arc<str>);

impl SubjectId {
    /// Checks an identifier.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is empty, longer than 255 bytes or has control characters.
    pub fn new(id: &str) -> Result<Self> {
        if id.is_empty() || id.len() > 255 {
            let value = format!("{} bytes long", id.len());
            return Err(Error::invalid("", "subject id", value, "1 to 255 bytes"));
        }
        if id.chars().any(char::is_control) {
            let expected = "text without control characters";
            return Err(Error::invalid("", "subject id", format!("{id:?}"), expected));
        }
        Ok(Self(id.into()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SubjectId {
    type Error = Error;
    fn try_from(id: String) -> Result<Self> {
        Self::new(&id)
    }
}

impl From<SubjectId> for String {
    fn from(id: SubjectId) -> Self {
        id.0.as_ref().to_owned()
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &self.0)
    }
}

/// What is to be enrolled of one subject.
#[derive(Clone, Debug)]
pub struct Enrolment {
    pub(super) id: SubjectId,
    pub(super) fingerprints: Vec<Template>,
    pub(super) profiles: Vec<Profile>,
    pub(super) access: Access,
    pub(super) provenance: Option<String>,
    pub(super) enrolled: Option<u64>,
}

/// The longest note of provenance, in bytes.
pub const MAX_PROVENANCE: usize = 4096;

impl Enrolment {
    /// A subject of whom nothing is enrolled yet.
    pub fn new(id: SubjectId) -> Self {
        Self {
            id,
            fingerprints: Vec::new(),
            profiles: Vec::new(),
            access: Access::default(),
            provenance: None,
            enrolled: None,
        }
    }

    /// With these prints.
    #[must_use]
    pub fn fingerprints(self, fingerprints: Vec<Template>) -> Self {
        Self { fingerprints, ..self }
    }

    /// With these DNA profiles.
    #[must_use]
    pub fn profiles(self, profiles: Vec<Profile>) -> Self {
        Self { profiles, ..self }
    }

    /// With an owner, viewers and tags.
    #[must_use]
    pub fn access(self, access: Access) -> Self {
        Self { access, ..self }
    }

    /// With a note of where the record comes from, for those who read it later; no search looks at it.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is longer than [`MAX_PROVENANCE`] bytes.
    pub fn provenance(self, note: &str) -> Result<Self> {
        if note.len() > MAX_PROVENANCE {
            let value = format!("{} bytes long", note.len());
            let expected = format!("at most {MAX_PROVENANCE} bytes");
            return Err(Error::invalid(format!("subject {:?}", self.id), "provenance", value, expected));
        }
        Ok(Self { provenance: Some(note.to_owned()), ..self })
    }

    /// Enrolled at this time, in seconds since 1970; it is kept for those who read it, and decides nothing.
    #[must_use]
    pub fn enrolled(self, seconds: u64) -> Self {
        Self { enrolled: Some(seconds), ..self }
    }
}

impl From<(SubjectId, Vec<Template>)> for Enrolment {
    fn from((id, fingerprints): (SubjectId, Vec<Template>)) -> Self {
        Self::new(id).fingerprints(fingerprints)
    }
}

/// A subject as it was enrolled.
///
/// `Debug` shows how much there is, not what.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    pub(super) id: SubjectId,
    pub(super) fingerprints: Vec<Template>,
    pub(super) profiles: Vec<Profile>,
    pub(super) access: Access,
    pub(super) provenance: Option<String>,
    pub(super) enrolled: Option<u64>,
}

impl Subject {
    /// Opaque identifier.
    pub fn id(&self) -> &SubjectId {
        &self.id
    }

    /// The prints, in the order in which they were given.
    pub fn fingerprints(&self) -> &[Template] {
        &self.fingerprints
    }

    /// The DNA profiles, in the order in which they were given.
    pub fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// Owner, viewers and tags.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Where the record comes from, where that was noted.
    pub fn provenance(&self) -> Option<&str> {
        self.provenance.as_deref()
    }

    /// When it was enrolled, in seconds since 1970 by the clock of the machine, where that was noted.
    pub fn enrolled(&self) -> Option<u64> {
        self.enrolled
    }
}
