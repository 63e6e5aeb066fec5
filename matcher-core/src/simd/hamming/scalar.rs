//! Plain Rust, which is also the AVX-512 version: with its count of bits the compiler finds the three instructions a
//! word by itself.

use super::{Block, COLUMNS, WORDS};
use crate::simd::versions::multiversion;

#[inline(always)]
fn portable(rows: &[[u32; WORDS]], blocks: &[Block], out: &mut [u8]) {
    let width = COLUMNS * blocks.len();
    for (b, block) in blocks.iter().enumerate() {
        for (row, out) in rows.iter().zip(out.chunks_exact_mut(width)) {
            let mut sums = [0; COLUMNS];
            for (words, row) in block.0.iter().zip(row) {
                for (sum, word) in sums.iter_mut().zip(words) {
                    *sum += (word ^ row).count_ones();
                }
            }
            for (out, sum) in out[COLUMNS * b..][..COLUMNS].iter_mut().zip(sums) {
                *out = sum.min(255) as u8;
            }
        }
    }
}

multiversion! {
    /// See [`super::distances`].
    pub(super) fn distances(rows: &[[u32; WORDS]], blocks: &[Block], out: &mut [u8]) = portable;
}
