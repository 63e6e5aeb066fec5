//! What a gallery that lasts costs: enrolling, opening, the first search, every further one beside one in memory, and
//! bytes on the disk.
//!
//! Subjects with ten simulated fingers each: 200 with `--test`, 10,000 otherwise, 100,000 where `MATCHER_BENCH_MILLION` is
//! set (a million fingers; 3 GB on the disk, and as many in memory until the comparison is done). Simulated DNA profiles:
//! 20,000, a million, or 20 million. Files lie where `MATCHER_BENCH_FOLDER` says, or in the folder for temporary files; how
//! fast a durable change is depends on that disk.

use matcher_benches::{Case, Meter, Outcome};
use matcher_core::Result;
use matcher_core::dna::Frequencies;
use matcher_core::dna::compare::Rule;
use matcher_core::fingerprint::{FingerPosition, Template};
use matcher_core::gallery::{Enrolment, Gallery, SubjectId};
use matcher_core::search::{CandidateList, Options, ProfileOptions, search, search_dna};
use matcher_core::simulate::dna::profiles;
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::units::Theta;
use matcher_core::work::{Threads, Watch};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The subject whose second impressions are the probe.
const SEARCHED: u64 = 117;
/// Subjects of a batch.
const BATCH: u64 = 5000;
/// Profiles of a batch.
const PROFILES: usize = 250_000;

struct Sizes {
    subjects: u64,
    profiles: usize,
}

