//! What questions of kinship take: hypotheses, profiles by person, mutation by locus, tables, priors.

use super::mutation::Mutation;
use super::pedigree::{Pedigree, one};
use crate::dna::frequencies::Frequencies;
use crate::dna::frequency_arguments::FrequenciesArgument;
use crate::dna::profile::Profile;
use crate::errors::{OrRaise, invalid};
use matcher_core::dna as core;
use matcher_core::dna::Locus;
use matcher_core::dna::kinship::{Model, MutationRates};
use matcher_core::units::Theta;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString};
use std::sync::Arc;

/// The key of a mapping of mutation models that stands for all loci that are not named.
const DEFAULT: &str = "default";

fn kind(object: &Bound<'_, PyAny>) -> String {
    object.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string())
}

/// The pairs of a mapping whose keys are text.
fn pairs<'py>(mapping: &Bound<'py, PyAny>, what: &str) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
    let wrong = || PyTypeError::new_err(format!("{what} are {}, expected a dict", kind(mapping)));
    let items = mapping.cast::<PyMapping>().map_err(|_| wrong())?.items()?;
    items.iter().map(|item| item.extract()).collect()
}

/// Hypotheses by name, in their order.
pub(crate) fn hypotheses(argument: &Bound<'_, PyAny>) -> PyResult<Vec<(String, Pedigree)>> {
    pairs(argument, "hypotheses")?.into_iter().map(|(name, of)| Ok((name, one(&of)?))).collect()
}

/// Profiles, each under the id of the person: the keys of a mapping, or the profiles' own ids.
pub(crate) fn people(argument: &Bound<'_, PyAny>) -> PyResult<Vec<core::Profile>> {
    let Ok(mapping) = argument.cast::<PyMapping>() else { return crate::dna::profile::profiles(argument) };
    let named = |(id, profile): (String, Bound<'_, PyAny>)| {
        let profile = profile.cast::<Profile>().map_err(|_| {
            PyTypeError::new_err(format!("profile of {id:?} is {}, expected Profile", kind(&profile)))
        })?;
        (*profile.get().inner).clone().with_id(&id).or_raise(argument.py())
    };
    pairs(mapping.as_any(), "profiles")?.into_iter().map(named).collect()
}

/// One table, or several.
pub(crate) enum Tables {
    One(Arc<core::Frequencies>),
    Several(Vec<Arc<core::Frequencies>>),
}

impl<'py> FromPyObject<'_, 'py> for Tables {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<Frequencies>() || object.is_instance_of::<PyString>() {
            return Ok(Self::One(object.extract::<FrequenciesArgument>()?.0));
        }
        if object.cast::<PyMapping>().is_ok() || object.try_iter().is_err() {
            return Err(PyTypeError::new_err(format!(
                "frequencies are {}, expected Frequencies, the name of a table that comes with the library, or a list of \
                 such",
                kind(&object)
            )));
        }
        let tables = object.try_iter()?.map(|table| Ok(table?.extract::<FrequenciesArgument>()?.0));
        Ok(Self::Several(tables.collect::<PyResult<_>>()?))
    }
}

/// No mutation, one model for all loci, or models by locus.
#[derive(Default)]
pub(crate) struct MutationArgument(pub(crate) MutationRates);

impl<'py> FromPyObject<'_, 'py> for MutationArgument {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let one = |object: &Bound<'_, PyAny>| -> PyResult<_> {
            if object.is_none() {
                return Ok(None);
            }
            let mutation = object.cast::<Mutation>().map_err(|_| {
                let expected = "Mutation, None, or a dict of such by locus";
                PyTypeError::new_err(format!("mutation is {}, expected {expected}", kind(object)))
            })?;
            Ok(Some(mutation.get().inner))
        };
        let mut rates = MutationRates::default();
        if object.cast::<PyMapping>().is_err() {
            rates.default = one(&object)?;
            return Ok(Self(rates));
        }
        for (name, of) in pairs(&object, "mutation models")? {
            let model = one(&of)?;
            if name == DEFAULT {
                rates.default = model;
                continue;
            }
            let locus = Locus::new(&name).or_raise(object.py())?;
            if rates.loci.insert(locus, model).is_some() {
                return Err(invalid(object.py(), "locus of a mutation model", locus, "each locus once"));
            }
        }
        Ok(Self(rates))
    }
}

/// Mutation as Python has it: None, one model, or models by locus.
pub(crate) fn mutation_object<'py>(py: Python<'py>, rates: &MutationRates) -> PyResult<Bound<'py, PyAny>> {
    let object = |mutation: Option<core::likelihood::Mutation>| match mutation {
        Some(inner) => Ok::<_, PyErr>(Mutation { inner }.into_pyobject(py)?.into_any()),
        None => Ok(py.None().into_bound(py)),
    };
    if rates.loci.is_empty() {
        return object(rates.default);
    }
    let dict = PyDict::new(py);
    dict.set_item(DEFAULT, object(rates.default)?)?;
    for (locus, mutation) in &rates.loci {
        dict.set_item(locus.name(), object(*mutation)?)?;
    }
    Ok(dict.into_any())
}

/// What is assumed beside pedigree and frequencies.
pub(crate) fn model(
    py: Python<'_>,
    theta: f64,
    mutation: Option<MutationArgument>,
    prune_untyped: bool,
    dropout: Option<&Bound<'_, PyAny>>,
) -> PyResult<Model> {
    let mut model = Model {
        theta: Theta::new(theta).or_raise(py)?,
        mutation: mutation.unwrap_or_default().0,
        prune_untyped,
        ..Model::default()
    };
    let Some(dropout) = dropout else { return Ok(model) };
    for (id, probability) in pairs(dropout, "drop-out probabilities")? {
        model.dropout.insert(id, probability.extract()?);
    }
    Ok(model)
}

/// Drop-out can only be of somebody who was typed: another id would be a slip of the pen that goes unseen.
pub(crate) fn check_dropout(py: Python<'_>, model: &Model, profiles: &[core::Profile]) -> PyResult<()> {
    let typed = |id: &str| profiles.iter().any(|profile| profile.id() == id);
    match model.dropout.keys().find(|id| !typed(id)) {
        None => Ok(()),
        Some(id) => {
            let value = format!("of {id:?}, who has no profile");
            Err(invalid(py, "drop-out probability", value, "people with a profile"))
        }
    }
}

/// Priors in the order of the hypotheses.
pub(crate) fn priors(
    argument: Option<&Bound<'_, PyAny>>,
    hypotheses: &[(String, Pedigree)],
) -> PyResult<Option<Vec<f64>>> {
    let Some(argument) = argument else { return Ok(None) };
    let py = argument.py();
    let mut given = pairs(argument, "priors")?;
    let mut ordered = Vec::with_capacity(hypotheses.len());
    for (name, _) in hypotheses {
        let Some(place) = given.iter().position(|(of, _)| of == name) else {
            return Err(invalid(py, &format!("prior of {name:?}"), "missing", "one for each hypothesis"));
        };
        ordered.push(given.swap_remove(place).1.extract()?);
    }
    match given.first() {
        None => Ok(Some(ordered)),
        Some((name, _)) => Err(invalid(py, "prior", format!("of {name:?}"), "one for each hypothesis")),
    }
}
