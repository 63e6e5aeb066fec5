//! The case file of this project: TOML that an examiner writes and reads.

mod frequencies;
mod mutation;
mod schema;
mod write;

pub(super) use super::text::{shown, within};
pub(super) use write::write;

use super::beside::Beside;
use super::relatives::Budget;
use super::text::at;
use crate::dna::identification::Family;
use crate::dna::kinship::{Case, Model, MutationRates, Pedigree};
use crate::dna::{Locus, Profile, Sex};
use crate::error::{Error, Result};
use crate::formats::profiles::{self, ReadOptions};
use crate::formats::report::{Report, Strictness};
use crate::units::Theta;
use schema::{CaseEntry, HypothesisEntry, PersonEntry, ProfilesEntry, SexEntry, TextOr};
use std::collections::{BTreeMap, HashMap, HashSet};
use toml::Spanned;

/// Reads a case file; what it names is read through `beside`.
pub(super) fn read(
    text: &str,
    beside: &Beside<'_>,
    strictness: Strictness,
    budget: &mut Budget,
    report: &mut Report,
) -> Result<Case> {
    let line_of = |offset: usize| {
        text.get(..offset).map_or(1, |before| before.bytes().filter(|&byte| byte == b'\n').count() + 1)
    };
    let entry: CaseEntry = toml::from_str(text).map_err(|error| {
        let line = line_of(error.span().map_or(0, |span| span.start));
        Error::invalid(format!("case, {}", at(line)), "key or value", error.message(), "a case in TOML")
    })?;
    let in_line = |error: Error, start: usize| within(error, at(line_of(start)));
    let rare = match &entry.rare {
        Some(rare) => {
            Some(frequencies::rare(rare.get_ref()).map_err(|error| in_line(error, rare.span().start))?)
        }
        None => None,
    };
    let frequencies = match &entry.frequencies {
        Some(table) => {
            let read = frequencies::read(table.get_ref(), rare, beside);
            Some(read.map_err(|error| in_line(error, table.span().start))?)
        }
        None if rare.is_some() => {
            return Err(Error::invalid("case", "rare", "said without frequencies", "frequencies as well"));
        }
        None => None,
    };
    let mut rates = MutationRates::default();
    let mutation = |entry: &Spanned<TextOr<toml::Table>>| {
        mutation::read(entry.get_ref()).map_err(|error| in_line(error, entry.span().start))
    };
    if let Some(entry) = &entry.mutation {
        rates.default = mutation(entry)?;
    }
    for (locus, entry) in by_locus("mutation_at", &entry.mutation_at)? {
        rates.loci.insert(locus, mutation(entry)?);
    }
    let mut read_profiles = |entry: &Option<Spanned<TextOr<ProfilesEntry>>>| {
        let Some(entry) = entry else { return Ok(Vec::new()) };
        let found = read_profiles(entry.get_ref(), beside, strictness, report);
        found.map_err(|error| in_line(error, entry.span().start))
    };
    let (profiles, post_mortem) = (read_profiles(&entry.profiles)?, read_profiles(&entry.post_mortem)?);
    let mut hypotheses = Vec::new();
    for hypothesis in &entry.hypothesis {
        let (start, HypothesisEntry { name, people }) = (hypothesis.span().start, hypothesis.get_ref());
        budget.take("", people.len()).map_err(|error| in_line(error, start))?;
        let record = || format!("{}, hypothesis {}", at(line_of(start)), shown(name));
        hypotheses.push((name.clone(), pedigree(people).map_err(|error| within(error, record()))?));
    }
    let mut families = Vec::new();
    for family in &entry.family {
        let (start, family) = (family.span().start, family.get_ref());
        budget.take("", family.people.len()).map_err(|error| in_line(error, start))?;
        let record = || format!("{}, family {}", at(line_of(start)), shown(&family.name));
        let pedigree = pedigree(&family.people).map_err(|error| within(error, record()))?;
        let family = Family::new(&family.name, pedigree, &family.missing);
        families.push(family.map_err(|error| in_line(error, start))?);
    }
    let priors = match &entry.priors {
        Some(priors) => {
            let read = read_priors(priors.get_ref(), &hypotheses);
            Some(read.map_err(|error| in_line(error, priors.span().start))?)
        }
        None => None,
    };
    let sexes = entry.post_mortem_sex.iter();
    let case = Case {
        name: entry.question,
        hypotheses,
        profiles,
        frequencies,
        model: Model {
            theta: Theta::new(entry.theta)?,
            mutation: rates,
            prune_untyped: entry.prune_untyped,
            dropout: entry.dropout,
        },
        priors,
        families,
        post_mortem,
        post_mortem_sex: sexes.filter_map(|(id, sex)| Some((id.clone(), sex.value()?))).collect(),
    };
    case.check()?;
    Ok(case)
}

