use super::*;
use ndarray::{Array2, array};

const NONE: f64 = f64::NAN;

fn rates(scores: &Array2<f64>, probes: &[&str], references: &[&str]) -> IdentificationRates {
    IdentificationRates::new(scores.view(), probes, references).unwrap()
}

#[test]
fn wrong_input_is_named() {
    let message = |scores: &Array2<f64>, probes: &[&str], references: &[&str]| {
        IdentificationRates::new(scores.view(), probes, references).unwrap_err().to_string()
    };
    let square = array![[1.0, 2.0], [3.0, 4.0]];
    assert!(message(&square, &["a"], &["a", "b"]).contains("number of probe labels is 1"));
    assert!(message(&square, &["a", "b"], &["a"]).contains("number of reference labels is 1"));
    assert!(message(&Array2::zeros((0, 0)), &[], &[]).contains("number of probe labels is 0"));
    assert!(
        message(&array![[1.0, f64::INFINITY]], &["a"], &["a", "b"])
            .contains("probe 0, reference 1: score is inf")
    );
    assert!(message(&array![[NONE, NONE]], &["a"], &["a", "b"]).contains("number of scores is 0"));

    let closed = rates(&square, &["a", "b"], &["a", "b"]);
    assert!(closed.cmc(0).unwrap_err().to_string().contains("rank is 0"));
    assert!(closed.fpir_fnir(f64::NAN, 1).unwrap_err().to_string().contains("threshold is NaN"));
    assert!(closed.fnir_at_fpir(2.0, 1).unwrap_err().to_string().contains("target FPIR is 2"));
    assert!(closed.fnir_at_fpir(0.1, 1).unwrap_err().to_string().contains("leave_mate_out"));
    let open = rates(&square, &["x", "y"], &["a", "b"]);
    assert!(open.cmc(1).unwrap_err().to_string().contains("number of mated searches is 0"));
}

#[test]
fn a_mate_stands_behind_all_that_tie_with_it() {
    let scores = array![[5.0, 5.0, 5.0, 1.0], [9.0, 8.0, 7.0, 6.0]];
    let rates = rates(&scores, &["a", "c"], &["a", "b", "c", "d"]);
    let identified: Vec<u64> = rates.cmc(10).unwrap().iter().map(|point| point.identified).collect();
    assert_eq!(identified, [0, 0, 2, 2]); // a is third of three that tie, c is third; four identities, four ranks
}

#[test]
fn an_identity_stands_in_the_list_once_with_its_best_score() {
    // Three references of b beat the worse one of a; the better one of a beats them all but one.
    let scores = array![[4.0, 7.0, 6.0, 8.0, 5.0]];
    let rates = rates(&scores, &["a"], &["a", "a", "b", "b", "b"]);
    assert_eq!(rates.cmc(2).unwrap().iter().map(|point| point.identified).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn what_was_not_searched_does_not_count_and_what_was_not_found_is_a_miss() {
    let lost = f64::NEG_INFINITY;
    let scores = array![
        [NONE, 3.0, 2.0],   // a has no other reference: a non-mated search
        [1.0, lost, 2.0],   // b was searched and not found
        [lost, lost, lost], // x: an empty list
        [NONE, NONE, NONE],
        [1.0, 2.0, 4.0],
    ];
    let rates = rates(&scores, &["a", "b", "x", "a", "c"], &["a", "b", "c"]);
    assert_eq!((rates.mated(), rates.non_mated(), rates.not_searched()), (2, 2, 1));
    assert_eq!(rates.cmc(3).unwrap()[2].identified, 1);
    let point = rates.fpir_fnir(f64::NEG_INFINITY, u64::MAX).unwrap();
    assert_eq!((point.fpir, point.fnir), (Rate::new(1, 2), Rate::new(1, 2)));
}

#[test]
fn thresholds_trade_false_positives_for_misses() {
    let scores = array![
        [0.9, 0.1, 0.2], // a first
        [0.6, 0.5, 0.1], // b second
        [0.1, 0.2, 0.8], // c first
        [0.3, 0.4, 0.1], // nobody's
        [0.7, 0.4, 0.1], // nobody's
    ];
    let rates = rates(&scores, &["a", "b", "c", "x", "y"], &["a", "b", "c"]);
    let half = rates.fnir_at_fpir(0.5, 2).unwrap();
    assert_eq!((half.threshold, half.fpir, half.fnir), (0.5, Rate::new(1, 2), Rate::new(0, 3)));
    // Who looks at the first candidate only does not see b at any threshold.
    let first = rates.fnir_at_fpir(0.5, 1).unwrap();
    assert_eq!((first.threshold, first.fnir), (0.7, Rate::new(1, 3)));
    let none = rates.fnir_at_fpir(0.0, 2).unwrap();
    assert_eq!((none.threshold, none.fnir, none.supported), (0.8, Rate::new(1, 3), false));
    assert_eq!(half.non_mated_needed, Some(6));
    // With the mates left out: 0.2, 0.6 and 0.2 join 0.4 and 0.7.
    let more = rates.leave_mate_out();
    assert_eq!((more.mated(), more.non_mated()), (3, 5));
    assert_eq!(more.fpir_fnir(0.6, 2).unwrap().fpir, Rate::new(2, 5));
    let again = more.clone().leave_mate_out();
    assert_eq!(again.non_mated(), 5); // only once
}

#[test]
fn the_summary_is_what_is_serialised_even_without_non_mated_searches() {
    let closed = rates(&array![[2.0, 1.0], [3.0, 4.0]], &["a", "b"], &["a", "b"]);
    let json = serde_json::to_value(&closed).unwrap();
    assert_eq!(
        (json["cmc"].as_array().unwrap().len(), json["fnir_at_fpir"].as_array().unwrap().len()),
        (2, 0)
    );
    let summary = closed.leave_mate_out().summary();
    assert!(summary.mates_left_out);
    assert_eq!(summary.fnir_at_fpir.len(), 4);
    assert!(summary.cmc.iter().all(|point| point.interval.0 <= point.rate && point.rate <= point.interval.1));
}
