//! How people are related: likelihood ratios from DNA profiles and pedigrees.

mod across;
mod answer;
mod case;
mod conditional;
mod elimination;
mod evidence;
mod factor;
mod identity;
mod meiosis;
mod model;
mod network;
mod pairwise;
mod partition;
mod pedigree;
mod prepared;
mod question;
mod relation;
mod relevant;
mod report;
mod states;
mod table;
mod urn;

pub use across::{KinshipAcross, kinship_across};
pub use answer::kinship;
pub use case::Case;
pub use conditional::{Conditional, GenotypeDistribution, Placed};
pub use evidence::NotCounted;
pub use model::{Model, MutationRates};
pub use pairwise::{PairContribution, PairwiseKinship, kinship_lr};
pub use pedigree::{MAX_PEOPLE, Pedigree, PedigreeBuilder, Person};
pub use prepared::{Prepared, Unit};
pub use relation::Relation;
pub use report::{Contribution, Hypothesis, KinshipReport, UnitReport, UsedFrequency};
pub use table::GenotypeTable;
