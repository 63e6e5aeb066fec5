//! What all against all answers: pairs that belong together, best first, and how much was looked at.

use super::config::StageCounts;
use super::found::Found;
use crate::provenance::Method;
use crate::search::cascade::Mode;
use serde::{Deserialize, Serialize};

/// What was compared with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// Subjects of a gallery, by their prints.
    Prints,
    /// Subjects of a gallery, by their DNA profiles.
    Dna,
    /// Profiles of a table, which have no subject: ids may come twice, so rows tell them apart.
    Table,
}

impl LinkKind {
    /// The name in reports: `fingerprint` or `dna`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prints => "fingerprint",
            Self::Dna | Self::Table => "dna",
        }
    }

    /// What the scores are: `comparison` or `agreeing_loci`.
    pub const fn score_kind(self) -> &'static str {
        match self {
            Self::Prints => "comparison",
            Self::Dna | Self::Table => "agreeing_loci",
        }
    }
}

/// Two subjects that are likely the same person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The subject with the lesser id; of a table, the profile in the earlier row.
    pub a: String,
    /// The other one.
    pub b: String,
    /// How well they agree: the comparison score, summed over fingers, or the number of loci that agree.
    pub score: f64,
    /// What it is made of: finger pairs that count, or loci that agree.
    pub agreeing: usize,
    /// Where to look first: the index of the print or profile of each that agrees best, among those of the subject; of a
    /// table, the rows.
    pub records: [usize; 2],
}

/// Pairs of subjects that likely are the same person, and how much was looked at. Not searched, not comparable and no
/// link are three different answers.
///
/// # Examples
/// ```
/// use matcher_core::gallery::{Gallery, SubjectId};
/// use matcher_core::search::{DuplicateOptions, find_duplicate_prints};
/// use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
/// let simulator = FingerSimulator::new(7, FingerprintConfig::default())?;
/// let mut gallery = Gallery::in_memory();
/// for (id, finger) in [("alias", 3), ("first", 1), ("second", 2), ("third", 3)] {
///     let print = simulator.impressions(finger, 2).remove(usize::from(id == "alias"));
///     gallery.enrol(SubjectId::new(id)?, vec![print])?;
/// }
/// let links = find_duplicate_prints(&gallery, &DuplicateOptions::default())?;
/// assert_eq!((links.edges[0].a.as_str(), links.edges[0].b.as_str()), ("alias", "third"));
/// assert_eq!(links.clusters(None), [["alias", "third"]]);
/// assert!(links.complete && links.pairs == 6 && links.pairs_searched == 6);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Links {
    /// What was compared.
    pub kind: LinkKind,
    /// The best ones, best first; equal scores by the ids.
    pub edges: Vec<Link>,
    /// How many there are, listed or not.
    pub found: usize,
    /// Subjects that were compared with all that come after them.
    pub searched: usize,
    /// Subjects that cannot be compared with anybody: no print with enough minutiae, or no profile that the rule takes.
    pub not_comparable: usize,
    /// Subjects that were not compared with all that come after them, because the work was cancelled or its time was up.
    pub not_searched: usize,
    /// Pairs of subjects that were to be compared.
    pub pairs: u64,
    /// How many of these were.
    pub pairs_searched: u64,
    /// Whether all were.
    pub complete: bool,
    /// How the pairs were gone through. DNA loses nothing and is always exhaustive; so are prints of a method without
    /// search codes.
    pub mode: Mode,
    /// How many came through the stages; `None` where there are none.
    pub stages: Option<StageCounts>,
    /// The method of comparison.
    pub method: Method,
}

impl Links {
    /// Names what was found by rank.
    pub(in crate::search) fn named<'n>(
        best: impl IntoIterator<Item = Found>,
        name: impl Fn(u32) -> &'n str,
    ) -> Vec<Link> {
        let named = |found: Found| Link {
            a: name(found.a).to_owned(),
            b: name(found.b).to_owned(),
            score: found.score,
            agreeing: found.agreeing as usize,
            records: found.records.map(|record| record as usize),
        };
        best.into_iter().map(named).collect()
    }
}
