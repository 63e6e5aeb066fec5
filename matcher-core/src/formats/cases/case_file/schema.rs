//! The keys of a case file, as they are written.

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use toml::Spanned;

/// The whole file.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseEntry {
    #[serde(default)]
    pub(super) question: String,
    #[serde(default)]
    pub(super) frequencies: Option<Spanned<TextOr<FrequenciesEntry>>>,
    #[serde(default)]
    pub(super) rare: Option<Spanned<TextOr<toml::Table>>>,
    #[serde(default)]
    pub(super) theta: f64,
    #[serde(default)]
    pub(super) mutation: Option<Spanned<TextOr<toml::Table>>>,
    #[serde(default)]
    pub(super) mutation_at: BTreeMap<String, Spanned<TextOr<toml::Table>>>,
    #[serde(default)]
    pub(super) prune_untyped: bool,
    #[serde(default)]
    pub(super) dropout: BTreeMap<String, f64>,
    #[serde(default)]
    pub(super) priors: Option<Spanned<BTreeMap<String, f64>>>,
    #[serde(default)]
    pub(super) profiles: Option<Spanned<TextOr<ProfilesEntry>>>,
    #[serde(default)]
    pub(super) post_mortem: Option<Spanned<TextOr<ProfilesEntry>>>,
    #[serde(default)]
    pub(super) post_mortem_sex: BTreeMap<String, SexEntry>,
    #[serde(default)]
    pub(super) hypothesis: Vec<Spanned<HypothesisEntry>>,
    #[serde(default)]
    pub(super) family: Vec<Spanned<FamilyEntry>>,
}

/// Alleles by locus by id.
pub(super) type ProfilesEntry = BTreeMap<String, BTreeMap<String, Vec<TextOrNumber>>>;

/// A hypothesis.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HypothesisEntry {
    pub(super) name: String,
    pub(super) people: Vec<PersonEntry>,
}

/// A family that misses somebody.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FamilyEntry {
    pub(super) name: String,
    pub(super) people: Vec<PersonEntry>,
    pub(super) missing: Vec<String>,
}

/// Somebody with their parents.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonEntry {
    pub(super) id: String,
    #[serde(default)]
    pub(super) father: Option<String>,
    #[serde(default)]
    pub(super) mother: Option<String>,
    #[serde(default)]
    pub(super) sex: Option<SexEntry>,
    #[serde(default)]
    pub(super) inbreeding: f64,
}

/// The sex as a word.
#[derive(Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SexEntry {
    Male,
    Female,
    Unknown,
}

/// A table of frequencies, in the file or beside it.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrequenciesEntry {
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) provenance: Option<String>,
    #[serde(default)]
    pub(super) file: Option<String>,
    #[serde(default)]
    pub(super) population: Option<String>,
    #[serde(default)]
    pub(super) loci: BTreeMap<String, BTreeMap<String, f64>>,
    #[serde(default)]
    pub(super) people: Option<u64>,
    #[serde(default)]
    pub(super) counted: BTreeMap<String, u64>,
    #[serde(default)]
    pub(super) silent: BTreeMap<String, f64>,
    #[serde(default)]
    pub(super) x_linked: Vec<String>,
    #[serde(default)]
    pub(super) linked: Vec<LinkedEntry>,
}

/// Two linked loci.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkedEntry {
    pub(super) loci: [String; 2],
    pub(super) rho: f64,
}

/// Text, or a number as the text that it is: `0.01` may stand for `"0.01"`.
pub(super) struct TextOrNumber(pub(super) String);

impl<'de> Deserialize<'de> for TextOrNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = TextOrNumber;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a number")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<TextOrNumber, E> {
                Ok(TextOrNumber(text.to_owned()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<TextOrNumber, E> {
                Ok(TextOrNumber(number.to_string()))
            }

            // The shortest text that is this number is the one that stood there: 9.3 stays 9.3.
            fn visit_f64<E: de::Error>(self, number: f64) -> Result<TextOrNumber, E> {
                Ok(TextOrNumber(number.to_string()))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A word (or a number, as text) where a word says all, else a table.
pub(super) enum TextOr<T> {
    Text(String),
    Table(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for TextOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = TextOr<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a table")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<TextOr<T>, E> {
                Ok(TextOr::Text(text.to_owned()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<TextOr<T>, E> {
                Ok(TextOr::Text(number.to_string()))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<TextOr<T>, E> {
                Ok(TextOr::Text(number.to_string()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<TextOr<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(TextOr::Table)
            }
        }
        deserializer.deserialize_any(Either(PhantomData))
    }
}
