//! Serials as ranges: who is in a shard, in a few numbers.

use crate::error::Problem;
use serde::{Deserialize, Serialize};

/// A set of serials: first and last of each range, ascending, with a gap between any two.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Ranges(Vec<[u64; 2]>);

impl Ranges {
    /// Whether the ranges are in order, from 1 on.
    pub(super) fn check(&self, field: &str) -> Result<(), Problem> {
        let mut free = 1; // the least number at which the next range may begin
        for [first, last] in &self.0 {
            if *first < free || last < first || *last >= u64::MAX - 1 {
                let expected = format!("ranges from {free} on in ascending order, with gaps between them");
                return Err(Problem::new("", field, format!("{first} to {last}"), expected));
            }
            free = last + 2;
        }
        Ok(())
    }

    pub(super) fn contains(&self, serial: u64) -> bool {
        let at = self.0.partition_point(|[_, last]| *last < serial);
        self.0.get(at).is_some_and(|[first, _]| *first <= serial)
    }

    /// How many serials there are.
    pub(super) fn count(&self) -> u64 {
        self.0.iter().map(|[first, last]| last - first + 1).sum()
    }

    /// The greatest serial; 0 where there is none.
    pub(super) fn last(&self) -> u64 {
        self.0.last().map_or(0, |[_, last]| *last)
    }

    /// All serials, in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().flat_map(|[first, last]| *first..=*last)
    }
}

/// Of ascending serials.
impl FromIterator<u64> for Ranges {
    fn from_iter<I: IntoIterator<Item = u64>>(serials: I) -> Self {
        let mut ranges: Vec<[u64; 2]> = Vec::new();
        for serial in serials {
            match ranges.last_mut() {
                Some([_, last]) if *last + 1 == serial => *last = serial,
                _ => ranges.push([serial; 2]),
            }
        }
        Self(ranges)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn the_same_as_a_set(serials in prop::collection::btree_set(1u64..80, 0..60)) {
            let ranges: Ranges = serials.iter().copied().collect();
            prop_assert!(ranges.check("serials").is_ok());
            prop_assert_eq!(ranges.iter().collect::<BTreeSet<_>>(), serials.clone());
            prop_assert_eq!(ranges.count(), serials.len() as u64);
            prop_assert_eq!(ranges.last(), serials.last().copied().unwrap_or(0));
            prop_assert!((0..90).all(|serial| ranges.contains(serial) == serials.contains(&serial)));
        }
    }

    #[test]
    fn what_a_stranger_may_write_is_checked() {
        for wrong in [
            vec![[0, 3]],
            vec![[3, 2]],
            vec![[1, 3], [3, 5]],
            vec![[1, 3], [4, 5]],
            vec![[5, 6], [1, 2]],
            vec![[1, u64::MAX]],
            vec![[1, u64::MAX - 1]],
        ] {
            assert!(Ranges(wrong.clone()).check("serials").is_err(), "{wrong:?}");
        }
        assert!(Ranges(vec![[1, u64::MAX - 2]]).check("serials").is_ok());
    }
}
