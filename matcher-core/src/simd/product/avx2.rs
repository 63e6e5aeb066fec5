//! AVX2: products of two bytes are summed in 16 bits, which they never leave as numbers have 7 bits, then in 32.

use super::{Fours, Group, Kernel, Sums, TILE};
use crate::simd::Level;
use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_maddubs_epi16,
    _mm256_set1_epi16, _mm256_set1_epi32, _mm256_setzero_si256, _mm256_storeu_si256,
};

/// See [`Kernel`].
pub(super) struct Avx2;

impl Kernel for Avx2 {
    #[expect(unsafe_code, reason = "calls what needs AVX2")]
    fn block<const R: usize, const T: usize>(rows: [&[Fours]; R], tiles: [&[Group]; T]) -> [[Sums; T]; R] {
        Level::Avx2.assert_present();
        // SAFETY: the processor has AVX2.
        unsafe { sums(rows, tiles) }
    }
}

#[target_feature(enable = "avx2")]
fn sums<const R: usize, const T: usize>(rows: [&[Fours]; R], tiles: [&[Group]; T]) -> [[Sums; T]; R] {
    let n = rows[0].len();
    let (rows, tiles) = (rows.map(|row| &row[..n]), tiles.map(|tile| &tile[..n]));
    let ones = _mm256_set1_epi16(1);
    let mut sums = [[[_mm256_setzero_si256(); 2]; T]; R];
    for k in 0..n {
        for (t, tile) in tiles.iter().enumerate() {
            let weights = load(&tile[k]);
            for (sums, row) in sums.iter_mut().zip(&rows) {
                let numbers = _mm256_set1_epi32(i32::from_ne_bytes(row[k]));
                for (sum, weights) in sums[t].iter_mut().zip(weights) {
                    let pairs = _mm256_maddubs_epi16(numbers, weights);
                    *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(pairs, ones));
                }
            }
        }
    }
    let mut out = [[[0; TILE]; T]; R];
    for (out, sums) in out.iter_mut().zip(sums) {
        for (out, sums) in out.iter_mut().zip(sums) {
            store(sums, out);
        }
    }
    out
}

#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "loads through pointers")]
fn load(group: &Group) -> [__m256i; 2] {
    let [a, b] = [&group.0[..8], &group.0[8..]];
    // SAFETY: each half of the group has 32 bytes, and the loads ask for no alignment.
    unsafe { [_mm256_loadu_si256(a.as_ptr().cast()), _mm256_loadu_si256(b.as_ptr().cast())] }
}

#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "stores through pointers")]
fn store(sums: [__m256i; 2], out: &mut Sums) {
    let (a, b) = out.split_at_mut(8);
    // SAFETY: each half of the array has 32 bytes, and the stores ask for no alignment.
    unsafe {
        _mm256_storeu_si256(a.as_mut_ptr().cast(), sums[0]);
        _mm256_storeu_si256(b.as_mut_ptr().cast(), sums[1]);
    }
}
