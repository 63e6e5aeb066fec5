//! The hottest loops on plain slices, a folder an operation, a file a level.
//!
//! Each operation states its contract in `mod.rs` and runs the level that it is given. `scalar.rs` is plain Rust;
//! `avx2.rs`, `avx512.rs` and `neon.rs` are the same sums with the instructions of a family of processors. One test
//! suite an operation walks through all levels of the machine it runs on and compares each with the plainest possible
//! code, bit for bit. Nothing here knows what the numbers mean.
//!
//! This is one of the two places for `unsafe`: only in the leaves, each block with the reason why it is sound.

pub mod differing;
mod floats;
pub mod hamming;
pub mod layers;
pub mod level;
pub mod lookup;
pub mod nearest;
pub mod overlap;
pub mod overlay;
pub mod planes;
pub mod product;
pub mod smallest;
pub mod spread;
pub mod support;
mod versions;

#[cfg(any(target_arch = "aarch64", test))]
mod lanes;

pub use level::Level;
