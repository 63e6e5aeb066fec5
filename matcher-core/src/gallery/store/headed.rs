//! A manifest as a file: JSON, for people to read, under a first line that says what it is, of which version, and with
//! which checksum.
//!
//! It is replaced as a whole, so whoever reads it sees one consistent state. It may come from strangers: what stands below
//! the first line is taken only where the checksum fits, and checked by who asked for it.

use super::folder::{MANIFEST, io_error, write_atomically};
use crate::error::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::Path;

/// The longest manifest, in bytes: a hundred thousand segments fit.
pub(super) const MAX_BYTES: u64 = 64 << 20;

/// What the first line says.
pub(super) struct Heading {
    /// How it begins.
    pub(super) words: &'static str,
    /// The version that is read and written.
    pub(super) format: u32,
    /// What makes such a folder.
    pub(super) maker: &'static str,
}

impl Heading {
    /// The bytes of the manifest in a folder.
    ///
    /// # Errors
    /// [`Error::NotAGallery`] where there is none that can be; [`Error::Io`] where it cannot be read.
    pub(super) fn bytes(&self, folder: &Path) -> Result<Vec<u8>> {
        let path = folder.join(MANIFEST);
        let io = io_error(&path);
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(not_a_gallery(folder, self.missing(folder)));
            }
            Err(error) => return Err(io(error)),
        };
        if !metadata.is_file() {
            return Err(not_a_gallery(folder, format!("{MANIFEST} is no regular file")));
        }
        let mut bytes = Vec::new();
        // One byte beyond the limit shows that it is longer.
        File::open(&path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes)).map_err(&io)?;
        if bytes.len() as u64 > MAX_BYTES {
            let reason = format!("{MANIFEST} is longer than {MAX_BYTES} bytes, which no gallery needs");
            return Err(not_a_gallery(folder, reason));
        }
        Ok(bytes)
    }

    /// Whether the manifest in a folder begins as this one does; `false`, too, where it cannot be read.
    pub(super) fn is_of(&self, folder: &Path) -> bool {
        let path = folder.join(MANIFEST);
        let mut first = Vec::new();
        let length = self.words.len() as u64;
        let is_file = fs::metadata(&path).is_ok_and(|metadata| metadata.is_file());
        let read = is_file.then(|| File::open(&path)?.take(length).read_to_end(&mut first));
        read.is_some_and(|read| read.is_ok()) && first == self.words.as_bytes()
    }

    /// Replaces the manifest in a folder; it is on the disk when this returns.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is too long; those of [`write_atomically`].
    pub(super) fn write(&self, folder: &Path, manifest: &impl Serialize) -> Result<()> {
        let path = folder.join(MANIFEST);
        let json = serde_json::to_vec_pretty(manifest).map_err(|error| io_error(&path)(error.into()))?;
        let Self { words, format, .. } = self;
        let mut bytes = format!("{words}{format} crc32 {:08x}\n", crc32fast::hash(&json)).into_bytes();
        bytes.extend_from_slice(&json);
        if bytes.len() as u64 > MAX_BYTES {
            let value = format!("{} bytes long", bytes.len());
            return Err(Error::invalid(path.display(), "manifest", value, format!("at most {MAX_BYTES}")));
        }
        write_atomically(&path, &bytes)
    }

    /// What the bytes of the manifest in a folder say.
    ///
    /// # Errors
    /// [`Error::NotAGallery`] for another version or program; [`Error::Damaged`] where the checksum does not fit or it is
    /// not of the type.
    pub(super) fn parse<T: DeserializeOwned>(&self, bytes: &[u8], folder: &Path) -> Result<T> {
        let damaged = |what: String| Error::Damaged { path: folder.join(MANIFEST), what };
        let newline = bytes.iter().position(|&byte| byte == b'\n');
        let (first, json) = bytes.split_at(newline.map_or(bytes.len(), |at| at + 1));
        let first = str::from_utf8(first).unwrap_or_default().trim_end_matches('\n');
        let Some(words) = first.strip_prefix(self.words) else {
            let reason = format!(
                "{MANIFEST} does not begin with {:?}: it is damaged, or of another program",
                self.words
            );
            return Err(not_a_gallery(folder, reason));
        };
        let (version, checksum) = words.split_once(' ').unwrap_or((words, ""));
        let version: u32 = version
            .parse()
            .map_err(|_| damaged(format!("its first line gives no version, expected {}", self.format)))?;
        self.check_version(folder, version)?;
        let said = format!("crc32 {:08x}", crc32fast::hash(json));
        if checksum != said {
            let what = format!(
                "its first line ends in {checksum:?}, expected the checksum of the lines below: {said}"
            );
            return Err(damaged(what));
        }
        serde_json::from_slice(json).map_err(|error| damaged(error.to_string()))
    }

    /// Whether a version is the one that is read here.
    ///
    /// # Errors
    /// [`Error::NotAGallery`].
    pub(super) fn check_version(&self, folder: &Path, version: u32) -> Result<()> {
        let format = self.format;
        if version == format {
            return Ok(());
        }
        let advice = if version > format { "use a newer matcher" } else { "no matcher wrote such a one" };
        let reason =
            format!("{MANIFEST} is of format {version}, and this matcher reads format {format}: {advice}");
        Err(not_a_gallery(folder, reason))
    }

    /// Why there is no manifest.
    fn missing(&self, folder: &Path) -> String {
        let maker = self.maker;
        match fs::metadata(folder) {
            Ok(found) if found.is_dir() => format!("no {MANIFEST}: expected a folder made by {maker}"),
            Ok(_) => format!("it is a file: expected a folder made by {maker}"),
            Err(_) => format!("no such folder: expected one made by {maker}"),
        }
    }
}

/// What is said of a folder that cannot be opened.
pub(super) fn not_a_gallery(folder: &Path, reason: String) -> Error {
    Error::NotAGallery { path: folder.to_owned(), reason }
}
