//! Simulated families: genes are dropped through a pedigree, so that relatives share what they inherit.

use super::alias::AliasTable;
use super::gene::{GeneLocus, Genes};
use crate::dna::kinship::{Model, Pedigree, Person, Unit};
use crate::dna::likelihood::MutationModel;
use crate::dna::{Frequencies, Genotype, Inheritance, Locus, LocusFrequencies, Profile};
use crate::error::{Error, Result};
use crate::provenance::Method;
use crate::simulate::random::Stream;
use crate::units::Theta;

/// Version of the method: rises whenever a simulated family may change.
const VERSION: u32 = 1;

/// One simulated family: the profiles of everybody in a pedigree, in the order of [`Pedigree::people`], each with the id of
/// the person.
///
/// This is family 0 of a [`FamilySimulator`], which makes as many as are wanted.
///
/// # Errors
/// As [`FamilySimulator::new`].
///
/// # Examples
/// ```
/// use matcher_core::dna::Frequencies;
/// use matcher_core::dna::kinship::{Model, Pedigree};
/// use matcher_core::simulate::dna::family;
/// let pedigree = Pedigree::new([("child", Some("father"), None, None), ("father", None, None, None)])?;
/// let profiles = family(&pedigree, &Frequencies::builtin("nist1036-cauc")?, &Model::default(), 7)?;
/// let [father, child] = &profiles[..] else { panic!("two people") };
/// assert_eq!((father.id(), child.id()), ("father", "child"));
/// for (locus, genotype) in child.loci() {
///     let of_father = father.get(*locus).unwrap().alleles();
///     assert!(genotype.alleles().iter().any(|allele| of_father.contains(allele)));
/// }
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn family(
    pedigree: &Pedigree,
    frequencies: &Frequencies,
    model: &Model,
    seed: u64,
) -> Result<Vec<Profile>> {
    Ok(FamilySimulator::new(seed, pedigree, frequencies, model, None)?.family(0))
}

/// Loci that are inherited together.
#[derive(Clone, Debug)]
struct SimulatedUnit {
    purpose: String,
    recombination: f64,
    loci: Vec<GeneLocus>,
}

/// Makes families of one pedigree.
///
/// # Method
/// Genes of founders, and of parents who are not in the pedigree, are drawn from the population by the [sampling
/// formula](crate::dna::likelihood::next_allele) with theta, jointly for the whole pedigree: with `n` genes drawn, the next
/// one is a copy of one of them with probability `n theta / (1 + (n-1) theta)`, else it is drawn by its frequency. The
/// second gene of an inbred founder is, with the coefficient's probability, the first once more. A child gets one of both
/// genes of each parent, which may mutate by the model's matrix for the parent's sex over the alleles of the table. Of two
/// linked loci the second gene is of the same side as the first, unless recombination comes between. At a locus on the X
/// chromosome a man has one gene, his mother's.
///
/// Each family and unit of loci has a stream of random numbers of its own, keyed by the seed, the names of the loci and
/// the number of the family: family 5 is the same whether 10 are made or 10 million, and a locus is the same whatever
/// other loci are simulated.
///
/// # Range and units
/// Frequencies are those of the table as given, in proportion, with its silent alleles: the rule for rare alleles does not
/// enter. Two genes of which one is silent show a homozygote; a locus where all are silent is not in the profile.
///
/// # Limits
/// Profiles are whole: drop-out of the model does not enter, nor does its convention on founders who were not typed.
/// Autosomal loci and those on the X chromosome only.
///
/// # References
/// J. W. MacCluer, J. L. VandeBerg, B. Read, O. A. Ryder, "Pedigree analysis by computer simulation", Zoo Biol 5 (1986),
/// for gene dropping.
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::{Model, Pedigree};
/// use matcher_core::dna::{Frequencies, Locus};
/// use matcher_core::simulate::dna::FamilySimulator;
/// let siblings = Pedigree::new([
///     ("father", None, None, None),
///     ("mother", None, None, None),
///     ("A", Some("father"), Some("mother"), None),
///     ("B", Some("father"), Some("mother"), None),
/// ])?;
/// let table = Frequencies::builtin("nist1036-cauc")?;
/// let loci = [Locus::new("TH01")?];
/// let simulator = FamilySimulator::new(7, &siblings, &table, &Model::default(), Some(&loci))?;
/// let alike = simulator.families(1_000).filter(|people| people[2].loci() == people[3].loci()).count();
/// assert!((330..480).contains(&alike)); // (1 + 2 sum p^2 + 2 (sum p^2)^2 - sum p^4) / 4 = 0.407
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FamilySimulator {
    seed: u64,
    pedigree: Pedigree,
    theta: Theta,
    units: Vec<SimulatedUnit>,
    method: Method,
}

