//! A gallery: many subjects laid out for search.
//!
//! It lives in memory and is gone with the process, or in a folder that lasts: everything that was enrolled is on the disk
//! when [`Gallery::enrol`] returns, survives the death of the process, and is searched where it lies. Searching never
//! changes a gallery: a probe does not join it by being searched.
//!
//! The subjects stand in a list. Beside it, their prints are laid out once more by finger position, as the first stage
//! of a fast search reads them: 553 bytes a print. In a folder, both lie in segments, files that are mapped into memory
//! and never change, and what came last lies in a journal. See ARCHITECTURE.md for the files of the folder.

mod fingerprints;
mod growing;
mod index;
mod lasting;
mod marks;
mod policies;
mod policy;
mod profiles;
mod shard;
mod store;
mod subject;
mod view;

pub(crate) use fingerprints::{Owner, Segment};
pub(crate) use growing::bit;
pub(crate) use index::PrintIndex;
pub(crate) use marks::Marks;
pub(crate) use profiles::{Kind, Segment as ProfileSegment};
pub(crate) use view::Placed;

pub use index::{IndexConfig, IndexReport};
pub use lasting::StoreStats;
pub use policy::{Access, Asker, MAX_NAME, MAX_NAMES};
pub use profiles::ProfileTable;
pub use shard::{ExportOptions, MIN_KEPT, ShardFilter, ShardInfo};
pub use store::{Finding, Recovery};
pub use subject::{Enrolment, MAX_PROVENANCE, Subject, SubjectId};

use crate::dna::Panel;
use crate::error::{Error, Result};
use crate::fingerprint::{Algorithm, Matcher, Template};
use crate::provenance::Method;
use crate::work::{Threads, Watch};
use growing::{Entry, Growing, prepare};
use lasting::Home;
use serde::{Deserialize, Serialize};
use shard::ShardHome;
use std::collections::HashSet;
use std::sync::Arc;
use store::{Outline, Sealed};
use view::Part;

/// Subjects with their prints, prepared by one method, and their DNA profiles.
///
/// A clone shares prints and profiles and costs a few words a subject: search one, and go on enrolling into the other.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::Template;
/// use matcher_core::gallery::{Gallery, SubjectId};
/// let mut gallery = Gallery::in_memory();
/// let print = Template::builder().build()?.template;
/// gallery.enrol(SubjectId::new("A-17")?, vec![print])?;
/// assert_eq!(gallery.len(), 1);
/// assert!(gallery.enrol(SubjectId::new("A-17")?, vec![]).is_err()); // nothing is replaced unasked
/// gallery.remove(&SubjectId::new("A-17")?)?;
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Gallery {
    algorithm: Algorithm,
    /// Segments in files.
    parts: Vec<Part>,
    growing: Growing,
    profiles: ProfileTable,
    /// Records that could not be read when the gallery was opened.
    unreadable: usize,
    /// Of a lasting gallery.
    home: Option<Home>,
    /// Of a shard, which has no home.
    shard: Option<ShardHome>,
    /// Of a gallery in memory.
    index: Option<Arc<PrintIndex>>,
}

/// What a gallery holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Subjects.
    pub subjects: usize,
    /// Prints of all subjects.
    pub prints: usize,
    /// Prints with too few described minutiae to be compared with anything.
    pub not_comparable: usize,
    /// Minutiae of all prints.
    pub minutiae: usize,
    /// DNA profiles of all subjects.
    #[serde(default)]
    pub profiles: usize,
    /// Removed subjects that compaction will erase from the disk.
    #[serde(default)]
    pub removed: usize,
    /// Subjects whose records could not be read when the gallery was opened: they are not searched. See
    /// [`Gallery::verify`].
    #[serde(default)]
    pub unreadable: usize,
    /// Of a lasting gallery, what its folder holds.
    #[serde(default)]
    pub store: Option<StoreStats>,
    /// The method that prepared the prints.
    pub method: Method,
}

impl Gallery {
    /// An empty gallery under the standard method.
    pub fn in_memory() -> Self {
        Self::with(&Algorithm::standard())
    }

    /// An empty gallery under a method of one's own.
    pub fn with(algorithm: &Algorithm) -> Self {
        Self::in_segments(algorithm, fingerprints::SEGMENT)
    }

    /// The same, its prints laid out in segments of so many: no answer depends on it.
    pub(crate) fn in_segments(algorithm: &Algorithm, prints: usize) -> Self {
        Self {
            algorithm: algorithm.clone(),
            parts: Vec::new(),
            growing: Growing::new(prints, 0),
            profiles: ProfileTable::new(Panel::standard()),
            unreadable: 0,
            home: None,
            shard: None,
            index: None,
        }
    }

