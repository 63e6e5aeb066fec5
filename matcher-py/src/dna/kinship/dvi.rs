//! `dvi`: which body is whom.

use super::arguments::{MutationArgument, model, people};
use super::dvi_report::DviReport;
use super::pedigree::{one, sex};
use crate::convert;
use crate::dna::frequency_arguments::FrequenciesArgument;
use crate::errors::{OrRaise, invalid};
use crate::watch::Listener;
use matcher_core::dna::Sex;
use matcher_core::dna::identification as core;
use matcher_core::dna::identification::{DviOptions, Family, Prior};
use numpy::PyReadonlyArray2;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Families by name: each a pedigree and the ids of the missing.
fn families(argument: &Bound<'_, PyAny>) -> PyResult<Vec<Family>> {
    let py = argument.py();
    let wrong = |found: &Bound<'_, PyAny>, expected: &str| -> PyErr {
        let kind = found.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!("families have {kind}, expected {expected}"))
    };
    let mapping = argument
        .cast::<PyMapping>()
        .map_err(|_| wrong(argument, "a dict of name to (Pedigree, missing ids)"))?;
    let family = |item: Bound<'_, PyAny>| {
        let (name, of): (String, Bound<'_, PyAny>) = item.extract()?;
        let pair: (Bound<'_, PyAny>, Bound<'_, PyAny>) =
            of.extract().map_err(|_| wrong(&of, "(Pedigree, missing ids)"))?;
        let missing: Vec<String> = match pair.1.extract::<String>() {
            Ok(id) => vec![id],
            Err(_) => pair.1.try_iter()?.map(|id| id?.extract()).collect::<PyResult<_>>()?,
        };
        Family::new(name, (*one(&pair.0)?.inner).clone(), missing).or_raise(py)
    };
    mapping.items()?.iter().map(family).collect()
}

/// Numbers by name; what is not named keeps its default.
fn named<T: DeserializeOwned + Default>(
    py: Python<'_>,
    argument: Option<&Bound<'_, PyDict>>,
    field: &str,
) -> PyResult<T> {
    let Some(argument) = argument else { return Ok(T::default()) };
    let text: String = py.import("json")?.call_method1("dumps", (argument,))?.extract()?;
    serde_json::from_str(&text).map_err(|error| invalid(py, field, error, "names and numbers, as documented"))
}

fn prior(py: Python<'_>, argument: Option<&Bound<'_, PyAny>>) -> PyResult<Prior> {
    let Some(argument) = argument else { return Ok(Prior::Flat) };
    let (pairs, nobody): (Bound<'_, PyAny>, Bound<'_, PyAny>) = argument.extract().map_err(|_| {
        PyTypeError::new_err(
            "prior is no pair, expected (pairs, nobody): bodies by missing persons, and bodies",
        )
    })?;
    let pairs = convert::aligned(py, &pairs, "prior of pairs")?;
    let pairs: PyReadonlyArray2<'_, f64> =
        pairs.extract().map_err(|_| invalid(py, "prior of pairs", "no matrix", "two dimensions"))?;
    let nobody = convert::floats(py, &nobody, "prior of nobody")?;
    Ok(Prior::Pairs { pairs: pairs.as_array().to_owned(), nobody })
}

