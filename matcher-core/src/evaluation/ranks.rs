//! Error rates of identification (1:N): at which rank the mate stands, and who is found that should not be.
//!
//! A search of one probe against all references ends in a candidate list that names each identity once, with its best
//! score. So everything here counts searches and identities, not comparisons.

use super::error_rates::{Support, check_target};
use super::intervals::{Rate, USUAL_CONFIDENCE, clopper_pearson};
use super::steps::{Step, Steps};
use crate::error::{Error, Result};
use crate::provenance::Method;
use ndarray::ArrayView2;
use serde::{Serialize, Serializer};

/// The ranks that a summary shows.
const USUAL_RANKS: usize = 20;

/// The target FPIRs of a summary.
const USUAL_TARGETS: [f64; 4] = [1e-1, 1e-2, 1e-3, 0.0];

/// The identification rates of probes searched against references.
///
/// # Method
/// A row is one search. It is **mated** if at least one reference of its identity was searched, **non-mated** if
/// references were searched and none is its own (open set). Per identity the best score counts. The rank of the mate is
/// 1 + the number of other identities that score as high or higher: among ties the worst place, because an examiner who
/// reads down the list may meet the others first.
///
/// FNIR(N, R, T) is the fraction of the mated searches whose mate does not stand within rank R with a score of at least
/// T. FPIR(N, T) is the fraction of the non-mated searches with any candidate at T or above.
///
/// # Range and units
/// Scores are higher for more similar. NaN: not searched, or not comparable, so left out (the probe itself, for one).
/// Minus infinity: searched and not found, so never a candidate at any rank or threshold; a mated search whose mate
/// stands there is a miss.
///
/// # Limits
/// FPIR and rank depend on the size of the gallery; they hold for this one.
///
/// # References
/// ISO/IEC 19795-1, identification metrics: CMC, FNIR, FPIR.
///
/// # Examples
/// ```
/// use matcher_core::evaluation::IdentificationRates;
/// use ndarray::array;
/// let scores = array![
///     [0.9, 0.1, 0.2], // a: found first
///     [0.5, 0.5, 0.1], // b: tied with a, so second
///     [0.2, 0.3, 0.1], // x: not enrolled
/// ];
/// let rates = IdentificationRates::new(scores.view(), &["a", "b", "x"], &["a", "b", "c"])?;
/// assert_eq!((rates.mated(), rates.non_mated()), (2, 1));
/// assert_eq!(rates.cmc(2)?[0].rate, 0.5);
/// assert_eq!(rates.cmc(2)?[1].rate, 1.0);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct IdentificationRates {
    mated: Vec<MatedSearch>,
    /// The highest score in each non-mated search.
    non_mated: Vec<f64>,
    /// The highest score of another identity in each mated search that has one.
    mate_left_out: Vec<f64>,
    not_searched: u64,
    identities: u64,
    mates_left_out: bool,
}

/// Where the mate stands in a mated search.
#[derive(Clone, Copy, Debug)]
struct MatedSearch {
    score: f64,
    /// From 1; `u64::MAX` where it was not found.
    rank: u64,
}

/// One point of the cumulative match characteristic.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CmcPoint {
    /// From 1.
    pub rank: u64,
    /// Mated searches whose mate stands at this rank or before.
    pub identified: u64,
    /// Mated searches.
    pub searches: u64,
    /// Identification rate, 0 to 1.
    pub rate: f64,
    /// Its exact 95 % interval, low and high.
    pub interval: (f64, f64),
}

/// Identification error rates at one threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct IdentificationPoint {
    /// A score at or above it makes a candidate.
    pub threshold: f64,
    /// How many candidates are looked at.
    pub max_rank: u64,
    /// Non-mated searches that give a candidate.
    pub fpir: Rate,
    /// Mated searches that miss the mate.
    pub fnir: Rate,
    /// The FPIR that was asked for, where one was.
    pub target_fpir: Option<f64>,
    /// Whether the non-mated searches can show the target (rule of three); always where none was asked for.
    pub supported: bool,
    /// How many non-mated searches the target needs; `None` where it needs none or no number would do (zero).
    pub non_mated_needed: Option<u64>,
}

/// What JSON and tables show of a set of searches.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IdentificationSummary {
    /// How it was counted.
    pub method: Method,
    /// Mated searches.
    pub mated: u64,
    /// Non-mated searches.
    pub non_mated: u64,
    /// Whether mated searches with the mate left out are among the non-mated ones.
    pub mates_left_out: bool,
    /// Probes that no reference could be compared with.
    pub not_searched: u64,
    /// Identities among the references.
    pub identities: u64,
    /// Confidence of all intervals.
    pub confidence: f64,
    /// The first 20 ranks; empty without mated searches.
    pub cmc: Vec<CmcPoint>,
    /// FNIR at FPIR 1e-1, 1e-2, 1e-3 and zero, at any rank; empty without mated or non-mated searches.
    pub fnir_at_fpir: Vec<IdentificationPoint>,
}

