//! What all against all may look at, and when it stops.

use super::checkpoint::Work;
use super::config::DuplicateStages;
use super::links::LinkKind;
use crate::dna::Category;
use crate::error::{Error, Result};
use crate::gallery::{Asker, SubjectId};
use crate::provenance::Method;
use crate::search::{Mode, Positions};
use crate::work::{Threads, Watch};
use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

/// Options of all against all; the default lists the best 10,000 links, on all cores.
///
/// What is only of prints, or only of DNA, says so and is not looked at by the other.
pub struct DuplicateOptions<'a> {
    /// The most links to list; all are counted.
    pub limit: usize,
    /// The least score of a link; a score of 0 is none. `None`: of prints
    /// [`DECISION_THRESHOLD`](crate::fingerprint::matcher::DECISION_THRESHOLD) for each pair of fingers that counts, of DNA
    /// whatever meets the rule.
    ///
    /// Among so many pairs chance is no stranger: of `n` pairs of single prints about `n * 10^(-score / 10)` reach a score
    /// where nobody is there twice, as far as the model's scale fits the prints.
    pub min_score: Option<f64>,
    /// Of prints: which fingers are compared.
    pub positions: Positions,
    /// Of prints: fast goes through the stages, exhaustive compares every pair of subjects in full. An index is
    /// not used: `Indexed` is as `Fast`.
    pub mode: Mode,
    /// Of prints: the parameters of the stages.
    pub stages: DuplicateStages,
    /// Of DNA: only profiles of these categories, where given; others are counted nowhere.
    pub categories: Option<HashSet<Category>>,
    /// Ids of subjects (of a table: of profiles) to leave out; they are counted nowhere.
    pub exclude: HashSet<String>,
    /// Of a gallery: who asks, and for which records; others are counted nowhere.
    pub asker: Asker,
    /// A file that the work goes on from where it was stopped or killed, and that is made where there is none. It grows by
    /// what is done about every second or minute; a file of other work is refused. Who may read it sees nobody's id and no
    /// print.
    pub checkpoint: Option<&'a Path>,
    /// How many threads to use.
    pub threads: Threads,
    /// Stop after this time and answer with what was found.
    pub deadline: Option<Duration>,
    /// Who watches, in pairs of subjects (of DNA: of profiles); work that was done before counts as done. Work that is
    /// told to stop answers with what was found.
    pub watch: Watch<'a>,
}

impl Default for DuplicateOptions<'_> {
    fn default() -> Self {
        Self {
            limit: 10_000,
            min_score: None,
            positions: Positions::Same,
            mode: Mode::Fast,
            stages: DuplicateStages::default(),
            categories: None,
            exclude: HashSet::new(),
            asker: Asker::default(),
            checkpoint: None,
            threads: Threads::All,
            deadline: None,
            watch: Watch::default(),
        }
    }
}

impl DuplicateOptions<'_> {
    /// Checks the numbers.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the value that is out of its range.
    pub(in crate::search) fn check(&self) -> Result<()> {
        if self.min_score.is_some_and(f64::is_nan) {
            return Err(Error::invalid("duplicates", "min_score", "NaN", "a number"));
        }
        self.stages.check()
    }

    /// What links of any kind depend on, the gallery or table apart.
    pub(in crate::search) fn work(&self, kind: LinkKind) -> Work {
        let mut excluded: Vec<&String> = self.exclude.iter().collect();
        excluded.sort_unstable();
        let mut categories: Vec<String> = self.categories.iter().flatten().map(ToString::to_string).collect();
        categories.sort_unstable();
        let categories = if self.categories.is_some() { categories.join(" ") } else { "all".to_owned() };
        // Whom it leaves out and who asks are nobody's business who reads the file.
        let seen = Method::new("asker", 1, &(excluded, format!("{:?}", self.asker))).config;
        let min_score = self.min_score.map_or("default".to_owned(), |score| score.to_string());
        let work = Work::default().and("kind", kind.name()).and("limit", self.limit);
        let work = work.and("min_score", min_score).and("categories", categories);
        work.and("viewer, tags and excluded ids", format!("digest {seen}"))
    }

    /// The subjects to leave out; what is no id of a subject is nobody's.
    pub(in crate::search) fn excluded(&self) -> Vec<SubjectId> {
        self.exclude.iter().filter_map(|id| SubjectId::new(id).ok()).collect()
    }

    /// Whether profiles of a category are looked at.
    pub(in crate::search) fn admits_category(&self, category: Option<Category>) -> bool {
        match &self.categories {
            None => true,
            Some(wanted) => category.is_some_and(|category| wanted.contains(&category)),
        }
    }
}
