//! What a search with several prints of one person promises.

use super::*;
use crate::fingerprint::FingerPosition::{self, LeftIndex, LeftThumb, RightIndex, RightThumb, Unknown};
use crate::fingerprint::{Algorithm, Minutia, Template, TemplateBuilder};
use crate::gallery::{Gallery, SubjectId};
use crate::search::cascade::Effort;
use crate::search::{Candidate, CandidateList, Cascade, Mode, Options, Positions, SubjectStages, search};
use crate::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use crate::units::{Angle, Pixels};
use crate::work::{Progress, Threads, Watch};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const FINGERS: [FingerPosition; 4] = [RightThumb, RightIndex, LeftThumb, LeftIndex];
/// Lets few subjects of a small gallery pass.
const NARROW: fn() -> Cascade = || Cascade {
    subject_code_share: 0.3,
    subject_code_least: 4,
    subject_relaxed_share: 0.1,
    subject_relaxed_least: 3,
    subject_minutiae: 0,
    code_least: 4,
    relaxed_least: 3,
    ..Cascade::default()
};

fn simulator() -> FingerSimulator {
    FingerSimulator::new(23, FingerprintConfig::default()).unwrap()
}

fn prints(subject: u64, fingers: &[FingerPosition], impression: u32) -> Vec<Template> {
    simulator().subject(subject, fingers).impressions(impression).collect()
}

fn moved_to(print: &Template, position: FingerPosition) -> Template {
    let minutiae = print.minutiae().iter().map(|m| Minutia { ..*m });
    let builder = minutiae.fold(Template::builder(), TemplateBuilder::minutia);
    builder.finger_position(position).build().unwrap().template
}

fn id(k: u64) -> SubjectId {
    SubjectId::new(&format!("S{k:02}")).unwrap()
}

/// Most have all fingers, in one order or another; some lack one, have one twice, or one of an unknown position.
fn people(n: u64) -> Vec<(SubjectId, Vec<Template>)> {
    let one = |k: u64| {
        let mut all = prints(k, &FINGERS, 0);
        match k % 5 {
            1 => all.truncate(3),
            2 => all.extend(prints(k, &FINGERS[1..2], 2)),
            3 => all[2] = moved_to(&all[2], Unknown),
            4 => all.reverse(),
            _ => {}
        }
        (id(k), all)
    };
    (0..n).map(one).collect()
}

fn gallery(people: Vec<(SubjectId, Vec<Template>)>, segment: usize) -> Gallery {
    let mut gallery = Gallery::in_segments(&Algorithm::standard(), segment);
    gallery.enrol_many(people, Threads::All).unwrap();
    gallery
}

fn narrow<'a>() -> Options<'a> {
    Options { cascade: NARROW(), threads: Threads::ONE, limit: 100, ..Options::default() }
}

/// Who is listed with which score.
fn ranking(list: &CandidateList) -> Vec<(&str, f64)> {
    list.candidates.iter().map(|c| (c.subject_id.as_str(), c.score)).collect()
}

fn of(list: &CandidateList, subject: u64) -> Option<&Candidate> {
    list.candidates.iter().find(|c| c.subject_id == id(subject))
}

#[test]
fn where_all_pass_it_is_the_exhaustive_search() {
    let gallery = gallery(people(10), 7);
    let mut unknown = prints(4, &FINGERS, 1);
    unknown[1] = moved_to(&unknown[1], Unknown);
    let doubled = [prints(2, &FINGERS, 1), prints(2, &FINGERS[..2], 3)].concat();
    for probe in [prints(3, &FINGERS, 1), prints(7, &FINGERS[1..3], 1), unknown, doubled] {
        for positions in [Positions::Same, Positions::Any] {
            let list = |mode| {
                let options = Options { mode, positions, limit: 100, ..Options::default() };
                search(&gallery, &probe, &options).unwrap()
            };
            let fast = list(Mode::Fast);
            let report = fast.cascade.clone().unwrap();
            assert_eq!((report.loss, report.stages.len()), (Some(0.0), 0));
            let stages = report.subjects.unwrap();
            assert_eq!((stages.subjects, stages.relaxed_passed, report.compared), (10, 10, 10));
            assert_eq!(
                CandidateList { mode: Mode::Exhaustive, cascade: None, ..fast },
                list(Mode::Exhaustive)
            );
        }
    }
}

#[test]
fn few_subjects_are_compared_and_the_mate_is_among_them() {
    let gallery = gallery(people(30), 16);
    for positions in [Positions::Same, Positions::Any] {
        for subject in [1, 2, 3] {
            let options = Options { positions, ..narrow() };
            let list = search(&gallery, &prints(subject, &FINGERS, 1), &options).unwrap();
            assert_eq!(list.candidates[0].subject_id, id(subject));
            let report = list.cascade.as_ref().unwrap();
            let stages = report.subjects.as_ref().unwrap();
            assert_eq!((stages.fingers, stages.subjects, stages.code_passed), (4, 30, 9));
            assert_eq!((stages.relaxed_passed, report.compared, report.loss), (3, 3, None));
            assert_eq!(stages.prints.len(), 8, "each of four with any rotation, and with a small one");
            assert!(stages.relaxed_threshold > 0);
            let exhaustive = search(
                &gallery,
                &prints(subject, &FINGERS, 1),
                &Options { mode: Mode::Exhaustive, ..options },
            );
            let exhaustive = exhaustive.unwrap();
            assert_eq!(list.candidates[0], exhaustive.candidates[0]);
            assert_eq!(
                (list.searched, list.not_comparable),
                (exhaustive.searched, exhaustive.not_comparable)
            );
        }
    }
}

