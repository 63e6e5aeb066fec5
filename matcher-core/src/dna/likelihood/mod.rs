//! How much an agreement means: probabilities of genotypes in a population with common descent, and of mutation.

mod across;
mod genotype;
mod match_probability;
mod mutation;
mod theta;

pub use across::{AcrossPopulations, across};
pub use genotype::Formula;
pub use match_probability::{LocusProbability, MatchProbability, NotCounted, match_probability};
pub use mutation::{
    Mutation, MutationKind, MutationModel, Transform, is_reversible, is_stationary, overall_rate,
};
pub use theta::next_allele;
