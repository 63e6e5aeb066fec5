//! Prints laid out for search: what its first stage reads, side by side in memory.
//!
//! The prints of each finger position lie in a partition of their own, so a probe of a known finger reads those that may
//! be of the same one. A partition is a list of segments of some thousand prints. A clone of a gallery shares the
//! segments; the one that is written to next is copied then. A print keeps its slot until it is taken out, and the next
//! one that comes to the partition fills the gap: nothing moves, so nothing needs to be found again.

use super::store::{HEADER, Section};
use crate::error::Result;
use crate::fingerprint::FingerPosition;
use crate::fingerprint::descriptor::SearchCode;
use crate::memory::Column;
use crate::simd::nearest::{COLUMNS, Panel};
use bytemuck::{Pod, Zeroable};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Prints in a segment: 2.3 MB, so that copying one is a matter of a millisecond.
pub(super) const SEGMENT: usize = 4096;

/// The print in a slot: the place of its subject, and its index among the subject's prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Owner {
    pub(crate) subject: u32,
    pub(crate) print: u32,
}

impl Owner {
    /// Of a slot that is empty.
    const NOBODY: Self = Self { subject: u32::MAX, print: u32::MAX };

    pub(crate) fn is_nobody(self) -> bool {
        self == Self::NOBODY
    }

    /// The same, its place counted from where its segment's places begin.
    pub(crate) fn counted_from(self, base: u32) -> Self {
        if self.is_nobody() { self } else { Self { subject: self.subject + base, ..self } }
    }
}

/// Some thousand prints: four columns, a row a slot.
#[derive(Clone, Default)]
pub(crate) struct Segment {
    panels: Column<Panel>,
    tags: Column<[u8; COLUMNS]>,
    /// Minutiae of the search code, 0 to 32.
    minutiae: Column<u8>,
    owners: Column<Owner>,
    /// Where the columns lie in a file, in this order; its bytes are checked at first touch.
    sections: Option<[Section; 4]>,
    /// How many subjects the file has, one of whom owns each print.
    subjects: usize,
}

impl Segment {
    /// Slots, empty ones included.
    pub(crate) fn len(&self) -> usize {
        self.owners.len()
    }

    /// Columns of a file with so many subjects: a row each, or what is wrong.
    pub(super) fn mapped(sections: [Section; 4], subjects: usize) -> Result<Self> {
        let [panels, tags, minutiae, owners] = &sections;
        let segment = Self {
            panels: panels.column(0..panels.len())?,
            tags: tags.column(0..tags.len())?,
            minutiae: minutiae.column(0..minutiae.len())?,
            owners: owners.column(0..owners.len())?,
            sections: None,
            subjects,
        };
        let rows = segment.len();
        if [segment.panels.len(), segment.tags.len(), segment.minutiae.len()].iter().any(|&n| n != rows) {
            return Err(owners.damaged("the columns of prints are not of one length".to_owned()));
        }
        Ok(Self { sections: Some(sections), ..segment })
    }

    /// Whether some rows are what was written to the file that they lie in, by its checksums, and each belongs to one of
    /// its subjects.
    ///
    /// # Errors
    /// [`Error::Damaged`](crate::Error::Damaged).
    pub(crate) fn check(&self, rows: Range<usize>) -> Result<()> {
        for (section, size) in self.sections.iter().flatten().zip([size_of::<Panel>(), COLUMNS]) {
            section.check_range(rows.start * size..rows.end * size)?;
        }
        self.check_owners(rows)
    }

    /// The same of whose prints some rows are, and of how many minutiae they have, alone.
    ///
    /// # Errors
    /// [`Error::Damaged`](crate::Error::Damaged).
    pub(crate) fn check_owners(&self, rows: Range<usize>) -> Result<()> {
        let Some([_, _, minutiae, owners]) = &self.sections else { return Ok(()) };
        minutiae.check_range(rows.clone())?;
        owners.check_range(rows.start * size_of::<Owner>()..rows.end * size_of::<Owner>())?;
        if self.owners[rows].iter().any(|owner| owner.subject as usize >= self.subjects) {
            return Err(owners.damaged("the owner of a print is no subject".to_owned()));
        }
        Ok(())
    }

    /// The header of the file that the columns lie in, which tells what is in it; `None` in memory.
    pub(crate) fn file_header(&self) -> Option<[u8; HEADER]> {
        self.sections.as_ref().map(|[panels, ..]| panels.header())
    }

