use super::*;
use crate::dna::likelihood::{Transform, is_reversible, is_stationary, overall_rate};
use ndarray::array;
use proptest::prelude::*;

const TRANSFORMS: [Transform; 4] =
    [Transform::MetropolisHastings, Transform::Barker, Transform::PreservedRate, Transform::Stationary];

fn alleles(names: &[&str]) -> Vec<Allele> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn of(model: Result<MutationModel>, names: &[&str], p: &[f64]) -> Array2<f64> {
    model.unwrap().matrix(&alleles(names), p).unwrap()
}

fn with(model: Result<MutationModel>, transform: Transform) -> Result<MutationModel> {
    model.map(|model| model.transformed(Some(transform)))
}

fn error(model: Result<MutationModel>, names: &[&str], p: &[f64]) -> String {
    model.unwrap().matrix(&alleles(names), p).unwrap_err().to_string()
}

fn close(found: &Array2<f64>, expected: &Array2<f64>) {
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-15, "{found} {expected}");
    }
}

const THREE: [&str; 3] = ["7", "8", "9"];
const P: [f64; 3] = [0.5, 0.3, 0.2];

#[test]
fn models_by_hand() {
    let equal = of(MutationModel::equal(0.1), &THREE, &P);
    close(&equal, &array![[0.9, 0.05, 0.05], [0.05, 0.9, 0.05], [0.05, 0.05, 0.9]]);
    // sum p (1 - p) = 0.25 + 0.21 + 0.16 = 0.62
    let proportional = of(MutationModel::proportional(0.062), &THREE, &P);
    close(&proportional, &array![[0.95, 0.03, 0.02], [0.05, 0.93, 0.02], [0.05, 0.03, 0.92]]);
    // From 7: 1 to 0.25 in 1.25, from 8: halves.
    let stepwise = of(MutationModel::stepwise(0.1, 0.01, 0.25), &THREE, &P);
    close(&stepwise, &array![[0.9, 0.08, 0.02], [0.05, 0.9, 0.05], [0.02, 0.08, 0.9]]);
    let one_step = of(MutationModel::one_step(0.1), &THREE, &P);
    close(&one_step, &array![[0.9, 0.1, 0.0], [0.05, 0.9, 0.05], [0.0, 0.1, 0.9]]);
    // Flows 1, 1 and 0.5, both ways: 5 in all, so 0.02 for a step.
    let dawid = of(MutationModel::dawid(0.1, 0.5), &THREE, &P);
    let (a, b, c) = (0.02 / 0.5, 0.02 / 0.3, 0.02 / 0.2);
    close(&dawid, &array![[1.0 - 1.5 * a, a, a / 2.0], [b, 1.0 - 2.0 * b, b], [c / 2.0, c, 1.0 - 1.5 * c]]);
    assert!(is_reversible(&dawid, &P) && is_reversible(&proportional, &P) && !is_stationary(&equal, &P));
}

#[test]
fn microgroups_by_hand() {
    // 8 and 10 are two repeats apart and all there is in their group; 8.3 is alone, and so is what is not listed.
    let found = of(MutationModel::stepwise(0.1, 0.02, 0.5), &["8", "8.3", "10", "OL"], &[0.4, 0.3, 0.2, 0.1]);
    let third = 0.02 / 3.0;
    let expected = array![
        [0.88, 0.01, 0.1, 0.01],
        [third, 0.98, third, third],
        [0.1, 0.01, 0.88, 0.01],
        [third, third, third, 0.98]
    ];
    close(&found, &expected);
    // Half repeats are one group on both sides of a whole one, and a tiny range loses nothing.
    let halves = of(MutationModel::stepwise(0.1, 0.0, 1e-300), &["8.5", "11.5", "14.5"], &[0.3, 0.3, 0.4]);
    close(&halves, &array![[0.9, 0.1, 0.0], [0.05, 0.9, 0.05], [0.0, 0.1, 0.9]]);
    // To the others what is not listed is one allele more.
    let equal = of(MutationModel::equal(0.1), &["8", "9", "OL"], &P);
    assert_eq!(equal[[0, 2]], 0.05);
}

