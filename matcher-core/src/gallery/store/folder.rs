//! The folder of a lasting gallery: what its files are called, how one is replaced, and who may write.
//!
//! A file that a reader may be looking at is never changed in place: the new one is written beside it under a temporary
//! name, brought to the disk, and renamed. So a reader and a process that was killed find the old file or the new one,
//! and nothing in between. The names stand here because what clears up after a killed writer must know them all.

use crate::error::{Error, Result};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// What the gallery is; replaced as a whole.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The records: the truth.
pub(crate) const RECORDS: &str = "records.redb";
/// The folder of the segments.
pub(crate) const SEGMENTS: &str = "segments";
/// What the writer locks; always empty.
pub(crate) const LOCK: &str = "lock";

/// How the name of a segment ends.
const SEGMENT_END: &str = ".seg";
/// How the name of a temporary file ends; nobody else's file does.
pub(crate) const TEMPORARY_END: &str = ".matcher-tmp";
/// The longest name of a file, in bytes.
const MAX_FILE_NAME: usize = 200;
/// How many names are tried for a temporary file: those before were left by a killed process of the same number.
const MAX_TRIES: u32 = 1000;

/// What fails with an error of the operating system, at this path.
pub(crate) fn io_error(path: &Path) -> impl Fn(std::io::Error) -> Error + '_ {
    |source| Error::Io { path: path.to_owned(), source }
}

/// Opens a regular file for reading: opening anything else in a folder of a stranger may wait for ever.
///
/// # Errors
/// [`Error::Io`] where there is none or it cannot be read.
pub(crate) fn open_file(path: &Path) -> Result<File> {
    let io = io_error(path);
    if !fs::metadata(path).map_err(&io)?.is_file() {
        return Err(io(std::io::Error::new(ErrorKind::InvalidInput, "is no regular file")));
    }
    File::open(path).map_err(io)
}

/// The file name of the journal of a manifest's generation.
pub(crate) fn journal_name(generation: u64) -> String {
    format!("journal-{generation}.log")
}

/// The generation in the file name of a journal; `None` where this is not exactly such a name.
pub(crate) fn journal_generation(name: &str) -> Option<u64> {
    let generation = name.strip_prefix("journal-")?.strip_suffix(".log")?.parse().ok()?;
    (journal_name(generation) == name).then_some(generation)
}

/// Whether this can be the file name of a segment: it ends in `.seg`, lies in no other folder, and means the same on
/// every file system. A name in a manifest may come from a stranger.
pub(crate) fn is_segment_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    name.len() <= MAX_FILE_NAME
        && name.strip_suffix(SEGMENT_END).is_some_and(|stem| !stem.is_empty() && stem.bytes().all(plain))
}

/// Where a segment lies.
pub(crate) fn segment_path(folder: &Path, name: &str) -> PathBuf {
    folder.join(SEGMENTS).join(name)
}

/// A file beside `path` under a name of its own, open for writing, which did not exist before.
///
/// The name ends so that [`remove_leftovers`] knows it, should this process be killed.
///
/// # Errors
/// [`Error::Io`] where it cannot be made.
pub(crate) fn create_temporary(path: &Path) -> Result<(PathBuf, File)> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let mut tries = 0;
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}-{number}{TEMPORARY_END}", std::process::id()));
        let temporary = path.with_file_name(name);
        tries += 1;
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && tries < MAX_TRIES => {}
            Err(error) => return Err(io_error(&temporary)(error)),
        }
    }
}

/// Replaces a file, or makes it: all of `bytes`, or what was there before.
///
/// It is on the disk when this returns.
///
/// # Errors
/// [`Error::Io`] where it cannot be written; the file is as it was then, and the temporary one is gone. Where only the
/// last step fails, bringing the folder to the disk, the new file is there and may not outlive a power cut.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let (temporary, mut file) = create_temporary(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file); // some systems rename no file that is open
    if let Err(error) = written.and_then(|()| fs::rename(&temporary, path)) {
        // What matters is the first error; a temporary file that stays is removed by the next writer.
        let _ = fs::remove_file(&temporary);
        return Err(io_error(path)(error));
    }
    sync_folder(parent(path))
}