impl IdentificationRates {
    /// Reads a matrix of scores, probes in rows and references in columns, with the identity of each.
    ///
    /// # Errors
    /// Labels that do not fit the matrix, an empty matrix, a score of plus infinity, or not one score.
    #[expect(clippy::needless_pass_by_value, reason = "a view is a reference already")]
    pub fn new<L: Ord>(
        scores: ArrayView2<'_, f64>,
        probe_labels: &[L],
        reference_labels: &[L],
    ) -> Result<Self> {
        check_shape(&scores, probe_labels.len(), reference_labels.len())?;
        let mut names: Vec<&L> = reference_labels.iter().collect();
        names.sort_unstable();
        names.dedup();
        // Every reference is in the list that was made of them; a probe may not be.
        let number = |name: &L| names.binary_search(&name).ok();
        let columns: Vec<usize> = reference_labels.iter().filter_map(number).collect();

        let mut rates = Self {
            mated: Vec::new(),
            non_mated: Vec::new(),
            mate_left_out: Vec::new(),
            not_searched: 0,
            identities: names.len() as u64,
            mates_left_out: false,
        };
        let mut best = vec![f64::NAN; names.len()];
        for (row, label) in scores.rows().into_iter().zip(probe_labels) {
            best.fill(f64::NAN);
            for (score, &identity) in row.iter().zip(&columns) {
                // `max` passes over NaN: what was not compared does not count.
                best[identity] = best[identity].max(*score);
            }
            rates.add_search(&best, number(label));
        }
        if rates.not_searched == probe_labels.len() as u64 {
            return Err(Error::invalid("scores", "number of scores", 0, "at least one that is not NaN"));
        }
        Ok(rates)
    }

    /// Counts each mated search a second time, as a non-mated one with the mate left out of the gallery.
    ///
    /// A closed set (every probe has a mate) has no other non-mated searches. The highest score of another identity is
    /// what such a search would have given, in a gallery smaller by one; it shares its probe with the mated search, so
    /// the two are not independent.
    #[must_use]
    pub fn leave_mate_out(mut self) -> Self {
        self.non_mated.append(&mut self.mate_left_out);
        self.mates_left_out = true;
        self
    }

    /// How many mated searches there are.
    pub fn mated(&self) -> u64 {
        self.mated.len() as u64
    }

    /// How many non-mated searches there are.
    pub fn non_mated(&self) -> u64 {
        self.non_mated.len() as u64
    }

    /// How many probes no reference could be compared with; they are in no rate.
    pub fn not_searched(&self) -> u64 {
        self.not_searched
    }

    /// The cumulative match characteristic from rank 1 to `max_rank`, or to the number of identities if that is less.
    ///
    /// # Errors
    /// A rank of zero, or no mated search.
    pub fn cmc(&self, max_rank: u64) -> Result<Vec<CmcPoint>> {
        self.check(max_rank)?;
        let last = max_rank.min(self.identities) as usize;
        let mut at_rank = vec![0_u64; last];
        for search in &self.mated {
            if let Some(count) = at_rank.get_mut((search.rank - 1) as usize) {
                *count += 1;
            }
        }
        let searches = self.mated();
        let mut identified = 0;
        let points = at_rank.iter().zip(1..).map(|(count, rank)| {
            identified += count;
            let rate = identified as f64 / searches as f64;
            let interval = clopper_pearson(identified, searches, USUAL_CONFIDENCE);
            CmcPoint { rank, identified, searches, rate, interval }
        });
        Ok(points.collect())
    }

    /// The rates at a threshold, looking at the first `max_rank` candidates (`u64::MAX`: at all).
    ///
    /// # Errors
    /// A rank of zero, a threshold of NaN, or no mated or no non-mated search.
    pub fn fpir_fnir(&self, threshold: f64, max_rank: u64) -> Result<IdentificationPoint> {
        if threshold.is_nan() {
            return Err(Error::invalid("", "threshold", threshold, "a number"));
        }
        Ok(self.point(&self.steps(max_rank)?.at(threshold), max_rank, None))
    }

    /// The lowest threshold whose FPIR is at most `target`, with the rates there.
    ///
    /// The thresholds considered are the distinct mate scores and highest non-mated scores, and the next double above
    /// them all, where every list is empty.
    ///
    /// # Errors
    /// A target outside 0 to 1, a rank of zero, or no mated or no non-mated search.
    pub fn fnir_at_fpir(&self, target: f64, max_rank: u64) -> Result<IdentificationPoint> {
        check_target("target FPIR", target)?;
        Ok(self.point(&self.steps(max_rank)?.first_within(target), max_rank, Some(target)))
    }

