//! AVX2: a gather for eight rows.

use super::prepared::Step;
use super::{CHUNK, Chunk, Found, Job, ROWS, Sums};
use crate::simd::Level;
use std::arch::x86_64::{
    __m256, __m256i, _CMP_GE_OQ, _MM_HINT_T0, _mm_loadu_si64, _mm_prefetch, _mm256_add_epi32, _mm256_add_ps,
    _mm256_cmp_ps, _mm256_cvtepu8_epi32, _mm256_i32gather_ps, _mm256_loadu_ps, _mm256_madd_epi16,
    _mm256_movemask_ps, _mm256_set1_epi32, _mm256_set1_ps, _mm256_storeu_ps,
};

/// Rows of a register.
const LANES: usize = 8;

/// See [`super::scan`].
#[expect(unsafe_code, reason = "calls what needs AVX2")]
pub(super) fn scan(job: &Job, cutoff: f32, found: Found) {
    Level::Avx2.assert_present();
    // SAFETY: the processor has AVX2.
    unsafe { walk(job, cutoff, found) };
}

#[target_feature(enable = "avx2")]
fn walk(job: &Job, cutoff: f32, found: Found) {
    super::walk(
        job,
        cutoff,
        found,
        |step, chunk| add(job, step, chunk),
        |sums, bound| at_least(sums, bound),
        |row| row,
    );
}

/// Adds a column to the blocks that are left.
#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "gathers through a pointer")]
fn add(job: &Job, step: &Step, chunk: &mut Chunk) {
    let size = _mm256_set1_epi32(step.size() as i32);
    for (block, sums) in chunk.blocks() {
        prefetch(job, step, block);
        let [low, high] = job.codes(step, block);
        let (low, high) = (low.as_chunks::<LANES>().0, high.as_chunks::<LANES>().0);
        for ((sums, low), high) in sums.0.as_chunks_mut::<LANES>().0.iter_mut().zip(low).zip(high) {
            // Both factors have an upper half of zeros.
            let places = _mm256_add_epi32(_mm256_madd_epi16(widen(low), size), widen(high));
            // SAFETY: a job has only codes below the size of the step, which has `size * size` values.
            let values = unsafe { _mm256_i32gather_ps::<4>(step.values().as_ptr(), places) };
            store(_mm256_add_ps(load(sums), values), sums);
        }
    }
}

/// Calls the same place of the next chunk into the cache: the processor does not foresee this order.
#[target_feature(enable = "avx2")]
pub(super) fn prefetch(job: &Job, step: &Step, block: usize) {
    if block + CHUNK < job.table.blocks() {
        for codes in job.codes(step, block + CHUNK) {
            _mm_prefetch::<_MM_HINT_T0>(codes.as_ptr().cast());
        }
    }
}

/// A bit for each row whose sum is at least `bound`.
#[target_feature(enable = "avx2")]
fn at_least(sums: &Sums, bound: f32) -> u64 {
    let bound = _mm256_set1_ps(bound);
    let eights = sums.0.as_chunks::<LANES>().0.iter().enumerate();
    eights.fold(0, |bits, (k, sums)| {
        let reach = _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GE_OQ>(load(sums), bound));
        bits | (reach as u64) << (LANES * k)
    })
}

#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "loads through a pointer")]
fn widen(codes: &[u8; LANES]) -> __m256i {
    // SAFETY: the array has 8 bytes, and the load asks for no alignment.
    _mm256_cvtepu8_epi32(unsafe { _mm_loadu_si64(codes.as_ptr()) })
}

#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "loads through a pointer")]
fn load(sums: &[f32; LANES]) -> __m256 {
    // SAFETY: the array has 32 bytes, and the load asks for no alignment.
    unsafe { _mm256_loadu_ps(sums.as_ptr()) }
}

#[target_feature(enable = "avx2")]
#[expect(unsafe_code, reason = "stores through a pointer")]
fn store(sums: __m256, out: &mut [f32; LANES]) {
    // SAFETY: the array has 32 bytes, and the store asks for no alignment.
    unsafe { _mm256_storeu_ps(out.as_mut_ptr(), sums) };
}
const _: () = assert!(ROWS == 8 * LANES);
