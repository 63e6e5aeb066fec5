//! Who holds a gallery folder open, and the gallery as it is now.
//!
//! One process writes; in it, all that open the same folder share one [`Store`], so that opening twice just works. Others
//! read: they take no lock, and change nothing on the disk. Every gallery that was handed out is the state of one moment;
//! [`Store::current`] is the latest.

use super::folder::{Lock, RECORDS, SEGMENTS, io_error, journal_name, segment_path, sync_folder};
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
use std::time::Duration;

/// An open folder.
#[derive(Debug)]
pub(crate) struct Store {
    /// Of the writer. It comes first, so that it is free before all else is dropped.
    lock: Option<Lock>,
    pub(super) folder: PathBuf,
    pub(super) records: Records,
    pub(super) algorithm: Algorithm,
    state: Mutex<State>,
    /// The gallery after the last change. A change under way keeps the state to itself: who only looks does not wait for
    /// it, and neither does a child that was forked off meanwhile.
    latest: Mutex<Latest>,
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
    /// While a change is made: one that ends in a panic leaves it so.
    is_changing: bool,
}

/// How often a reader begins again where a writer replaced what it was about to read.
const LOADS: u32 = 20;
/// How often a writer tries again for the lock that another of this process is about to give back, and the pause between.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(1);

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
        manifest.check()?;
        let segments = folder.join(SEGMENTS);
        fs::create_dir(&segments).map_err(io_error(&segments))?;
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
        let known = writers.get(&folder);
        let is_closing = known.is_some_and(|store| store.strong_count() == 0);
        let manifest = Manifest::read(&folder)?; // a folder that is no gallery gets no lock file
        // Where the folder was deleted and made again, who had it open has another gallery.
        let is_same =
            |store: &Arc<Self>| store.is_writer() && store.records.gallery_id() == manifest.gallery_id;
        if let Some(store) = known.and_then(Weak::upgrade).filter(is_same) {
            if store.algorithm.method() == algorithm.method() {
                return Ok(store);
            }
            let reason = format!("it is open in this process with the method {}", store.algorithm.method());
            return Err(Error::ReadOnly { path: folder, reason });
        }
        let mut tries = 0;
        let lock = loop {
            match Lock::acquire(&folder) {
                Err(Error::InUse { .. }) if is_closing && tries < TRIES => {
                    tries += 1;
                    std::thread::sleep(PAUSE);
                }
                lock => break lock?,
            }
        };
        let store = Arc::new(Self::load(&folder, algorithm, Some(lock), threads, watch)?);
        writers.retain(|_, store| store.strong_count() > 0);
        writers.insert(folder, Arc::downgrade(&store));
        Ok(store)
    }

    /// Opens a folder for reading. Where this process writes to it, too, that is no matter: closing the writer gives the
    /// lock back, whoever still reads.
    ///
    /// # Errors
    /// What is wrong with the folder.
    pub(crate) fn open_to_read(folder: &Path, algorithm: &Algorithm, threads: Threads) -> Result<Arc<Self>> {
        let folder = fs::canonicalize(folder).map_err(io_error(folder))?;
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
        let loaded = self.loaded(is_writer, bad, threads, watch)?;
        let is_intact = loaded.is_intact;
        let mut state = State::of(loaded);
        if is_writer {
            self.take_up(&mut state, is_intact)?;
        }
        Ok(state)
    }

    /// Loads what is on the disk, and again where a writer replaced it meanwhile, or a segment is found damaged.
    pub(super) fn loaded(
        &self,
        is_writer: bool,
        bad: &[PathBuf],
        threads: Threads,
        watch: Watch<'_>,
    ) -> Result<Loaded> {
        let (mut tries, mut bad) = (0, bad.to_vec());
        loop {
            let manifest = Manifest::read(&self.folder)?;
            let loaded = load(self, manifest.clone(), is_writer, &bad, threads, watch);
            let Err(error) = &loaded else { return loaded };
            let damaged = damaged_segment(error, self, &manifest).filter(|path| !bad.contains(path));
            let is_replaced = || Ok::<_, Error>(!is_writer && Manifest::read(&self.folder)? != manifest);
            if damaged.is_none() && (tries == LOADS || !is_replaced()?) {
                return loaded;
            }
            tries += u32::from(damaged.is_none());
            bad.extend(damaged);
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
        if state.journal.is_none() || state.is_changing {
            // A change failed half-way: what is on the disk counts.
            *state = self.state_of_folder(true, &[], Threads::All, Watch::default())?;
        }
        state.is_changing = true;
        let result = work(&mut state);
        state.is_changing = false;
        let is_refused = |error: &Error| {
            matches!(
                error,
                Error::AlreadyEnrolled(_) | Error::NotEnrolled(_) | Error::Cancelled | Error::Invalid(_)
            )
        };
        if result.as_ref().is_err_and(|error| !is_refused(error)) {
            state.journal = None;
        }
        self.show(&state);
        result
    }

    /// Ends a change that the records have already: it is made, whatever became of the rest, which is derived from them
    /// and is made anew with the next change.
    pub(super) fn settle(&self, state: &mut State, rest: &Result<()>) {
        if rest.is_err() {
            state.journal = None;
            // Readers see by it that something is missing, and read the records; on a full disk, it can be removed.
            let _ = fs::remove_file(self.folder.join(&state.manifest.journal));
        }
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
            let of_disk = |is_writer| self.state_of_folder(is_writer, &bad, self.threads(), Watch::default());
            // Where the disk takes nothing, a writer, too, mends it in memory.
            *state = of_disk(self.is_writer()).or_else(|error| match error {
                Error::Io { .. } => of_disk(false),
                other => Err(other),
            })?;
            self.show(&state);
        }
        Ok(state.gallery.clone())
    }
}

/// The segment of a gallery that an error is about.
fn damaged_segment(error: &Error, store: &Store, manifest: &Manifest) -> Option<PathBuf> {
    let Error::Damaged { path, .. } = error else { return None };
    let mut segments = manifest.segments.iter().map(|entry| segment_path(&store.folder, &entry.file));
    segments.find(|segment| segment == path)
}

impl State {
    /// Nothing is known yet but the manifest.
    fn empty(manifest: Manifest, algorithm: &Algorithm) -> Self {
        let gallery = Gallery::with(algorithm);
        Self { serial: 0, manifest, gallery, journal_length: 0, journal: None, is_changing: false }
    }

    /// As it was loaded, not ready for changes yet.
    pub(super) fn of(loaded: Loaded) -> Self {
        let Loaded { manifest, gallery, serial, journal_length, is_intact: _ } = loaded;
        Self { manifest, gallery, serial, journal_length, journal: None, is_changing: false }
    }
}
