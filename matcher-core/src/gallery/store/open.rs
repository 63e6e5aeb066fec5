//! Who holds a gallery folder open, and the gallery as it is now.
//!
//! One process writes; in it, all that open the same folder share one [`Store`], so that opening twice just works. Others
//! read: they take no lock, and change nothing on the disk. Every gallery that was handed out is the state of one moment;
//! [`Store::current`] is the latest.

use super::folder::{Lock, RECORDS, SEGMENTS, io_error, journal_name, sync_folder};
use super::journal::JournalWriter;
use super::load::{Loaded, load};
use super::manifest::{FORMAT, Manifest, new_gallery_id};
use super::records::Records;
use crate::error::{Error, Result};
use crate::fingerprint::Algorithm;
use crate::gallery::{Gallery, StoreStats};
use crate::work::{Threads, Watch};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// An open folder.
#[derive(Debug)]
pub(crate) struct Store {
    pub(super) folder: PathBuf,
    pub(super) records: Records,
    pub(super) algorithm: Algorithm,
    state: Mutex<State>,
    /// The gallery after the last change. A change under way keeps the state to itself: who only looks does not wait for
    /// it, and neither does a child that was forked off meanwhile.
    latest: Mutex<Latest>,
    /// Of the writer.
    lock: Option<Lock>,
    /// The process that opened the folder.
    process: u32,
}

/// A gallery as it was handed out last.
#[derive(Clone, Debug)]
pub(crate) struct Latest {
    pub(crate) gallery: Gallery,
    /// How many states were handed out before it.
    pub(crate) number: u64,
}

/// What changes.
#[derive(Debug)]
pub(super) struct State {
    pub(super) manifest: Manifest,
    pub(super) gallery: Gallery,
    /// The serial of the last change.
    pub(super) serial: u64,
    /// How far the journal was read.
    pub(super) journal_length: u64,
    /// Of the writer; `None` once a change failed half-way and the folder has to be opened anew.
    pub(super) journal: Option<JournalWriter>,
}

/// The writers of this process, by folder.
static WRITERS: Mutex<Option<HashMap<PathBuf, Weak<Store>>>> = Mutex::new(None);

impl Store {
    /// Makes a folder and opens it for writing.
    ///
    /// # Errors
    /// [`Error::Io`] where something is there already that is no empty folder, or nothing can be made there.
    pub(crate) fn create(folder: &Path, purpose: &str, algorithm: &Algorithm) -> Result<Arc<Self>> {
        fs::create_dir_all(folder).map_err(io_error(folder))?;
        let mut inside = fs::read_dir(folder).map_err(io_error(folder))?;
        if inside.next().is_some() {
            let reason = std::io::Error::other(
                "a gallery is created in a new or an empty folder, and this one is not empty",
            );
            return Err(io_error(folder)(reason));
        }
        let segments = folder.join(SEGMENTS);
        fs::create_dir(&segments).map_err(io_error(&segments))?;
        let manifest = Manifest {
            format: FORMAT,
            gallery_id: new_gallery_id(),
            purpose: purpose.to_owned(),
            generation: 1,
            sealed_through: 0,
            method: algorithm.method().clone(),
            segments: Vec::new(),
            journal: journal_name(1),
            panel: Vec::new(),
        };
        Records::create(&folder.join(RECORDS), &manifest.gallery_id)?;
        JournalWriter::create(&folder.join(&manifest.journal), &manifest.gallery_id, 1)?;
        sync_folder(folder)?;
        // With the manifest it is a gallery, and not before.
        manifest.write(folder)?;
        Self::open_to_write(folder, algorithm, Threads::All, Watch::default())
    }

