//! `ProfileComparison`: two profiles under a rule, locus by locus.

use super::alleles;
use super::profile::Profile;
use super::rule::{RuleArgument, name_of};
use crate::candidates::escaped;
use crate::convert::{Reduced, frozen, reduced, thawed};
use crate::fingerprint::comparison::Method;
use matcher_core::dna::compare as core;
use matcher_core::dna::compare::{Outcome, Victims};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use std::fmt::Write;
use std::sync::Arc;

/// What the comparison of two profiles under a rule says: a verdict a locus, and one for the whole.
///
/// It shows no allele. The counts go over the loci that either profile has and the rule compares: ``matches`` +
/// ``wildcards`` + ``mismatches`` + ``not_compared`` is their number.
///
/// Examples
/// --------
/// >>> from matcher.dna import Profile, Rule, compare
/// >>> trace = Profile("trace", {"TH01": ("9.3", None), "FGA": ("22", "24"), "vWA": ("17", "18")})
/// >>> person = Profile("person", {"TH01": ("8", "9.3"), "FGA": ("22", "24"), "vWA": ("17", "17")})
/// >>> comparison = compare(trace, person, Rule("high", min_loci=2, max_mismatches=1))
/// >>> comparison.hit, comparison.outcome
/// (False, 'no_hit')
/// >>> comparison.loci
/// {'FGA': 'agrees', 'TH01': 'wildcard', 'vWA': 'partial'}
/// >>> comparison.matches, comparison.wildcards, comparison.mismatches
/// (1, 1, 1)
#[pyclass(frozen, module = "matcher.dna")]
#[derive(Clone)]
pub(crate) struct ProfileComparison {
    inner: Arc<core::ProfileComparison>,
}

impl From<core::ProfileComparison> for ProfileComparison {
    fn from(comparison: core::ProfileComparison) -> Self {
        Self { inner: Arc::new(comparison) }
    }
}

#[pymethods]
impl ProfileComparison {
    /// Whether the rule is met.
    #[getter]
    fn hit(&self) -> bool {
        self.inner.is_hit()
    }

    /// "hit", "no_hit", or "not_comparable": too few loci in common, or a profile that the rule does not admit. The last
    /// is no statement against identity.
    #[getter]
    fn outcome(&self) -> &'static str {
        match self.inner.outcome {
            Outcome::Hit => "hit",
            Outcome::NoHit => "no_hit",
            Outcome::NotComparable(_) => "not_comparable",
        }
    }

    /// Why the profiles are not comparable; None where they are.
    #[getter]
    fn reason(&self) -> Option<&str> {
        match &self.inner.outcome {
            Outcome::NotComparable(reason) => Some(reason),
            _ => None,
        }
    }

    /// The verdict at each locus that either profile has and the rule compares, in the order of loci.
    ///
    /// "agrees": at the stringency of the rule. "wildcard": agrees only if an allele that is not known is the right one.
    /// "partial": shares an allele, and fails the rule. "excluded": shares none. "not_compared": one of the two has
    /// nothing known there.
    #[getter]
    fn loci<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for at in &self.inner.loci {
            dict.set_item(at.locus.name(), name_of(&at.verdict))?;
        }
        Ok(dict)
    }

    /// The strictest stringency at which each of these loci agrees: "high", "moderate" or "low"; None where no allele is
    /// shared or the locus was not compared.
    #[getter]
    fn stringencies<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for at in &self.inner.loci {
            dict.set_item(at.locus.name(), at.stringency.as_ref().map(name_of))?;
        }
        Ok(dict)
    }

    /// Loci that agree; those that agree only by a wildcard are counted apart.
    #[getter]
    fn matches(&self) -> usize {
        self.inner.counts.agreeing
    }

    /// Loci that agree only by a wildcard.
    #[getter]
    fn wildcards(&self) -> usize {
        self.inner.counts.wildcards
    }

    /// Loci that share an allele, and fail the rule; ``mismatches`` has them too.
    #[getter]
    fn partials(&self) -> usize {
        self.inner.counts.partials
    }

    /// Loci that share no allele; ``mismatches`` has them too.
    #[getter]
    fn excluded(&self) -> usize {
        self.inner.counts.excluded
    }

    /// Loci that were compared and fail the rule, ``partials`` and ``excluded`` together: what ``max_mismatches`` of a
    /// rule counts.
    #[getter]
    fn mismatches(&self) -> usize {
        self.inner.counts.mismatches()
    }

    /// Loci at which one of the two has nothing known.
    #[getter]
    fn not_compared(&self) -> usize {
        self.inner.counts.not_compared
    }

    /// The worst stringency among the loci that are no mismatches; None where there are none.
    #[getter]
    fn stringency(&self) -> Option<String> {
        self.inner.stringency.as_ref().map(name_of)
    }

    /// The class of a hit under a rule that knows classes: 1 all alleles are equal, 2 some agree by a wildcard, 3 one
    /// differs by less than a repeat, 4 one differs. None under other rules and where there is no hit.
    #[getter]
    fn quality(&self) -> Option<u8> {
        self.inner.quality.map(core::Quality::number)
    }

    /// The rule that was applied.
    #[getter]
    fn method(&self) -> Method {
        Method::from(&self.inner.method)
    }

    /// Everything as plain Python objects, ready for JSON.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("hit", self.hit())?;
        dict.set_item("outcome", self.outcome())?;
        dict.set_item("reason", self.reason())?;
        dict.set_item("loci", self.loci(py)?)?;
        dict.set_item("stringencies", self.stringencies(py)?)?;
        dict.set_item("matches", self.matches())?;
        dict.set_item("wildcards", self.wildcards())?;
        dict.set_item("partials", self.partials())?;
        dict.set_item("excluded", self.excluded())?;
        dict.set_item("mismatches", self.mismatches())?;
        dict.set_item("not_compared", self.not_compared())?;
        dict.set_item("stringency", self.stringency())?;
        dict.set_item("quality", self.quality())?;
        dict.set_item("method", self.inner.method.to_string())?;
        Ok(dict)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self.inner == other.get().inner)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Reduced<'py, (Bound<'py, PyBytes>,)>> {
        reduced::<Self, _>(py, (frozen(py, &*self.inner)?,))
    }

    /// Undoes ``__reduce__``.
    #[staticmethod]
    fn _restore(py: Python<'_>, state: &[u8]) -> PyResult<Self> {
        Ok(Self::from(thawed::<core::ProfileComparison>(py, state)?))
    }

    fn _repr_html_(&self) -> String {
        let mut html = String::from(
            "<table><thead><tr><th>locus</th><th>verdict</th><th>stringency</th></tr></thead><tbody>",
        );
        for at in &self.inner.loci {
            let stringency = at.stringency.as_ref().map_or_else(|| "–".to_owned(), name_of);
            let verdict = name_of(&at.verdict).replace('_', " ");
            let locus = escaped(at.locus.name());
            // Writing into a string cannot fail.
            let _ = write!(html, "<tr><td>{locus}</td><td>{verdict}</td><td>{stringency}</td></tr>");
        }
        let _ = write!(html, "</tbody></table><p>{}</p>", escaped(&self.summary()));
        html
    }

    fn __repr__(&self) -> String {
        format!("<ProfileComparison: {}>", self.summary())
    }
}

