//! Whether two profiles agree, under a rule: a verdict a locus and one for the whole.
//!
//! Not compared, compared and agreeing, and compared and excluded are three different outcomes of a locus, and too few
//! comparable loci is a different answer from no hit.

mod comparison;
mod locus;
mod mixture;
mod quality;
mod reading;
mod rule;

pub use comparison::{Counts, LocusComparison, Outcome, ProfileComparison, Victims, compare};
pub(crate) use comparison::{compare_by, method};
pub use locus::{Stringency, Verdict, stringency};
pub use mixture::{MixtureRule, shared_contributor, victim_containment};
pub use quality::Quality;
pub use reading::Reading;
pub use rule::{Entry, LocusChoice, PairRule, Rule};
