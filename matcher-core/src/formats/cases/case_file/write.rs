//! Writes a case file that people can read: hypotheses as lists of people, a line each.

use super::super::text::shown;
use crate::dna::kinship::{Case, MutationRates, Pedigree};
use crate::dna::{Frequencies, Profile, RareAllele, Sex, Source};
use crate::error::{Error, Result};
use std::fmt::{Display, Write as _};
use toml::Value;

/// The case as a file.
pub(in super::super) fn write(case: &Case) -> Result<Vec<u8>> {
    case.check()?;
    let mut text = Text(String::new());
    text.line(format_args!("question = {}", quoted(&case.name)));
    let builtin = case.frequencies.as_ref().and_then(builtin);
    if let Some(name) = builtin {
        text.line(format_args!("frequencies = {}", quoted(name)));
    }
    if let Some(rare) = case.frequencies.as_ref().and_then(Frequencies::rare) {
        text.line(format_args!("rare = {}", rule(rare)?));
    }
    text.line(format_args!("theta = {:?}", case.model.theta.value()));
    mutation(&mut text, &case.model.mutation)?;
    text.line(format_args!("prune_untyped = {}", case.model.prune_untyped));
    if let Some(priors) = &case.priors {
        let each = case.hypotheses.iter().zip(priors);
        let list: Vec<String> = each.map(|((name, _), prior)| format!("{} = {prior:?}", key(name))).collect();
        text.line(format_args!("priors = {{ {} }}", list.join(", ")));
    }
    if !case.model.dropout.is_empty() {
        let list: Vec<String> =
            case.model.dropout.iter().map(|(id, lost)| format!("{} = {lost:?}", key(id))).collect();
        text.line(format_args!("dropout = {{ {} }}", list.join(", ")));
    }
    if !case.post_mortem_sex.is_empty() {
        let each = case.post_mortem_sex.iter();
        let list: Vec<String> = each.map(|(id, sex)| format!("{} = \"{}\"", key(id), word(*sex))).collect();
        text.line(format_args!("post_mortem_sex = {{ {} }}", list.join(", ")));
    }
    for (name, pedigree) in &case.hypotheses {
        text.line(format_args!("\n[[hypothesis]]\nname = {}", quoted(name)));
        people(&mut text, pedigree);
    }
    for family in &case.families {
        text.line(format_args!("\n[[family]]\nname = {}", quoted(family.name())));
        people(&mut text, family.pedigree());
        let missing: Vec<String> = family.missing().iter().map(|id| quoted(id)).collect();
        text.line(format_args!("missing = [{}]", missing.join(", ")));
    }
    let lists = [("profiles", &case.profiles), ("post_mortem", &case.post_mortem)];
    for (heading, profile) in
        lists.into_iter().flat_map(|(heading, list)| list.iter().map(move |p| (heading, p)))
    {
        genotypes(&mut text, heading, profile)?;
    }
    if let (Some(table), None) = (&case.frequencies, builtin) {
        frequencies(&mut text, table);
    }
    Ok(text.0.into_bytes())
}

/// Text that grows by lines.
struct Text(String);

impl Text {
    fn line(&mut self, line: impl Display) {
        // Writing into a String does not fail.
        let _ = writeln!(self.0, "{line}");
    }
}

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

/// A key, in quotes where it needs them.
fn key(text: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !text.is_empty() && text.chars().all(bare) { text.to_owned() } else { basic(text) }
}

/// A text in double quotes on one line, which a key needs.
fn basic(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // TOML has these for all characters that may not stand as they are.
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}

const fn word(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "male",
        Sex::Female => "female",
    }
}

/// The name of the table of the library that this is, where it is one.
fn builtin(table: &Frequencies) -> Option<&'static str> {
    let name = Frequencies::builtin_names().iter().find(|name| **name == table.name())?;
    let same = Frequencies::builtin(name).and_then(|known| known.with_rare(table.rare()));
    same.is_ok_and(|known| known.digest() == table.digest()).then_some(*name)
}

