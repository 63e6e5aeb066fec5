//! `Gallery`: who is enrolled, and who of them is found.

mod care;
mod duplicates;
mod index;
mod shard;
mod state;
mod subject;

pub(crate) use care::{Finding, Recovery};
pub(crate) use duplicates::Duplicates;
pub(crate) use state::closed;
pub(crate) use subject::{Entry, Subject, entry};

use crate::batch::Batch;
use crate::candidates::CandidateList;
use crate::convert::{self, plain};
use crate::dna::candidates::DnaCandidateList;
use crate::dna::frequency_arguments::FrequenciesArgument;
use crate::dna::kinship::leads::RelativeList;
use crate::dna::kinship::relatives::RelativeQuery;
use crate::dna::profile::{Profile, profiles};
use crate::dna::query::Query as DnaQuery;
use crate::dna::rule::RuleArgument;
use crate::errors::OrRaise;
use crate::fingerprint::comparison::Method;
use crate::fingerprint::model::ModelArgument;
use crate::joint::{Answer, DnaPart};
use crate::links::Links;
use crate::part::PartSearch;
use crate::query::Query;
use crate::watch::Listener;
use matcher_core::dna;
use matcher_core::gallery as core;
use matcher_core::search::{RelativeCandidate, search_dna, search_relatives_in};
use matcher_core::work::{Threads, Watch};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use shard::Export;
use state::Home;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Many subjects with their prints, laid out for search.
///
/// In memory it is gone with the process: :meth:`in_memory`. In a folder it lasts: :meth:`create` makes one,
/// :meth:`open` opens it in an instant, what was enrolled is on the disk when :meth:`enrol` returns, and it is searched
/// where it lies. One process writes to it at a time, any number read; within a process, all that open one folder see
/// each other's changes at once. It is a context manager that closes itself. A search never changes a gallery.
///
/// Examples
/// --------
/// >>> from matcher import Gallery, simulate
/// >>> with Gallery.in_memory() as gallery:
/// ...     for k, (enrolled, _) in enumerate(simulate.fingers(20, impressions=2, seed=7)):
/// ...         gallery.enrol(f"S{k}", fingerprints=[enrolled])
/// ...     probe = list(simulate.fingers(20, impressions=2, seed=7))[3][1]
/// ...     answer = gallery.search(probe)
/// >>> answer[0].subject_id, answer.complete, answer.searched
/// ('S3', True, 20)
///
/// The same in a folder:
///
/// >>> import tempfile
/// >>> from pathlib import Path
/// >>> parent = tempfile.TemporaryDirectory()
/// >>> with Gallery.create(Path(parent.name) / "bureau") as gallery:
/// ...     gallery.enrol("S3", fingerprints=[enrolled])
/// >>> with Gallery.open(Path(parent.name) / "bureau", read_only=True) as gallery:
/// ...     print(gallery.subjects(), gallery.purpose)
/// ['S3'] criminal
/// >>> parent.cleanup()
#[pyclass(frozen, module = "matcher")]
pub(crate) struct Gallery {
    /// `None` once closed. The lock is only waited for without the interpreter's lock, and never held while Python runs:
    /// a search goes through the gallery as it was when it began, so that others, and its own progress function, may
    /// change the gallery meanwhile.
    inner: RwLock<Option<Arc<core::Gallery>>>,
    home: Option<Home>,
}

#[pymethods]
impl Gallery {
    /// Makes a gallery in a new or empty folder, and opens it for writing.
    ///
    /// Parameters
    /// ----------
    /// path : str or Path
    ///     The folder.
    /// purpose : str, default "criminal"
    ///     What the data was taken for, 1 to 255 bytes: a gallery of another purpose is not searched unasked.
    /// config : dict, optional
    ///     Changes to :func:`matcher.fingerprint.default_config`, nested the same way. It is not stored: give it again when
    ///     the gallery is opened.
    /// model : Model, str or Path, optional
    ///     The standard model unless given; not stored either.
    ///
    /// Raises
    /// ------
    /// matcher.errors.FileError
    ///     The folder is not empty, or cannot be made.
    #[staticmethod]
    #[pyo3(signature = (path, purpose="criminal", config=None, model=None))]
    fn create(
        py: Python<'_>,
        path: PathBuf,
        purpose: &str,
        config: Option<&Bound<'_, PyDict>>,
        model: Option<ModelArgument>,
    ) -> PyResult<Self> {
        let algorithm = convert::algorithm(py, config, model)?;
        Ok(Self::new(py.detach(|| core::Gallery::create_with(&path, purpose, &algorithm)).or_raise(py)?))
    }

    /// Opens the gallery of a folder.
    ///
    /// Parameters
    /// ----------
    /// path : str or Path
    ///     The folder. In one process it may be opened as often as one likes.
    /// read_only : bool, default False
    ///     Refuse changes, take no lock and leave the disk as it is. A reader sees what others enrol meanwhile.
    /// config, model
    ///     As in :meth:`create`. Where they are not those that its prints were prepared with, a writer prepares all of them
    ///     anew, which takes its time, and a reader is refused.
    /// threads : int, optional
    ///     All cores unless given: for prints that have to be prepared anew.
    /// progress : callable or bool, optional
    ///     A function of (done, total), or True for a bar; told where something has to be made anew.
    ///
    /// Raises
    /// ------
    /// matcher.errors.NotAGalleryError
    ///     There is no gallery, or one of a newer version.
    /// matcher.errors.InUseError
    ///     Another process writes to it: open it read-only.
    /// matcher.errors.DamagedError
    ///     Its records cannot be read: see :meth:`recover`.
    #[staticmethod]
    #[pyo3(signature = (path, read_only=false, config=None, model=None, threads=None, progress=None))]
    fn open(
        py: Python<'_>,
        path: PathBuf,
        read_only: bool,
        config: Option<&Bound<'_, PyDict>>,
        model: Option<ModelArgument>,
        threads: Option<isize>,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let algorithm = convert::algorithm(py, config, model)?;
        let threads = convert::threads(py, threads)?;
        let listener = Listener::new(py, "opening", progress, None)?;
        let opened = listener.run(py, threads, |watch| {
            if read_only {
                return core::Gallery::open_read_only_with(&path, &algorithm, threads);
            }
            core::Gallery::open_with(&path, &algorithm, threads, watch)
        })?;
        Ok(Self::new(opened.or_raise(py)?))
    }

