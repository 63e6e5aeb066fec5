//! What a search for relatives looks at, and when it stops.

use crate::dna::Category;
use crate::dna::kinship::Model;
use crate::gallery::Asker;
use crate::work::{Threads, Watch};
use std::collections::HashSet;
use std::time::Duration;

/// Options of a search for relatives; the default lists the best 100 on all cores.
pub struct RelativeOptions<'a> {
    /// The most candidates to list.
    pub limit: usize,
    /// The least logarithm to base 10 of the likelihood ratio that is listed.
    pub min_log10_lr: Option<f64>,
    /// Theta, mutation and the rest of what is assumed. Drop-out is of the relatives' profiles.
    pub model: Model,
    /// Only profiles of these categories, where given; others are counted nowhere.
    pub categories: Option<HashSet<Category>>,
    /// Ids of profiles (in a gallery: of subjects) to leave out; they are counted nowhere.
    pub exclude: HashSet<String>,
    /// Of a gallery: who asks, and for which records; others are counted nowhere.
    pub asker: Asker,
    /// How many threads to use.
    pub threads: Threads,
    /// Stop after this time and answer with what was found.
    pub deadline: Option<Duration>,
    /// Who watches; a search that is told to stop answers with what was found.
    pub watch: Watch<'a>,
}

impl Default for RelativeOptions<'_> {
    fn default() -> Self {
        Self {
            limit: 100,
            min_log10_lr: None,
            model: Model::default(),
            categories: None,
            exclude: HashSet::new(),
            asker: Asker::default(),
            threads: Threads::All,
            deadline: None,
            watch: Watch::default(),
        }
    }
}
