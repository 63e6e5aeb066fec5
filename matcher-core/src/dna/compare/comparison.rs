//! The comparison of two profiles under a rule.

use super::locus::{self, Stringency, Verdict};
use super::mixture::{MixtureRule, shared_contributor, victim_containment};
use super::{Quality, Rule};
use crate::dna::{Allele, Genotype, Locus, Profile, Source};
use crate::provenance::Method;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Name of the comparison in [`Method`].
pub(crate) const NAME: &str = "dna-rule";
/// Changes exactly when a verdict may.
pub(crate) const VERSION: u32 = 1;

/// The verdict at one locus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocusComparison {
    /// The locus.
    pub locus: Locus,
    /// What it says under the rule.
    pub verdict: Verdict,
    /// The strictest stringency at which the genotypes agree; `None` where they share no allele or were not compared. Of
    /// mixtures compared by their contributors: moderate where they agree, low where they only share an allele.
    pub stringency: Option<Stringency>,
}

/// The answer for the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The rule is met.
    Hit,
    /// The profiles are comparable, and the rule is not met.
    NoHit,
    /// The rule cannot be met or missed, for the reason said.
    NotComparable(String),
}

/// How many loci of each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Loci that agree.
    pub agreeing: usize,
    /// Loci that agree only by a wildcard.
    pub wildcards: usize,
    /// Loci that share an allele, and fail the rule.
    pub partials: usize,
    /// Loci that share no allele.
    pub excluded: usize,
    /// Loci that one of the two lacks.
    pub not_compared: usize,
}

impl Counts {
    /// Loci that were compared and fail the rule.
    pub const fn mismatches(self) -> usize {
        self.partials + self.excluded
    }

    /// Loci that were compared.
    pub const fn compared(self) -> usize {
        self.agreeing + self.wildcards + self.mismatches()
    }

    fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Agrees => &mut self.agreeing,
            Verdict::Wildcard => &mut self.wildcards,
            Verdict::Partial => &mut self.partials,
            Verdict::Excluded => &mut self.excluded,
            Verdict::NotCompared => &mut self.not_compared,
        } += 1;
    }
}

/// What the comparison of two profiles under a rule says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileComparison {
    /// The answer.
    pub outcome: Outcome,
    /// The verdict at each locus that either profile has and the rule compares, in the order of loci.
    pub loci: Vec<LocusComparison>,
    /// How many of each.
    pub counts: Counts,
    /// The worst stringency among the loci that are no mismatches; `None` where there are none.
    pub stringency: Option<Stringency>,
    /// The class of a hit, where the rule knows classes.
    pub quality: Option<Quality>,
    /// The rule that was applied.
    pub method: Method,
}

impl ProfileComparison {
    /// Whether the rule is met.
    pub fn is_hit(&self) -> bool {
        self.outcome == Outcome::Hit
    }
}

/// Known victims, whose alleles in a mixture are explained.
#[derive(Clone, Copy, Debug, Default)]
pub struct Victims<'a> {
    /// Of the first profile.
    pub a: Option<&'a Profile>,
    /// Of the second profile.
    pub b: Option<&'a Profile>,
}

/// Compares two profiles under a rule.
///
/// # Method
/// Each locus that both have gets a verdict at the rule's stringency ([`locus::stringency`]). The rule is met where
/// enough loci agree and few enough fail. Where even the agreement of all compared loci could not meet it, or a profile
/// does not enter ([`Rule::refuses`]), the answer is not "no hit" but "not comparable"; a locus with a wildcard can be
/// compared. Victims count where both profiles
/// are mixtures and the rule compares mixtures by their contributors.
///
/// # Examples
/// ```
/// use matcher_core::dna::Profile;
/// use matcher_core::dna::compare::{Outcome, Rule, Stringency, Verdict, Victims, compare};
/// let trace = Profile::new("trace", [("TH01", ["9.3", "-"]), ("FGA", ["22", "24"]), ("vWA", ["17", "18"])])?;
/// let person = Profile::new("person", [("TH01", ["8", "9.3"]), ("FGA", ["22", "24"]), ("vWA", ["17", "17"])])?;
/// let moderate = Rule::new("moderate", Stringency::Moderate, 3, 0);
/// assert!(compare(&trace, &person, &moderate, Victims::default()).is_hit());
/// let high = compare(&trace, &person, &Rule::new("high", Stringency::High, 3, 0), Victims::default());
/// assert_eq!(high.outcome, Outcome::NoHit);
/// assert_eq!(high.loci[2].verdict, Verdict::Partial); // vWA: 17,18 against 17,17
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn compare(a: &Profile, b: &Profile, rule: &Rule, victims: Victims<'_>) -> ProfileComparison {
    compare_by(&method(rule), a, b, rule, victims)
}

