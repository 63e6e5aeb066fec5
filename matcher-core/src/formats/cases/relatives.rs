//! Pedigrees from pairs of parent and child, as files say them, and ids that one person has and no other.
//!
//! Such a pair does not say whether the parent is the father or the mother: the parent's sex does, or that of the
//! child's other parent.

use super::super::limits;
use crate::dna::Sex;
use crate::dna::kinship::Pedigree;
use crate::error::{Error, Result};
use std::collections::{HashMap, VecDeque};

/// Somebody whose id is known, and the sex where it is.
#[derive(Clone, Debug)]
pub(super) struct Somebody {
    pub(super) id: String,
    pub(super) sex: Option<Sex>,
}

/// A parent and a child, as places in a list of people.
#[derive(Clone, Copy, Debug)]
pub(super) struct Relation {
    pub(super) line: usize,
    pub(super) parent: usize,
    pub(super) child: usize,
}

/// How many more people may be read: pedigrees repeat them, so a short file can ask for many.
pub(super) struct Budget {
    left: usize,
    limit: usize,
}

impl Budget {
    pub(super) fn new(limit: usize) -> Self {
        Self { left: limit, limit }
    }

    /// Takes so many people out of it.
    pub(super) fn take(&mut self, record: &str, people: usize) -> Result<()> {
        let within = people <= self.left;
        let asked = self.limit.saturating_sub(self.left).saturating_add(people);
        limits::check(record, "number of people in all pedigrees", asked, within, self.limit)?;
        self.left -= people;
        Ok(())
    }
}

/// The pedigree that these relations make, and the places of parents of whom neither their own nor anybody else's sex
/// says whether they are men or women: they were taken for women.
pub(super) fn pedigree(people: &[Somebody], relations: &[Relation]) -> Result<(Pedigree, Vec<usize>)> {
    let mut parents: Vec<Vec<usize>> = vec![Vec::new(); people.len()];
    for relation in relations {
        let known = &mut parents[relation.child];
        if known.contains(&relation.parent) {
            continue;
        }
        if known.len() == 2 {
            let field = format!("number of parents of {:?}", people[relation.child].id);
            let expected = "at most 2, a father and a mother";
            return Err(Error::invalid(format!("line {}", relation.line), field, 3, expected));
        }
        known.push(relation.parent);
    }
    let (sexes, guessed) = sexes(people, &parents)?;
    let of = |child: usize, sex: Sex| {
        let parent = parents[child].iter().find(|&&parent| sexes[parent] == Some(sex));
        parent.map(|&parent| people[parent].id.as_str())
    };
    let add = |builder: crate::dna::kinship::PedigreeBuilder, place: usize| {
        builder.person(&people[place].id, of(place, Sex::Male), of(place, Sex::Female), sexes[place])
    };
    let pedigree = (0..people.len()).fold(Pedigree::builder(), add).build()?;
    Ok((pedigree, guessed))
}

const fn other(sex: Sex) -> Sex {
    match sex {
        Sex::Male => Sex::Female,
        Sex::Female => Sex::Male,
    }
}

