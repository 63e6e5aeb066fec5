//! A file mapped into memory, read-only: besides the leaves of `simd/` the only page with `unsafe`.
//!
//! # What keeps a map valid
//! A map is read as if its bytes never changed. Nothing in the operating system holds that; the way in which a gallery
//! writes does. A file that is mapped here was written under another name, renamed into place when it was complete, and
//! is never written to, shortened or lengthened after that. It is only ever unlinked, or replaced by another file of
//! the same name; a map keeps the bytes of the old file until it is dropped.
//!
//! # Limits
//! Whoever goes around the library can break this. A file cut short while it is mapped, by an editor, a copy over it
//! (`cp` writes into the file that is there) or a failing network disk, kills the process with a bus error when the
//! missing bytes are read; one that is written to changes under the eyes of the reader. No program can prevent either
//! in its own process. A gallery is copied into a new folder, never over an old one.

use crate::error::{Error, Result};
use bytemuck::Pod;
use std::fmt;
use std::fs::{self, File};
use std::io;
use std::ops::{Deref, Range};
use std::path::{Path, PathBuf};
use std::ptr::NonNull;
use std::sync::Arc;

/// A regular file as bytes; pages of it are read from the disk when they are looked at.
pub(crate) struct Map {
    bytes: memmap2::Mmap,
    path: PathBuf,
}

impl Map {
    /// Maps a file of any length, 0 too. It must be one that nobody changes: see the top of this page.
    ///
    /// # Errors
    /// [`Error::Io`] for a path that cannot be read or mapped, or is not a regular file.
    pub(crate) fn open(path: &Path) -> Result<Arc<Self>> {
        let io = |source| Error::Io { path: path.to_owned(), source };
        // Asked before it is opened: opening a pipe would wait for its writer.
        if !fs::metadata(path).map_err(io)?.is_file() {
            return Err(io(io::Error::new(io::ErrorKind::InvalidInput, "is not a regular file")));
        }
        let file = File::open(path).map_err(io)?;
        Ok(Arc::new(Self { bytes: map(&file).map_err(io)?, path: path.to_owned() }))
    }

    /// All bytes, the first one at the start of a page of memory.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The path under which the file was opened.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// What a file holds may be personal data: only its name and length are shown.
impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len = self.bytes.len();
        f.debug_struct("Map").field("path", &self.path).field("len", &len).finish_non_exhaustive()
    }
}

#[expect(unsafe_code, reason = "a mapped file must not change")]
fn map(file: &File) -> io::Result<memmap2::Mmap> {
    // SAFETY: files that are mapped were complete when they were renamed into place and are never written to or cut
    // short by this library, only unlinked; the limits of that stand at the top of this page.
    unsafe { memmap2::Mmap::map(file) }
}

/// Values in a map, found once: reading one is reading a slice.
pub(super) struct View<T> {
    /// A slice of the bytes of `map`.
    values: NonNull<[T]>,
    map: Arc<Map>,
}

impl<T: Pod> View<T> {
    /// The values that lie in a range of bytes, or what is wrong with the range.
    pub(super) fn new(map: &Arc<Map>, range: Range<usize>) -> Result<Self, String> {
        let (Range { start, end }, len) = (range.clone(), map.bytes().len());
        let Some(bytes) = map.bytes().get(range) else {
            return Err(format!("bytes {start} to {end} are not in its {len} bytes"));
        };
        // It fails where the range does not start at a multiple of the alignment, or holds a part of a value.
        match bytemuck::try_cast_slice(bytes) {
            Ok(values) => Ok(Self { values: NonNull::from(values), map: Arc::clone(map) }),
            Err(_) => Err(format!(
                "bytes {start} to {end} are no values of {} bytes that start at a multiple of {}",
                size_of::<T>(),
                align_of::<T>()
            )),
        }
    }
}

impl<T> Clone for View<T> {
    fn clone(&self) -> Self {
        Self { values: self.values, map: Arc::clone(&self.map) }
    }
}

impl<T> Deref for View<T> {
    type Target = [T];

    #[expect(unsafe_code, reason = "the slice lives as long as the map that the view holds")]
    #[inline]
    fn deref(&self) -> &[T] {
        // SAFETY: `new` made the pointer of a slice of the map's bytes, whose cast to `T` was checked. The view holds the
        // map, so its bytes stay where they are, and nothing writes to them.
        unsafe { self.values.as_ref() }
    }
}

// SAFETY: a view is a shared slice with what keeps it alive; both may be sent where `T` may be shared.
#[expect(unsafe_code, reason = "the pointer stands for a shared slice")]
unsafe impl<T: Sync> Send for View<T> {}

// SAFETY: as for `Send`; a view hands out nothing but shared references.
#[expect(unsafe_code, reason = "the pointer stands for a shared slice")]
unsafe impl<T: Sync> Sync for View<T> {}
