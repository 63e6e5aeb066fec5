//! Files of DNA profiles: bytes to [`Profile`]s and back.
//!
//! | format | what it is | read | written |
//! |---|---|---|---|
//! | [`codis-cmf`](ProfileFormat::CodisCmf) | XML of the CODIS import format, CMF 3.2 | yes | yes |
//! | [`genemapper`](ProfileFormat::GeneMapper) | text export of GeneMapper, alleles of a locus in one cell | yes | no |
//! | [`long-table`](ProfileFormat::LongTable) | a sample and marker a row (LRmix, EuroForMix, GeneMapper) | yes | yes |
//! | [`wide-table`](ProfileFormat::WideTable) | a profile a row (CODIS databases, population samples) | yes | yes |
//!
//! Frequency tables, Familias projects and searches of SmartRank are recognised and refused by name.
//!
//! # What a reader promises
//! It never panics, and takes a small multiple of its input as memory; [`Limits`] bound both. One profile that cannot be
//! read does not lose its neighbours: a lenient reader names it with its line and column, what stands there and what was
//! expected, and reads the others; a [strict](Strictness::Strict) one stops there. No allele is ever left out to save
//! the rest of a profile: an examiner could not see that it is missing. Lines count from 1, columns too (in CMF they are
//! bytes of the line). A CMF file that is cut gives the specimens before the cut.
//!
//! # What is read into them
//! - Empty cells, `NA`, `NULL`, `N/A`, `NaN` and `None` are no value; a locus without any was typed and gave nothing, and
//!   is not in the profile.
//! - One allele alone, at a locus of which everybody has two copies, becomes that allele and an unknown one (`16,-`):
//!   whether it is a homozygote the file does not say. At X and Y loci it is one copy; in a mixture it is what was seen.
//!   Two equal alleles are a homozygote.
//! - With heights, an unknown allele has the height 0. Of three and more alleles equal ones (two peaks `OL`, say) are
//!   kept once, with the higher peak.
//! - A profile is a mixture where the file says so (`kind`, or the category Forensic Mixture). Where it says nothing: if
//!   a locus has 4 different alleles or more, or two loci have 3; Y loci count only from 5 alleles on.
//!
//! # EuroForMix and LRmix
//! Their tables of evidence and of references are long tables, so one is read and written as the other; heights are kept.
//! EuroForMix finds its columns by the words sample, marker, allele and height: it passes over the columns `kind`,
//! `category` and `partial`, which are written where some profile needs them. It takes every allele for one that was
//! seen, also `-` and `OL`: leave out such loci before you write for it. Its tables of frequencies are in
//! [`frequencies`](super::frequencies).
//!
//! # What a file cannot say
//! Writing and reading again gives the same profiles, but for what the format has no place for:
//! - wide tables and CMF have no heights;
//! - in long tables and CMF an id is one profile: two profiles with one id are an error;
//! - one copy at a locus of two comes back as that allele and an unknown one;
//! - CMF needs a category: where none is stated it is `Other`, for a mixture `Forensic Mixture`; a mixture of another
//!   category that does not look like one cannot be written, nor can a single source that looks like a mixture;
//! - CMF allows 24 characters for an id, 20 for a locus, 10 for an allele, 32 loci, and 8 alleles a locus: what is more
//!   is an error.
//!
//! Of a CMF file comments, numbers of cases, kits, readers, and which alleles are required are not read; so they are not
//! in what is written of it.
//!
//! # Examples
//! ```
//! use matcher_core::formats::profiles::{ProfileFormat, ReadOptions, read, write};
//! let table = b"SampleName,Marker,Allele1,Allele2\nC-17,THO1,6,9.3\nC-17,FGA,20,20\n";
//! let reading = read(table, &ReadOptions::default())?;
//! assert_eq!(reading.format, ProfileFormat::LongTable);
//! assert_eq!(reading.profiles[0].id(), "C-17");
//! let wide = write(&reading.profiles, ProfileFormat::WideTable)?;
//! assert_eq!(wide, b"id,FGA_1,FGA_2,TH01_1,TH01_2\nC-17,20,20,6,9.3\n");
//! assert_eq!(read(&wide, &ReadOptions::default())?.profiles, reading.profiles);
//! # Ok::<(), matcher_core::Error>(())
//! ```

mod cell;
mod codis;
mod collector;
mod draft;
mod format;
mod genemapper;
mod header;
mod long;
mod names;
mod roles;
mod rows;
mod schema;
mod sniff;
mod specimen;
mod table;
mod wide;
mod write;
mod write_codis;
mod write_tables;
mod xml;

pub use format::ProfileFormat;
pub use sniff::sniff;
pub use write_codis::Submission;

use super::limits::check_length;
use super::{Diagnostic, Strictness, files};
use crate::dna::Profile;
use crate::error::{Error, Result};
use collector::Collector;
use std::path::Path;

/// Upper bounds for reading; beyond one of them there is an error, never a part.
///
/// # Memory
/// A table of complete profiles takes about 8 times its bytes: a genotype of two alleles is 32 bytes, and `15,17,` is 6. The
/// worst are tables of very short rows, at most 80 times and 64 KiB: thousands of samples with one marker each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one input. Default 1 GiB: some 8 million profiles as a wide table.
    pub bytes: usize,
    /// Profiles in one input. Default 10 million.
    pub profiles: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1 << 30, profiles: 10_000_000 }
    }
}

