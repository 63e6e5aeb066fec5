//! A segment of a table under the options of a search, and what became of its profiles.

use super::compile::{Compiled, InFull};
use super::hits::Hit;
use super::options::ProfileOptions;
use crate::dna::compare::{Outcome, Victims, compare_by};
use crate::error::Result;
use crate::gallery::{Gallery, Kind, Marks, ProfileSegment, ProfileTable};
use crate::simd::planes::Table;

/// What is searched.
pub(super) struct Target<'t> {
    pub(super) table: &'t ProfileTable,
    /// Rows that are left out.
    pub(super) excluded: Marks,
    /// The gallery whose profiles these are; `None` where they are of nobody else.
    pub(super) gallery: Option<&'t Gallery>,
}

impl<'t> Target<'t> {
    /// A table.
    pub(super) fn table(table: &'t ProfileTable, excluded: Marks) -> Self {
        Self { table, excluded, gallery: None }
    }

    /// Profiles that are asked for.
    pub(super) fn len(&self) -> usize {
        self.table.len() - self.excluded.count()
    }

    /// Who a row is of: a subject of a gallery, or the profile itself.
    pub(super) fn name(&self, row: usize) -> &'t str {
        match self.gallery {
            None => self.table.id(row).unwrap_or_default(),
            Some(gallery) => gallery.name_of_profile(row),
        }
    }
}

/// What became of profiles, for one probe.
#[derive(Default)]
pub(super) struct Counted<'t> {
    pub(super) hits: Vec<Hit<'t>>,
    pub(super) searched: usize,
    pub(super) not_comparable: usize,
    pub(super) not_searched: usize,
}

impl<'t> Counted<'t> {
    /// Where profiles of a kind are counted.
    pub(super) fn place(&mut self, compiled: &Compiled<'_>, kind: &Kind) -> &mut usize {
        if compiled.is_comparable(kind) { &mut self.searched } else { &mut self.not_comparable }
    }

    /// Adds what became of others.
    pub(super) fn merge(&mut self, other: Self) {
        self.hits.extend(other.hits);
        self.searched += other.searched;
        self.not_comparable += other.not_comparable;
        self.not_searched += other.not_searched;
    }

    /// Compares a row in full, and keeps it where it is a hit; `None` where there is no profile.
    pub(super) fn compare(
        &mut self,
        target: &Target<'t>,
        compiled: &Compiled<'_>,
        row: usize,
    ) -> Option<Outcome> {
        let profile = target.table.get(row)?;
        let (probe, rule) = (compiled.probe, compiled.rule);
        let comparison = compare_by(&compiled.method, probe, &profile, rule, Victims::default());
        if comparison.is_hit() {
            self.hits.push(Hit::new(&comparison, &compiled.rarity, target.name(row), row));
        }
        Some(comparison.outcome)
    }
}

/// A segment under the options of a search.
pub(super) struct Piece<'t, 'o> {
    target: &'o Target<'t>,
    segment: &'t ProfileSegment,
    first: usize,
    options: &'o ProfileOptions<'o>,
}

impl<'t, 'o> Piece<'t, 'o> {
    pub(super) fn new(target: &'o Target<'t>, number: usize, options: &'o ProfileOptions<'_>) -> Self {
        let table = target.table;
        Self { target, segment: &table.segments()[number], first: number * table.size(), options }
    }

    /// Makes sure that what is read of a file is what was written; called before anything else.
    pub(super) fn ready(&self) -> Result<()> {
        self.segment.ready()
    }

    /// What a search reads.
    pub(super) fn table(&self) -> &'t Table {
        self.segment.table()
    }

    /// Rows that are not left out, empty ones included.
    pub(super) fn asked(&self) -> usize {
        let rows = self.first..self.first + self.segment.rows();
        self.segment.rows() - self.target.excluded.within(rows).count()
    }

    /// Rows of this segment that are left out by id, of admitted categories.
    fn left_out(&self) -> impl Iterator<Item = &'t Kind> {
        let rows = self.first..self.first + self.segment.rows();
        let excluded = self.target.excluded.within(rows);
        let kinds = excluded.filter_map(|row| self.segment.kind(row - self.first));
        kinds.filter(|kind| self.options.admits_category(kind.category))
    }

    /// The kind of a row that is looked at.
    fn admitted(&self, row: usize) -> Option<&'t Kind> {
        let kind = self.segment.kind(row)?;
        let admitted =
            self.options.admits_category(kind.category) && !self.target.excluded.contains(self.first + row);
        admitted.then_some(kind)
    }

    pub(super) fn not_reached(&self) -> Counted<'t> {
        let admitted = self.segment.kinds().filter(|(kind, _)| self.options.admits_category(kind.category));
        let not_searched = admitted.map(|(_, count)| count).sum::<usize>() - self.left_out().count();
        Counted { not_searched, ..Counted::default() }
    }

    /// Counts what can be compared, and compares in full what must be.
    pub(super) fn count(&self, compiled: &Compiled<'_>) -> Counted<'t> {
        let mut found = Counted::default();
        let mut any_in_full = false;
        for (kind, count) in
            self.segment.kinds().filter(|(kind, _)| self.options.admits_category(kind.category))
        {
            if compiled.in_full(kind) {
                any_in_full = true;
            } else {
                *found.place(compiled, kind) += count;
            }
        }
        for kind in self.left_out().filter(|kind| !compiled.in_full(kind)) {
            *found.place(compiled, kind) -= 1;
        }
        if any_in_full {
            let in_full = |&row: &usize| self.admitted(row).is_some_and(|kind| compiled.in_full(kind));
            for row in self.may_be_in_full(compiled).filter(in_full) {
                match found.compare(self.target, compiled, self.first + row) {
                    Some(Outcome::NotComparable(_)) | None => found.not_comparable += 1,
                    Some(_) => found.searched += 1,
                }
            }
        }
        found
    }

    /// Rows among which are all that must be compared in full.
    fn may_be_in_full(&self, compiled: &Compiled<'_>) -> Box<dyn Iterator<Item = usize> + 't> {
        match compiled.in_full {
            InFull::Odd => Box::new(self.segment.odd()),
            InFull::Kept => Box::new(self.segment.kept()),
            InFull::All => Box::new(0..self.segment.rows()),
        }
    }

    /// Compares a row that passed its tests, unless it was compared in full already.
    pub(super) fn offer(&self, compiled: &Compiled<'_>, row: usize, found: &mut Counted<'t>) {
        if !compiled.refused && self.admitted(row).is_some_and(|kind| !compiled.in_full(kind)) {
            found.compare(self.target, compiled, self.first + row);
        }
    }
}
