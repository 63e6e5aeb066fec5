use super::super::record::tests::{blank, filled};
use super::*;
use crate::gallery::SubjectId;
use rand_core::{Rng, SeedableRng};
use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("matcher-records-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn id(text: &str) -> SubjectId {
    SubjectId::new(text).unwrap()
}

fn name(serial: u64) -> String {
    format!("subject-{serial}")
}

/// Records 1 to n, as `filled` has them.
fn store(folder: &Folder, n: u64) -> Records {
    let records = Records::create(&folder.file("records.redb"), "G").unwrap();
    records
        .write(|change| {
            for serial in 1..=n {
                assert_eq!(change.insert(filled(0, &name(serial)).with_serial_of(serial))?, serial);
            }
            Ok(())
        })
        .unwrap();
    records
}

impl Record {
    /// The same payload as `filled(serial, ..)`, which the store has to number itself.
    fn with_serial_of(self, serial: u64) -> Self {
        Self { serial: 0, ..filled(serial, self.id.as_str()) }
    }
}

fn all(records: &Records) -> Vec<Result<Record>> {
    let mut found = Vec::new();
    records
        .range(1..=u64::MAX, |record| {
            found.push(record);
            Ok(())
        })
        .unwrap();
    found
}

#[test]
fn what_is_written_is_read_back() {
    let folder = Folder::new();
    let records = store(&folder, 5);
    assert_eq!((records.serial().unwrap(), records.len().unwrap()), (5, 5));
    for serial in 1..=5 {
        let expected = filled(serial, &name(serial));
        assert!(records.by_serial(serial).unwrap().unwrap() == expected);
    }
    let gone = records.write(|change| change.remove(&id("subject-2"))).unwrap();
    assert_eq!((gone, records.serial().unwrap(), records.len().unwrap()), (2, 6, 4));
    for serial in [0, 2, 6, 7, u64::MAX] {
        assert!(records.by_serial(serial).unwrap().is_none());
    }
    let again = records.write(|change| change.insert(blank(0, "subject-2"))).unwrap();
    assert_eq!(again, 7);
    let serials: Vec<u64> = all(&records).into_iter().map(|record| record.unwrap().serial).collect();
    assert_eq!(serials, [1, 3, 4, 5, 7]);
    assert_eq!(records.removed_after(0).unwrap(), [(2, 6)]);
    assert_eq!(records.removed_after(6).unwrap(), []);
    assert_eq!(records.verify().unwrap(), []);
}

#[test]
fn a_change_is_whole_or_nothing() {
    let folder = Folder::new();
    let records = store(&folder, 2);
    let before = fs::read(&records.path).unwrap().len();
    for batch in [["a", "subject-1"], ["a", "a"]] {
        let done = records.write(|change| {
            change.remove(&id("subject-2"))?;
            batch.iter().try_for_each(|name| change.insert(blank(0, name)).map(drop))
        });
        assert!(matches!(done, Err(Error::AlreadyEnrolled(name)) if name == batch[1]));
        assert_eq!((records.serial().unwrap(), records.len().unwrap()), (2, 2));
        assert!(records.by_serial(2).unwrap().is_some() && records.by_serial(3).unwrap().is_none());
    }
    assert!(
        matches!(records.write(|change| change.remove(&id("b"))), Err(Error::NotEnrolled(name)) if name == "b")
    );
    let long = Record { provenance: Some("x".repeat(4097)), ..blank(0, "c") };
    let message = records.write(|change| change.insert(long)).unwrap_err().to_string();
    assert_eq!(message, "subject \"c\": provenance is 4097 bytes long, expected at most 4096 bytes");
    assert!(fs::read(&records.path).unwrap().len() <= 4 * before);
    assert_eq!(records.verify().unwrap(), []);
}

#[test]
fn what_is_not_these_records_is_named() {
    let folder = Folder::new();
    let records = store(&folder, 1);
    let path = records.path.clone();
    assert!(matches!(Records::create(&path, "G"), Err(Error::Io { .. })));
    let other = Records::at(&path, "H");
    for error in [other.serial().unwrap_err(), other.write(|_| Ok(())).unwrap_err()] {
        assert!(error.to_string().ends_with("its records are of gallery \"G\", expected \"H\""), "{error}");
    }
    let missing = Records::at(&folder.file("none"), "G");
    assert!(matches!(missing.serial(), Err(Error::Io { .. })));
    assert!(matches!(missing.write(|_| Ok(())), Err(Error::Io { .. })));
    for bytes in [&b""[..], b"no database at all", &[0; 10_000]] {
        fs::write(&path, bytes).unwrap();
        assert!(matches!(records.serial(), Err(Error::Damaged { .. })), "{:?}", records.serial());
    }
    let newer = Meta::new("G").encode();
    let mut newer = [&[2], &newer[1..newer.len() - 4]].concat();
    newer.extend_from_slice(&crc32fast::hash(&newer).to_le_bytes());
    let Err(Fault::Another(reason)) = Meta::decode(&newer, "G") else { panic!("it is newer") };
    assert_eq!(reason, "its records are of format version 2, expected 1");
}

