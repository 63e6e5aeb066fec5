use super::*;

fn rates(mated: &[f64], non_mated: &[f64]) -> ErrorRates {
    ErrorRates::new(mated, non_mated).unwrap()
}

#[test]
fn wrong_input_is_named() {
    let message =
        |mated: &[f64], non_mated: &[f64]| ErrorRates::new(mated, non_mated).unwrap_err().to_string();
    assert_eq!(message(&[], &[1.0]), "mated scores: count is 0, expected at least one score");
    assert_eq!(message(&[1.0], &[]), "non-mated scores: count is 0, expected at least one score");
    assert_eq!(message(&[1.0, f64::NAN], &[1.0]), "mated scores: score 1 is NaN, expected a finite number");
    assert_eq!(
        message(&[1.0], &[f64::NEG_INFINITY]),
        "non-mated scores: score 0 is -inf, expected a finite number"
    );
    for target in [-0.1, 1.1, f64::NAN] {
        let error = rates(&[1.0], &[0.0]).fnmr_at_fmr(target).unwrap_err().to_string();
        assert_eq!(error, format!("target FMR is {target}, expected 0 to 1"));
    }
}

#[test]
fn perfect_separation_has_no_errors_at_the_lowest_mated_score() {
    let rates = rates(&[7.0, 9.0, 8.0], &[1.0, 3.0, 2.0, 2.0]);
    let eer = rates.eer();
    assert_eq!((eer.value, eer.threshold), (0.0, 7.0));
    let zero = rates.fnmr_at_zero_fmr();
    assert_eq!((zero.threshold, zero.fmr, zero.fnmr), (7.0, Rate::new(0, 4), Rate::new(0, 3)));
    // One false match of four is allowed: the lowest threshold for that is the highest non-mated score itself.
    let quarter = rates.fnmr_at_fmr(0.25).unwrap();
    assert_eq!((quarter.threshold, quarter.fmr), (3.0, Rate::new(1, 4)));
}

#[test]
fn total_overlap_is_a_coin() {
    // The same scores on both sides: at 3, two of four non-mated match and two of four mated do not.
    let scores = [1.0, 2.0, 3.0, 4.0];
    let eer = rates(&scores, &scores).eer();
    assert_eq!((eer.value, eer.threshold), (0.5, 3.0));
    // The wrong way round, every threshold between errs on all.
    assert_eq!(rates(&[1.0, 2.0], &[8.0, 9.0]).eer().value, 1.0);
}

#[test]
fn one_score_each() {
    assert_eq!(rates(&[1.0], &[0.0]).eer().value, 0.0);
    assert_eq!(rates(&[0.0], &[1.0]).eer().value, 1.0);
    // A tie: the two thresholds are as near, so the lower one stands.
    let tied = rates(&[5.0], &[5.0]);
    let eer = tied.eer();
    assert_eq!((eer.value, eer.threshold, eer.fmr.errors, eer.fnmr.errors), (0.5, 5.0, 1, 0));
    // Without false matches the threshold lies above all scores, and the mate is lost with them.
    let zero = tied.fnmr_at_zero_fmr();
    assert_eq!((zero.threshold, zero.fnmr.value()), (5.0_f64.next_up(), 1.0));
}

#[test]
fn ties_between_mated_and_non_mated_scores_count_on_both_sides() {
    let rates = rates(&[2.0, 2.0, 3.0], &[1.0, 2.0]);
    let at = rates.at_threshold(2.0);
    assert_eq!((at.fmr, at.fnmr), (Rate::new(1, 2), Rate::new(0, 3)));
    let zero = rates.fnmr_at_zero_fmr();
    assert_eq!((zero.threshold, zero.fnmr), (3.0, Rate::new(2, 3)));
    let det = rates.det();
    let thresholds: Vec<f64> = det.iter().map(|point| point.threshold).collect();
    assert_eq!(thresholds, [1.0, 2.0, 3.0, 3.0_f64.next_up()]);
    assert_eq!((det[0].fmr, det[0].fnmr, det[3].fmr, det[3].fnmr), (1.0, 0.0, 0.0, 1.0));
}

#[test]
fn any_threshold_can_be_asked_for() {
    let rates = rates(&[2.0, 4.0], &[1.0, 3.0]);
    let counts = |threshold| {
        let point = rates.at_threshold(threshold);
        (point.fmr.errors, point.fnmr.errors)
    };
    assert_eq!(counts(f64::NEG_INFINITY), (2, 0));
    assert_eq!(counts(2.5), (1, 1));
    assert_eq!(counts(f64::INFINITY), (0, 2));
    assert_eq!(counts(f64::NAN), (0, 2)); // no score is at or above what is no number
    assert_eq!(rates.at_threshold(2.5).threshold, 2.5);
    assert!(rates.at_threshold(2.5).supported);
}

#[test]
fn both_zeros_are_one_threshold() {
    assert_eq!(rates(&[0.0, -0.0], &[-0.0]).det().len(), 2);
}

#[test]
fn a_target_finer_than_the_data_is_marked() {
    let non_mated: Vec<f64> = (0..3000).map(f64::from).collect();
    let rates = rates(&[5000.0], &non_mated);
    let point = rates.fnmr_at_fmr(1e-3).unwrap();
    assert_eq!((point.supported, point.non_mated_needed), (true, Some(3000)));
    assert_eq!((point.threshold, point.fmr), (2997.0, Rate::new(3, 3000)));
    let finer = rates.fnmr_at_fmr(9e-4).unwrap();
    assert_eq!((finer.supported, finer.non_mated_needed), (false, Some(3334)));
    let zero = rates.fnmr_at_zero_fmr();
    assert_eq!((zero.supported, zero.non_mated_needed), (false, None));
}

#[test]
fn the_summary_is_what_is_serialised() {
    let rates = rates(&[0.9, 0.4], &[0.1, 0.5]);
    let summary = rates.summary();
    let json = serde_json::to_value(&rates).unwrap();
    assert_eq!(json, serde_json::to_value(&summary).unwrap());
    assert_eq!(json["fnmr_at_fmr"].as_array().unwrap().len(), 5);
    let zero = &json["fnmr_at_fmr"][4];
    assert_eq!((&zero["target_fmr"], &zero["supported"]), (&0.0.into(), &false.into()));
    assert_eq!(
        (&zero["threshold"], &zero["fnmr"]["errors"], &zero["fnmr_value"]),
        (&0.9.into(), &1.into(), &0.5.into())
    );
    for point in &summary.fnmr_at_fmr {
        let (low, high) = point.fnmr_interval;
        assert!(low <= point.fnmr_value && point.fnmr_value <= high);
    }
}
