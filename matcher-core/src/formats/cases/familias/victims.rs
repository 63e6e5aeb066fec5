//! The DVI section of a Familias project: remains, and families with their pedigrees, as the file says them.

use super::super::super::report::Report;
use super::super::text::{at, shown, whole};
use super::lines::Lines;
use super::sections::{Item, Path, next};
use crate::dna::Sex;
use crate::error::{Error, Problem, Result};

/// What one specimen showed at one locus: names as they stand in the file.
pub(super) struct System<'a> {
    pub(super) line: usize,
    pub(super) name: &'a str,
    pub(super) alleles: [Option<&'a str>; 2],
}

/// Somebody of a family, or remains.
#[derive(Default)]
pub(super) struct Sample<'a> {
    pub(super) line: usize,
    pub(super) name: &'a str,
    pub(super) sex: Option<Sex>,
    pub(super) systems: Vec<System<'a>>,
    stated: Option<usize>,
}

/// A parent and a child by name.
pub(super) struct Pair<'a> {
    pub(super) line: usize,
    pub(super) parent: &'a str,
    pub(super) child: &'a str,
}

/// A pedigree of a family.
#[derive(Default)]
pub(super) struct Tree<'a> {
    pub(super) line: usize,
    pub(super) name: &'a str,
    pub(super) pairs: Vec<Pair<'a>>,
    parent: Option<&'a str>,
    stated: Option<usize>,
}

/// A family.
#[derive(Default)]
pub(super) struct Household<'a> {
    pub(super) line: usize,
    pub(super) name: &'a str,
    pub(super) people: Vec<Sample<'a>>,
    pub(super) trees: Vec<Tree<'a>>,
    people_stated: Option<usize>,
    trees_stated: Option<usize>,
}

/// All of the section.
#[derive(Default)]
pub(super) struct Victims<'a> {
    pub(super) bodies: Vec<Sample<'a>>,
    pub(super) families: Vec<Household<'a>>,
    bodies_stated: Option<usize>,
    families_stated: Option<usize>,
    there: bool,
}

/// Reads what follows the loci: the victims, and settings of the program, which are remarked on where they matter.
pub(super) fn victims<'a>(lines: &mut Lines<'a>, report: &mut Report) -> Result<Victims<'a>> {
    let (mut victims, mut path) = (Victims::default(), Path::default());
    let mut kinds = path.kinds();
    while let Some(item) = next(lines, kinds.get(1) == Some(&"Notes"))? {
        let line = lines.line();
        match item {
            Item::Heading(depth, name) => {
                path.enter(line, depth, name)?;
                kinds = path.kinds();
                victims.begin(&kinds, line);
            }
            Item::Entry(key, value) => match kinds.first() {
                Some(&"DVI") => victims.entry(&kinds, line, key, value)?,
                Some(_) => setting(&kinds, line, key, value, report),
                None => return Err(Error::invalid(at(line), "line", shown(key), "a heading in brackets")),
            },
        }
    }
    victims.check(lines.line())?;
    Ok(victims)
}

/// Says of a setting that it is not used, where it would change a number.
fn setting(kinds: &[&str], line: usize, key: &str, value: &str, report: &mut Report) {
    let matters = match kinds {
        ["Prior"] => key == "Size",
        ["Advanced", "Direct/Identity"] => value.parse::<f64>() != Ok(0.0),
        _ => false,
    };
    if matters {
        let field = format!("{} {key}", kinds.join(", "));
        report
            .remark(None, Problem::new(at(line), field, shown(value), "a setting of the program (not used)"));
    }
}

const BODY: [&str; 3] = ["DVI", "Unidentified persons", "Person"];
const FAMILY: [&str; 3] = ["DVI", "Reference Families", "Family"];

impl<'a> Victims<'a> {
    /// Whether the file has such a section.
    pub(super) const fn is_there(&self) -> bool {
        self.there
    }

    /// Makes room for what a heading announces.
    fn begin(&mut self, kinds: &[&str], line: usize) {
        let sample = || Sample { line, ..Sample::default() };
        self.there |= kinds == ["DVI"];
        if kinds == BODY {
            self.bodies.push(sample());
        } else if kinds == FAMILY {
            self.families.push(Household { line, ..Household::default() });
        } else if let (Some(rest), Some(family)) = (kinds.strip_prefix(&FAMILY), self.families.last_mut()) {
            match rest {
                ["Persons", "Person"] => family.people.push(sample()),
                ["Pedigrees", "Pedigree"] => family.trees.push(Tree { line, ..Tree::default() }),
                _ => {}
            }
        }
    }

    fn entry(&mut self, kinds: &[&str], line: usize, key: &'a str, value: &'a str) -> Result<()> {
        let count = |key: &str| whole(line, key, value, usize::MAX).map(Some);
        match (kinds, key) {
            (["DVI", "Unidentified persons"], "nPersons") => self.bodies_stated = count(key)?,
            (["DVI", "Reference Families"], "nFamilies") => self.families_stated = count(key)?,
            (["DVI", "Notes", ..], _) => {}
            _ => {
                if let (Some(rest), Some(body)) = (kinds.strip_prefix(&BODY), self.bodies.last_mut()) {
                    return body.entry(rest, line, key, value);
                }
                if let (Some(rest), Some(family)) = (kinds.strip_prefix(&FAMILY), self.families.last_mut()) {
                    return family.entry(rest, line, key, value);
                }
                return Err(unknown(kinds.last().copied().unwrap_or("DVI"), line, key));
            }
        }
        Ok(())
    }

