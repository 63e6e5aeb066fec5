//! What an identification is answered with: every number, and what it rests on.

use super::case::{LeftOut, MissingPerson};
use super::conclusion::Conclusion;
use super::duplicates::Duplicate;
use super::lr_matrix::PairState;
use super::options::{Limits, Prior, Thresholds};
use crate::dna::kinship::Model;
use crate::dna::{Locus, RareAllele};
use crate::provenance::Method;
use crate::units::Log10;
use ndarray::{Array2, Axis};
use serde::{Serialize, Serializer};

/// Which body is whom, as far as the profiles tell. `Display` is the text of a report; no allele is in it.
///
/// Matrices have a row for each of [`bodies`](Self::bodies) and a column for each of [`missing`](Self::missing).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DviReport {
    /// The ids of the bodies as given; of parts that were joined, the first one's.
    pub bodies: Vec<String>,
    /// The missing persons: family by family as given, each in the order of its list.
    pub missing: Vec<MissingPerson>,
    /// Remains that may be one person's or relatives', most likely first; those joined into one body are not among them.
    pub duplicates: Vec<Duplicate>,
    /// The ids that were joined into one body.
    pub merged: Vec<Vec<String>>,
    /// Every body against every missing person, by itself.
    pub pairwise: Pairwise,
    /// The pairs that are inconsistent at some loci.
    pub exclusions: Vec<Exclusion>,
    /// Pairs beyond the threshold without a rival.
    pub undisputed: Vec<UndisputedPair>,
    /// Families that share possible bodies, with those bodies.
    pub groups: Vec<GroupReport>,
    /// The most probable assignments of all bodies, most probable first, at most as many as asked for.
    pub assignments: Vec<Assignment>,
    /// The probability, at most, that the true assignment is none that was kept of the groups; 0 where all were kept, or where no
    /// number is so small: [`is_complete`](Self::is_complete) says which. The posteriors and marginals here are lower bounds, each at most this much too small.
    pub outside: f64,
    /// Probabilities of pairs that were compared, summed over all assignments that were kept.
    pub marginals: Marginals,
    /// What is concluded of each body, in their order.
    pub body_conclusions: Vec<Conclusion<MissingPerson>>,
    /// What is concluded of each missing person, in their order.
    pub missing_conclusions: Vec<Conclusion<String>>,
    /// What all of it rests on.
    pub basis: Basis,
}

/// Every body against every missing person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pairwise {
    /// The logarithm of the likelihood ratio of the body's being the missing person, against its being related to nobody
    /// of the family. Minus infinity where that is impossible or the sexes differ; 0 where nothing was compared. Written as
    /// rows of numbers, or `-inf`.
    #[serde(serialize_with = "as_log10")]
    pub log10_lr: Array2<f64>,
    /// Whether a pair was compared.
    #[serde(serialize_with = "as_rows")]
    pub states: Array2<PairState>,
    /// How many loci were typed of the body and of somebody of the family.
    #[serde(serialize_with = "as_rows")]
    pub loci: Array2<usize>,
}

/// A pair that is inconsistent at some loci.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exclusion {
    /// The body.
    pub body: String,
    /// The missing person.
    pub missing: MissingPerson,
    /// The loci at which the pair is impossible without mutation, while the family by itself is not. Of two linked loci
    /// that are evaluated together, both stand as one.
    pub loci: Vec<String>,
    /// Whether the pair is excluded by them.
    pub excluded: bool,
}

/// An undisputed pair.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UndisputedPair {
    /// The body.
    pub body: String,
    /// The missing person.
    pub missing: MissingPerson,
    /// The pairwise likelihood ratio, with those of the steps before as known.
    pub log10_lr: Log10,
    /// The step, from 1.
    pub step: usize,
}

/// Families that have to do with each other because some body could belong to either.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupReport {
    /// Their names.
    pub families: Vec<String>,
    /// The bodies that could be somebody of them.
    pub bodies: Vec<String>,
    /// How many assignments were kept.
    pub kept: usize,
    /// The probability, at most, that the true one is none of them; 0 where they are all, or where no number is so small.
    pub outside: f64,
    /// Whether they are all.
    pub complete: bool,
}

