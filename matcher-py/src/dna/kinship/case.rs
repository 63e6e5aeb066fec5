//! `Case` and `read_case`: everything that one question of kinship needs, as a file states it.

use super::arguments::mutation_object;
use super::pedigree::{Pedigree, word};
use crate::convert::Source;
use crate::dna::frequencies::Frequencies;
use crate::dna::profile::Profile;
use crate::errors::{OrRaise, invalid};
use matcher_core::dna;
use matcher_core::dna::kinship as core;
use matcher_core::formats::Strictness;
use matcher_core::formats::cases::{CaseFormat, CaseOptions, no_files, read_case_file, write_case};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Arc;

/// The names of the formats of cases that are read.
pub(crate) fn formats() -> [&'static str; CaseFormat::ALL.len()] {
    CaseFormat::ALL.map(CaseFormat::name)
}

/// One question of kinship as a file states it: hypotheses and what was typed of their people, or families who miss
/// somebody and the remains that may be those; see :func:`read_case`.
///
/// Examples
/// --------
/// >>> from matcher.dna import read_case
/// >>> case = read_case(b'''
/// ...     question = "Is AF the father of C?"
/// ...     frequencies = "nist1036-cauc"
/// ...     theta = 0.01
/// ...     profiles = { AF = { TH01 = ["6", "9.3"] }, C = { TH01 = ["6", "7"] } }
/// ...     hypothesis = [
/// ...         { name = "father", people = [{ id = "AF", sex = "male" }, { id = "C", father = "AF" }] },
/// ...         { name = "unrelated", people = [{ id = "AF", sex = "male" }, { id = "C" }] },
/// ...     ]
/// ... ''')
/// >>> case
/// <Case "Is AF the father of C?": 2 hypotheses, 2 profiles, 0 families, 0 remains>
/// >>> case.theta, case.kinship().theta, case.kinship(theta=0).theta
/// (0.01, 0.01, 0.0)
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct Case {
    inner: Arc<core::Case>,
    format: &'static str,
    remarks: Vec<String>,
}

#[pymethods]
impl Case {
    /// What is asked, or what the case is called.
    #[getter]
    fn name(&self) -> &str {
        &self.inner.name
    }

