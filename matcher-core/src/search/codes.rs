//! The first stage: the search codes of all prints against those of the probe.
//!
//! The panels of a gallery are read once for all probes of a call. What comes out is a number a print in a buffer a
//! piece; nothing else is allocated.

use super::cascade::{self, Cascade};
use super::clock::Clock;
use super::index::Shortlist;
use crate::error::Result;
use crate::fingerprint::FingerPosition;
use crate::gallery::{Gallery, Owner, Segment, bit};
use crate::simd::Level;
use crate::simd::nearest::{COLUMNS, Panel, Rows, sums};
use crate::units::Angle;
use crate::work::Threads;
use std::ops::Range;
use std::sync::Arc;

/// Prints in a piece of work: a fifth of a millisecond a probe.
pub(super) const PIECE: usize = 2048;
/// Prints that are scored against all probes before the next ones: 139 kB, which stay in the second cache.
const BLOCK: usize = 256;

/// How the stage runs; no answer depends on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Engine {
    pub(super) level: Level,
    /// Prints in a piece of work.
    pub(super) piece: usize,
}

impl Engine {
    pub(super) fn standard() -> Self {
        Self { level: Level::active(), piece: PIECE }
    }
}

/// A print of a probe that goes through the stage.
pub(super) struct CodeProbe {
    pub(super) rows: Rows,
    /// Finger positions that it is compared with, a bit each.
    pub(super) wanted: u16,
    /// See [`Cascade::radius`].
    pub(super) radius: u8,
    /// The largest difference in direction between minutiae that count.
    pub(super) max_rotation: Option<Angle>,
}

/// What a value may depend on besides the two prints.
pub(super) struct Rules<'a> {
    pub(super) cascade: &'a Cascade,
    /// Whether the subject at a place is left out.
    pub(super) excluded: &'a (dyn Fn(u32) -> bool + Sync),
    /// Whether there are any of these.
    pub(super) excludes: bool,
    /// What an index found for the only probe: of the segments that it knows no other prints are looked at.
    pub(super) shortlist: Option<&'a Shortlist>,
}

/// Some prints of a segment.
pub(super) struct Piece {
    pub(super) position: FingerPosition,
    segment: Arc<Segment>,
    /// The place from which its owners count.
    base: u32,
    slots: Slots,
}

/// Which prints of a segment.
enum Slots {
    /// All in a range.
    Range(Range<usize>),
    /// Those that an index listed.
    Listed(Vec<u32>),
}

impl Slots {
    fn len(&self) -> usize {
        match self {
            Self::Range(range) => range.len(),
            Self::Listed(slots) => slots.len(),
        }
    }

    fn iter(&self) -> impl Iterator<Item = usize> + Clone {
        let (range, listed) = match self {
            Self::Range(range) => (range.clone(), &[][..]),
            Self::Listed(slots) => (0..0, &slots[..]),
        };
        range.chain(listed.iter().map(|&slot| slot as usize))
    }
}

impl Piece {
    /// Whose prints they are.
    pub(super) fn owners(&self) -> impl Iterator<Item = Owner> + Clone {
        let (base, owners) = (self.base, self.segment.owners());
        self.slots.iter().map(move |slot| owners[slot].counted_from(base))
    }

    /// Checks what is read of the segment.
    fn check(&self) -> Result<()> {
        match &self.slots {
            Slots::Range(range) => self.segment.check(range.clone()),
            Slots::Listed(slots) => slots
                .iter()
                .map(|&slot| slot as usize)
                .try_for_each(|slot| self.segment.check(slot..slot + 1)),
        }
    }
}

/// What came out of a piece.
pub(super) struct Values {
    pub(super) piece: Piece,
    /// For each probe, 1 more than the value of each print, and 0 where there is none; empty where the probe is not
    /// compared with these prints. `None` where the piece was not reached.
    pub(super) probes: Option<Vec<Vec<u32>>>,
}

