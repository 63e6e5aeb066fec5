//! Plain Rust in the order of the block, which the compiler turns into the vectors of the build's baseline.

use super::{Block, COLUMNS, WORDS};

/// See [`super::distances`].
pub(super) fn distances(rows: &[[u32; WORDS]], blocks: &[Block], out: &mut [u8]) {
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
