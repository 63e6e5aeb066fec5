//! Simulated DNA profiles: of people who are not related, of families ([`FamilySimulator`]), and of those of a family whom
//! nobody typed ([`ConditionalSimulator`]).
//!
//! What follows is about people who are not related.
//!
//! # Method
//! Each person has a stream of random numbers of its own, keyed by the seed and the person's number, so person 5 is the
//! same whether 10 are made or 10 million, in any order. At each locus the first allele is drawn by its frequency; the
//! second is, with probability theta, the first once more (both come from one ancestor in the subpopulation), else it is
//! drawn by its frequency. That is the sampling formula of Balding and Nichols for the two alleles of one person: `P(a
//! then a) = p [theta + (1-theta) p]`. Different people are independent, as people of different subpopulations are.
//!
//! A partial profile is made from the whole one: each locus may be missing, and each copy of an allele may drop out. What
//! remains of one copy is written `15,-`, whether the other was a 15 too or not: a laboratory could not tell.
//!
//! # Range and units
//! Alleles are drawn with a resolution of 2^-32 of their frequency's scale, in proportion to the frequencies as given:
//! a table that does not sum to 1 is drawn from as if it did. The rule for rare alleles and silent alleles do not enter.
//!
//! # Limits
//! Autosomal loci only, taken as independent, and amelogenin on demand: a table's X and Y loci are left out. People do
//! not share a subpopulation, so pairs of them agree as pairs do with theta 0 between people.
//!
//! # References
//! D. J. Balding, R. A. Nichols, Forensic Sci Int 64 (1994). The tables of alleles are drawn from by the alias method: A.
//! J. Walker, ACM Trans Math Softw 3 (1977); M. D. Vose, IEEE Trans Softw Eng 17 (1991).
//!
//! # Examples
//! ```
//! use matcher_core::dna::Frequencies;
//! use matcher_core::simulate::dna::profiles;
//! use matcher_core::units::Theta;
//! let table = Frequencies::builtin("nist1036-cauc")?;
//! let people: Vec<_> = profiles(3, &table, 7, Theta::new(0.01)?)?.collect();
//! assert_eq!(people[2].id(), "P0000003");
//! assert_eq!(people[2].loci().len(), 29);
//! let one_more: Vec<_> = profiles(4, &table, 7, Theta::new(0.01)?)?.collect();
//! assert_eq!(people[2], one_more[2]);
//! # Ok::<(), matcher_core::Error>(())
//! ```

mod alias;
mod conditional;
mod config;
mod family;
mod gene;

pub use conditional::ConditionalSimulator;
pub(crate) use conditional::{Memory, drawn};
pub use config::ProfileConfig;
pub use family::{FamilySimulator, family};

use super::random::Stream;
use crate::dna::{Allele, Frequencies, Genotype, Inheritance, Locus, LocusFrequencies, Profile};
use crate::error::{Error, Result};
use crate::provenance::Method;
use crate::units::Theta;
use alias::AliasTable;

/// Version of the method: rises whenever a simulated profile may change.
const VERSION: u32 = 1;

/// The probability that somebody is a man.
const MALE: f64 = 0.5;

/// The number that stands for an allele which is not seen.
pub const NOT_SEEN: u16 = u16::MAX;

/// `n` people of a population, without partial profiles: see [`ProfileSimulator`] for more.
///
/// # Errors
/// The table has no autosomal locus.
pub fn profiles(
    n: u64,
    frequencies: &Frequencies,
    seed: u64,
    theta: Theta,
) -> Result<impl ExactSizeIterator<Item = Profile>> {
    let simulator =
        ProfileSimulator::new(seed, frequencies, ProfileConfig { theta, ..ProfileConfig::default() })?;
    let n = usize::try_from(n).unwrap_or(usize::MAX);
    Ok((0..n).map(move |index| simulator.profile(index as u64)))
}

/// A locus that is simulated.
#[derive(Clone, Debug)]
pub struct SimulatedLocus {
    locus: Locus,
    alleles: Vec<Allele>,
    table: AliasTable,
}

