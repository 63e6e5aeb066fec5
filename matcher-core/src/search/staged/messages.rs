//! What the parts of a search say after a stage, and what is decided from it.

use super::super::candidates::CandidateList;
use super::super::cascade::{Cascade, Effort};
use super::upper::Upper;
use crate::error::{Error, Result};
use crate::provenance::Method;
use serde::{Deserialize, Serialize};

/// What one part says of one query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    /// What all parts must have been asked alike.
    pub(crate) asked: Asked,
    /// What the stage gave.
    pub(crate) step: Step,
}

/// What a query is, as far as lines are drawn by it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The method of comparison.
    pub(crate) method: Method,
    /// The parameters.
    pub(crate) cascade: Cascade,
    /// What it costs to compare somebody with the probe.
    pub(crate) effort: Effort,
    /// The most candidates to list.
    pub(crate) limit: usize,
}

impl Asked {
    /// That another part was asked the same.
    ///
    /// # Errors
    /// [`Error::Invalid`] says what differs.
    pub(crate) fn check_same(&self, other: &Self) -> Result<()> {
        let differs = |field: &str, one: String, other: String| {
            Err(Error::invalid("parts of a search", field, other, format!("{one} in all parts")))
        };
        if self.method != other.method {
            return differs("method", self.method.to_string(), other.method.to_string());
        }
        if self.limit != other.limit {
            return differs("limit", self.limit.to_string(), other.limit.to_string());
        }
        if self != other {
            return Err(Error::invalid(
                "parts of a search",
                "parameters of the fast search",
                "others",
                "the same in all parts",
            ));
        }
        Ok(())
    }
}

/// What a stage gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// Several prints: what each look at the search codes gave with all prints.
    Looked(Vec<Spread>),
    /// The values of prints, or of subjects where the probe has several prints.
    Ranked(Upper),
    /// The relaxed similarities of those that passed.
    Relaxed(Vec<u64>),
    /// The end: what this part lists.
    Listed(Box<CandidateList>),
    /// It was listed before.
    Finished,
}

/// What is decided for one query: the next line, or the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Decided {
    /// What each look gave with all prints of all parts.
    Looked(Vec<Spread>),
    /// A part did not list as many values as are needed: once more, for so many in all.
    More(usize),
    /// Values that pass.
    Ranked {
        /// The value that they reach.
        threshold: u32,
        /// Whether so few pass that all of them go to the full comparison at once.
        all: bool,
    },
    /// The relaxed similarity that passes.
    Relaxed(u64),
    /// Nothing is left to do.
    Finished,
}

/// What a look at the search codes gives with the prints of a part, to be added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spread {
    /// How many prints.
    pub(crate) prints: u64,
    /// The sum of their values.
    pub(crate) sum: u128,
    /// The sum of the squares of these.
    pub(crate) squares: u128,
}

impl Spread {
    /// That these may be sums of values below 2^22 of at most 2^40 prints.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub(crate) fn check(&self) -> Result<()> {
        let n = u128::from(self.prints);
        let possible = n <= 1 << 40
            && self.sum <= n << 22
            && self.squares <= n << 44
            && self.squares * n >= self.sum * self.sum;
        if possible {
            return Ok(());
        }
        let expected = "sums of the values of so many prints";
        Err(Error::invalid("parts of a search", "what a look gave", "impossible sums", expected))
    }
}

/// All of them together.
impl std::iter::Sum for Spread {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |a, b| Self {
            prints: a.prints.saturating_add(b.prints),
            sum: a.sum.saturating_add(b.sum),
            squares: a.squares.saturating_add(b.squares),
        })
    }
}
