//! Projects of Familias 3 (`.fam`): people, pedigrees, frequencies and victims of a disaster in one file of text.
//!
//! # Method
//! A line holds one value. After four lines about the program come the people (name, flags, year of birth, whether male,
//! genotypes as places in the tables), the relations that all pedigrees share, the pedigrees with people of their own,
//! and the loci (mutation rates and models of women and men, the alleles with their frequencies). Then sections in
//! brackets: victims and families by name, and settings of the program.
//!
//! # References
//! T. Egeland, P. Mostad et al., "Beyond traditional paternity and identification cases. Selecting the most probable
//! pedigree", Forensic Sci Int 110 (2000) 47-59: the program. Its format is not published: the order of the lines was
//! learnt from files of other programs' test data and from the R package pedFamilias, which reads them too.

mod families;
mod lines;
mod people;
mod sections;
mod table;
mod victims;

use super::super::report::Report;
use super::rates;
use super::relatives::{Budget, Ids};
use super::text::{at, shown, within};
use crate::dna::identification::Family;
use crate::dna::kinship::{Case, Model};
use crate::dna::{Allele, Frequencies, FrequenciesBuilder, Genotype, Profile, RareAllele};
use crate::error::{Error, Problem, Result};
use crate::units::Theta;
use lines::Lines;
use people::FamiliasPerson;
use std::collections::BTreeMap;
use table::{FamiliasLocus, FamiliasTable};
use victims::Sample;

/// What every project begins with.
pub(super) const MAGIC: &str = "\"Output from Familias";

/// Reads a project.
pub(super) fn read(text: &str, budget: &mut Budget, report: &mut Report) -> Result<Case> {
    let mut lines = Lines::new(text);
    lines.quoted("line about the program")?;
    lines.any("second line about the program", "text in quotes")?;
    let version = lines.any("version", "a number such as 3.3.1")?;
    let note = match lines.peek() {
        Some(line) if line.starts_with('"') => lines.quoted("note")?,
        _ => "",
    };
    let people = people::people(&mut lines, budget, report)?;
    let hypotheses = people::pedigrees(&mut lines, &people, budget)?;
    let table = table::table(&mut lines, report)?;
    let victims = victims::victims(&mut lines, report)?;
    if version.contains("(DVI)") && !victims.is_there() {
        let line = at(lines.line());
        return Err(Error::invalid(line, "section [DVI]", "missing", "one, as the version says"));
    }
    let mut ids = Ids::default();
    let people_and_bodies = people.iter().map(|p| p.name).chain(victims.bodies.iter().map(|body| body.name));
    for name in people_and_bodies.chain(families::names(&victims.families)) {
        ids.add(name);
    }

    let mut profiles = Vec::new();
    for person in &people {
        profiles.extend(profile(person, &table)?);
    }
    if hypotheses.is_empty() && !profiles.is_empty() {
        profiles.clear();
        let expected = "1 or more for people who were typed (these people are not read)";
        report.fault(None, Problem::new("", "number of pedigrees", 0, expected))?;
    }
    let mut families: Vec<Family> = Vec::new();
    for household in &victims.families {
        budget.take(&at(household.line), household.people.len())?;
        if let Some((family, of_family)) = families::family(household, &ids, &table, report)? {
            families.push(family);
            profiles.extend(of_family);
        }
    }
    let (mut post_mortem, mut post_mortem_sex) = (Vec::new(), BTreeMap::new());
    for body in &victims.bodies {
        if let Some(profile) = sample(body, body.name, &table, report)? {
            post_mortem.push(profile);
            post_mortem_sex.extend(body.sex.map(|sex| (body.name.to_owned(), sex)));
        } else {
            let field = format!("number of loci of {}", shown(body.name));
            let problem = Problem::new(at(body.line), field, 0, "1 or more (these remains are not read)");
            report.fault(None, problem)?;
        }
    }
    let mutation = rates::rates(table.loci.iter().map(|locus| (locus.locus, locus.mutation)));
    let lost = largest("dropout probability", table.loci.iter().map(|locus| locus.dropout), report);
    let losers = people.iter().filter(|person| person.dropout && lost > 0.0);
    let dropout = losers.map(|person| (person.name.to_owned(), lost)).collect();
    let model = Model { theta: Theta::new(table.theta)?, mutation, dropout, ..Model::default() };
    let frequencies = (!table.loci.is_empty()).then(|| frequencies(&table, version, report)).transpose()?;
    let case = Case {
        name: note.to_owned(),
        hypotheses,
        profiles,
        frequencies,
        model,
        priors: None,
        families,
        post_mortem,
        post_mortem_sex,
    };
    case.check()?;
    Ok(case)
}

