//! A case as it was given, checked: which profile is of whom, and what of it counts.

use super::Family;
use crate::dna::kinship::{Model, NotCounted, Pedigree, Prepared, Unit};
use crate::dna::{Frequencies, Inheritance, Locus, LocusFrequencies, Profile, Sex, Source};
use crate::error::{Error, Result};
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A missing person: the family and the person in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct MissingPerson {
    /// The name of the family.
    pub family: String,
    /// The id in its pedigree.
    pub person: String,
}

impl fmt::Display for MissingPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.family, self.person)
    }
}

/// Why a locus of a profile is counted in no likelihood.
///
/// It is written as one word, like [`NotCounted`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhyLeftOut {
    /// As in kinship.
    NotCounted(NotCounted),
    /// What was typed has the probability 0 by the table and its rule for rare alleles: no ratio can rest on it.
    ProbabilityZero,
}

impl fmt::Display for WhyLeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotCounted(reason) => reason.fmt(f),
            Self::ProbabilityZero => f.write_str("its probability is 0 by the frequency table"),
        }
    }
}

impl Serialize for WhyLeftOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self {
            Self::NotCounted(reason) => reason.serialize(serializer),
            Self::ProbabilityZero => serializer.serialize_str("probability_zero"),
        }
    }
}

/// A locus of a profile that no likelihood counts, while others of its kind are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeftOut {
    /// The id of the profile.
    pub profile: String,
    /// The locus.
    pub locus: Locus,
    /// Why.
    pub reason: WhyLeftOut,
}

/// A checked case.
pub(super) struct Case<'a> {
    pub(super) families: &'a [Family],
    pub(super) members: Vec<Members>,
    pub(super) bodies: Vec<Body>,
    pub(super) units: Vec<Unit>,
    pub(super) frequencies: &'a Frequencies,
    /// The column of the first missing person of each family, and one past the last.
    pub(super) columns: Vec<usize>,
    pub(super) left_out: Vec<LeftOut>,
}

/// The profiles of a family.
pub(super) struct Members {
    /// Typed people who are not missing, by place in the pedigree.
    pub(super) relatives: Vec<(usize, Profile)>,
    pub(super) missing: Vec<Missing>,
    /// Whether the sex of everybody in the pedigree is known.
    pub(super) all_sexes: bool,
}

/// A missing person of a family.
pub(super) struct Missing {
    /// The place in the pedigree.
    pub(super) place: usize,
    pub(super) sex: Option<Sex>,
    /// What was typed of things that the person left.
    pub(super) reference: Option<Profile>,
}

/// A body, or what counts as one.
pub(super) struct Body {
    pub(super) profile: Profile,
    pub(super) sex: Option<Sex>,
}

impl<'a> Case<'a> {
    pub(super) fn new(
        bodies: &[Profile],
        families: &'a [Family],
        ante_mortem: &[Profile],
        frequencies: &'a Frequencies,
        model: &Model,
        sexes: &BTreeMap<String, Sex>,
    ) -> Result<Self> {
        if let Some(id) = model.dropout.keys().next() {
            let expected = "none: write \"-\" for an allele that may be lost";
            return Err(Error::invalid(format!("person {id:?}"), "drop-out probability", "stated", expected));
        }
        some(bodies.len(), "number of bodies")?;
        some(families.len(), "number of families")?;
        each_once(bodies.iter().map(Profile::id), "body")?;
        each_once(families.iter().map(Family::name), "family")?;
        let mut left_out = Vec::new();
        let checked: Vec<Body> = sexes_of(bodies, sexes)?
            .into_iter()
            .zip(bodies)
            .map(|(sex, profile)| {
                Ok(Body { profile: countable(profile, sex, frequencies, model, &mut left_out)?, sex })
            })
            .collect::<Result<_>>()?;
        let mut members: Vec<Members> = families.iter().map(Members::of).collect();
        for profile in ante_mortem {
            let (family, place) = resolve(profile.id(), families)?;
            let person = &families[family].pedigree().people()[place];
            if let (Some(typed), Some(stated)) = (profile.sex(), person.sex())
                && typed != stated
            {
                let record = format!("profile {:?}", profile.id());
                let expected = format!("that of the pedigree, {}", name(stated));
                return Err(Error::invalid(record, "sex by amelogenin", name(typed), expected));
            }
            let sex = person.sex().or_else(|| profile.sex());
            let counted = countable(profile, sex, frequencies, model, &mut left_out)?;
            members[family].add(place, counted)?;
        }
        let columns: Vec<usize> = std::iter::once(0)
            .chain(families.iter().scan(0, |sum, family| {
                *sum += family.missing().len();
                Some(*sum)
            }))
            .collect();
        let units = units(&checked, &members, frequencies)?;
        Ok(Self { families, members, bodies: checked, units, frequencies, columns, left_out })
    }

