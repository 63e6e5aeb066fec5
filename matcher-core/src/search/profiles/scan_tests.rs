use super::*;
use crate::dna::compare::{LocusChoice, MixtureRule, PairRule, Stringency};
use crate::dna::compare::{Outcome, Victims, compare};
use crate::dna::{Allele, Category, Frequencies, Genotype, Panel, Source};
use crate::gallery::{Enrolment, SubjectId};
use crate::units::Theta;
use crate::work::{Threads, Watch};
use proptest::prelude::*;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// Loci of which some are beside the panel, and one is not autosomal.
const LOCI: [&str; 7] = ["FGA", "TH01", "vWA", "D3S1358", "rs1490413", "DYS391", "SE33"];

fn some_allele() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        12 => prop::sample::select(&["14", "15", "16"][..]),
        1 => prop::sample::select(&["15.2", "15.X", "16>", "OL", "*", "1", "99"][..]),
        2 => Just("-"),
    ]
}

fn some_genotype() -> impl Strategy<Value = Genotype> {
    let size = prop_oneof![8 => Just(2usize), 1 => Just(1), 1 => Just(3)];
    size.prop_flat_map(|size| prop::collection::vec(some_allele(), size)).prop_map(|alleles| {
        let alleles: Vec<Allele> = alleles.iter().map(|allele| allele.parse().unwrap()).collect();
        Genotype::new(&alleles).unwrap()
    })
}

pub(in crate::search::profiles) fn some_profile() -> impl Strategy<Value = Profile> {
    let loci = prop::collection::vec(prop::option::weighted(0.85, some_genotype()), LOCI.len());
    let category =
        prop::option::of(prop::sample::select(&[Category::Arrestee, Category::ForensicUnknown][..]));
    (loci, category, prop::bool::weighted(0.1)).prop_map(|(loci, category, mixture)| {
        let source = if mixture { Source::Mixture } else { Source::Single };
        let builder = Profile::builder("x").category(category).source(source);
        let builder = LOCI.iter().zip(loci).fold(builder, |builder, (locus, genotype)| match genotype {
            Some(genotype) => builder.genotype(locus.parse().unwrap(), genotype),
            None => builder,
        });
        builder.build().unwrap()
    })
}

pub(in crate::search::profiles) fn some_rule() -> impl Strategy<Value = Rule> {
    let stringency = prop::sample::select(&[Stringency::High, Stringency::Moderate, Stringency::Low][..]);
    let variant = 0..6usize;
    (stringency, 1..4usize, 0..3usize, variant, any::<bool>()).prop_map(
        |(stringency, min_loci, max_mismatches, variant, count_wildcards)| {
            let mut rule = Rule::new("random", stringency, min_loci, max_mismatches);
            rule.count_wildcards = count_wildcards;
            match variant {
                0 => rule = Rule { min_loci, ..Rule::builtin("prum").unwrap() },
                1 => rule.entry.min_designated = 2,
                2 => rule.mixtures = MixtureRule::SharedContributor,
                3 => {
                    rule.pairs.push(PairRule {
                        categories: [Category::Arrestee, Category::ForensicUnknown],
                        stringency: Stringency::Low,
                        min_loci: 2,
                        max_mismatches: 3,
                    });
                }
                4 => {
                    rule.loci =
                        LocusChoice::Listed(LOCI.iter().map(|locus| locus.parse().unwrap()).collect());
                }
                _ => {}
            }
            if variant == 0 {
                rule.entry.min_designated = 2;
                rule.entry.min_reference = 2;
            }
            rule
        },
    )
}

/// The answer by comparing everything.
fn by_hand(profiles: &[Profile], probe: &Profile, rule: &Rule) -> (Vec<String>, usize, usize) {
    let (mut hits, mut searched, mut not_comparable) = (Vec::new(), 0, 0);
    for profile in profiles {
        let comparison = compare(probe, profile, rule, Victims::default());
        match comparison.outcome {
            Outcome::NotComparable(_) => not_comparable += 1,
            _ => searched += 1,
        }
        if comparison.is_hit() {
            let equal = comparison.loci.iter().filter(|at| at.stringency == Some(Stringency::High)).count();
            let order = (comparison.counts.agreeing, equal);
            hits.push((std::cmp::Reverse(order), profile.id().to_owned()));
        }
    }
    hits.sort();
    (hits.into_iter().map(|(_, id)| id).collect(), searched, not_comparable)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_search_finds_what_comparing_everything_finds(
        profiles in prop::collection::vec(some_profile(), 1..150),
        probe in some_profile(),
        rule in some_rule(),
        size in 1..100usize,
        threads in 1..3usize,
    ) {
        let profiles: Vec<Profile> =
            profiles.into_iter().enumerate().map(|(k, profile)| profile.with_id(&format!("P{k:03}")).unwrap()).collect();
        let panel = Panel::new(&["SE33", "FGA", "TH01", "vWA", "D3S1358"].map(|l| l.parse().unwrap())).unwrap();
        let mut table = ProfileTable::in_segments(panel, size);
        table.push(&profiles[0]);
        for profile in &profiles {
            table.push(profile);
        }
        table.take(0); // a gap
        let options = ProfileOptions { limit: 1000, threads: Threads::new(threads), ..ProfileOptions::default() };
        if check(&probe, &rule).is_err() {
            prop_assert!(search_profiles(&table, &probe, &rule, &options).is_err());
            return Ok(());
        }
        let answer = search_profiles(&table, &probe, &rule, &options).unwrap();
        let ids: Vec<String> = answer.candidates.iter().map(|candidate| candidate.id.clone()).collect();
        let (hits, searched, not_comparable) = by_hand(&profiles, &probe, &rule);
        prop_assert_eq!((ids, answer.searched, answer.not_comparable), (hits, searched, not_comparable));
        prop_assert!(answer.complete);
    }
}

