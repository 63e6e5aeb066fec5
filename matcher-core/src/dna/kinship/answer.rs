//! Hypotheses about how people are related, compared.

use super::evidence::NotCounted;
use super::model::Model;
use super::pedigree::Pedigree;
use super::prepared::{Prepared, Unit};
use super::question::{Complete, complete};
use super::report::{Contribution, Hypothesis, KinshipReport, UnitReport, UsedFrequency};
use crate::dna::{Frequencies, Genotype, Locus, Profile, Sex};
use crate::error::{Error, Result};
use crate::provenance::Method;
use crate::units::{Log10, Log10Lr};

/// Version of the algorithm: rises whenever a likelihood may change.
const VERSION: u32 = 1;

/// How far from 1 priors may sum: people write thirds as 0.333.
const PRIORS: f64 = 0.005;

/// Compares hypotheses about how people are related, by the likelihood of their profiles.
///
/// # Method
/// For each locus and hypothesis the probability of all genotypes, given the pedigree: genes of founders are drawn from the
/// population, by the [sampling formula](crate::dna::likelihood::next_allele) with theta, jointly for all founders of all
/// families of the hypothesis; a child's gene is a copy of one of a parent's two, which may have mutated; all that is
/// hidden is summed over, by variable elimination ("peeling"), exactly. Alleles that nobody shows are one state where the
/// mutation model lets them be (none, equal, proportional). Loci that the table says are linked are summed over together,
/// with recombination. What is open in a genotype may be any allele; a homozygote may hide a silent allele where the table
/// has such.
///
/// Alleles that nobody shows share what those seen leave of 1. A profile of a person whom a hypothesis does not name is of
/// somebody unrelated in it. Profiles are found by id.
///
/// # Range and units
/// Logarithms to base 10. A hypothesis under which a genotype cannot be has the likelihood 0, the report names the loci.
/// Where no locus counts, every ratio is [undefined](Log10Lr::Undefined) and there is no posterior: nothing was compared.
///
/// # Limits
/// Y loci, mitochondrial sequences and amelogenin are not counted. Three linked loci in a row are an error. Theta with
/// many untyped founders and a mutation model that keeps every allele apart (stepwise) may be refused: what is too large
/// is an error and never an approximation.
///
/// # Errors
/// There is no hypothesis or no profile, two have one name, a profile is of nobody in any hypothesis, a prior is no
/// probability; or as [`Prepared::likelihood`].
///
/// # References
/// R. C. Elston, J. Stewart, Hum Hered 21 (1971) 523-542; T. Egeland, D. Kling, P. Mostad, *Relationship Inference with
/// Familias and R*, 2015; M. D. Vigeland, *Pedigree Analysis in R*, 2021.
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::{Model, Pedigree, kinship};
/// use matcher_core::dna::{Frequencies, Profile};
/// let table = Frequencies::builder("example").locus("TH01", [("6", 0.2), ("9.3", 0.3), ("7", 0.5)])?.build()?;
/// let trio = Pedigree::new([
///     ("C", Some("AF"), Some("M"), None),
///     ("AF", None, None, None),
///     ("M", None, None, None),
/// ])?;
/// let other = Pedigree::new([("C", None, Some("M"), None), ("M", None, None, None)])?; // AF is unrelated
/// let profile = |id: &str, alleles: [&str; 2]| Profile::new(id, [("TH01", alleles)]);
/// let (af, m, c) = (profile("AF", ["6", "9.3"])?, profile("M", ["7", "7"])?, profile("C", ["6", "7"])?);
/// let report = kinship(&[("father", &trio), ("other", &other)], &[&af, &m, &c], &table, &Model::default(), None)?;
/// // He hands on the 6 with probability 1/2, another man with probability 0.2.
/// assert!((report.log10_lr().and_then(|lr| lr.value()).unwrap() - 2.5_f64.log10()).abs() < 1e-12);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn kinship(
    hypotheses: &[(&str, &Pedigree)],
    profiles: &[&Profile],
    frequencies: &Frequencies,
    model: &Model,
    priors: Option<&[f64]>,
) -> Result<KinshipReport> {
    let priors = check(hypotheses, profiles, priors)?;
    if !model.dropout.is_empty() {
        model.check_dropout(&profiles.iter().map(|profile| profile.id()).collect::<Vec<&str>>())?;
    }
    let completed = complete(hypotheses, profiles)?;
    let of = |complete: &Complete| -> Vec<(usize, &Profile)> {
        profiles
            .iter()
            .filter_map(|profile| Some((complete.pedigree.find(profile.id())?, *profile)))
            .collect()
    };
    let prepared: Vec<Prepared<'_>> = completed
        .iter()
        .map(|complete| Prepared::new(&complete.pedigree, &of(complete), frequencies, model))
        .collect::<Result<_>>()?;
    let loci: Vec<Locus> =
        profiles.iter().flat_map(|profile| profile.loci()).map(|(locus, _)| *locus).collect();
    let mut units = Vec::new();
    for unit in Unit::of(&loci, frequencies)? {
        let contribution = contribution(&unit, &prepared)?;
        units.push(UnitReport { loci: unit.loci().to_vec(), contribution });
    }
    let mut answers: Vec<Hypothesis> = Vec::with_capacity(hypotheses.len());
    for (number, ((name, _), complete)) in hypotheses.iter().zip(&completed).enumerate() {
        let mut log10_likelihood = Log10::ONE;
        let mut impossible_at = Vec::new();
        for unit in &units {
            let Contribution::Counted { log10_likelihood: of, .. } = &unit.contribution else { continue };
            log10_likelihood += of[number];
            if of[number].is_impossible() {
                impossible_at.push(unit.name());
            }
        }
        let (prior, added) = (priors[number], complete.added.clone());
        answers.push(Hypothesis {
            name: (*name).to_owned(),
            log10_likelihood,
            log10_lr: Log10Lr::Undefined,
            prior,
            posterior: None,
            impossible_at,
            added,
        });
    }
    if units.iter().any(|unit| matches!(unit.contribution, Contribution::Counted { .. })) {
        compare(&mut answers);
    }
    Ok(KinshipReport {
        remarks: remarks(&answers, &completed, profiles),
        hypotheses: answers,
        frequencies: used(&units, profiles, frequencies)?,
        units,
        model: model.clone(),
        rare: frequencies.rare(),
        population: frequencies.name().to_owned(),
        method: Method::new("kinship", VERSION, &(model, frequencies.digest())),
    })
}

