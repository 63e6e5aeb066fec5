//! `read_pedigrees` and `write_pedigrees`: PED files.

use super::case::{by_id, strictness};
use super::pedigree::Pedigree;
use crate::convert::Source;
use crate::dna::profile::one_or_more_profiles;
use crate::errors::OrRaise;
use matcher_core::formats::cases as core;
use matcher_core::formats::cases::PedigreeOptions;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyMapping};
use std::path::PathBuf;

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
    let reading = py.detach(|| core::read_pedigrees(&bytes, &options)).or_raise(py)?;
    let families = PyDict::new(py);
    for (name, pedigree) in reading.families {
        families.set_item(name, Pedigree::from(pedigree))?;
    }
    let remarks = reading.remarks.iter().map(ToString::to_string).collect();
    Ok((families, by_id(py, &reading.profiles)?, remarks))
}

/// Writes families as a PED file (LINKAGE, PLINK), with what was typed of their people.
///
/// Parameters
/// ----------
/// families : mapping of str to Pedigree
///     By name. Names and ids are text without blanks, but for ids as :func:`read_pedigrees` makes them where two families
///     have the same: "F1: Father".
/// profiles : Profile, or iterable or mapping of Profile
///     Under the ids of the people. Categories, marks of partial profiles and heights of peaks have no place there and are
///     left out.
/// target : str, Path or binary file
///     The file; one that exists is replaced once all is written. An object with ``write`` is given the bytes.
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     What the file cannot say, for one a genotype of other than two alleles; nothing is written then.
/// matcher.errors.FileError
///     A file that cannot be written.
///
/// Examples
/// --------
/// >>> import io
/// >>> from matcher import dna
/// >>> duo = dna.Pedigree([("AF", None, None, 1), ("C", "AF", None, 2)])
/// >>> target = io.BytesIO()
/// >>> dna.write_pedigrees({"F1": duo}, dna.Profile("C", {"TH01": (6, 9.3)}), target)
/// >>> print(target.getvalue().decode())
/// #fid iid pat mat sex phenotype TH01
/// F1 AF 0 0 1 -9 0 0
/// F1 C AF 0 2 -9 6 9.3
/// <BLANKLINE>
#[pyfunction]
pub(crate) fn write_pedigrees(
    py: Python<'_>,
    families: &Bound<'_, PyMapping>,
    profiles: &Bound<'_, PyAny>,
    target: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let families = families.items()?.iter().map(|item| {
        let (name, pedigree): (String, Bound<'_, Pedigree>) = item.extract()?;
        Ok((name, pedigree.get().inner.as_ref().clone()))
    });
    let families: Vec<_> = families.collect::<PyResult<_>>()?;
    let profiles = match profiles.cast::<PyMapping>() {
        Ok(by_id) => one_or_more_profiles(&by_id.values()?.into_any())?,
        Err(_) => one_or_more_profiles(profiles)?,
    };
    if target.hasattr("write")? {
        let bytes = py.detach(|| core::write_pedigrees(&families, &profiles)).or_raise(py)?;
        return target.call_method1("write", (PyBytes::new(py, &bytes),)).map(drop);
    }
    let path: PathBuf = target.extract()?;
    py.detach(|| core::write_pedigrees_file(&families, &profiles, path)).or_raise(py)
}
