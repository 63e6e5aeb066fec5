//! Reading kinship cases of other programs and of this project. The former lie outside the project: the environment
//! variable `MATCHER_DATA` names their folder, and without it these tests skip and say so. The project's own are in
//! `testdata/cases`.

use matcher_core::dna::identification::Family;
use matcher_core::dna::kinship::{Case, Pedigree, kinship};
use matcher_core::dna::{Allele, Frequencies, Genotype, Locus, Profile, Sex};
use matcher_core::formats::cases::{
    CaseFormat, CaseOptions, CaseReading, no_files, read_case, read_case_file, write_case,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn data(folder: &str) -> Option<PathBuf> {
    let found = std::env::var_os("MATCHER_DATA").map(|root| Path::new(&root).join("dna").join(folder));
    if found.is_none() {
        println!("skipped: MATCHER_DATA is not set");
    }
    found
}

fn own(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/cases").join(name)
}

fn reading(path: &Path) -> CaseReading {
    read_case_file(path, &CaseOptions::default()).unwrap()
}

fn said(reading: &CaseReading) -> Vec<String> {
    reading.remarks.iter().map(ToString::to_string).collect()
}

/// What is written is read again as the same case, but for what a case file has no place for.
fn check_back(case: &Case) {
    let written = write_case(case).unwrap();
    let again = read_case(&written, &CaseOptions::default(), &no_files).unwrap();
    assert_eq!(again.format, CaseFormat::CaseFile);
    assert!(again.remarks.is_empty());
    let (mut case, mut again) = (case.clone(), again.case);
    // A table of people has no order of its own.
    for list in [&mut case.profiles, &mut case.post_mortem, &mut again.profiles, &mut again.post_mortem] {
        list.sort_by(|a, b| a.id().cmp(b.id()));
    }
    assert!(again.frequencies == case.frequencies, "frequencies");
    assert_eq!(again.hypotheses, case.hypotheses);
    assert!(again == case);
}

/// A pedigree as id, father, mother and sex, in the order of ids.
type Row = (String, Option<String>, Option<String>, Option<Sex>);

fn rows(pedigree: &Pedigree) -> Vec<Row> {
    let people = pedigree.people();
    let id = |place: Option<usize>| place.map(|place| people[place].id().to_owned());
    let row =
        |p: &matcher_core::dna::kinship::Person| (p.id().to_owned(), id(p.father()), id(p.mother()), p.sex());
    let mut rows: Vec<Row> = people.iter().map(row).collect();
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows
}

#[test]
fn our_own_cases_are_read_and_written() {
    let paternity = reading(&own("paternity.toml"));
    assert!(paternity.remarks.is_empty());
    let case = &paternity.case;
    assert_eq!(case.name, "Is AF the father of C?");
    assert_eq!(
        case.hypotheses.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
        ["father", "unrelated"]
    );
    assert_eq!(case.profiles.iter().map(Profile::id).collect::<Vec<_>>(), ["AF", "C", "M"]);
    assert!(case.profiles.iter().all(|profile| profile.loci().len() == 20));
    assert_eq!(case.priors, Some(vec![0.5, 0.5]));
    assert_eq!((case.model.theta.value(), case.model.prune_untyped), (0.01, false));
    let mutation = case.model.mutation.default.unwrap();
    assert_eq!(mutation.male.to_string(), "stepwise(rate=0.0035, rate2=1e-6, range=0.1)");
    assert_eq!(mutation.female.to_string(), "stepwise(rate=0.0007, rate2=1e-6, range=0.1)");
    let rare = case.frequencies.as_ref().unwrap().rare();
    let known = Frequencies::builtin("nist1036-cauc").unwrap().with_rare(rare).unwrap();
    assert!(case.frequencies.as_ref() == Some(&known));
    check_back(case);

    let missing = reading(&own("missing_person.toml")).case;
    assert_eq!(missing.families[0].missing(), ["missing man"]);
    assert_eq!((missing.families.len(), missing.profiles.len(), missing.post_mortem.len()), (1, 3, 2));
    assert_eq!(missing.post_mortem_sex.get("V1"), Some(&Sex::Male));
    check_back(&missing);
}

/// The log10 LR that these remains are the missing person of a family.
fn log10_lr(case: &Case, family: &Family, body: &Profile) -> f64 {
    let missing = &family.missing()[0];
    let related = family.pedigree().with_unrelated("another", None).unwrap();
    let profile = |id: &str| body.clone().with_id(id).unwrap();
    let unrelated = family.pedigree().with_unrelated("body", None).unwrap();
    let log10 = |pedigree: &Pedigree, id: &str| {
        let body = profile(id);
        let typed =
            case.profiles.iter().filter(|profile| pedigree.find(profile.id()).is_some()).chain([&body]);
        let typed: Vec<&Profile> = typed.collect();
        let frequencies = case.frequencies.as_ref().unwrap();
        let report = kinship(&[("H", pedigree)], &typed, frequencies, &case.model, None).unwrap();
        report.hypotheses[0].log10_likelihood.value()
    };
    log10(&related, missing) - log10(&unrelated, "body")
}

#[test]
fn our_own_cases_have_the_answers_that_they_were_made_with() {
    let case = reading(&own("paternity.toml")).case;
    let hypotheses: Vec<(&str, &Pedigree)> =
        case.hypotheses.iter().map(|(name, p)| (name.as_str(), p)).collect();
    let profiles: Vec<&Profile> = case.profiles.iter().collect();
    let frequencies = case.frequencies.as_ref().unwrap();
    let report = kinship(&hypotheses, &profiles, frequencies, &case.model, case.priors.as_deref()).unwrap();
    assert!(report.hypotheses[0].posterior.unwrap() > 0.999_999);

    let case = reading(&own("missing_person.toml")).case;
    let lr = |body: usize| log10_lr(&case, &case.families[0], &case.post_mortem[body]);
    assert!(lr(0) > 4.0 && lr(1) < 0.0, "{} {}", lr(0), lr(1));
}

#[test]
fn projects_of_familias_are_read() {
    let Some(folder) = data("formats/familias") else { return };
    // Hypotheses, profiles, loci of the table, families, remains.
    let expected = BTreeMap::from([
        ("Ch4-example-4-8-4", [1, 7, 21, 0, 0]),
        ("Ch4-table-4-4", [7, 3, 21, 0, 0]),
        ("KETPex497", [0, 5, 23, 3, 3]),
        ("KETPex498", [0, 1, 16, 1, 3]),
        ("Solution3_3", [0, 5, 22, 5, 8]),
        ("exclusionExample", [0, 47, 15, 15, 16]),
        ("halfsib", [2, 3, 50, 0, 0]),
        ("halfsib-test", [2, 2, 8, 0, 0]),
        ("paternity", [2, 2, 10, 0, 0]),
        ("sibship", [2, 2, 23, 0, 0]),
    ]);
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let reading = reading(&path);
        assert_eq!(reading.format, CaseFormat::Familias);
        let case = &reading.case;
        let loci = case.frequencies.as_ref().map_or(0, |table| table.loci().len());
        let counts =
            [case.hypotheses.len(), case.profiles.len(), loci, case.families.len(), case.post_mortem.len()];
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert_eq!(case.name, name);
        check_back(case);
        found.insert(name, counts);
    }
    // Genotypes are places in tables there: AF has 17,17 at D3S1358, where his child has 16,17.
    let paternity = reading(&folder.join("paternity.fam")).case;
    let at = |place: usize, locus: &str| {
        let profile: &Profile = &paternity.profiles[place];
        (profile.id().to_owned(), profile.get(Locus::new(locus).unwrap()).unwrap().to_string())
    };
    assert_eq!(
        (at(0, "D3S1358"), at(1, "D3S1358")),
        (("AF".into(), "17,17".into()), ("CH".into(), "16,17".into()))
    );
    assert_eq!(at(0, "CSF1PO"), ("AF".into(), "10,12".into()));
    let mutation = paternity.model.mutation;
    assert!(mutation.loci.is_empty());
    assert_eq!(mutation.default.unwrap().male.to_string(), "stepwise(rate=0.002, rate2=1e-6, range=0.1)");

    assert!(said(&reading(&folder.join("sibship.fam"))).is_empty());
    assert_eq!(
        said(&reading(&folder.join("Solution3_3.fam"))),
        [
            "line 1716: Prior Size is \"100\", expected a setting of the program (not used)",
            "line 1560, family \"Family 4\": sex of \"Missing person\", a parent is not said, expected Male or Female (taken \
         for a woman)",
        ]
    );
    let expected: BTreeMap<String, [usize; 5]> =
        expected.into_iter().map(|(n, c)| (n.to_owned(), c)).collect();
    assert_eq!(found, expected);
}

