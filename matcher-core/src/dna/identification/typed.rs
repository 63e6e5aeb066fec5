//! The likelihoods of a case, by pedigrees.
//!
//! A missing person of whom something was typed before (a toothbrush, a blood sample) counts with that profile; a body
//! placed on that person must be the same person's.

use super::blocks::blocks;
use super::case::{Body, Case};
use super::evidence::{Evidence, Pair};
use super::merge::both;
use crate::dna::kinship::{Model, Pedigree, Prepared, Unit};
use crate::dna::{Genotype, Profile, Sex};
use crate::error::{Error, Result};
use crate::units::Log10;
use crate::work::Threads;
use std::collections::HashMap;

/// A case under a model.
pub(super) struct Typed<'c> {
    case: &'c Case<'c>,
    families: Vec<Prepared<'c>>,
    /// By family and unit: the block of each missing person.
    blocks: Vec<Vec<Vec<usize>>>,
    /// By unit and body: the number of the genotype.
    genotypes: Vec<Vec<u32>>,
    /// By unit and body: the probability of the body by itself.
    alone: Vec<Vec<Log10>>,
}

impl<'c> Typed<'c> {
    pub(super) fn new(case: &'c Case<'c>, model: &'c Model, threads: Threads) -> Result<Self> {
        let families = case
            .families
            .iter()
            .zip(&case.members)
            .map(|(family, members)| {
                let profiles: Vec<(usize, &Profile)> =
                    members.relatives.iter().map(|(place, profile)| (*place, profile)).collect();
                Prepared::new(family.pedigree(), &profiles, case.frequencies, model)
            })
            .collect::<Result<_>>()?;
        let genotypes: Vec<Vec<u32>> = case.units.iter().map(|unit| numbered(case, unit)).collect();
        let numbers: Vec<usize> = (0..case.units.len()).collect();
        let alone = threads
            .map(&numbers, |&unit| of_each(&genotypes[unit], |body| alone(case, model, unit, body)))?
            .into_iter()
            .collect::<Result<_>>()?;
        let units =
            |family: usize| case.units.iter().map(move |unit| blocks(case, family, unit, model.theta));
        let blocks = (0..case.families.len()).map(|family| units(family).collect()).collect();
        Ok(Self { case, families, blocks, genotypes, alone })
    }

    /// The likelihood of a family and of a body that is related to nobody in it but is of the same subpopulation; `None`
    /// where they are independent.
    pub(super) fn unrelated(
        &self,
        strangers: &Strangers<'_>,
        locus: usize,
        placed: &[Pair],
        body: usize,
    ) -> Result<Option<Log10>> {
        let family = strangers.family;
        let Some((prepared, [man, woman])) = &strangers.prepared else { return Ok(None) };
        if !self.case.counts(family, locus) {
            return Ok(None);
        }
        let Some(mut people) = self.people(family, locus, placed) else {
            return Ok(Some(Log10::IMPOSSIBLE));
        };
        let body = &self.case.bodies[body];
        let place = if body.sex == Some(Sex::Male) { man } else { woman };
        people.push((*place, Owned::Borrowed(&body.profile)));
        self.ask(prepared, locus, &people).map(Some)
    }

    /// Who is placed where, with what profile; `None` where a body contradicts what was typed of the person before.
    fn people(&self, family: usize, locus: usize, placed: &[Pair]) -> Option<Vec<(usize, Owned<'_>)>> {
        let members = &self.case.members[family];
        let loci = self.case.units[locus].loci();
        let mut people = Vec::with_capacity(members.missing.len());
        for (number, missing) in members.missing.iter().enumerate() {
            let body =
                placed.iter().find(|(at, _)| *at == number).map(|&(_, body)| &self.case.bodies[body].profile);
            let profile = match (body, &missing.reference) {
                (None, None) => continue,
                (Some(one), None) | (None, Some(one)) => Owned::Borrowed(one),
                (Some(body), Some(reference)) => Owned::Made(both(body, reference, loci)?),
            };
            people.push((missing.place, profile));
        }
        Some(people)
    }

    fn ask(&self, prepared: &Prepared<'_>, unit: usize, people: &[(usize, Owned<'_>)]) -> Result<Log10> {
        let placed: Vec<(usize, &Profile)> =
            people.iter().map(|(place, profile)| (*place, profile.get())).collect();
        let unit = &self.case.units[unit];
        // What does not count was taken out before; what is left out here is where nobody was typed.
        Ok(prepared.likelihood(unit, &placed)?.unwrap_or(Log10::ONE))
    }
}

