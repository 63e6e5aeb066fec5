//! What a search may look at, and when it stops.

use super::cascade::{Cascade, Mode};
use super::index::Lookup;
use crate::gallery::{Asker, SubjectId};
use crate::units::Angle;
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
    /// How the gallery is gone through.
    pub mode: Mode,
    /// The parameters of the fast search.
    pub cascade: Cascade,
    /// The parameters of a search by index.
    pub lookup: Lookup,
    /// The most that the finger may be turned against the enrolled one, either way, where that is known: minutiae whose
    /// directions differ by more do not count in the first stage of a fast search, so that it loses less. Leave room
    /// for the noise of directions, 15 degrees or more. `None`, and half a turn and more: any rotation.
    pub max_rotation: Option<Angle>,
    /// Which fingers are compared.
    pub positions: Positions,
    /// Subjects to leave out; they are counted nowhere.
    pub exclude: HashSet<SubjectId>,
    /// Who asks, and for which records: others are counted nowhere.
    pub asker: Asker,
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
            mode: Mode::Fast,
            cascade: Cascade::default(),
            lookup: Lookup::default(),
            max_rotation: None,
            positions: Positions::Same,
            exclude: HashSet::new(),
            asker: Asker::default(),
            threads: Threads::All,
            deadline: None,
            watch: Watch::default(),
        }
    }
}