fn people() -> (ProfileTable, Profile) {
    let mut table = ProfileTable::in_segments(Panel::standard(), 2);
    for (k, first) in ["13", "13", "14", "13", "15"].iter().enumerate() {
        let category = if k == 3 { Category::Staff } else { Category::Arrestee };
        let builder = Profile::builder(&format!("P{k}")).category(Some(category));
        let builder = ["FGA", "TH01", "vWA", "D3S1358", "D8S1179", "D18S51"]
            .iter()
            .fold(builder, |builder, locus| builder.locus(locus, [first, "16"]).unwrap());
        table.push(&builder.build().unwrap());
    }
    let probe = table.get(0).unwrap().with_id("probe").unwrap();
    (table, probe)
}

#[test]
fn who_is_left_out_is_counted_nowhere() {
    let (table, probe) = people();
    let rule = Rule::builtin("high").unwrap();
    let options = ProfileOptions {
        categories: Some([Category::Arrestee].into()),
        exclude: ["P1".to_owned(), "P3".to_owned(), "unknown".to_owned()].into(),
        ..ProfileOptions::default()
    };
    let answer = search_profiles(&table, &probe, &rule, &options).unwrap();
    let ids: Vec<&str> = answer.candidates.iter().map(|candidate| candidate.id.as_str()).collect();
    assert_eq!((ids, answer.searched, answer.not_comparable), (vec!["P0"], 3, 0));
}

#[test]
fn a_search_that_is_stopped_says_so() {
    let (table, probe) = people();
    let rule = Rule::builtin("high").unwrap();
    let cancel = AtomicBool::new(true);
    for options in [
        ProfileOptions { deadline: Some(Duration::ZERO), ..ProfileOptions::default() },
        ProfileOptions {
            watch: Watch { cancel: Some(&cancel), ..Watch::default() },
            exclude: ["P1".to_owned()].into(),
            ..ProfileOptions::default()
        },
    ] {
        let answer = search_profiles(&table, &probe, &rule, &options).unwrap();
        assert_eq!((answer.complete, answer.searched, answer.hits), (false, 0, 0));
        assert_eq!(answer.not_searched, 5 - options.exclude.len());
    }
}

#[test]
fn many_probes_get_the_answers_of_one_each() {
    let (table, probe) = people();
    let probes = [probe.clone(), table.get(4).unwrap(), probe];
    let rule = Rule::builtin("high").unwrap();
    let options = ProfileOptions { limit: 2, ..ProfileOptions::default() };
    let together = search_profiles_many(&table, &probes, &rule, &options).unwrap();
    for (probe, answer) in probes.iter().zip(&together) {
        assert_eq!(*answer, search_profiles(&table, probe, &rule, &options).unwrap());
    }
    assert_eq!(
        (together[0].hits, together[0].candidates.len(), together[1].candidates[0].id.as_str()),
        (3, 2, "P4")
    );
}

#[test]
fn peaks_off_the_ladder_may_be_anything() {
    let (table, _) = people();
    let probe = Profile::new("probe", [("FGA", ["OL", "-"])]).unwrap();
    let rule = Rule { count_wildcards: true, ..Rule::new("one", Stringency::High, 1, 0) };
    let answer = search_profiles(&table, &probe, &rule, &ProfileOptions::default()).unwrap();
    assert_eq!((answer.hits, answer.searched), (5, 5));
}

#[test]
fn a_probe_without_a_locus_to_compare_is_an_error() {
    let (table, _) = people();
    let probe = Profile::new("probe", [("AMEL", ["X", "Y"])]).unwrap();
    let error = search_profiles(&table, &probe, &Rule::builtin("high").unwrap(), &ProfileOptions::default());
    assert_eq!(
        error.unwrap_err().to_string(),
        "profile \"probe\": loci is none that the rule compares, expected a locus that rule \"high\" compares"
    );
}

