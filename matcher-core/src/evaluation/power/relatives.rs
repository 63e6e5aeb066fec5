//! Which further relative helps most: the power with each of them, beside that without.

use super::config::PowerConfig;
use super::power;
use super::report::PowerReport;
use crate::dna::kinship::Prepared;
use crate::error::{Error, Result};
use crate::work::{Threads, Watch};
use serde::Serialize;
use std::fmt;

/// The power of a case as it is, and with further relatives typed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RelativesReport {
    /// Without anybody further.
    pub baseline: PowerReport,
    /// With each of the options, in their order.
    pub options: Vec<PowerReport>,
    /// The places of the options, the one that helps most first: by the expected logarithm of the ratio of the missing
    /// person.
    pub order: Vec<usize>,
}

impl RelativesReport {
    /// The option that helps most; `None` where there is none.
    pub fn best(&self) -> Option<&PowerReport> {
        self.order.first().and_then(|&place| self.options.get(place))
    }
}

/// Compares options of further relatives to type: each is one person, or several together.
///
/// # Method
/// [`power`] for each, with the same seed and the same loci. What is expected of the missing person's ratio decides the
/// order; the report has the error rates of each too. Of equal ones the option named first comes first.
///
/// # Limits
/// An option of several people who all leave many genotypes open takes a distribution a simulation and locus. Two options
/// that differ by less than the error of simulation are not told apart: more simulations tell.
///
/// # Errors
/// As [`power`]; there is no option, or one without people.
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::{Model, Pedigree, Prepared};
/// use matcher_core::dna::{Frequencies, Locus, Profile};
/// use matcher_core::evaluation::{PowerConfig, compare_relatives};
/// use matcher_core::work::{Threads, Watch};
/// let (table, model) = (Frequencies::builtin("nist1036-cauc")?, Model::default());
/// let pedigree = Pedigree::new([
///     ("grandfather", None, None, None),
///     ("grandmother", None, None, None),
///     ("father", Some("grandfather"), Some("grandmother"), None),
///     ("uncle", Some("grandfather"), Some("grandmother"), None),
///     ("missing", Some("father"), None, None),
/// ])?;
/// let uncle = Profile::new("uncle", [("TH01", ["6", "9.3"]), ("vWA", ["16", "17"])])?;
/// let prepared = Prepared::new(&pedigree, &[(pedigree.find("uncle").unwrap(), &uncle)], &table, &model)?;
/// let config = PowerConfig { simulations: 100, ..PowerConfig::default() };
/// let options = [&["grandmother"][..], &["father"][..]];
/// let report = compare_relatives(&prepared, "missing", &options, &config, Threads::ONE, &Watch::default())?;
/// assert_eq!(report.best().unwrap().further, ["father"]);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn compare_relatives(
    prepared: &Prepared<'_>,
    missing: &str,
    options: &[&[&str]],
    config: &PowerConfig,
    threads: Threads,
    watch: &Watch<'_>,
) -> Result<RelativesReport> {
    if options.is_empty() || options.iter().any(|option| option.is_empty()) {
        let expected = "1 or more, each of 1 person or more";
        return Err(Error::invalid("power", "number of further relatives", 0, expected));
    }
    let of = |further: &[&str]| power(prepared, missing, further, config, threads, watch);
    let baseline = of(&[])?;
    let options: Vec<PowerReport> = options.iter().map(|option| of(option)).collect::<Result<_>>()?;
    let mut order: Vec<usize> = (0..options.len()).collect();
    order.sort_by(|&a, &b| options[b].expected_log10_lr.total_cmp(&options[a].expected_log10_lr));
    Ok(RelativesReport { baseline, options, order })
}

impl fmt::Display for RelativesReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Further relatives who could be typed to identify {}", self.baseline.missing)?;
        write!(f, "  {:<32} {:>18} {:>12}", "", "expected log10 LR", "exclusion")?;
        let thresholds = &self.baseline.thresholds;
        thresholds.iter().try_for_each(|at| write!(f, " {:>10}", format!("P(>={})", at.log10_lr)))?;
        let ordered = self.order.iter().filter_map(|&place| self.options.get(place));
        for report in ordered.chain([&self.baseline]) {
            let name = if report.further.is_empty() { "nobody".into() } else { report.further.join(", ") };
            let exclusion = report.exclusion.map_or_else(|| "-".into(), |number| format!("{number:.6}"));
            write!(f, "\n  {name:<32} {:>+18.3} {exclusion:>12}", report.expected_log10_lr)?;
            report.thresholds.iter().try_for_each(|at| write!(f, " {:>10.4}", at.inclusion()))?;
        }
        write!(f, "\nP(>=t): how often the missing person reaches the threshold. {}", self.baseline.method)
    }
}
