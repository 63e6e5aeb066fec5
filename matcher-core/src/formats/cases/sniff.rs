//! Which format of cases bytes are in: by what stands in them, never by a file's name.

use super::format::CaseFormat;
use super::{familias, ped_header};
use crate::error::{Error, Result};

/// Finds the format of a case.
///
/// # Errors
/// [`Error::UnknownFormat`] says what the bytes seem to be.
///
/// # Examples
/// ```
/// use matcher_core::formats::cases::{CaseFormat, sniff_case};
/// assert_eq!(sniff_case(b"# a case\nquestion = \"whose child?\"\n")?, CaseFormat::CaseFile);
/// let error = sniff_case(b"1 A 0 0 1 1\n1 B A 0 2 1\n").unwrap_err();
/// assert!(error.to_string().ends_with("a PED file: it has pedigrees and no question, so read it with read_pedigrees"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn sniff_case(bytes: &[u8]) -> Result<CaseFormat> {
    let unknown = |what: &str| Err(Error::UnknownFormat(what.to_owned()));
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return unknown("the input is empty");
    }
    if bytes.starts_with(familias::MAGIC.as_bytes()) {
        return Ok(CaseFormat::Familias);
    }
    if bytes.contains(&0) {
        return unknown("it is no text, and cases are");
    }
    let mut lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#")).unwrap_or_default();
    // A key of TOML begins a line, and a line of PED has no sign of equality.
    if first.is_empty() || first.starts_with(b"[") || first.contains(&b'=') {
        return Ok(CaseFormat::CaseFile);
    }
    if first.starts_with(b"{") || first.starts_with(b"<") {
        return unknown("it seems to be JSON or XML, which no case read here is");
    }
    let first = String::from_utf8_lossy(first.get(..4096).unwrap_or(first));
    let cells: Vec<&str> = first.split_ascii_whitespace().collect();
    let is_sex = |cell: &&str| matches!(*cell, "0" | "1" | "2" | "M" | "F" | "m" | "f");
    if ped_header::is_header(&cells) || cells.get(4).is_some_and(is_sex) {
        return unknown(
            "it seems to be a PED file: it has pedigrees and no question, so read it with read_pedigrees",
        );
    }
    unknown("neither a case file (TOML) nor a project of Familias")
}
