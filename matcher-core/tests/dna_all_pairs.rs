//! All pairs of real and simulated databases against DNAtools, from the cases under `MATCHER_DATA`.
//!
//! DNAtools decides by all loci but the first whether a profile has an allele that is not known, so that it keeps some
//! profiles of a database that it means to leave out. The case that shows it is compared as DNAtools compared it.

use matcher_core::dna::Profile;
use matcher_core::search::{AllPairs, AllPairsOptions, Wildcards, compare_all};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let Some(data) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: MATCHER_DATA is not set");
        return None;
    };
    Some(PathBuf::from(data).join("dna/cases"))
}

/// The profiles of a table `id,LOCUS.1,LOCUS.2,...`, where 0 is an allele that is not known.
fn profiles(path: &Path) -> Vec<Profile> {
    let text = std::fs::read_to_string(path).expect("the database");
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("a header").split(',').skip(1).step_by(2).collect();
    let profile = |line: &str| {
        let cells: Vec<&str> = line.split(',').map(|cell| if cell == "0" { "-" } else { cell }).collect();
        let loci = names.iter().zip(cells[1..].chunks(2));
        let loci = loci.map(|(name, alleles)| (name.trim_end_matches(".1"), alleles));
        Profile::new(cells[0], loci).expect("a profile")
    };
    lines.map(profile).collect()
}

/// The matrix of a case, row by row, without what is missing.
fn matrix(case: &Value) -> Vec<Vec<u64>> {
    let row =
        |row: &Value| row.as_array().expect("a row").iter().map(|cell| cell.as_u64().unwrap_or(0)).collect();
    case["matrix"].as_array().expect("a matrix").iter().map(row).collect()
}

fn rows(all: &AllPairs) -> Vec<Vec<u64>> {
    all.matrix.rows().into_iter().map(|row| row.to_vec()).collect()
}

fn flag(case: &Value, name: &str) -> bool {
    case["options"][name].as_bool().unwrap_or(false)
}

/// For each pair the number of matching alleles, two a matching locus and one a partial one.
fn alleles_in_common(profiles: &[Profile], options: &AllPairsOptions<'_>) -> HashMap<(usize, usize), usize> {
    let options = AllPairsOptions { list_from: Some(0), limit: usize::MAX / 4, ..*options };
    let all = compare_all(profiles, &options).expect("comparable profiles");
    let count = |pair: &matcher_core::search::ClosePair| {
        2 * (pair.matching + pair.wildcard_matching) + pair.partial + pair.wildcard_partial
    };
    all.close.iter().map(|pair| ((pair.a, pair.b), count(pair))).collect()
}

#[test]
fn all_pairs_are_those_of_dnatools() {
    let Some(folder) = folder() else { return };
    let text = std::fs::read_to_string(folder.join("dbcompare_dnatools.json")).expect("the cases");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let cases = document["cases"].as_array().expect("cases");
    assert!(cases.len() >= 12);
    for case in cases {
        let id = case["id"].as_str().expect("an id");
        let mut profiles = profiles(&folder.join(case["database"].as_str().expect("a database")));
        let hit = case["options"]["hit"].as_u64().expect("a number of loci") as usize;
        let impose = flag(case, "wildcard.impose");
        let mut options = AllPairsOptions {
            wildcards: if flag(case, "wildcard") { Wildcards::Match } else { Wildcards::Exclude },
            doubt_homozygotes: impose,
            list_from: Some(hit),
            limit: 100_000,
            ..AllPairsOptions::default()
        };
        if let Some(first) = case["profiles_first_rows"].as_u64() {
            // Some profiles against all others: the pairs of all, less those within the others.
            let first = first as usize;
            let (all, others) = (compare_all(&profiles, &options), compare_all(&profiles[first..], &options));
            let within = compare_all(&profiles[..first], &options);
            let [all, others, within] =
                [all, others, within].map(|pairs| pairs.expect("comparable profiles"));
            let left = &all.matrix - &others.matrix - &within.matrix;
            let left: Vec<Vec<u64>> = left.rows().into_iter().map(|row| row.to_vec()).collect();
            assert_eq!(left, matrix(case), "{id}");
            continue;
        }
        if flag(case, "wildcard.effect") {
            let plain = alleles_in_common(&profiles, &options);
            let wild = AllPairsOptions { wildcards: Wildcards::Match, doubt_homozygotes: true, ..options };
            let wild = alleles_in_common(&profiles, &wild);
            let expected = matrix(case);
            let mut found = vec![vec![0; expected.len()]; expected.len()];
            for (pair, count) in &plain {
                found[*count][wild[pair]] += 1;
            }
            assert_eq!(found, expected, "{id}");
            continue;
        }
        if id == "sim-fbi23-wild-excluded" {
            let first = "D3S1358".parse().expect("a locus");
            let known =
                |p: &Profile| p.loci().iter().all(|(at, genotype)| *at == first || genotype.is_complete());
            assert!(compare_all(&profiles, &options).expect("comparable").excluded > 294);
            profiles.retain(known);
            options.wildcards = Wildcards::Match;
        }
        let all = compare_all(&profiles, &options).expect("comparable profiles");
        assert_eq!(all.pairs, case["pairs"].as_u64().expect("a number"), "{id}");
        if flag(case, "collapse") {
            let mut collapsed = vec![0; 2 * all.loci.len() + 1];
            for ((matching, partial), count) in all.matrix.indexed_iter().filter(|(_, count)| **count > 0) {
                collapsed[2 * matching + partial] += count;
            }
            let expected: Vec<u64> = match case["matrix"].as_array().expect("counts").as_slice() {
                [row] => {
                    row.as_array().expect("a row").iter().map(|cell| cell.as_u64().unwrap_or(0)).collect()
                }
                cells => cells.iter().map(|cell| cell.as_u64().unwrap_or(0)).collect(),
            };
            assert_eq!(collapsed, expected, "{id}");
        } else {
            assert_eq!(rows(&all), matrix(case), "{id}");
        }
        assert_eq!(all.close_found, case["n_hits"].as_u64().expect("a number"), "{id}");
    }
}
