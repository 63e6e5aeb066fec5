//! A case as the simulation needs it: the missing person in the pedigree, and a stranger beside it.

use super::report::SkippedLocus;
use crate::dna::kinship::{Conditional, Model, MutationRates, Pedigree, Placed, Prepared, Unit};
use crate::dna::{Locus, LocusFrequencies, Profile};
use crate::error::{Error, Result};
use crate::units::{Log10, Theta};

/// What the hypothesis of a stranger needs to live somewhere: the pedigree with one more, and the models.
pub(super) struct Pair {
    strangers: Pedigree,
    stranger: String,
    model: Model,
    /// Without mutation: what it makes impossible is an exclusion.
    strict: Model,
}

/// A case, ready to be simulated.
pub(super) struct Case<'a> {
    pub(super) prepared: &'a Prepared<'a>,
    /// The pedigree in which the candidate is the missing person.
    pub(super) related: Conditional<'a>,
    /// That with a stranger as candidate.
    pub(super) unrelated: Conditional<'a>,
    /// The place of the missing person in the one, of the stranger in the other.
    pub(super) candidate: [usize; 2],
    /// The places of further relatives, in both.
    pub(super) further: Vec<[usize; 2]>,
    /// Each locus by itself without mutation; `None` where the relatives themselves contradict each other then.
    pub(super) strict: Vec<(Locus, Option<Conditional<'a>>)>,
    pub(super) skipped: Vec<SkippedLocus>,
}

impl Pair {
    pub(super) fn new(prepared: &Prepared<'_>, missing: &str) -> Result<Self> {
        let pedigree = prepared.pedigree();
        let place = place(prepared, missing, "missing person")?;
        let mut stranger = "unrelated".to_owned();
        while pedigree.find(&stranger).is_some() {
            stranger.push('\'');
        }
        let strangers = pedigree.with_unrelated(&stranger, pedigree.people()[place].sex())?;
        let mut model = prepared.model().clone();
        if let Some(&probability) = model.dropout.get(missing) {
            model = model.with_dropout(&stranger, probability);
        }
        let strict = Model { theta: Theta::ZERO, mutation: MutationRates::default(), ..model.clone() };
        Ok(Self { strangers, stranger, model, strict })
    }

    /// The case with these further relatives at these loci.
    pub(super) fn case<'a>(
        &'a self,
        prepared: &'a Prepared<'a>,
        missing: &str,
        further: &[&str],
        loci: Option<&[Locus]>,
    ) -> Result<Case<'a>> {
        let mut people = vec![place(prepared, missing, "missing person")?];
        for id in further {
            let place = place(prepared, id, "further relative")?;
            if people.contains(&place) {
                return Err(Error::invalid(
                    format!("person {id:?}"),
                    "further relative",
                    "named before",
                    "each once",
                ));
            }
            people.push(place);
        }
        let ids = |place: usize| prepared.pedigree().people()[place].id();
        // Everybody of the pedigree is in it with the stranger too.
        let other = |place: usize| self.strangers.find(ids(place)).unwrap_or(place);
        let typed: Vec<(usize, &'a Profile)> =
            prepared.profiles().iter().map(|&(place, profile)| (other(place), profile)).collect();
        let (loci, skipped) = countable(prepared, &people, loci)?;
        let related = Conditional::new(prepared, &loci)?;
        let unrelated = Prepared::new(&self.strangers, &typed, prepared.frequencies(), &self.model)?;
        let unrelated = Conditional::new(&unrelated, &loci)?;
        let stranger = self.strangers.find(&self.stranger).unwrap_or_default();
        let strict =
            Prepared::new(prepared.pedigree(), prepared.profiles(), prepared.frequencies(), &self.strict)?;
        let one = |locus: Locus| -> Result<(Locus, Option<Conditional<'a>>)> {
            for unit in Unit::of(&[locus], prepared.frequencies())? {
                if strict.likelihood(&unit, &[])?.is_ok_and(Log10::is_impossible) {
                    return Ok((locus, None));
                }
            }
            Ok((locus, Some(Conditional::new(&strict, &[locus])?)))
        };
        Ok(Case {
            prepared,
            related,
            unrelated,
            candidate: [people[0], stranger],
            further: people[1..].iter().map(|&place| [place, other(place)]).collect(),
            strict: loci.iter().map(|&locus| one(locus)).collect::<Result<_>>()?,
            skipped,
        })
    }
}

impl Case<'_> {
    /// What was placed on people of the pedigree, placed on the same people beside the stranger.
    pub(super) fn beside<'g>(&self, placed: &[Placed<'g>]) -> Vec<Placed<'g>> {
        let all = std::iter::once(&self.candidate).chain(&self.further);
        let both: Vec<[usize; 2]> = all.copied().collect();
        let other = |place: usize| both.iter().find(|pair| pair[0] == place).map_or(place, |pair| pair[1]);
        placed.iter().map(|&(place, locus, genotype)| (other(place), locus, genotype)).collect()
    }
}

/// The place of somebody who was not typed.
fn place(prepared: &Prepared<'_>, id: &str, field: &str) -> Result<usize> {
    let wrong = |value| {
        Err(Error::invalid(
            format!("person {id:?}"),
            field,
            value,
            "somebody of the pedigree who was not typed",
        ))
    };
    match prepared.pedigree().find(id) {
        None => wrong("not in the pedigree"),
        Some(place) if prepared.profiles().iter().any(|(typed, _)| *typed == place) => wrong("typed"),
        Some(place) => Ok(place),
    }
}

/// The loci that can be simulated for these people, in their order, and why others cannot.
fn countable(
    prepared: &Prepared<'_>,
    people: &[usize],
    loci: Option<&[Locus]>,
) -> Result<(Vec<Locus>, Vec<SkippedLocus>)> {
    let profiles = prepared.profiles();
    let typed = |locus: Locus| {
        profiles.iter().any(|(_, profile)| profile.get(locus).is_some_and(|genotype| !genotype.is_blank()))
    };
    let table = prepared.frequencies().loci().iter().map(LocusFrequencies::locus);
    let mut wanted: Vec<Locus> = match loci {
        Some(loci) => loci.to_vec(),
        None if profiles.is_empty() => table.collect(),
        None => table.filter(|&locus| typed(locus)).collect(),
    };
    wanted.sort_unstable();
    wanted.dedup();
    let (mut counted, mut skipped) = (Vec::new(), Vec::new());
    for locus in wanted {
        match Conditional::not_counted(prepared, locus, people)? {
            Some(reason) => skipped.push(SkippedLocus { locus, reason }),
            None => counted.push(locus),
        }
    }
    if counted.is_empty() {
        let expected = "1 or more that the table has and somebody is typed at";
        return Err(Error::invalid("power", "number of loci", 0, expected));
    }
    Ok((counted, skipped))
}
