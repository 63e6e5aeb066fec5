//! How two people may be related: by name, or by how probable it is that their genes are copies of the same ones.

use super::pedigree::Pedigree;
use crate::dna::Sex;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A relation between two people, the first and the second.
///
/// # Method
/// The coefficients say with which probability the genes of two people are identical by descent (IBD): `k0`, `k1` and `k2`
/// that none, one or both of the first person's genes have a copy in the second.
///
/// | relation | k0 | k1 | k2 |
/// |---|---|---|---|
/// | `identical` | 0 | 0 | 1 |
/// | `parent-child` | 0 | 1 | 0 |
/// | `full-siblings` | 1/4 | 1/2 | 1/4 |
/// | `half-siblings`, `grandparent`, `avuncular` | 1/2 | 1/2 | 0 |
/// | `double-first-cousins` | 9/16 | 6/16 | 1/16 |
/// | `first-cousins`, `half-avuncular`, `great-grandparent` | 3/4 | 1/4 | 0 |
/// | `half-first-cousins`, `first-cousins-once-removed` | 7/8 | 1/8 | 0 |
/// | `second-cousins` | 15/16 | 1/16 | 0 |
/// | `unrelated` | 1 | 0 | 0 |
///
/// Who is inbred needs more: the nine condensed states of [`Jacquard`](Self::Jacquard).
///
/// # References
/// A. Jacquard, *The Genetic Structure of Populations*, 1974; M. D. Vigeland, *Pedigree Analysis in R*, 2021.
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::Relation;
/// let siblings: Relation = "full-siblings".parse()?;
/// assert_eq!(siblings.ibd(), Some([0.25, 0.5, 0.25]));
/// let any = Relation::ibd_coefficients(0.5, 0.5, 0.0)?;
/// assert_eq!(any.to_string(), "k=(0.5, 0.5, 0)");
/// assert!(Relation::ibd_coefficients(0.5, 0.6, 0.0).is_err());
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Relation {
    /// One person, or identical twins.
    Identical,
    /// The first is a parent of the second.
    ParentChild,
    /// The same father and mother.
    FullSiblings,
    /// One parent in common.
    HalfSiblings,
    /// The first is a grandparent of the second.
    Grandparent,
    /// The first is an uncle or aunt of the second.
    Avuncular,
    /// A parent of one and a parent of the other are full siblings.
    FirstCousins,
    /// Both parents of one are full siblings of both parents of the other.
    DoubleFirstCousins,
    /// The first is a half-sibling of a parent of the second.
    HalfAvuncular,
    /// A parent of one and a parent of the other are half-siblings.
    HalfFirstCousins,
    /// The first is a great-grandparent of the second.
    GreatGrandparent,
    /// The first is a first cousin of a parent of the second.
    FirstCousinsOnceRemoved,
    /// Children of first cousins.
    SecondCousins,
    /// No common ancestor but those of the population.
    Unrelated,
    /// Any coefficients `[k0, k1, k2]` of two people who are not inbred; see [`ibd_coefficients`](Self::ibd_coefficients).
    Ibd([f64; 3]),
    /// Any coefficients of the nine condensed identity states; see [`jacquard`](Self::jacquard).
    Jacquard([f64; 9]),
}

/// Every relation that has a name, with its coefficients.
const NAMED: &[(Relation, &str, [f64; 3])] = &[
    (Relation::Identical, "identical", [0.0, 0.0, 1.0]),
    (Relation::ParentChild, "parent-child", [0.0, 1.0, 0.0]),
    (Relation::FullSiblings, "full-siblings", [0.25, 0.5, 0.25]),
    (Relation::HalfSiblings, "half-siblings", [0.5, 0.5, 0.0]),
    (Relation::Grandparent, "grandparent", [0.5, 0.5, 0.0]),
    (Relation::Avuncular, "avuncular", [0.5, 0.5, 0.0]),
    (Relation::FirstCousins, "first-cousins", [0.75, 0.25, 0.0]),
    (Relation::DoubleFirstCousins, "double-first-cousins", [0.5625, 0.375, 0.0625]),
    (Relation::HalfAvuncular, "half-avuncular", [0.75, 0.25, 0.0]),
    (Relation::HalfFirstCousins, "half-first-cousins", [0.875, 0.125, 0.0]),
    (Relation::GreatGrandparent, "great-grandparent", [0.75, 0.25, 0.0]),
    (Relation::FirstCousinsOnceRemoved, "first-cousins-once-removed", [0.875, 0.125, 0.0]),
    (Relation::SecondCousins, "second-cousins", [0.9375, 0.0625, 0.0]),
    (Relation::Unrelated, "unrelated", [1.0, 0.0, 0.0]),
];