/// Looks at all prints that any of the probes wants.
pub(super) fn values(
    gallery: &Gallery,
    probes: &[CodeProbe],
    rules: &Rules<'_>,
    engine: Engine,
    threads: Threads,
    (clock, subjects): (&Clock<'_>, usize),
) -> Result<Vec<Values>> {
    let wanted = probes.iter().fold(0, |all, probe| all | probe.wanted);
    let mut pieces = Vec::new();
    for position in FingerPosition::ALL.into_iter().filter(|&position| wanted & bit(position) != 0) {
        for (segment, base) in gallery.segments(position) {
            let piece = |slots| Piece { position, segment: Arc::clone(segment), base, slots };
            if let Some(slots) = rules.shortlist.and_then(|list| list.slots(position, segment)) {
                pieces.extend(slots.chunks(engine.piece).map(|slots| piece(Slots::Listed(slots.to_vec()))));
                continue;
            }
            for start in (0..segment.len()).step_by(engine.piece) {
                pieces.push(piece(Slots::Range(start..segment.len().min(start + engine.piece))));
            }
        }
    }
    let part = clock.part(subjects, pieces.len());
    let factors = rules.cascade.factors();
    let results = threads.map(&pieces, |piece| -> Result<Option<Vec<Vec<u32>>>> {
        if part.stops() {
            return Ok(None);
        }
        piece.check()?;
        let mut all = scored(piece, probes, engine.level);
        for values in &mut all {
            rank(piece, values, &factors, rules);
        }
        part.add(1);
        Ok(Some(all))
    })?;
    pieces.into_iter().zip(results).map(|(piece, probes)| Ok(Values { piece, probes: probes? })).collect()
}

/// The kernel's sums of a piece for each probe that wants it.
fn scored(piece: &Piece, probes: &[CodeProbe], level: Level) -> Vec<Vec<u32>> {
    let wants = |probe: &CodeProbe| probe.wanted & bit(piece.position) != 0;
    let size = |probe| if wants(probe) { piece.slots.len() } else { 0 };
    let mut all: Vec<Vec<u32>> = probes.iter().map(|probe| vec![0; size(probe)]).collect();
    let mut look = |panels: &[Panel], tags: &[[u8; COLUMNS]], out: Range<usize>| {
        for (probe, values) in probes.iter().zip(&mut all).filter(|(probe, _)| wants(probe)) {
            let (rows, out) = (std::slice::from_ref(&probe.rows), &mut values[out.clone()]);
            sums(level, rows, panels, tags, probe.radius, probe.max_rotation.and_then(gate), out);
        }
    };
    let (panels, tags) = (piece.segment.panels(), piece.segment.tags());
    match &piece.slots {
        Slots::Range(range) => {
            for start in range.clone().step_by(BLOCK) {
                let block = start..range.end.min(start + BLOCK);
                let out = start - range.start..block.end - range.start;
                look(&panels[block.clone()], &tags[block], out);
            }
        }
        Slots::Listed(slots) => {
            for (start, slots) in (0..).step_by(BLOCK).zip(slots.chunks(BLOCK)) {
                let of = slots.iter().map(|&slot| slot as usize).map(|slot| (panels[slot], tags[slot]));
                let (panels, tags): (Vec<Panel>, Vec<_>) = of.unzip();
                look(&panels, &tags, start..start + slots.len());
            }
        }
    }
    all
}

/// Makes of the sums what prints are ranked by: 1 more than their mean, and 0 where nobody is or may be looked at.
fn rank(piece: &Piece, values: &mut [u32], factors: &[u32], rules: &Rules<'_>) {
    let minutiae = piece.segment.minutiae();
    for ((value, owner), slot) in values.iter_mut().zip(piece.owners()).zip(piece.slots.iter()) {
        let out = owner.is_nobody() || (rules.excludes && (rules.excluded)(owner.subject));
        *value = if out { 0 } else { 1 + cascade::mean(*value, factors[usize::from(minutiae[slot])]) };
    }
}

/// The kernel's gate: directions that differ by no more than the angle are never further apart in its steps, of which
/// each is rounded down. `None` from half a turn on.
fn gate(max_rotation: Angle) -> Option<u8> {
    let steps = max_rotation.steps() / 512 + 1;
    (steps < 64).then_some(steps as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_never_shuts_out_what_lies_within_the_angle() {
        for (degrees, steps) in
            [(0.0, Some(1)), (2.8, Some(1)), (45.0, Some(17)), (177.0, Some(63)), (178.0, None)]
        {
            assert_eq!(gate(Angle::from_degrees(degrees).unwrap()), steps, "{degrees}");
        }
    }
}
