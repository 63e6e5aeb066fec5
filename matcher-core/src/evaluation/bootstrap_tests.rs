use super::*;

/// Every impression of every finger against every other, with scores that overlap.
fn comparisons(fingers: u32, impressions: u32) -> Vec<LabelledScore<u32>> {
    let mut generator = Pcg64::new(7, 7);
    let mut score = |shift: u64| (below(&mut generator, 1000) + shift) as f64;
    let samples = fingers * impressions;
    let mut all = Vec::new();
    for a in 0..samples {
        for b in a + 1..samples {
            let (probe, reference) = (a / impressions, b / impressions);
            // One finger in five is a bad one.
            let shift = if probe != reference {
                0
            } else if probe % 5 == 0 {
                300
            } else {
                900
            };
            all.push(LabelledScore { probe, reference, score: score(shift) });
        }
    }
    all
}

#[test]
fn wrong_input_is_named() {
    let one = LabelledScore { probe: 1, reference: 1, score: 1.0 };
    let other = LabelledScore { reference: 2, ..one };
    let message = |comparisons: &[_], config: &_| bootstrap(comparisons, config).unwrap_err().to_string();
    let usual = BootstrapConfig::default();
    assert!(message(&[], &usual).contains("number of identities is 0"));
    assert!(message(&[one], &usual).contains("number of identities is 1"));
    assert!(message(&[other], &usual).contains("mated scores: count is 0"));
    assert!(
        message(&[one, LabelledScore { score: f64::NAN, ..other }], &usual)
            .contains("comparison 1: score is NaN")
    );
    let config = |change: fn(&mut BootstrapConfig)| {
        let mut config = BootstrapConfig::default();
        change(&mut config);
        message(&[one, other], &config)
    };
    assert!(config(|c| c.confidence = f64::NAN).contains("confidence is NaN"));
    assert!(config(|c| c.resamples = 39).contains("resamples is 39"));
    assert!(config(|c| c.resamples = 0).contains("resamples is 0"));
    assert!(config(|c| c.resamples = u32::MAX).contains("resamples is 4294967295"));
    assert!(config(|c| c.target_fmrs = vec![2.0]).contains("target FMR is 2"));
}

#[test]
fn the_same_seed_gives_the_same_bits_in_any_order() {
    let mut all = comparisons(10, 4);
    let config = BootstrapConfig { resamples: 100, ..BootstrapConfig::default() };
    let first = bootstrap(&all, &config).unwrap();
    all.reverse();
    assert_eq!(bootstrap(&all, &config).unwrap(), first);
    let other = bootstrap(&all, &BootstrapConfig { seed: 2, ..config }).unwrap();
    assert_ne!(other.eer, first.eer);
    assert_eq!(other.eer.value, first.eer.value);
}

#[test]
fn the_values_are_those_of_the_error_rates_and_lie_in_the_interval() {
    let all = comparisons(20, 4);
    let pick = |mated: bool| -> Vec<f64> {
        all.iter().filter(|c| (c.probe == c.reference) == mated).map(|c| c.score).collect()
    };
    let rates = ErrorRates::new(&pick(true), &pick(false)).unwrap();
    let result = bootstrap(&all, &BootstrapConfig::default()).unwrap();
    assert_eq!((result.mated, result.non_mated), (20 * 6, 190 * 16));
    assert_eq!(result.eer.value, rates.eer().value);
    assert!(result.eer.low < result.eer.value && result.eer.value < result.eer.high, "{:?}", result.eer);
    for found in &result.fnmr_at_fmr {
        let point = rates.fnmr_at_fmr(found.target_fmr).unwrap();
        assert_eq!((found.fnmr.value, found.supported), (point.fnmr.value(), point.supported));
        assert!(found.fnmr.low <= found.fnmr.value && found.fnmr.value <= found.fnmr.high);
    }
}

#[test]
fn bad_fingers_make_the_interval_wider_than_counting_comparisons_would() {
    let result = bootstrap(&comparisons(20, 8), &BootstrapConfig::default()).unwrap();
    let fnmr = result.fnmr_at_fmr[0].fnmr;
    let errors = (fnmr.value * result.mated as f64).round() as u64;
    let (low, high) = super::super::clopper_pearson(errors, result.mated, 0.95);
    assert!(fnmr.high - fnmr.low > 1.5 * (high - low), "{fnmr:?} against {low} to {high}");
}

#[test]
fn a_resample_counts_copies_of_identities() {
    // By hand: 1 drawn twice, 2 once, 3 never.
    let score = |probe, reference, score| LabelledScore { probe, reference, score };
    let all = [score(1, 1, 5.0), score(2, 2, 1.0), score(3, 3, 0.0), score(1, 2, 2.0), score(2, 3, 9.0)];
    let sample = Sample::new(&all).unwrap();
    let mut steps = Steps::default();
    steps.count(sample.weighed(&[2, 1, 0]));
    assert_eq!((steps.mated, steps.non_mated), (3, 2));
    let at = steps.at(2.0);
    assert_eq!((at.false_matches, at.false_non_matches), (2, 1));
}

#[test]
fn draws_are_even() {
    let mut generator = Pcg64::new(3, STREAM);
    let mut counts = [0_u32; 7];
    for _ in 0..70_000 {
        counts[below(&mut generator, 7) as usize] += 1;
    }
    // Six standard deviations of a binomial count.
    assert!(counts.iter().all(|count| count.abs_diff(10_000) < 560), "{counts:?}");
}

#[test]
fn draws_without_mates_are_drawn_again() {
    // Only identity 0 has mates: a third of the draws miss it.
    let mut all = vec![LabelledScore { probe: 0, reference: 0, score: 2.0 }];
    all.extend((1..10).map(|reference| LabelledScore { probe: 0, reference, score: 1.0 }));
    let result = bootstrap(&all, &BootstrapConfig::default()).unwrap();
    assert!((150..500).contains(&result.redrawn), "{}", result.redrawn);
    assert_eq!(result.eer, Estimate { value: 0.0, low: 0.0, high: 0.0 });
}
