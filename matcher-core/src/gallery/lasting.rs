//! A gallery that lasts: the face of its folder.

use super::index::IndexHome;
use super::store::{Latest, Record, Store, recover, shard_says};
use super::{Enrolment, Finding, Gallery, Recovery, Subject, SubjectId};
use crate::error::{Error, Result};
use crate::fingerprint::Algorithm;
use crate::work::{Threads, Watch};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a gallery lives.
#[derive(Clone, Debug)]
pub(super) struct Home {
    store: Arc<Store>,
    /// Opened for reading, also where this process writes by another handle.
    is_read_only: bool,
    /// Which of the store's states this is.
    number: u64,
    index: IndexHome,
}

/// What the folder of a lasting gallery holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreStats {
    /// The folder.
    pub folder: PathBuf,
    /// What the gallery is for.
    pub purpose: String,
    /// Segments.
    pub segments: usize,
    /// Bytes of the segments.
    pub segment_bytes: u64,
    /// Bytes of the records.
    pub record_bytes: u64,
    /// Bytes of the journal.
    pub journal_bytes: u64,
    /// The number of the last change.
    pub changes: u64,
}

impl Home {
    pub(super) fn stats(&self) -> Result<StoreStats> {
        self.store.stats()
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }

    pub(super) fn index(&self) -> &IndexHome {
        &self.index
    }

    /// That this gallery may be changed.
    ///
    /// # Errors
    /// [`Error::ReadOnly`].
    #[cfg(feature = "faiss")]
    pub(super) fn check_writable(&self) -> Result<()> {
        if !self.is_read_only && self.store.is_writer() {
            return Ok(());
        }
        let reason = "open it for writing to build its index".to_owned();
        Err(Error::ReadOnly { path: self.store.folder().to_owned(), reason })
    }
}

impl Gallery {
    /// Creates a gallery in a new or empty folder and opens it for writing. The purpose says what its data was taken for,
    /// such as `criminal`: no search joins galleries of different purposes unasked.
    ///
    /// # Errors
    /// [`Error::Io`] where the folder is not empty or cannot be made; [`Error::Invalid`] for a purpose that is empty,
    /// longer than 255 bytes or has control characters.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::gallery::{Gallery, SubjectId};
    /// use matcher_core::search::{Options, search};
    /// use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
    /// # let parent = std::env::temp_dir().join(format!("matcher-doc-create-{}", std::process::id()));
    /// # std::fs::create_dir_all(&parent).unwrap();
    /// # let folder = parent.join("bureau");
    /// let simulator = FingerSimulator::new(7, FingerprintConfig::default())?;
    /// let mut gallery = Gallery::create(&folder, "criminal")?;
    /// gallery.enrol(SubjectId::new("A-17")?, simulator.impressions(3, 1))?; // on the disk when it returns
    /// drop(gallery);
    ///
    /// let gallery = Gallery::open(&folder)?;
    /// let answer = search(&gallery, &simulator.impressions(3, 2)[1..], &Options::default())?;
    /// assert_eq!(answer.candidates[0].subject_id.as_str(), "A-17");
    /// # drop(gallery);
    /// # std::fs::remove_dir_all(&parent).unwrap();
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    pub fn create(folder: &Path, purpose: &str) -> Result<Self> {
        Self::create_with(folder, purpose, &Algorithm::standard())
    }

    /// The same under a method of one's own.
    ///
    /// # Errors
    /// As [`Gallery::create`].
    pub fn create_with(folder: &Path, purpose: &str, algorithm: &Algorithm) -> Result<Self> {
        Self::of_store(Store::create(folder, purpose, algorithm)?, false)
    }

    /// Opens a gallery for reading and writing. One process may write; in it, a second gallery of the same folder shares
    /// the first one's state.
    ///
    /// # Errors
    /// [`Error::NotAGallery`] for a folder that is none, or one of a newer version; [`Error::InUse`] where another process
    /// writes; [`Error::Damaged`] where the records are.
    pub fn open(folder: &Path) -> Result<Self> {
        Self::open_with(folder, &Algorithm::standard(), Threads::All, Watch::default())
    }

