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
use super::remake::{Parts, enrol_records, remake};
use super::seal::SEAL;
use super::segment::{Origin, Sealed};
use crate::dna::Panel;
use crate::error::{Error, Result};
use crate::fingerprint::Prepared;
use crate::gallery::{Enrolment, Gallery};
use crate::work::{Threads, Watch};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

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
///
/// # Errors
/// What is wrong with the records; [`Error::Damaged`] with the path of a segment that is found damaged only now: it is
/// among `bad` the next time.
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
    let recorded = last_record(store, is_writer)?;
    if let Some(last) = recorded.filter(|last| last.serial < manifest.sealed_through) {
        return Err(older(store, last.serial, "the segments", manifest.sealed_through));
    }
    let named = manifest.clone();
    // A reader begins again where a writer replaced all this meanwhile, before it reads every record.
    let is_replaced = || Ok::<_, Error>(!is_writer && Manifest::read(&store.folder)? != named);
    manifest.method = method.clone();
    let mut panel = manifest.panel().map_err(Error::from)?.unwrap_or_else(Panel::standard);
    let mut parts = Parts::default();
    for entry in std::mem::take(&mut manifest.segments) {
        let path = segment_path(&store.folder, &entry.file);
        let opened = if is_stale || bad.contains(&path) {
            Err(Error::Damaged { path, what: "it is made anew".to_owned() })
        } else {
            open(store, &entry, &panel)
        };
        match opened {
            Ok(segment) => parts.push(entry, segment),
            Err(error @ (Error::Damaged { .. } | Error::NotAGallery { .. } | Error::Io { .. })) => {
                parts.are_intact = false;
                if is_writer {
                    remake(store, entry.first..=entry.last, &mut panel, threads, watch, &mut parts)?;
                } else if is_replaced()? {
                    return Err(error);
                } else {
                    parts.lost.push(entry.first..=entry.last);
                    parts.entries.push(entry);
                }
            }
            Err(error) => return Err(error),
        }
    }
    manifest.segments.clone_from(&parts.entries);
    let empty = Gallery::of_parts(&store.algorithm, panel.clone(), parts.sealed.clone());
    let is_all_there = parts.lost.is_empty();
    let whole = if is_stale {
        None
    } else {
        whole_journal(store, &manifest, is_writer, recorded, is_all_there, &empty)?
    };
    let (mut gallery, serial, journal_length) = if let Some(read) = whole {
        read
    } else {
        if is_replaced()? {
            return Err(missing_records(store));
        }
        parts.are_intact = false;
        let serial = last_record(store, is_writer)?.ok_or_else(|| missing_records(store))?.serial;
        let after = manifest.sealed_through + 1..=serial;
        let mut gallery = empty;
        if is_writer && serial - manifest.sealed_through > SEAL as u64 {
            remake(store, after, &mut panel, threads, watch, &mut parts)?;
            (manifest.segments, manifest.sealed_through) = (parts.entries, serial);
            gallery = Gallery::of_parts(&store.algorithm, panel, parts.sealed);
        } else {
            enrol_records(store, after, threads, watch, &mut gallery)?;
        }
        for (removed, _) in store.records.removed_after(0)? {
            gallery.mark_gone(removed)?;
        }
        (gallery, serial, 0)
    };
    for range in parts.lost {
        enrol_records(store, range, threads, watch, &mut gallery)?;
    }
    if let Some(last) = recorded.filter(|last| last.serial == serial) {
        if gallery.len() > last.count as usize && bad.len() < named.segments.len() {
            // A segment has somebody whom the records do not have: none of them is trusted.
            let all = named.segments.iter().map(|entry| segment_path(&store.folder, &entry.file));
            let all: Vec<PathBuf> = all.collect();
            return load(store, named, is_writer, &all, threads, watch);
        }
        gallery.unreadable = (last.count as usize).saturating_sub(gallery.len());
    }
    Ok(Loaded { manifest, gallery, serial, journal_length, is_intact: parts.are_intact })
}

/// What the records say of themselves.
#[derive(Clone, Copy)]
struct Last {
    /// The serial of the last change.
    serial: u64,
    /// How many records there are.
    count: u64,
}

