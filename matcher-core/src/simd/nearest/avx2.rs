//! AVX2: a table of four bits and a shuffle tell the distances of 32 columns to two rows.
//!
//! A lookup gives at most 4 for each row, so three fit in a nibble. What is then in the upper nibbles goes through a
//! tree of averages: it halves a sum that would overflow, and loses nothing because the lower bits are still zero.

use super::layout::tables::{NIBBLES, NibblePair};
use super::{COLUMNS, Limits, Panel, Rows, Window};
use crate::simd::Level;
use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_add_epi8, _mm256_add_epi32, _mm256_and_si256, _mm256_avg_epu8,
    _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_extract_epi32, _mm256_hadd_epi32,
    _mm256_loadu_si256, _mm256_madd_epi16, _mm256_min_epu8, _mm256_or_si256, _mm256_set1_epi8,
    _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_slli_epi16, _mm256_srli_epi16, _mm256_sub_epi8,
    _mm256_subs_epu8, _mm256_unpackhi_epi8, _mm256_unpacklo_epi8,
};

/// Sums of lookups that still fit in a nibble: three each, and the last one two.
const PARTS: usize = NIBBLES.div_ceil(3);

/// See [`super::sums`].
#[expect(unsafe_code, reason = "calls what needs AVX2")]
pub(super) fn sums(rows: &Rows, panels: &[Panel], tags: &[[u8; COLUMNS]], limits: Limits, out: &mut [u32]) {
    Level::Avx2.assert_present();
    for ((panel, tags), sum) in panels.iter().zip(tags).zip(out) {
        // SAFETY: the processor has AVX2.
        *sum = unsafe {
            match limits.window {
                None => panel_sum::<false>(rows, panel, tags, limits.radius, Window { before: 0, width: 0 }),
                Some(window) => panel_sum::<true>(rows, panel, tags, limits.radius, window),
            }
        };
    }
}

#[target_feature(enable = "avx2")]
fn panel_sum<const GATED: bool>(
    rows: &Rows,
    panel: &Panel,
    tags: &[u8; COLUMNS],
    radius: u8,
    window: Window,
) -> u32 {
    let columns = nibbles(panel);
    let tags = load(tags);
    let after = _mm256_add_epi8(tags, _mm256_set1_epi8(window.before as i8));
    let width = _mm256_set1_epi8(window.width as i8);
    let mut nearest = _mm256_set1_epi8(-1);
    for pair in &rows.nibbles {
        let mut distances = distances(&columns, pair);
        if GATED {
            for (distance, tag) in distances.iter_mut().zip(pair.tags) {
                // Zero where the row counts; 255 elsewhere.
                let over = _mm256_subs_epu8(_mm256_sub_epi8(after, _mm256_set1_epi8(tag as i8)), width);
                let counts = _mm256_cmpeq_epi8(over, _mm256_setzero_si256());
                *distance = _mm256_or_si256(*distance, _mm256_sub_epi8(_mm256_set1_epi8(-1), counts));
            }
        }
        nearest = _mm256_min_epu8(nearest, _mm256_min_epu8(distances[0], distances[1]));
    }
    let one = _mm256_set1_epi8(1);
    let present = _mm256_cmpeq_epi8(_mm256_and_si256(tags, one), one);
    let near = _mm256_and_si256(_mm256_subs_epu8(_mm256_set1_epi8(radius as i8), nearest), present);
    square_sum(near)
}

/// The nibbles of all columns, from the lower one of the first byte on.
#[target_feature(enable = "avx2")]
fn nibbles(panel: &Panel) -> [__m256i; NIBBLES] {
    let low = _mm256_set1_epi8(15);
    let mut columns = [_mm256_setzero_si256(); NIBBLES];
    for (two, bytes) in columns.chunks_exact_mut(2).zip(&panel.0) {
        let bytes = load(bytes);
        two[0] = _mm256_and_si256(bytes, low);
        two[1] = _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), low);
    }
    columns
}

/// The distances of all columns to the two rows of a pair.
#[target_feature(enable = "avx2")]
fn distances(columns: &[__m256i; NIBBLES], pair: &NibblePair) -> [__m256i; 2] {
    let zero = _mm256_setzero_si256();
    let upper = _mm256_set1_epi8(0xf0_u8 as i8);
    let mut total = zero; // both rows, the second one times 16, modulo 256
    let mut parts = [zero; PARTS]; // the second row alone, times 16
    for (part, (columns, tables)) in parts.iter_mut().zip(columns.chunks(3).zip(pair.tables.chunks(3))) {
        let mut sum = zero;
        for (column, table) in columns.iter().zip(tables) {
            sum = _mm256_add_epi8(sum, _mm256_shuffle_epi8(spread(table), *column));
        }
        total = _mm256_add_epi8(total, sum);
        *part = _mm256_and_si256(sum, upper);
    }
    // Sixteen leaves, of which five are zero: each step halves the factor, 16 at first.
    let avg = |a, b| _mm256_avg_epu8(a, b);
    let [a, b, c, d, e, f, g, h, i, j, k] = parts;
    let first = avg(avg(avg(a, b), avg(c, d)), avg(avg(e, f), avg(g, h)));
    let second = avg(avg(avg(avg(i, j), avg(k, zero)), zero), first);
    let first = _mm256_sub_epi8(total, _mm256_and_si256(_mm256_slli_epi16::<4>(second), upper));
    [first, second]
}

/// The sum of the squares of bytes that are at most 128.
#[target_feature(enable = "avx2")]
fn square_sum(bytes: __m256i) -> u32 {
    let zero = _mm256_setzero_si256();
    let [low, high] = [_mm256_unpacklo_epi8(bytes, zero), _mm256_unpackhi_epi8(bytes, zero)];
    let sum = _mm256_add_epi32(_mm256_madd_epi16(low, low), _mm256_madd_epi16(high, high));
    let sum = _mm256_hadd_epi32(sum, sum);
    let sum = _mm256_hadd_epi32(sum, sum);
    (_mm256_extract_epi32::<0>(sum) + _mm256_extract_epi32::<4>(sum)) as u32
}

#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "loads through a pointer")]
fn load(bytes: &[u8; 32]) -> __m256i {
    // SAFETY: the array has 32 bytes, and the load asks for no alignment.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

/// A table in both halves of a register.
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "loads through a pointer")]
fn spread(table: &[u8; 16]) -> __m256i {
    // SAFETY: the array has 16 bytes, and the load asks for no alignment.
    _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(table.as_ptr().cast()) })
}
