//! Writes tables of frequencies for other programs, and says what such a table has no place for.

use super::{FrequencyFormat, FrequencyOptions, read_frequencies};
use crate::dna::{Allele, Frequencies, Inheritance, LocusFrequencies};
use crate::error::{Error, Problem, Result};
use crate::formats::{Diagnostic, files};
use csv::Writer;
use std::collections::BTreeSet;
use std::path::Path;

/// A table as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrequencyWriting {
    /// The table, comma separated.
    pub bytes: Vec<u8>,
    /// What of the frequencies is not in it; empty where all is.
    pub lost: Vec<Diagnostic>,
}

/// Writes a table of frequencies.
///
/// # Method
/// A line an allele in the order of alleles, a column a locus in the order of loci; a cell is empty where the locus has
/// no such allele. A frequency has as many digits as it takes to read the same number again. An allele of frequency 0 is
/// left out, and said: `EuroForMix` gives the alleles of a column with such a cell the frequencies of others.
///
/// The name is not in the table; programs take that of the file.
///
/// # Errors
/// A locus or an allele whose name a reader would take for something else.
///
/// # References
/// `tableReader` and `freqImport` of `EuroForMix` 4, for what that program makes of a table; the frequency tables of
/// Forensic Sci Int Genet and `STRmix` for the line `N`.
///
/// # Examples
/// ```
/// use matcher_core::dna::Frequencies;
/// use matcher_core::formats::frequencies::{FrequencyFormat, write_frequencies};
/// let table = Frequencies::builder("lab").locus("TH01", [("6", 0.25), ("9.3", 0.35)])?.locus("FGA", [("20", 0.1)])?;
/// let table = table.people(200).build()?;
/// let written = write_frequencies(&table, FrequencyFormat::StrMix)?;
/// assert_eq!(written.bytes, b"Allele,FGA,TH01\n6,,0.25\n9.3,,0.35\n20,0.1,\nN,400,400\n");
/// assert!(written.lost.is_empty());
///
/// let written = write_frequencies(&table, FrequencyFormat::EuroForMix)?;
/// assert_eq!(
///     written.lost[0].to_string(),
///     "table \"lab\": sample size is known at 2 loci, expected none: the table has no place for it"
/// );
/// # Ok::<(), matcher_core::Error>(())
/// ```
pub fn write_frequencies(table: &Frequencies, format: FrequencyFormat) -> Result<FrequencyWriting> {
    let loci = table.loci();
    let seen =
        |locus: &LocusFrequencies, allele| locus.frequency(allele).filter(|frequency| *frequency > 0.0);
    let alleles: BTreeSet<Allele> =
        loci.iter().flat_map(LocusFrequencies::alleles).filter(|(_, f)| *f > 0.0).map(|(a, _)| *a).collect();
    let mut writer = Writer::from_writer(Vec::new());
    let mut push = |first: &str, cells: &mut dyn Iterator<Item = String>| {
        let row = std::iter::once(first.to_owned()).chain(cells);
        // It goes into memory, which cannot fail; if it did, it would be said.
        writer
            .write_record(row)
            .map_err(|error| Error::invalid("", "row", error, "cells that can be written"))
    };
    push("Allele", &mut loci.iter().map(|locus| locus.locus().name().to_owned()))?;
    for allele in alleles {
        let cells = loci.iter().map(|locus| seen(locus, allele));
        let mut cells = cells.map(|frequency| frequency.map_or_else(String::new, |f| format!("{f:?}")));
        push(&allele.to_string(), &mut cells)?;
    }
    if format == FrequencyFormat::StrMix && loci.iter().any(|locus| locus.counted().is_some()) {
        let counted = |locus: &LocusFrequencies| locus.counted().map_or_else(String::new, |n| n.to_string());
        push("N", &mut loci.iter().map(counted))?;
    }
    let bytes = writer.into_inner();
    let bytes = bytes.map_err(|error| Error::invalid("", "table", error, "rows that can be written"))?;
    check(table, format, &bytes)?;
    Ok(FrequencyWriting { bytes, lost: lost(table, format) })
}

/// Writes a table of frequencies into a file, whole or not at all, and returns what of them is not in it. A file that
/// stood there is replaced at the very end.
///
/// # Errors
/// Those of [`write_frequencies`], and [`Error::Io`] for a path that cannot be written or is no regular file.
pub fn write_frequencies_file(
    table: &Frequencies,
    format: FrequencyFormat,
    path: impl AsRef<Path>,
) -> Result<Vec<Diagnostic>> {
    let FrequencyWriting { bytes, lost } = write_frequencies(table, format)?;
    files::write(path.as_ref(), bytes)?;
    Ok(lost)
}

/// Whether a reader finds the same numbers: the names of some loci and alleles mean something else in a table.
fn check(table: &Frequencies, format: FrequencyFormat, bytes: &[u8]) -> Result<()> {
    let mut limits = super::Limits::default();
    limits.bytes = limits.bytes.max(bytes.len());
    let options = FrequencyOptions { limits, ..FrequencyOptions::named(table.name()) };
    let record = format!("table {:?}", table.name());
    let expected = "names of loci and alleles that a table gives back";
    let again = read_frequencies(bytes, &options).and_then(super::FrequenciesBuilder::build);
    let again = again.map_err(|error| Error::invalid(&record, "written table", error, expected))?;
    for locus in table.loci() {
        let found = again.at(locus.locus());
        let given = locus.alleles().iter().filter(|(_, frequency)| *frequency > 0.0);
        let same = found.is_some_and(|found| {
            let counted = format == FrequencyFormat::EuroForMix || found.counted() == locus.counted();
            counted && given.eq(found.alleles())
        });
        if !same {
            return Err(Error::invalid(record, "locus", locus.locus(), expected));
        }
    }
    Ok(())
}

/// What the table has no place for.
fn lost(table: &Frequencies, format: FrequencyFormat) -> Vec<Diagnostic> {
    let loci = table.loci();
    let count = |has: &dyn Fn(&LocusFrequencies) -> bool| loci.iter().filter(|locus| has(locus)).count();
    let zeros: usize = loci.iter().map(|l| l.alleles().iter().filter(|(_, f)| *f == 0.0).count()).sum();
    let sized = if format == FrequencyFormat::EuroForMix { count(&|l| l.counted().is_some()) } else { 0 };
    let silent = count(&|locus| locus.silent() > 0.0);
    let x_linked = count(&|locus| locus.is_x_linked() && locus.locus().inheritance() != Inheritance::X);
    let linked = table.linked().len();
    let at_loci = |count: usize, word: &str| format!("{word} at {count} loci");
    let facts = [
        (sized > 0, "sample size", at_loci(sized, "known")),
        (zeros > 0, "alleles of frequency 0", zeros.to_string()),
        (silent > 0, "silent alleles", at_loci(silent, "stated")),
        (x_linked > 0, "X linkage", at_loci(x_linked, "stated")),
        (linked > 0, "linked pairs of loci", linked.to_string()),
        (
            table.rare().is_some(),
            "rare-allele rule",
            table.rare().map_or_else(String::new, |r| r.to_string()),
        ),
        (!table.provenance().is_empty(), "provenance", "stated".to_owned()),
    ];
    let facts = facts.into_iter().filter(|(there, _, _)| *there);
    let problem = |(_, field, value)| {
        let record = format!("table {:?}", table.name());
        Problem::new(record, field, value, "none: the table has no place for it")
    };
    facts.map(problem).map(|problem| Diagnostic { view: None, problem }).collect()
}
