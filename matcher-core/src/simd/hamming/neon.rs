//! NEON: the bits of each byte are counted, and the bytes of a word summed at the end.

use super::{Block, COLUMNS, WORDS};
use crate::simd::lanes::Lanes;

/// Columns of a register.
const LANES: usize = 4;

/// See [`super::distances`].
pub(super) fn distances<L: Lanes>(rows: &[[u32; WORDS]], blocks: &[Block], out: &mut [u8]) {
    let width = COLUMNS * blocks.len();
    for (b, block) in blocks.iter().enumerate() {
        for quarter in 0..COLUMNS / LANES {
            let start = COLUMNS * b + LANES * quarter;
            let columns = block.0.map(|words| load::<L>(&words[LANES * quarter..]));
            for (row, out) in rows.iter().zip(out.chunks_exact_mut(width)) {
                let mut sum = L::splat(0); // per byte, at most 64
                for (column, word) in columns.iter().zip(row) {
                    sum = sum.add(column.xor(L::splat_four(word.to_ne_bytes())).ones());
                }
                for (out, sum) in out[start..][..LANES].iter_mut().zip(sum.sums_of_four()) {
                    *out = sum.min(255) as u8;
                }
            }
        }
    }
}

/// The first four words.
fn load<L: Lanes>(words: &[u32]) -> L {
    L::load(std::array::from_fn(|k| words[k / 4].to_ne_bytes()[k % 4]))
}
