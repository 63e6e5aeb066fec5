//! Seeded simulation: prints of fingers that nobody has, as many as are wanted, to test and to measure with.
//!
//! What is simulated depends on the seed and the configuration alone: the same bits on every machine, in any order, and
//! without making what comes before it. Nothing here is a person's biometric data.

pub mod fingerprint;
mod random;
