//! Searching a gallery with fingerprints.
//!
//! # Method
//! Every probe print is compared with the prints of a subject that may be of the same finger; its best score counts,
//! and the scores of several probe prints are added. All subjects are compared in full: nothing is skipped by a filter.

use super::candidates::{Candidate, CandidateList, Evidence};
use super::options::{Options, Positions};
use super::runner::{self, Verdict};
use crate::error::{Error, Result};
use crate::fingerprint::{Matcher, Template};
use crate::gallery::{Gallery, Subject};
use std::borrow::Borrow;

/// Searches a gallery with one or more prints of one person.
///
/// The gallery is not changed. The answer is the same for any number of threads and any order of the gallery.
///
/// # Errors
/// [`Error::Invalid`] where there is no probe or `min_score` is not a number; [`Error::Threads`] where the operating
/// system gives no threads.
///
/// # Examples
/// ```
/// use matcher_core::gallery::{Gallery, SubjectId};
/// use matcher_core::search::{Options, search};
/// use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
/// let simulator = FingerSimulator::new(7, FingerprintConfig::default())?;
/// let mut gallery = Gallery::in_memory();
/// for finger in 0..5 {
///     let enrolled = simulator.impressions(finger, 1);
///     gallery.enrol(SubjectId::new(&format!("S{finger}"))?, enrolled)?;
/// }
/// let probe = &simulator.impressions(3, 2)[1..];
/// let answer = search(&gallery, probe, &Options::default())?;
/// assert_eq!(answer.candidates[0].subject_id.as_str(), "S3");
/// assert!(answer.complete && answer.searched == 5);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn search(
    gallery: &Gallery,
    probes: &[impl Borrow<Template>],
    options: &Options<'_>,
) -> Result<CandidateList> {
    if probes.is_empty() {
        return Err(Error::invalid("search", "number of probe prints", 0, "at least 1"));
    }
    if options.min_score.is_some_and(f64::is_nan) {
        return Err(Error::invalid("search", "min_score", "NaN", "a number"));
    }
    let matchers: Vec<Matcher> =
        probes.iter().map(|p| Matcher::with(gallery.algorithm(), p.borrow())).collect();
    let found = runner::run(gallery.subjects(), options, |subject| {
        let mut score = None;
        for matcher in &matchers {
            if let Some((_, best)) = best_print(matcher, subject, options.positions)? {
                score = Some(score.unwrap_or(0.0) + best);
            }
        }
        Ok(score.map_or(Verdict::NotComparable, Verdict::Score))
    })?;

    let ranked: Vec<_> = (1..).zip(&found.best).collect();
    let candidates = options.threads.map(&ranked, |&(rank, scored)| {
        let subject = gallery.get(scored.key).ok_or_else(|| Error::NotEnrolled(scored.key.to_string()))?;
        let evidence = evidence(&matchers, subject, options.positions)?;
        Ok(Candidate { subject_id: scored.key.clone(), score: scored.score, rank, evidence })
    })?;
    let candidates = candidates.into_iter().collect::<Result<_>>()?;
    Ok(CandidateList {
        candidates,
        searched: found.searched,
        not_comparable: found.not_comparable,
        not_searched: found.not_searched,
        complete: found.not_searched == 0,
        method: gallery.algorithm().method().clone(),
    })
}

/// The subject's print that fits a probe best, and its score; `None` where none can be compared.
fn best_print(matcher: &Matcher, subject: &Subject, positions: Positions) -> Result<Option<(usize, f64)>> {
    let mut best: Option<(usize, f64)> = None;
    for (k, print) in subject.prints().iter().enumerate() {
        let reference = print.prepared();
        let same = reference.finger_position().may_be(matcher.probe().finger_position());
        if (positions == Positions::Same && !same) || matcher.not_comparable(reference).is_some() {
            continue;
        }
        let score = matcher.score(reference)?;
        if best.is_none_or(|(_, highest)| score > highest) {
            best = Some((k, score));
        }
    }
    Ok(best)
}

/// What an examiner looks at: each probe with the print that it fits best.
fn evidence(matchers: &[Matcher], subject: &Subject, positions: Positions) -> Result<Vec<Evidence>> {
    let mut all = Vec::with_capacity(matchers.len());
    for (probe, matcher) in matchers.iter().enumerate() {
        if let Some((print, _)) = best_print(matcher, subject, positions)? {
            let reference = subject.prints()[print].prepared();
            let finger_position = reference.finger_position();
            all.push(Evidence { probe, print, finger_position, comparison: matcher.compare(reference)? });
        }
    }
    Ok(all)
}
