//! Missing persons and victims of disasters: which body is whom, as far as their families' profiles tell.
//!
//! [`dvi`] goes the whole way: remains that belong together, every body against every missing person, what is excluded
//! and what is undisputed, all assignments at once with their probabilities, and a conclusion for each.

mod assignment;
mod blocks;
mod case;
mod conclusion;
mod disjoint;
mod duplicates;
mod dvi;
mod evidence;
mod family;
mod identify;
mod join;
mod lr_matrix;
mod merge;
mod options;
mod remarks;
mod report;
mod report_text;
mod steps;
mod typed;

pub use case::{LeftOut, MissingPerson, WhyLeftOut};
pub use conclusion::Conclusion;
pub use duplicates::Duplicate;
pub use dvi::dvi;
pub use family::Family;
pub use lr_matrix::PairState;
pub use merge::merge_parts;
pub use options::{DviOptions, Limits, Prior, Thresholds};
pub use report::{Assignment, Basis, DviReport, Exclusion, GroupReport, Marginals, Pairwise, UndisputedPair};
