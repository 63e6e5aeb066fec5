//! How good a hit under the Prüm decisions is.

use super::locus::Verdict;
use crate::dna::{Designation, Genotype};
use serde::{Deserialize, Serialize};

/// The class of a hit, best first.
///
/// # References
/// Council Decision 2008/616/JHA and the practice that grew from it. The decision's own words were not at hand: the
/// classes are common knowledge of the field, and a microvariant is taken for two repeats less than one apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    /// 1: all compared alleles are equal.
    Identical,
    /// 2: some agree by a wildcard.
    Wildcard,
    /// 3: one allele differs by less than a repeat.
    Microvariant,
    /// 4: one allele of all compared differs.
    NearMatch,
}

impl Quality {
    /// The number of the class, 1 to 4.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The class of a hit from its compared loci: verdict, and the genotypes as they were read.
    pub(super) fn of<'a>(loci: impl Iterator<Item = (Verdict, &'a Genotype, &'a Genotype)>) -> Self {
        let class = |(verdict, a, b): (Verdict, &Genotype, &Genotype)| match verdict {
            Verdict::Agrees | Verdict::NotCompared => Self::Identical,
            Verdict::Wildcard => Self::Wildcard,
            Verdict::Partial | Verdict::Excluded if within_a_repeat(a, b) => Self::Microvariant,
            Verdict::Partial | Verdict::Excluded => Self::NearMatch,
        };
        loci.map(class).max().unwrap_or(Self::Identical)
    }
}

/// Whether what differs is one repeat on each side, less than a whole one apart.
fn within_a_repeat(a: &Genotype, b: &Genotype) -> bool {
    let differing = |a: &Genotype, b: &Genotype| -> Vec<Designation> {
        let others = a.distinct().iter().filter(|allele| !b.alleles().contains(allele));
        others.map(|allele| allele.designation()).collect()
    };
    match (differing(a, b).as_slice(), differing(b, a).as_slice()) {
        ([Designation::Repeat(a)], [Designation::Repeat(b)]) => a.abs_diff(*b) < 10,
        _ => false,
    }
}
