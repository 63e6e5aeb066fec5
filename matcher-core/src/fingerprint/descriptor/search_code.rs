//! The search code of a print: its best minutiae by the first half of their codes, for the first pass of a search.

use super::described::{Code, Described};
use crate::simd::nearest::{COLUMNS, Panel, Rows, tag};

/// The most minutiae in a search code.
pub const SEARCH_MINUTIAE: usize = COLUMNS;

/// The best 32 minutiae of a print by quality, 128 bits and a direction each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchCode {
    codes: Vec<([u8; 16], u8)>,
}

impl SearchCode {
    /// Takes the minutiae of the best quality; equal ones, and those of no stated quality, in the order of their codes.
    pub(in crate::fingerprint) fn of(described: &Described) -> Option<Self> {
        let Code::Learned(codes) = described.code() else { return None };
        let points = described.points();
        let best = described.best_places(SEARCH_MINUTIAE);
        let search_code = |&k: &usize| {
            let mut first = [0; 16];
            for (bytes, word) in first.as_chunks_mut::<4>().0.iter_mut().zip(&codes[k]) {
                *bytes = word.to_le_bytes();
            }
            (first, tag((points[k].direction.steps() >> 9) as u8))
        };
        Some(Self { codes: best.iter().map(search_code).collect() })
    }

    /// How many minutiae it has.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The codes of its minutiae as two words each.
    pub(crate) fn words(&self) -> Vec<[u64; 2]> {
        self.codes.iter().map(|(code, _)| words(code)).collect()
    }

    /// As the rows that a gallery is searched with; `None` without minutiae.
    pub fn rows(&self) -> Option<Rows> {
        Rows::new(&self.codes).ok()
    }

    /// As it lies in a gallery: the codes, and the tags of those that are there.
    pub fn panel(&self) -> (Panel, [u8; COLUMNS]) {
        let (mut codes, mut tags) = ([[0; 16]; COLUMNS], [0; COLUMNS]);
        for (k, &(code, tag)) in self.codes.iter().enumerate() {
            (codes[k], tags[k]) = (code, tag);
        }
        (Panel::from_codes(&codes), tags)
    }
}

/// A code as two words, the first eight bytes in the first one.
pub(crate) fn words(code: &[u8; 16]) -> [u64; 2] {
    let (words, _) = code.as_chunks::<8>();
    [u64::from_le_bytes(words[0]), u64::from_le_bytes(words[1])]
}
