//! A pedigree with its typed people, ready to be asked again and again: with nobody more, or with genotypes placed on
//! people who were not typed.

use super::evidence::{Copies, Evidence, NotCounted, check};
use super::factor::Scaled;
use super::model::Model;
use super::network::{LocusInput, Question};
use super::pedigree::Pedigree;
use super::states::States;
use crate::dna::{Allele, Frequencies, Genotype, Inheritance, Locus, LocusFrequencies, Profile, Sex, Source};
use crate::error::{Error, Result};
use crate::units::Log10;

/// Numbers that what is known of all people may take at a locus: 512 MiB.
const MAX_EVIDENCE: usize = 1 << 26;

/// What is evaluated together: a locus, or two linked ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    loci: Vec<Locus>,
    recombination: f64,
}

impl Unit {
    /// One locus, or two that are linked.
    pub fn loci(&self) -> &[Locus] {
        &self.loci
    }

    /// The probability of recombination between the two; 0.5 where there is one.
    pub const fn recombination(&self) -> f64 {
        self.recombination
    }

    /// One locus.
    pub fn single(locus: Locus) -> Self {
        Self { loci: vec![locus], recombination: 0.5 }
    }

    /// The loci as units: those that the table says are linked together, each other one by itself.
    ///
    /// # Errors
    /// A locus is linked to two others.
    pub fn of(loci: &[Locus], frequencies: &Frequencies) -> Result<Vec<Self>> {
        let mut loci = loci.to_vec();
        loci.sort_unstable();
        loci.dedup();
        let mut units: Vec<Self> = Vec::with_capacity(loci.len());
        let has = |locus: Locus| loci.binary_search(&locus).is_ok();
        let pairs: Vec<_> =
            frequencies.linked().iter().filter(|pair| has(pair.first) && has(pair.second)).collect();
        for &locus in &loci {
            let mut of = pairs.iter().filter(|pair| pair.first == locus || pair.second == locus);
            match (of.next(), of.next()) {
                (None, _) => units.push(Self::single(locus)),
                (Some(pair), None) if pair.first == locus => {
                    units.push(Self { loci: vec![pair.first, pair.second], recombination: pair.rho });
                }
                (Some(_), None) => {}
                (Some(_), Some(_)) => {
                    let record = format!("table {:?}, {locus}", frequencies.name());
                    return Err(Error::invalid(record, "linked loci", "2 or more", "at most one"));
                }
            }
        }
        Ok(units)
    }
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.loci.iter().map(|locus| locus.name()).collect();
        f.write_str(&names.join(" + "))
    }
}

/// A pedigree, the profiles of some of its people, a table and a model.
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::{Model, Pedigree, Prepared, Unit};
/// use matcher_core::dna::{Frequencies, Locus, Profile};
/// let table = Frequencies::builder("example").locus("TH01", [("6", 0.25), ("9.3", 0.75)])?.build()?;
/// let pedigree = Pedigree::new([("child", Some("father"), None, None), ("father", None, None, None)])?;
/// let father = Profile::new("father", [("TH01", ["6", "6"])])?;
/// let unit = &Unit::of(&[Locus::new("TH01")?], &table)?[0];
/// let model = Model::default();
/// let prepared = Prepared::new(&pedigree, &[(0, &father)], &table, &model)?;
/// let child = Profile::new("remains", [("TH01", ["6", "9.3"])])?;
/// let likelihood = prepared.likelihood(unit, &[(1, &child)])?.expect("the locus counts");
/// assert!((likelihood.number() - 0.0625 * 0.75).abs() < 1e-15);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Prepared<'a> {
    pedigree: &'a Pedigree,
    profiles: Vec<(usize, &'a Profile)>,
    frequencies: &'a Frequencies,
    model: &'a Model,
}

