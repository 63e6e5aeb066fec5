//! A gallery from its folder.
//!
//! Segments are mapped and the journal is read. What is missing, stale or damaged of them is made again from the records:
//! by the writer on the disk, by a reader in memory alone.

use super::folder::segment_path;
use super::journal::{self, Kind};
use super::manifest::{Manifest, SegmentEntry};
use super::open::{State, Store};
use super::payload;
use super::record::Record;
use super::segment::{Draft, Origin, Sealed};
use crate::dna::Panel;
use crate::error::{Error, Result};
use crate::fingerprint::Prepared;
use crate::gallery::growing::prepare;
use crate::gallery::marks::Marks;
use crate::gallery::{Enrolment, Gallery};
use crate::work::{Threads, Watch};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Records that are prepared together.
const TOGETHER: usize = 512;
/// How often a reader looks again whether the journal has what the records have, and how long it waits each time.
const LOOKS: u32 = 10;
const PAUSE: Duration = Duration::from_millis(10);

/// What was found in a folder.
pub(super) struct Loaded {
    pub(super) manifest: Manifest,
    pub(super) gallery: Gallery,
    /// The serial of the last change.
    pub(super) serial: u64,
    pub(super) journal_length: u64,
    /// Whether all came from segments and the journal as they are on the disk.
    pub(super) is_intact: bool,
}

/// Loads what a manifest names.
pub(super) fn load(
    store: &Store,
    mut manifest: Manifest,
    is_writer: bool,
    bad: &[PathBuf],
    threads: Threads,
    watch: Watch<'_>,
) -> Result<Loaded> {
    let method = store.algorithm.method();
    let is_stale = manifest.method != *method;
    if is_stale && !is_writer {
        let reason = format!(
            "its prints were prepared by {}, and this is {method}: open it for writing once, which prepares them anew",
            manifest.method
        );
        return Err(Error::NotAGallery { path: store.folder.clone(), reason });
    }
    let recorded = recorded_serial(store, is_writer)?;
    if recorded.is_some_and(|recorded| recorded < manifest.sealed_through) {
        let what = format!(
            "it ends with change {}, and the segments with change {}: it is older than the rest of the gallery",
            recorded.unwrap_or(0),
            manifest.sealed_through
        );
        return Err(Error::Damaged { path: store.records.path().to_owned(), what });
    }
    manifest.method = method.clone();
    let panel = manifest.panel().map_err(Error::from)?.unwrap_or_else(Panel::standard);
    let (mut is_intact, mut sealed, mut lost) = (!is_stale, Vec::new(), Vec::new());
    let mut entries = std::mem::take(&mut manifest.segments);
    for entry in &mut entries {
        let path = segment_path(&store.folder, &entry.file);
        let opened = if is_stale || bad.contains(&path) {
            Err(Error::Damaged { path, what: "it is made anew".to_owned() })
        } else {
            open(store, entry, &panel)
        };
        match opened {
            Ok(segment) => sealed.push((Arc::new(segment), Arc::new(Marks::default()))),
            Err(Error::Damaged { .. } | Error::NotAGallery { .. } | Error::Io { .. }) if is_writer => {
                is_intact = false;
                *entry = remake(store, entry, &panel, threads, watch)?;
                sealed.push((Arc::new(open(store, entry, &panel)?), Arc::new(Marks::default())));
            }
            Err(Error::Damaged { .. } | Error::Io { .. }) => lost.push(entry.first..=entry.last),
            Err(error) => return Err(error),
        }
    }
    manifest.segments = entries;
    let empty = Gallery::of_parts(&store.algorithm, panel, sealed);

    let mut looks = 0;
    let (mut gallery, serial, journal_length) = loop {
        let mut gallery = empty.clone();
        let read = if is_stale {
            // Its prints were prepared by the other method too.
            Err(Error::Damaged {
                path: store.folder.clone(),
                what: "its prints are prepared anew".to_owned(),
            })
        } else {
            read_journal(store, &manifest, 0, &mut gallery)
        };
        let missing = match (&read, recorded) {
            (Ok((serial, _)), Some(recorded)) => *serial < recorded,
            (Ok(_), None) => false,
            (Err(Error::Damaged { .. } | Error::Io { .. }), _) => true,
            (Err(_), _) => true,
        };
        match read {
            Ok((serial, length)) if !missing => break (gallery, serial, length),
            Err(error @ (Error::NotAGallery { .. } | Error::Cancelled)) => return Err(error),
            // A writer may be between the records and the journal.
            _ if !is_writer && looks < LOOKS => {
                looks += 1;
                std::thread::sleep(PAUSE);
            }
            read => {
                is_intact = false;
                let mut gallery = empty.clone();
                let serial = match recorded_serial(store, is_writer)? {
                    Some(serial) => serial,
                    None => return Err(read.err().unwrap_or_else(|| missing_records(store))),
                };
                for (removed, _) in store.records.removed_after(0)? {
                    gallery.mark_gone(removed);
                }
                let after = manifest.sealed_through + 1..=serial;
                enrol_records(store, after, threads, watch, &mut gallery)?;
                break (gallery, serial, 0);
            }
        }
    };
    for range in lost {
        enrol_records(store, range, threads, watch, &mut gallery)?;
    }
    Ok(Loaded { manifest, gallery, serial, journal_length, is_intact })
}

