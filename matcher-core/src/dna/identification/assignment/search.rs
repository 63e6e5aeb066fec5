//! The best assignments of a group of families: all of them where they are few, else so many of the best, exactly, with
//! a bound on what was left out.
//!
//! # Method
//! Depth first, a family after the other, each with its placements from the heaviest down. While there is room every
//! assignment is kept. From then on a partial assignment is left as soon as nothing that it may become weighs more than
//! the lightest that is kept. Its bound: its own weight, and for each family to come the heaviest placement that uses
//! none of its bodies; the families to come cannot do better together. What is left is not forgotten: the sum of all that
//! it may become is at most its own weight times the sums over the placements of each family to come, as if they could
//! share bodies; these products add up to a bound on everything outside.

use super::Weighed;
use super::log_sum::LogSum;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// What was found.
#[derive(Debug)]
pub(super) struct Found {
    /// The placement of each family and the weight, heaviest first; of equal ones the one met first.
    pub(super) best: Vec<(Box<[u32]>, f64)>,
    /// The logarithm of a number that all weights left out do not exceed in sum; minus infinity where none was left out.
    pub(super) outside: f64,
}

/// Why there is no answer.
#[derive(Debug, PartialEq)]
pub(super) enum Stopped {
    /// More steps than allowed.
    TooManySteps,
    Cancelled,
}

/// An assignment that is kept; the greatest is the one to give up first.
struct Kept {
    weight: f64,
    number: u64,
    choice: Box<[u32]>,
}

impl Ord for Kept {
    fn cmp(&self, other: &Self) -> Ordering {
        other.weight.total_cmp(&self.weight).then(self.number.cmp(&other.number))
    }
}

impl PartialOrd for Kept {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Kept {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Kept {}

/// A set of bodies.
type Bodies = Box<[u64]>;

/// A placement as the search needs it.
struct Placed {
    weight: f64,
    bodies: Bodies,
}

/// How often, in steps, it is asked whether to stop.
const ASK: u64 = 1 << 16;

/// The best assignments of these families, each given by its placements from the heaviest down, in at most so many steps.
pub(super) fn best(
    families: &[&[Weighed]],
    bodies: &[usize],
    keep: usize,
    steps: u64,
    cancelled: &dyn Fn() -> bool,
) -> Result<Found, Stopped> {
    // Families that can weigh most come first: they decide most. Choices are told in the order given.
    let mut order: Vec<usize> = (0..families.len()).collect();
    let heaviest = |family: &usize| families[*family].first().map_or(f64::NEG_INFINITY, |best| best.weight);
    order.sort_by(|a, b| heaviest(b).total_cmp(&heaviest(a)));
    let mut search =
        Search::new(&order.iter().map(|&family| families[family]).collect::<Vec<_>>(), bodies, keep);
    search.run(steps, cancelled)?;
    let mut best: Vec<Kept> = search.kept.into_vec();
    best.sort_unstable();
    let told = |kept: Kept| {
        let mut choice = vec![0; order.len()].into_boxed_slice();
        order.iter().zip(&kept.choice).for_each(|(&family, &chosen)| choice[family] = chosen);
        (choice, kept.weight)
    };
    Ok(Found { best: best.into_iter().map(told).collect(), outside: search.outside.bound(search.left_out) })
}

struct Search {
    families: Vec<Vec<Placed>>,
    /// For each family and placement: the sum of the weights from this placement on.
    tail: Vec<Vec<f64>>,
    /// For each family: the greatest weight, and the sum, of all from this one on as if they could share bodies.
    rest: Vec<(f64, f64)>,
    keep: usize,
    kept: BinaryHeap<Kept>,
    outside: LogSum,
    left_out: usize,
}

impl Search {
    fn new(families: &[&[Weighed]], bodies: &[usize], keep: usize) -> Self {
        let words = bodies.len().div_ceil(64);
        let set = |weighed: &Weighed| {
            let mut set = vec![0; words].into_boxed_slice();
            for (_, body) in &weighed.pairs {
                // A body of a placement is one of the group, and these are in order.
                if let Ok(place) = bodies.binary_search(body) {
                    set[place / 64] |= 1 << (place % 64);
                }
            }
            set
        };
        let families: Vec<Vec<Placed>> = families
            .iter()
            .map(|family| {
                family.iter().map(|weighed| Placed { weight: weighed.weight, bodies: set(weighed) }).collect()
            })
            .collect();
        let tail: Vec<Vec<f64>> = families.iter().map(|family| tails(family)).collect();
        let mut rest = vec![(0.0, 0.0); families.len() + 1];
        for (place, family) in families.iter().enumerate().rev() {
            let heaviest = family.first().map_or(f64::NEG_INFINITY, |placed| placed.weight);
            rest[place] = (rest[place + 1].0 + heaviest, rest[place + 1].1 + tail[place][0]);
        }
        Self { families, tail, rest, keep, kept: BinaryHeap::new(), outside: LogSum::ZERO, left_out: 0 }
    }

