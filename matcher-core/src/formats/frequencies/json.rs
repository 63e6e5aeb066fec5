//! Frequencies as JSON: `{locus: {allele: frequency}}`, one population or several.

use super::{FrequencyOptions, shown};
use crate::dna::{Frequencies, FrequenciesBuilder, Locus};
use crate::error::{Error, Result};
use serde_json::{Map, Value};

type Object = Map<String, Value>;

/// Reads one population.
pub(super) fn read(text: &str, options: &FrequencyOptions) -> Result<FrequenciesBuilder> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let at = format!("line {}, column {}", error.line(), error.column());
        Error::invalid(at, "JSON", "not complete", format!("valid JSON: {error}"))
    })?;
    let Value::Object(root) = &value else {
        return Err(Error::UnknownFormat("JSON, but no object of loci or populations".into()));
    };
    let populations = root.get("populations").and_then(Value::as_object);
    let (name, loci) = choose(populations.unwrap_or(root), options)?;
    let table_name =
        if options.name.is_empty() { name.unwrap_or(options.table_name()) } else { &options.name };
    let mut builder = Frequencies::builder(table_name);
    let meta = root.get("meta");
    if let Some(source) = meta.and_then(|meta| meta.get("source")).and_then(Value::as_str) {
        builder = builder.provenance(source);
    }
    let counted = meta.and_then(|meta| meta.get("N")).and_then(|n| n.get(name?));
    for (locus, alleles) in loci {
        let record = path(name, locus);
        let Value::Object(alleles) = alleles else {
            return Err(Error::invalid(record, "alleles", kind(alleles), "an object of frequencies"));
        };
        let mut read = Vec::with_capacity(alleles.len());
        for (allele, frequency) in alleles {
            let number = frequency.as_f64().ok_or_else(|| {
                Error::invalid(
                    &record,
                    format!("frequency of {}", shown(allele)),
                    kind(frequency),
                    "a number",
                )
            })?;
            read.push((allele.as_str(), number));
        }
        builder = builder.locus(locus, read)?;
        if let Some(counted) = counted.and_then(|counted| counted.get(locus)) {
            let wrong = || Error::invalid(&record, "alleles counted", kind(counted), "a whole number");
            builder = builder.counted(Locus::new(locus)?, counted.as_u64().ok_or_else(wrong)?);
        }
    }
    Ok(builder)
}

/// The loci of the population that is meant, and its name where it has one.
fn choose<'a>(root: &'a Object, options: &FrequencyOptions) -> Result<(Option<&'a str>, &'a Object)> {
    let has_numbers = |value: &Value| value.as_object().is_some_and(|o| o.values().any(Value::is_number));
    if root.values().any(has_numbers) {
        return match &options.population {
            None => Ok((None, root)),
            Some(name) => {
                Err(Error::invalid("", "population", shown(name), "none: the file holds one, without a name"))
            }
        };
    }
    let all = || root.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_object()?)));
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

/// What a value is, without showing it.
fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => shown(text),
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
    }
}
