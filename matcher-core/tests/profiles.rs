//! Reading files of DNA profiles of other programs, and giving them back. They lie outside the project: the environment
//! variable `MATCHER_DATA` names their folder, and without it these tests skip and say so. The project's own samples are
//! in `testdata/dna`.

use matcher_core::dna::{Category, Genotype, Locus, Profile, Source};
use matcher_core::formats::Strictness;
use matcher_core::formats::profiles::{ProfileFormat, ReadOptions, Reading, read, read_file, write};
use std::path::{Path, PathBuf};

fn data(folder: &str) -> Option<PathBuf> {
    let found = std::env::var_os("MATCHER_DATA").map(|root| Path::new(&root).join("dna").join(folder));
    if found.is_none() {
        println!("skipped: MATCHER_DATA is not set");
    }
    found
}

fn own(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/dna").join(name)
}

fn lenient(path: &Path) -> Reading {
    read_file(path, &ReadOptions::default()).unwrap()
}

fn refusal(path: &Path) -> String {
    let message = read_file(path, &ReadOptions::default()).unwrap_err().to_string();
    // Without the path, which is the machine's.
    let name = path.file_name().unwrap().to_str().unwrap();
    message
        .split_once(name)
        .map_or(message.clone(), |(_, rest)| rest.trim_start_matches([':', ',', ' ']).to_owned())
}

fn said(reading: &Reading) -> Vec<String> {
    reading.diagnostics.iter().map(ToString::to_string).collect()
}

fn at(profile: &Profile, locus: &str) -> String {
    profile.get(Locus::new(locus).unwrap()).map(ToString::to_string).unwrap_or_default()
}

/// The files of a folder with this ending, sorted.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_str().unwrap().ends_with(ending));
    files.sort();
    assert!(!files.is_empty());
    files
}

/// The same profile without the heights of its peaks.
fn without_heights(profile: &Profile) -> Profile {
    let start = Profile::builder(profile.id())
        .source(profile.source())
        .category(profile.category())
        .partial(profile.is_marked_partial());
    let loci = profile.loci().iter();
    let bare = loci.fold(start, |builder, (locus, genotype)| {
        builder.genotype(*locus, Genotype::new(genotype.alleles()).unwrap())
    });
    bare.build().unwrap()
}

/// Writes and reads again in every format that can carry the profiles.
fn check_back(reading: &Reading) {
    let bare: Vec<Profile> = reading.profiles.iter().map(without_heights).collect();
    let again = |bytes: &[u8]| read(bytes, &ReadOptions::default()).unwrap().profiles;
    // Samples that stand twice in a wide table would be replicates in a long one.
    match write(&reading.profiles, ProfileFormat::LongTable) {
        Ok(long) => assert!(again(&long) == reading.profiles),
        Err(error) => {
            assert!(error.to_string().contains("each id once in a long table"), "{error}");
            assert!(reading.diagnostics.iter().any(|d| d.to_string().contains("each id once")));
        }
    }
    let wide = write(&reading.profiles, ProfileFormat::WideTable).unwrap();
    assert!(again(&wide) == bare);
    let short: Vec<Profile> =
        bare.iter().zip(0..).map(|(p, n)| p.clone().with_id(&format!("S{n}")).unwrap()).collect();
    if let Ok(cmf) = write(&short, ProfileFormat::CodisCmf) {
        for (old, new) in short.iter().zip(again(&cmf)) {
            assert!((old.id(), old.source(), old.loci()) == (new.id(), new.source(), new.loci()));
        }
    }
}

#[test]
fn codis_files_of_smartrank() {
    let Some(folder) = data("formats/codis_cmf") else { return };
    let single = lenient(&folder.join("Codis-Single-Profile.xml"));
    assert_eq!((single.format, single.profiles.len()), (ProfileFormat::CodisCmf, 1));
    let profile = &single.profiles[0];
    assert_eq!((profile.id(), profile.category()), ("ABCD1234NL#01", Some(Category::ForensicUnknown)));
    assert_eq!((at(profile, "D16S539"), at(profile, "vWA")), ("10,11".into(), "16,-".into()));
    assert_eq!(said(&single), [""; 0]);
    check_back(&single);
    let mixture = lenient(&folder.join("Codis-Mix-Profile-With-BOM-Header.xml"));
    let profile = &mixture.profiles[0];
    assert_eq!((profile.id(), profile.source()), ("DUMMYSPECIMENID", Source::Mixture));
    assert_eq!(at(profile, "D19S433"), "2,9,10,17");
    assert_eq!(mixture.diagnostics.len(), 1); // its Amelogenin is Z
    check_back(&mixture);
    assert!(refusal(&folder.join("codis.xsd")).contains("XML schema"));
}

