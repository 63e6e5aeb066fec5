//! Enrolling and removing: first the records, then the journal, then the gallery in memory.

use super::journal::{Entry, Kind};
use super::manifest::SegmentEntry;
use super::open::{State, Store};
use super::payload;
use super::record::Record;
use super::seal::{LARGEST, PRINT_SIZE, SEAL, Weighs};
use super::segment::Draft;
use crate::error::{Error, Result};
use crate::fingerprint::Prepared;
use crate::gallery::growing::prepare;
use crate::gallery::{Enrolment, SubjectId};
use crate::work::{Threads, Watch};
use std::collections::HashSet;

/// Subjects that are prepared together.
const TOGETHER: usize = 256;
/// Bytes of a journal that becomes a segment, beside who is gone: opening reads no more.
const LONGEST: u64 = 32 << 20;

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
            if weight < SEAL && state.journal_length < longest_journal(state) {
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
        self.append(state, &entries.collect::<Vec<_>>(), serial);
        for (record, prepared) in records.into_iter().zip(prepared) {
            state.gallery.admit(record, prepared);
        }
        Ok(())
    }

    /// The segments are on the disk before the records are committed, and count once the manifest names them. All that
    /// takes long, or fails on a full disk, comes before the commit, and meanwhile others can read the records.
    fn enrol_into_segments(
        &self,
        state: &mut State,
        subjects: Vec<Enrolment>,
        threads: Threads,
        watch: Watch<'_>,
    ) -> Result<()> {
        refuse_early(state, &subjects)?;
        let mut drafts = Drafts::new(self, state);
        let counter = watch.counter(subjects.len());
        let mut records = Vec::with_capacity(subjects.len());
        let mut left = subjects;
        while !left.is_empty() {
            let rest = left.split_off(left.len().min(TOGETHER));
            let prepared = threads.map(&left, |subject| prepare(&self.algorithm, &subject.fingerprints))?;
            for (subject, prepared) in left.into_iter().zip(prepared) {
                let mut record = Record::from(subject);
                record.check()?;
                // Nobody else gives numbers.
                record.serial = state.serial + 1 + records.len() as u64;
                drafts.push(&record, &prepared)?;
                records.push(record);
                counter.add(1);
            }
            if counter.cancelled() {
                return Err(Error::Cancelled);
            }
            left = rest;
        }
        let serial = state.serial + records.len() as u64;
        let (made, panel) = drafts.finish(serial)?;
        let list = self.with_new(state, made, &panel)?;
        self.records.write(|change| {
            for record in records {
                let expected = record.serial;
                let serial = change.insert(record)?;
                if serial != expected {
                    let what = format!("the next change is {serial}, expected {expected}");
                    return Err(Error::Damaged { path: self.records.path().to_owned(), what });
                }
            }
            Ok(())
        })?;
        state.serial = serial;
        let published = self.publish(state, &list, panel, None);
        self.settle(state, &published);
        Ok(())
    }

    /// Removes a subject in a durable change.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`], [`Error::ReadOnly`], [`Error::Io`].
    pub(crate) fn remove(&self, id: &SubjectId) -> Result<()> {
        self.change(|state| {
            let (removed, serial) = self.records.write(|change| Ok((change.remove(id)?, change.serial())))?;
            let entry = Entry { kind: Kind::Removal, serial, payload: &removed.to_le_bytes() };
            self.append(state, &[entry], serial);
            if state.gallery.growing.place(id).is_some() {
                state.gallery.take_growing(id);
            } else if state.gallery.mark_gone(removed).is_err() {
                // The segment is damaged. What is on the disk, now without the subject, counts.
                *state = State::of(self.loaded(false, &[], Threads::All, Watch::default())?);
            }
            Ok(())
        })
    }

    /// Adds to the journal what the records have already. Where that fails, the change is made all the same.
    fn append(&self, state: &mut State, entries: &[Entry<'_>], serial: u64) {
        state.serial = serial;
        let Some(mut journal) = state.journal.take() else { return };
        let appended = journal.append(entries);
        state.journal_length = journal.len();
        state.journal = Some(journal);
        self.settle(state, &appended);
    }
}

/// The length from which on a journal becomes a segment, whatever of it is there still: subjects who come and go make it
/// longer, too. A new one has nothing but who is gone from segments.
fn longest_journal(state: &State) -> u64 {
    let gone: usize = state.gallery.parts.iter().map(|part| part.gone.count()).sum();
    LONGEST + 64 * gone as u64
}

/// Refuses what the records would refuse, before anything is prepared.
fn refuse_early(state: &State, subjects: &[Enrolment]) -> Result<()> {
    let mut new = HashSet::with_capacity(subjects.len());
    for Enrolment { id, .. } in subjects {
        // Where a segment is damaged, the records tell.
        let is_taken = state.gallery.place(id).is_ok_and(|place| place.is_some());
        if is_taken || !new.insert(id) {
            return Err(Error::AlreadyEnrolled(id.to_string()));
        }
    }
    Ok(())
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

    fn push(&mut self, record: &Record, prepared: &[Prepared]) -> Result<()> {
        if self.draft.size(PRINT_SIZE) >= LARGEST {
            self.end(record.serial - 1)?;
        }
        self.draft.push(record.serial, record.id.as_str(), &record.access, prepared, &record.profiles);
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
