//! How people are related: likelihood ratios from DNA profiles and pedigrees.

mod answer;
mod conditional;
mod elimination;
mod evidence;
mod factor;
mod model;
mod network;
mod pedigree;
mod prepared;
mod question;
mod relevant;
mod report;
mod states;
mod urn;

pub use answer::kinship;
pub use conditional::{Conditional, GenotypeDistribution, Placed};
pub use evidence::NotCounted;
pub use model::{Model, MutationRates};
pub use pedigree::{MAX_PEOPLE, Pedigree, PedigreeBuilder, Person};
pub use prepared::{Prepared, Unit};
pub use report::{Contribution, Hypothesis, KinshipReport, UnitReport, UsedFrequency};