fn main() -> Outcome {
    let quick = std::env::args().any(|argument| argument == "--test");
    let sizes = match (quick, std::env::var_os("MATCHER_BENCH_MILLION")) {
        (true, _) => Sizes { subjects: 200, profiles: 20_000 },
        (false, None) => Sizes { subjects: 10_000, profiles: 1_000_000 },
        (false, Some(_)) => Sizes { subjects: 100_000, profiles: 20_000_000 },
    };
    let parent = std::env::var_os("MATCHER_BENCH_FOLDER").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = parent.join(format!("matcher-bench-gallery-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let done = prints(&folder.join("prints"), &sizes).and_then(|()| dna(&folder.join("dna"), &sizes));
    std::fs::remove_dir_all(&folder)?;
    done
}

/// How long something takes, printed in a unit.
fn timed<T>(name: &str, per: &str, count: f64, unit: f64, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let started = Instant::now();
    let result = work()?;
    println!("{name}: {:.3} {per}", started.elapsed().as_secs_f64() * unit / count);
    Ok(result)
}

fn fingers(
    simulator: &FingerSimulator,
    subjects: std::ops::Range<u64>,
    impression: u32,
) -> Result<Vec<Enrolment>> {
    let numbers: Vec<u64> = subjects.collect();
    let simulated = Threads::All.map(&numbers, |&index| {
        let subject = simulator.subject(index, &FingerPosition::ALL[1..]);
        Ok(Enrolment::new(SubjectId::new(&subject.id())?)
            .fingerprints(subject.impressions(impression).collect()))
    })?;
    simulated.into_iter().collect()
}

fn prints(folder: &Path, sizes: &Sizes) -> Outcome {
    let mut meter = Meter::start();
    let simulator = FingerSimulator::new(3, FingerprintConfig::default())?;
    let subject = simulator.subject(SEARCHED, &FingerPosition::ALL[1..]);
    let ten: Vec<Template> = subject.impressions(1).collect();
    let one = &ten[1..2];

    let mut lasting = Gallery::create(folder, "benchmark")?;
    let mut memory = Gallery::in_memory();
    let (mut seconds, mut start) = (0.0, 0);
    while start < sizes.subjects {
        let end = (start + BATCH).min(sizes.subjects);
        let batch = fingers(&simulator, start..end, 0)?;
        memory.enrol_many(batch.clone(), Threads::All)?;
        let started = Instant::now();
        lasting.enrol_many(batch, Threads::ONE)?;
        seconds += started.elapsed().as_secs_f64();
        start = end;
    }
    let enrolled = 10.0 * sizes.subjects as f64;
    println!(
        "enrolled in durable batches of {BATCH} subjects on one core: {:.0} fingers/s",
        enrolled / seconds
    );
    let stats = lasting.stats()?;
    if let Some(store) = &stats.store {
        let per = |bytes: u64| bytes as f64 / enrolled;
        let whole = store.segment_bytes + store.record_bytes + store.journal_bytes;
        println!(
            "{} minutiae a finger; bytes a finger: {:.0} in segments, {:.0} in records, {:.0} in all; {} segments",
            stats.minutiae as f64 / enrolled,
            per(store.segment_bytes),
            per(store.record_bytes),
            per(whole),
            store.segments
        );
    }
    drop(lasting);
    let mut lasting = timed("opened for writing", "ms", 1.0, 1e3, || Gallery::open(folder))?;
    timed("first search", "s", 1.0, 1.0, || found(&lasting, one, Threads::All))?;
    let singles = fingers(&simulator, sizes.subjects..sizes.subjects + 20, 0)?;
    timed("a durable enrolment of ten fingers", "ms", 20.0, 1e3, || {
        singles.into_iter().try_for_each(|subject| lasting.enrol_many(vec![subject], Threads::ONE))
    })?;
    drop(lasting);
    let lasting = timed("opened for reading", "ms", 1.0, 1e3, || Gallery::open_read_only(folder))?;

    let n = sizes.subjects as usize;
    for (name, probe, things, count) in [("one", one, "prints", n), ("ten", &ten[..], "subjects", n)] {
        let answer = found(&lasting, probe, Threads::ONE)?;
        assert_eq!(answer.candidates[0].subject_id.as_str(), subject.id(), "the mate is at rank 1");
        let told = format!("mate at rank 1 with {}", answer.candidates[0].score);
        for (home, gallery) in [("lasting", &lasting), ("memory", &memory)] {
            let case =
                Case { name: format!("gallery/{name}/{home}"), things, n: count, answer: told.clone() };
            meter.measure(&case, || found(gallery, probe, Threads::ONE))?;
        }
    }
    Ok(())
}

fn found(gallery: &Gallery, probe: &[Template], threads: Threads) -> Result<CandidateList> {
    search(gallery, probe, &Options { threads, limit: 10, ..Options::default() })
}

fn dna(folder: &Path, sizes: &Sizes) -> Outcome {
    let mut meter = Meter::start();
    let population = Frequencies::builtin("nist1036-cauc")?;
    let mut people = profiles(sizes.profiles as u64, &population, 5, Theta::ZERO)?;
    let mut gallery = Gallery::create(folder, "benchmark")?;
    let (mut seconds, mut number, mut probe) = (0.0, 0, None);
    loop {
        let batch = people.by_ref().take(PROFILES).map(|profile| {
            number += 1;
            probe = Some(profile.clone());
            Ok(Enrolment::new(SubjectId::new(&format!("P{number:08}"))?).profiles(vec![profile]))
        });
        let batch = batch.collect::<Result<Vec<_>>>()?;
        if batch.is_empty() {
            break;
        }
        let started = Instant::now();
        gallery.enrol_many(batch, Threads::ONE)?;
        seconds += started.elapsed().as_secs_f64();
    }
    println!("enrolled on one core: {:.0} profiles/s", sizes.profiles as f64 / seconds);
    drop(gallery);
    let gallery = timed("opened for reading", "ms", 1.0, 1e3, || Gallery::open_read_only(folder))?;
    let probe = [probe
        .ok_or_else(|| matcher_core::Error::invalid("", "profiles", 0, "1 or more"))?
        .with_id("probe")?];
    let rule =
        Rule::builtin("codis_moderate").ok_or_else(|| matcher_core::Error::invalid("", "rule", "", "one"))?;
    let options =
        || ProfileOptions { threads: Threads::ONE, watch: Watch::default(), ..ProfileOptions::default() };
    timed("first search", "s", 1.0, 1.0, || search_dna(&gallery, &probe, &rule, &options()))?;
    let answer = search_dna(&gallery, &probe, &rule, &options())?.remove(0);
    assert_eq!((answer.candidates[0].id.clone(), answer.searched), (format!("P{number:08}"), sizes.profiles));
    let told = format!("{} hits of {}", answer.hits, answer.searched);
    let case =
        Case { name: "gallery/dna/lasting".into(), things: "profiles", n: sizes.profiles, answer: told };
    meter.measure(&case, || search_dna(&gallery, &probe, &rule, &options()))?;
    Ok(())
}
