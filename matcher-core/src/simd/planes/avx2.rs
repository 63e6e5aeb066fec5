//! AVX2: each value takes an exclusive or and a minimum for each byte; two registers hold a block.

use super::query::Step;
use super::{CHUNK, Found, Pair, Part, Plane, Query, ROWS};
use crate::simd::Level;
use std::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_adds_epu8, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256,
    _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_set1_epi32,
    _mm256_setzero_si256, _mm256_storeu_si256, _mm256_xor_si256,
};
use std::ops::Range;

/// A byte of each row of a block.
type Bytes = [__m256i; 2];

/// See [`super::scan`].
#[expect(unsafe_code, reason = "calls what needs AVX2")]
pub(super) fn scan(parts: &[Part], found: Found) {
    Level::Avx2.assert_present();
    // SAFETY: the processor has AVX2 and BMI1.
    unsafe { walk(parts, found) };
}

#[target_feature(enable = "avx2,bmi1")]
fn walk(parts: &[Part], found: Found) {
    super::walk(
        parts,
        found,
        |part, blocks, failures| head(part, blocks, failures),
        |part, block, failures| tail(part, block, failures),
    );
}

#[target_feature(enable = "avx2,bmi1")]
fn head(part: &Part, blocks: Range<usize>, out: &mut [Plane; CHUNK]) -> u32 {
    let mut left = 0;
    for (k, (block, out)) in blocks.zip(out).enumerate() {
        let mut failures = load(&part.start(block));
        for step in &part.query.steps[..part.split] {
            let planes = part.table.planes(block, step.column);
            failures = add(part.query, step, planes, failures);
        }
        store(failures, out);
        left |= u32::from(at_most(failures, splat(part.query.allowed)) != 0) << k;
    }
    left
}

#[target_feature(enable = "avx2,bmi1")]
fn tail(part: &Part, block: usize, failures: &Plane) -> u64 {
    let query = part.query;
    let allowed = splat(query.allowed);
    let mut failures = load(failures);
    for step in part.tail() {
        failures = add(query, step, part.table.planes(block, step.column), failures);
        if at_most(failures, allowed) == 0 {
            return 0;
        }
    }
    let mut known = [_mm256_setzero_si256(); 2];
    for step in &query.steps {
        let high = load(&part.table.planes(block, step.column)[1]);
        for (known, high) in known.iter_mut().zip(high) {
            *known = _mm256_add_epi8(*known, _mm256_min_epu8(high, splat(1)));
        }
    }
    let [a, b] = failures.map(|failures| _mm256_adds_epu8(failures, splat(query.least)));
    let enough = |needed, known| _mm256_cmpeq_epi8(_mm256_min_epu8(needed, known), needed);
    at_most(failures, allowed) & bits([enough(a, known[0]), enough(b, known[1])])
}

/// Adds the failures of a column.
#[target_feature(enable = "avx2,bmi1")]
fn add(query: &Query, step: &Step, planes: &Pair, failures: Bytes) -> Bytes {
    let [low, high] = [load(&planes[0]), load(&planes[1])];
    let one = splat(1);
    let mut fails = [low.map(|byte| _mm256_min_epu8(byte, one)), high.map(|byte| _mm256_min_epu8(byte, one))];
    for value in query.values(step) {
        let value = _mm256_set1_epi32(i32::from_ne_bytes(*value));
        for (fails, bytes) in fails.iter_mut().zip([low, high]) {
            for (fails, byte) in fails.iter_mut().zip(bytes) {
                *fails = _mm256_min_epu8(*fails, _mm256_xor_si256(byte, value));
            }
        }
    }
    let [low, high] = fails;
    let mut out = failures;
    for (half, out) in out.iter_mut().enumerate() {
        let joined = if step.both == 0 {
            _mm256_and_si256(low[half], high[half])
        } else {
            _mm256_or_si256(low[half], high[half])
        };
        *out = _mm256_adds_epu8(*out, joined);
    }
    out
}

/// A bit for each byte that is at most that of `bound`.
#[target_feature(enable = "avx2,bmi1")]
fn at_most(bytes: Bytes, bound: __m256i) -> u64 {
    bits(bytes.map(|bytes| _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, bound), bytes)))
}

/// The upper bit of each byte.
#[target_feature(enable = "avx2,bmi1")]
fn bits(bytes: Bytes) -> u64 {
    let [a, b] = bytes.map(|bytes| u64::from(_mm256_movemask_epi8(bytes) as u32));
    a | b << 32
}

#[target_feature(enable = "avx2,bmi1")]
fn splat(byte: u8) -> __m256i {
    _mm256_set1_epi8(byte as i8)
}

#[target_feature(enable = "avx2,bmi1")]
#[expect(unsafe_code, reason = "loads through pointers")]
fn load(plane: &Plane) -> Bytes {
    let (a, b) = plane.0.split_at(ROWS / 2);
    // SAFETY: each half has 32 bytes, and the loads ask for no alignment.
    unsafe { [_mm256_loadu_si256(a.as_ptr().cast()), _mm256_loadu_si256(b.as_ptr().cast())] }
}

#[target_feature(enable = "avx2,bmi1")]
#[expect(unsafe_code, reason = "stores through pointers")]
fn store(bytes: Bytes, out: &mut Plane) {
    let (a, b) = out.0.split_at_mut(ROWS / 2);
    // SAFETY: each half has 32 bytes, and the stores ask for no alignment.
    unsafe {
        _mm256_storeu_si256(a.as_mut_ptr().cast(), bytes[0]);
        _mm256_storeu_si256(b.as_mut_ptr().cast(), bytes[1]);
    }
}
