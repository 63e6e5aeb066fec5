//! `match_probability`, and what to expect of a whole database.

use super::frequency_arguments::{FrequenciesArgument, loci_of};
use super::profile::Profile;
use crate::candidates::escaped;
use crate::convert::plain;
use crate::errors::{OrRaise, invalid};
use crate::fingerprint::comparison::Method;
use matcher_core::dna::database;
use matcher_core::dna::likelihood as core;
use matcher_core::dna::likelihood::LocusProbability;
use matcher_core::units::{Log10, Theta};
use numpy::{PyArray2, ToPyArray};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::fmt::Write;
use std::sync::Arc;

/// How probable it is that another person, not related, has the alleles of a profile, and all that was assumed.
///
/// Examples
/// --------
/// >>> from matcher.dna import Frequencies, Profile, match_probability
/// >>> table = Frequencies({"TH01": {"6": 0.2, "9.3": 0.3, "7": 0.5}, "FGA": {"21": 0.2, "22": 0.8}})
/// >>> profile = Profile("C-17", {"TH01": ("6", "9.3"), "FGA": ("21", "21"), "AMEL": ("X", "Y")})
/// >>> answer = match_probability(profile, table, theta=0)
/// >>> round(answer.probability, 6), answer.counted
/// (0.0048, 2)
/// >>> answer.not_counted
/// {'Amelogenin': 'not an autosomal locus'}
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct MatchProbability {
    inner: Arc<core::MatchProbability>,
}

#[pymethods]
impl MatchProbability {
    /// Base-10 logarithm of the product over the loci that are counted; 0 (everybody agrees) where none is.
    #[getter]
    fn log10(&self) -> f64 {
        self.inner.log10.value()
    }

    /// The product itself; 0 where it is smaller than any number of its type.
    #[getter]
    fn probability(&self) -> f64 {
        self.inner.log10.number()
    }

    /// The probability at each locus of the profile, in their order; None where it is not counted.
    #[getter]
    fn per_locus<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (locus, contribution) in &self.inner.per_locus {
            let probability = match contribution {
                LocusProbability::Counted(probability) => Some(*probability),
                LocusProbability::NotCounted(_) => None,
            };
            dict.set_item(locus.name(), probability)?;
        }
        Ok(dict)
    }

    /// The loci that are not counted, with the reason.
    #[getter]
    fn not_counted<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (locus, reason) in self.inner.not_counted() {
            dict.set_item(locus.name(), reason.to_string())?;
        }
        Ok(dict)
    }

    /// How many loci are counted.
    #[getter]
    fn counted(&self) -> usize {
        self.inner.counted()
    }

    /// How theta entered: "4.1", "4.10" or "inbreeding".
    #[getter]
    fn formula(&self) -> String {
        self.inner.formula.to_string()
    }

    /// Theta.
    #[getter]
    fn theta(&self) -> f64 {
        self.inner.theta.value()
    }

    /// The rule for rare alleles in words, None where there is none.
    #[getter]
    fn rare(&self) -> Option<String> {
        self.inner.rare.map(|rule| rule.to_string())
    }

    /// The name of the frequency table.
    #[getter]
    fn population(&self) -> &str {
        &self.inner.population
    }

    /// The method; its configuration covers formula, theta and every number of the table.
    #[getter]
    fn method(&self) -> Method {
        Method::from(&self.inner.method)
    }

    /// Everything as plain Python objects, ready for JSON.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("log10", plain(py, &self.inner.log10)?)?;
        dict.set_item("per_locus", self.per_locus(py)?)?;
        dict.set_item("not_counted", self.not_counted(py)?)?;
        dict.set_item("counted", self.counted())?;
        dict.set_item("formula", self.formula())?;
        dict.set_item("theta", self.theta())?;
        dict.set_item("rare", self.rare())?;
        dict.set_item("population", self.population())?;
        dict.set_item("method", self.inner.method.to_string())?;
        Ok(dict)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn _repr_html_(&self) -> String {
        let mut html =
            String::from("<table><thead><tr><th>locus</th><th>probability</th></tr></thead><tbody>");
        for (locus, contribution) in &self.inner.per_locus {
            let shown = match contribution {
                LocusProbability::Counted(probability) => format!("{probability:.3e}"),
                LocusProbability::NotCounted(reason) => reason.to_string(),
            };
            let (locus, shown) = (escaped(locus.name()), escaped(&shown));
            // Writing into a string cannot fail.
            let _ = write!(html, "<tr><td>{locus}</td><td>{shown}</td></tr>");
        }
        let _ = write!(html, "</tbody></table><p>{}</p>", escaped(&self.summary()));
        html
    }

    fn __repr__(&self) -> String {
        format!("<MatchProbability: {}>", self.summary())
    }
}

