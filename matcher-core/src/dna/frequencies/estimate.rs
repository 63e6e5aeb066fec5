//! Counts alleles in profiles.

use super::FrequenciesBuilder;
use crate::dna::{Allele, Inheritance, Locus, Profile, Source};
use crate::error::{Error, Result};
use std::collections::BTreeMap;

/// How often each allele was seen in people who are not related.
///
/// # Method
/// A complete genotype of two designated alleles adds two, so a homozygote adds its allele twice. At an X locus one copy
/// alone adds one. Everything else (an allele that may have dropped out, a mark, one copy at an autosomal locus, three
/// alleles) is left out for that locus, and how many genotypes were left out is part of the provenance. Where many were,
/// homozygotes are probably among them, and the estimate suffers. Amelogenin is not counted, and neither are Y loci:
/// they are inherited whole, so their alleles' frequencies must not be multiplied.
///
/// # Examples
/// ```
/// use matcher_core::dna::{AlleleCounts, Locus, Profile};
/// let mut counts = AlleleCounts::default();
/// counts.add(&Profile::new("a", [("TH01", ["6", "9.3"]), ("FGA", ["22", "-"])])?)?;
/// counts.add(&Profile::new("b", [("TH01", ["9.3", "9.3"])])?)?;
/// assert_eq!(counts.count(Locus::new("TH01")?, "9.3".parse()?), 3);
/// assert_eq!((counts.people(), counts.left_out()), (2, 1));
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlleleCounts {
    loci: BTreeMap<Locus, BTreeMap<Allele, u64>>,
    people: u64,
    left_out: u64,
}

impl AlleleCounts {
    /// Counts the alleles of one person.
    ///
    /// # Errors
    /// The profile is a mixture.
    pub fn add(&mut self, profile: &Profile) -> Result<()> {
        if profile.source() == Source::Mixture {
            let record = format!("profile {:?}", profile.id());
            return Err(Error::invalid(record, "kind", "mixture", "a profile of one person"));
        }
        self.people += 1;
        for (locus, genotype) in profile.loci() {
            let countable = match (locus.inheritance(), genotype.alleles().len()) {
                (Inheritance::SexMarker | Inheritance::Y, _) => continue,
                (_, 2) | (Inheritance::X, 1) => genotype.is_complete(),
                _ => false,
            };
            if !countable {
                self.left_out += 1;
                continue;
            }
            let counts = self.loci.entry(*locus).or_default();
            genotype.alleles().iter().for_each(|allele| *counts.entry(*allele).or_default() += 1);
        }
        Ok(())
    }

    /// People counted.
    pub const fn people(&self) -> u64 {
        self.people
    }

    /// Genotypes that were left out.
    pub const fn left_out(&self) -> u64 {
        self.left_out
    }

    /// How often an allele was seen.
    pub fn count(&self, locus: Locus, allele: Allele) -> u64 {
        self.loci.get(&locus).and_then(|counts| counts.get(&allele)).copied().unwrap_or(0)
    }

    /// The loci with their alleles and counts.
    pub fn loci(&self) -> impl Iterator<Item = (Locus, &BTreeMap<Allele, u64>)> {
        self.loci.iter().map(|(locus, counts)| (*locus, counts))
    }

    /// A table of the shares of the counts, with the number counted at each locus.
    ///
    /// # Errors
    /// Nothing was counted.
    pub fn into_builder(self, name: &str) -> Result<FrequenciesBuilder> {
        if self.loci.is_empty() {
            let record = format!("table {name:?}");
            return Err(Error::invalid(record, "counted loci", 0, "1 or more, of complete genotypes"));
        }
        let provenance = format!("counted in {} people; {} genotypes left out", self.people, self.left_out);
        let builder = FrequenciesBuilder::new(name).provenance(&provenance);
        Ok(self
            .loci
            .into_iter()
            .fold(builder, |builder, (locus, counts)| with_counts(builder, locus, &counts)))
    }
}

/// Adds a locus of which counts are known.
pub(super) fn with_counts(
    builder: FrequenciesBuilder,
    locus: Locus,
    counts: &BTreeMap<Allele, u64>,
) -> FrequenciesBuilder {
    let all: u64 = counts.values().sum();
    let shares = counts.iter().map(|(allele, count)| (*allele, *count as f64 / all as f64));
    builder.alleles(locus, shares).counted(locus, all)
}
