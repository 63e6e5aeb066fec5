//! Journals and manifests that are truncated, flipped or missing.

use super::damage::flip;
use super::people::{MANY, People, Random, answers, files, id, named, restore, times, varied, verified};
use crate::support::TestFolder;
use matcher_core::Error;
use matcher_core::fingerprint::Template;
use matcher_core::gallery::Gallery;
use matcher_core::work::{Threads, Watch};
use std::fs::{self, OpenOptions};

#[test]
fn a_damaged_journal_is_made_anew() {
    let folder = TestFolder::new("journal");
    let people = varied(folder.path());
    let (whole, expected) = (files(folder.path()), answers(&people.in_memory()));
    let [path] = &named(folder.path(), ".log")[..] else { panic!("one journal") };
    let len = whole[path].len() as u64;
    let mut random = Random::new(8);
    let rounds = u64::from(times(32));
    for round in 0..rounds {
        match round % 4 {
            0 if round == 0 => fs::remove_file(path).unwrap(),
            0 => OpenOptions::new().write(true).open(path).unwrap().set_len(random.below(len)).unwrap(),
            1 => flip(path, random.below(8 * 56)),
            _ => flip(path, random.below(8 * len)),
        }
        let mut reader = Gallery::open_read_only(folder.path()).unwrap();
        assert_eq!(answers(&reader), expected, "{round}");
        let mut writer = Gallery::open(folder.path()).unwrap();
        assert_eq!(answers(&writer), expected, "{round}");
        verified(&writer);
        writer.remove(&id(8)).unwrap();
        reader.refresh().unwrap();
        assert!(!reader.contains(&id(8)).unwrap());
        drop((reader, writer));
        restore(folder.path(), &whole);
    }
}

/// Without a whole journal a reader goes by the records, also for what comes later.
#[test]
fn a_reader_with_a_damaged_journal_is_not_left_behind() {
    let folder = TestFolder::new("behind");
    let mut people = varied(folder.path());
    let mut writer = Gallery::open(folder.path()).unwrap();
    let mut early = Gallery::open_read_only(folder.path()).unwrap();
    let [path] = &named(folder.path(), ".log")[..] else { panic!("one journal") };
    flip(path, 8 * 70);
    let mut late = Gallery::open_read_only(folder.path()).unwrap();
    for number in 200..203 {
        writer.enrol_many(People::of([number], 1).enrolments(), Threads::ONE).unwrap();
        people.0.insert(number, 1);
        for reader in [&mut early, &mut late] {
            reader.refresh().unwrap();
            assert_eq!(reader.subjects().unwrap(), people.ids());
        }
    }
    people.are_in(&late);
    people.are_in(&early);
}

/// Only removals came after the last segment, then nobody is left at all.
#[test]
fn a_gallery_is_compacted_whatever_its_last_change_was() {
    let folder = TestFolder::new("removals last");
    let mut gallery = Gallery::create(folder.path(), "criminal").unwrap();
    let mut people = People::of(0..9, MANY / 8);
    gallery.enrol_many(people.enrolments(), Threads::ONE).unwrap();
    for number in 0..9 {
        gallery.remove(&id(number)).unwrap();
        people.0.remove(&number);
        if number % 4 == 0 {
            gallery.compact(Watch::default()).unwrap();
            assert_eq!(gallery.stats().unwrap().removed, 0);
        }
        people.are_in(&gallery);
    }
    verified(&gallery);
    people = People::of(3..5, 1);
    gallery.enrol_many(people.enrolments(), Threads::ONE).unwrap();
    drop(gallery);
    let mut gallery = Gallery::open(folder.path()).unwrap();
    people.are_in(&gallery);
    gallery.compact(Watch::default()).unwrap();
    people.are_in(&gallery);
    verified(&gallery);
}

/// Somebody who comes and goes makes a journal longer, and not for ever.
#[test]
fn a_journal_of_those_who_went_ends() {
    let folder = TestFolder::new("comes and goes");
    let mut gallery = Gallery::create(folder.path(), "criminal").unwrap();
    let large = || Template::builder().extended_data(vec![1; 60_000]).build().unwrap().template;
    for _ in 0..8 {
        gallery.enrol(id(1), vec![large(); 100]).unwrap(); // 6 MB
        gallery.remove(&id(1)).unwrap();
    }
    let length = gallery.stats().unwrap().store.unwrap().journal_bytes;
    assert!(length < 36 << 20, "{length}");
    People::default().are_in(&gallery);
}

#[test]
fn a_damaged_manifest_is_told_and_recovered() {
    let folder = TestFolder::new("manifest");
    let people = varied(folder.path());
    let whole = files(folder.path());
    let path = folder.path().join("manifest.json");
    let len = whole[&path].len() as u64;
    let mut random = Random::new(9);
    for round in 0..times(10) {
        if round % 2 == 0 {
            flip(&path, random.below(8 * len));
        } else {
            OpenOptions::new().write(true).open(&path).unwrap().set_len(random.below(len)).unwrap();
        }
        for error in
            [Gallery::open(folder.path()).unwrap_err(), Gallery::open_read_only(folder.path()).unwrap_err()]
        {
            assert!(matches!(error, Error::Damaged { .. } | Error::NotAGallery { .. }), "{error}");
            assert!(error.to_string().contains("manifest.json"), "{error}");
        }
        let recovery = Gallery::recover(folder.path()).unwrap();
        assert_eq!((recovery.saved, recovery.lost.len()), (people.0.len(), 0));
        assert!(!recovery.purpose.is_empty());
        let gallery = Gallery::open(folder.path()).unwrap();
        people.are_in(&gallery);
        verified(&gallery);
        drop(gallery);
        restore(folder.path(), &whole);
    }
}
