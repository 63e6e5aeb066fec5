//! Mutation by the sex of the parent: fathers pass on more mutations than mothers.

use super::MutationModel;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How alleles mutate on the way from fathers and from mothers to their children.
///
/// # Examples
/// ```
/// use matcher_core::dna::likelihood::{Mutation, MutationModel};
/// let fathers = MutationModel::stepwise(0.002, 1e-6, 0.1)?;
/// let mutation = Mutation::by_sex(fathers, MutationModel::stepwise(0.0005, 1e-6, 0.1)?);
/// assert!(mutation.differs_by_sex());
///
/// let same: Mutation = MutationModel::proportional(0.001)?.into();
/// assert!(!same.differs_by_sex() && same.is_always_lumpable());
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutation {
    /// From a father to his child.
    pub male: MutationModel,
    /// From a mother to her child.
    pub female: MutationModel,
}

impl Mutation {
    /// A model for fathers and one for mothers.
    pub const fn by_sex(male: MutationModel, female: MutationModel) -> Self {
        Self { male, female }
    }

    /// Whether fathers and mothers have different models.
    pub fn differs_by_sex(&self) -> bool {
        self.male != self.female
    }

    /// Whether [both models](MutationModel::is_always_lumpable) let unobserved alleles be joined into one exactly.
    pub const fn is_always_lumpable(&self) -> bool {
        self.male.is_always_lumpable() && self.female.is_always_lumpable()
    }
}

/// The same for both.
impl From<MutationModel> for Mutation {
    fn from(model: MutationModel) -> Self {
        Self::by_sex(model, model)
    }
}

impl fmt::Display for Mutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.differs_by_sex() {
            write!(f, "fathers {}, mothers {}", self.male, self.female)
        } else {
            self.male.fmt(f)
        }
    }
}