    /// Opens a folder for writing, or shares it with who has it open in this process.
    ///
    /// # Errors
    /// [`Error::InUse`] where another process writes; what is wrong with the folder.
    pub(crate) fn open_to_write(
        folder: &Path,
        algorithm: &Algorithm,
        threads: Threads,
        watch: Watch<'_>,
    ) -> Result<Arc<Self>> {
        let folder = fs::canonicalize(folder).map_err(io_error(folder))?;
        let mut writers = WRITERS.lock().unwrap_or_else(PoisonError::into_inner);
        let writers = writers.get_or_insert_default();
        if let Some(store) = writers.get(&folder).and_then(Weak::upgrade).filter(|store| store.is_writer()) {
            if store.algorithm.method() == algorithm.method() {
                return Ok(store);
            }
            let reason = format!("it is open in this process with the method {}", store.algorithm.method());
            return Err(Error::ReadOnly { path: folder, reason });
        }
        Manifest::read(&folder)?; // a folder that is no gallery gets no lock file
        let lock = Lock::acquire(&folder)?;
        let store = Arc::new(Self::load(&folder, algorithm, Some(lock), threads, watch)?);
        writers.retain(|_, store| store.strong_count() > 0);
        writers.insert(folder, Arc::downgrade(&store));
        Ok(store)
    }

    /// Opens a folder for reading; shares the state of a writer in this process.
    ///
    /// # Errors
    /// What is wrong with the folder.
    pub(crate) fn open_to_read(folder: &Path, algorithm: &Algorithm, threads: Threads) -> Result<Arc<Self>> {
        let folder = fs::canonicalize(folder).map_err(io_error(folder))?;
        let writer = {
            let writers = WRITERS.lock().unwrap_or_else(PoisonError::into_inner);
            writers.as_ref().and_then(|writers| writers.get(&folder)?.upgrade())
        };
        let same = |store: &Arc<Self>| store.is_writer() && store.algorithm.method() == algorithm.method();
        if let Some(store) = writer.filter(same) {
            return Ok(store);
        }
        Ok(Arc::new(Self::load(&folder, algorithm, None, threads, Watch::default())?))
    }

    fn load(
        folder: &Path,
        algorithm: &Algorithm,
        lock: Option<Lock>,
        threads: Threads,
        watch: Watch<'_>,
    ) -> Result<Self> {
        let manifest = Manifest::read(folder)?;
        let records = Records::at(&folder.join(RECORDS), &manifest.gallery_id);
        let mut store = Self {
            folder: folder.to_owned(),
            records,
            algorithm: algorithm.clone(),
            state: Mutex::new(State::empty(manifest, algorithm)),
            latest: Mutex::new(Latest { gallery: Gallery::with(algorithm), number: 0 }),
            lock,
            process: std::process::id(),
        };
        let is_writer = store.lock.is_some();
        let state = store.state_of_folder(is_writer, &[], threads, watch)?;
        store.show(&state);
        store.state = Mutex::new(state);
        Ok(store)
    }

    /// The gallery as it is on the disk; segments at some paths are not to be used. A writer is ready to write then.
    fn state_of_folder(
        &self,
        is_writer: bool,
        bad: &[PathBuf],
        threads: Threads,
        watch: Watch<'_>,
    ) -> Result<State> {
        let Loaded { manifest, gallery, serial, journal_length, is_intact } =
            self.loaded(is_writer, bad, threads, watch)?;
        let mut state = State { manifest, gallery, serial, journal_length, journal: None };
        if is_writer {
            self.take_up(&mut state, is_intact)?;
        }
        Ok(state)
    }

