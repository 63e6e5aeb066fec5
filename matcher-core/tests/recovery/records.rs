//! Records with flipped bytes: never a wrong answer or a crash, told by `verify`, and saved as far as they can be read.

use super::damage::flip;
use super::people::{Random, answers, files, id, restore, times, varied};
use crate::support::TestFolder;
use matcher_core::Error;
use matcher_core::gallery::Gallery;
use matcher_core::work::{Threads, Watch};
use std::fs;

#[test]
fn a_flipped_byte_of_a_record_is_named_and_the_others_are_served() {
    let folder = TestFolder::new("value");
    let people = varied(folder.path());
    let path = folder.path().join("records.redb");
    let bytes = fs::read(&path).unwrap();
    // The record has its id in it, and so does the table of ids: the record is where a profile follows.
    let name = b"P00003";
    let places: Vec<usize> =
        bytes.windows(6).enumerate().filter(|(_, w)| w == name).map(|(at, _)| at).collect();
    let is_record = |at: &&usize| bytes[**at..][..400].windows(9).any(|window| window == b"profile 3");
    let at = *places.iter().find(is_record).unwrap();
    flip(&path, 8 * (at as u64 + 300));
    for gallery in [Gallery::open_read_only(folder.path()).unwrap(), Gallery::open(folder.path()).unwrap()] {
        people.are_in(&gallery); // a search reads segments
        let error = gallery.get(&id(3)).unwrap_err();
        assert!(matches!(error, Error::Damaged { .. }), "{error}");
        for number in people.0.keys().filter(|number| **number != 3) {
            gallery.get(&id(*number)).unwrap();
        }
        let found = gallery.verify(Watch::default()).unwrap();
        assert!(found.iter().any(|finding| finding.is_loss && finding.file == "records.redb"), "{found:?}");
    }
}

/// Answers are right, or there are none: an error says so.
#[test]
fn flipped_bits_of_the_database_give_no_wrong_answer() {
    let folder = TestFolder::new("pages");
    let people = varied(folder.path());
    let (whole, expected) = (files(folder.path()), answers(&people.in_memory()));
    let path = folder.path().join("records.redb");
    let len = whole[&path].len() as u64;
    let mut random = Random::new(10);
    let mut recovered = 0;
    for round in 0..times(24) {
        for _ in 0..=(round % 3 * 10) {
            // Few pages are those of branches and of small tables; they lie at the beginning.
            let end = if round % 2 == 0 { len.min(64 << 10) } else { len };
            flip(&path, random.below(8 * end));
        }
        for gallery in [Gallery::open_read_only(folder.path()), Gallery::open(folder.path())] {
            let Ok(mut gallery) = gallery else { continue };
            assert_eq!(answers(&gallery), expected, "{round}");
            for number in [0, 3, 30, 79] {
                if let Ok(subject) = gallery.get(&id(number)) {
                    assert_eq!(subject.enrolled(), Some(number));
                }
            }
            if !gallery.is_read_only() {
                let new = super::people::People::of([300], 1);
                let enrolled = gallery.enrol_many(new.enrolments(), Threads::ONE).is_ok();
                assert_eq!(gallery.contains(&id(300)).unwrap(), enrolled, "{round}");
            }
        }
        match Gallery::recover(folder.path()) {
            Ok(recovery) => {
                let gallery = Gallery::open(folder.path()).unwrap();
                assert_eq!(gallery.len(), recovery.saved, "{round}");
                assert_eq!(gallery.verify(Watch::default()).unwrap(), [], "{round}");
                let known = |id: &matcher_core::gallery::SubjectId| {
                    people.ids().contains(id) || id.as_str() == "P00300"
                };
                let strange: Vec<_> =
                    gallery.subjects().unwrap().into_iter().filter(|id| !known(id)).collect();
                assert!(strange.is_empty() || recovery.removals_unknown, "{round} {strange:?}");
                recovered += recovery.saved;
            }
            Err(error) => println!("{round}: nothing can be saved ({error})"),
        }
        restore(folder.path(), &whole);
    }
    println!("{recovered} subjects saved");
}

/// From a backup that is older than the rest, or that is missing.
#[test]
fn records_that_are_older_than_the_rest_are_told() {
    let folder = TestFolder::new("backup");
    drop(varied(folder.path()));
    let path = folder.path().join("records.redb");
    let old = fs::read(&path).unwrap();
    let mut gallery = Gallery::open(folder.path()).unwrap();
    gallery.enrol_many(super::people::People::of([400], 1).enrolments(), Threads::ONE).unwrap();
    let older_than_the_journal = |folder: &std::path::Path| {
        fs::write(folder.join("records.redb"), &old).unwrap();
        for error in [Gallery::open(folder).unwrap_err(), Gallery::open_read_only(folder).unwrap_err()] {
            assert!(matches!(&error, Error::Damaged { what, .. } if what.contains("older")), "{error}");
        }
    };
    drop(gallery);
    let newer = fs::read(&path).unwrap();
    older_than_the_journal(folder.path());
    fs::write(&path, newer).unwrap();
    Gallery::open(folder.path()).unwrap().compact(Watch::default()).unwrap();
    older_than_the_journal(folder.path());
    // What is there is served again, and no number is given twice.
    let recovery = Gallery::recover(folder.path()).unwrap();
    assert!(recovery.unaccounted > 0, "{recovery:?}");
    let gallery = Gallery::open(folder.path()).unwrap();
    assert_eq!(gallery.len(), recovery.saved);
    drop(gallery);
    fs::remove_file(&path).unwrap();
    assert!(Gallery::open(folder.path()).unwrap_err().to_string().contains("records.redb"));
}
