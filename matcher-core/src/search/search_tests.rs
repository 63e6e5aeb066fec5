//! What a fast search promises: the same answer on every way through the gallery, and none that an exhaustive one lacks.

use super::*;
use crate::fingerprint::{Algorithm, Config, FingerPosition, Minutia, Model};
use crate::gallery::SubjectId;
use crate::search::{Cascade, Positions};
use crate::simd::Level;
use crate::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use crate::units::Angle;
use crate::work::{Threads, Watch};
use proptest::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const FINGERS: [FingerPosition; 3] =
    [FingerPosition::RightIndex, FingerPosition::LeftIndex, FingerPosition::Unknown];
/// A cascade that lets few prints of a small gallery pass.
const NARROW: Cascade = Cascade {
    radius: 56,
    averaged: 8,
    code_share: 0.2,
    code_least: 5,
    relaxed_share: 0.08,
    relaxed_least: 3,
    subject_code_share: 0.2,
    subject_code_least: 5,
    subject_relaxed_share: 0.08,
    subject_relaxed_least: 3,
    subject_minutiae: 0,
    subject_rotation: Some(Angle::from_fraction(1, 16)),
    subject_radius: 56,
};

fn simulator() -> FingerSimulator {
    FingerSimulator::new(11, FingerprintConfig::default()).unwrap()
}

/// Subjects with one finger each, every third of another position, and one with all three.
fn subjects(n: u64) -> Vec<(SubjectId, Vec<Template>)> {
    let simulator = simulator();
    let one = |k: u64| {
        let fingers = if k == 4 { &FINGERS[..] } else { &FINGERS[k as usize % 3..=k as usize % 3] };
        let prints = simulator.subject(k, fingers).impressions(0).collect();
        (SubjectId::new(&format!("S{k:03}")).unwrap(), prints)
    };
    (0..n).map(one).collect()
}

fn gallery(subjects: Vec<(SubjectId, Vec<Template>)>, segment: usize) -> Gallery {
    let mut gallery = Gallery::in_segments(&Algorithm::standard(), segment);
    gallery.enrol_many(subjects, Threads::All).unwrap();
    gallery
}

fn probe(subject: u64) -> Vec<Template> {
    let finger = subject as usize % 3;
    simulator().subject(subject, &FINGERS[finger..=finger]).impressions(1).collect()
}

fn narrow<'a>() -> Options<'a> {
    Options { cascade: NARROW, positions: Positions::Any, threads: Threads::ONE, ..Options::default() }
}

fn answer(gallery: &Gallery, probe: &[Template], options: &Options<'_>, engine: Engine) -> CandidateList {
    let query = Query::new(gallery, probe, options.positions).unwrap();
    run(gallery, &[query], options, engine).unwrap().pop().unwrap()
}

#[test]
fn nothing_depends_on_threads_order_segments_pieces_or_level() {
    let all = subjects(60);
    let expected = answer(&gallery(all.clone(), 4096), &probe(7), &narrow(), Engine::standard());
    let report = expected.cascade.clone().unwrap();
    assert!(report.compared < 60 && report.stages[0].prints == 62, "{report:?}");
    assert_eq!(expected.candidates[0].subject_id.as_str(), "S007");
    let mut reversed = all.clone();
    reversed.reverse();
    for (subjects, segment) in [(&all, 1), (&all, 7), (&reversed, 4096), (&reversed, 5)] {
        let gallery = gallery(subjects.clone(), segment);
        for level in Level::present() {
            for (threads, piece) in [(1, 2048), (2, 3), (7, 1)] {
                let options = Options { threads: Threads::new(threads), ..narrow() };
                let got = answer(&gallery, &probe(7), &options, Engine { level, piece });
                assert_eq!(
                    got, expected,
                    "{level}, {threads} threads, segments of {segment}, pieces of {piece}"
                );
            }
        }
    }
}

#[test]
fn all_pass_in_a_small_gallery() {
    let gallery = gallery(subjects(40), 16);
    for probe in [probe(3), probe(4), [probe(3), probe(5)].concat()] {
        for positions in [Positions::Same, Positions::Any] {
            let of =
                |mode| search(&gallery, &probe, &Options { mode, positions, ..Options::default() }).unwrap();
            let (fast, exhaustive) = (of(Mode::Fast), of(Mode::Exhaustive));
            assert_eq!(fast.cascade.as_ref().unwrap().loss, Some(0.0));
            assert_eq!((fast.mode, exhaustive.mode), (Mode::Fast, Mode::Exhaustive));
            assert_eq!(CandidateList { mode: Mode::Exhaustive, cascade: None, ..fast }, exhaustive);
        }
    }
}

