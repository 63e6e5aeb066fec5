//! Some of many numbered things, a bit each: subjects of a gallery by their places, profiles by their rows.

use std::ops::Range;

/// A set of small numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    bits: Vec<u64>,
    count: usize,
}

impl Marks {
    /// Marks a number; twice is once.
    pub(crate) fn insert(&mut self, number: usize) {
        let at = number / 64;
        if at >= self.bits.len() {
            self.bits.resize(at + 1, 0);
        }
        let word = &mut self.bits[at];
        self.count += usize::from(*word >> (number % 64) & 1 == 0);
        *word |= 1 << (number % 64);
    }

    #[inline]
    pub(crate) fn contains(&self, number: usize) -> bool {
        self.bits.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// All of them in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.within(0..64 * self.bits.len())
    }

    /// Those of a range, in ascending order.
    pub(crate) fn within(&self, range: Range<usize>) -> impl Iterator<Item = usize> + use<'_> {
        let words = self.bits.len().min(range.start / 64)..self.bits.len().min(range.end.div_ceil(64));
        let first = words.start;
        let bits = self.bits[words].iter().enumerate().flat_map(move |(k, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(64 * (first + k) + bit)
            })
        });
        bits.filter(move |number| range.contains(number))
    }
}

impl FromIterator<usize> for Marks {
    fn from_iter<I: IntoIterator<Item = usize>>(numbers: I) -> Self {
        let mut marks = Self::default();
        numbers.into_iter().for_each(|number| marks.insert(number));
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn the_same_as_a_set(
            numbers in prop::collection::vec(0usize..300, 0..60), start in 0usize..320, length in 0usize..320,
        ) {
            let marks: Marks = numbers.iter().copied().collect();
            let set: BTreeSet<usize> = numbers.into_iter().collect();
            prop_assert_eq!(marks.count(), set.len());
            prop_assert!(marks.iter().eq(set.iter().copied()));
            prop_assert!(marks.within(start..start + length).eq(set.range(start..start + length).copied()));
            prop_assert!((0..320).all(|number| marks.contains(number) == set.contains(&number)));
        }
    }
}
