//! All Hamming distances between rows and columns of 256 bits.
//!
//! The columns lie in blocks of 16, word by word side by side, so that a register holds the same word of as many
//! columns as it has lanes, and a block stays in registers for all rows.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(any(target_arch = "aarch64", test))]
mod neon;
mod scalar;

use super::Level;
use std::fmt;

/// Columns of a block.
pub const COLUMNS: usize = 16;

/// Words of a code of 256 bits.
const WORDS: usize = 8;

/// The codes of 16 columns: word `k` of all of them lies side by side.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Block([[u32; COLUMNS]; WORDS]);

impl Block {
    /// Lays out codes, 16 to a block. Where the last block has room left its columns are zeros: they get distances as
    /// any other column does, which the caller leaves out.
    pub fn from_codes(codes: &[[u32; WORDS]]) -> Vec<Self> {
        let block = |codes: &[[u32; WORDS]]| {
            let mut block = Self([[0; COLUMNS]; WORDS]);
            for (column, code) in codes.iter().enumerate() {
                for (words, word) in block.0.iter_mut().zip(code) {
                    words[column] = *word;
                }
            }
            block
        };
        codes.chunks(COLUMNS).map(block).collect()
    }
}

/// Codes are biometric data: only the type is shown.
impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Block").finish_non_exhaustive()
    }
}

/// The distances of all rows to all columns: that of row `r` and column `c` of block `b` stands at
/// `out[r * 16 * blocks.len() + 16 * b + c]`.
///
/// # Range and units
/// Bits, 0 to 255: the distance 256, between a code and its complement, is given as 255.
///
/// # Panics
/// The length of `out` is not `rows.len() * 16 * blocks.len()`, or this processor lacks the level.
///
/// # Examples
/// ```
/// use matcher_core::simd::{Level, hamming::{Block, distances}};
/// let blocks = Block::from_codes(&[[0; 8], [1; 8], [!0; 8]]);
/// let mut out = [0; 16];
/// distances(Level::active(), &[[0; 8]], &blocks, &mut out);
/// assert_eq!(out[..3], [0, 8, 255]);
/// ```
pub fn distances(level: Level, rows: &[[u32; WORDS]], blocks: &[Block], out: &mut [u8]) {
    level.assert_present();
    let kernel = match level {
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => avx2::distances,
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => avx512::distances,
        #[cfg(target_arch = "aarch64")]
        Level::Neon => neon::distances::<super::lanes::Neon>,
        _ => scalar::distances,
    };
    run(kernel, rows, blocks, out);
}

/// Fills `out` from rows and blocks.
type Kernel = fn(&[[u32; WORDS]], &[Block], &mut [u8]);

/// Runs a kernel on what was checked.
fn run(kernel: Kernel, rows: &[[u32; WORDS]], blocks: &[Block], out: &mut [u8]) {
    let expected = rows.len() * COLUMNS * blocks.len();
    assert_eq!(out.len(), expected, "hamming::distances: a distance for each row and column");
    if !out.is_empty() {
        kernel(rows, blocks, out);
    }
}

#[cfg(test)]
#[path = "hamming_tests.rs"]
mod tests;
