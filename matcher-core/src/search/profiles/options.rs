//! What a search of profiles looks at, and when it stops.

use crate::dna::Category;
use crate::work::{Threads, Watch};
use std::collections::HashSet;
use std::time::Duration;

/// Options of a search of profiles; the default lists the best 100 on all cores.
pub struct ProfileOptions<'a> {
    /// The most candidates to list.
    pub limit: usize,
    /// Only profiles of these categories, where given; others are counted nowhere.
    pub categories: Option<HashSet<Category>>,
    /// Ids of profiles to leave out; they are counted nowhere.
    pub exclude: HashSet<String>,
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
            threads: Threads::All,
            deadline: None,
            watch: Watch::default(),
        }
    }
}

impl ProfileOptions<'_> {
    /// Whether profiles of a category are looked at.
    pub(super) fn admits_category(&self, category: Option<Category>) -> bool {
        match &self.categories {
            None => true,
            Some(wanted) => category.is_some_and(|category| wanted.contains(&category)),
        }
    }
}
