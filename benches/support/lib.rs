//! What all benchmarks share: the machine that they name first, the way they measure, and the prints that they measure
//! on.
//!
//! A benchmark asserts its answer, then hands it to [`Meter::measure`] with the code to time. So a figure always
//! stands beside the answer that it was measured on, and a version that is fast and wrong has no figure.

mod machine;
mod meter;
mod prints;
mod profiles;

pub use machine::Machine;
pub use meter::{Case, Meter};
pub use prints::{Pair, adversarial_pair, pair_of_about};
pub use profiles::pack;

/// What a benchmark's `main` returns: the first error of the library or of the file system ends the run.
pub type Outcome = Result<(), Box<dyn std::error::Error>>;
