//! The comparison of two genotypes at one locus.

use crate::dna::{Allele, Genotype};
use serde::{Deserialize, Serialize};

/// How strictly alleles must agree. The stricter is the smaller.
///
/// # References
/// NIST, SWGDAM and FBI use of high, moderate and low stringency in CODIS; GENis, `MatchingAlgorithm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stringency {
    /// The same alleles.
    High,
    /// All alleles of the genotype with fewer different ones are in the other: 13 against 13,14.
    Moderate,
    /// At least one allele in common.
    Low,
}

/// What the comparison of a locus says under a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Agrees at the stringency of the rule.
    Agrees,
    /// Agrees only if an allele that is not known is the right one.
    Wildcard,
    /// Shares an allele, but does not agree at the stringency of the rule.
    Partial,
    /// Shares no allele.
    Excluded,
    /// One of the two was not typed here, or nothing of it is known.
    NotCompared,
}

impl Verdict {
    /// Whether it counts as a mismatch: compared, and not agreeing as the rule asks.
    pub const fn is_mismatch(self) -> bool {
        matches!(self, Self::Partial | Self::Excluded)
    }
}

/// What is known of a genotype: its different alleles and marks, and how many alleles are open.
struct Known<'a> {
    alleles: Vec<&'a Allele>,
    open: usize,
}

impl<'a> Known<'a> {
    fn of(genotype: &'a Genotype) -> Self {
        let alleles: Vec<&Allele> = genotype.distinct().iter().filter(|allele| !allele.is_open()).collect();
        let open = genotype.alleles().iter().filter(|allele| allele.is_open()).count();
        Self { alleles, open }
    }
}

/// The most alleles of `a` that can be told to different ones of `b` that they may be: a maximum matching, found by
/// augmenting paths over a few alleles.
fn matched(a: &[&Allele], b: &[&Allele]) -> usize {
    fn augment(
        at: usize,
        a: &[&Allele],
        b: &[&Allele],
        taken: &mut [Option<usize>],
        seen: &mut [bool],
    ) -> bool {
        for (to, other) in b.iter().enumerate() {
            if seen[to] || !a[at].may_be(**other) {
                continue;
            }
            seen[to] = true;
            if taken[to].is_none_or(|before| augment(before, a, b, taken, seen)) {
                taken[to] = Some(at);
                return true;
            }
        }
        false
    }
    let mut taken = vec![None; b.len()];
    (0..a.len()).filter(|&at| augment(at, a, b, &mut taken, &mut vec![false; b.len()])).count()
}

/// The strictest stringency at which two genotypes agree, whatever their open alleles (`-`, `*`, `OL`) are: the most
/// favourable choice counts, so a wildcard never loses a hit. `None` where they share no allele.
///
/// # Method
/// Each different allele of one genotype is told to one of the other that it may be ([`Allele::may_be`]). With the most
/// alleles told, what is left over must be explained by open alleles of the other genotype: on both sides for high, on
/// one side for moderate. Genotypes of which nothing is known agree at high stringency; a comparison under a rule leaves
/// them out.
///
/// # Examples
/// ```
/// use matcher_core::dna::compare::{Stringency, stringency};
/// use matcher_core::dna::{Allele, Genotype};
/// let genotype = |a: &str, b: &str| Ok::<_, matcher_core::Error>(Genotype::pair(a.parse()?, b.parse()?));
/// assert_eq!(stringency(&genotype("13", "13")?, &genotype("13", "14")?), Some(Stringency::Moderate));
/// assert_eq!(stringency(&genotype("12", "13")?, &genotype("13", "14")?), Some(Stringency::Low));
/// assert_eq!(stringency(&genotype("12", "13")?, &genotype("14", "14")?), None);
/// assert_eq!(stringency(&genotype("9.3", "*")?, &genotype("8", "9.X")?), Some(Stringency::High));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn stringency(a: &Genotype, b: &Genotype) -> Option<Stringency> {
    level(&Known::of(a), &Known::of(b))
}

fn level(a: &Known<'_>, b: &Known<'_>) -> Option<Stringency> {
    let told = matched(&a.alleles, &b.alleles);
    let left = [a.alleles.len() - told > b.open, b.alleles.len() - told > a.open];
    match left {
        [false, false] => Some(Stringency::High),
        [true, true] if told > 0 || a.open > 0 || b.open > 0 => Some(Stringency::Low),
        [true, true] => None,
        _ => Some(Stringency::Moderate),
    }
}

/// The verdict under a stringency, and the strictest stringency at which the genotypes agree.
///
/// At high stringency a locus with an open allele is at best a wildcard. At the others it agrees where its known
/// alleles do: these stringencies allow an allele to be missing.
pub(super) fn verdict(a: &Genotype, b: &Genotype, asked: Stringency) -> (Verdict, Option<Stringency>) {
    if a.is_blank() || b.is_blank() {
        return (Verdict::NotCompared, None);
    }
    let (mut a, mut b) = (Known::of(a), Known::of(b));
    let reached = level(&a, &b);
    let any_open = a.open + b.open > 0;
    let verdict = match reached {
        None => Verdict::Excluded,
        Some(reached) if reached > asked => Verdict::Partial,
        Some(_) if !any_open => Verdict::Agrees,
        Some(_) => {
            (a.open, b.open) = (0, 0);
            let known = !a.alleles.is_empty() && !b.alleles.is_empty();
            let agrees = level(&a, &b).is_some_and(|level| level <= asked);
            let by_known = known && agrees && asked != Stringency::High;
            if by_known { Verdict::Agrees } else { Verdict::Wildcard }
        }
    };
    (verdict, reached)
}

#[cfg(test)]
#[path = "locus_tests.rs"]
mod tests;