impl FamilySimulator {
    /// Prepares to simulate at these loci, in any order; `None` takes all of the table that are autosomal or on the X
    /// chromosome.
    ///
    /// # Errors
    /// A locus is there twice, is not in the table, or is neither autosomal nor on the X chromosome; there is none; the sex
    /// of somebody is not known at a locus on the X chromosome; a locus is linked to two others; an id is longer than a
    /// profile may have; or the mutation model cannot hold for the alleles of a locus.
    pub fn new(
        seed: u64,
        pedigree: &Pedigree,
        frequencies: &Frequencies,
        model: &Model,
        loci: Option<&[Locus]>,
    ) -> Result<Self> {
        for person in pedigree.people() {
            Profile::builder(person.id()).build()?;
        }
        let loci = wanted(frequencies, loci)?;
        let x_linked = |locus: &Locus| frequencies.at(*locus).is_some_and(is_x_linked);
        if let Some(locus) = loci.iter().copied().find(x_linked)
            && let Some(person) = pedigree.people().iter().find(|person| person.sex().is_none())
        {
            let record = format!("person {:?}", person.id());
            let expected = format!("male or female: {locus} is on the X chromosome");
            return Err(Error::invalid(record, "sex", "not known", expected));
        }
        let mut units = Vec::new();
        for unit in Unit::of(&loci, frequencies)? {
            let at = |locus: &Locus| {
                let table = frequencies.at(*locus);
                let missing = || Error::invalid("", "locus", locus, "one that the table has");
                gene_locus(table.ok_or_else(missing)?, model)
            };
            units.push(SimulatedUnit {
                purpose: format!("dna family {unit}"),
                recombination: unit.recombination(),
                loci: unit.loci().iter().map(at).collect::<Result<_>>()?,
            });
        }
        let digest = frequencies.digest();
        let config = (pedigree, model.theta, &model.mutation, digest, &loci);
        let method = Method::new("simulated-families", VERSION, &config);
        Ok(Self { seed, pedigree: pedigree.clone(), theta: model.theta, units, method })
    }

    /// The seed.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The pedigree.
    pub const fn pedigree(&self) -> &Pedigree {
        &self.pedigree
    }

    /// Which method makes the families, of which pedigree, under which model and from which table; the seed is not part
    /// of it.
    pub const fn method(&self) -> &Method {
        &self.method
    }

    /// The family with this number: the profiles of all people, in the order of [`Pedigree::people`].
    pub fn family(&self, index: u64) -> Vec<Profile> {
        let people = self.pedigree.people();
        let mut shown = vec![Vec::new(); people.len()];
        for unit in &self.units {
            let mut stream = Stream::new(self.seed, &unit.purpose, &[index]);
            let mut sides = vec![[None; 2]; people.len()];
            for locus in &unit.loci {
                let genes = self.drop_genes(&mut stream, unit, locus, &mut sides);
                for (shown, genes) in shown.iter_mut().zip(genes) {
                    shown.extend(locus.shown(genes).map(|genotype| (locus.locus, genotype)));
                }
            }
        }
        let ids = people.iter().map(Person::id);
        ids.zip(shown).map(|(id, shown)| profile(id, shown)).collect()
    }

