//! What a power calculation is answered with, and how it is put together.

use super::case::Case;
use super::config::PowerConfig;
use super::draws::{Draw, TILTS, UnitDraws};
use crate::dna::kinship::{Model, NotCounted};
use crate::dna::{Locus, RareAllele};
use crate::evaluation::Rate;
use crate::provenance::Method;
use crate::units::Log10Lr;
use serde::Serialize;

/// Version of the method: rises whenever a figure may change.
const VERSION: u32 = 1;

/// What relatives can tell; `Display` is the text of a report. No allele is in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PowerReport {
    /// The missing person.
    pub missing: String,
    /// The relatives who are typed.
    pub typed: Vec<String>,
    /// The relatives who were taken as if they were typed too.
    pub further: Vec<String>,
    /// Candidates who are the missing person.
    pub related: LrDistribution,
    /// Candidates who are not related.
    pub unrelated: LrDistribution,
    /// Error rates, a threshold.
    pub thresholds: Vec<ThresholdPower>,
    /// The expected logarithm of the ratio of a candidate who is the missing person: summed over genotypes; with further
    /// relatives, or linked loci, the mean of such sums over the simulations.
    pub expected_log10_lr: f64,
    /// How probable it is that somebody unrelated is excluded at one locus or more, without mutation: exact; with further
    /// relatives the mean of exact numbers over the simulations. `None` where the typed relatives contradict each other
    /// without mutation.
    pub exclusion: Option<f64>,
    /// The expected number of loci at which somebody unrelated is excluded, as exact as [`exclusion`](Self::exclusion), over
    /// the loci at which the relatives agree without mutation.
    pub expected_exclusions: f64,
    /// The loci, linked ones together.
    pub units: Vec<UnitPower>,
    /// Loci that were asked for and are not counted.
    pub skipped: Vec<SkippedLocus>,
    /// How it was done, and by which seed.
    pub config: PowerConfig,
    /// What was assumed.
    pub model: Model,
    /// The rule for rare alleles.
    pub rare: Option<RareAllele>,
    /// The name of the frequency table.
    pub population: String,
    /// The method; its configuration covers the model, the configuration and every number of the table.
    pub method: Method,
}

/// How the logarithm of the likelihood ratio is distributed over simulated candidates.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LrDistribution {
    /// Candidates.
    pub simulations: u64,
    /// Those whose ratio is 0.
    pub excluded: u64,
    /// The mean logarithm of the others; `None` where there is none.
    pub mean: Option<f64>,
    /// The median: the least value that half of the candidates or more do not exceed.
    pub median: Log10Lr,
    /// Quantiles: of each probability the least value that so many of the candidates do not exceed.
    pub quantiles: Vec<(f64, Log10Lr)>,
}

/// A counted rate with its exact binomial interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Confined {
    /// What was counted.
    pub rate: Rate,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Confined {
    pub(super) fn new(errors: u64, trials: u64, confidence: f64) -> Self {
        let rate = Rate::new(errors, trials);
        let (low, high) = rate.interval(confidence);
        Self { rate, low, high }
    }
}

/// A rate from weighted candidates.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Weighted {
    /// The rate.
    pub value: f64,
    /// Its standard error; 0 where all candidates have one weight.
    pub standard_error: f64,
}

/// What happens at one threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ThresholdPower {
    /// The threshold: a base-10 logarithm, reached by a ratio that is no smaller.
    pub log10_lr: f64,
    /// The missing person does not reach it.
    pub false_negatives: Confined,
    /// Somebody unrelated reaches it.
    pub false_positives: Confined,
    /// The same from weighted candidates: smaller rates than could be counted.
    pub false_positives_weighted: Weighted,
}

impl ThresholdPower {
    /// Inclusion power: how often the missing person reaches the threshold.
    pub fn inclusion(&self) -> f64 {
        1.0 - self.false_negatives.rate.value()
    }

    /// Exclusion power: how often somebody unrelated stays below the threshold.
    pub fn below(&self) -> f64 {
        1.0 - self.false_positives.rate.value()
    }
}

/// What one unit of loci contributes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnitPower {
    /// The loci: one, or two linked ones.
    pub loci: Vec<Locus>,
    /// The expected logarithm of the ratio of a candidate who is the missing person, as exact as that of all.
    pub expected_log10_lr: f64,
    /// How probable it is that somebody unrelated is excluded, at each locus by itself and without mutation; `None` where
    /// the relatives contradict each other then.
    pub exclusion: Vec<Option<f64>>,
}

/// A locus that is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SkippedLocus {
    /// The locus.
    pub locus: Locus,
    /// Why.
    pub reason: NotCounted,
}

