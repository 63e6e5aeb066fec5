//! How much an agreement means: probabilities of genotypes in a population with common descent.

mod across;
mod genotype;
mod match_probability;
mod theta;

pub use across::{AcrossPopulations, across};
pub use genotype::Formula;
pub use match_probability::{LocusProbability, MatchProbability, NotCounted, match_probability};
pub use theta::next_allele;
