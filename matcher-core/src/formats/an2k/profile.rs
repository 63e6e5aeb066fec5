//! Profiles of the standard: which transactions a body of users has, and what each must hold. The tables are data, in
//! `profiles/`; this checks a transaction against one.

use super::record::Record;
use super::transaction::Transaction;
use crate::error::{Error, Problem, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::str::FromStr;

/// A profile: mandatory fields by record type, and the transactions that it knows.
///
/// # Limits
/// It is a list of what is missing, not a verdict: conditional fields, values and orders are not checked. The source of
/// each table says how far it goes.
///
/// # Examples
/// ```
/// use matcher_core::formats::an2k::{Header, Profile, Record, Transaction};
/// let profile = Profile::builtin("ebts").unwrap();
/// let header = Header { type_of_transaction: "LFFS".into(), ..Header::default() };
/// let case = Record::tagged(2, 0).field(6, "LATENT UNIT").build()?;
/// let missing = profile.check(&Transaction::new(&header, vec![case])?);
/// assert_eq!(missing.len(), 1);
/// assert_eq!(
///     missing[0].to_string(),
///     "number of records of Type 9 is 0, expected 1 or more in a transaction LFFS (latent search by features)"
/// );
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Profile {
    /// A short name.
    pub name: String,
    /// What it is.
    pub title: String,
    /// Where its facts come from, and how far they go.
    pub source: String,
    /// The profile whose demands it adds to.
    #[serde(default)]
    pub extends: Option<String>,
    /// Fields that each record of a type must have.
    #[serde(default)]
    pub fields: BTreeMap<RecordType, Vec<u16>>,
    /// Fields that a record must have where it has data.
    #[serde(default)]
    pub with_data: BTreeMap<RecordType, Vec<u16>>,
    /// The transactions that it knows; none where it takes any.
    #[serde(default, rename = "transaction")]
    pub transactions: Vec<TransactionType>,
}

/// A record type as the key of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct RecordType(pub u8);

impl TryFrom<String> for RecordType {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let kind = text.parse().ok().filter(|kind| (1..=99).contains(kind));
        kind.map(Self).ok_or_else(|| format!("record type is {text:?}, expected 1 to 99"))
    }
}

/// A type of transaction, and what it must hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TransactionType {
    /// The value of field 1.004.
    #[serde(rename = "type")]
    pub kind: String,
    /// In words.
    pub meaning: String,
    /// Fields that a Type-2 record must have.
    #[serde(default)]
    pub fields: Vec<u16>,
    /// Records that must be there.
    #[serde(default)]
    pub records: Vec<Demand>,
}

/// How many records there must be of some types together.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Demand {
    /// The types.
    pub types: Vec<u8>,
    /// At least so many.
    pub least: usize,
    /// At most so many, where there is a bound.
    #[serde(default)]
    pub most: Option<usize>,
}

/// The longest text of a table.
const MAX_BYTES: usize = 1 << 20;

/// The shipped profiles: a file each in `profiles/`.
const BUILTIN: [&str; 3] = [
    include_str!("profiles/itl-2011.toml"),
    include_str!("profiles/ebts.toml"),
    include_str!("profiles/int-i.toml"),
];

impl FromStr for Profile {
    type Err = Error;

    /// Reads a table of at most 1 MiB, as those in `profiles/` are.
    fn from_str(text: &str) -> Result<Self> {
        if text.len() > MAX_BYTES {
            let value = format!("{} bytes", text.len());
            return Err(Error::invalid("profile", "length", value, format!("at most {MAX_BYTES}")));
        }
        toml::from_str(text).map_err(|error| {
            let message: String = error.message().chars().take(200).collect();
            Error::invalid("profile", "table", message, "a table as the shipped ones")
        })
    }
}

impl Profile {
    /// A shipped profile; `None` where there is none of this name.
    pub fn builtin(name: &str) -> Option<Self> {
        Self::all().find(|profile| profile.name == name)
    }

    /// The shipped profiles.
    pub fn all() -> impl Iterator<Item = Self> {
        // They are read by the tests too, which hold that none is left out here.
        BUILTIN.iter().filter_map(|text| text.parse().ok())
    }

    /// What a transaction lacks, in the order of its records; empty where nothing is missing that the tables know of.
    pub fn check(&self, transaction: &Transaction) -> Vec<Problem> {
        let mut missing = Vec::new();
        let base = self.extends.as_deref().and_then(Self::builtin);
        for (index, record) in transaction.records().iter().enumerate() {
            let kind = RecordType(record.kind());
            let tables = [Some(self), base.as_ref()].into_iter().flatten();
            let mut demanded: Vec<u16> = Vec::new();
            for table in tables {
                demanded.extend(table.fields.get(&kind).into_iter().flatten());
                if record.data().is_some() {
                    demanded.extend(table.with_data.get(&kind).into_iter().flatten());
                }
            }
            let why = format!("{}: a mandatory field", self.name);
            missing.extend(lacking(record, index, demanded, &why));
        }
        missing.extend(self.check_type(transaction));
        missing
    }

    /// What the type of transaction asks for.
    fn check_type(&self, transaction: &Transaction) -> Vec<Problem> {
        if self.transactions.is_empty() {
            return Vec::new();
        }
        let stated = transaction.type_of_transaction().unwrap_or_default();
        let Some(known) = self.transactions.iter().find(|known| known.kind == stated) else {
            let names: Vec<&str> = self.transactions.iter().map(|known| known.kind.as_str()).collect();
            let expected = format!("one that the table {} knows: {}", self.name, names.join(", "));
            return vec![Problem::new("", "type of transaction (1.004)", format!("{stated:?}"), expected)];
        };
        let mut missing = Vec::new();
        let of_transaction = format!("in a transaction {} ({})", known.kind, known.meaning);
        let records = || transaction.records().iter().enumerate();
        match records().find(|(_, record)| record.kind() == 2) {
            Some((index, record)) => {
                let why = format!("a mandatory field {of_transaction}");
                missing.extend(lacking(record, index, known.fields.clone(), &why));
            }
            None if known.fields.is_empty() => {}
            None => {
                let expected = format!("1 or more {of_transaction}");
                missing.push(Problem::new("", "number of records of Type 2", 0, expected));
            }
        }
        for demand in &known.records {
            let count = records().filter(|(_, record)| demand.types.contains(&record.kind())).count();
            if count < demand.least || demand.most.is_some_and(|most| count > most) {
                let types: Vec<String> = demand.types.iter().map(u8::to_string).collect();
                let field = format!("number of records of Type {}", types.join(" or "));
                let range = demand.most.map_or_else(
                    || format!("{} or more", demand.least),
                    |most| format!("{} to {most}", demand.least),
                );
                missing.push(Problem::new("", field, count, format!("{range} {of_transaction}")));
            }
        }
        missing
    }
}

/// The fields that a record lacks, or has without a value.
fn lacking(record: &Record, index: usize, mut demanded: Vec<u16>, why: &str) -> Vec<Problem> {
    demanded.sort_unstable();
    demanded.dedup();
    let is_there = |number: u16| record.field(number).is_some_and(|field| !field.value().is_empty());
    let missing = demanded.into_iter().filter(|&number| record.is_tagged() && !is_there(number));
    let problem = |number| {
        let field = format!("field {}.{number:03}", record.kind());
        Problem::new(record.name(index), field, "missing", why)
    };
    missing.map(problem).collect()
}

#[cfg(test)]
#[path = "profile_tests.rs"]
mod tests;
