//! Mutation: how likely a child's allele is another one than that which its parent passed on.
//!
//! A [`MutationModel`] is a rule with its rates; laid over the alleles of one locus it becomes a matrix. The matrix is
//! built of its moves alone, the probabilities beside the diagonal, so that rates near 0 keep all their digits; the
//! diagonal comes last, as what remains of 1.

mod kinds;
mod matrix;
mod model;
mod rates;
mod sexes;
mod stationary;
mod transform;

pub use model::{MutationKind, MutationModel};
pub use rates::{is_reversible, is_stationary, overall_rate};
pub use sexes::Mutation;
pub use transform::Transform;