#[test]
fn readers_and_a_writer_take_turns() {
    let folder = Folder::new();
    let records = store(&folder, 3);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..40 {
                    let serial = records.serial().unwrap();
                    let read = all(&records);
                    assert!(read.len() as u64 >= serial && read.iter().all(Result::is_ok));
                    assert!(records.by_serial(3).unwrap().unwrap() == filled(3, "subject-3"));
                }
            });
        }
        for serial in 4..30 {
            assert_eq!(records.write(|change| change.insert(blank(0, &name(serial)))).unwrap(), serial);
        }
    });
    assert_eq!(records.verify().unwrap(), []);
}

#[test]
fn a_file_that_stays_in_use_is_said_to_be() {
    let folder = Folder::new();
    let records = store(&folder, 1);
    let start = Instant::now();
    let inside = records.write(|_| Ok(records.serial()));
    assert!(matches!(inside.unwrap(), Err(Error::InUse { .. })));
    assert!((1900..5000).contains(&start.elapsed().as_millis()));
}

/// Looks at a damaged store, at every so many of its records by themselves: an error, or the truth.
fn is_harmless(records: &Records, expected: &[Record], every: usize) -> bool {
    let mut is_whole = true;
    for record in expected.iter().step_by(every) {
        match records.by_serial(record.serial) {
            Ok(Some(found)) => assert!(found == *record),
            Ok(None) => panic!("serial {} is said not to be there", record.serial),
            Err(Error::Damaged { .. } | Error::NotAGallery { .. } | Error::ReadOnly { .. }) => {
                is_whole = false;
            }
            Err(other) => panic!("{other}"),
        }
    }
    let mut next = expected.iter();
    let read = records.range(1..=u64::MAX, |record| {
        match record {
            Ok(record) => assert!(next.any(|expected| *expected == record)),
            Err(_) => is_whole = false,
        }
        Ok(())
    });
    is_whole && read.is_ok()
}

/// Flips a bit at each of these places in turn.
fn flips(folder: &Folder, records: &Records, places: impl IntoIterator<Item = (usize, u8)>) {
    let expected: Vec<Record> = all(records).into_iter().map(Result::unwrap).collect();
    let n = expected.len() as u64;
    let last = records.serial().unwrap();
    let whole = fs::read(&records.path).unwrap();
    let target = folder.file("saved");
    let (mut rounds, mut noticed, mut lost, mut not_recovered) = (0, 0, 0, 0);
    for (at, bit) in places {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << bit;
        fs::write(&records.path, &bytes).unwrap();
        let is_whole = is_harmless(records, &expected, expected.len().div_ceil(8));
        let is_verified = records.verify().is_ok_and(|found| found.is_empty());
        assert!(is_whole || !is_verified, "byte {at} was not noticed");
        rounds += 1;
        noticed += u32::from(!is_verified);
        match records.recover(&target, last) {
            Ok(report) => {
                let new = Records::at(&target, "G");
                assert_eq!(new.verify().unwrap(), [], "byte {at}");
                assert!(report.saved + 1 >= n && report.serial == last, "byte {at}: {report:?}");
                let mut next = expected.iter();
                for record in all(&new) {
                    let record = record.unwrap();
                    assert!(next.any(|expected| *expected == record));
                }
                lost += n - report.saved;
                assert_eq!(new.write(|change| change.insert(blank(0, "next"))).unwrap(), last + 1);
                fs::remove_file(&target).unwrap();
            }
            Err(error) => {
                assert!(matches!(error, Error::ReadOnly { .. } | Error::NotAGallery { .. }), "{error}");
                assert!(!target.exists());
                not_recovered += 1;
            }
        }
        // A writer does not panic over it either.
        drop(records.write(|change| change.insert(blank(0, "next"))));
    }
    println!("{rounds} flips: {noticed} noticed, {lost} records lost, {not_recovered} refused");
}

