//! The database file: its tables, opening it with patience, and what its faults are called.

use super::super::record::{Reader, Writer};
use crate::error::{Error, Problem, Result};
use redb::backends::FileBackend;
use redb::{Builder, Database, DatabaseError, ReadOnlyDatabase, TableDefinition};
use std::fs::OpenOptions;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A serial with the checksum of it and its key.
pub(super) type Sealed = (u64, u32);
pub(super) const META: TableDefinition<&[u8], &[u8]> = TableDefinition::new("meta");
pub(super) const RECORDS: TableDefinition<u64, &[u8]> = TableDefinition::new("records");
pub(super) const IDS: TableDefinition<&[u8], Sealed> = TableDefinition::new("ids");
pub(super) const REMOVED: TableDefinition<u64, Sealed> = TableDefinition::new("removed");
/// The key of the only row of [`META`].
pub(super) const STORE: &[u8] = b"store";

/// How long a reader waits for a writer, whose commit takes milliseconds.
const READER_WAITS: Duration = Duration::from_secs(2);
/// How long a writer waits for readers, of which many may come one after another.
const WRITER_WAITS: Duration = Duration::from_secs(10);
/// Bytes of pages that redb may keep while the file is open.
const CACHE: usize = 64 << 20;

/// The version of the tables.
const VERSION: u64 = 1;

/// What the file says of itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Meta {
    pub(super) gallery_id: String,
    /// The serial of the last change.
    pub(super) serial: u64,
    /// How many records there are.
    pub(super) count: u64,
    /// Serials up to this one may be missing: a recovery did not find them.
    pub(super) gaps_through: u64,
}

impl Meta {
    pub(super) fn new(gallery_id: &str) -> Self {
        Self { gallery_id: gallery_id.to_owned(), serial: 0, count: 0, gaps_through: 0 }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.varint(VERSION);
        writer.text(&self.gallery_id);
        for number in [self.serial, self.count, self.gaps_through] {
            writer.varint(number);
        }
        let mut bytes = writer.into_bytes();
        bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        bytes
    }

    /// Reads it and sees that it is of this gallery.
    pub(super) fn decode(bytes: &[u8], gallery_id: &str) -> Result<Self, Fault> {
        let covered = bytes
            .split_last_chunk::<4>()
            .filter(|(covered, checksum)| crc32fast::hash(covered) == u32::from_le_bytes(**checksum));
        let Some((covered, _)) = covered else {
            return Err(Fault::Damage("what it says of itself does not have its checksum".to_owned()));
        };
        let mut reader = Reader::new(covered);
        let version = reader.varint("format version")?;
        if version != VERSION {
            return Err(Fault::Another(format!(
                "its records are of format version {version}, expected {VERSION}"
            )));
        }
        let found = reader.text("gallery id")?.to_owned();
        if found != gallery_id {
            return Err(Fault::Another(format!(
                "its records are of gallery {found:?}, expected {gallery_id:?}"
            )));
        }
        let mut number = |field| reader.varint(field);
        let (serial, count, gaps_through) = (number("serial")?, number("count")?, number("gaps")?);
        Ok(Self { gallery_id: found, serial, count, gaps_through })
    }
}

/// The checksum of an entry: of its key and its serial.
pub(super) fn seal(key: &[u8], serial: u64) -> Sealed {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(&serial.to_le_bytes());
    (serial, hasher.finalize())
}

/// What went wrong inside the file, which knows nothing of its path.
pub(super) enum Fault {
    /// Bytes are not what was written.
    Damage(String),
    /// It is not what was to be opened.
    Another(String),
    /// The database said so.
    Database(redb::Error),
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Damage(problem.to_string())
    }
}

macro_rules! database_faults {
    ($($error:ty),*) => {$(
        impl From<$error> for Fault {
            fn from(error: $error) -> Self {
                Self::Database(error.into())
            }
        }
    )*};
}

database_faults!(
    redb::StorageError,
    redb::TableError,
    redb::TransactionError,
    redb::CommitError,
    DatabaseError
);

impl Fault {
    pub(super) fn at(self, path: &Path) -> Error {
        let path = path.to_owned();
        match self {
            Self::Damage(what) => Error::Damaged { path, what },
            Self::Another(reason) => Error::NotAGallery { path, reason },
            Self::Database(error) => match error {
                redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => Error::InUse { path },
                redb::Error::RepairAborted => {
                    let reason = "a writer was stopped in the midst of a change; open the gallery for writing \
                                  once, which mends it";
                    Error::ReadOnly { path, reason: reason.to_owned() }
                }
                redb::Error::UpgradeRequired(version) => {
                    let reason = format!("its database is of file format {version}, expected 3 or later");
                    Error::NotAGallery { path, reason }
                }
                redb::Error::Io(source) if source.kind() == io::ErrorKind::InvalidData => {
                    Error::Damaged { path, what: format!("its head is not that of a database: {source}") }
                }
                redb::Error::Io(source) if source.kind() == io::ErrorKind::UnexpectedEof => {
                    Error::Damaged { path, what: "it is shorter than its pages".to_owned() }
                }
                redb::Error::Io(source) => Error::Io { path, source },
                redb::Error::PreviousIo => {
                    Error::Io { path, source: io::Error::other("an earlier operation failed") }
                }
                redb::Error::ValueTooLarge(bytes) => {
                    let source =
                        io::Error::other(format!("a record has {bytes} bytes, expected at most 3 GiB"));
                    Error::Io { path, source }
                }
                other => Error::Damaged { path, what: other.to_string() },
            },
        }
    }
}

/// Works with the database; where it panics over a damaged page, that is an error, too.
pub(super) fn guarded<T>(path: &Path, work: impl FnOnce() -> Result<T, Fault>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|fault| fault.at(path)),
        Err(_) => Err(Fault::Damage("a page of its database is not what was written".to_owned()).at(path)),
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE);
    builder
}

/// Opens the file without ever writing to it.
pub(super) fn open_readable(path: &Path) -> Result<ReadOnlyDatabase> {
    patiently(path, READER_WAITS, |builder| builder.open_read_only(path))
}

/// Opens the file, mending it where a writer was stopped in the midst of a change.
pub(super) fn open_writable(path: &Path) -> Result<Database> {
    patiently(path, WRITER_WAITS, |builder| builder.open(path))
}

fn patiently<T>(
    path: &Path,
    limit: Duration,
    open: impl Fn(&Builder) -> Result<T, DatabaseError>,
) -> Result<T> {
    let start = Instant::now();
    let mut pause = Duration::from_micros(100);
    loop {
        match guarded(path, || Ok(open(&builder())?)) {
            Err(Error::InUse { .. }) if start.elapsed() < limit => {
                sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(5));
            }
            result => return result,
        }
    }
}

/// Makes a file that does not exist yet, with its tables.
pub(super) fn make(path: &Path, meta: &Meta) -> Result<()> {
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(path);
    let file = file.map_err(|source| Error::Io { path: path.to_owned(), source })?;
    guarded(path, || {
        let database = builder().create_with_backend(FileBackend::new(file)?)?;
        let mut transaction = database.begin_write()?;
        transaction.set_quick_repair(true);
        transaction.open_table(META)?.insert(STORE, meta.encode().as_slice())?;
        transaction.open_table(RECORDS)?;
        transaction.open_table(IDS)?;
        transaction.open_table(REMOVED)?;
        transaction.commit()?;
        Ok(())
    })
}
