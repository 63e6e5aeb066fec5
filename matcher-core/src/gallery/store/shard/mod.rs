//! A shard: a part of a gallery in a few files of its own, to be read where there is no network and no database.
//!
//! # Method
//! A shard is a folder:
//! ```text
//! manifest.json    what it is, when it was made and until when it may be used, which layers it has, its digest
//! segment-L-N.seg  what a search reads of the subjects of layer L
//! records-L.rec    their records, where they came along
//! ```
//! Layer 0 is what was exported; each delta adds a layer of subjects who came and of serials that are gone. Files are
//! never changed: the manifest is replaced last, and what it does not name is nothing.
//!
//! The same subjects, options and times give the same bytes: segments are drafted anew in the order of the serials.
//! The digest is the SHA-256 of the manifest, which holds the SHA-256 of every file.
//!
//! A shard may come from strangers, so all of it is read and checked when it is opened: see `open`.
//!
//! # Limits
//! A digest proves that two shards are the same, not who made one: compare it with what the exporter noted.

mod apply;
mod export;
mod manifest;
mod open;
mod ranges;
mod records;

pub(crate) use apply::apply;
pub(crate) use export::{export, export_delta};
pub(crate) use manifest::{is_shard, shard_says};
pub(crate) use open::Shard;

#[cfg(test)]
#[path = "hostile_tests.rs"]
mod tests;