/// Everybody's sex: as stated, or opposite to that of a child's other parent; and who had to be taken for a woman.
fn sexes(people: &[Somebody], parents: &[Vec<usize>]) -> Result<(Vec<Option<Sex>>, Vec<usize>)> {
    let mut partners: Vec<Vec<(usize, usize)>> = vec![Vec::new(); people.len()];
    for (child, both) in parents.iter().enumerate() {
        if let [a, b] = both[..] {
            partners[a].push((b, child));
            partners[b].push((a, child));
        }
    }
    let mut sexes: Vec<Option<Sex>> = people.iter().map(|somebody| somebody.sex).collect();
    let mut waiting: VecDeque<usize> = (0..people.len()).filter(|&place| sexes[place].is_some()).collect();
    let spread = |sexes: &mut Vec<Option<Sex>>, waiting: &mut VecDeque<usize>| {
        while let Some(place) = waiting.pop_front() {
            let Some(sex) = sexes[place] else { continue };
            for &(partner, child) in &partners[place] {
                match sexes[partner] {
                    None => {
                        sexes[partner] = Some(other(sex));
                        waiting.push_back(partner);
                    }
                    Some(same) if same == sex => {
                        let value = if sex == Sex::Male { "two men" } else { "two women" };
                        let field = format!("parents of {:?}", people[child].id);
                        return Err(Error::invalid("", field, value, "a father and a mother"));
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(())
    };
    spread(&mut sexes, &mut waiting)?;
    let mut guessed = Vec::new();
    for &parent in parents.iter().flatten() {
        if sexes[parent].is_none() {
            sexes[parent] = Some(Sex::Female);
            guessed.push(parent);
            waiting.push_back(parent);
            spread(&mut sexes, &mut waiting)?;
        }
    }
    Ok((sexes, guessed))
}

/// Which names several groups of people use: each family of a file has its own `Father`.
#[derive(Default)]
pub(super) struct Ids<'a> {
    uses: HashMap<&'a str, usize>,
}

impl<'a> Ids<'a> {
    /// One more group uses this name.
    pub(super) fn add(&mut self, name: &'a str) {
        *self.uses.entry(name).or_default() += 1;
    }

    /// The id of somebody of a group: the name, and the group before it where another group has the same name.
    pub(super) fn id(&self, group: &str, name: &str) -> String {
        match self.uses.get(name) {
            Some(2..) => format!("{group}: {name}"),
            _ => name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn somebody(id: &str, sex: Option<Sex>) -> Somebody {
        Somebody { id: id.to_owned(), sex }
    }

    fn relation(line: usize, parent: usize, child: usize) -> Relation {
        Relation { line, parent, child }
    }

    #[test]
    fn the_sex_of_a_parent_follows_from_the_other() {
        let people = [("A", None), ("B", None), ("C", Some(Sex::Male)), ("D", None), ("E", None)]
            .map(|(id, sex)| somebody(id, sex));
        // D is the child of A and B, E that of B and C: so B is a woman and A a man.
        let relations = [relation(1, 0, 3), relation(2, 1, 3), relation(3, 1, 4), relation(4, 2, 4)];
        let (found, guessed) = pedigree(&people, &relations).unwrap();
        assert!(guessed.is_empty());
        let sex = |id: &str| found.people()[found.find(id).unwrap()].sex();
        assert_eq!((sex("A"), sex("B"), sex("D")), (Some(Sex::Male), Some(Sex::Female), None));

        let (found, guessed) = pedigree(&people, &[relation(1, 0, 3), relation(1, 0, 3)]).unwrap();
        assert_eq!(guessed, [0]);
        assert_eq!(found.people()[found.find("D").unwrap()].mother(), found.find("A"));
    }

    #[test]
    fn parents_that_cannot_be_are_named() {
        let people = ["A", "B", "C", "D"].map(|id| somebody(id, Some(Sex::Male)));
        let message = |relations: &[Relation]| pedigree(&people, relations).unwrap_err().to_string();
        assert_eq!(
            message(&[relation(7, 0, 3), relation(8, 1, 3)]),
            "parents of \"D\" is two men, expected a father and a mother"
        );
        assert_eq!(
            message(&[relation(7, 0, 3), relation(8, 1, 3), relation(9, 2, 3)]),
            "line 9: number of parents of \"D\" is 3, expected at most 2, a father and a mother"
        );
    }

    #[test]
    fn names_that_are_used_twice_name_their_group() {
        let mut ids = Ids::default();
        for name in ["Father", "R1", "Father"] {
            ids.add(name);
        }
        assert_eq!((ids.id("F1", "Father"), ids.id("F1", "R1")), ("F1: Father".to_owned(), "R1".to_owned()));
    }

    #[test]
    fn a_budget_ends() {
        let mut budget = Budget::new(10);
        assert!(budget.take("a", 10).is_ok());
        assert_eq!(
            budget.take("line 3", usize::MAX).unwrap_err().to_string(),
            format!(
                "line 3: number of people in all pedigrees is {}, expected at most 10, the limit set for reading",
                usize::MAX
            )
        );
    }
}
