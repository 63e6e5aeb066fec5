//! `Rule`: when two profiles are a hit.

use crate::convert::{Reduced, Source, file_bytes, frozen, plain, reduced, thawed};
use crate::errors::{OrRaise, invalid};
use matcher_core::dna::Locus;
use matcher_core::dna::compare as core;
use matcher_core::dna::compare::{LocusChoice, Stringency};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// When two profiles are a hit: how strictly a locus must agree, how many must, and how many may fail.
///
/// Where a rule is taken, the name of a shipped one will do.
///
/// Parameters
/// ----------
/// stringency : {"high", "moderate", "low"}
///     High: the same alleles. Moderate: all alleles of the genotype with fewer different ones are in the other (13
///     against 13,14). Low: at least one allele in common.
/// min_loci : int
///     Fewest loci that must agree.
/// max_mismatches : int, default 0
///     Most loci that may fail to agree.
/// max_excluded : int, optional
///     Most loci among the mismatches that may share no allele; all of them unless said.
/// count_wildcards : bool, default False
///     Whether loci that agree only by a wildcard count among those that agree.
/// loci : {"autosomal", "x", "y"} or iterable of str
///     The loci that are compared.
/// reading : {"as_written", "prum"}
///     How genotypes are read before they are compared.
/// mixtures : {"alleles", "shared_contributor", "victim_containment"}
///     How two mixtures are compared.
/// quality_classes : bool, default False
///     Whether a hit gets a class of quality.
/// entry : dict, optional
///     What a profile must have to be compared at all, as in the file of a rule.
/// pairs : list of dict, optional
///     Other numbers for pairs of categories, as in the file of a rule.
/// name, source : str
///     Its name, which every result carries, and where it comes from.
///
/// Examples
/// --------
/// >>> from matcher.dna import Rule
/// >>> Rule(stringency="moderate", min_loci=8, max_mismatches=1, name="our laboratory")
/// <Rule "our laboratory": moderate stringency, 8 loci must agree, 1 may fail>
/// >>> Rule.builtin("prum").quality_classes
/// True
#[pyclass(frozen, module = "matcher.dna")]
#[derive(Clone)]
pub(crate) struct Rule {
    pub(crate) inner: core::Rule,
}