#[test]
fn nothing_depends_on_order_segments_or_threads() {
    let people = people(24);
    let mut unknown = prints(9, &FINGERS, 1);
    unknown[3] = moved_to(&unknown[3], Unknown);
    unknown.push(moved_to(&prints(11, &FINGERS, 1)[0], Unknown));
    for positions in [Positions::Same, Positions::Any] {
        let options = Options { positions, ..narrow() };
        let whole = gallery(people.clone(), 4096);
        let expected = search(&whole, &unknown, &options).unwrap();
        let mut reversed = people.clone();
        reversed.reverse();
        for (people, segment, threads) in [(&people, 3, 1), (&reversed, 5, 3)] {
            let options = Options { threads: Threads::new(threads), positions, ..narrow() };
            assert_eq!(search(&gallery(people.clone(), segment), &unknown, &options).unwrap(), expected);
        }
        let mut turned = unknown.clone();
        for _ in 0..2 {
            turned.rotate_left(2);
            let list = search(&whole, &turned, &options).unwrap();
            assert_eq!(ranking(&list), ranking(&expected));
            let (stages, same) = (list.cascade.unwrap().subjects, expected.cascade.as_ref().unwrap());
            let unordered = SubjectStages { prints: Vec::new(), ..stages.unwrap() };
            assert_eq!(unordered, SubjectStages { prints: Vec::new(), ..same.subjects.clone().unwrap() });
        }
    }
}

#[test]
fn a_print_given_twice_raises_no_score() {
    let gallery = gallery(people(20), 16);
    let once = prints(6, &FINGERS[..2], 1);
    let twice = [once.clone(), once.clone()].concat();
    for mode in [Mode::Fast, Mode::Exhaustive] {
        let list = |probe: &[Template]| search(&gallery, probe, &Options { mode, ..narrow() }).unwrap();
        assert_eq!(ranking(&list(&twice)), ranking(&list(&once)));
    }
    // Of an unknown position it may be of another finger, but no finger of a subject supports it a second time.
    let unknown = vec![moved_to(&once[0], Unknown); 2];
    let list = search(&gallery, &unknown, &Options { mode: Mode::Exhaustive, ..narrow() }).unwrap();
    for candidate in &list.candidates {
        let mut prints: Vec<_> = candidate.evidence.iter().map(|e| e.print).collect();
        prints.dedup();
        assert_eq!(prints.len(), 2, "two fingers");
    }
}

#[test]
fn a_finger_counts_by_the_best_of_its_prints() {
    let gallery = gallery(people(10), 16);
    let (one, other, left) = (
        prints(2, &[RightIndex], 1).remove(0),
        prints(2, &[RightIndex], 4).remove(0),
        prints(2, &[LeftThumb], 1),
    );
    let probe = [one.clone(), left[0].clone(), other.clone()];
    let options = Options { mode: Mode::Exhaustive, ..narrow() };
    let score = |probe: &[Template]| of(&search(&gallery, probe, &options).unwrap(), 2).unwrap().score;
    let list = search(&gallery, &probe, &options).unwrap();
    let mate = of(&list, 2).unwrap();
    assert_eq!(mate.score, score(&[one]).max(score(&[other])) + score(&left));
    let fingers: Vec<_> = mate.evidence.iter().map(|e| (e.probe_position, e.finger_prints.clone())).collect();
    assert!(fingers.contains(&(RightIndex, vec![0, 2])) && fingers.contains(&(LeftThumb, vec![1])));
    assert_eq!(mate.evidence.iter().map(|e| e.comparison.score).sum::<f64>(), mate.score);
}

#[test]
fn fingers_that_are_missing_on_either_side_are_left_out_of_the_sum() {
    let gallery = gallery(people(20), 16);
    let probe = prints(6, &FINGERS, 1); // of whom the left index finger is not enrolled
    let list = search(&gallery, &probe, &narrow()).unwrap();
    assert_eq!(list.candidates[0].subject_id, id(6));
    assert_eq!(list.candidates[0].evidence.len(), 3);
    let other = search(&gallery, &prints(6, &[FingerPosition::LeftLittle, LeftIndex], 1), &narrow()).unwrap();
    // Of these four the left index finger is not enrolled, nor any of an unknown position.
    assert_eq!((other.searched, other.not_comparable), (16, 4));
}