    /// Of segments in files with what is gone from them; nothing is growing yet.
    fn of_parts(algorithm: &Algorithm, panel: Panel, sealed: Vec<(Arc<Sealed>, Arc<Marks>)>) -> Self {
        let (mut parts, mut pieces) = (Vec::with_capacity(sealed.len()), Vec::new());
        let mut first_place = 0;
        for (sealed, gone) in sealed {
            let (next, first_row) = (first_place + sealed.len(), pieces.len() * profiles::SEGMENT);
            pieces.extend_from_slice(sealed.profiles());
            parts.push(Part { sealed, first_place, first_row, gone });
            first_place = next;
        }
        let growing = Growing::new(fingerprints::SEGMENT, pieces.len() * profiles::SEGMENT);
        Self { parts, growing, profiles: ProfileTable::of_segments(panel, pieces), ..Self::with(algorithm) }
    }

    /// Adds a subject.
    ///
    /// # Errors
    /// [`Error::AlreadyEnrolled`] where the id is taken; the gallery is unchanged then.
    pub fn enrol(&mut self, id: SubjectId, fingerprints: Vec<Template>) -> Result<()> {
        self.enrol_many(vec![(id, fingerprints)], Threads::ONE)
    }

    /// Adds many subjects at once, preparing their prints on several threads: all of them, or none.
    ///
    /// # Errors
    /// [`Error::AlreadyEnrolled`] for the first id that is taken or comes twice; the gallery is unchanged then.
    pub fn enrol_many(&mut self, subjects: Vec<impl Into<Enrolment>>, threads: Threads) -> Result<()> {
        let subjects: Vec<Enrolment> = subjects.into_iter().map(Into::into).collect();
        self.enrol_watched(subjects, threads, Watch::default())
    }

    fn enrol_in_memory(
        &mut self,
        subjects: Vec<Enrolment>,
        threads: Threads,
        watch: Watch<'_>,
    ) -> Result<()> {
        self.refuse_of_shard()?;
        let mut new = HashSet::with_capacity(subjects.len());
        for Enrolment { id, .. } in &subjects {
            if self.place(id)?.is_some() || !new.insert(id) {
                return Err(Error::AlreadyEnrolled(id.to_string()));
            }
        }
        let counter = watch.counter(subjects.len());
        let prepared = threads.map(&subjects, |subject| {
            if counter.cancelled() {
                return Err(Error::Cancelled);
            }
            let prepared = prepare(&self.algorithm, &subject.fingerprints);
            counter.add(1);
            Ok(prepared)
        })?;
        let prepared: Vec<_> = prepared.into_iter().collect::<Result<_>>()?;
        for (subject, prepared) in subjects.into_iter().zip(prepared) {
            let rows = subject.profiles.iter().map(|profile| self.profiles.push(profile)).collect();
            self.growing.add(0, subject, prepared, rows);
        }
        Ok(())
    }

    /// Takes a subject out.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`] where there is none of this id.
    pub fn remove(&mut self, id: &SubjectId) -> Result<()> {
        if self.home.is_some() {
            return self.remove_lastingly(id);
        }
        self.refuse_of_shard()?;
        let entry = self.growing.take(id).ok_or_else(|| Error::NotEnrolled(id.to_string()))?;
        entry.profile_rows.iter().for_each(|&row| self.profiles.take(row));
        Ok(())
    }

    /// The DNA profiles of all subjects, laid out for search. Of a lasting gallery all are read for it, and those of
    /// subjects who were removed stay among them until the gallery is compacted: [`Gallery::get`] has what is enrolled.
    ///
    /// # Errors
    /// What lies in files is damaged.
    pub fn profiles(&self) -> Result<&ProfileTable> {
        self.profiles.segments().iter().try_for_each(|segment| segment.ready())?;
        Ok(&self.profiles)
    }

    /// The same for a search, which makes sure of what it reads piece by piece.
    pub(crate) fn unchecked_profiles(&self) -> &ProfileTable {
        &self.profiles
    }

    /// What was enrolled of a subject.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`] where there is none of this id; of a lasting gallery, what keeps its record from being read.
    pub fn get(&self, id: &SubjectId) -> Result<Subject> {
        self.reading(|gallery| {
            let place = gallery.place(id)?.ok_or_else(|| Error::NotEnrolled(id.to_string()))?;
            match place.checked_sub(gallery.first_growing()) {
                Some(place) => Ok(gallery.subject_of(&gallery.growing.entries()[place])),
                None => gallery.recorded(id, gallery.placed(place).serial()),
            }
        })
    }

    fn subject_of(&self, entry: &Entry) -> Subject {
        Subject {
            id: entry.id.clone(),
            fingerprints: entry.templates.to_vec(),
            profiles: entry.profile_rows.iter().filter_map(|&row| self.profiles.get(row)).collect(),
            access: self.growing.policies().get(entry.policy),
            provenance: entry.provenance.as_deref().map(str::to_owned),
            enrolled: entry.enrolled,
        }
    }

    /// Whether a subject of this id is enrolled.
    ///
    /// # Errors
    /// What is read to tell is damaged.
    pub fn contains(&self, id: &SubjectId) -> Result<bool> {
        self.reading(|gallery| Ok(gallery.place(id)?.is_some()))
    }

