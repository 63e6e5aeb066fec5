//! The manifest of a lasting gallery: what it is, and which files it consists of.
//!
//! How it lies on the disk stands in `headed`. It may come from strangers: it names only files inside its folder, and all
//! that it claims is checked before anything is opened.

use super::folder::{self, MANIFEST};
use super::headed::Heading;
use crate::dna::{Allele, Locus, MAX_LOCI, Panel};
use crate::error::{Error, Problem, Result};
use crate::provenance::Method;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The version of the manifest and of all files of the gallery.
pub(crate) const FORMAT: u32 = 1;

/// How every manifest of a gallery begins.
const FIRST_WORDS: &str = "matcher gallery ";
const HEADING: Heading = Heading { words: FIRST_WORDS, format: FORMAT, maker: "Gallery::create" };

/// The longest name of a purpose, in bytes.
const MAX_PURPOSE: usize = 255;

/// The most alleles of a locus that a panel numbers.
const MAX_ALLELES: usize = 254;

/// What a gallery is, and which files it consists of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// The version of the format: [`FORMAT`].
    pub(crate) format: u32,
    /// 32 hexadecimal digits that no other gallery has, see [`new_gallery_id`].
    pub(crate) gallery_id: String,
    /// What the gallery is for, such as `criminal`: 1 to 255 bytes.
    pub(crate) purpose: String,
    /// How often the manifest was written, from 1.
    pub(crate) generation: u64,
    /// The last serial of the segments; what came later stands in the journal.
    pub(crate) sealed_through: u64,
    /// The method that prepared the prints.
    pub(crate) method: Method,
    /// The segments, in the order of their serials, without a gap.
    pub(crate) segments: Vec<SegmentEntry>,
    /// The file name of the journal: `journal-N.log`, N being the generation for which it was made.
    pub(crate) journal: String,
    /// The columns of DNA profiles in the segments; none where the gallery was never asked to hold any.
    pub(crate) panel: Vec<PanelColumn>,
}

/// One segment, as the manifest knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SegmentEntry {
    /// The file name, in the folder of the segments.
    pub(crate) file: String,
    /// The first serial of its range, from 1.
    pub(crate) first: u64,
    /// The last serial of its range.
    pub(crate) last: u64,
    /// Subjects in it.
    pub(crate) subjects: u64,
    /// Prints of these subjects.
    pub(crate) prints: u64,
    /// DNA profiles of these subjects.
    pub(crate) profiles: u64,
    /// The length of the file.
    pub(crate) bytes: u64,
}

/// A locus of a panel with the alleles that are numbered there, from 1 on: what the numbers in a segment mean.
///
/// They are text here, so that a manifest is checked before a name in it is taken for a locus or an allele.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PanelColumn {
    /// The locus.
    pub(crate) locus: String,
    /// Its alleles, in the order of their numbers.
    pub(crate) alleles: Vec<String>,
}

impl PanelColumn {
    /// The columns of a panel.
    pub(crate) fn all_of(panel: &Panel) -> Vec<Self> {
        let column = |(column, locus): (usize, &Locus)| Self {
            locus: locus.to_string(),
            alleles: panel.alleles(column).iter().map(Allele::to_string).collect(),
        };
        panel.loci().iter().enumerate().map(column).collect()
    }