fn rule(rare: RareAllele) -> Result<String> {
    match rare {
        RareAllele::FiveOver2N => Ok(quoted("5/2N")),
        RareAllele::Fixed(frequency) => Ok(format!("{frequency:?}")),
        other => {
            let value = Value::try_from(other);
            value.map(|value| value.to_string()).map_err(|_| unsaid("rare-allele rule", &other))
        }
    }
}

fn unsaid(field: &str, value: &dyn Display) -> Error {
    Error::invalid("case", field, value, "one that a case file can say")
}

fn mutation(text: &mut Text, rates: &MutationRates) -> Result<()> {
    let said =
        |mutation| super::mutation::written(mutation).ok_or_else(|| unsaid("mutation", &"another model"));
    text.line(format_args!("mutation = {}", said(rates.default.as_ref())?));
    if rates.loci.is_empty() {
        return Ok(());
    }
    for (locus, mutation) in &rates.loci {
        text.line(format_args!("mutation_at.{} = {}", key(locus.name()), said(mutation.as_ref())?));
    }
    Ok(())
}

fn people(text: &mut Text, pedigree: &Pedigree) {
    text.line("people = [");
    let id = |place: Option<usize>| place.map(|place| quoted(pedigree.people()[place].id()));
    for person in pedigree.people() {
        let mut line = format!("  {{ id = {}", quoted(person.id()));
        for (role, parent) in [("father", id(person.father())), ("mother", id(person.mother()))] {
            if let Some(parent) = parent {
                let _ = write!(line, ", {role} = {parent}");
            }
        }
        if let Some(sex) = person.sex() {
            let _ = write!(line, ", sex = \"{}\"", word(sex));
        }
        if person.inbreeding() != 0.0 {
            let _ = write!(line, ", inbreeding = {:?}", person.inbreeding());
        }
        text.line(format_args!("{line} }},"));
    }
    text.line("]");
}

fn genotypes(text: &mut Text, heading: &str, profile: &Profile) -> Result<()> {
    if profile.source() == Source::Mixture {
        let record = format!("profile {}", shown(profile.id()));
        return Err(Error::invalid(record, "source", "a mixture", "a profile of one person, in a case"));
    }
    text.line(format_args!("\n[{heading}.{}]", key(profile.id())));
    for (locus, genotype) in profile.loci() {
        let alleles: Vec<String> = genotype.alleles().iter().map(|a| basic(&a.to_string())).collect();
        text.line(format_args!("{} = [{}]", key(locus.name()), alleles.join(", ")));
    }
    Ok(())
}

fn frequencies(text: &mut Text, table: &Frequencies) {
    text.line(format_args!("\n[frequencies]\nname = {}", quoted(table.name())));
    text.line(format_args!("provenance = {}", quoted(table.provenance())));
    let x_linked = table.loci().iter().filter(|t| t.is_x_linked()).map(|t| quoted(t.locus().name()));
    let x_linked: Vec<String> = x_linked.collect();
    if !x_linked.is_empty() {
        text.line(format_args!("x_linked = [{}]", x_linked.join(", ")));
    }
    let linked = table.linked().iter().map(|pair| {
        let names = [pair.first, pair.second].map(|locus| quoted(locus.name())).join(", ");
        format!("{{ loci = [{names}], rho = {:?} }}", pair.rho)
    });
    let linked: Vec<String> = linked.collect();
    if !linked.is_empty() {
        text.line(format_args!("linked = [{}]", linked.join(", ")));
    }
    for locus in table.loci() {
        if let Some(counted) = locus.counted() {
            text.line(format_args!("counted.{} = {counted}", key(locus.locus().name())));
        }
        if locus.silent() > 0.0 {
            text.line(format_args!("silent.{} = {:?}", key(locus.locus().name()), locus.silent()));
        }
    }
    for locus in table.loci() {
        text.line(format_args!("\n[frequencies.loci.{}]", key(locus.locus().name())));
        for (allele, frequency) in locus.alleles() {
            text.line(format_args!("{} = {frequency:?}", basic(&allele.to_string())));
        }
    }
}
