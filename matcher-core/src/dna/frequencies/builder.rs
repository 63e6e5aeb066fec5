//! Collects a frequency table and checks it.

use super::{Frequencies, LinkedLoci, LocusFrequencies, RareAllele};
use crate::dna::{Allele, Inheritance, Locus};
use crate::error::{Error, Result};
use crate::provenance::Method;
use std::collections::BTreeMap;

/// How far above 1 the frequencies of a locus may sum: tables are printed with three or four digits.
const ROUNDING: f64 = 1e-3;

/// Most alleles that a locus may have: about ten times as many as any STR has sequences, and few enough that all pairs
/// of them can be looked at.
const MAX_ALLELES: usize = 4_096;

/// Collects a frequency table; [`build`](Self::build) checks it.
///
/// # Examples
/// ```
/// use matcher_core::dna::{Frequencies, Locus, RareAllele};
/// let table = Frequencies::builder("example")
///     .provenance("by hand")
///     .locus("vWA", [("16", 0.6), ("17", 0.38)])?
///     .locus("D12S391", [("18", 0.5), ("19", 0.5)])?
///     .people(250)
///     .silent(Locus::new("vWA")?, 0.02)
///     .linked(Locus::new("vWA")?, Locus::new("D12S391")?, 0.089)
///     .rare(RareAllele::FiveOver2N)
///     .build()?;
/// assert_eq!(table.linked()[0].rho, 0.089);
///
/// let error = Frequencies::builder("wrong").locus("vWA", [("16", 0.7), ("17", 0.4)])?.build().unwrap_err();
/// assert!(error.to_string().starts_with("table \"wrong\", vWA: sum of frequencies is 1.1, expected at most 1.001"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FrequenciesBuilder {
    name: String,
    provenance: String,
    rare: Option<RareAllele>,
    people: Option<u64>,
    counted: BTreeMap<Locus, u64>,
    loci: Vec<(Locus, Vec<(Allele, f64)>)>,
    silent: BTreeMap<Locus, f64>,
    x_linked: Vec<Locus>,
    linked: Vec<LinkedLoci>,
    normalise: bool,
}