    /// The ids of all subjects, sorted.
    ///
    /// # Errors
    /// What is read to tell is damaged.
    pub fn subjects(&self) -> Result<Vec<SubjectId>> {
        self.reading(Self::ids)
    }

    fn ids(&self) -> Result<Vec<SubjectId>> {
        let mut ids = Vec::with_capacity(self.len());
        for part in &self.parts {
            let subjects = part.sealed.ready()?;
            for place in (0..part.sealed.len()).filter(|&place| !part.gone.contains(place)) {
                ids.push(SubjectId::new(subjects.id(place))?);
            }
        }
        ids.extend(self.growing.entries().iter().map(|entry| entry.id.clone()));
        ids.sort_unstable();
        Ok(ids)
    }

    /// How many subjects there are.
    pub fn len(&self) -> usize {
        self.places() - self.parts.iter().map(|part| part.gone.count()).sum::<usize>()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The method that prepares prints and compares them.
    pub fn algorithm(&self) -> &Algorithm {
        &self.algorithm
    }

    /// What the gallery holds. Of a lasting one, what was removed and not compacted yet still counts among prints, minutiae
    /// and profiles.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn stats(&self) -> Result<Stats> {
        let prints = || self.growing.entries().iter().flat_map(|entry| entry.prints.iter());
        let sealed = |count: fn(&Outline) -> usize| -> usize {
            self.parts.iter().map(|part| count(part.sealed.outline())).sum()
        };
        Ok(Stats {
            subjects: self.len(),
            prints: sealed(|outline| outline.prints) + prints().count(),
            not_comparable: sealed(|outline| outline.not_comparable)
                + prints().filter(|print| !print.prepared.is_comparable()).count(),
            profiles: self.profiles.len(),
            minutiae: sealed(|outline| outline.minutiae)
                + prints().map(|print| print.prepared.minutiae()).sum::<usize>(),
            removed: self.parts.iter().map(|part| part.gone.count()).sum(),
            unreadable: self.unreadable,
            store: self.store_stats()?,
            method: self.algorithm.method().clone(),
        })
    }

    /// The best score against a print of each subject that everybody may see, in the order of [`Gallery::subjects`].
    ///
    /// # Errors
    /// The print was prepared by another method; what is read is damaged; or the work was told to stop.
    pub fn scores(&self, matcher: &Matcher, threads: Threads, watch: Watch<'_>) -> Result<Vec<f64>> {
        self.reading(|gallery| gallery.scores_of_all(matcher, threads, watch))
    }

    fn scores_of_all(&self, matcher: &Matcher, threads: Threads, watch: Watch<'_>) -> Result<Vec<f64>> {
        let gone = self.left_out([], &Asker::default())?;
        let mut places: Vec<usize> = (0..self.places()).filter(|&place| !gone.contains(place)).collect();
        places.sort_unstable_by_key(|&place| self.placed(place).id());
        let counter = watch.counter(places.len());
        let scores = threads.map(&places, |&place| {
            if counter.cancelled() {
                return Err(Error::Cancelled);
            }
            let subject = self.placed(place);
            let best = (0..subject.prints())
                .try_fold(0.0, |best: f64, print| Ok(best.max(matcher.score(&*subject.prepared(print)?)?)));
            counter.add(1);
            best
        })?;
        scores.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> SubjectId {
        SubjectId::new(text).unwrap()
    }

    #[test]
    fn a_batch_is_enrolled_whole_or_not_at_all() {
        let mut gallery = Gallery::in_memory();
        gallery.enrol(id("a"), vec![]).unwrap();
        for taken in [["b", "a"], ["b", "b"]] {
            let batch = taken.map(|name| (id(name), vec![])).to_vec();
            assert!(matches!(gallery.enrol_many(batch, Threads::All), Err(Error::AlreadyEnrolled(_))));
            assert_eq!(gallery.len(), 1);
        }
    }

    #[test]
    fn removing_keeps_the_others_findable() {
        let mut gallery = Gallery::in_memory();
        for name in ["a", "b", "c"] {
            gallery.enrol(id(name), vec![]).unwrap();
        }
        gallery.remove(&id("a")).unwrap();
        assert_eq!(gallery.get(&id("c")).unwrap().id(), &id("c"));
        assert!(!gallery.contains(&id("a")).unwrap());
        assert_eq!(gallery.remove(&id("a")).unwrap_err().to_string(), "subject \"a\" is not enrolled");
    }

    #[test]
    fn ids_are_checked() {
        assert!(SubjectId::new(&"x".repeat(255)).is_ok());
        assert!(SubjectId::new(&"x".repeat(256)).is_err());
        assert_eq!(
            SubjectId::new("a\nb").unwrap_err().to_string(),
            "subject id is \"a\\nb\", expected text without control characters"
        );
    }
}