/// The profile that a data set of dvir has, loci as `16/15`.
fn check_genotypes(profile: &Profile, expected: &Value) {
    let expected = expected.as_object().unwrap();
    assert_eq!(profile.loci().len(), expected.len(), "{}", profile.id());
    for (locus, genotype) in expected {
        let (a, b) = genotype.as_str().unwrap().split_once('/').unwrap();
        let [a, b] = [a, b].map(|text| text.replace(' ', "_").parse::<Allele>().unwrap());
        assert!(
            profile.get(Locus::new(locus).unwrap()) == Some(&Genotype::pair(a, b)),
            "{} {locus}",
            profile.id()
        );
    }
}

#[test]
fn projects_are_those_that_another_program_read() {
    let (Some(folder), Some(cases)) = (data("formats/familias"), data("cases")) else { return };
    let text = std::fs::read_to_string(cases.join("dvi_dvir.json")).unwrap();
    let sets: Value = serde_json::from_str(&text).unwrap();
    for (file, set) in [("KETPex497", "KETPexer497"), ("exclusionExample", "exclusionExample")] {
        let case = reading(&folder.join(format!("{file}.fam"))).case;
        let set = &sets["datasets"][set];

        let table = case.frequencies.as_ref().unwrap();
        for marker in set["markers"].as_array().unwrap() {
            let locus = table.at(Locus::new(marker["name"].as_str().unwrap()).unwrap()).unwrap();
            let alleles = marker["alleles"].as_array().unwrap();
            assert_eq!(locus.alleles().len(), alleles.len());
            for (allele, frequency) in alleles.iter().zip(marker["freqs"].as_array().unwrap()) {
                let allele = allele.as_str().unwrap().replace(' ', "_").parse().unwrap();
                let (found, expected) = (locus.frequency(allele).unwrap(), frequency.as_f64().unwrap());
                // The file has fewer digits.
                assert!((found / expected - 1.0).abs() < 1e-5, "{found} {expected}");
            }
            let mutation = &marker["mutation"];
            let found = case.model.mutation.at(locus.locus());
            assert_eq!(found.is_some(), !mutation.is_null());
            if let Some(found) = found {
                assert_eq!(mutation["model"], "equal");
                for (model, key) in [(found.male, "rate_male"), (found.female, "rate_female")] {
                    assert_eq!(model.to_string(), format!("equal(rate={})", mutation[key]));
                }
            }
        }

        let bodies = set["pm"].as_object().unwrap();
        assert_eq!(case.post_mortem.len(), bodies.len());
        for (at, body) in case.post_mortem.iter().enumerate() {
            let id = format!("V{}", at + 1);
            check_genotypes(body, &set["pm_genotypes"][format!("{id}.{id}")]);
            let sex = [Sex::Male, Sex::Female][bodies[&id]["sex"].as_u64().unwrap() as usize - 1];
            assert_eq!(case.post_mortem_sex.get(body.id()), Some(&sex));
        }

        let mut families: Vec<(&String, &Value)> = set["am"].as_object().unwrap().iter().collect();
        // F1, F2, ... F10
        families.sort_by_key(|(name, _)| {
            name.trim_start_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().unwrap()
        });
        assert_eq!(case.families.len(), families.len());
        for (at, (family, (name, people))) in case.families.iter().zip(families).enumerate() {
            // The data set gave typed people other names, in the order of the file, and calls the missing M1, M2, ...
            let mut typed =
                case.profiles.iter().filter(|profile| family.pedigree().find(profile.id()).is_some());
            let mut ids: BTreeMap<String, String> = BTreeMap::new();
            let people: Vec<&Value> = people.as_array().unwrap().iter().collect();
            for person in &people {
                let id = person["id"].as_str().unwrap();
                let genotypes = &set["am_genotypes"][format!("{name}.{id}")];
                let ours = if id == format!("M{}", at + 1) {
                    family.missing()[0].clone()
                } else if genotypes.is_null() {
                    let own = format!("{}: {id}", family.name());
                    if family.pedigree().find(&own).is_some() { own } else { id.to_owned() }
                } else {
                    let profile = typed.next().unwrap();
                    check_genotypes(profile, genotypes);
                    profile.id().to_owned()
                };
                ids.insert(id.to_owned(), ours);
            }
            assert!(typed.next().is_none());
            assert_eq!(family.missing().len(), 1);
            // Parents whom pedFamilias adds are not in the file.
            let ours =
                |id: &Value| id.as_str().filter(|id| !id.starts_with("added")).map(|id| ids[id].clone());
            let mut expected: Vec<Row> = people
                .iter()
                .filter_map(|person| {
                    let sex = [Sex::Male, Sex::Female]
                        .get((person["sex"].as_u64()? as usize).wrapping_sub(1))
                        .copied();
                    Some((ours(&person["id"])?, ours(&person["father"]), ours(&person["mother"]), sex))
                })
                .collect();
            expected.sort_by(|a, b| a.0.cmp(&b.0));
            // The file does not say the sex of somebody missing; pedFamilias makes it female where no child tells it.
            let found = rows(family.pedigree());
            for (expected, found) in expected.iter_mut().zip(&found) {
                if family.missing().contains(&found.0) && found.3.is_none() {
                    assert_eq!(expected.3.take(), Some(Sex::Female));
                }
            }
            assert_eq!(found, expected, "{file}, {name}");
        }
    }
}
