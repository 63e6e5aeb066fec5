//! What lies at the edges of what is allowed: the largest print, numbers that must come back to the bit, searches that
//! are stopped before they began.

use matcher_core::fingerprint::{Algorithm, Comparison, Config, Matcher, Minutia, Template, TemplateBuilder};
use matcher_core::gallery::{Gallery, SubjectId};
use matcher_core::search::{CandidateList, Options, search};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::units::{Angle, Dpi, Pixels, Resolution};
use matcher_core::work::{Threads, Watch};
use std::sync::atomic::AtomicBool;

/// Two clusters in opposite corners of the largest print there is: the longest distances, from as many pairs as can be.
fn far_corners(quarters: u32) -> Template {
    let end = Pixels::MAX * 256;
    let rows = (0..255i32).map(|k| {
        let (x, y) = (end - k * 6101 % 5003, end - k * 7919 % 4999);
        let (mut x, mut y) = if k < 8 { (-x, -y) } else { (x, y) };
        for _ in 0..quarters {
            (x, y) = (y, -x);
        }
        let direction = Angle::from_steps((k * 12_007) as u16) + Angle::from_fraction(quarters, 4);
        Minutia::new(Pixels::from_steps(x), Pixels::from_steps(y), direction)
    });
    let coarsest = Template::builder().resolution(Resolution::square(Dpi::MIN));
    rows.fold(coarsest, TemplateBuilder::minutia).build().unwrap().template
}

#[test]
fn the_largest_print_is_compared_exactly() {
    let upright = far_corners(0);
    let matcher = Matcher::with(&Algorithm::standard(), &upright);
    let itself = matcher.compare(matcher.probe()).unwrap();
    assert!(itself.parts.paired > 200 && itself.score > 100.0, "{:?}", itself.parts);
    for quarters in 1..4 {
        let turned = matcher.compare(&matcher.prepare(&far_corners(quarters))).unwrap();
        assert_eq!((turned.score, turned.parts), (itself.score, itself.parts), "{quarters} quarters");
    }
}

fn mates() -> Vec<Vec<Template>> {
    let simulator = FingerSimulator::new(3, FingerprintConfig::default()).unwrap();
    (0..20).map(|finger| simulator.impressions(finger, 2)).collect()
}

#[test]
fn results_and_configurations_come_back_from_json_to_the_bit() {
    for prints in mates() {
        let matcher = Matcher::with(&Algorithm::standard(), &prints[0]);
        let comparison = matcher.compare(&matcher.prepare(&prints[1])).unwrap();
        let again: Comparison = serde_json::from_str(&serde_json::to_string(&comparison).unwrap()).unwrap();
        assert_eq!(again, comparison);
    }
    // A configuration that comes back one off in the last place would name another method.
    for k in 0..1000 {
        let mut config = Config::default();
        config.cylinder.radius = 70.0 + libm::sqrt(f64::from(k));
        let again: Config = serde_json::from_str(&serde_json::to_string(&config).unwrap()).unwrap();
        assert_eq!(again, config);
    }
}

fn gallery() -> (Gallery, Vec<Template>) {
    let mut gallery = Gallery::in_memory();
    let mut probes = Vec::new();
    for (k, mut prints) in mates().into_iter().enumerate() {
        probes.extend(prints.pop());
        gallery.enrol(SubjectId::new(&format!("S{k:02}")).unwrap(), prints).unwrap();
    }
    (gallery, probes)
}

#[test]
fn who_is_left_out_is_counted_nowhere_also_in_a_search_that_was_stopped() {
    let (gallery, probes) = gallery();
    let counts = |left_out: usize, stop: bool| {
        let stop = AtomicBool::new(stop);
        let exclude = (0..left_out).map(|k| SubjectId::new(&format!("S{k:02}")).unwrap()).collect();
        let watch = Watch { cancel: Some(&stop), ..Watch::default() };
        let answer =
            search(&gallery, &probes[..1], &Options { exclude, watch, ..Options::default() }).unwrap();
        (answer.searched, answer.not_searched, answer.complete)
    };
    assert_eq!(counts(3, false), (17, 0, true));
    assert_eq!(counts(3, true), (0, 17, false));
    assert_eq!(counts(20, true), (0, 0, true), "nobody was left to be searched");
}

#[test]
fn long_lists_with_evidence_are_the_same_on_any_threads() {
    let (gallery, probes) = gallery();
    let answer = |threads: usize| -> CandidateList {
        let options = Options { threads: Threads::new(threads), limit: usize::MAX, ..Options::default() };
        search(&gallery, &probes[4..5], &options).unwrap()
    };
    let expected = answer(1);
    assert_eq!(expected.candidates[0].subject_id.as_str(), "S04");
    assert!(expected.candidates.iter().zip(1..).all(|(candidate, rank)| candidate.rank == rank));
    for candidate in &expected.candidates {
        assert_eq!(candidate.evidence.iter().map(|e| e.comparison.score).sum::<f64>(), candidate.score);
    }
    assert_eq!(answer(3), expected);
}