impl Evidence for Typed<'_> {
    fn loci(&self) -> usize {
        self.case.units.len()
    }

    fn genotype(&self, body: usize, locus: usize) -> u32 {
        self.genotypes[locus][body]
    }

    fn family(&self, family: usize, locus: usize, placed: &[Pair]) -> Result<Log10> {
        if !self.case.counts(family, locus) {
            return Ok(placed.iter().map(|&(_, body)| self.alone[locus][body]).sum());
        }
        let Some(people) = self.people(family, locus, placed) else { return Ok(Log10::IMPOSSIBLE) };
        let within = |error| match error {
            Error::Invalid(problem) => {
                Error::Invalid(problem.within(format!("family {:?}", self.case.families[family].name())))
            }
            other => other,
        };
        self.ask(&self.families[family], locus, &people).map_err(within)
    }

    fn blocks(&self, family: usize, locus: usize) -> &[usize] {
        &self.blocks[family][locus]
    }

    fn alone(&self, body: usize, locus: usize) -> Result<Log10> {
        Ok(self.alone[locus][body])
    }
}

/// A family with two people who are related to nobody in it, a man and a woman, for theta above 0.
pub(super) struct Strangers<'p> {
    family: usize,
    /// The family with them, and their places.
    prepared: Option<(Prepared<'p>, [usize; 2])>,
}

/// The pedigree of a family with two more people, and their places.
pub(super) type Extended = (Pedigree, [usize; 2]);

impl<'p> Strangers<'p> {
    /// The pedigree that they need.
    pub(super) fn pedigree(case: &Case<'_>, family: usize) -> Result<Extended> {
        let mut pedigree = case.families[family].pedigree().clone();
        let mut places = [0; 2];
        for (place, sex) in places.iter_mut().zip([Sex::Male, Sex::Female]) {
            let mut id = String::from("unrelated");
            while pedigree.find(&id).is_some() {
                id.push('\'');
            }
            pedigree = pedigree.with_unrelated(&id, Some(sex))?;
            *place = pedigree.people().len() - 1; // a founder who comes last stays last
        }
        Ok((pedigree, places))
    }

    /// Ready to be asked; without a pedigree they are of no subpopulation.
    pub(super) fn new(
        case: &'p Case<'_>,
        family: usize,
        pedigree: Option<&'p Extended>,
        model: &'p Model,
    ) -> Result<Self> {
        let Some((pedigree, places)) = pedigree else { return Ok(Self { family, prepared: None }) };
        let relatives = case.members[family].relatives.iter();
        let profiles: Vec<(usize, &Profile)> = relatives.map(|(place, profile)| (*place, profile)).collect();
        let prepared = Prepared::new(pedigree, &profiles, case.frequencies, model)?;
        Ok(Self { family, prepared: Some((prepared, *places)) })
    }
}

/// A profile, as given or made for the question.
enum Owned<'p> {
    Borrowed(&'p Profile),
    Made(Profile),
}

impl Owned<'_> {
    const fn get(&self) -> &Profile {
        match self {
            Self::Borrowed(profile) => profile,
            Self::Made(profile) => profile,
        }
    }
}

/// The number of the genotype of each body at a unit, in the order of bodies; 0 where nothing is known.
fn numbered(case: &Case<'_>, unit: &Unit) -> Vec<u32> {
    let mut kinds: HashMap<String, u32> = HashMap::new();
    let number = |body: &Body| {
        let genotypes: Vec<Option<&Genotype>> =
            unit.loci().iter().map(|&locus| body.profile.get(locus)).collect();
        if genotypes.iter().all(|genotype| genotype.is_none_or(Genotype::is_blank)) {
            return 0;
        }
        let mut key = format!("{:?}", body.sex); // it tells how many copies there are
        for genotype in genotypes {
            key.push(' ');
            key.push_str(&genotype.map_or(String::new(), ToString::to_string));
        }
        let next = kinds.len() as u32 + 1;
        *kinds.entry(key).or_insert(next)
    };
    case.bodies.iter().map(number).collect()
}

/// A number for each body, computed once for each kind of genotype; 1 where nothing is known.
fn of_each(kinds: &[u32], of: impl Fn(usize) -> Result<Log10>) -> Result<Vec<Log10>> {
    let mut known = HashMap::new();
    let mut each = Vec::with_capacity(kinds.len());
    for (body, &kind) in kinds.iter().enumerate() {
        let log10 = match known.get(&kind) {
            _ if kind == 0 => Log10::ONE,
            Some(&log10) => log10,
            None => of(body)?,
        };
        known.insert(kind, log10);
        each.push(log10);
    }
    Ok(each)
}

fn alone(case: &Case<'_>, model: &Model, unit: usize, body: usize) -> Result<Log10> {
    let body = &case.bodies[body];
    let pedigree = Pedigree::new([("body", None, None, body.sex)])?;
    let prepared = Prepared::new(&pedigree, &[(0, &body.profile)], case.frequencies, model)?;
    Ok(prepared.likelihood(&case.units[unit], &[])?.unwrap_or(Log10::ONE))
}
