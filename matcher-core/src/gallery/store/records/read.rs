//! One state of the file as a reader sees it, in which nothing is believed that does not prove itself.

use super::super::record::Record;
use super::file::{Fault, IDS, META, Meta, RECORDS, REMOVED, STORE, Sealed, seal};
use crate::gallery::SubjectId;
use redb::{ReadOnlyDatabase, ReadOnlyTable, ReadableDatabase, ReadableTable, ReadableTableMetadata};
use std::ops::Range;

/// Bytes of records that are read under one opening.
const PIECE: usize = 4 << 20;

/// An open file and its tables.
pub(super) struct Snapshot {
    pub(super) records: ReadOnlyTable<u64, &'static [u8]>,
    pub(super) ids: ReadOnlyTable<&'static [u8], Sealed>,
    pub(super) removed: ReadOnlyTable<u64, Sealed>,
    meta: Meta,
    /// Dropped last: closes the file.
    _database: ReadOnlyDatabase,
}

/// Some records, in order of their serials.
pub(super) struct Piece {
    /// Serial and bytes, or what is wrong.
    pub(super) entries: Vec<(u64, Result<Vec<u8>, String>)>,
    /// Where the next piece begins.
    pub(super) next: u64,
}

/// The record of these bytes, if it is the one of this serial.
pub(super) fn decoded(serial: u64, bytes: &[u8]) -> Result<Record, String> {
    let record = Record::decode(bytes).map_err(|problem| format!("serial {serial}, {problem}"))?;
    if record.serial == serial {
        Ok(record)
    } else {
        Err(format!("serial {serial}, record: serial is {}, expected {serial}", record.serial))
    }
}

/// The serial of an entry, if the entry is what was written.
pub(super) fn unsealed(table: &str, key: &[u8], sealed: Sealed) -> Result<u64, Fault> {
    if sealed == seal(key, sealed.0) {
        return Ok(sealed.0);
    }
    Err(Fault::Damage(format!("an entry of its table {table} does not have its checksum")))
}

impl Snapshot {
    pub(super) fn new(database: ReadOnlyDatabase, gallery_id: &str) -> Result<Self, Fault> {
        let snapshot = Self::as_it_is(database, gallery_id)?;
        let counts = (snapshot.records.len()?, snapshot.ids.len()?);
        if counts != (snapshot.meta.count, snapshot.meta.count) {
            let (records, ids) = counts;
            let what = format!("it has {records} records and {ids} ids, expected {}", snapshot.meta.count);
            return Err(Fault::Damage(what));
        }
        Ok(snapshot)
    }

    /// Without a look at how many entries the tables have.
    pub(super) fn as_it_is(database: ReadOnlyDatabase, gallery_id: &str) -> Result<Self, Fault> {
        let transaction = database.begin_read()?;
        let meta = match transaction.open_table(META)?.get(STORE)? {
            Some(bytes) => Meta::decode(bytes.value(), gallery_id)?,
            None => return Err(Fault::Damage("it says nothing of itself".to_owned())),
        };
        Ok(Self {
            records: transaction.open_table(RECORDS)?,
            ids: transaction.open_table(IDS)?,
            removed: transaction.open_table(REMOVED)?,
            meta,
            _database: database,
        })
    }

    pub(super) fn meta(&self) -> &Meta {
        &self.meta
    }

    pub(super) fn by_serial(&self, serial: u64) -> Result<Option<Record>, Fault> {
        if let Some(bytes) = self.records.get(serial)? {
            return decoded(serial, bytes.value()).map(Some).map_err(Fault::Damage);
        }
        if serial > 0 && serial <= self.meta.serial {
            self.accounted(serial..serial + 1)?.map_err(Fault::Damage)?;
        }
        Ok(None)
    }

    /// Whether all of these serials, none of which is that of a record, are removed, or removals.
    pub(super) fn accounted(&self, serials: Range<u64>) -> Result<Result<(), String>, Fault> {
        let start = serials.start.max(self.meta.gaps_through.saturating_add(1));
        if start >= serials.end {
            return Ok(Ok(()));
        }
        let mut count = 0;
        for entry in self.removed.range(start..serials.end)? {
            let (key, sealed) = entry?;
            unsealed("removed", &key.value().to_le_bytes(), sealed.value())?;
            count += 1;
        }
        let missing = (serials.end - start).abs_diff(count);
        let between = || format!("serials {start} to {}: {missing} records are missing", serials.end - 1);
        Ok(if missing == 0 { Ok(()) } else { Err(between()) })
    }

    /// All that is noted of removed serials.
    pub(super) fn removed(&self) -> Result<Vec<(u64, u64)>, Fault> {
        let mut all = Vec::new();
        for entry in self.removed.iter()? {
            let (key, sealed) = entry?;
            let serial = key.value();
            all.push((serial, unsealed("removed", &serial.to_le_bytes(), sealed.value())?));
        }
        Ok(all)
    }

    pub(super) fn removed_after(&self, serial: u64) -> Result<Vec<(u64, u64)>, Fault> {
        let mut all = self.removed()?;
        // A removal's own serial leads to itself.
        all.retain(|&(subject, removal)| removal > serial && subject != removal);
        all.sort_unstable_by_key(|&(_, removal)| removal);
        Ok(all)
    }

    /// Records from `next` on, and what is missing between them.
    pub(super) fn piece(&self, next: u64, last: u64) -> Result<Piece, Fault> {
        let mut piece = Piece { entries: Vec::new(), next };
        let mut bytes_read = 0;
        for entry in self.records.range(next..=last)? {
            let (key, bytes) = entry?;
            let serial = key.value();
            if serial < piece.next || serial > last {
                return Err(Fault::Damage("its table records is out of order".to_owned()));
            }
            if let Err(what) = self.accounted(piece.next..serial)? {
                piece.entries.push((piece.next, Err(what)));
            }
            piece.next = serial.saturating_add(1);
            bytes_read += bytes.value().len();
            piece.entries.push((serial, Ok(bytes.value().to_vec())));
            if bytes_read > PIECE {
                return Ok(piece);
            }
        }
        let end = last.saturating_add(1);
        if let Err(what) = self.accounted(piece.next..end)? {
            piece.entries.push((piece.next, Err(what)));
        }
        piece.next = end;
        Ok(piece)
    }

    /// Whether both can be looked up.
    pub(super) fn leads_to(&self, serial: u64, id: &SubjectId) -> Result<bool, Fault> {
        let by_id = self.ids.get(id.as_str().as_bytes())?.map(|entry| entry.value().0);
        Ok(by_id == Some(serial) && self.records.get(serial)?.is_some())
    }

    /// The subject of this serial by the table of ids; `None`, too, where that cannot be read.
    pub(super) fn id_of(&self, serial: u64) -> Option<SubjectId> {
        for entry in self.ids.iter().ok()? {
            let (id, sealed) = entry.ok()?;
            if sealed.value().0 == serial && unsealed("ids", id.value(), sealed.value()).is_ok() {
                return SubjectId::new(std::str::from_utf8(id.value()).ok()?).ok();
            }
        }
        None
    }
}
