//! The tables that come with the library: alleles counted in NIST's 1,036 people.
//!
//! `nist1036.csv` holds counts, because a count has no rounding; `examples/rust/make_frequencies.rs` writes it from the
//! published genotypes.

use super::estimate::with_counts;
use super::{Frequencies, FrequenciesBuilder};
use crate::dna::{Allele, Locus};
use crate::error::{Error, Result};
use std::collections::BTreeMap;

/// Lines that begin with `#` say where it is from; then a header, and a line an allele: locus, allele, a count a group.
const COUNTS: &str = include_str!("nist1036.csv");

/// All tables; the groups in the order of the columns, and at last all together.
pub(super) const NAMES: &[&str] =
    &["nist1036-afam", "nist1036-asian", "nist1036-cauc", "nist1036-hisp", "nist1036"];

pub(super) fn table(name: &str) -> Result<Frequencies> {
    let column = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name.trim()));
    let unknown = || {
        let shown: String = name.chars().take(40).collect();
        Error::invalid("", "built-in table", format!("{shown:?}"), NAMES.join(", "))
    };
    let column = column.ok_or_else(unknown)?;
    let provenance: Vec<&str> = COUNTS.lines().filter_map(|line| line.strip_prefix("# ")).collect();
    let mut loci: BTreeMap<Locus, BTreeMap<Allele, u64>> = BTreeMap::new();
    for line in COUNTS.lines().filter(|line| !line.starts_with('#')).skip(1) {
        // The file is part of the program, and a test reads all of it: no line is of another shape.
        let mut fields = line.split(',');
        let (Some(locus), Some(allele)) = (fields.next(), fields.next()) else { continue };
        let counts: Vec<u64> = fields.filter_map(|count| count.parse().ok()).collect();
        let count = counts.get(column).copied().unwrap_or_else(|| counts.iter().sum());
        if count > 0 {
            loci.entry(Locus::new(locus)?).or_default().insert(allele.parse()?, count);
        }
    }
    let builder = FrequenciesBuilder::new(NAMES[column]).provenance(&provenance.join(" "));
    loci.into_iter().fold(builder, |builder, (locus, counts)| with_counts(builder, locus, &counts)).build()
}