/// [`compare`] with the method of the rule, which takes longer to describe than two profiles to compare.
pub(crate) fn compare_by(
    method: &Method,
    a: &Profile,
    b: &Profile,
    rule: &Rule,
    victims: Victims<'_>,
) -> ProfileComparison {
    let (stringency, min_loci, max_mismatches) = rule.for_pair(a.category(), b.category());
    let both_mixtures = a.source() == Source::Mixture && b.source() == Source::Mixture;
    let mixtures = if both_mixtures { rule.mixtures } else { MixtureRule::Alleles };
    let mut loci = Vec::new();
    let mut counts = Counts::default();
    let mut read = Vec::new();
    for (locus, genotypes) in union(a, b).filter(|(locus, _)| rule.loci.contains(*locus)) {
        let pair = genotypes[0].zip(genotypes[1]).map(|(a, b)| (rule.reading.of(a), rule.reading.of(b)));
        let (verdict, reached) = match &pair {
            None => (Verdict::NotCompared, None),
            Some((a, b)) if mixtures == MixtureRule::Alleles => locus::verdict(a, b, stringency),
            Some((a, b)) => of_mixtures(mixtures, locus, [a, b], victims),
        };
        counts.add(verdict);
        loci.push(LocusComparison { locus, verdict, stringency: reached });
        read.extend(pair.filter(|_| rule.quality_classes).map(|(a, b)| (verdict, a, b)));
    }
    let agreeing = loci.iter().filter(|at| matches!(at.verdict, Verdict::Agrees | Verdict::Wildcard));
    let worst = agreeing.filter_map(|at| at.stringency).max();
    let outcome = outcome([a, b], rule, counts, (min_loci, max_mismatches));
    let quality = (rule.quality_classes && outcome == Outcome::Hit)
        .then(|| Quality::of(read.iter().map(|(verdict, a, b)| (*verdict, &**a, &**b))));
    ProfileComparison { outcome, loci, counts, stringency: worst, quality, method: method.clone() }
}

/// The rule as the method of a result.
pub(crate) fn method(rule: &Rule) -> Method {
    Method::new(&format!("{NAME} {}", rule.name), VERSION, rule)
}

/// The answer from the counts.
fn outcome(
    profiles: [&Profile; 2],
    rule: &Rule,
    counts: Counts,
    (min_loci, max_mismatches): (usize, usize),
) -> Outcome {
    for profile in profiles {
        if let Some(reason) = rule.refuses(profile) {
            return Outcome::NotComparable(format!("profile {:?}: {reason}", profile.id()));
        }
    }
    if counts.compared() < min_loci {
        let compared = counts.compared();
        return Outcome::NotComparable(format!("{compared} loci can be compared, and {min_loci} must agree"));
    }
    let wildcards = if rule.count_wildcards { counts.wildcards } else { 0 };
    let enough = counts.agreeing + wildcards >= min_loci;
    let few = counts.mismatches() <= max_mismatches;
    let few_excluded = counts.excluded <= rule.max_excluded.unwrap_or(max_mismatches);
    if enough && few && few_excluded { Outcome::Hit } else { Outcome::NoHit }
}

/// The verdict of two mixtures by their contributors.
fn of_mixtures(
    rule: MixtureRule,
    locus: Locus,
    [a, b]: [&Cow<'_, Genotype>; 2],
    victims: Victims<'_>,
) -> (Verdict, Option<Stringency>) {
    if a.is_blank() || b.is_blank() {
        return (Verdict::NotCompared, None);
    }
    let written = locus::stringency(a, b);
    let complete = |victim: Option<&Profile>| {
        victim
            .and_then(|victim| victim.get(locus))
            .is_none_or(|genotype| genotype.is_complete() || genotype.is_blank())
    };
    if !(a.is_complete() && b.is_complete() && complete(victims.a) && complete(victims.b)) {
        // What is not designated may be what a contributor needs, or what a victim explains.
        return (if written.is_some() { Verdict::Wildcard } else { Verdict::Excluded }, written);
    }
    let of_victim = |victim: Option<&Profile>| -> Vec<Allele> {
        let genotype = victim.and_then(|victim| victim.get(locus)).filter(|genotype| !genotype.is_blank());
        genotype.map(|genotype| genotype.distinct().to_vec()).unwrap_or_default()
    };
    let (victim_a, victim_b) = (of_victim(victims.a), of_victim(victims.b));
    let agree = match rule {
        MixtureRule::Alleles => written.is_some(),
        MixtureRule::SharedContributor => {
            shared_contributor(a.distinct(), &victim_a, b.distinct(), &victim_b)
        }
        MixtureRule::VictimContainment => {
            victim_containment(a.distinct(), &victim_a, b.distinct(), &victim_b)
        }
    };
    match (agree, written) {
        (true, _) => (Verdict::Agrees, Some(Stringency::Moderate)),
        (false, Some(_)) => (Verdict::Partial, Some(Stringency::Low)),
        (false, None) => (Verdict::Excluded, None),
    }
}

/// All loci that either profile has, in order, with the genotypes of both.
fn union<'a>(a: &'a Profile, b: &'a Profile) -> impl Iterator<Item = (Locus, [Option<&'a Genotype>; 2])> {
    let (mut a, mut b) = (a.loci().iter().peekable(), b.loci().iter().peekable());
    std::iter::from_fn(move || {
        let locus = match (a.peek(), b.peek()) {
            (Some((a, _)), Some((b, _))) => *a.min(b),
            (Some((locus, _)), None) | (None, Some((locus, _))) => *locus,
            (None, None) => return None,
        };
        let a = a.next_if(|(at, _)| *at == locus).map(|(_, genotype)| genotype);
        let b = b.next_if(|(at, _)| *at == locus).map(|(_, genotype)| genotype);
        Some((locus, [a, b]))
    })
}

#[cfg(test)]
#[path = "comparison_tests.rs"]
mod tests;