#[test]
fn one_print_that_can_be_compared_is_searched_as_one() {
    let gallery = gallery(people(20), 16);
    let empty = Template::builder().finger_position(LeftThumb).build().unwrap().template;
    let print = prints(8, &[RightIndex], 1);
    let single = search(&gallery, &print, &narrow()).unwrap();
    let list = search(&gallery, &[print[0].clone(), empty.clone()], &narrow()).unwrap();
    assert_eq!(list, single);
    let none = search(&gallery, &[empty.clone(), empty], &narrow()).unwrap();
    assert_eq!((none.searched, none.not_comparable, none.complete), (0, 20, true));
}

#[test]
fn who_is_left_out_changes_nothing_for_the_others() {
    let people = people(30);
    let without: Vec<_> = people.iter().filter(|(name, _)| *name != id(9)).cloned().collect();
    let options = Options { exclude: [id(9)].into(), ..narrow() };
    let probe = prints(9, &FINGERS, 1);
    let expected = search(&gallery(without, 16), &probe, &narrow()).unwrap();
    assert_eq!(search(&gallery(people, 16), &probe, &options).unwrap(), expected);
}

#[test]
fn a_search_that_was_stopped_leaves_nobody_uncounted() {
    let gallery = gallery(people(40), 4);
    let probe = prints(9, &FINGERS, 1);
    let up = Options { deadline: Some(Duration::ZERO), ..narrow() };
    let stopped = search(&gallery, &probe, &up).unwrap();
    assert!(!stopped.complete && stopped.candidates.is_empty());
    assert_eq!((stopped.searched, stopped.not_searched), (0, 40));
    for most in [5, 15, 25] {
        let cancel = AtomicBool::new(false);
        let progress = |p: Progress| cancel.store(p.done > most, Ordering::Relaxed);
        let watch = Watch { progress: Some(&progress), cancel: Some(&cancel) };
        let stopped = search(&gallery, &probe, &Options { watch, ..narrow() }).unwrap();
        assert!(!stopped.complete && stopped.not_searched > 0, "{most}");
        assert_eq!(stopped.searched + stopped.not_searched, 40, "{most}");
        assert_eq!(stopped.cascade.unwrap().loss, None);
    }
}

/// The print the other way up.
fn turned(print: &Template) -> Template {
    let half = Angle::from_fraction(1, 2);
    let opposite = |at: Pixels| Pixels::from_f64(1000.0 - at.to_f64()).unwrap();
    let around =
        |m: &Minutia| Minutia { x: opposite(m.x), y: opposite(m.y), direction: m.direction + half, ..*m };
    let builder = print.minutiae().iter().map(around).fold(Template::builder(), TemplateBuilder::minutia);
    builder.finger_position(print.finger_position()).build().unwrap().template
}

#[test]
fn a_person_is_found_whichever_way_the_fingers_lay() {
    let gallery = gallery(people(30), 16);
    let looks = |options: &Options<'_>| {
        let probe: Vec<_> = prints(5, &FINGERS[..3], 1).iter().map(turned).collect();
        let list = search(&gallery, &probe, options).unwrap();
        let mate = list.candidates.first().is_some_and(|c| c.subject_id == id(5));
        (mate, list.cascade.unwrap().subjects.unwrap().prints.len())
    };
    assert_eq!(looks(&narrow()), (true, 6), "each of three with any rotation, and with a small one");
    let one = Cascade { subject_rotation: None, ..NARROW() };
    assert_eq!(looks(&Options { cascade: one, ..narrow() }), (true, 3));
    let known = Options { max_rotation: Some(Angle::from_fraction(1, 32)), ..narrow() };
    assert_eq!(looks(&known).1, 3, "a second look could allow no less");
}

#[test]
fn fewer_minutiae_let_more_subjects_pass_and_one_finger_as_many_as_prints_would() {
    let cascade = Cascade::default();
    let passes = |fingers, prints, described| {
        let effort = Effort { fingers, prints, described };
        (cascade.subject_code_passes(effort, 1_000_000), cascade.subject_relaxed_passes(effort, 1_000_000))
    };
    assert_eq!((passes(10, 10, 600), passes(2, 2, 80)), ((5000, 1000), (5000, 1000)));
    assert_eq!((passes(10, 20, 400), passes(10, 10, 0)), ((20_000, 2000), (180_000, 6000)));
    assert_eq!(passes(1, 2, 40), (cascade.code_passes(1_000_000), cascade.relaxed_passes(1_000_000)));
}

#[test]
fn a_background_is_mean_and_deviation_of_what_is_there() {
    let pieces: [&[u32]; 3] = [&[0, 11, 31], &[], &[0]];
    let all: Spread = pieces.into_iter().map(spread).sum();
    let background = Background::of(&all);
    assert_eq!((all.prints, background.mean, background.deviation), (2, 20, 10));
    let excess = [0, 20, 25, 30, 50, 1 << 22].map(|value| background.excess(value));
    assert_eq!(excess, [-2048, 0, 512, 1024, 3072, 65536]);
}

#[test]
fn a_background_of_one_print_or_none_is_no_division_by_zero() {
    let alike = Background::of(&spread(&[8, 8]));
    assert_eq!((alike.mean, alike.deviation, alike.excess(8)), (7, 0, 1024));
    let none = Background::of(&Spread::default());
    assert_eq!((none.mean, none.excess(1)), (0, 1024));
}
