//! Simulated profiles of people who were not typed, given those of their relatives.

use super::family::profile;
use crate::dna::kinship::{Conditional, Placed, Prepared, Unit};
use crate::dna::{Genotype, Locus, Profile};
use crate::error::{Error, Result};
use crate::simulate::random::Stream;
use std::collections::HashMap;
use std::rc::Rc;

/// Distributions that are remembered at a unit: some ten megabytes for most loci.
const MAX_REMEMBERED: usize = 8_192;

/// Draws profiles of people who were not typed, given those of their relatives.
///
/// # Method
/// At each locus one person after the other is drawn from the exact distribution of the genotype, given all that is known
/// and all that was drawn so far ([`Conditional`]); so all together are drawn from their joint distribution, for any
/// pedigree. Of two linked loci the second one follows, given the first. Distributions are remembered by what was drawn
/// before them.
///
/// The random numbers of a sample at a unit of loci are a stream of their own, keyed by the seed, the names of the loci and
/// the number of the sample.
///
/// # Limits
/// The first person costs one distribution a locus, whatever the number of samples; the second one a distribution for each
/// genotype that the first may have, and so on: with theta, or linked loci, a distribution costs a likelihood for each
/// genotype, so several people take minutes there.
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::{Model, Pedigree, Prepared};
/// use matcher_core::dna::{Frequencies, Locus, Profile};
/// use matcher_core::simulate::dna::ConditionalSimulator;
/// let pedigree = Pedigree::new([
///     ("father", None, None, None),
///     ("mother", None, None, None),
///     ("child", Some("father"), Some("mother"), None),
/// ])?;
/// let child = Profile::new("child", [("TH01", ["6", "9.3"])])?;
/// let (table, model) = (Frequencies::builtin("nist1036-cauc")?, Model::default());
/// let typed = [(pedigree.find("child").unwrap(), &child)];
/// let prepared = Prepared::new(&pedigree, &typed, &table, &model)?;
///
/// let simulator = ConditionalSimulator::new(&prepared, &["father", "mother"], &[Locus::new("TH01")?])?;
/// for parents in simulator.sample(7, 100)? {
///     // One of them handed on the 6, the other one the 9.3.
///     let has = |parent: &Profile, allele: &str| {
///         parent.loci()[0].1.alleles().iter().any(|shown| shown.to_string() == allele)
///     };
///     let [father, mother] = &parents[..] else { panic!("two people") };
///     assert!((has(father, "6") && has(mother, "9.3")) || (has(father, "9.3") && has(mother, "6")));
/// }
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConditionalSimulator<'a> {
    conditional: Conditional<'a>,
    people: Vec<usize>,
}

impl<'a> ConditionalSimulator<'a> {
    /// Prepares to draw these people at these loci.
    ///
    /// # Errors
    /// Nobody is asked for, a person is not in the pedigree, is named twice, or was typed, or has an id longer than a
    /// profile may have; or as [`Conditional::new`]: a locus is not part of a likelihood, or what is known contradicts the
    /// pedigree.
    pub fn new(prepared: &Prepared<'a>, people: &[&str], loci: &[Locus]) -> Result<Self> {
        let conditional = Conditional::new(prepared, loci)?;
        let mut places = Vec::with_capacity(people.len());
        if people.is_empty() {
            return Err(Error::invalid("", "number of people", 0, "1 or more"));
        }
        for &id in people {
            let wrong =
                |value, expected| Err(Error::invalid(format!("person {id:?}"), "person", value, expected));
            let Some(place) = conditional.pedigree().find(id) else {
                return wrong("not in the pedigree", "a person of the pedigree");
            };
            if places.contains(&place) {
                return wrong("there twice", "each person once");
            }
            Profile::builder(id).build()?;
            for locus in conditional.units().iter().flat_map(Unit::loci) {
                conditional.outcomes(*locus, place)?;
            }
            places.push(place);
        }
        Ok(Self { conditional, people: places })
    }