#[pymethods]
impl Rule {
    #[new]
    #[pyo3(signature = (stringency, min_loci, max_mismatches=0, *, max_excluded=None, count_wildcards=false,
        loci=None, reading="as_written", mixtures="alleles", quality_classes=false, entry=None, pairs=None,
        name="custom", source=""), text_signature = "(stringency, min_loci, max_mismatches=0, *, max_excluded=None, count_wildcards=False, loci='autosomal', reading='as_written', mixtures='alleles', quality_classes=False, entry=None, pairs=None, name='custom', source='')")]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn new(
        py: Python<'_>,
        stringency: &str,
        min_loci: isize,
        max_mismatches: isize,
        max_excluded: Option<isize>,
        count_wildcards: bool,
        loci: Option<&Bound<'_, PyAny>>,
        reading: &str,
        mixtures: &str,
        quality_classes: bool,
        entry: Option<&Bound<'_, PyDict>>,
        pairs: Option<&Bound<'_, PyAny>>,
        name: &str,
        source: &str,
    ) -> PyResult<Self> {
        let number = |field: &str, value: isize| {
            usize::try_from(value).map_err(|_| invalid(py, field, value, "0 or more"))
        };
        let stringency: Stringency = named(py, "stringency", stringency)?;
        let mut rule = core::Rule::new(
            name,
            stringency,
            number("min_loci", min_loci)?,
            number("max_mismatches", max_mismatches)?,
        );
        source.clone_into(&mut rule.source);
        rule.max_excluded = max_excluded.map(|most| number("max_excluded", most)).transpose()?;
        rule.count_wildcards = count_wildcards;
        rule.loci = loci.map_or_else(|| Ok(LocusChoice::default()), choice)?;
        rule.reading = named(py, "reading", reading)?;
        rule.mixtures = named(py, "mixtures", mixtures)?;
        rule.quality_classes = quality_classes;
        if let Some(entry) = entry {
            rule.entry = from_plain(entry, "entry")?;
        }
        if let Some(pairs) = pairs {
            rule.pairs = from_plain(pairs, "pairs")?;
        }
        rule.check().or_raise(py)?;
        Ok(Self { inner: rule })
    }

    /// A shipped rule.
    ///
    /// Parameters
    /// ----------
    /// name : str
    ///     One of :meth:`builtin_names`. Each says in ``source`` where its numbers come from, and what of them could not
    ///     be verified.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     There is none of this name.
    #[staticmethod]
    fn builtin(py: Python<'_>, name: &str) -> PyResult<Self> {
        let unknown = || {
            invalid(py, "rule", format!("{name:?}"), &format!("one of {}", Self::builtin_names().join(", ")))
        };
        core::Rule::builtin(name).map(|inner| Self { inner }).ok_or_else(unknown)
    }

    /// The names of the shipped rules.
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import Rule
    /// >>> Rule.builtin_names()
    /// ['high', 'codis_moderate', 'low', 'prum', ...]
    #[staticmethod]
    fn builtin_names() -> Vec<String> {
        core::Rule::all().map(|rule| rule.name).collect()
    }

    /// Reads a rule from TOML, as :meth:`to_toml` writes it.
    ///
    /// Parameters
    /// ----------
    /// source : str, Path or bytes
    ///     A file, or what would stand in it: text with a line break or a ``=`` is the rule itself.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     Names the line and the field that is wrong.
    /// matcher.errors.FileError
    ///     A file that cannot be opened.
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import Rule
    /// >>> rule = Rule.builtin("codis_moderate")
    /// >>> Rule.from_toml(rule.to_toml()) == rule
    /// True
    #[staticmethod]
    fn from_toml(py: Python<'_>, source: &Bound<'_, PyAny>) -> PyResult<Self> {
        let text = match source.cast::<PyString>().ok().map(|text| text.to_str()).transpose()? {
            Some(text) if text.contains(['\n', '=']) => text.to_owned(),
            _ => {
                let bytes = match source.extract::<Source>()? {
                    Source::Path(path) => py.detach(|| file_bytes(path)).or_raise(py)?,
                    Source::Bytes(bytes) => bytes,
                };
                let wrong = |error: std::string::FromUtf8Error| {
                    invalid(py, "rule", error.utf8_error(), "text in UTF-8")
                };
                String::from_utf8(bytes).map_err(wrong)?
            }
        };
        Ok(Self { inner: text.parse().or_raise(py)? })
    }

    /// The rule as TOML, which :meth:`from_toml` reads as the same rule.
    fn to_toml(&self, py: Python<'_>) -> PyResult<String> {
        self.inner.to_toml().or_raise(py)
    }

    /// Its name, which every result carries.
    #[getter]
    fn name(&self) -> &str {
        &self.inner.name
    }

    /// Where it comes from, and what of it could not be verified.
    #[getter]
    fn source(&self) -> &str {
        &self.inner.source
    }

    /// How strictly a locus must agree: "high", "moderate" or "low".
    #[getter]
    fn stringency(&self) -> String {
        name_of(&self.inner.stringency)
    }

    /// Fewest loci that must agree.
    #[getter]
    fn min_loci(&self) -> usize {
        self.inner.min_loci
    }

    /// Most loci that may fail to agree.
    #[getter]
    fn max_mismatches(&self) -> usize {
        self.inner.max_mismatches
    }

    /// Most loci among the mismatches that may share no allele; None: all of them.
    #[getter]
    fn max_excluded(&self) -> Option<usize> {
        self.inner.max_excluded
    }

    /// Whether loci that agree only by a wildcard count among those that agree.
    #[getter]
    fn count_wildcards(&self) -> bool {
        self.inner.count_wildcards
    }

    /// The loci that are compared: "autosomal", "x", "y", or a list.
    #[getter]
    fn loci<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match &self.inner.loci {
            LocusChoice::Listed(loci) => plain(py, loci),
            other => plain(py, other),
        }
    }

    /// How genotypes are read before they are compared: "as_written" or "prum".
    #[getter]
    fn reading(&self) -> String {
        name_of(&self.inner.reading)
    }

    /// How two mixtures are compared: "alleles", "shared_contributor" or "victim_containment".
    #[getter]
    fn mixtures(&self) -> String {
        name_of(&self.inner.mixtures)
    }

    /// Whether a hit gets a class of quality.
    #[getter]
    fn quality_classes(&self) -> bool {
        self.inner.quality_classes
    }

    /// Everything as plain Python objects, ready for JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        Ok(plain(py, &self.inner)?.cast_into()?)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (Bound<'py, PyBytes>,)>> {
        reduced::<Self, _>(py, (frozen(py, &self.inner)?,))
    }

    /// Undoes ``__reduce__``; the state is checked like any other input.
    #[staticmethod]
    fn _restore(py: Python<'_>, state: &[u8]) -> PyResult<Self> {
        let rule: core::Rule = thawed(py, state)?;
        rule.check().or_raise(py)?;
        Ok(Self { inner: rule })
    }

    fn __repr__(&self) -> String {
        let rule = &self.inner;
        format!(
            "<Rule {:?}: {} stringency, {} loci must agree, {} may fail>",
            rule.name,
            name_of(&rule.stringency),
            rule.min_loci,
            rule.max_mismatches
        )
    }
}

