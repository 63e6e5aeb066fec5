//! Long tables: a sample and a marker a row, alleles and the heights of their peaks in numbered columns.
//!
//! Rows of one sample need not stand together. A row without alleles says that the marker was typed and gave nothing; a
//! row without a marker only says that there is such a sample. Where a sample has a marker twice, it is several
//! replicates under one name, and which belongs to which cannot be told: the sample is not read.

use super::cell::{self, is_nothing, shown};
use super::collector::{Collector, Notes};
use super::draft::{Draft, unnamed};
use super::header::{Word, find, find_slip, word};
use super::names::Names;
use super::roles::Roles;
use super::rows::{check_id, profile_record, take};
use super::table::Table;
use crate::error::{Error, Problem, Result};
use csv::ByteRecord;
use std::collections::{BTreeMap, HashMap};

/// Where the columns are.
struct Columns {
    sample: usize,
    marker: usize,
    /// By number: the columns of an allele and of its height.
    peaks: Vec<(Option<usize>, Option<usize>)>,
    roles: Roles,
}

/// A sample so far.
struct Sample {
    id: String,
    line: u64,
    draft: Draft,
    notes: Notes,
    broken: Option<Problem>,
}

/// Whether a header is one of this format, be it misspelt: two of the three kinds of columns suffice.
pub(super) fn is_header(header: &[String]) -> bool {
    let near = |found: Option<usize>, names: &[&str]| found.is_some() || find_slip(header, names).is_some();
    let marker = find(header, Word::Marker);
    let alleles = header.iter().position(|name| matches!(word(name), Word::Allele(_)));
    let has_marker = near(marker, &["Marker", "Locus"]);
    let has_alleles = near(alleles, &["Allele1", "Allele2"]);
    let has_sample = near(find(header, Word::Sample), &["SampleName"]);
    (marker.is_some() && (has_alleles || has_sample)) || (alleles.is_some() && (has_marker || has_sample))
}

/// Reads a table whose header is one of this format.
pub(super) fn read(bytes: &[u8], collector: &mut Collector) -> Result<()> {
    let mut table = Table::open(bytes)?;
    let columns = columns(&table, collector)?;
    let samples = samples(&mut table, &columns, collector)?;
    for mut sample in samples {
        let record = profile_record(&sample.id);
        if let (None, Some((locus, first, second))) = (&sample.broken, sample.draft.twice()) {
            let expected = format!(
                "each marker once a sample; it is in line {first} already (give replicates names of their own)"
            );
            let line = format!("line {second}");
            sample.broken = Some(Problem::new(line, "marker", locus, expected));
        }
        let built = if let Some(problem) = sample.broken {
            Err(problem)
        } else {
            let line = format!("line {}", sample.line);
            sample.draft.build(&sample.id).map_err(|error| unnamed(error).within(line))
        };
        match built {
            Ok(profile) => collector.keep(sample.line, profile, sample.notes)?,
            Err(problem) => collector.lose(problem.within(record), sample.notes)?,
        }
    }
    Ok(())
}

fn columns(table: &Table<'_>, collector: &mut Collector) -> Result<Columns> {
    let header = table.header();
    let one = |wanted: Word, name: &str, slips: &[&str]| {
        find(header, wanted).ok_or_else(|| match find_slip(header, slips) {
            Some(at) => Error::invalid(table.column(at), "column name", format!("{:?}", header[at]), name),
            None => Error::invalid(table.header_record(), "column", "missing", name),
        })
    };
    let sample = one(Word::Sample, "SampleName (or Sample Name, Sample.Name)", &["SampleName"])?;
    let marker = one(Word::Marker, "Marker (or Locus)", &["Marker", "Locus"])?;
    let mut peaks: BTreeMap<u16, (Option<usize>, Option<usize>)> = BTreeMap::new();
    for (column, name) in header.iter().enumerate() {
        let value = || format!("{name:?}");
        let slot = match word(name) {
            Word::Allele(number) => &mut peaks.entry(number).or_default().0,
            Word::Height(number) => &mut peaks.entry(number).or_default().1,
            Word::Other | Word::Heights | Word::FrequencyAllele => {
                if find_slip(&header[column..=column], &["Allele1", "Allele2", "Height1", "Height2"])
                    .is_some()
                {
                    let expected = "Allele or Height with its number";
                    return Err(Error::invalid(table.column(column), "column name", value(), expected));
                }
                let expected =
                    "SampleName, Marker, or Allele or Height with a number (this column is not read)";
                collector.remark(Problem::new(table.column(column), "column name", value(), expected));
                continue;
            }
            _ => continue,
        };
        if let Some(first) = slot.replace(column) {
            let expected = format!("each name once; it is column {} already", first + 1);
            return Err(Error::invalid(table.column(column), "column name", value(), expected));
        }
    }
    if peaks.values().all(|(allele, _)| allele.is_none()) {
        return Err(Error::invalid(table.header_record(), "column", "missing", "Allele1, Allele2 and so on"));
    }
    Ok(Columns { sample, marker, peaks: peaks.into_values().collect(), roles: Roles::find(header) })
}