    /// `n` samples: each time the profiles of all people asked for, in their order.
    ///
    /// A locus of which nothing is seen is not in a profile.
    ///
    /// # Errors
    /// As [`Prepared::likelihood`].
    pub fn sample(&self, seed: u64, n: usize) -> Result<Vec<Vec<Profile>>> {
        let mut shown: Vec<Vec<Vec<(Locus, Genotype)>>> = vec![vec![Vec::new(); self.people.len()]; n];
        for unit in self.conditional.units() {
            let mut memory = Memory::default();
            let outcomes = self.outcomes(unit)?;
            let purpose = format!("conditional profile {unit}");
            for (index, shown) in shown.iter_mut().enumerate() {
                let mut stream = Stream::new(seed, &purpose, &[index as u64]);
                let placed = self.draw(&mut stream, unit, &outcomes, &mut memory)?;
                for (person, locus, genotype) in placed {
                    if let Some(at) = self.people.iter().position(|&place| place == person) {
                        shown[at].push((locus, genotype.clone()));
                    }
                }
            }
        }
        let people = self.conditional.pedigree().people();
        let of = |shown: Vec<Vec<(Locus, Genotype)>>| {
            let ids = self.people.iter().map(|&place| people[place].id());
            ids.zip(shown).map(|(id, shown)| profile(id, shown)).collect()
        };
        Ok(shown.into_iter().map(of).collect())
    }

    /// The outcomes of each step: the loci of a unit, and at each the people.
    fn outcomes(&self, unit: &Unit) -> Result<Vec<Vec<Option<Genotype>>>> {
        let steps =
            unit.loci().iter().flat_map(|&locus| self.people.iter().map(move |&place| (locus, place)));
        steps.map(|(locus, place)| self.conditional.outcomes(locus, place)).collect()
    }

    fn draw<'g>(
        &self,
        stream: &mut Stream,
        unit: &Unit,
        outcomes: &'g [Vec<Option<Genotype>>],
        memory: &mut Memory<Vec<f64>>,
    ) -> Result<Vec<Placed<'g>>> {
        let (mut before, mut placed) = (Vec::new(), Vec::new());
        let steps =
            unit.loci().iter().flat_map(|&locus| self.people.iter().map(move |&place| (locus, place)));
        for ((locus, place), outcomes) in steps.zip(outcomes) {
            let probabilities = memory.get(&before, || {
                let distribution = self.conditional.distribution(locus, place, &placed)?;
                Ok(distribution.probabilities().to_vec())
            })?;
            let at = drawn(stream, &probabilities);
            before.push(at as u32);
            placed.extend(outcomes[at].as_ref().map(|genotype| (place, locus, genotype)));
        }
        Ok(placed)
    }
}

/// What was computed for a sequence of draws, remembered while there is room.
pub(crate) struct Memory<T> {
    known: HashMap<Box<[u32]>, Rc<T>>,
}

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self { known: HashMap::new() }
    }
}

impl<T> Memory<T> {
    /// What belongs behind these draws.
    ///
    /// # Errors
    /// Those of `make`.
    pub(crate) fn get(&mut self, before: &[u32], make: impl FnOnce() -> Result<T>) -> Result<Rc<T>> {
        if let Some(known) = self.known.get(before) {
            return Ok(Rc::clone(known));
        }
        let made = Rc::new(make()?);
        if self.known.len() < MAX_REMEMBERED {
            self.known.insert(before.into(), Rc::clone(&made));
        }
        Ok(made)
    }
}

/// Draws a place by probabilities that sum to 1; never one whose probability is 0, where another has more.
pub(crate) fn drawn(stream: &mut Stream, probabilities: &[f64]) -> usize {
    let mut left = stream.uniform();
    let mut last = 0;
    for (at, &probability) in probabilities.iter().enumerate().filter(|(_, p)| **p > 0.0) {
        last = at;
        left -= probability;
        if left < 0.0 {
            break;
        }
    }
    last
}

#[cfg(test)]
#[path = "conditional_tests.rs"]
mod tests;