    /// The same under a method of one's own. Where prints were prepared by another method they are prepared anew, on some
    /// threads, which the watcher sees.
    ///
    /// # Errors
    /// As [`Gallery::open`], and [`Error::Cancelled`].
    pub fn open_with(
        folder: &Path,
        algorithm: &Algorithm,
        threads: Threads,
        watch: Watch<'_>,
    ) -> Result<Self> {
        shard_says(folder).map_or(Ok(()), Err)?;
        Self::of_store(Store::open_to_write(folder, algorithm, threads, watch)?, false)
    }

    /// Opens a gallery for reading, while others write or not, or a shard, which is read and checked whole. Nothing on the
    /// disk changes, and no lock is taken. A shard that is not to be searched any more is opened, too: see
    /// [`Gallery::shard`].
    ///
    /// # Errors
    /// As [`Gallery::open`], but for [`Error::InUse`]; [`Error::Damaged`] for a shard in which any byte is not what was
    /// written, or cannot be.
    pub fn open_read_only(folder: &Path) -> Result<Self> {
        Self::open_read_only_with(folder, &Algorithm::standard(), Threads::All)
    }

    /// The same under a method of one's own, which must be that of the gallery; what has to be prepared anew is, on some
    /// threads.
    ///
    /// # Errors
    /// As [`Gallery::open_read_only`].
    pub fn open_read_only_with(folder: &Path, algorithm: &Algorithm, threads: Threads) -> Result<Self> {
        if let Some(opened) = Self::opened_shard(folder, algorithm) {
            return opened;
        }
        Self::of_store(Store::open_to_read(folder, algorithm, threads)?, true)
    }

    fn of_store(store: Arc<Store>, is_read_only: bool) -> Result<Self> {
        let Latest { gallery, number } = store.current()?;
        Ok(Self { home: Some(Home { store, is_read_only, number, index: IndexHome::default() }), ..gallery })
    }

    /// The folder of a lasting gallery; `None` in memory.
    pub fn folder(&self) -> Option<&Path> {
        let shard = || self.shard.as_ref().map(|home| home.shard.folder());
        self.home.as_ref().map(|home| home.store.folder()).or_else(shard)
    }

    /// Whether the gallery refuses changes.
    pub fn is_read_only(&self) -> bool {
        self.shard.is_some()
            || self.home.as_ref().is_some_and(|home| home.is_read_only || !home.store.is_writer())
    }

    /// What the gallery is for; empty in memory.
    ///
    /// # Errors
    /// None but of a poisoned folder.
    pub fn purpose(&self) -> String {
        let shard = || self.shard().map(|info| info.purpose);
        self.home.as_ref().map(|home| home.store.purpose()).or_else(shard).unwrap_or_default()
    }

