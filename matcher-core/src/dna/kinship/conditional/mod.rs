//! What somebody who was not typed may show, given the profiles of relatives: the exact distribution of the genotype.
//!
//! Whoever simulates a case, or asks what a case could show before it is typed, needs these probabilities. They are
//! computed and not drawn, so nothing here depends on a seed.

mod classes;
mod one_by_one;
mod population;

use super::evidence::NotCounted;
use super::model::Model;
use super::pedigree::Pedigree;
use super::prepared::{Prepared, Unit};
use crate::dna::{Allele, Frequencies, Genotype, Locus, LocusFrequencies, Profile, Sex};
use crate::error::{Error, Result};
use crate::units::{Log10, Theta};
use one_by_one::{id, known, one_by_one};
use population::population;

/// Most genotypes that one person may have at a locus: some 200 alleles.
const MAX_GENOTYPES: usize = 20_000;

/// A genotype placed on a person (by the place in [`Pedigree::people`]) at a locus.
pub type Placed<'g> = (usize, Locus, &'g Genotype);

/// The probability of every genotype that a person may show at a locus, given profiles of relatives.
///
/// # Method
/// The likelihood of the pedigree with each genotype placed on the person, divided by their sum. Without theta, at a locus
/// that is not linked, all come from one summation, which leaves out the two genes of the person alone; else each
/// genotype costs a likelihood of its own ([`Prepared::likelihood`]); without mutation, genotypes that differ only in an
/// allele that nobody shows share one, in proportion to its frequency. Both ways are exact and agree. A person's drop-out
/// probability is that of a profile with the person's id.
///
/// Frequencies sum to 1 at each locus: alleles that somebody typed shows have those of the table and of its rule for rare
/// alleles; the others share the remainder in proportion to the table, without the rule.
///
/// # Range and units
/// With `a` alleles there are `a (a+1) / 2` genotypes, or `a` where there is one copy. Where silent alleles or drop-out may
/// hide everything there is one outcome more: that nothing is seen.
///
/// # Limits
/// At most 20,000 genotypes a locus. Linked loci go one after the other: the second one given what was placed at the
/// first. What is too large for a likelihood is too large here.
///
/// # References
/// M. D. Vigeland, *Pedigree Analysis in R*, 2021, chapter 10, on conditional simulation.
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::{Conditional, Model, Pedigree, Prepared};
/// use matcher_core::dna::{Frequencies, Locus, Profile};
/// let table = Frequencies::builder("example").locus("TH01", [("6", 0.25), ("9.3", 0.75)])?.build()?;
/// let pedigree = Pedigree::new([("child", Some("father"), None, None), ("father", None, None, None)])?;
/// let (child, father) = (pedigree.find("child").unwrap(), pedigree.find("father").unwrap());
/// let profile = Profile::new("father", [("TH01", ["6", "6"])])?;
/// let model = Model::default();
/// let prepared = Prepared::new(&pedigree, &[(father, &profile)], &table, &model)?;
///
/// let th01 = Locus::new("TH01")?;
/// let conditional = Conditional::new(&prepared, &[th01])?;
/// let shown: Vec<_> = conditional.outcomes(th01, child)?.into_iter().flatten().map(|g| g.to_string()).collect();
/// assert_eq!(shown, ["6,6", "6,9.3", "9.3,9.3"]);
/// let distribution = conditional.distribution(th01, child, &[])?;
/// assert!((distribution.probabilities()[1] - 0.75).abs() < 1e-12);
/// assert_eq!(distribution.probabilities()[2], 0.0);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Conditional<'a> {
    pedigree: &'a Pedigree,
    profiles: Vec<(usize, &'a Profile)>,
    model: &'a Model,
    population: Frequencies,
    units: Vec<Unit>,
}

/// The probabilities of the outcomes of [`Conditional::outcomes`], in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct GenotypeDistribution {
    probabilities: Vec<f64>,
    log10_total: Log10,
}

impl GenotypeDistribution {
    /// The probabilities, which sum to 1; all 0 where nothing is possible.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// The likelihood of what is known without this person.
    pub const fn log10_total(&self) -> Log10 {
        self.log10_total
    }

    /// Whether no genotype is possible: what is known contradicts the pedigree.
    pub fn is_impossible(&self) -> bool {
        self.log10_total.is_impossible()
    }
}

