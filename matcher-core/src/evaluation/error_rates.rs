//! Error rates of comparison (1:1): false matches against false non-matches, at one threshold or at all of them.
//!
//! A rate is a count over a count, so it is kept as one: its interval and what the data can support follow from it.

use super::intervals::{Rate, USUAL_CONFIDENCE, trials_needed};
use super::steps::{Step, Steps};
use crate::error::{Error, Result};
use crate::provenance::Method;
use serde::{Serialize, Serializer};

/// The target FMRs of a [`Summary`]; zero stands for the lowest threshold without any false match.
const USUAL_TARGETS: [f64; 5] = [1e-2, 1e-3, 1e-4, 1e-5, 0.0];

/// The error rates of a set of mated and non-mated comparisons.
///
/// # Method
/// A comparison is a match when its score is at or above the threshold. FMR is the fraction of the non-mated
/// comparisons that match, FNMR the fraction of the mated ones that do not. Both are step functions of the threshold:
/// they change only at a score that occurs. The thresholds considered are therefore the distinct scores (mated and
/// non-mated together) and the next double above the highest, where nothing matches.
///
/// # Range and units
/// Scores are finite, higher for more similar; thresholds are in the units of the scores, rates 0 to 1.
///
/// # Limits
/// The rates are those of comparisons; failures to enrol are not among them. Intervals take comparisons as
/// independent: see [`bootstrap`](super::bootstrap()) where they share fingers.
///
/// # References
/// ISO/IEC 19795-1, biometric performance testing and reporting, principles and framework.
///
/// # Examples
/// ```
/// use matcher_core::evaluation::ErrorRates;
/// let rates = ErrorRates::new(&[0.9, 0.8, 0.7, 0.3], &[0.1, 0.2, 0.4, 0.2])?;
/// let point = rates.fnmr_at_zero_fmr();
/// assert_eq!((point.threshold, point.fnmr.value()), (0.7, 0.25));
/// assert!(!point.supported); // four non-mated comparisons cannot show a rate of zero
/// assert_eq!(rates.eer().value, 0.25);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ErrorRates {
    steps: Steps,
}

/// The error rates at one threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct OperatingPoint {
    /// A score at or above it is a match.
    pub threshold: f64,
    /// Non-mated comparisons that match.
    pub fmr: Rate,
    /// Mated comparisons that do not match.
    pub fnmr: Rate,
    /// The FMR that was asked for, where one was.
    pub target_fmr: Option<f64>,
    /// Whether the data can show the target at all: by the rule of three it takes 3 / target non-mated comparisons.
    /// Where they are fewer, the threshold rests on a handful of scores or on none. Never for a target of zero; always
    /// where no target was asked for.
    pub supported: bool,
    /// How many non-mated comparisons the target needs; `None` where it needs none or no number would do (zero).
    pub non_mated_needed: Option<u64>,
}

/// The equal error rate: see [`ErrorRates::eer`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct EqualErrorRate {
    /// The mean of FMR and FNMR at the threshold.
    pub value: f64,
    /// Where FMR and FNMR are nearest.
    pub threshold: f64,
    /// FMR there.
    pub fmr: Rate,
    /// FNMR there.
    pub fnmr: Rate,
}

impl EqualErrorRate {
    /// An interval (low, high) that holds those of FMR and of FNMR at the threshold, and so the mean of the two.
    ///
    /// Wider than need be, and blind to the choice of the threshold; the [`bootstrap`](super::bootstrap()) sees it.
    pub fn interval(&self, confidence: f64) -> (f64, f64) {
        let (fmr, fnmr) = (self.fmr.interval(confidence), self.fnmr.interval(confidence));
        (fmr.0.min(fnmr.0), fmr.1.max(fnmr.1))
    }
}

/// One point of the detection error trade-off.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DetPoint {
    /// A score at or above it is a match.
    pub threshold: f64,
    /// False match rate.
    pub fmr: f64,
    /// False non-match rate.
    pub fnmr: f64,
}

/// What JSON and tables show of a set of comparisons: one place, so that they show the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// How it was counted.
    pub method: Method,
    /// Mated comparisons.
    pub mated: u64,
    /// Non-mated comparisons.
    pub non_mated: u64,
    /// Confidence of all intervals.
    pub confidence: f64,
    /// The equal error rate.
    pub eer: EqualErrorRate,
    /// Its interval, low and high: see [`EqualErrorRate::interval`].
    pub eer_interval: (f64, f64),
    /// FNMR at the FMRs 1e-2, 1e-3, 1e-4, 1e-5 and zero.
    pub fnmr_at_fmr: Vec<SummaryPoint>,
}

/// One operating point with its intervals.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SummaryPoint {
    /// Threshold, counts, target and whether the data support it.
    #[serde(flatten)]
    pub point: OperatingPoint,
    /// FMR, 0 to 1.
    pub fmr_value: f64,
    /// Its interval, low and high.
    pub fmr_interval: (f64, f64),
    /// FNMR, 0 to 1.
    pub fnmr_value: f64,
    /// Its interval, low and high.
    pub fnmr_interval: (f64, f64),
}

