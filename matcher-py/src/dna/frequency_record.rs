//! A frequency table as pickling keeps it.

use matcher_core::dna as core;
use matcher_core::dna::{Allele, FrequenciesBuilder, Locus, RareAllele};
use serde::{Deserialize, Serialize};

/// What pickling keeps of a table.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    name: String,
    provenance: String,
    rare: Option<RareAllele>,
    loci: Vec<LocusRecord>,
    linked: Vec<(Locus, Locus, f64)>,
}

#[derive(Serialize, Deserialize)]
struct LocusRecord {
    locus: Locus,
    alleles: Vec<(Allele, f64)>,
    counted: Option<u64>,
    silent: f64,
    x_linked: bool,
}

impl Record {
    pub(super) fn of(table: &core::Frequencies) -> Self {
        let record = |at: &core::LocusFrequencies| LocusRecord {
            locus: at.locus(),
            alleles: at.alleles().to_vec(),
            counted: at.counted(),
            silent: at.silent(),
            x_linked: at.is_x_linked(),
        };
        Self {
            name: table.name().to_owned(),
            provenance: table.provenance().to_owned(),
            rare: table.rare(),
            loci: table.loci().iter().map(record).collect(),
            linked: table.linked().iter().map(|pair| (pair.first, pair.second, pair.rho)).collect(),
        }
    }

    pub(super) fn table(self) -> matcher_core::Result<core::Frequencies> {
        let mut builder = core::Frequencies::builder(&self.name).provenance(&self.provenance);
        for at in self.loci {
            builder = builder.alleles(at.locus, at.alleles);
            if let Some(counted) = at.counted {
                builder = builder.counted(at.locus, counted);
            }
            if at.silent > 0.0 {
                builder = builder.silent(at.locus, at.silent);
            }
            if at.x_linked {
                builder = builder.x_linked(at.locus);
            }
        }
        for (first, second, rho) in self.linked {
            builder = builder.linked(first, second, rho);
        }
        self.rare.into_iter().fold(builder, FrequenciesBuilder::rare).build()
    }
}
