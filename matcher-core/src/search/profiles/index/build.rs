//! Which columns an index has, and which profiles.

use super::ProfileIndex;
use super::group::{Group, SKETCH};
use crate::dna::{Inheritance, LocusSet, MAX_LOCI};
use crate::gallery::{Kind, ProfileTable};
use crate::work::Threads;
use crate::{Error, Result};
use std::collections::HashMap;

/// Columns of a group: so that few profiles agree in all of them by chance, and few pairs must be looked up.
const GROUP: usize = 5;

/// Kinds that are asked which loci to index: the most common ones.
const ASKED: usize = 16;

/// Columns from which more is no gain.
const ENOUGH: u32 = 24;

impl ProfileIndex {
    /// Builds an index over the profiles of a table, which it shares: later changes of the table are not seen.
    ///
    /// # Errors
    /// The operating system gives no threads, or the table has 2^32 rows or more.
    pub fn new(table: &ProfileTable, threads: Threads) -> Result<Self> {
        let rows = table.rows().last().map_or(0, |row| row + 1);
        if u32::try_from(rows).is_err() {
            return Err(Error::invalid("", "rows of an indexed table", rows, "fewer than 2^32"));
        }
        let columns = columns(table);
        let set: LocusSet = columns.iter().fold(0, |set, column| set | 1 << column);
        let indexable = |kind: &Kind| !kind.odd && kind.designated & set == set;
        let (mut rows, mut other_rows) = (Vec::new(), Vec::new());
        let mut kinds: HashMap<Kind, usize> = HashMap::new();
        for row in table.rows() {
            match table.kind(row).filter(|kind| !columns.is_empty() && indexable(kind)) {
                Some(kind) => {
                    rows.push(row as u32);
                    *kinds.entry(*kind).or_default() += 1;
                }
                None => other_rows.push(row),
            }
        }
        // Column by column, so that each group has of those that tell most.
        let count = columns.len().div_ceil(GROUP).max(usize::from(!columns.is_empty()));
        let mut parts = vec![Vec::new(); count];
        columns.iter().enumerate().for_each(|(k, column)| parts[k % count].push(*column));
        let groups = threads.map(&parts, |part| {
            let sketched =
                columns.iter().copied().filter(|column| !part.contains(column)).take(SKETCH).collect();
            Group::new(table, &rows, part.clone(), sketched)
        })?;
        let mut others = ProfileTable::new(table.panel().clone());
        for profile in other_rows.iter().filter_map(|&row| table.get(row)) {
            others.push(&profile);
        }
        debug_assert_eq!(others.len(), other_rows.len(), "each row that is there has a profile");
        Ok(Self {
            table: table.clone(),
            columns,
            groups,
            kinds: kinds.into_iter().collect(),
            indexed: rows.len(),
            others,
            rows: other_rows,
        })
    }
}

/// The columns to index: those of the common kinds of profile, or what two of them share, that give most for most rows.
fn columns(table: &ProfileTable) -> Vec<usize> {
    let autosomal = table.panel().loci().iter().enumerate();
    let autosomal = autosomal.filter(|(_, locus)| locus.inheritance() == Inheritance::Autosomal);
    let autosomal: LocusSet = autosomal.fold(0, |set, (column, _)| set | 1 << column);
    let mut sets: HashMap<LocusSet, usize> = HashMap::new();
    for (kind, count) in table.segments().iter().flat_map(|segment| segment.kinds()) {
        if !kind.odd {
            *sets.entry(kind.designated & autosomal).or_default() += count;
        }
    }
    let mut sets: Vec<(LocusSet, usize)> = sets.into_iter().collect();
    sets.sort_unstable_by_key(|&(set, count)| (std::cmp::Reverse(count), set));
    let common = &sets[..sets.len().min(ASKED)];
    let shared = common.iter().flat_map(|(a, _)| common.iter().map(move |(b, _)| a & b));
    let worth = |set: LocusSet| {
        let rows: usize = sets.iter().filter(|(of, _)| of & set == set).map(|(_, count)| count).sum();
        rows as u64 * u64::from(set.count_ones().min(ENOUGH))
    };
    let best = shared.map(|set| (worth(set), set)).max().map_or(0, |(_, set)| set);
    (0..MAX_LOCI).filter(|column| best >> column & 1 == 1).collect()
}
