//! A subject: an opaque id with the prints and profiles that were enrolled under it.

use crate::dna::Profile;
use crate::error::{Error, Result};
use crate::fingerprint::{Prepared, Template};
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

/// One enrolled print: the template as it came, and its prepared form.
#[derive(Clone, Debug)]
pub struct Print {
    pub(super) template: Template,
    pub(super) prepared: Prepared,
    /// Where it is laid out for search, among the prints of its finger position; `None` where it has no search code.
    pub(super) slot: Option<u32>,
}

impl Print {
    /// The template as it was enrolled.
    pub fn template(&self) -> &Template {
        &self.template
    }

    /// The template prepared for comparing.
    pub fn prepared(&self) -> &Prepared {
        &self.prepared
    }
}

/// What is to be enrolled of one subject.
#[derive(Clone, Debug)]
pub struct Enrolment {
    pub(super) id: SubjectId,
    pub(super) fingerprints: Vec<Template>,
    pub(super) profiles: Vec<Profile>,
}

impl Enrolment {
    /// A subject of whom nothing is enrolled yet.
    pub fn new(id: SubjectId) -> Self {
        Self { id, fingerprints: Vec::new(), profiles: Vec::new() }
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
}

impl From<(SubjectId, Vec<Template>)> for Enrolment {
    fn from((id, fingerprints): (SubjectId, Vec<Template>)) -> Self {
        Self::new(id).fingerprints(fingerprints)
    }
}

/// A subject with what was enrolled. A clone shares the prints.
#[derive(Clone, Debug)]
pub struct Subject {
    pub(super) id: SubjectId,
    pub(super) prints: Arc<[Print]>,
    pub(super) profile_rows: Arc<[usize]>,
}

impl Subject {
    /// Opaque identifier.
    pub fn id(&self) -> &SubjectId {
        &self.id
    }

    /// The prints, in the order in which they were given.
    pub fn prints(&self) -> &[Print] {
        &self.prints
    }

    /// Where the subject's DNA profiles lie in [`Gallery::profiles`](super::Gallery::profiles), in the order in which they
    /// were given.
    pub fn profile_rows(&self) -> &[usize] {
        &self.profile_rows
    }
}
