//! `Gallery`: who is enrolled, and who of them is found.

mod state;
mod subject;

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
use crate::query::Query;
use crate::watch::Listener;
use matcher_core::gallery as core;
use matcher_core::search::{search_dna, search_relatives_in};
use matcher_core::work::Threads;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::{Arc, PoisonError, RwLock};

/// Many subjects with their prints, laid out for search.
///
/// Made by :meth:`in_memory`; a context manager that closes itself. A search never changes a gallery.
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
#[pyclass(frozen, module = "matcher")]
pub(crate) struct Gallery {
    /// `None` once closed. The lock is only waited for without the interpreter's lock, and never held while Python runs:
    /// a search goes through the gallery as it was when it began, so that others, and its own progress function, may
    /// change the gallery meanwhile.
    inner: RwLock<Option<Arc<core::Gallery>>>,
}

#[pymethods]
impl Gallery {
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
    fn method(&self, py: Python<'_>) -> PyResult<Method> {
        self.look(py, |gallery| Method::from(gallery.algorithm().method()))
    }

    /// Adds a subject.
    ///
    /// Parameters
    /// ----------
    /// subject_id : str
    ///     Opaque: 1 to 255 bytes of text without control characters. Never a name.
    /// fingerprints : Template or iterable of Template
    ///     The subject's prints, of any fingers.
    /// dna : Profile or iterable of Profile
    ///     The subject's DNA profiles.
    ///
    /// Raises
    /// ------
    /// matcher.errors.AlreadyEnrolledError
    ///     The id is taken; nothing is replaced.
    #[pyo3(signature = (subject_id, fingerprints=None, dna=None))]
    fn enrol(
        &self,
        py: Python<'_>,
        subject_id: &str,
        fingerprints: Option<&Bound<'_, PyAny>>,
        dna: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        self.enrol_many(py, vec![entry(py, subject_id, fingerprints, dna)?], Threads::ONE)
    }

    /// Enrols many subjects at once, all or none, on several threads.
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
    #[pyo3(signature = (threads=None))]
    fn batch(slf: Py<Self>, py: Python<'_>, threads: Option<isize>) -> PyResult<Batch> {
        let threads = convert::threads(py, threads)?;
        Ok(Batch::new(slf, threads))
    }

    /// Takes a subject out.
    ///
    /// Raises
    /// ------
    /// matcher.errors.NotEnrolledError
    ///     There is none of this id.
    fn remove(&self, py: Python<'_>, subject_id: &str) -> PyResult<()> {
        let id = convert::subject_id(py, subject_id)?;
        self.change(py, |gallery| gallery.remove(&id).map(drop))?.or_raise(py)
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

    /// What the gallery holds: subjects, prints, prints that cannot be compared, minutiae, DNA profiles, method.
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(plain(py, &self.look(py, core::Gallery::stats)?)?.cast_into()?)
    }

    /// Forgets everything; the gallery cannot be used any more. Closing twice is no error.
    fn close(&self, py: Python<'_>) {
        py.detach(|| drop(self.inner.write().unwrap_or_else(PoisonError::into_inner).take()));
    }