impl SexEntry {
    const fn value(self) -> Option<Sex> {
        match self {
            Self::Male => Some(Sex::Male),
            Self::Female => Some(Sex::Female),
            Self::Unknown => None,
        }
    }
}

/// The loci of a table's keys, each once under whichever name.
fn by_locus<'a, V>(field: &str, entries: &'a BTreeMap<String, V>) -> Result<Vec<(Locus, &'a V)>> {
    let mut seen = HashSet::new();
    let one = |(name, value): (&String, &'a V)| {
        let locus = Locus::new(name)?;
        if seen.insert(locus) {
            Ok((locus, value))
        } else {
            Err(Error::invalid("case", field, format!("{locus} twice"), "each locus once"))
        }
    };
    entries.iter().map(one).collect()
}

fn pedigree(people: &[PersonEntry]) -> Result<Pedigree> {
    let add = |builder: crate::dna::kinship::PedigreeBuilder, person: &PersonEntry| {
        let sex = person.sex.and_then(SexEntry::value);
        builder
            .person(&person.id, person.father.as_deref(), person.mother.as_deref(), sex)
            .inbreeding(person.inbreeding)
    };
    people.iter().fold(Pedigree::builder(), add).build()
}

/// Profiles from a file beside the case, or from the case itself.
fn read_profiles(
    entry: &TextOr<ProfilesEntry>,
    beside: &Beside<'_>,
    strictness: Strictness,
    report: &mut Report,
) -> Result<Vec<Profile>> {
    match entry {
        TextOr::Text(name) => {
            let options = ReadOptions { strictness, ..ReadOptions::default() };
            let bytes = beside.read(name)?;
            let reading = profiles::read(&bytes, &options).map_err(|error| within(error, name))?;
            for remark in reading.diagnostics {
                report.remark(None, remark.problem.within(name));
            }
            Ok(reading.profiles)
        }
        TextOr::Table(people) => people
            .iter()
            .map(|(id, loci)| {
                Profile::new(id, loci.iter().map(|(locus, alleles)| (locus, alleles.iter().map(|a| &a.0))))
            })
            .collect(),
    }
}

/// The priors in the order of the hypotheses.
fn read_priors(priors: &BTreeMap<String, f64>, hypotheses: &[(String, Pedigree)]) -> Result<Vec<f64>> {
    let names: HashMap<&str, usize> =
        hypotheses.iter().enumerate().map(|(at, (name, _))| (name.as_str(), at)).collect();
    let mut found = vec![None; hypotheses.len()];
    for (name, prior) in priors {
        match names.get(name.as_str()) {
            Some(&place) => found[place] = Some(*prior),
            None => return Err(Error::invalid("", "prior", format!("of {}", shown(name)), "a hypothesis")),
        }
    }
    let missing = |((name, _), prior): (&(String, Pedigree), Option<f64>)| {
        prior.ok_or_else(|| {
            Error::invalid("", format!("prior of {}", shown(name)), "missing", "one a hypothesis")
        })
    };
    hypotheses.iter().zip(found).map(missing).collect()
}

#[cfg(test)]
#[path = "case_file_tests.rs"]
mod tests;
