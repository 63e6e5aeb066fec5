//! `kinship_lr`: two profiles under two relations.

use super::arguments::{MutationArgument, check_dropout, model, mutation_object};
use super::report::shown;
use super::{json_text, plain_dict, unit_name};
use crate::candidates::escaped;
use crate::dna::frequency_arguments::FrequenciesArgument;
use crate::dna::profile::Profile;
use crate::errors::{OrRaise, invalid};
use crate::fingerprint::comparison::Method;
use matcher_core::dna::kinship as core;
use matcher_core::dna::kinship::{PairContribution, Relation};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::fmt::Write;
use std::sync::Arc;

/// How much likelier two profiles are under one relation than under another, locus by locus.
///
/// Examples
/// --------
/// >>> from matcher.dna import Frequencies, Profile, kinship_lr
/// >>> table = Frequencies({"TH01": {"6": 0.2, "9.3": 0.8}, "FGA": {"21": 0.5, "22": 0.5}}, name="example")
/// >>> a = Profile("A", {"TH01": ("6", "9.3"), "FGA": ("21", "21")})
/// >>> b = Profile("B", {"TH01": ("6", "6"), "FGA": ("22", "22")})
/// >>> answer = kinship_lr(a, b, "parent-child", table)
/// >>> answer.log10_lr, answer.excluding
/// (-inf, ['FGA'])
/// >>> print(answer)
/// parent-child against unrelated, 2 loci: log10 LR -inf
#[pyclass(frozen, module = "matcher.dna")]
pub(crate) struct PairwiseKinship {
    inner: Arc<core::PairwiseKinship>,
}

impl From<core::PairwiseKinship> for PairwiseKinship {
    fn from(answer: core::PairwiseKinship) -> Self {
        Self { inner: Arc::new(answer) }
    }
}

#[pymethods]
impl PairwiseKinship {
    /// The logarithm of the likelihood ratio: -inf where the relation is impossible, inf where the other one is, None where
    /// both are and where no locus counts.
    #[getter]
    fn log10_lr(&self) -> Option<f64> {
        self.inner.log10_lr.value()
    }

    /// The same at each locus that is counted; two linked loci stand together, as "D5S818 + CSF1PO".
    #[getter]
    fn per_locus<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (loci, contribution) in &self.inner.per_locus {
            if let PairContribution::Counted(ratio) = contribution {
                dict.set_item(unit_name(loci), ratio.value())?;
            }
        }
        Ok(dict)
    }

    /// The loci that both have and that are not counted, with the reason.
    #[getter]
    fn not_counted<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (loci, contribution) in &self.inner.per_locus {
            if let PairContribution::NotCounted(reason) = contribution {
                dict.set_item(unit_name(loci), reason.to_string())?;
            }
        }
        Ok(dict)
    }

    /// How many loci are counted.
    #[getter]
    fn counted(&self) -> usize {
        self.inner.counted()
    }

    /// The loci that exclude the relation.
    #[getter]
    fn excluding(&self) -> Vec<String> {
        self.inner.excluding().map(unit_name).collect()
    }

    /// The relation.
    #[getter]
    fn relation(&self) -> String {
        self.inner.relation.to_string()
    }

    /// What it is compared against.
    #[getter]
    fn against(&self) -> String {
        self.inner.against.to_string()
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

    /// What else whoever reads it should know: sexes that do not fit.
    #[getter]
    fn remarks(&self) -> Vec<&str> {
        self.inner.remarks.iter().map(String::as_str).collect()
    }

    /// The name of the frequency table.
    #[getter]
    fn population(&self) -> &str {
        &self.inner.population
    }

    /// The method; its configuration covers relations, theta, mutation and every number of the table.
    #[getter]
    fn method(&self) -> Method {
        Method::from(&self.inner.method)
    }

    /// Everything as plain Python objects, ready for JSON, which has no infinity: "-inf", "inf" and "undefined" are text.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = plain_dict(py, &*self.inner)?;
        let per_locus = PyDict::new(py);
        for (loci, contribution) in &self.inner.per_locus {
            if let PairContribution::Counted(ratio) = contribution {
                per_locus.set_item(unit_name(loci), crate::convert::plain(py, ratio)?)?;
            }
        }
        dict.set_item("relation", self.relation())?;
        dict.set_item("against", self.against())?;
        dict.set_item("per_locus", per_locus)?;
        dict.set_item("not_counted", self.not_counted(py)?)?;
        dict.set_item("counted", self.counted())?;
        dict.set_item("method", self.inner.method.to_string())?;
        Ok(dict)
    }

    /// The same as the text of a JSON document.
    ///
    /// Parameters
    /// ----------
    /// indent : int, optional
    ///     Blanks a level; on one line unless given.
    ///
    /// Returns
    /// -------
    /// str
    #[pyo3(signature = (indent=None))]
    fn to_json(&self, py: Python<'_>, indent: Option<usize>) -> PyResult<String> {
        json_text(py, self.to_dict(py)?.as_any(), indent)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn _repr_html_(&self) -> String {
        let mut html = String::from("<table><thead><tr><th>locus</th><th>log10 LR</th></tr></thead><tbody>");
        for (loci, contribution) in &self.inner.per_locus {
            let what = match contribution {
                PairContribution::Counted(ratio) => shown(*ratio),
                PairContribution::NotCounted(reason) => reason.to_string(),
            };
            // Writing into a string cannot fail.
            let _ =
                write!(html, "<tr><td>{}</td><td>{}</td></tr>", escaped(&unit_name(loci)), escaped(&what));
        }
        let _ = write!(html, "</tbody></table><p>{}</p>", escaped(&self.inner.to_string()));
        html
    }

    fn __str__(&self) -> String {
        self.inner.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<PairwiseKinship: {}>", self.inner)
    }
}

