//! Writes long and wide tables, comma separated, as their readers give them back.
//!
//! The columns `kind`, `category` and `partial` are there only where some profile needs them.

use super::draft::listed;
use super::roles::source_word;
use super::table::Table;
use super::write::{check_some, check_unique, supposed};
use super::{cell, wide};
use crate::dna::{Allele, Category, Genotype, Locus, Profile};
use crate::error::{Error, Result};
use csv::Writer;
use std::collections::BTreeMap;

/// Which columns beside the loci are needed.
struct Roles {
    kind: bool,
    category: bool,
    partial: bool,
}

impl Roles {
    fn of(profiles: &[Profile]) -> Self {
        Self {
            kind: profiles.iter().any(|p| supposed(p, p.category()) != p.source()),
            category: profiles.iter().any(|p| p.category().is_some()),
            partial: profiles.iter().any(Profile::is_marked_partial),
        }
    }

    fn header(&self) -> impl Iterator<Item = String> {
        let columns = [(self.kind, "kind"), (self.category, "category"), (self.partial, "partial")];
        columns.into_iter().filter(|(needed, _)| *needed).map(|(_, name)| name.to_owned())
    }

    fn cells(&self, profile: &Profile) -> impl Iterator<Item = String> {
        let kind = source_word(profile.source()).to_owned();
        let category = profile.category().map(Category::name).unwrap_or_default().to_owned();
        let partial = if profile.is_marked_partial() { "true" } else { "" }.to_owned();
        let cells = [(self.kind, kind), (self.category, category), (self.partial, partial)];
        cells.into_iter().filter(|(needed, _)| *needed).map(|(_, cell)| cell)
    }
}

/// A row goes into memory, which cannot fail; if it did, it would be said.
fn push(writer: &mut Writer<Vec<u8>>, row: impl IntoIterator<Item = String>) -> Result<()> {
    writer.write_record(row).map_err(|error| Error::invalid("", "row", error, "cells that can be written"))
}

fn finish(writer: Writer<Vec<u8>>) -> Result<Vec<u8>> {
    writer.into_inner().map_err(|error| Error::invalid("", "table", error, "rows that can be written"))
}

/// Writes a row a sample and locus, with the heights of peaks where there are some.
pub(super) fn long(profiles: &[Profile]) -> Result<Vec<u8>> {
    check_some(profiles)?;
    // Rows of one name are one sample: EuroForMix would make a mixture of two people who share an id.
    check_unique(profiles, "a long table")?;
    let roles = Roles::of(profiles);
    let genotypes = || profiles.iter().flat_map(|p| p.loci().iter().map(move |(locus, g)| (p, *locus, g)));
    let most = genotypes().map(|(p, locus, g)| listed(locus, g, p.source()).len()).max().unwrap_or(0).max(2);
    let with_heights = genotypes().any(|(_, _, genotype)| genotype.heights().is_some());
    let numbered = |name: &str| (1..=most).map(|n| format!("{name}{n}")).collect::<Vec<_>>();
    let mut header = vec!["SampleName".to_owned()];
    header.extend(roles.header());
    header.push("Marker".to_owned());
    header.extend(numbered("Allele"));
    header.extend(if with_heights { numbered("Height") } else { Vec::new() });
    let mut writer = Writer::from_writer(Vec::new());
    push(&mut writer, header)?;
    let heights_of = |genotype: &Genotype, count: usize| -> Vec<String> {
        let heights = genotype.heights().unwrap_or_default();
        heights.iter().take(count).map(ToString::to_string).collect()
    };
    for profile in profiles {
        let mut row = |locus: &str, alleles: &[Allele], heights: Vec<String>| {
            let mut cells = vec![profile.id().to_owned()];
            cells.extend(roles.cells(profile));
            cells.push(locus.to_owned());
            let start = cells.len();
            cells.extend(alleles.iter().map(ToString::to_string));
            cells.resize(start + most, String::new());
            if with_heights {
                cells.extend(heights);
                cells.resize(start + 2 * most, String::new());
            }
            push(&mut writer, cells)
        };
        if profile.loci().is_empty() {
            row("", &[], Vec::new())?;
        }
        for (locus, genotype) in profile.loci() {
            let alleles = listed(*locus, genotype, profile.source());
            row(locus.name(), alleles, heights_of(genotype, alleles.len()))?;
        }
    }
    finish(writer)
}

/// Writes a row a profile, with as many columns a locus as some profile needs, and at least two.
pub(super) fn wide(profiles: &[Profile]) -> Result<Vec<u8>> {
    check_some(profiles)?;
    let roles = Roles::of(profiles);
    let mut counts: BTreeMap<Locus, usize> = BTreeMap::new();
    for profile in profiles {
        for (locus, genotype) in profile.loci() {
            let count = counts.entry(*locus).or_insert(2);
            *count = (*count).max(listed(*locus, genotype, profile.source()).len());
        }
    }
    if counts.is_empty() {
        return Err(Error::invalid("", "number of loci", 0, "1 or more in a wide table"));
    }
    let mut header = vec!["id".to_owned()];
    header.extend(roles.header());
    let first = header.len();
    for (locus, count) in &counts {
        header.extend((1..=*count).map(|n| format!("{}_{n}", locus.name())));
    }
    let mut writer = Writer::from_writer(Vec::new());
    push(&mut writer, header.clone())?;
    for profile in profiles {
        let mut cells = vec![profile.id().to_owned()];
        cells.extend(roles.cells(profile));
        for (locus, count) in &counts {
            let alleles = profile.get(*locus).map_or(&[][..], |g| listed(*locus, g, profile.source()));
            let start = cells.len();
            cells.extend(alleles.iter().map(ToString::to_string));
            cells.resize(start + count, String::new());
        }
        push(&mut writer, cells)?;
    }
    let bytes = finish(writer)?;
    check_header(&bytes, &header, first, &counts)?;
    Ok(bytes)
}

/// Whether a reader would find these loci in these columns: the names of some loci mean something else in a header.
fn check_header(
    bytes: &[u8],
    header: &[String],
    mut column: usize,
    counts: &BTreeMap<Locus, usize>,
) -> Result<()> {
    let table = Table::open(bytes)?;
    let groups = if table.header() == header { wide::groups(header).0 } else { Vec::new() };
    for (locus, count) in counts {
        let columns: Vec<usize> = (column..column + count).collect();
        column += count;
        if !groups.iter().any(|group| group.locus == *locus && group.cells == columns) {
            let value = cell::shown(locus.name().as_bytes());
            return Err(Error::invalid("", "locus", value, "a name that can head columns of a wide table"));
        }
    }
    Ok(())
}
