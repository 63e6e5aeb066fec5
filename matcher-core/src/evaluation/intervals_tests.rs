use super::*;
use proptest::prelude::*;

fn near(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * b.abs()
}

/// The probability of at most `k` errors in `n` trials at rate `p`, summed term by term.
fn binomial_at_most(k: u64, n: u64, p: f64) -> f64 {
    let mut term = libm::pow(1.0 - p, n as f64);
    let mut sum = term;
    for i in 0..k {
        term *= (n - i) as f64 / (i + 1) as f64 * p / (1.0 - p);
        sum += term;
    }
    sum
}

#[test]
fn published_values_come_out() {
    // Two-sided 95 % of 5 in 100: 1.64 % to 11.28 %, a value of the textbooks.
    let (low, high) = clopper_pearson(5, 100, 0.95);
    assert!(near(low, 0.016_431_879, 1e-7), "{low}");
    assert!(near(high, 0.112_834_911, 1e-7), "{high}");
    // Half of ten.
    let (low, high) = clopper_pearson(5, 10, 0.95);
    assert!(near(low, 0.187_086_028, 1e-6) && near(high, 0.812_913_972, 1e-6), "{low} {high}");
    // None of 3,000, one-sided: 1 - 0.05^(1/3000), close to 3/3000.
    let bound = upper_bound(0, 3000, 0.95);
    assert!(near(bound, 0.000_998_079_012, 1e-9), "{bound}");
    assert!(near(bound, rule_of_three(3000), 0.002));
}

#[test]
fn another_program_gives_the_same_bounds() {
    // Quantiles of the beta distribution by SciPy 1.17; the upper bound of 1 in 10,000,000 by mpmath 1.4 in 40 digits,
    // for SciPy keeps ten there.
    for (k, n, low, high) in [
        (5, 100, 0.016_431_879_182_052_155, 0.112_834_911_105_462_75),
        (40, 123_456, 0.000_231_481_604_299_858_43, 0.000_441_173_009_547_711_15),
        (1, 10_000_000, 2.531_780_795_224_03e-9, 5.571_642_117_360_731e-7),
        (999, 1000, 0.994_441_075_720_173_4, 0.999_974_682_512_508_8),
    ] {
        let found = clopper_pearson(k, n, 0.95);
        assert!(near(found.0, low, 1e-11) && near(found.1, high, 1e-11), "{k} of {n}: {found:?}");
    }
}

#[test]
fn the_bounds_solve_the_binomial_equation() {
    for (k, n) in [(1, 20), (3, 40), (19, 20), (7, 1000), (30, 60), (250, 1000)] {
        let (low, high) = clopper_pearson(k, n, 0.9);
        assert!(near(binomial_at_most(k, n, high), 0.05, 1e-9), "{k} of {n}");
        assert!(near(1.0 - binomial_at_most(k - 1, n, low), 0.05, 1e-9), "{k} of {n}");
    }
}

#[test]
fn huge_counts_keep_their_digits() {
    // With 3 errors the limit of many trials is Poisson: the mean whose chance of at most 3 is 2.5 % is 8.7673.
    let (low, high) = clopper_pearson(3, 1_000_000_000_000, 0.95);
    assert!(near(high * 1e12, 8.767_273_07, 1e-8), "{high}");
    assert!(near(low * 1e12, 0.618_672_123, 1e-8), "{low}");
    // Half of very many is normal: 1.959964 standard errors either way.
    let (low, high) = clopper_pearson(500_000_000, 1_000_000_000, 0.95);
    let half = 1.959_963_985 * 0.5 / 1e9_f64.sqrt();
    assert!(near(high - 0.5, half, 1e-4) && near(0.5 - low, half, 1e-4), "{low} {high}");
}

#[test]
fn the_ends_are_closed() {
    assert_eq!(clopper_pearson(0, 50, 0.95).0, 0.0);
    assert_eq!(clopper_pearson(50, 50, 0.95).1, 1.0);
    let (low, _) = clopper_pearson(50, 50, 0.95);
    let (_, high) = clopper_pearson(0, 50, 0.95);
    assert!(near(low, 1.0 - high, 1e-12));
}

#[test]
fn what_tells_nothing_gives_the_widest_interval() {
    assert_eq!(clopper_pearson(0, 0, 0.95), (0.0, 1.0));
    for confidence in [0.0, 1.0, -1.0, 2.0, f64::NAN] {
        assert_eq!(clopper_pearson(1, 10, confidence), (0.0, 1.0));
        assert_eq!(upper_bound(1, 10, confidence), 1.0);
    }
    assert_eq!(clopper_pearson(12, 10, 0.95), clopper_pearson(10, 10, 0.95));
    assert!(Rate::new(0, 0).value().is_nan());
    assert_eq!(rule_of_three(0), 1.0);
}

#[test]
fn the_rule_of_three_counts_in_whole_trials() {
    assert_eq!(trials_needed(3e-4), Some(10_000));
    assert_eq!(trials_needed(0.007), Some(429));
    assert_eq!(trials_needed(1.0), Some(3));
    assert_eq!(trials_needed(-1.0), None);
    assert_eq!(trials_needed(f64::NAN), None);
}

proptest! {
    #[test]
    fn the_interval_holds_the_rate_and_grows_with_confidence(
        trials in 1_u64..1_000_000, part in 0.0..=1.0_f64, confidence in 0.5..0.98_f64,
    ) {
        let errors = (part * trials as f64) as u64;
        let rate = Rate::new(errors, trials);
        let (low, high) = rate.interval(confidence);
        let (wider_low, wider_high) = rate.interval(confidence + 0.01);
        prop_assert!(0.0 <= wider_low && wider_low <= low && low <= rate.value());
        prop_assert!(rate.value() <= high && high <= wider_high && wider_high <= 1.0);
        prop_assert!(high <= upper_bound(errors, trials, (f64::midpoint(1.0, confidence)).min(0.999)) + 1e-12);
    }
}