    /// Walks the tree.
    fn run(&mut self, steps: u64, cancelled: &dyn Fn() -> bool) -> Result<(), Stopped> {
        let last = self.families.len();
        let words = self.families.iter().flatten().map(|placed| placed.bodies.len()).max().unwrap_or(0);
        let mut used = vec![0; words];
        let (mut choice, mut weight) = (vec![0; last], vec![0.0; last + 1]);
        let (mut depth, mut step) = (0, 0u64);
        loop {
            if depth == last {
                self.keep(weight[depth], &choice, step);
            } else if choice[depth] < self.families[depth].len() {
                step += 1;
                if step > steps {
                    return Err(Stopped::TooManySteps);
                }
                if step.is_multiple_of(ASK) && cancelled() {
                    return Err(Stopped::Cancelled);
                }
                let placed = &self.families[depth][choice[depth]];
                let total = weight[depth] + placed.weight;
                if self.is_hopeless(total + self.rest[depth + 1].0) {
                    // Those after it are lighter still.
                    let all = weight[depth] + self.tail[depth][choice[depth]] + self.rest[depth + 1].1;
                    choice[depth] = self.families[depth].len();
                    self.leave(all);
                } else if meets(&placed.bodies, &used) {
                    choice[depth] += 1;
                } else {
                    toggle(&mut used, &placed.bodies);
                    if self.is_hopeless(total + self.heaviest_beside(depth + 1, &used)) {
                        toggle(&mut used, &self.families[depth][choice[depth]].bodies);
                        choice[depth] += 1;
                        self.leave(total + self.rest[depth + 1].1);
                    } else {
                        weight[depth + 1] = total;
                        depth += 1;
                        if depth < last {
                            choice[depth] = 0;
                        }
                    }
                }
                continue;
            }
            // Back to the family before, and on to its next placement.
            let Some(before) = depth.checked_sub(1) else { return Ok(()) };
            depth = before;
            toggle(&mut used, &self.families[depth][choice[depth]].bodies);
            choice[depth] += 1;
        }
    }

    /// Whether nothing of at most this weight would be kept.
    fn is_hopeless(&self, bound: f64) -> bool {
        self.kept.len() >= self.keep && self.kept.peek().is_none_or(|lightest| bound <= lightest.weight)
    }

    /// The sum of the heaviest placements, of each family from this one on, that use none of these bodies.
    fn heaviest_beside(&self, depth: usize, used: &[u64]) -> f64 {
        let heaviest = |family: &Vec<Placed>| {
            let free = family.iter().find(|placed| !meets(&placed.bodies, used));
            free.map_or(f64::NEG_INFINITY, |placed| placed.weight)
        };
        self.families[depth..].iter().map(heaviest).sum()
    }

    fn keep(&mut self, weight: f64, choice: &[usize], number: u64) {
        if self.is_hopeless(weight) {
            return self.leave(weight);
        }
        if self.kept.len() >= self.keep
            && let Some(lightest) = self.kept.pop()
        {
            self.leave(lightest.weight);
        }
        let choice = choice.iter().map(|&chosen| chosen as u32).collect();
        self.kept.push(Kept { weight, number, choice });
    }

    fn leave(&mut self, weight: f64) {
        self.outside.add(weight);
        self.left_out += 1;
    }
}

/// For each placement the sum of the weights from it on.
fn tails(family: &[Placed]) -> Vec<f64> {
    let mut sum = LogSum::ZERO;
    let mut tails: Vec<f64> = family
        .iter()
        .rev()
        .map(|placed| {
            sum.add(placed.weight);
            sum.bound(family.len())
        })
        .collect();
    tails.reverse();
    tails.push(f64::NEG_INFINITY); // of nothing
    tails
}

fn meets(a: &[u64], b: &[u64]) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

fn toggle(used: &mut [u64], bodies: &[u64]) {
    used.iter_mut().zip(bodies).for_each(|(used, bodies)| *used ^= bodies);
}

/// The heaviest sums of one of each list, whose numbers stand from the greatest down: the places taken, and the sum.
pub(super) fn best_sums(lists: &[Vec<f64>], keep: usize) -> Vec<(Vec<u32>, f64)> {
    let mut sums = vec![(Vec::new(), 0.0)];
    for list in lists {
        // Of each sum so far the heaviest continuation; when it is taken, the next one of the same.
        let mut heap: BinaryHeap<(OrderedSum, Reverse<(usize, usize)>)> = BinaryHeap::new();
        let offer = |sums: &[(Vec<u32>, f64)], heap: &mut BinaryHeap<_>, sum: usize, place: usize| {
            if let (Some((_, weight)), Some(add)) = (sums.get(sum), list.get(place)) {
                heap.push((OrderedSum(weight + add), Reverse((sum, place))));
            }
        };
        offer(&sums, &mut heap, 0, 0);
        let mut next = Vec::new();
        while next.len() < keep {
            let Some((OrderedSum(total), Reverse((sum, place)))) = heap.pop() else { break };
            let mut places = sums[sum].0.clone();
            places.push(place as u32);
            next.push((places, total));
            offer(&sums, &mut heap, sum, place + 1);
            if place == 0 {
                offer(&sums, &mut heap, sum + 1, 0);
            }
        }
        sums = next;
    }
    sums
}

/// A number in its order, none of which is NaN.
#[derive(PartialEq)]
struct OrderedSum(f64);

impl Eq for OrderedSum {}

impl Ord for OrderedSum {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for OrderedSum {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