    /// The hypotheses by name, in their order; all are compared against the last.
    #[getter]
    fn hypotheses<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (name, pedigree) in &self.inner.hypotheses {
            dict.set_item(name, Pedigree::from(pedigree.clone()))?;
        }
        Ok(dict)
    }

    /// What was typed of the people, by their ids.
    #[getter]
    fn profiles<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        by_id(py, &self.inner.profiles)
    }

    /// The frequencies that the file states; None where it leaves the choice to the user.
    #[getter]
    fn frequencies(&self) -> Option<Frequencies> {
        self.inner.frequencies.clone().map(Frequencies::from)
    }

    /// Theta.
    #[getter]
    fn theta(&self) -> f64 {
        self.inner.model.theta.value()
    }

    /// How alleles mutate: None, a model for all loci, or models by locus, "default" for those that are not named.
    #[getter]
    fn mutation<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        mutation_object(py, &self.inner.model.mutation)
    }

    /// Whether founders who were not typed and have one child are left out.
    #[getter]
    fn prune_untyped(&self) -> bool {
        self.inner.model.prune_untyped
    }

    /// The probability of drop-out by the id of the person or the remains.
    #[getter]
    fn dropout<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.dropout_of(py, |_| true)
    }

    /// The probability of each hypothesis before the profiles were looked at; None where the file says none.
    #[getter]
    fn priors<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyDict>>> {
        let Some(priors) = &self.inner.priors else { return Ok(None) };
        let dict = PyDict::new(py);
        for ((name, _), prior) in self.inner.hypotheses.iter().zip(priors) {
            dict.set_item(name, prior)?;
        }
        Ok(Some(dict))
    }

    /// The families who miss somebody, by name: each a pedigree and the ids of the missing.
    #[getter]
    fn families<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for family in &self.inner.families {
            let pedigree = Pedigree::from(family.pedigree().clone());
            dict.set_item(family.name(), (pedigree, family.missing().to_vec()))?;
        }
        Ok(dict)
    }

    /// What was typed of the remains, by their ids.
    #[getter]
    fn post_mortem<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        by_id(py, &self.inner.post_mortem)
    }

    /// The sex of remains as something else than amelogenin told it, by their ids.
    #[getter]
    fn post_mortem_sex<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (id, sex) in &self.inner.post_mortem_sex {
            dict.set_item(id, word(*sex))?;
        }
        Ok(dict)
    }

    /// The format of the file: one of :data:`matcher.dna.CASE_FORMATS`.
    #[getter]
    fn format(&self) -> &str {
        self.format
    }

    /// What of the file was read as something else, or is not used, a sentence each.
    #[getter]
    fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// Compares the hypotheses of the case, as :func:`kinship` does.
    ///
    /// Parameters
    /// ----------
    /// **changed
    ///     Keywords of :func:`kinship`, instead of what the file says.
    ///
    /// Returns
    /// -------
    /// KinshipReport or KinshipAcross
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     Neither the file nor ``changed`` says the frequencies; or as :func:`kinship`.
    #[pyo3(signature = (**changed))]
    fn kinship<'py>(
        &self,
        py: Python<'py>,
        changed: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let hypotheses = &self.inner.hypotheses;
        let profiles = self.profiles_of(|id| hypotheses.iter().any(|(_, of)| of.find(id).is_some()));
        let asked = self.common(py, &profiles)?;
        asked.set_item("hypotheses", self.hypotheses(py)?)?;
        asked.set_item("profiles", by_id(py, &profiles)?)?;
        if let Some(priors) = &self.inner.priors {
            // A file may have thirds written as 0.333.
            let sum: f64 = priors.iter().sum();
            let dict = PyDict::new(py);
            for ((name, _), prior) in self.inner.hypotheses.iter().zip(priors) {
                dict.set_item(name, prior / sum)?;
            }
            asked.set_item("priors", dict)?;
        }
        self.call(py, "kinship", &asked, changed)
    }

    /// Identifies the remains of the case, as :func:`dvi` does.
    ///
    /// Parameters
    /// ----------
    /// **changed
    ///     Keywords of :func:`dvi`, instead of what the file says.
    ///
    /// Returns
    /// -------
    /// DviReport
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     Neither the file nor ``changed`` says the frequencies; or as :func:`dvi`.
    #[pyo3(signature = (**changed))]
    fn dvi<'py>(&self, py: Python<'py>, changed: Option<&Bound<'py, PyDict>>) -> PyResult<Bound<'py, PyAny>> {
        let asked = self.common(py, &[])?;
        if !self.inner.model.dropout.is_empty() {
            let expected = "none: write \"-\" for an allele that may be lost";
            return Err(invalid(py, "drop-out of a case with families", "stated", expected));
        }
        asked.del_item("dropout")?;
        asked.set_item("post_mortem", self.post_mortem(py)?)?;
        asked.set_item("families", self.families(py)?)?;
        let families = &self.inner.families;
        let relatives = self.profiles_of(|id| families.iter().any(|of| of.pedigree().find(id).is_some()));
        asked.set_item("ante_mortem", by_id(py, &relatives)?)?;
        asked.set_item("sexes", self.post_mortem_sex(py)?)?;
        self.call(py, "dvi", &asked, changed)
    }

    /// The case as a case file of this project, with all that it has; :func:`read_case` reads it as the same case.
    ///
    /// Categories of profiles and heights of peaks have no place there and are left out. This is how a project of Familias
    /// is kept: such projects are not written.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     A profile of several people.
    fn to_toml(&self, py: Python<'_>) -> PyResult<String> {
        let bytes = py.detach(|| write_case(&self.inner)).or_raise(py)?;
        String::from_utf8(bytes).map_err(|error| invalid(py, "case", error.utf8_error(), "text in UTF-8"))
    }

    fn __repr__(&self) -> String {
        let case = &self.inner;
        format!(
            "<Case {:?}: {} hypotheses, {} profiles, {} families, {} remains>",
            case.name,
            case.hypotheses.len(),
            case.profiles.len(),
            case.families.len(),
            case.post_mortem.len()
        )
    }
}