fn missing_records(store: &Store) -> Error {
    let what = "the journal lacks changes, and the records cannot be read now".to_owned();
    Error::Damaged { path: store.folder.clone(), what }
}

/// The serial of the last change in the records; `None` where a reader cannot tell now.
fn recorded_serial(store: &Store, is_writer: bool) -> Result<Option<u64>> {
    match store.records.serial() {
        Ok(serial) => Ok(Some(serial)),
        // A writer was killed: opening the file for writing mends it.
        Err(_) if is_writer => store.records.write(|change| Ok(Some(change.serial()))),
        Err(Error::NotAGallery { path, reason }) => Err(Error::NotAGallery { path, reason }),
        Err(_) => Ok(None),
    }
}

/// Opens the segment of an entry.
pub(super) fn open(store: &Store, entry: &SegmentEntry, panel: &Panel) -> Result<Sealed> {
    let path = segment_path(&store.folder, &entry.file);
    let segment = Sealed::open(&path, &store.origin(entry.first, entry.last), panel)?;
    let outline = segment.outline();
    if (outline.subjects as u64, outline.prints as u64) == (entry.subjects, entry.prints) {
        return Ok(segment);
    }
    let what = format!(
        "it has {} subjects and {} prints, expected {} and {}",
        outline.subjects, outline.prints, entry.subjects, entry.prints
    );
    Err(Error::Damaged { path, what })
}

/// Makes a segment of the records of its range again.
fn remake(
    store: &Store,
    entry: &SegmentEntry,
    panel: &Panel,
    threads: Threads,
    watch: Watch<'_>,
) -> Result<SegmentEntry> {
    let mut draft = Draft::new(panel.clone());
    records(store, entry.first..=entry.last, threads, watch, |record, prepared| {
        draft.push(record.serial, record.id.as_str(), &record.access, &prepared, &record.profiles);
    })?;
    store.write_segment(draft, entry.first, entry.last)
}

/// Reads the journal from a place on into a gallery; the last serial, and how far the journal reaches.
pub(super) fn read_journal(
    store: &Store,
    manifest: &Manifest,
    from: u64,
    gallery: &mut Gallery,
) -> Result<(u64, u64)> {
    let path = store.folder.join(&manifest.journal);
    let generation = manifest.journal_generation().unwrap_or_default();
    let mut serial = manifest.sealed_through;
    let mut grown: HashMap<u64, crate::gallery::SubjectId> =
        gallery.growing.entries().iter().map(|entry| (entry.serial, entry.id.clone())).collect();
    let method = store.algorithm.shared_method();
    let tail = journal::read(&path, from, &manifest.gallery_id, generation, |entry| {
        let wrong = |what: String| Error::Damaged { path: path.clone(), what };
        match entry.kind {
            Kind::Enrolment => {
                let read = payload::read(entry.payload, method);
                let (record, prepared) =
                    read.map_err(|problem| wrong(format!("entry of change {}: {problem}", entry.serial)))?;
                grown.insert(record.serial, record.id.clone());
                gallery.admit(record, prepared);
            }
            Kind::Removal => {
                let removed = <[u8; 8]>::try_from(entry.payload).map(u64::from_le_bytes);
                let removed = removed.map_err(|_| wrong(format!("entry of change {}", entry.serial)))?;
                match grown.remove(&removed) {
                    Some(id) => gallery.take_growing(&id),
                    None => gallery.mark_gone(removed),
                }
            }
        }
        serial = serial.max(entry.serial);
        Ok(())
    })?;
    Ok((serial, tail.valid_length))
}

/// Enrols the records of some serials into the growing part.
fn enrol_records(
    store: &Store,
    serials: RangeInclusive<u64>,
    threads: Threads,
    watch: Watch<'_>,
    gallery: &mut Gallery,
) -> Result<()> {
    let unreadable =
        records(store, serials, threads, watch, |record, prepared| gallery.admit(record, prepared))?;
    gallery.unreadable += unreadable;
    Ok(())
}