impl ErrorRates {
    /// Counts the scores of mated and of non-mated comparisons, each in any order.
    ///
    /// # Errors
    /// No score of one kind, or one that is not finite. An outright exclusion needs a finite floor below all scores.
    pub fn new(mated: &[f64], non_mated: &[f64]) -> Result<Self> {
        check_scores("mated scores", mated)?;
        check_scores("non-mated scores", non_mated)?;
        Ok(Self { steps: Steps::of(mated, non_mated) })
    }

    /// How many mated comparisons there are.
    pub fn mated(&self) -> u64 {
        self.steps.mated
    }

    /// How many non-mated comparisons there are.
    pub fn non_mated(&self) -> u64 {
        self.steps.non_mated
    }

    /// The equal error rate: the mean of FMR and FNMR at the threshold where they are nearest.
    ///
    /// Step functions need not meet. Where two thresholds are as near, the one with the smaller mean is taken, then the
    /// lower one. Nothing is interpolated: the rates are those of a threshold that exists.
    pub fn eer(&self) -> EqualErrorRate {
        let point = self.point(&self.steps.nearest_rates(), None);
        let value = f64::midpoint(point.fmr.value(), point.fnmr.value());
        EqualErrorRate { value, threshold: point.threshold, fmr: point.fmr, fnmr: point.fnmr }
    }

    /// The lowest threshold considered whose FMR is at most `target`, with the rates there.
    ///
    /// # Errors
    /// A target outside 0 to 1.
    pub fn fnmr_at_fmr(&self, target: f64) -> Result<OperatingPoint> {
        check_target("target FMR", target)?;
        Ok(self.within(target))
    }

    /// The lowest threshold considered without any false match.
    ///
    /// That no false match was seen is not an FMR of zero: [`OperatingPoint::fmr`] gives the interval.
    pub fn fnmr_at_zero_fmr(&self) -> OperatingPoint {
        self.within(0.0)
    }

    /// The rates at any threshold; nothing matches at NaN.
    pub fn at_threshold(&self, threshold: f64) -> OperatingPoint {
        self.point(&self.steps.at(threshold), None)
    }

    /// The detection error trade-off: a point for every threshold considered, ascending; FMR falls, FNMR rises.
    pub fn det(&self) -> Vec<DetPoint> {
        let point = |step: &Step| {
            let OperatingPoint { threshold, fmr, fnmr, .. } = self.point(step, None);
            DetPoint { threshold, fmr: fmr.value(), fnmr: fnmr.value() }
        };
        self.steps.all().iter().map(point).collect()
    }

    /// Counts, EER and FNMR at the usual FMRs, with 95 % intervals.
    pub fn summary(&self) -> Summary {
        let confidence = USUAL_CONFIDENCE;
        let eer = self.eer();
        let summary_point = |target: &f64| {
            let point = self.within(*target);
            SummaryPoint {
                point,
                fmr_value: point.fmr.value(),
                fmr_interval: point.fmr.interval(confidence),
                fnmr_value: point.fnmr.value(),
                fnmr_interval: point.fnmr.interval(confidence),
            }
        };
        Summary {
            method: Method::new("error-rates", 1, &(confidence, USUAL_TARGETS)),
            mated: self.mated(),
            non_mated: self.non_mated(),
            confidence,
            eer,
            eer_interval: eer.interval(confidence),
            fnmr_at_fmr: USUAL_TARGETS.iter().map(summary_point).collect(),
        }
    }

    /// [`Self::fnmr_at_fmr`] of a target that was checked.
    fn within(&self, target: f64) -> OperatingPoint {
        self.point(&self.steps.first_within(target), Some(target))
    }

    /// The rates of one step.
    fn point(&self, step: &Step, target: Option<f64>) -> OperatingPoint {
        let Support { supported, needed } = Support::of(target, self.non_mated());
        OperatingPoint {
            threshold: step.threshold,
            fmr: Rate::new(step.false_matches, self.non_mated()),
            fnmr: Rate::new(step.false_non_matches, self.mated()),
            target_fmr: target,
            supported,
            non_mated_needed: needed,
        }
    }
}

/// Serialised as its [`Summary`].
impl Serialize for ErrorRates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.summary().serialize(serializer)
    }
}

/// Whether so many trials can show a target rate, by the rule of three.
pub(super) struct Support {
    pub(super) supported: bool,
    pub(super) needed: Option<u64>,
}

impl Support {
    /// No target asks for nothing; a target of zero for more than can be had.
    pub(super) fn of(target: Option<f64>, trials: u64) -> Self {
        let needed = target.and_then(trials_needed);
        let supported = match target {
            None => true,
            Some(_) => needed.is_some_and(|needed| trials >= needed),
        };
        Self { supported, needed }
    }
}

/// Refuses a target rate outside 0 to 1.
pub(super) fn check_target(field: &str, target: f64) -> Result<()> {
    if (0.0..=1.0).contains(&target) {
        return Ok(());
    }
    Err(Error::invalid("", field, target, "0 to 1"))
}

/// Refuses an empty list of scores, and scores that are not finite.
fn check_scores(record: &str, scores: &[f64]) -> Result<()> {
    if scores.is_empty() {
        return Err(Error::invalid(record, "count", 0, "at least one score"));
    }
    match scores.iter().position(|score| !score.is_finite()) {
        Some(index) => {
            Err(Error::invalid(record, format!("score {index}"), scores[index], "a finite number"))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
#[path = "error_rates_tests.rs"]
mod tests;
