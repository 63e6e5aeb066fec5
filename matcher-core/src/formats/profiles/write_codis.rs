//! Writes XML of CMF 3.2 that keeps to its schema, or says which value cannot be stated in it.

use super::cell::shown;
use super::draft::listed;
use super::schema::{MAX_ALLELE, MAX_ALLELES, MAX_ID, MAX_LOCI, MAX_LOCUS_NAME};
use super::write::{check_some, check_unique, is_odd, record, supposed};
use crate::dna::{Category, Profile, Source};
use crate::error::{Error, Result};
use quick_xml::escape::escape;
use std::fmt::Write;

/// What a CMF file says of itself and not of a profile.
///
/// The library has no clock and knows no laboratory, so the default says so: `UNKNOWN`, and the first second of 1970.
/// Whoever sends a file on states their own.
///
/// # Examples
/// ```
/// use matcher_core::dna::Profile;
/// use matcher_core::formats::profiles::{Submission, write_codis};
/// let sent = Submission { source_lab: "LAB-7".into(), date_time: "2026-02-30T10:00:00".into(), ..Submission::default() };
/// let error = write_codis(&[Profile::new("C-17", [("TH01", ["6", "9.3"])])?], &sent).unwrap_err();
/// assert!(error.to_string().starts_with("SUBMITDATETIME is \"2026-02-30T10:00:00\", expected YYYY-MM-DDThh:mm:ss"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Originating agency identifier of the receiver: 1 to 10 characters.
    pub destination_ori: String,
    /// The laboratory that sends: 1 to 10 characters.
    pub source_lab: String,
    /// Who submits, and has read the profiles: 1 to 20 characters.
    pub user_id: String,
    /// When: `YYYY-MM-DDThh:mm:ss`, a time that there was, from 1900 to 6 June 2079.
    pub date_time: String,
}

impl Default for Submission {
    fn default() -> Self {
        let unknown = || "UNKNOWN".to_owned();
        Self {
            destination_ori: unknown(),
            source_lab: unknown(),
            user_id: unknown(),
            date_time: "1970-01-01T00:00:00".to_owned(),
        }
    }
}

impl Submission {
    fn check(&self) -> Result<()> {
        let fields = [
            ("DESTINATIONORI", &self.destination_ori, 10),
            ("SOURCELAB", &self.source_lab, 10),
            ("SUBMITBYUSERID", &self.user_id, 20),
        ];
        for (field, value, most) in fields {
            if value.is_empty() || value.chars().count() > most || value.chars().any(is_odd) {
                let expected = format!("1 to {most} characters, none of them a control character");
                return Err(Error::invalid("", field, shown(value.as_bytes()), expected));
            }
        }
        if is_date_time(&self.date_time) {
            return Ok(());
        }
        let expected = "YYYY-MM-DDThh:mm:ss, a time that there was, from 1900 to 6 June 2079";
        Err(Error::invalid("", "SUBMITDATETIME", shown(self.date_time.as_bytes()), expected))
    }
}

/// Whether the schema has this time: its shape, its calendar, and within the schema's bounds.
fn is_date_time(text: &str) -> bool {
    let shape =
        |(byte, pattern): (u8, u8)| if pattern == b'0' { byte.is_ascii_digit() } else { byte == pattern };
    let pattern = b"0000-00-00T00:00:00";
    if text.len() != pattern.len() || !text.bytes().zip(*pattern).all(shape) {
        return false;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().unwrap_or(u32::MAX);
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => 0,
    };
    let on_clock = number(11, 13) < 24 && number(14, 16) < 60 && number(17, 19) < 60;
    // Text of this shape orders as time does; the schema leaves its bounds out.
    (1..=days).contains(&day) && on_clock && text > "1900-01-01T00:00:00" && text < "2079-06-06T00:00:00"
}

