//! The subjects that lie in no segment file: all of a gallery in memory, the latest ones of a lasting gallery.
//!
//! They stand in a list; one that is taken out is replaced by the last one, so a place is good until the next removal.

use super::fingerprints::{Fingerprints, Owner};
use super::policies::Policies;
use super::subject::{Enrolment, SubjectId};
use crate::fingerprint::{Algorithm, FingerPosition, Prepared, Template};
use std::collections::HashMap;
use std::sync::Arc;

/// A print with its prepared form.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) prepared: Prepared,
    /// Where it is laid out for search, among the prints of its finger position; `None` where it has no search code.
    slot: Option<u32>,
}

/// A subject. A clone shares the prints.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: SubjectId,
    /// The number of the change that enrolled it.
    pub(crate) serial: u64,
    /// Number of its policy.
    pub(crate) policy: u32,
    pub(crate) provenance: Option<Arc<str>>,
    pub(crate) enrolled: Option<u64>,
    pub(crate) templates: Arc<[Template]>,
    pub(crate) prints: Arc<[Held]>,
    pub(crate) profile_rows: Arc<[usize]>,
}

/// Subjects in memory, with their prints laid out for search.
#[derive(Clone, Debug)]
pub(crate) struct Growing {
    entries: Vec<Entry>,
    places: HashMap<SubjectId, usize>,
    /// By place: the finger positions of the comparable prints, a bit each.
    positions: Vec<u16>,
    policies: Policies,
    fingerprints: Fingerprints,
    /// By row of a profile, from that of the first one on: the place of its subject.
    profile_owners: Vec<u32>,
    first_row: usize,
}

impl Growing {
    /// Nobody yet; prints in segments of so many, profiles in rows from `first_row` on.
    pub(super) fn new(segment: usize, first_row: usize) -> Self {
        Self {
            entries: Vec::new(),
            places: HashMap::new(),
            positions: Vec::new(),
            policies: Policies::default(),
            fingerprints: Fingerprints::new(segment),
            profile_owners: Vec::new(),
            first_row,
        }
    }

    /// Adds a subject whose id is not taken, with its prepared prints; its profiles lie in these rows.
    pub(super) fn add(
        &mut self,
        serial: u64,
        enrolment: Enrolment,
        prepared: Vec<Prepared>,
        rows: Vec<usize>,
    ) {
        let Enrolment { id, fingerprints: templates, profiles: _, access, provenance, enrolled } = enrolment;
        let (place, mut positions) = (self.entries.len(), 0);
        let mut prints = Vec::with_capacity(prepared.len());
        for (k, prepared) in prepared.into_iter().enumerate() {
            let position = prepared.finger_position();
            let code = prepared.search_code().filter(|_| prepared.is_comparable());
            if prepared.is_comparable() {
                positions |= bit(position);
            }
            let owner = Owner { subject: place as u32, print: k as u32 };
            let slot = code.map(|code| self.fingerprints.add(position, &code, owner));
            prints.push(Held { prepared, slot });
        }
        let entry = Entry {
            id: id.clone(),
            serial,
            policy: self.policies.number(&access),
            provenance: provenance.map(Into::into),
            enrolled,
            templates: templates.into(),
            prints: prints.into(),
            profile_rows: rows.into(),
        };
        self.own_profiles(&entry.profile_rows, place);
        self.places.insert(id, place);
        self.positions.push(positions);
        self.entries.push(entry);
    }

    /// Takes a subject out.
    pub(super) fn take(&mut self, id: &SubjectId) -> Option<Entry> {
        let place = self.places.remove(id)?;
        let entry = self.entries.swap_remove(place);
        self.positions.swap_remove(place);
        for (position, slot) in slots(&entry) {
            self.fingerprints.take(position, slot);
        }
        if let Some(moved) = self.entries.get(place).cloned() {
            for (position, slot) in slots(&moved) {
                self.fingerprints.moved(position, slot, place as u32);
            }
            self.own_profiles(&moved.profile_rows, place);
            self.places.insert(moved.id, place);
        }
        Some(entry)
    }

    fn own_profiles(&mut self, rows: &[usize], place: usize) {
        for row in rows.iter().map(|row| row - self.first_row) {
            self.profile_owners.resize(self.profile_owners.len().max(row + 1), u32::MAX);
            self.profile_owners[row] = place as u32;
        }
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn place(&self, id: &SubjectId) -> Option<usize> {
        self.places.get(id).copied()
    }

    pub(crate) fn positions(&self) -> &[u16] {
        &self.positions
    }

    pub(crate) fn policies(&self) -> &Policies {
        &self.policies
    }

    pub(crate) fn fingerprints(&self) -> &Fingerprints {
        &self.fingerprints
    }

    /// The place of the subject whose profile lies in a row.
    pub(crate) fn owner_of_profile(&self, row: usize) -> Option<usize> {
        let owner = *self.profile_owners.get(row.checked_sub(self.first_row)?)? as usize;
        (owner < self.entries.len()).then_some(owner)
    }
}

/// The prints of a subject, prepared.
pub(super) fn prepare(algorithm: &Algorithm, templates: &[Template]) -> Vec<Prepared> {
    templates.iter().map(|template| algorithm.prepare(template)).collect()
}

/// The bit of a finger position.
pub(crate) fn bit(position: FingerPosition) -> u16 {
    1 << position.code()
}

/// Where the prints of a subject are laid out.
fn slots(entry: &Entry) -> impl Iterator<Item = (FingerPosition, u32)> + '_ {
    entry.prints.iter().filter_map(|print| Some((print.prepared.finger_position(), print.slot?)))
}