/// An assignment of all bodies. Who is not named is not identified: the body is nobody's, the missing person is not there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assignment {
    /// Who is whom: the body and the missing person, in the order of bodies; those taken as known are among them.
    pub pairs: Vec<(String, MissingPerson)>,
    /// The logarithm of the probability of all profiles of bodies and families, given the assignment.
    pub log10_likelihood: Log10,
    /// The logarithm of the likelihood ratio against nobody being identified beyond those taken as known: 0 where only
    /// they are.
    pub log10_lr: Log10,
    /// The probability, given the profiles, the prior, what is excluded and the pairs taken as known, 0.0 to 1.0; 1 where
    /// no pair was left to weigh.
    pub posterior: f64,
}

/// Probabilities of pairs, given the prior, what is excluded and the pairs taken as known, whose probability is 1.
///
/// They speak of pairs that were compared, by [`Pairwise::states`]; the others are not weighed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Marginals {
    /// That a body is a missing person; 0 also where the two were not compared, of which nothing is known.
    #[serde(serialize_with = "as_rows")]
    pub pairs: Array2<f64>,
    /// That a body is none of those it was compared with; `None` where it was compared with nobody and somebody is left
    /// of whom nothing is known.
    pub nobody: Vec<Option<f64>>,
    /// That a missing person is none of the bodies compared; `None` where none was and nothing is known of some.
    pub absent: Vec<Option<f64>>,
}

/// What a report rests on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Basis {
    /// The method; its configuration covers all below and every number of the table.
    pub method: Method,
    /// The name of the frequency table.
    pub population: String,
    /// The digest of the frequency table.
    pub table: String,
    /// The rule for rare alleles.
    pub rare: Option<RareAllele>,
    /// Theta, mutation and what became of founders who were not typed.
    pub model: Model,
    /// The loci that were used.
    pub loci: Vec<Locus>,
    /// What the conclusions ask for.
    pub thresholds: Thresholds,
    /// What was known beside DNA.
    pub prior: Prior,
    /// How much was allowed.
    pub limits: Limits,
    /// Whether undisputed pairs were taken as known.
    pub fix_undisputed: bool,
    /// Loci of profiles that were left out, and why; markers of sex and the Y chromosome are never weighed, and not here.
    pub left_out: Vec<LeftOut>,
    /// What else whoever reads it should know.
    pub remarks: Vec<String>,
}

impl DviReport {
    /// The pairs that are excluded by their loci.
    pub fn excluded(&self) -> impl Iterator<Item = &Exclusion> {
        self.exclusions.iter().filter(|exclusion| exclusion.excluded)
    }

    /// Whether every assignment of the pairs that are not excluded was kept.
    pub fn is_complete(&self) -> bool {
        self.groups.iter().all(|group| group.complete)
    }

    /// The conclusion of a body, by its id.
    pub fn of_body(&self, id: &str) -> Option<&Conclusion<MissingPerson>> {
        let place = self.bodies.iter().position(|body| body == id)?;
        self.body_conclusions.get(place)
    }

    /// The conclusion of a missing person, by family and id.
    pub fn of_missing(&self, family: &str, person: &str) -> Option<&Conclusion<String>> {
        let is = |missing: &MissingPerson| missing.family == family && missing.person == person;
        self.missing_conclusions.get(self.missing.iter().position(is)?)
    }
}

/// Rows of numbers; JSON has no infinity.
fn as_log10<S: Serializer>(matrix: &Array2<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    let row = |row: ndarray::ArrayView1<'_, f64>| -> Vec<Log10> {
        row.iter().map(|&number| super::conclusion::logarithm(number)).collect()
    };
    serializer.collect_seq(matrix.axis_iter(Axis(0)).map(row))
}

/// Rows, as one reads a table.
fn as_rows<T: Serialize + Clone, S: Serializer>(
    matrix: &Array2<T>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(matrix.axis_iter(Axis(0)).map(|row| row.to_vec()))
}