fn missing_records(store: &Store) -> Error {
    let what = "the journal lacks changes, and the records cannot be read now".to_owned();
    Error::Damaged { path: store.folder.clone(), what }
}

fn older(store: &Store, serial: u64, than: &str, other: u64) -> Error {
    let what = format!(
        "it ends with change {serial}, and {than} with change {other}: it is older than the rest of the gallery"
    );
    Error::Damaged { path: store.records.path().to_owned(), what }
}

/// What the records end with; `None` where a reader cannot tell now.
fn last_record(store: &Store, is_writer: bool) -> Result<Option<Last>> {
    let of = |(serial, count)| Some(Last { serial, count });
    match store.records.last() {
        Ok(last) => Ok(of(last)),
        // A writer was killed: opening the file for writing mends it.
        Err(_) if is_writer => store.records.write(|change| Ok(of((change.serial(), change.count())))),
        Err(Error::NotAGallery { path, reason }) => Err(Error::NotAGallery { path, reason }),
        Err(_) => Ok(None),
    }
}

/// The gallery with what the journal says, the serial of its last change and its length; `None` where it is not what was
/// written, or lacks what the records have.
fn whole_journal(
    store: &Store,
    manifest: &Manifest,
    is_writer: bool,
    recorded: Option<Last>,
    is_all_there: bool,
    empty: &Gallery,
) -> Result<Option<(Gallery, u64, u64)>> {
    let path = store.folder.join(&manifest.journal);
    let mut looks = 0;
    loop {
        let mut gallery = empty.clone();
        match read_journal(store, manifest, 0, &mut gallery) {
            Ok((serial, length)) => {
                let mut last = recorded;
                if last.is_some_and(|last| last.serial < serial) {
                    last = last_record(store, is_writer)?; // a writer may have gone on
                }
                let Some(last) = last else { return Ok(Some((gallery, serial, length))) };
                if last.serial < serial {
                    return Err(older(store, last.serial, "the journal", serial));
                }
                let has_all = last.serial > serial || !is_all_there || last.count == gallery.len() as u64;
                if recorded.is_none_or(|recorded| recorded.serial <= serial) && has_all {
                    return Ok(Some((gallery, serial, length)));
                }
            }
            Err(Error::Damaged { path: of, what }) if of != path => {
                return Err(Error::Damaged { path: of, what });
            }
            // It is not what was written, and waiting does not change that.
            Err(Error::Damaged { .. } | Error::NotAGallery { .. } | Error::Io { .. }) => return Ok(None),
            Err(error) => return Err(error),
        }
        // A writer may be between the records and the journal.
        if is_writer || looks == LOOKS {
            return Ok(None);
        }
        looks += 1;
        std::thread::sleep(PAUSE);
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
                    None => gallery.mark_gone(removed)?,
                }
            }
        }
        serial = serial.max(entry.serial);
        Ok(())
    })?;
    Ok((serial, tail.valid_length))
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
        if Manifest::read(&self.folder)? == state.manifest {
            if state.journal_length == 0 {
                // It was made from the records: what they say counts.
                if self.records.serial()? <= state.serial {
                    return Ok(false);
                }
            } else if let Ok(is_new) = self.read_on(state) {
                return Ok(is_new);
            }
        }
        *state = State::of(self.loaded(false, &[], self.threads(), Watch::default())?);
        Ok(true)
    }

    /// Reads what was added to the journal; where that fails, the state is as it was.
    fn read_on(&self, state: &mut State) -> Result<bool> {
        let path = self.folder.join(&state.manifest.journal);
        let length = std::fs::metadata(&path).map_err(super::folder::io_error(&path))?.len();
        if length == state.journal_length {
            return Ok(false);
        }
        let mut gallery = state.gallery.clone();
        let (last, end) = read_journal(self, &state.manifest, state.journal_length, &mut gallery)?;
        (state.serial, state.journal_length, state.gallery) = (last.max(state.serial), end, gallery);
        Ok(true)
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
    ///
    /// # Errors
    /// The serials of the segment are damaged: who was removed would come back.
    pub(super) fn mark_gone(&mut self, serial: u64) -> Result<()> {
        for part in &mut self.parts {
            if let Some(place) = part.sealed.place_of(serial)? {
                Arc::make_mut(&mut part.gone).insert(place);
            }
        }
        Ok(())
    }
}