impl ProfileComparison {
    fn summary(&self) -> String {
        let counts = self.inner.counts;
        let why = self.reason().map_or_else(String::new, |reason| format!(" ({reason})"));
        format!(
            "{}{why}; {} agree, {} by wildcard, {} fail, {} not compared",
            self.outcome().replace('_', " "),
            counts.agreeing,
            counts.wildcards,
            counts.mismatches(),
            counts.not_compared
        )
    }
}

/// Compares two profiles under a rule.
///
/// Parameters
/// ----------
/// a, b : Profile
///     In either order: the verdicts are the same.
/// rule : Rule or str
///     A rule, or the name of a shipped one.
/// victim_a, victim_b : Profile, optional
///     A known victim whose alleles are explained in a mixture; they count where both profiles are mixtures and the rule
///     compares mixtures by their contributors.
///
/// Returns
/// -------
/// ProfileComparison
///
/// Examples
/// --------
/// >>> from matcher.dna import Profile, compare
/// >>> profile = Profile("a", {"FGA": ("21", "22")})
/// >>> compare(profile, profile, "codis_moderate").reason
/// '1 loci can be compared, and 8 must agree'
#[pyfunction]
#[pyo3(signature = (a, b, rule, victim_a=None, victim_b=None))]
pub(crate) fn compare_profiles(
    a: &Bound<'_, Profile>,
    b: &Bound<'_, Profile>,
    rule: RuleArgument,
    victim_a: Option<&Bound<'_, Profile>>,
    victim_b: Option<&Bound<'_, Profile>>,
) -> ProfileComparison {
    let victim = |profile: Option<&Bound<'_, Profile>>| profile.map(|profile| profile.get().inner.clone());
    let (of_a, of_b) = (victim(victim_a), victim(victim_b));
    let victims = Victims { a: of_a.as_deref(), b: of_b.as_deref() };
    ProfileComparison::from(core::compare(&a.get().inner, &b.get().inner, &rule.0, victims))
}

/// The strictest stringency at which two genotypes agree.
///
/// Alleles that are not known, wildcards and ``"OL"`` take the most favourable value, so they never lose a hit.
///
/// Parameters
/// ----------
/// a, b : tuple
///     The alleles of each genotype, as in :class:`Profile`.
///
/// Returns
/// -------
/// {"high", "moderate", "low"} or None
///     None where they share no allele.
///
/// Examples
/// --------
/// >>> from matcher.dna import stringency
/// >>> stringency((13, 13), (13, 14)), stringency((12, 13), (13, 14)), stringency((12, 13), (14, 14))
/// ('moderate', 'low', None)
#[pyfunction]
pub(crate) fn stringency(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let (a, b) = (alleles::genotype(a, "a")?, alleles::genotype(b, "b")?);
    Ok(core::stringency(&a, &b).as_ref().map(name_of))
}
