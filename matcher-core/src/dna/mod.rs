//! DNA profiles: what a profile is, whether two agree, and how much that means.
//!
//! A [`Profile`] holds a [`Genotype`] a [`Locus`]; its [`Allele`]s are exact tenths of repeats, never floats.

mod allele;
mod category;
pub mod compare;
pub mod database;
mod frequencies;
mod genotype;
pub mod identification;
pub mod kinship;
mod kit;
pub mod likelihood;
mod locus;
mod name;
mod panel;
mod profile;

pub use allele::{Allele, Designation};
pub use category::Category;
pub use frequencies::{
    AlleleCounts, Frequencies, FrequenciesBuilder, LinkedLoci, LocusFrequencies, RareAllele,
};
pub use genotype::{Genotype, MAX_ALLELES};
pub use kit::Kit;
pub use locus::{Inheritance, Locus};
pub(crate) use panel::{Encoded, LocusSet};
pub use panel::{MAX_LOCI, Panel};
pub use profile::{Profile, ProfileBuilder, Sex, Source};