/// Places at random: in the head of the file, where something is written, and anywhere.
fn places(records: &Records, counts: [usize; 3]) -> Vec<(usize, u8)> {
    let whole = fs::read(&records.path).unwrap();
    let used: Vec<usize> = (0..whole.len()).filter(|&at| whole[at] != 0).collect();
    let mut random = rand_pcg::Pcg64Mcg::seed_from_u64(7);
    let mut below = |n: usize| (random.next_u64() % n as u64) as usize;
    let mut places: Vec<usize> = (0..counts[0]).map(|_| below(320)).collect();
    places.extend((0..counts[1]).map(|_| used[below(used.len())]));
    places.extend((0..counts[2]).map(|_| below(whole.len())));
    places.into_iter().map(|at| (at, below(8) as u8)).collect()
}

#[test]
fn damage_is_noticed_and_the_rest_is_saved() {
    let folder = Folder::new();
    let records = store(&folder, 24);
    flips(&folder, &records, places(&records, [60, 200, 40]));
}

#[test]
fn damage_in_deeper_trees_is_noticed_too() {
    let folder = Folder::new();
    let records = store(&folder, 3);
    let insert =
        |change: &mut Change, k: u64| change.insert(blank(0, &format!("{:05}", k * 7919 % 65_537))).map(drop);
    records.write(|change| (0..400).try_for_each(|k| insert(change, k))).unwrap();
    flips(&folder, &records, places(&records, [0, 60, 0]));
}

#[test]
fn a_file_without_head_or_end_is_searched() {
    let folder = Folder::new();
    let records = store(&folder, 6);
    records.write(|change| change.remove(&id("subject-4"))).unwrap();
    let whole = fs::read(&records.path).unwrap();
    let mut headless = whole.clone();
    headless[..4096].fill(0);
    fs::write(&records.path, &headless).unwrap();
    let target = folder.file("saved");
    let report = records.recover(&target, 20).unwrap();
    assert!(report.removals_unknown && report.saved >= 5 && report.serial == 20, "{report:?}");
    assert_eq!(report.saved, report.found_by_search.len() as u64);
    let new = Records::at(&target, "G");
    assert_eq!((new.verify().unwrap(), new.len().unwrap()), (vec![], report.saved));
    assert_eq!(new.by_serial(11).unwrap(), None);
}

#[test]
fn a_rewritten_file_holds_nothing_of_the_removed() {
    let folder = Folder::new();
    let records = store(&folder, 8);
    let minutiae = filled(3, "subject-3").encode()[60..120].to_vec();
    let holds = |path: &Path, what: &[u8]| fs::read(path).unwrap().windows(what.len()).any(|w| w == what);
    records.write(|change| change.remove(&id("subject-3"))).unwrap();
    assert!(holds(&records.path, b"subject-3") && holds(&records.path, &minutiae));
    let target = folder.file("new");
    assert_eq!(records.rewrite(&target, Watch::default()).unwrap(), 7);
    assert!(!holds(&target, b"subject-3") && !holds(&target, &minutiae));
    assert!(holds(&target, b"subject-5"));
    let new = Records::at(&target, "G");
    assert!(all(&new).into_iter().map(Result::unwrap).eq(all(&records).into_iter().map(Result::unwrap)));
    assert_eq!((new.serial().unwrap(), new.removed_after(0).unwrap()), (9, vec![(3, 9)]));
    assert_eq!(new.verify().unwrap(), []);
    let stop = std::sync::atomic::AtomicBool::new(true);
    let other = folder.file("other");
    let watch = Watch { cancel: Some(&stop), ..Watch::default() };
    assert!(matches!(records.rewrite(&other, watch), Err(Error::Cancelled)));
    assert!(!other.exists());
}

#[test]
fn sizes_and_costs_are_printed() {
    let folder = Folder::new();
    let records = Records::create(&folder.file("records.redb"), "G").unwrap();
    let empty = fs::metadata(&records.path).unwrap().len();
    let print = filled(1, "x");
    let start = Instant::now();
    records
        .write(|change| {
            (0..2000).try_for_each(|k| {
                change.insert(Record { id: id(&format!("S-{k:07}")), ..print.clone() }).map(drop)
            })
        })
        .unwrap();
    let batch = start.elapsed();
    let full = fs::metadata(&records.path).unwrap().len();
    let timed = |work: &dyn Fn(u64)| {
        let start = Instant::now();
        (0..50).for_each(work);
        start.elapsed() / 50
    };
    let write =
        timed(&|k| assert!(records.write(|change| change.insert(blank(0, &format!("one-{k}")))).is_ok()));
    let read = timed(&|k| drop(records.by_serial(k + 1).unwrap().unwrap()));
    let start = Instant::now();
    assert_eq!(all(&records).len(), 2050);
    println!(
        "empty file {empty}, 2000 records of {} bytes {full}; batch {batch:?}, one write {write:?}, one read {read:?}, \
         all {:?}",
        print.encode().len(),
        start.elapsed()
    );
}
