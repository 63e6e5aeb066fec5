//! The smallest numbers of many, in order: by value, then by place.

use super::versions::multiversion;

/// Values that are looked at together.
const LANES: usize = 64;

multiversion! {
    /// Places of the smallest bytes below `limit`: the `wanted` smallest and all that equal the last of them, by value,
    /// then by place. At most 2^32 values are looked at.
    pub fn smallest(values: &[u8], limit: u8, wanted: usize) -> Vec<u32> = portable;
}

#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn portable(values: &[u8], limit: u8, wanted: usize) -> Vec<u32> {
    // The least bound with as many values as wanted at or below it: between `low` (too few) and `high`.
    let (mut low, mut high) = (-1i32, i32::from(limit) - 1);
    while low + 1 < high {
        let middle = i32::midpoint(low, high);
        if count(values, middle as u8) >= wanted { high = middle } else { low = middle }
    }
    if high < 0 || wanted == 0 {
        return Vec::new();
    }
    let bound = high as u8;
    let mut starts = [0u32; 257];
    let mut found = Vec::with_capacity(2 * wanted.min(values.len()));
    for (group, chunk) in values.chunks(LANES).enumerate() {
        let mut lanes = [u8::MAX; LANES]; // beyond a short last chunk: no bound is so high
        lanes[..chunk.len()].copy_from_slice(chunk);
        let mut at = at_most(&lanes, bound);
        while at != 0 {
            let place = LANES as u32 * group as u32 + at.trailing_zeros();
            starts[usize::from(values[place as usize]) + 1] += 1;
            found.push(place);
            at &= at - 1;
        }
    }
    for value in 1..starts.len() {
        starts[value] += starts[value - 1];
    }
    let mut sorted = vec![0; found.len()];
    for place in found {
        let start = &mut starts[usize::from(values[place as usize])];
        sorted[*start as usize] = place;
        *start += 1;
    }
    sorted
}

/// How many values are at most `bound`.
#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn count(values: &[u8], bound: u8) -> usize {
    let mut total = 0;
    for block in values.chunks(LANES * 255) {
        let mut counts = [0u8; LANES];
        let (chunks, rest) = block.as_chunks::<LANES>();
        for chunk in chunks {
            for (count, &value) in counts.iter_mut().zip(chunk) {
                *count += u8::from(value <= bound);
            }
        }
        total += counts.iter().map(|&count| u32::from(count)).sum::<u32>() as usize;
        total += rest.iter().filter(|&&value| value <= bound).count();
    }
    total
}

/// A bit for each value that is at most `bound`.
#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn at_most(values: &[u8; LANES], bound: u8) -> u64 {
    let mut bits = [0u64; LANES];
    for (k, bit) in bits.iter_mut().enumerate() {
        *bit = u64::from(values[k] <= bound) << k;
    }
    bits.into_iter().fold(0, |mask, bit| mask | bit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::Level;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_same_as_sorting_all(
            values in prop::collection::vec(prop_oneof![any::<u8>(), 100u8..104], 0..600), limit in any::<u8>(), wanted in 0usize..200,
        ) {
            let mut all: Vec<u32> = (0..values.len() as u32).filter(|&k| values[k as usize] < limit).collect();
            all.sort_by_key(|&k| values[k as usize]);
            if wanted == 0 {
                all.clear();
            } else if let Some(&last) = all.get(wanted - 1) {
                all.retain(|&k| values[k as usize] <= values[last as usize]);
            }
            for level in Level::present() {
                prop_assert_eq!(&smallest(level, &values, limit, wanted), &all, "{}", level);
            }
        }
    }
}
