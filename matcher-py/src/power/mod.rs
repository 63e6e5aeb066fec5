//! `matcher.evaluation.power` and what goes with it: can these relatives solve it?

mod report;

pub(crate) use report::PowerReport;

use crate::convert;
use crate::dna::frequency_arguments::{FrequenciesArgument, loci_of};
use crate::dna::kinship::arguments::{MutationArgument, check_dropout, model, people};
use crate::dna::kinship::pedigree::one;
use crate::errors::{OrRaise, invalid};
use crate::watch::Listener;
use matcher_core::dna;
use matcher_core::dna::kinship::{Model, Prepared};
use matcher_core::evaluation as core;
use matcher_core::evaluation::PowerConfig;
use matcher_core::work::{Threads, Watch};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::sync::Arc;

/// A question of power, read from its arguments.
struct Asked {
    pedigree: dna::kinship::Pedigree,
    profiles: Vec<dna::Profile>,
    frequencies: Arc<dna::Frequencies>,
    model: Model,
    config: PowerConfig,
    threads: Threads,
    listener: Listener,
}

/// The keywords that all of them take.
const KEYWORDS: [&str; 11] = [
    "theta",
    "mutation",
    "prune_untyped",
    "dropout",
    "thresholds",
    "simulations",
    "seed",
    "loci",
    "threads",
    "progress",
    "cancel",
];

impl Asked {
    fn new<'py>(
        py: Python<'py>,
        pedigree: &Bound<'py, PyAny>,
        missing: &str,
        profiles: &Bound<'py, PyAny>,
        frequencies: FrequenciesArgument,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Self> {
        for name in keywords.into_iter().flat_map(PyDictMethods::keys) {
            if !KEYWORDS.contains(&name.extract::<String>()?.as_str()) {
                return Err(PyTypeError::new_err(format!("got an unexpected keyword argument '{name}'")));
            }
        }
        let given = |name: &str| -> PyResult<Option<Bound<'py, PyAny>>> {
            let value = keywords.map(|keywords| keywords.get_item(name)).transpose()?.flatten();
            Ok(value.filter(|value| !value.is_none()))
        };
        let mutation = given("mutation")?.map(|value| value.extract::<MutationArgument>()).transpose()?;
        let theta = given("theta")?.map_or(Ok(0.0), |value| value.extract())?;
        let prune = given("prune_untyped")?.map_or(Ok(false), |value| value.extract())?;
        let model = model(py, theta, mutation, prune, given("dropout")?.as_ref())?;
        let mut config = PowerConfig::default();
        if let Some(thresholds) = given("thresholds")? {
            config.thresholds = thresholds.extract()?;
        }
        if let Some(simulations) = given("simulations")? {
            config.simulations = simulations.extract()?;
        }
        if let Some(seed) = given("seed")? {
            config.seed = seed.extract()?;
        }
        config.loci = given("loci")?.map(|names| loci_of(py, &names)).transpose()?;
        let profiles = people(profiles)?;
        if !model.dropout.contains_key(missing) {
            check_dropout(py, &model, &profiles)?;
        }
        Ok(Self {
            pedigree: (*one(pedigree)?.inner).clone(),
            profiles,
            frequencies: frequencies.0,
            model,
            config,
            threads: convert::threads(py, given("threads")?.map(|value| value.extract()).transpose()?)?,
            listener: Listener::new(py, "simulating", given("progress")?, given("cancel")?)?,
        })
    }

    fn run<R: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&Prepared<'_>, &PowerConfig, Threads, &Watch<'_>) -> matcher_core::Result<R> + Send,
    ) -> PyResult<R> {
        let mut typed = Vec::with_capacity(self.profiles.len());
        for profile in &self.profiles {
            let Some(place) = self.pedigree.find(profile.id()) else {
                let value = format!("of {:?}, who is not in the pedigree", profile.id());
                return Err(invalid(py, "profile", value, "people of the pedigree"));
            };
            typed.push((place, profile));
        }
        let answer = self.listener.run(py, self.threads, |watch| {
            let prepared = Prepared::new(&self.pedigree, &typed, &self.frequencies, &self.model)?;
            work(&prepared, &self.config, self.threads, &watch)
        })?;
        answer.or_raise(py)
    }
}

