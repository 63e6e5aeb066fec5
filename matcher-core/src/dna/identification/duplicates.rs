//! Remains that may be one person's, or relatives': looked at before all else, because every assignment takes each body
//! for another person.

use super::case::{Body, Case};
use super::evidence::Evidence;
use super::options::Thresholds;
use super::typed::Typed;
use crate::dna::kinship::{Model, Relation, kinship_lr};
use crate::dna::{Inheritance, Locus, Profile, Sex};
use crate::error::Result;
use crate::units::{Log10, Log10Lr};
use crate::work::Threads;
use serde::Serialize;
use std::collections::BTreeMap;

/// Two remains that may belong together.
///
/// # Method
/// The likelihood ratio of the relation against two people who are not related ([`kinship_lr`]), over the autosomal loci
/// typed in both, under the model of the case. Remains whose sexes are known and differ are not one person's. Of parent and child either may be the parent: the mean of both ratios. A
/// parent whose sex is not known counts as a father, where mutation differs by sex.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Duplicate {
    /// The id of the one.
    pub a: String,
    /// The id of the other.
    pub b: String,
    /// The most likely relation: one person, parent and child, or full siblings.
    pub relation: Relation,
    /// Its likelihood ratio.
    pub log10_lr: Log10,
    /// Loci compared.
    pub loci: usize,
}

/// The relations that are tried; of equally likely ones the first is told.
const TRIED: [Relation; 3] = [Relation::Identical, Relation::ParentChild, Relation::FullSiblings];

/// The logarithms of the likelihood ratios of the relations, of two genotypes at one unit.
type Ratios = [f64; 3];

/// The pairs beyond the thresholds, by rows, most likely first.
pub(super) fn duplicates(
    case: &Case<'_>,
    typed: &Typed<'_>,
    model: &Model,
    thresholds: &Thresholds,
    threads: Threads,
) -> Result<Vec<([usize; 2], Duplicate)>> {
    let pairs = pairs(case.bodies.len());
    let units: Vec<usize> = (0..case.units.len()).filter(|&unit| is_autosomal(case, unit)).collect();
    let kinds = |unit: usize, [a, b]: [usize; 2]| {
        let (a, b) = (typed.genotype(a, unit), typed.genotype(b, unit));
        (unit, a.min(b), a.max(b))
    };
    // Bodies that share genotypes are asked about once.
    let mut questions: BTreeMap<(usize, u32, u32), [usize; 2]> = BTreeMap::new();
    for &pair in &pairs {
        for &unit in &units {
            let key = kinds(unit, pair);
            if key.1 != 0 {
                questions.entry(key).or_insert(pair);
            }
        }
    }
    let (keys, asked): (Vec<_>, Vec<_>) =
        questions.into_iter().map(|(key, pair)| (key, (key.0, pair))).unzip();
    let answers = threads.map(&asked, |&(unit, pair)| ratios(case, model, unit, pair))?;
    let known: BTreeMap<(usize, u32, u32), Ratios> =
        keys.into_iter().zip(answers).map(|(key, ratios)| Ok((key, ratios?))).collect::<Result<_>>()?;
    let mut found = Vec::new();
    for [a, b] in pairs {
        let at: Vec<Ratios> =
            units.iter().filter_map(|&unit| known.get(&kinds(unit, [a, b]))).copied().collect();
        let differ = matches!((case.bodies[a].sex, case.bodies[b].sex), (Some(a), Some(b)) if a != b);
        let total = |relation: usize| match TRIED[relation] {
            Relation::Identical if differ => f64::NEG_INFINITY,
            _ => at.iter().map(|ratios| ratios[relation]).sum::<f64>(),
        };
        // Of equal ones the first: one person before relatives.
        let best = (1..TRIED.len()).fold(0, |best, next| if total(next) > total(best) { next } else { best });
        let least = if best == 0 { thresholds.same_person } else { thresholds.relatives };
        if !at.is_empty() && total(best) >= libm::log10(least) {
            let loci = case.bodies[a].profile.loci().iter();
            let loci = loci.filter(|(locus, _)| case.bodies[b].profile.get(*locus).is_some()).count();
            found.push((
                [a, b],
                Duplicate {
                    a: case.bodies[a].profile.id().to_owned(),
                    b: case.bodies[b].profile.id().to_owned(),
                    relation: TRIED[best],
                    log10_lr: super::conclusion::logarithm(total(best)),
                    loci,
                },
            ));
        }
    }
    found.sort_by(|(x_pair, x), (y_pair, y)| y.log10_lr.cmp(&x.log10_lr).then(x_pair.cmp(y_pair)));
    Ok(found)
}

fn pairs(bodies: usize) -> Vec<[usize; 2]> {
    (0..bodies).flat_map(|a| (a + 1..bodies).map(move |b| [a, b])).collect()
}

fn is_autosomal(case: &Case<'_>, unit: usize) -> bool {
    let autosomal = |locus: Locus| {
        locus.inheritance() == Inheritance::Autosomal
            && case.frequencies.at(locus).is_some_and(|table| !table.is_x_linked())
    };
    case.units[unit].loci().iter().all(|&locus| autosomal(locus))
}

/// The ratios of two bodies at a unit.
fn ratios(case: &Case<'_>, model: &Model, unit: usize, [a, b]: [usize; 2]) -> Result<Ratios> {
    let loci = case.units[unit].loci();
    let (a, b) = (at_unit("a", &case.bodies[a], loci)?, at_unit("b", &case.bodies[b], loci)?);
    let ask = |first: &Profile, second: &Profile, relation| -> Result<f64> {
        let answer = kinship_lr(first, second, relation, Relation::Unrelated, case.frequencies, model)?;
        // As people who are not related they are possible: each is by itself.
        Ok(match answer.log10_lr {
            Log10Lr::Finite(log10) => log10,
            Log10Lr::Excluded => f64::NEG_INFINITY,
            Log10Lr::Unbounded | Log10Lr::Undefined => 0.0,
        })
    };
    let [identical, parent_child, siblings] = TRIED;
    let either = [ask(&a, &b, parent_child)?, ask(&b, &a, parent_child)?].map(libm::exp10);
    let mean = libm::log10(f64::midpoint(either[0], either[1]));
    Ok([ask(&a, &b, identical)?, mean, ask(&a, &b, siblings)?])
}

/// A body's genotypes at a unit, with its sex.
fn at_unit(id: &str, body: &Body, loci: &[Locus]) -> Result<Profile> {
    let sex = if body.sex == Some(Sex::Female) { ["X", "X"] } else { ["X", "Y"] };
    let mut made = Profile::builder(id).locus("AMEL", sex)?;
    for &locus in loci {
        if let Some(genotype) = body.profile.get(locus) {
            made = made.genotype(locus, genotype.clone());
        }
    }
    made.build()
}