/// What must hold before anything is computed; gives the priors.
fn check(
    hypotheses: &[(&str, &Pedigree)],
    profiles: &[&Profile],
    priors: Option<&[f64]>,
) -> Result<Vec<f64>> {
    let number = hypotheses.len();
    if number == 0 {
        return Err(Error::invalid("", "number of hypotheses", 0, "1 or more"));
    }
    if profiles.is_empty() {
        return Err(Error::invalid("", "number of profiles", 0, "1 or more"));
    }
    for (at, (name, _)) in hypotheses.iter().enumerate() {
        if hypotheses[..at].iter().any(|(other, _)| other == name) {
            return Err(Error::invalid("hypotheses", "name", format!("{name:?} twice"), "a name of its own"));
        }
    }
    let Some(priors) = priors else { return Ok(vec![1.0 / number as f64; number]) };
    if priors.len() != number {
        return Err(Error::invalid(
            "",
            "number of priors",
            priors.len(),
            format!("{number}, one a hypothesis"),
        ));
    }
    if let Some(wrong) = priors.iter().find(|prior| !(0.0..=1.0).contains(*prior)) {
        return Err(Error::invalid("", "prior", wrong, "0 to 1"));
    }
    let sum: f64 = priors.iter().sum();
    if (sum - 1.0).abs() > PRIORS {
        return Err(Error::invalid("", "sum of priors", sum, "1"));
    }
    Ok(priors.iter().map(|prior| prior / sum).collect())
}