impl FrequenciesBuilder {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            provenance: String::new(),
            rare: None,
            people: None,
            counted: BTreeMap::new(),
            loci: Vec::new(),
            silent: BTreeMap::new(),
            x_linked: Vec::new(),
            linked: Vec::new(),
            normalise: false,
        }
    }

    /// What a table was built from.
    pub(super) fn of(table: &Frequencies) -> Self {
        let loci = || table.loci.iter();
        Self {
            provenance: table.provenance.to_string(),
            rare: table.rare,
            counted: loci().filter_map(|t| t.counted.map(|counted| (t.locus, counted))).collect(),
            silent: loci().filter(|t| t.silent > 0.0).map(|t| (t.locus, t.silent)).collect(),
            x_linked: loci().filter(|t| t.x_linked).map(|t| t.locus).collect(),
            loci: loci().map(|t| (t.locus, t.alleles.to_vec())).collect(),
            linked: table.linked.to_vec(),
            ..Self::new(&table.name)
        }
    }

    /// Says where the numbers are from.
    #[must_use]
    pub fn provenance(mut self, provenance: &str) -> Self {
        provenance.clone_into(&mut self.provenance);
        self
    }

    /// Adds a locus with its alleles as text.
    ///
    /// # Errors
    /// The locus or an allele cannot be read.
    pub fn locus<A: AsRef<str>>(
        self,
        name: &str,
        alleles: impl IntoIterator<Item = (A, f64)>,
    ) -> Result<Self> {
        let within = |error, record: &str| match error {
            Error::Invalid(problem) => Error::Invalid(problem.within(record)),
            other => other,
        };
        let record = format!("table {:?}", self.name);
        let locus = Locus::new(name).map_err(|error| within(error, &record))?;
        let read = |(allele, frequency): (A, f64)| Ok((allele.as_ref().parse()?, frequency));
        let alleles: Result<Vec<(Allele, f64)>> = alleles.into_iter().map(read).collect();
        let alleles = alleles.map_err(|error| within(error, &format!("{record}, {locus}")))?;
        Ok(self.alleles(locus, alleles))
    }

    /// Adds a locus with its alleles.
    #[must_use]
    pub fn alleles(mut self, locus: Locus, alleles: impl IntoIterator<Item = (Allele, f64)>) -> Self {
        self.loci.push((locus, alleles.into_iter().collect()));
        self
    }

    /// Says of how many people the sample is, for all loci that say nothing else: twice as many alleles were counted.
    #[must_use]
    pub fn people(mut self, people: u64) -> Self {
        self.people = Some(people);
        self
    }

    /// Says how many alleles were counted at one locus: twice the people, where everybody has two.
    #[must_use]
    pub fn counted(mut self, locus: Locus, alleles: u64) -> Self {
        self.counted.insert(locus, alleles);
        self
    }

    /// Sets the rule for rare alleles.
    #[must_use]
    pub fn rare(mut self, rule: RareAllele) -> Self {
        self.rare = Some(rule);
        self
    }

    pub(super) fn without_rule(mut self) -> Self {
        self.rare = None;
        self
    }

    /// Says how frequent silent alleles are at a locus.
    #[must_use]
    pub fn silent(mut self, locus: Locus, frequency: f64) -> Self {
        self.silent.insert(locus, frequency);
        self
    }

    /// Says that a locus lies on the X chromosome; known X loci need not be named.
    #[must_use]
    pub fn x_linked(mut self, locus: Locus) -> Self {
        self.x_linked.push(locus);
        self
    }

    /// Says that two loci are linked, with the recombination rate between them.
    #[must_use]
    pub fn linked(mut self, a: Locus, b: Locus, rho: f64) -> Self {
        self.linked.push(LinkedLoci { first: a.min(b), second: a.max(b), rho });
        self
    }

    /// Multiplies each locus's frequencies so that they, and its silent alleles, sum to 1, before anything is checked.
    #[must_use]
    pub fn normalise(mut self) -> Self {
        self.normalise = true;
        self
    }

    /// The table.
    ///
    /// # Errors
    /// The name is empty; a locus, an allele of it or a linked pair is there twice; a locus has no allele, or more than
    /// 4,096; an allele is a mark such as `-`; a frequency is not in 0 to 1, or those of a locus sum to 0 or to more
    /// than 1.001; something is said of a locus that the table does not have; a recombination rate is not in 0 to 0.5;
    /// or the rule for rare alleles lacks the size of the sample.
    pub fn build(mut self) -> Result<Frequencies> {
        if self.name.is_empty() || self.name.len() > 255 {
            return Err(Error::invalid("", "table name", format!("{:?}", self.name), "1 to 255 bytes"));
        }
        let record = format!("table {:?}", self.name);
        if let Some(rule) = self.rare {
            rule.check()?;
        }
        let mut given = std::mem::take(&mut self.loci);
        given.sort_by_key(|(locus, _)| *locus);
        if let Some(twice) = given.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(Error::invalid(record, "locus", twice[0].0, "each locus once"));
        }
        if given.is_empty() {
            return Err(Error::invalid(record, "number of loci", 0, "1 or more"));
        }
        let known = |locus: Locus| given.binary_search_by_key(&locus, |(locus, _)| *locus).is_ok();
        let pairs = self.linked.iter().flat_map(|pair| [pair.first, pair.second]);
        let named = self.counted.keys().chain(self.silent.keys()).chain(&self.x_linked).copied().chain(pairs);
        if let Some(stranger) = named.into_iter().find(|&locus| !known(locus)) {
            return Err(Error::invalid(record, "locus", stranger, "one whose frequencies are given"));
        }
        self.check_linked(&record)?;
        let loci: Result<Vec<LocusFrequencies>> =
            given.into_iter().map(|(locus, alleles)| self.at(locus, alleles, &record)).collect();
        let loci = loci?;
        let linked: Vec<(Locus, Locus, f64)> =
            self.linked.iter().map(|p| (p.first, p.second, p.rho)).collect();
        let digest = Method::new("frequencies", 1, &(&loci, self.rare, linked)).config;
        Ok(Frequencies {
            name: self.name.into(),
            provenance: self.provenance.into(),
            rare: self.rare,
            loci: loci.into(),
            linked: self.linked.into(),
            digest: digest.into(),
        })
    }

    fn check_linked(&mut self, record: &str) -> Result<()> {
        self.linked.sort_by_key(|pair| (pair.first, pair.second));
        for (at, pair) in self.linked.iter().enumerate() {
            let LinkedLoci { first, second, rho } = *pair;
            let field = format!("recombination rate of {first} and {second}");
            if !(0.0..=0.5).contains(&rho) {
                return Err(Error::invalid(record, field, rho, "0 to 0.5"));
            }
            let again =
                self.linked.get(at + 1).is_some_and(|next| (next.first, next.second) == (first, second));
            if again || first == second {
                let pair = format!("{first} and {second}");
                return Err(Error::invalid(
                    record,
                    "linked pair",
                    pair,
                    "two different loci, each pair once",
                ));
            }
        }
        Ok(())
    }

    /// The table of one locus, checked.
    fn at(&self, locus: Locus, mut alleles: Vec<(Allele, f64)>, record: &str) -> Result<LocusFrequencies> {
        let wrong = |field: &str, value: &dyn std::fmt::Display, expected: &str| {
            Err(Error::invalid(format!("{record}, {locus}"), field, value, expected))
        };
        if alleles.is_empty() || alleles.len() > MAX_ALLELES {
            return wrong("number of alleles", &alleles.len(), "1 to 4096");
        }
        alleles.sort_by_key(|(allele, _)| *allele);
        if let Some(twice) = alleles.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return wrong("allele", &twice[0].0, "each allele once");
        }
        let silent = self.silent.get(&locus).copied().unwrap_or(0.0);
        if !(0.0..1.0).contains(&silent) {
            return wrong("frequency of silent alleles", &silent, "at least 0 and less than 1");
        }
        for (allele, frequency) in &alleles {
            if !allele.is_designated() {
                return wrong("allele", allele, "one allele, named");
            }
            let limit = if self.normalise { f64::MAX / MAX_ALLELES as f64 } else { 1.0 };
            if !(0.0..=limit).contains(frequency) {
                return wrong(&format!("frequency of allele {allele}"), frequency, "0 to 1");
            }
        }
        let sum: f64 = alleles.iter().map(|(_, frequency)| frequency).sum();
        if sum <= 0.0 {
            return wrong("sum of frequencies", &sum, "more than 0");
        }
        if self.normalise {
            for (_, frequency) in &mut alleles {
                *frequency *= (1.0 - silent) / sum;
            }
        } else if sum + silent > 1.0 + ROUNDING {
            let expected = "at most 1.001, silent alleles included; normalise it if it is meant so";
            return wrong("sum of frequencies", &(sum + silent), expected);
        }
        let x_linked = self.x_linked.contains(&locus) || locus.inheritance() == Inheritance::X;
        let counted = self.counted.get(&locus).copied();
        let counted = counted.or_else(|| self.people.map(|people| people.saturating_mul(2)));
        let minimum = self.rare.map_or(Ok(0.0), |rule| rule.minimum(counted, alleles.len()));
        let minimum = minimum.map_err(|error| match error {
            Error::Invalid(problem) => Error::Invalid(problem.within(format!("{record}, {locus}"))),
            other => other,
        })?;
        Ok(LocusFrequencies { locus, alleles: alleles.into(), counted, silent, x_linked, minimum })
    }
}