#[test]
fn transforms_by_hand() {
    // Flows of equal 0.12: 7-8 0.03 and 0.018, 7-9 0.03 and 0.012, 8-9 0.018 and 0.012.
    let equal = || MutationModel::equal(0.12);
    let pr = of(with(equal(), Transform::PreservedRate), &THREE, &P);
    let flows = [0.024, 0.021, 0.015];
    let reversible = |[a, b, c]: [f64; 3]| {
        array![
            [1.0 - (a + b) / 0.5, a / 0.5, b / 0.5],
            [a / 0.3, 1.0 - (a + c) / 0.3, c / 0.3],
            [b / 0.2, c / 0.2, 1.0 - (b + c) / 0.2]
        ]
    };
    close(&pr, &reversible(flows));
    // The smaller flows, 0.042 both ways, raised to 0.06.
    let mh = of(with(equal(), Transform::MetropolisHastings), &THREE, &P);
    close(&mh, &reversible([0.018, 0.012, 0.012].map(|flow| flow * 0.06 / 0.042)));
    let barker = [0.03 * 0.018 / 0.048, 0.03 * 0.012 / 0.042, 0.018 * 0.012 / 0.03];
    let sum: f64 = barker.iter().sum();
    let ba = of(with(equal(), Transform::Barker), &THREE, &P);
    close(&ba, &reversible(barker.map(|flow| flow * 0.06 / sum)));
    // Equal mutation rests at 1/3 each: all moves of a row times 1 / (3 p).
    let pm = of(with(equal(), Transform::Stationary), &THREE, &P);
    let row = |p: f64| 0.06 / (3.0 * p);
    let (a, b, c) = (row(0.5), row(0.3), row(0.2));
    close(&pm, &array![[1.0 - 2.0 * a, a, a], [b, 1.0 - 2.0 * b, b], [c, c, 1.0 - 2.0 * c]]);
}

#[test]
fn what_cannot_mutate_stays() {
    for model in [MutationModel::equal(1.0), MutationModel::dawid(1.0, 0.5), MutationModel::proportional(0.3)]
    {
        assert_eq!(of(model, &["A"], &[1.0]), array![[1.0]]);
    }
    for transform in TRANSFORMS {
        assert_eq!(
            of(with(MutationModel::equal(0.0), transform), &["A", "C"], &[1.0, 0.0]),
            Array2::<f64>::eye(2)
        );
    }
    assert_eq!(of(MutationModel::proportional(0.0), &["A", "C"], &[1.0, 0.0]), Array2::<f64>::eye(2));
}

#[test]
fn a_rate_of_one_is_no_accident() {
    let names: Vec<Allele> = (1..=300).map(|whole| Allele::repeat(whole * 10).unwrap()).collect();
    for n in [2, 3, 7, 50, 300] {
        let p = vec![1.0 / n as f64; n];
        for model in [
            MutationModel::equal(1.0),
            MutationModel::proportional(1.0),
            MutationModel::stepwise(1.0, 0.0, 0.3),
        ] {
            let matrix = model.unwrap().matrix(&names[..n], &p).unwrap();
            assert!(matrix.diag().iter().all(|stays| (0.0..1e-14).contains(stays)), "{n}");
        }
    }
}

#[test]
fn alleles_and_frequencies_that_are_wrong_are_named() {
    let equal = || MutationModel::equal(0.1);
    let cases: [(&[&str], &[f64], &str); 8] = [
        (&[], &[], "number of alleles is 0, expected 1 to 4096"),
        (
            &["8", "9.X"],
            &[0.5, 0.5],
            "allele is 9.X, expected one allele, named, or OL for all that are not listed",
        ),
        (
            &["9", "8"],
            &[0.5, 0.5],
            "allele after 9 is 8, expected a later one: alleles are sorted and distinct",
        ),
        (
            &["9", "9"],
            &[0.5, 0.5],
            "allele after 9 is 9, expected a later one: alleles are sorted and distinct",
        ),
        (&["8", "9"], &[1.0], "number of frequencies is 1, expected 2, one an allele"),
        (&["8", "9"], &[0.5, -0.5], "frequency of allele 9 is -0.5, expected 0 to 1"),
        (&["8", "9"], &[f64::NAN, 0.5], "frequency of allele 8 is NaN, expected 0 to 1"),
        (
            &["8", "9"],
            &[0.5, 0.4],
            "sum of frequencies is 0.9, expected 1 within 0.000001: put what is not listed under OL",
        ),
    ];
    for (names, p, expected) in cases {
        assert_eq!(error(equal(), names, p), format!("mutation model equal: {expected}"));
    }
    assert!(equal().unwrap().matrix(&alleles(&["8", "9"]), &[0.5, 0.5 + 1e-7]).is_ok());
    let many: Vec<Allele> = (1..=4097).map(|tenths| Allele::repeat(tenths).unwrap()).collect();
    assert!(equal().unwrap().matrix(&many, &[]).is_err());
}

