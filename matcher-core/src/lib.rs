//! Forensic biometric matching: fingerprint minutiae now, DNA profiles next.
pub mod error;
pub mod evaluation;
pub mod fingerprint;
pub mod formats;
pub mod gallery;
pub mod provenance;
pub mod search;
pub mod simulate;

pub mod units;
pub mod work;

pub use error::{Error, Result};