    /// The panel of these columns.
    ///
    /// # Errors
    /// A [`Problem`] where a column cannot be of a panel, or an allele would get another number than it had.
    pub(crate) fn panel_of(columns: &[Self]) -> Result<Panel, Problem> {
        // Counted before any name is taken for a locus or an allele: those are kept for as long as the process lives.
        if columns.len() > MAX_LOCI {
            return Err(Problem::new(
                "panel",
                "number of loci",
                columns.len(),
                format!("at most {MAX_LOCI}"),
            ));
        }
        if let Some(column) = columns.iter().find(|column| column.alleles.len() > MAX_ALLELES) {
            let expected = format!("at most {MAX_ALLELES}");
            return Err(Problem::new(
                "panel",
                "number of alleles of a locus",
                column.alleles.len(),
                expected,
            ));
        }
        let loci = columns.iter().map(|column| Locus::new(&column.locus)).collect::<Result<Vec<_>>>();
        let loci = loci.map_err(|error| problem_of(error, "panel"))?;
        let mut panel = Panel::new(&loci).map_err(|error| problem_of(error, "manifest"))?;
        for (at, column) in columns.iter().enumerate() {
            for (number, text) in (1..).zip(&column.alleles) {
                let record = || format!("panel, {}", column.locus);
                let allele = text.parse().map_err(|error| problem_of(error, record()))?;
                if panel.number(at, allele) != Some(number) {
                    let expected = "an allele that stands there once and is not a wildcard";
                    return Err(Problem::new(
                        record(),
                        format!("allele {number}"),
                        format!("{text:?}"),
                        expected,
                    ));
                }
            }
        }
        Ok(panel)
    }
}

/// 32 hexadecimal digits that no other gallery has.
///
/// The randomness is the operating system's, through the keys of the standard library's [`RandomState`]: two hashes of 64
/// bits, of the time and the process as well, so that children of a `fork`, which share those keys, get other ids. Nothing
/// that a search answers depends on it.
pub(crate) fn new_gallery_id() -> String {
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let half = || RandomState::new().hash_one((time, std::process::id()));
    format!("{:016x}{:016x}", half(), half())
}

impl Manifest {
    /// Reads the manifest of the gallery in a folder.
    ///
    /// # Errors
    /// [`Error::NotAGallery`] where there is none, or one of another version; [`Error::Damaged`] where its checksum does
    /// not fit or what it says cannot be; [`Error::Io`] where it cannot be read.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        Self::from_bytes(&HEADING.bytes(folder)?, folder)
    }

    fn from_bytes(bytes: &[u8], folder: &Path) -> Result<Self> {
        let manifest: Self = HEADING.parse(bytes, folder)?;
        HEADING.check_version(folder, manifest.format)?;
        let damaged =
            |problem: Problem| Error::Damaged { path: folder.join(MANIFEST), what: problem.to_string() };
        manifest.check().map_err(damaged)?;
        Ok(manifest)
    }

    /// Replaces the manifest of the gallery in a folder; it is on the disk when this returns.
    ///
    /// # Errors
    /// [`Error::Invalid`] where [`Manifest::read`] would refuse what it says; those of
    /// [`write_atomically`](super::folder::write_atomically).
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        self.check().map_err(|problem| problem.within(folder.join(MANIFEST).display()))?;
        HEADING.write(folder, self)
    }

    /// The generation for which the journal was made, as its header says too.
    pub(crate) fn journal_generation(&self) -> Option<u64> {
        folder::journal_generation(&self.journal)
    }

    /// The panel of the DNA profiles in the segments; `None` where there are no columns.
    ///
    /// # Errors
    /// As [`PanelColumn::panel_of`].
    pub(crate) fn panel(&self) -> Result<Option<Panel>, Problem> {
        if self.panel.is_empty() { Ok(None) } else { PanelColumn::panel_of(&self.panel).map(Some) }
    }

    /// Whether all that the manifest says can be.
    fn check(&self) -> Result<(), Problem> {
        let wrong = |field, value: String, expected: &str| Err(Problem::new("", field, value, expected));
        if self.format != FORMAT {
            return wrong("format", self.format.to_string(), &FORMAT.to_string());
        }
        check_identity(&self.gallery_id, &self.purpose)?;
        if self.generation == 0 {
            return wrong("generation", "0".to_owned(), "1 or more");
        }
        if self.journal_generation().is_none_or(|generation| generation > self.generation) {
            return wrong("journal", shown(&self.journal), "journal-N.log, N being at most the generation");
        }
        self.check_segments()?;
        self.panel().map(|_| ())
    }

    fn check_segments(&self) -> Result<(), Problem> {
        let mut files = HashSet::with_capacity(self.segments.len());
        let mut before: Option<&SegmentEntry> = None;
        let (mut prints, mut profiles) = (0u64, 0u64);
        for (at, segment) in self.segments.iter().enumerate() {
            segment.check().map_err(|problem| problem.within(format!("segment {at}")))?;
            let wrong = |field, value: String, expected: String| {
                Err(Problem::new(format!("segment {at}"), field, value, expected))
            };
            if !files.insert(segment.file.as_str()) {
                return wrong("file", shown(&segment.file), "a file of its own".to_owned());
            }
            // Whether there is a next one: the last of a range is below the greatest number.
            if let Some(next) = before.map(|before| before.last + 1).filter(|next| segment.first != *next) {
                let expected = format!("{next}, which follows the segment before");
                return wrong("first", segment.first.to_string(), expected);
            }
            let sums = (prints.checked_add(segment.prints), profiles.checked_add(segment.profiles));
            let (Some(prints_now), Some(profiles_now)) = sums else {
                return wrong(
                    "prints",
                    segment.prints.to_string(),
                    "a number that can be added up".to_owned(),
                );
            };
            (prints, profiles) = (prints_now, profiles_now);
            before = Some(segment);
        }
        if let Some(last) = before.map(|before| before.last).filter(|last| *last != self.sealed_through) {
            let expected = format!("{last}, the last serial of the segments");
            return Err(Problem::new("", "sealed_through", self.sealed_through, expected));
        }
        Ok(())
    }
}