impl<'a> Conditional<'a> {
    /// Prepares these loci, in any order; what is linked in the table is linked here.
    ///
    /// # Errors
    /// A locus is there twice or is not part of a likelihood ([`NotCounted`]); what is known contradicts the pedigree under
    /// the model; or as [`Prepared::likelihood`].
    pub fn new(prepared: &Prepared<'a>, loci: &[Locus]) -> Result<Self> {
        let mut sorted = loci.to_vec();
        sorted.sort_unstable();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::invalid("", "locus", twice[0], "each locus once"));
        }
        for &locus in &sorted {
            if let Some(reason) = Self::not_counted(prepared, locus, &[])? {
                return Err(Error::invalid(locus, "locus", reason, "one that is part of a likelihood"));
            }
        }
        let population = population(prepared, &sorted)?;
        let units = Unit::of(&sorted, &population)?;
        let conditional = Self {
            pedigree: prepared.pedigree(),
            profiles: prepared.profiles().to_vec(),
            model: prepared.model(),
            population,
            units,
        };
        for unit in &conditional.units {
            if let Ok(likelihood) = conditional.prepared()?.likelihood(unit, &[])?
                && likelihood.is_impossible()
            {
                let expected = "above 0: profiles that the pedigree can have, or a model with mutation";
                return Err(Error::invalid(unit, "likelihood of the typed people", 0, expected));
            }
        }
        Ok(conditional)
    }

    /// Why a locus cannot be asked about for these people; `None` where it can.
    ///
    /// # Errors
    /// As [`Prepared::likelihood`].
    pub fn not_counted(
        prepared: &Prepared<'_>,
        locus: Locus,
        people: &[usize],
    ) -> Result<Option<NotCounted>> {
        match prepared.locus(locus, prepared.profiles().iter().copied())? {
            Ok(_) | Err(NotCounted::NothingKnown) => {}
            Err(reason) => return Ok(Some(reason)),
        }
        let has_sex = |&place: &usize| {
            prepared.pedigree().people().get(place).is_some_and(|person| person.sex().is_some())
        };
        let unclear = prepared.is_x_linked(locus) && !people.iter().all(has_sex);
        Ok(unclear.then_some(NotCounted::SexNotKnown))
    }

    /// The pedigree.
    pub const fn pedigree(&self) -> &'a Pedigree {
        self.pedigree
    }

    /// The loci, linked ones together.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The frequencies that are used, which sum to 1 at each locus.
    pub const fn population(&self) -> &Frequencies {
        &self.population
    }

    fn prepared(&self) -> Result<Prepared<'_>> {
        Prepared::new(self.pedigree, &self.profiles, &self.population, self.model)
    }

    fn table(&self, locus: Locus) -> Result<&LocusFrequencies> {
        let missing = || Error::invalid("", "locus", locus, "one that was prepared");
        self.population.at(locus).ok_or_else(missing)
    }

    /// All that a person may show at a locus: the genotypes in the order of their alleles, then `None` where nothing may be
    /// seen.
    ///
    /// # Errors
    /// The locus was not prepared; the person is not in the pedigree, was typed, or has no known sex at a locus on the X
    /// chromosome; or there are more than 20,000 genotypes.
    pub fn outcomes(&self, locus: Locus, person: usize) -> Result<Vec<Option<Genotype>>> {
        let (alleles, one_copy) = (self.alleles(locus)?, self.has_one_copy(locus, person)?);
        let number = if one_copy { alleles.len() } else { alleles.len() * (alleles.len() + 1) / 2 };
        if number > MAX_GENOTYPES {
            return Err(Error::invalid(
                locus,
                "number of genotypes",
                number,
                format!("at most {MAX_GENOTYPES}"),
            ));
        }
        let mut outcomes: Vec<Option<Genotype>> = if one_copy {
            alleles.iter().map(|&allele| Some(Genotype::single_copy(allele))).collect()
        } else {
            let with = |(at, &first): (usize, &Allele)| -> Vec<Option<Genotype>> {
                alleles[at..].iter().map(|&second| Some(Genotype::pair(first, second))).collect()
            };
            alleles.iter().enumerate().flat_map(with).collect()
        };
        if self.may_show_nothing(locus, person)? {
            outcomes.push(None);
        }
        Ok(outcomes)
    }

    fn alleles(&self, locus: Locus) -> Result<Vec<Allele>> {
        let shown = |&(allele, frequency): &(Allele, f64)| (frequency > 0.0).then_some(allele);
        Ok(self.table(locus)?.alleles().iter().filter_map(shown).collect())
    }

    fn may_show_nothing(&self, locus: Locus, person: usize) -> Result<bool> {
        let dropout = self.prepared()?.dropout(id(self.pedigree, person));
        Ok(self.table(locus)?.silent() > 0.0 || dropout > 0.0)
    }

    fn has_one_copy(&self, locus: Locus, person: usize) -> Result<bool> {
        let Some(who) = self.pedigree.people().get(person) else {
            return Err(Error::invalid("", "person", format!("place {person}"), "a place in the pedigree"));
        };
        let record = || format!("person {:?}", who.id());
        if self.profiles.iter().any(|(typed, _)| *typed == person) {
            return Err(Error::invalid(record(), "profile", "there", "somebody who was not typed"));
        }
        self.table(locus)?;
        if !self.prepared()?.is_x_linked(locus) {
            return Ok(false);
        }
        let expected = || format!("male or female: {locus} is on the X chromosome");
        let sex = who.sex().ok_or_else(|| Error::invalid(record(), "sex", "not known", expected()))?;
        Ok(sex == Sex::Male)
    }

    /// The probabilities of [`outcomes`](Self::outcomes), given all profiles and what was `placed` on others who were not
    /// typed, at this locus and at one that is linked to it.
    ///
    /// # Errors
    /// As [`outcomes`](Self::outcomes) and [`Prepared::likelihood`].
    pub fn distribution(
        &self,
        locus: Locus,
        person: usize,
        placed: &[Placed<'_>],
    ) -> Result<GenotypeDistribution> {
        let prepared = self.prepared()?;
        let missing = || Error::invalid("", "locus", locus, "one that was prepared");
        let unit = self.units.iter().find(|unit| unit.loci().contains(&locus)).ok_or_else(missing)?;
        let at_once = !prepared.is_x_linked(locus)
            && unit.loci().len() == 1
            && self.model.theta == Theta::ZERO
            && prepared.dropout(id(self.pedigree, person)) == 0.0;
        let outcomes = self.outcomes(locus, person)?;
        if at_once
            && let Some(distribution) = self.at_once(&prepared, unit, person, placed, outcomes.len())?
        {
            return Ok(distribution);
        }
        one_by_one(&prepared, unit, (locus, person), placed, &outcomes)
    }

    /// From one summation; `None` where it does not apply.
    fn at_once(
        &self,
        prepared: &Prepared<'_>,
        unit: &Unit,
        person: usize,
        placed: &[Placed<'_>],
        outcomes: usize,
    ) -> Result<Option<GenotypeDistribution>> {
        let locus = unit.loci()[0];
        let alleles = self.alleles(locus)?;
        let known = known(prepared, locus, placed);
        let Some(Ok(typed)) = prepared.genotypes(locus, known, &alleles, true)? else { return Ok(None) };
        let (size, input) = (typed.states.len(), typed.input());
        let shown = typed.states.silent().unwrap_or(size);
        let inputs = [input];
        let (table, scale) =
            prepared.question(unit, &inputs).table(person, 0).map_err(|error| match error {
                Error::Invalid(problem) => Error::Invalid(problem.within(unit)),
                other => other,
            })?;
        if table.len() != size * size
            || alleles.iter().enumerate().any(|(state, &a)| typed.states.of(a) != [state])
        {
            return Ok(None);
        }
        let mut weights = vec![0.0; outcomes];
        for (x, row) in table.chunks(size).enumerate() {
            for (y, weight) in row.iter().enumerate() {
                let (low, high) = (x.min(y), x.max(y));
                let high = if high == shown { low } else { high };
                // The rows above hold one genotype less each.
                let place =
                    if low == shown { outcomes - 1 } else { low * (2 * shown + 1 - low) / 2 + high - low };
                weights[place] += weight;
            }
        }
        let total: f64 = weights.iter().sum();
        Ok(Some(normalised(weights, scale.times(total).log10())))
    }
}

fn normalised(mut weights: Vec<f64>, log10_total: Log10) -> GenotypeDistribution {
    let total: f64 = weights.iter().sum();
    if total > 0.0 {
        for weight in &mut weights {
            *weight /= total;
        }
    }
    GenotypeDistribution { probabilities: weights, log10_total }
}

#[cfg(test)]
#[path = "conditional_tests.rs"]
mod tests;
