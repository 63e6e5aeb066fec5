//! AVX-512: a block fills a register, and a permutation of bytes looks up what fails.
//!
//! A column costs two permutations, one ternary operation and one addition, which is two cycles for 64 rows: the head of
//! six columns is read from memory in a longer time. Columns with bytes of 64 and more take the comparisons of the other
//! levels, five operations a byte and two values.

use super::query::{LOOKUP, Lookup, Step};
use super::{CHUNK, Found, Pair, Part, Plane, Query};
use crate::simd::Level;
use std::arch::x86_64::{
    __m512i, _MM_HINT_T0, _mm_prefetch, _mm512_add_epi8, _mm512_adds_epu8, _mm512_cmple_epu8_mask,
    _mm512_loadu_si512, _mm512_min_epu8, _mm512_permutexvar_epi8, _mm512_set1_epi8, _mm512_set1_epi32,
    _mm512_setzero_si512, _mm512_storeu_si512, _mm512_ternarylogic_epi32, _mm512_xor_si512,
};
use std::ops::Range;

/// Truth table of "at least two of three".
const MAJORITY: i32 = 0xe8;

/// Blocks that go through the head together, so that a step is read once for them.
const TOGETHER: usize = 4;

/// See [`super::scan`].
#[expect(unsafe_code, reason = "calls what needs AVX-512")]
pub(super) fn scan(parts: &[Part], found: Found) {
    Level::Avx512.assert_present();
    // SAFETY: the processor has the instructions of this level.
    unsafe { walk(parts, found) };
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni,bmi1")]
fn walk(parts: &[Part], found: Found) {
    super::walk(
        parts,
        found,
        |part, blocks, out| {
            if part.narrow { head::<true>(part, blocks, out) } else { head::<false>(part, blocks, out) }
        },
        |part, block, out| {
            if part.narrow { tail::<true>(part, block, out) } else { tail::<false>(part, block, out) }
        },
    );
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni,bmi1")]
fn head<const NARROW: bool>(part: &Part, blocks: Range<usize>, out: &mut [Plane; CHUNK]) -> u32 {
    let (mut left, mut k) = (0, 0);
    while k + TOGETHER <= blocks.len() {
        left |= some::<NARROW, TOGETHER>(part, blocks.start + k, &mut out[k..]) << k;
        k += TOGETHER;
    }
    while k < blocks.len() {
        left |= some::<NARROW, 1>(part, blocks.start + k, &mut out[k..]) << k;
        k += 1;
    }
    left
}

/// The head of a few blocks.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni,bmi1")]
fn some<const NARROW: bool, const N: usize>(part: &Part, block: usize, out: &mut [Plane]) -> u32 {
    let Part { table, query, split, .. } = *part;
    let heads: [&[Pair]; N] = std::array::from_fn(|k| table.block(block + k)[0]);
    let mut failures = [_mm512_setzero_si512(); N];
    for (k, failures) in failures.iter_mut().enumerate() {
        *failures = load(&part.start(block + k));
    }
    for (step, lookup) in query.steps[..split].iter().zip(&query.lookups) {
        let narrow = NARROW || usize::from(table.peak(step.column)) < LOOKUP;
        for (head, failures) in heads.iter().zip(&mut failures) {
            let planes = &head[step.column];
            *failures = if narrow {
                look_up(step, lookup, planes, *failures)
            } else {
                compare(query, step, planes, *failures)
            };
        }
    }
    let allowed = _mm512_set1_epi8(query.allowed as i8);
    let mut left = 0;
    for (k, (failures, out)) in failures.iter().zip(out).enumerate() {
        store(*failures, out);
        if _mm512_cmple_epu8_mask(*failures, allowed) != 0 {
            left |= 1 << k;
            prefetch(part, block + k);
        }
    }
    left
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni,bmi1")]
fn tail<const NARROW: bool>(part: &Part, block: usize, failures: &Plane) -> u64 {
    let Part { table, query, split, .. } = *part;
    let [head, tail] = table.block(block);
    let allowed = _mm512_set1_epi8(query.allowed as i8);
    let mut failures = load(failures);
    for (step, lookup) in query.steps[split..].iter().zip(&query.lookups[split..]) {
        let planes = &tail[step.column - head.len()];
        failures = if NARROW || usize::from(table.peak(step.column)) < LOOKUP {
            look_up(step, lookup, planes, failures)
        } else {
            compare(query, step, planes, failures)
        };
        if _mm512_cmple_epu8_mask(failures, allowed) == 0 {
            return 0;
        }
    }
    let mut known = _mm512_setzero_si512();
    for (k, step) in query.steps.iter().enumerate() {
        let [_, high] = if k < split { &head[step.column] } else { &tail[step.column - head.len()] };
        known = _mm512_add_epi8(known, _mm512_min_epu8(load(high), _mm512_set1_epi8(1)));
    }
    let needed = _mm512_adds_epu8(failures, _mm512_set1_epi8(query.least as i8));
    _mm512_cmple_epu8_mask(failures, allowed) & _mm512_cmple_epu8_mask(needed, known)
}

/// Adds the failures of a column whose bytes are below [`LOOKUP`].
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni,bmi1")]
fn look_up(step: &Step, lookup: &Lookup, [low, high]: &Pair, failures: __m512i) -> __m512i {
    let lookup = load_bytes(&lookup.0);
    let low = _mm512_permutexvar_epi8(load(low), lookup);
    let high = _mm512_permutexvar_epi8(load(high), lookup);
    count(step, low, high, failures)
}

/// Adds the failures of any column.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni,bmi1")]
fn compare(query: &Query, step: &Step, planes: &Pair, failures: __m512i) -> __m512i {
    let [low, high] = [load(&planes[0]), load(&planes[1])];
    let one = _mm512_set1_epi8(1);
    let mut fails = [_mm512_min_epu8(low, one), _mm512_min_epu8(high, one)];
    for value in query.values(step) {
        let value = _mm512_set1_epi32(i32::from_ne_bytes(*value));
        fails[0] = _mm512_min_epu8(fails[0], _mm512_xor_si512(low, value));
        fails[1] = _mm512_min_epu8(fails[1], _mm512_xor_si512(high, value));
    }
    count(step, fails[0], fails[1], failures)
}

/// Adds what fails: one byte of two, or both of them.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni,bmi1")]
fn count(step: &Step, low: __m512i, high: __m512i, failures: __m512i) -> __m512i {
    let both = _mm512_set1_epi32(step.both as i32);
    _mm512_adds_epu8(failures, _mm512_ternarylogic_epi32::<MAJORITY>(low, high, both))
}

/// Calls the first columns behind the head into the cache: the processor cannot foresee which blocks go on.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni,bmi1")]
fn prefetch(part: &Part, block: usize) {
    for step in part.tail().iter().take(2) {
        for plane in part.table.planes(block, step.column) {
            _mm_prefetch::<_MM_HINT_T0>((&raw const plane.0).cast());
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni,bmi1")]
fn load(plane: &Plane) -> __m512i {
    load_bytes(&plane.0)
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni,bmi1")]
#[expect(unsafe_code, reason = "loads through a pointer")]
fn load_bytes(bytes: &[u8; LOOKUP]) -> __m512i {
    // SAFETY: the array has 64 bytes, and the load asks for no alignment.
    unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni,bmi1")]
#[expect(unsafe_code, reason = "stores through a pointer")]
fn store(bytes: __m512i, out: &mut Plane) {
    // SAFETY: the array has 64 bytes, and the store asks for no alignment.
    unsafe { _mm512_storeu_si512(out.0.as_mut_ptr().cast(), bytes) };
}
