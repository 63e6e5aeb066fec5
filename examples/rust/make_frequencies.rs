//! Where do the frequency tables that come with the library come from?
//!
//! This counts the alleles in NIST's published genotypes and writes the counts that `Frequencies::builtin` reads:
//! `cargo run -p matcher-examples --example make_frequencies -- NIST1036_genotypes.csv
//! matcher-core/src/dna/frequencies/nist1036.csv`. The genotypes are a table with a line a person: sample, group, and
//! two columns a locus, of which the first has the name. An empty cell is an allele that was not found.

use matcher_core::dna::{Allele, AlleleCounts, Genotype, Locus, Profile};
use matcher_core::error::{Error, Result};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// The groups in the order of the columns, as they are called in the genotypes.
const GROUPS: [(&str, &str); 4] = [("AA", "afam"), ("Asian", "asian"), ("Cauc", "cauc"), ("Hisp", "hisp")];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, genotypes, target] = &arguments[..] else {
        let given = arguments.len().saturating_sub(1);
        return Err(Error::invalid("", "number of arguments", given, "2: genotypes, and the file to write"));
    };
    let io = |path: &str| {
        let path = Path::new(path).to_owned();
        move |source| Error::Io { path, source }
    };
    let text = std::fs::read_to_string(genotypes).map_err(io(genotypes))?;
    std::fs::write(target, table(&counts(&text)?)).map_err(io(target))
}

/// The counts of each group.
fn counts(text: &str) -> Result<[AlleleCounts; 4]> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let mut groups: [AlleleCounts; 4] = Default::default();
    for (number, line) in (2..).zip(lines) {
        let fields: Vec<&str> = line.split(',').collect();
        let [sample, group, alleles @ ..] = &fields[..] else { continue };
        let at = GROUPS.iter().position(|(code, _)| code == group);
        let unknown = || Error::invalid(format!("line {number}"), "group", group, "AA, Asian, Cauc or Hisp");
        let at = at.ok_or_else(unknown)?;
        let mut person = Profile::builder(sample);
        for (name, pair) in header.iter().skip(2).step_by(2).zip(alleles.chunks(2)) {
            let alleles: Vec<Allele> = pair.iter().map(|allele| allele.parse()).collect::<Result<_>>()?;
            person = person.genotype(Locus::new(name)?, Genotype::new(&alleles)?);
        }
        groups[at].add(&person.build()?)?;
    }
    Ok(groups)
}

/// The file.
fn table(groups: &[AlleleCounts; 4]) -> String {
    let people: Vec<String> =
        groups.iter().zip(GROUPS).map(|(counts, (_, name))| format!("{} {name}", counts.people())).collect();
    let left_out: u64 = groups.iter().map(AlleleCounts::left_out).sum();
    let mut text = format!(
        "# Alleles counted in the NIST 1036 revised U.S. population dataset (genotypes of July 2017), in the public domain.\n\
         # C. R. Hill, D. L. Duewer, M. C. Kline, M. D. Coble, J. M. Butler, Forensic Sci Int Genet 7 (2013) e82-e83.\n\
         # People: {}. {left_out} incomplete genotypes are not counted.\n\
         # Written by: cargo run -p matcher-examples --example make_frequencies -- NIST1036_genotypes.csv nist1036.csv\n\
         locus,allele,{}\n",
        people.join(", "),
        GROUPS.map(|(_, name)| name).join(",")
    );
    let seen = |counts: &AlleleCounts| -> Vec<(Locus, Allele)> {
        counts
            .loci()
            .flat_map(|(locus, alleles)| alleles.keys().map(move |allele| (locus, *allele)))
            .collect()
    };
    let rows: BTreeSet<(Locus, Allele)> = groups.iter().flat_map(seen).collect();
    for (locus, allele) in rows {
        let counts = groups.each_ref().map(|counts| counts.count(locus, allele).to_string());
        // Writing into a string does not fail.
        let _ = writeln!(text, "{locus},{allele},{}", counts.join(","));
    }
    text
}