/// The folder in which a path lies.
fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Brings the names in a folder to the disk: new, renamed and removed files outlive a power cut after it.
///
/// # Limits
/// Only Unix can be told to; elsewhere it is left to the file system.
///
/// # Errors
/// [`Error::Io`] where the disk fails.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(io_error(folder))?;
    }
    Ok(())
}

/// Removes what an interrupted writer left: temporary files, and journals and segments for which `keep` says no, asked
/// with `journal-N.log` or the segment's file name. Returns how many files are gone.
///
/// Files with other names are none of ours and stay. Only who holds the [`Lock`] may call this: the temporary files of a
/// writer at work look the same.
///
/// # Errors
/// [`Error::Io`] where a folder cannot be listed or a file cannot be removed.
pub(crate) fn remove_leftovers(folder: &Path, keep: &dyn Fn(&str) -> bool) -> Result<usize> {
    let journals = remove_from(folder, &|name| journal_generation(name).is_some() && !keep(name))?;
    let segments = folder.join(SEGMENTS);
    if !segments.is_dir() {
        return Ok(journals);
    }
    Ok(journals + remove_from(&segments, &|name| is_segment_name(name) && !keep(name))?)
}

/// Removes temporary files and those for which `is_leftover` says yes.
fn remove_from(folder: &Path, is_leftover: &dyn Fn(&str) -> bool) -> Result<usize> {
    let mut removed = 0;
    for entry in fs::read_dir(folder).map_err(io_error(folder))? {
        let entry = entry.map_err(io_error(folder))?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if name.ends_with(TEMPORARY_END) || is_leftover(name) {
            let path = entry.path();
            if entry.file_type().map_err(io_error(&path))?.is_dir() {
                continue;
            }
            fs::remove_file(&path).map_err(io_error(&path))?;
            removed += 1;
        }
    }
    if removed > 0 {
        sync_folder(folder)?;
    }
    Ok(removed)
}

/// The right to write to a gallery, held until this is dropped or the process ends.
///
/// # Method
/// A lock of the operating system on the file [`LOCK`], taken at once or not at all. It is bound to the open file, not to
/// the process: a second handle in the same process is refused like one in another.
///
/// # Limits
/// A child made by `fork` shares the open file. It is not the writer ([`Lock::is_ours`]), and dropping its copy frees
/// nothing. But where the parent is killed, the lock is free only when such children have ended too or dropped theirs.
/// Network file systems may not pass locks on to other machines.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    /// The process that took it.
    process: u32,
}

impl Lock {
    /// Takes the lock of a gallery's folder.
    ///
    /// # Errors
    /// [`Error::InUse`] where somebody holds it; [`Error::ReadOnly`] where nothing may be written in the folder;
    /// [`Error::Io`] for anything else, such as a folder that is not there.
    pub(crate) fn acquire(folder: &Path) -> Result<Self> {
        let path = folder.join(LOCK);
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(|error| {
            match error.kind() {
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Error::ReadOnly {
                    path: folder.to_owned(),
                    reason: format!(
                        "its file {LOCK:?} cannot be opened for writing ({error}); open the gallery read-only, or ask for the right to write"
                    ),
                },
                _ => io_error(&path)(error),
            }
        })?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file, process: std::process::id() }),
            Err(TryLockError::WouldBlock) => Err(Error::InUse { path: folder.to_owned() }),
            Err(TryLockError::Error(error)) => Err(io_error(&path)(error)),
        }
    }

    /// Whether this process took the lock: a child made by `fork` did not, and must not write.
    pub(crate) fn is_ours(&self) -> bool {
        self.process == std::process::id()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file alone would leave the lock to children that share it; unlocking in a child would take it from
        // the parent. It cannot fail on a file that is locked, and nothing is left to do if it did.
        if self.is_ours() {
            let _ = self.file.unlock();
        }
    }
}

#[cfg(test)]
#[path = "folder_tests.rs"]
pub(super) mod tests;
