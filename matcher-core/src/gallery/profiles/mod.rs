//! Profiles laid out for search: a row of small numbers each, in segments that clones share.
//!
//! A row holds what a search reads, two bytes a locus. Where a row does not say all of its profile, the profile is kept
//! beside it, so nothing is lost: [`ProfileTable::get`] gives back what was put in.

mod ids;
mod kept;
mod segment;
mod side;

pub(crate) use segment::{Kind, Outline, Segment};

use crate::dna::{Allele, Encoded, Panel, Profile};
use std::sync::Arc;

/// Rows in a segment: a megabyte at 32 loci, so that copying one is a matter of a fraction of a millisecond.
pub(crate) const SEGMENT: usize = 16_384;

/// Many profiles as rows of a panel.
///
/// A profile keeps its place until it is taken out, and the next one fills the gap. A clone shares the segments; the one
/// that is written to next is copied then.
///
/// # Examples
/// ```
/// use matcher_core::dna::{Panel, Profile};
/// use matcher_core::gallery::ProfileTable;
/// let mut table = ProfileTable::new(Panel::standard());
/// let profile = Profile::new("C-17", [("FGA", vec!["21", "22"]), ("TH01", vec!["9.3", "25>"])])?;
/// let row = table.push(&profile);
/// assert_eq!(table.get(row), Some(profile));
/// table.take(row);
/// assert!(table.is_empty() && table.get(row).is_none());
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProfileTable {
    panel: Panel,
    /// All but the last one are full.
    segments: Vec<Arc<Segment>>,
    /// Rows that are empty.
    free: Vec<usize>,
    len: usize,
    size: usize,
    /// Where a profile is written as a row.
    row: Vec<[u8; 2]>,
}

impl ProfileTable {
    /// An empty table of the loci of a panel; others are kept beside the rows.
    pub fn new(panel: Panel) -> Self {
        Self::in_segments(panel, SEGMENT)
    }

    /// The same, in segments of so many rows: no answer depends on it.
    pub(crate) fn in_segments(panel: Panel, size: usize) -> Self {
        Self { panel, segments: Vec::new(), free: Vec::new(), len: 0, size: size.max(1), row: Vec::new() }
    }

    /// A table of segments that lie in files; what comes next is laid out behind them.
    pub(crate) fn of_segments(panel: Panel, segments: Vec<Arc<Segment>>) -> Self {
        let len = segments.iter().map(|segment| segment.rows()).sum();
        Self { segments, len, ..Self::new(panel) }
    }

    /// A table of these profiles under the panel of their loci.
    ///
    /// # Errors
    /// No profile has a locus.
    pub fn of(profiles: &[Profile]) -> crate::Result<Self> {
        let mut table = Self::new(Panel::of_profiles(profiles)?);
        for profile in profiles {
            table.push(profile);
        }
        Ok(table)
    }

    /// Adds a profile and tells its row.
    pub fn push(&mut self, profile: &Profile) -> usize {
        let mut row = std::mem::take(&mut self.row);
        let encoded = self.panel.encode(profile, &mut row);
        let at = self.place(&row, encoded, profile.id(), Some(profile));
        self.row = row;
        at
    }

    /// Adds a single-source profile that is a row of the panel already: for each column the numbers of two alleles
    /// ([`code`](Self::code)), 0 where one is not known.
    ///
    /// # Panics
    /// The row has not a pair for each locus of the panel or has a number that no allele has, or the id is empty or longer
    /// than 255 bytes.
    pub fn push_row(&mut self, id: &str, row: &[[u8; 2]]) -> usize {
        assert!((1..=255).contains(&id.len()), "ProfileTable::push_row: an id of {} bytes", id.len());
        let known = |(column, pair): (usize, &[u8; 2])| {
            pair.iter().all(|&code| usize::from(code) <= self.panel.alleles(column).len())
        };
        assert!(row.iter().enumerate().all(known), "ProfileTable::push_row: a number that no allele has");
        let mut encoded = Encoded::default();
        for (column, pair) in row.iter().enumerate() {
            let bit = 1 << column;
            encoded.known |= if *pair == [0; 2] { 0 } else { bit };
            encoded.designated |= if pair.contains(&0) { 0 } else { bit };
        }
        self.place(row, encoded, id, None)
    }

    fn place(&mut self, row: &[[u8; 2]], encoded: Encoded, id: &str, profile: Option<&Profile>) -> usize {
        self.len += 1;
        let size = self.size;
        if let Some(at) = self.free.pop() {
            Arc::make_mut(&mut self.segments[at / size]).set(at % size, row, encoded, id, profile);
            return at;
        }
        if self.segments.last().is_none_or(|last| last.is_mapped() || last.rows() >= size) {
            self.segments.push(Arc::new(Segment::new(&self.panel)));
        }
        let full = (self.segments.len() - 1) * size;
        let last = Arc::make_mut(&mut self.segments[full / size]);
        full + last.push(row, encoded, id, profile)
    }

    /// Takes the profile of a row out.
    pub fn take(&mut self, row: usize) {
        if self.segment_of(row).is_some_and(|(segment, at)| segment.is_there(at)) {
            Arc::make_mut(&mut self.segments[row / self.size]).clear(row % self.size);
            self.free.push(row);
            self.len -= 1;
        }
    }

    /// The profile of a row, as it was put in; `None` where there is none.
    pub fn get(&self, row: usize) -> Option<Profile> {
        let (segment, at) = self.segment_of(row)?;
        segment.profile(&self.panel, at)
    }

    /// The id of the profile in a row; `None` where there is none.
    pub fn id(&self, row: usize) -> Option<&str> {
        let (segment, at) = self.segment_of(row)?;
        segment.is_there(at).then(|| segment.id(at))
    }

    /// The kind of the profile in a row; `None` where there is none.
    pub(crate) fn kind(&self, row: usize) -> Option<&Kind> {
        let (segment, at) = self.segment_of(row)?;
        segment.kind(at)
    }

    /// The pair of a column of a row, the lower number first.
    ///
    /// # Panics
    /// There is no such row or column.
    pub(crate) fn pair(&self, row: usize, column: usize) -> [u8; 2] {
        self.segments[row / self.size].table().pair(row % self.size, column)
    }

    fn segment_of(&self, row: usize) -> Option<(&Segment, usize)> {
        let segment = self.segments.get(row / self.size)?;
        (row % self.size < segment.rows()).then_some((&**segment, row % self.size))
    }

    /// How many profiles there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The panel.
    pub fn panel(&self) -> &Panel {
        &self.panel
    }

    /// The number of an allele at a column, for [`push_row`](Self::push_row): see [`Panel::code`].
    ///
    /// # Panics
    /// There is no such column.
    pub fn code(&mut self, column: usize, allele: Allele) -> Option<u8> {
        self.panel.code(column, allele)
    }

    /// The rows that hold a profile, in ascending order.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        let all = self.segments.iter().enumerate();
        all.flat_map(move |(k, segment)| {
            (0..segment.rows()).filter(|&at| segment.is_there(at)).map(move |at| k * self.size + at)
        })
    }

    pub(crate) fn segments(&self) -> &[Arc<Segment>] {
        &self.segments
    }

    /// Rows of a segment.
    pub(crate) fn size(&self) -> usize {
        self.size
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
