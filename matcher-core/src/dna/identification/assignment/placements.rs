//! What is possible in one family by itself: every way to place bodies on its missing persons.
//!
//! One missing person is added at a time. What is impossible stays so whoever else is placed, so nothing is built upon
//! it. A generation, of all placements of so many bodies, is weighed a locus after the other, beginning with those that
//! excluded most pairs; and since most bodies share their genotype at a locus with others, or are not typed there, few of
//! the likelihoods that a generation asks for are different ones: each is computed once. Missing persons whom typed
//! relatives part ([`Evidence::blocks`]) are asked about by themselves, which makes them fewer again.

use crate::dna::identification::evidence::{Evidence, Pair};
use crate::error::{Error, Result};
use crate::units::Log10;
use crate::work::{Counter, Threads};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Placements that are weighed together, so that memory does not grow with the generation.
const TOGETHER: usize = 4096;

/// One way to place bodies in a family, which is not impossible.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placement {
    /// The missing and their bodies, in the order of the family's list; those that were known before are among them.
    pub(super) pairs: Vec<Pair>,
    /// The likelihood of the family's typed people and these bodies.
    pub(super) log10: Log10,
}

/// A family as the search sees it.
pub(crate) struct Family<'a> {
    /// Its number.
    pub(crate) number: usize,
    /// The name, for errors.
    pub(crate) name: &'a str,
    /// Those who are known already, in the order of its list.
    pub(crate) fixed: &'a [Pair],
    /// The bodies that each missing person may be; empty for those who are known.
    pub(crate) candidates: &'a [Vec<usize>],
}

/// Likelihoods of one family, kept so that each is computed once.
pub(crate) struct Likelihoods<'a, E> {
    evidence: &'a E,
    family: usize,
    missing: usize,
    /// Loci, those first that exclude most.
    order: Vec<usize>,
    /// For each locus: the genotypes placed, to their likelihood.
    known: Vec<HashMap<Box<[u32]>, Log10>>,
    threads: Threads,
}

impl<'a, E: Evidence> Likelihoods<'a, E> {
    /// Those of a family that misses so many; `order` names every locus once.
    pub(crate) fn new(
        evidence: &'a E,
        family: usize,
        missing: usize,
        order: Vec<usize>,
        threads: Threads,
    ) -> Self {
        let known = (0..evidence.loci()).map(|_| HashMap::new()).collect();
        Self { evidence, family, missing, order, known, threads }
    }

    /// The likelihoods of these placements over all loci.
    ///
    /// # Errors
    /// What the evidence gives, of the first locus and placement.
    pub(crate) fn of(&mut self, placements: &[Vec<Pair>]) -> Result<Vec<Log10>> {
        let loci = self.evidence.loci();
        let mut at = vec![Log10::ONE; placements.len() * loci];
        let mut possible: Vec<usize> = (0..placements.len()).collect();
        for step in 0..self.order.len() {
            let locus = self.order[step];
            let keys: Vec<Vec<Key>> =
                possible.iter().map(|&place| self.keys(locus, &placements[place])).collect();
            self.learn(locus, &keys, possible.iter().map(|&place| &*placements[place]))?;
            for (place, keys) in possible.iter().zip(&keys) {
                at[place * loci + locus] = self.product(locus, keys);
            }
            possible.retain(|place| !at[place * loci + locus].is_impossible());
        }
        // Summed in the order of loci, whichever was looked at first: the same bits.
        Ok((0..placements.len()).map(|place| at[place * loci..][..loci].iter().copied().sum()).collect())
    }

    /// The genotypes at a locus, of each missing person, for each block that has some; and first of none.
    fn keys(&self, locus: usize, placement: &[Pair]) -> Vec<Key> {
        let blocks = self.evidence.blocks(self.family, locus);
        let none = || Key { block: None, genotypes: vec![0; self.missing].into_boxed_slice() };
        let mut keys = vec![none()];
        for &(missing, body) in placement {
            let genotype = self.evidence.genotype(body, locus);
            if genotype == 0 {
                continue;
            }
            let block = Some(blocks[missing]);
            let at = keys.iter().position(|key| key.block == block).unwrap_or_else(|| {
                keys.push(Key { block, ..none() });
                keys.len() - 1
            });
            keys[at].genotypes[missing] = genotype;
        }
        keys
    }

    /// The likelihood at a locus, of its blocks.
    fn product(&self, locus: usize, keys: &[Key]) -> Log10 {
        let of = |key: &Key| self.known[locus][&key.genotypes];
        match keys {
            [none] => of(none),
            [_, one] => of(one),
            [none, blocks @ ..] => {
                let none = of(none).value();
                let ratio = |key: &Key| of(key).value() - none;
                // The family by itself is possible, or there would be nothing to place; so this is no NaN.
                Log10::new(none + blocks.iter().map(ratio).sum::<f64>()).unwrap_or(Log10::IMPOSSIBLE)
            }
            [] => Log10::ONE,
        }
    }

