//! One kinship question in several populations side by side: nobody knows the ancestry of a body, and which of them a
//! court should look at is not ours to choose.

use super::answer::kinship;
use super::model::Model;
use super::pedigree::Pedigree;
use super::report::{Hypothesis, KinshipReport, short};
use crate::dna::{Frequencies, Profile};
use crate::error::{Error, Result};
use crate::units::Log10Lr;
use serde::Serialize;
use std::fmt;

/// The reports of one question in several populations.
///
/// `Display` is a table: a population a line, then the smallest ratio and the median.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KinshipAcross {
    populations: Vec<KinshipReport>,
}

/// Compares hypotheses about how people are related in each of these populations; see [`kinship`].
///
/// # Limits
/// Tables that lack different loci give ratios over different loci: compare
/// [`counted`](KinshipReport::counted) before comparing ratios. `Display` says so where it is so.
///
/// # Errors
/// There is no table, or one of them gives an error; see [`kinship`].
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::{Model, Pedigree, kinship_across};
/// use matcher_core::dna::{Frequencies, Profile};
/// let tables = [Frequencies::builtin("nist1036-afam")?, Frequencies::builtin("nist1036-cauc")?];
/// let related = Pedigree::new([("C", Some("F"), None, None), ("F", None, None, None)])?;
/// let unrelated = Pedigree::new([("C", None, None, None), ("F", None, None, None)])?;
/// let (c, f) = (Profile::new("C", [("TH01", ["8", "9"])])?, Profile::new("F", [("TH01", ["8", "9"])])?);
/// let hypotheses = [("father", &related), ("unrelated", &unrelated)];
/// let answer = kinship_across(&hypotheses, &[&c, &f], &tables.each_ref(), &Model::default(), None)?;
/// let smallest = answer.minimum("father").expect("it is a hypothesis");
/// assert_eq!(Some(smallest), answer.populations()[0].log10_lr()); // both alleles are more frequent there
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn kinship_across(
    hypotheses: &[(&str, &Pedigree)],
    profiles: &[&Profile],
    tables: &[&Frequencies],
    model: &Model,
    priors: Option<&[f64]>,
) -> Result<KinshipAcross> {
    if tables.is_empty() {
        return Err(Error::invalid("", "number of frequency tables", 0, "1 or more"));
    }
    let of = |table: &&Frequencies| kinship(hypotheses, profiles, table, model, priors);
    let populations = tables.iter().map(of).collect::<Result<_>>()?;
    Ok(KinshipAcross { populations })
}

impl KinshipAcross {
    /// One report a table, in their order; never empty.
    pub fn populations(&self) -> &[KinshipReport] {
        &self.populations
    }

    /// The hypotheses of the first population; those of the others have the same names.
    pub fn hypotheses(&self) -> &[Hypothesis] {
        &self.populations[0].hypotheses // `kinship_across` makes none that is empty
    }

    /// The ratios of a hypothesis against the last one, smallest first; `None` for a name that is not there.
    fn sorted(&self, hypothesis: &str) -> Option<Vec<Log10Lr>> {
        let of = |report: &KinshipReport| Some(report.hypothesis(hypothesis)?.log10_lr);
        let mut ratios = self.populations.iter().map(of).collect::<Option<Vec<_>>>()?;
        ratios.sort_by(|a, b| a.total_cmp(*b));
        Some(ratios)
    }

    /// The smallest ratio of a hypothesis against the last one, of the population in which the profiles speak least for
    /// it: undefined where it is so in one of them. `None` for a name that is not there.
    pub fn minimum(&self, hypothesis: &str) -> Option<Log10Lr> {
        Some(self.sorted(hypothesis)?[0]) // never empty; undefined sorts first
    }

    /// The median of the logarithms of the ratios: the middle one, or the mean of the two in the middle. Undefined where
    /// one is, and where the middle lies between an excluded and an unbounded one. `None` for a name that is not there.
    pub fn median(&self, hypothesis: &str) -> Option<Log10Lr> {
        let sorted = self.sorted(hypothesis)?;
        let (low, high) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
        Some(match (sorted[0], low, high) {
            (Log10Lr::Undefined, ..) | (_, Log10Lr::Excluded, Log10Lr::Unbounded) => Log10Lr::Undefined,
            (_, Log10Lr::Finite(a), Log10Lr::Finite(b)) => Log10Lr::Finite(a + (b - a) / 2.0),
            (_, Log10Lr::Excluded, _) => Log10Lr::Excluded,
            (_, _, other) => other,
        })
    }
}

impl fmt::Display for KinshipAcross {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((last, others)) = self.hypotheses().split_last() else { return Ok(()) };
        let populations = self.populations.len();
        writeln!(f, "Kinship in {populations} populations, log10 LR against {:?}", last.name)?;
        write!(f, "  {:<24} {:>6}", "", "loci")?;
        others.iter().try_for_each(|hypothesis| write!(f, " {:>12}", hypothesis.name))?;
        writeln!(f)?;
        for report in &self.populations {
            write!(f, "  {:<24} {:>6}", report.population, report.counted())?;
            let of = &report.hypotheses[..others.len()];
            of.iter().try_for_each(|hypothesis| write!(f, " {:>12}", short(hypothesis.log10_lr)))?;
            writeln!(f)?;
        }
        for (word, of) in [("minimum", Self::minimum as fn(&Self, &str) -> _), ("median", Self::median)] {
            write!(f, "  {word:<24} {:>6}", "")?;
            let ratios = others.iter().filter_map(|hypothesis| of(self, &hypothesis.name));
            ratios.into_iter().try_for_each(|ratio| write!(f, " {:>12}", short(ratio)))?;
            writeln!(f)?;
        }
        let first = &self.populations[0];
        let same_units = |report: &KinshipReport| {
            let loci = |report: &KinshipReport| -> Vec<_> { report.counted_loci().collect() };
            loci(report) == loci(first)
        };
        if !self.populations.iter().all(same_units) {
            writeln!(f, "  not the same loci are counted in all: the ratios are not of the same evidence")?;
        }
        write!(f, "  {}", first.model_in_words())
    }
}

#[cfg(test)]
#[path = "across_tests.rs"]
mod tests;
