//! What every genotype of one person would say, locus by locus: a family is compiled once, and a database is looked up.
//!
//! At each locus the likelihood ratio of a candidate depends on the candidate's genotype alone, so a table of all genotypes
//! makes a search of a family as fast as one for a profile.

use super::evidence::{Evidence, NotCounted};
use super::factor::Scaled;
use super::network::{LocusInput, Question};
use super::partition::MAX_GENES;
use super::pedigree::Pedigree;
use super::prepared::{Prepared, Typed, Unit};
use super::states::States;
use crate::dna::{Allele, Genotype, Locus, Profile};
use crate::error::{Error, Result};
use crate::units::Log10;
use std::collections::HashMap;

/// Founders' genes that may be open under theta where a genotype by itself is short work: 15 partitions.
const FEW_GENES: usize = 4;

/// The logarithm of the likelihood ratio of each genotype that a missing person may have at an autosomal locus: that the
/// genotype is this person's, against that it is of somebody unrelated.
///
/// # Range and units
/// Logarithms to base 10, finite or minus infinity.
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::{GenotypeTable, Model, Pedigree, Prepared};
/// use matcher_core::dna::{Frequencies, Locus, Profile};
/// let table = Frequencies::builder("example").locus("TH01", [("6", 0.25), ("7", 0.75)])?.build()?;
/// let pedigree = Pedigree::new([("child", Some("father"), None, None), ("father", None, None, None)])?;
/// let father = Profile::new("father", [("TH01", ["6", "6"])])?;
/// let model = Model::default();
/// let prepared = Prepared::new(&pedigree, &[(0, &father)], &table, &model)?;
/// let (th01, alleles) = (Locus::new("TH01")?, ["6".parse()?, "7".parse()?]);
/// let genotypes = GenotypeTable::new(&prepared, 1, th01, &alleles)?.expect("the locus counts");
/// assert!((genotypes.log10_lr(1, 1) - 4.0_f64.log10()).abs() < 1e-12); // 6,6: 1 / 0.25
/// assert_eq!(genotypes.log10_lr(2, 2), f64::NEG_INFINITY); // 7,7 cannot be
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct GenotypeTable {
    locus: Locus,
    size: usize,
    values: Vec<f64>,
}

impl GenotypeTable {
    /// For a person of a pedigree who has no profile, and these alleles, which no genotype here goes beyond.
    ///
    /// # Method
    /// One pass over the pedigree gives the distribution of the person's genotype, given all that is known; with theta, one
    /// for each partition of the founders' open genes, where these are few. Else each genotype is placed on the person and on
    /// somebody unrelated. Without mutation, alleles that nobody in the family shows are alike: the pass knows two such, one
    /// for itself and the rest together, and the others follow from both.
    ///
    /// Alleles that nobody in the family shows share what those shown leave of 1. Where the table's frequencies sum to 1
    /// that changes nothing; where rare alleles were raised above it, and alleles mutate, a number here may differ from
    /// that of [`kinship`](super::kinship) in the third digit.
    ///
    /// The inner error says why the locus does not count.
    ///
    /// # Errors
    /// There is no such person, the person has a profile, the locus lies on the X chromosome, the family's own profiles
    /// cannot be; or as [`Prepared::likelihood`].
    pub fn new(
        prepared: &Prepared<'_>,
        person: usize,
        locus: Locus,
        alleles: &[Allele],
    ) -> Result<Result<Self, NotCounted>> {
        check(prepared, person, locus)?;
        let relatives = || prepared.profiles().iter().copied();
        // An allele that the table of frequencies has not is one more allele to mutate to, in its own case only.
        let listed = prepared.listed(locus, alleles);
        let mut shown: Vec<Allele> = relatives()
            .filter_map(|(_, profile)| profile.get(locus))
            .flat_map(Genotype::alleles)
            .copied()
            .collect();
        shown.sort_unstable();
        shown.dedup();
        let shown = |allele: Allele| shown.iter().any(|&of| of.may_be(allele) && !of.is_open());
        let alike = prepared.model().mutation.at(locus).is_none();
        // Where an allele was lost, what a relative has is not only what is shown.
        let whole = relatives().all(|(_, profile)| prepared.dropout(profile.id()) == 0.0);
        let stand_in = listed.iter().copied().find(|&allele| alike && whole && !shown(allele));
        let apart = stand_in.as_ref().map_or(&listed[..], std::slice::from_ref);
        let known = match prepared.locus_apart(locus, relatives(), apart)? {
            Ok(known) => known,
            Err(reason) => return Ok(Err(reason)),
        };
        let one_by_one = OneByOne::new(prepared, person, locus)?;
        // With theta one pass is many. It pays where they are few, and where nothing makes a genotype by itself short.
        let lumpable =
            prepared.model().mutation.at(locus).is_none_or(|mutation| mutation.is_always_lumpable());
        let most_open = if lumpable && stand_in.is_none() { FEW_GENES } else { MAX_GENES };
        let at_once = AtOnce::new(&one_by_one, &known, most_open, stand_in);
        Self::of(locus, alleles, &shown, alike, &mut |genotype| {
            let fast = at_once.as_ref().and_then(|at_once| at_once.log10_lr(&genotype));
            fast.map_or_else(|| one_by_one.log10_lr(genotype), Ok).map(Ok)
        })
    }