    /// Saves what can be read of a gallery whose records are damaged, and which nobody has open. The damaged file is kept
    /// beside the new one; everything else is made anew when the gallery is opened next.
    ///
    /// Returns
    /// -------
    /// Recovery
    ///     How much was saved, and what is lost.
    #[staticmethod]
    fn recover(py: Python<'_>, path: PathBuf) -> PyResult<Recovery> {
        Ok(Recovery::from(py.detach(|| core::Gallery::recover(&path)).or_raise(py)?))
    }

    /// An empty gallery that lives in memory and is gone with the process.
    ///
    /// Parameters
    /// ----------
    /// config : dict, optional
    ///     Changes to :func:`matcher.fingerprint.default_config`, nested the same way.
    /// model : Model, str or Path, optional
    ///     The standard model unless given.
    #[staticmethod]
    #[pyo3(signature = (config=None, model=None))]
    fn in_memory(
        py: Python<'_>,
        config: Option<&Bound<'_, PyDict>>,
        model: Option<ModelArgument>,
    ) -> PyResult<Self> {
        Ok(Self::new(core::Gallery::with(&convert::algorithm(py, config, model)?)))
    }

    /// The method that prepares prints and compares them.
    #[getter]
    fn method(&self) -> PyResult<Method> {
        self.look_as_seen(|gallery| Method::from(gallery.algorithm().method()))
    }

    /// The folder of a lasting gallery, as an absolute ``Path``; None in memory.
    #[getter]
    fn path(&self) -> Option<&Path> {
        self.home.as_ref().map(|home| &*home.folder)
    }

    /// What the gallery is for; empty in memory.
    #[getter]
    fn purpose(&self) -> &str {
        self.home.as_ref().map_or("", |home| &home.purpose)
    }

    /// Whether the gallery refuses changes: it was opened so, or this is a child of the process that opened it for writing.
    #[getter]
    fn read_only(&self) -> PyResult<bool> {
        self.look_as_seen(core::Gallery::is_read_only)
    }

    /// Takes up what others changed. Every search and every look does so by itself; this says at once where the folder
    /// cannot be read any more.
    fn refresh(&self, py: Python<'_>) -> PyResult<()> {
        self.look(py, |_| Ok(()))
    }

    /// Adds a subject. In a lasting gallery it is on the disk when this returns.
    ///
    /// Parameters
    /// ----------
    /// subject_id : str
    ///     Opaque: 1 to 255 bytes of text without control characters. Never a name.
    /// fingerprints : Template or iterable of Template
    ///     The subject's prints, of any fingers.
    /// dna : Profile or iterable of Profile
    ///     The subject's DNA profiles.
    /// owner : str, optional
    ///     Whose record it is; the owner may always see it.
    /// tags : iterable of str, optional
    ///     For example a notice's colour, or a class of case: searches may ask for some.
    /// visible_to : iterable of str, optional
    ///     Who may see the record besides its owner; an empty one is seen by the owner alone. Everybody unless given.
    /// provenance : str, optional
    ///     A note of where the record comes from, 4096 bytes at most. No search looks at it.
    ///
    /// Raises
    /// ------
    /// matcher.errors.AlreadyEnrolledError
    ///     The id is taken; nothing is replaced.
    #[pyo3(signature = (subject_id, fingerprints=None, dna=None, *, owner=None, tags=None, visible_to=None,
        provenance=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn enrol(
        &self,
        py: Python<'_>,
        subject_id: &str,
        fingerprints: Option<&Bound<'_, PyAny>>,
        dna: Option<&Bound<'_, PyAny>>,
        owner: Option<&str>,
        tags: Option<&Bound<'_, PyAny>>,
        visible_to: Option<&Bound<'_, PyAny>>,
        provenance: Option<&str>,
    ) -> PyResult<()> {
        self.enrol_one(py, entry(py, subject_id, fingerprints, dna, owner, tags, visible_to, provenance)?)
    }

