//! The smallest numbers of many, in order: by value, then by place.

use super::versions::multiversion;

/// Lanes of a count.
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
    let mut found = Vec::with_capacity(2 * wanted);
    for (group, chunk) in values.chunks(8).enumerate() {
        let mut word = [0xff; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        let mut at = at_most(u64::from_le_bytes(word), bound);
        // The bytes beyond a short last chunk are 255, which no bound below a limit reaches.
        while at != 0 {
            let byte = at.trailing_zeros() / 8;
            let place = 8 * group as u32 + byte;
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
        total += counts.iter().map(|&count| usize::from(count)).sum::<usize>();
        total += rest.iter().filter(|&&value| value <= bound).count();
    }
    total
}

/// The upper bit of each byte that is at most `bound`.
#[inline]
fn at_most(word: u64, bound: u8) -> u64 {
    const UPPER: u64 = 0x8080_8080_8080_8080;
    const EACH: u64 = 0x0101_0101_0101_0101;
    let low = word & !UPPER;
    if bound < 128 {
        // A byte passes where it has no upper bit and adding what is left to 127 does not give it one.
        !(word | (low + u64::from(127 - bound) * EACH)) & UPPER
    } else {
        // All without the upper bit pass, and of the others those whose lower bits are at most the bound's.
        (!word | !(low + u64::from(255 - bound) * EACH)) & UPPER
    }
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
