//! What a search by index promises: what it lists a scan lists, whatever it does not know is scanned, and an index that
//! cannot be used costs nothing but time.

use super::*;
use crate::fingerprint::{Algorithm, FingerPosition, Template};
use crate::gallery::{Access, Asker, Enrolment, IndexConfig, SubjectId};
use crate::search::{Cascade, search, search_many};
use crate::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use crate::work::{Threads, Watch};
use std::path::{Path, PathBuf};

/// Few prints go on, as in a large gallery.
const NARROW: Lookup = Lookup { cells: 8, radius: 48, share: 0.1, least: 5, code_share: 0.05, code_least: 5 };

fn simulator() -> FingerSimulator {
    FingerSimulator::new(21, FingerprintConfig::default()).unwrap()
}

fn id(finger: u64) -> SubjectId {
    SubjectId::new(&format!("S{finger:04}")).unwrap()
}

fn subjects(fingers: std::ops::Range<u64>) -> Vec<(SubjectId, Vec<Template>)> {
    fingers.map(|finger| (id(finger), simulator().impressions(finger, 1))).collect()
}

fn probe(finger: u64) -> Vec<Template> {
    simulator().impressions(finger, 2).split_off(1)
}

fn options<'a>() -> Options<'a> {
    let cascade = Cascade { relaxed_share: 0.0, relaxed_least: 3, ..Cascade::default() };
    Options { mode: Mode::Indexed, lookup: NARROW, cascade, ..Options::default() }
}

fn build(gallery: &mut Gallery) -> crate::gallery::IndexReport {
    let config = IndexConfig { cells: Some(64), ..IndexConfig::default() };
    gallery.build_index(&config, Threads::ONE, Watch::default()).unwrap()
}

fn in_memory(fingers: u64) -> Gallery {
    let mut gallery = Gallery::in_segments(&Algorithm::standard(), 64);
    gallery.enrol_many(subjects(0..fingers), Threads::All).unwrap();
    gallery
}

fn used(list: &CandidateList) -> IndexUse {
    list.cascade.as_ref().unwrap().index.unwrap()
}