#[test]
fn what_is_listed_has_the_score_of_an_exhaustive_search() {
    let gallery = gallery(subjects(60), 16);
    let options = Options { limit: 60, ..narrow() };
    let fast = search(&gallery, &probe(9), &options).unwrap();
    let exhaustive = search(&gallery, &probe(9), &Options { mode: Mode::Exhaustive, ..options }).unwrap();
    assert!(fast.candidates.len() < exhaustive.candidates.len());
    assert_eq!(fast.cascade.as_ref().unwrap().loss, None, "not measured for these parameters");
    for candidate in &fast.candidates {
        let same = exhaustive.candidates.iter().find(|c| c.subject_id == candidate.subject_id).unwrap();
        assert_eq!((candidate.score, &candidate.evidence), (same.score, &same.evidence));
    }
    assert_eq!(fast.candidates[0], exhaustive.candidates[0]);
    assert_eq!(
        (fast.searched, fast.not_comparable, fast.not_searched),
        (exhaustive.searched, exhaustive.not_comparable, exhaustive.not_searched)
    );
}

#[test]
fn many_searches_are_the_single_ones() {
    let gallery = gallery(subjects(50), 16);
    let probes: Vec<Vec<Template>> = (0..12).map(|k| [probe(k), probe(k + 1)].concat()).collect();
    for mode in [Mode::Fast, Mode::Exhaustive] {
        let options = Options { mode, ..narrow() };
        let single: Vec<_> = probes.iter().map(|probe| search(&gallery, probe, &options).unwrap()).collect();
        assert_eq!(search_many(&gallery, &probes, &options).unwrap(), single);
    }
    assert_eq!(search_many(&gallery, &probes[..0], &narrow()).unwrap(), []);
}

#[test]
fn ties_pass_together_and_rank_by_id() {
    let print = probe(1);
    let twins: Vec<_> =
        (0..30).map(|k| (SubjectId::new(&format!("T{k:02}")).unwrap(), print.clone())).collect();
    let answer = search(&gallery(twins, 7), &print, &Options { limit: 4, ..narrow() }).unwrap();
    let stages = &answer.cascade.as_ref().unwrap().stages[0];
    assert_eq!((stages.code_passed, stages.relaxed_passed), (30, 30));
    let ids: Vec<_> = answer.candidates.iter().map(|c| c.subject_id.as_str()).collect();
    assert_eq!(ids, ["T00", "T01", "T02", "T03"]);
}

#[test]
fn who_is_left_out_changes_nothing_for_the_others() {
    let all = subjects(60);
    let without: Vec<_> = all.iter().filter(|(id, _)| id.as_str() != "S007").cloned().collect();
    let options = Options { exclude: [SubjectId::new("S007").unwrap()].into(), ..narrow() };
    let expected = search(&gallery(without, 16), &probe(7), &narrow()).unwrap();
    assert_eq!(search(&gallery(all, 16), &probe(7), &options).unwrap(), expected);
}

#[test]
fn time_that_is_up_and_a_cancel_leave_nobody_uncounted() {
    let gallery = gallery(subjects(60), 16);
    let whole = search(&gallery, &probe(7), &Options { positions: Positions::Same, ..narrow() }).unwrap();
    let cancel = AtomicBool::new(true);
    let watch = Watch { cancel: Some(&cancel), ..Watch::default() };
    for mode in [Mode::Fast, Mode::Exhaustive] {
        let up = Options { mode, deadline: Some(Duration::ZERO), ..narrow() };
        for options in [up, Options { mode, watch, ..narrow() }] {
            let stopped = search(&gallery, &probe(7), &options).unwrap();
            assert!(!stopped.complete && stopped.candidates.is_empty());
            assert_eq!((stopped.searched, stopped.not_searched), (0, 60));
        }
    }
    let same = Options { positions: Positions::Same, deadline: Some(Duration::ZERO), ..narrow() };
    let stopped = search(&gallery, &probe(7), &same).unwrap();
    assert_eq!(
        stopped.not_searched, whole.searched,
        "those of other fingers are not comparable, searched or not"
    );
}

#[test]
fn a_search_that_was_stopped_counts_those_it_compared_and_promises_nothing() {
    let gallery = gallery(subjects(60), 16);
    let cancel = AtomicBool::new(false);
    // The third stage begins at three quarters; it is told to stop after its first piece.
    let progress = |p: crate::work::Progress| cancel.store(p.done > 45, Ordering::Relaxed);
    let watch = Watch { progress: Some(&progress), cancel: Some(&cancel) };
    let options = Options { positions: Positions::Any, threads: Threads::ONE, watch, ..Options::default() };
    let stopped = search(&gallery, &probe(7), &options).unwrap();
    let report = stopped.cascade.unwrap();
    assert!(!stopped.complete && report.stages[0].relaxed_passed == 62, "{report:?}");
    assert!(report.compared > 0 && report.compared < 60, "{report:?}");
    assert_eq!((stopped.searched, stopped.not_searched), (report.compared, 60 - report.compared));
    assert_eq!(report.loss, None);
}

