//! AVX2: the bits of a nibble are looked up. The columns are split into nibbles once for all rows.

use super::{Block, COLUMNS, WORDS};
use crate::simd::Level;
use std::arch::x86_64::{
    __m128i, __m256i, _mm_packus_epi16, _mm_storeu_si128, _mm256_add_epi8, _mm256_and_si256,
    _mm256_castsi256_si128, _mm256_extracti128_si256, _mm256_loadu_si256, _mm256_madd_epi16,
    _mm256_maddubs_epi16, _mm256_packs_epi32, _mm256_permute4x64_epi64, _mm256_set1_epi8, _mm256_set1_epi16,
    _mm256_set1_epi32, _mm256_setr_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
    _mm256_xor_si256,
};

/// A word of 8 columns: its lower nibbles, and its upper ones.
type Nibbles = [__m256i; 2];

/// See [`super::distances`].
#[expect(unsafe_code, reason = "calls what needs AVX2")]
pub(super) fn distances(rows: &[[u32; WORDS]], blocks: &[Block], out: &mut [u8]) {
    Level::Avx2.assert_present();
    let width = COLUMNS * blocks.len();
    for (b, block) in blocks.iter().enumerate() {
        // SAFETY: the processor has AVX2.
        unsafe { block_distances(rows, block, &mut out[COLUMNS * b..], width) };
    }
}

/// The distances to one block; those of a row stand `width` after those of the row before.
#[target_feature(enable = "avx2")]
fn block_distances(rows: &[[u32; WORDS]], block: &Block, out: &mut [u8], width: usize) {
    let low = _mm256_set1_epi8(15);
    let zero = _mm256_setzero_si256();
    let mut columns = [[[zero; 2]; 2]; WORDS]; // word, half of the block, half of the byte
    for (columns, words) in columns.iter_mut().zip(&block.0) {
        let (halves, _) = words.as_chunks::<8>();
        for (columns, half) in columns.iter_mut().zip(halves) {
            *columns = nibbles(load(half), low);
        }
    }
    for (row, out) in rows.iter().zip(out.chunks_mut(width)) {
        let mut sums = [zero; 2]; // per byte, at most 64
        for (columns, word) in columns.iter().zip(row) {
            let row = nibbles(_mm256_set1_epi32(*word as i32), low);
            for (sum, columns) in sums.iter_mut().zip(columns) {
                for (column, row) in columns.iter().zip(row) {
                    *sum = _mm256_add_epi8(*sum, ones(_mm256_xor_si256(*column, row)));
                }
            }
        }
        if let Some(out) = out.first_chunk_mut() {
            store(narrow(sums), out);
        }
    }
}

#[target_feature(enable = "avx2")]
fn nibbles(bytes: __m256i, low: __m256i) -> Nibbles {
    [_mm256_and_si256(bytes, low), _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), low)]
}

/// Bits that are one, of bytes below 16.
#[target_feature(enable = "avx2")]
fn ones(nibbles: __m256i) -> __m256i {
    let table = _mm256_setr_epi8(
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
    );
    _mm256_shuffle_epi8(table, nibbles)
}

/// The sums of four bytes each, as bytes of at most 255.
#[target_feature(enable = "avx2")]
fn narrow(sums: [__m256i; 2]) -> __m128i {
    let [a, b] = sums.map(|bytes| {
        let pairs = _mm256_maddubs_epi16(bytes, _mm256_set1_epi8(1));
        _mm256_madd_epi16(pairs, _mm256_set1_epi16(1))
    });
    // Packing works in halves of the register: the quarters come as a0 b0 a1 b1.
    let words = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(a, b));
    _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words))
}

#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "loads through a pointer")]
fn load(words: &[u32; 8]) -> __m256i {
    // SAFETY: the array has 32 bytes, and the load asks for no alignment.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "stores through a pointer")]
fn store(bytes: __m128i, out: &mut [u8; COLUMNS]) {
    // SAFETY: the array has 16 bytes, and the store asks for no alignment.
    unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), bytes) }
}