    /// From a function of the genotype. Where alleles that are not shown are alike it is asked once for all of them.
    pub(crate) fn of(
        locus: Locus,
        alleles: &[Allele],
        shown: &dyn Fn(Allele) -> bool,
        alike: bool,
        ratio: &mut dyn FnMut(Genotype) -> Result<Result<f64, NotCounted>>,
    ) -> Result<Result<Self, NotCounted>> {
        let shown: Vec<bool> =
            alleles.iter().map(|&allele| shown(allele) || !allele.is_designated()).collect();
        let size = alleles.len() + 1;
        let mut values = vec![0.0; size * size];
        let mut found = HashMap::new();
        for low in 0..size {
            for high in low.max(1)..size {
                let class = table_key(low, high, &shown, alike);
                let value = match found.get(&class) {
                    Some(&value) => value,
                    None => match ratio(genotype(low, high, alleles))? {
                        Ok(value) => value,
                        Err(reason) => return Ok(Err(reason)),
                    },
                };
                found.insert(class, value);
                values[low * size + high] = value;
                values[high * size + low] = value;
            }
        }
        Ok(Ok(Self { locus, size, values }))
    }

    /// The locus.
    pub const fn locus(&self) -> Locus {
        self.locus
    }

    /// How many numbers an allele may have: one more than there are alleles.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// The logarithm of the ratio for a genotype of two alleles, each by its place from 1; 0 stands for one that is not
    /// known. Of nothing known it is 0.
    ///
    /// # Panics
    /// There is no such allele.
    pub fn log10_lr(&self, a: usize, b: usize) -> f64 {
        assert!(
            a < self.size && b < self.size,
            "GenotypeTable::log10_lr: alleles {a} and {b} of {}",
            self.size - 1
        );
        self.values[a * self.size + b]
    }

    /// All of them, `[a][b]`.
    pub fn values(&self) -> &[f64] {
        &self.values
    }
}

impl std::fmt::Debug for GenotypeTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GenotypeTable")
            .field("locus", &self.locus)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

fn check(prepared: &Prepared<'_>, person: usize, locus: Locus) -> Result<()> {
    let people = prepared.pedigree().people();
    let Some(missing) = people.get(person) else {
        return Err(Error::invalid(
            "",
            "missing person",
            format!("place {person}"),
            "a place in the pedigree",
        ));
    };
    if prepared.profiles().iter().any(|(place, _)| *place == person) {
        return Err(Error::invalid(
            "",
            "missing person",
            format!("{:?}, who has a profile", missing.id()),
            "one without",
        ));
    }
    if prepared.is_x_linked(locus) {
        return Err(Error::invalid(
            "",
            "locus",
            format!("{locus}, on the X chromosome"),
            "an autosomal locus",
        ));
    }
    Ok(())
}

