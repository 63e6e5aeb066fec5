use super::*;
use crate::dna::kinship::{Model, Pedigree, Relation, kinship_lr};
use crate::dna::likelihood::MutationModel;
use crate::dna::{Frequencies, Locus, Profile, RareAllele, Source};
use crate::gallery::{Enrolment, Gallery, ProfileTable, SubjectId};
use crate::simulate::dna::{ProfileConfig, ProfileSimulator};
use crate::units::{Log10Lr, Theta};
use crate::work::Threads;
use std::collections::HashSet;

fn frequencies() -> Frequencies {
    Frequencies::builtin("nist1036-cauc").unwrap().with_rare(Some(RareAllele::FiveOver2N)).unwrap()
}

fn people(n: usize) -> Vec<Profile> {
    let loci = ["TH01", "FGA", "vWA", "D3S1358", "D8S1179", "D18S51", "D21S11", "TPOX"];
    let loci = loci.map(|name| Locus::new(name).unwrap()).to_vec();
    let config = ProfileConfig { loci: Some(loci), ..ProfileConfig::default() };
    ProfileSimulator::new(5, &frequencies(), config).unwrap().profiles(n).collect()
}

/// What a case by itself says of everybody, ranked.
fn one_by_one(
    database: &[Profile],
    probe: &Profile,
    relation: Relation,
    model: &Model,
) -> Vec<(f64, String)> {
    let mut all: Vec<(f64, String)> = database
        .iter()
        .filter_map(|profile| {
            let answer =
                kinship_lr(probe, profile, relation, Relation::Unrelated, &frequencies(), model).unwrap();
            match answer.log10_lr {
                Log10Lr::Finite(number) if answer.counted() > 0 => Some((number, profile.id().to_owned())),
                _ => None,
            }
        })
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    all
}

/// Profiles of every kind that a table may hold.
fn odd(people: &[Profile]) -> Vec<Profile> {
    let with = |id: &str, locus: &str, alleles: &[&str]| {
        let mut builder = Profile::builder(id);
        for (other, genotype) in people[0].loci().iter().filter(|(other, _)| other.name() != locus) {
            builder = builder.genotype(*other, genotype.clone());
        }
        builder.locus(locus, alleles).unwrap().build().unwrap()
    };
    vec![
        with("half", "FGA", &["21", "-"]),
        with("mark", "FGA", &["21", "22.X"]),
        with("three", "FGA", &["20", "21", "22"]),
        with("one copy", "FGA", &["21"]),
        with("wild", "FGA", &["*", "*"]),
        with("rare", "FGA", &["21", "50.2"]),
        with("more", "SE33", &["21", "22"]),
        Profile::new("other loci", [("D5S818", ["11", "12"])]).unwrap(),
        Profile::new("sex", [("AMEL", ["X", "Y"])]).unwrap(),
    ]
}

#[test]
fn the_list_is_that_of_cases_one_by_one() {
    let all = people(300);
    let (probe, database) = (&all[0], [&all[1..], &odd(&all)].concat());
    let table = ProfileTable::of(&database).unwrap();
    let theta = Theta::new(0.02).unwrap();
    let mutation = MutationModel::equal(0.002).unwrap();
    let models = [
        Model::default(),
        Model::default().with_theta(theta),
        Model::default().with_mutation(mutation),
        Model::default().with_theta(theta).with_mutation(mutation),
    ];
    let half = Relation::ibd_coefficients(0.5, 0.5, 0.0).unwrap();
    for model in models {
        for relation in [Relation::ParentChild, Relation::FullSiblings, Relation::Identical, half] {
            if relation == half && model.mutation.default.is_some() {
                continue;
            }
            let expected = one_by_one(&database, probe, relation, &model);
            for threads in [Threads::ONE, Threads::new(3)] {
                let options = RelativeOptions {
                    limit: 20,
                    model: model.clone(),
                    threads,
                    ..RelativeOptions::default()
                };
                let kin = Kin::of_profile(probe, relation);
                let answer = search_relatives(&table, &kin, &frequencies(), &options).unwrap();
                let listed: Vec<(f64, String)> =
                    answer.candidates.iter().map(|c| (c.log10_lr, c.id.clone())).collect();
                assert_eq!(listed, expected[..expected.len().min(20)], "{relation} {model:?}");
                assert_eq!(answer.searched + answer.not_comparable, database.len());
                assert_eq!(answer.not_comparable, 2);
            }
        }
    }
}

