//! Frequencies, match probabilities and expected matrices against published data and other programs. They lie outside
//! the project: the environment variable `MATCHER_DATA` names the folder; without it these tests skip, saying so.

use matcher_core::dna::database::expected_matrix;
use matcher_core::dna::likelihood::{Formula, LocusProbability, match_probability};
use matcher_core::dna::{AlleleCounts, Frequencies, FrequenciesBuilder, Locus, LocusFrequencies, Profile};
use matcher_core::formats::frequencies::{FrequencyOptions, read_frequencies};
use matcher_core::units::Theta;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file in the folder of DNA data.
fn data(file: &str) -> Option<Vec<u8>> {
    let Some(root) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: MATCHER_DATA is not set");
        return None;
    };
    let path: PathBuf = Path::new(&root).join("dna").join(file);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn json(file: &str) -> Option<Value> {
    data(file).map(|bytes| serde_json::from_slice(&bytes).unwrap())
}

fn numbers(value: &Value) -> BTreeMap<&str, f64> {
    value.as_object().unwrap().iter().map(|(key, number)| (key.as_str(), number.as_f64().unwrap())).collect()
}

fn near(found: f64, expected: f64, what: &str) {
    assert!((found / expected - 1.0).abs() < 1e-9, "{what}: {found}, expected {expected}");
}

/// A table of `{locus: {allele: frequency}}`.
fn table(name: &str, loci: &Value) -> FrequenciesBuilder {
    let start = Frequencies::builder(name);
    loci.as_object()
        .unwrap()
        .iter()
        .fold(start, |builder, (locus, alleles)| builder.locus(locus, numbers(alleles)).unwrap())
}

const GROUPS: [(&str, &str, &str); 4] = [
    ("AA", "AfAm", "nist1036-afam"),
    ("Asian", "Asian", "nist1036-asian"),
    ("Cauc", "Cauc", "nist1036-cauc"),
    ("Hisp", "Hisp", "nist1036-hisp"),
];

#[test]
fn built_in_tables_are_the_counts_of_the_published_genotypes() {
    let Some(bytes) = data("NIST1036_genotypes.csv") else { return };
    let text = String::from_utf8(bytes).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let person = |row: &[&str]| {
        let pairs = row[2..].chunks(2).map(<[&str]>::to_vec);
        Profile::new(row[0], rows[0][2..].iter().step_by(2).zip(pairs)).unwrap()
    };
    let mut all = AlleleCounts::default();
    for (group, _, name) in GROUPS {
        let mut counts = AlleleCounts::default();
        for row in rows.iter().filter(|row| row[1] == group) {
            counts.add(&person(row)).unwrap();
            all.add(&person(row)).unwrap();
        }
        same_numbers(&Frequencies::builtin(name).unwrap(), counts, name);
    }
    assert_eq!(all.people(), 1_036);
    same_numbers(&Frequencies::builtin("nist1036").unwrap(), all, "nist1036");
}

fn same_numbers(table: &Frequencies, counts: AlleleCounts, name: &str) {
    let counted = counts.into_builder(name).unwrap().build().unwrap();
    assert_eq!(table.loci(), counted.loci(), "{name}");
    assert!(table.provenance().contains("public domain"), "{}", table.provenance());
}

#[test]
fn built_in_tables_are_the_published_frequencies() {
    let Some(published) = data("freqs_NIST1036.json") else { return };
    for (_, population, name) in GROUPS {
        let found = Frequencies::builtin(name).unwrap();
        let options = FrequencyOptions::population(population);
        let expected = read_frequencies(&published, &options).unwrap().build().unwrap();
        assert_eq!(found.loci().len(), expected.loci().len());
        for (found, expected) in found.loci().iter().zip(expected.loci()) {
            assert_eq!((found.locus(), found.counted()), (expected.locus(), expected.counted()), "{name}");
            assert_eq!(found.alleles().len(), expected.alleles().len(), "{name} {}", found.locus());
            for (&(a, p), &(b, q)) in found.alleles().iter().zip(expected.alleles()) {
                assert_eq!(a, b);
                near(p, q, &format!("{name} {} {a}", found.locus()));
            }
        }
    }
}

