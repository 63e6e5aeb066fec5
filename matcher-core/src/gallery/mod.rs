//! A gallery: many subjects laid out for search.
//!
//! This one lives in memory and is gone with the process. Searching never changes it: a probe does not join the gallery
//! by being searched.
//!
//! The subjects stand in a list. Beside it, their prints are laid out once more by finger position, as the first stage
//! of a fast search reads them: 553 bytes a print.

mod fingerprints;
mod policy;
mod profiles;
mod store;
mod subject;

pub(crate) use fingerprints::{Fingerprints, Owner, Segment};

pub use policy::{Access, Asker, MAX_NAME, MAX_NAMES};
pub use profiles::ProfileTable;
pub(crate) use profiles::{Kind, Segment as ProfileSegment};
pub use subject::{Enrolment, Print, Subject, SubjectId};

use crate::dna::{Panel, Profile};
use crate::error::{Error, Result};
use crate::fingerprint::{Algorithm, FingerPosition, Template};
use crate::provenance::Method;
use crate::work::Threads;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

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
    subjects: Vec<Subject>,
    places: HashMap<SubjectId, usize>,
    /// By place of a subject: the finger positions of its comparable prints, a bit each.
    positions: Vec<u16>,
    fingerprints: Fingerprints,
    profiles: ProfileTable,
    /// By row of a profile: the place of its subject.
    profile_owners: Vec<u32>,
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
            subjects: Vec::new(),
            places: HashMap::new(),
            positions: Vec::new(),
            fingerprints: Fingerprints::new(prints),
            profiles: ProfileTable::new(Panel::standard()),
            profile_owners: Vec::new(),
        }
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
        let mut new = HashSet::with_capacity(subjects.len());
        for Enrolment { id, .. } in &subjects {
            if self.places.contains_key(id) || !new.insert(id) {
                return Err(Error::AlreadyEnrolled(id.to_string()));
            }
        }
        let algorithm = &self.algorithm;
        let prepared = threads.map(&subjects, |Enrolment { fingerprints, .. }| {
            let prepare = |template| {
                let prepared = algorithm.prepare(template);
                let code = prepared.search_code().filter(|_| prepared.is_comparable());
                (prepared, code)
            };
            fingerprints.iter().map(prepare).collect::<Vec<_>>()
        })?;
        for (Enrolment { id, fingerprints, profiles }, prepared) in subjects.into_iter().zip(prepared) {
            let (place, mut positions) = (self.subjects.len(), 0);
            let mut prints = Vec::with_capacity(fingerprints.len());
            for (k, (template, (prepared, code))) in fingerprints.into_iter().zip(prepared).enumerate() {
                let position = prepared.finger_position();
                if prepared.is_comparable() {
                    positions |= bit(position);
                }
                let owner = Owner { subject: place as u32, print: k as u32 };
                let slot = code.map(|code| self.fingerprints.add(position, &code, owner));
                prints.push(Print { template, prepared, slot });
            }
            self.places.insert(id.clone(), place);
            let profile_rows = profiles.iter().map(|profile| self.profiles.push(profile)).collect();
            let subject = Subject { id, prints: prints.into(), profile_rows };
            self.own_profiles(&subject, place);
            self.subjects.push(subject);
            self.positions.push(positions);
        }
        Ok(())
    }

    /// Takes a subject out and returns it.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`] where there is none of this id.
    pub fn remove(&mut self, id: &SubjectId) -> Result<Subject> {
        let place = self.places.remove(id).ok_or_else(|| Error::NotEnrolled(id.to_string()))?;
        let subject = self.subjects.swap_remove(place);
        self.positions.swap_remove(place);
        for (position, slot) in slots(&subject) {
            self.fingerprints.take(position, slot);
        }
        subject.profile_rows.iter().for_each(|&row| self.profiles.take(row));
        if let Some(moved) = self.subjects.get(place).cloned() {
            self.places.insert(moved.id.clone(), place);
            for (position, slot) in slots(&moved) {
                self.fingerprints.moved(position, slot, place as u32);
            }
            self.own_profiles(&moved, place);
        }
        Ok(subject)
    }

    /// Notes whose profiles these are.
    fn own_profiles(&mut self, subject: &Subject, place: usize) {
        for &row in subject.profile_rows() {
            self.profile_owners.resize(self.profile_owners.len().max(row + 1), u32::MAX);
            self.profile_owners[row] = place as u32;
        }
    }

    /// The DNA profiles of all subjects, laid out for search.
    pub fn profiles(&self) -> &ProfileTable {
        &self.profiles
    }

    /// The DNA profiles of a subject, in the order in which they were given.
    pub fn profiles_of(&self, subject: &Subject) -> Vec<Profile> {
        subject.profile_rows().iter().filter_map(|&row| self.profiles.get(row)).collect()
    }

    /// Whose profile lies in a row.
    pub(crate) fn owner_of_profile(&self, row: usize) -> Option<&Subject> {
        self.subjects.get(*self.profile_owners.get(row)? as usize)
    }

    /// The subject of this id.
    pub fn get(&self, id: &SubjectId) -> Option<&Subject> {
        self.places.get(id).map(|&place| &self.subjects[place])
    }

    /// Where a subject stands in [`Gallery::subjects`].
    pub(crate) fn place(&self, id: &SubjectId) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// By place of a subject: the finger positions of its comparable prints, see [`bit`].
    pub(crate) fn positions(&self) -> &[u16] {
        &self.positions
    }

    /// The prints as they are laid out for search.
    pub(crate) fn fingerprints(&self) -> &Fingerprints {
        &self.fingerprints
    }

    /// All subjects, in no order that is promised.
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// How many subjects there are.
    pub fn len(&self) -> usize {
        self.subjects.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.subjects.is_empty()
    }

    /// The method that prepares prints and compares them.
    pub fn algorithm(&self) -> &Algorithm {
        &self.algorithm
    }

    /// What the gallery holds.
    pub fn stats(&self) -> Stats {
        let prints = || self.subjects.iter().flat_map(Subject::prints);
        Stats {
            subjects: self.len(),
            prints: prints().count(),
            not_comparable: prints().filter(|p| !p.prepared.is_comparable()).count(),
            profiles: self.profiles.len(),
            minutiae: prints().map(|p| p.template.minutiae().len()).sum(),
            method: self.algorithm.method().clone(),
        }
    }
}

/// The bit of a finger position.
pub(crate) fn bit(position: FingerPosition) -> u16 {
    1 << position.code()
}

/// Where the prints of a subject are laid out.
fn slots(subject: &Subject) -> impl Iterator<Item = (FingerPosition, u32)> + '_ {
    subject.prints().iter().filter_map(|print| Some((print.prepared.finger_position(), print.slot?)))
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
        assert_eq!(gallery.remove(&id("a")).unwrap().id(), &id("a"));
        assert_eq!(gallery.get(&id("c")).map(Subject::id), Some(&id("c")));
        assert!(gallery.get(&id("a")).is_none());
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
