//! The probability that another person has the alleles of a profile.

use super::Formula;
use crate::dna::{
    Allele, Frequencies, Genotype, Inheritance, Locus, LocusFrequencies, Profile, RareAllele, Source,
};
use crate::error::{Error, Result};
use crate::provenance::Method;
use crate::units::{Log10, Theta};
use serde::Serialize;
use std::fmt;

/// Version of the algorithm: rises whenever a probability may change.
const VERSION: u32 = 1;

/// What a table may lack by rounding alone: a locus whose frequencies sum to less has alleles that are not listed.
const ROUNDING: f64 = 1e-3;

/// What one locus contributes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LocusProbability {
    /// The probability of its genotype, more than 0 and at most 1.
    Counted(f64),
    /// Nothing, as if everybody had its genotype.
    NotCounted(NotCounted),
}

impl LocusProbability {
    /// The factor: 1 where it is not counted.
    pub const fn factor(self) -> f64 {
        match self {
            Self::Counted(probability) => probability,
            Self::NotCounted(_) => 1.0,
        }
    }
}

/// Why a locus is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NotCounted {
    /// It lies on the X or the Y chromosome or says the sex: such loci are no part of the product.
    NotAutosomal,
    /// The table has no frequencies for it.
    NotInTable,
    /// Every allele is open (`-`, `*`, `OL`), so everybody agrees.
    NothingKnown,
    /// One copy alone, which an autosomal locus does not have; a lost second allele is written `-`.
    OneCopy,
    /// More than two alleles: the formulas are for two.
    MoreThanTwo,
    /// A mark such as `9.X` covers no allele of the table, and there is no rule for rare alleles.
    NoneCovered,
}

impl fmt::Display for NotCounted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAutosomal => "not an autosomal locus",
            Self::NotInTable => "not in the frequency table",
            Self::NothingKnown => "no allele is known",
            Self::OneCopy => "one copy at an autosomal locus",
            Self::MoreThanTwo => "more than two alleles",
            Self::NoneCovered => "no allele of the table is covered, and there is no rule for rare alleles",
        })
    }
}

/// How probable it is that another person has the alleles of a profile, and all that was assumed.
///
/// `Debug` and the fields show probabilities and no alleles.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MatchProbability {
    /// The loci of the profile, in their order, with what each contributes.
    pub per_locus: Vec<(Locus, LocusProbability)>,
    /// Base-10 logarithm of the product over the counted loci; 0 (everybody agrees) where none is counted.
    pub log10: Log10,
    /// How theta entered.
    pub formula: Formula,
    /// Theta.
    pub theta: Theta,
    /// The rule for rare alleles.
    pub rare: Option<RareAllele>,
    /// The name of the frequency table.
    pub population: String,
    /// The method; its configuration covers formula, theta and every number of the table.
    pub method: Method,
}

impl MatchProbability {
    /// How many loci are counted.
    pub fn counted(&self) -> usize {
        self.per_locus.len() - self.not_counted().count()
    }

    /// The loci that are not counted, with the reason.
    pub fn not_counted(&self) -> impl Iterator<Item = (Locus, NotCounted)> {
        self.per_locus.iter().filter_map(|(locus, contribution)| match contribution {
            LocusProbability::Counted(_) => None,
            LocusProbability::NotCounted(reason) => Some((*locus, *reason)),
        })
    }
}

/// The probability that a person who is not related to the source of `profile` has its alleles: the random match
/// probability.
///
/// # Method
/// The product over the autosomal loci of the probability of the genotype by `formula`. Where a genotype leaves
/// something open, it is the sum over all genotypes that it may be, each by the formula for itself:
/// - an allele beside an open one (`15,-`): all genotypes with a 15. For formula 4.10 that is
///   `([2t+(1-t)p][3t+(1-t)p] + 2[t+(1-t)p] sum_b [t+(1-t)p_b]) / [(1+t)(1+2t)]`, the sum over all other alleles of the
///   table. Where those listed leave more than 0.001 to 1, the rest counts as one more allele;
/// - a mark (`9.X`, `25>`, `8<`): every allele of the table that it covers, and with a rule for rare alleles one more that
///   was never seen;
/// - a homozygote where silent alleles are known: its allele twice, or beside a silent one.
///
/// A sum above 1 is 1. What is open makes a probability larger, never smaller, so rarity is not overstated.
///
/// # Range and units
/// Each factor is above 0 and at most 1. A frequency that is too small is raised by the table's rule, which the result
/// names.
///
/// # Limits
/// For people of the same population who are not relatives: a brother is far likelier to agree. X and Y loci and
/// amelogenin are not counted. Loci are taken as independent.
///
/// # Errors
/// The profile is a mixture, or there is no rule for rare alleles and an allele has no frequency in the table.
///
/// # References
/// NRC II (1996), formulas 4.1 and 4.10; Balding and Nichols (1994).
///
/// # Examples
/// ```
/// use matcher_core::dna::likelihood::{Formula, match_probability};
/// use matcher_core::dna::{Frequencies, Profile};
/// use matcher_core::units::Theta;
/// let table = Frequencies::builder("example")
///     .locus("TH01", [("6", 0.2), ("9.3", 0.3), ("7", 0.5)])?
///     .locus("FGA", [("21", 0.2), ("22", 0.8)])?
///     .build()?;
/// let profile = Profile::new("C-17", [("TH01", ["6", "9.3"]), ("FGA", ["21", "21"]), ("AMEL", ["X", "Y"])])?;
/// let answer = match_probability(&profile, &table, Theta::ZERO, Formula::Nrc410)?;
/// assert!((answer.log10.number() - 2.0 * 0.2 * 0.3 * 0.2 * 0.2).abs() < 1e-12);
/// assert_eq!(answer.counted(), 2);
/// assert_eq!(answer.not_counted().next().map(|(_, why)| why.to_string()).as_deref(), Some("not an autosomal locus"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn match_probability(
    profile: &Profile,
    frequencies: &Frequencies,
    theta: Theta,
    formula: Formula,
) -> Result<MatchProbability> {
    let within = |error| match error {
        Error::Invalid(problem) => Error::Invalid(problem.within(format!("profile {:?}", profile.id()))),
        other => other,
    };
    if profile.source() == Source::Mixture {
        return Err(within(Error::invalid("", "kind", "mixture", "a profile of one person")));
    }
    let of = |(locus, genotype): &(Locus, Genotype)| {
        let contribution = at_locus(*locus, genotype, frequencies, &Proportions { theta, formula });
        contribution.map(|contribution| (*locus, contribution)).map_err(within)
    };
    let per_locus: Vec<(Locus, LocusProbability)> = profile.loci().iter().map(of).collect::<Result<_>>()?;
    let log10 = per_locus.iter().filter_map(|(_, contribution)| Log10::of(contribution.factor())).sum();
    Ok(MatchProbability {
        per_locus,
        log10,
        formula,
        theta,
        rare: frequencies.rare(),
        population: frequencies.name().to_owned(),
        method: Method::new("match-probability", VERSION, &(formula, theta, frequencies.digest())),
    })
}

