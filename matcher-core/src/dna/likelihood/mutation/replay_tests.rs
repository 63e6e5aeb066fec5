//! Every matrix of two other programs, pedmut and Familias. They lie outside the project: the environment variable
//! `MATCHER_DATA` names the folder; without it these tests skip, saying so.

use crate::dna::Allele;
use crate::dna::likelihood::{Mutation, MutationModel, is_stationary, overall_rate};
use ndarray::Array2;
use serde_json::Value;
use std::path::Path;

/// The numbers have 15 digits.
const DIGITS: f64 = 1e-12;

fn cases(file: &str) -> Option<Value> {
    let Some(root) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: MATCHER_DATA is not set");
        return None;
    };
    let path = Path::new(&root).join("dna/cases").join(file);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(serde_json::from_slice(&bytes).unwrap())
}

/// Alleles and frequencies in the order of alleles, and at which place of the file each stood.
fn sorted(case: &Value) -> (Vec<Allele>, Vec<f64>, Vec<usize>) {
    let names = case["alleles"].as_array().unwrap().iter().map(|name| match name.as_str().unwrap() {
        "Rest allele" => Allele::OFF_LADDER,
        name => name.parse().unwrap(),
    });
    let frequencies = case["freqs"].as_array().unwrap().iter().map(|p| p.as_f64().unwrap());
    let mut all: Vec<_> =
        names.zip(frequencies).enumerate().map(|(at, (allele, p))| (allele, p, at)).collect();
    all.sort_by_key(|(allele, ..)| *allele);
    let mut out = (Vec::new(), Vec::new(), Vec::new());
    for (allele, p, at) in all {
        out.0.push(allele);
        out.1.push(p);
        out.2.push(at);
    }
    out
}

/// A zero must be a zero, and any other number the same within its digits.
fn agree(found: &Array2<f64>, expected: &Value, places: &[usize], what: &str) {
    assert_eq!(expected.as_array().unwrap().len(), found.nrows(), "{what}");
    for ((i, j), &found) in found.indexed_iter() {
        let expected = expected[places[i]][places[j]].as_f64().unwrap();
        assert!(
            (found - expected).abs() <= DIGITS * expected,
            "{what} [{i}, {j}]: {found}, expected {expected}"
        );
    }
}

/// The model that a case names. Where it names no `range` and `rate2`, the values are those that give its matrix.
fn model(case: &Value) -> MutationModel {
    let rate = case["rate"].as_f64().unwrap();
    let range = |unsaid| case["range"].as_f64().unwrap_or(unsaid);
    let model = match case["model"].as_str().unwrap() {
        "equal" => MutationModel::equal(rate),
        "proportional" => MutationModel::proportional(rate),
        "stepwise" => MutationModel::stepwise(rate, case["rate2"].as_f64().unwrap_or(0.0), range(0.2)),
        "onestep" => MutationModel::one_step(rate),
        "dawid" => MutationModel::dawid(rate, range(0.3)),
        other => panic!("{other}"),
    };
    model.unwrap().transformed(case["transform"].as_str().map(|name| name.parse().unwrap()))
}

#[test]
fn every_matrix_of_pedmut() {
    let Some(file) = cases("mutation_matrices.json") else { return };
    let all = file["cases"].as_array().unwrap();
    for case in all {
        let (alleles, p, places) = sorted(case);
        let model = model(case);
        let what = format!("{} {model}", case["locus"]);
        let matrix = model.matrix(&alleles, &p).unwrap();
        agree(&matrix, &case["matrix"], &places, &what);
        let rate = case["overall_rate"].as_f64().unwrap();
        // 1 minus a probability near 1 keeps fewer digits of the rate.
        assert!((overall_rate(&matrix, &p) / rate - 1.0).abs() < 1e-10, "{what}");
        if let Some(lumpable) = case["lumpable_always"].as_bool() {
            assert_eq!(model.is_always_lumpable(), lumpable, "{what}");
            assert_eq!(is_stationary(&matrix, &p), case["stationary"].as_bool().unwrap(), "{what}");
        }
    }
    assert_eq!(all.len(), 20);
}

#[test]
fn every_matrix_of_the_disasters() {
    let Some(file) = cases("dvi_dvir.json") else { return };
    let mut replayed = 0;
    for (name, set) in file["datasets"].as_object().unwrap() {
        for marker in set["markers"].as_array().unwrap() {
            let case = &marker["mutation"];
            if case["model"].is_null() {
                continue;
            }
            let (alleles, p, places) = sorted(marker);
            let rate = |sex: &str| case[sex].as_f64().unwrap();
            let of = |rate| match case["model"].as_str().unwrap() {
                "equal" => MutationModel::equal(rate).unwrap(),
                "proportional" => MutationModel::proportional(rate).unwrap(),
                other => panic!("{other}"),
            };
            let mutation = Mutation::by_sex(of(rate("rate_male")), of(rate("rate_female")));
            for (sex, model) in [("male", mutation.male), ("female", mutation.female)] {
                let what = format!("{name} {} {sex}", marker["name"]);
                agree(&model.matrix(&alleles, &p).unwrap(), &case[sex], &places, &what);
                replayed += 1;
            }
        }
    }
    assert_eq!(replayed, 2 * (23 + 15 + 15));
}
