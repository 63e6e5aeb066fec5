//! Intervals that know who is who: a bootstrap over identities.
//!
//! Ten fingers compared each with each give dozens of comparisons and still only ten fingers. One bad finger spoils all
//! its comparisons at once, so they are not independent, and an interval that counts comparisons is too narrow. The
//! bootstrap draws identities instead, with replacement, and takes their comparisons along.

use super::error_rates::{ErrorRates, check_target};
use super::intervals::USUAL_CONFIDENCE;
use super::steps::{Steps, Weighed};
use crate::error::{Error, Result};
use crate::provenance::Method;
use rand_core::Rng;
use rand_pcg::Pcg64;
use serde::Serialize;

/// The stream of the generator: any constant would do, as long as it stays.
const STREAM: u128 = 19_795;

/// The most resamples: beyond it the interval no longer changes in any digit that is reported.
const MAX_RESAMPLES: u32 = 100_000;

/// How many draws are allowed for each resample that is wanted.
const MAX_DRAWS: u32 = 20;

/// One comparison of whom with whom.
///
/// An identity is what mated means: the finger, not the person, where fingers are compared. It may be any type with an
/// order: a text, a number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LabelledScore<I> {
    /// Identity of the probe.
    pub probe: I,
    /// Identity of the reference; mated where it equals the probe's.
    pub reference: I,
    /// Comparison score, higher for more similar.
    pub score: f64,
}

/// How to draw.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BootstrapConfig {
    /// How many resamples: 500 settle a 95 % interval to about a tenth of its width; at most 100,000.
    pub resamples: u32,
    /// Confidence of the intervals, between 0 and 1.
    pub confidence: f64,
    /// Start of the generator: the same seed, the same intervals.
    pub seed: u64,
    /// FMRs, 0 to 1, at which FNMR is wanted.
    pub target_fmrs: Vec<f64>,
}

impl Default for BootstrapConfig {
    /// 500 resamples, 95 %, FNMR at FMR 1e-2, 1e-3 and 1e-4.
    fn default() -> Self {
        Self { resamples: 500, confidence: USUAL_CONFIDENCE, seed: 1, target_fmrs: vec![1e-2, 1e-3, 1e-4] }
    }
}

/// A value and the interval of its resamples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The value of the comparisons as they are.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// FNMR at a target FMR, over the resamples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FnmrEstimate {
    /// The FMR that was asked for.
    pub target_fmr: f64,
    /// FNMR at the lowest threshold that keeps to it; each resample finds its own threshold.
    pub fnmr: Estimate,
    /// Whether the non-mated comparisons can show the target (rule of three).
    pub supported: bool,
}

/// What the resamples gave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bootstrap {
    /// Name, version and configuration.
    pub method: Method,
    /// Identities that were drawn from.
    pub identities: usize,
    /// Mated comparisons.
    pub mated: u64,
    /// Non-mated comparisons.
    pub non_mated: u64,
    /// Resamples that went into the intervals.
    pub resamples: u32,
    /// Draws that were thrown away: no mated or no non-mated comparison was left in them.
    pub redrawn: u32,
    /// Confidence of the intervals.
    pub confidence: f64,
    /// Equal error rate, as [`ErrorRates::eer`] defines it.
    pub eer: Estimate,
    /// FNMR at the target FMRs, in the order of the configuration.
    pub fnmr_at_fmr: Vec<FnmrEstimate>,
}