#[test]
fn models_say_which_allele_they_do_not_apply_to() {
    let half = [0.5, 0.5];
    assert_eq!(
        error(MutationModel::stepwise(0.1, 0.0, 0.1), &["8", "long"], &half),
        "mutation model stepwise: allele is long, expected a number of repeats such as 9.3, or OL for all that are not \
         listed: the model counts steps"
    );
    let whole = "expected a whole number of repeats: the model needs consecutive whole repeats";
    let dawid = || MutationModel::dawid(0.1, 0.1);
    assert_eq!(error(dawid(), &["8", "8.3"], &half), format!("mutation model dawid: allele is 8.3, {whole}"));
    let one_step = || MutationModel::one_step(0.1);
    assert_eq!(
        error(one_step(), &["8", "OL"], &half),
        format!("mutation model onestep: allele is OL, {whole}")
    );
    assert_eq!(
        error(one_step(), &["A", "C"], &half),
        format!("mutation model onestep: allele is A, {whole}")
    );
    let gap = |missing| format!("expected {missing} between them: the model needs consecutive whole repeats");
    assert_eq!(
        error(one_step(), &["8", "10"], &half),
        format!("mutation model onestep: allele after 8 is 10, {}", gap("9"))
    );
    assert_eq!(
        error(dawid(), &["8", "12"], &half),
        format!("mutation model dawid: allele after 8 is 12, {}", gap("9 to 11"))
    );
}

#[test]
fn a_matrix_that_cannot_be_says_what_would_work() {
    let rare = [0.98, 0.01, 0.01];
    assert_eq!(
        error(MutationModel::dawid(1.0, 0.5), &["7", "8"], &[0.875, 0.125]),
        "mutation model dawid: probability that allele 8 does not mutate is -3, expected at least 0: with these \
         frequencies rate may be at most 0.25"
    );
    for transform in TRANSFORMS {
        let model = |scale: f64| with(MutationModel::stepwise(0.6 * scale, 0.3 * scale, 0.5), transform);
        let text = error(model(1.0), &["8", "8.3", "9"], &rare);
        let start = format!("mutation model stepwise {transform}: probability that allele ");
        assert!(text.starts_with(&start), "{text}");
        let at_most = |name: &str| -> f64 {
            let after = text.split(&format!("{name} may be at most ")).nth(1).unwrap();
            after.split(' ').next().unwrap().parse().unwrap()
        };
        let rate = at_most("rate");
        assert!((at_most("rate2") / rate - 0.5).abs() < 1e-4, "{text}");
        let names = alleles(&["8", "8.3", "9"]);
        assert!(model(rate / 0.6).unwrap().matrix(&names, &rare).is_ok(), "{text}");
        assert!(model(rate / 0.6 * 1.001).unwrap().matrix(&names, &rare).is_err(), "{text}");
        assert_eq!(
            error(with(MutationModel::equal(0.1), transform), &THREE, &[0.5, 0.0, 0.5]),
            format!(
                "mutation model equal {transform}: frequency of allele 8 is 0, expected above 0: the transform {transform} divides by it"
            )
        );
        // So rare that only the frequency can be at fault.
        assert!(
            with(MutationModel::equal(0.1), transform)
                .unwrap()
                .matrix(&alleles(&THREE), &[1.0, 5e-324, 5e-324])
                .is_err()
        );
    }
    assert_eq!(
        error(MutationModel::dawid(0.1, 0.5), &THREE, &[0.5, 0.0, 0.5]),
        "mutation model dawid: frequency of allele 8 is 0, expected above 0: the model divides by it"
    );
    assert_eq!(
        error(MutationModel::proportional(0.1), &THREE, &[0.0, 1.0, 0.0]),
        "mutation model proportional: number of alleles with a frequency above 0 is 1, expected 2 or more: alleles mutate \
         to others as often as those are"
    );
    assert_eq!(
        error(
            with(MutationModel::stepwise(0.1, 0.0, 0.5), Transform::Stationary),
            &["8", "8.3", "9", "9.3"],
            &[0.25; 4]
        ),
        "mutation model stepwise PM: way from allele 8.3 to allele 8 is none, expected some: without a chain of mutations \
         from each allele to each other the transform PM does not exist"
    );
}

#[test]
fn rates_are_rounded_down() {
    assert_eq!(rounded_down(1.0 / 3.0), 0.333_333);
    assert_eq!(rounded_down(2.0 / 3.0 * 1e-8), 6.66666e-9);
    for rate in [0.0, f64::NAN, 5e-324] {
        assert_eq!(rounded_down(rate), 0.0);
    }
}

#[test]
fn helpers_refuse_what_does_not_fit() {
    let matrix = Array2::eye(2);
    assert!(!is_stationary(&matrix, &[1.0]) && !is_reversible(&matrix, &[0.2, 0.3, 0.5]));
    assert_eq!(overall_rate(&array![[0.5, 0.5], [1.0, 0.0]], &[0.5]), 0.25);
    assert!(!is_stationary(&array![[f64::NAN, 0.5], [f64::NAN, 0.5]], &[0.5, 0.5]));
}

