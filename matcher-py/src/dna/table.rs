//! `ProfileTable`: many profiles laid out for search.

use super::candidates::DnaCandidateList;
use super::columns::{self, Column, LocusColumns};
use super::frequency_arguments::FrequenciesArgument;
use super::kinship::leads::RelativeList;
use super::kinship::relatives::RelativeQuery;
use super::profile::{Profile, profiles};
use super::query::Query;
use super::rule::RuleArgument;
use super::table_iterator::ProfileTableIterator;
use crate::candidates::at;
use crate::errors::{OrRaise, invalid};
use crate::gallery::Duplicates;
use crate::links::Links;
use crate::watch::Listener;
use matcher_core::dna::{Locus, Panel};
use matcher_core::gallery::{self as core, Asker};
use matcher_core::search::{
    DuplicateOptions, RelativeCandidate, find_duplicate_profiles, search_profiles, search_profiles_many,
    search_relatives,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyList, PyMapping, PyString, PyTuple};
use std::path::PathBuf;
use std::sync::Arc;

/// Many profiles laid out for search: two bytes a locus, and whatever that cannot say kept beside it.
///
/// A table does not change. ``len``, indexing and iteration go over its profiles, in the order in which they were given.
///
/// Parameters
/// ----------
/// profiles : iterable of Profile
///     Ids may repeat: what they mean is the caller's business.
///
/// Examples
/// --------
/// >>> from matcher.dna import Profile, ProfileTable
/// >>> table = ProfileTable([Profile("a", {"FGA": (21, 22)}), Profile("b", {"FGA": (20, 25)})])
/// >>> len(table), table.ids, table[1].loci
/// (2, ['a', 'b'], {'FGA': ('20', '25')})
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct ProfileTable {
    pub(super) inner: Arc<core::ProfileTable>,
}

#[pymethods]
impl ProfileTable {
    #[new]
    #[pyo3(signature = (profiles=None))]
    fn new(py: Python<'_>, profiles: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let profiles = profiles.map(self::profiles).transpose()?.unwrap_or_default();
        let table = py.detach(|| {
            if profiles.iter().all(|profile| profile.loci().is_empty()) {
                let mut table = core::ProfileTable::new(Panel::standard());
                for profile in &profiles {
                    table.push(profile);
                }
                return Ok(table);
            }
            core::ProfileTable::of(&profiles)
        });
        Ok(Self { inner: Arc::new(table.or_raise(py)?) })
    }

