//! NEON: three comparisons a byte, for 16 rows in a register.

use super::histogram::Histogram;
use super::row::{Cell, EITHER, FILLED, OPEN, PLAIN, Row, SHARE, WILD};
use super::{Counts, Found, Job, ROWS};
use crate::simd::lanes::Lanes;
use crate::simd::planes::Table;
use std::array::from_fn;

/// See [`super::tally`].
pub(super) fn tally<L: Lanes>(job: &Job, histogram: &mut Histogram, found: Found) {
    super::walk(job, histogram, found, |row, table, block, counts| {
        if row.holes || table.has_holes() {
            count::<L, true>(row, table, block, counts);
        } else {
            count::<L, false>(row, table, block, counts);
        }
    });
}

fn count<L: Lanes, const HOLES: bool>(row: &Row, table: &Table, block: usize, counts: &mut Counts) {
    let [head, tail] = table.block(block);
    for quarter in 0..ROWS / 16 {
        let load = |bytes: &[u8; ROWS]| L::load(from_fn(|lane| bytes[16 * quarter + lane]));
        let mut sums = [L::splat(0); 4];
        for (cell, [low, high]) in row.cells.iter().zip(head.iter().chain(tail)) {
            let (low, high) = (told(cell, 0, load(&low.0)), told(cell, 1, load(&high.0)));
            let bits = low.and(high).or(low.or(high).and(L::splat(EITHER)));
            let one = |mask: u8| bits.and(L::splat(mask)).min(L::splat(1));
            sums[0] = sums[0].add(one(PLAIN));
            sums[1] = sums[1].add(one(SHARE));
            if HOLES {
                sums[2] = sums[2].add(one(FILLED | OPEN));
                sums[3] = sums[3].add(one(WILD));
            }
        }
        let planes = [&mut counts.plain, &mut counts.alike, &mut counts.filled, &mut counts.wild];
        for (plane, sums) in planes.into_iter().zip(sums) {
            plane.0[16 * quarter..][..16].copy_from_slice(&sums.store());
        }
    }
}

/// What the lower bytes tell, or the higher ones.
fn told<L: Lanes>(cell: &Cell, side: usize, bytes: L) -> L {
    let side = &cell.sides[side];
    let (mut told, one) = (L::splat_four(side.other), L::splat(1));
    for (key, change) in cell.keys.iter().zip(&side.changes) {
        // 255 where the byte is the key: 1 less than 0.
        let same = bytes.xor(L::splat_four(*key)).min(one).sub(one);
        told = told.xor(same.and(L::splat_four(*change)));
    }
    told
}
