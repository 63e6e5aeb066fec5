//! Wide tables: a profile a row, the alleles of each locus in columns of their own.
//!
//! # Method
//! The id is in the first column that is named like one (`specimenId`, `id`, `Sample Name` and so on). A locus has its
//! columns by number (`D3S1358_1`, `D3S1358.2`, `D3S1358 3`), by letter (`DYS385a`, `DYS385 b`), by repetition of its name,
//! by columns without a name after it, or one column for all its alleles (`15,16` in quotes, or `15/16`). A column is
//! a locus where its name is known to be one, or where it comes in such a group; any other is not read, and a diagnostic
//! says so. Columns `kind`, `category` and `partial` say what the specimen is; those of populations are passed over.

use super::collector::Collector;
use super::header::{Word, find, find_slip, word};
use super::names::unknown_locus;
use super::roles::Roles;
use super::rows::{self, Group, Layout};
use super::table::Table;
use crate::dna::Locus;
use crate::error::{Error, Problem, Result};
use std::collections::HashMap;

/// Names whose numbers are part of the name: the parts of DYS389, and DYS460 and DYS461 under their old names.
const NUMBERED_NAMES: [&str; 3] = ["DYS389", "GATAA7", "YGATAA7"];

/// A name of a column without the number or letter of the allele: `D3S1358` of `D3S1358_1`.
fn base(name: &str) -> Option<&str> {
    let is_letter = |c: char| matches!(c, 'a' | 'b' | 'A' | 'B');
    let without = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let without = if without.len() == name.len() { name.strip_suffix(is_letter)? } else { without };
    let apart = without.trim_end_matches(['_', '.', ' ', '-']);
    (!apart.is_empty() && apart.len() < without.len()).then_some(apart)
}

/// The base of a name whose letter stands right at it, as in `DYS385a`, where that is a known locus.
fn lettered(name: &str) -> Option<Locus> {
    let base = name.strip_suffix(['a', 'b', 'A', 'B'])?;
    Locus::new(base).ok().filter(|locus| locus.is_known())
}

/// The locus of a known name.
fn known(name: &str) -> Option<Locus> {
    Locus::new(name).ok().filter(|locus| locus.is_known())
}

/// The columns of loci, those of each together, and the columns that are nothing known.
pub(super) fn groups(header: &[String]) -> (Vec<Group>, Vec<usize>) {
    let mut count: HashMap<&str, usize> = HashMap::new();
    for name in header {
        *count.entry(base(name).unwrap_or(name)).or_default() += 1;
    }
    let locus = |column: usize| -> Option<Locus> {
        let name = header[column].as_str();
        let part_of_name = |base: &str| {
            let plain = base.replace(['_', '.', ' ', '-'], "").to_ascii_uppercase();
            NUMBERED_NAMES.contains(&plain.as_str())
        };
        let with_others = |name: &&str| count.get(name).is_some_and(|count| *count > 1);
        let numbered = base(name).filter(|base| !part_of_name(base));
        let grouped = || numbered.filter(with_others).and_then(|base| Locus::new(base).ok());
        let repeated = || Some(name).filter(with_others).and_then(|name| Locus::new(name).ok());
        let paired = || {
            let nameless = header.get(column + 1).is_some_and(|next| word(next) == Word::Empty);
            (nameless && name.bytes().any(|byte| byte.is_ascii_digit())).then(|| Locus::new(name).ok())?
        };
        let exact = |base: &str| known(base);
        numbered
            .and_then(exact)
            .or_else(grouped)
            .or_else(|| known(name))
            .or_else(|| lettered(name))
            .or_else(repeated)
            .or_else(paired)
    };
    let (mut groups, mut unknown): (Vec<Group>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut places: HashMap<Locus, usize> = HashMap::new();
    let mut before = None;
    for (column, name) in header.iter().enumerate() {
        let word = word(name);
        let found = match word {
            Word::Empty => before,
            Word::Other => locus(column),
            _ => None,
        };
        match found {
            Some(locus) => {
                let place = *places.entry(locus).or_insert_with(|| {
                    groups.push(Group { locus, cells: Vec::new(), heights: None });
                    groups.len() - 1
                });
                groups[place].cells.push(column);
            }
            None if !matches!(
                word,
                Word::Sample
                    | Word::Kind
                    | Word::Category
                    | Word::Partial
                    | Word::Ignored
                    | Word::SampleFile
                    | Word::Empty
            ) =>
            {
                unknown.push(column);
            }
            None => {}
        }
        before = found;
    }
    (groups, unknown)
}

/// Whether a header is one of this format, be it that the name of its first column is wrong.
pub(super) fn is_header(header: &[String]) -> bool {
    let groups = groups(header).0;
    let known = groups.iter().filter(|group| group.locus.is_known()).count();
    known > 1 || (!groups.is_empty() && find(header, Word::Sample).is_some())
}

/// Reads a table whose header is one of this format.
pub(super) fn read(bytes: &[u8], collector: &mut Collector) -> Result<()> {
    let mut table = Table::open(bytes)?;
    let header = table.header();
    let sample = find(header, Word::Sample).ok_or_else(|| no_sample(&table))?;
    let (groups, unknown) = groups(header);
    for column in unknown {
        let value = format!("{:?}", header[column]);
        let expected = "the id, a locus, kind, category or partial (this column is not read)";
        collector.remark(Problem::new(table.column(column), "column name", value, expected));
    }
    for group in &groups {
        if let Some(problem) = unknown_locus(group.locus) {
            collector.remark(problem.within(table.column(group.cells[0])));
        }
    }
    if groups.is_empty() {
        return Err(Error::invalid(table.header_record(), "number of loci", 0, "1 or more columns of loci"));
    }
    let layout = Layout { sample, roles: Roles::find(header), groups };
    rows::read(&mut table, layout, collector)
}

/// No column is named like an id: the one that is nearest to it, or the first.
fn no_sample(table: &Table<'_>) -> Error {
    let header = table.header();
    let at = find_slip(header, &["specimenId", "Sample Name", "Sample"]).unwrap_or(0);
    let value = format!("{:?}", header.get(at).map_or("", String::as_str));
    Error::invalid(
        table.column(at),
        "column name",
        value,
        "one for ids: id, specimenId, Sample or Sample Name",
    )
}

#[cfg(test)]
#[path = "wide_tests.rs"]
mod tests;
