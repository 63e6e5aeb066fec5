//! The file of a checkpoint: opened and read once, then added to.

use super::{Done, Work};
use crate::error::{Error, Result};
use crc32fast::Hasher;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// How every checkpoint begins.
const WORDS: &str = "matcher links ";
/// The version of this format.
const VERSION: u32 = 1;
/// The longest header, in bytes: ours are below a thousand.
const MAX_HEADER: u64 = 1 << 16;
/// Bytes of a record before its payload.
const HEAD: u64 = 8;

/// A checkpoint, locked by this process until it is dropped.
#[derive(Debug)]
pub(in crate::search) struct Checkpoint {
    file: File,
    path: PathBuf,
    header_crc: u32,
    /// Where the next record goes.
    len: u64,
}

impl Checkpoint {
    /// Opens the checkpoint of some work on so many subjects, and gives what is done to `take`, record by record; one that
    /// is not there is made.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the file is none, or of other work: it names what differs. [`Error::InUse`] where another
    /// process has it; [`Error::Damaged`] where a record checks and says what cannot be; [`Error::Io`].
    pub(in crate::search) fn open(
        path: &Path,
        work: &Work,
        subjects: u32,
        mut take: impl FnMut(Done),
    ) -> Result<Self> {
        let io = |source| Error::Io { path: path.to_owned(), source };
        // Opening anything but a file may wait for ever.
        if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            return Err(io(std::io::Error::new(ErrorKind::InvalidInput, "is no regular file")));
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = file.map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::InUse { path: path.to_owned() }),
            // A file system without locks: nothing is lost but the warning.
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
        let header = header(work);
        let header_crc = crc32fast::hash(&header);
        let mut start = Vec::new();
        Read::by_ref(&mut file).take(MAX_HEADER).read_to_end(&mut start).map_err(io)?;
        let mut checkpoint = Self { file, path: path.to_owned(), header_crc, len: header.len() as u64 };
        if header.starts_with(&start) && start.len() < header.len() {
            // New, or its maker was killed before it was whole.
            checkpoint.cut(0)?;
            checkpoint.file.write_all(&header).and_then(|()| checkpoint.file.sync_all()).map_err(io)?;
            return Ok(checkpoint);
        }
        if !start.starts_with(&header) {
            return Err(refused(path, &start, work));
        }
        checkpoint.read(subjects, &mut take)?;
        Ok(checkpoint)
    }

    /// Reads the records, and cuts off what does not check.
    fn read(&mut self, subjects: u32, take: &mut impl FnMut(Done)) -> Result<()> {
        let io = |source| Error::Io { path: self.path.clone(), source };
        let end = self.file.metadata().map_err(io)?.len();
        self.file.seek(SeekFrom::Start(self.len)).map_err(io)?;
        let mut input = BufReader::new(&self.file);
        let (mut at, mut next, mut payload) = (self.len, 0, Vec::new());
        while end.saturating_sub(at) >= HEAD {
            let mut head = [0; HEAD as usize];
            input.read_exact(&mut head).map_err(io)?;
            let [l0, l1, l2, l3, c0, c1, c2, c3] = head;
            let length = u64::from(u32::from_le_bytes([l0, l1, l2, l3]));
            if length > end - at - HEAD {
                break;
            }
            payload.clear();
            input.by_ref().take(length).read_to_end(&mut payload).map_err(io)?;
            let crc = checksum(self.header_crc, at, &payload);
            if payload.len() as u64 != length || crc != u32::from_le_bytes([c0, c1, c2, c3]) {
                break;
            }
            let done = Done::of_bytes(&payload, next, subjects).map_err(|what| Error::Damaged {
                path: self.path.clone(),
                what: format!("the record at byte {at}: {what}"),
            })?;
            next = done.end;
            take(done);
            at += HEAD + length;
        }
        self.cut(at)
    }

    /// Adds what is done; it is on the disk when this returns.
    ///
    /// # Errors
    /// [`Error::Io`]; what was there before stays good.
    pub(in crate::search) fn append(&mut self, done: &Done) -> Result<()> {
        let payload = done.to_bytes();
        let Ok(length) = u32::try_from(payload.len()) else {
            let expected = "below 4 GiB: lower the limit of links";
            return Err(Error::invalid(self.path.display(), "length of a record", payload.len(), expected));
        };
        let mut bytes = Vec::with_capacity(payload.len() + HEAD as usize);
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&checksum(self.header_crc, self.len, &payload).to_le_bytes());
        bytes.extend_from_slice(&payload);
        let written = self.file.write_all(&bytes).and_then(|()| self.file.sync_data());
        written.map_err(|source| Error::Io { path: self.path.clone(), source })?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Forgets what lies behind a place, and goes on there.
    fn cut(&mut self, len: u64) -> Result<()> {
        self.len = self.len.max(len);
        let set = self.file.set_len(len).and_then(|()| self.file.seek(SeekFrom::Start(len)));
        set.map(drop).map_err(|source| Error::Io { path: self.path.clone(), source })
    }
}

/// The header of a checkpoint.
fn header(work: &Work) -> Vec<u8> {
    // Pairs of texts: their serialisation cannot fail.
    let json = serde_json::to_vec_pretty(work).unwrap_or_default();
    let mut bytes = format!("{WORDS}{VERSION} {} {:08x}\n", json.len(), crc32fast::hash(&json)).into_bytes();
    bytes.extend_from_slice(&json);
    bytes.push(b'\n');
    bytes
}

fn checksum(header_crc: u32, at: u64, payload: &[u8]) -> u32 {
    let mut hasher = Hasher::new();
    hasher.update(&header_crc.to_le_bytes());
    hasher.update(&at.to_le_bytes());
    hasher.update(payload);
    hasher.finalize()
}

/// Why a file that begins so is not the checkpoint of this work.
fn refused(path: &Path, start: &[u8], work: &Work) -> Error {
    let no_checkpoint = |value: &str| {
        let expected = format!("{:?}: choose a file that is not there yet", format!("{WORDS}{VERSION}"));
        Error::invalid(path.display(), "beginning of the checkpoint", value, expected)
    };
    let Some(rest) = start.strip_prefix(WORDS.as_bytes()) else {
        return no_checkpoint("of another file");
    };
    let line = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
    let (line, json) = rest.split_at(line);
    let line = String::from_utf8_lossy(line);
    let mut words = line.split(' ');
    let version = words.next().unwrap_or_default();
    if version != VERSION.to_string() {
        return no_checkpoint(&format!("of version {}", version.chars().take(10).collect::<String>()));
    }
    let length = words.next().and_then(|word| word.parse::<usize>().ok());
    let json = length.and_then(|length| json.get(1..)?.get(..length));
    let said = json.filter(|json| words.next() == Some(&format!("{:08x}", crc32fast::hash(json))));
    let found = said.and_then(|json| serde_json::from_slice::<Work>(json).ok());
    match found.as_ref().and_then(|found| found.differs(work)) {
        Some((name, found, expected)) => {
            let expected = format!("{expected}: the checkpoint is of other work, choose another file");
            Error::invalid(path.display(), name, found, expected)
        }
        None => Error::Damaged {
            path: path.to_owned(),
            what: "its header does not check: choose another file".to_owned(),
        },
    }
}