/// Genotypes with one key have one ratio. Alleles that the family does not show are one where they are alike.
fn table_key(low: usize, high: usize, shown: &[bool], alike: bool) -> (usize, usize) {
    let unseen = |code: usize| alike && code > 0 && !shown[code - 1];
    match (unseen(low), unseen(high)) {
        (true, true) if low != high => (usize::MAX, usize::MAX),
        (false, true) if low > 0 => (low, usize::MAX),
        (true, false) => (high, usize::MAX),
        _ => (low, high),
    }
}

fn genotype(low: usize, high: usize, alleles: &[Allele]) -> Genotype {
    let allele = |code: usize| if code == 0 { Allele::UNKNOWN } else { alleles[code - 1] };
    Genotype::pair(allele(low), allele(high))
}

/// Ratios from one pass over the pedigree.
struct AtOnce<'a> {
    states: &'a States,
    /// The probability of the person's genes and of all that is known, `[from the father][from the mother]`.
    related: (Vec<f64>, Scaled),
    /// The same of somebody unrelated.
    unrelated: (Vec<f64>, Scaled),
    unseen: Option<Unseen>,
    frequency: Box<dyn Fn(Allele) -> Option<f64> + 'a>,
}

/// Two states of alleles that nobody shows, where all such are alike.
#[derive(Clone, Copy)]
struct Unseen {
    /// One allele.
    one: usize,
    /// The others together.
    rest: usize,
}

/// A gene of a genotype that is asked about.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    State(usize),
    /// An allele that nobody shows, with its frequency.
    Unseen(Allele, f64),
}

impl<'a> AtOnce<'a> {
    /// `None` where one pass is too large, or the family's profiles cannot be.
    fn new(
        calls: &OneByOne<'a>,
        known: &'a Typed,
        most_open: usize,
        stand_in: Option<Allele>,
    ) -> Option<Self> {
        let unseen = match stand_in {
            None => None,
            Some(allele) => {
                let one = known.states.of(allele).first().copied()?;
                let rest = known.states.rest()?;
                let frequencies = known.states.frequencies();
                (frequencies[one] > 0.0 && frequencies[rest] > 0.0).then_some(())?;
                Some(Unseen { one, rest })
            }
        };
        let loci = [known.input()];
        let model = calls.prepared.model();
        let question = |pedigree, loci| Question {
            pedigree,
            loci,
            recombination: 0.5,
            theta: model.theta,
            prune_untyped: model.prune_untyped,
        };
        let people = calls.prepared.pedigree().people();
        let moved = |(place, evidence): &(usize, Evidence)| {
            Some((calls.apart.find(people[*place].id())?, evidence.clone()))
        };
        let typed: Vec<(usize, Evidence)> = known.evidence.iter().filter_map(moved).collect();
        let apart = [LocusInput { typed: &typed, ..known.input() }];
        // This one has more founders, so it is refused first where one pass would be too many.
        let unrelated = question(&calls.apart, &apart).table(calls.stranger, most_open).ok()?;
        let related = question(calls.prepared.pedigree(), &loci).table(calls.person, most_open).ok()?;
        let (table, locus) = (calls.prepared.frequencies(), calls.unit.loci()[0]);
        let frequency = Box::new(move |allele| table.frequency(locus, allele).ok().filter(|&p| p > 0.0));
        Some(Self { states: &known.states, related, unrelated, unseen, frequency })
    }

    /// `None` where an allele is no state of its own, or those shown leave nothing of 1 for it.
    fn log10_lr(&self, genotype: &Genotype) -> Option<f64> {
        let [a, b] = *genotype.alleles() else { return None };
        let a = self.asked(a)?; // an open allele comes last
        let b = if b.is_open() { None } else { Some(self.asked(b)?) };
        let related = self.related.1.times(self.probability(&self.related.0, a, b)).log10();
        let unrelated = self.unrelated.1.times(self.probability(&self.unrelated.0, a, b)).log10();
        (!unrelated.is_impossible()).then(|| related.value() - unrelated.value() + 0.0)
    }

    fn asked(&self, allele: Allele) -> Option<Asked> {
        let state = self.states.of(allele).first().copied();
        match (state, self.unseen) {
            (Some(state), unseen) if unseen.is_none_or(|unseen| unseen.one != state) => {
                (self.states.frequencies()[state] > 0.0).then_some(Asked::State(state))
            }
            (_, Some(_)) => Some(Asked::Unseen(allele, (self.frequency)(allele)?)),
            _ => None,
        }
    }

