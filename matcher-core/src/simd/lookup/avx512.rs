//! AVX-512: a permutation looks up 16 rows where codes are of few kinds, else a gather does.
//!
//! Bytes of four neighbouring rows lie in a lane of 32 bits. So a block is four registers of sums, the first one of the
//! rows 0, 4, 8 and so on: a shift brings the bytes of the next register down, and none has to be moved across lanes.

use super::avx2::prefetch;
use super::prepared::{CODES, Few, NUMBERS, Step};
use super::{Chunk, Found, Job, ROWS, Sums};
use crate::simd::Level;
use std::arch::x86_64::{
    __m512, __m512i, _CMP_GE_OQ, _mm512_add_epi8, _mm512_add_epi32, _mm512_add_ps, _mm512_and_si512,
    _mm512_cmp_ps_mask, _mm512_i32gather_ps, _mm512_loadu_ps, _mm512_loadu_si512, _mm512_madd_epi16,
    _mm512_permutex2var_ps, _mm512_permutexvar_epi8, _mm512_set1_epi32, _mm512_set1_ps, _mm512_srli_epi32,
    _mm512_storeu_ps, _pdep_u64,
};

/// Rows of a register.
const LANES: usize = 16;

/// Registers of a block.
const PARTS: usize = ROWS / LANES;

/// See [`super::scan`].
#[expect(unsafe_code, reason = "calls what needs AVX-512")]
pub(super) fn scan(job: &Job, cutoff: f32, found: Found) {
    Level::Avx512.assert_present();
    // SAFETY: the processor has the instructions of this level.
    unsafe { walk(job, cutoff, found) };
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,bmi1,bmi2")]
fn walk(job: &Job, cutoff: f32, found: Found) {
    super::walk(
        job,
        cutoff,
        found,
        |step, chunk| match step.few() {
            Some(few) => add_few(job, step, few, chunk),
            None => add(job, step, chunk),
        },
        |sums, bound| at_least(sums, bound),
        |row| row % PARTS * LANES + row / PARTS,
    );
}

/// Adds a column whose codes are of few kinds.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,bmi1,bmi2")]
fn add_few(job: &Job, step: &Step, few: &Few, chunk: &mut Chunk) {
    let kinds = [load_bytes(&few.low), load_bytes(&few.high)];
    let [first, second] = [0, 1].map(|k| load(&few.numbers.as_chunks::<LANES>().0[k]));
    for (block, sums) in chunk.blocks() {
        prefetch(job, step, block);
        let [low, high] = job.codes(step, block).map(|codes| load_bytes(codes));
        let low = _mm512_permutexvar_epi8(low, kinds[0]);
        let places = _mm512_add_epi8(low, _mm512_permutexvar_epi8(high, kinds[1]));
        // The permutation asks for the lowest five bits of a lane only.
        let places = [
            places,
            _mm512_srli_epi32::<8>(places),
            _mm512_srli_epi32::<16>(places),
            _mm512_srli_epi32::<24>(places),
        ];
        for (sums, places) in sums.0.as_chunks_mut::<LANES>().0.iter_mut().zip(places) {
            let values = _mm512_permutex2var_ps(first, places, second);
            store(_mm512_add_ps(load(sums), values), sums);
        }
    }
}

/// Adds any column.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,bmi1,bmi2")]
#[expect(unsafe_code, reason = "gathers through a pointer")]
fn add(job: &Job, step: &Step, chunk: &mut Chunk) {
    let size = _mm512_set1_epi32(step.size() as i32);
    for (block, sums) in chunk.blocks() {
        prefetch(job, step, block);
        let [low, high] = job.codes(step, block).map(|codes| spread(load_bytes(codes)));
        for ((sums, low), high) in sums.0.as_chunks_mut::<LANES>().0.iter_mut().zip(low).zip(high) {
            // Both factors have an upper half of zeros.
            let places = _mm512_add_epi32(_mm512_madd_epi16(low, size), high);
            // SAFETY: a job has only codes below the size of the step, which has `size * size` values.
            let values = unsafe { _mm512_i32gather_ps::<4>(places, step.values().as_ptr()) };
            store(_mm512_add_ps(load(sums), values), sums);
        }
    }
}

/// A bit for each row whose sum is at least `bound`.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,bmi1,bmi2")]
fn at_least(sums: &Sums, bound: f32) -> u64 {
    let bound = _mm512_set1_ps(bound);
    let parts = sums.0.as_chunks::<LANES>().0.iter().enumerate();
    parts.fold(0, |bits, (k, sums)| {
        let reach = _mm512_cmp_ps_mask::<_CMP_GE_OQ>(load(sums), bound);
        bits | _pdep_u64(u64::from(reach), 0x1111_1111_1111_1111 << k)
    })
}

/// The bytes of each lane, one after the other.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,bmi1,bmi2")]
fn spread(codes: __m512i) -> [__m512i; PARTS] {
    let byte = _mm512_set1_epi32(0xff);
    [
        _mm512_and_si512(codes, byte),
        _mm512_and_si512(_mm512_srli_epi32::<8>(codes), byte),
        _mm512_and_si512(_mm512_srli_epi32::<16>(codes), byte),
        _mm512_srli_epi32::<24>(codes),
    ]
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,bmi1,bmi2")]
#[expect(unsafe_code, reason = "loads through a pointer")]
fn load_bytes(bytes: &[u8; ROWS]) -> __m512i {
    // SAFETY: the array has 64 bytes, and the load asks for no alignment.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,bmi1,bmi2")]
#[expect(unsafe_code, reason = "loads through a pointer")]
fn load(sums: &[f32; LANES]) -> __m512 {
    // SAFETY: the array has 64 bytes, and the load asks for no alignment.
    unsafe { _mm512_loadu_ps(sums.as_ptr()) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,bmi1,bmi2")]
#[expect(unsafe_code, reason = "stores through a pointer")]
fn store(sums: __m512, out: &mut [f32; LANES]) {
    // SAFETY: the array has 64 bytes, and the store asks for no alignment.
    unsafe { _mm512_storeu_ps(out.as_mut_ptr(), sums) };
}

// A permutation looks up all that a small table has.
const _: () = assert!(CODES == ROWS && NUMBERS == 2 * LANES);
