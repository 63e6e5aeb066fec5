//! Whom of a database a person is related to, or which body of it a family misses.
//!
//! The question is compiled to a table of likelihood ratios a locus, which a scan adds up in single precision; who is near
//! the top is evaluated once more as a case of its own, so what is reported is exact and ranked exactly.

mod answer;
mod compiled;
mod kin;
mod options;
mod scan;

pub use answer::{RelativeCandidate, RelativeCandidates};
pub use kin::Kin;
pub use options::RelativeOptions;
pub use scan::{search_relatives, search_relatives_in};

#[cfg(test)]
#[path = "relatives_tests.rs"]
mod tests;