/// A further relative, or several.
fn ids(argument: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    match argument.cast::<PyString>() {
        Ok(id) => Ok(vec![id.to_str()?.to_owned()]),
        Err(_) => argument.try_iter()?.map(|id| id?.extract()).collect(),
    }
}

/// Whether these relatives can solve a case of a missing person, told by simulation before a candidate is typed.
///
/// Candidates are drawn from the exact distribution given the typed relatives: once as the missing person, once as somebody
/// unrelated.
///
/// Parameters
/// ----------
/// pedigree : Pedigree
///     The family.
/// missing : str
///     The id of the missing person.
/// profiles : dict of str to Profile, or iterable of Profile
///     What was typed of the relatives; may be empty, with ``further`` ones.
/// frequencies : Frequencies or str
///     Of the population.
/// further : iterable of str
///     Relatives who could still be typed, taken as if they were.
/// theta, mutation, prune_untyped, dropout
///     As in :func:`matcher.dna.kinship`.
/// thresholds : sequence of float, default (0, 2, 4, 6)
///     Of the likelihood ratio, as base-10 logarithms.
/// simulations : int, default 1000
///     Candidates of each kind.
/// seed : int, default 1
///     The answer depends on it, and never on the threads.
/// loci : iterable of str, optional
///     Where a candidate will be typed; where some relative is typed unless given.
/// threads, progress, cancel
///     As in :meth:`matcher.dna.ProfileTable.search`.
///
/// Returns
/// -------
/// PowerReport
///
/// Examples
/// --------
/// >>> from matcher.dna import Frequencies, Pedigree, Profile
/// >>> from matcher.evaluation import power
/// >>> table = Frequencies({"TH01": {"6": 0.2, "7": 0.3, "9": 0.5}}, name="example")
/// >>> family = Pedigree([("missing", "father", None), ("father", None, None)])
/// >>> report = power(family, "missing", {"father": Profile("K1", {"TH01": ("6", "7")})}, table, simulations=100)
/// >>> round(report.exclusion, 9)  # who has neither a 6 nor a 7
/// 0.25
#[pyfunction]
#[pyo3(signature = (pedigree, missing, profiles, frequencies, further=None, **keywords), text_signature = "(pedigree, \
    missing, profiles, frequencies, further=(), *, theta=0.0, mutation=None, prune_untyped=False, dropout=None, \
    thresholds=(0.0, 2.0, 4.0, 6.0), simulations=1000, seed=1, loci=None, threads=None, progress=None, cancel=None)")]
pub(crate) fn power<'py>(
    py: Python<'py>,
    pedigree: &Bound<'py, PyAny>,
    missing: &str,
    profiles: &Bound<'py, PyAny>,
    frequencies: FrequenciesArgument,
    further: Option<&Bound<'py, PyAny>>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<PowerReport> {
    let asked = Asked::new(py, pedigree, missing, profiles, frequencies, keywords)?;
    let further = further.map(ids).transpose()?.unwrap_or_default();
    let further: Vec<&str> = further.iter().map(String::as_str).collect();
    let report = asked.run(py, |prepared, config, threads, watch| {
        core::power(prepared, missing, &further, config, threads, watch)
    })?;
    Ok(PowerReport::from(report))
}

/// Which further relative helps most to identify a missing person.
///
/// Parameters
/// ----------
/// pedigree, missing, profiles, frequencies
///     As in :func:`power`; so are the other keywords.
/// options : iterable of str or iterable of str
///     Relatives who could be typed: each option one person, or several together.
///
/// Returns
/// -------
/// list of PowerReport
///     One an option, the one that helps most first, by the expected logarithm of the ratio; then that without anybody
///     further.
///
/// Examples
/// --------
/// >>> from matcher.dna import Pedigree, Profile
/// >>> from matcher.evaluation import compare_relatives
/// >>> family = Pedigree([("missing", "father", "mother"), ("father", None, None), ("mother", None, None),
/// ...                    ("brother", "father", "mother")])
/// >>> profiles = {"mother": Profile("K1", {"TH01": ("6", "9.3"), "vWA": ("16", "17")})}
/// >>> found = compare_relatives(family, "missing", profiles, "nist1036-cauc", ["brother", "father"], simulations=100)
/// >>> [report.further for report in found]
/// [['father'], ['brother'], []]
#[pyfunction]
#[pyo3(signature = (pedigree, missing, profiles, frequencies, options, **keywords), text_signature = "(pedigree, \
    missing, profiles, frequencies, options, *, theta=0.0, mutation=None, prune_untyped=False, dropout=None, \
    thresholds=(0.0, 2.0, 4.0, 6.0), simulations=1000, seed=1, loci=None, threads=None, progress=None, cancel=None)")]
