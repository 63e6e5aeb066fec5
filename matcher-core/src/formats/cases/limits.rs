//! How much of a case is read at most.

use super::super::limits::check_length;
use crate::error::Result;

/// Upper bounds for reading cases and pedigrees; beyond one of them there is an error, never a part.
///
/// # Memory
/// Beside 64 KiB, a project of Familias takes about 6 times its bytes, a PED file 50 times where each row is a family, a
/// case file 140 times where it is a list of people without a word more: what reads TOML keeps the place of every value.
/// Frequencies of the library that a case names come on top. Lower `bytes` for strangers.
///
/// # Examples
/// ```
/// use matcher_core::formats::cases::{CaseLimits, PedigreeOptions, read_pedigrees};
/// let limits = CaseLimits { people: 1, ..CaseLimits::default() };
/// let error = read_pedigrees(b"1 A 0 0 1\n1 B A 0 2\n", &PedigreeOptions { limits, ..Default::default() }).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 2: number of people in all pedigrees is 2, expected at most 1, the limit set for reading"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseLimits {
    /// Bytes of one input, and of each file that a case names. Default 16 MiB: a disaster of 10,000 victims in a project
    /// of Familias.
    pub bytes: usize,
    /// People in all pedigrees together: one file's pedigrees repeat them. Default 100,000.
    pub people: usize,
}

impl Default for CaseLimits {
    fn default() -> Self {
        Self { bytes: 16 << 20, people: 100_000 }
    }
}

impl CaseLimits {
    /// Refuses an input that is too long.
    pub(super) fn check_bytes(&self, present: usize) -> Result<()> {
        check_length(present as u64, self.bytes)
    }
}
