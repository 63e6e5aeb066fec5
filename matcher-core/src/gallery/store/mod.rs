//! The lasting gallery: a folder that outlives the process, and what it is made of.
//!
//! - `folder`, `headed`, `manifest`: what the files are called, and which of them are the gallery.
//! - `record`, `records`: the bytes of an enrolled subject, and the database that holds them: the truth.
//! - `container`, `segment`: what a search reads, made from records; immutable, checked, mapped.
//! - `journal`, `payload`: what changed since the segments were made.
//! - `load`: a gallery from its folder; `remake`: what of it is made again from the records; `open`: who holds it open; `change`, `seal`, `compact`: how it changes; `verify`:
//!   what is damaged, and what can be saved.
//! - `shard`: a part of a gallery in files of its own, to be read elsewhere.

mod change;
mod compact;
mod container;
mod folder;
mod headed;
mod journal;
mod load;
mod manifest;
mod open;
mod payload;
mod record;
mod records;
mod remake;
mod seal;
mod segment;
mod shard;
mod verify;

#[cfg(feature = "faiss")]
pub(crate) use container::ContainerWriter;
pub(crate) use container::{Container, HEADER, Section, Tag};
pub(crate) use open::{Latest, Store};
pub(crate) use record::{Record, decode_profile, encode_profile};
pub(crate) use segment::{Outline, Sealed};
pub(crate) use shard::{Shard, apply, export, export_delta, is_shard, shard_says};
pub(crate) use verify::recover;
pub use verify::{Finding, Recovery};
