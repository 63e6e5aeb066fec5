//! What a search sees of a gallery: subjects by their places, with whom they show themselves to.
//!
//! Places count through the sealed parts, one after the other, and then through the growing one. A place may belong to
//! somebody who was removed: [`Gallery::left_out`] says so. It also makes sure that what it and the other functions here
//! read of files is what was written.

use super::Gallery;
use super::fingerprints::Segment;
use super::growing::{Entry, bit};
use super::marks::Marks;
use super::policy::{Access, Asker};
use super::shard::ShardHome;
use super::store::Sealed;
use super::subject::SubjectId;
use crate::error::Result;
use crate::fingerprint::{FingerPosition, Prepared};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

/// A sealed segment among the parts of a gallery.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) sealed: Arc<Sealed>,
    /// Where its places begin.
    pub(crate) first_place: usize,
    /// Where the rows of its profiles begin.
    pub(crate) first_row: usize,
    /// Places in it of subjects who were removed.
    pub(crate) gone: Arc<Marks>,
}

/// A print of a subject, as far as it is known without looking at its minutiae.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PrintKind {
    pub(crate) position: FingerPosition,
    pub(crate) is_comparable: bool,
}

/// A subject at a place.
#[derive(Clone, Copy)]
pub(crate) struct Placed<'g> {
    gallery: &'g Gallery,
    pub(crate) place: usize,
}

/// Where a place leads: to a sealed part and a place in it, or to an entry of the growing one.
enum At<'g> {
    Sealed(&'g Sealed, usize),
    Growing(&'g Entry),
}

impl Gallery {
    /// Places, those of removed subjects included.
    pub(crate) fn places(&self) -> usize {
        self.first_growing() + self.growing.entries().len()
    }

    /// Where the places of the growing part begin.
    pub(super) fn first_growing(&self) -> usize {
        self.parts.last().map_or(0, |part| part.first_place + part.sealed.len())
    }

    /// The subject at a place below [`Gallery::places`].
    pub(crate) fn placed(&self, place: usize) -> Placed<'_> {
        Placed { gallery: self, place }
    }

    fn at(&self, place: usize) -> At<'_> {
        match place.checked_sub(self.first_growing()) {
            Some(place) => At::Growing(&self.growing.entries()[place]),
            None => {
                let part = &self.parts[self.parts.partition_point(|part| part.first_place <= place) - 1];
                At::Sealed(&part.sealed, place - part.first_place)
            }
        }
    }

    /// Where a subject is.
    ///
    /// # Errors
    /// What is read to tell is damaged.
    pub(crate) fn place(&self, id: &SubjectId) -> Result<Option<usize>> {
        if let Some(place) = self.growing.place(id) {
            return Ok(Some(self.first_growing() + place));
        }
        for part in &self.parts {
            let place = part.sealed.ready()?.find(id.as_str());
            if let Some(place) = place.filter(|&place| !part.gone.contains(place)) {
                return Ok(Some(part.first_place + place));
            }
        }
        Ok(None)
    }

    /// The places that a search must not look at: those of removed subjects, of these ids, and those that the asker may
    /// not see or did not ask for.
    ///
    /// # Errors
    /// What is read to tell is damaged; the gallery is a shard that is not to be searched any more.
    pub(crate) fn left_out<'i>(
        &self,
        ids: impl IntoIterator<Item = &'i SubjectId>,
        asker: &Asker,
    ) -> Result<Marks> {
        self.shard.as_ref().map_or(Ok(()), ShardHome::check_end)?;
        let mut out = Marks::default();
        for part in &self.parts {
            let subjects = part.sealed.ready()?;
            part.gone.iter().for_each(|place| out.insert(part.first_place + place));
            if let Some(refused) = subjects.policies().refused(asker) {
                let policies = subjects.policy().iter().enumerate();
                let hidden = policies.filter(|&(_, &policy)| refused[policy as usize]);
                hidden.for_each(|(place, _)| out.insert(part.first_place + place));
            }
        }
        if let Some(refused) = self.growing.policies().refused(asker) {
            let first = self.first_growing();
            let entries = self.growing.entries().iter().enumerate();
            let hidden = entries.filter(|(_, entry)| refused[entry.policy as usize]);
            hidden.for_each(|(place, _)| out.insert(first + place));
        }
        for id in ids {
            if let Some(place) = self.place(id)? {
                out.insert(place);
            }
        }
        Ok(out)
    }

    /// The prints of a finger position as the first stage reads them; the places of their owners count from the number.
    pub(crate) fn segments(&self, position: FingerPosition) -> impl Iterator<Item = (&Arc<Segment>, u32)> {
        let sealed = self
            .parts
            .iter()
            .filter_map(move |part| Some((part.sealed.segment(position)?, part.first_place as u32)));
        let first = self.first_growing() as u32;
        sealed
            .chain(self.growing.fingerprints().segments(position).iter().map(move |segment| (segment, first)))
    }

    /// How many subjects have a comparable print of one of these positions, those at some places left out.
    pub(crate) fn comparable(&self, wanted: u16, left_out: &Marks) -> usize {
        let count = |of: &[u16]| of.iter().filter(|&&of| of & wanted != 0).count();
        let sealed: usize = self.parts.iter().map(|part| count(part.sealed.subjects().positions())).sum();
        let hidden = left_out.iter().filter(|&place| self.placed(place).positions() & wanted != 0);
        sealed + count(self.growing.positions()) - hidden.count()
    }

    /// The place of the subject whose profile lies in a row.
    pub(crate) fn owner_of_profile(&self, row: usize) -> Option<usize> {
        let part = self.parts.partition_point(|part| part.first_row <= row).checked_sub(1);
        let sealed = part.and_then(|part| {
            let part = &self.parts[part];
            Some(part.first_place + part.sealed.owner_of_profile(row - part.first_row)?)
        });
        sealed.or_else(|| Some(self.first_growing() + self.growing.owner_of_profile(row)?))
    }

    /// Whose profile lies in a row.
    pub(crate) fn name_of_profile(&self, row: usize) -> &str {
        self.owner_of_profile(row).map_or("", |place| self.placed(place).id())
    }

    /// The rows of the profiles of the subjects at some places.
    pub(crate) fn rows_of(&self, places: &Marks) -> Marks {
        places.iter().flat_map(|place| self.placed(place).profile_rows()).collect()
    }

    /// The most profiles that a subject has.
    pub(crate) fn most_profiles(&self) -> usize {
        let sealed = self.parts.iter().map(|part| part.sealed.outline().most_profiles);
        let growing = self.growing.entries().iter().map(|entry| entry.profile_rows.len());
        sealed.chain(growing).max().unwrap_or(0)
    }

    /// The rows of the profiles that a search that leaves these subjects out may not look at.
    ///
    /// # Errors
    /// What is read to tell is damaged.
    pub(crate) fn rows_left_out(&self, ids: &HashSet<String>, asker: &Asker) -> Result<Marks> {
        let ids: Vec<SubjectId> = ids.iter().filter_map(|id| SubjectId::new(id).ok()).collect();
        Ok(self.rows_of(&self.left_out(&ids, asker)?))
    }
}