/// Intervals of EER and of FNMR at FMR by resampling identities.
///
/// # Method
/// As many identities as there are get drawn with replacement. A mated comparison counts as often as its identity was
/// drawn, a non-mated one as often as the product of both: the comparisons that a test of the drawn fingers would have
/// had, less those between two copies of one finger. The interval holds the middle of the resampled values
/// (percentiles, nearest rank outwards). The generator is PCG64 (O'Neill 2014), so a seed gives the same bits
/// everywhere; the order of the comparisons plays no part.
///
/// # Limits
/// Resamples cannot show an error that never happened: where few errors were seen the interval is too short (none at
/// all: it is a point). Take the exact interval of the counts there. With fewer than about twenty identities any
/// interval is rough. Where the resamples lean to one side, it need not hold the value itself.
///
/// # Errors
/// A score that is not finite; fewer than two identities; no mated or no non-mated comparison; a configuration out of
/// its range, or too few resamples for the confidence (95 % needs 40).
///
/// # References
/// Snijders and Borgatti, "Non-parametric standard errors and tests for network statistics", Connections 22 (1999);
/// Bolle, Ratha and Pankanti, "Error analysis of pattern recognition systems: the subsets bootstrap", Computer Vision
/// and Image Understanding 93 (2004).
///
/// # Examples
/// ```
/// use matcher_core::evaluation::{BootstrapConfig, LabelledScore, bootstrap};
/// let score = |probe, reference, score| LabelledScore { probe, reference, score };
/// let comparisons = [
///     score("101", "101", 0.9), score("102", "102", 0.3), score("103", "103", 0.8),
///     score("101", "102", 0.1), score("101", "103", 0.2), score("102", "103", 0.4),
/// ];
/// let result = bootstrap(&comparisons, &BootstrapConfig::default())?;
/// assert_eq!(result.identities, 3);
/// assert!(result.eer.low <= result.eer.value && result.eer.value <= result.eer.high);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn bootstrap<I: Ord>(comparisons: &[LabelledScore<I>], config: &BootstrapConfig) -> Result<Bootstrap> {
    let cut = check_config(config)?;
    let sample = Sample::new(comparisons)?;
    let whole = sample.error_rates()?;

    let mut eers = Vec::with_capacity(config.resamples as usize);
    let mut fnmrs = vec![Vec::with_capacity(config.resamples as usize); config.target_fmrs.len()];
    let mut generator = Pcg64::new(u128::from(config.seed), STREAM);
    let mut times = vec![0_u64; sample.identities];
    let mut steps = Steps::default();
    let mut redrawn = 0;
    while eers.len() < config.resamples as usize {
        draw(&mut generator, &mut times);
        steps.count(sample.weighed(&times));
        if steps.mated == 0 || steps.non_mated == 0 {
            redrawn += 1;
            if redrawn > config.resamples.saturating_mul(MAX_DRAWS) {
                let expected = "more identities, or mated comparisons of more of them: most draws have none";
                return Err(Error::invalid("bootstrap", "number of identities", sample.identities, expected));
            }
            continue;
        }
        let (mated, non_mated) = (steps.mated as f64, steps.non_mated as f64);
        let nearest = steps.nearest_rates();
        let (fmr, fnmr) =
            (nearest.false_matches as f64 / non_mated, nearest.false_non_matches as f64 / mated);
        eers.push(f64::midpoint(fmr, fnmr));
        for (target, values) in config.target_fmrs.iter().zip(&mut fnmrs) {
            values.push(steps.first_within(*target).false_non_matches as f64 / mated);
        }
    }

    let mut fnmr_at_fmr = Vec::with_capacity(config.target_fmrs.len());
    for (&target_fmr, values) in config.target_fmrs.iter().zip(fnmrs) {
        let point = whole.fnmr_at_fmr(target_fmr)?;
        let fnmr = estimate(point.fnmr.value(), values, cut);
        fnmr_at_fmr.push(FnmrEstimate { target_fmr, fnmr, supported: point.supported });
    }
    Ok(Bootstrap {
        method: Method::new("identity-bootstrap", 1, config),
        identities: sample.identities,
        mated: whole.mated(),
        non_mated: whole.non_mated(),
        resamples: config.resamples,
        redrawn,
        confidence: config.confidence,
        eer: estimate(whole.eer().value, eers, cut),
        fnmr_at_fmr,
    })
}

/// The comparisons by ascending score, their identities as numbers.
struct Sample {
    comparisons: Vec<LabelledScore<usize>>,
    identities: usize,
}

