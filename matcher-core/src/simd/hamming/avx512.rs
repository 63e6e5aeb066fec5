//! AVX-512: a count of bits for 16 words at once. A block fills 8 registers, and 24 instructions give a row's distances
//! to all of its columns.

use super::{Block, COLUMNS, WORDS};
use crate::simd::Level;
use std::arch::x86_64::{
    __m512i, _mm_storeu_si128, _mm512_add_epi32, _mm512_cvtusepi32_epi8, _mm512_loadu_si512,
    _mm512_popcnt_epi32, _mm512_set1_epi32, _mm512_setzero_si512, _mm512_xor_si512,
};

/// See [`super::distances`].
#[expect(unsafe_code, reason = "calls what needs AVX-512")]
pub(super) fn distances(rows: &[[u32; WORDS]], blocks: &[Block], out: &mut [u8]) {
    Level::Avx512.assert_present();
    let width = COLUMNS * blocks.len();
    for (b, block) in blocks.iter().enumerate() {
        // SAFETY: the processor has the instructions of this level.
        unsafe { block_distances(rows, block, &mut out[COLUMNS * b..], width) };
    }
}

/// The distances to one block; those of a row stand `width` after those of the row before.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vpopcntdq")]
fn block_distances(rows: &[[u32; WORDS]], block: &Block, out: &mut [u8], width: usize) {
    let mut columns = [_mm512_setzero_si512(); WORDS];
    for (columns, words) in columns.iter_mut().zip(&block.0) {
        *columns = load(words);
    }
    for (row, out) in rows.iter().zip(out.chunks_mut(width)) {
        let mut sums = _mm512_setzero_si512();
        for (columns, word) in columns.iter().zip(row) {
            let differ = _mm512_xor_si512(*columns, _mm512_set1_epi32(*word as i32));
            sums = _mm512_add_epi32(sums, _mm512_popcnt_epi32(differ));
        }
        if let Some(out) = out.first_chunk_mut() {
            store(sums, out);
        }
    }
}

#[target_feature(enable = "avx512f")]
#[expect(unsafe_code, reason = "loads through a pointer")]
fn load(words: &[u32; COLUMNS]) -> __m512i {
    // SAFETY: the array has 64 bytes, and the load asks for no alignment.
    unsafe { _mm512_loadu_si512(words.as_ptr().cast()) }
}

/// Stores words as bytes of at most 255.
#[target_feature(enable = "avx512f")]
#[expect(unsafe_code, reason = "stores through a pointer")]
fn store(words: __m512i, out: &mut [u8; COLUMNS]) {
    // SAFETY: the array has 16 bytes, and the store asks for no alignment.
    unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), _mm512_cvtusepi32_epi8(words)) }
}