    /// The probability of a genotype; `None` as its second allele is any.
    ///
    /// Of alleles `x` and `y` that nobody shows, each from a gene of its own, it is `B p(x) p(y)` in either order; of `x`
    /// twice it is `A p(x)` more, for both from one gene or from copies of one. A and B are those of the two that are
    /// states.
    fn probability(&self, table: &[f64], a: Asked, b: Option<Asked>) -> f64 {
        let (p, width) = (self.states.frequencies(), self.states.len());
        let either = |x: usize, y: usize| table[x * width + y] + table[y * width + x];
        let silent = |x: usize| self.states.silent().map_or(0.0, |silent| either(silent, x));
        let (unseen, of_one) = match (a, b, self.unseen) {
            (Asked::State(x), None, _) => {
                let others = (0..width).filter(|&other| other != x);
                return others.fold(table[x * width + x], |sum, other| sum + either(other, x));
            }
            (Asked::State(x), Some(Asked::State(y)), _) if x == y => return table[x * width + x] + silent(x),
            (Asked::State(x), Some(Asked::State(y)), _) => return either(x, y),
            (_, _, None) => return 0.0, // without such states there is no such allele
            (_, _, Some(unseen)) => (unseen, p[unseen.one]),
        };
        let both = either(unseen.one, unseen.rest) / (2.0 * of_one * p[unseen.rest]);
        let twice = |q: f64| {
            let copies = table[unseen.one * width + unseen.one] / of_one - both * of_one;
            (copies * q + both * q * q).max(0.0)
        };
        match (a, b) {
            (Asked::Unseen(x, q), Some(Asked::Unseen(y, _))) if x == y => {
                twice(q) + silent(unseen.one) * q / of_one
            }
            (Asked::Unseen(_, q), Some(Asked::Unseen(_, r))) => 2.0 * both * q * r,
            (Asked::Unseen(_, q), Some(Asked::State(x))) | (Asked::State(x), Some(Asked::Unseen(_, q))) => {
                either(unseen.one, x) * q / of_one
            }
            (Asked::Unseen(_, q), None) => {
                let shown = (0..width).filter(|&other| other != unseen.one && other != unseen.rest);
                let with_shown: f64 = shown.map(|other| either(unseen.one, other)).sum();
                let others = (of_one + p[unseen.rest] - q).max(0.0);
                twice(q) + with_shown * q / of_one + 2.0 * both * q * others
            }
            (Asked::State(_), _) => 0.0, // answered above
        }
    }
}

/// Ratios by placing one genotype after the other.
struct OneByOne<'a> {
    prepared: &'a Prepared<'a>,
    apart: Pedigree,
    person: usize,
    stranger: usize,
    unit: Unit,
}

impl<'a> OneByOne<'a> {
    fn new(prepared: &'a Prepared<'_>, person: usize, locus: Locus) -> Result<Self> {
        let mut name = "unrelated".to_owned();
        while prepared.pedigree().find(&name).is_some() {
            name.push('\'');
        }
        let apart = prepared.pedigree().with_unrelated(&name, None)?;
        let stranger = apart.find(&name).unwrap_or(apart.people().len() - 1);
        Ok(Self { prepared, apart, person, stranger, unit: Unit::single(locus) })
    }

    fn log10_lr(&self, genotype: Genotype) -> Result<f64> {
        let locus = self.unit.loci()[0];
        let candidate = Profile::builder("candidate").genotype(locus, genotype).build()?;
        let one = |counted: Result<Log10, NotCounted>| counted.unwrap_or(Log10::ONE);
        let related = one(self.prepared.likelihood(&self.unit, &[(self.person, &candidate)])?);
        let apart = self.prepared.in_pedigree(&self.apart);
        let unrelated = one(apart.likelihood(&self.unit, &[(self.stranger, &candidate)])?);
        if unrelated.is_impossible() {
            let expected = "profiles that fit the pedigree, or a model with mutation";
            return Err(Error::invalid(locus, "the family's profiles", "impossible", expected));
        }
        Ok(related.value() - unrelated.value() + 0.0)
    }
}
