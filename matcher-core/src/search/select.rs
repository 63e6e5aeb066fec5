//! The k-th largest of many values: where a stage of the search draws its line.

/// Values below this have a bin each 1024.
const BINS: usize = 1 << 12;
/// Bits of a value within its bin.
const FINE: u32 = 10;

/// The k-th largest of the values that are not 0, and how many there are of these, on which k may depend; the least of
/// them where they are fewer than k, and 0 where there are none.
///
/// # Method
/// A histogram finds the bin, and only what lies in this bin is sorted out: a million values take about a millisecond.
/// Values of 2^22 and more share the last bin.
pub(super) fn kth_largest<'v>(
    pieces: impl Iterator<Item = &'v [u32]> + Clone,
    k: impl FnOnce(usize) -> usize,
) -> (u32, usize) {
    let bin = |value: u32| ((value >> FINE) as usize).min(BINS - 1);
    let mut bins = vec![0usize; BINS];
    let mut zeros = 0;
    for values in pieces.clone() {
        for &value in values {
            bins[bin(value)] += 1;
        }
        zeros += values.iter().filter(|&&value| value == 0).count();
    }
    bins[0] -= zeros;
    let count: usize = bins.iter().sum();
    let Some(mut rank) = k(count).min(count).checked_sub(1) else { return (0, count) };
    let mut chosen = BINS - 1;
    while rank >= bins[chosen] {
        rank -= bins[chosen];
        chosen -= 1;
    }
    let within = |&value: &u32| value != 0 && bin(value) == chosen;
    let mut values: Vec<u32> = pieces.flatten().copied().filter(within).collect();
    let (_, &mut kth, _) = values.select_nth_unstable_by(rank, |a, b| b.cmp(a));
    (kth, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_same_as_sorting(
            values in prop::collection::vec(prop_oneof![Just(0u32), 0u32..40, 0u32..1 << 22, any::<u32>()], 0..200),
            k in 0usize..220, split in 1usize..50,
        ) {
            let mut sorted: Vec<u32> = values.iter().copied().filter(|&value| value != 0).collect();
            sorted.sort_unstable_by(|a, b| b.cmp(a));
            let expected = k.min(sorted.len()).checked_sub(1).map_or(0, |place| sorted[place]);
            prop_assert_eq!(kth_largest(values.chunks(split), |_| k), (expected, sorted.len()));
        }
    }
}
