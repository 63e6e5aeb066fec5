//! What a search may look at, and when it stops.

use crate::gallery::SubjectId;
use crate::work::{Threads, Watch};
use std::collections::HashSet;
use std::time::Duration;

/// Which fingers are compared with each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Positions {
    /// Prints of the same finger, and those whose position is not known.
    #[default]
    Same,
    /// All prints.
    Any,
}

/// Options of a search; the default asks for the best 20 on all cores.
pub struct Options<'a> {
    /// The most candidates to list.
    pub limit: usize,
    /// The lowest score to list; a score of 0 is never listed.
    pub min_score: Option<f64>,
    /// Which fingers are compared.
    pub positions: Positions,
    /// Subjects to leave out; they are counted nowhere.
    pub exclude: HashSet<SubjectId>,
    /// How many threads to use.
    pub threads: Threads,
    /// Stop after this time and answer with what was found.
    pub deadline: Option<Duration>,
    /// Who watches; a search that is told to stop answers with what was found.
    pub watch: Watch<'a>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            limit: 20,
            min_score: None,
            positions: Positions::Same,
            exclude: HashSet::new(),
            threads: Threads::All,
            deadline: None,
            watch: Watch::default(),
        }
    }
}
