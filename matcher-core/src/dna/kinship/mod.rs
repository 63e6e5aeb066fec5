//! How people are related: likelihood ratios from DNA profiles and pedigrees.

mod pedigree;

pub use pedigree::{MAX_PEOPLE, Pedigree, PedigreeBuilder, Person};
