//! Reads all of the file and says all that is wrong with it.

use super::Records;
use super::file::{self, guarded};
use super::read::{Snapshot, decoded, unsealed};
use crate::error::Result;
use crate::gallery::SubjectId;
use redb::{Key, ReadOnlyTable, ReadableTable, Value};
use std::collections::HashMap;
use std::path::Path;

/// One thing that is wrong with the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The serial that it concerns, where it is one.
    pub(crate) serial: Option<u64>,
    /// The subject, where it can be told.
    pub(crate) id: Option<SubjectId>,
    /// What is wrong.
    pub(crate) what: String,
}

/// Goes through a table entry by entry, as far as it can be read.
pub(super) fn walk<K: Key + 'static, V: Value + 'static>(
    path: &Path,
    table: &ReadOnlyTable<K, V>,
    mut each: impl FnMut(K::SelfType<'_>, V::SelfType<'_>),
) -> Result<()> {
    let mut entries = guarded(path, || Ok(table.iter()?))?;
    // An entry takes more than a byte: where there are more, pages lead in a circle.
    let most = std::fs::metadata(path).map_or(u64::MAX, |file| file.len());
    for _ in 0..most {
        let more = guarded(path, || {
            let Some(entry) = entries.next() else { return Ok(false) };
            let (key, value) = entry?;
            each(key.value(), value.value());
            Ok(true)
        })?;
        if !more {
            break;
        }
    }
    Ok(())
}

impl Records {
    /// Reads every entry of every table, and every record, and compares records and ids both ways.
    ///
    /// Reads only, under one opening: a writer waits while it runs. An empty list says that all is well. What it does
    /// not see is damage where nothing is stored, which harms nothing, and a whole file set back to an earlier state.
    ///
    /// # Errors
    /// As [`Records::get`] where the file cannot be opened at all.
    pub(crate) fn verify(&self) -> Result<Vec<Finding>> {
        let path = self.path.as_path();
        let database = file::open_readable(path)?;
        let snapshot = guarded(path, || Snapshot::as_it_is(database, &self.gallery_id))?;
        let mut found = Vec::new();
        let mut find = |serial, id, what: String| found.push(Finding { serial, id, what });

        let mut ids = HashMap::new();
        let walked = walk(path, &snapshot.ids, |key, sealed| {
            let id = std::str::from_utf8(key).ok().and_then(|id| SubjectId::new(id).ok());
            match (unsealed("ids", key, sealed), id) {
                (Ok(serial), Some(id)) => {
                    if let Some(other) = ids.insert(serial, id) {
                        find(Some(serial), Some(other), "two ids lead to this serial".to_owned());
                    }
                }
                (_, id) => find(None, id, "an entry of the table ids is damaged".to_owned()),
            }
        });
        walked.unwrap_or_else(|error| find(None, None, format!("the table ids ends early: {error}")));

        let (mut count, mut next) = (0u64, 1u64);
        let walked = walk(path, &snapshot.records, |serial, bytes| {
            count += 1;
            if serial < next || serial > snapshot.meta().serial {
                find(Some(serial), None, "the table records is out of order here".to_owned());
                return;
            }
            match guarded(path, || snapshot.accounted(next..serial)) {
                Ok(Ok(())) => {}
                Ok(Err(what)) => find(None, None, what),
                Err(error) => find(None, None, error.to_string()),
            }
            next = serial + 1;
            match (decoded(serial, bytes), ids.remove(&serial)) {
                (Ok(record), Some(id)) if record.id == id => {
                    // A damaged branch may lead past what a walk along the leaves finds.
                    if !guarded(path, || snapshot.leads_to(serial, &id)).unwrap_or(false) {
                        find(Some(serial), Some(id), "it is there and cannot be looked up".to_owned());
                    }
                }
                (Ok(record), _) => {
                    find(Some(serial), Some(record.id), "its id does not lead to it".to_owned());
                }
                (Err(what), id) => find(Some(serial), id, what),
            }
        });
        walked.unwrap_or_else(|error| find(None, None, format!("the table records ends early: {error}")));

        for (serial, id) in ids {
            find(Some(serial), Some(id), "its record is missing".to_owned());
        }
        let end = snapshot.meta().serial.saturating_add(1);
        match guarded(path, || snapshot.accounted(next..end)) {
            Ok(Ok(())) => {}
            Ok(Err(what)) => find(None, None, what),
            Err(error) => find(None, None, error.to_string()),
        }
        let walked = walk(path, &snapshot.removed, |serial, sealed| {
            if unsealed("removed", &serial.to_le_bytes(), sealed).is_err() {
                find(None, None, "an entry of the table removed is damaged".to_owned());
            }
        });
        walked.unwrap_or_else(|error| find(None, None, format!("the table removed ends early: {error}")));
        if count != snapshot.meta().count {
            find(None, None, format!("{count} records were read, expected {}", snapshot.meta().count));
        }
        found.sort_by_key(|finding| finding.serial);
        drop(guarded(path, move || {
            drop(snapshot);
            Ok(())
        }));
        Ok(found)
    }
}
