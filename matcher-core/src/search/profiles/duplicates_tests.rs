use super::*;
use crate::dna::Frequencies;
use crate::dna::compare::{Stringency, Victims, compare};
use crate::gallery::{Access, Enrolment, SubjectId};
use crate::search::profiles::scan::tests::{some_profile, some_rule};
use crate::simulate::dna::{ProfileConfig, ProfileSimulator};
use crate::work::{Progress, Threads};
use proptest::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Some people, of whom the first ones come again, many of them partial.
fn people(count: u64, of: u64) -> Vec<Profile> {
    let frequencies = Frequencies::builtin("nist1036").unwrap();
    let config =
        ProfileConfig { partial: 0.5, drop_out: 0.2, locus_missing: 0.3, ..ProfileConfig::default() };
    let simulator = ProfileSimulator::new(3, &frequencies, config).unwrap();
    (0..count).map(|k| simulator.profile(k % of).with_id(&format!("P{k}")).unwrap()).collect()
}

/// The rows of all pairs that agree, best first, with the loci that agree.
fn by_hand(people: &[Profile], rule: &Rule) -> Vec<(Reverse<usize>, [usize; 2])> {
    let mut all = Vec::new();
    for (a, probe) in people.iter().enumerate() {
        for (b, other) in people.iter().enumerate().skip(a + 1) {
            let comparison = compare(probe, other, rule, Victims::default());
            if comparison.is_hit() {
                all.push((Reverse(comparison.counts.agreeing), [a, b]));
            }
        }
    }
    all.sort_unstable();
    all
}

fn rows_of(links: &Links) -> Vec<(Reverse<usize>, [usize; 2])> {
    links.edges.iter().map(|link| (Reverse(link.agreeing), link.records)).collect()
}

#[test]
fn all_pairs_that_agree_are_found_whatever_the_limit() {
    let people = people(130, 90);
    let table = ProfileTable::of(&people).unwrap();
    let rule = Rule::new("few", Stringency::Moderate, 5, 3);
    let by_hand = by_hand(&people, &rule);
    assert!(by_hand.len() >= 40);
    for limit in [1000, 7, 0] {
        let options = DuplicateOptions { limit, ..DuplicateOptions::default() };
        let found = find_duplicate_profiles(&table, &rule, &options).unwrap();
        assert_eq!(rows_of(&found), by_hand[..by_hand.len().min(limit)]);
        assert_eq!((found.found, found.searched + found.not_comparable), (by_hand.len(), 130));
    }
    let many = Rule::new("many", Stringency::High, 30, 0);
    let nobody = find_duplicate_profiles(&table, &many, &DuplicateOptions::default()).unwrap();
    assert_eq!((nobody.searched, nobody.not_comparable, nobody.complete), (0, 130, true));
    let late = DuplicateOptions { deadline: Some(Duration::ZERO), ..DuplicateOptions::default() };
    let stopped = find_duplicate_profiles(&table, &rule, &late).unwrap();
    assert_eq!((stopped.complete, stopped.found), (false, 0));
    assert_eq!(stopped.not_searched + stopped.not_comparable, 130);
}

#[test]
fn many_whole_profiles_are_looked_up_and_partial_ones_scanned() {
    let mut people = people(1500, 1300);
    let again: Vec<Profile> = people[..5].iter().map(|p| p.clone().with_id("again").unwrap()).collect();
    people.extend(again);
    let table = ProfileTable::of(&people).unwrap();
    for (stringency, mismatches) in [(Stringency::High, 0), (Stringency::High, 1), (Stringency::Moderate, 1)]
    {
        let rule = Rule::new("most", stringency, 8, mismatches);
        let expected = by_hand(&people, &rule);
        for threads in [1, 2] {
            let threads = Threads::new(threads);
            let options = DuplicateOptions { limit: 10_000, threads, ..DuplicateOptions::default() };
            let found = find_duplicate_profiles(&table, &rule, &options).unwrap();
            assert_eq!(rows_of(&found), expected);
        }
    }
}

/// A gallery of subjects with two profiles each: their own, and one of somebody else.
fn gallery(profiles: &[Profile], order: impl Iterator<Item = usize>) -> Gallery {
    let mut gallery = Gallery::in_memory();
    for k in order {
        let mut own = vec![profiles[k].clone()];
        if k % 3 == 0 {
            own.push(profiles[(7 * k + 1) % profiles.len()].clone());
            own.push(profiles[k].clone()); // nobody is a duplicate of himself
        }
        let access =
            if k % 10 == 9 { Access::default().visible_to(["BE"]).unwrap() } else { Access::default() };
        let subject =
            Enrolment::new(SubjectId::new(&format!("S{k:03}")).unwrap()).profiles(own).access(access);
        gallery.enrol_many(vec![subject], Threads::ONE).unwrap();
    }
    gallery
}

