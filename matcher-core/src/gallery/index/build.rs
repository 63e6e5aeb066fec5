//! Making an index: cells, then the lists of each finger position.

use super::cells::{blocks, fitted};
use super::config::MOST_CELLS;
use super::{CELLS, FAR, Identity, IndexConfig, IndexReport, Lists, PrintIndex, Words, padded};
use crate::error::{Error, Result};
use crate::fingerprint::FingerPosition;
use crate::fingerprint::descriptor::words;
use crate::gallery::Gallery;
use crate::gallery::fingerprints::Segment;
use crate::simd::Level;
use crate::simd::hamming::{Block, distances};
use crate::simd::smallest::smallest;
use crate::work::{Counter, Threads, Watch};
use std::collections::HashMap;
use std::sync::Arc;

/// Codes of one finger position a cell, about, where nobody says how many cells there are to be.
const PER_CELL: usize = 1000;
/// The most cells then: more would take long to fit.
const MOST_UNASKED: usize = 1 << 14;
/// Prints whose minutiae are put into cells together.
const PIECE: usize = 256;

/// What was made, with the codes that the cells are around.
pub(super) struct Built {
    pub(super) index: PrintIndex,
    pub(super) centres: Vec<Words>,
    pub(super) report: IndexReport,
    /// Which segments are in it, by finger position, in the order of their slots.
    pub(super) segments: Vec<(FingerPosition, Arc<Segment>)>,
}

/// Makes an index of all prints of a gallery in memory, or of those in segments of its folder.
pub(super) fn build(
    gallery: &Gallery,
    config: &IndexConfig,
    threads: Threads,
    watch: Watch<'_>,
) -> Result<Built> {
    config.check()?;
    let in_files = gallery.folder().is_some();
    let (mut segments, mut outside) = (Vec::new(), 0);
    for position in FingerPosition::ALL {
        for (segment, _) in gallery.segments(position) {
            if in_files && segment.file_header().is_none() {
                outside += prints(segment);
            } else {
                segment.check(0..segment.len())?;
                segments.push((position, Arc::clone(segment)));
            }
        }
    }
    let of = |position: FingerPosition| -> Vec<&Arc<Segment>> {
        segments.iter().filter(|of| of.0 == position).map(|of| &of.1).collect()
    };
    let largest = FingerPosition::ALL.into_iter().map(|position| minutiae(&of(position))).max().unwrap_or(0);
    let all: Vec<&Arc<Segment>> = segments.iter().map(|of| &of.1).collect();
    let total = minutiae(&all);
    let most = total / CELLS * CELLS;
    if most == 0 {
        let expected = format!("at least {CELLS}, in segments of the folder where the gallery has one");
        return Err(Error::invalid("index", "minutiae", total, expected));
    }
    let wanted = (largest / PER_CELL).next_power_of_two().clamp(CELLS, MOST_UNASKED);
    let cells = config.cells.unwrap_or(wanted).min(most).min(MOST_CELLS);
    let sample = sample(&all, total, config.sample * cells);
    let counter = watch.counter(segments.iter().map(|(_, segment)| segment.len()).sum());
    if counter.cancelled() {
        return Err(Error::Cancelled);
    }
    let centres = fitted(&sample, cells, config)?;
    let blocks = blocks(&centres);
    let mut covered = HashMap::new();
    let mut lists = Vec::with_capacity(FingerPosition::ALL.len());
    for position in FingerPosition::ALL {
        let segments = of(position);
        let mut first = 0;
        for segment in &segments {
            covered.insert((position, Identity::of(segment)), first as u32);
            first += segment.len();
        }
        lists.push(listed(&segments, &blocks, threads, &counter)?);
    }
    let report = IndexReport {
        prints: all.iter().map(|segment| prints(segment)).sum(),
        outside,
        minutiae: total,
        cells,
        sample: sample.len(),
        bytes: lists.iter().map(bytes).sum(),
    };
    let held = if in_files { Vec::new() } else { segments.iter().map(|of| Arc::clone(&of.1)).collect() };
    let method = gallery.algorithm().method().clone();
    Ok(Built {
        index: PrintIndex { method, centres: blocks, lists, covered, held },
        centres,
        report,
        segments,
    })
}

