use super::*;
use crate::fingerprint::matcher::DECISION_THRESHOLD;
use crate::fingerprint::{Algorithm, FingerPosition, Template};
use crate::gallery::{Access, Asker, Enrolment, SubjectId};
use crate::search::{DuplicateStages, Options, search};
use crate::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use crate::work::{Progress, Threads, Watch};
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Small enough that a small gallery has several ranges and tiles.
const SMALL: Engine = Engine { level: Level::Scalar, rows: 3, columns: 4, in_full: [2, 3] };

/// Subjects with one print and with several, of known fingers and unknown ones, some of them twice.
static PEOPLE: LazyLock<Vec<(&str, Vec<Template>)>> = LazyLock::new(|| {
    use FingerPosition::{LeftIndex, RightIndex, RightThumb, Unknown};
    let simulator = FingerSimulator::new(5, FingerprintConfig::default()).unwrap();
    let print = |finger, impression: usize, position| {
        let print = simulator.impressions(finger, 3).remove(impression);
        print.into_builder().finger_position(position).build().unwrap().template
    };
    vec![
        ("mike", vec![print(1, 0, RightIndex), print(2, 0, LeftIndex)]),
        ("alpha", vec![print(1, 1, RightIndex), print(2, 1, LeftIndex), print(1, 2, RightIndex)]),
        ("zulu", vec![print(3, 0, Unknown)]),
        ("echo", vec![print(3, 1, Unknown), print(4, 0, Unknown)]),
        ("golf", vec![print(5, 0, RightThumb)]),
        ("hotel", vec![print(5, 1, RightIndex)]),
        ("nobody", vec![Template::builder().build().unwrap().template]),
        ("without", vec![]),
        ("tango", vec![print(6, 0, RightIndex)]),
        ("delta", vec![print(6, 1, RightIndex)]),
        ("oscar", vec![print(6, 2, Unknown)]),
    ]
});

fn id(text: &str) -> SubjectId {
    SubjectId::new(text).unwrap()
}

fn gallery_of<'p>(people: impl IntoIterator<Item = &'p (&'p str, Vec<Template>)>, segment: usize) -> Gallery {
    let mut gallery = Gallery::in_segments(&Algorithm::standard(), segment);
    for (name, prints) in people {
        gallery.enrol(id(name), prints.clone()).unwrap();
    }
    gallery
}

fn gallery() -> Gallery {
    gallery_of(&*PEOPLE, 4096)
}

/// What a search of every subject among those with greater ids finds: `a`, `b`, score, fingers.
fn by_search(gallery: &Gallery, positions: Positions) -> Vec<(String, String, f64, usize)> {
    let ids = gallery.subjects().unwrap();
    let mut all = Vec::new();
    for (k, a) in ids.iter().enumerate() {
        let prints = gallery.get(a).unwrap().fingerprints().to_vec();
        if prints.is_empty() {
            continue;
        }
        let exclude = ids[..=k].iter().cloned().collect();
        let options =
            Options { mode: Mode::Exhaustive, limit: 100, exclude, positions, ..Options::default() };
        let answer = search(gallery, &prints, &options).unwrap();
        all.extend(answer.candidates.into_iter().map(|candidate| {
            let b = candidate.subject_id.to_string();
            (a.to_string(), b, candidate.score, candidate.evidence.len())
        }));
    }
    all.sort_by(|a, b| b.2.total_cmp(&a.2).then_with(|| (&a.0, &a.1).cmp(&(&b.0, &b.1))));
    all
}

fn rows_of(links: &Links) -> Vec<(String, String, f64, usize)> {
    links.edges.iter().map(|link| (link.a.clone(), link.b.clone(), link.score, link.agreeing)).collect()
}

/// A file that is gone when the test ends.
struct TestFile(PathBuf);

impl TestFile {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("matcher-duplicates-{name}-{}", std::process::id())))
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn with_checkpoint(gallery: &Gallery, path: &Path, engine: Engine) -> Result<Links> {
    find(gallery, &DuplicateOptions { checkpoint: Some(path), ..DuplicateOptions::default() }, engine)
}

