//! Mutation as a case file says it: one model with a rate, or with one for fathers and one for mothers, or two models.

use super::schema::TextOr;
use crate::dna::likelihood::{Mutation, MutationModel};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

/// What a file says where nothing mutates.
const NONE: &str = "none";

/// The sexes of parents, as keys.
const SEXES: [&str; 2] = ["male", "female"];

/// Reads what stands under `mutation`.
pub(super) fn read(entry: &TextOr<Table>) -> Result<Option<Mutation>> {
    let table = match entry {
        TextOr::Text(text) if text == NONE => return Ok(None),
        TextOr::Text(text) => {
            let expected = format!("\"{NONE}\" or a table such as {{ model = \"equal\", rate = 0.001 }}");
            return Err(Error::invalid("", "mutation", super::shown(text), expected));
        }
        TextOr::Table(table) => table,
    };
    if !SEXES.iter().any(|sex| table.contains_key(*sex)) {
        return model(table).map(|model| Some(model.into()));
    }
    let mut shared = table.clone();
    let [male, female] = SEXES.map(|sex| shared.remove(sex));
    let of = |sex: &str, entry: Option<Value>| match entry {
        None => {
            Err(Error::invalid("", format!("{sex} mutation"), "missing", "a rate or a model for each sex"))
        }
        Some(Value::Table(own)) if shared.is_empty() => model(&own),
        Some(Value::Table(_)) => {
            let expected = "a rate, where the model is said for both";
            Err(Error::invalid("", format!("{sex} mutation"), "a table", expected))
        }
        Some(_) if shared.contains_key("rate") => {
            Err(Error::invalid("", "rate of mutation", "there beside male and female", "one or the other"))
        }
        Some(rate) => {
            let mut own = shared.clone();
            own.insert("rate".into(), rate);
            model(&own)
        }
    };
    Ok(Some(Mutation::by_sex(of("male", male)?, of("female", female)?)))
}

fn model(table: &Table) -> Result<MutationModel> {
    MutationModel::deserialize(Value::Table(table.clone())).map_err(|error| {
        let expected = "such as { model = \"stepwise\", rate = 0.002, rate2 = 1e-6, range = 0.1 }";
        Error::invalid("", "mutation", error.message(), expected)
    })
}

/// What stands under `mutation` for this; `None` where it cannot be said, which no model is.
pub(super) fn written(mutation: Option<&Mutation>) -> Option<Value> {
    let Some(mutation) = mutation else { return Some(Value::String(NONE.into())) };
    let table = |model: &MutationModel| Table::try_from(Flat(*model)).ok();
    let (mut male, mut female) = (table(&mutation.male)?, table(&mutation.female)?);
    if mutation.male == mutation.female {
        return Some(Value::Table(male));
    }
    let whole = (male.clone(), female.clone());
    let rates = (male.remove("rate")?, female.remove("rate")?);
    let ([male, female], mut both) = if male == female {
        ([rates.0, rates.1], male)
    } else {
        ([Value::Table(whole.0), Value::Table(whole.1)], Table::new())
    };
    both.insert(SEXES[0].into(), male);
    both.insert(SEXES[1].into(), female);
    Some(Value::Table(both))
}

/// A model, written by its own rules.
#[derive(Serialize)]
#[serde(transparent)]
struct Flat(MutationModel);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dna::likelihood::Transform;

    fn entry(text: &str) -> TextOr<Table> {
        #[derive(Deserialize)]
        struct Line {
            mutation: TextOr<Table>,
        }
        toml::from_str::<Line>(text).unwrap().mutation
    }

    #[test]
    fn mutation_is_read_and_written() {
        let stepwise = |rate: f64| MutationModel::stepwise(rate, 1e-6, 0.1).unwrap();
        let stationary = stepwise(0.001).transformed(Some(Transform::Stationary));
        for (mutation, text) in [
            (None, "none"),
            (Some(MutationModel::equal(0.001).unwrap().into()), "model = \"equal\""),
            (Some(Mutation::by_sex(stepwise(0.0035), stepwise(0.0007))), "male = 0.0035"),
            (Some(Mutation::by_sex(stepwise(0.001), stationary)), "transform = \"PM\""),
        ] {
            let written = format!("mutation = {}", written(mutation.as_ref()).unwrap());
            assert!(written.contains(text), "{written}");
            assert_eq!(read(&entry(&written)).unwrap(), mutation);
        }
    }

    #[test]
    fn what_makes_no_model_is_named() {
        for (text, expected) in [
            ("\"some\"", "mutation is \"some\", expected \"none\" or a table"),
            ("{ model = \"equal\" }", "missing field `rate`"),
            ("{ model = \"equal\", rate = 2 }", "rate is 2, expected 0 to 1"),
            ("{ model = \"equal\", rate = 0.1, rtae = 1 }", "unknown field `rtae`"),
            ("{ model = \"equal\", male = 0.1 }", "female mutation is missing"),
            ("{ model = \"equal\", rate = 0.1, male = 0.1, female = 0.2 }", "there beside male and female"),
            ("{ model = \"equal\", male = {}, female = 0.2 }", "male mutation is a table"),
        ] {
            let message = read(&entry(&format!("mutation = {text}"))).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
