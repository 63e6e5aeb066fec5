//! A case: everything that one question of kinship needs, as a file states it.

use super::{Model, Pedigree};
use crate::dna::identification::Family;
use crate::dna::{Frequencies, Profile, Sex};
use crate::error::{Error, Result};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How far from 1 priors may sum: people write thirds as 0.333.
const ROUNDING: f64 = 5e-3;

/// One question of kinship: hypotheses with what was typed of their people, or families and the remains that may be those
/// whom they miss.
///
/// It is what files of cases are read into ([`formats::cases`](crate::formats::cases)) and holds no result.
///
/// # Limits
/// It has no `serde` of its own, because a frequency table has none: a
/// [case file](crate::formats::cases::write_case) is how it is kept.
///
/// # Examples
/// ```
/// use matcher_core::dna::Sex;
/// use matcher_core::dna::kinship::{Case, Pedigree};
/// let (father, mother) = (("AF", None, None, Some(Sex::Male)), ("M", None, None, Some(Sex::Female)));
/// let trio = Pedigree::new([father, mother, ("C", Some("AF"), Some("M"), None)])?;
/// let unrelated = Pedigree::new([father, mother, ("C", None, Some("M"), None)])?;
/// let mut case = Case {
///     name: "Is AF the father of C?".into(),
///     hypotheses: vec![("H1".into(), trio), ("H2".into(), unrelated)],
///     priors: Some(vec![0.5, 0.5]),
///     ..Case::default()
/// };
/// case.check()?;
/// case.priors = Some(vec![0.5, 0.9]);
/// assert_eq!(case.check().unwrap_err().to_string(), "case: sum of priors is 1.4, expected 1");
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Case {
    /// What is asked, or what the case is called; may be empty.
    pub name: String,
    /// Each hypothesis by its name. The last is what the others are compared against.
    pub hypotheses: Vec<(String, Pedigree)>,
    /// What was typed of the people of the hypotheses and families: the id is that of the person.
    pub profiles: Vec<Profile>,
    /// The frequencies that the case states; `None` leaves the choice to the user.
    pub frequencies: Option<Frequencies>,
    /// Theta, mutation and conventions.
    pub model: Model,
    /// The probability of each hypothesis before the profiles were known, in their order: 0.0 to 1.0, together 1.
    pub priors: Option<Vec<f64>>,
    /// Families that miss somebody.
    pub families: Vec<Family>,
    /// What was typed of remains, each under an id of its own.
    pub post_mortem: Vec<Profile>,
    /// The sex of remains as something else than amelogenin told it, by their ids.
    pub post_mortem_sex: BTreeMap<String, Sex>,
}

impl Case {
    /// Checks what its parts cannot see.
    ///
    /// People of one id are one person in all hypotheses. Families have no person in common, because they are taken for
    /// not related; nor are remains called as a person is.
    ///
    /// # Errors
    /// A hypothesis, a family, a person or remains are there twice; somebody typed is in no pedigree; somebody is a man in
    /// one hypothesis and a woman in another; priors are not one a hypothesis, in 0 to 1 and together 1 (within 0.005);
    /// a sex is said of remains that are not there.
    pub fn check(&self) -> Result<()> {
        once("hypothesis", self.hypotheses.iter().map(|(name, _)| name.as_str()))?;
        once("family", self.families.iter().map(Family::name))?;
        once("profile", self.profiles.iter().map(Profile::id))?;
        once("remains", self.post_mortem.iter().map(Profile::id))?;
        self.model.check()?;
        self.check_people()?;
        self.check_priors()?;
        let bodies: HashSet<&str> = self.post_mortem.iter().map(Profile::id).collect();
        match self.post_mortem_sex.keys().find(|id| !bodies.contains(id.as_str())) {
            Some(id) => Err(wrong("sex of remains", format!("said of {id:?}"), "remains with a profile")),
            None => Ok(()),
        }
    }

    fn check_people(&self) -> Result<()> {
        let mut sexes: HashMap<&str, Option<Sex>> = HashMap::new();
        for (name, pedigree) in &self.hypotheses {
            for person in pedigree.people() {
                let known = sexes.entry(person.id()).or_default();
                if known.is_some() && person.sex().is_some() && *known != person.sex() {
                    let value = format!("another in hypothesis {name:?}");
                    return Err(wrong(
                        &format!("sex of {:?}", person.id()),
                        value,
                        "one sex in all hypotheses",
                    ));
                }
                *known = known.or(person.sex());
            }
        }
        let mut of_families: HashMap<&str, &str> = HashMap::new();
        for family in &self.families {
            for person in family.pedigree().people() {
                if let Some(other) = of_families.insert(person.id(), family.name()) {
                    let value = format!("in the families {other:?} and {:?}", family.name());
                    let expected = "one family: an id of its own for each person";
                    return Err(wrong(&format!("person {:?}", person.id()), value, expected));
                }
            }
        }
        for profile in &self.profiles {
            let id = profile.id();
            if !(sexes.contains_key(id) || of_families.contains_key(id)) {
                let expected = "a person of a hypothesis or a family";
                return Err(wrong("profile", format!("of {id:?}, who is in no pedigree"), expected));
            }
        }
        match self.post_mortem.iter().find(|body| of_families.contains_key(body.id())) {
            Some(body) => {
                Err(wrong("remains", format!("{:?}, as a person", body.id()), "an id that no person has"))
            }
            None => Ok(()),
        }
    }

    fn check_priors(&self) -> Result<()> {
        let Some(priors) = &self.priors else { return Ok(()) };
        if priors.len() != self.hypotheses.len() {
            let expected = format!("{}, one a hypothesis", self.hypotheses.len());
            return Err(wrong("number of priors", priors.len().to_string(), expected));
        }
        if let Some(prior) = priors.iter().find(|prior| !(0.0..=1.0).contains(*prior)) {
            return Err(wrong("prior", prior.to_string(), "0 to 1"));
        }
        let sum: f64 = priors.iter().sum();
        if (sum - 1.0).abs() > ROUNDING {
            return Err(wrong("sum of priors", sum.to_string(), "1"));
        }
        Ok(())
    }
}

fn wrong(field: &str, value: String, expected: impl Into<String>) -> Error {
    Error::invalid("case", field, value, expected.into())
}

fn once<'a>(what: &str, names: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut seen = HashSet::new();
    match names.into_iter().find(|name| !seen.insert(*name)) {
        Some(twice) => Err(wrong(what, format!("{twice:?} twice"), "each once")),
        None => Ok(()),
    }
}

#[cfg(test)]
#[path = "case_tests.rs"]
mod tests;