/// Hands over the records of some serials, prepared; how many could not be read.
fn records(
    store: &Store,
    serials: RangeInclusive<u64>,
    threads: Threads,
    watch: Watch<'_>,
    mut each: impl FnMut(Record, Vec<Prepared>),
) -> Result<usize> {
    let counter = watch.counter((serials.end() - serials.start() + 1) as usize);
    let (mut waiting, mut unreadable) = (Vec::with_capacity(TOGETHER), 0);
    let mut flush = |waiting: &mut Vec<Record>| -> Result<()> {
        let prepared = threads.map(waiting, |record| prepare(&store.algorithm, &record.fingerprints))?;
        waiting.drain(..).zip(prepared).for_each(|(record, prepared)| each(record, prepared));
        Ok(())
    };
    store.records.range(serials, |record| {
        match record {
            Ok(record) => waiting.push(record),
            Err(Error::Damaged { .. }) => unreadable += 1,
            Err(error) => return Err(error),
        }
        counter.add(1);
        if counter.cancelled() {
            return Err(Error::Cancelled);
        }
        if waiting.len() == TOGETHER { flush(&mut waiting) } else { Ok(()) }
    })?;
    flush(&mut waiting)?;
    Ok(unreadable)
}

impl Store {
    /// What a segment of this store is made from.
    pub(super) fn origin(&self, first: u64, last: u64) -> Origin {
        Origin {
            gallery_id: self.records.gallery_id().to_owned(),
            first,
            last,
            method: self.algorithm.method().clone(),
        }
    }

    /// Looks what a writer of another process did since; whether that was anything.
    pub(super) fn catch_up(&self, state: &mut State) -> Result<bool> {
        let mut tries = 0;
        loop {
            let manifest = Manifest::read(&self.folder)?;
            let is_known = manifest == state.manifest;
            let caught_up = if is_known { self.read_on(state) } else { self.start_anew(state) };
            // The writer may have put another journal in the place of this one meanwhile.
            if caught_up.is_ok() || !is_known || tries == 5 || Manifest::read(&self.folder)? == manifest {
                return caught_up;
            }
            tries += 1;
        }
    }

    fn start_anew(&self, state: &mut State) -> Result<bool> {
        let loaded = self.loaded(false, &[], self.threads(), Watch::default())?;
        let Loaded { manifest, gallery, serial, journal_length, .. } = loaded;
        *state = State { manifest, gallery, serial, journal_length, journal: None };
        Ok(true)
    }

    /// Reads what the journal got since.
    fn read_on(&self, state: &mut State) -> Result<bool> {
        if state.journal_length == 0 {
            // There was none that could be read, or it lagged behind the records, which were read instead.
            let is_behind = recorded_serial(self, false)?.is_some_and(|serial| serial > state.serial);
            return if is_behind { self.start_anew(state) } else { Ok(false) };
        }
        let path = self.folder.join(&state.manifest.journal);
        let length = std::fs::metadata(&path).map_err(super::folder::io_error(&path))?.len();
        let is_longer = length > state.journal_length;
        if is_longer {
            // What is read in part counts for nothing.
            let mut gallery = state.gallery.clone();
            let (last, end) = read_journal(self, &state.manifest, state.journal_length, &mut gallery)?;
            (state.serial, state.journal_length) = (last.max(state.serial), end);
            state.gallery = gallery;
        }
        Ok(is_longer)
    }
}

impl Gallery {
    /// Adds a record to the growing part.
    pub(super) fn admit(&mut self, record: Record, prepared: Vec<Prepared>) {
        let Record { serial, id, access, provenance, enrolled, fingerprints, profiles } = record;
        let rows = profiles.iter().map(|profile| self.profiles.push(profile)).collect();
        let enrolment = Enrolment { id, fingerprints, profiles, access, provenance, enrolled };
        self.growing.add(serial, enrolment, prepared, rows);
    }

    /// Takes a subject out of the growing part.
    pub(super) fn take_growing(&mut self, id: &crate::gallery::SubjectId) {
        if let Some(entry) = self.growing.take(id) {
            entry.profile_rows.iter().for_each(|&row| self.profiles.take(row));
        }
    }

    /// Notes that the subject of this serial is gone from the segment that holds it.
    pub(super) fn mark_gone(&mut self, serial: u64) {
        for part in &mut self.parts {
            if let Some(place) = part.sealed.subjects().of_serial(serial) {
                Arc::make_mut(&mut part.gone).insert(place);
            }
        }
    }
}
