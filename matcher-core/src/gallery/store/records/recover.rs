//! Saves what can be read of a damaged file into a new one, and names what was lost.

use super::super::record::Record;
use super::file::{self, guarded};
use super::read::{Snapshot, decoded, unsealed};
use super::verify::walk;
use super::{Change, Meta, Records};
use crate::error::{Error, Result};
use crate::gallery::SubjectId;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

/// A record that was enrolled and could not be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lost {
    /// Its serial.
    pub(crate) serial: u64,
    /// Its subject.
    pub(crate) id: SubjectId,
}

/// What a recovery saved and what it lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Recovered {
    /// How many records were saved.
    pub(crate) saved: u64,
    /// The serials of those among them that no table led to any more: they were found by searching the file.
    pub(crate) found_by_search: Vec<u64>,
    /// What the ids name and is not there any more.
    pub(crate) lost: Vec<Lost>,
    /// The removals could not all be read: a subject that was removed may be back among those found by searching.
    pub(crate) removals_unknown: bool,
    /// The last serial of the new file.
    pub(crate) serial: u64,
    /// How many serials up to it are neither those of records nor known to be removed, beside the lost ones.
    pub(crate) unaccounted: u64,
}

/// What the tables still say.
#[derive(Default)]
struct Remains {
    /// The last serial that was committed; the highest of all where that cannot be read.
    last_committed: u64,
    ids: HashMap<u64, SubjectId>,
    removed: BTreeMap<u64, u64>,
    removals_unknown: bool,
    saved: HashSet<u64>,
    /// Something was not as it ought to be, so that the file has to be searched.
    is_damaged: bool,
}

impl Records {
    /// Saves what can be read into a new file, under the serials that they had.
    ///
    /// First by the tables, entry by entry; where they are damaged, by searching the file for the head and checksum of
    /// records, which reads all of it into memory. Records never change, so that what is found so is whole, but it may
    /// be of a subject that was removed; what is known to be removed stays out, and of an id only the last is kept.
    /// `least_serial` is the last serial that the rest of the folder knows of, lest one is given twice.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::InUse`]; [`Error::NotAGallery`] for another gallery's file; [`Error::ReadOnly`] where
    /// opening it for writing mends it without a loss.
    pub(crate) fn recover(&self, target: &Path, least_serial: u64) -> Result<Recovered> {
        let snapshot = file::open_readable(&self.path)
            .and_then(|database| guarded(&self.path, || Snapshot::as_it_is(database, &self.gallery_id)));
        let snapshot = match snapshot {
            Ok(snapshot) => Some(snapshot),
            Err(Error::Damaged { .. }) => None,
            Err(other) => return Err(other),
        };
        let new = Self::at(target, &self.gallery_id);
        new.make(&Meta::new(&self.gallery_id))?;
        let done = new.write(|change| self.save(snapshot.as_ref(), change, least_serial));
        drop(guarded(&self.path, move || {
            drop(snapshot);
            Ok(())
        }));
        done.inspect_err(|_| drop(std::fs::remove_file(target)))
    }

    fn save(&self, snapshot: Option<&Snapshot>, change: &mut Change, least_serial: u64) -> Result<Recovered> {
        let mut remains = match snapshot {
            Some(snapshot) => self.save_by_tables(snapshot, change)?,
            None => Remains {
                last_committed: u64::MAX,
                removals_unknown: true,
                is_damaged: true,
                ..Remains::default()
            },
        };
        let mut found_by_search = Vec::new();
        if remains.is_damaged {
            self.save_by_search(&mut remains, change, &mut found_by_search)?;
        }
        for (&serial, &removal) in &remains.removed {
            change.note_removed(serial, removal)?;
        }
        let committed = snapshot.map_or(0, |snapshot| snapshot.meta().serial);
        change.admit_gaps(committed.max(least_serial));
        let Remains { saved, removed, removals_unknown, ids, .. } = remains;
        let lost =
            ids.into_iter().filter(|(serial, _)| !saved.contains(serial) && !removed.contains_key(serial));
        let mut lost: Vec<Lost> = lost.map(|(serial, id)| Lost { serial, id }).collect();
        lost.sort_unstable_by_key(|lost| lost.serial);
        let known = saved.len() + removed.len() + lost.len();
        Ok(Recovered {
            saved: saved.len() as u64,
            found_by_search,
            removals_unknown,
            serial: change.serial(),
            unaccounted: change.serial().saturating_sub(known as u64),
            lost,
        })
    }

