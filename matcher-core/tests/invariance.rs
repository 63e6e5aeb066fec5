//! What must not change a score: the order of the two prints, the order of the minutiae, moving and turning a print,
//! the number of threads, the order of a gallery.

use matcher_core::fingerprint::matcher::score_matrix;
use matcher_core::fingerprint::{Algorithm, Matcher, Minutia, Template, TemplateBuilder};
use matcher_core::gallery::{Gallery, SubjectId};
use matcher_core::search::{CandidateList, Options, search};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::units::{Angle, Pixels};
use matcher_core::work::{Threads, Watch};
use proptest::prelude::*;

fn prints(fingers: u64, impressions: u32) -> Vec<Template> {
    let simulator = FingerSimulator::new(11, FingerprintConfig::default()).unwrap();
    (0..fingers).flat_map(|finger| simulator.impressions(finger, impressions)).collect()
}

fn template(minutiae: impl IntoIterator<Item = Minutia>) -> Template {
    minutiae.into_iter().fold(Template::builder(), TemplateBuilder::minutia).build().unwrap().template
}

fn score(a: &Template, b: &Template) -> f64 {
    let matcher = Matcher::with(&Algorithm::standard(), a);
    matcher.score(&matcher.prepare(b)).unwrap()
}

/// The print turned counter-clockwise by quarters about the origin, then shifted by whole pixels.
fn turned(print: &Template, quarters: u32, shift: (i32, i32)) -> Template {
    template(print.minutiae().iter().map(|m| {
        let (mut x, mut y) = (m.x.steps(), m.y.steps());
        for _ in 0..quarters {
            (x, y) = (y, -x); // y points downwards
        }
        Minutia {
            x: Pixels::from_steps(x + shift.0 * 256),
            y: Pixels::from_steps(y + shift.1 * 256),
            direction: m.direction + Angle::from_fraction(quarters, 4),
            ..*m
        }
    }))
}

#[test]
fn either_order_of_the_prints() {
    let prints = prints(6, 3);
    let all = score_matrix(&Algorithm::standard(), &prints, &prints, Threads::All, Watch::default()).unwrap();
    assert_eq!(all, all.t());
    assert!(all.iter().any(|&score| score > 0.0));
}

#[test]
fn moving_and_turning_by_quarters() {
    let prints = prints(8, 2);
    for probe in &prints {
        for reference in &prints {
            let expected = score(probe, reference);
            for quarters in 0..4 {
                let moved = turned(probe, quarters, (37 * quarters as i32, -211));
                assert_eq!(score(&moved, reference), expected, "{quarters} quarters");
                assert_eq!(score(reference, &moved), expected, "{quarters} quarters, the other way round");
            }
        }
    }
}

#[test]
fn the_evidence_is_the_same_either_way_round() {
    let prints = prints(1, 2);
    let compare = |a, b| {
        let matcher = Matcher::with(&Algorithm::standard(), a);
        matcher.compare(&matcher.prepare(b)).unwrap()
    };
    let (forth, back) = (compare(&prints[0], &prints[1]), compare(&prints[1], &prints[0]));
    assert!(forth.pairs.nrows() >= 5, "a mated pair: {}", forth.pairs.nrows());
    assert_eq!(forth.parts, back.parts);
    let swapped: Vec<[usize; 2]> = back.pairs.rows().into_iter().map(|pair| [pair[1], pair[0]]).collect();
    let pairs: Vec<[usize; 2]> = forth.pairs.rows().into_iter().map(|pair| [pair[0], pair[1]]).collect();
    assert_eq!(pairs, swapped);

    // The transform lays each paired minutia of the reference near its partner on the probe.
    let transform = forth.transform.unwrap();
    for [probe, reference] in pairs {
        let (p, r) = (prints[0].minutiae()[probe], prints[1].minutiae()[reference]);
        let at = |row: usize| {
            transform[[row, 0]] * r.x.to_f64() + transform[[row, 1]] * r.y.to_f64() + transform[[row, 2]]
        };
        let (dx, dy) = (at(0) - p.x.to_f64(), at(1) - p.y.to_f64());
        assert!(dx.abs() < 18.0 && dy.abs() < 18.0, "{dx} {dy}");
    }
}

fn gallery(order: &[usize], prints: &[Template]) -> Gallery {
    let mut gallery = Gallery::in_memory();
    for &k in order {
        gallery.enrol(SubjectId::new(&format!("S{k:03}")).unwrap(), vec![prints[k].clone()]).unwrap();
    }
    gallery
}

fn with_threads(gallery: &Gallery, probe: &Template, threads: usize) -> CandidateList {
    let options = Options { threads: Threads::new(threads), limit: 15, ..Options::default() };
    search(gallery, std::slice::from_ref(probe), &options).unwrap()
}

#[test]
fn threads_and_the_order_of_the_gallery() {
    // More subjects than one piece of work holds, and twins that tie.
    let mut prints = prints(300, 1);
    let twin = prints[40].clone();
    prints.extend([twin.clone(), twin]);
    let sorted: Vec<usize> = (0..prints.len()).collect();
    let shuffled: Vec<usize> = sorted.iter().map(|k| k * 101 % prints.len()).collect();
    let expected = with_threads(&gallery(&sorted, &prints), &prints[40], 1);
    assert_eq!(expected.candidates[0].subject_id.as_str(), "S040");
    assert_eq!(expected.candidates[1].subject_id.as_str(), "S300", "a tie goes by id");
    assert_eq!((expected.searched, expected.complete), (302, true));
    for threads in [1, 2, 7] {
        assert_eq!(with_threads(&gallery(&sorted, &prints), &prints[40], threads), expected);
        assert_eq!(with_threads(&gallery(&shuffled, &prints), &prints[40], threads), expected);
    }
}

prop_compose! {
    fn any_minutia(span: i32)(x in 0..span * 8, y in 0..span * 8, direction: u16) -> Minutia {
        Minutia::new(Pixels::from_steps(x * 32), Pixels::from_steps(y * 32), Angle::from_steps(direction))
    }
}

fn any_print(most: usize) -> impl Strategy<Value = Vec<Minutia>> {
    (8..500).prop_flat_map(move |span| prop::collection::vec(any_minutia(span), 0..most))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn of_any_prints(a in any_print(60), b in any_print(60), quarters in 0u32..4, seed: u64) {
        let mut shuffled = a.clone();
        for k in (1..shuffled.len()).rev() {
            shuffled.swap(k, (seed.rotate_left(k as u32) % (k as u64 + 1)) as usize);
        }
        let (a, b, shuffled) = (template(a), template(b), template(shuffled));
        let expected = score(&a, &b);
        prop_assert!(expected >= 0.0 && expected * 1024.0 == (expected * 1024.0).trunc());
        prop_assert_eq!(score(&b, &a), expected);
        prop_assert_eq!(score(&shuffled, &b), expected);
        prop_assert_eq!(score(&turned(&a, quarters, (5, -7)), &b), expected);
    }

    #[test]
    fn adversarial_prints_are_compared_in_bounded_time(a in any_print(255), b in any_print(255)) {
        let (a, b) = (template(a), template(b));
        prop_assert!(score(&a, &b).is_finite());
    }
}