    /// The number of missing persons.
    pub(super) fn missing(&self) -> usize {
        self.columns[self.families.len()]
    }

    /// The family and the place in its list of a missing person, by column.
    pub(super) fn person(&self, column: usize) -> (usize, usize) {
        let family = self.columns.partition_point(|&first| first <= column) - 1;
        (family, column - self.columns[family])
    }

    /// The name of a missing person, by family and place in its list.
    pub(super) fn name(&self, family: usize, missing: usize) -> MissingPerson {
        let family = &self.families[family];
        MissingPerson { family: family.name().to_owned(), person: family.missing()[missing].clone() }
    }

    /// Whether a unit counts in a family: one on the X chromosome needs everybody's sex.
    pub(super) fn counts(&self, family: usize, unit: usize) -> bool {
        self.members[family].all_sexes
            || !self.units[unit].loci().iter().any(|&locus| is_x_linked(locus, self.frequencies))
    }
}

impl Members {
    fn of(family: &Family) -> Self {
        let people = family.pedigree().people();
        // Who is missing is in the pedigree: `Family` made sure.
        let places = family.missing().iter().filter_map(|id| family.pedigree().find(id));
        let missing = places.map(|place| Missing { place, sex: people[place].sex(), reference: None });
        let all_sexes = people.iter().all(|person| person.sex().is_some());
        Self { relatives: Vec::new(), missing: missing.collect(), all_sexes }
    }

    fn add(&mut self, place: usize, profile: Profile) -> Result<()> {
        let twice = |profile: &Profile| {
            Err(Error::invalid(format!("profile {:?}", profile.id()), "person", "typed twice", "each once"))
        };
        match self.missing.iter_mut().find(|missing| missing.place == place) {
            Some(Missing { reference: Some(_), .. }) => twice(&profile),
            Some(missing) => {
                missing.reference = Some(profile);
                Ok(())
            }
            None if self.relatives.iter().any(|(other, _)| *other == place) => twice(&profile),
            None => {
                self.relatives.push((place, profile));
                Ok(())
            }
        }
    }

    /// Everybody of the family who was typed.
    pub(super) fn typed(&self) -> impl Iterator<Item = &Profile> {
        let relatives = self.relatives.iter().map(|(_, profile)| profile);
        relatives.chain(self.missing.iter().filter_map(|missing| missing.reference.as_ref()))
    }
}

fn some(count: usize, what: &str) -> Result<()> {
    if count == 0 { Err(Error::invalid("", what, 0, "1 or more")) } else { Ok(()) }
}

fn each_once<'i>(ids: impl Iterator<Item = &'i str>, what: &str) -> Result<()> {
    let mut seen = BTreeSet::new();
    let mut ids = ids;
    match ids.find(|id| !seen.insert(*id)) {
        Some(id) => Err(Error::invalid(format!("{what} {id:?}"), "id", "there twice", "each once")),
        None => Ok(()),
    }
}

const fn name(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "male",
        Sex::Female => "female",
    }
}

/// The sex of each body: as stated, or as amelogenin says.
fn sexes_of(bodies: &[Profile], stated: &BTreeMap<String, Sex>) -> Result<Vec<Option<Sex>>> {
    if let Some(id) = stated.keys().find(|id| bodies.iter().all(|body| body.id() != id.as_str())) {
        return Err(Error::invalid(
            format!("body {id:?}"),
            "sex",
            "stated",
            "a body that is among the profiles",
        ));
    }
    let of = |body: &Profile| match (stated.get(body.id()).copied(), body.sex()) {
        (Some(stated), Some(typed)) if stated != typed => {
            let expected = format!("{}, as amelogenin says", name(typed));
            Err(Error::invalid(format!("body {:?}", body.id()), "sex as stated", name(stated), expected))
        }
        (stated, typed) => Ok(stated.or(typed)),
    };
    bodies.iter().map(of).collect()
}

