//! Work that outlives its process: a file that says what is done, and what was found.
//!
//! It only ever grows at its end, a record for each range of subjects that were compared with all that come after them.
//! Numbers are little-endian. Subjects are ranks, so nobody's id stands in it.
//!
//! | part | bytes |
//! |---|---|
//! | header | a line of text: `matcher links `, the version, the length and the CRC-32 of what follows; then what the work is, as JSON |
//! | record | length of the payload (4), CRC-32 (4), payload |
//! | payload | the rank after the last one (4), five counts (8 each), number of links kept (4); of each the two ranks (4 each), the bits of the score (8), how much agrees (4), the two records (4 each) |
//!
//! The checksum of a record begins with that of the header and the place of the record, so nothing that lay elsewhere or
//! in another file passes for one. What does not check is dropped, and all behind it: a killed writer leaves no more than
//! a torn end, and what is dropped is only done again.
//!
//! Two processes do not write to one file: it is locked.

mod file;
mod record;

pub(in crate::search) use file::Checkpoint;
pub(in crate::search) use record::{Counts, Done};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What work is: whatever its links depend on, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::search) struct Work(Vec<(String, String)>);

impl Work {
    /// With one more thing that the links depend on.
    pub(in crate::search) fn and(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        self.0.push((name.to_owned(), value.to_string()));
        self
    }

    /// The first thing that is another one here, with both values.
    fn differs<'a>(&'a self, expected: &'a Self) -> Option<(&'a str, &'a str, &'a str)> {
        let value = |of: &'a Self, name: &str| {
            of.0.iter().find(|(known, _)| known == name).map_or("not said", |(_, value)| value.as_str())
        };
        let names = expected.0.iter().chain(&self.0).map(|(name, _)| name.as_str());
        let both = |name: &'a str| (name, value(self, name), value(expected, name));
        names.map(both).find(|(_, found, expected)| found != expected)
    }
}

/// The first 32 digits of a digest.
pub(in crate::search) fn digits(digest: Sha256) -> String {
    let digest = digest.finalize();
    let first = digest.iter().take(16).fold(0u128, |number, &byte| number << 8 | u128::from(byte));
    format!("{first:032x}")
}

#[cfg(test)]
#[path = "../checkpoint_tests.rs"]
mod tests;
