//! The records of a gallery in one database file: the truth, from which all else in its folder is made.
//!
//! # Method
//! The file is a redb database (B-trees, copy on write). It is opened for each use and closed after it, so that other
//! processes come between. A change is one durable transaction: all of it, or nothing.
//!
//! Numbers of changes, serials, count from 1 and are never given twice: an enrolment takes one, a removal takes one. So
//! every serial up to the last is that of a record, of a removed subject or of a removal, and what is lost is noticed.
//! Tables:
//! ```text
//! meta     "store"            -> version, gallery id, last serial, number of records, last serial before which
//!                                numbers may be missing since a recovery; CRC-32 of these
//! records  serial             -> bytes of the record
//! ids      id of the subject  -> serial of its record, CRC-32 of id and serial
//! removed  serial             -> serial of the removal, CRC-32 of both; a removal's own serial -> itself
//! ```
//!
//! # Limits
//! A change costs seven synchronisations with the disk, of which two are the commit and the others opening and closing:
//! many subjects belong into one change.
//!
//! redb trusts the pages that it reads. Where one was damaged it may return another entry, none, or panic. So every
//! entry has a checksum of its own and is compared with its key, what is missing is looked for before it is called
//! missing, and panics inside redb are caught and become [`Error::Damaged`] (the panic hook still prints its line to
//! the standard error). A damaged page that hides an id from an enrolment lets it be enrolled twice;
//! [`Records::verify`] tells. A file set back to an earlier state of its own is consistent in itself: its last serial
//! is lower than the folder's manifest says.

mod change;
mod file;
mod read;
mod recover;
mod verify;

pub(crate) use change::Change;

use super::record::Record;
use crate::error::{Error, Result};
use crate::work::Watch;
use file::{Fault, Meta, guarded};
use read::Snapshot;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

/// The records of a gallery: a path, and whose they have to be.
#[derive(Clone, Debug)]
pub(crate) struct Records {
    path: PathBuf,
    gallery_id: String,
}

impl Records {
    /// Makes the file, without a record. Whoever makes it sees to it that the folder's entry is durable.
    ///
    /// # Errors
    /// [`Error::Io`] where the file exists or cannot be written.
    pub(crate) fn create(path: &Path, gallery_id: &str) -> Result<Self> {
        let records = Self::at(path, gallery_id);
        records.make(&Meta::new(gallery_id))?;
        Ok(records)
    }

    /// The records in this file; nothing is opened yet.
    pub(crate) fn at(path: &Path, gallery_id: &str) -> Self {
        Self { path: path.to_owned(), gallery_id: gallery_id.to_owned() }
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whose records they are.
    pub(crate) fn gallery_id(&self) -> &str {
        &self.gallery_id
    }

    /// Makes one change, durably: all of it, or, where `work` fails, nothing.
    ///
    /// A file that was left in the midst of a change is mended first. Waits up to 10 s for readers to be done.
    ///
    /// # Errors
    /// [`Error::InUse`], [`Error::NotAGallery`], [`Error::Damaged`], [`Error::Io`]; whatever `work` says.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&mut Change) -> Result<T>) -> Result<T> {
        let database = file::open_writable(&self.path)?;
        let result = change::change(&database, self, work);
        // What was committed is committed, whatever becomes of closing: the next to open the file mends it.
        drop(guarded(&self.path, move || {
            drop(database);
            Ok(())
        }));
        result
    }

    /// Reads under one opening, in one state of the file.
    fn read<T>(&self, work: impl FnOnce(&Snapshot) -> Result<T, Fault>) -> Result<T> {
        let database = file::open_readable(&self.path)?;
        guarded(&self.path, move || work(&Snapshot::new(database, &self.gallery_id)?))
    }

    /// The record of this serial; `None` where it is that of a removal or a removed subject, or was not given yet.
    ///
    /// # Errors
    /// As [`Records::by_serial`].
    pub(crate) fn by_serial(&self, serial: u64) -> Result<Option<Record>> {
        self.read(|snapshot| snapshot.by_serial(serial))
    }

    /// The serial of the last change; 0 before the first.
    ///
    /// # Errors
    /// As [`Records::by_serial`].
    pub(crate) fn serial(&self) -> Result<u64> {
        self.read(|snapshot| Ok(snapshot.meta().serial))
    }