/// Who is meant: an id that one family alone has, or `family/person`.
fn resolve(id: &str, families: &[Family]) -> Result<(usize, usize)> {
    let of_family = |(number, family): (usize, &Family)| {
        let inside = id.strip_prefix(family.name()).and_then(|rest| rest.strip_prefix('/'));
        let places = [Some(id), inside].into_iter().flatten().filter_map(|id| family.pedigree().find(id));
        places.map(|place| (number, place)).collect::<Vec<_>>()
    };
    let found: Vec<(usize, usize)> = families.iter().enumerate().flat_map(of_family).collect();
    let wrong =
        |value: String, expected| Err(Error::invalid(format!("profile {id:?}"), "person", value, expected));
    match *found {
        [one] => Ok(one),
        [] => wrong("in no family".into(), "the id of a person of a family, or family/person"),
        _ => wrong(format!("one of {} people of that id", found.len()), "family/person, for one of them"),
    }
}

fn is_x_linked(locus: Locus, frequencies: &Frequencies) -> bool {
    locus.inheritance() == Inheritance::X || frequencies.at(locus).is_some_and(LocusFrequencies::is_x_linked)
}

/// The loci of a profile that count for a person of this sex; others are noted, unless nothing could be known of them.
/// Markers of sex and the Y chromosome are weighed of nobody, and not noted.
fn countable(
    profile: &Profile,
    sex: Option<Sex>,
    frequencies: &Frequencies,
    model: &Model,
    left_out: &mut Vec<LeftOut>,
) -> Result<Profile> {
    if profile.source() == Source::Mixture {
        let record = format!("profile {:?}", profile.id());
        return Err(Error::invalid(record, "kind", "mixture", "a profile of one person"));
    }
    let alone = Pedigree::new([("person", None, None, sex)])?;
    let prepared = Prepared::new(&alone, &[(0, profile)], frequencies, model)?;
    let within = |error| match error {
        Error::Invalid(problem) => Error::Invalid(problem.within(format!("profile {:?}", profile.id()))),
        other => other,
    };
    let mut counted = Profile::builder(profile.id());
    let weighed = |locus: Locus| matches!(locus.inheritance(), Inheritance::Autosomal | Inheritance::X);
    for (locus, genotype) in profile.loci().iter().filter(|(locus, _)| weighed(*locus)) {
        let unit = Unit::of(&[*locus], frequencies)?;
        let reason = match prepared.likelihood(&unit[0], &[]).map_err(within)? {
            Ok(log10) if log10.is_impossible() => WhyLeftOut::ProbabilityZero,
            Ok(_) => {
                counted = counted.genotype(*locus, genotype.clone());
                continue;
            }
            Err(NotCounted::NotInherited | NotCounted::NothingKnown) => continue,
            Err(reason) => WhyLeftOut::NotCounted(reason),
        };
        left_out.push(LeftOut { profile: profile.id().to_owned(), locus: *locus, reason });
    }
    counted.build()
}

/// The loci that count, linked ones together.
fn units(bodies: &[Body], members: &[Members], frequencies: &Frequencies) -> Result<Vec<Unit>> {
    let loci = |profile: &Profile| profile.loci().iter().map(|(locus, _)| *locus).collect::<Vec<_>>();
    let of_bodies: BTreeSet<Locus> = bodies.iter().flat_map(|body| loci(&body.profile)).collect();
    let of_families: BTreeSet<Locus> = members.iter().flat_map(Members::typed).flat_map(loci).collect();
    if !of_families.is_empty() && of_bodies.is_disjoint(&of_families) {
        let record = format!("table {:?}", frequencies.name());
        let expected = "1 or more that the table has";
        return Err(Error::invalid(record, "number of loci that bodies and families share", 0, expected));
    }
    let all: Vec<Locus> = of_bodies.union(&of_families).copied().collect();
    Unit::of(&all, frequencies)
}
