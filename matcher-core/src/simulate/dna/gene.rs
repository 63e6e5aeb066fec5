//! One locus as gene dropping sees it: numbers of alleles that are drawn, handed on, and shown.

use super::alias::AliasTable;
use crate::dna::{Allele, Genotype, Locus, Sex};
use crate::simulate::random::Stream;
use crate::units::Theta;

/// The numbers of the alleles of a person, from the father and from the mother; one who has one copy has the mother's.
pub(super) type Genes = [Option<u16>; 2];

/// The alleles of a locus, how often they are, and how they mutate.
#[derive(Clone, Debug)]
pub(super) struct GeneLocus {
    pub(super) locus: Locus,
    /// Alleles in their order; the number behind the last one is a silent allele.
    pub(super) alleles: Vec<Allele>,
    pub(super) table: AliasTable,
    /// How an allele of a father becomes that of a child, and of a mother, row by row; `None` where nothing mutates.
    pub(super) transitions: Option<[Vec<f64>; 2]>,
    pub(super) x_linked: bool,
}

impl GeneLocus {
    /// Whether somebody of this sex has one copy.
    pub(super) fn has_one_copy(&self, sex: Option<Sex>) -> bool {
        self.x_linked && sex == Some(Sex::Male)
    }

    /// A gene drawn from the population, of which those in `urn` were drawn before.
    pub(super) fn drawn(&self, stream: &mut Stream, urn: &mut Vec<u16>, theta: Theta) -> u16 {
        let (drawn, theta) = (urn.len() as f64, theta.value());
        let copied =
            theta > 0.0 && !urn.is_empty() && stream.chance(drawn * theta / (1.0 + (drawn - 1.0) * theta));
        let gene = if copied {
            urn[stream.below(urn.len() as u64) as usize]
        } else {
            self.table.draw(stream.bits())
        };
        if theta > 0.0 {
            urn.push(gene);
        }
        gene
    }

    /// What a child gets of a gene, which may mutate; silent alleles stay silent.
    pub(super) fn handed_on(&self, stream: &mut Stream, gene: u16, from_mother: bool) -> u16 {
        let (own, size) = (usize::from(gene), self.alleles.len());
        let Some(transitions) = &self.transitions else { return gene };
        if own >= size {
            return gene;
        }
        let row = &transitions[usize::from(from_mother)][own * size..][..size];
        let mut left = stream.uniform() - row[own];
        if left < 0.0 {
            return gene;
        }
        let mut last = own;
        for (to, &probability) in row.iter().enumerate().filter(|&(to, p)| to != own && *p > 0.0) {
            last = to;
            left -= probability;
            if left < 0.0 {
                break;
            }
        }
        last as u16 // rounding may leave a rest: the last one that can be
    }

    /// What is seen of the genes of a person; `None` where none shows.
    pub(super) fn shown(&self, genes: Genes) -> Option<Genotype> {
        let seen = |gene: Option<u16>| gene.and_then(|gene| self.alleles.get(usize::from(gene)).copied());
        match (genes[0].is_some(), seen(genes[0]), seen(genes[1])) {
            (false, _, one) => one.map(Genotype::single_copy),
            (true, Some(a), Some(b)) => Some(Genotype::pair(a, b)),
            (true, Some(a), None) | (true, None, Some(a)) => Some(Genotype::pair(a, a)),
            (true, None, None) => None,
        }
    }
}
