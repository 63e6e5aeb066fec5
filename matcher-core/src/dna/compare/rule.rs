//! Rules as data: a file in TOML, the shipped ones read by the same code as a user's own.

use super::{MixtureRule, Reading, Stringency};
use crate::dna::{Category, Inheritance, Locus, Profile, Source};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Which loci a rule compares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LocusChoice {
    /// Autosomal loci.
    #[default]
    Autosomal,
    /// Loci on the X chromosome.
    X,
    /// Loci on the Y chromosome.
    Y,
    /// These.
    Listed(Vec<Locus>),
}

impl LocusChoice {
    /// Whether a locus is compared.
    pub fn contains(&self, locus: Locus) -> bool {
        match self {
            Self::Autosomal => locus.inheritance() == Inheritance::Autosomal,
            Self::X => locus.inheritance() == Inheritance::X,
            Self::Y => locus.inheritance() == Inheritance::Y,
            Self::Listed(loci) => loci.contains(&locus),
        }
    }
}

/// What a profile must have to be compared at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Entry {
    /// Whether mixtures enter.
    pub no_mixtures: bool,
    /// Fewest compared loci of which every allele is designated.
    pub min_designated: usize,
    /// For profiles of these categories (known persons), loci of which `min_reference` must be designated too.
    pub reference_categories: Vec<Category>,
    /// See `reference_categories`.
    pub reference_loci: Vec<Locus>,
    /// See `reference_categories`.
    pub min_reference: usize,
}

/// Numbers of a rule for one pair of categories, in either order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairRule {
    /// The two categories.
    pub categories: [Category; 2],
    /// In place of the rule's.
    pub stringency: Stringency,
    /// In place of the rule's.
    pub min_loci: usize,
    /// In place of the rule's.
    pub max_mismatches: usize,
}

/// When two profiles are a hit.
///
/// # Examples
/// A rule of one's own, as a file:
/// ```
/// use matcher_core::dna::compare::{Rule, Stringency};
/// let rule: Rule = r#"
///     name = "our laboratory"
///     source = "procedure 12, 2026"
///     stringency = "moderate"
///     min_loci = 8
///     max_mismatches = 1
/// "#.parse()?;
/// assert_eq!((rule.stringency, rule.max_mismatches), (Stringency::Moderate, 1));
/// assert!(Rule::builtin("prum").is_some());
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Where it comes from, and what of it could not be verified.
    pub source: String,
    /// How strictly a locus must agree.
    pub stringency: Stringency,
    /// Fewest loci that must agree.
    pub min_loci: usize,
    /// Most loci that may fail to agree.
    #[serde(default)]
    pub max_mismatches: usize,
    /// Most loci among the mismatches that may share no allele; all of them unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_excluded: Option<usize>,
    /// Whether loci that agree only by a wildcard count among those that agree.
    #[serde(default)]
    pub count_wildcards: bool,
    /// The loci that are compared.
    #[serde(default)]
    pub loci: LocusChoice,
    /// How genotypes are read.
    #[serde(default)]
    pub reading: Reading,
    /// How two mixtures are compared.
    #[serde(default)]
    pub mixtures: MixtureRule,
    /// Whether a hit gets a class of quality.
    #[serde(default)]
    pub quality_classes: bool,
    /// What a profile must have to be compared.
    #[serde(default)]
    pub entry: Entry,
    /// Other numbers for pairs of categories.
    #[serde(default)]
    pub pairs: Vec<PairRule>,
}

/// The longest text of a rule.
const MAX_BYTES: usize = 1 << 20;

/// The shipped rules: a file each in `rules/`.
const BUILTIN: &[&str] = &[
    include_str!("rules/high.toml"),
    include_str!("rules/codis_moderate.toml"),
    include_str!("rules/low.toml"),
    include_str!("rules/prum.toml"),
    include_str!("rules/genis_high.toml"),
    include_str!("rules/genis_moderate.toml"),
    include_str!("rules/genis_low.toml"),
    include_str!("rules/genis_mixture.toml"),
    include_str!("rules/genis_victim.toml"),
    include_str!("rules/y_haplotype.toml"),
];

impl Rule {
    /// A rule with these numbers and defaults for all else.
    pub fn new(name: &str, stringency: Stringency, min_loci: usize, max_mismatches: usize) -> Self {
        Self {
            name: name.to_owned(),
            source: String::new(),
            stringency,
            min_loci,
            max_mismatches,
            max_excluded: None,
            count_wildcards: false,
            loci: LocusChoice::default(),
            reading: Reading::default(),
            mixtures: MixtureRule::default(),
            quality_classes: false,
            entry: Entry::default(),
            pairs: Vec::new(),
        }
    }

    /// A shipped rule; `None` where there is none of this name.
    pub fn builtin(name: &str) -> Option<Self> {
        Self::all().find(|rule| rule.name == name)
    }

