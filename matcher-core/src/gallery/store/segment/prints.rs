//! The packed prints of a segment: what the later stages of a search read, here and there.
//!
//! Each has a checksum of its own, which is looked at whenever the print is: with those of blocks a search would read a
//! hundred times as much.

use super::outline::Outline;
use super::subjects::column;
use super::{Section, Tag, tag};
use crate::error::Result;
use crate::fingerprint::{FingerPosition, Prepared};
use crate::memory::Column;
use crate::provenance::Method;
use std::sync::Arc;

/// Bytes of a checksum.
const SUM: usize = 4;
/// Of a print that can be compared; the lower bits are the finger position.
const COMPARABLE: u8 = 0x80;

/// Packed prints by number.
#[derive(Debug)]
pub(super) struct Prints {
    kinds: Column<u8>,
    starts: Column<u64>,
    bytes: Column<u8>,
    /// Kinds, starts and bytes.
    sections: [Section; 3],
}

impl Prints {
    pub(super) fn open(section: &impl Fn(Tag, u32) -> Result<Section>, outline: &Outline) -> Result<Self> {
        let [kinds, starts, bytes] =
            [tag::PRINT_KINDS, tag::PRINT_STARTS, tag::PRINTS].map(|tag| section(tag, 0));
        let sections = [kinds?, starts?, bytes?];
        Ok(Self {
            kinds: column(&sections[0], Some(outline.prints))?,
            starts: column(&sections[1], Some(outline.prints + 1))?,
            bytes: column(&sections[2], None)?,
            sections,
        })
    }

    /// Whether what tells prints apart is what was written.
    pub(super) fn check(&self) -> Result<()> {
        let [kinds, starts, _] = &self.sections;
        kinds.check()?;
        starts.check()?;
        let good = self.starts.is_sorted()
            && self.starts.last().is_some_and(|&end| end as usize == self.bytes.len())
            && self.kinds.iter().all(|kind| FingerPosition::from_code(kind & !COMPARABLE).is_some());
        if good {
            Ok(())
        } else {
            Err(kinds.damaged("its columns of prints contradict each other".to_owned()))
        }
    }

    /// Finger position, and whether the print can be compared.
    pub(super) fn kind(&self, print: usize) -> (FingerPosition, bool) {
        let kind = self.kinds[print];
        // It was checked that there is one of this code.
        (FingerPosition::from_code(kind & !COMPARABLE).unwrap_or_default(), kind & COMPARABLE != 0)
    }

    /// The bytes of a print.
    pub(super) fn packed(&self, print: usize) -> Result<&[u8]> {
        let [start, end] = [self.starts[print], self.starts[print + 1]].map(|at| at as usize);
        let wrong =
            || self.sections[2].damaged(format!("print {print}: its checksum is not what was written"));
        let bytes = self.bytes.get(start..end).ok_or_else(wrong)?;
        let (packed, sum) = bytes.split_last_chunk::<SUM>().ok_or_else(wrong)?;
        if crc32fast::hash(packed).to_le_bytes() == *sum { Ok(packed) } else { Err(wrong()) }
    }

    pub(super) fn prepared(&self, print: usize, method: &Arc<Method>) -> Result<Prepared> {
        Prepared::unpack(self.packed(print)?, method)
            .map_err(|problem| self.sections[2].damaged(format!("print {print}: {problem}")))
    }
}

/// What is said of a print beside its bytes.
pub(super) fn kind(prepared: &Prepared) -> u8 {
    prepared.finger_position().code() | if prepared.is_comparable() { COMPARABLE } else { 0 }
}

/// Appends a print with its checksum.
pub(super) fn pack(prepared: &Prepared, out: &mut Vec<u8>) {
    let start = out.len();
    prepared.pack(out);
    let sum = crc32fast::hash(&out[start..]);
    out.extend_from_slice(&sum.to_le_bytes());
}