impl<'a> Prepared<'a> {
    /// From the profiles of people, each by the place in [`Pedigree::people`].
    ///
    /// # Errors
    /// A place is not in the pedigree or there twice, a profile is a mixture, or a drop-out probability is outside its range.
    pub fn new(
        pedigree: &'a Pedigree,
        profiles: &[(usize, &'a Profile)],
        frequencies: &'a Frequencies,
        model: &'a Model,
    ) -> Result<Self> {
        model.check()?;
        for (number, (place, profile)) in profiles.iter().enumerate() {
            let wrong = |value, expected| {
                Err(Error::invalid(format!("profile {:?}", profile.id()), "person", value, expected))
            };
            if *place >= pedigree.people().len() {
                return wrong(format!("place {place}"), "a place in the pedigree");
            }
            if profiles[..number].iter().any(|(other, _)| other == place) {
                return wrong(format!("{:?} twice", pedigree.people()[*place].id()), "one profile a person");
            }
            if profile.source() == Source::Mixture {
                let record = format!("profile {:?}", profile.id());
                return Err(Error::invalid(record, "kind", "mixture", "a profile of one person"));
            }
        }
        Ok(Self { pedigree, profiles: profiles.to_vec(), frequencies, model })
    }

    /// The pedigree.
    pub const fn pedigree(&self) -> &'a Pedigree {
        self.pedigree
    }

    /// The frequencies.
    pub const fn frequencies(&self) -> &'a Frequencies {
        self.frequencies
    }

