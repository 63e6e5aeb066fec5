//! A probe and a rule as tests on the columns of a table.
//!
//! The tests are never stricter than the rule: a row that fails more of them than may fail is no hit. They may be more
//! lenient, as where a column must hold two different alleles and a test asks each of them to be one of the two.

use super::hits::Rarity;
use super::options::ProfileOptions;
use crate::dna::compare::{Rule, Stringency};
use crate::dna::{Allele, Category, Genotype, Inheritance, Locus, LocusSet, Panel, Profile, Source};
use crate::gallery::Kind;
use crate::simd::planes::{Need, Query, Test};
use crate::{Error, Result};

/// A value that no allele has.
const NONE: u8 = 255;

/// Which rows, beside odd ones, must be compared in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InFull {
    /// None.
    None,
    /// Those whose profiles are kept beside them.
    Kept,
    /// It depends on the category, or all.
    Any,
}

/// A probe under a rule, ready for the rows of one table.
pub(super) struct Compiled<'a> {
    pub(super) probe: &'a Profile,
    pub(super) rule: &'a Rule,
    pub(super) query: Query,
    /// Columns that the rule compares and the probe has something known at.
    known: LocusSet,
    /// Columns that the rule compares.
    compared: LocusSet,
    /// Whether profiles kept beside their rows must be compared in full: what is beside the row may decide.
    kept_in_full: bool,
    /// Whether the number of a kind's loci does not decide if it can be compared: alleles that the rule reads as unknown.
    all_in_full: bool,
    /// Whether the probe itself does not enter comparison under the rule.
    pub(super) refused: bool,
    /// How rarely its loci agree by chance.
    pub(super) rarity: Rarity,
}

impl<'a> Compiled<'a> {
    /// Compiles a probe.
    pub(super) fn new(
        panel: &Panel,
        probe: &'a Profile,
        rule: &'a Rule,
        options: &ProfileOptions<'_>,
    ) -> Result<Self> {
        let (mut known, mut beside) = (0, 0);
        let mut tests: Vec<(usize, Need, Vec<u8>)> = Vec::new();
        let (stringency, min_loci, max_mismatches) = most_lenient(rule, probe.category());
        for (locus, genotype) in probe.loci().iter().filter(|(locus, _)| rule.loci.contains(*locus)) {
            let genotype = rule.reading.of(genotype);
            if genotype.is_blank() {
                continue;
            }
            let Some(column) = panel.column(*locus) else {
                beside += 1;
                continue;
            };
            known |= 1 << column;
            let (need, values) = test(panel.alleles(column), &genotype, stringency, rule);
            tests.push((column, need, values));
        }
        let compared = panel.loci().iter().enumerate();
        let compared =
            compared.filter(|(_, locus)| rule.loci.contains(**locus)).map(|(column, _)| 1 << column);
        let compared = compared.fold(0, |set: LocusSet, bit: LocusSet| set | bit);
        let tests: Vec<Test<'_>> = tests
            .iter()
            .map(|(column, need, values)| Test { column: *column, need: *need, values })
            .collect();
        let byte = |number: usize| u8::try_from(number).unwrap_or(u8::MAX);
        let entry = &rule.entry;
        // Some dictionary may hold repeats that an exchange takes for unknown.
        let unread = |allele: &Allele| rule.reading.of(&Genotype::pair(*allele, *allele)).is_blank();
        let any_unread = (0..panel.loci().len())
            .any(|column| compared >> column & 1 == 1 && panel.alleles(column).iter().any(unread));
        Ok(Self {
            probe,
            rule,
            query: Query::new(&tests, byte(max_mismatches), byte(min_loci))?,
            known,
            compared,
            kept_in_full: beside > 0 || entry.min_designated > 0 || entry.min_reference > 0,
            all_in_full: any_unread,
            refused: rule.refuses(probe).is_some(),
            rarity: Rarity::new(probe, options)?,
        })
    }

