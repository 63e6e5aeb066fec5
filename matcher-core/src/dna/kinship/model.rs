//! What is assumed about the population and about mutation: the part of a question that is not who and what.

use crate::dna::Locus;
use crate::dna::likelihood::Mutation;
use crate::error::{Error, Result};
use crate::units::Theta;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What a likelihood assumes beside the pedigree and the frequencies; every report repeats it.
///
/// # Examples
/// ```
/// use matcher_core::dna::kinship::Model;
/// use matcher_core::dna::likelihood::MutationModel;
/// use matcher_core::units::Theta;
/// let model = Model::default().with_theta(Theta::new(0.01)?).with_mutation(MutationModel::equal(0.002)?);
/// assert!(!model.prune_untyped);
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Model {
    /// Common descent of all founders of all families of a hypothesis, by the sampling formula.
    pub theta: Theta,
    /// How alleles mutate, a locus.
    pub mutation: MutationRates,
    /// Whether a founder who was not typed and has one child is left out, so that the child's allele is drawn from the
    /// population as it is. `false` keeps everybody: the founder's allele is drawn, and may mutate on its way.
    ///
    /// Without mutation, or with a stationary model (proportional; transforms `PM`, `MH`, `BA`, `PR`), both are the same. With
    /// the equal and the stepwise model they are not. By hand: a parent and a child, alleles 1, 2, 3 with frequencies
    /// 0.5, 0.3, 0.2, equal model with rate 0.1, the parent 1,1 and the child 1,2. With the other parent kept the
    /// likelihood is 0.25 (0.9 0.305 + 0.05 0.475) = 0.0745625, left out 0.25 (0.9 0.3 + 0.05 0.5) = 0.07375. pedprobr keeps;
    /// Familias leaves out, except with theta.
    pub prune_untyped: bool,
    /// Probability that an allele of a specimen was lost, 0.0 to 1.0 (exclusive), by the id of its profile. What is not
    /// here lost none.
    pub dropout: BTreeMap<String, f64>,
}

/// Mutation by locus: one for all, and others for some.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MutationRates {
    /// For every locus that is not named; `None`: nothing mutates.
    pub default: Option<Mutation>,
    /// For these loci.
    pub loci: BTreeMap<Locus, Option<Mutation>>,
}

impl MutationRates {
    /// What holds at a locus.
    pub fn at(&self, locus: Locus) -> Option<Mutation> {
        *self.loci.get(&locus).unwrap_or(&self.default)
    }
}

impl fmt::Display for MutationRates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = |mutation: Option<Mutation>| {
            mutation.map_or("no mutation".into(), |mutation| mutation.to_string())
        };
        write!(f, "{}", one(self.default))?;
        self.loci.iter().try_for_each(|(locus, mutation)| write!(f, "; {locus}: {}", one(*mutation)))
    }
}

impl<M: Into<Mutation>> From<M> for MutationRates {
    fn from(mutation: M) -> Self {
        Self { default: Some(mutation.into()), loci: BTreeMap::new() }
    }
}

impl Model {
    /// The same with another theta.
    #[must_use]
    pub fn with_theta(self, theta: Theta) -> Self {
        Self { theta, ..self }
    }

    /// The same with mutation.
    #[must_use]
    pub fn with_mutation(self, mutation: impl Into<MutationRates>) -> Self {
        Self { mutation: mutation.into(), ..self }
    }

    /// The same with another convention for founders who were not typed.
    #[must_use]
    pub fn with_prune_untyped(self, prune_untyped: bool) -> Self {
        Self { prune_untyped, ..self }
    }

    /// The same with a probability that alleles of this specimen were lost.
    ///
    /// # Method
    /// With `d` for the probability: two different alleles seen, `(1-d)^2`; one allele seen, `1-d^2` for a homozygote and
    /// `d(1-d)` for each heterozygote that has it. A locus at which nothing was seen counts as not typed.
    #[must_use]
    pub fn with_dropout(mut self, profile: &str, probability: f64) -> Self {
        self.dropout.insert(profile.to_owned(), probability);
        self
    }

    /// Checks that drop-out is said of profiles that are there: a slip in an id would leave it out in silence.
    pub(super) fn check_dropout(&self, profiles: &[&str]) -> Result<()> {
        let unknown = self.dropout.keys().find(|id| !profiles.contains(&id.as_str()));
        unknown.map_or(Ok(()), |id| {
            Err(Error::invalid("drop-out", "profile", format!("{id:?}"), "the id of a profile of the case"))
        })
    }

    /// Checks the numbers that no type checks.
    pub(super) fn check(&self) -> Result<()> {
        let wrong = self.dropout.iter().find(|(_, probability)| !(0.0..1.0).contains(*probability));
        wrong.map_or(Ok(()), |(id, probability)| {
            let record = format!("profile {id:?}");
            Err(Error::invalid(record, "drop-out probability", probability, "at least 0 and less than 1"))
        })
    }
}
