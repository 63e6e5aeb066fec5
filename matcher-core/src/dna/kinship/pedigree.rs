//! A pedigree: who is whose father and mother, checked so that whatever reads it need not.
//!
//! People are in one order, parents before their children, so that a walk in that order meets nobody too early.

use crate::dna::Sex;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// The most people that a pedigree may have.
pub const MAX_PEOPLE: usize = 10_000;

/// One person of a pedigree.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub(super) id: Box<str>,
    pub(super) father: Option<usize>,
    pub(super) mother: Option<usize>,
    pub(super) sex: Option<Sex>,
    pub(super) inbreeding: f64,
}

impl Person {
    /// The opaque id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The place of the father in [`Pedigree::people`]; `None` where he is not in the pedigree.
    pub const fn father(&self) -> Option<usize> {
        self.father
    }

    /// The place of the mother in [`Pedigree::people`]; `None` where she is not in the pedigree.
    pub const fn mother(&self) -> Option<usize> {
        self.mother
    }

    /// The sex, as it was said or as being a parent says; `None` where neither does.
    pub const fn sex(&self) -> Option<Sex> {
        self.sex
    }

    /// Whether neither parent is in the pedigree.
    pub const fn is_founder(&self) -> bool {
        self.father.is_none() && self.mother.is_none()
    }

    /// How probable it is that both alleles of a founder are copies of one ancestral allele, 0.0 to 1.0; 0 for all others.
    pub const fn inbreeding(&self) -> f64 {
        self.inbreeding
    }
}

/// People and who their parents are; one family or several that are not related.
///
/// A parent who is not in the pedigree gives an allele drawn from the population. In a likelihood that is not the same as
/// a parent who is in it and was not typed, where alleles may mutate: see
/// [`Model::prune_untyped`](super::Model::prune_untyped).
///
/// # Examples
/// ```
/// use matcher_core::dna::Sex;
/// use matcher_core::dna::kinship::Pedigree;
/// let trio = Pedigree::new([
///     ("child", Some("father"), Some("mother"), None),
///     ("father", None, None, Some(Sex::Male)),
///     ("mother", None, None, Some(Sex::Female)),
/// ])?;
/// let child = trio.find("child").expect("it is there");
/// assert_eq!(trio.people()[child].father(), trio.find("father"));
/// assert_eq!(trio.founders().count(), 2);
///
/// let loop_of_two = Pedigree::new([("A", Some("B"), None, None), ("B", Some("A"), None, None)]);
/// assert_eq!(
///     loop_of_two.unwrap_err().to_string(),
///     "person \"A\": ancestors is \"A\" among them, expected nobody who descends from themselves"
/// );
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Record>", into = "Vec<Record>")]
pub struct Pedigree {
    people: Box<[Person]>,
}

/// Collects a pedigree; [`build`](Self::build) checks it.
#[derive(Clone, Debug, Default)]
pub struct PedigreeBuilder {
    records: Vec<Record>,
}

/// A person as written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    id: String,
    #[serde(default)]
    father: Option<String>,
    #[serde(default)]
    mother: Option<String>,
    #[serde(default)]
    sex: Option<Sex>,
    #[serde(default, skip_serializing_if = "is_zero")]
    inbreeding: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

impl Pedigree {
    /// From people as (id, father, mother, sex), in any order.
    ///
    /// # Errors
    /// As [`PedigreeBuilder::build`].
    pub fn new<'a>(
        people: impl IntoIterator<Item = (&'a str, Option<&'a str>, Option<&'a str>, Option<Sex>)>,
    ) -> Result<Self> {
        let add =
            |builder: PedigreeBuilder, (id, father, mother, sex)| builder.person(id, father, mother, sex);
        people.into_iter().fold(Self::builder(), add).build()
    }

    /// Starts a pedigree.
    pub fn builder() -> PedigreeBuilder {
        PedigreeBuilder::default()
    }

