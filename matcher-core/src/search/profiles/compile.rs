//! A probe and a rule as tests on the columns of a table.
//!
//! The tests are never stricter than the rule: a row that fails more of them than may fail is no hit. They may be more
//! lenient, as where a column must hold two different alleles and a test asks each of them to be one of the two.

use super::hits::Rarity;
use super::options::ProfileOptions;
use crate::dna::compare::{Reading, Rule, Stringency, method};
use crate::dna::{Allele, Category, Genotype, Locus, LocusSet, Panel, Profile, Source};
use crate::gallery::Kind;
use crate::provenance::Method;
use crate::simd::planes::{Need, Query, Test};
use crate::{Error, Result};

/// A value that no allele has.
const NONE: u8 = 255;

/// Which rows must be compared in full, whatever their tests say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InFull {
    /// Odd ones.
    Odd,
    /// Those whose profiles are kept beside them, odd ones among them: what is beside the row may decide.
    Kept,
    /// All: the rule reads some allele of the table as unknown.
    All,
}

/// A probe under a rule, ready for the rows of one table.
pub(super) struct Compiled<'a> {
    pub(super) probe: &'a Profile,
    pub(super) rule: &'a Rule,
    pub(super) method: Method,
    pub(super) query: Query,
    /// Columns that the rule compares and the probe has something known at.
    known: LocusSet,
    /// Columns that the rule compares.
    compared: LocusSet,
    /// Columns of the loci that a reference profile must have.
    reference: LocusSet,
    /// Rows that must be compared in full.
    pub(super) in_full: InFull,
    /// Whether the probe itself does not enter comparison under the rule.
    pub(super) refused: bool,
    /// How rarely its loci agree by chance.
    pub(super) rarity: Rarity,
}

impl<'a> Compiled<'a> {
    /// Compiles some probes.
    pub(super) fn all(
        panel: &Panel,
        probes: impl IntoIterator<Item = &'a Profile>,
        rule: &'a Rule,
        options: &ProfileOptions<'_>,
    ) -> Result<Vec<Self>> {
        let method = method(rule);
        probes.into_iter().map(|probe| Self::new(panel, probe, (rule, &method), options)).collect()
    }

    /// Compiles a probe.
    pub(super) fn new(
        panel: &Panel,
        probe: &'a Profile,
        (rule, method): (&'a Rule, &Method),
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
        let columns = |chosen: &dyn Fn(Locus) -> bool| -> LocusSet {
            let all = panel.loci().iter().enumerate();
            all.filter(|(_, locus)| chosen(**locus)).fold(0, |set, (column, _)| set | 1 << column)
        };
        let compared = columns(&|locus| rule.loci.contains(locus));
        let tests: Vec<Test<'_>> = tests
            .iter()
            .map(|(column, need, values)| Test { column: *column, need: *need, values })
            .collect();
        let byte = |number: usize| u8::try_from(number).unwrap_or(u8::MAX);
        let entry = &rule.entry;
        // Some dictionary may hold repeats that an exchange takes for unknown.
        let unread = |allele: &Allele| is_unread(rule, *allele);
        let any_unread = rule.reading != Reading::AsWritten
            && (0..panel.loci().len())
                .any(|column| compared >> column & 1 == 1 && panel.alleles(column).iter().any(unread));
        Ok(Self {
            probe,
            rule,
            method: method.clone(),
            query: Query::new(&tests, byte(max_mismatches), byte(min_loci))?,
            known,
            compared,
            reference: compared & columns(&|locus| entry.reference_loci.contains(&locus)),
            in_full: if any_unread {
                InFull::All
            } else if beside > 0 || entry.min_designated > 0 || entry.min_reference > 0 {
                InFull::Kept
            } else {
                InFull::Odd
            },
            refused: rule.refuses(probe).is_some(),
            rarity: Rarity::new(probe, stringency, options)?,
        })
    }

    /// Whether profiles of a kind, none of them to be compared in full, can be compared with the probe at all.
    pub(super) fn is_comparable(&self, kind: &Kind) -> bool {
        let entry = &self.rule.entry;
        let (_, min_loci, _) = self.rule.for_pair(self.probe.category(), kind.category);
        let count = |set: LocusSet| set.count_ones() as usize;
        let is_reference =
            kind.category.is_some_and(|category| entry.reference_categories.contains(&category));
        !self.refused
            && count(kind.known & self.known) >= min_loci
            && count(kind.designated & self.compared) >= entry.min_designated
            && (!is_reference || count(kind.designated & self.reference) >= entry.min_reference)
    }

    /// The numbers of the rule that no pair with the probe's category is more lenient than: stringency, loci that must
    /// agree, mismatches.
    pub(super) fn most_lenient(&self) -> (Stringency, usize, usize) {
        most_lenient(self.rule, self.probe.category())
    }

    /// Whether rows of a kind must be compared in full.
    pub(super) fn in_full(&self, kind: &Kind) -> bool {
        match self.in_full {
            InFull::All => true,
            InFull::Kept => kind.kept,
            InFull::Odd => kind.odd,
        }
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

/// Whether a rule reads an allele as one that is not known.
fn is_unread(rule: &Rule, allele: Allele) -> bool {
    rule.reading != Reading::AsWritten && rule.reading.of(&Genotype::pair(allele, allele)).is_blank()
}

/// The test of a column with these alleles.
fn test(alleles: &[Allele], genotype: &Genotype, stringency: Stringency, rule: &Rule) -> (Need, Vec<u8>) {
    let known: Vec<Allele> = genotype.distinct().iter().filter(|allele| !allele.is_open()).copied().collect();
    let open = genotype.alleles().iter().any(|allele| allele.is_open());
    // With an unknown allele of the probe a homozygote of any allele may agree, except at high stringency.
    // Of which no allele is known (OL beside OL) agrees with anything at each.
    let anything = open && (stringency != Stringency::High || known.is_empty());
    let may_agree =
        |allele: Allele| known.iter().any(|known| known.may_be(allele)) || is_unread(rule, allele);
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
    let what = if probe.loci().is_empty() { "none" } else { "none that the rule compares" };
    let expected = format!("a locus that rule {:?} compares", rule.name);
    let kind = if probe.source() == Source::Mixture { "mixture" } else { "profile" };
    Err(Error::invalid(format!("{kind} {:?}", probe.id()), "loci", what, expected))
}
