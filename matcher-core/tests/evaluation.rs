//! Evaluation from outside: brute force as the oracle, what no rate may depend on, and the sets in the data folder.

use matcher_core::evaluation::{
    BootstrapConfig, ErrorRates, IdentificationRates, LabelledScore, NamingRule, Rate,
};
use matcher_core::evaluation::{bootstrap, list_templates};
use ndarray::Array2;
use proptest::prelude::*;
use std::path::Path;
use std::time::{Duration, Instant};

/// Few values, so that ties are common; whole, so that adding a whole constant changes no order.
fn scores() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-8_i32..8).prop_map(f64::from), 1..40)
}

/// FMR and FNMR at a threshold by counting.
fn count(mated: &[f64], non_mated: &[f64], threshold: f64) -> (Rate, Rate) {
    let matches = non_mated.iter().filter(|score| **score >= threshold).count();
    let misses = mated.iter().filter(|score| **score < threshold).count();
    (Rate::new(matches as u64, non_mated.len() as u64), Rate::new(misses as u64, mated.len() as u64))
}

/// Every threshold that can differ.
fn thresholds(mated: &[f64], non_mated: &[f64]) -> Vec<f64> {
    let mut all = [mated, non_mated].concat();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all.push(all[all.len() - 1].next_up());
    all
}

proptest! {
    #[test]
    fn every_threshold_agrees_with_counting(mated in scores(), non_mated in scores(), target in 0.0..=1.0_f64) {
        let rates = ErrorRates::new(&mated, &non_mated).unwrap();
        let all = thresholds(&mated, &non_mated);
        let det = rates.det();
        prop_assert_eq!(det.len(), all.len());
        for (point, threshold) in det.iter().zip(&all) {
            let (fmr, fnmr) = count(&mated, &non_mated, *threshold);
            prop_assert_eq!((point.threshold, point.fmr, point.fnmr), (*threshold, fmr.value(), fnmr.value()));
            let between = rates.at_threshold(threshold - 0.5);
            prop_assert_eq!((between.fmr, between.fnmr), count(&mated, &non_mated, threshold - 0.5));
        }

        for target in [target, 0.0, 0.5, 1.0] {
            let lowest = all.iter().find(|t| count(&mated, &non_mated, **t).0.value() <= target).unwrap();
            let point = rates.fnmr_at_fmr(target).unwrap();
            prop_assert_eq!(point.threshold, *lowest);
            prop_assert_eq!((point.fmr, point.fnmr), count(&mated, &non_mated, *lowest));
        }

        // In whole numbers, so that the oracle does not round.
        let best = all.iter().map(|threshold| {
            let (fmr, fnmr) = count(&mated, &non_mated, *threshold);
            let (a, b) = (fmr.errors * fnmr.trials, fnmr.errors * fmr.trials);
            (a.abs_diff(b), a + b, *threshold)
        });
        let best = best.min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap();
        let eer = rates.eer();
        prop_assert_eq!(eer.threshold, best.2);
        prop_assert!((eer.value - best.1 as f64 / (2 * mated.len() * non_mated.len()) as f64).abs() < 1e-15);
    }

    #[test]
    fn rates_are_monotone_in_the_threshold(mated in scores(), non_mated in scores()) {
        let det = ErrorRates::new(&mated, &non_mated).unwrap().det();
        for pair in det.windows(2) {
            prop_assert!(pair[0].threshold < pair[1].threshold);
            prop_assert!(pair[0].fmr >= pair[1].fmr && pair[0].fnmr <= pair[1].fnmr);
        }
        prop_assert_eq!((det[0].fmr, det[0].fnmr), (1.0, 0.0));
        prop_assert_eq!((det[det.len() - 1].fmr, det[det.len() - 1].fnmr), (0.0, 1.0));
    }

    #[test]
    fn neither_order_nor_a_constant_changes_a_rate(
        mated in scores(), non_mated in scores(), constant in -100_i32..100, turn in 0_usize..40,
    ) {
        let summary = ErrorRates::new(&mated, &non_mated).unwrap().summary();
        let turned = |scores: &[f64]| {
            let mut scores = scores.to_vec();
            let by = turn % scores.len();
            scores.rotate_left(by);
            scores.reverse();
            scores
        };
        prop_assert_eq!(&ErrorRates::new(&turned(&mated), &turned(&non_mated)).unwrap().summary(), &summary);

        let moved = |scores: &[f64]| scores.iter().map(|score| score + f64::from(constant)).collect::<Vec<_>>();
        let other = ErrorRates::new(&moved(&mated), &moved(&non_mated)).unwrap().summary();
        prop_assert_eq!((other.eer.fmr, other.eer.fnmr), (summary.eer.fmr, summary.eer.fnmr));
        for (a, b) in other.fnmr_at_fmr.iter().zip(&summary.fnmr_at_fmr) {
            prop_assert_eq!((a.point.fmr, a.point.fnmr), (b.point.fmr, b.point.fnmr));
        }
    }

    #[test]
    fn identification_agrees_with_counting(
        cells in prop::collection::vec(prop_oneof![4 => (0..6).prop_map(f64::from), 1 => Just(f64::NAN)], 48),
        threshold in 0..7, max_rank in 1_u64..5,
    ) {
        // Eight probes of identities 0 to 3, six references of identities 0 to 2: those of 3 have no mate.
        let scores = Array2::from_shape_vec((8, 6), cells).unwrap();
        let probes = [0, 1, 2, 3, 0, 1, 2, 3];
        let references = [0, 1, 2, 0, 1, 2];
        let threshold = f64::from(threshold);
        let (mut mated, mut missed, mut non_mated, mut found) = (0, 0, 0, 0);
        for (row, probe) in scores.rows().into_iter().zip(probes) {
            let best = |identity: i32| {
                let own = row.iter().zip(references).filter(|(score, of)| *of == identity && !score.is_nan());
                own.map(|(score, _)| *score).reduce(f64::max)
            };
            let list: Vec<f64> = (0..3).filter(|i| *i != probe).filter_map(best).collect();
            if let Some(mate) = best(probe) {
                let rank = 1 + list.iter().filter(|score| **score >= mate).count() as u64;
                mated += 1;
                missed += u64::from(rank > max_rank || mate < threshold);
            } else if !list.is_empty() {
                non_mated += 1;
                found += u64::from(list.iter().any(|score| *score >= threshold));
            }
        }
        prop_assume!(mated > 0 && non_mated > 0);
        let rates = IdentificationRates::new(scores.view(), &probes, &references).unwrap();
        let point = rates.fpir_fnir(threshold, max_rank).unwrap();
        prop_assert_eq!((point.fnir, point.fpir), (Rate::new(missed, mated), Rate::new(found, non_mated)));
        let cmc = rates.cmc(9).unwrap();
        prop_assert_eq!(cmc.len(), 3);
        prop_assert!(cmc.windows(2).all(|pair| pair[0].rate <= pair[1].rate));
    }
}