    pub(super) fn loaded(
        &self,
        is_writer: bool,
        bad: &[PathBuf],
        threads: Threads,
        watch: Watch<'_>,
    ) -> Result<Loaded> {
        let mut tries = 0;
        loop {
            let manifest = Manifest::read(&self.folder)?;
            let loaded = load(self, manifest.clone(), is_writer, bad, threads, watch);
            // A writer may have replaced what the manifest named.
            if loaded.is_ok() || is_writer || tries == 5 || Manifest::read(&self.folder)? == manifest {
                return loaded;
            }
            tries += 1;
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the gallery is for.
    pub(crate) fn purpose(&self) -> String {
        self.state().manifest.purpose.clone()
    }

    /// What the folder holds.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) fn stats(&self) -> Result<StoreStats> {
        let state = self.state();
        let length = |path: &Path| fs::metadata(path).map(|file| file.len()).map_err(io_error(path));
        Ok(StoreStats {
            folder: self.folder.clone(),
            purpose: state.manifest.purpose.clone(),
            segments: state.manifest.segments.len(),
            segment_bytes: state.manifest.segments.iter().map(|entry| entry.bytes).sum(),
            record_bytes: length(self.records.path())?,
            journal_bytes: state.journal_length,
            changes: state.serial,
        })
    }

    pub(crate) fn records(&self) -> &Records {
        &self.records
    }

    /// Whether this process may write: it opened the folder for that, and is no child of the one that did.
    pub(crate) fn is_writer(&self) -> bool {
        self.lock.as_ref().is_some_and(Lock::is_ours)
    }

    /// Whether this is a child of the process that opened the folder for writing.
    fn is_child(&self) -> bool {
        self.lock.as_ref().is_some_and(|lock| !lock.is_ours())
    }

    /// The threads of work that nobody asked for. A child that was forked off has none of the shared ones, and would wait
    /// for them for ever.
    pub(super) fn threads(&self) -> Threads {
        if self.process == std::process::id() { Threads::All } else { Threads::ONE }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a change, which only the writer may.
    pub(super) fn change<T>(&self, work: impl FnOnce(&mut State) -> Result<T>) -> Result<T> {
        if !self.is_writer() {
            let reason = if self.is_child() {
                "the process that this one was forked from writes to it"
            } else {
                "open it for writing to change it"
            };
            return Err(Error::ReadOnly { path: self.folder.clone(), reason: reason.to_owned() });
        }
        let mut state = self.state();
        if state.journal.is_none() {
            // A change failed half-way: what is on the disk counts.
            *state = self.state_of_folder(true, &[], Threads::All, Watch::default())?;
        }
        let result = work(&mut state);
        self.show(&state);
        result
    }

    /// Hands out the gallery of a state from now on.
    fn show(&self, state: &State) {
        let mut latest = self.latest();
        *latest = Latest { gallery: state.gallery.clone(), number: latest.number + 1 };
    }

    /// The gallery as it is after the last change. A reader looks at the folder again, a child of the writer does not.
    ///
    /// # Errors
    /// What is wrong with the folder.
    pub(crate) fn current(&self) -> Result<Latest> {
        Ok(self.newer(0)?.unwrap_or_else(|| self.latest().clone()))
    }

    /// The same where it is not the state of this number any more.
    ///
    /// # Errors
    /// As [`current`](Self::current).
    pub(crate) fn newer(&self, number: u64) -> Result<Option<Latest>> {
        if self.lock.is_none() {
            let mut state = self.state();
            if self.catch_up(&mut state)? {
                self.show(&state);
            }
        }
        let latest = self.latest();
        Ok((latest.number != number).then(|| latest.clone()))
    }

    fn latest(&self) -> MutexGuard<'_, Latest> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The gallery without the segment at a path, which was found damaged: its records are read instead.
    ///
    /// # Errors
    /// The records cannot be read either.
    pub(crate) fn mended(&self, path: &Path) -> Result<Gallery> {
        let mut state = self.state();
        let is_used = state.gallery.parts.iter().any(|part| part.sealed.path() == path);
        if is_used {
            let bad = [path.to_owned()];
            *state = self.state_of_folder(self.is_writer(), &bad, self.threads(), Watch::default())?;
            self.show(&state);
        }
        Ok(state.gallery.clone())
    }
}

impl State {
    /// Nothing is known yet but the manifest.
    fn empty(manifest: Manifest, algorithm: &Algorithm) -> Self {
        let gallery = Gallery::with(algorithm);
        Self { serial: 0, manifest, gallery, journal_length: 0, journal: None }
    }
}
