//! Segments that are truncated, missing, bit-flipped or strange: the answers stay those of the undamaged gallery.

use super::people::{Random, answers, files, named, restore, times, varied, verified};
use crate::support::TestFolder;
use matcher_core::gallery::Gallery;
use matcher_core::work::Watch;
use std::fs::{self, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Turns one bit of a file around, in its place.
pub(crate) fn flip(path: &Path, bit: u64) {
    let mut file = OpenOptions::new().read(true).write(true).open(path).unwrap();
    let mut byte = [0];
    file.seek(SeekFrom::Start(bit / 8)).unwrap();
    file.read_exact(&mut byte).unwrap();
    byte[0] ^= 1 << (bit % 8);
    file.seek(SeekFrom::Start(bit / 8)).unwrap();
    file.write_all(&byte).unwrap();
}

#[test]
fn a_flipped_bit_of_a_segment_changes_no_answer() {
    let folder = TestFolder::new("flip");
    let people = varied(folder.path());
    let whole = files(folder.path());
    let expected = answers(&people.in_memory());
    let segments = named(folder.path(), ".seg");
    let mut random = Random::new(7);
    let (mut found, rounds) = (0, times(60));
    for round in 0..rounds {
        let path = &segments[random.below(segments.len() as u64) as usize];
        // Every third flip is in the head of the file, where it is opened by.
        let end = if round % 3 == 0 { 64 } else { whole[path].len() as u64 };
        let bit = random.below(8 * end);
        // Before a gallery is opened for reading, after, and for writing.
        if round % 2 == 0 {
            flip(path, bit);
        }
        let reader = Gallery::open_read_only(folder.path()).unwrap();
        if round % 2 == 1 {
            flip(path, bit);
        }
        let what = format!("{} bit {bit}", path.display());
        assert_eq!(answers(&reader), expected, "{what}");
        assert_eq!(reader.subjects().unwrap(), people.ids(), "{what}");
        let is_found = !reader.verify(Watch::default()).unwrap().is_empty();
        let writer = Gallery::open(folder.path()).unwrap();
        assert_eq!(answers(&writer), expected, "{what}");
        assert_eq!(writer.subjects().unwrap(), people.ids(), "{what}");
        found += u32::from(is_found);
        drop(writer);
        restore(folder.path(), &whole);
    }
    // Between sections there may be bytes that mean nothing.
    assert!(found + rounds / 10 >= rounds, "{found} of {rounds}");
}

#[test]
fn a_segment_that_is_not_whole_is_made_anew() {
    let folder = TestFolder::new("truncated");
    let people = varied(folder.path());
    let whole = files(folder.path());
    for path in named(folder.path(), ".seg") {
        let len = whole[&path].len() as u64;
        for left in [None, Some(0), Some(7), Some(63), Some(len / 2), Some(len - 1)] {
            match left {
                None => fs::remove_file(&path).unwrap(),
                Some(left) => OpenOptions::new().write(true).open(&path).unwrap().set_len(left).unwrap(),
            }
            let reader = Gallery::open_read_only(folder.path()).unwrap();
            people.are_in(&reader);
            assert!(!reader.verify(Watch::default()).unwrap().is_empty());
            let writer = Gallery::open(folder.path()).unwrap();
            people.are_in(&writer);
            verified(&writer);
            drop(writer);
            people.are_in(&Gallery::open_read_only(folder.path()).unwrap());
            restore(folder.path(), &whole);
        }
    }
}

#[test]
fn nothing_is_needed_but_the_records_and_the_manifest() {
    let folder = TestFolder::new("bare");
    let people = varied(folder.path());
    for path in named(folder.path(), ".seg").iter().chain(&named(folder.path(), ".log")) {
        fs::remove_file(path).unwrap();
    }
    people.are_in(&Gallery::open_read_only(folder.path()).unwrap());
    let writer = Gallery::open(folder.path()).unwrap();
    people.are_in(&writer);
    people.are_recorded_in(&writer);
    verified(&writer);
}

#[test]
fn a_writer_goes_on_with_a_damaged_segment() {
    let folder = TestFolder::new("go on");
    let mut people = varied(folder.path());
    let mut writer = Gallery::open(folder.path()).unwrap();
    for path in named(folder.path(), ".seg") {
        for bit in [8 * 300, 8 * 700, 8 * 1000] {
            flip(&path, bit);
        }
    }
    // Removed from a segment that is damaged, and from one that is made of it.
    for number in [7, 25] {
        writer.remove(&super::people::id(number)).unwrap();
        people.0.remove(&number);
    }
    let new = super::people::People::of(100..104, super::people::MANY / 4);
    writer.enrol_many(new.enrolments(), matcher_core::work::Threads::ONE).unwrap();
    people.0.extend(new.0);
    people.are_in(&writer);
    writer.compact(Watch::default()).unwrap();
    people.are_in(&writer);
    verified(&writer);
}

#[test]
fn files_of_strangers_stay_and_do_no_harm() {
    let folder = TestFolder::new("stray");
    let people = varied(folder.path());
    let segments = folder.path().join("segments");
    for name in ["notes.txt", "journal-x.log", "records.redb.bak", ".hidden"] {
        fs::write(folder.path().join(name), "mine").unwrap();
    }
    fs::write(segments.join("holiday.jpg"), "mine").unwrap();
    fs::create_dir(folder.path().join("journal-99.log")).unwrap();
    // What looks like ours and is not named by the manifest is left of a killed writer.
    fs::write(segments.join("000000000001-000000000009-1.seg"), "x").unwrap();
    fs::write(segments.join("000000000001-000000000009-1.seg.matcher-tmp"), "x").unwrap();
    fs::write(folder.path().join("journal-77.log"), "x").unwrap();
    people.are_in(&Gallery::open_read_only(folder.path()).unwrap());
    people.are_in(&Gallery::open(folder.path()).unwrap());
    assert_eq!(named(folder.path(), "-1.seg").len(), named(folder.path(), ".seg").len());
    assert!(named(folder.path(), ".matcher-tmp").is_empty() && named(folder.path(), "-77.log").is_empty());
    assert_eq!(files(folder.path()).values().filter(|bytes| *bytes == b"mine").count(), 5);
}