pub(super) fn by_id<'py>(py: Python<'py>, profiles: &[dna::Profile]) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for profile in profiles {
        dict.set_item(profile.id(), Profile::from(profile.clone()))?;
    }
    Ok(dict)
}

impl Case {
    /// What was typed of these people.
    fn profiles_of(&self, is_one: impl Fn(&str) -> bool) -> Vec<dna::Profile> {
        self.inner.profiles.iter().filter(|profile| is_one(profile.id())).cloned().collect()
    }

    fn dropout_of<'py>(&self, py: Python<'py>, of: impl Fn(&str) -> bool) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (id, probability) in self.inner.model.dropout.iter().filter(|(id, _)| of(id)) {
            dict.set_item(id, probability)?;
        }
        Ok(dict)
    }

    /// What every question takes, drop-out of these profiles alone.
    fn common<'py>(&self, py: Python<'py>, typed: &[dna::Profile]) -> PyResult<Bound<'py, PyDict>> {
        let asked = PyDict::new(py);
        asked.set_item("theta", self.theta())?;
        asked.set_item("mutation", self.mutation(py)?)?;
        asked.set_item("prune_untyped", self.prune_untyped())?;
        let dropout = self.dropout_of(py, |id| typed.iter().any(|profile| profile.id() == id))?;
        asked.set_item("dropout", dropout)?;
        Ok(asked)
    }

    /// Asks a function of `matcher.dna`, with some keywords changed.
    fn call<'py>(
        &self,
        py: Python<'py>,
        function: &str,
        asked: &Bound<'py, PyDict>,
        changed: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Some(frequencies) = self.frequencies() {
            asked.set_item("frequencies", frequencies)?;
        }
        if let Some(changed) = changed {
            asked.update(changed.as_mapping())?;
        }
        if !asked.contains("frequencies")? {
            let expected = "a table: the case states none, so it has to be said";
            return Err(invalid(py, "frequencies", "none", expected));
        }
        py.import("matcher._matcher")?.call_method(function, (), Some(asked))
    }
}

pub(super) fn strictness(strict: bool) -> Strictness {
    if strict { Strictness::Strict } else { Strictness::Lenient }
}

/// Reads a case of kinship.
///
/// Parameters
/// ----------
/// source : str, Path or bytes
///     A file, or what would stand in it. Other files that a case file names have to lie beside it.
/// format : str, optional
///     "case-file" (the project's own, in TOML) or "familias" (a project of Familias 3); found out where not given.
/// strict : bool, default False
///     Raise at the first thing that has to be read as something else. Otherwise ``remarks`` of the case tell it.
///
/// Returns
/// -------
/// Case
///
/// Raises
/// ------
/// matcher.errors.UnknownFormatError
///     Bytes of no format known here; the message says what they seem to be.
/// matcher.errors.InvalidValueError
///     Names the line, the field and the value that cannot be: half a case is worse than none.
/// matcher.errors.FileError
///     A file that cannot be opened.
///
/// Examples
/// --------
/// >>> from matcher.dna import read_case
/// >>> read_case(b'qestion = "Who?"')
/// Traceback (most recent call last):
///   ...
/// matcher.errors.InvalidValueError: case, line 1: key or value is unknown field `qestion`...
#[pyfunction]
#[pyo3(signature = (source, format=None, *, strict=false))]
pub(crate) fn read_case(
    py: Python<'_>,
    source: Source,
    format: Option<&str>,
    strict: bool,
) -> PyResult<Case> {
    let options = CaseOptions {
        format: format.map(str::parse).transpose().or_raise(py)?,
        strictness: strictness(strict),
        ..CaseOptions::default()
    };
    let reading = py.detach(|| match &source {
        Source::Path(path) => read_case_file(path, &options),
        Source::Bytes(bytes) => matcher_core::formats::cases::read_case(bytes, &options, &no_files),
    });
    let reading = reading.or_raise(py)?;
    Ok(Case {
        inner: Arc::new(reading.case),
        format: reading.format.name(),
        remarks: reading.remarks.iter().map(ToString::to_string).collect(),
    })
}
