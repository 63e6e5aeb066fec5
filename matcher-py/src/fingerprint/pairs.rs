//! `compare_pairs`: the parts of many comparisons as a table.

use super::files::templates;
use super::model::ModelArgument;
use crate::convert::{algorithm, threads};
use crate::errors::{OrRaise, invalid};
use crate::watch::{Listener, watched};
use matcher_core::fingerprint::{Matcher, Parts};
use numpy::{PyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// Columns of the table.
const LAYOUT: [(&str, &str); 8] = [
    ("probe", "i8"),
    ("reference", "i8"),
    ("score", "f8"),
    ("local", "f8"),
    ("relaxation", "f8"),
    ("evidence", "f8"),
    ("paired", "i8"),
    ("fused", "i8"),
];

/// Compares prints of a list with each other: scores and their parts, a row a comparison.
///
/// Each print is prepared once, however often it is compared; corresponding minutiae are not kept.
///
/// Parameters
/// ----------
/// templates : sequence of Template
///     The prints.
/// pairs : array_like, optional
///     (n, 2) integers: indexes of the prints to compare. Every print with every later one unless given.
/// config : dict, optional
///     Changes to :func:`matcher.fingerprint.default_config`, nested the same way.
/// model : Model, str or Path, optional
///     The standard model unless given.
/// threads : int, optional
///     All cores unless given; 1 uses the calling thread alone.
/// progress : callable or bool, optional
///     A function of (done, total) comparisons, or True for a bar.
///
/// Returns
/// -------
/// numpy.ndarray
///     Structured, in the order of ``pairs``: ``probe``, ``reference`` (indexes), ``score``, and the parts as
///     :attr:`Comparison.parts` has them: ``local``, ``relaxation``, ``evidence``, ``paired``, ``fused``.
///
/// Examples
/// --------
/// >>> from matcher import fingerprint, simulate
/// >>> first, second = simulate.fingers(2, impressions=2, seed=7)
/// >>> table = fingerprint.compare_pairs([*first, *second])
/// >>> mated = table["probe"] // 2 == table["reference"] // 2
/// >>> len(table), bool(table["score"][mated].min() > table["score"][~mated].max())
/// (6, True)
/// >>> table[["probe", "reference"]][-1].item()
/// (2, 3)
#[pyfunction]
#[pyo3(signature = (templates, pairs=None, *, config=None, model=None, threads=None, progress=None))]
pub(crate) fn compare_pairs<'py>(
    py: Python<'py>,
    templates: &Bound<'py, PyAny>,
    pairs: Option<&Bound<'py, PyAny>>,
    config: Option<&Bound<'py, PyDict>>,
    model: Option<ModelArgument>,
    threads: Option<isize>,
    progress: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let threads = self::threads(py, threads)?;
    let algorithm = algorithm(py, config, model)?;
    let prints = self::templates(templates)?;
    let pairs = match pairs {
        Some(pairs) => indexes(py, pairs, prints.len())?,
        None => (0..prints.len()).flat_map(|a| (a + 1..prints.len()).map(move |b| (a, b))).collect(),
    };
    let rows = Listener::new(py, "comparing", progress, None)?.run(py, threads, |watch| {
        let matchers = threads.map(&prints, |print| Matcher::with(&algorithm, print))?;
        watched(&pairs, threads, watch, |&(probe, reference)| {
            let comparison = matchers[probe].compare(matchers[reference].probe())?;
            Ok((comparison.score, comparison.parts))
        })
    })?;
    table(py, &pairs, &rows.or_raise(py)?)
}

/// Pairs of indexes, each below `prints`.
fn indexes(py: Python<'_>, pairs: &Bound<'_, PyAny>, prints: usize) -> PyResult<Vec<(usize, usize)>> {
    let array = py.import("numpy")?.call_method1("asarray", (pairs,))?;
    let dtype: String = array.getattr("dtype")?.getattr("kind")?.extract()?;
    let shape: Vec<usize> = array.getattr("shape")?.extract()?;
    if shape == [0] {
        return Ok(Vec::new());
    }
    if !["i", "u"].contains(&dtype.as_str()) || shape.len() != 2 || shape[1] != 2 {
        let found = format!("an array of kind {dtype} and shape {shape:?}");
        return Err(invalid(py, "pairs", found, "integers of shape (n, 2)"));
    }
    let array: PyReadonlyArray2<'_, i64> = array.call_method1("astype", ("int64",))?.extract()?;
    let one = |(row, value): (usize, i64)| {
        usize::try_from(value).ok().filter(|&index| index < prints).ok_or_else(|| {
            invalid(py, &format!("pair {row}"), value, &format!("indexes of {prints} templates, from 0"))
        })
    };
    let rows = array.as_array();
    let rows = rows.rows().into_iter().enumerate();
    rows.map(|(row, pair)| Ok((one((row, pair[0]))?, one((row, pair[1]))?))).collect()
}

fn table<'py>(
    py: Python<'py>,
    pairs: &[(usize, usize)],
    rows: &[(f64, Parts)],
) -> PyResult<Bound<'py, PyAny>> {
    let numpy = py.import("numpy")?;
    let dtype = numpy.call_method1("dtype", (PyList::new(py, LAYOUT)?, true))?;
    let table = numpy.call_method1("empty", (rows.len(), dtype))?;
    let float = |value: fn(&(f64, Parts)) -> f64| PyArray1::from_iter(py, rows.iter().map(value));
    let whole = |value: fn(&(f64, Parts)) -> i64| PyArray1::from_iter(py, rows.iter().map(value));
    table.set_item("probe", PyArray1::from_iter(py, pairs.iter().map(|pair| pair.0 as i64)))?;
    table.set_item("reference", PyArray1::from_iter(py, pairs.iter().map(|pair| pair.1 as i64)))?;
    table.set_item("score", float(|row| row.0))?;
    table.set_item("local", float(|row| row.1.local))?;
    table.set_item("relaxation", float(|row| row.1.relaxation))?;
    table.set_item("evidence", float(|row| row.1.evidence))?;
    table.set_item("paired", whole(|row| i64::from(row.1.paired)))?;
    table.set_item("fused", whole(|row| row.1.fused.cast_signed()))?;
    Ok(table)
}
