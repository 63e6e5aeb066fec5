//! A record: all that was enrolled of one subject, as bytes that later versions can read for ever.
//!
//! # Layout, version 1
//! Numbers of fixed width are little-endian; `varint` and `signed` are those of `bytes`; a text is its length in bytes
//! (varint) and UTF-8.
//! ```text
//! magic        4 bytes: F1 4D 52 52
//! version      1 byte: 1
//! length       varint: bytes of what stands between it and the checksum
//! serial       varint
//! id           text
//! flags        1 byte: 1 owner, 2 viewers, 4 tags, 8 provenance, 16 enrolled
//! owner        text                                              where its flag is set, and so the others:
//! viewers      varint: how many; a text each
//! tags         varint: how many; a text each
//! provenance   text
//! enrolled     varint: Unix seconds
//! fingerprints varint: how many; each:
//!   flags        1 byte: 1 resolution, 2 size, 4 impression, 8 quality, 16 equipment, 32 extractor, 64 extended data
//!   position     1 byte: code of the finger position
//!   view         1 byte
//!   resolution   2 varints: x and y in hundredths of a dpi; without it 500 dpi
//!   size         2 varints: width and height in pixels
//!   impression   1 byte: its code
//!   quality      1 byte: percent
//!   equipment    varint
//!   extractor    text
//!   extended     varint: its length; the bytes
//!   n            1 byte: number of minutiae; where there are any, in canonical order:
//!   first row    signed: y of the first in 1/256 pixel
//!   columns      6 columns (see `column`): y as difference to the one before (0 for the first), x in 1/256 pixel;
//!                direction in 1/65536 turn, at least 8 bits wide; code of the kind; quality in percent + 1, or 0 where
//!                it is not stated; source row, or -1 in all where the rows count from 0 in this order
//! profiles     varint: how many; each:
//!   id           text
//!   flags        1 byte: 1 mixture, 2 marked partial, 4 category
//!   category     text: its name in the CODIS import format
//!   loci         varint: how many; each:
//!     locus        varint: its number in the list of `profile`, or 0 and its name as text
//!     head         1 byte: number of alleles, + 128 where heights of peaks follow
//!     alleles      each a varint: 1 to 99 whole repeats; above, 99 + tenths of repeats; or 0 and the designation as text
//!     heights      4 bytes each: f32
//! checksum     4 bytes: CRC-32 (IEEE) of all bytes before it
//! ```
//! The magic, the length and the checksum are what a record can be found by in a file that cannot be read otherwise.
//!
//! # Limits
//! A print of 40 minutiae takes at most 320 bytes, a profile of 24 loci about 150. What is read passes the same checks
//! as what is built, and allocates at most a small multiple of its bytes.

mod bytes;
mod column;
mod print;
mod profile;

pub(super) use bytes::{Reader, Writer};

use crate::dna::Profile;
use crate::error::{Error, Problem, Result};
use crate::fingerprint::Template;
use crate::gallery::{Access, MAX_PROVENANCE, SubjectId};
use std::fmt;
use std::ops::Range;

/// What a record begins with; no text does, since no UTF-8 has an F1 before a letter.
const MAGIC: [u8; 4] = [0xf1, b'M', b'R', b'R'];
/// The version of the layout.
const VERSION: u8 = 1;
/// Bytes of the checksum.
const CHECKSUM: usize = 4;

const OWNER: u8 = 1;
const VIEWERS: u8 = 1 << 1;
const TAGS: u8 = 1 << 2;
const PROVENANCE: u8 = 1 << 3;
const ENROLLED: u8 = 1 << 4;
const ALL: u8 = (1 << 5) - 1;

/// All that was enrolled of one subject.
///
/// `Debug` shows no payload.
#[derive(Clone, PartialEq)]
pub(crate) struct Record {
    /// The number of the enrolment, from 1.
    pub(crate) serial: u64,
    /// Whose it is.
    pub(crate) id: SubjectId,
    /// Who may see it.
    pub(crate) access: Access,
    /// Where it came from, in free words of at most [`MAX_PROVENANCE`] bytes.
    pub(crate) provenance: Option<String>,
    /// When it was enrolled, in Unix seconds.
    pub(crate) enrolled: Option<u64>,
    /// The prints.
    pub(crate) fingerprints: Vec<Template>,
    /// The DNA profiles.
    pub(crate) profiles: Vec<Profile>,
}

impl Record {
    /// Checks what the types of the fields do not.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the provenance is too long.
    pub(crate) fn check(&self) -> Result<()> {
        let length = self.provenance.as_ref().map_or(0, String::len);
        if length > MAX_PROVENANCE {
            let (value, expected) =
                (format!("{length} bytes long"), format!("at most {MAX_PROVENANCE} bytes"));
            return Err(Error::invalid(format!("subject {:?}", self.id), "provenance", value, expected));
        }
        Ok(())
    }

    /// Its bytes.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let body = self.body();
        let mut writer = Writer::default();
        writer.raw(&MAGIC);
        writer.u8(VERSION);
        writer.block(&body);
        let mut bytes = writer.into_bytes();
        let checksum = crc32fast::hash(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        bytes
    }

