//! Which genotypes have one likelihood, but for the frequencies of the alleles that nobody else shows.
//!
//! Without mutation an allele that nobody who is known shows can come from the population alone, and once: so the
//! likelihood of a genotype that has it once is in proportion to its frequency, with theta too. Of such genotypes one is
//! computed. One that has it twice is not among them: both may be copies of one.

use super::super::prepared::Prepared;
use super::Placed;
use super::one_by_one::{id, known};
use crate::dna::{Allele, Genotype, Locus, LocusFrequencies};

/// The alleles that somebody shows, at a locus where nothing mutates.
pub(super) struct Classes<'a> {
    table: &'a LocusFrequencies,
    shown: Vec<Allele>,
}

impl<'a> Classes<'a> {
    /// `None` where genotypes are not alike: where alleles mutate, or a genotype may hide some.
    pub(super) fn new(
        prepared: &Prepared<'a>,
        locus: Locus,
        person: usize,
        placed: &[Placed<'_>],
    ) -> Option<Self> {
        let table = prepared.frequencies().at(locus)?;
        let dropout = prepared.dropout(id(prepared.pedigree(), person));
        let alike = prepared.model().mutation.at(locus).is_none() && dropout == 0.0 && table.silent() == 0.0;
        let genotypes = known(prepared, locus, placed);
        let shown = genotypes.flat_map(|(_, genotype, _)| genotype.alleles()).copied().collect();
        alike.then_some(Self { table, shown })
    }

    /// What stands for a genotype, and its share: likelihoods of one class are in proportion to it. `None` where it is alone.
    pub(super) fn class(&self, genotype: &Genotype) -> Option<([Allele; 2], f64)> {
        // Of a relative of whom an allele is not known it might be that one.
        let is_shown = |allele: Allele| self.shown.iter().any(|shown| shown.may_be(allele));
        let (a, b) = match *genotype.alleles() {
            [a] => (a, a),
            [a, b] if a != b => (a, b),
            _ => return None,
        };
        let frequency = |allele: Allele| self.table.frequency(allele);
        match (is_shown(a), is_shown(b)) {
            (true, true) => None,
            (true, false) => Some(([a, Allele::UNKNOWN], frequency(b)?)),
            (false, true) => Some(([b, Allele::UNKNOWN], frequency(a)?)),
            (false, false) if genotype.is_single_copy() => Some(([Allele::UNKNOWN; 2], frequency(a)?)),
            (false, false) => Some(([Allele::UNKNOWN; 2], frequency(a)? * frequency(b)?)),
        }
    }
}
