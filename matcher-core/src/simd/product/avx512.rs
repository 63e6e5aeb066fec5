//! AVX-512: one instruction multiplies four numbers with the four weights of each of 16 outputs and adds them to the
//! sums.
//!
//! Two ports do that, and a block of 6 rows by 64 outputs loads 10 registers for 24 of these instructions, so the ports
//! are the limit and not the loads.

use super::{Fours, Group, Kernel, Sums, TILE};
use crate::simd::Level;
use std::arch::x86_64::{
    __m512i, _mm512_dpbusd_epi32, _mm512_loadu_si512, _mm512_set1_epi32, _mm512_setzero_si512,
    _mm512_storeu_si512,
};

/// See [`Kernel`].
pub(super) struct Avx512;

impl Kernel for Avx512 {
    #[expect(unsafe_code, reason = "calls what needs AVX-512")]
    fn block<const R: usize, const T: usize>(rows: [&[Fours]; R], tiles: [&[Group]; T]) -> [[Sums; T]; R] {
        Level::Avx512.assert_present();
        // SAFETY: the processor has the instructions of this level.
        unsafe { sums(rows, tiles) }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")]
fn sums<const R: usize, const T: usize>(rows: [&[Fours]; R], tiles: [&[Group]; T]) -> [[Sums; T]; R] {
    let n = rows[0].len();
    let (rows, tiles) = (rows.map(|row| &row[..n]), tiles.map(|tile| &tile[..n]));
    let mut sums = [[_mm512_setzero_si512(); T]; R];
    for k in 0..n {
        let mut weights = [_mm512_setzero_si512(); T];
        for (weights, tile) in weights.iter_mut().zip(&tiles) {
            *weights = load(&tile[k]);
        }
        for (sums, row) in sums.iter_mut().zip(&rows) {
            let numbers = _mm512_set1_epi32(i32::from_ne_bytes(row[k]));
            for (sum, weights) in sums.iter_mut().zip(weights) {
                *sum = _mm512_dpbusd_epi32(*sum, numbers, weights);
            }
        }
    }
    let mut out = [[[0; TILE]; T]; R];
    for (out, sums) in out.iter_mut().zip(sums) {
        for (out, sum) in out.iter_mut().zip(sums) {
            store(sum, out);
        }
    }
    out
}

#[target_feature(enable = "avx512f")]
#[expect(unsafe_code, reason = "loads through a pointer")]
fn load(group: &Group) -> __m512i {
    // SAFETY: the group has 64 bytes, and the load asks for no alignment.
    unsafe { _mm512_loadu_si512(group.0.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[expect(unsafe_code, reason = "stores through a pointer")]
fn store(sum: __m512i, out: &mut Sums) {
    // SAFETY: the array has 64 bytes, and the store asks for no alignment.
    unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), sum) }
}
