//! A profile: what was typed of one specimen.

use super::{Allele, Category, Genotype, Inheritance, Locus};
use crate::error::{Error, Result};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// How many people a specimen is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// One person.
    #[default]
    Single,
    /// More than one, or not known to be one.
    Mixture,
}

/// The sex that amelogenin says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// X and Y.
    Male,
    /// X and X.
    Female,
}

/// Alleles that a single-source profile may show at a locus: three with an extra copy, four at a Y locus that is there
/// twice.
const MAX_SINGLE: usize = 4;

/// Bytes that an id may have.
const MAX_ID: usize = 255;

/// What was typed of one specimen: a genotype a locus.
///
/// `Debug` shows no genotype: a profile is biometric data and does not belong in a log.
///
/// # Examples
/// ```
/// use matcher_core::dna::{Locus, Profile};
/// let profile = Profile::new("C-17", [("D3S1358", ["15", "16"]), ("THO1", ["9.3", "-"])])?;
/// assert_eq!(profile.get(Locus::new("TH01")?).map(ToString::to_string), Some("9.3,-".into()));
/// assert!(profile.is_partial());
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Record", into = "Record")]
pub struct Profile {
    id: Box<str>,
    source: Source,
    category: Option<Category>,
    partial: bool,
    loci: Box<[(Locus, Genotype)]>,
}

/// Collects a profile and checks it.
#[derive(Clone)]
pub struct ProfileBuilder {
    id: String,
    source: Source,
    category: Option<Category>,
    partial: bool,
    loci: Vec<(Locus, Genotype)>,
}

impl Profile {
    /// A single-source profile from loci and alleles as text.
    ///
    /// # Errors
    /// A locus or an allele cannot be read, or a locus is there twice.
    pub fn new<A: AsRef<str>>(
        id: &str,
        loci: impl IntoIterator<Item = (impl AsRef<str>, impl IntoIterator<Item = A>)>,
    ) -> Result<Self> {
        let mut builder = Self::builder(id);
        for (locus, alleles) in loci {
            builder = builder.locus(locus.as_ref(), alleles)?;
        }
        builder.build()
    }

    /// Starts a profile with this opaque id.
    pub fn builder(id: &str) -> ProfileBuilder {
        ProfileBuilder {
            id: id.to_owned(),
            source: Source::Single,
            category: None,
            partial: false,
            loci: Vec::new(),
        }
    }

    /// The specimen's id: opaque, never a name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it is of one person.
    pub const fn source(&self) -> Source {
        self.source
    }

    /// The role of the specimen, where stated.
    pub const fn category(&self) -> Option<Category> {
        self.category
    }

    /// The loci with their genotypes, in the order of loci.
    pub fn loci(&self) -> &[(Locus, Genotype)] {
        &self.loci
    }

    /// The genotype at a locus; `None` where it was not typed.
    pub fn get(&self, locus: Locus) -> Option<&Genotype> {
        self.loci.binary_search_by_key(&locus, |(locus, _)| *locus).ok().map(|at| &self.loci[at].1)
    }

    /// Whether an allele is not known at some locus, or the record says that the profile is partial.
    pub fn is_partial(&self) -> bool {
        self.partial || self.loci.iter().any(|(_, genotype)| !genotype.is_complete())
    }

    /// Whether the record itself says that the profile is partial, whatever its alleles are.
    pub const fn is_marked_partial(&self) -> bool {
        self.partial
    }

    /// The sex that amelogenin says; `None` where it was not typed or is not clear.
    pub fn sex(&self) -> Option<Sex> {
        let marker = self.loci.iter().find(|(locus, _)| locus.inheritance() == Inheritance::SexMarker);
        match marker?.1.to_string().as_str() {
            "X,Y" => Some(Sex::Male),
            "X,X" => Some(Sex::Female),
            _ => None,
        }
    }

    /// The same profile under another id.
    ///
    /// # Errors
    /// The id is empty or longer than 255 bytes.
    pub fn with_id(self, id: &str) -> Result<Self> {
        check_id(id)?;
        Ok(Self { id: id.into(), ..self })
    }
}

