//! Two profiles: how much likelier they are if two people are so related than if they are related otherwise.

use super::evidence::{Evidence, NotCounted};
use super::identity;
use super::model::Model;
use super::pedigree::Pedigree;
use super::prepared::{Prepared, Unit};
use super::relation::Relation;
use crate::dna::likelihood::Mutation;
use crate::dna::{Frequencies, Locus, Profile, Source};
use crate::error::{Error, Result};
use crate::provenance::Method;
use crate::units::{Log10, Log10Lr};
use serde::Serialize;
use std::fmt;

/// Version of the algorithm: rises whenever a ratio may change.
const VERSION: u32 = 1;

/// The likelihood ratio of two relations between two people.
///
/// `Debug` and the fields show no allele.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairwiseKinship {
    /// The relation.
    pub relation: Relation,
    /// What it is compared against.
    pub against: Relation,
    /// The logarithm of the ratio; undefined where no locus counts, since nothing was compared.
    pub log10_lr: Log10Lr,
    /// What each locus, or pair of linked ones, contributes, in the order of loci.
    pub per_locus: Vec<(Vec<Locus>, PairContribution)>,
    /// What else whoever reads it should know: sexes that do not fit.
    pub remarks: Vec<String>,
    /// What was assumed.
    pub model: Model,
    /// The name of the frequency table.
    pub population: String,
    /// The method; its configuration covers relations, model and every number of the table.
    pub method: Method,
}

/// What a locus contributes to a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PairContribution {
    /// The logarithm of the ratio.
    Counted(Log10Lr),
    /// Nothing.
    NotCounted(NotCounted),
}

impl PairwiseKinship {
    /// How many loci are counted.
    pub fn counted(&self) -> usize {
        let counted = self.per_locus.iter().filter(|(_, of)| matches!(of, PairContribution::Counted(_)));
        counted.map(|(loci, _)| loci.len()).sum()
    }

    /// The loci that exclude the relation.
    pub fn excluding(&self) -> impl Iterator<Item = &[Locus]> {
        let excludes = |of: &PairContribution| *of == PairContribution::Counted(Log10Lr::Excluded);
        self.per_locus.iter().filter(move |(_, of)| excludes(of)).map(|(loci, _)| &**loci)
    }
}

/// How much likelier two profiles are if the people are so related than if they are related as `against` says.
///
/// # Method
/// A relation by name is a pedigree in which nobody else was typed, so linked loci, mutation and, where the relation says
/// through whom it runs, loci on the X chromosome count; see [`kinship`](super::kinship). Identical people are one person,
/// among whom nothing mutates. Coefficients are a sum over states of identity: the same number without mutation.
///
/// # Range and units
/// Logarithm to base 10.
///
/// # Limits
/// Coefficients know no mutation and no linkage: a model with mutation is an error, and linked loci count as independent.
/// Where mutation differs by sex, the relation must say the sexes between (parent-child, full siblings) and a parent's sex
/// must be known from amelogenin: else give a [`Pedigree`].
///
/// # Errors
/// A profile is a mixture; both have one id; or what the limits say; or as [`Prepared::likelihood`].
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::{Model, Relation, kinship_lr};
/// use matcher_core::dna::{Frequencies, Profile};
/// let table = Frequencies::builder("example").locus("TH01", [("6", 0.2), ("9.3", 0.8)])?.build()?;
/// let a = Profile::new("A", [("TH01", ["6", "9.3"])])?;
/// let b = Profile::new("B", [("TH01", ["6", "6"])])?;
/// let answer = kinship_lr(&a, &b, Relation::ParentChild, Relation::Unrelated, &table, &Model::default())?;
/// assert!((answer.log10_lr.value().unwrap() - 2.5_f64.log10()).abs() < 1e-12); // 1 / (2 * 0.2)
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn kinship_lr(
    a: &Profile,
    b: &Profile,
    relation: Relation,
    against: Relation,
    frequencies: &Frequencies,
    model: &Model,
) -> Result<PairwiseKinship> {
    model.check_dropout(&[a.id(), b.id()])?;
    let first = Side::new(relation, a, b, frequencies, model)?;
    let second = Side::new(against, a, b, frequencies, model)?;
    let shared: Vec<Locus> =
        a.loci().iter().map(|(locus, _)| *locus).filter(|locus| b.get(*locus).is_some()).collect();
    let mut per_locus = Vec::new();
    let (mut up, mut down) = (Log10::ONE, Log10::ONE);
    for unit in Unit::of(&shared, frequencies)? {
        let contribution = match (first.likelihood(&unit)?, second.likelihood(&unit)?) {
            (Ok(x), Ok(y)) => {
                up += x;
                down += y;
                PairContribution::Counted(Log10Lr::of(x, y))
            }
            (Err(reason), _) | (_, Err(reason)) => PairContribution::NotCounted(reason),
        };
        per_locus.push((unit.loci().to_vec(), contribution));
    }
    let counted = per_locus.iter().any(|(_, of)| matches!(of, PairContribution::Counted(_)));
    Ok(PairwiseKinship {
        relation,
        against,
        log10_lr: if counted { Log10Lr::of(up, down) } else { Log10Lr::Undefined },
        per_locus,
        remarks: remarks(a, b, relation),
        model: model.clone(),
        population: frequencies.name().to_owned(),
        method: Method::new("pairwise-kinship", VERSION, &(relation, against, model, frequencies.digest())),
    })
}