impl<'g> Placed<'g> {
    pub(crate) fn id(self) -> &'g str {
        match self.gallery.at(self.place) {
            At::Sealed(sealed, place) => sealed.subjects().id(place),
            At::Growing(entry) => entry.id.as_str(),
        }
    }

    /// The number of the change that enrolled the subject.
    pub(crate) fn serial(self) -> u64 {
        match self.gallery.at(self.place) {
            At::Sealed(sealed, place) => sealed.subjects().serials()[place],
            At::Growing(entry) => entry.serial,
        }
    }

    pub(crate) fn access(self) -> Access {
        match self.gallery.at(self.place) {
            At::Sealed(sealed, place) => {
                let subjects = sealed.subjects();
                subjects.policies().get(subjects.policy()[place])
            }
            At::Growing(entry) => self.gallery.growing.policies().get(entry.policy),
        }
    }

    /// The finger positions of the comparable prints, a bit each.
    pub(crate) fn positions(self) -> u16 {
        match self.gallery.at(self.place) {
            At::Sealed(sealed, place) => sealed.subjects().positions()[place],
            At::Growing(_) => self.gallery.growing.positions()[self.place - self.gallery.first_growing()],
        }
    }

    /// How many prints there are.
    pub(crate) fn prints(self) -> usize {
        match self.gallery.at(self.place) {
            At::Sealed(sealed, place) => sealed.subjects().prints(place).len(),
            At::Growing(entry) => entry.prints.len(),
        }
    }

    pub(crate) fn kind(self, print: usize) -> PrintKind {
        match self.gallery.at(self.place) {
            At::Sealed(sealed, place) => {
                let first = sealed.subjects().prints(place).start;
                let (position, is_comparable) = sealed.kind(first + print);
                PrintKind { position, is_comparable }
            }
            At::Growing(entry) => {
                let prepared = &entry.prints[print].prepared;
                PrintKind { position: prepared.finger_position(), is_comparable: prepared.is_comparable() }
            }
        }
    }

    /// The prints that can be compared and may be of one of these positions, with their numbers.
    pub(crate) fn comparable(self, wanted: u16) -> impl Iterator<Item = usize> + use<'g> {
        (0..self.prints()).filter(move |&print| {
            let kind = self.kind(print);
            kind.is_comparable && wanted & bit(kind.position) != 0
        })
    }

    /// A print, prepared for comparing.
    ///
    /// # Errors
    /// Its bytes are damaged.
    pub(crate) fn prepared(self, print: usize) -> Result<Cow<'g, Prepared>> {
        match self.gallery.at(self.place) {
            At::Sealed(sealed, place) => {
                let first = sealed.subjects().prints(place).start;
                Ok(Cow::Owned(sealed.prepared(first + print, self.gallery.algorithm.shared_method())?))
            }
            At::Growing(entry) => Ok(Cow::Borrowed(&entry.prints[print].prepared)),
        }
    }

    /// Where the profiles lie.
    pub(crate) fn profile_rows(self) -> Vec<usize> {
        match self.gallery.at(self.place) {
            At::Sealed(sealed, place) => {
                let part = self.gallery.parts.partition_point(|part| part.first_place <= self.place) - 1;
                let first = self.gallery.parts[part].first_row;
                sealed.subjects().profiles(place).map(|row| first + row).collect()
            }
            At::Growing(entry) => entry.profile_rows.to_vec(),
        }
    }
}
