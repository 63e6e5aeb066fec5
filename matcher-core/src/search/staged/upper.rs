//! The upper end of many values: what a part must say of them for a line to be drawn through those of all parts.

use serde::{Deserialize, Serialize};

/// The largest of some values, each with how many have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Upper {
    /// How many values there are, listed or not.
    pub(crate) count: usize,
    /// How many more were passed over unseen, because an index did not list them.
    #[serde(default)]
    pub(crate) left: usize,
    /// Value and number, largest value first: all values from the last one listed upwards.
    runs: Vec<(u32, usize)>,
}

impl Upper {
    /// Of values in any order, which are the largest of so many.
    pub(crate) fn new(count: usize, mut values: Vec<u32>) -> Self {
        values.sort_unstable_by(|a, b| b.cmp(a));
        let runs = values.chunk_by(|a, b| a == b).map(|run| (run[0], run.len())).collect();
        Self { count, left: 0, runs }
    }

    /// The same, where so many more were passed over unseen.
    pub(crate) fn beside(self, left: usize) -> Self {
        Self { left, ..self }
    }

    fn listed(&self) -> usize {
        self.runs.iter().fold(0, |sum, &(_, number)| sum.saturating_add(number))
    }
}

/// The k-th largest value of all parts, or the least where there are fewer, and how many reach it; 0 and none where
/// there is no value. `None`: a part listed too few for that.
pub(crate) fn line<'u>(parts: impl Iterator<Item = &'u Upper> + Clone, k: usize) -> Option<(u32, usize)> {
    let mut runs: Vec<(u32, usize)> = parts.clone().flat_map(|part| part.runs.iter().copied()).collect();
    runs.sort_unstable_by(|a, b| b.cmp(a));
    let (mut threshold, mut passed) = (0, 0usize);
    for &(value, number) in &runs {
        if passed >= k && value != threshold {
            break;
        }
        (threshold, passed) = (value, passed.saturating_add(number));
    }
    // What a part did not list is below what it listed last.
    let silent = |part: &&Upper| part.listed() < part.count;
    let known = |part: &Upper| part.runs.last().is_some_and(|&(last, _)| passed >= k && last <= threshold);
    parts.filter(silent).all(known).then_some((threshold, passed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_of_all_values_together_or_not_known(
            parts in prop::collection::vec(prop::collection::vec(1u32..30, 0..20), 0..5),
            k in 1usize..40, told in 0usize..20,
        ) {
            let mut all: Vec<u32> = parts.concat();
            all.sort_unstable_by(|a, b| b.cmp(a));
            let threshold = k.min(all.len()).checked_sub(1).map_or(0, |place| all[place]);
            let expected = (threshold, all.iter().filter(|&&value| value >= threshold).count());
            let whole: Vec<Upper> = parts.iter().map(|part| Upper::new(part.len(), part.clone())).collect();
            prop_assert_eq!(line(whole.iter(), k), Some(expected));

            let cut: Vec<Upper> = parts.iter().map(|part| {
                let mut sorted = part.clone();
                sorted.sort_unstable_by(|a, b| b.cmp(a));
                let last = told.min(sorted.len()).checked_sub(1).map(|place| sorted[place]);
                sorted.retain(|value| last.is_some_and(|last| *value >= last));
                Upper::new(part.len(), sorted)
            }).collect();
            let got = line(cut.iter(), k);
            prop_assert!(got.is_none() || got == Some(expected));
            prop_assert!(got.is_some() || told < k, "parts that list k values each have said enough");
        }
    }
}
