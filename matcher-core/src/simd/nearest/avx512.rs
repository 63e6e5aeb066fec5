//! AVX-512: a table of six bits and a permutation of bytes tell the distances of 64 columns to two rows.
//!
//! Two panels fill a register, and 22 registers hold both of them as fields of six bits for all rows. Two rows then take
//! 68 instructions: 22 lookups of at most 6 for each row, of which two fit in a nibble, 31 additions and 11 shifts to
//! part the rows, 4 more. Exclusive or and a count of bits would take 98. Both run on two ports, of which one alone
//! looks up and counts, and the loads of the tables cost nothing beside them: so 34 cycles for two rows and two panels
//! are the limit; 37 were measured. A call into the cache ahead of the panels gained nothing.

use super::layout::tables::{SIXES, SixPair};
use super::{COLUMNS, Limits, Panel, Rows, Window};
use crate::simd::Level;
use std::arch::x86_64::{
    __m512i, _mm256_loadu_si256, _mm512_add_epi8, _mm512_add_epi32, _mm512_castsi256_si512,
    _mm512_castsi512_si256, _mm512_cmple_epu8_mask, _mm512_extracti64x4_epi64, _mm512_gf2p8affine_epi64_epi8,
    _mm512_inserti64x4, _mm512_loadu_si512, _mm512_madd_epi16, _mm512_mask_min_epu8, _mm512_maskz_subs_epu8,
    _mm512_min_epu8, _mm512_permutexvar_epi8, _mm512_reduce_add_epi32, _mm512_set1_epi8, _mm512_set1_epi32,
    _mm512_set1_epi64, _mm512_setzero_si512, _mm512_sub_epi8, _mm512_ternarylogic_epi32,
    _mm512_test_epi8_mask, _mm512_unpackhi_epi8, _mm512_unpacklo_epi8, _mm512_zextsi256_si512,
};

/// Truth table of "a or b or c".
const OR: i32 = 0xfe;