    /// Counts, CMC and FNIR at the usual FPIRs.
    pub fn summary(&self) -> IdentificationSummary {
        // What has no searches of a kind has no rates of that kind; that is no failure of a summary.
        let steps = self.steps(u64::MAX).ok();
        let point = |steps: &Steps, target| self.point(&steps.first_within(target), u64::MAX, Some(target));
        let fnir_at_fpir =
            steps.map(|steps| USUAL_TARGETS.iter().map(|target| point(&steps, *target)).collect());
        IdentificationSummary {
            method: Method::new("identification-rates", 1, &(USUAL_CONFIDENCE, USUAL_RANKS, USUAL_TARGETS)),
            mated: self.mated(),
            non_mated: self.non_mated(),
            mates_left_out: self.mates_left_out,
            not_searched: self.not_searched,
            identities: self.identities,
            confidence: USUAL_CONFIDENCE,
            cmc: self.cmc(USUAL_RANKS as u64).unwrap_or_default(),
            fnir_at_fpir: fnir_at_fpir.unwrap_or_default(),
        }
    }

    /// Adds one search: the best score of each identity (NaN where none was compared), and which one is the mate.
    fn add_search(&mut self, best: &[f64], mate: Option<usize>) {
        let mate_score = mate.map_or(f64::NAN, |mate| best[mate]);
        let others = || best.iter().enumerate().filter(|(identity, _)| Some(*identity) != mate);
        // `max` passes over NaN, and over the NaN to start with.
        let highest = others().fold(f64::NAN, |highest: f64, (_, score)| highest.max(*score));
        if mate_score.is_nan() {
            if highest.is_nan() {
                self.not_searched += 1;
            } else {
                self.non_mated.push(highest);
            }
            return;
        }
        let rank = if mate_score == f64::NEG_INFINITY {
            u64::MAX
        } else {
            1 + others().filter(|(_, score)| **score >= mate_score).count() as u64
        };
        self.mated.push(MatedSearch { score: mate_score, rank });
        if !highest.is_nan() {
            self.mate_left_out.push(highest);
        }
    }

    /// The step functions of FNIR and FPIR within a rank.
    fn steps(&self, max_rank: u64) -> Result<Steps> {
        self.check(max_rank)?;
        if self.non_mated.is_empty() {
            let expected = "at least one: a probe without a mate, or leave_mate_out()";
            return Err(Error::invalid("identification", "number of non-mated searches", 0, expected));
        }
        // A mate beyond the rank is missed at any threshold.
        let within = |search: &MatedSearch| {
            if search.rank <= max_rank { search.score } else { f64::NEG_INFINITY }
        };
        let mated: Vec<f64> = self.mated.iter().map(within).collect();
        Ok(Steps::of(&mated, &self.non_mated))
    }

    /// Refuses a rank of zero, and rates of mated searches where there are none.
    fn check(&self, max_rank: u64) -> Result<()> {
        if max_rank == 0 {
            return Err(Error::invalid("identification", "rank", 0, "1 or more"));
        }
        if self.mated.is_empty() {
            return Err(Error::invalid("identification", "number of mated searches", 0, "at least one"));
        }
        Ok(())
    }

    /// The rates of one step.
    fn point(&self, step: &Step, max_rank: u64, target: Option<f64>) -> IdentificationPoint {
        let Support { supported, needed } = Support::of(target, self.non_mated());
        IdentificationPoint {
            threshold: step.threshold,
            max_rank,
            fpir: Rate::new(step.false_matches, self.non_mated()),
            fnir: Rate::new(step.false_non_matches, self.mated()),
            target_fpir: target,
            supported,
            non_mated_needed: needed,
        }
    }
}

/// Serialised as its [`IdentificationSummary`].
impl Serialize for IdentificationRates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.summary().serialize(serializer)
    }
}

/// Refuses a matrix that is empty, that the labels do not fit, or that holds plus infinity.
fn check_shape(scores: &ArrayView2<'_, f64>, probes: usize, references: usize) -> Result<()> {
    let (rows, columns) = scores.dim();
    for (field, count, side, name) in
        [("probe labels", probes, rows, "rows"), ("reference labels", references, columns, "columns")]
    {
        if count != side || count == 0 {
            let expected = format!("as many as the matrix has {name} ({side}), and at least one");
            return Err(Error::invalid("identification", format!("number of {field}"), count, expected));
        }
    }
    match scores.indexed_iter().find(|(_, score)| **score == f64::INFINITY) {
        Some(((row, column), score)) => {
            let expected = "a finite number, NaN (not searched) or minus infinity (not found)";
            Err(Error::invalid(format!("probe {row}, reference {column}"), "score", score, expected))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
#[path = "ranks_tests.rs"]
mod tests;
