//! Who is in a gallery twice, by prints.
//!
//! Ranges of subjects go against all that come after them, in tiles that some threads share. The memory of a range is
//! that of its prints expanded for the first stage, of a tile that of the search codes gathered for it: neither grows
//! with the gallery.

mod columns;
mod roster;
mod rows;
mod sample;
mod tile;

use super::checkpoint::Work;
use super::links::{LinkKind, Links};
use super::options::DuplicateOptions;
use super::pace::pairs;
use super::run::{Outcome, Walked, walk};
use crate::error::Result;
use crate::gallery::Gallery;
use crate::provenance::Method;
use crate::search::query::wanted_by;
use crate::search::{Mode, Positions};
use crate::simd::Level;
use roster::Roster;
use rows::rows;
use sample::Samples;
use std::ops::Range;
use tile::Tiles;

/// Raise it whenever any link may change though the method of comparison has not.
const VERSION: u32 = 1;

/// Pairs of prints of a range, about: some ten seconds, after which the checkpoint grows.
const RANGE: usize = 1_000_000_000;
/// Prints of a range at least: a print beside it is gathered once for all of them.
const FEWEST_ROWS: usize = 64;

/// How the work is divided; no answer depends on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Engine {
    pub(super) level: Level,
    /// Prints of a range at most: 33 kB each.
    pub(super) rows: usize,
    /// Prints that a tile has beside the range: their search codes, 140 kB, stay in the second cache for all its rows.
    pub(super) columns: usize,
    /// The same where all are compared in full: subjects of a range, and of a tile.
    pub(super) in_full: [u32; 2],
}

impl Engine {
    pub(super) fn standard() -> Self {
        Self { level: Level::active(), rows: 512, columns: 256, in_full: [64, 16] }
    }
}

/// Finds the subjects of a gallery who are there twice, under two ids, by their prints: every pair of subjects once.
///
/// # Method
/// As a search with the prints of the subject with the lesser id: see [`search`](crate::search::search) for how several
/// prints and fingers count, and [`DuplicateStages`](super::DuplicateStages) for the stages. A link is a pair of subjects
/// whose score reaches [`DuplicateOptions::min_score`].
///
/// The links do not depend on the order or layout of the gallery, on threads, or on whether the work was stopped and taken
/// up again.
///
/// # Limits
/// The time grows with the square of the gallery, the memory does not: 20 bytes a subject and 16 a print, beside the
/// gallery. Where [`DuplicateOptions::min_score`] lies below what the stages are for, more is lost.
///
/// # Errors
/// [`Error::Invalid`](crate::Error::Invalid) for a number that is out of its range, and for a checkpoint of other work;
/// what keeps the gallery or the checkpoint from being read or written.
///
/// # Examples
/// See [`Links`].
pub fn find_duplicate_prints(gallery: &Gallery, options: &DuplicateOptions<'_>) -> Result<Links> {
    find(gallery, options, Engine::standard())
}

/// The same, divided in a way on which no answer depends.
pub(super) fn find(gallery: &Gallery, options: &DuplicateOptions<'_>, engine: Engine) -> Result<Links> {
    options.check()?;
    gallery.reading(|gallery| {
        // Left out before anything is counted: what may not be seen changes neither a link nor a number.
        let left_out = gallery.left_out(&options.excluded(), &options.asker)?;
        let roster = Roster::new(gallery, &left_out)?;
        let has_codes = roster.len() == 0 || !roster.all().is_empty();
        let mode = match options.mode {
            Mode::Fast | Mode::Indexed if has_codes => Mode::Fast,
            _ => Mode::Exhaustive,
        };
        let walked = match mode {
            Mode::Exhaustive => in_full(&roster, options, engine)?,
            _ => by_stages(&roster, options, engine)?,
        };
        let subjects = roster.len();
        Ok(Links {
            kind: LinkKind::Prints,
            edges: Links::named(walked.links, |rank| roster.subject(rank).id()),
            found: walked.counts.found as usize,
            searched: walked.done as usize,
            not_comparable: roster.not_comparable,
            not_searched: subjects - walked.done as usize,
            pairs: pairs(subjects),
            pairs_searched: walked.pairs,
            complete: walked.done as usize == subjects,
            mode,
            stages: (mode == Mode::Fast).then_some(walked.counts.stages),
            method: gallery.algorithm().method().clone(),
        })
    })
}