    /// Takes up what was changed meanwhile by others: another gallery of the same folder, in this process or another one.
    /// A search sees one state from its beginning to its end.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn refresh(&mut self) -> Result<()> {
        if let Some(newer) = self.newer()? {
            *self = newer;
        }
        Ok(())
    }

    /// The gallery as it is now, where that is not what this one is any more; `None` where nothing was changed, and in
    /// memory. It never waits for a change that is under way in this process.
    ///
    /// # Errors
    /// As [`Gallery::refresh`].
    pub fn newer(&self) -> Result<Option<Self>> {
        let Some(home) = &self.home else { return self.newer_shard() };
        let newer = home.store.newer(home.number)?;
        Ok(newer.map(|Latest { gallery, number }| Self {
            home: Some(Home { number, ..home.clone() }),
            ..gallery
        }))
    }

    /// Enrols many subjects as [`Gallery::enrol_many`] does, watched: all of them, or none where it is cancelled.
    ///
    /// # Errors
    /// As [`Gallery::enrol_many`], and [`Error::Cancelled`].
    pub fn enrol_watched(
        &mut self,
        subjects: Vec<Enrolment>,
        threads: Threads,
        watch: Watch<'_>,
    ) -> Result<()> {
        if self.home.is_some() {
            self.enrol_lastingly(subjects, threads, watch)
        } else {
            self.enrol_in_memory(subjects, threads, watch)
        }
    }

    pub(super) fn enrol_lastingly(
        &mut self,
        subjects: Vec<Enrolment>,
        threads: Threads,
        watch: Watch<'_>,
    ) -> Result<()> {
        self.writable()?.enrol(subjects, threads, watch)?;
        self.refresh()
    }

    pub(super) fn remove_lastingly(&mut self, id: &SubjectId) -> Result<()> {
        self.writable()?.remove(id)?;
        self.refresh()
    }

    /// Erases what was removed from the disk: records, segments and journal are written anew without it, and an index is
    /// taken away, which [`Gallery::build_index`] makes again. Of a gallery in
    /// memory there is nothing to do.
    ///
    /// # Limits
    /// The old files are unlinked; what a disk keeps of unlinked files is beyond this library.
    ///
    /// # Errors
    /// [`Error::Cancelled`], [`Error::ReadOnly`], [`Error::Damaged`] for a record that cannot be read, [`Error::Io`]; the
    /// gallery is as it was then.
    pub fn compact(&mut self, watch: Watch<'_>) -> Result<()> {
        self.refuse_of_shard()?;
        if self.home.is_none() {
            return Ok(());
        }
        let store = self.writable()?;
        self.remove_index()?;
        store.compact(watch)?;
        self.refresh()
    }

    /// Reads all of a lasting gallery and tells what of it is not what was written. Empty: nothing is.
    ///
    /// # Errors
    /// [`Error::Cancelled`], and what keeps the folder from being read.
    pub fn verify(&self, watch: Watch<'_>) -> Result<Vec<Finding>> {
        if let Some(home) = &self.shard {
            return home.shard.verify();
        }
        self.home.as_ref().map_or(Ok(Vec::new()), |home| home.store.verify(watch))
    }

    /// Saves what can be read of a gallery whose records are damaged; the damaged file is kept beside the new one.
    ///
    /// # Errors
    /// [`Error::NotAGallery`], [`Error::InUse`], [`Error::Io`].
    pub fn recover(folder: &Path) -> Result<Recovery> {
        shard_says(folder).map_or(Ok(()), Err)?;
        recover(folder)
    }

    /// What is enrolled of a subject in a segment.
    pub(super) fn recorded(&self, id: &SubjectId, serial: u64) -> Result<Subject> {
        if let Some(home) = &self.shard {
            return Ok(home.shard.record(id, serial)?.into());
        }
        let gone = || Error::NotEnrolled(id.to_string());
        let home = self.home.as_ref().ok_or_else(gone)?;
        Ok(home.store.records().by_serial(serial)?.ok_or_else(gone)?.into())
    }

    fn writable(&self) -> Result<Arc<Store>> {
        let home = self.home.as_ref().filter(|home| !home.is_read_only);
        home.map(|home| Arc::clone(&home.store)).ok_or_else(|| Error::ReadOnly {
            path: self.folder().unwrap_or(Path::new("")).to_owned(),
            reason: "open it for writing to change it".to_owned(),
        })
    }

    /// Reads, and where a segment is found damaged, reads again without it: its records are read instead.
    ///
    /// # Errors
    /// As `read`, and what keeps the records from being read.
    pub(crate) fn reading<T>(&self, read: impl Fn(&Self) -> Result<T>) -> Result<T> {
        let mut result = read(self);
        // A segment is found damaged once, and is not used again.
        for _ in 0..=self.parts.len() {
            let (Err(Error::Damaged { path, .. }), Some(home)) = (&result, &self.home) else { break };
            if !self.parts.iter().any(|part| part.sealed.path() == path) {
                break; // nothing that is made again from the records
            }
            let mended = home.store.mended(path)?;
            result = read(&Self { home: Some(home.clone()), ..mended });
        }
        result
    }
}

impl From<Record> for Subject {
    fn from(record: Record) -> Self {
        let Record { serial: _, id, access, provenance, enrolled, fingerprints, profiles } = record;
        Self { id, fingerprints, profiles, access, provenance, enrolled }
    }
}

impl From<Subject> for Enrolment {
    fn from(subject: Subject) -> Self {
        let Subject { id, fingerprints, profiles, access, provenance, enrolled } = subject;
        Self { id, fingerprints, profiles, access, provenance, enrolled }
    }
}
