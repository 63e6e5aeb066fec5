//! Fingerprints: what a print is, and whether two prints are of the same finger.
//!
//! A [`Template`] is the meaning: minutiae in the frame of their own image. [`Matcher`] compares two of them and gives
//! a [`Comparison`]: a score, its parts, and the corresponding minutiae that an examiner looks at.

mod conventions;
pub mod descriptor;
#[cfg(feature = "extract")]
pub mod extract;
pub mod matcher;
mod minutia;
mod model;
mod position;
mod template;

pub use conventions::{Mistake, Suspicion, check_conventions};
#[cfg(feature = "extract")]
pub use extract::{Extractor, ExtractorConfig};
pub use matcher::{Algorithm, Comparison, Config, Matcher, NotComparable, Parts, Prepared};
pub use minutia::{Minutia, MinutiaKind, Quality};
pub use model::Model;
pub use position::{FingerPosition, Impression};
pub use template::{Built, MAX_MINUTIAE, Template, TemplateBuilder};