/// What one locus contributes.
fn at_locus(
    locus: Locus,
    genotype: &Genotype,
    frequencies: &Frequencies,
    proportions: &Proportions,
) -> Result<LocusProbability> {
    let not_counted = |reason| Ok(LocusProbability::NotCounted(reason));
    if locus.inheritance() != Inheritance::Autosomal {
        return not_counted(NotCounted::NotAutosomal);
    }
    let Some(table) = frequencies.at(locus) else { return not_counted(NotCounted::NotInTable) };
    if table.is_x_linked() {
        return not_counted(NotCounted::NotAutosomal);
    }
    let (a, b) = match *genotype.alleles() {
        [a, b] if a.is_open() && b.is_open() => return not_counted(NotCounted::NothingKnown),
        [a, b] => (a, b), // open alleles come last
        [a] if a.is_open() => return not_counted(NotCounted::NothingKnown),
        [] | [_] => return not_counted(NotCounted::OneCopy),
        _ => return not_counted(NotCounted::MoreThanTwo),
    };
    let may_be = candidates(a, table, frequencies)?;
    let probability = if b.is_open() {
        proportions.beside_any(&may_be, table)
    } else {
        proportions.pairs(&may_be, &candidates(b, table, frequencies)?, table)
    };
    if probability > 0.0 {
        Ok(LocusProbability::Counted(probability.min(1.0)))
    } else {
        not_counted(NotCounted::NoneCovered)
    }
}

/// The alleles that a designation may be, with their frequencies, in the order of alleles. The mark itself stands for
/// one that it covers and that was never seen.
fn candidates(
    allele: Allele,
    table: &LocusFrequencies,
    frequencies: &Frequencies,
) -> Result<Vec<(Allele, f64)>> {
    if allele.is_designated() {
        return Ok(vec![(allele, frequencies.frequency(table.locus(), allele)?)]);
    }
    let minimum = table.minimum();
    let covered = table.alleles().iter().filter(|(known, _)| allele.may_be(*known));
    let with_unseen = covered.copied().chain([(allele, 0.0)]);
    let raised = with_unseen.map(|(allele, frequency)| (allele, frequency.max(minimum)));
    Ok(raised.filter(|(_, frequency)| *frequency > 0.0).collect())
}

fn find(allele: Allele, among: &[(Allele, f64)]) -> bool {
    among.binary_search_by_key(&allele, |(allele, _)| *allele).is_ok()
}

/// How genotypes are distributed.
struct Proportions {
    theta: Theta,
    formula: Formula,
}

impl Proportions {
    fn heterozygote(&self, p: f64, q: f64) -> f64 {
        self.formula.heterozygote(p, q, self.theta)
    }

    /// One allele seen: twice, or beside a silent one.
    fn homozygote(&self, p: f64, table: &LocusFrequencies) -> f64 {
        let twice = self.formula.homozygote(p, self.theta);
        if table.silent() > 0.0 { twice + self.heterozygote(p, table.silent()) } else { twice }
    }

    /// The sum over all genotypes of one of `first` and one of `second`, each genotype once.
    fn pairs(&self, first: &[(Allele, f64)], second: &[(Allele, f64)], table: &LocusFrequencies) -> f64 {
        let mut sum = 0.0;
        for &(a, p) in first {
            for &(b, q) in second {
                // The same genotype comes again the other way round where both are in both.
                if b > a || !(find(b, first) && find(a, second)) {
                    sum += self.heterozygote(p, q);
                } else if a == b {
                    sum += self.homozygote(p, table);
                }
            }
        }
        sum
    }

    /// The sum over all genotypes with one of `first` at least.
    fn beside_any(&self, first: &[(Allele, f64)], table: &LocusFrequencies) -> f64 {
        let listed = table.sum() + table.silent();
        let mut sum = 0.0;
        for &(a, p) in first {
            sum += self.homozygote(p, table);
            for &(b, q) in table.alleles().iter().filter(|(b, q)| *b != a && *q > 0.0) {
                if b > a || !find(b, first) {
                    sum += self.heterozygote(p, q);
                }
            }
            let rest = if table.frequency(a).is_some() { 1.0 - listed } else { 1.0 - listed - p };
            if rest > ROUNDING {
                sum += self.heterozygote(p, rest);
            }
        }
        sum
    }
}

#[cfg(test)]
#[path = "match_probability_tests.rs"]
mod tests;
