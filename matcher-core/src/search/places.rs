//! A set of subjects by their places in the gallery, a bit each.

use crate::gallery::{Gallery, SubjectId};
use std::collections::HashSet;

/// Some of the subjects of a gallery.
#[derive(Clone, Debug)]
pub(super) struct Places {
    bits: Vec<u64>,
    count: usize,
}

impl Places {
    /// None yet, of so many.
    pub(super) fn none(subjects: usize) -> Self {
        Self { bits: vec![0; subjects.div_ceil(64)], count: 0 }
    }

    /// Those of these ids that are enrolled.
    pub(super) fn of(gallery: &Gallery, ids: &HashSet<SubjectId>) -> Self {
        let mut places = Self::none(if ids.is_empty() { 0 } else { gallery.len() });
        ids.iter().filter_map(|id| gallery.place(id)).for_each(|place| places.insert(place));
        places
    }

    pub(super) fn insert(&mut self, place: usize) {
        let word = &mut self.bits[place / 64];
        self.count += usize::from(*word >> (place % 64) & 1 == 0);
        *word |= 1 << (place % 64);
    }

    pub(super) fn contains(&self, place: usize) -> bool {
        self.bits.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }
}
