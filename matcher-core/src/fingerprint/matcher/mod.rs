//! Comparing two prints: the steps on one page.
//!
//! describe (once for each print) -> local similarity of all minutiae -> the most similar pairs, one to one ->
//! relaxation: pairs support each other -> alignment: one print on the other, what coincides -> fusion: one number ->
//! scale: what it means.
//!
//! # Range and units
//! Scores are multiples of 1/1024 from 0 (no evidence) upwards: -10 log10 of the share of non-mated comparisons that
//! reach them, as measured where the model was fitted and carried on beyond what could be counted there. They are the
//! same bits on every machine and at every level of its processor, in either order of the two prints, and when a print
//! is moved or turned by quarters: all sums are of whole numbers, or of floats in a fixed order.
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
pub(super) mod scale;

pub use algorithm::Algorithm;
pub use comparison::{Comparison, NotComparable};
pub use config::{AlignmentConfig, Config, LocalConfig, RelaxationConfig};
pub use fusion::{Parts, Weights};
pub use matrix::score_matrix;
pub use prepared::Prepared;

use crate::error::{Error, Result};
use crate::fingerprint::Template;
use crate::fingerprint::descriptor::Described;
use crate::simd::Level;
use crate::simd::support::PAIRS;
use algorithm::Tables;
use alignment::{Alignment, Motion};
use fusion::RawParts;
use local::Distances;
use ndarray::Array2;
use pairing::Pair;
use relaxation::Relaxed;
use std::sync::Arc;

/// The score that, by the scale of the standard model, one in ten thousand non-mated comparisons reaches: where to look
/// first, not a decision. Where the model was fitted this was counted up to a score of 35; from there the scale is
/// carried on. Sensors, extractors and people differ: measure your own.
pub const DECISION_THRESHOLD: f64 = 40.0;
/// Described minutiae that a print needs to be comparable.
pub const MIN_DESCRIBED: usize = 2;

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
    fused: u64,
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

    /// A print as a probe that the algorithm prepared before.
    pub(crate) fn of_prepared(algorithm: &Algorithm, probe: Prepared) -> Self {
        Self { algorithm: algorithm.clone(), probe }
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
        Ok(self.algorithm.tables.model.scale().score(self.outcome(candidate)?.fused))
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
            for (mut row, &(first, second, _)) in pairs.rows_mut().into_iter().zip(&alignment.pairs) {
                let (probe, reference) = if probe_is_first { (first, second) } else { (second, first) };
                row[0] = usize::from(self.probe.described.points()[usize::from(probe)].source);
                row[1] = usize::from(candidate.described.points()[usize::from(reference)].source);
            }
        }
        let to_probe = |alignment: &Alignment| {
            let Motion { turn, from, to } = alignment.motion;
            let motion =
                if probe_is_first { Motion { turn: -turn, from: to, to: from } } else { alignment.motion };
            comparison::transform(motion, candidate, &self.probe)
        };
        Ok(Comparison {
            score: self.algorithm.tables.model.scale().score(outcome.fused),
            not_comparable: self.not_comparable(candidate),
            parts: outcome.parts.report(outcome.fused),
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

    /// Both prints in the order that all comparisons of them have; `None` where they do not compare.
    fn in_order<'a>(&'a self, candidate: &'a Prepared) -> Result<Option<(&'a Described, &'a Described)>> {
        // Almost always the very same one, so the text is not compared.
        let same =
            Arc::ptr_eq(&candidate.method, &self.probe.method) || candidate.method == self.probe.method;
        if !same {
            let expected = format!("{}, the probe's", self.probe.method);
            return Err(Error::invalid("candidate", "method", &candidate.method, expected));
        }
        if !self.probe.is_comparable() || !candidate.is_comparable() {
            return Ok(None);
        }
        // Both orders of the two prints run the very same computation.
        let (probe, candidate) = (&self.probe.described, &candidate.described);
        Ok(Some(if probe.order(candidate).is_le() { (probe, candidate) } else { (candidate, probe) }))
    }

    /// The relaxed similarity alone ([`Parts::relaxation`]) in 1/65536: an eighth of the work of a score, and what a
    /// search looks at before it compares in full. 0 also where the prints are not comparable.
    ///
    /// # Errors
    /// As [`Matcher::score`].
    pub fn relaxed(&self, candidate: &Prepared) -> Result<u64> {
        let Some((first, second)) = self.in_order(candidate)? else { return Ok(0) };
        let tables = &*self.algorithm.tables;
        Ok(Neighbourhoods::compare(Level::active(), tables, first, second).relaxation())
    }

    fn outcome(&self, candidate: &Prepared) -> Result<Outcome> {
        let Some((first, second)) = self.in_order(candidate)? else {
            return Ok(Outcome { fused: 0, parts: RawParts::default(), alignment: None });
        };
        Ok(compare(Level::active(), &self.algorithm.tables, first, second))
    }
}

/// The first half of a comparison: neighbourhoods, and which of them support each other.
struct Neighbourhoods {
    /// Pairs that a mean is over.
    averaged: usize,
    distances: Distances,
    pairs: Vec<Pair>,
    relaxed: Relaxed,
}

impl Neighbourhoods {
    fn compare(level: Level, tables: &Tables, first: &Described, second: &Described) -> Self {
        let averaged = tables.averaged(first.len().min(second.len()));
        let distances = Distances::between(level, first, second);
        let pairs = pairing::most_similar(level, &distances, tables.config.local.candidates, PAIRS);
        let relaxed = tables.relaxation.relax(level, first, second, &pairs, &distances);
        Self { averaged, distances, pairs, relaxed }
    }

    /// Mean of what the pairs kept, those that kept most of their similarity.
    fn relaxation(&self) -> u64 {
        let kept = self.relaxed.by_share_kept.iter().take(self.averaged);
        kept.map(|&k| self.relaxed.values[k]).sum::<u64>() / self.averaged as u64
    }

    /// Mean similarity of the most similar pairs.
    fn local(&self) -> u64 {
        let most_similar = self.pairs.iter().take(self.averaged);
        let value = |pair: &Pair| (self.distances.similarity(pair.distance) * relaxation::ONE) as u64;
        most_similar.map(value).sum::<u64>() / self.averaged as u64
    }
}

/// All steps from descriptions to the fused sum.
fn compare(level: Level, tables: &Tables, first: &Described, second: &Described) -> Outcome {
    let found = Neighbourhoods::compare(level, tables, first, second);
    let seeds =
        found.relaxed.by_share_kept.iter().take(tables.config.alignment.seeds).map(|&k| found.pairs[k]);
    let alignment = tables.aligner.best(level, first, second, &found.distances, seeds);
    let parts = RawParts {
        local: found.local(),
        relaxation: found.relaxation(),
        evidence: alignment.as_ref().map_or(0, |a| a.evidence),
        paired: alignment.as_ref().map_or(0, |a| a.pairs.len() as u64),
    };
    Outcome { fused: tables.model.weights().fuse(&parts), parts, alignment }
}
