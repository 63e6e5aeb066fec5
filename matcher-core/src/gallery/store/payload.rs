//! What the journal says of an enrolment: the record, and its prints as a search reads them.
//!
//! Length of the record (4 bytes), the record, then for each print its length (4) and its packed bytes; little-endian.

use super::record::Record;
use crate::error::Problem;
use crate::fingerprint::Prepared;
use crate::provenance::Method;
use std::sync::Arc;

/// The payload of an enrolment.
pub(super) fn write(record: &Record, prepared: &[Prepared]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut block = |fill: &dyn Fn(&mut Vec<u8>)| {
        let start = bytes.len();
        bytes.extend_from_slice(&[0; 4]);
        fill(&mut bytes);
        let length = (bytes.len() - start - 4) as u32; // a record is far below 4 GiB
        bytes[start..start + 4].copy_from_slice(&length.to_le_bytes());
    };
    block(&|bytes| bytes.extend_from_slice(&record.encode()));
    for print in prepared {
        block(&|bytes| print.pack(bytes));
    }
    bytes
}

/// The record and its prepared prints.
///
/// # Errors
/// The payload is of no record, or has not as many prints.
pub(super) fn read(mut payload: &[u8], method: &Arc<Method>) -> Result<(Record, Vec<Prepared>), Problem> {
    let mut block = || -> Result<&[u8], Problem> {
        let wrong =
            |length: usize| Problem::new("entry", "length", format!("{length} bytes"), "what it says");
        let (length, rest) = payload.split_first_chunk().ok_or_else(|| wrong(payload.len()))?;
        let (block, rest) =
            rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(|| wrong(rest.len()))?;
        payload = rest;
        Ok(block)
    };
    let record = Record::decode(block()?)?;
    let mut prepared = Vec::with_capacity(record.fingerprints.len());
    for _ in &record.fingerprints {
        prepared.push(Prepared::unpack(block()?, method)?);
    }
    if payload.is_empty() {
        Ok((record, prepared))
    } else {
        Err(Problem::new("entry", "length", format!("{} bytes more", payload.len()), "what it says"))
    }
}
