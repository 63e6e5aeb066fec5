//! Several processes with one gallery: one writer, and readers who see whole batches.

use super::people::{MANY, People, given_folder, id, this_program};
use crate::support::TestFolder;
use matcher_core::Error;
use matcher_core::gallery::Gallery;
use matcher_core::work::{Threads, Watch};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// People of a batch.
const BATCH: u64 = 8;
/// Batches that the writer enrols.
const BATCHES: u64 = 15;

/// Not a test by itself: another process that would write.
#[test]
fn a_second_writer_asks() {
    let Some(folder) = given_folder() else { return };
    let start = Instant::now();
    let error = Gallery::open(&folder).unwrap_err();
    assert!(matches!(error, Error::InUse { .. }), "{error}");
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!(Gallery::open_read_only(&folder).unwrap().len(), 3);
}

#[test]
fn a_second_writer_is_refused_at_once() {
    let folder = TestFolder::new("second");
    let mut gallery = Gallery::create(folder.path(), "criminal").unwrap();
    gallery.enrol_many(People::of(0..3, 1).enrolments(), Threads::ONE).unwrap();
    assert!(this_program("processes::a_second_writer_asks", folder.path()).status().unwrap().success());
    // In the process that writes, opening again just works, and reading keeps nobody from writing.
    let again = Gallery::open(folder.path()).unwrap();
    let reader = Gallery::open_read_only(folder.path()).unwrap();
    assert_eq!((again.len(), reader.len()), (3, 3));
    drop((gallery, again));
    let mut child = this_program("processes::a_writer_enrols_batches", folder.path());
    assert!(child.env("MATCHER_TEST_BATCHES", "1").status().unwrap().success());
    assert_eq!(reader.len(), 3);
}

/// A gallery that was deleted and made anew under the same name is another one.
#[test]
fn a_folder_that_was_made_again_is_another_gallery() {
    let folder = TestFolder::new("again");
    let mut old = Gallery::create(folder.path(), "criminal").unwrap();
    old.enrol_many(People::of(0..3, 1).enrolments(), Threads::ONE).unwrap();
    fs::remove_dir_all(folder.path()).unwrap();
    assert_eq!(Gallery::create(folder.path(), "missing").unwrap().len(), 0);
    assert_eq!(Gallery::open(folder.path()).unwrap().purpose(), "missing");
    drop(old);
    // A purpose that is none leaves nothing behind that keeps the next try from working.
    let place = folder.path().join("next");
    assert!(matches!(Gallery::create(&place, ""), Err(Error::Invalid(_))));
    Gallery::create(&place, "criminal").unwrap();
}

/// Not a test by itself: the writer of the test below, which says what is done.
#[test]
fn a_writer_enrols_batches() {
    let Some(folder) = given_folder() else { return };
    let batches = std::env::var("MATCHER_TEST_BATCHES").map_or(BATCHES, |batches| batches.parse().unwrap());
    let mut gallery = Gallery::open(&folder).unwrap();
    for batch in 0..batches {
        let profiles = if batch % 5 == 4 { MANY / BATCH as usize } else { 1 };
        let numbers = 1000 + batch * BATCH..1000 + (batch + 1) * BATCH;
        gallery.enrol_many(People::of(numbers, profiles).enrolments(), Threads::ONE).unwrap();
        println!("\nbatch {batch}");
        if batch % 7 == 6 {
            gallery.compact(Watch::default()).unwrap();
        }
    }
}

/// Not a test by itself: a reader, which looks until all is there.
#[test]
fn a_reader_sees_whole_batches() {
    let Some(folder) = given_folder() else { return };
    let mut gallery = Gallery::open_read_only(&folder).unwrap();
    let (start, mut before) = (Instant::now(), 0);
    loop {
        let ids = gallery.subjects().unwrap();
        let batches = ids.len() as u64 / BATCH;
        let expected: Vec<_> = (1000..1000 + batches * BATCH).map(id).collect();
        assert_eq!(ids, expected);
        assert!(batches >= before);
        if batches > before {
            super::people::answers(&gallery);
            let found = gallery.get(&ids[ids.len() - 1]).unwrap();
            assert_eq!(found.enrolled(), Some(999 + batches * BATCH));
        }
        if batches == BATCHES {
            return;
        }
        before = batches;
        assert!(start.elapsed() < Duration::from_secs(100), "{batches}");
        std::thread::sleep(Duration::from_millis(2));
        gallery.refresh().unwrap();
    }
}

fn started(test: &str, folder: &Path) -> Child {
    this_program(&format!("processes::{test}"), folder).stdout(Stdio::piped()).spawn().unwrap()
}

#[test]
fn readers_see_whole_batches_and_what_was_acknowledged() {
    let folder = TestFolder::new("readers");
    drop(Gallery::create(folder.path(), "criminal").unwrap());
    let readers = [0, 1].map(|_| started("a_reader_sees_whole_batches", folder.path()));
    let mut here = Gallery::open_read_only(folder.path()).unwrap();
    let mut writer = started("a_writer_enrols_batches", folder.path());
    for line in BufReader::new(writer.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some(batch) = line.strip_prefix("batch ") else { continue };
        let acknowledged = (batch.parse::<u64>().unwrap() + 1) * BATCH;
        here.refresh().unwrap();
        assert!(here.len() as u64 >= acknowledged, "{line}: {}", here.len());
    }
    assert!(writer.wait().unwrap().success());
    for reader in readers {
        let output = reader.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}
