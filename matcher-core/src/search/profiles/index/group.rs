//! A group of columns as a table by the hash of its pairs.

use crate::gallery::ProfileTable;

/// Columns beside the group of which an entry tells the pair, so that most entries need no look at their row.
pub(super) const SKETCH: usize = 3;

/// A profile in a group.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry {
    pub(super) row: u32,
    /// The lower bits of the hash.
    pub(super) tag: u16,
    /// The pairs of the sketched columns.
    pub(super) sketch: [[u8; 2]; SKETCH],
}

/// A group of columns.
pub(super) struct Group {
    pub(super) columns: Vec<usize>,
    /// The columns of the sketch; fewer where there are no others.
    pub(super) sketched: Vec<usize>,
    /// How many of the upper bits of a hash number its bucket.
    bits: u32,
    /// Where each bucket begins among the entries, and where the last one ends.
    starts: Vec<u32>,
    entries: Vec<Entry>,
}

/// The hash of no pair.
pub(super) const EMPTY: u64 = 0x9e37_79b9_7f4a_7c15;

/// The hash of some pairs and one more: multiplication spreads the bits, the shift brings them down again.
pub(super) fn hash(before: u64, pair: [u8; 2]) -> u64 {
    let mixed = (before ^ u64::from(u16::from_le_bytes(pair))).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed ^ mixed >> 32
}

impl Group {
    /// Lays out rows by the pairs of these columns, in two passes: how many a bucket has, and who.
    pub(super) fn new(table: &ProfileTable, rows: &[u32], columns: Vec<usize>, sketched: Vec<usize>) -> Self {
        let bits = rows.len().max(2).ilog2();
        let of_row = |row: u32| {
            columns
                .iter()
                .fold(EMPTY, |hash_before, &column| hash(hash_before, table.pair(row as usize, column)))
        };
        let hashes: Vec<u64> = rows.iter().map(|&row| spread(of_row(row))).collect();
        let mut starts = vec![0u32; (1 << bits) + 1];
        for hash in &hashes {
            starts[(hash >> (64 - bits)) as usize + 1] += 1;
        }
        for bucket in 1..starts.len() {
            starts[bucket] += starts[bucket - 1];
        }
        let mut next = starts.clone();
        let mut entries = vec![Entry::default(); rows.len()];
        for (&row, hash) in rows.iter().zip(&hashes) {
            let mut entry = Entry { row, tag: *hash as u16, ..Entry::default() };
            for (pair, &column) in entry.sketch.iter_mut().zip(&sketched) {
                *pair = table.pair(row as usize, column);
            }
            let at = &mut next[(hash >> (64 - bits)) as usize];
            entries[*at as usize] = entry;
            *at += 1;
        }
        Self { columns, sketched, bits, starts, entries }
    }

    /// Calls `found` with the entries of each hash, given without its last spreading. Entries of other pairs come too
    /// where their tags are equal by chance.
    pub(super) fn look_up(&self, hashes: &[u64], mut found: impl FnMut(&Entry)) {
        // In two passes, so that the processor can wait for many places of memory at once.
        let ranges: Vec<(u32, u32, u16)> = hashes
            .iter()
            .map(|&hash| {
                let hash = spread(hash);
                let bucket = (hash >> (64 - self.bits)) as usize;
                (self.starts[bucket], self.starts[bucket + 1], hash as u16)
            })
            .collect();
        for (start, end, tag) in ranges {
            let entries = self.entries[start as usize..end as usize].iter();
            entries.filter(|entry| entry.tag == tag).for_each(&mut found);
        }
    }
}

/// Brings all bits of a hash to the upper ones, which number the buckets, and the lower ones, which are the tag.
fn spread(hash: u64) -> u64 {
    let mixed = hash.wrapping_mul(0x9fb2_1c65_1e98_df25);
    mixed ^ mixed >> 32
}