    /// Computes what is not known yet.
    fn learn<'p>(
        &mut self,
        locus: usize,
        keys: &[Vec<Key>],
        placements: impl Iterator<Item = &'p [Pair]>,
    ) -> Result<()> {
        let known = &mut self.known[locus];
        let mut asked: Vec<(&Box<[u32]>, Vec<Pair>)> = Vec::new();
        for (keys, placement) in keys.iter().zip(placements) {
            for Key { genotypes, .. } in keys {
                if let Entry::Vacant(vacant) = known.entry(genotypes.clone()) {
                    vacant.insert(Log10::ONE); // until it is computed, below
                    let typed = placement.iter().copied().filter(|pair| genotypes[pair.0] != 0);
                    asked.push((genotypes, typed.collect()));
                }
            }
        }
        let (evidence, family) = (self.evidence, self.family);
        let found = self.threads.map(&asked, |(_, typed)| evidence.family(family, locus, typed))?;
        for ((genotypes, _), log10) in asked.into_iter().zip(found) {
            known.insert(genotypes.clone(), log10?);
        }
        Ok(())
    }
}

/// The genotypes that a block of missing persons has at a locus; those of all others are 0.
struct Key {
    /// The number of the block; `None` of nobody.
    block: Option<usize>,
    genotypes: Box<[u32]>,
}

/// All placements of a family that are not impossible, the one of nobody (but those who are known) first; each is a
/// placement before it with one more person.
///
/// # Errors
/// There are more than `limit`; the work was cancelled; or what the evidence gives.
pub(crate) fn placements<E: Evidence>(
    likelihoods: &mut Likelihoods<'_, E>,
    family: &Family<'_>,
    limit: usize,
    counter: &Counter<'_>,
) -> Result<Vec<Placement>> {
    let none = family.fixed.to_vec();
    let log10 = likelihoods.of(std::slice::from_ref(&none))?[0];
    // For each placement, the first missing person who may be added to it: so each is built once.
    let mut all = vec![(Placement { pairs: none, log10 }, 0)];
    let mut next = 0;
    while next < all.len() {
        let (mut grown, mut first_free) = (Vec::new(), Vec::new());
        while next < all.len() && grown.len() < TOGETHER {
            let (placement, free) = &all[next];
            for missing in *free..family.candidates.len() {
                for &body in &family.candidates[missing] {
                    if placement.pairs.iter().any(|&(_, placed)| placed == body) {
                        continue;
                    }
                    let mut pairs = placement.pairs.clone();
                    pairs.push((missing, body));
                    pairs.sort_unstable(); // a known one may come after
                    grown.push(pairs);
                    first_free.push(missing + 1);
                }
            }
            next += 1;
        }
        if counter.stops() {
            return Err(Error::Cancelled);
        }
        let weighed = likelihoods.of(&grown)?;
        let possible = grown.into_iter().zip(weighed).zip(first_free);
        let possible = possible.filter(|((_, log10), _)| !log10.is_impossible());
        all.extend(possible.map(|((pairs, log10), free)| (Placement { pairs, log10 }, free)));
        if all.len() > limit {
            return Err(too_many(family, limit));
        }
    }
    Ok(all.into_iter().map(|(placement, _)| placement).collect())
}

fn too_many(family: &Family<'_>, limit: usize) -> Error {
    let open = family.candidates.iter().filter(|bodies| !bodies.is_empty()).count();
    let pairs: usize = family.candidates.iter().map(Vec::len).sum();
    Error::invalid(
        format!("family {:?}", family.name),
        "number of ways to place bodies on its missing persons",
        format!("more than {limit} ({open} missing, {pairs} pairs that are not excluded)"),
        format!("at most {limit}, the limit on placements of a family"),
    )
}

/// What a pair adds to the weight of an assignment beside its likelihood.
pub(crate) struct Weights<'a> {
    /// The probability of each body by itself.
    pub(crate) alone: &'a [Log10],
    /// The logarithm of how much likelier a body is a missing person than nobody, before DNA; by family, missing, body.
    pub(crate) prior: &'a (dyn Fn(usize, usize, usize) -> f64 + Sync),
}

/// A placement against that of nobody.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weighed {
    /// The missing and their bodies, without those who were known before.
    pub(crate) pairs: Vec<Pair>,
    /// The logarithm of the likelihood ratio against these bodies being nobody's.
    pub(crate) log10_lr: f64,
    /// The same with the prior.
    pub(crate) weight: f64,
}

/// Weighs the placements of a family, heaviest first; equal ones stay in their order. The likelihood of the placement of
/// nobody is not 0.
pub(crate) fn weigh(placements: &[Placement], family: &Family<'_>, weights: &Weights<'_>) -> Vec<Weighed> {
    let nobody = placements.first().map_or(0.0, |none| none.log10.value());
    let mut weighed: Vec<Weighed> = placements
        .iter()
        .map(|placement| {
            let pairs: Vec<Pair> =
                placement.pairs.iter().copied().filter(|pair| !family.fixed.contains(pair)).collect();
            let alone: f64 = pairs.iter().map(|&(_, body)| weights.alone[body].value()).sum();
            let prior: f64 =
                pairs.iter().map(|&(missing, body)| (weights.prior)(family.number, missing, body)).sum();
            let log10_lr = placement.log10.value() - nobody - alone;
            Weighed { pairs, log10_lr, weight: log10_lr + prior }
        })
        .filter(|weighed| weighed.weight > f64::NEG_INFINITY)
        .collect();
    weighed.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    weighed
}