/// Sexes that do not fit a relation.
fn remarks(a: &Profile, b: &Profile, relation: Relation) -> Vec<String> {
    let differ = matches!((a.sex(), b.sex()), (Some(x), Some(y)) if x != y);
    let remark = || format!("by amelogenin {} and {} are of different sexes", a.id(), b.id());
    (relation == Relation::Identical && differ).then(remark).into_iter().collect()
}

/// One relation of the two.
struct Side<'a> {
    relation: Relation,
    people: [&'a Profile; 2],
    frequencies: &'a Frequencies,
    model: &'a Model,
    /// The pedigree; for coefficients, of two unrelated people.
    pedigree: Pedigree,
}

impl<'a> Side<'a> {
    fn new(
        relation: Relation,
        a: &'a Profile,
        b: &'a Profile,
        frequencies: &'a Frequencies,
        model: &'a Model,
    ) -> Result<Self> {
        model.check()?;
        relation.validate()?;
        if let Some(mixture) = [a, b].into_iter().find(|profile| profile.source() == Source::Mixture) {
            let record = format!("profile {:?}", mixture.id());
            return Err(Error::invalid(record, "kind", "mixture", "a profile of one person"));
        }
        if a.id() == b.id() {
            return Err(Error::invalid("", "ids", format!("{:?} twice", a.id()), "an id for each profile"));
        }
        let mutates = model.mutation.default.is_some() || model.mutation.loci.values().any(Option::is_some);
        let differs = model.mutation.default.iter().chain(model.mutation.loci.values().flatten());
        let differs = differs.clone().any(Mutation::differs_by_sex);
        let (sex_a, sex_b) = (a.sex(), b.sex());
        let pedigree = match relation.pedigree(sex_a, sex_b)? {
            Some(pedigree) => pedigree,
            None if mutates => {
                let expected = "a relation by name, or a pedigree: coefficients know no mutation";
                return Err(Error::invalid("", "relation", relation, expected));
            }
            None => Pedigree::new([("A", None, None, sex_a), ("B", None, None, sex_b)])?,
        };
        let sex_matters = relation == Relation::ParentChild && sex_a.is_none();
        if differs && (sex_matters || !relation.says_the_line()) {
            let expected =
                "one that says the sexes of the parents between, or a pedigree: mutation differs by sex";
            return Err(Error::invalid("", "relation", relation, expected));
        }
        Ok(Self { relation, people: [a, b], frequencies, model, pedigree })
    }

    fn likelihood(&self, unit: &Unit) -> Result<Result<Log10, NotCounted>> {
        let prepared = Prepared::new(&self.pedigree, &[], self.frequencies, self.model)?;
        let place = |id: &str| self.pedigree.find(id);
        let (a, b) = (place("A").unwrap_or(0), place("B").or(place("A")).unwrap_or(0));
        let typed = [(a, self.people[0]), (b, self.people[1])];
        let by_name = self.relation.is_named();
        let parent_unknown = self.relation == Relation::ParentChild && self.people[0].sex().is_none();
        let line_known = by_name && self.relation.says_the_line() && !parent_unknown;
        if !line_known && unit.loci().iter().any(|&locus| prepared.is_x_linked(locus)) {
            return Ok(Err(NotCounted::LineNotKnown));
        }
        if by_name {
            return prepared.likelihood(unit, &typed);
        }
        let mut total = Log10::ONE;
        for &locus in unit.loci() {
            let known = match prepared.locus(locus, typed.iter().copied())? {
                Ok(known) => known,
                Err(reason) => return Ok(Err(reason)),
            };
            let of = |place: usize| {
                let evidence = known.evidence.iter().find(|(typed, _)| *typed == place);
                evidence.map_or_else(|| Evidence::open(&known.states), |(_, evidence)| evidence.clone())
            };
            let (delta, theta) = (self.relation.states(), self.model.theta);
            let number = identity::likelihood(&known.states, [&of(a), &of(b)], &delta, theta)?;
            total += Log10::of(number).unwrap_or(Log10::IMPOSSIBLE);
        }
        Ok(Ok(total))
    }
}

impl fmt::Display for PairwiseKinship {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} against {}, {} loci: log10 LR ", self.relation, self.against, self.counted())?;
        match self.log10_lr {
            Log10Lr::Finite(number) => write!(f, "{number:.4}")?,
            other => write!(f, "{other}")?,
        }
        self.remarks.iter().try_for_each(|remark| write!(f, "; {remark}"))
    }
}
