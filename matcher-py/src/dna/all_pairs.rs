//! `compare_all` and `close_pairs`: all profiles of a database against all others.

use super::profile::profiles;
use super::rule::named;
use crate::convert;
use crate::errors::{OrRaise, invalid};
use crate::watch::Listener;
use matcher_core::search as core;
use matcher_core::search::{AllPairs, AllPairsOptions, ClosePair, Wildcards};
use numpy::{PyArray1, ToPyArray};
use pyo3::prelude::*;
use pyo3::types::PyList;

/// A column of [`close_pairs`].
type Field = (&'static str, fn(&ClosePair) -> usize);

/// What both functions are asked.
struct Asked<'py> {
    wildcards: &'py str,
    doubt_homozygotes: bool,
    list_from: Option<usize>,
    limit: usize,
    threads: Option<isize>,
    progress: Option<Bound<'py, PyAny>>,
    cancel: Option<Bound<'py, PyAny>>,
}

impl<'py> Asked<'py> {
    fn run(self, profiles: &Bound<'py, PyAny>) -> PyResult<AllPairs> {
        let py = profiles.py();
        let wildcards: Wildcards = named(py, "wildcards", self.wildcards)?;
        let threads = convert::threads(py, self.threads)?;
        let profiles = self::profiles(profiles)?;
        let listener = Listener::new(py, "comparing", self.progress, self.cancel)?;
        let (doubt_homozygotes, list_from, limit) = (self.doubt_homozygotes, self.list_from, self.limit);
        let answer = listener.run(py, threads, |watch| {
            let options = AllPairsOptions { wildcards, doubt_homozygotes, list_from, limit, threads, watch };
            core::compare_all(&profiles, &options)
        });
        answer?.or_raise(py)
    }
}

/// Compares all profiles with all others: how many pairs match at how many loci.
///
/// Relatives and duplicates stand out in it; :func:`expected_pairs` is what people who are not related would give.
///
/// Parameters
/// ----------
/// profiles : iterable of Profile, or ProfileTable
///     One person each, two alleles a locus. The autosomal loci are compared; one that was not typed is one of which
///     nothing is known.
/// wildcards : {"exclude", "match", "separate"}
///     What is done with profiles of which an allele is not known: they are left out; or such an allele counts for what
///     it may be, as in DNAtools; or the same, counted apart.
/// threads : int, optional
///     All cores unless given.
/// doubt_homozygotes : bool, default False
///     Read a homozygote as one known allele beside one that may have dropped out.
/// progress : callable or bool, optional
///     A function of (done, total) profiles, or True for a bar.
/// cancel : threading.Event, optional
///     Set it to end the work, without an answer.
///
/// Returns
/// -------
/// numpy.ndarray
///     int64; element [i, j]: pairs that match at i loci and share an allele, no more, at j others. With "separate" it
///     has four dimensions: matching, partial, wildcard matching, wildcard partial.
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     A mixture, more than two alleles at a locus, or more loci than can be counted.
///
/// Examples
/// --------
/// >>> from matcher.dna import Profile, compare_all
/// >>> people = [Profile(k, {"FGA": fga, "TH01": (6, 9.3)}) for k, fga in zip("abc", [(21, 22), (22, 21), (22, 23)])]
/// >>> compare_all(people)
/// array([[0, 0, 0],
///        [0, 2, 0],
///        [1, 0, 0]])
#[pyfunction]
#[pyo3(signature = (profiles, wildcards="exclude", threads=None, *, doubt_homozygotes=false, progress=None,
    cancel=None))]
pub(crate) fn compare_all<'py>(
    py: Python<'py>,
    profiles: &Bound<'py, PyAny>,
    wildcards: &'py str,
    threads: Option<isize>,
    doubt_homozygotes: bool,
    progress: Option<Bound<'py, PyAny>>,
    cancel: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let asked = Asked { wildcards, doubt_homozygotes, list_from: None, limit: 0, threads, progress, cancel };
    let all = asked.run(profiles)?;
    Ok(match all.separate {
        Some(cells) => cells.mapv(|count| count as i64).to_pyarray(py).into_any(),
        None => all.matrix.mapv(|count| count as i64).to_pyarray(py).into_any(),
    })
}

/// The pairs of profiles that are most alike: relatives, duplicates, contaminations.
///
/// Parameters
/// ----------
/// profiles : iterable of Profile, or ProfileTable
///     As in :func:`compare_all`, and so are the other keywords.
/// min_matching : int
///     Pairs that match at so many loci or more, wildcards counting for what they may be.
/// limit : int, default 10000
///     The most pairs to list; the best are kept.
///
/// Returns
/// -------
/// numpy.ndarray
///     Structured: ``a``, ``b`` (indexes into the profiles), ``matching``, ``partial``, ``wildcard_matching``,
///     ``wildcard_partial`` (loci; each counts once). Those that match at most loci come first.
///
/// Examples
/// --------
/// >>> from matcher.dna import Profile, close_pairs
/// >>> people = [Profile(k, {"FGA": fga, "TH01": (6, 9.3)}) for k, fga in zip("abc", [(21, 22), (22, 21), (22, 23)])]
/// >>> close_pairs(people, min_matching=2)[["a", "b", "matching"]].tolist()
/// [(0, 1, 2)]
#[pyfunction]
#[pyo3(signature = (profiles, min_matching, *, limit=10_000, wildcards="exclude", doubt_homozygotes=false,
    threads=None, progress=None, cancel=None))]
#[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
pub(crate) fn close_pairs<'py>(
    py: Python<'py>,
    profiles: &Bound<'py, PyAny>,
    min_matching: isize,
    limit: isize,
    wildcards: &'py str,
    doubt_homozygotes: bool,
    threads: Option<isize>,
    progress: Option<Bound<'py, PyAny>>,
    cancel: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let number = |field: &str, value: isize| {
        usize::try_from(value).map_err(|_| invalid(py, field, value, "0 or more"))
    };
    let list_from = Some(number("min_matching", min_matching)?);
    let limit = number("limit", limit)?;
    let asked = Asked { wildcards, doubt_homozygotes, list_from, limit, threads, progress, cancel };
    let close = asked.run(profiles)?.close;
    let fields: [Field; 6] = [
        ("a", |pair| pair.a),
        ("b", |pair| pair.b),
        ("matching", |pair| pair.matching),
        ("partial", |pair| pair.partial),
        ("wildcard_matching", |pair| pair.wildcard_matching),
        ("wildcard_partial", |pair| pair.wildcard_partial),
    ];
    let numpy = py.import("numpy")?;
    let dtype = numpy.call_method1("dtype", (PyList::new(py, fields.map(|(name, _)| (name, "i8")))?,))?;
    let array = numpy.call_method1("empty", (close.len(), dtype))?;
    for (name, of) in fields {
        array.set_item(name, PyArray1::from_iter(py, close.iter().map(|pair| of(pair) as i64)))?;
    }
    Ok(array)
}
