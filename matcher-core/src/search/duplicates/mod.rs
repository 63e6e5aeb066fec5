//! All against all: who is in a gallery twice, and which cases belong together.
//!
//! Every unordered pair of subjects is looked at once. They are numbered by their ids, so nothing depends on the order
//! in which they were enrolled or on how the gallery lies in memory or on the disk; the one with the lesser id is the
//! probe. Work that was stopped or killed goes on from its checkpoint, and finds the very same.
//!
//! `prints/` compares prints; DNA is compared in `profiles/duplicates/`. Both answer [`Links`].

mod checkpoint;
mod clusters;
mod config;
mod export;
mod found;
mod links;
mod options;
mod pace;
mod prints;
mod run;

pub(super) use checkpoint::{Work, digits};
pub(super) use found::Found;
pub(super) use pace::{Pace, pairs};
pub(super) use run::{Outcome, walk};

pub use config::{DuplicateStages, StageCounts};
pub use links::{Link, LinkKind, Links};
pub use options::DuplicateOptions;
pub use prints::find_duplicate_prints;

#[cfg(test)]
#[path = "links_tests.rs"]
mod tests;