/// The samples in the order in which they first appear.
fn samples(table: &mut Table<'_>, columns: &Columns, collector: &Collector) -> Result<Vec<Sample>> {
    let mut samples: Vec<Sample> = Vec::new();
    let mut places: HashMap<Box<[u8]>, usize> = HashMap::new();
    let (mut record, mut names) = (ByteRecord::new(), Names::default());
    let mut last = usize::MAX;
    while table.next(&mut record)? {
        let line = table.line(&record);
        let id = record.get(columns.sample).unwrap_or_default().trim_ascii();
        if samples.get(last).is_none_or(|sample| sample.id.as_bytes() != id) {
            last = if let Some(place) = places.get(id) {
                *place
            } else {
                collector.check_count(samples.len() + 1)?;
                places.insert(id.into(), samples.len());
                let broken = check_id(id, line, columns.sample).err();
                let (id, draft) = (String::from_utf8_lossy(id).into_owned(), Draft::default());
                samples.push(Sample { id, line, draft, notes: Notes::default(), broken });
                samples.len() - 1
            };
        }
        let sample = &mut samples[last];
        if sample.broken.is_none() {
            sample.broken = row(table, &record, columns, line, sample, &mut names).err();
        }
        if let Some(problem) = sample.broken.as_ref().filter(|_| collector.is_strict()) {
            return Err(problem.clone().within(profile_record(&sample.id)).into());
        }
    }
    Ok(samples)
}

/// Reads one row into its sample.
fn row(
    table: &Table<'_>,
    record: &ByteRecord,
    columns: &Columns,
    line: u64,
    sample: &mut Sample,
    names: &mut Names,
) -> Result<(), Problem> {
    table.sound(record)?;
    let Sample { draft, notes, .. } = sample;
    if let Err(problem) = table.length(record) {
        notes.fault(problem);
    }
    columns.roles.read(record, line, draft, notes);
    let place = |column: usize| format!("line {line}, column {}", column + 1);
    let cell = |column: Option<usize>| column.and_then(|column| record.get(column)).unwrap_or_default();
    let marker = cell(Some(columns.marker)).trim_ascii();
    if marker.is_empty() {
        let filled = columns.peaks.iter().find(|(allele, _)| !is_nothing(cell(*allele).trim_ascii()));
        if filled.is_some() {
            let expected = "the name of a locus for the alleles in its row";
            return Err(Problem::new(place(columns.marker), "marker", shown(marker), expected));
        }
        return Ok(());
    }
    let (locus, remark) = names.locus(marker).map_err(|problem| problem.within(place(columns.marker)))?;
    if let Some(problem) = remark {
        notes.remark(problem.within(place(columns.marker)));
    }
    draft.locus(locus, line);
    for &(allele, height) in &columns.peaks {
        let at = |column: Option<usize>| format!("{} ({locus})", place(column.unwrap_or_default()));
        let found = cell::allele(cell(allele)).map_err(|problem| problem.within(at(allele)))?;
        let measured = cell::height(cell(height)).map_err(|problem| problem.within(at(height)))?;
        match (found, measured) {
            (Some(found), measured) => take(found, measured, draft, names, notes, || at(allele)),
            (None, None) => {}
            // Some programs write 0 where there is no peak.
            (None, Some(height)) if height <= 0.0 => {}
            (None, Some(measured)) => {
                return Err(Problem::new(
                    at(height),
                    "peak height",
                    measured,
                    "none, as there is no allele for it",
                ));
            }
        }
    }
    if let (alleles, heights @ 1..) = draft.last()
        && alleles != heights
    {
        draft.without_heights();
        let expected = format!("{alleles}, one an allele (heights not read here)");
        notes.fault(Problem::new(
            format!("line {line} ({locus})"),
            "number of peak heights",
            heights,
            expected,
        ));
    }
    Ok(())
}

#[cfg(test)]
#[path = "long_tests.rs"]
mod tests;
