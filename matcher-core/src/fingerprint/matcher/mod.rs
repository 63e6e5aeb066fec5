//! Comparing two prints: the steps on one page.
//!
//! describe (once for each print) -> local similarity of all minutiae -> the most similar pairs, one to one ->
//! relaxation: pairs support each other -> alignment: one print on the other, what coincides -> fusion: one score.
//!
//! # Range and units
//! Scores are multiples of 1/1024 from 0 (no evidence) upwards. They are sums of whole numbers throughout: the same on
//! every machine, in either order of the two prints, and when a print is moved or turned by quarters.
//!
//! # Limits
//! A print needs [`MIN_DESCRIBED`] minutiae with a known neighbourhood. Time grows with the product of the numbers of
//! minutiae, at most 255 each. A drawn print that equals itself when turned by a half or a quarter has minutiae that
//! nothing tells apart; its score may change when it is turned, as no skin's does.
//!
//! # References
//! R. Cappelli, M. Ferrara, D. Maltoni, *Minutia Cylinder-Code*, IEEE TPAMI 32(12), 2010.

mod algorithm;
mod alignment;
mod comparison;
mod config;
mod fusion;
mod local;
mod matrix;
mod pairing;
mod prepared;
mod relaxation;

pub use algorithm::Algorithm;
pub use comparison::{Comparison, NotComparable};
pub use config::{AlignmentConfig, Config, FusionConfig, LocalConfig, RelaxationConfig};
pub use fusion::Parts;
pub use matrix::score_matrix;
pub use prepared::Prepared;

use crate::error::{Error, Result};
use crate::fingerprint::Template;
use crate::fingerprint::descriptor::Described;
use algorithm::Tables;
use alignment::{Alignment, Motion};
use fusion::RawParts;
use ndarray::Array2;
use pairing::Pair;

/// A score that fewer than 1 in 10,000 non-mated comparisons reach: where to look first, not a decision.
///
/// Measured with the standard configuration by
/// `matcher evaluate MINEX3_001_025/leader UareU/leader FVC2000_DB2_B/leader` (214,805 non-mated comparisons: FMR 1e-4
/// at 5.21) and the same with `mindtct`, the templates of another extractor (5.97); the higher one, rounded up, stands
/// here. Sensors, extractors and people differ: measure your own.
pub const DECISION_THRESHOLD: f64 = 6.0;
/// Described minutiae that a print needs to be comparable.
pub const MIN_DESCRIBED: usize = 2;
/// Pairs that relaxation looks at, at least (where there are so many).
const MIN_RELAXED: usize = 12;

/// A probe prepared for comparing with many candidates.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::{Config, Matcher};
/// # use matcher_core::fingerprint::{Minutia, Template};
/// # use matcher_core::units::{Angle, Pixels};
/// # let mut builder = Template::builder();
/// # for k in 0..30i16 {
/// #     let (x, y) = (60 + (k * 67) % 180, 50 + (k * 41) % 240);
/// #     let direction = Angle::from_degrees(f64::from(k * 37 % 360)).unwrap();
/// #     builder = builder.minutia(Minutia::new(Pixels::from_whole(x), Pixels::from_whole(y), direction));
/// # }
/// # let probe = builder.build()?.template;
/// # let reference = probe.clone();
/// let matcher = Matcher::new(&probe, &Config::default())?;
/// let candidate = matcher.prepare(&reference);
/// let score = matcher.score(&candidate)?;
/// assert_eq!(matcher.score_with_cutoff(&candidate, score + 1.0)?, None);
/// assert_eq!(matcher.compare(&candidate)?.score, score);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Matcher {
    algorithm: Algorithm,
    probe: Prepared,
}

/// A finished comparison in whole numbers, in the canonical order of the two prints.
struct Outcome {
    score: u64,
    parts: RawParts,
    alignment: Option<Alignment>,
}

impl Matcher {
    /// Prepares a probe under a configuration.
    ///
    /// # Errors
    /// [`Error::Invalid`] where a value of the configuration is out of range.
    pub fn new(probe: &Template, config: &Config) -> Result<Self> {
        Ok(Self::with(&Algorithm::new(config)?, probe))
    }

    /// Prepares a probe for an algorithm that is at hand.
    pub fn with(algorithm: &Algorithm, probe: &Template) -> Self {
        Self { probe: algorithm.prepare(probe), algorithm: algorithm.clone() }
    }

    /// The method that all results name.
    pub fn method(&self) -> &crate::provenance::Method {
        self.algorithm.method()
    }

    /// The prepared probe.
    pub fn probe(&self) -> &Prepared {
        &self.probe
    }

    /// Prepares a candidate for this matcher, or any other of the same method.
    pub fn prepare(&self, candidate: &Template) -> Prepared {
        self.algorithm.prepare(candidate)
    }

    /// The score alone; 0 also where the prints are not comparable.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the candidate was prepared by another method.
    pub fn score(&self, candidate: &Prepared) -> Result<f64> {
        Ok(fusion::in_units(self.outcome(candidate)?.score))
    }

    /// The score where it reaches `cutoff`, else `None`.
    ///
    /// # Errors
    /// As [`Matcher::score`].
    pub fn score_with_cutoff(&self, candidate: &Prepared, cutoff: f64) -> Result<Option<f64>> {
        Ok(Some(self.score(candidate)?).filter(|&score| score >= cutoff))
    }