#[test]
fn a_family_finds_whom_it_misses() {
    let all = people(200);
    let pedigree = Pedigree::new([
        ("mother", None, None, None),
        ("father", None, None, None),
        ("MP", Some("father"), Some("mother"), None),
        ("sister", Some("father"), Some("mother"), None),
    ])
    .unwrap();
    let child = |id: &str, swap: usize| {
        let mut builder = Profile::builder(id);
        for (locus, mother) in all[0].loci() {
            let father = all[1].get(*locus).unwrap();
            let genotype = crate::dna::Genotype::pair(mother.alleles()[swap % 2], father.alleles()[swap / 2]);
            builder = builder.genotype(*locus, genotype);
        }
        builder.build().unwrap()
    };
    let (mother, sister, missing) =
        (all[0].clone().with_id("mother").unwrap(), child("sister", 1), child("body 17", 0));
    let database = [&all[2..], std::slice::from_ref(&missing)].concat();
    let table = ProfileTable::of(&database).unwrap();
    let kin = Kin::of_family(&pedigree, &[&mother, &sister], "MP").unwrap();
    for model in [Model::default(), Model::default().with_theta(Theta::new(0.01).unwrap())] {
        let options = RelativeOptions { model: model.clone(), ..RelativeOptions::default() };
        let answer = search_relatives(&table, &kin, &frequencies(), &options).unwrap();
        assert_eq!(answer.candidates[0].id, "body 17");
        let report = kin.report(&missing, &frequencies(), &model).unwrap();
        assert_eq!(report.log10_lr(), Some(Log10Lr::Finite(answer.candidates[0].log10_lr)));
        assert!(answer.candidates[0].log10_lr > 3.0 && answer.candidates.len() < 20);
    }
}

#[test]
fn linked_loci_are_evaluated_case_by_case() {
    let all = people(60);
    let (vwa, th01) = (Locus::new("vWA").unwrap(), Locus::new("TH01").unwrap());
    let linked = frequencies().to_builder().linked(vwa, th01, 0.1).build().unwrap();
    let table = ProfileTable::of(&all[1..]).unwrap();
    let kin = Kin::of_profile(&all[0], Relation::HalfSiblings);
    let answer = search_relatives(&table, &kin, &linked, &RelativeOptions::default()).unwrap();
    for candidate in &answer.candidates {
        let profile = all.iter().find(|profile| profile.id() == candidate.id).unwrap();
        let model = Model::default();
        let own = kinship_lr(&all[0], profile, Relation::HalfSiblings, Relation::Unrelated, &linked, &model)
            .unwrap();
        assert_eq!(own.log10_lr, Log10Lr::Finite(candidate.log10_lr));
    }
    assert_eq!(answer.candidates.len(), 59);
    // Who is first by the other loci alone need not be: a short list is the head of the long one.
    let all: Vec<(f64, usize)> = answer.candidates.iter().map(|c| (c.log10_lr, c.row)).collect();
    for limit in 1..8 {
        let options = RelativeOptions { limit, ..RelativeOptions::default() };
        let short = search_relatives(&table, &kin, &linked, &options).unwrap();
        let short: Vec<(f64, usize)> = short.candidates.iter().map(|c| (c.log10_lr, c.row)).collect();
        assert_eq!(short, all[..limit]);
    }
}

#[test]
fn thresholds_exclusions_and_subjects() {
    let all = people(40);
    let mut gallery = Gallery::in_memory();
    for (number, pair) in all.chunks(2).enumerate() {
        let profiles =
            pair.iter().enumerate().map(|(k, p)| p.clone().with_id(&format!("{number}-{k}")).unwrap());
        let subject =
            Enrolment::new(SubjectId::new(&format!("S{number:02}")).unwrap()).profiles(profiles.collect());
        gallery.enrol_many(vec![subject], Threads::ONE).unwrap();
    }
    let kin = Kin::of_profile(&all[7], Relation::FullSiblings);
    let search =
        |options: RelativeOptions<'_>| search_relatives_in(&gallery, &kin, &frequencies(), &options).unwrap();
    let answer = search(RelativeOptions { limit: 5, ..RelativeOptions::default() });
    assert_eq!((answer.candidates[0].id.as_str(), answer.candidates[0].profile_id.as_str()), ("S03", "3-1"));
    let ids: HashSet<&str> = answer.candidates.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids.len(), 5, "a subject is listed once");
    let exclude = HashSet::from(["S03".to_owned()]);
    let answer = search(RelativeOptions { exclude, ..RelativeOptions::default() });
    assert_eq!(answer.searched, 38);
    assert!(answer.candidates.iter().all(|candidate| candidate.id != "S03"));
    let answer = search(RelativeOptions { min_log10_lr: Some(2.0), ..RelativeOptions::default() });
    assert!(answer.candidates.iter().all(|candidate| candidate.log10_lr >= 2.0));
    assert_eq!(answer.candidates[0].id, "S03");
    assert!(search(RelativeOptions { limit: 0, ..RelativeOptions::default() }).candidates.is_empty());
    let stopped =
        search(RelativeOptions { deadline: Some(std::time::Duration::ZERO), ..RelativeOptions::default() });
    assert_eq!((stopped.complete, stopped.not_searched), (false, 40));
}