    /// Enrols many subjects at once, all or none, on several threads; in a lasting gallery in one durable change.
    ///
    /// Parameters
    /// ----------
    /// threads : int, optional
    ///     All cores unless given.
    /// progress : callable or bool, optional
    ///     A function of (done, total) subjects, or True for a bar; told when the block ends.
    ///
    /// Examples
    /// --------
    /// >>> from matcher import Gallery, simulate
    /// >>> gallery = Gallery.in_memory()
    /// >>> with gallery.batch() as batch:
    /// ...     for k, prints in enumerate(simulate.fingers(100, impressions=1, seed=7)):
    /// ...         batch.enrol(f"S{k}", prints)
    /// >>> len(gallery)
    /// 100
    #[pyo3(signature = (threads=None, progress=None))]
    fn batch(
        slf: Py<Self>,
        py: Python<'_>,
        threads: Option<isize>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Batch> {
        let threads = convert::threads(py, threads)?;
        Ok(Batch::new(slf, threads, progress))
    }

    /// Takes a subject out. Nobody finds it any more; :meth:`compact` erases it from the disk.
    ///
    /// Raises
    /// ------
    /// matcher.errors.NotEnrolledError
    ///     There is none of this id.
    fn remove(&self, py: Python<'_>, subject_id: &str) -> PyResult<()> {
        let id = convert::subject_id(py, subject_id)?;
        self.change(py, |gallery| gallery.remove(&id))
    }

    /// The subject of this id.
    ///
    /// Raises
    /// ------
    /// matcher.errors.NotEnrolledError
    ///     There is none of this id.
    fn get(&self, py: Python<'_>, subject_id: &str) -> PyResult<Subject> {
        Ok(Subject::from(self.of_subject(py, &convert::subject_id(py, subject_id)?)?))
    }

    /// The ids of all subjects, sorted.
    fn subjects(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.ids(py)
    }

    /// What the gallery holds: subjects, prints, prints that cannot be compared, minutiae, DNA profiles, method; of a
    /// lasting one also what was removed and is not erased yet, what could not be read, and under "store" the sizes of its
    /// files.
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(plain(py, &self.look(py, core::Gallery::stats)?)?.cast_into()?)
    }

    /// Erases what was removed from the disk: all files are written anew without it. In memory there is nothing to do.
    ///
    /// Parameters
    /// ----------
    /// progress : callable or bool, optional
    ///     A function of (done, total), or True for a bar.
    /// cancel : threading.Event, optional
    ///     Set it to stop; the gallery is as it was then, and :class:`matcher.MatcherError` is raised.
    ///
    /// Raises
    /// ------
    /// matcher.errors.DamagedError
    ///     A record cannot be read; the gallery is as it was.
    #[pyo3(signature = (progress=None, cancel=None))]
    fn compact(
        &self,
        py: Python<'_>,
        progress: Option<Bound<'_, PyAny>>,
        cancel: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let listener = Listener::new(py, "compacting", progress, cancel)?;
        self.change_watched(py, &listener, core::Gallery::compact)
    }

