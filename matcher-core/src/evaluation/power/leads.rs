//! How many strangers a search of a database for relatives will bring up.

use super::config::PowerConfig;
use super::power;
use super::report::{Confined, Weighted};
use crate::dna::kinship::Prepared;
use crate::error::{Error, Result};
use crate::work::{Threads, Watch};
use serde::Serialize;
use std::fmt;

/// What to expect of a database of people who are not related, searched with a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FalseLeads {
    /// The threshold: a base-10 logarithm.
    pub log10_lr: f64,
    /// Profiles in the database.
    pub database: u64,
    /// How often one of them reaches the threshold.
    pub rate: Weighted,
    /// How many of them do, on average.
    pub expected: f64,
    /// How probable it is that one of them does, or more.
    pub any: f64,
    /// How often the missing person does not, though in the database.
    pub false_negatives: Confined,
}

/// What a search for a missing person in a database of strangers brings: false leads at a threshold, and how often it would
/// miss the one who is wanted.
///
/// # Method
/// `expected` is the weighted rate of [`power`] times the size, `any` is `1 - (1 - rate)^size`. Profiles of the database
/// count as whole at all loci that are simulated, and as independent, given the relatives.
///
/// # Limits
/// The relative error of `expected` is that of the rate: its standard error says how far more simulations would go.
/// Relatives of the missing person in the database are leads of their own, and not counted.
///
/// # Errors
/// As [`power`]; the threshold is not finite.
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::{Model, Pedigree, Prepared};
/// use matcher_core::dna::{Frequencies, Profile};
/// use matcher_core::evaluation::{PowerConfig, false_leads};
/// use matcher_core::simulate::dna::family;
/// use matcher_core::work::{Threads, Watch};
/// let (table, model) = (Frequencies::builtin("nist1036-cauc")?, Model::default());
/// let pedigree = Pedigree::new([("missing", Some("father"), None, None), ("father", None, None, None)])?;
/// let father = family(&pedigree, &table, &model, 7)?.remove(pedigree.find("father").unwrap());
/// let prepared = Prepared::new(&pedigree, &[(pedigree.find("father").unwrap(), &father)], &table, &model)?;
///
/// let config = PowerConfig { simulations: 200, ..PowerConfig::default() };
/// let leads = false_leads(&prepared, "missing", 4.0, 1_000_000, &config, Threads::ONE, &Watch::default())?;
/// assert!(leads.expected < 200.0 && leads.false_negatives.rate.value() < 0.5);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn false_leads(
    prepared: &Prepared<'_>,
    missing: &str,
    log10_lr: f64,
    database: u64,
    config: &PowerConfig,
    threads: Threads,
    watch: &Watch<'_>,
) -> Result<FalseLeads> {
    let config = PowerConfig { thresholds: vec![log10_lr], ..config.clone() };
    let report = power(prepared, missing, &[], &config, threads, watch)?;
    let missing = || Error::invalid("power", "threshold", log10_lr, "a finite base-10 logarithm");
    let at = report.thresholds.first().ok_or_else(missing)?;
    let (rate, size) = (at.false_positives_weighted, database as f64);
    Ok(FalseLeads {
        log10_lr,
        database,
        rate,
        expected: rate.value * size,
        any: if database == 0 { 0.0 } else { -libm::expm1(size * libm::log1p(-rate.value.min(1.0))) },
        false_negatives: at.false_negatives,
    })
}

impl fmt::Display for FalseLeads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { log10_lr, database, rate, expected, any, false_negatives: of } = self;
        writeln!(f, "Search of {database} profiles of strangers, log10 LR {log10_lr} or more")?;
        let error = rate.standard_error * *database as f64;
        writeln!(
            f,
            "  false leads expected {expected:.4} +- {error:.4}, one or more with probability {any:.6}"
        )?;
        let value = of.rate.value();
        write!(
            f,
            "  the missing person is missed with probability {value:.4} ({:.4} to {:.4})",
            of.low, of.high
        )
    }
}
