//! Can these relatives solve it? The power of a case of a missing person, told before a candidate is typed.
//!
//! A laboratory that knows it beforehand types the relatives who help, and sets a threshold that it can defend.

mod case;
mod config;
mod display;
mod draws;
mod leads;
mod relatives;
mod report;

pub use config::PowerConfig;
pub use leads::{FalseLeads, false_leads};
pub use relatives::{RelativesReport, compare_relatives};
pub use report::{Confined, LrDistribution, PowerReport, SkippedLocus, ThresholdPower, UnitPower, Weighted};

use crate::dna::kinship::Prepared;
use crate::error::Result;
use crate::work::{Threads, Watch};
use case::Pair;

/// The power of the typed relatives, and of `further` ones as if they were typed too, to tell the missing person from
/// somebody unrelated.
///
/// `prepared` is the pedigree with the profiles of those who are typed; `missing` and `further` are ids of people of the
/// pedigree who are not. The answer depends on the seed of the configuration and never on the threads.
///
/// # Method
/// A candidate is simulated at each locus from the exact distribution of the genotype, given the typed relatives
/// ([`Conditional`](crate::dna::kinship::Conditional)): once as the missing person, once as somebody who is not related but
/// of the same population (with theta, of the same subpopulation). The likelihood ratio of each is that of these two
/// hypotheses. Ratios are looked up by genotype and computed once a locus, so thousands of candidates take as long as one.
/// Further relatives, who could still be typed, are simulated before the candidate, given those who are.
///
/// | what | how |
/// |---|---|
/// | the distribution of the ratio, inclusion power, error rates | counted, with exact binomial intervals |
/// | how often somebody unrelated reaches a threshold | also from candidates between both hypotheses, drawn with `P(related)^a P(unrelated)^(1-a)` for the least `a`, in eighths, whose mean reaches the threshold; each is weighted by how much more often somebody unrelated has such a profile. Rates of one in a billion need no billion candidates |
/// | the mean logarithm a locus; how probable an exclusion is | summed over all genotypes, not drawn |
///
/// An exclusion is a genotype that the missing person cannot have if nothing mutates, whatever the model says of mutation.
///
/// # Range and units
/// Ratios are base-10 logarithms; a ratio of 0 is minus infinity, and lower than all others. An interval covers the true
/// rate with the confidence of the configuration, if the model is right.
///
/// # Limits
/// The figures say what to expect if the pedigree, the frequencies and the model hold, and candidates are typed without
/// error; only a drop-out probability of the missing person, where the model has one, is simulated. Frequencies are those
/// of [`Conditional`](crate::dna::kinship::Conditional): the rule for rare alleles raises alleles that relatives show, and
/// no others. Loci count as independent unless the table links them. Exclusions take each locus by itself. A further
/// relative is one draw a simulation, so what rests on them has the error of simulation too. Where silent alleles or
/// drop-out may hide a whole locus, weighted rates leave out candidates who show nothing where somebody related must show
/// something.
///
/// # Errors
/// The missing person or a further one is not in the pedigree, was typed, or is named twice; no locus is left; a number of
/// the configuration is outside its range; the profiles contradict the pedigree; or as [`Prepared::likelihood`].
/// [`Error::Cancelled`](crate::error::Error::Cancelled) where it was told to stop.
///
/// # References
/// T. Egeland, N. Pinto, M. D. Vigeland, "A general approach to power calculation for relationship testing", Forensic Sci
/// Int Genet 9 (2014) 186-190. D. Kling, T. Egeland, M. H. Piñero, M. D. Vigeland, "Evaluating the statistical power of DNA-based
/// identification, exemplified by 'The missing grandchildren of Argentina'", Forensic Sci Int Genet 31 (2017) 57-66. M. D.
/// Vigeland, T. Egeland, "Joint DNA-based disaster victim identification", Sci Rep 11 (2021) 13661. Weighted rates: M.
/// Kruijver, "Efficient computations with the likelihood ratio distribution", Forensic Sci Int Genet 14 (2015) 116-124.
/// The papers were not at hand; the formulas follow from the definitions.
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::{Model, Pedigree, Prepared};
/// use matcher_core::dna::{Frequencies, Locus, Profile};
/// use matcher_core::evaluation::{PowerConfig, power};
/// use matcher_core::work::{Threads, Watch};
/// let table = Frequencies::builder("example").locus("TH01", [("6", 0.2), ("7", 0.3), ("9", 0.5)])?.build()?;
/// let pedigree = Pedigree::new([("missing", Some("father"), None, None), ("father", None, None, None)])?;
/// let father = Profile::new("father", [("TH01", ["6", "7"])])?;
/// let model = Model::default();
/// let prepared = Prepared::new(&pedigree, &[(pedigree.find("father").unwrap(), &father)], &table, &model)?;
///
/// let config = PowerConfig { simulations: 500, thresholds: vec![0.0, 0.2], ..PowerConfig::default() };
/// let report = power(&prepared, "missing", &[], &config, Threads::ONE, &Watch::default())?;
/// // Who has neither a 6 nor a 7 is excluded: 9,9.
/// assert!((report.exclusion.unwrap() - 0.25).abs() < 1e-12);
/// assert_eq!(report.thresholds[0].log10_lr, 0.0);
/// assert!(report.to_string().contains("missing"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn power(
    prepared: &Prepared<'_>,
    missing: &str,
    further: &[&str],
    config: &PowerConfig,
    threads: Threads,
    watch: &Watch<'_>,
) -> Result<PowerReport> {
    config.check()?;
    let pair = Pair::new(prepared, missing)?;
    let case = pair.case(prepared, missing, further, config.loci.as_deref())?;
    let units = draws::all(&case, config, threads, watch)?;
    Ok(report::report(&case, config, units))
}

#[cfg(test)]
#[path = "../power_tests.rs"]
mod tests;