    fn save_by_tables(&self, snapshot: &Snapshot, change: &mut Change) -> Result<Remains> {
        let path = self.path.as_path();
        let mut remains = Remains { last_committed: snapshot.meta().serial, ..Remains::default() };
        let mut all_well = true;
        let walked = walk(path, &snapshot.removed, |serial, sealed| {
            match unsealed("removed", &serial.to_le_bytes(), sealed) {
                Ok(removal) => {
                    remains.removed.insert(serial, removal);
                }
                Err(_) => remains.removals_unknown = true,
            }
        });
        remains.removals_unknown |= walked.is_err();
        let walked = walk(path, &snapshot.ids, |key, sealed| {
            let id = std::str::from_utf8(key).ok().and_then(|id| SubjectId::new(id).ok());
            match (unsealed("ids", key, sealed), id) {
                (Ok(serial), Some(id)) => {
                    remains.ids.insert(serial, id);
                }
                _ => all_well = false,
            }
        });
        all_well &= walked.is_ok();
        let mut failed = None;
        let walked = walk(path, &snapshot.records, |serial, bytes| match decoded(serial, bytes) {
            Ok(record) if failed.is_none() => match change.restore(&record) {
                Ok(()) => {
                    remains.saved.insert(serial);
                }
                Err(Error::AlreadyEnrolled(_)) => all_well = false,
                Err(error) => failed = Some(error),
            },
            _ => all_well = false,
        });
        if let Some(error) = failed {
            return Err(error);
        }
        all_well &= walked.is_ok() && !remains.removals_unknown;
        all_well &= remains.saved.len() as u64 == snapshot.meta().count;
        remains.is_damaged = !all_well;
        Ok(remains)
    }

    fn save_by_search(&self, remains: &mut Remains, change: &mut Change, found: &mut Vec<u64>) -> Result<()> {
        let path = self.path.clone();
        let bytes = std::fs::read(&self.path).map_err(|source| Error::Io { path, source })?;
        let mut candidates: BTreeMap<u64, Option<&[u8]>> = BTreeMap::new();
        let mut from = 0;
        while let Some(range) = Record::find(&bytes[from..]) {
            let range = from + range.start..from + range.end;
            let Ok(record) = Record::decode(&bytes[range.clone()]) else {
                from = range.start + 1;
                continue;
            };
            from = range.end;
            // What the tables know to be otherwise was written by a change that was given up.
            let is_of_another = remains.ids.get(&record.serial).is_some_and(|id| *id != record.id);
            if !is_of_another && record.serial <= remains.last_committed {
                let bytes = &bytes[range];
                // Two that differ under one serial: nobody can say which was meant.
                candidates
                    .entry(record.serial)
                    .and_modify(|one| *one = one.filter(|one| *one == bytes))
                    .or_insert(Some(bytes));
            }
        }
        // Of an id, the last: it could be given again only once the one before was removed.
        for (serial, bytes) in candidates.into_iter().rev() {
            if remains.saved.contains(&serial) || remains.removed.contains_key(&serial) {
                continue;
            }
            let Some(Ok(record)) = bytes.map(Record::decode) else { continue };
            match change.restore(&record) {
                Ok(()) => {
                    remains.saved.insert(serial);
                    found.push(serial);
                }
                Err(Error::AlreadyEnrolled(_)) => {}
                Err(other) => return Err(other),
            }
        }
        found.sort_unstable();
        Ok(())
    }
}
