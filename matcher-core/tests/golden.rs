//! Scores that must not change unless the algorithm's version or the model does.
//!
//! `testdata/fingerprint/golden.json` holds the method and what it gives on simulated prints. When this fails with the
//! method unchanged, a change moved scores that was not meant to, or the version of the method (`VERSION` in
//! `fingerprint/matcher/algorithm.rs`) must rise. The failing test prints what the file would say.

use matcher_core::fingerprint::{Algorithm, Config, Matcher, Model, Template};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::work::Threads;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// All that a method gives on 80 prints: a few scores to read, and a digest of every score, its parts and its pairs.
fn measured(algorithm: &Algorithm) -> Value {
    let simulator = FingerSimulator::new(2026, FingerprintConfig::default()).unwrap();
    let prints: Vec<Template> = (0..40).flat_map(|finger| simulator.impressions(finger, 2)).collect();
    let matchers: Vec<Matcher> = prints.iter().map(|print| Matcher::with(algorithm, print)).collect();
    let rows = Threads::All.map(&matchers, |matcher| {
        matchers.iter().map(|other| matcher.compare(other.probe()).unwrap()).collect::<Vec<_>>()
    });
    let rows = rows.unwrap();
    let mut hash = Sha256::new();
    for comparison in rows.iter().flatten() {
        hash.update(comparison.score.to_le_bytes());
        hash.update(comparison.parts.relaxation.to_le_bytes());
        hash.update(comparison.parts.evidence.to_le_bytes());
        comparison.pairs.iter().for_each(|&index| hash.update([index as u8]));
    }
    json!({
        "method": algorithm.method().to_string(),
        "mated_scores": (0..5).map(|k| rows[2 * k][2 * k + 1].score).collect::<Vec<f64>>(),
        "comparisons": rows.len() * rows.len(),
        "sha256": format!("{:x}", hash.finalize()),
    })
}

#[test]
fn scores_of_simulated_prints() {
    let untrained = Algorithm::with_model(&Config::default(), &Model::untrained()).unwrap();
    let found = json!([measured(&Algorithm::standard()), measured(&untrained)]);
    let golden: Value = serde_json::from_str(include_str!("../../testdata/fingerprint/golden.json")).unwrap();
    assert_eq!(found, golden, "found:\n{found:#}");
}
