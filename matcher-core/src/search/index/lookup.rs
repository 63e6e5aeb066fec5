//! The numbers of a search by index, and what it says of itself.

use super::super::cascade::Cascade;
use crate::error::{Error, Result};
use crate::simd::nearest::MAX_RADIUS;
use serde::{Deserialize, Serialize};

/// Parameters of the first stage by index.
///
/// # Method
/// Each of the at most 32 minutiae of the probe's search code looks in the `cells` of the index that are nearest to it. A
/// minutia that lies there within the `radius` votes for its print with `(radius - distance)²`; votes are divided by the
/// number of minutiae of the print, as in the [`Cascade`]. The best go on the shortlist: a share of the prints that are in
/// the index, and at least some. Then their search codes are looked at, and of these and of the prints that are not in the
/// index a share goes on to the later stages. It is smaller than in a search that scans, or comparing these would cost
/// more than finding them.
///
/// A probe of several prints, or a gallery without an index of its method, is scanned under the parameters of the cascade.
///
/// # Range and units
/// Bits, shares of prints, numbers of these.
///
/// # References
/// Chosen with `cargo run --release -p matcher-examples --features faiss --example index_loss`; `benches/results` has the
/// tables.
///
/// # Examples
/// ```
/// use matcher_core::search::Lookup;
/// let mut lookup = Lookup { cells: 64, ..Lookup::default() }; // slower, and loses less
/// assert!(lookup.check().is_ok());
/// lookup.cells = 0;
/// assert_eq!(lookup.check().unwrap_err().to_string(), "lookup: cells is 0, expected 1 to 4096");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lookup {
    /// Cells that each minutia of the probe looks in, 1 to 4096.
    pub cells: usize,
    /// Bits of 128, 1 to 128: a minutia has no vote where it differs by so many.
    pub radius: u8,
    /// Share of the prints in the index that go on the shortlist, 0 to 1.
    pub share: f64,
    /// At least so many of them, 1 or more.
    pub least: usize,
    /// Share of the prints that pass by their search codes, 0 to 1: instead of [`Cascade::code_share`].
    pub code_share: f64,
    /// At least so many of them, 1 or more: instead of [`Cascade::code_least`].
    pub code_least: usize,
}

impl Default for Lookup {
    fn default() -> Self {
        Self { cells: 32, radius: 48, share: 0.02, least: 2000, code_share: 0.001, code_least: 500 }
    }
}

/// The most cells that a minutia looks in.
const MOST_CELLS: usize = 4096;

impl Lookup {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the value that is out of its range.
    pub fn check(&self) -> Result<()> {
        let wrong = |field, value: &dyn std::fmt::Display, expected: String| {
            Err(Error::invalid("lookup", field, value, expected))
        };
        if !(1..=MOST_CELLS).contains(&self.cells) {
            return wrong("cells", &self.cells, format!("1 to {MOST_CELLS}"));
        }
        if !(1..=MAX_RADIUS).contains(&self.radius) {
            return wrong("radius", &self.radius, format!("1 to {MAX_RADIUS}"));
        }
        for (field, share) in [("share", self.share), ("code_share", self.code_share)] {
            if !(0.0..=1.0).contains(&share) {
                return wrong(field, &share, "0 to 1".to_owned());
            }
        }
        for (field, least) in [("least", self.least), ("code_least", self.code_least)] {
            if least == 0 {
                return wrong(field, &least, "1 or more".to_owned());
            }
        }
        Ok(())
    }

    /// The parameters of the later stages.
    pub(super) fn cascade(&self, of: Cascade) -> Cascade {
        Cascade { code_share: self.code_share, code_least: self.code_least, ..of }
    }

    /// How many of so many prints go on the shortlist, ties aside.
    pub(super) fn passes(&self, prints: usize) -> usize {
        ((prints as f64 * self.share).ceil() as usize).max(self.least)
    }
}

/// How a search that asked for an index used one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexUse {
    /// The parameters.
    pub lookup: Lookup,
    /// Prints that were looked up: they are in the index. 0: there was no index that could be used, or the probe has
    /// several prints, and all was scanned.
    pub looked_up: usize,
    /// Prints that came on the shortlist.
    pub listed: usize,
    /// Prints that are in no index, and of which the search codes were looked at one by one; of a probe of several prints,
    /// as many as the one of them that had most to be compared with.
    pub scanned: usize,
}
