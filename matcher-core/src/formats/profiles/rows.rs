//! A profile a row: what wide tables and the text export of GeneMapper have in common.
//!
//! The header is understood once; a row then costs no look-up of a name. A cell holds an allele, a list of them
//! (`11, 12, , `), or nothing.

use super::cell::{self, is_nothing, shown};
use super::collector::{Collector, Notes};
use super::draft::{Draft, unnamed};
use super::names::Names;
use super::roles::Roles;
use super::table::Table;
use crate::dna::{Allele, Locus};
use crate::error::{Problem, Result};
use csv::ByteRecord;

/// The columns of one locus.
pub(super) struct Group {
    pub(super) locus: Locus,
    /// Columns of alleles.
    pub(super) cells: Vec<usize>,
    /// The column with the heights of the peaks, in the order of the alleles.
    pub(super) heights: Option<usize>,
}

/// What the columns of a table are.
pub(super) struct Layout {
    pub(super) sample: usize,
    pub(super) roles: Roles,
    /// The loci, each once.
    pub(super) groups: Vec<Group>,
}

/// Reads all rows of a table.
pub(super) fn read(table: &mut Table<'_>, mut layout: Layout, collector: &mut Collector) -> Result<()> {
    // In the order of loci, so that profiles need no sorting.
    layout.groups.sort_by_key(|group| group.locus);
    let (mut record, mut draft, mut names) = (ByteRecord::new(), Draft::default(), Names::default());
    while table.next(&mut record)? {
        let line = table.line(&record);
        let mut notes = Notes::default();
        let id = String::from_utf8_lossy(record.get(layout.sample).unwrap_or_default().trim_ascii());
        let read = sound(table, &record, &layout, &mut notes)
            .and_then(|()| cells(&record, &layout, line, &mut draft, &mut names, &mut notes))
            .and_then(|()| draft.build(&id).map_err(|error| unnamed(error).within(format!("line {line}"))));
        match read {
            Ok(profile) => collector.keep(line, profile, notes)?,
            Err(problem) => collector.lose(problem.within(profile_record(&id)), notes)?,
        }
    }
    Ok(())
}

/// The profile, as a message names it.
pub(super) fn profile_record(id: &str) -> String {
    let shown: String = id.chars().take(64).collect();
    format!("profile {shown:?}")
}

/// Whether the row as a whole can be read.
fn sound(table: &Table<'_>, record: &ByteRecord, layout: &Layout, notes: &mut Notes) -> Result<(), Problem> {
    table.sound(record)?;
    if let Err(problem) = table.length(record) {
        notes.fault(problem);
    }
    check_id(record.get(layout.sample).unwrap_or_default(), table.line(record), layout.sample)
}

/// An id has to be there, as text.
pub(super) fn check_id(id: &[u8], line: u64, column: usize) -> Result<(), Problem> {
    let id = id.trim_ascii();
    if !id.is_empty() && id.len() <= 255 && std::str::from_utf8(id).is_ok() {
        return Ok(());
    }
    let place = format!("line {line}, column {}", column + 1);
    Err(Problem::new(place, "profile id", shown(id), "1 to 255 bytes of UTF-8"))
}

/// Reads the cells of all loci into the draft.
fn cells(
    record: &ByteRecord,
    layout: &Layout,
    line: u64,
    draft: &mut Draft,
    names: &mut Names,
    notes: &mut Notes,
) -> Result<(), Problem> {
    draft.clear();
    layout.roles.read(record, line, draft, notes);
    for group in &layout.groups {
        draft.locus(group.locus, line);
        for &column in &group.cells {
            let cell = record.get(column).unwrap_or_default();
            // Neither an allele nor a word for nothing holds a comma, and no allele a slash.
            let is_list = || cell.contains(&b',') || (cell.contains(&b'/') && !is_nothing(cell.trim_ascii()));
            let heights = group.heights.map(|column| record.get(column).unwrap_or_default());
            let read = match (cell::allele(cell), heights) {
                (Ok(None), None) => Ok(()),
                (Ok(Some(allele)), None) => {
                    take(allele, None, draft, names, notes, || place(line, column, group.locus));
                    Ok(())
                }
                (Err(problem), None) if !is_list() => Err(problem),
                (_, heights) => list(cell, heights, |allele, height| {
                    take(allele, height, draft, names, notes, || place(line, column, group.locus));
                }),
            };
            read.map_err(|problem| problem.within(place(line, column, group.locus)))?;
        }
        if let (alleles, heights @ 1..) = draft.last()
            && alleles != heights
        {
            draft.without_heights();
            let expected = format!("{alleles}, one an allele (heights not read here)");
            let place = place(line, group.heights.unwrap_or_default(), group.locus);
            notes.fault(Problem::new(place, "number of peak heights", heights, expected));
        }
    }
    Ok(())
}

fn place(line: u64, column: usize, locus: Locus) -> String {
    format!("line {line}, column {} ({locus})", column + 1)
}

/// Takes an allele, and says where it looks like none.
pub(super) fn take(
    allele: Allele,
    height: Option<f32>,
    draft: &mut Draft,
    names: &mut Names,
    notes: &mut Notes,
    place: impl FnOnce() -> String,
) {
    if let Some(problem) = names.word(allele) {
        notes.remark(problem.within(place()));
    }
    draft.allele(allele, height);
}

/// Takes a list of alleles apart, with the list of their heights.
fn list(
    cell: &[u8],
    heights: Option<&[u8]>,
    mut take: impl FnMut(Allele, Option<f32>),
) -> Result<(), Problem> {
    let none = is_nothing(cell.trim_ascii());
    let end = |byte: &u8| *byte == b',' || (*byte == b'/' && !none);
    let mut heights = heights.into_iter().flat_map(|cell| cell.split(|byte| *byte == b','));
    for (part, number) in cell.split(end).zip(1..) {
        let height = heights.next().map_or(Ok(None), cell::height)?;
        match (cell::allele(part)?, height) {
            (Some(allele), height) => take(allele, height),
            (None, None) => {}
            (None, Some(height)) => {
                let expected = format!("one for its height {height}");
                return Err(Problem::new("", format!("allele {number}"), "empty", expected));
            }
        }
    }
    Ok(())
}
