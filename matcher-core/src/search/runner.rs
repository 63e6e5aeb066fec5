//! Runs a search over a gallery's subjects: in pieces, on some threads, until done, cancelled or out of time.
//!
//! The answer depends on none of these as long as the search is complete: each piece keeps its best candidates under a
//! total order (score, then subject id), and merging such lists is the same in any order.

use super::options::Options;
use super::top::{Scored, Top};
use crate::error::Result;
use crate::gallery::{Subject, SubjectId};
use crate::work::Counter;
use std::time::Instant;

/// Subjects in a piece of work.
const PIECE: usize = 256;
/// Subjects between two calls of the progress function.
const STRIDE: usize = 16;

/// What became of one subject.
pub(super) enum Verdict {
    /// No print could be compared.
    NotComparable,
    /// The subject's score; 0 is no evidence.
    Score(f64),
}

/// The best subjects, and what became of all.
pub(super) struct Found<'g> {
    pub(super) best: Vec<Scored<&'g SubjectId>>,
    pub(super) searched: usize,
    pub(super) not_comparable: usize,
    pub(super) not_searched: usize,
}

struct Piece<'g> {
    top: Top<&'g SubjectId>,
    searched: usize,
    not_comparable: usize,
}

/// Judges every subject that is not excluded and keeps the best.
pub(super) fn run<'g>(
    subjects: &'g [Subject],
    options: &Options<'_>,
    judge: impl Fn(&'g Subject) -> Result<Verdict> + Sync + Send,
) -> Result<Found<'g>> {
    let started = Instant::now();
    // Left out before anything is counted: what may not be seen changes neither an answer nor how complete it is.
    let excluded = if options.exclude.is_empty() {
        0
    } else {
        subjects.iter().filter(|subject| options.exclude.contains(subject.id())).count()
    };
    let asked = subjects.len() - excluded;
    let clock = Clock { started, counter: options.watch.counter(asked), options };
    let pieces: Vec<&'g [Subject]> = subjects.chunks(PIECE).collect();
    let pieces = options.threads.map(&pieces, |piece| search_piece(piece, options, &clock, &judge))?;

    let mut found = Found { best: Vec::new(), searched: 0, not_comparable: 0, not_searched: asked };
    let mut top = Top::new(options.limit);
    for piece in pieces {
        let piece = piece?;
        found.searched += piece.searched;
        found.not_comparable += piece.not_comparable;
        found.not_searched -= piece.searched + piece.not_comparable;
        top.merge(piece.top);
    }
    found.best = top.into_sorted();
    Ok(found)
}

fn search_piece<'g>(
    subjects: &'g [Subject],
    options: &Options<'_>,
    clock: &Clock<'_>,
    judge: &impl Fn(&'g Subject) -> Result<Verdict>,
) -> Result<Piece<'g>> {
    let mut piece = Piece { top: Top::new(options.limit), searched: 0, not_comparable: 0 };
    for stride in subjects.chunks(STRIDE) {
        let mut judged = 0;
        for subject in stride {
            if clock.stops() {
                return Ok(piece);
            }
            if options.exclude.contains(subject.id()) {
                continue;
            }
            judged += 1;
            match judge(subject)? {
                Verdict::NotComparable => piece.not_comparable += 1,
                Verdict::Score(score) => {
                    piece.searched += 1;
                    if score > 0.0 && options.min_score.is_none_or(|min| score >= min) {
                        piece.top.offer(Scored { score, key: subject.id() });
                    }
                }
            }
        }
        clock.counter.add(judged);
    }
    Ok(piece)
}

/// Knows when to stop.
struct Clock<'a> {
    started: Instant,
    counter: Counter<'a>,
    options: &'a Options<'a>,
}

impl Clock<'_> {
    /// Whether the search was cancelled or its time is up.
    fn stops(&self) -> bool {
        self.counter.cancelled()
            || self.options.deadline.is_some_and(|deadline| self.started.elapsed() >= deadline)
    }
}
