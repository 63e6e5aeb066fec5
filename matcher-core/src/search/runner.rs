//! Compares subjects in full: in pieces, on some threads, until done, cancelled or out of time.
//!
//! The answer depends on none of these as long as the search is complete: each piece keeps its best candidates under a
//! total order (score, then subject id), and merging such lists is the same in any order.

use super::clock::Part;
use super::options::Options;
use super::top::{Scored, Top};
use crate::error::Result;
use crate::gallery::{Gallery, Placed};

/// Subjects in a piece of work: enough to keep the cost of a piece small, few enough for all threads to have some.
const PIECE: usize = 16;

/// What became of one subject.
pub(super) enum Verdict {
    /// No print could be compared.
    NotComparable,
    /// The subject's score; 0 is no evidence.
    Score(f64),
}

/// The best subjects, and what became of all.
pub(super) struct Found<'g> {
    pub(super) best: Vec<Scored<&'g str>>,
    pub(super) searched: usize,
    pub(super) not_comparable: usize,
    /// How many from the first one on were reached, of each [`PIECE`] subjects.
    reached: Vec<usize>,
}

impl Found<'_> {
    /// Indexes of the subjects that were not reached.
    pub(super) fn not_reached(&self, subjects: usize) -> impl Iterator<Item = usize> {
        let pieces = self.reached.iter().enumerate();
        pieces.flat_map(move |(k, reached)| k * PIECE + reached..subjects.min((k + 1) * PIECE))
    }
}

struct Piece<'g> {
    top: Top<&'g str>,
    searched: usize,
    not_comparable: usize,
}

/// Judges the subjects at some places and keeps the best.
pub(super) fn run<'g>(
    gallery: &'g Gallery,
    places: &[u32],
    options: &Options<'_>,
    part: &Part<'_, '_>,
    judge: impl Fn(Placed<'g>) -> Result<Verdict> + Sync + Send,
) -> Result<Found<'g>> {
    let pieces: Vec<_> = places.chunks(PIECE).collect();
    let pieces = options.threads.map(&pieces, |piece| search_piece(gallery, piece, options, part, &judge))?;
    let mut found = Found { best: Vec::new(), searched: 0, not_comparable: 0, reached: Vec::new() };
    let mut top = Top::new(options.limit);
    for piece in pieces {
        let piece = piece?;
        found.searched += piece.searched;
        found.not_comparable += piece.not_comparable;
        found.reached.push(piece.searched + piece.not_comparable);
        top.merge(piece.top);
    }
    found.best = top.into_sorted();
    Ok(found)
}

fn search_piece<'g>(
    gallery: &'g Gallery,
    places: &[u32],
    options: &Options<'_>,
    part: &Part<'_, '_>,
    judge: &impl Fn(Placed<'g>) -> Result<Verdict>,
) -> Result<Piece<'g>> {
    let mut piece = Piece { top: Top::new(options.limit), searched: 0, not_comparable: 0 };
    for &place in places {
        if part.stops() {
            break;
        }
        let subject = gallery.placed(place as usize);
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
    part.add(piece.searched + piece.not_comparable);
    Ok(piece)
}