impl SimulatedLocus {
    /// The locus.
    pub const fn locus(&self) -> Locus {
        self.locus
    }

    /// Its alleles, in their order: what the numbers of [`ProfileSimulator::draw`] stand for.
    pub fn alleles(&self) -> &[Allele] {
        &self.alleles
    }
}

/// Makes profiles of one population.
///
/// # Examples
/// ```
/// use matcher_core::dna::{Frequencies, Kit};
/// use matcher_core::simulate::dna::{NOT_SEEN, ProfileConfig, ProfileSimulator};
/// let table = Frequencies::builtin("nist1036-hisp")?;
/// let config = ProfileConfig {
///     loci: Some(Kit::named("ESS 12").expect("a known kit").loci().to_vec()),
///     amelogenin: true,
///     partial: 0.5,
///     drop_out: 0.2,
///     ..ProfileConfig::default()
/// };
/// let simulator = ProfileSimulator::new(7, &table, config)?;
/// let partial = (0..100).filter(|&index| simulator.profile(index).is_partial()).count();
/// assert!((30..60).contains(&partial));
///
/// // Without building profiles: numbers of alleles, for whoever packs them.
/// let mut row = vec![[0; 2]; simulator.loci().len()];
/// simulator.draw(3, &mut row);
/// let names: Vec<_> = row[0].iter().map(|&a| if a == NOT_SEEN { "-".into() } else { simulator.loci()[0].alleles()[a as usize].to_string() }).collect();
/// assert_eq!(names.len(), 2);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProfileSimulator {
    seed: u64,
    config: ProfileConfig,
    population: String,
    digest: String,
    loci: Vec<SimulatedLocus>,
    /// `theta` in steps of 2^-64.
    identical: u64,
}

