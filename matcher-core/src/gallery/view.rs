//! What a search sees of a gallery: subjects by their places, with whom they show themselves to.
//!
//! Places count through the sealed parts, one after the other, and then through the growing one. A place may belong to
//! somebody who was removed: [`Gallery::left_out`] says so.

use super::Gallery;
use super::fingerprints::Segment;
use super::growing::{Entry, bit};
use super::marks::Marks;
use super::policy::Asker;
use super::subject::SubjectId;
use crate::error::Result;
use crate::fingerprint::{FingerPosition, Prepared};
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

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

/// Where a place leads.
enum At<'g> {
    Growing(&'g Entry),
}

impl Gallery {
    /// Places, those of removed subjects included.
    pub(crate) fn places(&self) -> usize {
        self.growing.entries().len()
    }

    /// The subject at a place below [`Gallery::places`].
    pub(crate) fn placed(&self, place: usize) -> Placed<'_> {
        Placed { gallery: self, place }
    }

    fn at(&self, place: usize) -> At<'_> {
        At::Growing(&self.growing.entries()[place])
    }

    /// Where a subject is.
    pub(crate) fn place(&self, id: &SubjectId) -> Result<Option<usize>> {
        Ok(self.growing.place(id))
    }

    /// The places that a search must not look at: those of removed subjects, of these ids, and those that the asker may
    /// not see or did not ask for.
    pub(crate) fn left_out<'i>(
        &self,
        ids: impl IntoIterator<Item = &'i SubjectId>,
        asker: &Asker,
    ) -> Result<Marks> {
        let mut out = Marks::default();
        for id in ids {
            if let Some(place) = self.place(id)? {
                out.insert(place);
            }
        }
        if let Some(refused) = self.growing.policies().refused(asker) {
            let entries = self.growing.entries().iter().enumerate();
            entries.filter(|(_, entry)| refused[entry.policy as usize]).for_each(|(k, _)| out.insert(k));
        }
        Ok(out)
    }

    /// The prints of a finger position as the first stage reads them; the places of their owners count from the number.
    pub(crate) fn segments(&self, position: FingerPosition) -> impl Iterator<Item = (&Arc<Segment>, u32)> {
        self.growing.fingerprints().segments(position).iter().map(|segment| (segment, 0))
    }

    /// How many subjects have a comparable print of one of these positions, those at some places left out.
    pub(crate) fn comparable(&self, wanted: u16, left_out: &Marks) -> usize {
        let positions = self.growing.positions();
        let all = positions.iter().filter(|&&of| of & wanted != 0).count();
        all - left_out.iter().filter(|&place| positions.get(place).is_some_and(|of| of & wanted != 0)).count()
    }

    /// The place of the subject whose profile lies in a row.
    pub(crate) fn owner_of_profile(&self, row: usize) -> Option<usize> {
        self.growing.owner_of_profile(row)
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
        self.growing.entries().iter().map(|entry| entry.profile_rows.len()).max().unwrap_or(0)
    }

    /// The rows of the profiles that a search for these subjects may not look at.
    pub(crate) fn rows_left_out(&self, ids: &HashSet<String>, asker: &Asker) -> Result<Marks> {
        let ids: Vec<SubjectId> = ids.iter().filter_map(|id| SubjectId::new(id).ok()).collect();
        Ok(self.rows_of(&self.left_out(&ids, asker)?))
    }
}

impl<'g> Placed<'g> {
    pub(crate) fn id(self) -> &'g str {
        match self.gallery.at(self.place) {
            At::Growing(entry) => entry.id.as_str(),
        }
    }

    /// How many prints there are.
    pub(crate) fn prints(self) -> usize {
        match self.gallery.at(self.place) {
            At::Growing(entry) => entry.prints.len(),
        }
    }

    pub(crate) fn kind(self, print: usize) -> PrintKind {
        match self.gallery.at(self.place) {
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
    pub(crate) fn prepared(self, print: usize) -> Result<Cow<'g, Prepared>> {
        match self.gallery.at(self.place) {
            At::Growing(entry) => Ok(Cow::Borrowed(&entry.prints[print].prepared)),
        }
    }

    /// Where the profiles lie.
    pub(crate) fn profile_rows(self) -> Vec<usize> {
        match self.gallery.at(self.place) {
            At::Growing(entry) => entry.profile_rows.to_vec(),
        }
    }
}