/// Through the stages.
fn by_stages(roster: &Roster<'_>, options: &DuplicateOptions<'_>, engine: Engine) -> Result<Walked> {
    let factors = options.stages.cascade().factors();
    let wanted = |slot| wanted_by(roster.position(slot), options.positions);
    let samples = Samples::choose(roster, &options.stages, wanted, &factors)?;
    let tiles = Tiles { roster, options, level: engine.level, factors: Some(factors) };
    let rows_of_range = engine.rows.min((RANGE / roster.all().len().max(1)).max(FEWEST_ROWS));
    let next = |start| roster.end(start, rows_of_range);
    let part = |start| roster.end(start, engine.columns);
    let stages = (engine.level, &options.stages);
    walk(
        roster.len(),
        options,
        || work(roster, options, Mode::Fast),
        next,
        |range, pace| {
            let rows =
                rows(roster, range.clone(), options.positions, stages, Some(&samples), options.threads)?;
            compared(&tiles, &rows, &parts(range.start, roster.len(), part), pace)
        },
    )
}

/// Every pair in full.
fn in_full(roster: &Roster<'_>, options: &DuplicateOptions<'_>, engine: Engine) -> Result<Walked> {
    let tiles = Tiles { roster, options, level: engine.level, factors: None };
    let last = roster.len() as u32;
    let [next, part] = engine.in_full.map(|many| move |start: u32| last.min(start.saturating_add(many)));
    let stages = (engine.level, &options.stages);
    walk(
        roster.len(),
        options,
        || work(roster, options, Mode::Exhaustive),
        next,
        |range, pace| {
            let rows = rows(roster, range.clone(), options.positions, stages, None, options.threads)?;
            compared(&tiles, &rows, &parts(range.start, roster.len(), part), pace)
        },
    )
}

/// The tiles from a rank on.
fn parts(start: u32, subjects: usize, end: impl Fn(u32) -> u32) -> Vec<Range<u32>> {
    let mut parts = Vec::new();
    let mut start = start;
    while (start as usize) < subjects {
        let part = start..end(start);
        start = part.end;
        parts.push(part);
    }
    parts
}

/// Compares a range with its tiles, on some threads.
fn compared(
    tiles: &Tiles<'_, '_>,
    rows: &[rows::Row],
    parts: &[Range<u32>],
    pace: &super::pace::Pace<'_>,
) -> Result<Outcome> {
    let outcomes = tiles.options.threads.map(parts, |part| -> Result<Option<Outcome>> {
        if pace.stops() {
            return Ok(None);
        }
        let outcome = tiles.compare(rows, part.clone())?;
        pace.done(outcome.pairs);
        Ok(Some(outcome))
    })?;
    let mut all = Outcome::new(tiles.options.limit);
    for outcome in outcomes {
        outcome?.into_iter().for_each(|outcome| all.merge(outcome));
    }
    Ok(all)
}

/// What the links depend on.
fn work(roster: &Roster<'_>, options: &DuplicateOptions<'_>, mode: Mode) -> Result<Work> {
    let stages = match mode {
        Mode::Exhaustive => format!("none/{VERSION}"),
        _ => Method::new("stages", VERSION, &options.stages).to_string(),
    };
    let positions = if options.positions == Positions::Same { "same" } else { "any" };
    let work = options.work(LinkKind::Prints).and("mode", mode.name()).and("stages", stages);
    let work = work.and("positions", positions).and("method", roster.gallery().algorithm().method());
    Ok(work.and("gallery", format!("{} subjects, digest {}", roster.len(), roster.digest()?)))
}

#[cfg(test)]
#[path = "../prints_tests.rs"]
mod tests;
