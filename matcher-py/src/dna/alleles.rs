//! Alleles as Python writes them: text, whole numbers, tenths, or nothing.

use crate::errors::OrRaise;
use matcher_core::dna::{Allele, Genotype};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyString};

/// What stands for "not known".
pub(super) const UNKNOWN: &str = "-";

/// An allele as text, which the core reads: a number as Python shows it, so that 9.3 is 9.3 and 9.30000001 is not; None,
/// nan and pandas' NA are not known.
pub(super) fn text(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if value.is_none() {
        return Ok(UNKNOWN.to_owned());
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_str()?.to_owned());
    }
    let kind = value.get_type().name()?.to_string();
    if kind == "NAType" {
        return Ok(UNKNOWN.to_owned());
    }
    let is_bool = value.is_instance_of::<PyBool>() || kind.starts_with("bool");
    match value.extract::<f64>() {
        Ok(number) if number.is_nan() => Ok(UNKNOWN.to_owned()),
        // With its sign, which no name of an allele begins with: the core says what it expected.
        Ok(number) if number.is_infinite() => Ok(format!("{number:+}")),
        Ok(_) if !is_bool => Ok(value.str()?.to_str()?.to_owned()),
        _ => Err(PyTypeError::new_err(format!("allele is {kind}, expected str, a number or None"))),
    }
}

/// The alleles of a genotype, as text.
pub(super) fn texts(genotype: &Bound<'_, PyAny>, field: &str) -> PyResult<Vec<String>> {
    let wrong = || -> PyErr {
        let kind = genotype.get_type().name().map(|name| name.to_string()).unwrap_or_default();
        PyTypeError::new_err(format!(
            "{field} is {kind}, expected a tuple of alleles such as (\"15\", \"16\")"
        ))
    };
    // The characters of a text would be taken for alleles.
    if genotype.is_instance_of::<PyString>() {
        return Err(wrong());
    }
    genotype.try_iter().map_err(|_| wrong())?.map(|allele| text(&allele?)).collect()
}

/// A genotype from a tuple of alleles.
pub(super) fn genotype(value: &Bound<'_, PyAny>, field: &str) -> PyResult<Genotype> {
    let read = |texts: Vec<String>| {
        let alleles: matcher_core::Result<Vec<Allele>> = texts.iter().map(|text| text.parse()).collect();
        Genotype::new(&alleles?)
    };
    let within = |error| match error {
        matcher_core::Error::Invalid(problem) => matcher_core::Error::Invalid(problem.within(field)),
        other => other,
    };
    read(texts(value, field)?).map_err(within).or_raise(value.py())
}

/// The alleles of a genotype as Python has them.
pub(super) fn shown(genotype: &Genotype) -> Vec<String> {
    genotype.alleles().iter().map(ToString::to_string).collect()
}