pub(crate) fn compare_relatives<'py>(
    py: Python<'py>,
    pedigree: &Bound<'py, PyAny>,
    missing: &str,
    profiles: &Bound<'py, PyAny>,
    frequencies: FrequenciesArgument,
    options: &Bound<'py, PyAny>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<Vec<PowerReport>> {
    let asked = Asked::new(py, pedigree, missing, profiles, frequencies, keywords)?;
    let options: Vec<Vec<String>> =
        options.try_iter()?.map(|option| ids(&option?)).collect::<PyResult<_>>()?;
    let options: Vec<Vec<&str>> =
        options.iter().map(|option| option.iter().map(String::as_str).collect()).collect();
    let options: Vec<&[&str]> = options.iter().map(Vec::as_slice).collect();
    let report = asked.run(py, |prepared, config, threads, watch| {
        core::compare_relatives(prepared, missing, &options, config, threads, watch)
    })?;
    let ordered = report.order.iter().filter_map(|&place| report.options.get(place));
    Ok(ordered.chain([&report.baseline]).cloned().map(PowerReport::from).collect())
}

/// How many strangers a search of a database for a missing person will bring up, and how often it would miss the person.
///
/// Parameters
/// ----------
/// pedigree, missing, profiles, frequencies
///     As in :func:`power`; so are the other keywords.
/// log10_lr : float
///     The threshold of the search.
/// database : int
///     Profiles in it, of people who are not related.
///
/// Returns
/// -------
/// dict
///     ``expected`` false leads, the probability of ``any``, ``false_negatives`` as (rate, low, high), and the ``rate`` of
///     one profile as (rate, standard error).
///
/// Examples
/// --------
/// >>> from matcher import simulate
/// >>> from matcher.dna import Pedigree
/// >>> from matcher.evaluation import false_leads
/// >>> family = Pedigree([("missing", "father", None), ("father", None, None)])
/// >>> father = simulate.family(family, "nist1036-cauc", seed=7)["father"]
/// >>> leads = false_leads(family, "missing", [father], "nist1036-cauc", 4.0, 1_000_000, simulations=200)
/// >>> leads["expected"] < 200
/// True
#[pyfunction]
#[pyo3(signature = (pedigree, missing, profiles, frequencies, log10_lr, database, **keywords), text_signature = "(pedigree, \
    missing, profiles, frequencies, log10_lr, database, *, theta=0.0, mutation=None, prune_untyped=False, dropout=None, \
    simulations=1000, seed=1, loci=None, threads=None, progress=None, cancel=None)")]
#[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
pub(crate) fn false_leads<'py>(
    py: Python<'py>,
    pedigree: &Bound<'py, PyAny>,
    missing: &str,
    profiles: &Bound<'py, PyAny>,
    frequencies: FrequenciesArgument,
    log10_lr: f64,
    database: u64,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyDict>> {
    let asked = Asked::new(py, pedigree, missing, profiles, frequencies, keywords)?;
    let leads = asked.run(py, |prepared, config, threads, watch| {
        core::false_leads(prepared, missing, log10_lr, database, config, threads, watch)
    })?;
    let dict = PyDict::new(py);
    dict.set_item("expected", leads.expected)?;
    dict.set_item("any", leads.any)?;
    let missed = leads.false_negatives;
    dict.set_item("false_negatives", (missed.rate.value(), missed.low, missed.high))?;
    dict.set_item("rate", (leads.rate.value, leads.rate.standard_error))?;
    Ok(dict)
}