    /// Families `0 .. n`, made one by one as they are asked for.
    pub fn families(&self, n: usize) -> impl ExactSizeIterator<Item = Vec<Profile>> + '_ {
        (0..n).map(|index| self.family(index as u64))
    }

    /// Everybody's genes at a locus. `sides` remembers which gene of each parent was handed on, for a linked locus.
    fn drop_genes(
        &self,
        stream: &mut Stream,
        unit: &SimulatedUnit,
        locus: &GeneLocus,
        sides: &mut [[Option<usize>; 2]],
    ) -> Vec<Genes> {
        let mut urn = Vec::new();
        let mut all: Vec<Genes> = Vec::with_capacity(sides.len());
        for (person, sides) in self.pedigree.people().iter().zip(sides) {
            let first = usize::from(locus.has_one_copy(person.sex()));
            let mut genes: Genes = [None; 2];
            for from in first..2 {
                let parent = [person.father(), person.mother()][from];
                genes[from] = Some(match parent {
                    // Parents stand before their children.
                    Some(parent) => {
                        let side = &mut sides[from];
                        *side = Some(side_of(stream, *side, unit.recombination));
                        let of_parent = all[parent];
                        let gene = side.and_then(|side| of_parent[side]).or(of_parent[1]);
                        locus.handed_on(stream, gene.unwrap_or_default(), from == 1)
                    }
                    None if from == 1 && first == 0 && person.inbreeding() > 0.0 => {
                        match genes[0].filter(|_| stream.chance(person.inbreeding())) {
                            Some(copied) => copied,
                            None => locus.drawn(stream, &mut urn, self.theta),
                        }
                    }
                    None => locus.drawn(stream, &mut urn, self.theta),
                });
            }
            all.push(genes);
        }
        all
    }
}

/// A profile of an id that was tried, each locus once, with one or two alleles.
pub(super) fn profile(id: &str, shown: Vec<(Locus, Genotype)>) -> Profile {
    let builder = Profile::builder(id);
    let builder =
        shown.into_iter().fold(builder, |builder, (locus, genotype)| builder.genotype(locus, genotype));
    builder.build().expect("a simulated profile keeps the rules")
}

/// Which gene of a parent is handed on: either, or that of the same side as at a linked locus before.
fn side_of(stream: &mut Stream, before: Option<usize>, recombination: f64) -> usize {
    match before {
        None => (stream.bits() >> 63) as usize,
        Some(side) if stream.chance(recombination) => 1 - side,
        Some(side) => side,
    }
}

fn is_x_linked(table: &LocusFrequencies) -> bool {
    table.is_x_linked() || table.locus().inheritance() == Inheritance::X
}

/// The loci in their order, checked.
fn wanted(frequencies: &Frequencies, loci: Option<&[Locus]>) -> Result<Vec<Locus>> {
    let record = || format!("table {:?}", frequencies.name());
    let can = |locus: Locus| {
        frequencies
            .at(locus)
            .is_some_and(|table| is_x_linked(table) || locus.inheritance() == Inheritance::Autosomal)
    };
    let mut wanted: Vec<Locus> = match loci {
        Some(loci) => loci.to_vec(),
        None => frequencies.loci().iter().map(LocusFrequencies::locus).filter(|&locus| can(locus)).collect(),
    };
    wanted.sort_unstable();
    if let Some(twice) = wanted.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::invalid(record(), "locus", twice[0], "each locus once"));
    }
    if let Some(stranger) = wanted.iter().find(|&&locus| !can(locus)) {
        let expected = "one of the table, autosomal or on the X chromosome";
        return Err(Error::invalid(record(), "locus", stranger, expected));
    }
    if wanted.is_empty() {
        return Err(Error::invalid(record(), "autosomal and X-linked loci", 0, "1 or more"));
    }
    Ok(wanted)
}

fn gene_locus(table: &LocusFrequencies, model: &Model) -> Result<GeneLocus> {
    let locus = table.locus();
    let (alleles, mut weights): (Vec<_>, Vec<f64>) =
        table.alleles().iter().copied().filter(|(_, frequency)| *frequency > 0.0).unzip();
    let transitions = match model.mutation.at(locus) {
        None => None,
        Some(mutation) => {
            let sum: f64 = weights.iter().sum();
            let shares: Vec<f64> = weights.iter().map(|weight| weight / sum).collect();
            let matrix = |model: MutationModel| {
                let matrix = model.matrix(&alleles, &shares).map_err(|error| match error {
                    Error::Invalid(problem) => Error::Invalid(problem.within(locus)),
                    other => other,
                });
                matrix.map(|matrix| matrix.iter().copied().collect::<Vec<f64>>())
            };
            Some([matrix(mutation.male)?, matrix(mutation.female)?])
        }
    };
    if table.silent() > 0.0 {
        weights.push(table.silent());
    }
    let x_linked = is_x_linked(table);
    Ok(GeneLocus { locus, alleles, table: AliasTable::new(&weights), transitions, x_linked })
}

#[cfg(test)]
#[path = "family_tests.rs"]
mod tests;
