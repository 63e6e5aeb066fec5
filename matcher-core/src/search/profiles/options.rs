//! What a search of profiles looks at, and when it stops.

use crate::dna::{Category, Frequencies};
use crate::gallery::Asker;
use crate::units::Theta;
use crate::work::{Threads, Watch};
use std::collections::HashSet;
use std::time::Duration;

/// NRC II (1996) recommends 0.01 for most populations, and 0.03 for small isolated ones.
const DEFAULT_THETA: f64 = 0.01;

/// Options of a search of profiles; the default lists the best 100 on all cores.
pub struct ProfileOptions<'a> {
    /// The most candidates to list.
    pub limit: usize,
    /// Only profiles of these categories, where given; others are counted nowhere.
    pub categories: Option<HashSet<Category>>,
    /// Ids of profiles (in a gallery: of subjects) to leave out; they are counted nowhere.
    pub exclude: HashSet<String>,
    /// Frequencies of the population that the unknown person may come from: they rank hits with the same number of
    /// agreeing loci, and say how often such an agreement comes about by chance.
    pub frequencies: Option<&'a Frequencies>,
    /// The population's co-ancestry, for these chances; 0.01 unless said.
    pub theta: Theta,
    /// Of a gallery: who asks, and for which records; others are counted nowhere.
    pub asker: Asker,
    /// How many threads to use.
    pub threads: Threads,
    /// Stop after this time and answer with what was found.
    pub deadline: Option<Duration>,
    /// Who watches; a search that is told to stop answers with what was found.
    pub watch: Watch<'a>,
}

impl Default for ProfileOptions<'_> {
    fn default() -> Self {
        Self {
            limit: 100,
            categories: None,
            exclude: HashSet::new(),
            asker: Asker::default(),
            frequencies: None,
            theta: Theta::new(DEFAULT_THETA).unwrap_or(Theta::ZERO),
            threads: Threads::All,
            deadline: None,
            watch: Watch::default(),
        }
    }
}

impl ProfileOptions<'_> {
    /// The same on the calling thread, nobody watching.
    pub(super) fn on_one_thread(&self) -> ProfileOptions<'_> {
        ProfileOptions {
            categories: self.categories.clone(),
            exclude: self.exclude.clone(),
            asker: self.asker.clone(),
            threads: Threads::ONE,
            watch: Watch { cancel: self.watch.cancel, progress: None },
            ..*self
        }
    }

    /// Whether profiles of a category are looked at.
    pub(super) fn admits_category(&self, category: Option<Category>) -> bool {
        match &self.categories {
            None => true,
            Some(wanted) => category.is_some_and(|category| wanted.contains(&category)),
        }
    }
}