impl MatchProbability {
    fn summary(&self) -> String {
        let answer = &self.inner;
        format!(
            "log10 {:.2} over {} loci, {:?}, formula {}, theta {}",
            answer.log10.value(),
            answer.counted(),
            answer.population,
            answer.formula,
            answer.theta
        )
    }
}

/// The probability that a person who is not related to the source of a profile has its alleles.
///
/// Parameters
/// ----------
/// profile : Profile
///     Of one person. What is open in it makes the probability larger, never smaller.
/// frequencies : Frequencies or str
///     Of the population that the other person is of; the name of a table that comes with the library will do.
/// theta : float, default 0.01
///     Co-ancestry: at least 0, less than 1.
/// formula : {"4.10", "4.1", "inbreeding"}
///     How theta enters, as text: the formulas of NRC II (1996).
///
/// Returns
/// -------
/// MatchProbability
///     X and Y loci and amelogenin are not counted; loci are taken as independent. A relative is far likelier to agree.
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     The profile is a mixture, or an allele has no frequency and the table no rule for rare alleles.
///
/// Examples
/// --------
/// >>> from matcher.dna import Profile, match_probability
/// >>> profile = Profile("C-17", {"TH01": ("9.3", "9.3"), "FGA": ("22", None)})
/// >>> match_probability(profile, "nist1036-cauc")
/// <MatchProbability: log10 ... over 2 loci, "nist1036-cauc", formula 4.10, theta 0.01>
#[pyfunction]
#[pyo3(signature = (profile, frequencies, theta=0.01, formula="4.10"))]
pub(crate) fn match_probability(
    py: Python<'_>,
    profile: &Bound<'_, Profile>,
    frequencies: FrequenciesArgument,
    theta: f64,
    formula: &str,
) -> PyResult<MatchProbability> {
    let (theta, formula) = (Theta::new(theta).or_raise(py)?, formula.parse().or_raise(py)?);
    let answer =
        core::match_probability(&profile.get().inner, &frequencies.0, theta, formula).or_raise(py)?;
    Ok(MatchProbability { inner: Arc::new(answer) })
}

/// How many pairs of a database of people who are not related are expected to agree at how many loci.
///
/// Parameters
/// ----------
/// frequencies : Frequencies or str
///     Used as given: :meth:`Frequencies.normalised` first, where they do not sum to 1.
/// loci : iterable of str
///     The loci that are compared.
/// n : int
///     People.
/// theta : float, default 0.01
///     Co-ancestry: at least 0, less than 1.
///
/// Returns
/// -------
/// numpy.ndarray
///     Element [i, j]: pairs with the same genotype at i loci and one shared allele at j (Weir 2004).
///
/// Examples
/// --------
/// >>> from matcher import dna
/// >>> expected = dna.expected_pairs("nist1036-cauc", dna.kit("ESS 7").loci, n=1000)
/// >>> expected.shape, round(expected.sum())
/// ((8, 8), 499500)
#[pyfunction]
#[pyo3(signature = (frequencies, loci, n, theta=0.01))]
pub(crate) fn expected_pairs<'py>(
    py: Python<'py>,
    frequencies: FrequenciesArgument,
    loci: &Bound<'py, PyAny>,
    n: u64,
    theta: f64,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let (loci, theta) = (loci_of(py, loci)?, Theta::new(theta).or_raise(py)?);
    let matrix = py.detach(|| database::expected_matrix(&frequencies.0, &loci, n, theta));
    Ok(matrix.or_raise(py)?.to_pyarray(py))
}

/// How many hits to expect by chance alone in a search of a database, and the probability of one or more.
///
/// Parameters
/// ----------
/// n : int
///     People in the database, none of whom is the source or related to it.
/// log10_rmp : float
///     Base-10 logarithm of the random match probability.
///
/// Returns
/// -------
/// expected, at_least_one : float
///
/// Examples
/// --------
/// >>> from matcher import dna
/// >>> expected, at_least_one = dna.adventitious_hits(5_000_000, -7.0)
/// >>> round(expected, 3), round(at_least_one, 3)
/// (0.5, 0.393)
#[pyfunction]
pub(crate) fn adventitious_hits(py: Python<'_>, n: u64, log10_rmp: f64) -> PyResult<(f64, f64)> {
    let wrong = || invalid(py, "log10_rmp", log10_rmp, "a logarithm: a number, or -inf");
    let hits = database::in_search(n, Log10::new(log10_rmp).ok_or_else(wrong)?);
    Ok((hits.expected, hits.at_least_one))
}
