//! The distribution of a genotype from a likelihood for each that there may be.

use super::super::evidence::NotCounted;
use super::super::pedigree::{Pedigree, Person};
use super::super::prepared::{Prepared, Unit};
use super::classes::Classes;
use super::{GenotypeDistribution, Placed, normalised};
use crate::dna::{Allele, Genotype, Locus};
use crate::error::{Error, Result};
use crate::units::Log10;
use std::collections::HashMap;

/// What of a total may be rounding alone: so small a remainder is nothing.
const ROUNDING: f64 = 1e-12;

/// From a likelihood a genotype.
pub(super) fn one_by_one(
    prepared: &Prepared<'_>,
    unit: &Unit,
    (locus, person): (Locus, usize),
    placed: &[Placed<'_>],
    outcomes: &[Option<Genotype>],
) -> Result<GenotypeDistribution> {
    let counted = |answer: Result<Log10, NotCounted>| match answer {
        Ok(likelihood) => Ok(likelihood),
        Err(NotCounted::NothingKnown) => Ok(Log10::ONE),
        Err(reason) => Err(Error::invalid(locus, "locus", reason, "one that is part of a likelihood")),
    };
    let mut all = placed.to_vec();
    let mut likelihoods = Vec::with_capacity(outcomes.len());
    let classes = Classes::new(prepared, locus, person, placed);
    let mut found: HashMap<[Allele; 2], (Log10, f64)> = HashMap::new();
    for genotype in outcomes.iter().flatten() {
        let class = classes.as_ref().and_then(|classes| classes.class(genotype));
        if let Some((key, share)) = class
            && let Some(&(known, of)) = found.get(&key)
        {
            likelihoods.push(known + Log10::of(share / of).unwrap_or(Log10::IMPOSSIBLE));
            continue;
        }
        all.push((person, locus, genotype));
        let here = counted(likelihood(prepared, unit, &all)?)?;
        all.pop();
        likelihoods.push(here);
        if let Some((key, share)) = class {
            found.insert(key, (here, share));
        }
    }
    let hidden = outcomes.len() > likelihoods.len();
    let without = if hidden { counted(likelihood(prepared, unit, placed)?)? } else { Log10::IMPOSSIBLE };
    let largest = likelihoods.iter().copied().chain([without]).max().unwrap_or(Log10::IMPOSSIBLE);
    if largest.is_impossible() {
        return Ok(normalised(vec![0.0; outcomes.len()], largest));
    }
    let relative = |likelihood: Log10| libm::exp10(likelihood.value() - largest.value());
    let mut weights: Vec<f64> = likelihoods.into_iter().map(relative).collect();
    if hidden {
        let seen: f64 = weights.iter().sum();
        let rest = relative(without) - seen;
        weights.push(if rest > ROUNDING * seen { rest } else { 0.0 });
    }
    let total = Log10::of(weights.iter().sum()).unwrap_or(Log10::IMPOSSIBLE);
    Ok(normalised(weights, total + largest))
}

pub(super) fn id(pedigree: &Pedigree, place: usize) -> &str {
    pedigree.people().get(place).map_or("", Person::id)
}

/// Everybody's genotype at a locus, with those placed, and the probability that an allele was lost.
pub(super) fn known<'g>(
    prepared: &'g Prepared<'_>,
    locus: Locus,
    placed: &'g [Placed<'g>],
) -> impl Iterator<Item = (usize, &'g Genotype, f64)> {
    let own = prepared.profiles().iter().filter_map(move |&(place, profile)| {
        Some((place, profile.get(locus)?, prepared.dropout(profile.id())))
    });
    let dropout = |place: usize| prepared.dropout(id(prepared.pedigree(), place));
    let more = placed.iter().filter(move |(_, at, _)| *at == locus);
    own.chain(more.map(move |&(place, _, genotype)| (place, genotype, dropout(place))))
}

/// The likelihood with what was placed.
fn likelihood(
    prepared: &Prepared<'_>,
    unit: &Unit,
    placed: &[Placed<'_>],
) -> Result<Result<Log10, NotCounted>> {
    prepared.counted(unit, |locus| {
        let typed = prepared.genotypes(locus, known(prepared, locus, placed), &[], false)?;
        Ok(typed.unwrap_or(Err(NotCounted::NothingKnown)))
    })
}
