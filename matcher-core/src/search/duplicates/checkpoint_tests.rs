use super::record::Counts;
use super::*;
use crate::error::Error;
use crate::search::duplicates::config::StageCounts;
use crate::search::duplicates::found::Found;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

const SUBJECTS: u32 = 100;

fn work() -> Work {
    Work::default().and("kind", "fingerprint").and("gallery", "of 100, \"digest\" 12\u{e9}")
}

fn some(end: u32) -> Done {
    let link = |b| Found { a: end - 1, b, score: 41.5, agreeing: 2, records: [0, 7] };
    let stages = StageCounts { prints: 9, code_passed: 8, relaxed_passed: 7, compared: 6 };
    let counts = Counts { found: 3, stages };
    Done { end, counts, links: (end..SUBJECTS.min(end + 2)).map(link).collect() }
}

/// A file of this test alone, gone when it ends.
struct TestFile(PathBuf);

impl TestFile {
    fn new(name: &str) -> Self {
        let thread = format!("{:?}", std::thread::current().id()).replace(['(', ')'], "");
        Self(std::env::temp_dir().join(format!("matcher-checkpoint-{name}-{}-{thread}", std::process::id())))
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn read(path: &Path) -> crate::Result<Vec<Done>> {
    let mut all = Vec::new();
    Checkpoint::open(path, &work(), SUBJECTS, |done| all.push(done))?;
    Ok(all)
}

/// A file with records, and where each of them ends.
fn written(path: &Path, ends: &[u32]) -> Vec<usize> {
    let _ = std::fs::remove_file(path);
    let mut checkpoint = Checkpoint::open(path, &work(), SUBJECTS, |_| panic!("nothing is there")).unwrap();
    let length = || std::fs::metadata(path).unwrap().len() as usize;
    let mut lengths = vec![length()];
    for &end in ends {
        checkpoint.append(&some(end)).unwrap();
        lengths.push(length());
    }
    lengths
}

#[test]
fn what_was_written_is_read_up_to_where_it_is_torn() {
    let file = TestFile::new("torn");
    let ends = [3, 4, 50, 100];
    let lengths = written(&file.0, &ends);
    let whole = std::fs::read(&file.0).unwrap();
    for cut in 0..=whole.len() {
        std::fs::write(&file.0, &whole[..cut]).unwrap();
        let there = lengths[1..].iter().filter(|&&length| length <= cut).count();
        let expected: Vec<Done> = ends[..there].iter().map(|&end| some(end)).collect();
        assert_eq!(read(&file.0).unwrap(), expected, "{cut}");
        // What is added next is read next.
        if let Some(&end) = ends.get(there) {
            let mut checkpoint = Checkpoint::open(&file.0, &work(), SUBJECTS, |_| {}).unwrap();
            checkpoint.append(&some(end)).unwrap();
            drop(checkpoint);
            assert_eq!(read(&file.0).unwrap().len(), there + 1);
        }
    }
}

#[test]
fn a_byte_that_changes_is_refused_or_drops_what_follows() {
    let file = TestFile::new("changed");
    let lengths = written(&file.0, &[10, 20]);
    let whole = std::fs::read(&file.0).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&file.0, &bytes).unwrap();
        match read(&file.0) {
            Ok(done) => {
                let good = lengths[1..].iter().filter(|&&length| length <= at).count();
                assert!(at >= lengths[0]);
                assert_eq!(done.len(), good, "{at}");
            }
            Err(error) => {
                assert!(at < lengths[0], "{at}: {error}");
                assert_eq!(std::fs::read(&file.0).unwrap(), bytes, "a file that is refused stays as it is");
            }
        }
    }
}

#[test]
fn other_files_are_refused() {
    let file = TestFile::new("refused");
    let refuses = |bytes: &[u8], words: &str| {
        std::fs::write(&file.0, bytes).unwrap();
        let error = read(&file.0).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert_eq!(std::fs::read(&file.0).unwrap(), bytes);
    };
    refuses(b"a,b,score\n", "beginning of the checkpoint is of another file");
    refuses(b"matcher links 2 10 00000000\n", "of version 2");
    refuses(b"matcher links 1 99999999999999999999 00000000\n{}", "its header does not check");
    refuses(b"matcher links 1 2 ffffffff\n[]\n", "its header does not check");
    written(&file.0, &[5]);
    let other = Work::default().and("kind", "dna").and("gallery", "of 100, \"digest\" 12\u{e9}");
    let error = Checkpoint::open(&file.0, &other, SUBJECTS, |_| {}).unwrap_err().to_string();
    assert!(error.ends_with(
        "kind is fingerprint, expected dna: the checkpoint is of other work, choose another file"
    ));
    let folder = Checkpoint::open(&std::env::temp_dir(), &work(), SUBJECTS, |_| {});
    assert!(matches!(folder, Err(Error::Io { .. })));
}

#[test]
fn one_process_at_a_time() {
    let file = TestFile::new("locked");
    let held = Checkpoint::open(&file.0, &work(), SUBJECTS, |_| {}).unwrap();
    assert!(matches!(read(&file.0), Err(Error::InUse { .. })));
    drop(held);
    assert!(read(&file.0).unwrap().is_empty());
}

#[test]
fn a_record_that_checks_and_cannot_be_is_damage() {
    let file = TestFile::new("impossible");
    let mut wrong = [some(20), some(5), some(101), some(20), some(20)];
    wrong[0].links[0].b = SUBJECTS;
    wrong[3].links[0].a = 3; // done before
    wrong[4].links[0].score = f64::NAN;
    for wrong in wrong {
        written(&file.0, &[10]);
        Checkpoint::open(&file.0, &work(), SUBJECTS, |_| {}).unwrap().append(&wrong).unwrap();
        assert!(matches!(read(&file.0), Err(Error::Damaged { .. })), "{wrong:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), start in 0u32..120) {
        let _ = Done::of_bytes(&bytes, start, SUBJECTS);
        let file = TestFile::new("hostile");
        let length = written(&file.0, &[10])[0];
        let mut all = std::fs::read(&file.0).unwrap();
        all.truncate(length);
        all.extend_from_slice(&bytes);
        std::fs::write(&file.0, &all).unwrap();
        let _ = read(&file.0);
        std::fs::write(&file.0, [b"matcher links 1 ", &*bytes].concat()).unwrap();
        let _ = read(&file.0);
    }
}
