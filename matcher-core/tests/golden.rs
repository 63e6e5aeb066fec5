//! Scores that must not change unless the algorithm's version does.
//!
//! When this fails, either a change was not meant to change scores and is wrong, or it was, and then the version of the
//! method (`VERSION` in `fingerprint/matcher/algorithm.rs`) rises together with the values here.

use matcher_core::fingerprint::matcher::score_matrix;
use matcher_core::fingerprint::{Algorithm, Template};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::work::{Threads, Watch};
use sha2::{Digest, Sha256};

#[test]
fn scores_of_simulated_prints() {
    let simulator = FingerSimulator::new(2026, FingerprintConfig::default()).unwrap();
    let prints: Vec<Template> = (0..40).flat_map(|finger| simulator.impressions(finger, 2)).collect();
    let algorithm = Algorithm::standard();
    let scores = score_matrix(&algorithm, &prints, &prints, Threads::All, Watch::default()).unwrap();
    let first: Vec<f64> = (0..5).map(|k| scores[[2 * k, 2 * k + 1]]).collect();
    let digest = scores.iter().fold(Sha256::new(), |hash, score| hash.chain_update(score.to_le_bytes()));
    let digest: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(algorithm.method().to_string(), "mcc-relaxation/1 config 943b5f6728dae1df");
    assert_eq!(
        first,
        [31.622_070_312_5, 33.560_546_875, 32.765_625, 51.991_210_937_5, 35.421_875],
        "five mated pairs"
    );
    assert_eq!(digest, "5b96d631327b28ef", "all 6,400 scores");
}
