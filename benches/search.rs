//! How many prints a second does a search compare?
//!
//! One probe against galleries of 10,000 and 100,000 simulated prints, and of 1,000,000 where `MATCHER_BENCH_MILLION` is
//! set or the benchmark runs for its figures (without `--test`); fast on one thread and on two, exhaustively on both for
//! the smallest. What the sizes show beside each other: whether the time a print stays the same as the gallery grows out
//! of the caches, and what the stages cost that look at a fixed number of prints.

use matcher_benches::{Case, Meter, Outcome};
use matcher_core::Result;
use matcher_core::fingerprint::{FingerPosition, Template};
use matcher_core::gallery::{Gallery, SubjectId};
use matcher_core::search::{CandidateList, Mode, Options, search};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::work::Threads;
use std::time::Instant;

const FINGER: [FingerPosition; 1] = [FingerPosition::RightIndex];
/// The subject whose second impression is the probe.
const SEARCHED: u64 = 617;
/// Subjects that are simulated and enrolled at a time: a batch holds them twice.
const BATCH: u64 = 50_000;
/// Up to here an exhaustive search is measured too; it takes half a second.
const EXHAUSTIVE: usize = 10_000;

fn main() -> Outcome {
    let mut meter = Meter::start();
    let simulator = FingerSimulator::new(3, FingerprintConfig::default())?;
    let subject = simulator.subject(SEARCHED, &FINGER);
    let probe: Vec<_> = subject.impressions(1).collect();
    let quick = std::env::args().any(|argument| argument == "--test");
    let million = !quick || std::env::var_os("MATCHER_BENCH_MILLION").is_some();

    let mut gallery = Gallery::in_memory();
    for prints in [10_000, 100_000, 1_000_000].into_iter().filter(|&prints| prints <= 100_000 || million) {
        let started = Instant::now();
        let before = gallery.len();
        grow(&mut gallery, &simulator, prints)?;
        let seconds = started.elapsed().as_secs_f64();
        println!("{} prints simulated and enrolled in {seconds:.1} s", prints - before);

        check(&gallery, &probe, subject.id().as_str(), prints)?;
        for (mode, threads) in
            [(Mode::Fast, 1), (Mode::Fast, 2), (Mode::Exhaustive, 1), (Mode::Exhaustive, 2)]
        {
            if mode == Mode::Fast || prints <= EXHAUSTIVE {
                let name = format!("search/{}/{prints}x{threads}", mode.name());
                let answer = told(&found(&gallery, &probe, mode, Threads::new(threads))?);
                let case = Case { name, things: "prints", n: prints, answer };
                meter.measure(&case, || found(&gallery, &probe, mode, Threads::new(threads)))?;
            }
        }
    }
    Ok(())
}

fn found(gallery: &Gallery, probe: &[Template], mode: Mode, threads: Threads) -> Result<CandidateList> {
    search(gallery, probe, &Options { mode, threads, limit: 10, ..Options::default() })
}

/// Asserts that all ways of searching find the mate first, and on the smallest gallery the same as an exhaustive search.
fn check(gallery: &Gallery, probe: &[Template], mate: &str, prints: usize) -> Result<()> {
    let expected = found(gallery, probe, Mode::Fast, Threads::ONE)?;
    assert_eq!(expected.candidates[0].subject_id.as_str(), mate, "the mate is at rank 1");
    assert!(expected.complete && expected.searched + expected.not_comparable == prints);
    for threads in [Threads::new(2), Threads::All] {
        let answer = found(gallery, probe, Mode::Fast, threads)?;
        assert_eq!(answer, expected, "the answer does not depend on the number of threads");
    }
    if prints <= EXHAUSTIVE {
        let exhaustive = found(gallery, probe, Mode::Exhaustive, Threads::All)?;
        assert_eq!(exhaustive.candidates[0], expected.candidates[0], "the same score and evidence");
    }
    Ok(())
}

/// An answer in words.
fn told(answer: &CandidateList) -> String {
    let [best, next] = [0, 1].map(|k: usize| answer.candidates.get(k).map_or(0.0, |c| c.score));
    let compared = answer.cascade.as_ref().map_or(answer.searched, |cascade| cascade.compared);
    format!("mate at rank 1 of {} with {best}, next {next}; {compared} compared in full", answer.searched)
}

/// Enrols subjects with one print each until there are so many.
fn grow(gallery: &mut Gallery, simulator: &FingerSimulator, prints: usize) -> Result<()> {
    while gallery.len() < prints {
        let start = gallery.len() as u64;
        let subjects: Vec<u64> = (start..(start + BATCH).min(prints as u64)).collect();
        let simulated = Threads::All.map(&subjects, |&index| {
            let subject = simulator.subject(index, &FINGER);
            Ok((SubjectId::new(&subject.id())?, subject.impressions(0).collect()))
        })?;
        gallery.enrol_many(simulated.into_iter().collect::<Result<_>>()?, Threads::All)?;
    }
    Ok(())
}
