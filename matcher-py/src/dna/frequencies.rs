//! `Frequencies`: how frequent alleles are in a population.

use super::alleles;
use super::frequency_arguments::{Keywords, rare_of};
use super::frequency_record::Record;
use super::profile::profiles;
use crate::convert::{Reduced, Source, file_bytes, frozen, reduced, thawed};
use crate::errors::OrRaise;
use matcher_core::Error;
use matcher_core::dna as core;
use matcher_core::dna::{Allele, Locus};
use matcher_core::formats::frequencies::{
    FrequencyFormat, FrequencyOptions, read_frequencies, write_frequencies, write_frequencies_file,
};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyMapping, PyString, PyTuple};
use std::path::PathBuf;
use std::sync::Arc;

/// How frequent alleles are in a population, a table a locus.
///
/// A table is kept as it was given: it is not normalised unless asked for, and an allele that was never seen is not
/// given the frequency 0. What a rare allele gets is said by ``rare``; without it, an allele that is not in the table is
/// an error wherever its frequency is needed.
///
/// Parameters
/// ----------
/// loci : mapping of str to mapping of str to float
///     For each locus its alleles with their frequencies, which sum to at most 1.001.
/// n : int or mapping of str to int, optional
///     Size of the sample in people, for all loci or for each: the rules for rare alleles need it.
/// rare : {"5/2N", "weir", "budowle"} or float, optional
///     The least frequency of an allele: a rule, or a number.
/// silent : mapping of str to float, optional
///     Frequency of silent alleles, which show no peak, by locus.
/// x_linked : iterable of str, optional
///     Loci on the X chromosome beside those that are known to be.
/// linked : mapping of (str, str) to float, optional
///     Recombination rate of two loci that are not inherited independently, 0 to 0.5.
/// name, provenance : str
///     What results call it, and where the numbers are from.
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     Names the table, the locus and the allele whose number cannot be.
///
/// Examples
/// --------
/// >>> from matcher.dna import Frequencies
/// >>> table = Frequencies({"TH01": {"6": 0.25, "9.3": 0.35, "10": 0.005}}, n=200, rare="5/2N", name="example")
/// >>> table.frequency("THO1", "9.3"), table.frequency("TH01", "8.3")
/// (0.35, 0.0125)
/// >>> table
/// <Frequencies "example": 1 loci, rare alleles 5/2N>
#[pyclass(frozen, module = "matcher.dna")]
#[derive(Clone)]
pub(crate) struct Frequencies {
    pub(crate) inner: Arc<core::Frequencies>,
}

impl From<core::Frequencies> for Frequencies {
    fn from(table: core::Frequencies) -> Self {
        Self { inner: Arc::new(table) }
    }
}