#[test]
fn five_hundred_resamples_take_no_patience() {
    // 155 samples of 31 fingers, each with each: about 12,000 comparisons.
    let mut comparisons = Vec::new();
    for a in 0..155_u32 {
        for b in a + 1..155 {
            let (probe, reference) = (a / 5, b / 5);
            let noise = a.wrapping_mul(2_654_435_761).wrapping_add(b.wrapping_mul(40_503)) % 1000;
            let shift = if probe == reference { 600 } else { 0 };
            comparisons.push(LabelledScore { probe, reference, score: f64::from(noise + shift) });
        }
    }
    assert_eq!(comparisons.len(), 11_935);
    let start = Instant::now();
    let result = bootstrap(&comparisons, &BootstrapConfig::default()).unwrap();
    assert_eq!((result.identities, result.mated), (31, 310));
    assert!(result.eer.low < result.eer.high);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

#[test]
fn the_rules_of_the_data_sets_are_guessed_as_they_say() {
    let Some(data) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: MATCHER_DATA names no data folder");
        return;
    };
    let sets = [
        ("FVC2000_DB2_B", 10, 80),
        ("FVC2004_DB1_B", 10, 80),
        ("UareU", 65, 520),
        ("MINEX3_001_025", 200, 398),
    ];
    for (set, fingers, samples) in sets {
        let dir = Path::new(&data).join("fingerprint").join(set).join("leader");
        let files = list_templates(&dir).unwrap();
        let stems: Vec<&str> = files.iter().map(|file| file.file_stem().unwrap().to_str().unwrap()).collect();
        let (stated, _) = NamingRule::for_folder(&dir, &stems).unwrap();
        assert_eq!(NamingRule::guess(&stems).unwrap(), stated, "{set}");
        let mut identities: Vec<String> =
            stated.labels(&stems).unwrap().into_iter().map(|label| label.identity).collect();
        identities.sort_unstable();
        identities.dedup();
        assert_eq!((identities.len(), stems.len()), (fingers, samples), "{set}");
    }
}
