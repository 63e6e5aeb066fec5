//! AVX-512: a permutation of bytes looks up what 64 rows tell.
//!
//! A column costs two permutations, one ternary operation and an addition, and four more operations where a byte is not
//! known: two to three and a half cycles for 64 rows. Columns with bytes of 64 and more take six comparisons.

use super::histogram::Histogram;
use super::row::{Cell, EITHER, FILLED, LOOKUP, NIBBLE, OPEN, PLAIN, Row, SHARE, WILD};
use super::{Counts, Found, Job, ROWS};
use crate::simd::Level;
use crate::simd::planes::{Plane, Table};
use std::arch::x86_64::{
    __m512i, _mm512_add_epi8, _mm512_and_si512, _mm512_cmpeq_epi8_mask, _mm512_gf2p8affine_epi64_epi8,
    _mm512_loadu_si512, _mm512_mask_blend_epi8, _mm512_permutexvar_epi8, _mm512_set1_epi8, _mm512_set1_epi32,
    _mm512_set1_epi64, _mm512_setzero_si512, _mm512_srli_epi16, _mm512_storeu_si512,
    _mm512_ternarylogic_epi32, _mm512_xor_si512,
};

/// Truth table of "at least two of three".
const MAJORITY: i32 = 0xe8;

/// The matrix over bits that makes bit 0 of the bits of `low` and bit 4 of those of `high`, each by exclusive or.
const fn gathered(low: u8, high: u8) -> i64 {
    // The row of the matrix for bit 0 of the result is its last byte.
    ((low as u64) << 56 | (high as u64) << 24) as i64
}

/// See [`super::tally`].
#[expect(unsafe_code, reason = "calls what needs AVX-512")]
pub(super) fn tally(job: &Job, histogram: &mut Histogram, found: Found) {
    Level::Avx512.assert_present();
    // SAFETY: the processor has the instructions of this level.
    unsafe { walk(job, histogram, found) };
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
fn walk(job: &Job, histogram: &mut Histogram, found: Found) {
    super::walk(job, histogram, found, |row, table, block, counts| {
        if row.holes || table.has_holes() {
            count::<true>(row, table, block, counts);
        } else {
            count::<false>(row, table, block, counts);
        }
    });
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
fn count<const HOLES: bool>(row: &Row, table: &Table, block: usize, counts: &mut Counts) {
    let known = _mm512_set1_epi64(const { gathered(PLAIN, SHARE) });
    let unknown = _mm512_set1_epi64(const { gathered(FILLED | OPEN, WILD) });
    let either = _mm512_set1_epi8(EITHER as i8);
    let zero = _mm512_setzero_si512();
    let [mut plain, mut alike, mut filled, mut wild] = [zero; 4];
    let [head, tail] = table.block(block);
    let mut columns = head.iter().chain(tail).enumerate();
    for cells in row.cells.chunks(NIBBLE) {
        let [mut first, mut second] = [zero; 2];
        for (cell, (column, [low, high])) in cells.iter().zip(&mut columns) {
            let [low, high] = if usize::from(table.peak(column)) < LOOKUP {
                [look_up(&cell.lookups[0], low), look_up(&cell.lookups[1], high)]
            } else {
                [compare(cell, 0, low), compare(cell, 1, high)]
            };
            let bits = _mm512_ternarylogic_epi32::<MAJORITY>(low, high, either);
            if HOLES {
                first = _mm512_add_epi8(first, _mm512_gf2p8affine_epi64_epi8::<0>(bits, known));
                second = _mm512_add_epi8(second, _mm512_gf2p8affine_epi64_epi8::<0>(bits, unknown));
            } else {
                first = _mm512_add_epi8(first, bits);
            }
        }
        plain = _mm512_add_epi8(plain, lower(first));
        alike = _mm512_add_epi8(alike, upper(first));
        filled = _mm512_add_epi8(filled, lower(second));
        wild = _mm512_add_epi8(wild, upper(second));
    }
    store(plain, &mut counts.plain);
    store(alike, &mut counts.alike);
    store(filled, &mut counts.filled);
    store(wild, &mut counts.wild);
}

/// What bytes tell that are below [`LOOKUP`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
fn look_up(lookup: &[u8; LOOKUP], plane: &Plane) -> __m512i {
    _mm512_permutexvar_epi8(load(&plane.0), load(lookup))
}

/// What any bytes tell.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
fn compare(cell: &Cell, side: usize, plane: &Plane) -> __m512i {
    let (bytes, side) = (load(&plane.0), &cell.sides[side]);
    let mut told = four(side.other);
    for (key, change) in cell.keys.iter().zip(&side.changes) {
        let same = _mm512_cmpeq_epi8_mask(bytes, four(*key));
        told = _mm512_mask_blend_epi8(same, told, _mm512_xor_si512(told, four(*change)));
    }
    told
}

/// Four bytes over and over.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
fn four(bytes: [u8; 4]) -> __m512i {
    _mm512_set1_epi32(i32::from_ne_bytes(bytes))
}

/// The lower half of each byte.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
fn lower(bytes: __m512i) -> __m512i {
    _mm512_and_si512(bytes, _mm512_set1_epi8(15))
}

/// The upper half of each byte.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
fn upper(bytes: __m512i) -> __m512i {
    lower(_mm512_srli_epi16::<4>(bytes))
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
#[expect(unsafe_code, reason = "loads through a pointer")]
fn load(bytes: &[u8; ROWS]) -> __m512i {
    // SAFETY: the array has 64 bytes, and the load asks for no alignment.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
#[expect(unsafe_code, reason = "stores through a pointer")]
fn store(bytes: __m512i, out: &mut Plane) {
    // SAFETY: the array has 64 bytes, and the store asks for no alignment.
    unsafe { _mm512_storeu_si512(out.0.as_mut_ptr().cast(), bytes) };
}
