//! The same bits at every level of the processor: 101,025 scores and their evidence, made anew by a process for each
//! level that this machine has.
//!
//! The level is chosen once a process, so each level is a process of its own: this program runs itself.

use matcher_core::fingerprint::{Algorithm, Matcher, Template};
use matcher_core::simd::Level;
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::work::Threads;
use sha2::{Digest, Sha256};
use std::process::Command;

/// Tells a process that it is to print its digest, and for which test.
const CHILD: &str = "MATCHER_TEST_DIGEST";
/// Prints; each is compared with itself and all later ones.
const PRINTS: u64 = 449;

/// A digest of every score, its parts and the pairs of minutiae behind it.
fn digest() -> String {
    let simulator = FingerSimulator::new(64, FingerprintConfig::default()).unwrap();
    // Three impressions a finger: mated and non-mated comparisons.
    let prints: Vec<Template> =
        (0..PRINTS.div_ceil(3)).flat_map(|finger| simulator.impressions(finger, 3)).collect();
    let algorithm = Algorithm::standard();
    let matchers: Vec<Matcher> =
        prints[..PRINTS as usize].iter().map(|print| Matcher::with(&algorithm, print)).collect();
    let rows: Vec<usize> = (0..matchers.len()).collect();
    let rows = Threads::All.map(&rows, |&row| {
        let mut hash = Sha256::new();
        for candidate in &matchers[row..] {
            let comparison = matchers[row].compare(candidate.probe()).unwrap();
            hash.update(comparison.score.to_le_bytes());
            hash.update(comparison.parts.fused.to_le_bytes());
            hash.update(comparison.parts.evidence.to_le_bytes());
            comparison.pairs.iter().for_each(|&index| hash.update([index as u8]));
        }
        hash.finalize()
    });
    let all = rows.unwrap().iter().fold(Sha256::new(), Sha256::chain_update);
    format!("{:x}", all.finalize())
}

#[test]
fn every_level_gives_the_same_scores_and_evidence() {
    if std::env::var_os(CHILD).is_some() {
        println!("{CHILD} {} {}", Level::active(), digest());
        return;
    }
    let of = |level: Level| {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["every_level_gives_the_same_scores_and_evidence", "--exact", "--nocapture"])
            .env(CHILD, "1")
            .env(Level::VARIABLE, level.name())
            .output()
            .unwrap();
        let text = String::from_utf8(child.stdout).unwrap();
        let line =
            text.lines().find_map(|line| line.split_once(CHILD)).map(|(_, rest)| rest.trim().to_owned());
        let line =
            line.unwrap_or_else(|| panic!("{level}: {text}{}", String::from_utf8_lossy(&child.stderr)));
        let (ran, digest) = line.split_once(' ').unwrap();
        assert_eq!(ran, level.name(), "the level that was asked for");
        digest.to_owned()
    };
    let digests: Vec<(Level, String)> =
        Level::present().into_iter().map(|level| (level, of(level))).collect();
    println!("{digests:?}");
    assert!(digests.iter().all(|(_, digest)| *digest == digests[0].1), "{digests:#?}");
}
