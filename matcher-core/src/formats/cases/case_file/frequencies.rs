//! The frequencies that a case file names or holds.

use super::Beside;
use super::schema::{FrequenciesEntry, TextOr};
use crate::dna::{Frequencies, FrequenciesBuilder, Locus, RareAllele};
use crate::error::{Error, Result};
use crate::formats::frequencies::{FrequencyOptions, read_frequencies};
use serde::Deserialize;
use toml::Table;

/// The table that an entry says, with the rule for rare alleles.
pub(super) fn read(
    entry: &TextOr<FrequenciesEntry>,
    rare: Option<RareAllele>,
    beside: &Beside<'_>,
) -> Result<Frequencies> {
    match entry {
        TextOr::Text(name) if is_builtin(name) => match rare {
            None => Frequencies::builtin(name),
            rare => Frequencies::builtin(name)?.with_rare(rare),
        },
        TextOr::Text(name) => {
            with_rare(from_file(name, &FrequencyOptions::named(name), beside)?, rare).build()
        }
        TextOr::Table(entry) => with_rare(from_table(entry, beside)?, rare).build(),
    }
}

fn is_builtin(name: &str) -> bool {
    Frequencies::builtin_names().iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn with_rare(builder: FrequenciesBuilder, rare: Option<RareAllele>) -> FrequenciesBuilder {
    rare.into_iter().fold(builder, FrequenciesBuilder::rare)
}

fn from_file(name: &str, options: &FrequencyOptions, beside: &Beside<'_>) -> Result<FrequenciesBuilder> {
    // A name without an ending was more likely meant for a table of the library.
    if !name.contains('.') {
        let known = Frequencies::builtin_names().join(", ");
        return Err(Error::invalid(
            "",
            "frequencies",
            super::shown(name),
            format!("a file, or one of {known}"),
        ));
    }
    let bytes = beside.read(name)?;
    read_frequencies(&bytes, options).map_err(|error| super::within(error, name))
}

fn from_table(entry: &FrequenciesEntry, beside: &Beside<'_>) -> Result<FrequenciesBuilder> {
    let mut builder = match &entry.file {
        Some(file) => {
            if !entry.loci.is_empty() {
                return Err(Error::invalid("", "frequencies", "a file and loci", "one or the other"));
            }
            let options = FrequencyOptions {
                name: if entry.name.is_empty() { file.clone() } else { entry.name.clone() },
                population: entry.population.clone(),
                ..FrequencyOptions::default()
            };
            from_file(file, &options, beside)?
        }
        None if entry.population.is_some() => {
            return Err(Error::invalid("", "population", "said without a file", "a file that holds several"));
        }
        None => {
            let name = if entry.name.is_empty() { "of the case" } else { &entry.name };
            let mut builder = Frequencies::builder(name);
            for (locus, alleles) in &entry.loci {
                builder =
                    builder.locus(locus, alleles.iter().map(|(allele, frequency)| (allele, *frequency)))?;
            }
            builder
        }
    };
    if let Some(provenance) = &entry.provenance {
        builder = builder.provenance(provenance);
    }
    if let Some(people) = entry.people {
        builder = builder.people(people);
    }
    for (locus, counted) in super::by_locus("counted", &entry.counted)? {
        builder = builder.counted(locus, *counted);
    }
    for (locus, silent) in super::by_locus("silent", &entry.silent)? {
        builder = builder.silent(locus, *silent);
    }
    for locus in &entry.x_linked {
        builder = builder.x_linked(Locus::new(locus)?);
    }
    for pair in &entry.linked {
        builder = builder.linked(Locus::new(&pair.loci[0])?, Locus::new(&pair.loci[1])?, pair.rho);
    }
    Ok(builder)
}

/// The rule for rare alleles: `"5/2N"`, `"weir"`, `"budowle"`, a frequency, or a table with the rule's own numbers.
pub(super) fn rare(entry: &TextOr<Table>) -> Result<RareAllele> {
    match entry {
        TextOr::Text(text) => text.parse(),
        TextOr::Table(table) => RareAllele::deserialize(toml::Value::Table(table.clone())).map_err(|error| {
            let expected = "a rule such as \"5/2N\" or { weir = { alpha = 0.05 } }";
            Error::invalid("", "rare-allele rule", error.message(), expected)
        }),
    }
}
