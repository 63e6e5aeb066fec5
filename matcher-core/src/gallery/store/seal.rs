//! Segments that are made while the gallery is in use, and the manifest that makes them count.
//!
//! # Method
//! What is enrolled one by one gathers in the journal. Once that holds enough for a segment it becomes one, and while the
//! last two segments are of like size they become one, so that there are few: a record is written to about as many
//! segments as the logarithm of their number. Segments that are large enough are left alone.

use super::folder::{RECORDS, journal_name, remove_leftovers, segment_path};
use super::journal::{Entry, HEADER_LEN, JournalWriter, Kind};
use super::load;
use super::manifest::{Manifest, PanelColumn, SegmentEntry};
use super::open::{State, Store};
use super::payload;
use super::record::Record;
use super::segment::{Draft, Sealed};
use crate::dna::Panel;
use crate::error::{Error, Result};
use crate::gallery::growing::Entry as Subject;
use crate::gallery::marks::Marks;
use crate::gallery::view::Part;
use crate::gallery::{Enrolment, Gallery};
use std::sync::Arc;

/// What the journal holds at most before it becomes a segment, in [`Weighs::weight`]: about 8 MB, so that opening reads no
/// more than that.
pub(super) const SEAL: usize = 4 * 4096;
/// What a segment that is not made larger holds, a print counting as [`PRINT_SIZE`] profiles: about 300 MB of either. An
/// id is looked up in every segment, so there must not be many of them.
pub(super) const LARGEST: usize = 2 << 20;
/// Room of a print in a segment, in profiles of 24 loci.
pub(super) const PRINT_SIZE: usize = 16;
/// Weight of a print in the journal; a profile or a subject weighs 1.
const PRINT: usize = 4;

/// How much of the journal something takes.
pub(super) trait Weighs {
    fn weight(&self) -> usize;
}

impl Weighs for Enrolment {
    fn weight(&self) -> usize {
        1 + PRINT * self.fingerprints.len() + self.profiles.len()
    }
}

impl Weighs for Subject {
    fn weight(&self) -> usize {
        1 + PRINT * self.prints.len() + self.profile_rows.len()
    }
}

/// A segment with what is gone from it.
pub(super) struct Listed {
    pub(super) entry: SegmentEntry,
    pub(super) sealed: Arc<Sealed>,
    pub(super) gone: Arc<Marks>,
}

impl Listed {
    /// What it counts for in [`LARGEST`].
    pub(super) fn size(&self) -> usize {
        self.entry.prints as usize * PRINT_SIZE + self.entry.profiles as usize
    }
}

/// The segments of a state.
pub(super) fn listed(state: &State) -> Vec<Listed> {
    let entries = state.manifest.segments.iter();
    let of = |(entry, part): (&SegmentEntry, &Part)| Listed {
        entry: entry.clone(),
        sealed: Arc::clone(&part.sealed),
        gone: Arc::clone(&part.gone),
    };
    entries.zip(&state.gallery.parts).map(of).collect()
}

impl Store {
    /// Writes a segment of these records.
    pub(super) fn write_segment(&self, draft: Draft, first: u64, last: u64) -> Result<SegmentEntry> {
        // No two writes of one range get the same name, so that nothing that is in use is replaced.
        let mut number = 1;
        let path = loop {
            let path = segment_path(&self.folder, &format!("{first:012}-{last:012}-{number}.seg"));
            if !path.exists() {
                break path;
            }
            number += 1;
        };
        draft.write(&path, self.origin(first, last))
    }

    /// The segments of a state and those that come now, few made of many.
    pub(super) fn with_new(
        &self,
        state: &State,
        made: Vec<SegmentEntry>,
        panel: &Panel,
    ) -> Result<Vec<Listed>> {
        let mut list = listed(state);
        for entry in made {
            let sealed = Arc::new(load::open(self, &entry, panel)?);
            list.push(Listed { entry, sealed, gone: Arc::default() });
        }
        self.merge(&mut list, panel)?;
        Ok(list)
    }

    /// Makes one of the last two segments while they are small and of like size. A damaged one is left alone: who reads
    /// it next makes it anew.
    fn merge(&self, list: &mut Vec<Listed>, panel: &Panel) -> Result<()> {
        while let [.., earlier, later] = &**list {
            let (a, b) = (earlier.size(), later.size());
            if a >= 2 * b || a + b > LARGEST {
                break;
            }
            let mut draft = Draft::new(panel.clone());
            let (first, last) = (earlier.entry.first, later.entry.last);
            let drafted = [earlier, later].map(|listed| {
                listed.sealed.draft_into(&mut draft, &listed.gone, panel, self.algorithm.shared_method())
            });
            match drafted.into_iter().collect::<Result<()>>() {
                Err(Error::Damaged { .. }) => break,
                drafted => drafted?,
            }
            let entry = self.write_segment(draft, first, last)?;
            let sealed = Arc::new(load::open(self, &entry, panel)?);
            list.truncate(list.len() - 2);
            list.push(Listed { entry, sealed, gone: Arc::default() });
        }
        Ok(())
    }

