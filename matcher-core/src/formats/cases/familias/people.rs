//! The first part of a Familias project: people with their genotypes, and the pedigrees between them.

use super::super::super::report::Report;
use super::super::relatives::{Budget, Relation, Somebody, pedigree};
use super::super::text::{at, shown, whole, within};
use super::lines::Lines;
use crate::dna::Sex;
use crate::dna::kinship::Pedigree;
use crate::error::{Error, Problem, Result};
use std::collections::HashSet;

/// A genotype as places: of the locus among the loci, and of both alleles in its table. `None` is an allele not known.
pub(super) struct Typed {
    pub(super) line: usize,
    pub(super) locus: usize,
    pub(super) alleles: [Option<usize>; 2],
}

/// Somebody of the project.
pub(super) struct FamiliasPerson<'a> {
    pub(super) name: &'a str,
    pub(super) sex: Sex,
    /// Whether alleles of the specimen may have been lost.
    pub(super) dropout: bool,
    pub(super) typed: Vec<Typed>,
}

/// All of them, with remarks about what is not used.
pub(super) fn people<'a>(
    lines: &mut Lines<'a>,
    budget: &mut Budget,
    report: &mut Report,
) -> Result<Vec<FamiliasPerson<'a>>> {
    // The line before may hold a text about the case.
    let count = lines.whole("number of people", usize::MAX)?;
    budget.take(&at(lines.line()), count)?;
    (0..count).map(|_| person(lines, report)).collect()
}

fn person<'a>(lines: &mut Lines<'a>, report: &mut Report) -> Result<FamiliasPerson<'a>> {
    let name = lines.quoted("name of a person")?;
    let mut unused = |line: usize, field: &str, value: &str| {
        let field = format!("{field} of {}", shown(name));
        report.remark(None, Problem::new(at(line), field, value, "nothing that matters here (not used)"));
    };
    if lines.flag("flag before the year of birth")? {
        unused(lines.line(), "flag before the year of birth", "#TRUE#");
    }
    let year = lines.any("year of birth", "a whole number")?;
    let (year, dropout) = match year.split_once('(') {
        Some((year, note)) if note.contains("Consider dropouts") => (year.trim(), true),
        _ => (year, false),
    };
    if year != "-1" {
        unused(lines.line(), "year of birth", &shown(year));
    }
    if lines.flag("flag after the year of birth")? {
        unused(lines.line(), "flag after the year of birth", "#TRUE#");
    }
    let sex = if lines.flag("whether a person is male")? { Sex::Male } else { Sex::Female };
    let count = lines.whole("number of genotypes", usize::MAX)?;
    let mut typed = Vec::new();
    for _ in 0..count {
        let alleles = [allele(lines, "first allele")?, allele(lines, "second allele")?];
        let locus = lines.whole("locus of a genotype", usize::MAX)?;
        typed.push(Typed { line: lines.line(), locus, alleles });
    }
    Ok(FamiliasPerson { name, sex, dropout, typed })
}

/// The place of an allele in its table; -1 is one that is not known.
fn allele(lines: &mut Lines<'_>, field: &str) -> Result<Option<usize>> {
    match lines.any(field, "the place of an allele in its table")? {
        "-1" => Ok(None),
        line => whole(lines.line(), field, line, usize::MAX).map(Some),
    }
}

/// The pedigrees by their names, in the order of the numbers that the file gives them.
pub(super) fn pedigrees(
    lines: &mut Lines<'_>,
    people: &[FamiliasPerson<'_>],
    budget: &mut Budget,
) -> Result<Vec<(String, Pedigree)>> {
    let heading = lines.quoted("heading")?;
    if heading != "Known relations" {
        return Err(lines.wrong("heading", heading, "\"Known relations\""));
    }
    let mut everybody: Vec<Somebody> =
        people.iter().map(|p| Somebody { id: p.name.to_owned(), sex: Some(p.sex) }).collect();
    let mut names: HashSet<String> = everybody.iter().map(|somebody| somebody.id.clone()).collect();
    extras(lines, &mut everybody, &mut names, budget)?;
    let known = relations(lines, everybody.len())?;
    let count = lines.whole("number of pedigrees", usize::MAX)?;
    let mut found: Vec<(usize, String, Pedigree)> = Vec::new();
    for _ in 0..count {
        let number = lines.whole("number of a pedigree", usize::MAX)?;
        let start = lines.line();
        let name = lines.quoted("name of a pedigree")?.to_owned();
        budget.take(&at(start), everybody.len())?;
        let (mut all, mut names) = (everybody.clone(), names.clone());
        extras(lines, &mut all, &mut names, budget)?;
        let own = relations(lines, all.len())?;
        let relations: Vec<Relation> = known.iter().chain(&own).copied().collect();
        let record = || format!("pedigree {} of {}", shown(&name), at(start));
        let (pedigree, _) = pedigree(&all, &relations).map_err(|error| within(error, record()))?;
        found.push((number, name, pedigree));
    }
    found.sort_by_key(|(number, ..)| *number);
    Ok(found.into_iter().map(|(_, name, pedigree)| (name, pedigree)).collect())
}

/// Adds people without a name: so many women, then so many men.
fn extras(
    lines: &mut Lines<'_>,
    people: &mut Vec<Somebody>,
    names: &mut HashSet<String>,
    budget: &mut Budget,
) -> Result<()> {
    for (what, field, sex) in [
        ("extra woman", "number of extra women", Sex::Female),
        ("extra man", "number of extra men", Sex::Male),
    ] {
        let count = lines.whole(field, usize::MAX)?;
        budget.take(&at(lines.line()), count)?;
        let mut free = (1..).map(|number| format!("{what} {number}"));
        for _ in 0..count {
            // There are fewer names than numbers, so one is free.
            let Some(id) = free.find(|id| names.insert(id.clone())) else { continue };
            people.push(Somebody { id, sex: Some(sex) });
        }
    }
    Ok(())
}

/// Pairs of parent and child.
fn relations(lines: &mut Lines<'_>, people: usize) -> Result<Vec<Relation>> {
    let count = lines.whole("number of relations", usize::MAX)?;
    let (mut relations, mut seen) = (Vec::new(), HashSet::new());
    for _ in 0..count {
        if lines.peek().is_some_and(|line| line.contains("Direct")) {
            let line = lines.any("parent", "a whole number")?;
            return Err(identical(lines.line(), line));
        }
        let parent = lines.place("parent", people)?;
        let line = lines.line();
        let child = lines.place("child", people)?;
        // Once: every pedigree goes through the known ones again.
        if seen.insert((parent, child)) {
            relations.push(Relation { line, parent, child });
        }
    }
    Ok(relations)
}

fn identical(line: usize, value: &str) -> Error {
    let expected = "a parent: that two people are one, or identical twins, cannot be said in a pedigree here";
    Error::invalid(at(line), "relation", shown(value), expected)
}