impl Sample {
    /// Sorts once; every resample only weighs anew.
    fn new<I: Ord>(comparisons: &[LabelledScore<I>]) -> Result<Self> {
        if let Some(index) = comparisons.iter().position(|comparison| !comparison.score.is_finite()) {
            let score = comparisons[index].score;
            return Err(Error::invalid(format!("comparison {index}"), "score", score, "a finite number"));
        }
        let mut names: Vec<&I> = comparisons.iter().flat_map(|c| [&c.probe, &c.reference]).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() < 2 {
            return Err(Error::invalid("bootstrap", "number of identities", names.len(), "at least 2"));
        }
        // Every name is in the list that was made of them.
        let number = |name: &I| names.binary_search(&name).unwrap_or_default();
        let mut numbered: Vec<LabelledScore<usize>> = comparisons
            .iter()
            .map(|c| LabelledScore {
                probe: number(&c.probe),
                reference: number(&c.reference),
                score: c.score,
            })
            .collect();
        numbered.sort_unstable_by(|a, b| a.score.total_cmp(&b.score));
        Ok(Self { comparisons: numbered, identities: names.len() })
    }

    /// The rates of the comparisons as they are; refuses a sample without mated or non-mated ones.
    fn error_rates(&self) -> Result<ErrorRates> {
        let scores = |mated: bool| -> Vec<f64> {
            let wanted = self.comparisons.iter().filter(|c| (c.probe == c.reference) == mated);
            wanted.map(|c| c.score).collect()
        };
        ErrorRates::new(&scores(true), &scores(false))
    }

    /// The comparisons as a draw counts them.
    fn weighed<'a>(&'a self, times: &'a [u64]) -> impl Iterator<Item = Weighed> + 'a {
        self.comparisons.iter().map(|c| {
            let (probe, reference) = (times[c.probe], times[c.reference]);
            if c.probe == c.reference {
                Weighed { score: c.score, mated: probe, non_mated: 0 }
            } else {
                Weighed { score: c.score, mated: 0, non_mated: probe.saturating_mul(reference) }
            }
        })
    }
}

/// Draws as many identities as there are, with replacement, and counts how often each came.
fn draw(generator: &mut Pcg64, times: &mut [u64]) {
    times.fill(0);
    for _ in 0..times.len() {
        let drawn = below(generator, times.len() as u64) as usize;
        times[drawn] += 1;
    }
}

/// An evenly drawn number below `end`, which is not zero (Lemire 2019: multiply, and refuse the uneven rest).
fn below(generator: &mut Pcg64, end: u64) -> u64 {
    let rest = end.wrapping_neg() % end;
    loop {
        let product = u128::from(generator.next_u64()) * u128::from(end);
        if product as u64 >= rest {
            return (product >> 64) as u64;
        }
    }
}

/// The percentile interval of `values`: `cut` of them lie outside on either side.
fn estimate(value: f64, mut values: Vec<f64>, cut: usize) -> Estimate {
    values.sort_unstable_by(f64::total_cmp);
    Estimate { value, low: values[cut], high: values[values.len() - 1 - cut] }
}

/// Checks the ranges; gives how many resamples an interval leaves out on either side.
fn check_config(config: &BootstrapConfig) -> Result<usize> {
    let refuse = |field, value: &dyn std::fmt::Display, expected| {
        Err(Error::invalid("bootstrap", field, value, expected))
    };
    if !(config.confidence > 0.0 && config.confidence < 1.0) {
        return refuse("confidence", &config.confidence, "between 0 and 1");
    }
    // The slack takes back the rounding of 1 - confidence.
    let cut = (f64::from(config.resamples) * (1.0 - config.confidence) / 2.0 + 1e-9).floor() as usize;
    if config.resamples > MAX_RESAMPLES || cut < 1 {
        let expected = "at least one resample beyond either end of the interval, and at most 100000";
        return refuse("resamples", &config.resamples, expected);
    }
    config.target_fmrs.iter().try_for_each(|target| check_target("target FMR", *target))?;
    Ok(cut.min((config.resamples as usize - 1) / 2))
}

#[cfg(test)]
#[path = "bootstrap_tests.rs"]
mod tests;