/// Refuses what the schema has no room for.
fn within(profile: &Profile, field: &str, text: &str, most: usize) -> Result<()> {
    let count = text.chars().count();
    if count <= most {
        return Ok(());
    }
    let field = format!("length of {field} {}", shown(text.as_bytes()));
    Err(Error::invalid(record(profile), field, count, format!("at most {most}, the limit of CMF 3.2")))
}

/// The category to state: the format knows no specimen without one.
fn category(profile: &Profile) -> Result<Category> {
    let category = profile.category().unwrap_or(match profile.source() {
        Source::Single => Category::Other,
        Source::Mixture => Category::ForensicMixture,
    });
    if supposed(profile, Some(category)) == profile.source() {
        return Ok(category);
    }
    let expected = match profile.source() {
        Source::Mixture => "Forensic Mixture: CMF has no other word for a mixture with so few alleles",
        Source::Single => "fewer alleles, and not Forensic Mixture: CMF has no word for a single source",
    };
    Err(Error::invalid(record(profile), "category", category, expected))
}

/// Writes all profiles into one file.
pub(super) fn write(profiles: &[Profile], submission: &Submission) -> Result<Vec<u8>> {
    check_some(profiles)?;
    submission.check()?;
    check_unique(profiles, "a CMF file")?;
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.push_str("<CODISImportFile xmlns=\"urn:CODISImportFile-schema\">\n");
    element(&mut xml, 1, "HEADERVERSION", "3.2");
    element(&mut xml, 1, "MESSAGETYPE", "Import");
    element(&mut xml, 1, "DESTINATIONORI", &submission.destination_ori);
    element(&mut xml, 1, "SOURCELAB", &submission.source_lab);
    element(&mut xml, 1, "SUBMITBYUSERID", &submission.user_id);
    element(&mut xml, 1, "SUBMITDATETIME", &submission.date_time);
    for profile in profiles {
        specimen(&mut xml, profile, submission)?;
    }
    xml.push_str("</CODISImportFile>\n");
    Ok(xml.into_bytes())
}

fn specimen(xml: &mut String, profile: &Profile, submission: &Submission) -> Result<()> {
    within(profile, "profile id", profile.id(), MAX_ID)?;
    let loci = profile.loci();
    if loci.is_empty() || loci.len() > MAX_LOCI {
        let expected = format!("1 to {MAX_LOCI}, the limits of CMF 3.2");
        return Err(Error::invalid(record(profile), "number of loci", loci.len(), expected));
    }
    let category = category(profile)?;
    xml.push_str(if profile.is_marked_partial() {
        "  <SPECIMEN PARTIAL=\"true\">\n"
    } else {
        "  <SPECIMEN>\n"
    });
    element(xml, 2, "SPECIMENID", profile.id());
    element(xml, 2, "SPECIMENCATEGORY", category.name());
    for (locus, genotype) in loci {
        within(profile, "locus", locus.name(), MAX_LOCUS_NAME)?;
        xml.push_str("    <LOCUS>\n");
        element(xml, 3, "LOCUSNAME", locus.name());
        element(xml, 3, "READINGBY", &submission.user_id);
        element(xml, 3, "READINGDATETIME", &submission.date_time);
        let alleles = listed(*locus, genotype, profile.source());
        if alleles.len() > MAX_ALLELES {
            let expected = format!("1 to {MAX_ALLELES}, the limit of CMF 3.2");
            let field = format!("number of alleles at {locus}");
            return Err(Error::invalid(record(profile), field, alleles.len(), expected));
        }
        for allele in alleles {
            let text = allele.to_string();
            within(profile, "allele", &text, MAX_ALLELE)?;
            xml.push_str("      <ALLELE>\n");
            element(xml, 4, "ALLELEVALUE", &text);
            xml.push_str("      </ALLELE>\n");
        }
        xml.push_str("    </LOCUS>\n");
    }
    xml.push_str("  </SPECIMEN>\n");
    Ok(())
}

fn element(xml: &mut String, depth: usize, name: &str, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(xml, "{:1$}<{name}>{2}</{name}>", "", 2 * depth, escape(text));
}
