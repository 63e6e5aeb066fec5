//! Which bodies are whom, all at once: every assignment of bodies to missing persons, with its probability.
//!
//! The steps: [`placements`] lists what is possible in each family by itself; [`group`] parts families and bodies into
//! groups that have nothing to do with each other; [`search`] finds the best assignments of a group, all of them where
//! they are few, and bounds what it left out; [`posterior`] weighs them and joins the groups.

mod group;
mod log_sum;
mod placements;
mod posterior;
mod search;

pub(super) use placements::{Family, Likelihoods, Weighed, Weights, placements, weigh};
pub(super) use posterior::{Allowed, Joint, Part, Supports, joint};

#[cfg(test)]
#[path = "assignment_tests.rs"]
mod tests;