/// How to read; the default finds the format itself and is lenient.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The format, or `None` to find it by [`sniff`].
    pub format: Option<ProfileFormat>,
    /// What to do about faults.
    pub strictness: Strictness,
    /// How much to read at most.
    pub limits: Limits,
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The format of the input.
    pub format: ProfileFormat,
    /// The profiles, in the order in which they begin in the input; at least one.
    pub profiles: Vec<Profile>,
    /// Everything that was wrong or should be known; empty where nothing was. [`Diagnostic::view`] is the index of the
    /// profile in [`profiles`](Self::profiles), `None` where the whole input is meant or a profile was not read.
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// What concerns one profile: its own diagnostics and those of the whole input.
    pub fn diagnostics_of(&self, profile: usize) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(move |d| d.view.is_none_or(|view| view == profile))
    }
}

/// Reads all profiles from bytes.
///
/// # Errors
/// - [`Error::UnknownFormat`]: the bytes are of no format read here; it says what they seem to be.
/// - [`Error::Invalid`]: a limit is exceeded, a header is wrong, XML declares a document type, or no profile could be
///   read (then this is the first reason); for a strict reader the first fault of any kind.
///
/// # Examples
/// ```
/// use matcher_core::formats::profiles::{ReadOptions, read};
/// let reading = read(b"id,TH01_1,TH01_2\na,6,9.3.1\nb,7,8\n", &ReadOptions::default())?;
/// assert_eq!((reading.profiles.len(), reading.profiles[0].id()), (1, "b"));
/// let said = reading.diagnostics[0].to_string();
/// assert!(said.starts_with("profile \"a\", line 2, column 3 (TH01): allele is \"9.3.1\", expected repeats"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Reading> {
    check_length(bytes.len() as u64, options.limits.bytes)?;
    let format = options.format.map_or_else(|| sniff(bytes), Ok)?;
    let mut collector = Collector::new(options, bytes.len());
    match format {
        ProfileFormat::CodisCmf => codis::read(bytes, &mut collector)?,
        ProfileFormat::GeneMapper => genemapper::read(bytes, &mut collector)?,
        ProfileFormat::LongTable => long::read(bytes, &mut collector)?,
        ProfileFormat::WideTable => wide::read(bytes, &mut collector)?,
    }
    collector.finish(format)
}

/// Reads all profiles from a file.
///
/// # Errors
/// Those of [`read`], with the path as the record, and [`Error::Io`] for a path that cannot be read or is not a regular
/// file (a folder, a pipe, a device).
pub fn read_file(path: impl AsRef<Path>, options: &ReadOptions) -> Result<Reading> {
    let path = path.as_ref();
    let bytes = files::read(path, options.limits.bytes)?;
    read(&bytes, options).map_err(|error| files::named(path, error))
}

/// Writes profiles.
///
/// What a format cannot say is listed [above](self#what-a-file-cannot-say). A CMF file states the default
/// [`Submission`]; [`write_codis`] takes another.
///
/// # Errors
/// [`Error::Invalid`]: there is no profile, the format is read only (GeneMapper), or a value cannot be stated in it; the
/// problem names it.
pub fn write(profiles: &[Profile], format: ProfileFormat) -> Result<Vec<u8>> {
    match format {
        ProfileFormat::CodisCmf => write_codis(profiles, &Submission::default()),
        ProfileFormat::LongTable => write_tables::long(profiles),
        ProfileFormat::WideTable => write_tables::wide(profiles),
        ProfileFormat::GeneMapper => {
            Err(Error::invalid("", "profile format", format, "codis-cmf, long-table or wide-table to write"))
        }
    }
}

/// Writes a CMF file with what it says of its sender.
///
/// # Errors
/// Those of [`write`](fn@write), and a field of the submission that the schema does not allow.
pub fn write_codis(profiles: &[Profile], submission: &Submission) -> Result<Vec<u8>> {
    write_codis::write(profiles, submission)
}

/// Writes a CMF file with what it says of its sender, whole or not at all. A file that stood there is replaced at the
/// very end.
///
/// # Errors
/// Those of [`write_codis`], and [`Error::Io`] for a path that cannot be written or is no regular file.
pub fn write_codis_file(profiles: &[Profile], submission: &Submission, path: impl AsRef<Path>) -> Result<()> {
    let bytes = write_codis(profiles, submission)?;
    files::write(path.as_ref(), bytes)
}

/// Writes profiles into a file: whole, or not at all. A file that stood there is replaced at the very end.
///
/// # Errors
/// Those of [`write`](fn@write), and [`Error::Io`] for a path that cannot be written or is no regular file.
pub fn write_file(profiles: &[Profile], format: ProfileFormat, path: impl AsRef<Path>) -> Result<()> {
    let bytes = write(profiles, format)?;
    files::write(path.as_ref(), bytes)
}

#[cfg(test)]
#[path = "mod_tests.rs"]
mod tests;
