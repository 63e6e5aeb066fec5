//! The probability of each assignment of a group, and of all groups together.
//!
//! # Method
//! The weight of an assignment is its prior times its likelihood. Its posterior is its weight over the sum of the weights
//! found and the bound on those left out: never more than it is, and the posteriors listed and the one outside sum to 1.
//! Groups are independent: the posterior of assignments of each of them is the product.

use super::group::{Group, groups};
use super::log_sum::LogSum;
use super::search::{Stopped, best, best_sums};
use super::{Family, Weighed};
use crate::error::{Error, Result};
use crate::work::{Threads, Watch};
use std::collections::BTreeMap;

/// A missing person of a family and a body: the numbers of family, person in its list, and body.
pub(crate) type Triple = (usize, usize, usize);

/// An assignment of a group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Assigned {
    /// Who is whom, in their order; all other bodies of the group are nobody's.
    pub(crate) pairs: Vec<Triple>,
    /// The logarithm of the likelihood ratio against nobody being anybody.
    pub(crate) log10_lr: f64,
    /// The same with the prior.
    pub(crate) weight: f64,
    /// At least so probable.
    pub(crate) posterior: f64,
}

/// A group of families and bodies.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) families: Vec<usize>,
    pub(crate) bodies: Vec<usize>,
    /// Heaviest first, never empty.
    pub(crate) assignments: Vec<Assigned>,
    /// The probability that it is none of these, at most; 0 where these are all, or where no float is so small.
    pub(crate) outside: f64,
    /// Whether these are all.
    pub(crate) complete: bool,
}

/// All groups.
#[derive(Clone, Debug)]
pub(crate) struct Joint {
    pub(crate) parts: Vec<Part>,
}

impl Part {
    /// The probability of each pair, at least; those of probability 0 are not listed.
    pub(crate) fn marginals(&self) -> BTreeMap<Triple, f64> {
        let mut marginals = BTreeMap::new();
        for assigned in &self.assignments {
            for &pair in &assigned.pairs {
                *marginals.entry(pair).or_insert(0.0) += assigned.posterior;
            }
        }
        marginals
    }

    /// What the likelihoods of the assignments say of each pair, body and missing person.
    ///
    /// `flat`: that the prior is, so that the assignments kept are the best by likelihood. Where it is not and some were
    /// left out, nothing is known.
    pub(crate) fn supports(&self, flat: bool) -> Supports {
        let mut supports = Supports::default();
        if !self.complete && !flat {
            return supports;
        }
        let mut order: Vec<&Assigned> = self.assignments.iter().collect();
        order.sort_by(|a, b| b.log10_lr.total_cmp(&a.log10_lr));
        for assigned in &order {
            for &(family, missing, body) in &assigned.pairs {
                supports.pairs.entry((family, missing, body)).or_insert(assigned.log10_lr);
                supports.bodies.entry(body).or_insert(assigned.log10_lr);
                supports.missing.entry((family, missing)).or_insert(assigned.log10_lr);
            }
        }
        // So far the best with each; now over the best without. Of what no assignment kept is without, nothing is known.
        let best_without = |is_with: &dyn Fn(&Triple) -> bool| {
            order.iter().find(|assigned| !assigned.pairs.iter().any(is_with)).map(|best| best.log10_lr)
        };
        retain_ratio(&mut supports.pairs, &|key| best_without(&|pair| pair == key));
        retain_ratio(&mut supports.bodies, &|key| best_without(&|pair| pair.2 == *key));
        retain_ratio(&mut supports.missing, &|key| best_without(&|pair| (pair.0, pair.1) == *key));
        supports
    }
}

/// Generalised likelihood ratios, as logarithms: the best assignment with something against the best without it. What is in
/// no assignment that was kept, or in all, is not listed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Supports {
    pub(crate) pairs: BTreeMap<Triple, f64>,
    /// That a body is somebody.
    pub(crate) bodies: BTreeMap<usize, f64>,
    /// That a missing person is among the bodies.
    pub(crate) missing: BTreeMap<(usize, usize), f64>,
}

fn retain_ratio<K: Ord>(with: &mut BTreeMap<K, f64>, without: &dyn Fn(&K) -> Option<f64>) {
    with.retain(|key, best| match without(key) {
        Some(other) => {
            *best -= other;
            true
        }
        None => false,
    });
}