    /// Whether everything is there that the file says is there: one that is cut is no whole case.
    fn check(&self, end: usize) -> Result<()> {
        if !self.there {
            return Ok(());
        }
        // A section that was cut lacks the last numbers.
        stated(end, "unidentified persons", self.bodies_stated.or(Some(0)), self.bodies.len())?;
        stated(end, "families", self.families_stated, self.families.len())?;
        self.bodies.iter().try_for_each(Sample::check)?;
        for family in &self.families {
            named(family.line, "name of a family", family.name)?;
            stated(family.line, "people", family.people_stated, family.people.len())?;
            stated(family.line, "pedigrees", family.trees_stated, family.trees.len())?;
            family.people.iter().try_for_each(Sample::check)?;
            for tree in &family.trees {
                stated(tree.line, "relations", tree.stated, tree.pairs.len())?;
            }
        }
        Ok(())
    }
}

impl<'a> Household<'a> {
    fn entry(&mut self, rest: &[&str], line: usize, key: &'a str, value: &'a str) -> Result<()> {
        let count = |key: &str| whole(line, key, value, usize::MAX).map(Some);
        match (rest, key, self.people.last_mut(), self.trees.last_mut()) {
            ([], "Name", ..) => self.name = value,
            (["Persons"], "nPersons", ..) => self.people_stated = count(key)?,
            (["Pedigrees"], "nPedigrees", ..) => self.trees_stated = count(key)?,
            (["Persons", "Person", rest @ ..], _, Some(person), _) => {
                return person.entry(rest, line, key, value);
            }
            (["Pedigrees", "Pedigree"], _, _, Some(tree)) => return tree.entry(line, key, value),
            _ => return Err(unknown(rest.last().copied().unwrap_or("Family"), line, key)),
        }
        Ok(())
    }
}

impl<'a> Sample<'a> {
    fn entry(&mut self, rest: &[&str], line: usize, key: &'a str, value: &'a str) -> Result<()> {
        match (rest, key) {
            ([], "Name") => self.name = value,
            ([], "Gender") => {
                self.sex = match value.to_ascii_lowercase().as_str() {
                    "male" => Some(Sex::Male),
                    "female" => Some(Sex::Female),
                    "" | "unknown" | "undefined" | "undetermined" => None,
                    _ => {
                        return Err(Error::invalid(
                            at(line),
                            "Gender",
                            shown(value),
                            "Male, Female or Unknown",
                        ));
                    }
                }
            }
            (["DNA data"], "nSystems") => self.stated = Some(whole(line, key, value, usize::MAX)?),
            (["DNA data"], "SystemName") => {
                self.systems.push(System { line, name: value, alleles: [None; 2] });
            }
            (["DNA data"], "Allele1" | "Allele2") => {
                let place = usize::from(key == "Allele2");
                let Some(system) = self.systems.last_mut().filter(|system| system.alleles[place].is_none())
                else {
                    return Err(Error::invalid(at(line), key, shown(value), "a SystemName before it"));
                };
                system.alleles[place] = Some(value);
            }
            _ => return Err(unknown(rest.last().copied().unwrap_or("Person"), line, key)),
        }
        Ok(())
    }

    fn check(&self) -> Result<()> {
        named(self.line, "name of a person", self.name)?;
        stated(self.line, "systems", self.stated, self.systems.len())
    }
}

impl<'a> Tree<'a> {
    fn entry(&mut self, line: usize, key: &'a str, value: &'a str) -> Result<()> {
        match (key, self.parent) {
            ("Name", _) => self.name = value,
            ("nRelations", _) => self.stated = Some(whole(line, key, value, usize::MAX)?),
            ("Parent" | "Child", _) if value.is_empty() => {
                return Err(Error::invalid(at(line), key, "missing", "a name"));
            }
            ("Parent", None) => self.parent = Some(value),
            ("Child", Some(parent)) => {
                self.pairs.push(Pair { line, parent, child: value });
                self.parent = None;
            }
            ("Parent" | "Child", _) => {
                return Err(Error::invalid(at(line), key, shown(value), "Parent and Child by turns"));
            }
            _ => return Err(unknown("Pedigree", line, key)),
        }
        Ok(())
    }
}

fn unknown(place: &str, line: usize, key: &str) -> Error {
    Error::invalid(at(line), format!("key in {place}"), shown(key), "one that Familias 3 writes there")
}

fn named(line: usize, field: &str, name: &str) -> Result<()> {
    if name.is_empty() {
        return Err(Error::invalid(at(line), field, "missing", "a name"));
    }
    Ok(())
}

/// Whether so many were found as the file says.
fn stated(line: usize, what: &str, stated: Option<usize>, found: usize) -> Result<()> {
    let expected = match stated {
        Some(stated) if stated == found => return Ok(()),
        Some(stated) => format!("{stated}, as the file says"),
        None => "a line that says how many there are".to_owned(),
    };
    Err(Error::invalid(at(line), format!("number of {what}"), found, expected))
}
