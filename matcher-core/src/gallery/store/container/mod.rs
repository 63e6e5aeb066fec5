//! One file of named sections that is written once and mapped ever after: the shape of all that is derived from records.
//!
//! A reader takes sections as they lie, as columns of plain values. So the file says for each 256 KiB what they were
//! when they were written, and the reader asks that before it uses them for the first time: opening a file of many
//! gigabytes costs as much as its table of contents, and damage is found where it matters, before it gives an answer.
//!
//! # Method
//! All numbers are little-endian. Checksums are CRC-32 (IEEE 802.3), against accidents, not against forgery.
//! ```text
//! header, 64 bytes
//!    0  8  kind of the file
//!    8  4  version of what the sections hold
//!   12  4  number of sections
//!   16  8  where the table starts
//!   24  8  length of the file
//!   32  4  checksum of the table
//!   36 24  zeros
//!   60  4  checksum of the 60 bytes before
//! sections, one after the other from byte 64 on, each filled up with zeros to a multiple of 64 bytes
//! table, up to the end of the file
//!   a section each, 24 bytes, in the order of the sections
//!        0  4  tag
//!        4  4  number
//!        8  8  where the section starts
//!       16  8  its length, without the zeros after it
//!   a checksum each, 4 bytes, of the blocks of 256 KiB of the first section, then of the second and so on;
//!   the last block of a section is shorter and takes the zeros after it in
//! ```
//! Every byte is under one of the checksums, or is one. Kind, version and the checksum of the header stand where they
//! stand in all versions.
//!
//! A file is written under the name with `.part` behind it, synced, and then renamed: under its own name it is whole or
//! not there at all.
//!
//! # Limits
//! Columns are read as they lie, so the files cannot be opened on a big-endian machine.

mod layout;
mod reader;
mod section;
mod writer;

pub(crate) use layout::{HEADER, Tag};
pub(crate) use reader::Container;
pub(crate) use section::Section;
pub(crate) use writer::ContainerWriter;

#[cfg(test)]
#[path = "container_tests.rs"]
mod tests;
