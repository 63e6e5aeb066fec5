//! One probe against a gallery: who is most likely the same person, and how much was looked at.
//!
//! [`search`] compares with every subject and answers a [`CandidateList`]: the best candidates with their evidence, and
//! how many subjects were searched, not comparable, or not reached.

mod candidates;
mod fingerprints;
mod options;
mod runner;
mod top;

pub use candidates::{Candidate, CandidateList, Evidence};
pub use fingerprints::search;
pub use options::{Options, Positions};