#[test]
fn tables_of_other_sources_are_read() {
    for (file, populations, loci) in [
        ("freqs_FBI2015.json", &["Caucasian", "apache"][..], 23),
        ("freqs_UKDNA17.json", &["Chinese_-_EA5"], 16),
        ("freqs_norSTR.json", &["norway"], 50),
    ] {
        let Some(bytes) = data(file) else { return };
        assert!(
            read_frequencies(&bytes, &FrequencyOptions::default()).is_err(),
            "{file} has several populations"
        );
        for population in populations {
            let builder = read_frequencies(&bytes, &FrequencyOptions::population(population)).unwrap();
            let table = builder.build().unwrap();
            assert_eq!(table.loci().len(), loci, "{file}");
            assert!(!table.provenance().is_empty());
        }
    }
    let Some(norway) = data("freqs_NorwegianFrequencies.json") else { return };
    let table = read_frequencies(&norway, &FrequencyOptions::default()).unwrap().build().unwrap();
    assert_eq!((table.name(), table.loci().len()), ("Norway", 35));
    for (file, snps) in [("freqs_FORCE_3931snps.csv", 3_930..=3_931), ("freqs_XFORCE_246snps.csv", 246..=246)]
    {
        let Some(bytes) = data(file) else { return };
        let table = read_frequencies(&bytes, &FrequencyOptions::named(file)).unwrap().build().unwrap();
        assert!(snps.contains(&table.loci().len()), "{file}: {}", table.loci().len());
        assert!(table.loci().iter().all(|locus| (locus.sum() - 1.0).abs() < 1e-12));
    }
}

#[test]
fn match_probabilities_of_another_program() {
    let Some(cases) = json("cases/direct_match.json") else { return };
    let tables = cases["frequencies"].as_object().unwrap();
    let cases = cases["rmp_cases"].as_array().unwrap();
    assert!(cases.len() >= 30);
    for case in cases {
        let (id, population) = (case["id"].as_str().unwrap(), case["population"].as_str().unwrap());
        let frequencies = table(population, &tables[population]).build().unwrap();
        let genotypes = case["genotypes"].as_object().unwrap().iter();
        let alleles = genotypes.map(|(locus, pair)| {
            (
                locus,
                pair.as_array().unwrap().iter().map(|allele| allele.as_str().unwrap()).collect::<Vec<_>>(),
            )
        });
        let profile = Profile::new(id, alleles).unwrap();
        let theta = Theta::new(case["theta"].as_f64().unwrap()).unwrap();
        for (formula, per_locus, log10) in [
            (Formula::Nrc41, "rmp_nrc41", "log10_rmp_nrc41"),
            (Formula::Inbreeding, "rmp_inbreeding_product", "log10_rmp_inbreeding"),
            (Formula::Nrc410, "rmp_nrc410_balding_nichols", "log10_rmp_nrc410"),
        ] {
            let answer = match_probability(&profile, &frequencies, theta, formula).unwrap();
            let expected: BTreeMap<Locus, f64> = numbers(&case[per_locus])
                .into_iter()
                .map(|(name, p)| (Locus::new(name).unwrap(), p))
                .collect();
            assert_eq!(answer.counted(), expected.len(), "{id}");
            for (locus, contribution) in &answer.per_locus {
                assert!(matches!(contribution, LocusProbability::Counted(_)));
                near(contribution.factor(), expected[locus], &format!("{id} {formula} {locus}"));
            }
            near(answer.log10.value(), case[log10].as_f64().unwrap(), &format!("{id} {formula}"));
        }
    }
}

#[test]
fn expected_matrices_of_another_program() {
    let Some(cases) = json("cases/dbcompare_dnatools.json") else { return };
    let expectations = cases["expected"].as_array().unwrap();
    assert!(expectations.len() >= 6);
    for case in expectations {
        let name = case["probs"].as_str().unwrap();
        let key = if name.contains("CODIS20") { "codis20" } else { "fbi23" };
        let frequencies = table(name, &cases["probs"][key]).build().unwrap();
        let loci: Vec<Locus> = frequencies.loci().iter().map(LocusFrequencies::locus).collect();
        let theta = Theta::new(case["theta"].as_f64().unwrap()).unwrap();
        let found = expected_matrix(&frequencies, &loci, case["n"].as_u64().unwrap(), theta).unwrap();
        let mut compared = 0;
        for (i, row) in case["expected_counts"].as_array().unwrap().iter().enumerate() {
            for (j, count) in row.as_array().unwrap().iter().enumerate() {
                if let Some(count) = count.as_f64() {
                    near(found[[i, j]], count, &format!("{name} theta {} [{i}][{j}]", theta.value()));
                    compared += 1;
                } else {
                    assert_eq!(found[[i, j]], 0.0);
                }
            }
        }
        assert_eq!(compared, (loci.len() + 1) * (loci.len() + 2) / 2);
    }
}