    /// Makes a table from columns of alleles.
    ///
    /// Parameters
    /// ----------
    /// ids : column of str or int
    ///     The ids of the profiles.
    /// loci : mapping of str to tuple of columns
    ///     For each locus its columns, one for each allele. A column is a list, an array, or a series of numpy, pandas,
    ///     polars or pyarrow, of text or numbers. The different values of a column are read once; arrays of numbers are
    ///     read where they lie.
    ///
    /// Returns
    /// -------
    /// ProfileTable
    ///     Profiles of one person each. None, nan, nulls, ``""``, ``"-"`` and words such as ``"NA"`` are not known: a locus of which nothing is
    ///     known was not typed; one allele alone stands beside an unknown one, and at X and Y loci it is one copy.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     Names the row, the locus and the allele that cannot be.
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import ProfileTable
    /// >>> table = ProfileTable.from_columns(["a", "b"], {"TH01": ([9.3, 7], [6, None])})
    /// >>> [profile.loci for profile in table]
    /// [{'TH01': ('6', '9.3')}, {'TH01': ('7', '-')}]
    #[staticmethod]
    fn from_columns(py: Python<'_>, ids: &Bound<'_, PyAny>, loci: &Bound<'_, PyMapping>) -> PyResult<Self> {
        let library = py.import("matcher._columns")?;
        let ids = library.call_method1("listed", (ids,))?.try_iter()?;
        let ids: Vec<String> = ids.enumerate().map(|(row, id)| id_of(row, &id?)).collect::<PyResult<_>>()?;
        let prepare = library.getattr("prepared")?;
        let mut read = Vec::new();
        for item in loci.items()?.iter() {
            let (name, columns): (String, Bound<'_, PyAny>) = item.extract()?;
            let locus = Locus::new(&name).or_raise(py)?;
            let Ok(columns) = columns
                .cast::<PyTuple>()
                .map(|tuple| tuple.iter().collect::<Vec<_>>())
                .or_else(|_| columns.cast::<PyList>().map(|list| list.iter().collect::<Vec<_>>()))
            else {
                let kind = columns.get_type().name()?.to_string();
                return Err(PyTypeError::new_err(format!(
                    "columns of {name} are {kind}, expected a tuple of columns, one for each allele"
                )));
            };
            if columns.is_empty() {
                return Err(invalid(py, &format!("number of columns of {name}"), 0, "one for each allele"));
            }
            let columns = columns.iter().map(|column| Column::read(locus, &prepare.call1((column,))?));
            read.push(LocusColumns { locus, columns: columns.collect::<PyResult<_>>()? });
        }
        columns::check(py, ids.len(), &read)?;
        let table = py.detach(|| columns::table(&ids, &read)).or_raise(py)?;
        Ok(Self { inner: Arc::new(table) })
    }

    /// Makes a table from a data frame with a profile a row and columns for each locus.
    ///
    /// Parameters
    /// ----------
    /// df : DataFrame or Table
    ///     Of pandas, polars or pyarrow, or a dictionary of columns.
    /// id_column : str
    ///     The column of the ids.
    /// loci : iterable of str, optional
    ///     The loci to take; all that are found unless given.
    ///
    /// Returns
    /// -------
    /// ProfileTable
    ///     The columns of a locus are found by its name with a number (``D3S1358_1``, ``D3S1358.2``, ``D3S1358 3``) or a
    ///     letter (``DYS385a``), by repetition (``D3S1358``, ``D3S1358.1``), or it has a single column. Other columns are
    ///     left aside, also such as ``kind`` and ``category``: all profiles are of one person. ``loci`` of the table
    ///     says what was taken. Values as in :meth:`from_columns`.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     There is no such column, no column of a locus, or a value that cannot be.
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import ProfileTable
    /// >>> frame = {"id": ["a", "b"], "THO1_1": [6, 7], "THO1_2": ["9.3", "-"], "age": [30, 40]}
    /// >>> table = ProfileTable.from_dataframe(frame, id_column="id")
    /// >>> table.loci, table[0].loci
    /// (('TH01',), {'TH01': ('6', '9.3')})
    #[staticmethod]
    #[pyo3(signature = (df, id_column, loci=None))]
    fn from_dataframe(
        py: Python<'_>,
        df: &Bound<'_, PyAny>,
        id_column: &Bound<'_, PyAny>,
        loci: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let found = py.import("matcher._columns")?.call_method1("of_frame", (df, id_column, loci))?;
        let (ids, columns): (Bound<'_, PyAny>, Bound<'_, PyMapping>) = found.extract()?;
        Self::from_columns(py, &ids, &columns)
    }

    /// The loci that searches read two bytes of each, in their order.
    #[getter]
    fn loci<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.inner.panel().loci().iter().map(|locus| locus.name()))
    }

    /// The ids of the profiles, in their order.
    #[getter]
    fn ids(&self) -> Vec<&str> {
        self.inner.rows().filter_map(|row| self.inner.id(row)).collect()
    }

    /// Searches for the profiles that agree with a probe under a rule.
    ///
    /// Parameters
    /// ----------
    /// profile : Profile
    ///     The probe.
    /// rule : Rule or str
    ///     A rule, or the name of a shipped one.
    /// limit : int, default 100
    ///     The most candidates to list; ``hits`` counts all.
    /// frequencies : Frequencies or str, optional
    ///     Of the population that the unknown person may come from: they rank hits with the same number of agreeing loci,
    ///     and each candidate gets ``log10_rmp`` and ``adventitious``. The name of a table that comes with the library will
    ///     do.
    /// theta : float, default 0.01
    ///     The population's co-ancestry, for these chances.
    /// categories : iterable of str, optional
    ///     Only profiles of these categories; others are counted nowhere.
    /// exclude : iterable of str, optional
    ///     Ids of profiles to leave out; they are counted nowhere.
    /// deadline : float, optional
    ///     Seconds after which to answer with what was found.
    /// threads : int, optional
    ///     All cores unless given; 1 uses the calling thread alone and starts no other.
    /// progress : callable or bool, optional
    ///     A function of (done, total) profiles, or True for a bar.
    /// cancel : threading.Event, optional
    ///     Set it to have the answer at once, with what was found.
    ///
    /// Returns
    /// -------
    /// DnaCandidateList
    ///     The same for any number of threads.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     The probe has nothing known at any locus that the rule compares.
    #[pyo3(signature = (profile, rule, limit=100, *, frequencies=None, theta=0.01, categories=None, exclude=None, deadline=None, threads=None,
        progress=None, cancel=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn search<'py>(
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
        let query = Query::new(
            py,
            limit,
            frequencies,
            theta,
            categories,
            exclude,
            Asker::default(),
            deadline,
            threads,
            listener,
        )?;
        let probe = profile.get().inner.clone();
        let mut answers = query.run(
            py,
            || Some(Ok(self.inner.clone())),
            |table, options| search_profiles(table, &probe, &rule.0, options).map(|answer| vec![answer]),
        )?;
        // One probe, one answer.
        Ok(answers.remove(0))
    }

    /// Searches with many probes; keywords as in :meth:`search`.
    ///
    /// Returns
    /// -------
    /// list of DnaCandidateList
    ///     One for each probe, each the same as a search of its own. ``deadline`` and ``progress`` are for all of them
    ///     together; progress is told in profiles times probes.
    #[pyo3(signature = (profiles, rule, limit=100, *, frequencies=None, theta=0.01, categories=None, exclude=None, deadline=None, threads=None,
        progress=None, cancel=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn search_many<'py>(
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
        let query = Query::new(
            py,
            limit,
            frequencies,
            theta,
            categories,
            exclude,
            Asker::default(),
            deadline,
            threads,
            listener,
        )?;
        let probes = self::profiles(profiles)?;
        query.run(
            py,
            || Some(Ok(self.inner.clone())),
            |table, options| search_profiles_many(table, &probes, &rule.0, options),
        )
    }

    /// Finds the profiles that agree with each other under a rule: the same person twice, a contamination, or twins. None is
    /// lost.
    ///
    /// Parameters
    /// ----------
    /// rule : Rule or str
    ///     A rule, or the name of a shipped one.
    /// limit : int, default 10000
    ///     The most links to list; ``found`` counts all.
    /// min_score : float, optional
    ///     The least number of loci that agree.
    /// checkpoint : str or Path, optional
    ///     A file that the work goes on from where it was stopped: see :meth:`matcher.Gallery.find_duplicates`.
    ///
    /// The other keywords are those of :meth:`search`; progress is told in pairs of profiles.
    ///
    /// Returns
    /// -------
    /// matcher.Links
    ///     The same for any number of threads. ``records`` are rows of the table.
    #[pyo3(signature = (rule, limit=10_000, *, min_score=None, categories=None, exclude=None, checkpoint=None, deadline=None,
        threads=None, progress=None, cancel=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn find_duplicates<'py>(
        &self,
        py: Python<'py>,
        rule: RuleArgument,
        limit: isize,
        min_score: Option<f64>,
        categories: Option<&Bound<'py, PyAny>>,
        exclude: Option<&Bound<'py, PyAny>>,
        checkpoint: Option<PathBuf>,
        deadline: Option<f64>,
        threads: Option<isize>,
        progress: Option<Bound<'py, PyAny>>,
        cancel: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Links> {
        let listener = Listener::new(py, "comparing", progress, cancel)?;
        let asker = Asker::default();
        let asked =
            Duplicates::new(py, limit, min_score, categories, exclude, asker, checkpoint, deadline, threads)?;
        let find = |table: &core::ProfileTable, options: &DuplicateOptions<'_>| {
            find_duplicate_profiles(table, &rule.0, options)
        };
        asked.run(py, &listener, || Some(Ok(self.inner.clone())), find)
    }

    /// Searches for relatives of a person, or for the missing person of a family: ranked by the likelihood ratio.
    ///
    /// Parameters
    /// ----------
    /// kin : Profile or Pedigree
    ///     The profile whose relatives are looked for, or the family that misses somebody.
    /// relation : str or sequence of float
    ///     What ``kin`` is to the candidate, as in :func:`kinship_lr`; of a pedigree the id of the missing person.
    /// frequencies : Frequencies or str
    ///     Of the population; give it a rule for rare alleles.
    /// limit : int, default 100
    ///     The most candidates to list.
    /// profiles : dict of str to Profile
    ///     Of a pedigree: what was typed of the relatives, by the id of the person.
    /// min_log10_lr : float, optional
    ///     The least logarithm of the likelihood ratio to list.
    /// theta, mutation, prune_untyped, dropout
    ///     As in :func:`kinship`; drop-out is of the relatives, by the id of the profile.
    /// categories, exclude, deadline, threads, progress, cancel
    ///     As in :meth:`search`.
    ///
    /// Returns
    /// -------
    /// RelativeList
    ///     The numbers are those of :func:`kinship` and :func:`kinship_lr`, to the bit.
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
        let query = RelativeQuery::new(py, kin, relation, frequencies, limit, Asker::default(), keywords)?;
        let profile = |table: &core::ProfileTable, of: &RelativeCandidate| table.get(of.row);
        query.run(py, || Some(Ok(self.inner.clone())), search_relatives, profile)
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __getitem__(&self, index: isize) -> PyResult<Profile> {
        // No profile is ever taken out, so places are rows.
        let row = at(index, self.inner.len(), "profile")?;
        let found = self.inner.get(row).map(Profile::from);
        found.ok_or_else(|| pyo3::exceptions::PyIndexError::new_err(format!("profile {row} is not there")))
    }

    fn __iter__(&self) -> ProfileTableIterator {
        ProfileTableIterator::new(self.inner.clone())
    }

    fn __repr__(&self) -> String {
        format!("<ProfileTable: {} profiles, {} loci>", self.inner.len(), self.inner.panel().loci().len())
    }
}

/// An id as text: ids that are numbers are common.
fn id_of(row: usize, id: &Bound<'_, PyAny>) -> PyResult<String> {
    if id.is_instance_of::<PyString>() || id.is_instance_of::<PyInt>() {
        return Ok(id.str()?.to_str()?.to_owned());
    }
    let kind = id.get_type().name()?.to_string();
    Err(invalid(id.py(), &format!("id in row {row}"), kind, "text or a whole number"))
}