    /// Makes an index over the prints, for searches with ``mode="indexed"``; one that was there is replaced.
    ///
    /// A lasting gallery keeps it in its folder. It has the prints that lie in segments; what is enrolled later is scanned by
    /// each search, so build it again when that has become much. :meth:`compact` takes it away. It pays from some
    /// hundred thousand prints of a finger position on.
    ///
    /// Parameters
    /// ----------
    /// cells : int, optional
    ///     Cells of the space of codes, a multiple of 16 up to 65,536; by the number of prints unless given.
    /// threads : int, optional
    ///     All cores unless given; the fit of the cells has its own number, ``OMP_NUM_THREADS``.
    /// progress : callable or bool, optional
    ///     A function of (done, total), or True for a bar.
    /// cancel : threading.Event, optional
    ///     Set it to stop; the gallery is as it was then, and :class:`matcher.MatcherError` is raised.
    ///
    /// Returns
    /// -------
    /// dict
    ///     What is in it: prints, those outside of it, minutiae, cells, bytes.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     This build has no ``faiss``, as the wheel; the message says how to get it. An index that was built elsewhere is
    ///     searched without it.
    #[pyo3(signature = (*, cells=None, threads=None, progress=None, cancel=None))]
    fn build_index<'py>(
        &self,
        py: Python<'py>,
        cells: Option<isize>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
        cancel: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        self.index(py, cells, threads, &Listener::new(py, "indexing", progress, cancel)?)
    }

    /// Reads all that a lasting gallery has on the disk, and tells what of it is not what was written.
    ///
    /// Parameters
    /// ----------
    /// progress : callable or bool, optional
    ///     A function of (done, total) files, or True for a bar.
    ///
    /// Returns
    /// -------
    /// list of Finding
    ///     Empty: nothing is damaged.
    #[pyo3(signature = (progress=None))]
    fn verify(&self, py: Python<'_>, progress: Option<Bound<'_, PyAny>>) -> PyResult<Vec<Finding>> {
        let listener = Listener::new(py, "verifying", progress, None)?;
        let work = |watch: Watch<'_>| self.snapshot().map(|gallery| gallery?.verify(watch));
        let found = listener.run(py, Threads::All, work)?.ok_or_else(closed)?.or_raise(py)?;
        Ok(found.into_iter().map(Finding::from).collect())
    }

    /// Writes a part of a lasting gallery into a folder of its own, a shard: a few files that are searched as the gallery
    /// is, where there is no network, with no database behind them. Open it with ``Gallery.open(path, read_only=True)``.
    ///
    /// Only what the viewer may see leaves the house. Owners, viewers and tags go along with the records, so that a search
    /// in the shard is decided by them, too. Files in a shard are not encrypted.
    ///
    /// Parameters
    /// ----------
    /// path : str or Path
    ///     A new or empty folder.
    /// viewer : str, optional
    ///     Whose shard it is: what this viewer may see. Unless given, only what everybody may see.
    /// tags : iterable of str, optional
    ///     Only subjects with at least one of these.
    /// only, exclude : iterable of str, optional
    ///     Only these subjects, and not those; ids that are not there are passed over.
    /// positions : iterable of int, optional
    ///     Only prints of fingers with these codes, 0 to 10; 0 for those that are not known. All unless given.
    /// dna : bool, default True
    ///     Whether DNA profiles come along.
    /// records : bool, default True
    ///     Whether templates, profiles and provenance come along as they were enrolled. Without them the shard is searched
    ///     all the same, and :meth:`get` is refused.
    /// max_minutiae : int, optional
    ///     The most minutiae to keep of a print for the comparison in full, the best by quality; 12 to 255, all unless given.
    ///     Scores differ then from those at home, the fewer are kept the more.
    /// not_after : datetime or int, optional
    ///     When it is not to be searched any more: a time that says its zone, or seconds since 1970.
    /// progress : callable or bool, optional
    ///     A function of (done, total), or True for a bar.
    ///
    /// Returns
    /// -------
    /// dict
    ///     What the shard says of itself, as :attr:`shard` does. Note the ``digest``, and compare it with that of the shard
    ///     where it is used.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     The gallery is in memory or a shard itself, or a value is out of range.
    /// matcher.errors.FileError
    ///     The folder is not empty, or cannot be written.
    ///
    /// Examples
    /// --------
    /// >>> import tempfile
    /// >>> from datetime import datetime, timedelta, timezone
    /// >>> from pathlib import Path
    /// >>> from matcher import Gallery, simulate
    /// >>> parent = tempfile.TemporaryDirectory()
    /// >>> home, laptop = Path(parent.name) / "bureau", Path(parent.name) / "post 7"
    /// >>> [[enrolled, probe]] = simulate.fingers(1, impressions=2, seed=7)
    /// >>> with Gallery.create(home) as gallery:
    /// ...     gallery.enrol("A-17", enrolled)
    /// ...     noted = gallery.export(laptop, not_after=datetime.now(timezone.utc) + timedelta(days=30))
    /// >>> noted["subjects"], noted["part"]
    /// (1, 'what everybody may see, with DNA profiles, with records')
    /// >>> with Gallery.open(laptop, read_only=True) as shard:
    /// ...     print(shard.search(probe)[0].subject_id, shard.shard["digest"] == noted["digest"])
    /// A-17 True
    /// >>> parent.cleanup()
    #[pyo3(signature = (path, *, viewer=None, tags=None, only=None, exclude=None, positions=None, dna=true,
        records=true, max_minutiae=None, not_after=None, progress=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn export<'py>(
        &self,
        py: Python<'py>,
        path: PathBuf,
        viewer: Option<&str>,
        tags: Option<&Bound<'py, PyAny>>,
        only: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
        positions: Option<&Bound<'py, PyAny>>,
        dna: bool,
        records: bool,
        max_minutiae: Option<isize>,
        not_after: Option<&Bound<'py, PyAny>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let asker = self.asker(py, viewer, tags, None)?;
        Export::new(py, asker, only, exclude, positions, dna, records, max_minutiae, not_after, progress)?
            .run(py, self, |gallery, options| gallery.export(options, &path))
    }

    /// Writes what changed since an earlier export: who came, and who is gone. With it the shard answers as a new export
    /// would; :meth:`apply_delta` applies it.
    ///
    /// Parameters
    /// ----------
    /// base : str or Path
    ///     The folder of the shard as it is, of the last delta of it, or a folder with a copy of the ``manifest.json`` of
    ///     either.
    /// path : str or Path
    ///     A new or empty folder.
    ///
    /// The keywords are those of :meth:`export`, and must be those of the base but for ``only``, ``exclude``, ``not_after``
    /// and ``progress``.
    ///
    /// Returns
    /// -------
    /// dict
    ///     What the shard will say of itself.
    ///
    /// Raises
    /// ------
    /// matcher.errors.WrongBaseError
    ///     The base is not of this gallery, or was exported with other keywords.
    /// matcher.errors.InvalidValueError
    ///     As in :meth:`export`, or the base was exported later, or may be searched for longer.
    #[pyo3(signature = (base, path, *, viewer=None, tags=None, only=None, exclude=None, positions=None, dna=true,
        records=true, max_minutiae=None, not_after=None, progress=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn export_delta<'py>(
        &self,
        py: Python<'py>,
        base: PathBuf,
        path: PathBuf,
        viewer: Option<&str>,
        tags: Option<&Bound<'py, PyAny>>,
        only: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
        positions: Option<&Bound<'py, PyAny>>,
        dna: bool,
        records: bool,
        max_minutiae: Option<isize>,
        not_after: Option<&Bound<'py, PyAny>>,
        progress: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let asker = self.asker(py, viewer, tags, None)?;
        Export::new(py, asker, only, exclude, positions, dna, records, max_minutiae, not_after, progress)?
            .run(py, self, |gallery, options| gallery.export_delta(&base, options, &path))
    }

    /// Makes a shard current by a delta of it. A delta that was applied before changes nothing; whoever has the shard open
    /// sees it with the next search.
    ///
    /// Whom a delta removes no search finds any more; their bytes stay in the shard's files until a new export replaces it.
    ///
    /// Parameters
    /// ----------
    /// shard, delta : str or Path
    ///     Their folders.
    /// config, model
    ///     As in :meth:`create`: those of the shard.
    ///
    /// Returns
    /// -------
    /// dict
    ///     What the shard says of itself now.
    ///
    /// Raises
    /// ------
    /// matcher.errors.WrongBaseError
    ///     The delta is of another gallery, or of another state of the shard. The shard is as it was.
    ///
    /// Examples
    /// --------
    /// >>> import tempfile
    /// >>> from pathlib import Path
    /// >>> from matcher import Gallery, simulate
    /// >>> parent = tempfile.TemporaryDirectory()
    /// >>> home, laptop, delta = (Path(parent.name) / name for name in ("bureau", "post 7", "delta"))
    /// >>> [first], [second] = simulate.fingers(2, impressions=1, seed=7)
    /// >>> with Gallery.create(home) as gallery:
    /// ...     gallery.enrol("A-17", first)
    /// ...     noted = gallery.export(laptop)
    /// ...     gallery.enrol("A-18", second)
    /// ...     noted = gallery.export_delta(laptop, delta)
    /// >>> current = Gallery.apply_delta(laptop, delta)
    /// >>> current["subjects"], current["deltas"]
    /// (2, 1)
    /// >>> parent.cleanup()
    #[staticmethod]
    #[pyo3(signature = (shard, delta, config=None, model=None))]
    fn apply_delta<'py>(
        py: Python<'py>,
        shard: PathBuf,
        delta: PathBuf,
        config: Option<&Bound<'py, PyDict>>,
        model: Option<ModelArgument>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let algorithm = convert::algorithm(py, config, model)?;
        let info = py.detach(|| core::Gallery::apply_delta_with(&shard, &delta, &algorithm)).or_raise(py)?;
        shard::described(py, &info)
    }

    /// What the shard says of itself that this gallery is: ``gallery_id``, ``purpose``, ``method``, ``filter`` and ``part``
    /// (which part of the gallery it is, the latter in words), ``subjects``, ``exported`` and ``not_after`` (seconds since
    /// 1970), ``deltas`` that were applied, and ``digest``. None where it is no shard.
    #[getter]
    fn shard<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let info = self.look(py, |gallery| Ok(gallery.shard()))?;
        info.map(|info| shard::described(py, &info)).transpose()
    }

    /// Lets this gallery be searched also where it is a shard that is not to be searched any more: every search of one is
    /// a :class:`matcher.errors.ExpiredError` otherwise. What time it is, the clock of this machine says.
    fn accept_expired(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.also_expired()).ok_or_else(closed)
    }

    /// Ends the use of the gallery: a lasting one may be written by others at once, one in memory is gone. Closing twice
    /// is no error.
    fn close(&self, py: Python<'_>) {
        py.detach(|| drop(self.inner.write().unwrap_or_else(PoisonError::into_inner).take()));
    }

    /// Searches for the subjects that are most likely the probe's source.
    ///
    /// Parameters
    /// ----------
    /// probe : Template or sequence of Template
    ///     One print, or several of one person: their best scores are added.
    /// dna : matcher.dna.Profile, optional
    ///     The DNA profile of the same person: both are searched for, and what they say is put side by side.
    /// rule : matcher.dna.Rule or str
    ///     When profiles agree; needed with ``dna``, and only with it. So are the next three.
    /// frequencies : matcher.dna.Frequencies or str, optional
    ///     Those of the population, for random match probabilities.
    /// theta : float, default 0.01
    ///     Coancestry, for these.
    /// fingerprint_lr : sequence of (float, float), or array of two columns, optional
    ///     What comparison scores are worth: scores with the base-10 logarithm of the likelihood ratio at each, both
    ///     ascending. Between two of them it is linear in the score, beyond them that of the nearest. With it and with
    ///     ``frequencies`` candidates are ranked by the likelihood ratio of both kinds together.
    /// limit : int, default 20
    ///     The most candidates to list; with ``dna`` in the joint list and in each of the two.
    /// min_score : float, optional
    ///     The lowest score to list; a score of 0 is never listed.
    /// mode : {"fast", "exhaustive", "indexed"}
    ///     "fast" looks at all prints in three stages, each slower and better than the one before, and compares in full
    ///     those that are among the best in the first two; a mate may be lost on the way, how often
    ///     :attr:`CandidateList.cascade` says. "exhaustive" compares every subject in full. "indexed" is
    ///     as "fast", but of the prints in the gallery's index (:meth:`build_index`) only a shortlist is looked at; all
    ///     others are, and all where there is no index. A candidate has the same score and evidence in all.
    /// max_rotation : float, optional
    ///     Degrees by which the finger may be turned at most against the enrolled one, either way, 0 to 180, where that
    ///     is known: a fast search loses less then. Leave room for the noise of directions, 15 degrees or more.
    /// position : {"same", "any"}
    ///     Compare prints of the same finger (and of unknown ones), or all with all.
    /// exclude : iterable of str
    ///     Subjects to leave out; they are counted nowhere.
    /// viewer : str, optional
    ///     Who asks: sees what is visible to everybody, to this name, or owned by it. Unless given, only what everybody may
    ///     see. What one may not see changes nothing: the answer is that of a gallery without it.
    /// tags : iterable of str, optional
    ///     Only subjects with at least one of these.
    /// purposes : iterable of str, optional
    ///     What the search is for; that of the gallery unless given, and it must be among them.
    /// deadline : float, optional
    ///     Seconds after which to answer with what was found; with ``dna`` for each of the two searches.
    /// threads : int, optional
    ///     All cores unless given; 1 uses the calling thread alone and starts no other.
    /// progress : callable or bool, optional
    ///     A function of (done, total) subjects, or True for a bar.
    /// cancel : threading.Event, optional
    ///     Set it to have the answer at once, with what was found.
    ///
    /// Returns
    /// -------
    /// CandidateList or JointCandidateList
    ///     Best first, with how much was searched; the same for any number of threads. With ``dna`` the joint one.
    ///
    /// Raises
    /// ------
    /// matcher.errors.ExpiredError
    ///     The gallery is a shard that is not to be searched any more: see :meth:`accept_expired`.
    #[pyo3(signature = (probe, *, dna=None, rule=None, frequencies=None, theta=0.01, fingerprint_lr=None, limit=20,
        min_score=None, mode="fast", max_rotation=None, position="same", exclude=None, viewer=None, tags=None,
        purposes=None, deadline=None, threads=None, progress=None, cancel=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn search<'py>(
        &self,
        py: Python<'py>,
        probe: &Bound<'py, PyAny>,
        dna: Option<&Bound<'py, Profile>>,
        rule: Option<RuleArgument>,
        frequencies: Option<FrequenciesArgument>,
        theta: f64,
        fingerprint_lr: Option<&Bound<'py, PyAny>>,
        limit: isize,
        min_score: Option<f64>,
        mode: &str,
        max_rotation: Option<f64>,
        position: &str,
        exclude: Option<&Bound<'py, PyAny>>,
        viewer: Option<&str>,
        tags: Option<&Bound<'py, PyAny>>,
        purposes: Option<&Bound<'py, PyAny>>,
        deadline: Option<f64>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
        cancel: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Answer> {
        let listener = Listener::new(py, "searching", progress, cancel)?;
        let asker = self.asker(py, viewer, tags, purposes)?;
        let dna = DnaPart::new(py, dna, rule, frequencies, theta, fingerprint_lr)?;
        let query = Query::new(
            py,
            limit,
            min_score,
            mode,
            max_rotation,
            position,
            exclude,
            asker,
            deadline,
            threads,
            listener,
        )?;
        match dna {
            None => query.run(self, probe).map(Answer::Prints),
            Some(dna) => query.run_joint(self, probe, &dna).map(Answer::Joint),
        }
    }

    /// Searches with many probes by prints; keywords as in :meth:`search`.
    ///
    /// Returns
    /// -------
    /// list of CandidateList
    ///     One for each probe, each the same as a search of its own. ``deadline`` and ``progress`` are for all of them
    ///     together; progress is told in subjects times probes.
    #[pyo3(signature = (probes, *, limit=20, min_score=None, mode="fast", max_rotation=None, position="same",
        exclude=None, viewer=None, tags=None, purposes=None, deadline=None, threads=None, progress=None, cancel=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn search_many<'py>(
        &self,
        py: Python<'py>,
        probes: &Bound<'py, PyAny>,
        limit: isize,
        min_score: Option<f64>,
        mode: &str,
        max_rotation: Option<f64>,
        position: &str,
        exclude: Option<&Bound<'py, PyAny>>,
        viewer: Option<&str>,
        tags: Option<&Bound<'py, PyAny>>,
        purposes: Option<&Bound<'py, PyAny>>,
        deadline: Option<f64>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
        cancel: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Vec<CandidateList>> {
        let listener = Listener::new(py, "searching", progress, cancel)?;
        let asker = self.asker(py, viewer, tags, purposes)?;
        Query::new(
            py,
            limit,
            min_score,
            mode,
            max_rotation,
            position,
            exclude,
            asker,
            deadline,
            threads,
            listener,
        )?
        .run_many(self, probes)
    }

    /// Begins a search with many probes where this gallery is one part of several, which lie on other machines.
    ///
    /// Other keywords are those of :meth:`search`; ``deadline`` is for the first stage alone.
    ///
    /// Parameters
    /// ----------
    /// probes : iterable of Template or of sequence of Template
    ///     As in :meth:`search_many`; few at a time: 4 bytes a print of the gallery are kept for each print of a probe, and
    ///     twice that where it has several.
    /// elsewhere : int, default 0
    ///     How many prints lie in other parts, about. With less than there are the search takes longer, and is the same.
    ///
    /// Returns
    /// -------
    /// matcher._matcher.PartSearch
    ///     What it says goes to a ``Gathering``; :mod:`matcher.distributed` does all this.
    #[pyo3(signature = (probes, *, elsewhere=0, limit=20, min_score=None, mode="fast", max_rotation=None,
        position="same", exclude=None, viewer=None, tags=None, purposes=None, deadline=None, threads=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn search_part<'py>(
        &self,
        py: Python<'py>,
        probes: &Bound<'py, PyAny>,
        elsewhere: usize,
        limit: isize,
        min_score: Option<f64>,
        mode: &str,
        max_rotation: Option<f64>,
        position: &str,
        exclude: Option<&Bound<'py, PyAny>>,
        viewer: Option<&str>,
        tags: Option<&Bound<'py, PyAny>>,
        purposes: Option<&Bound<'py, PyAny>>,
        deadline: Option<f64>,
        threads: Option<isize>,
    ) -> PyResult<PartSearch> {
        let listener = Listener::new(py, "searching", None, None)?;
        let asker = self.asker(py, viewer, tags, purposes)?;
        Query::new(
            py,
            limit,
            min_score,
            mode,
            max_rotation,
            position,
            exclude,
            asker,
            deadline,
            threads,
            listener,
        )?
        .begin_part(self, probes, elsewhere)
    }

    /// Searches the DNA profiles of all subjects for those that agree with a probe under a rule.
    ///
    /// Parameters
    /// ----------
    /// profile : Profile
    ///     The probe.
    /// rule : Rule or str
    ///     A rule, or the name of a shipped one.
    /// limit : int, default 100
    ///     The most candidates to list; ``hits`` counts all.
    /// exclude : iterable of str, optional
    ///     Subjects to leave out; they are counted nowhere.
    /// viewer, tags, purposes
    ///     As in :meth:`search`: unless a viewer is named, only what everybody may see.
    ///
    /// The other keywords are those of :meth:`matcher.dna.ProfileTable.search`.
    ///
    /// Returns
    /// -------
    /// matcher.dna.DnaCandidateList
    ///     A subject is listed once, by its profile that agrees best; the same for any number of threads.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     The probe has nothing known at any locus that the rule compares.
    ///
    /// Examples
    /// --------
    /// >>> from matcher import Gallery
    /// >>> from matcher.dna import Profile, Rule
    /// >>> gallery = Gallery.in_memory()
    /// >>> gallery.enrol("A-17", dna=[Profile("first", {"FGA": (21, 22), "TH01": (6, 9.3)})])
    /// >>> probe = Profile("probe", {"FGA": (21, 22), "TH01": (6, None)})
    /// >>> answer = gallery.search_dna(probe, Rule("moderate", min_loci=2), frequencies="nist1036-cauc")
    /// >>> answer[0].subject_id, answer[0].profile_id, answer[0].score
    /// ('A-17', 'first', 2)
    #[pyo3(signature = (profile, rule, limit=100, *, frequencies=None, theta=0.01, categories=None, exclude=None,
        viewer=None, tags=None, purposes=None, deadline=None, threads=None, progress=None, cancel=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn search_dna<'py>(
        &self,
        py: Python<'py>,
        profile: &Bound<'py, Profile>,
        rule: RuleArgument,
        limit: isize,
        frequencies: Option<FrequenciesArgument>,
        theta: f64,
        categories: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
        viewer: Option<&str>,
        tags: Option<&Bound<'py, PyAny>>,
        purposes: Option<&Bound<'py, PyAny>>,
        deadline: Option<f64>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
        cancel: Option<Bound<'py, PyAny>>,
    ) -> PyResult<DnaCandidateList> {
        let listener = Listener::new(py, "searching", progress, cancel)?;
        let asker = self.asker(py, viewer, tags, purposes)?;
        let query = DnaQuery::new(
            py,
            limit,
            frequencies,
            theta,
            categories,
            exclude,
            asker,
            deadline,
            threads,
            listener,
        )?;
        let probe = [(*profile.get().inner).clone()];
        let mut answers = query.run(
            py,
            || self.snapshot(),
            |gallery, options| search_dna(gallery, &probe, &rule.0, options),
        )?;
        // One probe, one answer.
        Ok(answers.remove(0))
    }

    /// Searches the DNA profiles with many probes; keywords as in :meth:`search_dna`.
    ///
    /// Returns
    /// -------
    /// list of matcher.dna.DnaCandidateList
    ///     One for each probe, each the same as a search of its own. ``deadline`` and ``progress`` are for all of them
    ///     together; progress is told in profiles times probes.
    #[pyo3(signature = (profiles, rule, limit=100, *, frequencies=None, theta=0.01, categories=None, exclude=None,
        viewer=None, tags=None, purposes=None, deadline=None, threads=None, progress=None, cancel=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn search_dna_many<'py>(
        &self,
        py: Python<'py>,
        profiles: &Bound<'py, PyAny>,
        rule: RuleArgument,
        limit: isize,
        frequencies: Option<FrequenciesArgument>,
        theta: f64,
        categories: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
        viewer: Option<&str>,
        tags: Option<&Bound<'py, PyAny>>,
        purposes: Option<&Bound<'py, PyAny>>,
        deadline: Option<f64>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
        cancel: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Vec<DnaCandidateList>> {
        let listener = Listener::new(py, "searching", progress, cancel)?;
        let asker = self.asker(py, viewer, tags, purposes)?;
        let query = DnaQuery::new(
            py,
            limit,
            frequencies,
            theta,
            categories,
            exclude,
            asker,
            deadline,
            threads,
            listener,
        )?;
        let probes = self::profiles(profiles)?;
        query.run(py, || self.snapshot(), |gallery, options| search_dna(gallery, &probes, &rule.0, options))
    }

    /// Searches the DNA profiles of all subjects for relatives of a person, or for the missing person of a family.
    ///
    /// Parameters and keywords are those of :meth:`matcher.dna.ProfileTable.search_relatives`; ``exclude`` names subjects;
    /// ``viewer``, ``tags`` and ``purposes`` are those of :meth:`search`.
    ///
    /// Returns
    /// -------
    /// matcher.dna.RelativeList
    ///     A subject is listed once, by its profile with the largest ratio.
    #[pyo3(signature = (kin, relation, frequencies, limit=100, **keywords), text_signature = "($self, kin, relation, \
        frequencies, limit=100, *, profiles=None, min_log10_lr=None, theta=0.0, mutation=None, prune_untyped=False, \
        dropout=None, categories=None, exclude=None, viewer=None, tags=None, purposes=None, deadline=None, \
        threads=None, progress=None, cancel=None)")]
    fn search_relatives<'py>(
        &self,
        py: Python<'py>,
        kin: &Bound<'py, PyAny>,
        relation: &Bound<'py, PyAny>,
        frequencies: FrequenciesArgument,
        limit: isize,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<RelativeList> {
        let keywords = keywords.map(PyDictMethods::copy).transpose()?;
        let take = |name: &str| -> PyResult<Option<Bound<'py, PyAny>>> {
            let Some(keywords) = &keywords else { return Ok(None) };
            let value = keywords.get_item(name)?;
            value.iter().try_for_each(|_| keywords.del_item(name))?;
            Ok(value.filter(|value| !value.is_none()))
        };
        let viewer = take("viewer")?.map(|name| name.extract::<String>()).transpose()?;
        let asker = self.asker(py, viewer.as_deref(), take("tags")?.as_ref(), take("purposes")?.as_ref())?;
        let query = RelativeQuery::new(py, kin, relation, frequencies, limit, asker, keywords.as_ref())?;
        query.run(py, || self.snapshot(), search_relatives_in, profile_of)
    }

    /// Compares all subjects with all: who is there twice, under two ids, and which cases belong together.
    ///
    /// Every pair of subjects is looked at once, so the time grows with the square of the gallery; the memory does not.
    ///
    /// Parameters
    /// ----------
    /// kind : {"fingerprint", "dna"}
    ///     By prints, or by DNA profiles; subjects without profiles are counted nowhere in the latter.
    /// min_score : float, optional
    ///     The least score of a link. Unless given, of prints ``matcher.fingerprint.DECISION_THRESHOLD`` for each pair of
    ///     fingers that counts, of DNA whatever meets the rule. Of ``n`` pairs of single prints about
    ///     ``n * 10 ** (-score / 10)`` reach a score by chance, as far as the model's scale fits the prints: in a large
    ///     gallery ask for more than in a search.
    /// rule : matcher.dna.Rule or str
    ///     When profiles agree; needed by "dna", and only there.
    /// mode : {"fast", "exhaustive"}
    ///     Of prints: "fast" takes pairs through two quick stages before they are compared in full, and loses a few;
    ///     "exhaustive" compares every pair in full. DNA loses nothing.
    /// position : {"same", "any"}
    ///     Of prints: compare those of the same finger (and of unknown ones), or all with all.
    /// limit : int, default 10000
    ///     The most links to list; ``found`` counts all.
    /// categories : iterable of str, optional
    ///     Of DNA: only profiles of these.
    /// exclude, viewer, tags, purposes
    ///     As in :meth:`search`: what may not be seen changes neither a link nor a number.
    /// checkpoint : str or Path, optional
    ///     A file that grows by what is done, and from which the same call goes on when it was stopped or killed; the links
    ///     are the very same. A file of other work is refused. It holds no id and no print.
    /// threads : int, optional
    ///     All cores unless given; 1 uses the calling thread alone and starts no other.
    /// progress : callable or bool, optional
    ///     A function of (done, total) pairs of subjects, or True for a bar. What a checkpoint has counts as done.
    /// cancel : threading.Event, optional
    ///     Set it to have the answer at once, with what was found.
    /// deadline : float, optional
    ///     Seconds after which to answer with what was found.
    ///
    /// Returns
    /// -------
    /// Links
    ///     Best first; the same for any number of threads, order of enrolment and layout.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     A value is out of its range, or the checkpoint is of other work: it says which value differs.
    ///
    /// Examples
    /// --------
    /// >>> from matcher import Gallery, simulate
    /// >>> gallery = Gallery.in_memory()
    /// >>> for k, (first, second) in enumerate(simulate.fingers(5, impressions=2, seed=7)):
    /// ...     gallery.enrol(f"S{k}", [first])
    /// ...     if k == 3:
    /// ...         gallery.enrol("alias", [second])
    /// >>> links = gallery.find_duplicates()
    /// >>> links.clusters(), links.pairs, links.complete
    /// ([['S3', 'alias']], 15, True)
    #[pyo3(signature = (kind="fingerprint", *, min_score=None, rule=None, mode="fast", position="same", limit=10_000,
        categories=None, exclude=None, viewer=None, tags=None, purposes=None, checkpoint=None, threads=None,
        progress=None, cancel=None, deadline=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn find_duplicates<'py>(
        &self,
        py: Python<'py>,
        kind: &str,
        min_score: Option<f64>,
        rule: Option<RuleArgument>,
        mode: &str,
        position: &str,
        limit: isize,
        categories: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
        viewer: Option<&str>,
        tags: Option<&Bound<'py, PyAny>>,
        purposes: Option<&Bound<'py, PyAny>>,
        checkpoint: Option<PathBuf>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
        cancel: Option<Bound<'py, PyAny>>,
        deadline: Option<f64>,
    ) -> PyResult<Links> {
        let listener = Listener::new(py, "comparing", progress, cancel)?;
        let asker = self.asker(py, viewer, tags, purposes)?;
        let asked =
            Duplicates::new(py, limit, min_score, categories, exclude, asker, checkpoint, deadline, threads)?;
        self.duplicates(py, kind, rule.as_ref(), &asked.of_prints(py, mode, position)?, &listener)
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.look(py, |gallery| Ok(gallery.len()))
    }

    fn __contains__(&self, py: Python<'_>, subject_id: &str) -> PyResult<bool> {
        let Ok(id) = core::SubjectId::new(subject_id) else { return Ok(false) };
        self.look(py, |gallery| gallery.contains(&id))
    }

    fn __enter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (exc_type, exc_value, traceback))]
    #[expect(unused_variables, reason = "Python's protocol")]
    fn __exit__(
        &self,
        py: Python<'_>,
        exc_type: Option<&Bound<'_, PyAny>>,
        exc_value: Option<&Bound<'_, PyAny>>,
        traceback: Option<&Bound<'_, PyAny>>,
    ) {
        self.close(py);
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        self.described(py)
    }
}

/// The profile of a candidate. Of a lasting gallery the record is read: where a segment was damaged, the search went
/// through other rows than these. `None` where the subject was removed meanwhile.
fn profile_of(gallery: &core::Gallery, candidate: &RelativeCandidate) -> Option<dna::Profile> {
    if gallery.folder().is_none() {
        return gallery.profiles().ok()?.get(candidate.row);
    }
    let subject = gallery.get(&core::SubjectId::new(&candidate.id).ok()?).ok()?;
    let mut named = subject.profiles().iter().filter(|profile| profile.id() == candidate.profile_id);
    let first = named.next()?;
    match named.next() {
        None => Some(first.clone()),
        // Several of one name: the row tells which.
        Some(_) => {
            gallery.profiles().ok()?.get(candidate.row).filter(|found| subject.profiles().contains(found))
        }
    }
}
