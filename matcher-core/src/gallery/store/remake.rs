//! What is derived, made again from the records: segments, or what is in none.

use super::load::open;
use super::manifest::SegmentEntry;
use super::open::Store;
use super::record::Record;
use super::seal::{LARGEST, PRINT_SIZE};
use super::segment::{Draft, Sealed};
use crate::dna::Panel;
use crate::error::{Error, Result};
use crate::fingerprint::Prepared;
use crate::gallery::Gallery;
use crate::gallery::growing::prepare;
use crate::gallery::marks::Marks;
use crate::work::{Threads, Watch};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Records that are prepared together.
const TOGETHER: usize = 512;
/// The segments of a gallery as they are opened.
pub(super) struct Parts {
    pub(super) entries: Vec<SegmentEntry>,
    pub(super) sealed: Vec<(Arc<Sealed>, Arc<Marks>)>,
    /// What a reader has to take from the records.
    pub(super) lost: Vec<RangeInclusive<u64>>,
    pub(super) are_intact: bool,
}

impl Default for Parts {
    fn default() -> Self {
        Self { entries: Vec::new(), sealed: Vec::new(), lost: Vec::new(), are_intact: true }
    }
}

impl Parts {
    pub(super) fn push(&mut self, entry: SegmentEntry, segment: Sealed) {
        self.entries.push(entry);
        self.sealed.push((Arc::new(segment), Arc::default()));
    }
}

/// Makes segments of the records of some serials again: one, or as many as it takes.
pub(super) fn remake(
    store: &Store,
    serials: RangeInclusive<u64>,
    panel: &mut Panel,
    threads: Threads,
    watch: Watch<'_>,
    parts: &mut Parts,
) -> Result<()> {
    let (mut first, last) = (*serials.start(), *serials.end());
    let mut draft = Draft::new(panel.clone());
    let mut made = Vec::new();
    records(store, serials, threads, watch, |record, prepared| {
        if draft.size(PRINT_SIZE) >= LARGEST {
            let next = Draft::new(draft.panel().clone());
            let before = record.serial - 1;
            made.push(store.write_segment(std::mem::replace(&mut draft, next), first, before)?);
            first = record.serial;
        }
        draft.push(record.serial, record.id.as_str(), &record.access, &prepared, &record.profiles);
        Ok(())
    })?;
    *panel = draft.panel().clone();
    made.push(store.write_segment(draft, first, last)?);
    for entry in made {
        let segment = open(store, &entry, panel)?;
        parts.push(entry, segment);
    }
    Ok(())
}

/// Enrols the records of some serials into the growing part.
pub(super) fn enrol_records(
    store: &Store,
    serials: RangeInclusive<u64>,
    threads: Threads,
    watch: Watch<'_>,
    gallery: &mut Gallery,
) -> Result<()> {
    records(store, serials, threads, watch, |record, prepared| {
        gallery.admit(record, prepared);
        Ok(())
    })
}

/// Hands over the records of some serials, prepared, but for those that cannot be read.
fn records(
    store: &Store,
    serials: RangeInclusive<u64>,
    threads: Threads,
    watch: Watch<'_>,
    mut each: impl FnMut(Record, Vec<Prepared>) -> Result<()>,
) -> Result<()> {
    let counter = watch.counter((serials.end() + 1).saturating_sub(*serials.start()) as usize);
    let mut waiting = Vec::with_capacity(TOGETHER);
    let mut flush = |waiting: &mut Vec<Record>| -> Result<()> {
        let prepared = threads.map(waiting, |record| prepare(&store.algorithm, &record.fingerprints))?;
        waiting.drain(..).zip(prepared).try_for_each(|(record, prepared)| each(record, prepared))
    };
    store.records.range(serials, |record| {
        match record {
            Ok(record) => waiting.push(record),
            Err(Error::Damaged { .. }) => {}
            Err(error) => return Err(error),
        }
        counter.add(1);
        if counter.cancelled() {
            return Err(Error::Cancelled);
        }
        if waiting.len() == TOGETHER { flush(&mut waiting) } else { Ok(()) }
    })?;
    flush(&mut waiting)
}