#[test]
fn a_gallery_lists_a_subject_once_by_its_best_profile() {
    let (table, probe) = people();
    let of = |row: usize| table.get(row).unwrap();
    let id = |text: &str| SubjectId::new(text).unwrap();
    let low = Rule::builtin("low").unwrap();
    let mut gallery = Gallery::in_memory();
    let subjects = vec![
        Enrolment::new(id("S0")).profiles(vec![of(2), of(0), of(1)]),
        Enrolment::new(id("S1")).profiles(vec![of(4)]),
        Enrolment::new(id("S2")).profiles(vec![of(3)]),
        Enrolment::new(id("S3")),
    ];
    gallery.enrol_many(subjects, Threads::ONE).unwrap();
    let names = |gallery: &Gallery, rule: &Rule, exclude: &[&str]| {
        let exclude = exclude.iter().map(|id| (*id).to_owned()).collect();
        let options = ProfileOptions { exclude, ..ProfileOptions::default() };
        let answer = search_dna(gallery, std::slice::from_ref(&probe), rule, &options).unwrap().remove(0);
        assert_eq!(answer.hits, answer.candidates.len());
        let names = answer.candidates.iter().map(|c| format!("{}/{}", c.id, c.profile_id));
        (names.collect::<Vec<_>>(), answer.searched)
    };
    let high = Rule::builtin("high").unwrap();
    assert_eq!(names(&gallery, &high, &[]), (vec!["S0/P0".into(), "S2/P3".into()], 5));
    assert_eq!(names(&gallery, &high, &["S0", "nobody", ""]), (vec!["S2/P3".into()], 2));
    assert_eq!(names(&gallery, &low, &[]).0, ["S0/P0", "S2/P3", "S1/P4"]);
    assert_eq!(gallery.get(&id("S1")).unwrap().profiles()[0].id(), "P4");
    assert_eq!(gallery.stats().unwrap().profiles, 5);

    gallery.remove(&id("S0")).unwrap(); // S3 takes its place
    gallery.enrol_many(vec![Enrolment::new(id("S4")).profiles(vec![of(1)])], Threads::ONE).unwrap();
    assert_eq!(names(&gallery, &high, &[]), (vec!["S2/P3".into(), "S4/P1".into()], 3));
    assert_eq!(gallery.get(&id("S3")).unwrap().profiles(), []);
}

#[test]
fn rarer_agreement_ranks_first_and_says_what_chance_gives() {
    let frequencies = Frequencies::builtin("nist1036").unwrap();
    let profile =
        |id: &str, fga: [&str; 2], th01: [&str; 2]| Profile::new(id, [("FGA", fga), ("TH01", th01)]).unwrap();
    let mut table = ProfileTable::new(Panel::standard());
    table.push(&profile("common", ["19", "19"], ["6", "7"])); // TH01 agrees
    table.push(&profile("rare", ["22", "27"], ["9.3", "9.3"])); // FGA agrees
    let probe = profile("probe", ["22", "27"], ["6", "7"]);
    let rule = Rule::new("one of two", Stringency::High, 1, 1);
    let options = ProfileOptions { frequencies: Some(&frequencies), ..ProfileOptions::default() };
    let answer = search_profiles(&table, &probe, &rule, &options).unwrap();
    assert_eq!(answer.candidates.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), ["rare", "common"]);
    let [rare, common] = [0, 1].map(|k| answer.candidates[k].log10_rmp.unwrap().value());
    assert!(rare < common, "{rare} {common}");
    let expected = |rule: &Rule| {
        let answer = search_profiles(&table, &probe, rule, &options).unwrap();
        answer.candidates.iter().find(|c| c.id == "rare").and_then(|c| c.adventitious).unwrap() / 2.0
    };
    assert!((libm::log10(expected(&rule)) - rare).abs() < 1e-12); // at high stringency the match probability
    let under = |stringency| expected(&Rule::new("one of two", stringency, 1, 1));
    let [moderate, low] = [Stringency::Moderate, Stringency::Low].map(under);
    let [p, q] =
        ["22", "27"].map(|a| frequencies.frequency("FGA".parse().unwrap(), a.parse().unwrap()).unwrap());
    assert!(moderate > expected(&rule) && low > moderate && low < 1.0);
    let options =
        ProfileOptions { frequencies: Some(&frequencies), theta: Theta::ZERO, ..ProfileOptions::default() };
    let chance = |stringency| {
        let rule = Rule::new("one of two", stringency, 1, 1);
        let answer = search_profiles(&table, &probe, &rule, &options).unwrap();
        answer.candidates.iter().find(|c| c.id == "rare").and_then(|c| c.adventitious).unwrap() / 2.0
    };
    assert!((chance(Stringency::Moderate) - (p + q) * (p + q)).abs() < 1e-12);
    assert!((chance(Stringency::Low) - (1.0 - (1.0 - p - q) * (1.0 - p - q))).abs() < 1e-12);
    let without = search_profiles(&table, &probe, &rule, &ProfileOptions::default()).unwrap();
    assert_eq!((without.candidates[0].id.as_str(), without.candidates[0].log10_rmp), ("common", None));
}