/// How far from 1 coefficients may sum: they are fractions written as decimals.
const ROUNDING: f64 = 1e-9;

fn check(name: &str, coefficients: &[f64]) -> Result<()> {
    if let Some(wrong) = coefficients.iter().find(|k| !(0.0..=1.0).contains(*k)) {
        return Err(Error::invalid("", name, wrong, "0 to 1"));
    }
    let sum: f64 = coefficients.iter().sum();
    if (sum - 1.0).abs() > ROUNDING {
        return Err(Error::invalid("", format!("sum of {name}s"), sum, "1"));
    }
    Ok(())
}

impl Relation {
    /// Any relation of two people who are not inbred.
    ///
    /// # Errors
    /// A coefficient is not in 0 to 1, or they do not sum to 1.
    pub fn ibd_coefficients(k0: f64, k1: f64, k2: f64) -> Result<Self> {
        check("IBD coefficient", &[k0, k1, k2])?;
        Ok(Self::Ibd([k0, k1, k2]))
    }

    /// Any relation: the probabilities of the nine condensed identity states.
    ///
    /// # Method
    /// With `a` and `b` for the genes of the first person, `c` and `d` for those of the second, identical genes in one
    /// group: 1 `abcd`; 2 `ab|cd`; 3 `abc|d`; 4 `ab|c|d`; 5 `acd|b`; 6 `a|b|cd`; 7 `ac|bd`; 8 `ac|b|d`; 9 `a|b|c|d`.
    ///
    /// # Errors
    /// As [`ibd_coefficients`](Self::ibd_coefficients).
    pub fn jacquard(coefficients: [f64; 9]) -> Result<Self> {
        check("identity coefficient", &coefficients)?;
        Ok(Self::Jacquard(coefficients))
    }

    /// Whether coefficients are probabilities: those that were read or put together are checked where they are used.
    ///
    /// # Errors
    /// As [`ibd_coefficients`](Self::ibd_coefficients).
    pub fn validate(self) -> Result<()> {
        match self {
            Self::Ibd(k) => check("IBD coefficient", &k),
            Self::Jacquard(states) => check("identity coefficient", &states),
            _ => Ok(()),
        }
    }

    /// All relations that have a name.
    pub fn named() -> impl Iterator<Item = Self> {
        NAMED.iter().map(|(relation, ..)| *relation)
    }

    /// The coefficients `[k0, k1, k2]`; `None` for identity states.
    pub fn ibd(self) -> Option<[f64; 3]> {
        match self {
            Self::Ibd(k) => Some(k),
            Self::Jacquard(_) => None,
            named => NAMED.iter().find(|(relation, ..)| *relation == named).map(|(.., k)| *k),
        }
    }

    /// The probabilities of the nine condensed identity states.
    pub fn states(self) -> [f64; 9] {
        match (self, self.ibd()) {
            (Self::Jacquard(states), _) => states,
            (_, k) => {
                let [k0, k1, k2] = k.unwrap_or([1.0, 0.0, 0.0]);
                [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, k2, k1, k0]
            }
        }
    }

    /// Whether it has a name, and so a pedigree.
    pub(super) const fn is_named(self) -> bool {
        !matches!(self, Self::Ibd(_) | Self::Jacquard(_))
    }

    /// Whether the sexes of those between both people follow from the relation, so that loci on the X chromosome can be
    /// counted and mutation may differ by sex.
    pub(super) const fn says_the_line(self) -> bool {
        matches!(self, Self::Identical | Self::ParentChild | Self::FullSiblings | Self::Unrelated)
    }

