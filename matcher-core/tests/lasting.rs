//! A gallery in a folder: what was enrolled is there after closing, and answers as one in memory does.

#[path = "lasting/support.rs"]
mod support;

use matcher_core::dna::Frequencies;
use matcher_core::dna::compare::Rule;
use matcher_core::error::Error;
use matcher_core::fingerprint::{Algorithm, Config, Model};
use matcher_core::gallery::{Enrolment, Gallery, SubjectId};
use matcher_core::search::{CandidateList, Mode, Options, ProfileOptions, search, search_dna};
use matcher_core::simulate::dna::profiles;
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::units::Theta;
use matcher_core::work::{Threads, Watch};
use support::TestFolder;

fn id(text: &str) -> SubjectId {
    SubjectId::new(text).unwrap()
}

/// Ten subjects with two prints and a profile each.
fn subjects(simulator: &FingerSimulator, numbers: std::ops::Range<u64>) -> Vec<Enrolment> {
    let population = Frequencies::builtin("nist1036-cauc").unwrap();
    let mut people = profiles(1000, &population, 3, Theta::ZERO).unwrap();
    let people: Vec<_> = people.by_ref().take(numbers.end as usize).collect();
    let subject = |k: u64| {
        let mut prints = simulator.impressions(2 * k, 1);
        prints.extend(simulator.impressions(2 * k + 1, 1));
        Enrolment::new(id(&format!("S{k:03}")))
            .fingerprints(prints)
            .profiles(vec![people[k as usize].clone()])
    };
    numbers.map(subject).collect()
}

fn simulator() -> FingerSimulator {
    FingerSimulator::new(11, FingerprintConfig::default()).unwrap()
}

fn probe(simulator: &FingerSimulator, k: u64, mode: Mode, gallery: &Gallery) -> CandidateList {
    search(gallery, &simulator.impressions(2 * k, 2)[1..], &Options { mode, ..Options::default() }).unwrap()
}

/// The answers of both galleries are the same, to the bit.
fn same_answers(lasting: &Gallery, memory: &Gallery, numbers: &[u64]) {
    let simulator = simulator();
    assert_eq!(lasting.len(), memory.len());
    assert_eq!(lasting.subjects().unwrap(), memory.subjects().unwrap());
    for &k in numbers {
        for mode in [Mode::Fast, Mode::Exhaustive] {
            assert_eq!(probe(&simulator, k, mode, lasting), probe(&simulator, k, mode, memory), "{k}");
        }
    }
    let population = Frequencies::builtin("nist1036-cauc").unwrap();
    let trace = memory.get(&id("S003")).unwrap().profiles()[0].clone().with_id("trace").unwrap();
    let rule = Rule::builtin("codis_moderate").unwrap();
    let options = ProfileOptions { frequencies: Some(&population), ..ProfileOptions::default() };
    let [a, b] = [lasting, memory]
        .map(|gallery| search_dna(gallery, std::slice::from_ref(&trace), &rule, &options).unwrap());
    let plain = |list: &matcher_core::search::ProfileCandidates| {
        let of = |c: &matcher_core::search::ProfileCandidate| (c.id.clone(), c.rank, c.log10_rmp);
        (list.candidates.iter().map(of).collect::<Vec<_>>(), list.hits, list.searched, list.not_comparable)
    };
    assert_eq!(plain(&a[0]), plain(&b[0]));
    assert_eq!(a[0].candidates[0].id, "S003");
}

#[test]
fn it_answers_as_one_in_memory_whatever_was_done_to_it() {
    let (folder, simulator) = (TestFolder::new("same"), simulator());
    let mut memory = Gallery::in_memory();
    let mut lasting = Gallery::create(folder.path(), "criminal").unwrap();
    for range in [0..4, 4..5, 5..12] {
        memory.enrol_many(subjects(&simulator, range.clone()), Threads::ONE).unwrap();
        lasting.enrol_many(subjects(&simulator, range), Threads::ONE).unwrap();
    }
    same_answers(&lasting, &memory, &[3, 4, 11]);
    drop(lasting);

    let mut lasting = Gallery::open(folder.path()).unwrap();
    same_answers(&lasting, &memory, &[3, 4, 11]);
    for gone in ["S004", "S011"] {
        memory.remove(&id(gone)).unwrap();
        lasting.remove(&id(gone)).unwrap();
    }
    same_answers(&lasting, &memory, &[3, 4]);

    lasting.compact(Watch::default()).unwrap();
    same_answers(&lasting, &memory, &[3, 4]);
    assert_eq!(lasting.stats().unwrap().store.unwrap().segments, 1);
    memory.remove(&id("S000")).unwrap();
    lasting.remove(&id("S000")).unwrap();
    memory.enrol_many(subjects(&simulator, 4..5), Threads::ONE).unwrap();
    lasting.enrol_many(subjects(&simulator, 4..5), Threads::ONE).unwrap();
    same_answers(&lasting, &memory, &[3, 4, 0]);
    assert_eq!(lasting.get(&id("S003")).unwrap(), memory.get(&id("S003")).unwrap());
    drop(lasting);
    let lasting = Gallery::open_read_only(folder.path()).unwrap();
    same_answers(&lasting, &memory, &[3, 4, 0]);
    assert_eq!(lasting.get(&id("S003")).unwrap(), memory.get(&id("S003")).unwrap());
    assert_eq!(lasting.verify(Watch::default()).unwrap(), []);
}

#[test]
fn prints_of_another_method_are_prepared_anew_wherever_they_lie() {
    let (folder, simulator) = (TestFolder::new("method"), simulator());
    let untrained = Algorithm::with_model(&Config::default(), &Model::untrained()).unwrap();
    let (mut standard, mut other) = (Gallery::in_memory(), Gallery::with(&untrained));
    let mut lasting = Gallery::create(folder.path(), "criminal").unwrap();
    for (numbers, is_sealed) in [(0..4, true), (4..8, false)] {
        for gallery in [&mut standard, &mut other, &mut lasting] {
            gallery.enrol_many(subjects(&simulator, numbers.clone()), Threads::ONE).unwrap();
        }
        if is_sealed {
            lasting.compact(Watch::default()).unwrap();
        }
    }
    drop(lasting);
    let refused = Gallery::open_read_only_with(folder.path(), &untrained, Threads::ONE).unwrap_err();
    assert!(matches!(refused, Error::NotAGallery { .. }), "{refused}");
    let lasting = Gallery::open_with(folder.path(), &untrained, Threads::ONE, Watch::default()).unwrap();
    same_answers(&lasting, &other, &[1, 5]);
    drop(lasting);
    same_answers(&Gallery::open(folder.path()).unwrap(), &standard, &[1, 5]);
}
