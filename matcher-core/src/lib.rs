//! Forensic biometric matching: fingerprint minutiae now, DNA profiles next.
pub mod error;
pub mod fingerprint;
pub mod formats;
pub mod gallery;
pub mod provenance;
pub mod search;
pub mod threads;
pub mod units;

pub use error::{Error, Result};
