//! What stands beside the rows of a segment: how many profiles of which kind there are, and the profiles that their rows
//! do not say whole.

use super::kept::Kept;
use crate::dna::{Category, LocusSet};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// Of a row without a profile.
pub(super) const NOBODY: u16 = u16::MAX;

/// What decides whether a profile can be compared, its genotypes left aside: profiles of one kind are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Kind {
    /// Columns of which something is known.
    pub(crate) known: LocusSet,
    /// Columns in which every allele is designated.
    pub(crate) designated: LocusSet,
    /// The role of the specimen.
    pub(crate) category: Option<Category>,
    /// Whether the row does not say all of its profile.
    pub(crate) kept: bool,
    /// Whether the row cannot be searched: it holds what no pair can, or is of a mixture.
    pub(crate) odd: bool,
}

/// The kinds of the rows, and what is kept of some.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Side {
    /// The kinds, each with the number of rows.
    pub(super) counts: Vec<(Kind, u32)>,
    /// Places in `counts` whose kinds have no rows any more.
    vacant: Vec<u16>,
    /// Profiles that their rows do not say whole; a file has them apart.
    #[serde(skip)]
    pub(super) kept: Kept,
    /// Rows that cannot be searched.
    pub(super) odd: BTreeSet<u32>,
    /// Where each kind that has rows stands in `counts`; made when the first row comes.
    #[serde(skip)]
    numbers: HashMap<Kind, u16>,
}

impl Side {
    /// Counts a row of a kind, and tells the number of the kind.
    pub(super) fn add(&mut self, kind: Kind) -> u16 {
        let (counts, vacant) = (&mut self.counts, &mut self.vacant);
        let number = *self.numbers.entry(kind).or_insert_with(|| {
            let number = vacant.pop().unwrap_or(counts.len() as u16); // at most as many kinds as rows, 16,384
            counts.resize(counts.len().max(usize::from(number) + 1), (kind, 0));
            counts[usize::from(number)].0 = kind;
            number
        });
        self.counts[usize::from(number)].1 += 1;
        number
    }

    /// Forgets a row of the kind of this number, and what is kept of it.
    pub(super) fn remove(&mut self, at: u32, number: u16) {
        let (kind, count) = &mut self.counts[usize::from(number)];
        *count -= 1;
        if *count == 0 {
            self.numbers.remove(kind);
            self.vacant.push(number);
        }
        self.kept.remove(at);
        self.odd.remove(&at);
    }

    /// Whether it can be what stands beside rows of these kinds, whose profiles a panel of so many columns holds.
    pub(super) fn fits(&self, kinds: &[u16], columns: usize) -> bool {
        let mut counts = vec![0; self.counts.len()];
        let known = |&number: &u16| {
            let count = counts.get_mut(usize::from(number));
            number == NOBODY || count.map(|count| *count += 1).is_some()
        };
        let mut rows = self.kept.rows().chain(self.odd.iter().map(|&row| row as usize));
        let beyond = if columns < 64 { !0 << columns } else { 0 };
        kinds.iter().all(known)
            && self.counts.iter().zip(counts).all(|((_, said), count)| *said == count)
            && self.counts.iter().all(|(kind, _)| (kind.known | kind.designated) & beyond == 0)
            && self.kept.fits(kinds.len())
            && rows.all(|row| kinds.get(row).is_some_and(|&number| number != NOBODY))
    }
}
