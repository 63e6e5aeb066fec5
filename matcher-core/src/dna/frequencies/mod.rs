//! How frequent alleles are in a population: what every probability of a profile rests on.
//!
//! A table is kept as it was given. It is not silently normalised, a rare allele gets its least frequency by a rule that
//! is named in every result, and an allele that was never seen is never given the frequency 0.

mod builder;
mod builtin;
mod estimate;
mod locus;
mod rare;

pub use builder::FrequenciesBuilder;
pub use estimate::AlleleCounts;
pub use locus::LocusFrequencies;
pub use rare::RareAllele;

use super::{Allele, Locus, Profile};
use crate::error::{Error, Result};
use std::fmt;

/// Two loci so near on one chromosome that they are not inherited independently.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkedLoci {
    /// The one, before the other in the order of loci.
    pub first: Locus,
    /// The other.
    pub second: Locus,
    /// Recombination rate between them, 0.0 to 0.5.
    pub rho: f64,
}

/// Allele frequencies of one population, a table a locus.
///
/// # Range and units
/// Frequencies are 0.0 to 1.0 and sum to at most 1.001 a locus, silent alleles included: tables are printed rounded. The
/// sample size is counted in alleles (`2N` for `N` people and an autosomal locus).
///
/// # Limits
/// Linked pairs are kept for kinship and change nothing here. Silent alleles make a homozygote likelier, and X-linked loci
/// are not counted; see [`match_probability`](super::likelihood::match_probability).
///
/// # Examples
/// ```
/// use matcher_core::dna::{Allele, Frequencies, Locus, RareAllele};
/// let table = Frequencies::builder("example")
///     .locus("TH01", [("6", 0.25), ("9.3", 0.35), ("10", 0.005)])?
///     .people(200)
///     .rare(RareAllele::FiveOver2N)
///     .build()?;
/// let th01 = Locus::new("TH01")?;
/// assert_eq!(table.frequency(th01, "9.3".parse()?)?, 0.35);
/// assert_eq!(table.frequency(th01, "10".parse()?)?, 0.0125); // 5 / (2 * 200)
/// assert_eq!(table.frequency(th01, "8.3".parse()?)?, 0.0125); // never seen
///
/// let strict = table.with_rare(None)?;
/// assert_eq!(
///     strict.frequency(th01, "8.3".parse()?).unwrap_err().to_string(),
///     "table \"example\", TH01: frequency of allele 8.3 is not known, expected a frequency above 0, or a rare-allele rule"
/// );
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Frequencies {
    name: Box<str>,
    provenance: Box<str>,
    rare: Option<RareAllele>,
    loci: Box<[LocusFrequencies]>,
    linked: Box<[LinkedLoci]>,
    digest: Box<str>,
}

impl Frequencies {
    /// Starts a table of this name.
    pub fn builder(name: &str) -> FrequenciesBuilder {
        FrequenciesBuilder::new(name)
    }