/// What was typed of somebody whose genotypes are places in the tables; `None` where nothing was.
fn profile(person: &FamiliasPerson<'_>, table: &FamiliasTable) -> Result<Option<Profile>> {
    let mut builder = Profile::builder(person.name);
    let mut any = false;
    for typed in &person.typed {
        let record = || at(typed.line);
        let Some(locus) = table.loci.get(typed.locus) else {
            let expected = format!("less than {}, the number of loci", table.loci.len());
            return Err(Error::invalid(record(), "locus of a genotype", typed.locus, expected));
        };
        let [a, b] = typed.alleles.map(|place| allele(place, locus).map_err(|error| within(error, record())));
        let (a, b) = (a?, b?);
        if a != Allele::UNKNOWN || b != Allele::UNKNOWN {
            any = true;
            builder = builder.genotype(locus.locus, Genotype::pair(a, b));
        }
    }
    any.then(|| builder.build()).transpose()
}

fn allele(place: Option<usize>, locus: &FamiliasLocus) -> Result<Allele> {
    let Some(place) = place else { return Ok(Allele::UNKNOWN) };
    locus.alleles.get(place).map(|(allele, _)| *allele).ok_or_else(|| {
        let expected = format!("less than {}, the number of alleles", locus.alleles.len());
        Error::invalid("", format!("allele of {}", locus.locus), place, expected)
    })
}

/// What was typed of a specimen whose genotypes are names; `None` where nothing was.
fn sample(
    sample: &Sample<'_>,
    id: &str,
    table: &FamiliasTable,
    report: &mut Report,
) -> Result<Option<Profile>> {
    let mut builder = Profile::builder(id);
    let mut any = false;
    for system in &sample.systems {
        let record = || at(system.line);
        let locus = crate::dna::Locus::new(system.name).map_err(|error| within(error, record()))?;
        if !table.known.contains(&locus) {
            let problem =
                Problem::new(record(), "SystemName", shown(system.name), "a locus with frequencies");
            report.remark(None, problem);
        }
        let mut both = [Allele::UNKNOWN; 2];
        for (allele, text) in both.iter_mut().zip(system.alleles) {
            if let Some(text) = text.filter(|text| !matches!(*text, "" | "-" | "?")) {
                *allele = table::designation(text, system.line, locus, report)?;
            }
        }
        if both != [Allele::UNKNOWN; 2] {
            any = true;
            builder = builder.genotype(locus, Genotype::pair(both[0], both[1]));
        }
    }
    any.then(|| builder.build()).transpose().map_err(|error| within(error, at(sample.line)))
}

/// The table as the library has it.
fn frequencies(table: &FamiliasTable, version: &str, report: &mut Report) -> Result<Frequencies> {
    let name = if table.name.is_empty() { "Familias" } else { &table.name };
    let builder = Frequencies::builder(name).provenance(&format!("a project of Familias {version}"));
    let add = |builder: FrequenciesBuilder, locus: &FamiliasLocus| {
        let builder = builder.alleles(locus.locus, locus.alleles.iter().copied());
        let builder = locus.silent.into_iter().fold(builder, |b, silent| b.silent(locus.locus, silent));
        locus.counted.into_iter().fold(builder, |b, counted| b.counted(locus.locus, counted))
    };
    let mut builder = table.loci.iter().fold(builder, add);
    let most = largest("minor allele frequency", table.loci.iter().map(|locus| locus.minimum), report);
    if most > 0.0 {
        builder = builder.rare(RareAllele::Fixed(most));
    }
    builder.build()
}

/// The largest of numbers that a locus has and a case has one of; said, where they differ.
fn largest(field: &str, mut numbers: impl Iterator<Item = f64> + Clone, report: &mut Report) -> f64 {
    let most = numbers.clone().fold(0.0, f64::max);
    if numbers.any(|number| number < most) {
        let expected = format!("the same at all loci ({most} is used at all)");
        report.remark(None, Problem::new("", field, "not the same at all loci", expected));
    }
    most
}

#[cfg(test)]
#[path = "familias_tests.rs"]
mod tests;