    /// Several pedigrees as one: families that are not related.
    ///
    /// # Errors
    /// Somebody is in two of them, or they have more than [`MAX_PEOPLE`] people in all.
    pub fn join<'a>(pedigrees: impl IntoIterator<Item = &'a Self>) -> Result<Self> {
        let records = pedigrees.into_iter().flat_map(Self::records).collect();
        PedigreeBuilder { records }.build()
    }

    /// The people, parents before their children.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// The place of a person in [`people`](Self::people).
    pub fn find(&self, id: &str) -> Option<usize> {
        self.people.iter().position(|person| &*person.id == id)
    }

    /// The places of those of whom neither parent is in the pedigree.
    pub fn founders(&self) -> impl Iterator<Item = usize> {
        (0..self.people.len()).filter(|&place| self.people[place].is_founder())
    }

    /// The places of the children of a person.
    pub fn children(&self, place: usize) -> impl Iterator<Item = usize> {
        let is_child = move |person: &Person| person.father == Some(place) || person.mother == Some(place);
        (0..self.people.len()).filter(move |&other| is_child(&self.people[other]))
    }

    /// The same with one more person, a founder who is related to nobody in it.
    ///
    /// # Errors
    /// The person is in it already.
    pub fn with_unrelated(&self, id: &str, sex: Option<Sex>) -> Result<Self> {
        self.to_builder().person(id, None, None, sex).build()
    }

    /// The same with another id for one person.
    ///
    /// # Errors
    /// The new id is somebody else's, or is empty.
    pub fn renamed(&self, from: &str, to: &str) -> Result<Self> {
        let mut builder = self.to_builder();
        for record in &mut builder.records {
            let ids = [Some(&mut record.id), record.father.as_mut(), record.mother.as_mut()];
            ids.into_iter().flatten().filter(|id| *id == from).for_each(|id| to.clone_into(id));
        }
        builder.build()
    }

    /// All of it, to be changed and checked again.
    pub fn to_builder(&self) -> PedigreeBuilder {
        PedigreeBuilder { records: self.records().collect() }
    }

    fn records(&self) -> impl Iterator<Item = Record> {
        let id = |place: Option<usize>| place.map(|place| self.people[place].id.to_string());
        self.people.iter().map(move |person| Record {
            id: person.id.to_string(),
            father: id(person.father),
            mother: id(person.mother),
            sex: person.sex,
            inbreeding: person.inbreeding,
        })
    }
}

impl PedigreeBuilder {
    /// Adds a person. Parents are named by id and may be added later.
    #[must_use]
    pub fn person(mut self, id: &str, father: Option<&str>, mother: Option<&str>, sex: Option<Sex>) -> Self {
        self.records.push(Record {
            id: id.to_owned(),
            father: father.map(str::to_owned),
            mother: mother.map(str::to_owned),
            sex,
            inbreeding: 0.0,
        });
        self
    }

    /// Says the sex of a person who was added.
    #[must_use]
    pub(super) fn sex(mut self, id: &str, sex: Option<Sex>) -> Self {
        if let Some(record) = self.records.iter_mut().find(|record| record.id == id) {
            record.sex = sex;
        }
        self
    }

    /// Says of the founder added last how probable it is that both alleles are copies of one ancestral allele, 0.0 to 1.0.
    #[must_use]
    pub fn inbreeding(mut self, coefficient: f64) -> Self {
        if let Some(last) = self.records.last_mut() {
            last.inbreeding = coefficient;
        }
        self
    }

    /// Checks all that was added.
    ///
    /// # Errors
    /// There is nobody or there are more than [`MAX_PEOPLE`]; an id is empty or there twice; a parent is not in the
    /// pedigree; father or mother has the other sex, or one person is both; somebody descends from themselves; an
    /// inbreeding coefficient is not in 0 to 1 or is said of somebody who has parents here.
    pub fn build(self) -> Result<Pedigree> {
        let records = self.records;
        if records.is_empty() || records.len() > MAX_PEOPLE {
            return Err(Error::invalid(
                "pedigree",
                "number of people",
                records.len(),
                format!("1 to {MAX_PEOPLE}"),
            ));
        }
        let mut places = HashMap::with_capacity(records.len());
        for (place, record) in records.iter().enumerate() {
            if record.id.is_empty() {
                return Err(Error::invalid("pedigree", "id", "empty", "an id of one character or more"));
            }
            if places.insert(record.id.as_str(), place).is_some() {
                return Err(wrong(
                    record,
                    "id",
                    "there twice",
                    "each person once, with one father and one mother",
                ));
            }
        }
        let mut people: Vec<Person> =
            records.iter().map(|record| person(record, &places)).collect::<Result<_>>()?;
        for place in 0..people.len() {
            let parents = [(people[place].father, Sex::Male), (people[place].mother, Sex::Female)];
            for (parent, sex) in parents {
                let Some(parent) = parent else { continue };
                if people[parent].sex.is_some_and(|stated| stated != sex) {
                    let (role, value) = match sex {
                        Sex::Male => ("father", "a woman"),
                        Sex::Female => ("mother", "a man"),
                    };
                    let value = format!("{:?}, {value}", people[parent].id);
                    return Err(wrong(&records[place], role, value, "a person of the sex of that parent"));
                }
                people[parent].sex = Some(sex);
            }
        }
        let order = parents_first(&people, &records)?;
        Ok(Pedigree { people: reordered(&people, &order) })
    }
}

