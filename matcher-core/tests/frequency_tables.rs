//! Tables of allele frequencies of other programs, read and given back. They lie outside the project: the environment
//! variable `MATCHER_DATA` names their folder, and without it these tests skip and say so.

use matcher_core::Error;
use matcher_core::dna::{Allele, Frequencies, LocusFrequencies};
use matcher_core::formats::frequencies::{
    FrequencyFormat, FrequencyOptions, read_frequencies, write_frequencies, write_frequencies_file,
};
use matcher_core::formats::profiles::sniff;
use std::path::{Path, PathBuf};

fn data(folder: &str) -> Option<PathBuf> {
    let found = std::env::var_os("MATCHER_DATA").map(|root| Path::new(&root).join("dna").join(folder));
    if found.is_none() {
        println!("skipped: MATCHER_DATA is not set");
    }
    found
}

fn table(bytes: &[u8], options: &FrequencyOptions) -> Frequencies {
    // Some are printed with so few digits that a locus sums to more than 1.
    read_frequencies(bytes, options).unwrap().normalise().build().unwrap()
}

/// The alleles that were seen.
fn seen(locus: &LocusFrequencies) -> Vec<(Allele, f64)> {
    locus.alleles().iter().filter(|(_, frequency)| *frequency > 0.0).copied().collect()
}

fn check_back(table: &Frequencies) {
    for format in FrequencyFormat::ALL {
        let written = write_frequencies(table, format).unwrap();
        let again = read_frequencies(&written.bytes, &FrequencyOptions::named(table.name()))
            .unwrap()
            .build()
            .unwrap();
        assert_eq!(again.loci().len(), table.loci().len());
        for (old, new) in table.loci().iter().zip(again.loci()) {
            assert_eq!((old.locus(), seen(old)), (new.locus(), seen(new)));
            let counted = old.counted().filter(|_| format == FrequencyFormat::StrMix);
            assert_eq!(new.counted(), counted);
        }
        assert_eq!(write_frequencies(&again, format).unwrap().bytes, written.bytes);
    }
}

#[test]
fn tables_of_euroformix() {
    let Some(folder) = data("formats/euroformix") else { return };
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_string_lossy().ends_with("_freq.csv"));
    assert!(files.len() > 4);
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let refused = sniff(&bytes).unwrap_err();
        assert!(
            matches!(&refused, Error::UnknownFormat(what) if what.contains("allele frequencies")),
            "{refused}"
        );
        let table = table(&bytes, &FrequencyOptions::named("efm"));
        assert!(table.loci().len() > 5);
        check_back(&table);
    }
}

#[test]
fn tables_of_the_library_and_of_others() {
    for name in Frequencies::builtin_names() {
        let table = Frequencies::builtin(name).unwrap();
        check_back(&table);
        let lost = write_frequencies(&table, FrequencyFormat::EuroForMix).unwrap().lost;
        assert_eq!(lost[0].problem.field, "sample size");
    }
    let Some(folder) = data("") else { return };
    for file in ["freqs_NIST1036.json", "freqs_norSTR.json", "freqs_UKDNA17.json"] {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let mut options = FrequencyOptions::named(file);
        if let Err(error) = read_frequencies(&bytes, &options) {
            // The file holds several, and names them.
            let said = error.to_string();
            let names = said.split_once("one of: ").map(|(_, names)| names);
            options.population = names.and_then(|names| names.split(", ").next()).map(str::to_owned);
        }
        check_back(&table(&bytes, &options));
    }
}

#[test]
fn a_table_goes_into_a_file() {
    let path = std::env::temp_dir().join(format!("matcher-frequencies-{}.csv", std::process::id()));
    let table = Frequencies::builtin("nist1036-cauc").unwrap();
    let lost = write_frequencies_file(&table, FrequencyFormat::StrMix, &path).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(lost.iter().map(|lost| lost.problem.field.as_str()).collect::<Vec<_>>(), ["provenance"]);
    assert_eq!(bytes, write_frequencies(&table, FrequencyFormat::StrMix).unwrap().bytes);
    assert!(write_frequencies_file(&table, FrequencyFormat::StrMix, std::env::temp_dir()).is_err());
}
