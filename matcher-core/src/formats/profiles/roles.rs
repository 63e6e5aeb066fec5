//! Columns beside the loci: what kind of specimen a row is of. All are optional.

use super::cell::{is_nothing, shown, truth};
use super::collector::Notes;
use super::draft::Draft;
use super::header::{Word, find};
use crate::dna::{Category, Source};
use crate::error::Problem;
use csv::ByteRecord;

/// Where the columns are.
pub(super) struct Roles {
    kind: Option<usize>,
    category: Option<usize>,
    partial: Option<usize>,
}

/// The word for a source, as tables have it.
pub(super) const fn source_word(source: Source) -> &'static str {
    match source {
        Source::Single => "single",
        Source::Mixture => "mixture",
    }
}

/// Sets what is not set, or is the same; `false` where it contradicts.
fn agree<T: Copy + PartialEq>(slot: &mut Option<T>, value: T) -> bool {
    *slot.get_or_insert(value) == value
}

/// Takes a word for a source or a category; `false` where it is neither, or contradicts what was said before.
fn take(draft: &mut Draft, word: &str) -> bool {
    let same = |source: Source| word.eq_ignore_ascii_case(source_word(source));
    match [Source::Single, Source::Mixture].into_iter().find(|source| same(*source)) {
        Some(source) => agree(&mut draft.kind, source),
        None => word.parse::<Category>().is_ok_and(|category| agree(&mut draft.category, category)),
    }
}

impl Roles {
    /// By the names of the columns.
    pub(super) fn find(header: &[String]) -> Self {
        Self {
            kind: find(header, Word::Kind),
            category: find(header, Word::Category),
            partial: find(header, Word::Partial),
        }
    }

    /// Reads the cells of one row into the draft. What they say wrongly is left unsaid.
    pub(super) fn read(&self, record: &ByteRecord, line: u64, draft: &mut Draft, notes: &mut Notes) {
        let cell = |column: usize| record.get(column).unwrap_or_default().trim_ascii();
        let place = |column: usize| format!("line {line}, column {}", column + 1);
        for (column, field) in [(self.kind, "kind"), (self.category, "category")] {
            let Some(column) = column.filter(|column| !is_nothing(cell(*column))) else { continue };
            let word = std::str::from_utf8(cell(column)).unwrap_or_default();
            if !take(draft, word) {
                let expected = "single, mixture or a specimen category of CODIS, the same throughout a profile (not read)";
                notes.fault(Problem::new(place(column), field, shown(cell(column)), expected));
            }
        }
        let Some(column) = self.partial.filter(|column| !is_nothing(cell(*column))) else { return };
        draft.partial |= truth(cell(column)).unwrap_or(true);
        if truth(cell(column)).is_none() {
            let expected = "true or false (read as true)";
            notes.fault(Problem::new(place(column), "partial", shown(cell(column)), expected));
        }
    }
}
