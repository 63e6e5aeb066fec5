//! Which format bytes are in: by their first bytes, never by a file's name.
//!
//! What is known but not read here is named, so that the user learns what the file is and not only what it is not.

use super::an2k;
use super::cards;
use super::fmr::{self, Edition};
use super::format::Format;
use super::image_format::sniff_image;
use crate::error::{Error, Result};

/// First bytes of what is neither a minutiae file nor an image read here, and what it is.
const OTHERS: [(&[u8], &str); 17] = [
    (b"GIF8", "a GIF image"),
    (b"\xff\x0a", "a JPEG XL image"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL image"),
    (b"8BPS", "a Photoshop image"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "a document of an office program"),
    (b"FIR\0", "a finger image record (ISO/IEC 19794-4 or INCITS 381)"),
    (b"FAC\0", "a face image record (ISO/IEC 19794-5)"),
    (b"IIR\0", "an iris image record (ISO/IEC 19794-6)"),
    (b"<", "an XML file"),
    (b"\xef\xbb\xbf<", "an XML file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\xff\xa0", "a WSQ image cut after its first bytes"),
    (b"\x89PNG", "a damaged PNG image"),
    (b"\0\0\0\x0cjP  ", "a damaged JPEG 2000 image"),
];

/// Containers that name what they hold a few bytes after their beginning.
fn container(bytes: &[u8]) -> Option<&'static str> {
    match (bytes.get(..4)?, bytes.get(4..8)?, bytes.get(8..12)?) {
        (b"RIFF", _, b"WEBP") => Some("a WebP image"),
        (_, b"ftyp", b"avif" | b"avis") => Some("an AVIF image"),
        (_, b"ftyp", b"heic" | b"heix" | b"hevc" | b"heim" | b"mif1" | b"msf1") => Some("a HEIC image"),
        (_, b"ftyp", _) => Some("a film (MP4 or of its kind)"),
        _ => bytes.get(128..132).filter(|mark| mark == b"DICM").map(|_| "a DICOM image"),
    }
}

/// Finds the format of `bytes`.
///
/// # Method
/// - `FMR\0` is a minutiae record, and its version ` 20\0` stands for two standards. Their headers put the record length
///   differently: INCITS 378-2004 has 2 bytes at byte 8, at least 26, or 0 there and 4 more bytes; ISO/IEC 19794-2:2005
///   has 4 bytes at byte 8. Version `030\0` stands for two standards as well, ISO/IEC 19794-2:2011 and INCITS 378-2009:
///   the one whose views lie in the record by their own lengths and counts is taken. `035\0` is the amendment to the
///   latter. Other versions are taken as the earlier editions where the header makes sense all the same.
/// - `7F 2E` is the template of a card; its size is told from the length of its minutiae and what they would be.
///   Minutiae of a card without that tag look like nothing, and their format must be named.
/// - What begins with the length of a Type-1 record (`1.001:` or `1.01:`) is a transaction; its format is named after
///   the dialect of its first Type-9 record.
/// - ASCII text whose first line that is not blank has 3 or 4 whole numbers is xyt.
///
/// # Errors
/// [`Error::UnknownFormat`] says what the bytes seem to be, or that there are none.
///
/// # Examples
/// ```
/// use matcher_core::formats::{Format, sniff};
/// assert_eq!(sniff(b"131 200 45 80\n")?, Format::Xyt);
/// let error = sniff(b"\x89PNG\r\n\x1a\n").unwrap_err();
/// assert!(error.to_string().contains("it seems to be a PNG image, which formats::read_image reads"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn sniff(bytes: &[u8]) -> Result<Format> {
    if bytes.is_empty() {
        return Err(Error::UnknownFormat("the input is empty".to_owned()));
    }
    if bytes.starts_with(fmr::MAGIC) {
        return minutiae_record(bytes).map(Edition::format);
    }
    if cards::begins(bytes) {
        return cards::sniff(bytes);
    }
    if an2k::begins(bytes) {
        return Ok(an2k::sniff(bytes));
    }
    if let Some(format) = sniff_image(bytes) {
        let what = format!(
            "it seems to be a {format} image, which formats::read_image reads; its minutiae must be found first"
        );
        return Err(Error::UnknownFormat(what));
    }
    let other = OTHERS.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, what)| *what);
    if let Some(what) = other.or_else(|| container(bytes)) {
        return Err(seems(what));
    }
    if is_xyt(bytes) {
        return Ok(Format::Xyt);
    }
    let start = bytes.get(..8).unwrap_or(bytes).escape_ascii();
    Err(Error::UnknownFormat(format!("no format read here starts with the bytes \"{start}\"")))
}

fn seems(what: &str) -> Error {
    Error::UnknownFormat(format!("it seems to be {what}, which is not read here"))
}

fn minutiae_record(bytes: &[u8]) -> Result<Edition> {
    let at = |position: usize| {
        let pair = bytes.get(position..position + 2)?;
        Some(u16::from_be_bytes([pair[0], pair[1]]))
    };
    let version: Option<[u8; 4]> = bytes.get(4..8).and_then(|four| four.try_into().ok());
    let cut = || Error::UnknownFormat(format!("a finger minutiae record cut after {} bytes", bytes.len()));
    let version = version.ok_or_else(cut)?;
    match &version {
        b"030\0" => return Ok(fmr::edition_of(bytes)),
        b"035\0" => return Ok(Edition::Incits2009Amended),
        _ => {}
    }
    let plausible = |edition| fmr::has_plausible_header(bytes, edition);
    let edition = match (at(8).ok_or_else(cut)?, at(10).ok_or_else(cut)?) {
        (26.., _) => Edition::Incits2004, // the length in 2 bytes
        (1.., _) | (0, 24..) => Edition::Iso2005,
        // The length in 6 bytes, unless it is an ISO record whose length is wrong.
        (0, _) if !plausible(Edition::Incits2004) && plausible(Edition::Iso2005) => Edition::Iso2005,
        (0, _) => Edition::Incits2004,
    };
    if version != *fmr::VERSION && !plausible(edition) {
        let version = fmr::version_text(version);
        let what = format!("a finger minutiae record of unknown version {version}");
        return Err(seems(&what));
    }
    Ok(edition)
}

/// Whether this is ASCII text whose first line that is not blank has 3 or 4 whole numbers.
fn is_xyt(bytes: &[u8]) -> bool {
    let is_text = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n');
    if !bytes.iter().all(is_text) {
        return false;
    }
    let mut lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let Some(line) = lines.find(|line| !line.is_empty()) else { return false };
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let mut columns = 0;
    line.split_ascii_whitespace().all(|column| {
        columns += 1;
        columns <= 4 && column.parse::<i64>().is_ok()
    }) && columns >= 3
}