    fn body(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.varint(self.serial);
        writer.text(self.id.as_str());
        let access = &self.access;
        let mut flags = 0;
        for (bit, is_said) in [
            (OWNER, access.owner().is_some()),
            (VIEWERS, access.viewers().is_some()),
            (TAGS, !access.tags().is_empty()),
            (PROVENANCE, self.provenance.is_some()),
            (ENROLLED, self.enrolled.is_some()),
        ] {
            flags |= if is_said { bit } else { 0 };
        }
        writer.u8(flags);
        if let Some(owner) = access.owner() {
            writer.text(owner);
        }
        for names in [access.viewers(), Some(access.tags()).filter(|tags| !tags.is_empty())] {
            let Some(names) = names else { continue };
            writer.varint(names.len() as u64);
            for name in names {
                writer.text(name);
            }
        }
        if let Some(provenance) = &self.provenance {
            writer.text(provenance);
        }
        if let Some(seconds) = self.enrolled {
            writer.varint(seconds);
        }
        writer.varint(self.fingerprints.len() as u64);
        for template in &self.fingerprints {
            print::write(&mut writer, template);
        }
        writer.varint(self.profiles.len() as u64);
        for profile in &self.profiles {
            profile::write(&mut writer, profile);
        }
        writer.into_bytes()
    }

    /// The record of these bytes, all of them.
    ///
    /// # Errors
    /// The checksum is not that of the bytes, they are of another version, or a value is one that no builder takes.
    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Problem> {
        let Some((covered, checksum)) = bytes.split_last_chunk::<CHECKSUM>() else {
            return Err(Problem::new("record", "length", bytes.len(), "more than its checksum"));
        };
        let (found, expected) = (crc32fast::hash(covered), u32::from_le_bytes(*checksum));
        if found != expected {
            let [found, expected] = [found, expected].map(|crc| format!("{crc:08x}"));
            return Err(Problem::new("record", "checksum", found, expected));
        }
        Self::read(covered).map_err(|problem| problem.within("record"))
    }

    fn read(covered: &[u8]) -> Result<Self, Problem> {
        let mut reader = Reader::new(covered);
        if reader.array("magic")? != MAGIC {
            return Err(Problem::new("", "magic", "another", "that of a record"));
        }
        let version = reader.u8("version")?;
        if version != VERSION {
            return Err(Problem::new("", "version", version, VERSION));
        }
        let body = reader.block("length")?;
        ends(&reader)?;
        let mut reader = Reader::new(body);
        let serial = reader.varint("serial")?;
        let id = SubjectId::new(reader.text("id")?).map_err(print::problem)?;
        let flags = reader.u8("flags")?;
        if flags & !ALL != 0 {
            return Err(Problem::new("", "flags", flags, format!("0 to {ALL}")));
        }
        let said = |bit| flags & bit != 0;
        let mut access = Access::default();
        if said(OWNER) {
            access = access.owned_by(reader.text("owner")?).map_err(print::problem)?;
        }
        if said(VIEWERS) {
            access = access.visible_to(names(&mut reader, "viewers")?).map_err(print::problem)?;
        }
        if said(TAGS) {
            access = access.tagged(names(&mut reader, "tags")?).map_err(print::problem)?;
        }
        let provenance = if said(PROVENANCE) { Some(reader.text("provenance")?.to_owned()) } else { None };
        let enrolled = if said(ENROLLED) { Some(reader.varint("enrolled")?) } else { None };
        let fingerprints = many(&mut reader, "fingerprint", print::read)?;
        let profiles = many(&mut reader, "profile", profile::read)?;
        ends(&reader)?;
        let record = Self { serial, id, access, provenance, enrolled, fingerprints, profiles };
        record.check().map_err(print::problem)?;
        Ok(record)
    }

    /// Where the first bytes lie that look like a whole record; what they hold is for [`Record::decode`] to say.
    pub(super) fn find(bytes: &[u8]) -> Option<Range<usize>> {
        let mut from = 0;
        loop {
            let rest = bytes.get(from..)?;
            let start = from + rest.windows(MAGIC.len()).position(|window| window == MAGIC)?;
            let mut reader = Reader::new(bytes.get(start + MAGIC.len() + 1..)?);
            if reader.block("length").is_ok() && reader.take(CHECKSUM, "checksum").is_ok() {
                return Some(start..bytes.len() - reader.left());
            }
            from = start + 1;
        }
    }
}

/// Every byte was read.
fn ends(reader: &Reader) -> Result<(), Problem> {
    match reader.left() {
        0 => Ok(()),
        left => Err(Problem::new("", "length", format!("{left} bytes more than its fields"), "no more")),
    }
}

/// So many texts; each takes bytes, so that a wrong count ends with them.
fn names<'a>(reader: &mut Reader<'a>, field: &str) -> Result<Vec<&'a str>, Problem> {
    many(reader, field, |reader| reader.text("name"))
}

fn many<'a, T>(
    reader: &mut Reader<'a>,
    field: &str,
    read: impl Fn(&mut Reader<'a>) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    let count = reader.varint(&format!("number of {field}"))?;
    let mut all = Vec::new();
    for k in 0..count {
        all.push(read(reader).map_err(|problem| problem.within(format!("{field} {k}")))?);
    }
    Ok(all)
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("serial", &self.serial)
            .field("fingerprints", &self.fingerprints.len())
            .field("profiles", &self.profiles.len())
            .finish_non_exhaustive()
    }
}

/// A profile by itself, as it stands in a record.
pub(crate) fn encode_profile(profile: &Profile) -> Vec<u8> {
    let mut writer = Writer::default();
    profile::write(&mut writer, profile);
    writer.into_bytes()
}

/// A profile from the bytes that [`encode_profile`] gave.
///
/// # Errors
/// They are of no profile.
pub(crate) fn decode_profile(bytes: &[u8]) -> Result<Profile, Problem> {
    profile::read(&mut Reader::new(bytes))
}

#[cfg(test)]
#[path = "record_tests.rs"]
pub(super) mod tests;
