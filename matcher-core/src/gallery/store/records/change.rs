//! One change: enrolments and removals that become durable together.

use super::super::record::Record;
use super::Records;
use super::file::{Fault, IDS, META, Meta, RECORDS, REMOVED, STORE, Sealed, guarded, seal};
use crate::error::{Error, Result};
use crate::gallery::SubjectId;
use redb::{Database, ReadableTable, ReadableTableMetadata, Table, WriteTransaction};
use std::path::Path;

/// A change in the making; nothing of it is in the file before it is whole.
pub(crate) struct Change<'t> {
    path: &'t Path,
    records: Table<'t, u64, &'static [u8]>,
    ids: Table<'t, &'static [u8], Sealed>,
    removed: Table<'t, u64, Sealed>,
    meta: Meta,
}

/// Runs `work` in one transaction.
pub(super) fn change<T>(
    database: &Database,
    records: &Records,
    work: impl FnOnce(&mut Change) -> Result<T>,
) -> Result<T> {
    let path = records.path.as_path();
    let transaction = guarded(path, || {
        let mut transaction = database.begin_write()?;
        transaction.set_quick_repair(true);
        Ok(transaction)
    })?;
    let done = Change::begin(&transaction, records).and_then(|mut change| {
        let value = work(&mut change)?;
        change.finish(&transaction)?;
        Ok(value)
    });
    let ended = guarded(path, || {
        if done.is_ok() {
            transaction.commit()?;
        } else {
            transaction.abort()?;
        }
        Ok(())
    });
    // What went wrong first is what is said.
    done.and_then(|value| ended.map(|()| value))
}

impl<'t> Change<'t> {
    fn begin(transaction: &'t WriteTransaction, of: &'t Records) -> Result<Self> {
        guarded(&of.path, || {
            let meta = match transaction.open_table(META)?.get(STORE)? {
                Some(bytes) => Meta::decode(bytes.value(), &of.gallery_id)?,
                None => return Err(Fault::Damage("it says nothing of itself".to_owned())),
            };
            let (records, ids) = (transaction.open_table(RECORDS)?, transaction.open_table(IDS)?);
            let (records_there, ids_there) = (records.len()?, ids.len()?);
            if (records_there, ids_there) != (meta.count, meta.count) {
                let what =
                    format!("it has {records_there} records and {ids_there} ids, expected {}", meta.count);
                return Err(Fault::Damage(what));
            }
            Ok(Self { path: &of.path, records, ids, removed: transaction.open_table(REMOVED)?, meta })
        })
    }

    fn finish(self, transaction: &WriteTransaction) -> Result<()> {
        guarded(self.path, || {
            transaction.open_table(META)?.insert(STORE, self.meta.encode().as_slice())?;
            Ok(())
        })
    }

    /// The serial of the last change so far.
    pub(crate) fn serial(&self) -> u64 {
        self.meta.serial
    }

    /// How many records there are so far.
    pub(crate) fn count(&self) -> u64 {
        self.meta.count
    }

    fn next_serial(&mut self) -> Result<u64> {
        let next = self.meta.serial.checked_add(1);
        self.meta.serial =
            next.ok_or_else(|| Error::invalid("", "serial", u64::MAX, "one that has a next"))?;
        Ok(self.meta.serial)
    }

    /// Enrols a subject under the next serial, whatever the record says its serial is, and returns it.
    ///
    /// # Errors
    /// [`Error::AlreadyEnrolled`] where the id is taken, in this change, too; [`Error::Invalid`] for what
    /// [`Record::check`] refuses.
    pub(crate) fn insert(&mut self, record: Record) -> Result<u64> {
        record.check()?;
        let serial = self.next_serial()?;
        self.put(&Record { serial, ..record })?;
        Ok(serial)
    }

    /// Puts back a record with the serial that it has.
    pub(super) fn restore(&mut self, record: &Record) -> Result<()> {
        self.put(record)?;
        self.meta.serial = self.meta.serial.max(record.serial);
        Ok(())
    }

    fn put(&mut self, record: &Record) -> Result<()> {
        let key = record.id.as_str().as_bytes();
        let Self { records, ids, .. } = self;
        let is_new = guarded(self.path, || {
            if ids.get(key)?.is_some() {
                return Ok(false);
            }
            if records.insert(record.serial, record.encode().as_slice())?.is_some() {
                return Err(Fault::Damage(format!("serial {} is given already", record.serial)));
            }
            ids.insert(key, seal(key, record.serial))?;
            Ok(true)
        })?;
        if !is_new {
            return Err(Error::AlreadyEnrolled(record.id.to_string()));
        }
        self.meta.count += 1;
        Ok(())
    }

    /// Removes a subject and returns the serial of its record; the removal takes the next serial, [`Change::serial`].
    ///
    /// # Errors
    /// [`Error::NotEnrolled`] where there is none of this id.
    pub(crate) fn remove(&mut self, id: &SubjectId) -> Result<u64> {
        let key = id.as_str().as_bytes();
        let Self { records, ids, .. } = self;
        let serial = guarded(self.path, || {
            let Some(sealed) = ids.remove(key)?.map(|entry| entry.value()) else { return Ok(None) };
            if sealed != seal(key, sealed.0) || records.remove(sealed.0)?.is_none() {
                return Err(Fault::Damage(format!("the entry of subject {id:?} leads to no record")));
            }
            Ok(Some(sealed.0))
        })?;
        let serial = serial.ok_or_else(|| Error::NotEnrolled(id.to_string()))?;
        let removal = self.next_serial()?;
        self.note_removed(serial, removal)?;
        self.note_removed(removal, removal)?;
        self.meta.count = self.meta.count.saturating_sub(1);
        Ok(serial)
    }

    /// Notes that this serial is no record any more.
    pub(super) fn note_removed(&mut self, serial: u64, removal: u64) -> Result<()> {
        let removed = &mut self.removed;
        guarded(self.path, || {
            removed.insert(serial, seal(&serial.to_le_bytes(), removal))?;
            Ok(())
        })
    }

    /// Says up to where serials may be missing, and the least that the last serial is.
    pub(super) fn admit_gaps(&mut self, least_serial: u64) {
        self.meta.serial = self.meta.serial.max(least_serial);
        self.meta.gaps_through = self.meta.serial;
    }
}
