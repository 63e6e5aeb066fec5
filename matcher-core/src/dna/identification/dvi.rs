//! The entry: from profiles to the report.

use super::Family;
use super::case::Case;
use super::duplicates::{Duplicate, duplicates};
use super::identify::{Remains, identify};
use super::join::{Joined, join, joined_sexes};
use super::options::DviOptions;
use super::report::DviReport;
use super::typed::Typed;
use crate::dna::{Frequencies, Profile, Sex};
use crate::error::Result;
use std::collections::BTreeMap;

/// Identifies bodies: which of them is whom of those whom families miss.
///
/// `post_mortem` are the profiles of the remains; the id names the body. `ante_mortem` are those of the families: the id is
/// that of a person of one family, or `family/person`, which it must be where two families have a person of that id. A
/// profile of a missing person is one of something that the person left.
///
/// # Method
/// 1. Remains that may be one person's or relatives' are found, and on request those of one person are joined.
///    What contradicts itself is not joined; a remark says so.
/// 2. Every body is compared with every missing person; pairs of different sex, and pairs that are inconsistent at more loci
///    than allowed, are excluded; undisputed pairs are found, and on request taken as known for the rest.
/// 3. Every assignment of the bodies to the missing persons that is left is weighed: each missing person is at most one
///    body, each body at most one missing person. Its likelihood is the product over the families of the probability of
///    their typed people and the bodies placed on them, times that of each other body. Families that share no possible
///    body are independent. The best assignments of each group are found exactly, all of them where they are few; what
///    was left out is bounded.
/// 4. A conclusion for each body and each missing person.
///
/// # Limits
/// Theta holds within each family and the bodies placed in it: in the pairwise ratios the unrelated person is of the same
/// subpopulation, but in the joint analysis bodies that are placed nowhere are drawn by themselves, which with theta
/// above 0 favours identifications a little. Bodies that are related to each other, and to no family that was given, count
/// as unrelated. Pairs that are excluded by more inconsistent loci than allowed are not weighed, so probabilities are
/// given that they are not true. An allele that dropped out must be written `-`. Amelogenin, the Y chromosome and
/// mitochondrial DNA are not weighed; loci on the X chromosome are where the sexes are known.
/// A locus of a profile that cannot be counted, or has the probability 0 by the table, is left out for that profile;
/// [`Basis::left_out`](super::Basis::left_out) says why.
///
/// # Errors
/// An id is there twice; a profile is of nobody in the families, of several, or of somebody typed already; a profile is a
/// mixture, or says another sex than is stated; bodies and families have no locus in common; a prior or a threshold is out of
/// range; a family has more ways to place bodies, or a group takes more steps,
/// than allowed (the error says how many, and the limit); the work was cancelled.
///
/// # References
/// M. D. Vigeland, T. Egeland, "Joint DNA-based disaster victim identification", Scientific Reports 11 (2021). D. Kling,
/// T. Egeland, A. O. Tillmar, L. Prieto, *Mass Identifications*, 2021.
///
/// # Examples
/// ```
/// use matcher_core::dna::identification::{Conclusion, DviOptions, Family, Thresholds, dvi};
/// use matcher_core::dna::kinship::Pedigree;
/// use matcher_core::dna::{Frequencies, Profile};
/// use matcher_core::units::Log10;
/// let table = Frequencies::builder("example")
///     .locus("TH01", [("6", 0.01), ("7", 0.5), ("9.3", 0.49)])?
///     .locus("FGA", [("20", 0.02), ("21", 0.98)])?
///     .build()?;
/// let child = |child, parent| Pedigree::new([(child, Some(parent), None, None), (parent, None, None, None)]);
/// let families = [Family::new("F1", child("child", "M")?, ["M"])?, Family::new("F2", child("child", "M")?, ["M"])?];
/// let relatives = [
///     Profile::new("F1/child", [("TH01", ["6", "6"]), ("FGA", ["20", "21"])])?,
///     Profile::new("F2/child", [("TH01", ["7", "7"]), ("FGA", ["21", "21"])])?,
/// ];
/// let body = [Profile::new("B-1", [("TH01", ["6", "9.3"]), ("FGA", ["20", "20"])])?];
/// let options = DviOptions {
///     thresholds: Thresholds { joint: 100.0, ..Thresholds::default() },
///     ..DviOptions::default()
/// };
/// let report = dvi(&body, &families, &relatives, &table, &options)?;
/// // Half of 1/0.01, and of 1/0.02; impossible in the other family, where TH01 has to come from M.
/// assert!((report.pairwise.log10_lr[[0, 0]] - Log10::of(1250.0).unwrap().value()).abs() < 1e-9);
/// assert_eq!(report.pairwise.log10_lr[[0, 1]], f64::NEG_INFINITY);
/// assert!(matches!(report.of_body("B-1"), Some(Conclusion::MatchByJoint { with, .. }) if with.family == "F1"));
/// assert!((report.marginals.pairs[[0, 0]] - 1250.0 / 1251.0).abs() < 1e-9);
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn dvi(
    post_mortem: &[Profile],
    families: &[Family],
    ante_mortem: &[Profile],
    frequencies: &Frequencies,
    options: &DviOptions<'_>,
) -> Result<DviReport> {
    options.thresholds.check()?;
    let columns = families.iter().map(|family| family.missing().len()).sum();
    options.limits.check(post_mortem.len(), columns)?;
    options.prior.check(post_mortem.len(), columns)?;
    let case = |bodies: &[Profile], sexes: &BTreeMap<String, Sex>| {
        Case::new(bodies, families, ante_mortem, frequencies, &options.model, sexes)
    };
    let given = case(post_mortem, &options.sexes)?;
    let found = remains(&given, options)?;
    let listed = |found: Vec<([usize; 2], Duplicate)>| found.into_iter().map(|(_, found)| found).collect();
    let all_apart = |found, remarks| {
        let remains = Remains { found: listed(found), merged: Vec::new(), remarks };
        identify(&given, &options.prior, options, remains)
    };
    if !options.merge {
        return all_apart(found, Vec::new());
    }
    let Joined { parts, bodies, remarks } = join(&given, post_mortem, &found)?;
    if parts.len() == post_mortem.len() {
        return all_apart(found, remarks);
    }
    let joined = case(&bodies, &joined_sexes(&parts, post_mortem, &options.sexes))?;
    let found = listed(remains(&joined, options)?);
    let rows: Vec<usize> = parts.iter().map(|part| part[0]).collect();
    let names = |part: &Vec<usize>| part.iter().map(|&body| post_mortem[body].id().to_owned()).collect();
    let merged = parts.iter().filter(|part| part.len() > 1).map(names).collect();
    identify(&joined, &options.prior.of_bodies(&rows), options, Remains { found, merged, remarks })
}

/// Remains that may belong together.
fn remains(case: &Case<'_>, options: &DviOptions<'_>) -> Result<Vec<([usize; 2], Duplicate)>> {
    let typed = Typed::new(case, &options.model, options.threads)?;
    duplicates(case, &typed, &options.model, &options.thresholds, options.threads)
}
