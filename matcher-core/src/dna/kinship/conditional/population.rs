//! The population that untyped people are of: frequencies that sum to 1, so that probabilities of genotypes do.

use super::super::prepared::Prepared;
use crate::dna::{Allele, Frequencies, Genotype, Locus};
use crate::error::Result;

/// The table at these loci, with frequencies that sum to 1.
pub(super) fn population(prepared: &Prepared<'_>, loci: &[Locus]) -> Result<Frequencies> {
    let frequencies = prepared.frequencies();
    let mut builder = Frequencies::builder(frequencies.name()).provenance(frequencies.provenance());
    for table in frequencies.loci().iter().filter(|table| loci.contains(&table.locus())) {
        let locus = table.locus();
        let genotypes = prepared.profiles().iter().filter_map(|(_, profile)| profile.get(locus));
        let mut seen: Vec<Allele> = genotypes.flat_map(Genotype::alleles).copied().collect();
        seen.retain(|allele| allele.is_designated());
        seen.sort_unstable();
        seen.dedup();
        let mut alleles = Vec::with_capacity(table.alleles().len() + seen.len());
        for &allele in &seen {
            alleles.push((allele, frequencies.frequency(locus, allele)?));
        }
        let shown = 1.0 - table.silent();
        let left = shown - alleles.iter().map(|(_, frequency)| frequency).sum::<f64>();
        let others: Vec<(Allele, f64)> = table
            .alleles()
            .iter()
            .filter(|(allele, _)| seen.binary_search(allele).is_err())
            .copied()
            .collect();
        let rest: f64 = others.iter().map(|(_, frequency)| frequency).sum();
        if left > 0.0 && rest > 0.0 {
            alleles.extend(others.into_iter().map(|(allele, frequency)| (allele, frequency * (left / rest))));
        } else {
            let sum: f64 = alleles.iter().map(|(_, frequency)| frequency).sum();
            for (_, frequency) in &mut alleles {
                *frequency *= shown / sum;
            }
        }
        // Rounding may leave a lone allele a last digit above 1.
        for (_, frequency) in &mut alleles {
            *frequency = frequency.min(1.0);
        }
        builder = builder.alleles(locus, alleles).silent(locus, table.silent());
        if table.is_x_linked() {
            builder = builder.x_linked(locus);
        }
    }
    for pair in frequencies.linked().iter().filter(|pair| loci.contains(&pair.first)) {
        if loci.contains(&pair.second) {
            builder = builder.linked(pair.first, pair.second, pair.rho);
        }
    }
    builder.build()
}
