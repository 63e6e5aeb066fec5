//! Frequencies as JSON: `{locus: {allele: frequency}}`, one population or several.

use super::{FrequencyOptions, shown};
use crate::dna::{Frequencies, FrequenciesBuilder, Locus};
use crate::error::{Error, Result};
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

type Object = BTreeMap<String, Value>;

/// What matters of a JSON value. An object that has a key twice is refused: `serde_json` would keep the last silently.
enum Value {
    Number(f64),
    Text(String),
    Object(Object),
    /// Anything else, in a word.
    Other(&'static str),
}

impl Value {
    fn object(&self) -> Option<&Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    fn get(&self, key: &str) -> Option<&Self> {
        self.object()?.get(key)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(&shown(text)),
            Self::Object(_) => f.write_str("an object"),
            Self::Other(what) => f.write_str(what),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Other(if value { "true" } else { "false" }))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Other("null"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Other("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = Object::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            let again = format!("{} is there twice", shown(&key));
            if object.insert(key, value).is_some() {
                return Err(A::Error::custom(again));
            }
        }
        Ok(Value::Object(object))
    }
}

/// Reads one population.
pub(super) fn read(text: &str, options: &FrequencyOptions) -> Result<FrequenciesBuilder> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let at = format!("line {}, column {}", error.line(), error.column());
        Error::invalid(at, "JSON", format!("wrong ({error})"), "valid JSON, each key of an object once")
    })?;
    let Value::Object(root) = &value else {
        return Err(Error::UnknownFormat("JSON, but no object of loci or populations".into()));
    };
    let populations = root.get("populations").and_then(Value::object);
    let (name, loci) = choose(populations.unwrap_or(root), options)?;
    let table_name =
        if options.name.is_empty() { name.unwrap_or(options.table_name()) } else { &options.name };
    let mut builder = Frequencies::builder(table_name);
    let meta = root.get("meta");
    if let Some(Value::Text(source)) = meta.and_then(|meta| meta.get("source")) {
        builder = builder.provenance(source);
    }
    let counted = meta.and_then(|meta| meta.get("N")).and_then(|n| n.get(name?));
    for (locus, alleles) in loci {
        let record = path(name, locus);
        let Value::Object(alleles) = alleles else {
            return Err(Error::invalid(record, "alleles", alleles, "an object of frequencies"));
        };
        let mut read = Vec::with_capacity(alleles.len());
        for (allele, frequency) in alleles {
            let Value::Number(number) = frequency else {
                let field = format!("frequency of {}", shown(allele));
                return Err(Error::invalid(record, field, frequency, "a number"));
            };
            read.push((allele.as_str(), *number));
        }
        builder = builder.locus(locus, read)?;
        if let Some(counted) = counted.and_then(|counted| counted.get(locus)) {
            let number = match counted {
                Value::Number(number) if (0.0..1e15).contains(number) && number.fract() == 0.0 => {
                    *number as u64
                }
                _ => return Err(Error::invalid(record, "alleles counted", counted, "a whole number")),
            };
            builder = builder.counted(Locus::new(locus)?, number);
        }
    }
    Ok(builder)
}

/// The loci of the population that is meant, and its name where it has one.
fn choose<'a>(root: &'a Object, options: &FrequencyOptions) -> Result<(Option<&'a str>, &'a Object)> {
    let has_numbers =
        |value: &Value| value.object().is_some_and(|o| o.values().any(|v| matches!(v, Value::Number(_))));
    if root.values().any(has_numbers) {
        return match &options.population {
            None => Ok((None, root)),
            Some(name) => {
                Err(Error::invalid("", "population", shown(name), "none: the file holds one, without a name"))
            }
        };
    }
    let all = || root.iter().filter_map(|(name, value)| Some((name.as_str(), value.object()?)));
    let names = || {
        let names: Vec<&str> = all().map(|(name, _)| name).take(20).collect();
        if names.is_empty() { "loci or populations in the file".to_owned() } else { names.join(", ") }
    };
    let found = match &options.population {
        Some(wanted) => all().find(|(name, _)| name.eq_ignore_ascii_case(wanted)),
        None => all().next().filter(|_| all().count() == 1),
    };
    let (name, loci) = found.ok_or_else(|| {
        let wanted = options.population.as_deref().map_or_else(|| "not chosen".to_owned(), shown);
        Error::invalid("", "population", wanted, format!("one of: {}", names()))
    })?;
    Ok((Some(name), loci))
}

fn path(population: Option<&str>, locus: &str) -> String {
    population.map_or_else(|| shown(locus), |population| format!("{}, {}", shown(population), shown(locus)))
}
