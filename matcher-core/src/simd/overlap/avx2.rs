//! AVX2: three comparisons a byte, for 32 rows in a register.

use super::histogram::Histogram;
use super::row::{Cell, EITHER, FILLED, NIBBLE, OPEN, PLAIN, Row, SHARE, WILD};
use super::{Counts, Found, Job, ROWS};
use crate::simd::Level;
use crate::simd::planes::{Plane, Table};
use std::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_or_si256,
    _mm256_set1_epi8, _mm256_set1_epi32, _mm256_setzero_si256, _mm256_srli_epi16, _mm256_storeu_si256,
    _mm256_xor_si256,
};

/// Rows of a register.
const LANES: usize = ROWS / 2;

// Shifts by one and two bring what is counted into bits 0 and 4.
const _: () = assert!(PLAIN == 1 && FILLED == 2 && OPEN == 4 && SHARE == 16 && WILD == 32);

/// See [`super::tally`].
#[expect(unsafe_code, reason = "calls what needs AVX2")]
pub(super) fn tally(job: &Job, histogram: &mut Histogram, found: Found) {
    Level::Avx2.assert_present();
    // SAFETY: the processor has AVX2.
    unsafe { walk(job, histogram, found) };
}

#[target_feature(enable = "avx2")]
fn walk(job: &Job, histogram: &mut Histogram, found: Found) {
    super::walk(job, histogram, found, |row, table, block, counts| {
        if row.holes || table.has_holes() {
            count::<true, 0>(row, table, block, counts);
            count::<true, 1>(row, table, block, counts);
        } else {
            count::<false, 0>(row, table, block, counts);
            count::<false, 1>(row, table, block, counts);
        }
    });
}

/// The first or the second 32 rows.
#[target_feature(enable = "avx2")]
fn count<const HOLES: bool, const HALF: usize>(row: &Row, table: &Table, block: usize, counts: &mut Counts) {
    let (one, ends) = (_mm256_set1_epi8(1), _mm256_set1_epi8(0x11));
    let either = _mm256_set1_epi8(EITHER as i8);
    let zero = _mm256_setzero_si256();
    let [mut plain, mut alike, mut filled, mut wild] = [zero; 4];
    let [head, tail] = table.block(block);
    let mut columns = head.iter().chain(tail);
    for cells in row.cells.chunks(NIBBLE) {
        let [mut first, mut second] = [zero; 2];
        for (cell, [low, high]) in cells.iter().zip(&mut columns) {
            let (low, high) = (told(cell, 0, load::<HALF>(low)), told(cell, 1, load::<HALF>(high)));
            let any = _mm256_and_si256(_mm256_or_si256(low, high), either);
            let bits = _mm256_or_si256(_mm256_and_si256(low, high), any);
            first = _mm256_add_epi8(first, _mm256_and_si256(bits, ends));
            if HOLES {
                second = _mm256_add_epi8(second, _mm256_and_si256(_mm256_srli_epi16::<1>(bits), ends));
                second = _mm256_add_epi8(second, _mm256_and_si256(_mm256_srli_epi16::<2>(bits), one));
            }
        }
        plain = _mm256_add_epi8(plain, lower(first));
        alike = _mm256_add_epi8(alike, upper(first));
        filled = _mm256_add_epi8(filled, lower(second));
        wild = _mm256_add_epi8(wild, upper(second));
    }
    store::<HALF>(plain, &mut counts.plain);
    store::<HALF>(alike, &mut counts.alike);
    store::<HALF>(filled, &mut counts.filled);
    store::<HALF>(wild, &mut counts.wild);
}

/// What the lower bytes tell, or the higher ones.
#[target_feature(enable = "avx2")]
fn told(cell: &Cell, side: usize, bytes: __m256i) -> __m256i {
    let side = &cell.sides[side];
    let mut told = four(side.other);
    for (key, change) in cell.keys.iter().zip(&side.changes) {
        let same = _mm256_cmpeq_epi8(bytes, four(*key));
        told = _mm256_xor_si256(told, _mm256_and_si256(same, four(*change)));
    }
    told
}

/// Four bytes over and over.
#[target_feature(enable = "avx2")]
fn four(bytes: [u8; 4]) -> __m256i {
    _mm256_set1_epi32(i32::from_ne_bytes(bytes))
}

/// The lower half of each byte.
#[target_feature(enable = "avx2")]
fn lower(bytes: __m256i) -> __m256i {
    _mm256_and_si256(bytes, _mm256_set1_epi8(15))
}

/// The upper half of each byte.
#[target_feature(enable = "avx2")]
fn upper(bytes: __m256i) -> __m256i {
    lower(_mm256_srli_epi16::<4>(bytes))
}

#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "loads through a pointer")]
fn load<const HALF: usize>(plane: &Plane) -> __m256i {
    let bytes = &plane.0[HALF * LANES..][..LANES];
    // SAFETY: the slice has 32 bytes, and the load asks for no alignment.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "stores through a pointer")]
fn store<const HALF: usize>(bytes: __m256i, out: &mut Plane) {
    let out = &mut out.0[HALF * LANES..][..LANES];
    // SAFETY: the slice has 32 bytes, and the store asks for no alignment.
    unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), bytes) };
}
