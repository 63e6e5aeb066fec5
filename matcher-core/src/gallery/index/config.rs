//! What an index is made by, and what came of it.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// The most cells.
pub(super) const MOST_CELLS: usize = 1 << 16;

/// Parameters of an index over prints.
///
/// # Examples
/// ```
/// use matcher_core::gallery::IndexConfig;
/// let config = IndexConfig { cells: Some(4096), ..IndexConfig::default() };
/// assert!(config.check().is_ok());
/// let config = IndexConfig { cells: Some(1000), ..IndexConfig::default() };
/// assert_eq!(config.check().unwrap_err().to_string(), "index: cells is 1000, expected a multiple of 16, up to 65536");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IndexConfig {
    /// Cells of the space of codes, a multiple of 16 up to 65,536. `None`: by the number of prints, 4,096 for 100,000 of
    /// one finger position and 16,384 from 300,000 on.
    pub cells: Option<usize>,
    /// Minutiae a cell that the cells are fitted to, 1 to 256, as far as there are so many.
    pub sample: usize,
    /// Rounds of the fit, 1 to 100.
    pub rounds: u32,
    /// Where the fit begins.
    pub seed: u32,
}

impl Default for IndexConfig {
    fn default() -> Self {
        Self { cells: None, sample: 40, rounds: 6, seed: 7 }
    }
}

impl IndexConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the value that is out of its range.
    pub fn check(&self) -> Result<()> {
        let wrong =
            |field, value: u64, expected: String| Err(Error::invalid("index", field, value, expected));
        if let Some(cells) =
            self.cells.filter(|&n| n == 0 || !n.is_multiple_of(super::CELLS) || n > MOST_CELLS)
        {
            let expected = format!("a multiple of {}, up to {MOST_CELLS}", super::CELLS);
            return wrong("cells", cells as u64, expected);
        }
        if !(1..=256).contains(&self.sample) {
            return wrong("sample", self.sample as u64, "1 to 256".to_owned());
        }
        if !(1..=100).contains(&self.rounds) {
            return wrong("rounds", u64::from(self.rounds), "1 to 100".to_owned());
        }
        Ok(())
    }
}

/// What is in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexReport {
    /// Prints that are in it.
    pub prints: usize,
    /// Prints that are not, and are scanned: those that lie in no segment of the folder yet.
    pub outside: usize,
    /// Minutiae in its lists.
    pub minutiae: usize,
    /// Cells.
    pub cells: usize,
    /// Minutiae that these were fitted to.
    pub sample: usize,
    /// Bytes, in memory or on the disk.
    pub bytes: u64,
}
