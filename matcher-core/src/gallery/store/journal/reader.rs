//! Reads the whole batches of a journal, and tells a torn end from damage.

use super::super::folder::{io_error, open_file};
use super::{
    CRC_LEN, Entry, HEAD_LEN, HEADER_LEN, Head, Kind, LAST_OF_BATCH, Tail, check_header, check_length,
    checksum, seed,
};
use crate::error::{Error, Result};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;

/// Bytes read at once.
pub(super) const BUFFER: usize = 256 << 10;

/// Hands over the entries of all whole batches from `from_offset` on: 0, or the end that an earlier reading found.
///
/// It reads what is there when it begins, holds one batch at a time in memory, and never more than the file has bytes.
///
/// # Errors
/// [`Error::NotAGallery`] for a journal of another gallery, another generation or a newer version; [`Error::Damaged`] where
/// something is wrong before the end, the whole batches before it having been handed over; [`Error::Io`]; and what `take`
/// returns.
pub(crate) fn read(
    path: &Path,
    from_offset: u64,
    gallery_id: &str,
    generation: u64,
    mut take: impl FnMut(Entry) -> Result<()>,
) -> Result<Tail> {
    let io = io_error(path);
    let mut file = open_file(path)?;
    let header_crc = check_header(&mut file, path, gallery_id, generation)?;
    let (start, end) = (from_offset.max(HEADER_LEN), file.metadata().map_err(&io)?.len());
    check_length(path, end, start)?;
    file.seek(SeekFrom::Start(start)).map_err(&io)?;
    let mut reader =
        Reader { input: BufReader::with_capacity(BUFFER, file), path, header_crc, offset: start, end };
    let (mut batch, mut found) = (Vec::new(), Vec::new());
    let mut valid_length = start;
    while let Some(entry) = reader.next(&mut batch)? {
        let is_last = entry.is_last;
        found.push(entry);
        if is_last {
            for Found { kind, serial, payload, .. } in found.drain(..) {
                take(Entry { kind, serial, payload: &batch[payload] })?;
            }
            batch.clear();
            valid_length = reader.offset;
        }
    }
    Ok(Tail { valid_length, torn: valid_length < end })
}

/// An entry whose checksums fit, its payload in the bytes of its batch.
struct Found {
    kind: Kind,
    serial: u64,
    payload: Range<usize>,
    is_last: bool,
}

/// Goes through a journal, entry by entry.
struct Reader<'a> {
    input: BufReader<File>,
    path: &'a Path,
    header_crc: u32,
    /// Where the next entry begins.
    offset: u64,
    /// Where the file ended when reading began.
    end: u64,
}

impl Reader<'_> {
    /// The next entry, whose bytes are added to those of its batch; `None` at the end, torn or not.
    fn next(&mut self, batch: &mut Vec<u8>) -> Result<Option<Found>> {
        let left = self.end - self.offset;
        if left < (HEAD_LEN + CRC_LEN) as u64 {
            return Ok(None);
        }
        let seed = seed(self.header_crc, self.offset);
        let start = batch.len();
        self.read(HEAD_LEN as u64, batch)?;
        let head = batch[start..].first_chunk().and_then(|bytes| Head::of_bytes(bytes, &seed));
        let Some(head) = head else { return self.torn() };
        let Some(kind) = head.kind() else {
            let code = head.kind & !LAST_OF_BATCH;
            return Err(
                self.damaged(format!("the entry at byte {} is of kind {code}, expected 1 or 2", self.offset))
            );
        };
        let length = HEAD_LEN as u64 + u64::from(head.length) + CRC_LEN as u64;
        if length > left {
            return self.torn();
        }
        self.read(length - HEAD_LEN as u64, batch)?;
        let Some((checked, crc)) = batch[start..].split_last_chunk() else { return self.torn() };
        // The file may have been cut since its length was asked.
        if batch.len() - start < length as usize || checksum(&seed, checked) != u32::from_le_bytes(*crc) {
            return self.torn();
        }
        self.offset += length;
        let payload = start + HEAD_LEN..batch.len() - CRC_LEN;
        Ok(Some(Found { kind, serial: head.serial, payload, is_last: head.kind & LAST_OF_BATCH != 0 }))
    }

    /// The next so many bytes, or what there is of them.
    fn read(&mut self, length: u64, into: &mut Vec<u8>) -> Result<()> {
        self.input.by_ref().take(length).read_to_end(into).map_err(io_error(self.path))?;
        Ok(())
    }

    fn damaged(&self, what: String) -> Error {
        Error::Damaged { path: self.path.to_owned(), what }
    }

    /// The end of the journal, where the entry here does not check and no head of one lies behind it.
    fn torn(&mut self) -> Result<Option<Found>> {
        let mut at = self.offset + 1;
        self.input.seek(SeekFrom::Start(at)).map_err(io_error(self.path))?;
        let mut window = Vec::with_capacity(BUFFER + HEAD_LEN);
        loop {
            let before = window.len();
            self.read((self.end.saturating_sub(at + before as u64)).min(BUFFER as u64), &mut window)?;
            if window.len() == before {
                return Ok(None);
            }
            for (bytes, place) in window.windows(HEAD_LEN).zip(at..) {
                let head = bytes
                    .first_chunk::<HEAD_LEN>()
                    .filter(|bytes| Kind::of_code(bytes[4] & !LAST_OF_BATCH).is_some());
                if head.is_some_and(|head| Head::of_bytes(head, &seed(self.header_crc, place)).is_some()) {
                    let failed = self.offset;
                    let what = format!(
                        "the entry at byte {failed} does not check, and it is not the end: one begins at byte {place}"
                    );
                    return Err(self.damaged(what));
                }
            }
            // The last bytes may be the beginning of a head.
            let done = window.len().saturating_sub(HEAD_LEN - 1);
            window.drain(..done);
            at += done as u64;
        }
    }
}
