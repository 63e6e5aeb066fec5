//! Transactions of ANSI/NIST-ITL 1-2011 Update 2015 in traditional encoding, the exchange format of police forces
//! (`.an2`, `.an2k`, `.eft`, `.nist`), and of the editions before it back to 1993.
//!
//! # Layout
//! A transaction is a list of records, a Type-1 record first. Records of the Types 3 to 8 have a fixed binary header, all
//! others tagged fields: `TYPE.NUMBER:VALUE`, where a value may have subfields of information items.
//!
//! | separator | byte | ends |
//! |---|---|---|
//! | FS | 1C | a record |
//! | GS | 1D | a field |
//! | RS | 1E | a subfield |
//! | US | 1F | an information item |
//!
//! # What is read, and how far
//! | records | what is made of them |
//! |---|---|
//! | Type 1 | [version and type of transaction](Transaction), the [content field](Transaction::diagnostics) |
//! | Type 2 | carried: [fields](Record::fields) as bytes, in whatever character set |
//! | Type 9 | [templates](Transaction::templates) in all three [dialects](Dialect), [extended features](EfsFeatures) |
//! | Types 3 to 6, 10, 13 to 17, 19 | [images](ImageRecord) as bytes, with their facts |
//! | Types 4, 13, 14, 15 | the same, decoded by [`ImageRecord::read`] (feature `extract`) |
//! | all others | carried: fields as bytes |
//!
//! Fields of vendors and of the FBI's own feature set (9.013 to 9.125, 9.151 to 9.225) are carried and not read.
//! `NIEM`-conformant XML, the other encoding of the standard, is not read.
//!
//! # What a transaction of templates alone cannot say
//! - EFS: qualities, and which program found the minutiae; places are of 10 µm, so to about 0.1 pixel; no resolution, so
//!   they come back at 500 dpi, or at [`ReadOptions::dpi`](super::ReadOptions::dpi); an image without a size comes back
//!   with the smallest that holds the minutiae.
//! - M1: whole pixels and angles of 2 degrees, as a minutiae record; resolutions are whole dpi or pixels per centimetre.
//! - Legacy: places of 10 µm and up to 10 cm, qualities of 62 steps; neither size nor resolution, so the topmost minutia
//!   comes back with y = 0.
//!
//! # Limits
//! [`Limits`]: bytes, records, fields in a record, minutiae in a record. A record is copied once, with its
//! image; its fields take 12 bytes each. Text that is not UTF-8 is kept, and never guessed at.
//!
//! # References
//! NIST Special Publication 500-290, Edition 3 (2015), sections 8.1 to 8.15 and Annex B. Where the records of other
//! programs differ from it, those of NBIS and the samples of NIST's `libbiomeval` were followed; `scale.rs` has the units
//! and conventions of the dialects with the source of each.

mod binary;
mod codes;
mod contents;
mod efs;
mod features;
mod features_read;
mod features_write;
mod header;
mod images;
mod legacy;
mod m1;
mod profile;
mod record;
mod scale;
mod structure;
mod tags;
mod transaction;
mod type9;
mod write;

pub use codes::Compression;
pub use features::{
    Assessment, Core, Correspondence, CountConfidence, Delta, EfsFeatures, EfsKind, EfsMinutia, Orientation,
    Pattern, Place, Position, Region, RidgeCount, Text,
};
pub use header::Header;
pub use images::ImageRecord;
pub use profile::Profile;
pub use record::{Field, Record, RecordBuilder, Subfield};
pub use transaction::{Prints, Transaction};
pub use type9::{Dialect, Print};

use super::format::Format;
use super::report::Report;
use super::{Limits, ReadOptions, Strictness};
use crate::error::{Error, Result};
use crate::fingerprint::Template;

/// Whether these bytes begin as a transaction does.
pub(super) fn begins(bytes: &[u8]) -> bool {
    tags::tag(bytes).is_some_and(|(tag, _)| (tag.kind, tag.number) == (1, 1))
}

/// The format of a transaction: the dialect of its first Type-9 record, and EFS where it has none.
pub(super) fn sniff(bytes: &[u8]) -> Format {
    let mut report = Report::new(Strictness::Lenient, 0);
    let records = structure::split(bytes, &Limits::default(), &mut report).unwrap_or_default();
    let first = records.iter().filter(|record| record.kind() == 9).find_map(Dialect::of);
    match first.unwrap_or(Dialect::Efs) {
        Dialect::Legacy => Format::An2kLegacy,
        Dialect::M1 => Format::An2kM1,
        Dialect::Efs => Format::An2kEfs,
    }
}

/// Reads all templates of a transaction.
pub(super) fn read(bytes: &[u8], options: &ReadOptions, report: &mut Report) -> Result<Vec<Template>> {
    let records = structure::split(bytes, &options.limits, report)?;
    let prints = type9::prints(&records, options, report)?;
    if prints.is_empty() {
        let images = images::images(&records).count();
        let expected = format!(
            "1 or more with minutiae that are read; formats::an2k::Transaction hands out its {images} images"
        );
        let count = records.iter().filter(|record| record.kind() == 9).count();
        return Err(Error::invalid("", "number of Type-9 records", count, expected));
    }
    Ok(prints.into_iter().map(|print| print.template).collect())
}

/// Writes a transaction of templates alone.
pub(super) fn write(templates: &[Template], dialect: Dialect) -> Result<Vec<u8>> {
    if !(1..=100).contains(&templates.len()) {
        return Err(Error::invalid("", "number of views", templates.len(), "1 to 100, one for each IDC"));
    }
    let records = templates.iter().zip(0..).map(|(template, idc)| Record::minutiae(template, dialect, idc));
    Transaction::new(&Header::default(), records.collect::<Result<_>>()?)?.to_bytes()
}
