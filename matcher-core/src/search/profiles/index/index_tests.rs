use super::*;
use crate::dna::compare::Stringency;
use crate::dna::{Frequencies, Panel};
use crate::search::profiles::scan::tests::{some_profile, some_rule};
use crate::search::{ProfileOptions, search_profiles};
use crate::simulate::dna::{ProfileConfig, ProfileSimulator};
use crate::units::Theta;
use crate::work::Threads;
use proptest::prelude::*;

/// People, some of them partial, and close variants of the first ones.
fn people(seed: u64, count: usize) -> Vec<Profile> {
    let frequencies = Frequencies::builtin("nist1036").unwrap();
    let config =
        ProfileConfig { partial: 0.2, drop_out: 0.1, locus_missing: 0.1, ..ProfileConfig::default() };
    let simulator = ProfileSimulator::new(seed, &frequencies, config).unwrap();
    let mut people: Vec<Profile> = (0..count).map(|k| simulator.profile(k as u64)).collect();
    for k in 0..count.min(40) {
        // One locus of another person, or an allele made a homozygote of.
        let (own, other) = (&people[k], &people[count - 1 - k]);
        let mut builder = Profile::builder(&format!("variant {k}"));
        for (at, (locus, genotype)) in own.loci().iter().enumerate() {
            let genotype = match other.get(*locus) {
                Some(other) if at == k % own.loci().len() => other.clone(),
                _ if (at + k) % 9 == 0 => {
                    crate::dna::Genotype::pair(genotype.alleles()[0], genotype.alleles()[0])
                }
                _ => genotype.clone(),
            };
            builder = builder.genotype(*locus, genotype);
        }
        people.push(builder.build().unwrap());
    }
    people
}

/// The same but for how it came about.
fn same(
    index: &ProfileIndex,
    table: &ProfileTable,
    probe: &Profile,
    rule: &Rule,
    options: &ProfileOptions<'_>,
) -> SearchedBy {
    let mut by_index = index.search(probe, rule, options).unwrap();
    let by = std::mem::replace(&mut by_index.by, SearchedBy::Scan { reason: None });
    assert_eq!(by_index, search_profiles(table, probe, rule, options).unwrap());
    by
}

#[test]
fn an_index_finds_what_a_scan_finds() {
    let people = people(5, 600);
    let mut table = ProfileTable::in_segments(Panel::standard(), 100);
    for profile in &people {
        table.push(profile);
    }
    table.take(17);
    let index = ProfileIndex::new(&table, Threads::ONE).unwrap();
    assert!(
        index.indexed() > 300 && index.scanned() > 50 && index.indexed() + index.scanned() == index.len()
    );
    let mut looked_up = 0;
    for stringency in [Stringency::High, Stringency::Moderate, Stringency::Low] {
        for max_mismatches in 0..3 {
            let rule = Rule::new("index", stringency, 6, max_mismatches);
            let options =
                ProfileOptions { exclude: [people[3].id().to_owned()].into(), ..ProfileOptions::default() };
            for probe in people.iter().step_by(7) {
                let by = same(&index, &table, probe, &rule, &options);
                looked_up += usize::from(matches!(by, SearchedBy::Index { .. }));
            }
        }
    }
    assert!(looked_up > 300, "{looked_up}");
    let rule = Rule::new("index", Stringency::Moderate, 6, 1);
    let options = ProfileOptions::default();
    let many = index.search_many(&people[..20], &rule, &options).unwrap();
    for (probe, answer) in people.iter().zip(&many) {
        assert_eq!(*answer, index.search(probe, &rule, &options).unwrap());
    }
}

#[test]
fn what_cannot_be_looked_up_is_scanned_and_says_why() {
    let people = people(6, 200);
    let table = ProfileTable::of(&people).unwrap();
    let index = ProfileIndex::new(&table, Threads::ONE).unwrap();
    let reason = |probe: &Profile, rule: &Rule| match index
        .search(probe, rule, &ProfileOptions::default())
        .unwrap()
        .by
    {
        SearchedBy::Scan { reason } => reason.unwrap(),
        by @ SearchedBy::Index { .. } => panic!("{by:?}"),
    };
    let whole = people.iter().find(|profile| !profile.is_partial()).unwrap();
    assert!(reason(whole, &Rule::new("many", Stringency::Moderate, 6, 30)).contains("too many mismatches"));
    let few = Profile::new("few", [("FGA", ["22", "24"]), ("TH01", ["6", "9.3"])]).unwrap();
    assert!(reason(&few, &Rule::new("few", Stringency::High, 2, 0)).contains("the probe lacks alleles"));
    let empty = ProfileIndex::new(&ProfileTable::new(Panel::standard()), Threads::ONE).unwrap();
    assert!(empty.is_empty());
    assert_eq!(
        empty.search(whole, &Rule::builtin("high").unwrap(), &ProfileOptions::default()).unwrap().hits,
        0
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_the_profiles_and_the_rule(
        profiles in prop::collection::vec(some_profile(), 1..120),
        probe in some_profile(),
        rule in some_rule(),
        size in 1..50usize,
    ) {
        let panel = Panel::new(&["SE33", "FGA", "TH01", "vWA", "D3S1358"].map(|l| l.parse().unwrap())).unwrap();
        let mut table = ProfileTable::in_segments(panel, size);
        for (k, profile) in profiles.into_iter().enumerate() {
            table.push(&profile.with_id(&format!("P{k:03}")).unwrap());
        }
        table.take(0); // a gap
        let index = ProfileIndex::new(&table, Threads::ONE).unwrap();
        let options = ProfileOptions { limit: 1000, ..ProfileOptions::default() };
        if search_profiles(&table, &probe, &rule, &options).is_ok() {
            same(&index, &table, &probe, &rule, &options);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_the_database(seed in any::<u64>(), count in 1..200usize, probe in any::<prop::sample::Index>(), k in 0..3usize) {
        let people = people(seed, count);
        let table = ProfileTable::of(&people).unwrap();
        let index = ProfileIndex::new(&table, Threads::ONE).unwrap();
        let rule = Rule::new("index", Stringency::Moderate, 4, k);
        same(&index, &table, &people[probe.index(people.len())], &rule, &ProfileOptions::default());
    }
}

#[test]
fn simulated_people_are_all_different() {
    let frequencies = Frequencies::builtin("nist1036").unwrap();
    let people: Vec<Profile> =
        crate::simulate::dna::profiles(300, &frequencies, 7, Theta::ZERO).unwrap().collect();
    let table = ProfileTable::of(&people).unwrap();
    let index = ProfileIndex::new(&table, Threads::ONE).unwrap();
    assert_eq!(index.indexed(), 300);
    for probe in people.iter().step_by(10) {
        let answer = index
            .search(probe, &Rule::new("all", Stringency::High, 20, 1), &ProfileOptions::default())
            .unwrap();
        assert_eq!(answer.candidates.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), [probe.id()]);
    }
}
