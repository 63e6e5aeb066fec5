//! Two people whose genes are identical by descent as coefficients say, without a pedigree.
//!
//! In each of the nine condensed states some of the four genes are one; the genes that are left are drawn from the
//! population, and what is known of both people are factors of them.

use super::elimination::Elimination;
use super::evidence::Evidence;
use super::factor::{Factor, Gene, Scaled};
use super::states::States;
use super::urn::{Draw, Urn, expected};
use crate::error::Result;
use crate::units::Theta;

/// The genes of the first person and of the second in each state: equal numbers are one gene.
const STATES: [[Gene; 4]; 9] = [
    [0, 0, 0, 0],
    [0, 0, 1, 1],
    [0, 0, 0, 1],
    [0, 0, 1, 2],
    [0, 1, 0, 0],
    [0, 1, 2, 2],
    [0, 1, 0, 1],
    [0, 1, 0, 2],
    [0, 1, 2, 3],
];

/// The probability of what is known of two people at a locus where both have two copies, given the probability of each
/// state.
///
/// # Errors
/// There are too many possibilities.
pub(super) fn likelihood(
    states: &States,
    people: [&Evidence; 2],
    delta: &[f64; 9],
    theta: Theta,
) -> Result<f64> {
    let mut sum = 0.0;
    for (probability, genes) in delta.iter().zip(&STATES).filter(|(probability, _)| **probability > 0.0) {
        let given = in_state(states, people, genes, theta)?;
        // One locus and two people: no number here is too small.
        sum += probability * given.log10().number();
    }
    Ok(sum)
}

fn in_state(states: &States, people: [&Evidence; 2], genes: &[Gene; 4], theta: Theta) -> Result<Scaled> {
    let number = genes.iter().max().map_or(0, |last| last + 1);
    let mut domains: Vec<Vec<u16>> = vec![(0..states.len() as u16).collect(); number];
    for (evidence, pair) in people.iter().zip(genes.chunks(2)) {
        let possible = evidence.possible();
        for &gene in pair {
            domains[gene].retain(|&state| possible.binary_search(&usize::from(state)).is_ok());
        }
    }
    if domains.iter().any(Vec::is_empty) {
        return Ok(Scaled::ONE.times(0.0));
    }
    let mut factors = Vec::new();
    for (evidence, pair) in people.iter().zip(genes.chunks(2)) {
        let (a, b) = (pair[0], pair[1]);
        let of = |x: &u16, y: &u16| evidence.of_pair(usize::from(*x), usize::from(*y));
        let factor = if a == b {
            Factor::Dense { genes: vec![a], table: domains[a].iter().map(|x| of(x, x)).collect() }
        } else {
            let rows = domains[a].iter().flat_map(|x| domains[b].iter().map(move |y| (x, y)));
            Factor::Dense { genes: vec![a, b], table: rows.map(|(x, y)| of(x, y)).collect() }
        };
        factors.push(factor);
    }
    let frequencies = states.frequencies();
    if theta != Theta::ZERO {
        let urn = Urn { frequencies, draws: (0..number).map(Draw::One).collect() };
        return expected(&[urn], &domains, &factors, theta);
    }
    for (gene, domain) in domains.iter().enumerate() {
        let table = domain.iter().map(|&state| frequencies[usize::from(state)]).collect();
        factors.push(Factor::Dense { genes: vec![gene], table });
    }
    let mut elimination = Elimination::new(domains, factors);
    elimination.sum_out(&(0..number).collect::<Vec<Gene>>())?;
    Ok(elimination.into_rest().2)
}