impl ProfileBuilder {
    /// Says how many people the specimen is of.
    #[must_use]
    pub fn source(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    /// Says the role of the specimen.
    #[must_use]
    pub fn category(mut self, category: Option<Category>) -> Self {
        self.category = category;
        self
    }

    /// Says that the record calls the profile partial.
    #[must_use]
    pub fn partial(mut self, partial: bool) -> Self {
        self.partial = partial;
        self
    }

    /// Adds a locus with its alleles as text.
    ///
    /// # Errors
    /// The locus or an allele cannot be read; the error names the specimen and the locus.
    pub fn locus<A: AsRef<str>>(self, name: &str, alleles: impl IntoIterator<Item = A>) -> Result<Self> {
        let within = |error| match error {
            Error::Invalid(problem) => Error::Invalid(problem.within(format!("profile {:?}", self.id))),
            other => other,
        };
        let locus = Locus::new(name).map_err(within)?;
        let at_locus = |error| match error {
            Error::Invalid(problem) => Error::Invalid(problem.within(locus)),
            other => other,
        };
        let alleles: Result<Vec<Allele>> =
            alleles.into_iter().map(|allele| allele.as_ref().parse()).collect();
        let genotype =
            alleles.and_then(|alleles| Genotype::new(&alleles)).map_err(at_locus).map_err(within)?;
        Ok(self.genotype(locus, genotype))
    }

    /// Adds a locus with its genotype.
    #[must_use]
    pub fn genotype(mut self, locus: Locus, genotype: Genotype) -> Self {
        self.loci.push((locus, genotype));
        self
    }

    /// The profile.
    ///
    /// # Errors
    /// The id is empty or longer than 255 bytes, a locus is there twice (under whichever names), or a single-source
    /// profile has more alleles at a locus than one person can have.
    pub fn build(mut self) -> Result<Profile> {
        check_id(&self.id)?;
        let record = || format!("profile {:?}", self.id);
        self.loci.sort_by_key(|(locus, _)| *locus);
        if let Some(twice) = self.loci.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(Error::invalid(record(), "locus", twice[0].0, "each locus once"));
        }
        let too_many = |(_, genotype): &&(Locus, Genotype)| genotype.alleles().len() > MAX_SINGLE;
        if let (Source::Single, Some((locus, genotype))) = (self.source, self.loci.iter().find(too_many)) {
            let (count, expected) = (genotype.alleles().len(), "1 to 4, or a mixture");
            return Err(Error::invalid(record(), format!("number of alleles at {locus}"), count, expected));
        }
        Ok(Profile {
            id: self.id.into_boxed_str(),
            source: self.source,
            category: self.category,
            partial: self.partial,
            loci: self.loci.into_boxed_slice(),
        })
    }
}

/// Refuses ids that are no ids.
fn check_id(id: &str) -> Result<()> {
    if id.is_empty() || id.len() > MAX_ID {
        let shown: String = id.chars().take(64).collect();
        return Err(Error::invalid("", "profile id", format!("{shown:?}"), format!("1 to {MAX_ID} bytes")));
    }
    Ok(())
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("id", &self.id)
            .field("loci", &self.loci.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ProfileBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileBuilder").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A profile as it is stored.
#[derive(Serialize, Deserialize)]
struct Record {
    id: String,
    #[serde(default)]
    kind: Source,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    category: Option<Category>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    partial: bool,
    loci: Entries,
}

/// The loci of a stored profile. A map of the library would keep one of two entries of a locus in silence; here both
/// come, and the builder refuses them.
struct Entries(Vec<(Locus, StoredGenotype)>);

impl Serialize for Entries {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(locus, genotype)| (locus, genotype)))
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Map;
        impl<'de> Visitor<'de> for Map {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map of loci to alleles")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Map)
    }
}

/// A genotype as it is stored: its alleles, and the heights of their peaks where they were measured.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredGenotype {
    Alleles(Genotype),
    Peaks { alleles: Vec<Allele>, heights: Vec<f32> },
}

impl From<Profile> for Record {
    fn from(profile: Profile) -> Self {
        let stored = |genotype: &Genotype| match genotype.heights() {
            None => StoredGenotype::Alleles(genotype.clone()),
            Some(heights) => {
                StoredGenotype::Peaks { alleles: genotype.alleles().to_vec(), heights: heights.to_vec() }
            }
        };
        Self {
            id: profile.id.to_string(),
            kind: profile.source,
            category: profile.category,
            partial: profile.partial,
            loci: Entries(profile.loci.iter().map(|(locus, genotype)| (*locus, stored(genotype))).collect()),
        }
    }
}

impl TryFrom<Record> for Profile {
    type Error = Error;

    fn try_from(record: Record) -> Result<Self> {
        let mut builder =
            Self::builder(&record.id).source(record.kind).category(record.category).partial(record.partial);
        for (locus, stored) in record.loci.0 {
            let genotype = match stored {
                StoredGenotype::Alleles(genotype) => genotype,
                StoredGenotype::Peaks { alleles, heights } => {
                    if alleles.len() != heights.len() {
                        let expected = format!("one for each of {} alleles", alleles.len());
                        return Err(Error::invalid(locus, "peak heights", heights.len(), expected));
                    }
                    let peaks: Vec<(Allele, f32)> = alleles.into_iter().zip(heights).collect();
                    Genotype::with_heights(&peaks)?
                }
            };
            builder = builder.genotype(locus, genotype);
        }
        builder.build()
    }
}

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;
