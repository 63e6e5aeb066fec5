//! Who is compared with whom: the subjects in the order of their ids, and where their prints lie.
//!
//! Nothing here depends on where the gallery has laid out what. It takes 4 bytes a subject and 16 a print.

use crate::error::Result;
use crate::fingerprint::FingerPosition;
use crate::gallery::{Gallery, Marks, Placed, Segment};
use crate::search::duplicates::checkpoint::digits;
use crate::simd::nearest::{COLUMNS, Panel};
use sha2::{Digest, Sha256};
use std::ops::Range;

/// Where the search code of a print lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    /// The rank of its subject.
    pub(super) rank: u32,
    /// Its index among the subject's prints.
    pub(super) print: u32,
    segment: u32,
    at: u32,
}

/// The subjects that can be compared, a rank each.
pub(super) struct Roster<'g> {
    gallery: &'g Gallery,
    /// By rank.
    places: Vec<u32>,
    /// Prints that have a search code, in the order of their subjects.
    slots: Vec<Slot>,
    segments: Vec<(FingerPosition, &'g Segment)>,
    pub(super) not_comparable: usize,
}

impl<'g> Roster<'g> {
    /// All that are not left out.
    ///
    /// # Errors
    /// What lies in a file is damaged.
    pub(super) fn new(gallery: &'g Gallery, left_out: &Marks) -> Result<Self> {
        let there = || (0..gallery.places()).filter(|&place| !left_out.contains(place));
        let comparable = there().filter(|&place| gallery.placed(place).positions() != 0);
        let mut places: Vec<u32> = comparable.map(|place| place as u32).collect();
        places.sort_unstable_by_key(|&place| gallery.placed(place as usize).id());
        let mut ranks = vec![u32::MAX; gallery.places()];
        for (rank, &place) in (0..).zip(&places) {
            ranks[place as usize] = rank;
        }
        let (mut segments, mut slots) = (Vec::new(), Vec::new());
        for position in FingerPosition::ALL {
            for (segment, base) in gallery.segments(position) {
                segment.check(0..segment.len())?;
                let number = segments.len() as u32;
                segments.push((position, &**segment));
                for (at, owner) in (0..).zip(segment.owners()).filter(|(_, owner)| !owner.is_nobody()) {
                    let owner = owner.counted_from(base);
                    let rank = ranks[owner.subject as usize];
                    if rank != u32::MAX {
                        slots.push(Slot { rank, print: owner.print, segment: number, at });
                    }
                }
            }
        }
        slots.sort_unstable();
        let not_comparable = there().count() - places.len();
        Ok(Self { gallery, places, slots, segments, not_comparable })
    }

    pub(super) fn gallery(&self) -> &'g Gallery {
        self.gallery
    }

    /// How many subjects there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn subject(&self, rank: u32) -> Placed<'g> {
        self.gallery.placed(self.places[rank as usize] as usize)
    }

    /// All prints with a search code, in the order of their subjects.
    pub(super) fn all(&self) -> &[Slot] {
        &self.slots
    }

    /// Those of some subjects.
    pub(super) fn slots(&self, ranks: Range<u32>) -> &[Slot] {
        let before = |rank: u32| self.slots.partition_point(|slot| slot.rank < rank);
        &self.slots[before(ranks.start)..before(ranks.end)]
    }

    /// The rank after the last subject of those from `start` on that have no more than so many prints together: one
    /// subject at least.
    pub(super) fn end(&self, start: u32, prints: usize) -> u32 {
        let first = self.slots.partition_point(|slot| slot.rank < start);
        let last = self.slots.get(first + prints).map_or(self.len() as u32, |slot| slot.rank);
        last.clamp(start + 1, self.len() as u32)
    }

    pub(super) fn position(&self, slot: Slot) -> FingerPosition {
        self.segments[slot.segment as usize].0
    }

    /// The search code of a print: the panel, its tags, and how many minutiae it has.
    ///
    /// # Errors
    /// What lies in a file is damaged.
    pub(super) fn code(&self, slot: Slot) -> Result<(&'g Panel, &'g [u8; COLUMNS], u8)> {
        let (segment, at) = (self.segments[slot.segment as usize].1, slot.at as usize);
        segment.check(at..at + 1)?;
        Ok((&segment.panels()[at], &segment.tags()[at], segment.minutiae()[at]))
    }

    /// A number that the id of a subject alone decides, as if by lot.
    pub(super) fn lot(&self, rank: u32) -> u64 {
        let digest = Sha256::digest(self.subject(rank).id());
        digest.iter().take(8).fold(0, |number, &byte| number << 8 | u64::from(byte))
    }

    /// What is compared, in 32 digits: the ids and the prints, whatever their layout.
    ///
    /// # Errors
    /// What lies in a file is damaged.
    pub(super) fn digest(&self) -> Result<String> {
        let mut digest = Sha256::new();
        let mut packed = Vec::new();
        for rank in 0..self.len() as u32 {
            let subject = self.subject(rank);
            digest.update([subject.id().len() as u8]);
            digest.update(subject.id());
            for print in subject.comparable(u16::MAX) {
                packed.clear();
                subject.prepared(print)?.pack(&mut packed);
                digest.update((print as u32).to_le_bytes());
                digest.update((packed.len() as u32).to_le_bytes());
                digest.update(&packed);
            }
        }
        Ok(digits(digest))
    }
}
