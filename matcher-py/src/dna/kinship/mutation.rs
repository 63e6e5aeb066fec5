//! `Mutation`: how alleles become others on the way from a parent to a child.

use crate::convert::{Reduced, floats, frozen, reduced, thawed};
use crate::dna::alleles;
use crate::dna::kinship::plain_dict;
use crate::errors::{OrRaise, invalid};
use matcher_core::Result as CoreResult;
use matcher_core::dna::Allele;
use matcher_core::dna::likelihood as core;
use matcher_core::dna::likelihood::{MutationModel, Transform};
use ndarray::Array2;
use numpy::{PyArray2, ToPyArray};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How alleles mutate on the way from fathers and from mothers to their children.
///
/// Made by :meth:`equal`, :meth:`proportional`, :meth:`stepwise`, :meth:`onestep`, :meth:`dawid` and, where fathers and
/// mothers differ, :meth:`by_sex`. Rates are probabilities a meiosis, 0 to 1, and there are no defaults for them: they are
/// those of the locus, from the laboratory's own sources.
///
/// A transform changes the matrix to be stationary ("PM") or reversible ("MH" Metropolis-Hastings, "BA" Barker, "PR"
/// preserved rate) for the frequencies of the population. Without it the equal, stepwise and one-step models are not
/// stationary: a likelihood then depends on how many untyped ancestors were written down.
///
/// Examples
/// --------
/// >>> from matcher.dna import Mutation
/// >>> Mutation.stepwise(0.002, rate2=1e-6, range=0.1, transform="PR")
/// <Mutation stepwise(rate=0.002, rate2=1e-6, range=0.1) PR>
/// >>> Mutation.equal(1.5)
/// Traceback (most recent call last):
///   ...
/// matcher.errors.InvalidValueError: mutation model equal: rate is 1.5, expected 0 to 1
#[pyclass(frozen, module = "matcher.dna")]
#[derive(Clone)]
pub(crate) struct Mutation {
    pub(crate) inner: core::Mutation,
}

fn made(py: Python<'_>, model: CoreResult<MutationModel>, transform: Option<&str>) -> PyResult<Mutation> {
    let transform: Option<Transform> = transform.map(str::parse).transpose().or_raise(py)?;
    Ok(Mutation { inner: model.or_raise(py)?.transformed(transform).into() })
}

#[pymethods]
impl Mutation {
    /// To all other alleles alike.
    ///
    /// Parameters
    /// ----------
    /// rate : float
    ///     Probability that an allele mutates.
    /// transform : {"MH", "BA", "PR", "PM"}, optional
    ///     How the matrix is made to fit the population.
    ///
    /// Returns
    /// -------
    /// Mutation
    #[staticmethod]
    #[pyo3(signature = (rate, transform=None))]
    fn equal(py: Python<'_>, rate: f64, transform: Option<&str>) -> PyResult<Self> {
        made(py, MutationModel::equal(rate), transform)
    }

    /// To other alleles as often as they are in the population: reversible as it is.
    ///
    /// Parameters
    /// ----------
    /// rate : float
    ///     Probability that an allele drawn from the population mutates.
    /// transform : {"MH", "BA", "PR", "PM"}, optional
    ///     How the matrix is made to fit the population; here none changes it.
    ///
    /// Returns
    /// -------
    /// Mutation
    #[staticmethod]
    #[pyo3(signature = (rate, transform=None))]
    fn proportional(py: Python<'_>, rate: f64, transform: Option<&str>) -> PyResult<Self> {
        made(py, MutationModel::proportional(rate), transform)
    }

    /// By steps of whole repeats, and seldom to alleles with another decimal.
    ///
    /// Parameters
    /// ----------
    /// rate : float
    ///     Probability of mutating by whole repeats.
    /// rate2 : float
    ///     Probability of mutating to an allele with another decimal, as from 9 to 9.3.
    /// range : float, default 0.1
    ///     How many times as likely each further step is. 0.1, so that two steps are ten times rarer than one, is the value
    ///     that the manuals of Familias and pedmut use throughout; it is not of your loci.
    /// transform : {"MH", "BA", "PR", "PM"}, optional
    ///     How the matrix is made to fit the population.
    ///
    /// Returns
    /// -------
    /// Mutation
    #[staticmethod]
    #[pyo3(signature = (rate, rate2, range=0.1, transform=None))]
    fn stepwise(
        py: Python<'_>,
        rate: f64,
        rate2: f64,
        range: f64,
        transform: Option<&str>,
    ) -> PyResult<Self> {
        made(py, MutationModel::stepwise(rate, rate2, range), transform)
    }

    /// To the neighbours, one repeat up or down.
    ///
    /// Parameters
    /// ----------
    /// rate : float
    ///     Probability that an allele mutates.
    /// transform : {"MH", "BA", "PR", "PM"}, optional
    ///     How the matrix is made to fit the population.
    ///
    /// Returns
    /// -------
    /// Mutation
    #[staticmethod]
    #[pyo3(signature = (rate, transform=None))]
    fn onestep(py: Python<'_>, rate: f64, transform: Option<&str>) -> PyResult<Self> {
        made(py, MutationModel::one_step(rate), transform)
    }

