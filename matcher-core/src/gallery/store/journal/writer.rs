//! Adds batches to a journal: one write and one wait for the disk a batch.

use super::super::folder::{io_error, write_atomically};
use super::{
    CRC_LEN, Entry, HEAD_LEN, HEADER_LEN, Head, LAST_OF_BATCH, check_header, check_length, checksum, header,
    seed,
};
use crate::error::{Error, Result};
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Adds to a journal; there is one at a time, see [`Lock`](super::super::folder::Lock).
#[derive(Debug)]
pub(crate) struct JournalWriter {
    pub(super) file: File,
    path: PathBuf,
    pub(super) header_crc: u32,
    len: u64,
    /// What went wrong: nothing is added behind bytes that may be half an entry.
    broken: Option<String>,
}

impl JournalWriter {
    /// A new journal without entries, on the disk; one that was there is replaced.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the gallery id is not of 32 bytes; [`Error::Io`] where it cannot be written.
    pub(crate) fn create(path: &Path, gallery_id: &str, generation: u64) -> Result<Self> {
        let (header, _) = header(path, gallery_id, generation)?;
        write_atomically(path, &header)?;
        Self::open_to_append(path, gallery_id, generation, HEADER_LEN)
    }

    /// Goes on with a journal behind its whole batches, as [`read`] found them; what lies there is cut off.
    ///
    /// # Errors
    /// As [`read`] for the header; [`Error::Damaged`] where the journal is shorter; [`Error::Io`].
    pub(crate) fn open_to_append(
        path: &Path,
        gallery_id: &str,
        generation: u64,
        valid_length: u64,
    ) -> Result<Self> {
        let io = io_error(path);
        let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(&io)?;
        let header_crc = check_header(&mut file, path, gallery_id, generation)?;
        let (len, present) = (valid_length.max(HEADER_LEN), file.metadata().map_err(&io)?.len());
        check_length(path, present, len)?;
        if present > len {
            file.set_len(len).and_then(|()| file.sync_all()).map_err(&io)?;
        }
        file.seek(SeekFrom::Start(len)).map_err(&io)?;
        Ok(Self { file, path: path.to_owned(), header_crc, len, broken: None })
    }

    /// Adds a batch, which readers see whole or not at all; it is on the disk when this returns. No entries: nothing.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a payload of 4 GiB or more; nothing was written then. [`Error::Io`] where writing failed: the
    /// batch may be there or not, and every later call fails with [`Error::ReadOnly`], so that nothing comes to lie behind
    /// half an entry.
    pub(crate) fn append(&mut self, batch: &[Entry]) -> Result<()> {
        if let Some(broken) = &self.broken {
            let reason =
                format!("writing to it failed before ({broken}); open the gallery again, which mends it");
            return Err(Error::ReadOnly { path: self.path.clone(), reason });
        }
        let bytes = self.encode(batch)?;
        if bytes.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.file.write_all(&bytes).and_then(|()| self.file.sync_data()) {
            self.broken = Some(error.to_string());
            // A reader would find a torn end anyway; a disk that is full gets its room back.
            let _ = self.file.set_len(self.len);
            return Err(io_error(&self.path)(error));
        }
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// The length of the journal in bytes, its header included.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    fn encode(&self, batch: &[Entry]) -> Result<Vec<u8>> {
        let length: usize = batch.iter().map(|entry| HEAD_LEN + entry.payload.len() + CRC_LEN).sum();
        let mut bytes = Vec::with_capacity(length);
        for (at, entry) in batch.iter().enumerate() {
            let Ok(length) = u32::try_from(entry.payload.len()) else {
                let (record, value) = (format!("serial {}", entry.serial), entry.payload.len());
                return Err(Error::invalid(record, "length in the journal", value, "below 4 GiB"));
            };
            let last = if at + 1 == batch.len() { LAST_OF_BATCH } else { 0 };
            let seed = seed(self.header_crc, self.len + bytes.len() as u64);
            let start = bytes.len();
            let head = Head { length, kind: entry.kind.code() | last, serial: entry.serial };
            bytes.extend_from_slice(&head.to_bytes(&seed));
            bytes.extend_from_slice(entry.payload);
            let crc = checksum(&seed, &bytes[start..]);
            bytes.extend_from_slice(&crc.to_le_bytes());
        }
        Ok(bytes)
    }
}
