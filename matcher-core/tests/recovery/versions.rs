//! Galleries of a newer version, of another method, and of another time.

use super::people::{People, files, named, restore, varied, verified};
use crate::support::TestFolder;
use matcher_core::Error;
use matcher_core::fingerprint::{Algorithm, Config, Model};
use matcher_core::gallery::Gallery;
use matcher_core::work::{Threads, Watch};
use std::fs::{self, File};
use std::time::{Duration, SystemTime};

#[test]
fn a_newer_version_is_told() {
    let folder = TestFolder::new("newer");
    let people = varied(folder.path());
    let whole = files(folder.path());
    let path = folder.path().join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    let (_, json) = text.split_once('\n').unwrap();
    let json = json.replace("\"format\": 1,", "\"format\": 2,");
    let newer = format!("matcher gallery 2 crc32 {:08x}\n{json}", crc32fast::hash(json.as_bytes()));
    fs::write(&path, newer).unwrap();
    for error in [
        Gallery::open(folder.path()).unwrap_err(),
        Gallery::open_read_only(folder.path()).unwrap_err(),
        Gallery::recover(folder.path()).unwrap_err(),
    ] {
        assert!(matches!(error, Error::NotAGallery { .. }), "{error}");
        assert!(error.to_string().contains("format 2, and this matcher reads format 1"), "{error}");
    }
    restore(folder.path(), &whole);

    // What is derived and of another version is not read, and made from the records.
    let [segment] = &named(folder.path(), ".seg")[..] else { panic!("one segment") };
    let mut bytes = whole[segment].clone();
    bytes[8] = 9;
    let sum = crc32fast::hash(&bytes[..60]).to_le_bytes(); // as the head has it
    bytes[60..64].copy_from_slice(&sum);
    fs::write(segment, bytes).unwrap();
    people.are_in(&Gallery::open_read_only(folder.path()).unwrap());
    let [journal] = &named(folder.path(), ".log")[..] else { panic!("one journal") };
    let mut bytes = whole[journal].clone();
    bytes[8] = 9;
    fs::write(journal, bytes).unwrap();
    people.are_in(&Gallery::open_read_only(folder.path()).unwrap());
    let gallery = Gallery::open(folder.path()).unwrap();
    people.are_in(&gallery);
    verified(&gallery);
}

/// Prints that another method prepared are not compared with those of this one: neither from segments, nor from a journal.
#[test]
fn another_method_prepares_anew() {
    let folder = TestFolder::new("method");
    let people = varied(folder.path());
    let other = Algorithm::with_model(&Config::default(), &Model::untrained()).unwrap();
    let error = Gallery::open_read_only_with(folder.path(), &other, Threads::ONE).unwrap_err();
    assert!(matches!(error, Error::NotAGallery { .. }), "{error}");
    assert!(error.to_string().contains(&other.method().to_string()), "{error}");
    let mut memory = Gallery::with(&other);
    memory.enrol_many(people.enrolments(), Threads::ONE).unwrap();
    let gallery = Gallery::open_with(folder.path(), &other, Threads::ONE, Watch::default()).unwrap();
    super::people::same_answers(&gallery, &memory);
    verified(&gallery);
    drop(gallery);
    let gallery = Gallery::open_read_only_with(folder.path(), &other, Threads::ONE).unwrap();
    super::people::same_answers(&gallery, &memory);
    drop(gallery);
    people.are_in(&Gallery::open(folder.path()).unwrap());
}

/// Times are kept, and decide nothing: neither those of files, nor those of people.
#[test]
fn a_clock_that_goes_back_changes_nothing() {
    let folder = TestFolder::new("clock");
    let mut people = varied(folder.path());
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    let set_back = || {
        for path in files(folder.path()).keys() {
            File::options().write(true).open(path).unwrap().set_modified(long_ago).unwrap();
        }
    };
    set_back();
    let mut gallery = Gallery::open(folder.path()).unwrap();
    let mut reader = Gallery::open_read_only(folder.path()).unwrap();
    for number in [500, 499, 498] {
        // Enrolled earlier than those before.
        gallery.enrol_many(People::of([number], 1).enrolments(), Threads::ONE).unwrap();
        people.0.insert(number, 1);
        set_back();
        reader.refresh().unwrap();
        people.are_in(&reader);
    }
    gallery.compact(Watch::default()).unwrap();
    set_back();
    reader.refresh().unwrap();
    people.are_in(&reader);
    people.are_recorded_in(&reader);
}
