//! The fast search in stages, over a gallery that lies in one place or in parts on several machines.
//!
//! A stage ends where all parts must be known before a line can be drawn: a print passes at or above the k-th largest
//! value of all. So each part says what it has ([`PartSays`]), [`Gathering`] draws the line and tells all parts
//! ([`Decision`]), and they go on ([`PartSearch`]). A gallery in one place is a search with one part: what is listed, and every
//! bit of it, is the same for any split.

mod gathering;
mod ground;
mod merge;
mod messages;
mod part;
mod track;
mod upper;

pub use gathering::{Decision, Gathering, PartSays};
pub(super) use ground::Ground;
pub(super) use messages::Spread;
pub use part::PartSearch;
pub(super) use part::alone;

#[cfg(test)]
#[path = "staged_tests.rs"]
mod tests;
