//! Every way an input can be wrong.
//!
//! A [`Problem`] names the record, the field, the value and what was expected. A strict reader returns the first one as
//! an [`Error`]; a lenient reader recovers and hands all of them back as diagnostics. Both say the same words.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is wrong with one field of an input.
///
/// # Examples
/// ```
/// use matcher_core::error::Problem;
/// let problem = Problem::new("view 2", "minutia 5 angle", 181, "0 to 179");
/// assert_eq!(problem.to_string(), "view 2: minutia 5 angle is 181, expected 0 to 179");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Problem {
    /// Which record: a view, a line, a subject. Empty where there is only one.
    pub record: String,
    /// Which field of it.
    pub field: String,
    /// What stands there.
    pub value: String,
    /// What was expected there, and what was done about it where a reader recovered.
    pub expected: String,
}

impl Problem {
    /// Names record, field, value and expectation.
    pub fn new(
        record: impl fmt::Display,
        field: impl fmt::Display,
        value: impl fmt::Display,
        expected: impl fmt::Display,
    ) -> Self {
        Self {
            record: record.to_string(),
            field: field.to_string(),
            value: value.to_string(),
            expected: expected.to_string(),
        }
    }

    /// The same problem, found in a record that itself lies in `record`.
    #[must_use]
    pub fn within(mut self, record: impl fmt::Display) -> Self {
        self.record =
            if self.record.is_empty() { record.to_string() } else { format!("{record}, {}", self.record) };
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.record.is_empty() {
            write!(f, "{}: ", self.record)?;
        }
        write!(f, "{} is {}, expected {}", self.field, self.value, self.expected)
    }
}

/// Everything that can go wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A value that cannot be what it claims to be.
    #[error("{0}")]
    Invalid(Problem),
    /// A file whose bytes are of no format known here.
    #[error("format not recognised: {0}")]
    UnknownFormat(String),
    /// A file or folder that could not be read or written.
    #[error("{path}: {source}", path = .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A subject that is enrolled already.
    #[error("subject {0:?} is enrolled already: remove it first, or choose another id")]
    AlreadyEnrolled(String),
    /// A subject that is not enrolled.
    #[error("subject {0:?} is not enrolled")]
    NotEnrolled(String),
    /// A file of a gallery whose bytes are not what was written.
    #[error("{path} is damaged: {what}", path = .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Which part of it, and what was expected there.
        what: String,
    },
    /// A folder or file that is no gallery of a kind and version known here, with the reason.
    #[error("{path} cannot be opened as a gallery: {reason}", path = .path.display())]
    NotAGallery {
        /// The folder or file.
        path: PathBuf,
        /// What was found there, and what was expected.
        reason: String,
    },
    /// A gallery that somebody else is writing to.
    #[error("{path} is being written by another process: open it read-only, or try again when that one has closed it", path = .path.display())]
    InUse {
        /// The gallery.
        path: PathBuf,
    },
    /// A change to a gallery that was opened for reading.
    #[error("{path} is open read-only: {reason}", path = .path.display())]
    ReadOnly {
        /// The gallery.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// A search in a shard after the time for which it was exported.
    #[error("{path} is a shard that was to be searched until {not_after} s after 1970, and by the clock of this machine it is {now}: apply a newer delta, ask for a new export, or ask for the expired one in so many words", path = .path.display())]
    Expired {
        /// The shard.
        path: PathBuf,
        /// The last second, since 1970.
        not_after: u64,
        /// What the clock says.
        now: u64,
    },
    /// A delta and a shard that do not belong together, or a base that no delta can be made from.
    #[error("{path} is not what this delta needs: {reason}", path = .path.display())]
    WrongBase {
        /// The delta that is applied, or the base that one is made from.
        path: PathBuf,
        /// What was found, and what was expected.
        reason: String,
    },
    /// A model of the extractor that is not on this machine.
    #[error("{path} is not there, the model that finds minutiae: `matcher model install` puts it there, or set MATCHER_MODEL to its path", path = .path.display())]
    NoModel {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Work that was told to stop before it was done, and has no answer in part.
    #[error("cancelled before it was done")]
    Cancelled,
    /// A thread pool that the operating system did not give.
    #[error("cannot start {threads} threads: {reason}")]
    Threads {
        /// How many were asked for.
        threads: usize,
        /// What the operating system said.
        reason: String,
    },
}

impl Error {
    /// Shorthand for [`Error::Invalid`].
    pub fn invalid(
        record: impl fmt::Display,
        field: impl fmt::Display,
        value: impl fmt::Display,
        expected: impl fmt::Display,
    ) -> Self {
        Self::Invalid(Problem::new(record, field, value, expected))
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Invalid(problem)
    }
}