    /// The model.
    pub const fn model(&self) -> &'a Model {
        self.model
    }

    /// Those of some alleles that the table of frequencies has.
    pub(super) fn listed(&self, locus: Locus, alleles: &[Allele]) -> Vec<Allele> {
        let table = self.frequencies.at(locus);
        let known = |allele: &Allele| table.is_some_and(|table| table.frequency(*allele).is_some());
        alleles.iter().copied().filter(known).collect()
    }

    /// The same profiles on the same people of another pedigree, found by id; who is not in it is left out.
    pub(super) fn in_pedigree<'b>(&self, pedigree: &'b Pedigree) -> Prepared<'b>
    where
        'a: 'b,
    {
        let id = |place: usize| self.pedigree.people()[place].id();
        let moved = |&(place, profile): &(usize, &'a Profile)| Some((pedigree.find(id(place))?, profile));
        Prepared {
            pedigree,
            profiles: self.profiles.iter().filter_map(moved).collect(),
            frequencies: self.frequencies,
            model: self.model,
        }
    }

    /// The profiles with the places of their people.
    pub fn profiles(&self) -> &[(usize, &'a Profile)] {
        &self.profiles
    }

    /// The likelihood at a unit of all profiles and of more of them, placed on people who have none. Without any known
    /// allele it is 1.
    ///
    /// The inner error says why the unit is not part of a likelihood.
    ///
    /// # Errors
    /// There is no rule for rare alleles and an allele has no frequency, the mutation model cannot hold for these alleles,
    /// or there are too many possibilities.
    pub fn likelihood(&self, unit: &Unit, placed: &[(usize, &Profile)]) -> Result<Result<Log10, NotCounted>> {
        self.counted(unit, |locus| self.locus(locus, self.profiles.iter().chain(placed).copied()))
    }

    /// The likelihood of what is known at each locus of a unit.
    pub(super) fn counted(
        &self,
        unit: &Unit,
        at: impl Fn(Locus) -> Result<Result<Typed, NotCounted>>,
    ) -> Result<Result<Log10, NotCounted>> {
        let mut inputs = Vec::with_capacity(unit.loci.len());
        let mut first_reason = None;
        for &locus in &unit.loci {
            match at(locus)? {
                Ok(input) => inputs.push(input),
                Err(reason) => first_reason = first_reason.or(Some(reason)),
            }
        }
        match first_reason {
            // Of two linked loci one may count alone.
            Some(reason) if inputs.is_empty() => Ok(Err(reason)),
            _ => Ok(Ok(self.evaluate(unit, &inputs)?.log10())),
        }
    }

    /// The alleles of a locus and what is known of whom; or why it does not count.
    pub(super) fn locus<'b>(
        &self,
        locus: Locus,
        typed: impl Iterator<Item = (usize, &'b Profile)>,
    ) -> Result<Result<Typed, NotCounted>> {
        self.locus_apart(locus, typed, &[])
    }

    /// The same, with alleles that are told apart though nobody shows them.
    pub(super) fn locus_apart<'b>(
        &self,
        locus: Locus,
        typed: impl Iterator<Item = (usize, &'b Profile)>,
        apart: &[Allele],
    ) -> Result<Result<Typed, NotCounted>> {
        let genotype = |(place, profile): (usize, &'b Profile)| {
            Some((place, profile.get(locus)?, self.dropout(profile.id())))
        };
        match self.genotypes(locus, typed.filter_map(genotype), apart, false)? {
            Some(typed) => Ok(typed),
            None => Ok(Err(NotCounted::NothingKnown)),
        }
    }

    /// The same from genotypes, each with its place and the probability that an allele was lost; `None` where nothing is
    /// known, unless that is to count too.
    pub(super) fn genotypes<'b>(
        &self,
        locus: Locus,
        typed: impl Iterator<Item = (usize, &'b Genotype, f64)>,
        apart: &[Allele],
        even_nothing: bool,
    ) -> Result<Option<Result<Typed, NotCounted>>> {
        let x_linked = self.is_x_linked(locus);
        if matches!(locus.inheritance(), Inheritance::Y | Inheritance::SexMarker) && !x_linked {
            return Ok(Some(Err(NotCounted::NotInherited)));
        }
        let Some(table) = self.frequencies.at(locus) else {
            return Ok(Some(Err(NotCounted::NotInTable)));
        };
        let mut known = Vec::new();
        for (place, genotype, dropout) in typed {
            if genotype.alleles().iter().all(|allele| allele.is_open()) {
                continue;
            }
            let copies = match self.pedigree.people()[place].sex() {
                _ if !x_linked => Copies::Two,
                Some(Sex::Male) => Copies::One,
                Some(Sex::Female) => Copies::Two,
                None => return Ok(Some(Err(NotCounted::SexNotKnown))),
            };
            if let Err(reason) = check(genotype, copies) {
                return Ok(Some(Err(reason)));
            }
            known.push((place, genotype, copies, dropout));
        }
        if known.is_empty() && !even_nothing {
            return Ok(None);
        }
        let mut seen: Vec<Allele> =
            known.iter().flat_map(|(_, genotype, ..)| genotype.alleles()).copied().collect();
        seen.sort_unstable();
        seen.dedup();
        let states = States::new(self.frequencies, table, &seen, apart, self.model.mutation.at(locus))
            .map_err(|error| match error {
                Error::Invalid(problem) if problem.record.is_empty() => Error::Invalid(problem.within(locus)),
                other => other,
            })?;
        let size = states.len() * states.len() * known.len();
        if size > MAX_EVIDENCE {
            let expected = format!("at most {MAX_EVIDENCE}: fewer different alleles, or fewer people");
            return Err(Error::invalid(locus, "people times pairs of alleles", size, expected));
        }
        let mut evidence = Vec::with_capacity(known.len());
        for (place, genotype, copies, dropout) in known {
            let of_person = Evidence::new(genotype, &states, copies, dropout);
            if of_person.possible().is_empty() {
                return Ok(Some(Err(NotCounted::NoneCovered)));
            }
            evidence.push((place, of_person));
        }
        Ok(Some(Ok(Typed { states, evidence, x_linked })))
    }

    /// The probability that an allele of a specimen was lost.
    pub(super) fn dropout(&self, specimen: &str) -> f64 {
        self.model.dropout.get(specimen).copied().unwrap_or(0.0)
    }

    /// Whether men have one copy of a locus.
    pub(super) fn is_x_linked(&self, locus: Locus) -> bool {
        locus.inheritance() == Inheritance::X
            || self.frequencies.at(locus).is_some_and(LocusFrequencies::is_x_linked)
    }

    /// What is known at a unit, as a question.
    pub(super) fn question<'q>(&'q self, unit: &Unit, loci: &'q [LocusInput<'q>]) -> Question<'q> {
        Question {
            pedigree: self.pedigree,
            loci,
            recombination: unit.recombination,
            theta: self.model.theta,
            prune_untyped: self.model.prune_untyped,
        }
    }

    /// The likelihood at what is evaluated together.
    pub(super) fn evaluate(&self, unit: &Unit, inputs: &[Typed]) -> Result<Scaled> {
        let loci: Vec<LocusInput<'_>> = inputs.iter().map(Typed::input).collect();
        self.question(unit, &loci).likelihood().map_err(|error| match error {
            Error::Invalid(problem) => Error::Invalid(problem.within(unit)),
            other => other,
        })
    }
}

/// What is known at one locus.
pub(super) struct Typed {
    pub(super) states: States,
    pub(super) evidence: Vec<(usize, Evidence)>,
    pub(super) x_linked: bool,
}

impl Typed {
    pub(super) fn input(&self) -> LocusInput<'_> {
        LocusInput { states: &self.states, typed: &self.evidence, x_linked: self.x_linked }
    }
}
