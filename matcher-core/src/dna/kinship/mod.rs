//! How people are related: likelihood ratios from DNA profiles and pedigrees.

mod case;
mod elimination;
mod evidence;
mod factor;
mod model;
mod network;
mod pedigree;
mod prepared;
mod relevant;
mod states;
mod urn;

pub use case::Case;
pub use evidence::NotCounted;
pub use model::{Model, MutationRates};
pub use pedigree::{MAX_PEOPLE, Pedigree, PedigreeBuilder, Person};
pub use prepared::{Prepared, Unit};