/// A relation by name, by (k0, k1, k2), or by the nine condensed identity coefficients.
pub(crate) struct RelationArgument(pub(crate) Relation);

impl<'py> FromPyObject<'_, 'py> for RelationArgument {
    type Error = PyErr;
    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let py = object.py();
        if let Ok(name) = object.cast::<PyString>() {
            return Ok(Self(name.to_str()?.parse().or_raise(py)?));
        }
        let wrong = || -> PyErr {
            let kind = object.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
            let expected = "a name, (k0, k1, k2) or nine identity coefficients";
            PyTypeError::new_err(format!("relation is {kind}, expected {expected}"))
        };
        let numbers = object.try_iter().map_err(|_| wrong())?;
        let numbers: Vec<f64> =
            numbers.map(|number| number?.extract::<f64>()).collect::<PyResult<_>>().map_err(|_| wrong())?;
        let relation = match (<[f64; 3]>::try_from(numbers.as_slice()), <[f64; 9]>::try_from(&*numbers)) {
            (Ok([k0, k1, k2]), _) => Relation::ibd_coefficients(k0, k1, k2),
            (_, Ok(states)) => Relation::jacquard(states),
            _ => {
                let expected = "3 (k0, k1, k2) or 9 (condensed identity states)";
                return Err(invalid(py, "number of coefficients of a relation", numbers.len(), expected));
            }
        };
        Ok(Self(relation.or_raise(py)?))
    }
}

/// How much likelier two profiles are if two people are so related than if they are related otherwise.
///
/// Parameters
/// ----------
/// a, b : Profile
///     Of one person each, with different ids.
/// relation : str or sequence of float
///     What ``a`` is to ``b``: "identical", "parent-child", "full-siblings", "half-siblings", "grandparent", "avuncular",
///     "first-cousins", "double-first-cousins", "half-avuncular", "half-first-cousins", "great-grandparent",
///     "first-cousins-once-removed", "second-cousins" or "unrelated"; or (k0, k1, k2), the probabilities of 0, 1 and 2 genes
///     identical by descent; or the nine condensed identity coefficients of Jacquard, for people who are inbred.
/// frequencies : Frequencies or str
///     Of the population; the name of a table that comes with the library will do.
/// theta : float, default 0
///     Co-ancestry: at least 0, less than 1.
/// mutation : Mutation or dict of str to Mutation, optional
///     As in :func:`kinship`. A relation by coefficients knows no mutation: that is an error.
/// against : str or sequence of float, default "unrelated"
///     What it is compared against.
/// prune_untyped : bool, default False
///     As in :func:`kinship`.
/// dropout : dict of str to float, optional
///     Probability that an allele was lost, by the id of the profile.
///
/// Returns
/// -------
/// PairwiseKinship
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     A profile is a mixture, both have one id, the relation is none, or as in :func:`kinship`.
///
/// Examples
/// --------
/// >>> from matcher import simulate
/// >>> from matcher.dna import kinship_lr
/// >>> a, b = simulate.profiles(2, "nist1036-cauc", seed=7)
/// >>> kinship_lr(a, b, "full-siblings", "nist1036-cauc").log10_lr < 0
/// True
/// >>> siblings = kinship_lr(a, b, (0.25, 0.5, 0.25), "nist1036-cauc", theta=0.01)
/// >>> siblings.counted, siblings.relation
/// (29, 'k=(0.25, 0.5, 0.25)')
#[pyfunction]
#[pyo3(signature = (a, b, relation, frequencies, theta=0.0, mutation=None, against=None, prune_untyped=false, *,
    dropout=None), text_signature = "(a, b, relation, frequencies, theta=0.0, mutation=None, against='unrelated', \
    prune_untyped=False, *, dropout=None)")]
#[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
pub(crate) fn kinship_lr(
    py: Python<'_>,
    a: &Bound<'_, Profile>,
    b: &Bound<'_, Profile>,
    relation: RelationArgument,
    frequencies: FrequenciesArgument,
    theta: f64,
    mutation: Option<MutationArgument>,
    against: Option<RelationArgument>,
    prune_untyped: bool,
    dropout: Option<&Bound<'_, PyAny>>,
) -> PyResult<PairwiseKinship> {
    let against = against.map_or(Relation::Unrelated, |against| against.0);
    let model = model(py, theta, mutation, prune_untyped, dropout)?;
    let (a, b) = (&a.get().inner, &b.get().inner);
    if !model.dropout.is_empty() {
        check_dropout(py, &model, &[(**a).clone(), (**b).clone()])?;
    }
    let answer = py.detach(|| core::kinship_lr(a, b, relation.0, against, &frequencies.0, &model));
    Ok(PairwiseKinship::from(answer.or_raise(py)?))
}
