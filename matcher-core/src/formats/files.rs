//! Bytes from a file and into one: regular files only, bounded in length, written whole or not at all.

use super::limits::check_length;
use crate::error::{Error, Result};
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// The same error, with the file in which it was found.
pub(super) fn named(path: &Path, error: Error) -> Error {
    match error {
        Error::Invalid(problem) => problem.within(path.display()).into(),
        Error::UnknownFormat(what) => Error::UnknownFormat(format!("{}: {what}", path.display())),
        other => other,
    }
}

/// All bytes of a regular file of at most `limit` bytes, and one more where it has grown beyond that since.
pub(super) fn read(path: &Path, limit: usize) -> Result<Vec<u8>> {
    let io = |source| Error::Io { path: path.to_owned(), source };
    let metadata = fs::metadata(path).map_err(io)?;
    if !metadata.is_file() {
        let what = if metadata.is_dir() { "is a folder" } else { "is not a regular file" };
        return Err(io(io::Error::new(io::ErrorKind::InvalidInput, format!("{what}, expected a file"))));
    }
    check_length(metadata.len(), limit).map_err(|error| named(path, error))?;
    let file = fs::File::open(path).map_err(io)?;
    let mut bytes = Vec::new();
    // One byte beyond the limit shows that a file has grown since.
    file.take((limit as u64).saturating_add(1)).read_to_end(&mut bytes).map_err(io)?;
    Ok(bytes)
}

/// Writes a file whole, or not at all: what stood there is replaced at the very end.
pub(super) fn write(path: &Path, bytes: Vec<u8>) -> Result<()> {
    let io = |source| Error::Io { path: path.to_owned(), source };
    if fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(io(io::Error::new(io::ErrorKind::InvalidInput, "is not a regular file")));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = fs::write(&part, bytes).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // What is left of a failed attempt; that it may not be there is no further error.
        let _ = fs::remove_file(&part);
    }
    written.map_err(io)
}
