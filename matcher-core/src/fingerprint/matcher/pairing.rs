//! Pairing: each minutia at most once, the most similar pairs first.

use super::local::Distances;
use crate::fingerprint::MAX_MINUTIAE;
use crate::simd::{Level, smallest::smallest};

/// A minutia of the first print with one of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) first: usize,
    pub(super) second: usize,
    /// Distance of the two.
    pub(super) distance: u8,
}

/// The minutiae of a print that are taken.
#[derive(Default)]
struct Taken([u64; MAX_MINUTIAE.div_ceil(64)]);

impl Taken {
    fn holds(&self, k: usize) -> bool {
        self.0[k / 64] >> (k % 64) & 1 == 1
    }

    fn take(&mut self, k: usize) {
        self.0[k / 64] |= 1 << (k % 64);
    }
}

/// At most `limit` one-to-one pairs, greedily from the `candidates` least distances; equal ones in the order of the
/// prints. What is at [`Distances::zero`] pairs with nothing.
pub(super) fn most_similar(
    level: Level,
    distances: &Distances,
    candidates: usize,
    limit: usize,
) -> Vec<Pair> {
    let (mut first_taken, mut second_taken) = (Taken::default(), Taken::default());
    let mut pairs = Vec::with_capacity(limit);
    let stride = distances.stride as u32; // at most 256; dividing 32 bits is faster than 64
    for place in smallest(level, &distances.values, distances.zero, candidates) {
        if pairs.len() == limit {
            break;
        }
        let (first, second) = ((place / stride) as usize, (place % stride) as usize);
        if !first_taken.holds(first) && !second_taken.holds(second) {
            first_taken.take(first);
            second_taken.take(second);
            pairs.push(Pair { first, second, distance: distances.values[place as usize] });
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_first_and_nothing_twice() {
        let mut values = vec![255; 3 * 16];
        for (first, second, distance) in
            [(0, 0, 50), (0, 1, 10), (1, 1, 20), (1, 0, 90), (2, 2, 90), (2, 3, 128)]
        {
            values[first * 16 + second] = distance;
        }
        let distances = Distances { values, stride: 16, zero: 128 };
        let pair = |first, second, distance| Pair { first, second, distance };
        let of = |candidates, limit| most_similar(Level::active(), &distances, candidates, limit);
        assert_eq!(of(100, 32), [pair(0, 1, 10), pair(1, 0, 90), pair(2, 2, 90)]);
        assert_eq!(of(100, 1), [pair(0, 1, 10)]);
        assert_eq!(of(3, 32), [pair(0, 1, 10)]); // the next two share a minutia with it
    }
}