impl ProfileSimulator {
    /// Prepares to draw from a table.
    ///
    /// # Errors
    /// A number of the configuration is outside its range, a locus of it is not an autosomal one of the table or is there
    /// twice, or the table has no autosomal locus.
    pub fn new(seed: u64, frequencies: &Frequencies, config: ProfileConfig) -> Result<Self> {
        config.check()?;
        let record = || format!("table {:?}", frequencies.name());
        let autosomal = |locus: Locus| {
            let table = frequencies.at(locus)?;
            (!table.is_x_linked() && locus.inheritance() == Inheritance::Autosomal).then_some(table)
        };
        let mut wanted = match &config.loci {
            Some(loci) => {
                loci.iter().copied().filter(|l| l.inheritance() != Inheritance::SexMarker).collect()
            }
            None => frequencies
                .loci()
                .iter()
                .map(LocusFrequencies::locus)
                .filter(|&l| autosomal(l).is_some())
                .collect::<Vec<_>>(),
        };
        wanted.sort_unstable();
        if let Some(twice) = wanted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::invalid(record(), "locus", twice[0], "each locus once"));
        }
        if wanted.is_empty() {
            return Err(Error::invalid(record(), "autosomal loci", 0, "1 or more"));
        }
        let mut loci = Vec::with_capacity(wanted.len() + 1);
        for locus in wanted {
            let missing = || Error::invalid(record(), "locus", locus, "an autosomal one that the table has");
            let table = autosomal(locus).ok_or_else(missing)?;
            let (alleles, weights): (Vec<Allele>, Vec<f64>) = table.alleles().iter().copied().unzip();
            loci.push(SimulatedLocus { locus, alleles, table: AliasTable::new(&weights) });
        }
        if config.amelogenin {
            let alleles: Result<Vec<Allele>> = ["X", "Y"].into_iter().map(str::parse).collect();
            let table = AliasTable::new(&[1.0 - MALE, MALE]);
            loci.push(SimulatedLocus { locus: Locus::new("Amelogenin")?, alleles: alleles?, table });
        }
        // theta is less than 1 and has 53 bits, so this fits
        let identical = (config.theta.value() * 18_446_744_073_709_551_616.0) as u64;
        let (population, digest) = (frequencies.name().to_owned(), frequencies.digest().to_owned());
        Ok(Self { seed, config, population, digest, loci, identical })
    }

    /// The seed.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// The configuration.
    pub const fn config(&self) -> &ProfileConfig {
        &self.config
    }

    /// The name of the frequency table.
    pub fn population(&self) -> &str {
        &self.population
    }

    /// Which method makes the profiles, under which configuration and from which table; the seed is not part of it.
    pub fn method(&self) -> Method {
        Method::new("simulated-profiles", VERSION, &(&self.config, &self.digest))
    }

    /// The loci: the autosomal ones in their order, then amelogenin where it is asked for.
    pub fn loci(&self) -> &[SimulatedLocus] {
        &self.loci
    }

    /// Draws the person with this number: at each locus the numbers of two alleles, the smaller first, or [`NOT_SEEN`].
    ///
    /// Equal numbers are a homozygote. Where `row` is shorter than [`loci`](Self::loci), the loci beyond it are left out,
    /// and of a partial profile other alleles may be lost; where it is longer, the rest is left as it is.
    pub fn draw(&self, index: u64, row: &mut [[u16; 2]]) {
        let mut stream = Stream::new(self.seed, "dna profile", &[index]);
        let (loci, amelogenin) = self.loci.split_at(self.loci.len() - usize::from(self.config.amelogenin));
        let theta = self.identical;
        for (locus, pair) in loci.iter().zip(row.iter_mut()) {
            let first = locus.table.draw(stream.bits());
            let same = theta > 0 && stream.bits() < theta;
            let second = if same { first } else { locus.table.draw(stream.bits()) };
            *pair = [first.min(second), first.max(second)];
        }
        for (locus, pair) in amelogenin.iter().zip(row.iter_mut().skip(loci.len())) {
            *pair = [0, locus.table.draw(stream.bits())];
        }
        if self.config.partial > 0.0 && stream.chance(self.config.partial) {
            let typed = self.loci.len().min(row.len());
            self.lose(&mut stream, &mut row[..typed]);
        }
    }

    /// What a partial profile loses.
    fn lose(&self, stream: &mut Stream, row: &mut [[u16; 2]]) {
        for pair in row {
            if stream.chance(self.config.locus_missing) {
                *pair = [NOT_SEEN; 2];
                continue;
            }
            for copy in pair.iter_mut() {
                if stream.chance(self.config.drop_out) {
                    *copy = NOT_SEEN;
                }
            }
            pair.sort_unstable();
        }
    }

    /// The profile of the person with this number, from 0; its id is `P` and the number from 1 in seven digits or more
    /// (`P0000001`). A locus of which nothing is seen is not in it.
    ///
    /// A profile that lost something is [partial](Profile::is_partial).
    pub fn profile(&self, index: u64) -> Profile {
        let mut row = vec![[NOT_SEEN; 2]; self.loci.len()];
        self.draw(index, &mut row);
        self.build(index, &row)
    }

    /// Profiles of people `0 .. n`, made one by one as they are asked for.
    pub fn profiles(&self, n: usize) -> impl ExactSizeIterator<Item = Profile> + '_ {
        (0..n).map(|index| self.profile(index as u64))
    }

    fn build(&self, index: u64, row: &[[u16; 2]]) -> Profile {
        let id = format!("P{:07}", u128::from(index) + 1);
        let seen = |number: u16, locus: &SimulatedLocus| {
            locus.alleles.get(usize::from(number)).copied().unwrap_or(Allele::UNKNOWN)
        };
        let typed = self.loci.iter().zip(row).filter(|(_, pair)| **pair != [NOT_SEEN; 2]);
        let lost = row.iter().any(|pair| pair[1] == NOT_SEEN);
        let mut builder = Profile::builder(&id).partial(lost);
        for (locus, pair) in typed {
            builder =
                builder.genotype(locus.locus, Genotype::pair(seen(pair[0], locus), seen(pair[1], locus)));
        }
        // The id is short, each locus is there once and has two alleles: nothing that could be refused.
        builder.build().expect("a simulated profile keeps the rules")
    }
}

#[cfg(test)]
#[path = "profiles_tests.rs"]
mod tests;