#[pymethods]
impl Frequencies {
    #[new]
    #[pyo3(signature = (loci, *, n=None, rare=None, silent=None, x_linked=None, linked=None, name="custom",
        provenance=""))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn new(
        py: Python<'_>,
        loci: &Bound<'_, PyMapping>,
        n: Option<&Bound<'_, PyAny>>,
        rare: Option<&Bound<'_, PyAny>>,
        silent: Option<&Bound<'_, PyMapping>>,
        x_linked: Option<&Bound<'_, PyAny>>,
        linked: Option<&Bound<'_, PyMapping>>,
        name: &str,
        provenance: &str,
    ) -> PyResult<Self> {
        let mut builder = core::Frequencies::builder(name).provenance(provenance);
        for item in loci.items()?.iter() {
            let (locus, table): (String, Bound<'_, PyAny>) = item.extract()?;
            let Ok(table) = table.cast::<PyMapping>() else {
                let kind = table.get_type().name()?.to_string();
                let expected = "a mapping of alleles to frequencies";
                return Err(PyTypeError::new_err(format!(
                    "frequencies of {locus} are {kind}, expected {expected}"
                )));
            };
            let pairs = table.items()?.iter().map(|pair| {
                let (allele, frequency): (Bound<'_, PyAny>, f64) = pair.extract()?;
                Ok((alleles::text(&allele)?, frequency))
            });
            let pairs: Vec<(String, f64)> = pairs.collect::<PyResult<_>>()?;
            builder = builder.locus(&locus, pairs).or_raise(py)?;
        }
        Keywords { n, rare, silent, x_linked, linked }.build(py, builder)
    }

    /// A table that comes with the library; keywords as in :class:`Frequencies`.
    ///
    /// Parameters
    /// ----------
    /// name : str
    ///     One of :meth:`builtin_names`. ``nist1036`` is one sample of four populations and describes none of them.
    ///
    /// Returns
    /// -------
    /// Frequencies
    ///     Without a rule for rare alleles unless ``rare`` is given.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     There is none of this name.
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import Frequencies
    /// >>> table = Frequencies.builtin("nist1036-cauc", rare="5/2N")
    /// >>> len(table), table.counted("TH01")
    /// (29, 722)
    #[staticmethod]
    #[pyo3(signature = (name, *, n=None, rare=None, silent=None, x_linked=None, linked=None))]
    fn builtin(
        py: Python<'_>,
        name: &str,
        n: Option<&Bound<'_, PyAny>>,
        rare: Option<&Bound<'_, PyAny>>,
        silent: Option<&Bound<'_, PyMapping>>,
        x_linked: Option<&Bound<'_, PyAny>>,
        linked: Option<&Bound<'_, PyMapping>>,
    ) -> PyResult<Self> {
        let builder = core::Frequencies::builtin(name).or_raise(py)?.to_builder();
        Keywords { n, rare, silent, x_linked, linked }.build(py, builder)
    }

    /// The names of the tables that come with the library.
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import Frequencies
    /// >>> Frequencies.builtin_names()
    /// ['nist1036-afam', 'nist1036-asian', 'nist1036-cauc', 'nist1036-hisp', 'nist1036']
    #[staticmethod]
    fn builtin_names() -> Vec<&'static str> {
        core::Frequencies::builtin_names().to_vec()
    }

    /// Reads a table; keywords as in :class:`Frequencies`.
    ///
    /// Parameters
    /// ----------
    /// source : str, Path or bytes
    ///     A file, or what would stand in it: a wide table (``Allele,D3S1358,vWA``), a long one (``locus,allele,
    ///     frequency``), a table of SNPs, or JSON.
    /// population : str, optional
    ///     Which one, where a file holds several.
    /// name : str, optional
    ///     What results call it; the population's name, or that of the file, unless given.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     Names the line of the first thing that is wrong.
    /// matcher.errors.UnknownFormatError
    ///     Neither a table nor JSON.
    /// matcher.errors.FileError
    ///     A file that cannot be opened.
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import Frequencies
    /// >>> Frequencies.read(b"Allele;TH01\n6;0,25\n9,3;0,35\n", name="lab").to_dict()
    /// {'TH01': {'6': 0.25, '9.3': 0.35}}
    #[staticmethod]
    #[pyo3(signature = (source, *, population=None, name=None, n=None, rare=None, silent=None, x_linked=None,
        linked=None))]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn read(
        py: Python<'_>,
        source: Source,
        population: Option<String>,
        name: Option<String>,
        n: Option<&Bound<'_, PyAny>>,
        rare: Option<&Bound<'_, PyAny>>,
        silent: Option<&Bound<'_, PyMapping>>,
        x_linked: Option<&Bound<'_, PyAny>>,
        linked: Option<&Bound<'_, PyMapping>>,
    ) -> PyResult<Self> {
        let stem = match &source {
            Source::Path(path) => path.file_stem().map(|stem| stem.to_string_lossy().into_owned()),
            Source::Bytes(_) => None,
        };
        let name = name.or_else(|| stem.filter(|_| population.is_none())).unwrap_or_default();
        let options = FrequencyOptions { name, population, ..FrequencyOptions::default() };
        let read = py.detach(|| match source {
            Source::Bytes(bytes) => read_frequencies(&bytes, &options),
            Source::Path(path) => {
                let name = path.display().to_string();
                let read = file_bytes(path).and_then(|bytes| read_frequencies(&bytes, &options));
                read.map_err(|error| match error {
                    Error::Invalid(problem) => Error::Invalid(problem.within(name)),
                    other => other,
                })
            }
        });
        Keywords { n, rare, silent, x_linked, linked }.build(py, read.or_raise(py)?)
    }

    /// Writes the table for another program.
    ///
    /// Parameters
    /// ----------
    /// target : str, Path or binary file
    /// format : {"euroformix", "strmix"}
    ///     For STRmix a last line ``N`` has the size of the sample; EuroForMix would take it for an allele.
    ///
    /// Returns
    /// -------
    /// list of str
    ///     What of the table has no place in the file.
    ///
    /// Raises
    /// ------
    /// matcher.errors.MatcherError
    ///     A name that such a table does not give back, or a file that cannot be written.
    ///
    /// Examples
    /// --------
    /// >>> import io
    /// >>> from matcher.dna import Frequencies
    /// >>> target = io.BytesIO()
    /// >>> Frequencies({"TH01": {"6": 0.25, "9.3": 0.35}}, rare=0.01, name="lab").write(target)
    /// ['table "lab": rare-allele rule is at least 0.01, expected none: the table has no place for it']
    /// >>> target.getvalue()
    /// b'Allele,TH01\n6,0.25\n9.3,0.35\n'
    #[pyo3(signature = (target, format="euroformix"))]
    fn write(&self, py: Python<'_>, target: &Bound<'_, PyAny>, format: &str) -> PyResult<Vec<String>> {
        let format: FrequencyFormat = format.parse().or_raise(py)?;
        let lost = if target.hasattr("write")? {
            let written = py.detach(|| write_frequencies(&self.inner, format)).or_raise(py)?;
            target.call_method1("write", (PyBytes::new(py, &written.bytes),))?;
            written.lost
        } else {
            let path: PathBuf = target.extract()?;
            py.detach(|| write_frequencies_file(&self.inner, format, path)).or_raise(py)?
        };
        Ok(lost.iter().map(ToString::to_string).collect())
    }

    /// Frequencies estimated from profiles of people who are not related; keywords as in :class:`Frequencies`.
    ///
    /// Parameters
    /// ----------
    /// profiles : iterable of Profile
    ///     One person each. Genotypes that are not completely known are left out, and so are Y loci and amelogenin.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     A profile is a mixture, or nothing could be counted.
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import Frequencies, Profile
    /// >>> people = [Profile("a", {"TH01": ("6", "9.3")}), Profile("b", {"TH01": ("9.3", "9.3")})]
    /// >>> Frequencies.estimate(people, rare=0.01).to_dict()
    /// {'TH01': {'6': 0.25, '9.3': 0.75}}
    #[staticmethod]
    #[pyo3(signature = (profiles, rare=None, *, n=None, silent=None, x_linked=None, linked=None, name="estimated"),
        text_signature = "(profiles, rare='5/2N', *, n=None, silent=None, x_linked=None, linked=None, name='estimated')")]
    #[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
    fn estimate<'py>(
        py: Python<'py>,
        profiles: &Bound<'py, PyAny>,
        rare: Option<&Bound<'py, PyAny>>,
        n: Option<&Bound<'py, PyAny>>,
        silent: Option<&Bound<'py, PyMapping>>,
        x_linked: Option<&Bound<'py, PyAny>>,
        linked: Option<&Bound<'py, PyMapping>>,
        name: &str,
    ) -> PyResult<Self> {
        let profiles = self::profiles(profiles)?;
        let builder = py.detach(|| {
            let mut counts = core::AlleleCounts::default();
            profiles.iter().try_for_each(|profile| counts.add(profile))?;
            counts.into_builder(name)
        });
        let usual = PyString::new(py, "5/2N").into_any();
        let rare = Some(rare.unwrap_or(&usual));
        Keywords { n, rare, silent, x_linked, linked }.build(py, builder.or_raise(py)?)
    }

    /// The name.
    #[getter]
    fn name(&self) -> &str {
        self.inner.name()
    }

    /// Where the numbers are from; empty where it was not said.
    #[getter]
    fn provenance(&self) -> &str {
        self.inner.provenance()
    }

    /// The first 16 hexadecimal digits of a SHA-256 over all numbers: what results name beside the name.
    #[getter]
    fn digest(&self) -> &str {
        self.inner.digest()
    }

    /// The rule for rare alleles in words, None where there is none.
    #[getter]
    fn rare(&self) -> Option<String> {
        self.inner.rare().map(|rule| rule.to_string())
    }

    /// The loci, in their order.
    #[getter]
    fn loci<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.inner.loci().iter().map(|table| table.locus().name()))
    }

    /// The frequency of an allele, raised to the least frequency of the rule for rare alleles.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     The table has no such locus, the allele is not named, or it has no frequency and there is no rule.
    fn frequency(&self, py: Python<'_>, locus: &str, allele: &Bound<'_, PyAny>) -> PyResult<f64> {
        let allele: Allele = alleles::text(allele)?.parse().or_raise(py)?;
        self.inner.frequency(Locus::new(locus).or_raise(py)?, allele).or_raise(py)
    }

    /// How many alleles were counted at a locus (two for each person at an autosomal one), None where that is not known.
    fn counted(&self, py: Python<'_>, locus: &str) -> PyResult<Option<u64>> {
        Ok(self.inner.at(Locus::new(locus).or_raise(py)?).and_then(core::LocusFrequencies::counted))
    }

    /// The same table with another rule for rare alleles; None takes it away.
    #[pyo3(signature = (rare))]
    fn with_rare(&self, py: Python<'_>, rare: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let rare = rare.map(rare_of).transpose()?;
        Ok(Self::from(self.inner.with_rare(rare).or_raise(py)?))
    }

    /// The same table with each locus's frequencies multiplied so that they, and its silent alleles, sum to 1.
    fn normalised(&self, py: Python<'_>) -> PyResult<Self> {
        Ok(Self::from(self.inner.normalised().or_raise(py)?))
    }

    /// The frequencies as given: a dictionary of alleles for each locus.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for table in self.inner.loci() {
            let alleles = PyDict::new(py);
            for (allele, frequency) in table.alleles() {
                alleles.set_item(allele.to_string(), frequency)?;
            }
            dict.set_item(table.locus().name(), alleles)?;
        }
        Ok(dict)
    }

    fn __len__(&self) -> usize {
        self.inner.loci().len()
    }

    fn __contains__(&self, locus: &str) -> bool {
        Locus::new(locus).is_ok_and(|locus| self.inner.at(locus).is_some())
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (Bound<'py, PyBytes>,)>> {
        reduced::<Self, _>(py, (frozen(py, &Record::of(&self.inner))?,))
    }

    /// Undoes ``__reduce__``; the state is checked like any other input.
    #[staticmethod]
    fn _restore(py: Python<'_>, state: &[u8]) -> PyResult<Self> {
        Ok(Self::from(thawed::<Record>(py, state)?.table().or_raise(py)?))
    }

    fn __repr__(&self) -> String {
        let rare = self
            .rare()
            .map_or_else(|| ", no rule for rare alleles".to_owned(), |r| format!(", rare alleles {r}"));
        format!("<Frequencies {:?}: {} loci{rare}>", self.inner.name(), self.inner.loci().len())
    }
}