fn contribution(unit: &Unit, prepared: &[Prepared<'_>]) -> Result<Contribution> {
    let all: Vec<std::result::Result<Log10, NotCounted>> =
        prepared.iter().map(|prepared| prepared.likelihood(unit, &[])).collect::<Result<_>>()?;
    let log10_likelihood: Vec<Log10> = match all.into_iter().collect() {
        Ok(all) => all,
        Err(reason) => return Ok(Contribution::NotCounted(reason)),
    };
    let last = log10_likelihood[log10_likelihood.len() - 1]; // there is a hypothesis
    let log10_lr = log10_likelihood.iter().map(|&first| Log10Lr::of(first, last)).collect();
    Ok(Contribution::Counted { log10_likelihood, log10_lr })
}

/// Ratios against the last, and posteriors.
fn compare(hypotheses: &mut [Hypothesis]) {
    let Some(last) = hypotheses.last().map(|last| last.log10_likelihood) else { return };
    let weights =
        posteriors(hypotheses.iter().map(|hypothesis| (hypothesis.prior, hypothesis.log10_likelihood)));
    for (at, hypothesis) in hypotheses.iter_mut().enumerate() {
        hypothesis.log10_lr = Log10Lr::of(hypothesis.log10_likelihood, last);
        hypothesis.posterior = weights.as_ref().map(|weights| weights[at]);
    }
}

/// The probability of each of some possibilities, given its prior and the likelihood; `None` where all are impossible.
pub(crate) fn posteriors(of: impl Iterator<Item = (f64, Log10)>) -> Option<Vec<f64>> {
    let logarithm = |(prior, likelihood): (f64, Log10)| Log10::of(prior).map(|prior| prior + likelihood);
    let logarithms: Vec<Log10> = of.map(|each| logarithm(each).unwrap_or(Log10::IMPOSSIBLE)).collect();
    let largest = logarithms.iter().max().filter(|largest| !largest.is_impossible())?.value();
    let weights: Vec<f64> = logarithms.iter().map(|each| libm::exp10(each.value() - largest)).collect();
    let sum: f64 = weights.iter().sum();
    Some(weights.into_iter().map(|weight| weight / sum).collect())
}

/// The alleles that were seen at the counted loci, with their frequencies.
fn used(
    units: &[UnitReport],
    profiles: &[&Profile],
    frequencies: &Frequencies,
) -> Result<Vec<UsedFrequency>> {
    let mut used = Vec::new();
    for unit in units.iter().filter(|unit| matches!(unit.contribution, Contribution::Counted { .. })) {
        for &locus in &unit.loci {
            let Some(table) = frequencies.at(locus) else { continue };
            let genotypes = profiles.iter().filter_map(|profile| profile.get(locus));
            let mut alleles: Vec<_> = genotypes.flat_map(Genotype::alleles).copied().collect();
            alleles.retain(|allele| allele.is_designated());
            alleles.sort_unstable();
            alleles.dedup();
            for allele in alleles {
                let frequency = frequencies.frequency(locus, allele)?;
                let by_rule = table.frequency(allele) != Some(frequency);
                used.push(UsedFrequency { locus, allele, frequency, by_rule });
            }
        }
    }
    Ok(used)
}

fn remarks(answers: &[Hypothesis], completed: &[Complete], profiles: &[&Profile]) -> Vec<String> {
    let mut remarks = Vec::new();
    for (answer, complete) in answers.iter().zip(completed) {
        if !answer.added.is_empty() {
            let people = answer.added.join(", ");
            remarks.push(format!("{}: {people} not named, so related to nobody in it", answer.name));
        }
        for profile in profiles {
            let place = complete.pedigree.find(profile.id());
            let said = place.and_then(|place| complete.pedigree.people()[place].sex());
            if let (Some(typed), Some(said)) = (profile.sex(), said)
                && typed != said
            {
                let (name, id) = (&answer.name, profile.id());
                let word = |sex| if sex == Sex::Male { "male" } else { "female" };
                let (typed, said) = (word(typed), word(said));
                remarks.push(format!("{name}: {id} is {typed} by amelogenin and {said} by the pedigree"));
            }
        }
    }
    remarks
}