fn wrong(record: &Record, field: &str, value: impl std::fmt::Display, expected: &str) -> Error {
    Error::invalid(format!("person {:?}", record.id), field, value, expected)
}

fn person(record: &Record, places: &HashMap<&str, usize>) -> Result<Person> {
    let place = |parent: &Option<String>, role: &str| match parent {
        None => Ok(None),
        Some(id) => places.get(id.as_str()).copied().map(Some).ok_or_else(|| {
            wrong(
                record,
                role,
                format!("{id:?}, who is not in the pedigree"),
                "a person of the pedigree, or none",
            )
        }),
    };
    let (father, mother) = (place(&record.father, "father")?, place(&record.mother, "mother")?);
    if father.is_some() && father == mother {
        return Err(wrong(record, "father and mother", "one person", "two people"));
    }
    let inbreeding = record.inbreeding;
    if !(0.0..=1.0).contains(&inbreeding) {
        return Err(wrong(record, "inbreeding coefficient", inbreeding, "0 to 1"));
    }
    if inbreeding != 0.0 && (father.is_some() || mother.is_some()) {
        return Err(wrong(
            record,
            "inbreeding coefficient",
            inbreeding,
            "one of a founder: the pedigree says that of all others",
        ));
    }
    Ok(Person {
        id: record.id.as_str().into(),
        father,
        mother,
        sex: record.sex,
        inbreeding: inbreeding.abs(),
    })
}

/// The places so ordered that parents come before their children, and otherwise as they were added.
fn parents_first(people: &[Person], records: &[Record]) -> Result<Vec<usize>> {
    let mut order = Vec::with_capacity(people.len());
    let (mut done, mut open) = (vec![false; people.len()], HashSet::new());
    for start in 0..people.len() {
        // Depth first without recursion: a chain of generations may be long.
        let mut stack = vec![start];
        while let Some(&place) = stack.last() {
            let waiting = [people[place].father, people[place].mother].into_iter().flatten();
            let waiting: Vec<usize> = waiting.filter(|&parent| !done[parent]).collect();
            if done[place] {
                stack.pop();
            } else if waiting.is_empty() {
                done[place] = true;
                open.remove(&place);
                order.push(place);
                stack.pop();
            } else if !open.insert(place) {
                let value = format!("{:?} among them", records[place].id);
                return Err(wrong(
                    &records[place],
                    "ancestors",
                    value,
                    "nobody who descends from themselves",
                ));
            } else {
                stack.extend(waiting.into_iter().rev());
            }
        }
    }
    Ok(order)
}

fn reordered(people: &[Person], order: &[usize]) -> Box<[Person]> {
    let mut new_place = vec![0; order.len()];
    order.iter().enumerate().for_each(|(new, &old)| new_place[old] = new);
    let moved = |person: &Person| Person {
        father: person.father.map(|old| new_place[old]),
        mother: person.mother.map(|old| new_place[old]),
        ..person.clone()
    };
    order.iter().map(|&old| moved(&people[old])).collect()
}

impl TryFrom<Vec<Record>> for Pedigree {
    type Error = Error;

    fn try_from(records: Vec<Record>) -> Result<Self> {
        PedigreeBuilder { records }.build()
    }
}

impl From<Pedigree> for Vec<Record> {
    fn from(pedigree: Pedigree) -> Self {
        pedigree.records().collect()
    }
}

#[cfg(test)]
#[path = "pedigree_tests.rs"]
mod tests;