#[test]
fn every_pair_has_the_score_of_a_search() {
    let gallery = gallery();
    for positions in [Positions::Same, Positions::Any] {
        let expected = by_search(&gallery, positions);
        // Any score counts, and every pair of prints comes through.
        let stages = DuplicateStages { relaxed: 0, ..DuplicateStages::default() };
        for mode in [Mode::Fast, Mode::Exhaustive] {
            let min_score = Some(f64::MIN_POSITIVE);
            let options =
                DuplicateOptions { min_score, positions, mode, stages, ..DuplicateOptions::default() };
            let links = find(&gallery, &options, SMALL).unwrap();
            assert_eq!(rows_of(&links), expected, "{mode:?} {positions:?}");
            assert_eq!((links.searched, links.not_comparable, links.not_searched), (9, 2, 0));
            assert_eq!((links.pairs, links.pairs_searched, links.complete), (36, 36, true));
            assert_eq!((links.found, links.stages.is_some()), (expected.len(), mode == Mode::Fast));
        }
        let links = find(&gallery, &DuplicateOptions { positions, ..DuplicateOptions::default() }, SMALL);
        let reach = |row: &&(String, String, f64, usize)| row.2 >= DECISION_THRESHOLD * row.3 as f64;
        let expected: Vec<_> = expected.iter().filter(reach).cloned().collect();
        assert_eq!(rows_of(&links.unwrap()), expected);
        let pair = |a: &str, b: &str| expected.iter().any(|row| row.0 == a && row.1 == b);
        assert!(pair("alpha", "mike") && pair("echo", "zulu") && pair("delta", "tango"));
        assert_eq!(pair("golf", "hotel"), positions == Positions::Any, "a thumb against an index finger");
    }
}

#[test]
fn nothing_depends_on_order_layout_threads_or_division() {
    let expected = find(&gallery(), &DuplicateOptions::default(), SMALL).unwrap();
    assert_eq!(expected.edges.len(), 5);
    let agrees = |gallery: &Gallery, threads, engine| {
        let options = DuplicateOptions { threads, ..DuplicateOptions::default() };
        assert_eq!(find(gallery, &options, engine).unwrap(), expected);
    };
    let engines = [
        Engine::standard(),
        Engine { rows: 1, columns: 1, ..SMALL },
        Engine { rows: 100, columns: 2, ..SMALL },
        Engine { rows: 2, columns: 100, level: Level::active(), ..SMALL },
    ];
    for (engine, threads) in engines.into_iter().zip([1, 2, 3, 0]) {
        agrees(&gallery(), Threads::new(threads), engine);
    }
    agrees(&gallery_of(PEOPLE.iter().rev(), 1), Threads::new(2), SMALL);
    let mut again = gallery_of(PEOPLE.iter().skip(4).chain(PEOPLE.iter().take(4)), 2);
    for name in ["tango", "mike"] {
        again.remove(&id(name)).unwrap();
    }
    for (name, prints) in PEOPLE.iter().filter(|(name, _)| ["tango", "mike"].contains(name)) {
        again.enrol(id(name), prints.clone()).unwrap();
    }
    agrees(&again, Threads::ONE, SMALL);
}

#[test]
fn the_sample_draws_the_line_and_depends_on_ids_alone() {
    // So small a sample and share that only the best pass.
    let stages = DuplicateStages { sample: 4, code_least: 1, code_share: 0.05, ..DuplicateStages::default() };
    let options = || DuplicateOptions { stages, ..DuplicateOptions::default() };
    let links = find(&gallery(), &options(), SMALL).unwrap();
    let counts = links.stages.unwrap();
    assert!(counts.code_passed < counts.prints && counts.code_passed > 0, "{counts:?}");
    let other = gallery_of(PEOPLE.iter().rev(), 3);
    assert_eq!(find(&other, &options(), Engine { rows: 50, columns: 1, ..SMALL }).unwrap(), links);
}