    /// A pedigree in which the first person, `A`, and the second, `B`, are so related; `None` for coefficients. Identical
    /// people are one: `A`.
    pub(crate) fn pedigree(self, a: Option<Sex>, b: Option<Sex>) -> Result<Option<Pedigree>> {
        // Of each person: id, father, mother. Where the line is open it runs through men.
        let (uncle, line) = (["A", "GF", "GM"], ["F", "GF", "GM"]);
        let founder = |id: &'static str| [id, "", ""];
        let parents = |father: &'static str, mother: &'static str| ["B", father, mother];
        let mut people: Vec<[&str; 3]> = match self {
            Self::Identical => vec![founder("A")],
            Self::Unrelated => vec![founder("A"), founder("B")],
            Self::ParentChild if a == Some(Sex::Female) => vec![founder("A"), parents("F", "A")],
            Self::ParentChild => vec![founder("A"), parents("A", "M")],
            Self::FullSiblings => vec![["A", "F", "M"], parents("F", "M")],
            Self::HalfSiblings => vec![["A", "F", "M1"], parents("F", "M")],
            Self::Grandparent if a == Some(Sex::Female) => {
                vec![founder("A"), ["F", "GF", "A"], parents("F", "M")]
            }
            Self::Grandparent => vec![founder("A"), ["F", "A", "GM"], parents("F", "M")],
            Self::Avuncular => vec![uncle, line, parents("F", "M")],
            Self::FirstCousins => vec![["A", "F1", "M1"], ["F1", "GF", "GM"], line, parents("F", "M")],
            Self::DoubleFirstCousins => vec![
                ["A", "F1", "M1"],
                ["F1", "GF", "GM"],
                ["M1", "GF2", "GM2"],
                line,
                ["M", "GF2", "GM2"],
                parents("F", "M"),
            ],
            Self::HalfAvuncular => vec![["A", "GF", "GM1"], line, parents("F", "M")],
            Self::HalfFirstCousins => vec![["A", "F1", "M1"], ["F1", "GF", "GM1"], line, parents("F", "M")],
            Self::GreatGrandparent if a == Some(Sex::Female) => {
                vec![founder("A"), ["GF", "GGF", "A"], line, parents("F", "M")]
            }
            Self::GreatGrandparent => vec![founder("A"), ["GF", "A", "GGM"], line, parents("F", "M")],
            Self::FirstCousinsOnceRemoved => {
                vec![["A", "F1", "M1"], ["F1", "GGF", "GGM"], ["GF", "GGF", "GGM"], line, parents("F", "M")]
            }
            Self::SecondCousins => vec![
                ["A", "F1", "M1"],
                ["F1", "GF1", "GM1"],
                ["GF1", "GGF", "GGM"],
                ["GF", "GGF", "GGM"],
                line,
                parents("F", "M"),
            ],
            Self::Ibd(_) | Self::Jacquard(_) => return Ok(None),
        };
        let named: Vec<&str> = people.iter().flat_map(|[_, father, mother]| [*father, *mother]).collect();
        for id in named {
            if !id.is_empty() && people.iter().all(|[other, ..]| *other != id) {
                people.push(founder(id));
            }
        }
        let parent = |id: &'static str| (!id.is_empty()).then_some(id);
        let sex = |id: &str| match id {
            "A" => a,
            "B" => b,
            _ => None,
        };
        Pedigree::new(
            people.iter().map(|&[id, father, mother]| (id, parent(father), parent(mother), sex(id))),
        )
        .map(Some)
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |numbers: &[f64]| {
            let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
            numbers.join(", ")
        };
        match self {
            Self::Ibd(k) => write!(f, "k=({})", list(k)),
            Self::Jacquard(states) => write!(f, "delta=({})", list(states)),
            named => f.write_str(
                NAMED.iter().find(|(relation, ..)| relation == named).map_or("", |(_, name, _)| name),
            ),
        }
    }
}

impl FromStr for Relation {
    type Err = Error;

    /// A name, with `-`, `_` or a blank between words.
    fn from_str(text: &str) -> Result<Self> {
        let name = text.trim().to_lowercase().replace(['_', ' '], "-");
        NAMED.iter().find(|(_, known, _)| *known == name).map(|(relation, ..)| *relation).ok_or_else(|| {
            let names: Vec<&str> = NAMED.iter().map(|(_, name, _)| *name).collect();
            let shown: String = text.chars().take(40).collect();
            Error::invalid("", "relation", format!("{shown:?}"), names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        for relation in Relation::named() {
            assert_eq!(relation.to_string().parse::<Relation>().unwrap(), relation);
            assert_eq!(relation.states().iter().sum::<f64>(), 1.0);
            let json = serde_json::to_string(&relation).unwrap();
            assert_eq!(json, format!("\"{relation}\""));
        }
        assert_eq!(" Half_Siblings".parse::<Relation>().unwrap(), Relation::HalfSiblings);
        let error = "brother".parse::<Relation>().unwrap_err().to_string();
        assert!(error.starts_with("relation is \"brother\", expected identical, parent-child,"), "{error}");
    }

    #[test]
    fn coefficients_are_probabilities() {
        assert!(Relation::ibd_coefficients(0.25, 0.5, 0.25).is_ok());
        assert!(Relation::ibd_coefficients(-0.5, 1.0, 0.5).is_err());
        assert!(Relation::ibd_coefficients(f64::NAN, 1.0, 0.0).is_err());
        assert!(Relation::jacquard([1.0 / 9.0; 9]).is_ok());
        assert_eq!(
            Relation::jacquard([0.25; 9]).unwrap_err().to_string(),
            "sum of identity coefficients is 2.25, expected 1"
        );
    }
}