/// Slots that somebody's print is in.
fn prints(segment: &Arc<Segment>) -> usize {
    segment.owners().iter().filter(|owner| !owner.is_nobody()).count()
}

fn minutiae(segments: &[&Arc<Segment>]) -> usize {
    segments.iter().flat_map(|segment| segment.minutiae()).map(|&minutiae| usize::from(minutiae)).sum()
}

fn bytes(lists: &Lists) -> u64 {
    let Lists { starts, codes, slots, .. } = lists;
    (size_of_val(&starts[..]) + size_of_val(&codes[..]) + size_of_val(&slots[..])) as u64
}

/// The codes of the print in a slot.
fn codes(segment: &Segment, slot: usize) -> impl Iterator<Item = Words> {
    let panel = &segment.panels()[slot];
    (0..usize::from(segment.minutiae()[slot])).map(move |column| words(&panel.code(column)))
}

/// So many codes of all, evenly spread over them; all, where they are fewer.
fn sample(segments: &[&Arc<Segment>], total: usize, wanted: usize) -> Vec<Words> {
    let wanted = wanted.min(total);
    let mut sample = Vec::with_capacity(wanted);
    let all = segments.iter().flat_map(|segment| (0..segment.len()).flat_map(|slot| codes(segment, slot)));
    for (place, code) in all.enumerate() {
        // The next one to take stands at this place.
        if sample.len() < wanted && place as u128 >= sample.len() as u128 * total as u128 / wanted as u128 {
            sample.push(code);
        }
    }
    sample
}

/// The lists of the prints of some segments.
fn listed(
    segments: &[&Arc<Segment>],
    centres: &[Block],
    threads: Threads,
    counter: &Counter<'_>,
) -> Result<Lists> {
    let pieces: Vec<(&Arc<Segment>, usize)> = segments
        .iter()
        .flat_map(|&segment| (0..segment.len()).step_by(PIECE).map(move |start| (segment, start)))
        .collect();
    let cells = threads.map(&pieces, |&(segment, start)| -> Result<Vec<u16>> {
        if counter.cancelled() {
            return Err(Error::Cancelled);
        }
        let end = segment.len().min(start + PIECE);
        let mut apart = Vec::new();
        let mut cells = Vec::new();
        for slot in start..end {
            let rows: Vec<[u32; 8]> = codes(segment, slot).map(|code| padded(&code)).collect();
            let columns = CELLS * centres.len();
            apart.resize(rows.len() * columns, 0);
            distances(Level::active(), &rows, centres, &mut apart);
            let nearest = |apart: &[u8]| {
                smallest(Level::active(), apart, FAR, 1).first().map_or(0, |&cell| cell as u16) // one of 2^16
            };
            cells.extend(apart.chunks_exact(columns).map(nearest));
        }
        counter.add(end - start);
        Ok(cells)
    })?;
    let cells = cells.into_iter().collect::<Result<Vec<_>>>()?;
    let mut starts = vec![0u64; CELLS * centres.len() + 1];
    cells.iter().flatten().for_each(|&cell| starts[usize::from(cell) + 1] += 1);
    for k in 1..starts.len() {
        starts[k] += starts[k - 1];
    }
    let total = starts.last().map_or(0, |&end| end as usize);
    let (mut next, mut list, mut slots) = (starts.clone(), vec![[0; 2]; total], vec![0u32; total]);
    let mut first = 0;
    let mut cells = cells.iter().flatten();
    for segment in segments {
        for slot in 0..segment.len() {
            for (code, &cell) in codes(segment, slot).zip(&mut cells) {
                let place = &mut next[usize::from(cell)];
                list[*place as usize] = code;
                slots[*place as usize] = (first + slot) as u32;
                *place += 1;
            }
        }
        first += segment.len();
    }
    Ok(Lists { starts: starts.into(), codes: list.into(), slots: slots.into(), size: first, sections: None })
}
