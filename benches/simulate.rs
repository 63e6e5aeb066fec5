//! How many prints a second are simulated?
//!
//! A simulated gallery takes that long before the first search in it can be measured. A finger is its pattern with all
//! minutiae; an impression shows a part of them. A print of a new finger needs both.

use matcher_benches::{Case, Meter, Outcome};
use matcher_core::fingerprint::{Algorithm, Matcher, matcher::DECISION_THRESHOLD};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};

fn main() -> Outcome {
    let mut meter = Meter::start();
    let simulator = FingerSimulator::new(5, FingerprintConfig::default())?;
    let master = simulator.master(9);
    let [first, second] = [0, 1].map(|k| simulator.impression(&master, k));
    assert_eq!(simulator.impressions(9, 2), [first.clone(), second.clone()], "made again, the same");
    let matcher = Matcher::with(&Algorithm::standard(), &first);
    let score = matcher.score(&matcher.prepare(&second))?;
    assert!(score >= DECISION_THRESHOLD, "two impressions of a finger are a mated pair: {score}");

    let answer = format!("{} minutiae, the same when made again", master.minutiae().len());
    let mut finger = 0;
    meter.measure(
        &Case { name: "simulate/finger/default".into(), things: "fingers", n: 1, answer },
        || {
            finger += 1;
            simulator.master(finger % 1_000)
        },
    )?;

    let sizes = (first.minutiae().len(), second.minutiae().len());
    let answer = format!("two of a finger have {} and {} minutiae, mated score {score}", sizes.0, sizes.1);
    let mut impression = 0;
    meter.measure(
        &Case { name: "simulate/impression/default".into(), things: "impressions", n: 1, answer },
        || {
            impression += 1;
            simulator.impression(&master, impression % 1_000)
        },
    )
}
