//! Writing a container: section after section into a file beside its place, which takes its name when it is whole.

use super::super::folder::TEMPORARY_END;
use super::layout::{ALIGN, BLOCK, Entry, HEADER, Header, Tag};
use crate::error::{Error, Result};
use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

/// Bytes that are written to the operating system at once.
const BUFFER: usize = 256 * 1024;

/// A container that is being written; nothing stands under its name before [`ContainerWriter::finish`].
///
/// Dropped before that, or after a failure, it removes what it wrote. One process at a time may write to a path; what
/// one left that was killed is replaced by the next.
pub(crate) struct ContainerWriter {
    path: PathBuf,
    part: PathBuf,
    /// `None` when it is finished, and after a write failed.
    file: Option<BufWriter<File>>,
    renamed: bool,
    kind: [u8; 8],
    version: u32,
    entries: Vec<Entry>,
    names: HashSet<(Tag, u32)>,
    sums: Sums,
}

impl ContainerWriter {
    /// Starts a file of a kind and version beside `path`.
    ///
    /// # Errors
    /// [`Error::Io`] where no file can be made there.
    pub(crate) fn create(path: &Path, kind: [u8; 8], version: u32) -> Result<Self> {
        let io = |source| Error::Io { path: path.to_owned(), source };
        let Some(name) = path.file_name() else {
            return Err(io(io::Error::new(io::ErrorKind::InvalidInput, "has no name of a file")));
        };
        let mut name = name.to_owned();
        name.push(TEMPORARY_END);
        let part = path.with_file_name(name);
        match fs::remove_file(&part) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(io(error)),
            _ => (),
        }
        let file = File::create_new(&part).map_err(io)?;
        let mut writer = Self {
            path: path.to_owned(),
            part,
            file: Some(BufWriter::with_capacity(BUFFER, file)),
            renamed: false,
            kind,
            version,
            entries: Vec::new(),
            names: HashSet::new(),
            sums: Sums::default(),
        };
        // Of no kind at all, until the last bytes are written.
        writer.attempt(|file, _| file.write_all(&[0; HEADER]))?;
        Ok(writer)
    }

    /// Appends a section, from as many parts as the caller likes.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written, with the path of the container: then it cannot be finished either.
    /// [`Error::Invalid`] for a tag and number that were written before.
    pub(crate) fn section<B: AsRef<[u8]>>(
        &mut self,
        tag: Tag,
        number: u32,
        parts: impl IntoIterator<Item = B>,
    ) -> Result<()> {
        let mut entry = Entry { tag, number, start: self.end(), len: 0, first_block: self.sums.done.len() };
        if !self.names.insert((tag, number)) {
            return Err(Error::invalid(self.path.display(), entry, "written twice", "once"));
        }
        self.attempt(|file, sums| {
            for part in parts {
                let bytes = part.as_ref();
                file.write_all(bytes)?;
                sums.update(bytes);
                entry.len += bytes.len();
            }
            let zeros = &[0; ALIGN][..entry.padded() - entry.len];
            file.write_all(zeros)?;
            sums.update(zeros);
            sums.end();
            Ok(())
        })?;
        self.entries.push(entry);
        Ok(())
    }

    /// Writes the table, makes sure that all is on the disk, and gives the file its name; a file that had it before is
    /// replaced.
    ///
    /// # Errors
    /// [`Error::Io`], with the path of the container, where that fails: nothing new stands under the name then. Only
    /// where the folder cannot be synced the file is there already, and may be gone after a loss of power.
    pub(crate) fn finish(mut self) -> Result<()> {
        let mut table: Vec<u8> = self.entries.iter().flat_map(|entry| entry.to_bytes()).collect();
        table.extend(self.sums.done.iter().flat_map(|sum| sum.to_le_bytes()));
        let io = |source| Error::Io { path: self.path.clone(), source };
        let header = Header {
            kind: self.kind,
            version: self.version,
            sections: u32::try_from(self.entries.len()).map_err(|error| io(io::Error::other(error)))?,
            table: self.end() as u64,
            len: (self.end() + table.len()) as u64,
            table_sum: crc32fast::hash(&table),
        };
        self.attempt(|file, _| {
            file.write_all(&table)?;
            file.rewind()?; // writes first what is left in the buffer
            file.write_all(&header.to_bytes())?;
            file.flush()?;
            file.get_ref().sync_all()
        })?;
        self.file = None; // some systems do not rename an open file
        fs::rename(&self.part, &self.path).map_err(|source| Error::Io { path: self.path.clone(), source })?;
        self.renamed = true;
        sync_folder(&self.path).map_err(|source| Error::Io { path: self.path.clone(), source })
    }

    /// Where the next section starts.
    fn end(&self) -> usize {
        self.entries.last().map_or(HEADER, |entry| entry.start + entry.padded())
    }

    /// Runs a step that writes. After one that fails the file is closed, and no other step runs.
    fn attempt(
        &mut self,
        step: impl FnOnce(&mut BufWriter<File>, &mut Sums) -> io::Result<()>,
    ) -> Result<()> {
        let done = match self.file.take() {
            Some(mut file) => step(&mut file, &mut self.sums).map(|()| self.file = Some(file)),
            None => Err(io::Error::other("an earlier write to it failed")),
        };
        done.map_err(|source| Error::Io { path: self.path.clone(), source })
    }
}

impl Drop for ContainerWriter {
    fn drop(&mut self) {
        if !self.renamed {
            self.file = None; // some systems do not remove an open file
            // What cannot be removed is replaced by the next writer.
            let _ = fs::remove_file(&self.part);
        }
    }
}

/// Sections may hold biometric data: only the path and their number are shown.
impl fmt::Debug for ContainerWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sections = self.entries.len();
        f.debug_struct("ContainerWriter")
            .field("path", &self.path)
            .field("sections", &sections)
            .finish_non_exhaustive()
    }
}

/// Checksums of blocks, made as their bytes come.
#[derive(Default)]
struct Sums {
    done: Vec<u32>,
    block: crc32fast::Hasher,
    filled: usize,
}

impl Sums {
    fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(BLOCK - self.filled));
            self.block.update(now);
            self.filled += now.len();
            if self.filled == BLOCK {
                self.end();
            }
            bytes = later;
        }
    }

    /// Ends a block, if one was begun.
    fn end(&mut self) {
        if self.filled > 0 {
            self.done.push(std::mem::take(&mut self.block).finalize());
            self.filled = 0;
        }
    }
}

/// Makes the name of a file last.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}
