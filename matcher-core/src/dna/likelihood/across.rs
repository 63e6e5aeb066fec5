//! One profile in several populations side by side: which of them a court should look at is not ours to choose.

use super::{Formula, MatchProbability, match_probability};
use crate::dna::{Frequencies, Profile};
use crate::error::{Error, Result};
use crate::units::{Log10, Theta};

/// The match probabilities of one profile in several populations.
#[derive(Clone, Debug, PartialEq)]
pub struct AcrossPopulations {
    populations: Vec<MatchProbability>,
}

/// The match probability of one profile in each of these populations.
///
/// # Limits
/// Tables that lack different loci give products of different loci: compare
/// [`counted`](MatchProbability::counted) before comparing probabilities.
///
/// # Errors
/// There is no table, or one of them gives an error; see [`match_probability`].
///
/// # Examples
/// ```
/// use matcher_core::dna::likelihood::{Formula, across};
/// use matcher_core::dna::{Frequencies, Profile, RareAllele};
/// use matcher_core::units::Theta;
/// let table = |name| Frequencies::builtin(name)?.with_rare(Some(RareAllele::FiveOver2N));
/// let tables = [table("nist1036-afam")?, table("nist1036-cauc")?, table("nist1036-hisp")?];
/// let profile = Profile::new("C-17", [("TH01", ["9.3", "9.3"])])?;
/// let answer = across(&profile, &tables.each_ref(), Theta::new(0.01)?, Formula::Nrc410)?;
/// assert_eq!(answer.largest().population, "nist1036-cauc"); // the least impressive, so the one to report
/// assert!(answer.smallest().log10 < answer.median() && answer.median() < answer.largest().log10);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn across(
    profile: &Profile,
    tables: &[&Frequencies],
    theta: Theta,
    formula: Formula,
) -> Result<AcrossPopulations> {
    if tables.is_empty() {
        return Err(Error::invalid("", "number of frequency tables", 0, "1 or more"));
    }
    let of = |table: &&Frequencies| match_probability(profile, table, theta, formula);
    let populations = tables.iter().map(of).collect::<Result<_>>()?;
    Ok(AcrossPopulations { populations })
}

impl AcrossPopulations {
    /// One answer a table, in their order; never empty.
    pub fn populations(&self) -> &[MatchProbability] {
        &self.populations
    }

    fn sorted(&self) -> Vec<&MatchProbability> {
        let mut sorted: Vec<&MatchProbability> = self.populations.iter().collect();
        sorted.sort_by_key(|answer| answer.log10); // stable: of equal ones the first table
        sorted
    }

    /// The smallest probability, of the population in which the profile is rarest.
    pub fn smallest(&self) -> &MatchProbability {
        self.sorted()[0] // `across` makes none that is empty
    }

    /// The largest probability, of the population in which the profile is least rare.
    pub fn largest(&self) -> &MatchProbability {
        let sorted = self.sorted();
        sorted[sorted.len() - 1]
    }

    /// The median of the logarithms: the middle one, or the mean of the two in the middle.
    pub fn median(&self) -> Log10 {
        let sorted = self.sorted();
        let (low, high) = (sorted[(sorted.len() - 1) / 2].log10, sorted[sorted.len() / 2].log10);
        // Both are finite, and so is their mean; where they are equal it is that number.
        Log10::new(low.value() + (high.value() - low.value()) / 2.0).unwrap_or(high)
    }
}