/// The best pair of profiles of each pair of subjects, compared one by one: `a`, `b`, loci, records.
fn of_gallery(gallery: &Gallery, rule: &Rule) -> Vec<(Reverse<usize>, String, String, [usize; 2])> {
    let subjects: Vec<_> = gallery.subjects().unwrap().iter().map(|id| gallery.get(id).unwrap()).collect();
    let shown = subjects.iter().filter(|subject| subject.access().viewers().is_none()).collect::<Vec<_>>();
    let mut all = Vec::new();
    for (k, a) in shown.iter().enumerate() {
        for b in &shown[k + 1..] {
            let mut best = None;
            for (i, probe) in a.profiles().iter().enumerate() {
                for (j, other) in b.profiles().iter().enumerate() {
                    let comparison = compare(probe, other, rule, Victims::default());
                    if comparison.is_hit() {
                        let found = (Reverse(comparison.counts.agreeing), [i, j]);
                        best = Some(best.map_or(found, |best| found.min(best)));
                    }
                }
            }
            if let Some((agreeing, records)) = best {
                all.push((agreeing, a.id().to_string(), b.id().to_string(), records));
            }
        }
    }
    all.sort_unstable();
    all
}

#[test]
fn subjects_of_a_gallery_are_linked_once_by_their_best_profiles() {
    let people = people(60, 40);
    let rule = Rule::new("few", Stringency::Moderate, 5, 2);
    let first = gallery(&people, 0..60);
    let expected = of_gallery(&first, &rule);
    assert!(expected.len() > 20);
    let options = || DuplicateOptions { limit: 1000, ..DuplicateOptions::default() };
    let found = find_duplicate_dna(&first, &rule, &options()).unwrap();
    let edges = found.edges.iter().map(|l| (Reverse(l.agreeing), l.a.clone(), l.b.clone(), l.records));
    assert!(edges.eq(expected));
    assert_eq!((found.kind, found.searched + found.not_comparable), (LinkKind::Dna, 54));
    let mut other = gallery(&people, (0..60).rev());
    assert_eq!(find_duplicate_dna(&other, &rule, &options()).unwrap(), found);
    // Left out by id, or not there: the same.
    let exclude = ["S000", "S041"].map(str::to_owned).into();
    let without = find_duplicate_dna(&first, &rule, &DuplicateOptions { exclude, ..options() }).unwrap();
    for id in ["S000", "S041"] {
        other.remove(&SubjectId::new(id).unwrap()).unwrap();
    }
    assert_eq!(find_duplicate_dna(&other, &rule, &options()).unwrap(), without);
    let least = DuplicateOptions { min_score: Some(20.0), ..options() };
    let high = find_duplicate_dna(&first, &rule, &least).unwrap();
    assert!(high.found < found.found && high.edges.iter().all(|link| link.score >= 20.0));
}

#[test]
fn stopped_work_goes_on_and_finds_the_same() {
    let people = people(2600, 2500);
    let table = ProfileTable::of(&people).unwrap();
    let rule = Rule::new("most", Stringency::High, 8, 0);
    let expected = find_duplicate_profiles(&table, &rule, &DuplicateOptions::default()).unwrap();
    let path = std::env::temp_dir().join(format!("matcher-dna-links-{}", std::process::id()));
    let mut stops = 0;
    loop {
        let cancel = AtomicBool::new(false);
        let first = std::sync::OnceLock::new();
        let progress = |progress: Progress| {
            if *first.get_or_init(|| progress.done) != progress.done {
                cancel.store(true, Ordering::Relaxed);
            }
        };
        let options = DuplicateOptions {
            checkpoint: Some(&path),
            watch: Watch { progress: Some(&progress), cancel: Some(&cancel) },
            ..DuplicateOptions::default()
        };
        let found = find_duplicate_profiles(&table, &rule, &options).unwrap();
        if found.complete {
            assert_eq!(found, expected);
            break;
        }
        stops += 1;
        assert!(stops < 10 && found.pairs_searched < found.pairs);
    }
    assert!(stops > 1);
    let other = Rule::new("most", Stringency::High, 9, 0);
    let options = DuplicateOptions { checkpoint: Some(&path), ..DuplicateOptions::default() };
    let error = find_duplicate_profiles(&table, &other, &options).unwrap_err().to_string();
    assert!(error.contains("comparison is dna-rule most"), "{error}");
    let error = find_duplicate_profiles(&ProfileTable::of(&people[1..]).unwrap(), &rule, &options);
    assert!(error.unwrap_err().to_string().contains("profiles is of"));
    std::fs::remove_file(path).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn whatever_the_profiles_and_the_rule(
        profiles in prop::collection::vec(some_profile(), 1..40), rule in some_rule(), size in 1..20usize,
    ) {
        let profiles: Vec<Profile> =
            profiles.into_iter().enumerate().map(|(k, p)| p.with_id(&format!("P{k:03}")).unwrap()).collect();
        let panel = crate::dna::Panel::new(&["SE33", "FGA", "TH01", "vWA", "D3S1358"].map(|l| l.parse().unwrap())).unwrap();
        let mut table = ProfileTable::in_segments(panel, size);
        for profile in &profiles {
            table.push(profile);
        }
        let found = find_duplicate_profiles(&table, &rule, &DuplicateOptions::default()).unwrap();
        prop_assert_eq!(rows_of(&found), by_hand(&profiles, &rule));
        prop_assert!(found.complete);
    }
}