    /// Makes a list of segments the gallery, with a new journal: of what is growing, which may be nothing, and of what is
    /// gone from the segments. The manifest is written last: killed before it, the old one counts.
    pub(super) fn publish(
        &self,
        state: &mut State,
        list: &[Listed],
        panel: Panel,
        growing: Option<Gallery>,
    ) -> Result<()> {
        state.journal = None; // until all is done
        let mut manifest = state.manifest.clone();
        manifest.generation += 1;
        manifest.journal = journal_name(manifest.generation);
        manifest.panel = PanelColumn::all_of(&panel);
        manifest.segments = list.iter().map(|listed| listed.entry.clone()).collect();
        if growing.is_none() {
            // Behind the last segment there may be removals.
            manifest.sealed_through = manifest.segments.last().map_or(state.serial, |last| last.last);
        }
        let gallery = growing.unwrap_or_else(|| {
            let parts = list.iter().map(|listed| (Arc::clone(&listed.sealed), Arc::clone(&listed.gone)));
            Gallery {
                unreadable: state.gallery.unreadable,
                ..Gallery::of_parts(&self.algorithm, panel, parts.collect())
            }
        });
        let made = self.make_count(&manifest, list, &gallery, state.serial);
        // It is the same gallery in any case: where that failed, with segments that count for nobody else.
        state.gallery = gallery;
        let journal = made?;
        state.journal_length = journal.len();
        (state.manifest, state.journal) = (manifest, Some(journal));
        // What cannot be removed now is removed by the next writer.
        let _ = self.remove_unused(state);
        Ok(())
    }

    /// Writes a journal of what is growing and gone, and the manifest.
    fn make_count(
        &self,
        manifest: &Manifest,
        list: &[Listed],
        gallery: &Gallery,
        serial: u64,
    ) -> Result<JournalWriter> {
        let path = self.folder.join(&manifest.journal);
        let mut journal = JournalWriter::create(&path, &manifest.gallery_id, manifest.generation)?;
        let mut payloads: Vec<(Kind, u64, Vec<u8>)> = Vec::new();
        for listed in list.iter().filter(|listed| !listed.gone.is_empty()) {
            let subjects = listed.sealed.subjects();
            let gone = listed.gone.iter().filter_map(|place| subjects.serials().get(place));
            let gone =
                gone.map(|removed| (Kind::Removal, manifest.sealed_through, removed.to_le_bytes().to_vec()));
            payloads.extend(gone);
        }
        for (record, prepared) in gallery.growing_records() {
            payloads.push((Kind::Enrolment, record.serial, payload::write(&record, &prepared)));
        }
        // Of the last change there may be no trace but its number.
        if serial > payloads.iter().map(|entry| entry.1).max().unwrap_or(0).max(manifest.sealed_through) {
            payloads.push((Kind::Removal, serial, serial.to_le_bytes().to_vec()));
        }
        let entries: Vec<Entry<'_>> = payloads
            .iter()
            .map(|(kind, serial, payload)| Entry { kind: *kind, serial: *serial, payload })
            .collect();
        journal.append(&entries)?;
        manifest.write(&self.folder)?;
        Ok(journal)
    }

    /// Makes a state that was loaded ready for changes.
    pub(super) fn take_up(&self, state: &mut State, is_intact: bool) -> Result<()> {
        if is_intact {
            self.remove_unused(state)?;
            let (path, id) = (self.folder.join(&state.manifest.journal), &state.manifest.gallery_id);
            let generation = state.manifest.journal_generation().unwrap_or_default();
            let length = state.journal_length.max(HEADER_LEN);
            state.journal = Some(JournalWriter::open_to_append(&path, id, generation, length)?);
            return Ok(());
        }
        let (list, panel) = (listed(state), state.gallery.profiles.panel().clone());
        let weight: usize = state.gallery.growing.entries().iter().map(Weighs::weight).sum();
        if weight < SEAL {
            let growing = state.gallery.clone();
            return self.publish(state, &list, panel, Some(growing));
        }
        self.seal_growing(state)
    }

    /// Makes a segment of what is growing.
    pub(super) fn seal_growing(&self, state: &mut State) -> Result<()> {
        let mut draft = Draft::new(state.gallery.profiles.panel().clone());
        state.gallery.draft_growing(&mut draft);
        let panel = draft.panel().clone();
        let entry = self.write_segment(draft, state.manifest.sealed_through + 1, state.serial)?;
        let list = self.with_new(state, vec![entry], &panel)?;
        self.publish(state, &list, panel, None)
    }

    /// Removes the files of interrupted changes, and those that the manifest names no longer.
    fn remove_unused(&self, state: &State) -> Result<()> {
        let manifest = &state.manifest;
        let is_used = |name: &str| {
            name == RECORDS
                || name == manifest.journal
                || manifest.segments.iter().any(|entry| entry.file == name)
        };
        remove_leftovers(&self.folder, &is_used).map(drop)
    }
}

impl Gallery {
    /// Adds those of the growing part to a segment, in the order of their serials.
    pub(super) fn draft_growing(&self, draft: &mut Draft) {
        let mut entries: Vec<&Subject> = self.growing.entries().iter().collect();
        entries.sort_unstable_by_key(|entry| entry.serial);
        for entry in entries {
            let profiles: Vec<_> =
                entry.profile_rows.iter().filter_map(|&row| self.profiles.get(row)).collect();
            let access = self.growing.policies().get(entry.policy);
            let prints = entry.prints.iter().map(|print| &print.prepared);
            draft.push(entry.serial, entry.id.as_str(), &access, prints, &profiles);
        }
    }

    /// The records of the growing part with their prepared prints, in the order of their serials.
    fn growing_records(&self) -> Vec<(Record, Vec<crate::fingerprint::Prepared>)> {
        let mut entries: Vec<&Subject> = self.growing.entries().iter().collect();
        entries.sort_unstable_by_key(|entry| entry.serial);
        let record = |entry: &Subject| {
            let prints = entry.prints.iter().map(|print| print.prepared.clone()).collect();
            let record = Record::from(Enrolment::from(self.subject_of(entry)));
            (Record { serial: entry.serial, ..record }, prints)
        };
        entries.into_iter().map(record).collect()
    }
}
