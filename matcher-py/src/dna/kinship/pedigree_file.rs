//! `read_pedigrees`: PED files.

use super::case::{by_id, strictness};
use super::pedigree::Pedigree;
use crate::convert::Source;
use crate::errors::OrRaise;
use matcher_core::formats::cases::{PedigreeOptions, read_pedigrees as core_pedigrees};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Reads the pedigrees of a PED file (LINKAGE, PLINK), and the profiles where it has markers.
///
/// A PED file has pedigrees and no question: the pedigrees are parts of hypotheses of your own.
///
/// Parameters
/// ----------
/// source : str, Path or bytes
///     A file, or what would stand in it.
/// markers : iterable of str, optional
///     The loci in the order of the columns, where the file has no header that says them.
/// strict : bool, default False
///     Raise at the first thing that has to be read as something else.
///
/// Returns
/// -------
/// families : dict of str to Pedigree
///     By name, in the order of the file. Where two families have the same id, the family stands before it.
/// profiles : dict of str to Profile
///     By the id of the person.
/// remarks : list of str
///     What was wrong or should be known.
///
/// Examples
/// --------
/// >>> from matcher.dna import read_pedigrees
/// >>> families, profiles, remarks = read_pedigrees(b"fid iid pat mat sex TH01\nF1 AF 0 0 1 6 9.3\nF1 C AF 0 2 6 7\n")
/// >>> families, profiles["C"].loci, remarks
/// ({'F1': <Pedigree: 2 people, 1 founders>}, {'TH01': ('6', '7')}, [])
#[pyfunction]
#[pyo3(signature = (source, markers=None, *, strict=false))]
pub(crate) fn read_pedigrees(
    py: Python<'_>,
    source: Source,
    markers: Option<Vec<String>>,
    strict: bool,
) -> PyResult<(Bound<'_, PyDict>, Bound<'_, PyDict>, Vec<String>)> {
    let options = PedigreeOptions {
        markers: markers.unwrap_or_default(),
        strictness: strictness(strict),
        ..PedigreeOptions::default()
    };
    let bytes = match source {
        Source::Path(path) => crate::convert::file_bytes(path).or_raise(py)?,
        Source::Bytes(bytes) => bytes,
    };
    let reading = py.detach(|| core_pedigrees(&bytes, &options)).or_raise(py)?;
    let families = PyDict::new(py);
    for (name, pedigree) in reading.families {
        families.set_item(name, Pedigree::from(pedigree))?;
    }
    let remarks = reading.remarks.iter().map(ToString::to_string).collect();
    Ok((families, by_id(py, &reading.profiles)?, remarks))
}