/// A rule, or the name of a shipped one.
pub(crate) struct RuleArgument(pub(crate) core::Rule);

impl<'py> FromPyObject<'_, 'py> for RuleArgument {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(rule) = object.cast::<Rule>() {
            return Ok(Self(rule.get().inner.clone()));
        }
        if let Ok(name) = object.cast::<PyString>() {
            return Ok(Self(Rule::builtin(object.py(), name.to_str()?)?.inner));
        }
        let kind = object.get_type().name()?.to_string();
        Err(PyTypeError::new_err(format!("rule is {kind}, expected a Rule or the name of a shipped one")))
    }
}

/// Which loci a rule compares.
fn choice(loci: &Bound<'_, PyAny>) -> PyResult<LocusChoice> {
    let py = loci.py();
    if let Ok(name) = loci.cast::<PyString>() {
        let expected = "\"autosomal\", \"x\", \"y\", or an iterable of loci";
        return match name.to_str()? {
            "autosomal" => Ok(LocusChoice::Autosomal),
            "x" => Ok(LocusChoice::X),
            "y" => Ok(LocusChoice::Y),
            other => Err(invalid(py, "loci", format!("{other:?}"), expected)),
        };
    }
    let listed = loci.try_iter()?.map(|name| Locus::new(name?.extract::<&str>()?).or_raise(py));
    Ok(LocusChoice::Listed(listed.collect::<PyResult<_>>()?))
}

/// The value of this name, as it is written in files.
pub(super) fn named<T: DeserializeOwned>(py: Python<'_>, field: &str, name: &str) -> PyResult<T> {
    serde_json::from_value(serde_json::Value::from(name)).map_err(|error| {
        // Serde says "unknown variant `x`, expected one of ..." or "... expected `a` or `b`".
        let said = error.to_string();
        let expected = said.split_once("expected ").map_or("another name", |(_, expected)| expected);
        invalid(py, field, format!("{name:?}"), &expected.replace('`', "\""))
    })
}

/// The name of a value, as it is written in files.
pub(super) fn name_of(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        // Values with a name are enums without content, which become text.
        other => format!("{other:?}"),
    }
}

/// A value of the core from plain Python objects.
fn from_plain<T: DeserializeOwned>(value: &Bound<'_, PyAny>, field: &str) -> PyResult<T> {
    let py = value.py();
    let text: String = py.import("json")?.call_method1("dumps", (value,))?.extract()?;
    serde_json::from_str(&text).map_err(|error| invalid(py, field, error, "what the file of a rule has"))
}