#[test]
fn progress_ends_at_all_subjects() {
    use std::sync::Mutex;
    let gallery = gallery(subjects(61), 16);
    let seen = Mutex::new(Vec::new());
    let progress = |p: crate::work::Progress| seen.lock().unwrap().push((p.done, p.total));
    for (mode, probes) in [(Mode::Fast, 1), (Mode::Fast, 3), (Mode::Exhaustive, 2)] {
        let watch = Watch { progress: Some(&progress), ..Watch::default() };
        let probes = vec![probe(7); probes];
        search_many(&gallery, &probes, &Options { mode, watch, ..narrow() }).unwrap();
        let seen = std::mem::take(&mut *seen.lock().unwrap());
        let total = 61 * probes.len();
        assert_eq!(seen.last(), Some(&(total, total)));
        assert!(seen.is_sorted());
    }
}

#[test]
fn a_known_finger_is_searched_among_its_own() {
    let gallery = gallery(subjects(60), 16);
    let options = Options { positions: Positions::Same, ..narrow() };
    let answer = search(&gallery, &probe(6), &options).unwrap(); // a right index finger
    // Right index and unknown fingers, and the subject who has all three.
    assert_eq!((answer.searched, answer.not_comparable), (41, 19));
    assert_eq!(answer.cascade.unwrap().stages[0].prints, 42);
    let answer = search(&gallery, &probe(8), &options).unwrap(); // of an unknown finger
    assert_eq!((answer.searched, answer.cascade.unwrap().stages[0].prints), (60, 62));
}

#[test]
fn a_limited_rotation_shuts_out_what_is_turned_further() {
    let gallery = gallery(subjects(60), 16);
    let limited = |degrees| Options { max_rotation: Angle::from_degrees(degrees), ..narrow() };
    let within = search(&gallery, &probe(7), &limited(90.0)).unwrap();
    assert_eq!(within.candidates[0].subject_id.as_str(), "S007");
    let half = search(&gallery, &probe(7), &limited(180.0)).unwrap();
    assert_eq!(half.candidates, search(&gallery, &probe(7), &narrow()).unwrap().candidates);
    let threshold = |list: &CandidateList| list.cascade.as_ref().unwrap().stages[0].code_threshold;
    assert!(threshold(&within) < threshold(&half));
}

#[test]
fn a_probe_with_few_minutiae_is_searched_all_the_same() {
    let gallery = gallery(subjects(40), 16);
    let whole = &probe(7)[0];
    for minutiae in 0..6 {
        let some = whole.minutiae().iter().take(minutiae).map(|m| Minutia { ..*m });
        let few = some.fold(Template::builder(), crate::fingerprint::TemplateBuilder::minutia);
        let few = few.build().unwrap().template;
        let answer = search(&gallery, &[few], &narrow()).unwrap();
        assert!(answer.complete);
        assert_eq!(answer.searched + answer.not_comparable, 40);
    }
}

#[test]
fn a_method_without_search_codes_is_searched_exhaustively_and_says_so() {
    let algorithm = Algorithm::with_model(&Config::default(), &Model::untrained()).unwrap();
    let mut gallery = Gallery::with(&algorithm);
    gallery.enrol_many(subjects(10), Threads::All).unwrap();
    let answer = search(&gallery, &probe(7), &Options::default()).unwrap();
    assert_eq!((answer.mode, &answer.cascade), (Mode::Exhaustive, &None));
}

#[test]
fn parameters_out_of_range_are_named() {
    let cascade = Cascade { code_share: f64::NAN, ..Cascade::default() };
    let error =
        search(&gallery(vec![], 1), &probe(1), &Options { cascade, ..Options::default() }).unwrap_err();
    assert_eq!(error.to_string(), "cascade: code_share is NaN, expected 0 to 1");
}

#[test]
fn a_clone_is_searched_while_the_other_enrols() {
    let mut one = gallery(subjects(40), 16);
    let before = search(&one, &probe(7), &narrow()).unwrap();
    let other = one.clone();
    let more = subjects(80).split_off(40);
    one.enrol_many(more, Threads::All).unwrap();
    one.remove(&SubjectId::new("S007").unwrap()).unwrap();
    assert_eq!(search(&other, &probe(7), &narrow()).unwrap(), before);
    assert_eq!(search(&one, &probe(7), &narrow()).unwrap().searched, 79);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever was taken out and enrolled again, in whatever order: the answer is that of a gallery made at once.
    #[test]
    fn taking_out_and_enrolling_again_leaves_no_trace(
        moves in prop::collection::vec(0usize..30, 0..40), segment in 1usize..9,
    ) {
        let all = subjects(30);
        let mut changed = gallery(all.clone(), segment);
        let mut enrolled = vec![true; 30];
        for k in moves {
            if enrolled[k] {
                changed.remove(&all[k].0).unwrap();
            } else {
                changed.enrol(all[k].0.clone(), all[k].1.clone()).unwrap();
            }
            enrolled[k] = !enrolled[k];
        }
        let left = all.iter().zip(&enrolled).filter(|(_, there)| **there).map(|(subject, _)| subject.clone());
        let expected = search(&gallery(left.collect(), 4096), &probe(7), &narrow()).unwrap();
        prop_assert_eq!(search(&changed, &probe(7), &narrow()).unwrap(), expected);
    }
}
