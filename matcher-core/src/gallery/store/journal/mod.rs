//! The journal of a lasting gallery: what changed since its segments were made.
//!
//! It is derived from the records and only ever grows at its end, so a reader goes on from where it stopped. All integers
//! are little-endian.
//!
//! | part | bytes |
//! |---|---|
//! | header | magic (8), format version (4), gallery id (32 digits), generation (8), CRC-32 of all these (4) |
//! | entry | length of the payload (4), kind (1), serial (8), CRC-32 (4); payload, CRC-32 of head and payload (4) |
//!
//! The highest bit of the kind marks the last entry of a batch. Batches are whole or not there: each is on the disk before
//! the next is written, and a reader takes none whose last entry is missing. Both checksums of an entry begin with that of
//! the header and the place of the entry, so nothing that lay elsewhere or in another journal passes for one, and no
//! payload can look like one.
//!
//! # Torn or damaged
//! A killed writer leaves a part of one batch at the end, and nothing after it. So where an entry does not check, the
//! reader looks for the head of an entry at every later byte. There is one: something that was whole is damaged. There is
//! none: the end is torn, and all before it counts. What this cannot tell apart is damage that reaches to the last entry
//! with nothing whole behind it: it reads as torn, and the number of the last change in the records shows that the journal
//! lags behind.

mod reader;
mod writer;

pub(crate) use reader::read;
pub(crate) use writer::JournalWriter;

use super::folder::io_error;
use crate::error::{Error, Result};
use crc32fast::Hasher;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// How every journal begins.
const MAGIC: &[u8; 8] = b"matcherJ";
/// The version of this format.
const VERSION: u32 = 1;
/// Digits of a gallery id.
const ID_LEN: usize = 32;
/// Bytes of the header.
pub(crate) const HEADER_LEN: u64 = (8 + 4 + ID_LEN + 8 + 4) as u64;
/// Bytes of an entry before its payload.
const HEAD_LEN: usize = 4 + 1 + 8 + 4;
/// Bytes of the checksum behind a payload.
const CRC_LEN: usize = 4;
/// Set in the kind of a batch's last entry.
const LAST_OF_BATCH: u8 = 0x80;

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A subject is there from this serial on.
    Enrolment,
    /// A subject is gone.
    Removal,
}

impl Kind {
    fn code(self) -> u8 {
        match self {
            Self::Enrolment => 1,
            Self::Removal => 2,
        }
    }

    fn of_code(code: u8) -> Option<Self> {
        [Self::Enrolment, Self::Removal].into_iter().find(|kind| kind.code() == code)
    }
}

/// One change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    /// What happened.
    pub(crate) kind: Kind,
    /// The number of the change.
    pub(crate) serial: u64,
    /// What belongs to it, below 4 GiB; its meaning is the caller's.
    pub(crate) payload: &'a [u8],
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The payload is of a person.
        write!(f, "Entry({:?}, serial {}, {} bytes)", self.kind, self.serial, self.payload.len())
    }
}

/// Where the whole batches of a journal end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tail {
    /// The end of the last whole batch, in bytes from the start of the file: where the next reading goes on.
    pub(crate) valid_length: u64,
    /// Whether a part of a batch lies behind it, left by a killed writer or still being written.
    pub(crate) torn: bool,
}

/// The first part of an entry.
struct Head {
    length: u32,
    kind: u8,
    serial: u64,
}

