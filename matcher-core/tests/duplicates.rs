//! All against all in galleries that last, and after the process that did it was killed.

#[path = "lasting/support.rs"]
mod support;

use matcher_core::dna::compare::{Rule, Stringency};
use matcher_core::dna::{Frequencies, Profile};
use matcher_core::gallery::{Enrolment, Gallery, SubjectId};
use matcher_core::search::{DuplicateOptions, Links, Mode, find_duplicate_dna, find_duplicate_prints};
use matcher_core::simulate::dna::profiles;
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::units::Theta;
use matcher_core::work::{Threads, Watch};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::TestFolder;

/// What names the folder to the process that is killed.
const FOLDER: &str = "MATCHER_TEST_FOLDER";
/// Compared in full, these have some hundred ranges, each of which is brought to the disk.
const FINGERS: u64 = 160;

/// People with a print and a profile, every fifth of whom is there again.
fn people(fingers: u64) -> Vec<Enrolment> {
    let simulator = FingerSimulator::new(31, FingerprintConfig::default()).unwrap();
    let population = Frequencies::builtin("nist1036-cauc").unwrap();
    let profiles: Vec<Profile> = profiles(fingers, &population, 5, Theta::ZERO).unwrap().collect();
    let mut people = Vec::new();
    for (finger, profile) in (0..fingers).zip(profiles) {
        let mut prints = simulator.impressions(finger, 2);
        let again = prints.pop().unwrap();
        let subject = |name: &str| Enrolment::new(SubjectId::new(&format!("{name}{finger:04}")).unwrap());
        people.push(subject("P").fingerprints(prints).profiles(vec![profile.clone()]));
        if finger % 5 == 0 {
            people.push(subject("A").fingerprints(vec![again]).profiles(vec![profile]));
        }
    }
    people
}

fn rule() -> Rule {
    Rule::new("most", Stringency::High, 15, 1)
}

fn both(gallery: &Gallery) -> [Links; 2] {
    let options = DuplicateOptions::default();
    [
        find_duplicate_prints(gallery, &options).unwrap(),
        find_duplicate_dna(gallery, &rule(), &options).unwrap(),
    ]
}

#[test]
fn a_gallery_that_lasts_answers_as_one_in_memory() {
    let people = people(30);
    let mut memory = Gallery::in_memory();
    memory.enrol_many(people.clone(), Threads::ONE).unwrap();
    let expected = both(&memory);
    assert_eq!(expected[0].edges.len(), 6);
    assert_eq!(expected[1].edges.len(), 6);

    let folder = TestFolder::new("duplicates");
    let mut gallery = Gallery::create(folder.path(), "criminal").unwrap();
    let (first, rest) = people.split_at(20);
    gallery.enrol_many(rest.to_vec(), Threads::ONE).unwrap();
    gallery.compact(Watch::default()).unwrap(); // these lie in a segment now
    gallery.enrol_many(first.to_vec(), Threads::ONE).unwrap();
    assert_eq!(both(&gallery), expected);
    // One who is removed and comes again lies elsewhere, and where he lay is a gap.
    for name in ["P0000", "P0016"] {
        gallery.remove(&SubjectId::new(name).unwrap()).unwrap();
    }
    assert_ne!(both(&gallery), expected);
    gallery.enrol_many(vec![rest[0].clone(), first[0].clone()], Threads::ONE).unwrap();
    assert_eq!(both(&gallery), expected);
    gallery.compact(Watch::default()).unwrap();
    drop(gallery);
    assert_eq!(both(&Gallery::open_read_only(folder.path()).unwrap()), expected);
}

fn in_full(gallery: &Gallery, checkpoint: Option<&Path>) -> Links {
    let options = DuplicateOptions {
        mode: Mode::Exhaustive,
        threads: Threads::ONE,
        checkpoint,
        ..DuplicateOptions::default()
    };
    find_duplicate_prints(gallery, &options).unwrap()
}

fn gallery() -> Gallery {
    let mut gallery = Gallery::in_memory();
    gallery.enrol_many(people(FINGERS), Threads::ONE).unwrap();
    gallery
}

/// Not a test by itself: the process that is killed.
#[test]
fn works_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    in_full(&gallery(), Some(&folder.join("checkpoint")));
}

#[test]
fn what_was_killed_goes_on_and_finds_the_same() {
    let folder = TestFolder::new("duplicates-killed");
    fs::create_dir_all(folder.path()).unwrap();
    let checkpoint = folder.path().join("checkpoint");
    let length = || fs::metadata(&checkpoint).map_or(0, |file| file.len());
    for round in 0..3u64 {
        let before = length();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "works_until_it_is_killed", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let started = Instant::now();
        while length() <= before && child.try_wait().unwrap().is_none() {
            assert!(started.elapsed() < Duration::from_mins(2), "{round}");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(7 * round));
        let _ = child.kill(); // it may have ended
        child.wait().unwrap();
    }
    let gallery = gallery();
    assert!(length() > 0);
    assert_eq!(in_full(&gallery, Some(&checkpoint)), in_full(&gallery, None));
}