    /// Whether profiles of a kind, none of them to be compared in full, can be compared with the probe at all.
    pub(super) fn is_comparable(&self, kind: &Kind) -> bool {
        let entry = &self.rule.entry;
        let (_, min_loci, _) = self.rule.for_pair(self.probe.category(), kind.category);
        let designated = (kind.designated & self.compared).count_ones() as usize;
        let in_common = (kind.known & self.known).count_ones() as usize;
        !self.refused && in_common >= min_loci && designated >= entry.min_designated
    }

    /// Whether a row must be compared in full, whatever its tests say.
    pub(super) fn in_full(&self, kind: &Kind) -> bool {
        self.all_in_full || kind.odd || (kind.kept && self.kept_in_full) || self.is_reference(kind.category)
    }

    /// Which rows [`in_full`](Self::in_full) may name beside odd ones.
    pub(super) fn in_full_beside_odd(&self) -> InFull {
        match (self.all_in_full || self.rule.entry.min_reference > 0, self.kept_in_full) {
            (true, _) => InFull::Any,
            (false, true) => InFull::Kept,
            (false, false) => InFull::None,
        }
    }

    /// Whether the rule asks more of profiles of this category than a kind says.
    fn is_reference(&self, category: Option<Category>) -> bool {
        let entry = &self.rule.entry;
        entry.min_reference > 0
            && category.is_some_and(|category| entry.reference_categories.contains(&category))
    }
}

/// The numbers that no pair of the probe's category is more lenient than.
fn most_lenient(rule: &Rule, category: Option<Category>) -> (Stringency, usize, usize) {
    let all =
        rule.pairs.iter().filter(|pair| category.is_some_and(|category| pair.categories.contains(&category)));
    all.fold((rule.stringency, rule.min_loci, rule.max_mismatches), |(stringency, min_loci, max), pair| {
        (stringency.max(pair.stringency), min_loci.min(pair.min_loci), max.max(pair.max_mismatches))
    })
}

/// The test of a column with these alleles.
fn test(alleles: &[Allele], genotype: &Genotype, stringency: Stringency, rule: &Rule) -> (Need, Vec<u8>) {
    let known: Vec<Allele> = genotype.distinct().iter().filter(|allele| !allele.is_open()).copied().collect();
    let open = genotype.alleles().iter().any(|allele| allele.is_open());
    // With an unknown allele of the probe a homozygote of any allele may agree, except at high stringency.
    let anything = open && stringency != Stringency::High;
    let unread = |allele: Allele| rule.reading.of(&Genotype::pair(allele, allele)).is_blank();
    let may_agree = |allele: Allele| known.iter().any(|known| known.may_be(allele)) || unread(allele);
    let numbered = alleles.iter().zip(1..);
    let mut values: Vec<u8> =
        numbered.filter(|(allele, _)| anything || may_agree(**allele)).map(|(_, code)| code).collect();
    if values.is_empty() {
        values.push(NONE);
    }
    let need = match stringency {
        Stringency::High if !open => Need::Both,
        Stringency::Moderate if known.len() > 1 => Need::Both,
        _ => Need::Either,
    };
    (if anything { Need::Either } else { need }, values)
}

/// Whether a profile is one that a table can be searched with under a rule.
///
/// # Errors
/// The rule is wrong, or the probe has no locus that it compares.
pub(super) fn check(probe: &Profile, rule: &Rule) -> Result<()> {
    rule.check()?;
    let has = |locus: &Locus| rule.loci.contains(*locus);
    if probe.loci().iter().any(|(locus, genotype)| has(locus) && !genotype.is_blank()) {
        return Ok(());
    }
    let what = match probe.loci().iter().find(|(locus, _)| locus.inheritance() != Inheritance::Autosomal) {
        Some(_) => "none that the rule compares",
        None => "none",
    };
    let expected = format!("a locus that rule {:?} compares", rule.name);
    let kind = if probe.source() == Source::Mixture { "mixture" } else { "profile" };
    Err(Error::invalid(format!("{kind} {:?}", probe.id()), "loci", what, expected))
}