impl Joint {
    /// The heaviest assignments of all groups together: for each the place of the assignment of each group, and the
    /// posterior.
    pub(crate) fn best(&self, keep: usize) -> Vec<(Vec<u32>, f64)> {
        let weights = |part: &Part| part.assignments.iter().map(|assigned| assigned.weight).collect();
        let lists: Vec<Vec<f64>> = self.parts.iter().map(weights).collect();
        let posterior = |choice: &[u32]| -> f64 {
            self.parts.iter().zip(choice).map(|(part, &at)| part.assignments[at as usize].posterior).product()
        };
        best_sums(&lists, keep)
            .into_iter()
            .map(|(choice, _)| (posterior(&choice), choice))
            .map(|(p, c)| (c, p))
            .collect()
    }

    /// The probability that some group is none of what is listed of it, at most.
    pub(crate) fn outside(&self) -> f64 {
        let none = self.parts.iter().map(|part| libm::log1p(-part.outside)).sum::<f64>();
        (-libm::expm1(none)).max(0.0)
    }
}

/// How much may be kept and tried.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowed {
    /// Assignments kept of a group.
    pub(crate) keep: usize,
    /// Steps of the search of a group.
    pub(crate) steps: u64,
}

/// All groups of these families, each given by its weighed placements.
///
/// # Errors
/// A group takes more steps than allowed, or the work was cancelled.
pub(crate) fn joint(
    families: &[Family<'_>],
    placements: &[Vec<Weighed>],
    bodies: usize,
    allowed: Allowed,
    threads: Threads,
    watch: Watch<'_>,
) -> Result<Joint> {
    let groups = groups(placements, bodies);
    let parts = threads.map(&groups, |group| part(families, placements, group, allowed, watch))?;
    Ok(Joint { parts: parts.into_iter().collect::<Result<_>>()? })
}

fn part(
    families: &[Family<'_>],
    placements: &[Vec<Weighed>],
    group: &Group,
    allowed: Allowed,
    watch: Watch<'_>,
) -> Result<Part> {
    let lists: Vec<&[Weighed]> = group.families.iter().map(|&family| &*placements[family]).collect();
    let found = best(&lists, &group.bodies, allowed.keep.max(1), allowed.steps, &|| watch.cancelled());
    let found = found.map_err(|stopped| match stopped {
        Stopped::Cancelled => Error::Cancelled,
        Stopped::TooManySteps => too_large(families, &lists, group, allowed),
    })?;
    let outside = found.outside;
    // As a probability it may be less than the least float.
    let complete = outside == f64::NEG_INFINITY;
    let mut total: LogSum = found.best.iter().map(|(_, weight)| *weight).collect();
    total.add(outside);
    let probability = |log10: f64| libm::exp10(log10 - total.log10()).min(1.0);
    let assigned = |(choice, weight): (Box<[u32]>, f64)| {
        let chosen = choice.iter().zip(&lists).map(|(&at, list)| &list[at as usize]);
        let log10_lr = chosen.clone().map(|placement| placement.log10_lr).sum();
        let pairs = chosen.zip(&group.families).flat_map(|(placement, &family)| {
            placement.pairs.iter().map(move |&(missing, body)| (family, missing, body))
        });
        Assigned { pairs: pairs.collect(), log10_lr, weight, posterior: probability(weight) }
    };
    let assignments = found.best.into_iter().map(assigned).collect();
    let (families, bodies) = (group.families.clone(), group.bodies.clone());
    Ok(Part { families, bodies, assignments, outside: probability(outside), complete })
}

fn too_large(families: &[Family<'_>], lists: &[&[Weighed]], group: &Group, allowed: Allowed) -> Error {
    let placements: usize = lists.iter().map(|list| list.len()).sum();
    let value = format!(
        "more than {} ({} families, {} bodies, {placements} placements within families)",
        allowed.steps,
        group.families.len(),
        group.bodies.len(),
    );
    Error::invalid(
        format!("families that share possible bodies, the first {:?}", families[group.families[0]].name),
        "number of steps of the search for the best assignments",
        value,
        format!("at most {}, the limit on steps", allowed.steps),
    )
}