    /// The whole comparison with its evidence; `score` is the same number as [`Matcher::score`] gives.
    ///
    /// # Errors
    /// As [`Matcher::score`].
    pub fn compare(&self, candidate: &Prepared) -> Result<Comparison> {
        let outcome = self.outcome(candidate)?;
        let probe_is_first = self.probe_is_first(candidate);
        let mut pairs = Array2::zeros((outcome.alignment.as_ref().map_or(0, |a| a.pairs.len()), 2));
        if let Some(alignment) = &outcome.alignment {
            for (mut row, pair) in pairs.rows_mut().into_iter().zip(&alignment.pairs) {
                let (probe, reference) =
                    if probe_is_first { (pair.first, pair.second) } else { (pair.second, pair.first) };
                row[0] = usize::from(self.probe.described.points()[probe].source);
                row[1] = usize::from(candidate.described.points()[reference].source);
            }
        }
        let to_probe = |alignment: &Alignment| {
            let Motion { turn, from, to } = alignment.motion;
            let motion =
                if probe_is_first { Motion { turn: -turn, from: to, to: from } } else { alignment.motion };
            comparison::transform(motion, candidate, &self.probe)
        };
        Ok(Comparison {
            score: fusion::in_units(outcome.score),
            not_comparable: self.not_comparable(candidate),
            parts: outcome.parts.into(),
            pairs,
            transform: outcome.alignment.as_ref().filter(|a| !a.pairs.is_empty()).map(to_probe),
            method: self.method().clone(),
        })
    }

    /// Why these two prints cannot be compared, where they cannot.
    pub fn not_comparable(&self, candidate: &Prepared) -> Option<NotComparable> {
        (!self.probe.is_comparable() || !candidate.is_comparable()).then(|| NotComparable {
            probe: self.probe.described(),
            reference: candidate.described(),
            needed: MIN_DESCRIBED,
        })
    }

    fn probe_is_first(&self, candidate: &Prepared) -> bool {
        self.probe.described.order(&candidate.described).is_le()
    }

    fn outcome(&self, candidate: &Prepared) -> Result<Outcome> {
        if candidate.method != self.probe.method {
            let expected = format!("{}, the probe's", self.probe.method);
            return Err(Error::invalid("candidate", "method", &candidate.method, expected));
        }
        if !self.probe.is_comparable() || !candidate.is_comparable() {
            return Ok(Outcome { score: 0, parts: RawParts::default(), alignment: None });
        }
        // Both orders of the two prints run the very same computation.
        let (probe, candidate, tables) =
            (&self.probe.described, &candidate.described, &*self.algorithm.tables);
        let (first, second) =
            if probe.order(candidate).is_le() { (probe, candidate) } else { (candidate, probe) };
        Ok(compare(tables, first, second))
    }
}

/// All steps from descriptions to score.
fn compare(tables: &Tables, first: &Described, second: &Described) -> Outcome {
    let smaller = first.len().min(second.len());
    let averaged = tables.averaged(smaller);
    let similarities = tables.local.similarities(first, second);
    let pairs = pairing::most_similar(&similarities, smaller.max(MIN_RELAXED));
    let relaxed = tables.relaxation.relax(first, second, &pairs);
    let kept = by_share_kept(&pairs, &relaxed);

    let seeds = seeds(tables, &pairs, &kept);
    let alignment = tables.aligner.best(first, second, &similarities, seeds);

    let mean = |sum: u64, bits: u32| (sum << 10 >> bits) / averaged as u64;
    let parts = RawParts {
        local: mean(pairs.iter().take(averaged).map(|p| u64::from(p.weight)).sum(), 15),
        relaxation: mean(kept.iter().take(averaged).map(|&k| relaxed[k]).sum(), relaxation::RELAXED_BITS),
        evidence: alignment.as_ref().map_or(0, |a| a.evidence),
        agreement: alignment.as_ref().map_or(0, |a| a.agreement),
        paired: alignment.as_ref().map_or(0, |a| a.pairs.len() as u64),
    };
    Outcome { score: fusion::fuse(&tables.config.fusion, &parts), parts, alignment }
}

/// Indexes of the pairs, those first that kept most of their similarity in the relaxation.
fn by_share_kept(pairs: &[Pair], relaxed: &[u64]) -> Vec<usize> {
    let share = |k: usize| (relaxed[k] << 16) / u64::from(pairs[k].weight.max(1));
    let mut order: Vec<usize> = (0..pairs.len()).collect();
    order.sort_by_key(|&k| std::cmp::Reverse(share(k)));
    order
}

/// The pairs that alignments start from, each once.
fn seeds<'a>(tables: &Tables, pairs: &'a [Pair], kept: &'a [usize]) -> impl Iterator<Item = Pair> + use<'a> {
    let config = &tables.config.alignment;
    let from_relaxed = &kept[..kept.len().min(config.from_relaxed)];
    let from_similar = (0..pairs.len().min(config.from_similar)).filter(|k| !from_relaxed.contains(k));
    from_relaxed.iter().copied().chain(from_similar).map(|k| pairs[k])
}