impl Head {
    fn to_bytes(&self, seed: &Hasher) -> [u8; HEAD_LEN] {
        let mut bytes = [0; HEAD_LEN];
        bytes[..4].copy_from_slice(&self.length.to_le_bytes());
        bytes[4] = self.kind;
        bytes[5..13].copy_from_slice(&self.serial.to_le_bytes());
        let crc = checksum(seed, &bytes[..13]);
        bytes[13..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// `None` where the checksum does not fit.
    fn of_bytes(bytes: &[u8; HEAD_LEN], seed: &Hasher) -> Option<Self> {
        let [l0, l1, l2, l3, kind, s0, s1, s2, s3, s4, s5, s6, s7, crc @ ..] = *bytes;
        let head = Self {
            length: u32::from_le_bytes([l0, l1, l2, l3]),
            kind,
            serial: u64::from_le_bytes([s0, s1, s2, s3, s4, s5, s6, s7]),
        };
        (checksum(seed, &bytes[..13]) == u32::from_le_bytes(crc)).then_some(head)
    }

    fn kind(&self) -> Option<Kind> {
        Kind::of_code(self.kind & !LAST_OF_BATCH)
    }
}

fn checksum(seed: &Hasher, bytes: &[u8]) -> u32 {
    let mut hasher = seed.clone();
    hasher.update(bytes);
    hasher.finalize()
}

/// What the checksums of an entry begin with.
fn seed(header_crc: u32, offset: u64) -> Hasher {
    let mut hasher = Hasher::new();
    hasher.update(&header_crc.to_le_bytes());
    hasher.update(&offset.to_le_bytes());
    hasher
}

/// The header of a journal, and its checksum.
fn header(path: &Path, gallery_id: &str, generation: u64) -> Result<(Vec<u8>, u32)> {
    if gallery_id.len() != ID_LEN {
        let value = format!("{} bytes long", gallery_id.len());
        return Err(Error::invalid(path.display(), "gallery id", value, format!("{ID_LEN} bytes")));
    }
    let mut bytes = MAGIC.to_vec();
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(gallery_id.as_bytes());
    bytes.extend_from_slice(&generation.to_le_bytes());
    let crc = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    Ok((bytes, crc))
}

/// Whose journal of this generation a file is, by its header; `None` where that is damaged.
pub(crate) fn gallery_id(path: &Path, generation: u64) -> Option<String> {
    let mut found = Vec::with_capacity(HEADER_LEN as usize);
    super::folder::open_file(path).ok()?.take(HEADER_LEN).read_to_end(&mut found).ok()?;
    let id = std::str::from_utf8(found.get(12..12 + ID_LEN)?).ok()?.to_owned();
    let (expected, _) = header(path, &id, generation).ok()?;
    (found == expected).then_some(id)
}

/// Reads the header and holds it against the one expected, whose checksum it returns.
fn check_header(file: &mut File, path: &Path, gallery_id: &str, generation: u64) -> Result<u32> {
    let (expected, crc) = header(path, gallery_id, generation)?;
    let mut found = Vec::with_capacity(expected.len());
    file.take(HEADER_LEN).read_to_end(&mut found).map_err(io_error(path))?;
    if found == expected {
        return Ok(crc);
    }
    let damaged = |what: String| Err(Error::Damaged { path: path.to_owned(), what });
    let other = |reason: String| Err(Error::NotAGallery { path: path.to_owned(), reason });
    let Ok(found): Result<[u8; HEADER_LEN as usize], _> = found.try_into() else {
        return damaged(format!("it ends within its header, expected {HEADER_LEN} bytes of it"));
    };
    let number =
        |at: usize, n: usize| found[at..at + n].iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte));
    if &found[..8] != MAGIC {
        return damaged("its first bytes are not those of a journal".to_owned());
    }
    let version = number(8, 4);
    if version > u64::from(VERSION) {
        let reason = format!(
            "the journal is of version {version}, and this matcher reads {VERSION}: use a newer matcher"
        );
        return other(reason);
    }
    if u64::from(crc32fast::hash(&found[..52])) != number(52, 4) || version != u64::from(VERSION) {
        return damaged("the checksum of its header does not fit".to_owned());
    }
    let id = String::from_utf8_lossy(&found[12..44]);
    if id != gallery_id {
        return other(format!("the journal is of gallery {id:?}, expected {gallery_id:?}"));
    }
    other(format!("the journal is of generation {}, expected {generation}", number(44, 8)))
}

/// Whether a journal has not become shorter than what was read of it.
fn check_length(path: &Path, present: u64, expected: u64) -> Result<()> {
    if present >= expected {
        return Ok(());
    }
    let what = format!("it is {present} bytes long, expected at least {expected}");
    Err(Error::Damaged { path: path.to_owned(), what })
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
