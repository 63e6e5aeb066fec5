//! Searching a gallery with fingerprints.
//!
//! # Method
//! Every print of the probe is compared with the prints of a subject that may be of the same finger. The prints of one
//! known position are one finger, which counts once, by the best pair of prints; prints of an unknown position are a
//! finger each. Fingers of the probe and of the subject are assigned to each other one to one, the best pair first, and
//! the score is the sum of the assigned pairs: no print, however often it is given or enrolled, counts twice. An
//! exhaustive search does so with every subject, a fast one with those that came through its stages: see
//! [`Cascade`](super::Cascade).

use super::candidates::CandidateList;
use super::cascade::Mode;
use super::clock::Clock;
use super::codes::Engine;
use super::index;
use super::options::Options;
use super::query::Query;
use super::runner;
use super::staged::{Ground, alone};
use crate::error::{Error, Result};
use crate::fingerprint::Template;
use crate::gallery::{Gallery, Marks};
use std::borrow::Borrow;

/// Prints of probes that go through the first stage together: their values take 4 bytes a print of the gallery each.
const TOGETHER: usize = 8;

/// Searches a gallery with one or more prints of one person.
///
/// The gallery is not changed. The answer is the same for any number of threads and any order of the gallery; the scores
/// are the same for any order of the probe's prints.
///
/// # Method
/// Prints of the probe with the same known position are one finger, those of an unknown position one each; so are those
/// of a subject. A pair of fingers scores as the best pair of their prints. The pair with the highest score is assigned
/// first, then the best of those that are left, each finger once; the score of the subject is the sum. Which fingers may
/// be paired is for [`Options::positions`] to say.
///
/// # Errors
/// [`Error::Invalid`] where there is no probe, `min_score` is not a number, or a parameter of the cascade is out of its
/// range; [`Error::Threads`] where the operating system gives no threads.
///
/// # Examples
/// ```
/// use matcher_core::gallery::{Gallery, SubjectId};
/// use matcher_core::search::{Mode, Options, search};
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
/// assert_eq!(answer.mode, Mode::Fast);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn search(
    gallery: &Gallery,
    probes: &[impl Borrow<Template>],
    options: &Options<'_>,
) -> Result<CandidateList> {
    let query = [Query::new(gallery, probes, options.positions)?];
    let mut lists = gallery.reading(|gallery| run(gallery, &query, options, Engine::standard()))?;
    lists.pop().ok_or_else(|| Error::invalid("search", "answers", 0, "1"))
}

/// Searches a gallery with the prints of several persons: an answer each, the same as that of a search of its own.
///
/// A fast search reads the gallery once for every few probes. The deadline and the progress are those of all searches
/// together, the latter in subjects times probes.
///
/// # Errors
/// As [`search`].
pub fn search_many<P: Borrow<Template>>(
    gallery: &Gallery,
    probes: &[impl AsRef<[P]>],
    options: &Options<'_>,
) -> Result<Vec<CandidateList>> {
    let queries = probes.iter().map(|probe| Query::new(gallery, probe.as_ref(), options.positions));
    let queries = queries.collect::<Result<Vec<_>>>()?;
    gallery.reading(|gallery| run(gallery, &queries, options, Engine::standard()))
}

/// Searches, in a way on which no answer depends.
pub(super) fn run(
    gallery: &Gallery,
    queries: &[Query],
    options: &Options<'_>,
    engine: Engine,
) -> Result<Vec<CandidateList>> {
    check(options)?;
    // Left out before anything is counted: what may not be seen changes neither an answer nor how complete it is.
    let excluded = gallery.left_out(&options.exclude, &options.asker)?;
    let asked = gallery.places() - excluded.count();
    let clock = Clock::start(options, asked * queries.len());
    if options.mode == Mode::Exhaustive || !queries.iter().all(Query::has_search_codes) {
        return exhaustive(gallery, queries, options, &excluded, &clock);
    }
    if options.mode == Mode::Indexed {
        let one = |query| index::run(gallery, query, options, &excluded, (engine, &clock));
        return queries.iter().map(one).collect();
    }
    let ground =
        Ground { gallery, options, excluded: &excluded, clock: &clock, elsewhere: 0, shortlist: None };
    let mut lists = Vec::with_capacity(queries.len());
    for together in groups(queries) {
        for (query, mut track) in together.iter().zip(ground.begin(together, engine)?) {
            lists.push(alone(&ground, query, &mut track)?);
        }
    }
    Ok(lists)
}

/// What no search can do with.
pub(super) fn check(options: &Options<'_>) -> Result<()> {
    if options.min_score.is_some_and(f64::is_nan) {
        return Err(Error::invalid("search", "min_score", "NaN", "a number"));
    }
    options.lookup.check()?;
    options.cascade.check()
}

/// Compares every subject in full.
pub(super) fn exhaustive(
    gallery: &Gallery,
    queries: &[Query],
    options: &Options<'_>,
    excluded: &Marks,
    clock: &Clock<'_>,
) -> Result<Vec<CandidateList>> {
    let asked = gallery.places() - excluded.count();
    let places = (0..gallery.places()).filter(|&place| !excluded.contains(place));
    let places: Vec<u32> = places.map(|place| place as u32).collect();
    let list = |query: &Query| {
        let part = clock.part(asked, asked);
        let found = runner::run(gallery, &places, options, &part, |subject| query.judge(subject))?;
        let reached = found.searched + found.not_comparable;
        Ok(CandidateList {
            candidates: query.candidates(gallery, &found.best, options)?,
            searched: found.searched,
            not_comparable: found.not_comparable,
            not_searched: asked - reached,
            complete: reached == asked,
            mode: Mode::Exhaustive,
            cascade: None,
            method: gallery.algorithm().method().clone(),
        })
    };
    queries.iter().map(list).collect()
}

/// Neighbouring queries of at most [`TOGETHER`] prints in all, or one of more.
pub(super) fn groups(queries: &[Query]) -> Vec<&[Query]> {
    let (mut groups, mut start, mut prints) = (Vec::new(), 0, 0);
    for (k, query) in queries.iter().enumerate() {
        prints += query.matchers().len();
        if k > start && prints > TOGETHER {
            groups.push(&queries[start..k]);
            (start, prints) = (k, query.matchers().len());
        }
    }
    if start < queries.len() {
        groups.push(&queries[start..]);
    }
    groups
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
