//! NEON: an exclusive or and a minimum a value, for 16 rows in a register.

use super::query::{Query, Step};
use super::{Found, Pair, Part, Plane};
use crate::simd::lanes::Lanes;
use std::array::from_fn;

/// A byte of each row of a block.
type Bytes<L> = [L; 4];

/// See [`super::scan`].
pub(super) fn scan<L: Lanes>(parts: &[Part], found: Found) {
    super::walk(
        parts,
        found,
        |part, blocks, out| {
            let mut left = 0;
            for (k, (block, out)) in blocks.zip(out).enumerate() {
                let mut failures = load::<L>(&part.start(block));
                for step in &part.query.steps[..part.split] {
                    failures = add(part.query, step, part.table.planes(block, step.column), failures);
                }
                *out = store(failures);
                left |= u32::from(any_at_most(failures, part.query.allowed)) << k;
            }
            left
        },
        tail::<L>,
    );
}

fn tail<L: Lanes>(part: &Part, block: usize, failures: &Plane) -> u64 {
    let query = part.query;
    let mut failures = load::<L>(failures);
    for step in part.tail() {
        failures = add(query, step, part.table.planes(block, step.column), failures);
        if !any_at_most(failures, query.allowed) {
            return 0;
        }
    }
    let mut known = [L::splat(0); 4];
    for step in &query.steps {
        let high = load::<L>(&part.table.planes(block, step.column)[1]);
        known = from_fn(|k| known[k].add(high[k].min(L::splat(1))));
    }
    // Not zero where the row fails.
    let least = L::splat(query.least);
    let fails = store::<L>(from_fn(|k| {
        let over = failures[k].above(L::splat(query.allowed));
        over.or(failures[k].saturating_add(least).above(known[k]))
    }));
    fails.0.iter().enumerate().fold(0, |bits, (k, &fails)| bits | u64::from(fails == 0) << k)
}

/// Adds the failures of a column.
fn add<L: Lanes>(query: &Query, step: &Step, planes: &Pair, failures: Bytes<L>) -> Bytes<L> {
    let [low, high] = planes.each_ref().map(|plane| {
        let bytes = load::<L>(plane);
        let mut fails = bytes.map(|bytes| bytes.min(L::splat(1)));
        for &[value, ..] in query.values(step) {
            fails = from_fn(|k| fails[k].min(bytes[k].xor(L::splat(value))));
        }
        fails
    });
    from_fn(|k| {
        let joined = if step.both == 0 { low[k].and(high[k]) } else { low[k].or(high[k]) };
        failures[k].saturating_add(joined)
    })
}

/// Whether a byte is at most `bound`.
fn any_at_most<L: Lanes>(bytes: Bytes<L>, bound: u8) -> bool {
    let [a, b, c, d] = bytes;
    let over = a.min(b).min(c.min(d)).above(L::splat(bound));
    over.store() != [u8::MAX; 16]
}

fn load<L: Lanes>(plane: &Plane) -> Bytes<L> {
    from_fn(|k| L::load(from_fn(|lane| plane.0[16 * k + lane])))
}

fn store<L: Lanes>(bytes: Bytes<L>) -> Plane {
    let quarters = bytes.map(L::store);
    Plane(from_fn(|row| quarters[row / 16][row % 16]))
}
