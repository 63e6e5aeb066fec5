//! A link by ranks: the subjects stand in the order of their ids, and their numbers in it are the ranks.

use crate::search::top::{Scored, Top};

/// Two subjects that are likely the same person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::search) struct Found {
    /// The rank of the one with the lesser id.
    pub(in crate::search) a: u32,
    pub(in crate::search) b: u32,
    pub(in crate::search) score: f64,
    /// Finger pairs that count, or loci that agree.
    pub(in crate::search) agreeing: u32,
    /// The index of the print or profile of each that agrees best.
    pub(in crate::search) records: [u32; 2],
}

/// What equal scores are decided by, and what goes with them; the ids alone decide, because a pair comes once.
type Key = ([u32; 2], u32, [u32; 2]);

/// The best of what was found.
#[derive(Clone, Debug)]
pub(in crate::search) struct Best(Top<Key>);

impl Best {
    /// Nothing yet; so many at most are kept.
    pub(in crate::search) fn new(limit: usize) -> Self {
        Self(Top::new(limit))
    }

    /// Keeps a link where it is among the best.
    pub(in crate::search) fn keep(&mut self, link: Found) {
        let Found { a, b, score, agreeing, records } = link;
        self.0.offer(Scored { score, key: ([a, b], agreeing, records) });
    }

    /// Adds what was found elsewhere.
    pub(in crate::search) fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
    }

    /// Best first.
    pub(in crate::search) fn into_sorted(self) -> Vec<Found> {
        let found = |Scored { score, key: ([a, b], agreeing, records) }: Scored<Key>| Found {
            a,
            b,
            score,
            agreeing,
            records,
        };
        self.0.into_sorted().into_iter().map(found).collect()
    }
}
