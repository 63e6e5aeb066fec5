//! Plain Rust, plane by plane, which the compiler turns into the vectors of the build's baseline.

use super::query::{Query, Step};
use super::{Found, Pair, Part, Plane, ROWS};

/// See [`super::scan`].
pub(super) fn scan(parts: &[Part], found: Found) {
    super::walk(
        parts,
        found,
        |part, blocks, out| {
            let mut left = 0;
            for (k, (block, out)) in blocks.zip(out).enumerate() {
                *out = part.start(block);
                for step in &part.query.steps[..part.split] {
                    add(part.query, step, part.table.planes(block, step.column), out);
                }
                left |= u32::from(at_most(out, part.query.allowed) != 0) << k;
            }
            left
        },
        tail,
    );
}

fn tail(part: &Part, block: usize, failures: &Plane) -> u64 {
    let (query, mut failures) = (part.query, *failures);
    for step in part.tail() {
        add(query, step, part.table.planes(block, step.column), &mut failures);
        if at_most(&failures, query.allowed) == 0 {
            return 0;
        }
    }
    let mut known = [0; ROWS];
    for step in &query.steps {
        let [_, high] = part.table.planes(block, step.column);
        for (known, &high) in known.iter_mut().zip(&high.0) {
            *known += high.min(1);
        }
    }
    let rows = failures.0.iter().zip(known).enumerate();
    rows.fold(0, |bits, (k, (&failures, known))| {
        let passes = failures <= query.allowed && failures.saturating_add(query.least) <= known;
        bits | u64::from(passes) << k
    })
}

/// Adds 1 to the failures of the rows that fail.
fn add(query: &Query, step: &Step, planes: &Pair, failures: &mut Plane) {
    let [low, high] = planes.each_ref().map(|plane| {
        let mut fails = plane.0.map(|byte| byte.min(1));
        for &[value, ..] in query.values(step) {
            for (fails, byte) in fails.iter_mut().zip(&plane.0) {
                *fails = (*fails).min(byte ^ value);
            }
        }
        fails
    });
    let both = step.both as u8;
    for ((failures, low), high) in failures.0.iter_mut().zip(low).zip(high) {
        *failures = failures.saturating_add(low & high | (low | high) & both);
    }
}

/// A bit for each byte that is at most `bound`.
fn at_most(bytes: &Plane, bound: u8) -> u64 {
    bytes.0.iter().enumerate().fold(0, |bits, (k, &byte)| bits | u64::from(byte <= bound) << k)
}
