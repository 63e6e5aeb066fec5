//! Which format of profiles bytes are in: by what stands in them, never by a file's name.
//!
//! What is known and not read as profiles is named. A table whose header is misspelt is taken for what it was meant to
//! be, so that its reader can say which column is wrong.

use super::super::sniff as sniff_minutiae;
use super::table::{Table, unmarked};
use super::xml::{document_type, place};
use super::{ProfileFormat, genemapper, header, long, wide};
use crate::error::{Error, Result};
use quick_xml::Reader;
use quick_xml::events::Event;

/// Finds the format of `bytes`.
///
/// # Errors
/// [`Error::UnknownFormat`] says what the bytes seem to be; [`Error::Invalid`] where XML declares a document type.
///
/// # Examples
/// ```
/// use matcher_core::formats::profiles::{ProfileFormat, sniff};
/// assert_eq!(sniff(b"SampleName,Marker,Allele1,Allele2\n")?, ProfileFormat::LongTable);
/// assert_eq!(sniff(b"specimenId,TH01_1,TH01_2\n")?, ProfileFormat::WideTable);
/// let error = sniff(b"Allele,TH01,FGA\n6,0.209,NA\n").unwrap_err();
/// assert!(error.to_string().ends_with("a table of allele frequencies: known, not read as profiles"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn sniff(bytes: &[u8]) -> Result<ProfileFormat> {
    let unknown = |what: &str| Err(Error::UnknownFormat(what.to_owned()));
    if bytes.is_empty() {
        return unknown("the input is empty");
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return unknown("it is text in UTF-16; save it as UTF-8");
    }
    let text = unmarked(bytes).trim_ascii_start();
    match text.first() {
        Some(b'<') => return xml(bytes),
        Some(b'{' | b'[') if contains(text, b"\"replicates\"") => {
            return unknown("it is a search of SmartRank (JSON): known, not read as profiles");
        }
        Some(b'{' | b'[') => return unknown("it seems to be JSON, which is not read here"),
        _ => {}
    }
    if text.starts_with(b"\"Output from Familias") {
        return unknown("it is a project of Familias, which is read as a case, not as profiles");
    }
    if let Some(format) = table(bytes)? {
        return Ok(format);
    }
    match sniff_minutiae(bytes) {
        Ok(format) => unknown(&format!("it is a file of finger minutiae ({format}), not of DNA profiles")),
        Err(error) => Err(error),
    }
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}

/// The format of a table, by its header; `None` where it is none that is known.
fn table(bytes: &[u8]) -> Result<Option<ProfileFormat>> {
    // What cannot be taken apart is no table.
    let Ok(table) = Table::open(bytes) else { return Ok(None) };
    let header = table.header();
    let first = header.first().map(|name| header::word(name));
    if first == Some(header::Word::FrequencyAllele) && header::find(header, header::Word::Marker).is_none() {
        return Err(Error::UnknownFormat(
            "it is a table of allele frequencies: known, not read as profiles".to_owned(),
        ));
    }
    Ok(if long::is_header(header) {
        Some(ProfileFormat::LongTable)
    } else if genemapper::is_header(header, table.delimiter()) {
        Some(ProfileFormat::GeneMapper)
    } else {
        wide::is_header(header).then_some(ProfileFormat::WideTable)
    })
}

/// The format of XML, by its root element.
fn xml(bytes: &[u8]) -> Result<ProfileFormat> {
    let unknown = |what: &str| Err(Error::UnknownFormat(what.to_owned()));
    let Ok(text) = std::str::from_utf8(unmarked(bytes)) else {
        return unknown("it seems to be XML that is not in UTF-8");
    };
    let mut reader = Reader::from_str(text);
    let root = loop {
        let offset = reader.buffer_position() as usize;
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                break AsRef::<str>::as_ref(&tag.local_name()).to_owned();
            }
            Ok(Event::DocType(_)) => return Err(document_type(place(bytes, offset))),
            Ok(Event::Eof) | Err(_) => {
                return unknown("it seems to be XML, and has no element that can be read");
            }
            Ok(_) => {}
        }
    };
    match root.as_str() {
        "CODISImportFile" => Ok(ProfileFormat::CodisCmf),
        "SmartRankImportFile" => unknown("it is a search of SmartRank (XML): known, not read as profiles"),
        "frequencies" => unknown(
            "it is a table of allele frequencies (XML of STRidER or STRBase): known, not read as profiles",
        ),
        "schema" => unknown("it is an XML schema, which describes files and holds no profile"),
        other => {
            let shown: String = other.chars().take(64).collect();
            unknown(&format!("it seems to be XML with the root element {shown:?}, which is not read here"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_of_profiles_is_named() {
        for (bytes, expected) in [
            (&b""[..], "the input is empty"),
            (b"\xff\xfeS\0a\0", "UTF-16"),
            (b"{\"caseFolder\":1,\"replicates\":{}}", "SmartRank (JSON): known"),
            (b"{\"a\":1}", "JSON"),
            (b"<?xml version=\"1.0\"?><SmartRankImportFile/>", "SmartRank (XML): known"),
            (b"<frequencies><marker/></frequencies>", "STRidER or STRBase"),
            (b"<xs:schema xmlns:xs=\"x\"/>", "XML schema"),
            (b"<html/>", "root element \"html\""),
            (b"<!-- only", "no element"),
            (b"<\xff/>", "not in UTF-8"),
            (b"\"Output from Familias, version 3.2.9\"\n", "Familias, which is read as a case"),
            (b"Allele;TH01;FGA\n", "allele frequencies: known"),
            (b"10 20 30\n", "finger minutiae (xyt)"),
            (b"\x89PNG\r\n\x1a\n", "a PNG image"),
            (b"a,b,c\n1,2,3\n", "no format read here"),
        ] {
            let message = sniff(bytes).unwrap_err().to_string();
            assert!(message.starts_with("format not recognised") && message.contains(expected), "{message}");
        }
        let message = sniff(b"<!-- x -->\n <!DOCTYPE a><CODISImportFile/>").unwrap_err().to_string();
        assert!(
            message.starts_with("line 2, column 2: document type is declared, expected none"),
            "{message}"
        );
    }

    #[test]
    fn misspelt_headers_are_taken_for_what_was_meant() {
        for (text, expected) in [
            ("Sam pleName,Marker,Allele1,Allele2\n", ProfileFormat::LongTable),
            ("SampleName,Makrer,Allele1\n", ProfileFormat::LongTable),
            ("SampleName,Marker,Alele1\n", ProfileFormat::LongTable),
            ("Smaple File\tSample Name\tTH01\n", ProfileFormat::GeneMapper),
            ("Sample Name\tTH01\tHeight\n", ProfileFormat::GeneMapper),
            ("specimneId,TH01_1,TH01_2,FGA_1,FGA_2\n", ProfileFormat::WideTable),
            ("id\tTH01_1\tTH01_2\n", ProfileFormat::WideTable),
            (" <CODISImportFile/>", ProfileFormat::CodisCmf),
        ] {
            assert_eq!(sniff(text.as_bytes()).unwrap(), expected, "{text}");
        }
    }
}