#[test]
fn wide_tables_of_codis_databases() {
    let Some(folder) = data("formats") else { return };
    for (file, count) in [
        ("codis_cmf/database_codis_generated_10.csv", 10),
        ("codis_cmf/database_codis_generated_10_2fields.csv", 10),
        ("codis_cmf/database_codis_generated_10_3fields.csv", 10),
        ("codis_cmf/database_codis_generated_10_6fields.csv", 10),
        ("codis_cmf/database_codis_generated_44.csv", 44),
        ("smartrank/validation/database_codis_generated_100.csv", 100),
    ] {
        let reading = lenient(&folder.join(file));
        assert_eq!((reading.format, reading.profiles.len()), (ProfileFormat::WideTable, count), "{file}");
        assert_eq!(said(&reading), [""; 0], "{file}");
        check_back(&reading);
    }
    let ten = lenient(&folder.join("codis_cmf/database_codis_generated_10.csv"));
    let first = &ten.profiles[0];
    assert_eq!(
        (first.id(), at(first, "FGA"), at(first, "Penta D")),
        ("WMVX0000NO#00", "23,24".into(), "12,-".into())
    );
    for file in files(&folder.join("smartrank/validation"), ".csv") {
        let reading = lenient(&file);
        assert!(matches!(reading.format, ProfileFormat::WideTable | ProfileFormat::LongTable));
        check_back(&reading);
    }
}

#[test]
fn text_of_genemapper() {
    let Some(folder) = data("formats/genemapper") else { return };
    for (file, samples, heights) in [
        ("GeneMapperExample.txt", 4, false),
        ("GeneMapperExampleDifferentCaseNumbers.txt", 4, false),
        ("GeneMapperExampleWithHeights.txt", 4, true),
        ("GeneMapperExampleWithHeightsAndOL.txt", 1, true),
    ] {
        let reading = lenient(&folder.join(file));
        assert_eq!((reading.format, reading.profiles.len()), (ProfileFormat::GeneMapper, samples), "{file}");
        assert_eq!(said(&reading), [""; 0], "{file}");
        let measured = |p: &Profile| p.loci().iter().all(|(_, genotype)| genotype.heights().is_some());
        assert!(reading.profiles.iter().all(|p| measured(p) == heights && p.loci().len() == 16), "{file}");
        check_back(&reading);
    }
    let peaks = lenient(&folder.join("GeneMapperExampleWithHeightsAndOL.txt"));
    let vwa = peaks.profiles[0].get(Locus::new("vWA").unwrap()).unwrap();
    assert_eq!((vwa.to_string(), vwa.heights()), ("17,OL".into(), Some(&[164.0, 319.0][..])));
    assert_eq!(
        refusal(&folder.join("GeneMapperExampleBrokenHeader.txt")),
        "line 1, column 1: column name is \"Smaple File\", expected Sample File"
    );
}

#[test]
fn tables_of_lrmix() {
    let Some(folder) = data("formats/lrmix") else { return };
    for file in ["suspect.csv", "suspect2.csv", "suspect.tsv", "suspect-utf8-bom.csv"] {
        let reading = lenient(&folder.join(file));
        assert_eq!((reading.format, reading.profiles.len()), (ProfileFormat::LongTable, 1), "{file}");
        let profile = &reading.profiles[0];
        assert_eq!((profile.id(), profile.loci().len()), ("OVXV0389BE#98", 16), "{file}");
        assert_eq!((at(profile, "FGA"), at(profile, "TH01")), ("19,22".into(), "6,9.3".into()));
        assert_eq!(said(&reading), [""; 0], "{file}");
        check_back(&reading);
    }
    assert_eq!(
        refusal(&folder.join("suspect-broken.csv")),
        "line 1, column 1: column name is \"Sam pleName\", expected SampleName (or Sample Name, Sample.Name)"
    );
}

