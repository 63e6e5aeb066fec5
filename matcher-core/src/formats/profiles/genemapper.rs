//! The text export of GeneMapper: tab separated, a sample a row, a locus a column with all its alleles in one cell.
//!
//! The header is `Sample File`, `Sample Name`, then the loci; after each locus there may be a column `Height` with the
//! heights of its peaks. Cells are lists with empty places at their end (`11, 12, , , `), `OL` is a peak off the ladder.
//! The id of a profile is its sample name.

use super::collector::Collector;
use super::header::{Word, find, find_slip, word};
use super::names::unknown_locus;
use super::roles::Roles;
use super::rows::{self, Group, Layout};
use super::table::Table;
use crate::dna::Locus;
use crate::error::{Error, Problem, Result};
use std::collections::HashMap;

/// Whether a header is one of this format, be it misspelt: a sample file among the first two columns, or columns of
/// heights that have no number.
pub(super) fn is_header(header: &[String], delimiter: u8) -> bool {
    let first = header.get(..2).unwrap_or(header);
    delimiter == b'\t'
        && find(header, Word::Marker).is_none()
        && (find(first, Word::SampleFile).is_some()
            || find_slip(first, &["Sample File"]).is_some()
            || (find(header, Word::Sample).is_some() && find(header, Word::Heights).is_some()))
}

/// Reads a table whose header is one of this format.
pub(super) fn read(bytes: &[u8], collector: &mut Collector) -> Result<()> {
    let mut table = Table::open(bytes)?;
    let layout = layout(&table, collector)?;
    rows::read(&mut table, layout, collector)
}

/// Refuses a header in which one of the first two columns is misspelt.
fn check_spelling(table: &Table<'_>) -> Result<()> {
    let first = table.header().get(..2).unwrap_or(table.header());
    for wanted in ["Sample File", "Sample Name"] {
        if let Some(at) = find_slip(first, &[wanted]) {
            return Err(Error::invalid(table.column(at), "column name", format!("{:?}", first[at]), wanted));
        }
    }
    Ok(())
}

fn layout(table: &Table<'_>, collector: &mut Collector) -> Result<Layout> {
    check_spelling(table)?;
    let header = table.header();
    let sample = find(header, Word::Sample).ok_or_else(|| {
        Error::invalid(table.header_record(), "column Sample Name", "missing", "one: it names the profiles")
    })?;
    let mut groups: Vec<Group> = Vec::new();
    let mut seen: HashMap<Locus, usize> = HashMap::new();
    for (column, name) in header.iter().enumerate() {
        match word(name) {
            Word::Heights => match groups.last_mut() {
                Some(group) if group.heights.is_none() && group.cells == [column - 1] => {
                    group.heights = Some(column);
                }
                _ => {
                    let expected = "it right after the column of a locus";
                    return Err(Error::invalid(
                        table.column(column),
                        "column",
                        format!("{name:?}"),
                        expected,
                    ));
                }
            },
            Word::Other => {
                let locus = match Locus::new(name) {
                    Ok(locus) => locus,
                    Err(Error::Invalid(problem)) => return Err(problem.within(table.column(column)).into()),
                    Err(other) => return Err(other),
                };
                if let Some(first) = seen.insert(locus, column) {
                    let expected = format!("each locus once; it is column {} already", first + 1);
                    return Err(Error::invalid(table.column(column), "locus", locus, expected));
                }
                if let Some(problem) = unknown_locus(locus) {
                    collector.remark(problem.within(table.column(column)));
                }
                groups.push(Group { locus, cells: vec![column], heights: None });
            }
            Word::Allele(_) | Word::Height(_) | Word::FrequencyAllele => {
                let problem =
                    Problem::new(table.column(column), "column", format!("{name:?}"), "a locus (not read)");
                collector.fault(problem)?;
            }
            _ => {}
        }
    }
    if groups.is_empty() {
        return Err(Error::invalid(table.header_record(), "number of loci", 0, "1 or more columns of loci"));
    }
    Ok(Layout { sample, roles: Roles::find(header), groups })
}

#[cfg(test)]
#[path = "genemapper_tests.rs"]
mod tests;