/// Puts together what was simulated.
pub(super) fn report(case: &Case<'_>, config: &PowerConfig, units: Vec<UnitDraws>) -> PowerReport {
    let n = config.simulations as usize;
    let mut unrelated = vec![0.0; n];
    for unit in &units {
        unrelated.iter_mut().zip(&unit.unrelated).for_each(|(sum, number)| *sum += number);
    }
    let sum = |of: &dyn Fn(&UnitDraws) -> &[Draw]| -> Vec<Draw> {
        let mut sums = vec![Draw { log10_lr: 0.0, weight: 0.0 }; n];
        for (at, draw) in units.iter().flat_map(|unit| of(unit).iter().enumerate()) {
            sums[at].log10_lr += draw.log10_lr;
            sums[at].weight += draw.weight;
        }
        sums
    };
    let drawn = sum(&|unit| &unit.related);
    let related: Vec<f64> = drawn.iter().map(|draw| draw.log10_lr).collect();
    let tilted: Vec<Vec<Draw>> =
        (0..TILTS.len()).map(|tilt| sum(&|unit| &unit.tilted[tilt])).chain([drawn]).collect();
    let at = |&threshold: &f64| threshold_power(threshold, &related, &unrelated, &tilted, config.confidence);
    let thresholds = config.thresholds.iter().map(at).collect();
    let prepared = case.prepared;
    let ids = |places: &mut dyn Iterator<Item = usize>| -> Vec<String> {
        places.map(|place| prepared.pedigree().people()[place].id().to_owned()).collect()
    };
    let frequencies = prepared.frequencies();
    PowerReport {
        missing: prepared.pedigree().people()[case.candidate[0]].id().to_owned(),
        typed: ids(&mut prepared.profiles().iter().map(|(place, _)| *place)),
        further: ids(&mut case.further.iter().map(|[place, _]| *place)),
        related: distribution(&related, &config.quantiles),
        unrelated: distribution(&unrelated, &config.quantiles),
        thresholds,
        expected_log10_lr: units.iter().map(|unit| unit.expected).sum(),
        exclusion: exclusion(&units),
        expected_exclusions: units.iter().flat_map(|unit| &unit.exclusion).flatten().sum(),
        units: units
            .into_iter()
            .map(|unit| UnitPower {
                loci: unit.loci,
                expected_log10_lr: unit.expected,
                exclusion: unit.exclusion,
            })
            .collect(),
        skipped: case.skipped.clone(),
        config: config.clone(),
        model: prepared.model().clone(),
        rare: frequencies.rare(),
        population: frequencies.name().to_owned(),
        method: Method::new("power", VERSION, &(prepared.model(), config, frequencies.digest())),
    }
}

fn log10_lr(number: f64) -> Log10Lr {
    if number == f64::NEG_INFINITY { Log10Lr::Excluded } else { Log10Lr::Finite(number) }
}

fn distribution(all: &[f64], quantiles: &[f64]) -> LrDistribution {
    let mut sorted = all.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let excluded = sorted.iter().take_while(|number| **number == f64::NEG_INFINITY).count();
    let finite = &sorted[excluded..];
    let quantile = |q: f64| {
        let place = (q * sorted.len() as f64).ceil() as usize;
        sorted.get(place.saturating_sub(1)).map_or(Log10Lr::Undefined, |&number| log10_lr(number))
    };
    LrDistribution {
        simulations: all.len() as u64,
        excluded: excluded as u64,
        mean: (!finite.is_empty()).then(|| finite.iter().sum::<f64>() / finite.len() as f64),
        median: quantile(0.5),
        quantiles: quantiles.iter().map(|&q| (q, quantile(q))).collect(),
    }
}

fn threshold_power(
    threshold: f64,
    related: &[f64],
    unrelated: &[f64],
    tilted: &[Vec<Draw>],
    confidence: f64,
) -> ThresholdPower {
    let missed = related.iter().filter(|&&number| number < threshold).count();
    let reached = unrelated.iter().filter(|&&number| number >= threshold).count();
    ThresholdPower {
        log10_lr: threshold,
        false_negatives: Confined::new(missed as u64, related.len() as u64, confidence),
        false_positives: Confined::new(reached as u64, unrelated.len() as u64, confidence),
        false_positives_weighted: weighted(threshold, tilted),
    }
}

/// From the candidates with the least of the missing person who reach the threshold on average.
fn weighted(threshold: f64, tilted: &[Vec<Draw>]) -> Weighted {
    let mean = |draws: &[Draw]| draws.iter().map(|draw| draw.log10_lr).sum::<f64>() / draws.len() as f64;
    let reaches = tilted.iter().find(|draws| mean(draws) >= threshold);
    let Some(draws) = reaches.or(tilted.last()) else {
        return Weighted { value: 0.0, standard_error: f64::INFINITY };
    };
    let reaching = |draw: &Draw| if draw.log10_lr >= threshold { libm::exp10(draw.weight) } else { 0.0 };
    let all: Vec<f64> = draws.iter().map(reaching).collect();
    let n = all.len() as f64;
    let value = all.iter().sum::<f64>() / n;
    let spread: f64 = all.iter().map(|weight| (weight - value) * (weight - value)).sum();
    Weighted { value, standard_error: if n > 1.0 { (spread / (n - 1.0) / n).sqrt() } else { f64::INFINITY } }
}

/// How probable it is that somebody unrelated is excluded somewhere, averaged over what further relatives show.
fn exclusion(units: &[UnitDraws]) -> Option<f64> {
    let all: Vec<&[f64]> = units.iter().map(|unit| unit.not_excluded.as_deref()).collect::<Option<_>>()?;
    let simulations = all.first()?.len();
    let missed = (0..simulations).map(|at| all.iter().map(|unit| unit[at]).product::<f64>());
    Some(1.0 - missed.sum::<f64>() / simulations as f64)
}
