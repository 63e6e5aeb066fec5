//! How people are related: pedigrees, mutation, likelihood ratios.

pub(crate) mod across;
pub(crate) mod answer;
pub(crate) mod arguments;
pub(crate) mod case;
pub(crate) mod dvi;
pub(crate) mod dvi_report;
pub(crate) mod leads;
pub(crate) mod mutation;
pub(crate) mod pairwise;
pub(crate) mod pedigree;
pub(crate) mod pedigree_file;
pub(crate) mod relatives;
pub(crate) mod report;

use crate::convert::plain;
use matcher_core::dna::Locus;
use pyo3::prelude::*;

/// The name of a locus, or of two linked ones, as reports write it.
pub(crate) fn unit_name(loci: &[Locus]) -> String {
    let names: Vec<&str> = loci.iter().map(|locus| locus.name()).collect();
    names.join(" + ")
}

/// What a value is, as the text of a JSON document.
pub(crate) fn json_text(py: Python<'_>, value: &Bound<'_, PyAny>, indent: Option<usize>) -> PyResult<String> {
    let keywords = pyo3::types::PyDict::new(py);
    keywords.set_item("indent", indent)?;
    keywords.set_item("allow_nan", false)?;
    py.import("json")?.call_method("dumps", (value,), Some(&keywords))?.extract()
}

/// A serialisable value as a dictionary.
pub(crate) fn plain_dict<'py>(
    py: Python<'py>,
    value: &impl serde::Serialize,
) -> PyResult<Bound<'py, pyo3::types::PyDict>> {
    Ok(plain(py, value)?.cast_into()?)
}