    /// The serial of the last change, and how many records there are.
    ///
    /// # Errors
    /// As [`Records::get`].
    pub(crate) fn last(&self) -> Result<(u64, u64)> {
        self.read(|snapshot| Ok((snapshot.meta().serial, snapshot.meta().count)))
    }

    /// How many records there are.
    ///
    /// # Errors
    /// As [`Records::by_serial`].
    pub(crate) fn len(&self) -> Result<u64> {
        self.read(|snapshot| Ok(snapshot.meta().count))
    }

    /// The removals after this serial, in order: serial of the removed subject and of its removal.
    ///
    /// # Errors
    /// As [`Records::by_serial`].
    pub(crate) fn removed_after(&self, serial: u64) -> Result<Vec<(u64, u64)>> {
        self.read(|snapshot| snapshot.removed_after(serial))
    }

    /// Hands over the records of these serials in order. A damaged or missing one is handed over as an error that names
    /// its serial, and the id where the other tables know it; the rest is still served.
    ///
    /// The file is read in pieces of about 4 MiB and is closed while `each` works; what is enrolled or removed in the
    /// meantime may or may not be seen.
    ///
    /// # Errors
    /// As [`Records::by_serial`] where the file cannot be opened; whatever `each` says, which ends it.
    pub(crate) fn range(
        &self,
        serials: RangeInclusive<u64>,
        mut each: impl FnMut(Result<Record>) -> Result<()>,
    ) -> Result<()> {
        /// Serials that are looked up one by one where a piece cannot be read.
        const STRETCH: u64 = 1000;
        let last = self.serial()?.min(*serials.end());
        let mut next = (*serials.start()).max(1);
        while next <= last {
            match self.read(|snapshot| snapshot.piece(next, last)) {
                Ok(piece) => {
                    next = piece.next;
                    for (serial, bytes) in piece.entries {
                        let record = bytes.and_then(|bytes| read::decoded(serial, &bytes));
                        each(record.map_err(|what| self.damaged(serial, &what)))?;
                    }
                }
                Err(Error::Damaged { .. }) => {
                    let end = last.min(next.saturating_add(STRETCH - 1));
                    for serial in next..=end {
                        match self.by_serial(serial) {
                            Ok(None) => {}
                            Ok(Some(record)) => each(Ok(record))?,
                            Err(Error::Damaged { what, .. }) => each(Err(self.damaged(serial, &what)))?,
                            Err(other) => return Err(other),
                        }
                    }
                    next = end + 1;
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// Says what is damaged, by id, too, where the ids know it.
    fn damaged(&self, serial: u64, what: &str) -> Error {
        let id = self.read(|snapshot| Ok(snapshot.id_of(serial))).ok().flatten();
        let what = id.map_or_else(|| what.to_owned(), |id| format!("{what} (subject {id:?})"));
        Error::Damaged { path: self.path.clone(), what }
    }

    /// Writes all that is there into a new file, which then holds no byte of what was removed; returns the number of
    /// records. The file is synchronised; the caller renames it.
    ///
    /// # Errors
    /// As [`Records::by_serial`] and [`Records::create`]; [`Error::Damaged`] for the first record that is
    /// ([`Records::recover`] goes on); [`Error::Cancelled`]. The target is removed then.
    pub(crate) fn rewrite(&self, target: &Path, watch: Watch) -> Result<u64> {
        let (meta, removed) = self.read(|snapshot| Ok((snapshot.meta().clone(), snapshot.removed()?)))?;
        let (serial, count) = (meta.serial, meta.count);
        let new = Self::at(target, &self.gallery_id);
        new.make(&Meta { count: 0, ..meta })?;
        let counter = watch.counter(count as usize);
        let written = new.write(|change| {
            for (subject, removal) in removed {
                change.note_removed(subject, removal)?;
            }
            self.range(1..=serial, |record| {
                change.restore(&record?)?;
                counter.add(1);
                if counter.cancelled() { Err(Error::Cancelled) } else { Ok(()) }
            })
        });
        let written = written.and_then(|()| match new.len()? {
            n if n == count => Ok(n),
            n => {
                let what = format!("{n} records were read, expected {count}");
                Err(Error::Damaged { path: self.path.clone(), what })
            }
        });
        written.inspect_err(|_| drop(std::fs::remove_file(target)))
    }

    /// Makes the file with what is known of it beforehand.
    fn make(&self, meta: &Meta) -> Result<()> {
        file::make(&self.path, meta)
    }
}

#[cfg(test)]
#[path = "records_tests.rs"]
mod tests;