    /// The shipped rules.
    pub fn all() -> impl Iterator<Item = Self> {
        // They are read by the tests too, which hold that none is left out here.
        BUILTIN.iter().filter_map(|text| text.parse().ok())
    }

    /// Checks the numbers.
    ///
    /// # Errors
    /// Nothing has to agree (`min_loci` is 0), more may share no allele than may fail, or a pair of categories is there
    /// twice.
    pub fn check(&self) -> Result<()> {
        let record = || format!("rule {:?}", self.name);
        let fewest = self.pairs.iter().map(|pair| pair.min_loci).chain([self.min_loci]).min();
        if fewest == Some(0) {
            return Err(Error::invalid(record(), "min_loci", 0, "at least 1, or all profiles agree"));
        }
        let most = self.pairs.iter().map(|pair| pair.max_mismatches).fold(self.max_mismatches, usize::max);
        let of = |pair: &PairRule| {
            let [a, b] = pair.categories;
            [a.min(b), a.max(b)]
        };
        let again =
            |(k, pair): (usize, &PairRule)| self.pairs[..k].iter().any(|before| of(before) == of(pair));
        if let Some(pair) = self.pairs.iter().enumerate().find(|&entry| again(entry)).map(|(_, pair)| pair) {
            let [a, b] = pair.categories;
            return Err(Error::invalid(record(), "pairs", format!("{a} with {b} again"), "each pair once"));
        }
        if let Some(excluded) = self.max_excluded.filter(|&excluded| excluded > most) {
            let expected = format!("at most max_mismatches, {most}");
            return Err(Error::invalid(record(), "max_excluded", excluded, expected));
        }
        Ok(())
    }

    /// The rule as TOML, which reads back as the same rule.
    ///
    /// # Errors
    /// What [`check`](Self::check) refuses.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::dna::compare::{Rule, Stringency};
    /// let rule = Rule::new("our laboratory", Stringency::Moderate, 8, 1);
    /// let text = rule.to_toml()?;
    /// assert!(text.contains("stringency = \"moderate\"\nmin_loci = 8\n"));
    /// assert_eq!(text.parse::<Rule>()?, rule);
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    pub fn to_toml(&self) -> Result<String> {
        self.check()?;
        toml::to_string(self).map_err(|error| {
            Error::invalid(format!("rule {:?}", self.name), "value", error, "one that TOML can hold")
        })
    }

    /// The rule as it applies to a pair of profiles.
    pub(crate) fn for_pair(&self, a: Option<Category>, b: Option<Category>) -> (Stringency, usize, usize) {
        let of = |pair: &&PairRule| {
            let categories = pair.categories.map(Some);
            categories == [a, b] || categories == [b, a]
        };
        match self.pairs.iter().find(of) {
            Some(pair) => (pair.stringency, pair.min_loci, pair.max_mismatches),
            None => (self.stringency, self.min_loci, self.max_mismatches),
        }
    }

    /// Why a profile does not enter comparison under this rule; `None` where it does.
    pub fn refuses(&self, profile: &Profile) -> Option<String> {
        let entry = &self.entry;
        if entry.no_mixtures && profile.source() == Source::Mixture {
            return Some("a mixture, and the rule compares none".to_owned());
        }
        let designated: Vec<Locus> = profile
            .loci()
            .iter()
            .filter(|(locus, genotype)| self.loci.contains(*locus) && self.reading.of(genotype).is_complete())
            .map(|(locus, _)| *locus)
            .collect();
        if designated.len() < entry.min_designated {
            return Some(format!(
                "{} fully designated loci, expected at least {}",
                designated.len(),
                entry.min_designated
            ));
        }
        let is_reference = profile.category().is_some_and(|c| entry.reference_categories.contains(&c));
        let held = designated.iter().filter(|locus| entry.reference_loci.contains(locus)).count();
        (is_reference && held < entry.min_reference).then(|| {
            let (asked, among) = (entry.min_reference, entry.reference_loci.len());
            format!(
                "{held} of the {among} loci of a reference profile are fully designated, expected {asked}"
            )
        })
    }
}

/// From TOML of at most 1 MiB, of which reading takes up to 110 times as much memory.
impl FromStr for Rule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        if text.len() > MAX_BYTES {
            let expected = format!("at most {MAX_BYTES}: a rule has some thousand");
            return Err(Error::invalid("rule", "length", format!("{} bytes", text.len()), expected));
        }
        let rule: Self = toml::from_str(text).map_err(|error| {
            let line =
                error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            Error::invalid(format!("rule, line {line}"), "field", error.message(), "a rule in TOML")
        })?;
        rule.check()?;
        Ok(rule)
    }
}

#[cfg(test)]
#[path = "rule_tests.rs"]
mod tests;
