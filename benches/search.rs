//! How many prints a second does a search compare?
//!
//! One probe against galleries of 1,000 and 10,000 simulated prints, exhaustively, on one thread and on all. What two
//! galleries show beside each other: whether the time a print stays the same as the gallery grows out of the caches.

use matcher_benches::{Case, Meter, Outcome};
use matcher_core::Result;
use matcher_core::fingerprint::FingerPosition;
use matcher_core::gallery::{Gallery, SubjectId};
use matcher_core::search::{CandidateList, Options, search};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::work::Threads;

const FINGER: [FingerPosition; 1] = [FingerPosition::RightIndex];
/// The subject whose second impression is the probe.
const SEARCHED: u64 = 617;

fn main() -> Outcome {
    let mut meter = Meter::start();
    let simulator = FingerSimulator::new(3, FingerprintConfig::default())?;
    let subject = simulator.subject(SEARCHED, &FINGER);
    let probe: Vec<_> = subject.impressions(1).collect();
    for prints in [1_000, 10_000] {
        let gallery = gallery_of(&simulator, prints)?;
        let on = |threads| -> Result<CandidateList> {
            search(&gallery, &probe, &Options { threads, ..Options::default() })
        };
        let expected = on(Threads::ONE)?;
        assert_eq!(expected.candidates[0].subject_id.as_str(), subject.id(), "the mate is at rank 1");
        assert!(expected.complete && expected.searched + expected.not_comparable == prints);
        assert_eq!(on(Threads::All)?, expected, "the answer does not depend on the number of threads");

        let [best, next] = [0, 1].map(|k: usize| expected.candidates[k].score);
        let answer = format!("mate at rank 1 of {} with {best}, next {next}", expected.searched);
        for (threads, how) in [(Threads::ONE, "one_thread"), (Threads::All, "all_threads")] {
            let name = format!("search/{how}/{prints}");
            let case = Case { name, things: "prints", n: prints, answer: answer.clone() };
            meter.measure(&case, || on(threads))?;
        }
    }
    Ok(())
}

/// One finger a subject, one print a finger.
fn gallery_of(simulator: &FingerSimulator, prints: usize) -> Result<Gallery> {
    let subjects: Vec<u64> = (0..prints as u64).collect();
    let simulated = Threads::All.map(&subjects, |&index| {
        let subject = simulator.subject(index, &FINGER);
        Ok((SubjectId::new(&subject.id())?, subject.impressions(0).collect()))
    })?;
    let mut gallery = Gallery::in_memory();
    gallery.enrol_many(simulated.into_iter().collect::<Result<_>>()?, Threads::All)?;
    Ok(gallery)
}
