//! Which prints of an index go on to have their search codes looked at.

use super::super::cascade;
use super::super::options::Options;
use super::super::query::Query;
use super::super::select::kth_largest;
use crate::error::Result;
use crate::fingerprint::{FingerPosition, Matcher};
use crate::gallery::{Gallery, Marks, PrintIndex, Segment, bit};
use crate::simd::Level;
use crate::simd::nearest::COLUMNS;
use std::collections::HashMap;
use std::sync::Arc;

/// The prints of a query that an index found; of those it does not know it says nothing.
pub(crate) struct Shortlist {
    /// The slots that are on it, in order, of each segment that is in the index.
    slots: HashMap<(FingerPosition, usize), Vec<u32>>,
    /// Prints that were looked up.
    pub(super) looked_up: usize,
    /// Prints that are on it.
    pub(super) listed: usize,
}

impl Shortlist {
    /// The slots of a segment that are on the list, in order; `None` where it is not in the index.
    pub(crate) fn slots(&self, position: FingerPosition, segment: &Arc<Segment>) -> Option<&[u32]> {
        self.slots.get(&(position, Arc::as_ptr(segment) as usize)).map(|slots| &slots[..])
    }

    /// Prints that were looked up and are not on it.
    pub(crate) fn left(&self) -> usize {
        self.looked_up - self.listed
    }
}

/// A segment that is in the index.
struct Covered<'g> {
    position: FingerPosition,
    segment: &'g Arc<Segment>,
    base: u32,
    /// Where its slots begin among those of its position.
    first: usize,
}

/// Looks a query up; `None` where all is to be scanned.
///
/// # Errors
/// [`Error::Damaged`](crate::Error::Damaged): the index, or what a search reads anyway, is.
pub(super) fn find(
    gallery: &Gallery,
    query: &Query,
    options: &Options<'_>,
    excluded: &Marks,
    level: Level,
) -> Result<Option<Shortlist>> {
    let mut prints = query.matchers().iter().filter(|matcher| query.wanted(matcher) != 0);
    let (Some(matcher), None) = (prints.next(), prints.next()) else { return Ok(None) };
    let Some(index) = gallery.print_index() else { return Ok(None) };
    let wanted = query.wanted(matcher);
    let positions: Vec<FingerPosition> =
        FingerPosition::ALL.into_iter().filter(|&position| wanted & bit(position) != 0).collect();
    let mut covered = Vec::new();
    for &position in &positions {
        for (segment, base) in gallery.segments(position) {
            if let Some(first) = index.first_slot(position, segment) {
                covered.push(Covered { position, segment, base, first });
            }
        }
    }
    if covered.is_empty() {
        return Ok(None);
    }
    let votes = votes(&index, matcher, &positions, options, level)?;
    let factors = options.cascade.factors();
    let ranked = options.threads.map(&covered, |of| -> Result<(Vec<u32>, usize)> {
        of.segment.check_owners(0..of.segment.len())?;
        let votes =
            votes.get(&of.position).map_or(&[][..], |votes| votes.get(of.first..).unwrap_or_default());
        let mut values = vec![0; of.segment.len()];
        let mut there = 0;
        let excludes = excluded.count() > 0;
        let prints = of.segment.owners().iter().zip(of.segment.minutiae());
        for ((value, &votes), (&owner, &minutiae)) in values.iter_mut().zip(votes).zip(prints) {
            let is_out = owner.is_nobody()
                || (excludes && excluded.contains(owner.counted_from(of.base).subject as usize));
            there += usize::from(!is_out);
            let rank = 1 + cascade::mean(u32::from(votes), factors[usize::from(minutiae).min(COLUMNS)]);
            *value = if is_out || votes == 0 { 0 } else { rank };
        }
        Ok((values, there))
    })?;
    let ranked = ranked.into_iter().collect::<Result<Vec<_>>>()?;
    let looked_up = ranked.iter().map(|(_, there)| there).sum();
    let (threshold, _) = kth_largest(ranked.iter().map(|of| &*of.0), |_| options.lookup.passes(looked_up));
    let (mut slots, mut listed) = (HashMap::with_capacity(covered.len()), 0);
    for (of, (values, _)) in covered.iter().zip(&ranked) {
        let best = (0u32..).zip(values).filter(|&(_, &value)| value != 0 && value >= threshold);
        let best: Vec<u32> = best.map(|(slot, _)| slot).collect();
        listed += best.len();
        slots.insert((of.position, Arc::as_ptr(of.segment) as usize), best);
    }
    Ok(Some(Shortlist { slots, looked_up, listed }))
}

/// The votes of all slots, by finger position.
fn votes(
    index: &PrintIndex,
    matcher: &Matcher,
    positions: &[FingerPosition],
    options: &Options<'_>,
    level: Level,
) -> Result<HashMap<FingerPosition, Vec<u16>>> {
    let codes = matcher.probe().search_code().map(|code| code.words()).unwrap_or_default();
    let lookup = &options.lookup;
    let wishes = index.wishes(level, &codes, lookup.cells);
    let votes = options
        .threads
        .map(positions, |&position| index.votes(level, position, (&codes, &wishes), lookup.radius))?;
    positions.iter().zip(votes).map(|(&position, votes)| Ok((position, votes?))).collect()
}