#[test]
fn who_may_not_be_seen_changes_nothing() {
    let open = |(name, _): &&(&str, Vec<Template>)| !["alpha", "zulu"].contains(name);
    let without = find(&gallery_of(PEOPLE.iter().filter(open), 4096), &DuplicateOptions::default(), SMALL);
    let without = without.unwrap();
    let mut gallery = Gallery::in_memory();
    for person @ (name, prints) in &*PEOPLE {
        let access =
            if open(&person) { Access::default() } else { Access::default().visible_to(["BE"]).unwrap() };
        let subject = Enrolment::new(id(name)).fingerprints(prints.clone()).access(access);
        gallery.enrol_many(vec![subject], Threads::ONE).unwrap();
    }
    assert_eq!(find(&gallery, &DuplicateOptions::default(), SMALL).unwrap(), without);
    let exclude = ["alpha", "zulu", "nobody at all"].map(str::to_owned).into();
    let asker = Asker::viewer("BE");
    let all =
        find(&gallery, &DuplicateOptions { asker: asker.clone(), ..DuplicateOptions::default() }, SMALL);
    assert_eq!(all.unwrap(), find(&self::gallery(), &DuplicateOptions::default(), SMALL).unwrap());
    let left = find(&gallery, &DuplicateOptions { exclude, asker, ..DuplicateOptions::default() }, SMALL);
    assert_eq!(left.unwrap(), without);
}

#[test]
fn the_best_are_listed_and_all_are_counted() {
    let all = find(&gallery(), &DuplicateOptions::default(), SMALL).unwrap();
    for limit in [0, 2] {
        let some =
            find(&gallery(), &DuplicateOptions { limit, ..DuplicateOptions::default() }, SMALL).unwrap();
        assert_eq!((some.edges.as_slice(), some.found), (&all.edges[..limit], all.found));
    }
    let high = all.edges[1].score;
    let options = DuplicateOptions { min_score: Some(high), ..DuplicateOptions::default() };
    assert_eq!(find(&gallery(), &options, SMALL).unwrap().found, 2);
    let wrong = DuplicateOptions { min_score: Some(f64::NAN), ..DuplicateOptions::default() };
    let error = find(&gallery(), &wrong, SMALL).unwrap_err().to_string();
    assert_eq!(error, "duplicates: min_score is NaN, expected a number");
}

#[test]
fn few_subjects_or_none() {
    for count in 0..2 {
        let links = find(&gallery_of(PEOPLE.iter().take(count), 4096), &DuplicateOptions::default(), SMALL);
        let links = links.unwrap();
        assert_eq!((links.searched, links.pairs, links.complete), (count, 0, true));
        assert!(links.edges.is_empty() && links.clusters(None).is_empty());
    }
    let file = TestFile::new("empty");
    let empty = Gallery::in_memory();
    assert_eq!(
        with_checkpoint(&empty, &file.0, SMALL).unwrap(),
        with_checkpoint(&empty, &file.0, SMALL).unwrap()
    );
}

#[test]
fn work_goes_on_from_wherever_its_file_ends() {
    let (gallery, file) = (gallery(), TestFile::new("cut"));
    let expected = find(&gallery, &DuplicateOptions::default(), SMALL).unwrap();
    assert_eq!(with_checkpoint(&gallery, &file.0, SMALL).unwrap(), expected);
    let whole = std::fs::read(&file.0).unwrap();
    let cuts = (0..whole.len()).step_by(41).chain([whole.len() - 1, whole.len()]);
    for cut in cuts {
        std::fs::write(&file.0, &whole[..cut]).unwrap();
        assert_eq!(with_checkpoint(&gallery, &file.0, SMALL).unwrap(), expected, "cut at {cut}");
        assert_eq!(std::fs::read(&file.0).unwrap(), whole, "cut at {cut}");
    }
    // Under any other division, and of a gallery that is laid out otherwise.
    std::fs::write(&file.0, &whole[..whole.len() * 2 / 3]).unwrap();
    let other = gallery_of(PEOPLE.iter().rev(), 2);
    assert_eq!(with_checkpoint(&other, &file.0, Engine::standard()).unwrap(), expected);
}

