//! Pairing: each minutia at most once, the most similar pairs first.

use super::local::Similarities;

/// A minutia of the first print with one of the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) first: usize,
    pub(super) second: usize,
    /// What the pair was chosen by; a similarity (1/32768) or a weight.
    pub(super) weight: u32,
}

/// At most `limit` one-to-one pairs of the similarities above 0.
pub(super) fn most_similar(similarities: &Similarities, limit: usize) -> Vec<Pair> {
    let alike = similarities.iter().filter(|&(_, _, value)| value > 0);
    let pairs = alike.map(|(first, second, weight)| Pair { first, second, weight }).collect();
    greedy(pairs, similarities.rows, similarities.columns, limit)
}

/// Takes the pairs greedily by weight, each minutia once, at most `limit`; equal weights in the order of the prints.
pub(super) fn greedy(mut pairs: Vec<Pair>, rows: usize, columns: usize, limit: usize) -> Vec<Pair> {
    // One number a pair sorts much faster than three; indexes are below 256.
    pairs
        .sort_unstable_by_key(|p| (u64::from(u32::MAX - p.weight) << 32) | (p.first << 16 | p.second) as u64);
    let (mut used_first, mut used_second) = (vec![false; rows], vec![false; columns]);
    let mut chosen = Vec::with_capacity(limit.min(rows).min(columns));
    for pair in pairs {
        if chosen.len() == limit {
            break;
        }
        if !used_first[pair.first] && !used_second[pair.second] {
            (used_first[pair.first], used_second[pair.second]) = (true, true);
            chosen.push(pair);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_come_first_and_nothing_twice() {
        let pair = |first, second, weight| Pair { first, second, weight };
        let pairs = vec![pair(0, 0, 5), pair(0, 1, 9), pair(1, 1, 8), pair(1, 0, 1), pair(2, 2, 1)];
        assert_eq!(greedy(pairs.clone(), 3, 3, 9), [pair(0, 1, 9), pair(1, 0, 1), pair(2, 2, 1)]);
        assert_eq!(greedy(pairs, 3, 3, 1), [pair(0, 1, 9)]);
    }
}
