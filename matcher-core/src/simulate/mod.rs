//! Seeded simulation: prints of fingers and profiles of people whom nobody knows, as many as are wanted, to test and to
//! measure with.
//!
//! What is simulated depends on the seed and the configuration alone: the same bits on every machine, in any order, and
//! without making what comes before it. Nothing here is a person's biometric data.

pub mod dna;
pub mod fingerprint;
mod random;

pub(crate) use random::Stream;