    /// Searches for the subjects that are most likely the probe's source.
    ///
    /// Parameters
    /// ----------
    /// probe : Template or sequence of Template
    ///     One print, or several of one person: their best scores are added.
    /// limit : int, default 20
    ///     The most candidates to list.
    /// min_score : float, optional
    ///     The lowest score to list; a score of 0 is never listed.
    /// mode : {"fast", "exhaustive"}
    ///     "fast" looks at all prints in three stages, each slower and better than the one before, and compares in full
    ///     those that are among the best in the first two; a mate may be lost on the way, how often
    ///     :attr:`CandidateList.cascade` says. "exhaustive" compares every subject in full. A candidate has the same
    ///     score and evidence in both.
    /// max_rotation : float, optional
    ///     Degrees by which the finger may be turned at most against the enrolled one, either way, 0 to 180, where that
    ///     is known: a fast search loses less then. Leave room for the noise of directions, 15 degrees or more.
    /// position : {"same", "any"}
    ///     Compare prints of the same finger (and of unknown ones), or all with all.
    /// exclude : iterable of str
    ///     Subjects to leave out; they are counted nowhere.
    /// deadline : float, optional
    ///     Seconds after which to answer with what was found.
    /// threads : int, optional
    ///     All cores unless given; 1 uses the calling thread alone and starts no other.
    /// progress : callable or bool, optional
    ///     A function of (done, total) subjects, or True for a bar.
    /// cancel : threading.Event, optional
    ///     Set it to have the answer at once, with what was found.
    ///
    /// Returns
    /// -------
    /// CandidateList
    ///     Best first, with how much was searched; the same for any number of threads.
    #[pyo3(signature = (probe, *, limit=20, min_score=None, mode="fast", max_rotation=None, position="same",
        exclude=None, deadline=None, threads=None, progress=None, cancel=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn search<'py>(
        &self,
        py: Python<'py>,
        probe: &Bound<'py, PyAny>,
        limit: isize,
        min_score: Option<f64>,
        mode: &str,
        max_rotation: Option<f64>,
        position: &str,
        exclude: Option<&Bound<'py, PyAny>>,
        deadline: Option<f64>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
        cancel: Option<Bound<'py, PyAny>>,
    ) -> PyResult<CandidateList> {
        let listener = Listener::new(py, "searching", progress, cancel)?;
        Query::new(py, limit, min_score, mode, max_rotation, position, exclude, deadline, threads, listener)?
            .run(self, probe)
    }

    /// Searches with many probes; keywords as in :meth:`search`.
    ///
    /// Returns
    /// -------
    /// list of CandidateList
    ///     One for each probe, each the same as a search of its own. ``deadline`` and ``progress`` are for all of them
    ///     together; progress is told in subjects times probes.
    #[pyo3(signature = (probes, *, limit=20, min_score=None, mode="fast", max_rotation=None, position="same",
        exclude=None, deadline=None, threads=None, progress=None, cancel=None))]
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
        deadline: Option<f64>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
        cancel: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Vec<CandidateList>> {
        let listener = Listener::new(py, "searching", progress, cancel)?;
        Query::new(py, limit, min_score, mode, max_rotation, position, exclude, deadline, threads, listener)?
            .run_many(self, probes)
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
        deadline=None, threads=None, progress=None, cancel=None))]
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
        deadline: Option<f64>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
        cancel: Option<Bound<'py, PyAny>>,
    ) -> PyResult<DnaCandidateList> {
        let listener = Listener::new(py, "searching", progress, cancel)?;
        let query =
            DnaQuery::new(py, limit, frequencies, theta, categories, exclude, deadline, threads, listener)?;
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
        deadline=None, threads=None, progress=None, cancel=None))]
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
        deadline: Option<f64>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
        cancel: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Vec<DnaCandidateList>> {
        let listener = Listener::new(py, "searching", progress, cancel)?;
        let query =
            DnaQuery::new(py, limit, frequencies, theta, categories, exclude, deadline, threads, listener)?;
        let probes = self::profiles(profiles)?;
        query.run(py, || self.snapshot(), |gallery, options| search_dna(gallery, &probes, &rule.0, options))
    }

    /// Searches the DNA profiles of all subjects for relatives of a person, or for the missing person of a family.
    ///
    /// Parameters and keywords are those of :meth:`matcher.dna.ProfileTable.search_relatives`; ``exclude`` names subjects.
    ///
    /// Returns
    /// -------
    /// matcher.dna.RelativeList
    ///     A subject is listed once, by its profile with the largest ratio.
    #[pyo3(signature = (kin, relation, frequencies, limit=100, **keywords), text_signature = "($self, kin, relation, \
        frequencies, limit=100, *, profiles=None, min_log10_lr=None, theta=0.0, mutation=None, prune_untyped=False, \
        dropout=None, categories=None, exclude=None, deadline=None, threads=None, progress=None, cancel=None)")]
    fn search_relatives<'py>(
        &self,
        py: Python<'py>,
        kin: &Bound<'py, PyAny>,
        relation: &Bound<'py, PyAny>,
        frequencies: FrequenciesArgument,
        limit: isize,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<RelativeList> {
        let query = RelativeQuery::new(py, kin, relation, frequencies, limit, keywords)?;
        let profile = |gallery: &core::Gallery, row: usize| gallery.profiles().get(row);
        query.run(py, || self.snapshot(), search_relatives_in, profile)
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        self.look(py, core::Gallery::len)
    }

    fn __contains__(&self, py: Python<'_>, subject_id: &str) -> PyResult<bool> {
        let Ok(id) = core::SubjectId::new(subject_id) else { return Ok(false) };
        self.look(py, |gallery| gallery.contains(&id))?.or_raise(py)
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
        self.described(py).unwrap_or_else(|_| "<Gallery, closed>".to_owned())
    }
}