    /// By steps of whole repeats, reversibly (Dawid and others, 2002).
    ///
    /// Parameters
    /// ----------
    /// rate : float
    ///     Probability that an allele drawn from the population mutates.
    /// range : float, default 0.1
    ///     How many times as likely each further step is; see :meth:`stepwise`.
    /// transform : {"MH", "BA", "PR", "PM"}, optional
    ///     How the matrix is made to fit the population; here none is needed.
    ///
    /// Returns
    /// -------
    /// Mutation
    #[staticmethod]
    #[pyo3(signature = (rate, range=0.1, transform=None))]
    fn dawid(py: Python<'_>, rate: f64, range: f64, transform: Option<&str>) -> PyResult<Self> {
        made(py, MutationModel::dawid(rate, range), transform)
    }

    /// A model for fathers and one for mothers: men pass on more mutations.
    ///
    /// Parameters
    /// ----------
    /// male, female : Mutation
    ///     From a father, and from a mother, to a child.
    ///
    /// Returns
    /// -------
    /// Mutation
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import Mutation
    /// >>> Mutation.by_sex(male=Mutation.equal(0.003), female=Mutation.equal(0.0006))
    /// <Mutation fathers equal(rate=0.003), mothers equal(rate=0.0006)>
    #[staticmethod]
    #[pyo3(signature = (*, male, female))]
    fn by_sex(py: Python<'_>, male: &Bound<'_, Self>, female: &Bound<'_, Self>) -> PyResult<Self> {
        let (male, female) = (male.get().inner, female.get().inner);
        for (field, mutation) in [("male", male), ("female", female)] {
            if mutation.differs_by_sex() {
                return Err(invalid(py, field, mutation, "a model that is the same for both sexes"));
            }
        }
        Ok(Self { inner: core::Mutation::by_sex(male.male, female.female) })
    }

    /// Whether fathers and mothers have different models.
    #[getter]
    fn differs_by_sex(&self) -> bool {
        self.inner.differs_by_sex()
    }

    /// The probabilities of mutation between the alleles of a locus.
    ///
    /// Parameters
    /// ----------
    /// alleles : sequence of str or float
    ///     In any order; ``"OL"`` stands for all that are not listed.
    /// frequencies : array_like
    ///     One an allele; they sum to 1.
    /// sex : {"male", "female"}
    ///     Of the parent.
    ///
    /// Returns
    /// -------
    /// numpy.ndarray
    ///     Element [i, j]: the parent's allele i is allele j in the child. Rows sum to 1.
    ///
    /// Raises
    /// ------
    /// matcher.errors.InvalidValueError
    ///     There is no such matrix for these alleles; nothing is cut to fit.
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import Mutation
    /// >>> Mutation.onestep(0.002).matrix(["8", "9", "10"], [0.2, 0.3, 0.5]).tolist()
    /// [[0.998, 0.002, 0.0], [0.001, 0.998, 0.001], [0.0, 0.002, 0.998]]
    #[pyo3(signature = (alleles, frequencies, sex="male"))]
    fn matrix<'py>(
        &self,
        py: Python<'py>,
        alleles: &Bound<'py, PyAny>,
        frequencies: &Bound<'py, PyAny>,
        sex: &str,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let model = match sex {
            "male" => self.inner.male,
            "female" => self.inner.female,
            _ => return Err(invalid(py, "sex", format!("{sex:?}"), "\"male\" or \"female\"")),
        };
        let texts = alleles::texts(alleles, "alleles")?;
        let given: Vec<Allele> =
            texts.iter().map(|text| text.parse()).collect::<CoreResult<_>>().or_raise(py)?;
        let frequencies = floats(py, frequencies, "frequencies")?;
        let mut order: Vec<usize> = (0..given.len()).collect();
        order.sort_by_key(|&place| given[place]);
        let sorted: Vec<Allele> = order.iter().map(|&place| given[place]).collect();
        // Of another number, they are an error that the core words.
        let by_allele: Vec<f64> = if frequencies.len() == given.len() {
            order.iter().map(|&place| frequencies[place]).collect()
        } else {
            frequencies
        };
        let matrix = py.detach(|| model.matrix(&sorted, &by_allele)).or_raise(py)?;
        let mut as_given = Array2::zeros(matrix.dim());
        for ((i, j), probability) in matrix.indexed_iter() {
            as_given[[order[i], order[j]]] = *probability;
        }
        Ok(as_given.to_pyarray(py))
    }

    /// Everything as plain Python objects, ready for JSON; case files have the same names.
    ///
    /// Examples
    /// --------
    /// >>> from matcher.dna import Mutation
    /// >>> Mutation.equal(0.002).to_dict()
    /// {'male': {'model': 'equal', 'rate': 0.002}, 'female': {'model': 'equal', 'rate': 0.002}}
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        plain_dict(py, &self.inner)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.inner.to_string().hash(&mut hasher);
        hasher.finish()
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (Bound<'py, PyBytes>,)>> {
        reduced::<Self, _>(py, (frozen(py, &self.inner)?,))
    }

    /// Undoes ``__reduce__``; the state is checked like any other input.
    #[staticmethod]
    fn _restore(py: Python<'_>, state: &[u8]) -> PyResult<Self> {
        Ok(Self { inner: thawed(py, state)? })
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<Mutation {}>", self.inner)
    }
}