    /// Names of the tables that come with the library.
    ///
    /// # References
    /// C. R. Hill, D. L. Duewer, M. C. Kline, M. D. Coble, J. M. Butler, "U.S. population data for 29 autosomal STR loci",
    /// Forensic Sci Int Genet 7 (2013) e82, with the revision of 2017: 1,036 people who are not related, in four groups
    /// as they named themselves; data of the U.S. government, in the public domain.
    pub fn builtin_names() -> &'static [&'static str] {
        builtin::NAMES
    }

    /// A table that comes with the library: the four groups of NIST's 1,036 people (`nist1036-afam`, `nist1036-asian`,
    /// `nist1036-cauc`, `nist1036-hisp`), or all of them together (`nist1036`). It has no rule for rare alleles yet.
    ///
    /// The tables are counts of alleles, so a frequency is exactly count / 2N. All together they are one sample of
    /// four populations and describe none of them: a survey and a simulation may use it, a report should not.
    ///
    /// # Errors
    /// The name is none of [`builtin_names`](Self::builtin_names).
    ///
    /// # Examples
    /// ```
    /// use matcher_core::dna::{Frequencies, Locus, RareAllele};
    /// let table = Frequencies::builtin("nist1036-cauc")?.with_rare(Some(RareAllele::FiveOver2N))?;
    /// assert_eq!(table.loci().len(), 29);
    /// let th01 = Locus::new("TH01")?;
    /// assert_eq!(table.at(th01).and_then(|t| t.counted()), Some(722)); // 361 people
    /// assert_eq!(table.frequency(th01, "9.3".parse()?)?, 249.0 / 722.0);
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    pub fn builtin(name: &str) -> Result<Self> {
        builtin::table(name)
    }

    /// Frequencies estimated from profiles of people who are not related: each allele's share of those counted.
    ///
    /// # Method
    /// [`AlleleCounts`] says what is counted.
    ///
    /// # Errors
    /// A profile is a mixture, nothing could be counted, or a parameter of the rule is outside its range.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::dna::{Frequencies, Locus, Profile};
    /// let a = Profile::new("a", [("TH01", ["6", "9.3"])])?;
    /// let b = Profile::new("b", [("THO1", ["9.3", "9.3"])])?;
    /// let table = Frequencies::estimate([&a, &b], None)?;
    /// assert_eq!(table.frequency(Locus::new("TH01")?, "9.3".parse()?)?, 0.75);
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    pub fn estimate<'a>(
        profiles: impl IntoIterator<Item = &'a Profile>,
        rare: Option<RareAllele>,
    ) -> Result<Self> {
        let mut counts = AlleleCounts::default();
        for profile in profiles {
            counts.add(profile)?;
        }
        let builder = counts.into_builder("estimated")?;
        rare.into_iter().fold(builder, FrequenciesBuilder::rare).build()
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the numbers are from; empty where it was not said.
    pub fn provenance(&self) -> &str {
        &self.provenance
    }

    /// The first 16 hexadecimal digits of a SHA-256 over all loci with all their numbers, the rule for rare alleles and
    /// the linked pairs: what results name beside the name.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The rule for rare alleles.
    pub const fn rare(&self) -> Option<RareAllele> {
        self.rare
    }

    /// The tables, in the order of loci.
    pub fn loci(&self) -> &[LocusFrequencies] {
        &self.loci
    }

    /// The table of one locus; `None` where there is none.
    pub fn at(&self, locus: Locus) -> Option<&LocusFrequencies> {
        self.loci.binary_search_by_key(&locus, LocusFrequencies::locus).ok().map(|at| &self.loci[at])
    }

    /// The linked pairs, in the order of loci.
    pub fn linked(&self) -> &[LinkedLoci] {
        &self.linked
    }

    fn table(&self, locus: Locus) -> Result<&LocusFrequencies> {
        let missing =
            || Error::invalid(format!("table {:?}", self.name), "locus", locus, "one that the table has");
        self.at(locus).ok_or_else(missing)
    }

    /// The sum of the frequencies at a locus as they were given, silent alleles not included; `None` where the table has
    /// no such locus.
    pub fn sum(&self, locus: Locus) -> Option<f64> {
        self.at(locus).map(LocusFrequencies::sum)
    }

    /// The frequency of an allele, raised to the least frequency of the rule.
    ///
    /// # Errors
    /// The table has no such locus, the allele is a mark (`-`, `9.X`) and names none, or there is no rule and the allele
    /// has no frequency above 0.
    pub fn frequency(&self, locus: Locus, allele: Allele) -> Result<f64> {
        let table = self.table(locus)?;
        let record = || format!("table {:?}, {locus}", self.name);
        if !allele.is_designated() {
            return Err(Error::invalid(record(), "allele", allele, "one allele, named"));
        }
        let given = table.frequency(allele);
        let frequency = given.unwrap_or(0.0).max(table.minimum());
        if frequency > 0.0 {
            return Ok(frequency);
        }
        let field = format!("frequency of allele {allele}");
        let value = given.map_or("not known", |_| "0");
        Err(Error::invalid(record(), field, value, "a frequency above 0, or a rare-allele rule"))
    }

    /// The same table with another rule for rare alleles, or none.
    ///
    /// # Errors
    /// A parameter is outside its range, or the rule needs the size of a sample that is not known.
    pub fn with_rare(&self, rare: Option<RareAllele>) -> Result<Self> {
        let builder = self.to_builder();
        rare.into_iter().fold(builder.without_rule(), FrequenciesBuilder::rare).build()
    }

    /// The same table with each locus's frequencies multiplied so that they, and its silent alleles, sum to 1.
    ///
    /// # Errors
    /// None for a table that stands: it is what [`build`](FrequenciesBuilder::build) checks again.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::dna::{Frequencies, Locus};
    /// let table = Frequencies::builder("example").locus("TH01", [("6", 0.2), ("7", 0.2)])?.build()?;
    /// let th01 = Locus::new("TH01")?;
    /// assert_eq!(table.sum(th01), Some(0.4));
    /// assert_eq!(table.normalised()?.sum(th01), Some(1.0));
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    pub fn normalised(&self) -> Result<Self> {
        self.to_builder().normalise().build()
    }

    /// All of it, to be changed and checked again.
    pub fn to_builder(&self) -> FrequenciesBuilder {
        FrequenciesBuilder::of(self)
    }
}

impl fmt::Debug for Frequencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frequencies")
            .field("name", &self.name)
            .field("loci", &self.loci.len())
            .field("rare", &self.rare)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "frequencies_tests.rs"]
mod tests;
