//! Enrolling and removing: first the records, then the journal, then the gallery in memory.

use super::journal::{Entry, Kind};
use super::manifest::SegmentEntry;
use super::open::{State, Store};
use super::payload;
use super::record::Record;
use super::records::Change;
use super::seal::{LARGEST, SEAL, Weighs};
use super::segment::Draft;
use crate::error::{Error, Result};
use crate::fingerprint::Prepared;
use crate::gallery::growing::prepare;
use crate::gallery::{Enrolment, SubjectId};
use crate::work::{Threads, Watch};

/// Subjects that are prepared together.
const TOGETHER: usize = 256;

impl Store {
    /// Enrols many subjects in one durable change: all or none.
    ///
    /// # Errors
    /// [`Error::AlreadyEnrolled`] for the first id that is taken or comes twice, [`Error::Cancelled`], [`Error::ReadOnly`],
    /// [`Error::Io`]; nothing is enrolled then.
    pub(crate) fn enrol(&self, subjects: Vec<Enrolment>, threads: Threads, watch: Watch<'_>) -> Result<()> {
        if subjects.is_empty() {
            return Ok(());
        }
        self.change(|state| {
            let weight = state.gallery.growing.entries().iter().map(Weighs::weight).sum::<usize>()
                + subjects.iter().map(Weighs::weight).sum::<usize>();
            if weight < SEAL {
                self.enrol_into_journal(state, subjects, threads)
            } else {
                self.enrol_into_segments(state, subjects, threads, watch)
            }
        })
    }

    fn enrol_into_journal(
        &self,
        state: &mut State,
        subjects: Vec<Enrolment>,
        threads: Threads,
    ) -> Result<()> {
        let prepared = threads.map(&subjects, |subject| prepare(&self.algorithm, &subject.fingerprints))?;
        let mut records: Vec<Record> = subjects.into_iter().map(Record::from).collect();
        let serial = self.records.write(|change| {
            for record in &mut records {
                record.serial = change.insert(record.clone())?;
            }
            Ok(change.serial())
        })?;
        let payloads: Vec<Vec<u8>> =
            records.iter().zip(&prepared).map(|(record, prints)| payload::write(record, prints)).collect();
        let entries = records.iter().zip(&payloads).map(|(record, payload)| Entry {
            kind: Kind::Enrolment,
            serial: record.serial,
            payload,
        });
        self.append(state, &entries.collect::<Vec<_>>(), serial)?;
        for (record, prepared) in records.into_iter().zip(prepared) {
            state.gallery.admit(record, prepared);
        }
        Ok(())
    }

    /// The segments are on the disk before the records are committed, and count once the manifest names them.
    fn enrol_into_segments(
        &self,
        state: &mut State,
        subjects: Vec<Enrolment>,
        threads: Threads,
        watch: Watch<'_>,
    ) -> Result<()> {
        let mut drafts = Drafts::new(self, state);
        let counter = watch.counter(subjects.len());
        let (serial, made) = self.records.write(|change| {
            let mut left = subjects;
            while !left.is_empty() {
                let rest = left.split_off(left.len().min(TOGETHER));
                let prepared =
                    threads.map(&left, |subject| prepare(&self.algorithm, &subject.fingerprints))?;
                for (subject, prepared) in left.into_iter().zip(prepared) {
                    drafts.push(change, Record::from(subject), &prepared)?;
                    counter.add(1);
                }
                if counter.cancelled() {
                    return Err(Error::Cancelled);
                }
                left = rest;
            }
            let serial = change.serial();
            Ok((serial, drafts.finish(serial)?))
        })?;
        state.serial = serial;
        self.publish_new(state, made)
    }

    /// Removes a subject in a durable change.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`], [`Error::ReadOnly`], [`Error::Io`].
    pub(crate) fn remove(&self, id: &SubjectId) -> Result<()> {
        self.change(|state| {
            let (removed, serial) = self.records.write(|change| Ok((change.remove(id)?, change.serial())))?;
            let entry = Entry { kind: Kind::Removal, serial, payload: &removed.to_le_bytes() };
            self.append(state, &[entry], serial)?;
            match state.gallery.growing.place(id) {
                Some(_) => state.gallery.take_growing(id),
                None => state.gallery.mark_gone(removed),
            }
            Ok(())
        })
    }

    /// Adds to the journal what the records have already. Where that fails, the folder is opened anew with the next
    /// change, and what the records have is found then.
    fn append(&self, state: &mut State, entries: &[Entry<'_>], serial: u64) -> Result<()> {
        let Some(mut journal) = state.journal.take() else { return Ok(()) };
        journal.append(entries)?;
        (state.journal_length, state.serial) = (journal.len(), serial);
        state.journal = Some(journal);
        Ok(())
    }
}

/// Segments that a large change makes, one after the other.
struct Drafts<'s> {
    store: &'s Store,
    draft: Draft,
    first: u64,
    made: Vec<SegmentEntry>,
}

impl<'s> Drafts<'s> {
    /// The first one begins with what is in the journal.
    fn new(store: &'s Store, state: &State) -> Self {
        let mut draft = Draft::new(state.gallery.profiles.panel().clone());
        state.gallery.draft_growing(&mut draft);
        Self { store, draft, first: state.manifest.sealed_through + 1, made: Vec::new() }
    }

    fn push(&mut self, change: &mut Change<'_>, record: Record, prepared: &[Prepared]) -> Result<()> {
        if self.draft.items() >= LARGEST {
            self.end(change.serial())?;
        }
        let (id, access, profiles) = (record.id.clone(), record.access.clone(), record.profiles.clone());
        let serial = change.insert(record)?;
        self.draft.push(serial, id.as_str(), &access, prepared, &profiles);
        Ok(())
    }

    fn end(&mut self, last: u64) -> Result<()> {
        let next = Draft::new(self.draft.panel().clone());
        let draft = std::mem::replace(&mut self.draft, next);
        self.made.push(self.store.write_segment(draft, self.first, last)?);
        self.first = last + 1;
        Ok(())
    }

    fn finish(mut self, last: u64) -> Result<(Vec<SegmentEntry>, crate::dna::Panel)> {
        let panel = self.draft.panel().clone();
        self.end(last)?;
        Ok((self.made, panel))
    }
}

impl From<Enrolment> for Record {
    fn from(enrolment: Enrolment) -> Self {
        let Enrolment { id, fingerprints, profiles, access, provenance, enrolled } = enrolment;
        Self { serial: 0, id, access, provenance, enrolled, fingerprints, profiles }
    }
}