fn best(list: &CandidateList) -> Option<&str> {
    list.candidates.first().map(|best| best.subject_id.as_str())
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("matcher-indexed-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self) -> PathBuf {
        self.0.join("g/index/prints.idx")
    }

    fn path(&self) -> PathBuf {
        self.0.join("g")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A lasting gallery, all of it in a segment: compaction seals what lies in the journal.
fn lasting(folder: &Path, fingers: u64) -> Gallery {
    let mut gallery = Gallery::create(folder, "test").unwrap();
    gallery.enrol_many(subjects(0..fingers), Threads::All).unwrap();
    gallery.compact(Watch::default()).unwrap();
    gallery
}

#[test]
fn mates_are_found_and_listed_as_by_a_scan() {
    let mut gallery = in_memory(300);
    let report = build(&mut gallery);
    assert_eq!((report.prints, report.outside, report.cells), (300, 0, 64));
    assert_eq!(report.bytes, 20 * report.minutiae as u64 + 8 * (64 + 1) + 8 * 10 * 65);
    let mut found = 0;
    for finger in (0..300).step_by(10) {
        let by_index = search(&gallery, &probe(finger), &options()).unwrap();
        let scanned = search(&gallery, &probe(finger), &Options { mode: Mode::Fast, ..options() }).unwrap();
        let used = used(&by_index);
        assert_eq!((by_index.mode, used.looked_up, used.scanned), (Mode::Indexed, 300, 0));
        assert!((20..60).contains(&used.listed), "{used:?}");
        let report = by_index.cascade.as_ref().unwrap();
        assert_eq!((report.loss, report.stages[0].prints), (None, 300));
        assert!(report.stages[0].code_passed >= 15 && report.stages[0].relaxed_passed >= 3);
        assert_eq!((by_index.searched, by_index.not_searched, by_index.complete), (300, 0, true));
        assert_eq!(best(&scanned), Some(id(finger).as_str()));
        if best(&by_index) == best(&scanned) {
            assert_eq!(by_index.candidates[0], scanned.candidates[0]);
            found += 1;
        }
    }
    assert!(found >= 29, "{found} of 30");
}

#[test]
fn the_same_for_any_threads_and_in_a_batch() {
    let mut gallery = in_memory(200);
    build(&mut gallery);
    let probes: Vec<Vec<Template>> = (0..6).map(probe).collect();
    let one: Vec<_> = probes
        .iter()
        .map(|probe| search(&gallery, probe, &Options { threads: Threads::ONE, ..options() }).unwrap())
        .collect();
    for threads in [1, 2, 5] {
        let options = Options { threads: Threads::new(threads), ..options() };
        assert_eq!(search_many(&gallery, &probes, &options).unwrap(), one);
    }
}

#[test]
fn what_comes_later_is_scanned_and_who_is_gone_is_not_found() {
    let mut gallery = in_memory(200);
    build(&mut gallery);
    gallery.enrol_many(subjects(200..230), Threads::All).unwrap();
    let list = search(&gallery, &probe(215), &options()).unwrap();
    assert_eq!(best(&list), Some("S0215"));
    let used_then = used(&list);
    // The last segment of eight had changed.
    assert_eq!((used_then.looked_up, used_then.scanned), (192, 38));
    gallery.remove(&id(70)).unwrap();
    let list = search(&gallery, &probe(70), &options()).unwrap();
    assert!(list.candidates.iter().all(|candidate| candidate.subject_id != id(70)));
    assert_eq!((list.searched, used(&list).looked_up + used(&list).scanned), (229, 229));
    // The gap is filled by somebody else, whom the index does not know.
    gallery.enrol_many(subjects(300..301), Threads::All).unwrap();
    assert_eq!(best(&search(&gallery, &probe(300), &options()).unwrap()), Some("S0300"));
    assert_eq!(build(&mut gallery).prints, 230);
    assert_eq!(used(&search(&gallery, &probe(300), &options()).unwrap()).scanned, 0);
}

#[test]
fn left_out_before_anything_is_counted() {
    let mut gallery = in_memory(200);
    build(&mut gallery);
    let without = Options { exclude: (0..100).map(id).collect(), ..options() };
    let list = search(&gallery, &probe(7), &without).unwrap();
    let used = used(&list);
    assert_eq!((list.searched, used.looked_up), (100, 100));
    assert!((10..30).contains(&used.listed), "of those who are asked for");
    assert!(list.candidates.iter().all(|candidate| candidate.subject_id.as_str() >= "S0100"));
}

#[test]
fn policies_hold() {
    let mut gallery = Gallery::in_memory();
    let access = Access::default().visible_to(["bureau"]).unwrap();
    let subjects = subjects(0..60).into_iter().map(|(id, prints)| {
        let secret = id.as_str() < "S0030";
        let mut enrolment = Enrolment::from((id, prints));
        if secret {
            enrolment = enrolment.access(access.clone());
        }
        enrolment
    });
    let subjects: Vec<Enrolment> = subjects.collect();
    gallery.enrol_many(subjects, Threads::All).unwrap();
    build(&mut gallery);
    let stranger = search(&gallery, &probe(5), &options()).unwrap();
    assert_eq!((stranger.searched, used(&stranger).looked_up), (30, 30));
    assert!(stranger.candidates.iter().all(|candidate| candidate.subject_id.as_str() >= "S0030"));
    let asker = Asker::viewer("bureau");
    assert_eq!(best(&search(&gallery, &probe(5), &Options { asker, ..options() }).unwrap()), Some("S0005"));
}

#[test]
fn without_an_index_a_search_scans_and_says_so() {
    let gallery = in_memory(60);
    let list = search(&gallery, &probe(5), &options()).unwrap();
    assert_eq!(list.mode, Mode::Fast);
    assert_eq!(used(&list), IndexUse { lookup: NARROW, looked_up: 0, listed: 0, scanned: 60 });
    let fast = search(&gallery, &probe(5), &Options { mode: Mode::Fast, ..options() }).unwrap();
    assert_eq!(list.candidates, fast.candidates);
}

#[test]
fn several_prints_are_scanned() {
    let mut gallery = in_memory(60);
    build(&mut gallery);
    let two = [probe(5), probe(6)].concat();
    let list = search(&gallery, &two, &options()).unwrap();
    assert_eq!((list.mode, used(&list).looked_up, used(&list).scanned), (Mode::Fast, 0, 60));
}

#[test]
fn positions_are_looked_up_apart() {
    let fingers = [FingerPosition::RightThumb, FingerPosition::LeftThumb];
    let mut gallery = Gallery::in_memory();
    let simulator = simulator();
    for subject in simulator.subjects(80, &fingers) {
        let prints = subject.impressions(0).collect();
        gallery.enrol(SubjectId::new(&subject.id()).unwrap(), prints).unwrap();
    }
    build(&mut gallery);
    let subject = simulator.subject(17, &fingers);
    let left: Vec<Template> = subject.impressions(1).skip(1).collect();
    let list = search(&gallery, &left, &options()).unwrap();
    assert_eq!((best(&list), used(&list).looked_up), (Some(&*subject.id()), 80));
    let any = Options { positions: crate::search::Positions::Any, ..options() };
    assert_eq!(used(&search(&gallery, &left, &any).unwrap()).looked_up, 160);
}

#[test]
fn a_folder_keeps_it_for_all_who_open_it() {
    let folder = Folder::new("keeps");
    let mut gallery = lasting(&folder.path(), 120);
    assert_eq!(used(&search(&gallery, &probe(9), &options()).unwrap()).looked_up, 0);
    assert_eq!(build(&mut gallery).prints, 120);
    let list = search(&gallery, &probe(9), &options()).unwrap();
    assert_eq!((best(&list), used(&list).looked_up, used(&list).scanned), (Some("S0009"), 120, 0));
    // What lies in the journal is scanned.
    gallery.enrol_many(subjects(120..125), Threads::All).unwrap();
    gallery.remove(&id(40)).unwrap();
    let list = search(&gallery, &probe(122), &options()).unwrap();
    assert_eq!((best(&list), used(&list).looked_up, used(&list).scanned), (Some("S0122"), 119, 5));
    let reader = Gallery::open_read_only(&folder.path()).unwrap();
    assert_eq!(search(&reader, &probe(122), &options()).unwrap(), list);
    let refused = reader.clone().build_index(&IndexConfig::default(), Threads::ONE, Watch::default());
    assert!(matches!(refused, Err(Error::ReadOnly { .. })));
    // Codes of who was removed leave the disk with them.
    assert!(folder.file().exists());
    gallery.compact(Watch::default()).unwrap();
    assert!(!folder.file().exists());
    assert_eq!(search(&gallery, &probe(9), &options()).unwrap().mode, Mode::Fast);
}

#[test]
fn a_stale_or_damaged_file_means_scan() {
    let folder = Folder::new("stale");
    let mut gallery = lasting(&folder.path(), 120);
    build(&mut gallery);
    let good = std::fs::read(folder.file()).unwrap();
    let expected = search(&gallery, &probe(9), &Options { mode: Mode::Fast, ..options() }).unwrap();
    let mut last = good.clone();
    let place = last.len() - 10_000; // in the lists, which are checked where they are read
    last[place] ^= 1;
    for bytes in [&good[..100], &good[..good.len() - 1], &[], &last[..]] {
        std::fs::write(folder.file(), bytes).unwrap();
        let reader = Gallery::open_read_only(&folder.path()).unwrap();
        let all = Options { lookup: Lookup { cells: 64, ..NARROW }, ..options() };
        let list = search(&reader, &probe(9), &all).unwrap();
        if bytes.len() < good.len() {
            assert_eq!(list.mode, Mode::Fast);
            assert_eq!(list.candidates, expected.candidates);
        }
        assert_eq!(best(&list), Some("S0009"));
    }
    std::fs::write(folder.file(), &good).unwrap();
    let reader = Gallery::open_read_only(&folder.path()).unwrap();
    assert_eq!(search(&reader, &probe(9), &options()).unwrap().mode, Mode::Indexed);
    // The same gallery, its segment made anew without somebody: the file names a segment that is not there any more.
    gallery.remove(&id(3)).unwrap();
    gallery.compact(Watch::default()).unwrap();
    std::fs::create_dir_all(folder.file().parent().unwrap()).unwrap();
    std::fs::write(folder.file(), &good).unwrap();
    let list = search(&gallery, &probe(9), &options()).unwrap();
    assert_eq!((list.mode, used(&list).scanned), (Mode::Fast, 119));
}

#[test]
fn what_a_lookup_asks_for_is_checked() {
    let gallery = in_memory(3);
    let wrong = Options { lookup: Lookup { radius: 129, ..NARROW }, ..options() };
    let error = search(&gallery, &probe(0), &wrong).unwrap_err();
    assert_eq!(error.to_string(), "lookup: radius is 129, expected 1 to 128");
    let nothing = Gallery::in_memory().build_index(&IndexConfig::default(), Threads::ONE, Watch::default());
    assert!(nothing.unwrap_err().to_string().starts_with("index: minutiae is 0"));
}