/// See [`super::sums`].
#[expect(unsafe_code, reason = "calls what needs AVX-512")]
pub(super) fn sums(rows: &Rows, panels: &[Panel], tags: &[[u8; COLUMNS]], limits: Limits, out: &mut [u32]) {
    Level::Avx512.assert_present();
    for ((panels, tags), out) in panels.chunks(2).zip(tags.chunks(2)).zip(out.chunks_mut(2)) {
        // An odd last panel stands in both halves.
        let last = panels.len() - 1;
        let (panels, tags) = ([&panels[0], &panels[last]], [&tags[0], &tags[last]]);
        // SAFETY: the processor has the instructions of this level.
        let sums = unsafe {
            match limits.window {
                None => pair_sums::<false>(rows, panels, tags, limits.radius, Window { before: 0, width: 0 }),
                Some(window) => pair_sums::<true>(rows, panels, tags, limits.radius, window),
            }
        };
        out.copy_from_slice(&sums[..=last]);
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
fn pair_sums<const GATED: bool>(
    rows: &Rows,
    panels: [&Panel; 2],
    tags: [&[u8; COLUMNS]; 2],
    radius: u8,
    window: Window,
) -> [u32; 2] {
    let columns = fields(panels);
    let tags = join(tags[0], tags[1]);
    let after = _mm512_add_epi8(tags, _mm512_set1_epi8(window.before as i8));
    let width = _mm512_set1_epi8(window.width as i8);
    let mut nearest = _mm512_set1_epi8(-1);
    for pair in &rows.sixes {
        for (distance, tag) in distances(&columns, pair).into_iter().zip(pair.tags) {
            nearest = if GATED {
                let off = _mm512_sub_epi8(after, _mm512_set1_epi32(i32::from_ne_bytes(tag)));
                _mm512_mask_min_epu8(nearest, _mm512_cmple_epu8_mask(off, width), nearest, distance)
            } else {
                _mm512_min_epu8(nearest, distance)
            };
        }
    }
    let present = _mm512_test_epi8_mask(tags, _mm512_set1_epi8(1));
    square_sums(_mm512_maskz_subs_epu8(present, _mm512_set1_epi8(radius as i8), nearest))
}

/// Both panels in fields of six bits. A permutation reads no more than six bits of a byte, so the upper two may stay.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
fn fields(panels: [&Panel; 2]) -> [__m512i; SIXES] {
    let zero = _mm512_setzero_si512();
    let mut fields = [zero; SIXES];
    let (bytes, uppers) = fields.split_at_mut(16);
    for (joined, (a, b)) in bytes.iter_mut().zip(panels[0].0.iter().zip(&panels[1].0)) {
        *joined = join(a, b);
    }
    let [first, second, third] = [moved(6, 0, 2), moved(6, 2, 2), moved(6, 4, 2)];
    for (upper, bytes) in uppers.iter_mut().zip(bytes.chunks(3)) {
        let first = _mm512_gf2p8affine_epi64_epi8::<0>(bytes[0], _mm512_set1_epi64(first));
        *upper = match bytes {
            [_, b, c] => {
                let second = _mm512_gf2p8affine_epi64_epi8::<0>(*b, _mm512_set1_epi64(second));
                let third = _mm512_gf2p8affine_epi64_epi8::<0>(*c, _mm512_set1_epi64(third));
                _mm512_ternarylogic_epi32::<OR>(first, second, third)
            }
            _ => first,
        };
    }
    fields
}

/// The distances of all columns to the two rows of a pair.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
fn distances(columns: &[__m512i; SIXES], pair: &SixPair) -> [__m512i; 2] {
    let down = _mm512_set1_epi64(const { moved(4, 0, 4) });
    let up = _mm512_set1_epi64(const { moved(0, 4, 4) });
    let mut total = _mm512_setzero_si512(); // both rows, the second one times 16, modulo 256
    let mut second = total; // the second row alone
    for (columns, tables) in columns.chunks_exact(2).zip(pair.tables.chunks_exact(2)) {
        let sum = _mm512_add_epi8(
            _mm512_permutexvar_epi8(columns[0], load(&tables[0])),
            _mm512_permutexvar_epi8(columns[1], load(&tables[1])),
        );
        total = _mm512_add_epi8(total, sum);
        second = _mm512_add_epi8(second, _mm512_gf2p8affine_epi64_epi8::<0>(sum, down));
    }
    let first = _mm512_sub_epi8(total, _mm512_gf2p8affine_epi64_epi8::<0>(second, up));
    [first, second]
}

/// The matrix over bits that moves `count` bits of a byte from one place to another and clears the rest.
const fn moved(from: u32, to: u32, count: u32) -> i64 {
    let (mut matrix, mut k) = (0_u64, 0);
    while k < count {
        // The row of the matrix for bit 0 of the result is its last byte.
        matrix |= 1 << (8 * (7 - (to + k)) + from + k);
        k += 1;
    }
    matrix as i64
}

/// The sums of the squares of bytes that are at most 128, of each half.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
fn square_sums(bytes: __m512i) -> [u32; 2] {
    let zero = _mm512_setzero_si512();
    let [low, high] = [_mm512_unpacklo_epi8(bytes, zero), _mm512_unpackhi_epi8(bytes, zero)];
    let sum = _mm512_add_epi32(_mm512_madd_epi16(low, low), _mm512_madd_epi16(high, high));
    let halves = [_mm512_castsi512_si256(sum), _mm512_extracti64x4_epi64::<1>(sum)];
    halves.map(|half| _mm512_reduce_add_epi32(_mm512_zextsi256_si512(half)) as u32)
}

/// Two arrays as the halves of a register.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
#[expect(unsafe_code, reason = "loads through pointers")]
fn join(a: &[u8; 32], b: &[u8; 32]) -> __m512i {
    // SAFETY: each array has 32 bytes, and the loads ask for no alignment.
    let [a, b] = unsafe { [_mm256_loadu_si256(a.as_ptr().cast()), _mm256_loadu_si256(b.as_ptr().cast())] };
    _mm512_inserti64x4::<1>(_mm512_castsi256_si512(a), b)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
#[expect(unsafe_code, reason = "loads through a pointer")]
fn load(table: &[u8; 64]) -> __m512i {
    // SAFETY: the array has 64 bytes, and the load asks for no alignment.
    unsafe { _mm512_loadu_si512(table.as_ptr().cast()) }
}