#[test]
fn work_that_is_done_is_not_done_again() {
    let (gallery, file) = (gallery(), TestFile::new("done"));
    with_checkpoint(&gallery, &file.0, SMALL).unwrap();
    let (first, calls) = (AtomicUsize::new(usize::MAX), AtomicUsize::new(0));
    let progress = |progress: Progress| {
        assert_eq!(progress.total, 36);
        first.fetch_min(progress.done, Ordering::Relaxed);
        calls.fetch_add(1, Ordering::Relaxed);
    };
    let watch = Watch { progress: Some(&progress), cancel: None };
    let options = DuplicateOptions { checkpoint: Some(&file.0), watch, ..DuplicateOptions::default() };
    let links = find(&gallery, &options, SMALL).unwrap();
    assert_eq!((first.into_inner(), calls.into_inner(), links.pairs_searched), (36, 1, 36));
}

#[test]
fn what_is_stopped_says_so_and_goes_on() {
    let (gallery, file) = (gallery(), TestFile::new("stopped"));
    let expected = find(&gallery, &DuplicateOptions::default(), SMALL).unwrap();
    for mode in [Mode::Fast, Mode::Exhaustive] {
        let _ = std::fs::remove_file(&file.0);
        let mut rounds = 0;
        loop {
            let (cancel, start) = (AtomicBool::new(false), AtomicUsize::new(usize::MAX));
            let progress = |progress: Progress| {
                let start = start.fetch_min(progress.done, Ordering::Relaxed).min(progress.done);
                cancel.fetch_or(progress.done > start + 15, Ordering::Relaxed); // more than any range has
            };
            let options = DuplicateOptions {
                mode,
                threads: Threads::ONE,
                checkpoint: Some(&file.0),
                watch: Watch { progress: Some(&progress), cancel: Some(&cancel) },
                ..DuplicateOptions::default()
            };
            let links = find(&gallery, &options, SMALL).unwrap();
            assert_eq!(links.searched + links.not_searched, 9);
            assert_eq!(links.complete, links.not_searched == 0);
            assert_eq!(links.complete, links.pairs_searched == links.pairs);
            if links.complete {
                assert_eq!(links.edges, expected.edges);
                break;
            }
            rounds += 1;
            assert!(rounds < 20);
        }
        assert!(rounds > 0);
    }
    let late = DuplicateOptions { deadline: Some(Duration::ZERO), ..DuplicateOptions::default() };
    let nothing = find(&gallery, &late, SMALL).unwrap();
    assert_eq!(
        (nothing.complete, nothing.searched, nothing.not_searched, nothing.pairs_searched),
        (false, 0, 9, 0)
    );
}

#[test]
fn a_checkpoint_of_other_work_is_refused_and_left_alone() {
    let (gallery, file) = (gallery(), TestFile::new("other"));
    with_checkpoint(&gallery, &file.0, SMALL).unwrap();
    let before = std::fs::read(&file.0).unwrap();
    let refused = |gallery: &Gallery, options: DuplicateOptions<'_>, field: &str| {
        let options = DuplicateOptions { checkpoint: Some(&file.0), ..options };
        match find(gallery, &options, SMALL) {
            Err(Error::Invalid(problem)) => {
                assert_eq!(problem.field, field, "{problem}");
                assert!(problem.to_string().contains("choose another file"), "{problem}");
            }
            other => panic!("{field}: {other:?}"),
        }
    };
    let changed = || DuplicateOptions::default();
    refused(&gallery, DuplicateOptions { min_score: Some(50.0), ..changed() }, "min_score");
    refused(&gallery, DuplicateOptions { limit: 3, ..changed() }, "limit");
    refused(&gallery, DuplicateOptions { mode: Mode::Exhaustive, ..changed() }, "mode");
    refused(&gallery, DuplicateOptions { positions: Positions::Any, ..changed() }, "positions");
    let stages = DuplicateStages { relaxed: 1, ..DuplicateStages::default() };
    refused(&gallery, DuplicateOptions { stages, ..changed() }, "stages");
    let asker = Asker::viewer("BE");
    refused(&gallery, DuplicateOptions { asker, ..changed() }, "viewer, tags and excluded ids");
    refused(&gallery_of(PEOPLE.iter().skip(1), 4096), changed(), "gallery");
    // The same ids, and a print that is another one.
    let mut people = PEOPLE.clone();
    people[4].1 = people[5].1.clone();
    refused(&gallery_of(&people, 4096), changed(), "gallery");
    assert_eq!(std::fs::read(&file.0).unwrap(), before);
}