/// Two to twelve whole repeats, some microvariants, and their frequencies, none of them tiny.
fn population(whole_only: bool) -> impl Strategy<Value = (Vec<Allele>, Vec<f64>)> {
    prop::collection::btree_set(50_u16..62, 2..10).prop_flat_map(move |tenths| {
        let alleles: Vec<Allele> = if whole_only {
            (5..5 + tenths.len() as u16).map(|whole| Allele::repeat(whole * 10).unwrap()).collect()
        } else {
            tenths.iter().map(|&tenths| Allele::repeat((tenths - 45) * 5).unwrap()).collect()
        };
        let n = alleles.len();
        (Just(alleles), prop::collection::vec(0.05..1.0_f64, n)).prop_map(|(alleles, weights)| {
            let sum: f64 = weights.iter().sum();
            (alleles, weights.into_iter().map(|weight| weight / sum).collect())
        })
    })
}

fn distribution(matrix: &Array2<f64>) -> bool {
    matrix.iter().all(|m| (0.0..=1.0).contains(m))
        && matrix.outer_iter().all(|row| (row.iter().sum::<f64>() - 1.0).abs() <= 1e-14)
}

fn near(found: f64, expected: f64) -> bool {
    (found / expected - 1.0).abs() < 1e-12
}

proptest! {
    #[test]
    fn every_model_and_transform_is_what_it_says(
        (names, p) in population(false), (whole, q) in population(true),
        rate in 1e-6..0.02_f64, rate2 in 1e-7..0.01_f64, range in 0.01..=1.0_f64,
    ) {
        let any = [MutationModel::equal(rate), MutationModel::proportional(rate), MutationModel::stepwise(rate, rate2, range)];
        let steps = [MutationModel::one_step(rate), MutationModel::dawid(rate, range)];
        let all = any.into_iter().map(|model| (model, &names, &p));
        for (model, alleles, p) in all.chain(steps.into_iter().map(|model| (model, &whole, &q))) {
            let model = model.unwrap();
            let plain = model.matrix(alleles, p).unwrap();
            prop_assert!(distribution(&plain), "{model}");
            if matches!(model.kind(), MutationKind::Proportional { .. } | MutationKind::Dawid { .. }) {
                prop_assert!(is_reversible(&plain, p) && near(overall_rate(&plain, p), rate), "{model}");
            }
            for transform in TRANSFORMS {
                let model = model.transformed(Some(transform));
                let matrix = model.matrix(alleles, p).unwrap();
                prop_assert!(distribution(&matrix) && is_stationary(&matrix, p), "{model}");
                prop_assert_eq!(is_reversible(&matrix, p) || transform == Transform::Stationary, true, "{}", model);
                prop_assert!(near(overall_rate(&matrix, p), overall_rate(&plain, p)), "{model}");
                if model.is_always_lumpable() || matches!(model.kind(), MutationKind::Dawid { .. }) {
                    // What is reversible already stays so.
                    prop_assert!(matrix.iter().zip(&plain).all(|(a, b)| a == b || near(*a, *b)), "{model}");
                }
            }
        }
    }

    #[test]
    fn no_input_gives_anything_but_a_distribution_or_an_error(
        rate in 0.0..=1.0_f64, rate2 in 0.0..=1.0_f64, range in 1e-200..=1.0_f64,
        exponents in prop::collection::vec(-330.0..0.0_f64, 1..6),
    ) {
        let sum: f64 = exponents.iter().map(|&e| libm::exp10(e)).sum();
        prop_assume!(sum > 0.0);
        let p: Vec<f64> = exponents.iter().map(|&e| libm::exp10(e) / sum).collect();
        prop_assume!(p.iter().all(|p| (0.0..=1.0).contains(p)));
        let alleles: Vec<Allele> = (0..p.len() as u16).map(|i| Allele::repeat((i + 5) * 10).unwrap()).collect();
        let models = [
            MutationModel::equal(rate), MutationModel::proportional(rate), MutationModel::stepwise(rate, rate2, range),
            MutationModel::one_step(rate), MutationModel::dawid(rate, range),
        ];
        for model in models.into_iter().flatten() {
            for transform in TRANSFORMS.map(Some).into_iter().chain([None]) {
                match model.transformed(transform).matrix(&alleles, &p) {
                    Ok(matrix) => prop_assert!(distribution(&matrix), "{matrix}"),
                    Err(error) => prop_assert!(!error.to_string().contains("NaN"), "{error}"),
                }
            }
        }
    }
}
