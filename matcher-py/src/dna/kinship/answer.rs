//! `kinship`: hypotheses about how people are related, compared.

use super::across::KinshipAcross;
use super::arguments::{MutationArgument, Tables, check_dropout, hypotheses, model, people, priors};
use super::report::KinshipReport;
use crate::errors::OrRaise;
use matcher_core::dna;
use matcher_core::dna::kinship as core;
use pyo3::prelude::*;

/// Compares hypotheses about how people are related, by how likely their profiles are under each.
///
/// Genes of founders are drawn from the population, with theta jointly for all founders of a hypothesis; a child's gene is
/// a copy of one of a parent's two, which may have mutated; all that is hidden is summed over, exactly. Who has a profile
/// and is not named by a hypothesis is related to nobody in it. X-linked, silent and linked loci are those of the table.
///
/// Parameters
/// ----------
/// hypotheses : dict of str to Pedigree or list
///     By name, in their order: each is compared against the last. A list holds several pedigrees, families that are not
///     related, or the people of one as tuples.
/// profiles : dict of str to Profile, or iterable of Profile
///     By the id of the person in the pedigrees; without a dict the profiles' own ids are those of the people.
/// frequencies : Frequencies or str, or list of such
///     The population, or several to be laid side by side. A missing rule for rare alleles makes an allele that is not in
///     the table an error.
/// theta : float, default 0
///     Co-ancestry of all founders: at least 0, less than 1.
/// mutation : Mutation or dict of str to Mutation, optional
///     For all loci, or by locus; "default" stands for all that are not named, and None for no mutation, which is what
///     holds unless given.
/// prune_untyped : bool, default False
///     Whether founders who were not typed and have one child are left out, as Familias does without theta. Under models of
///     mutation that are not stationary this changes the number; the report says which convention was used.
/// dropout : dict of str to float, optional
///     Probability that an allele was lost, by the id of the person: at least 0, less than 1.
/// priors : dict of str to float, optional
///     Probability of each hypothesis before the profiles are looked at; the same for all unless given.
///
/// Returns
/// -------
/// KinshipReport or KinshipAcross
///     The latter for a list of tables.
///
/// Raises
/// ------
/// matcher.errors.InvalidValueError
///     A profile is a mixture or of nobody in any hypothesis, an allele has no frequency and the table no rule, the model
///     of mutation cannot hold for the alleles of a locus, or the question is too large to be answered exactly.
///
/// Examples
/// --------
/// Is he her father, or another man? The mother was typed.
///
/// >>> from matcher.dna import Frequencies, Mutation, Pedigree, Profile, kinship
/// >>> trio = Pedigree([("child", "man", "mother", 2), ("man", None, None, 1), ("mother", None, None, 2)])
/// >>> other = Pedigree([("child", None, "mother", 2), ("man", None, None, 1), ("mother", None, None, 2)])
/// >>> profiles = {
/// ...     "child": Profile("K2", {"TH01": ("6", "9.3"), "FGA": ("21", "24")}),
/// ...     "mother": Profile("K3", {"TH01": ("6", "7"), "FGA": ("22", "24")}),
/// ...     "man": Profile("K1", {"TH01": ("9.3", "9.3"), "FGA": ("22", "23")}),
/// ... }
/// >>> table = Frequencies.builtin("nist1036-cauc", rare="5/2N")
/// >>> report = kinship({"father": trio, "another man": other}, profiles, table, theta=0.01)
/// >>> report.log10_lr, report.impossible_at["father"]
/// (-inf, ['FGA'])
/// >>> mutation = Mutation.stepwise(0.002, rate2=1e-6, range=0.1)
/// >>> report = kinship({"father": trio, "another man": other}, profiles, table, theta=0.01, mutation=mutation)
/// >>> {locus: round(of["father"], 2) for locus, of in report.log10_lrs_per_locus.items()}
/// {'FGA': -2.54, 'TH01': 0.45}
///
/// In several populations, none of which is the right one for certain:
///
/// >>> tables = [Frequencies.builtin(f"nist1036-{name}", rare="5/2N") for name in ("afam", "asian", "cauc", "hisp")]
/// >>> answer = kinship({"father": trio, "another man": other}, profiles, tables, mutation=mutation)
/// >>> answer.minimum["father"] < answer.median["father"]
/// True
#[pyfunction]
#[pyo3(name = "kinship")]
#[pyo3(signature = (hypotheses, profiles, frequencies, *, theta=0.0, mutation=None, prune_untyped=false, dropout=None,
    priors=None))]
#[expect(clippy::too_many_arguments, reason = "keywords of the Python function")]
pub(crate) fn kinship_of<'py>(
    py: Python<'py>,
    hypotheses: &Bound<'py, PyAny>,
    profiles: &Bound<'py, PyAny>,
    frequencies: Tables,
    theta: f64,
    mutation: Option<MutationArgument>,
    prune_untyped: bool,
    dropout: Option<&Bound<'py, PyAny>>,
    priors: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let hypotheses = self::hypotheses(hypotheses)?;
    let people = people(profiles)?;
    let model = model(py, theta, mutation, prune_untyped, dropout)?;
    check_dropout(py, &model, &people)?;
    let priors = self::priors(priors, &hypotheses)?;
    let named: Vec<(&str, &core::Pedigree)> =
        hypotheses.iter().map(|(name, pedigree)| (name.as_str(), &*pedigree.inner)).collect();
    let typed: Vec<&dna::Profile> = people.iter().collect();
    match frequencies {
        Tables::One(table) => {
            let report = py.detach(|| core::kinship(&named, &typed, &table, &model, priors.as_deref()));
            Ok(KinshipReport::from(report.or_raise(py)?).into_pyobject(py)?.into_any())
        }
        Tables::Several(tables) => {
            let tables: Vec<&dna::Frequencies> = tables.iter().map(|table| &**table).collect();
            let answer =
                py.detach(|| core::kinship_across(&named, &typed, &tables, &model, priors.as_deref()));
            Ok(KinshipAcross::from(answer.or_raise(py)?).into_pyobject(py)?.into_any())
        }
    }
}
