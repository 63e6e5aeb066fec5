//! NEON: products of bytes in 16 bits, summed by neighbours in 32; four outputs in a register.

use super::{Fours, Group, Kernel, Sums, TILE};
use crate::simd::lanes::Lanes;
use std::marker::PhantomData;

/// See [`Kernel`].
pub(super) struct OverLanes<L>(PhantomData<L>);

impl<L: Lanes> Kernel for OverLanes<L> {
    fn block<const R: usize, const T: usize>(rows: [&[Fours]; R], tiles: [&[Group]; T]) -> [[Sums; T]; R] {
        let n = rows[0].len();
        let (rows, tiles) = (rows.map(|row| &row[..n]), tiles.map(|tile| &tile[..n]));
        let mut sums = [[[L::no_sums(); TILE / 4]; T]; R];
        for k in 0..n {
            for (t, tile) in tiles.iter().enumerate() {
                let (quarters, _) = tile[k].0.as_chunks::<4>();
                for (q, quarter) in quarters.iter().enumerate() {
                    let weights = L::load(std::array::from_fn(|b| quarter[b / 4][b % 4] as u8));
                    for (sums, row) in sums.iter_mut().zip(&rows) {
                        sums[t][q] = L::splat_four(row[k]).dot(weights, sums[t][q]);
                    }
                }
            }
        }
        sums.map(|sums| sums.map(|sums| std::array::from_fn(|o| L::values(sums[o / 4])[o % 4])))
    }
}