#[test]
fn a_woman_is_not_the_missing_man() {
    let all = people(2);
    let with_sex = |id: &str, sex: [&str; 2]| {
        let mut builder = Profile::builder(id);
        for (locus, genotype) in all[0].loci() {
            builder = builder.genotype(*locus, genotype.clone());
        }
        builder.locus("AMEL", sex).unwrap().build().unwrap()
    };
    let database =
        [with_sex("she", ["X", "X"]), with_sex("he", ["X", "Y"]), all[0].clone().with_id("either").unwrap()];
    let table = ProfileTable::of(&database).unwrap();
    let pedigree =
        Pedigree::new([("MP", None, None, Some(crate::dna::Sex::Male)), ("C", Some("MP"), None, None)])
            .unwrap();
    let child = all[0].clone().with_id("C").unwrap();
    let kin = Kin::of_family(&pedigree, &[&child], "MP").unwrap();
    let answer = search_relatives(&table, &kin, &frequencies(), &RelativeOptions::default()).unwrap();
    let ids: Vec<&str> = answer.candidates.iter().map(|candidate| candidate.id.as_str()).collect();
    assert_eq!((ids, answer.searched), (vec!["either", "he"], 3));
    let pair = kinship_lr(
        &database[0],
        &database[1],
        Relation::Identical,
        Relation::Unrelated,
        &frequencies(),
        &Model::default(),
    );
    assert_eq!(pair.unwrap().remarks, ["by amelogenin she and he are of different sexes"]);
}

#[test]
fn equal_rows_are_evaluated_once_and_time_ends_the_second_look_too() {
    let all = people(2);
    let database: Vec<Profile> =
        (0..3000).map(|n| all[0].clone().with_id(&format!("P{n:04}")).unwrap()).collect();
    let table = ProfileTable::of(&database).unwrap();
    let kin = Kin::of_profile(&all[1], Relation::HalfSiblings);
    let started = std::time::Instant::now();
    let options = RelativeOptions { limit: 10, ..RelativeOptions::default() };
    let answer = search_relatives(&table, &kin, &frequencies(), &options).unwrap();
    assert!(started.elapsed().as_secs() < 20, "one case, not 3000");
    let ids: Vec<&str> = answer.candidates.iter().map(|candidate| candidate.id.as_str()).collect();
    assert_eq!((ids.len(), ids[0], ids[9], answer.searched), (10, "P0000", "P0009", 3000));
}

#[test]
fn what_cannot_be_asked_is_an_error() {
    let all = people(3);
    let table = ProfileTable::of(&all).unwrap();
    let nothing = Profile::new("nothing", [("DYS391", ["10"])]).unwrap();
    let search = |kin: &Kin, frequencies: &Frequencies| {
        search_relatives(&table, kin, frequencies, &RelativeOptions::default()).unwrap_err().to_string()
    };
    let error = search(&Kin::of_profile(&nothing, Relation::ParentChild), &frequencies());
    assert!(error.starts_with("question: loci that count is 0"), "{error}");
    let few = Frequencies::builder("few").locus("TH01", [("100", 1.0)]).unwrap().build().unwrap();
    let error = search(&Kin::of_profile(&all[0], Relation::ParentChild), &few);
    assert!(error.contains("frequency of allele") && error.contains("rare-allele rule"), "{error}");
    let mixture =
        Profile::builder("m").source(Source::Mixture).locus("TH01", ["6", "7"]).unwrap().build().unwrap();
    assert!(search(&Kin::of_profile(&mixture, Relation::ParentChild), &frequencies()).contains("mixture"));
    let pedigree = Pedigree::new([("A", None, None, None), ("B", Some("A"), None, None)]).unwrap();
    assert!(
        Kin::of_family(&pedigree, &[], "A").unwrap_err().to_string().contains("profiles of relatives is 0")
    );
    assert!(Kin::of_family(&pedigree, &[&all[0]], "A").is_err());
    assert!(Kin::of_family(&pedigree, &[&all[0].clone().with_id("A").unwrap()], "A").is_err());
    assert!(Kin::of_family(&pedigree, &[&all[0].clone().with_id("A").unwrap()], "C").is_err());
}
