//! Draws the lines through what all parts say, and puts their lists together.

use super::super::candidates::CandidateList;
use super::merge;
use super::messages::{Decided, Said, Spread, Step};
use super::upper::{Upper, line};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// What a part says after a stage, for each query. It holds what stands in candidate lists at the end, and no print.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartSays(pub(super) Vec<Said>);

/// What all parts are told, for each query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision(pub(super) Vec<Decided>);

impl PartSays {
    /// As bytes, to be sent.
    ///
    /// # Errors
    /// None that is known; what serde says.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        bytes("what a part says", self)
    }

    /// From bytes.
    ///
    /// # Errors
    /// [`Error::Invalid`]: they are not what [`PartSays::to_bytes`] makes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        parsed("what a part says", bytes)
    }
}

impl Decision {
    /// As bytes, to be sent.
    ///
    /// # Errors
    /// None that is known; what serde says.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        bytes("a decision", self)
    }

    /// From bytes.
    ///
    /// # Errors
    /// [`Error::Invalid`]: they are not what [`Decision::to_bytes`] makes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        parsed("a decision", bytes)
    }
}

fn bytes(what: &str, of: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(of).map_err(|e| Error::invalid(what, "bytes", e, "what can be written"))
}

fn parsed<'b, T: Deserialize<'b>>(what: &str, bytes: &'b [u8]) -> Result<T> {
    // The reason of serde may quote what stands there.
    let wrong = |e: serde_json::Error| {
        let value = format!("wrong in line {}, column {}", e.line(), e.column());
        Error::invalid(what, "bytes", value, "those of this version of the library")
    };
    serde_json::from_slice(bytes).map_err(wrong)
}

/// A search over parts of a gallery, seen from where their answers come together.
///
/// # Method
/// See [`PartSearch`](super::PartSearch). The lines of a fast search are drawn through the values of all parts: a print
/// passes where it would in a gallery that holds all of them. Candidates are ranked by score, then by id.
///
/// # Examples
/// ```
/// use matcher_core::gallery::{Gallery, SubjectId};
/// use matcher_core::search::{Gathering, Options, PartSearch, search};
/// use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
/// use matcher_core::work::Watch;
/// let simulator = FingerSimulator::new(7, FingerprintConfig::default())?;
/// let [mut here, mut there, mut whole] = [(); 3].map(|()| Gallery::in_memory());
/// for finger in 0..6 {
///     let (id, prints) = (SubjectId::new(&format!("S{finger}"))?, simulator.impressions(finger, 1));
///     if finger % 2 == 0 { &mut here } else { &mut there }.enrol(id.clone(), prints.clone())?;
///     whole.enrol(id, prints)?;
/// }
/// let probes = [simulator.impressions(3, 2).split_off(1)];
/// let options = Options::default();
///
/// let mut gathering = Gathering::default();
/// let (mut parts, mut said) = (Vec::new(), Vec::new());
/// for part in [&here, &there] {
///     let (part, says) = PartSearch::begin(part, &probes, &options, 3)?; // 3 prints in the other part
///     parts.push(part);
///     said.push(says);
/// }
/// while let Some(decision) = gathering.decide(&said)? {
///     let went_on = parts.iter_mut().map(|part| part.go_on(&decision, None, Watch::default()));
///     said = went_on.collect::<Result<_, _>>()?;
/// }
/// assert_eq!(gathering.lists()?, [search(&whole, &probes[0], &options)?]);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Gathering {
    queries: Vec<Gathered>,
    missing: usize,
}

/// One query.
#[derive(Clone, Debug, Default)]
struct Gathered {
    /// How many pass the second stage, ties aside.
    most: usize,
    list: Option<CandidateList>,
}

