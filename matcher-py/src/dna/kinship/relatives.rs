//! Searches for relatives: what they take, and how they are run.

use super::arguments::{MutationArgument, check_dropout, model, people};
use super::leads::RelativeList;
use super::pairwise::RelationArgument;
use super::pedigree::Pedigree;
use crate::dna::frequency_arguments::FrequenciesArgument;
use crate::dna::profile::Profile;
use crate::dna::query::Query;
use crate::errors::{OrRaise, invalid};
use crate::watch::Listener;
use matcher_core::dna;
use matcher_core::dna::kinship::Model;
use matcher_core::gallery::Asker;
use matcher_core::search::{Kin, RelativeCandidate, RelativeCandidates, RelativeOptions};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;

/// The keywords of a search for relatives, as the signatures of the Python methods list them.
const KEYWORDS: [&str; 12] = [
    "profiles",
    "min_log10_lr",
    "theta",
    "mutation",
    "prune_untyped",
    "dropout",
    "categories",
    "exclude",
    "deadline",
    "threads",
    "progress",
    "cancel",
];

/// A search for relatives that is ready to run.
pub(crate) struct RelativeQuery {
    kin: Kin,
    frequencies: Arc<dna::Frequencies>,
    model: Model,
    min_log10_lr: Option<f64>,
    query: Query,
}

impl RelativeQuery {
    pub(crate) fn new<'py>(
        py: Python<'py>,
        probe: &Bound<'py, PyAny>,
        relation: &Bound<'py, PyAny>,
        frequencies: FrequenciesArgument,
        limit: isize,
        asker: Asker,
        keywords: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Self> {
        for name in keywords.into_iter().flat_map(PyDictMethods::keys) {
            if !KEYWORDS.contains(&name.extract::<String>()?.as_str()) {
                let message = format!("search_relatives() got an unexpected keyword argument '{name}'");
                return Err(PyTypeError::new_err(message));
            }
        }
        let given = |name: &str| -> PyResult<Option<Bound<'py, PyAny>>> {
            let value = keywords.map(|keywords| keywords.get_item(name)).transpose()?.flatten();
            Ok(value.filter(|value| !value.is_none()))
        };
        let number = |name: &str| given(name)?.map(|value| value.extract::<f64>()).transpose();
        let listener = Listener::new(py, "searching", given("progress")?, given("cancel")?)?;
        let threads = given("threads")?.map(|value| value.extract()).transpose()?;
        let query = Query::new(
            py,
            limit,
            None,
            0.0,
            given("categories")?.as_ref(),
            given("exclude")?.as_ref(),
            asker,
            number("deadline")?,
            threads,
            listener,
        )?;
        let mutation = given("mutation")?.map(|value| value.extract::<MutationArgument>()).transpose()?;
        let prune = given("prune_untyped")?.map_or(Ok(false), |value| value.extract())?;
        let theta = number("theta")?.unwrap_or(0.0);
        let model = model(py, theta, mutation, prune, given("dropout")?.as_ref())?;
        let kin = kin(probe, relation, given("profiles")?.as_ref())?;
        check_dropout(py, &model, kin.profiles())?;
        Ok(Self { kin, frequencies: frequencies.0, model, min_log10_lr: number("min_log10_lr")?, query })
    }

    /// Searches what `target` gives; `profile` gives that of a candidate.
    pub(crate) fn run<T>(
        self,
        py: Python<'_>,
        target: impl FnOnce() -> Option<matcher_core::Result<Arc<T>>> + Send,
        search: impl FnOnce(
            &T,
            &Kin,
            &dna::Frequencies,
            &RelativeOptions<'_>,
        ) -> matcher_core::Result<RelativeCandidates>
        + Send,
        profile: impl Fn(&T, &RelativeCandidate) -> Option<dna::Profile> + Sync,
    ) -> PyResult<RelativeList> {
        let Self { kin, frequencies, model, min_log10_lr, query } = self;
        let (list, profiles) = query.watched(py, target, |target, options| {
            let options = RelativeOptions {
                limit: options.limit,
                min_log10_lr,
                model,
                categories: options.categories.clone(),
                exclude: options.exclude.clone(),
                asker: options.asker.clone(),
                threads: options.threads,
                deadline: options.deadline,
                watch: options.watch,
            };
            let list = search(target, &kin, &frequencies, &options)?;
            let profiles = list.candidates.iter().map(|candidate| profile(target, candidate)).collect();
            Ok((list, profiles))
        })?;
        Ok(RelativeList::new(list, profiles, kin, frequencies))
    }
}

/// Who is searched for: a relative of a profile, or the missing person of a pedigree.
fn kin<'py>(
    probe: &Bound<'py, PyAny>,
    relation: &Bound<'py, PyAny>,
    profiles: Option<&Bound<'py, PyAny>>,
) -> PyResult<Kin> {
    let py = probe.py();
    if let Ok(profile) = probe.cast::<Profile>() {
        if profiles.is_some() {
            let expected = "none: they are those of a family, and a profile was given to search with";
            return Err(invalid(py, "profiles", "given", expected));
        }
        return Ok(Kin::of_profile(&profile.get().inner, relation.extract::<RelationArgument>()?.0));
    }
    let Ok(pedigree) = probe.cast::<Pedigree>() else {
        let kind = probe.get_type().name()?.to_string();
        return Err(PyTypeError::new_err(format!("kin is {kind}, expected Profile or Pedigree")));
    };
    let Ok(missing) = relation.extract::<String>() else {
        let kind = relation.get_type().name()?.to_string();
        let expected = "the id of the missing person of the pedigree";
        return Err(PyTypeError::new_err(format!("relation is {kind}, expected {expected}")));
    };
    let profiles = profiles.map(people).transpose()?.unwrap_or_default();
    let typed: Vec<&dna::Profile> = profiles.iter().collect();
    Kin::of_family(&pedigree.get().inner, &typed, &missing).or_raise(py)
}