fn sexes(argument: Option<&Bound<'_, PyMapping>>) -> PyResult<BTreeMap<String, Sex>> {
    let mut sexes = BTreeMap::new();
    for item in argument.map(PyMappingMethods::items).transpose()?.iter().flatten() {
        let (id, value): (String, Bound<'_, PyAny>) = item.extract()?;
        if let Some(of) = sex(&value, &id)? {
            sexes.insert(id, of);
        }
    }
    Ok(sexes)
}

/// Identifies bodies: which of them is whom of those whom families miss.
///
/// Remains that may belong together are found first; then every body is compared with every missing person, and every
/// assignment that is left is weighed at once: a missing person is at most one body, a body at most one missing person.
///
/// Parameters
/// ----------
/// post_mortem : dict of str to Profile, or iterable of Profile
///     What was typed of the remains, by the id of the body.
/// families : dict of str to (Pedigree, list of str)
///     By name: who is related to whom, and the ids of the missing.
/// ante_mortem : dict of str to Profile, or iterable of Profile
///     What was typed of the families, by the id of the person, or "family/person" where two families have one id. That of
///     a missing person is of something that the person left.
/// frequencies : Frequencies or str
///     Of the population.
/// theta : float, default 0
///     Co-ancestry within each family and the bodies placed in it.
/// mutation, prune_untyped
///     As in :func:`kinship`.
/// thresholds : dict, optional
///     What the conclusions ask for, as likelihood ratios: "undisputed" (10,000), "rival_factor" (10,000), "joint"
///     (10,000), "same_person" and "relatives" (10,000) of remains; and "inconsistent_loci" (2): loci that may be
///     inconsistent, mutation not considered, before a pair is excluded; None excludes only what is impossible. The
///     defaults of the first three and the last are those of the R package dvir.
/// prior : tuple of (array_like, array_like), optional
///     How probable each body (row) is each missing person (column: family by family, each in the order of its list), and
///     how probable each body is nobody of these families. All assignments are equally probable unless given.
/// limits : dict, optional
///     How much is computed before a case is refused: "pairs", "placements", "assignments" (beyond, the best are kept, and
///     ``outside`` bounds the rest), "steps", "listed".
/// fix_undisputed : bool, default False
///     Takes undisputed pairs as known and starts again with the rest.
/// merge : bool, default False
///     Joins the remains that are one person's beyond the threshold before all else.
/// sexes : dict of str to str, optional
///     The sex of bodies as something else than amelogenin told it.
/// threads : int, optional
///     All cores unless given; the answer is the same for any number.
/// progress : callable or bool, optional
///     A function of (done, total) families, or True for a bar.
/// cancel : threading.Event, optional
///     Set it to stop: that is an error, because half an answer is worse than none.
///
/// Returns
/// -------
/// DviReport
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     Names the profile, the family or the number that cannot be; or the case is too large, and says how large.
///
/// Examples
/// --------
/// >>> from matcher.dna import Frequencies, Pedigree, Profile, dvi
/// >>> table = Frequencies({"TH01": {"6": 0.01, "7": 0.5, "9.3": 0.49}, "FGA": {"20": 0.02, "21": 0.98}}, name="example")
/// >>> family = Pedigree([("son", "father", None, 1), ("father", None, None, 1)])
/// >>> father = Profile("father", {"TH01": ("6", "6"), "FGA": ("20", "21")})
/// >>> bodies = {
/// ...     "B-1": Profile("x", {"TH01": ("6", "7"), "FGA": ("20", "21")}),
/// ...     "B-2": Profile("y", {"TH01": ("7", "9.3"), "FGA": ("21", "21")}),
/// ... }
/// >>> report = dvi(bodies, {"F1": (family, ["son"])}, [father], table)
/// >>> report.missing, report.pairwise.round(3).tolist()
/// ([('F1', 'son')], [[2.805], [-inf]])
/// >>> report.assignments[0]["pairs"], round(report.nobody["B-1"], 4)
/// ({'B-1': ('F1', 'son')}, 0.0016)
#[pyfunction]
#[pyo3(signature = (post_mortem, families, ante_mortem, frequencies, *, theta=0.0, mutation=None, prune_untyped=false,
    thresholds=None, prior=None, limits=None, fix_undisputed=false, merge=false, sexes=None, threads=None, progress=None,
    cancel=None))]
#[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
pub(crate) fn dvi<'py>(
    py: Python<'py>,
    post_mortem: &Bound<'py, PyAny>,
    families: &Bound<'py, PyAny>,
    ante_mortem: &Bound<'py, PyAny>,
    frequencies: FrequenciesArgument,
    theta: f64,
    mutation: Option<MutationArgument>,
    prune_untyped: bool,
    thresholds: Option<&Bound<'py, PyDict>>,
    prior: Option<&Bound<'py, PyAny>>,
    limits: Option<&Bound<'py, PyDict>>,
    fix_undisputed: bool,
    merge: bool,
    sexes: Option<&Bound<'py, PyMapping>>,
    threads: Option<isize>,
    progress: Option<Bound<'py, PyAny>>,
    cancel: Option<Bound<'py, PyAny>>,
) -> PyResult<DviReport> {
    let (bodies, relatives) = (people(post_mortem)?, people(ante_mortem)?);
    let families = self::families(families)?;
    let listener = Listener::new(py, "identifying", progress, cancel)?;
    let threads = convert::threads(py, threads)?;
    let options = DviOptions {
        model: model(py, theta, mutation, prune_untyped, None)?,
        thresholds: named(py, thresholds, "thresholds")?,
        prior: self::prior(py, prior)?,
        limits: named(py, limits, "limits")?,
        fix_undisputed,
        merge,
        sexes: self::sexes(sexes)?,
        threads,
        ..DviOptions::default()
    };
    let report = listener.run(py, threads, |watch| {
        core::dvi(&bodies, &families, &relatives, &frequencies.0, &DviOptions { watch, ..options })
    })?;
    Ok(DviReport::from(report.or_raise(py)?))
}
