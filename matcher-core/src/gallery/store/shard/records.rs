//! The records of a layer in one flat file: no database, since it may come from strangers.
//!
//! A container of three sections: serials, ascending; where the record of each begins, and where the last one ends; the
//! records, as they lie in the gallery's own store.

use super::super::container::{Container, ContainerWriter, Tag};
use super::super::record::Record;
use crate::error::{Error, Result};
use crate::memory::Column;
use std::path::Path;

/// What the file starts with.
const KIND: [u8; 8] = *b"MATCHREC";
/// Version of the sections.
const VERSION: u32 = 1;
const SERIALS: Tag = *b"SERI";
const STARTS: Tag = *b"STAR";
const RECORDS: Tag = *b"RECS";

/// Records that are gathered for a file.
#[derive(Default)]
pub(super) struct RecordsDraft {
    serials: Vec<u64>,
    starts: Vec<u64>,
    bytes: Vec<u8>,
}

impl RecordsDraft {
    /// Adds a record with a greater serial than all before it.
    pub(super) fn push(&mut self, record: &Record) {
        self.serials.push(record.serial);
        self.starts.push(self.bytes.len() as u64);
        self.bytes.extend_from_slice(&record.encode());
    }

    /// Writes the file.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn write(mut self, path: &Path) -> Result<()> {
        self.starts.push(self.bytes.len() as u64);
        let mut file = ContainerWriter::create(path, KIND, VERSION)?;
        file.section(SERIALS, 0, [bytemuck::cast_slice::<_, u8>(&self.serials)])?;
        file.section(STARTS, 0, [bytemuck::cast_slice::<_, u8>(&self.starts)])?;
        file.section(RECORDS, 0, [&self.bytes])?;
        file.finish()
    }
}

/// Records by serial.
#[derive(Debug)]
pub(super) struct FlatRecords {
    container: Container,
    serials: Column<u64>,
    starts: Column<u64>,
    bytes: Column<u8>,
}

impl FlatRecords {
    /// Opens a file and checks all but what the records say.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::NotAGallery`], [`Error::Damaged`].
    pub(super) fn open(path: &Path) -> Result<Self> {
        let container = Container::open(path, KIND, VERSION)?;
        let damaged = |what: String| Error::Damaged { path: path.to_owned(), what };
        if let Some(damage) = container.check_all().first() {
            return Err(damaged(damage.to_string()));
        }
        let tags: Vec<(Tag, u32)> = container.sections().map(|s| (s.tag(), s.number())).collect();
        if tags != [SERIALS, STARTS, RECORDS].map(|tag| (tag, 0)) {
            return Err(damaged("its sections are not those of records".to_owned()));
        }
        let section = |tag: Tag| {
            let missing = || damaged(format!("section {} is missing", tag.escape_ascii()));
            container.section(tag, 0).ok_or_else(missing)
        };
        let [serials, starts, bytes] = [SERIALS, STARTS, RECORDS].map(section);
        let (serials, starts, bytes) = (serials?, starts?, bytes?);
        let serials: Column<u64> = serials.column(0..serials.len())?;
        let starts: Column<u64> = starts.column(0..starts.len())?;
        let bytes: Column<u8> = bytes.column(0..bytes.len())?;
        let good = serials.is_sorted_by(|a, b| a < b)
            && starts.len() == serials.len() + 1
            && starts.first() == Some(&0)
            && starts.is_sorted()
            && starts.last().is_some_and(|&end| end == bytes.len() as u64);
        if good {
            return Ok(Self { container, serials, starts, bytes });
        }
        Err(damaged("its columns contradict each other".to_owned()))
    }

    pub(super) fn serials(&self) -> &[u64] {
        &self.serials
    }

    /// The length of the file.
    pub(super) fn file_len(&self) -> usize {
        self.container.file_len()
    }

    /// The record of a serial; `None` where there is none.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub(super) fn get(&self, serial: u64) -> Result<Option<Record>> {
        let Ok(at) = self.serials.binary_search(&serial) else { return Ok(None) };
        let damaged = |what: String| Error::Damaged {
            path: self.container.path().to_owned(),
            what: format!("serial {serial}, {what}"),
        };
        let [start, end] = [self.starts[at], self.starts[at + 1]].map(|at| at as usize);
        let bytes = self.bytes.get(start..end).ok_or_else(|| damaged("its bytes are missing".to_owned()))?;
        let record = Record::decode(bytes).map_err(|problem| damaged(problem.to_string()))?;
        if record.serial == serial {
            return Ok(Some(record));
        }
        Err(damaged(format!("record: serial is {}, expected {serial}", record.serial)))
    }
}