impl Gathering {
    /// What the parts are told next; `None`: all queries have been listed.
    ///
    /// Parts that do not answer any more may be left out from one stage to the next; say so to [`Gathering::missing`].
    ///
    /// # Errors
    /// [`Error::Invalid`]: there is no part, or the parts were not asked the same, or are not at the same stage.
    pub fn decide(&mut self, said: &[PartSays]) -> Result<Option<Decision>> {
        let Some(first) = said.first() else {
            return Err(Error::invalid("parts of a search", "number", 0, "1 or more"));
        };
        let queries = first.0.len();
        if let Some(other) = said.iter().find(|part| part.0.len() != queries) {
            return Err(Error::invalid("parts of a search", "queries", other.0.len(), queries));
        }
        self.queries.resize_with(queries, Gathered::default);
        let decide = |(k, query): (usize, &mut Gathered)| {
            let said: Vec<&Said> = said.iter().map(|part| &part.0[k]).collect();
            query.decide(&said)
        };
        let decided: Vec<Decided> = self.queries.iter_mut().enumerate().map(decide).collect::<Result<_>>()?;
        let ended = decided.iter().all(|decided| *decided == Decided::Finished);
        Ok((!ended).then_some(Decision(decided)))
    }

    /// Notes that parts with so many subjects were not searched: no answer is complete then.
    pub fn missing(&mut self, subjects: usize) {
        self.missing = self.missing.saturating_add(subjects.max(1));
    }

    /// The answers, one for each query, once [`Gathering::decide`] said that all have been listed.
    ///
    /// # Errors
    /// [`Error::Invalid`]: they have not.
    pub fn lists(self) -> Result<Vec<CandidateList>> {
        let missing = self.missing;
        let list = |query: Gathered| {
            let early = || Error::invalid("parts of a search", "answer", "not there yet", "the last stage");
            let mut list = query.list.ok_or_else(early)?;
            if missing > 0 {
                list.not_searched = list.not_searched.saturating_add(missing);
                list.complete = false;
                if let Some(report) = &mut list.cascade {
                    report.loss = None;
                }
            }
            Ok(list)
        };
        self.queries.into_iter().map(list).collect()
    }
}

impl Gathered {
    fn decide(&mut self, said: &[&Said]) -> Result<Decided> {
        let asked = &said[0].asked;
        said.iter().try_for_each(|part| asked.check_same(&part.asked))?;
        if let Some(looked) = all(said, |step| if let Step::Looked(l) = step { Some(l) } else { None }) {
            return looks(&looked);
        }
        if let Some(ranked) = all(said, |step| if let Step::Ranked(r) = step { Some(r) } else { None }) {
            let count = ranked
                .iter()
                .fold(0usize, |sum, part: &&Upper| sum.saturating_add(part.count).saturating_add(part.left));
            let passes = asked.cascade.subject_code_passes(asked.effort, count);
            self.most = asked.cascade.subject_relaxed_passes(asked.effort, count);
            return Ok(match line(ranked.iter().copied(), passes) {
                None => Decided::More(count),
                Some((threshold, passed)) => Decided::Ranked { threshold, all: passed <= self.most },
            });
        }
        if let Some(relaxed) = all(said, |step| if let Step::Relaxed(r) = step { Some(r) } else { None }) {
            let mut values: Vec<u64> = relaxed.into_iter().flatten().copied().collect();
            let last = self.most.min(values.len()).checked_sub(1);
            return Ok(Decided::Relaxed(
                last.map_or(0, |last| *values.select_nth_unstable_by(last, |a, b| b.cmp(a)).1),
            ));
        }
        if let Some(lists) = all(said, |step| if let Step::Listed(l) = step { Some(l) } else { None }) {
            let mut lists = lists.into_iter().map(|list| CandidateList::clone(list));
            self.list = lists.next();
            if let Some(list) = &mut self.list {
                lists.for_each(|other| merge::add(list, other, asked.limit));
            }
            return Ok(Decided::Finished);
        }
        if said.iter().all(|part| part.step == Step::Finished) && self.list.is_some() {
            return Ok(Decided::Finished);
        }
        Err(Error::invalid("parts of a search", "stage", "another one in each", "the same in all parts"))
    }
}

/// What all parts say, where they all say that.
fn all<'s, T>(said: &[&'s Said], of: impl Fn(&'s Step) -> Option<&'s T>) -> Option<Vec<&'s T>> {
    said.iter().map(|part| of(&part.step)).collect()
}

/// What each look gave with the prints of all parts.
fn looks(parts: &[&Vec<Spread>]) -> Result<Decided> {
    let looks = parts[0].len();
    if let Some(other) = parts.iter().find(|part| part.len() != looks) {
        return Err(Error::invalid("parts of a search", "looks", other.len(), looks));
    }
    let sums = (0..looks).map(|look| parts.iter().map(|part| part[look]).sum()).collect();
    Ok(Decided::Looked(sums))
}