#[test]
fn tables_of_euroformix() {
    let Some(folder) = data("formats/euroformix") else { return };
    for file in files(&folder, ".csv") {
        let name = file.file_name().unwrap().to_str().unwrap();
        if name.contains("freq") {
            let message = refusal(&file);
            assert!(
                message.ends_with("allele frequencies: known, not read as profiles"),
                "{name}: {message}"
            );
            continue;
        }
        let reading = lenient(&file);
        assert_eq!(reading.format, ProfileFormat::LongTable, "{name}");
        // Three SNPs of the Y chromosome in the panel have names that no table of loci knows.
        let said = said(&reading);
        assert!(
            said.iter().all(|told| name.starts_with("SNP") && told.contains("a locus of the known kits")),
            "{said:?}"
        );
        check_back(&reading);
    }
    let stain = lenient(&folder.join("ESX17_3p.csv"));
    let profile = &stain.profiles[0];
    assert_eq!((profile.id(), profile.source()), ("stain5", Source::Mixture));
    let d3 = profile.get(Locus::new("D3S1358").unwrap()).unwrap();
    assert_eq!(
        (d3.to_string(), d3.heights()),
        ("14,15,16,17".into(), Some(&[417.0, 314.0, 909.0, 175.0][..]))
    );
    let sequences = lenient(&folder.join("ForenSeq_refs.csv"));
    assert_eq!(at(&sequences.profiles[0], "D1S1656"), "15_14_1_0,16.3_11_1_0");
}

#[test]
fn what_is_known_and_holds_no_profiles() {
    let Some(folder) = data("formats") else { return };
    let known = [
        ("familias", ".fam", "a project of Familias"),
        ("smartrank", ".json", "a search of SmartRank (JSON)"),
        ("smartrank", ".xml", "a search of SmartRank (XML)"),
        ("smartrank/validation", "SearchCriteria.xml", "a search of SmartRank (XML)"),
        ("smartrank", ".xsd", "an XML schema"),
        ("strider_strbase", ".xsd", "an XML schema"),
        ("strider_strbase", ".xml", "allele frequencies (XML of STRidER or STRBase)"),
        ("strider_strbase", ".csv", "a table of allele frequencies"),
        ("smartrank/validation", ".txt", "no format read here"),
        ("smartrank/validation/h2", ".properties", "no format read here"),
    ];
    for (place, ending, expected) in known {
        for file in files(&folder.join(place), ending) {
            let message = refusal(&file);
            assert!(message.contains(expected), "{message}");
        }
    }
}

#[test]
fn the_population_of_nist() {
    let Some(folder) = data("") else { return };
    let reading = lenient(&folder.join("NIST1036_genotypes.csv"));
    assert_eq!((reading.format, reading.profiles.len()), (ProfileFormat::WideTable, 1036));
    assert_eq!(said(&reading), [""; 0]);
    let first = &reading.profiles[0];
    assert_eq!((first.id(), first.loci().len()), ("GT37019", 29));
    assert_eq!(
        (at(first, "vWA"), at(first, "Penta C"), at(first, "SE33")),
        ("17,17".into(), "11,12".into(), "14,23.2".into())
    );
    check_back(&reading);
}

#[test]
fn the_samples_of_the_project() {
    for (file, format, count) in [
        ("profiles.xml", ProfileFormat::CodisCmf, 3),
        ("peaks.txt", ProfileFormat::GeneMapper, 2),
        ("evidence.csv", ProfileFormat::LongTable, 2),
        ("references.csv", ProfileFormat::WideTable, 3),
    ] {
        let strict = ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() };
        let reading = read_file(own(file), &strict).unwrap();
        assert_eq!((reading.format, reading.profiles.len()), (format, count), "{file}");
        assert_eq!(said(&reading), [""; 0], "{file}");
        check_back(&reading);
    }
}