    /// The columns as bytes, as [`Segment::mapped`] takes them.
    pub(super) fn bytes(&self) -> [&[u8]; 4] {
        [
            bytemuck::cast_slice(&self.panels),
            bytemuck::cast_slice(&self.tags),
            &self.minutiae,
            bytemuck::cast_slice(&self.owners),
        ]
    }

    pub(crate) fn panels(&self) -> &[Panel] {
        &self.panels
    }

    pub(crate) fn tags(&self) -> &[[u8; COLUMNS]] {
        &self.tags
    }

    pub(crate) fn minutiae(&self) -> &[u8] {
        &self.minutiae
    }

    pub(crate) fn owners(&self) -> &[Owner] {
        &self.owners
    }
}

impl Segment {
    fn set(&mut self, k: usize, panel: &Panel, tags: [u8; COLUMNS], minutiae: u8, owner: Owner) {
        self.panels.to_mut()[k] = *panel;
        self.tags.to_mut()[k] = tags;
        self.minutiae.to_mut()[k] = minutiae;
        self.owners.to_mut()[k] = owner;
    }
}

/// Codes are biometric data: only their number is shown.
impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Segment").field("len", &self.len()).finish_non_exhaustive()
    }
}

/// The prints of one finger position.
#[derive(Clone, Debug, Default)]
struct Partition {
    /// All but the last one are full.
    segments: Vec<Arc<Segment>>,
    /// Slots that are empty.
    free: Vec<u32>,
}

/// All prints of a gallery that have a search code.
#[derive(Clone, Debug)]
pub(crate) struct Fingerprints {
    partitions: [Partition; FingerPosition::ALL.len()],
    segment: usize,
}

impl Fingerprints {
    /// Nothing yet, in segments of so many prints; the size changes no answer.
    pub(super) fn new(segment: usize) -> Self {
        Self { partitions: Default::default(), segment: segment.max(1) }
    }

    /// The segments of a finger position.
    pub(crate) fn segments(&self, position: FingerPosition) -> &[Arc<Segment>] {
        &self.partitions[usize::from(position.code())].segments
    }

    /// Lays a print out and tells its slot.
    pub(super) fn add(&mut self, position: FingerPosition, code: &SearchCode, owner: Owner) -> u32 {
        let size = self.segment;
        let partition = self.partition(position);
        let (panel, tags) = code.panel();
        let minutiae = code.len() as u8; // at most 32
        if let Some(slot) = partition.free.pop() {
            let (segment, k) = partition.writable(slot, size);
            segment.set(k, &panel, tags, minutiae, owner);
            return slot;
        }
        if partition.segments.last().is_none_or(|last| last.len() >= size) {
            partition.segments.push(Arc::default());
        }
        let full = (partition.segments.len() - 1) * size;
        let (segment, _) = partition.writable(full as u32, size);
        segment.panels.to_mut().push(panel);
        segment.tags.to_mut().push(tags);
        segment.minutiae.to_mut().push(minutiae);
        segment.owners.to_mut().push(owner);
        (full + segment.len() - 1) as u32
    }

    /// Empties a slot.
    pub(super) fn take(&mut self, position: FingerPosition, slot: u32) {
        let size = self.segment;
        let partition = self.partition(position);
        let (segment, k) = partition.writable(slot, size);
        // Without tags the columns are absent: what was there adds to no sum any more.
        segment.set(k, &Panel::from_codes(&[]), [0; COLUMNS], 0, Owner::NOBODY);
        partition.free.push(slot);
    }

    /// Notes that a print's subject has moved to another place.
    pub(super) fn moved(&mut self, position: FingerPosition, slot: u32, subject: u32) {
        let size = self.segment;
        let (segment, k) = self.partition(position).writable(slot, size);
        segment.owners.to_mut()[k].subject = subject;
    }

    fn partition(&mut self, position: FingerPosition) -> &mut Partition {
        &mut self.partitions[usize::from(position.code())]
    }
}

impl Partition {
    /// The segment of a slot, copied if somebody shares it, and the place in it.
    fn writable(&mut self, slot: u32, size: usize) -> (&mut Segment, usize) {
        let slot = slot as usize;
        (Arc::make_mut(&mut self.segments[slot / size]), slot % size)
    }
}
