//! The best `k` of any number of scored items, whatever order they come in.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// A score with what it belongs to; greater is better, equal scores are decided by the lesser key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scored<K> {
    pub(super) score: f64,
    pub(super) key: K,
}

impl<K: Ord> Ord for Scored<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then_with(|| other.key.cmp(&self.key))
    }
}

impl<K: Ord> PartialOrd for Scored<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Ord> PartialEq for Scored<K> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<K: Ord> Eq for Scored<K> {}

/// Keeps the best `limit` of what is offered.
#[derive(Clone, Debug)]
pub(super) struct Top<K: Ord> {
    limit: usize,
    heap: BinaryHeap<Reverse<Scored<K>>>,
}

impl<K: Ord> Top<K> {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, heap: BinaryHeap::new() }
    }

    pub(super) fn offer(&mut self, item: Scored<K>) {
        if self.heap.len() < self.limit {
            self.heap.push(Reverse(item));
        } else if self.heap.peek().is_some_and(|worst| item > worst.0) {
            self.heap.pop();
            self.heap.push(Reverse(item));
        }
    }

    /// The least score that is kept, once there are as many as are wanted.
    pub(super) fn worst(&self) -> Option<f64> {
        self.heap.peek().filter(|_| self.heap.len() >= self.limit).map(|worst| worst.0.score)
    }

    pub(super) fn merge(&mut self, other: Self) {
        for Reverse(item) in other.heap {
            self.offer(item);
        }
    }

    /// Best first.
    pub(super) fn into_sorted(self) -> Vec<Scored<K>> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse(item)| item).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_same_as_sorting_everything(
            scores in prop::collection::vec(0u8..6, 0..60), limit in 0usize..10, split in 0usize..60,
        ) {
            let items = || scores.iter().enumerate().map(|(key, &s)| Scored { score: f64::from(s), key });
            let mut all: Vec<_> = items().map(|s| (Reverse(s.score as u8), s.key)).collect();
            all.sort_unstable();
            all.truncate(limit);

            let (mut left, mut right) = (Top::new(limit), Top::new(limit));
            items().enumerate().for_each(|(k, item)| if k < split { left.offer(item) } else { right.offer(item) });
            right.merge(left);
            let got: Vec<_> = right.into_sorted().iter().map(|s| (Reverse(s.score as u8), s.key)).collect();
            prop_assert_eq!(got, all);
        }
    }
}