impl SegmentEntry {
    fn check(&self) -> Result<(), Problem> {
        let wrong = |field, value: String, expected: String| Err(Problem::new("", field, value, expected));
        if !folder::is_segment_name(&self.file) {
            let expected = "the name of a file: a-z, 0-9 and -, then .seg".to_owned();
            return wrong("file", shown(&self.file), expected);
        }
        if self.first == 0 {
            return wrong("first", "0".to_owned(), "1 or more".to_owned());
        }
        if self.last < self.first || self.last == u64::MAX {
            let expected = format!("{} or more, and below {}", self.first, u64::MAX);
            return wrong("last", self.last.to_string(), expected);
        }
        let serials = self.last - self.first + 1;
        if self.subjects > serials {
            return wrong("subjects", self.subjects.to_string(), format!("at most {serials}, one a serial"));
        }
        // No print and no profile takes less than a byte, and none has no subject.
        let most = if self.subjects == 0 { 0 } else { self.bytes };
        for (field, count) in [("prints", self.prints), ("profiles", self.profiles)] {
            if count > most {
                let expected =
                    format!("at most {most} for {} subjects and {} bytes", self.subjects, self.bytes);
                return wrong(field, count.to_string(), expected);
            }
        }
        Ok(())
    }
}

/// Whether these can be the id of a gallery and what it is for.
///
/// # Errors
/// A [`Problem`] that names the field.
pub(super) fn check_identity(gallery_id: &str, purpose: &str) -> Result<(), Problem> {
    let wrong = |field, value: &str, expected: &str| Err(Problem::new("", field, shown(value), expected));
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if gallery_id.len() != 32 || !gallery_id.bytes().all(is_digit) {
        return wrong("gallery_id", gallery_id, "32 hexadecimal digits in lower case");
    }
    if purpose.is_empty() || purpose.len() > MAX_PURPOSE || purpose.chars().any(char::is_control) {
        return wrong("purpose", purpose, "1 to 255 bytes without control characters");
    }
    Ok(())
}

/// A value as an error shows it: quoted, and not longer than a line.
fn shown(text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    if start.len() == text.len() { format!("{text:?}") } else { format!("{start:?}...") }
}

/// The problem in an error of the DNA types, found in `record`.
fn problem_of(error: Error, record: impl std::fmt::Display) -> Problem {
    match error {
        Error::Invalid(problem) => problem.within(record),
        other => Problem::new(record, "name", other, "a locus or an allele"),
    }
}

#[cfg(test)]
#[path = "manifest_tests.rs"]
mod tests;
