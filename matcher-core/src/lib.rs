//! Forensic biometric matching: fingerprint minutiae now, DNA profiles next.
pub mod error;
pub mod evaluation;
pub mod fingerprint;
pub mod provenance;
pub mod units;

pub use error::{Error, Result};
