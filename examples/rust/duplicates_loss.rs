//! What does all against all cost, and which of the people who are there twice does it lose?
//!
//! `cargo run --release -p matcher-examples --example duplicates_loss -- [FOLDER...] [--simulated N] [--twice N]
//! [--exhaustive N] [--profiles N] [--threads N] [--folder PATH] [--code-share X] [--relaxed N]`: N simulated fingers
//! (20,000 unless said), of which some have a second impression under another id (1,000), and the real prints of labelled
//! folders among them, a subject each. All are compared with all by the stages. Printed are the links, the comparisons a
//! second and core, the peak of memory, and how many of the mated pairs were lost that reach the decision threshold.
//! `--exhaustive N` does so with the first N simulated fingers and all real prints, and with every pair in full: the loss
//! against brute force (27 us a pair and core). `--folder` is where a gallery that lasts is made, or opened where it is;
//! unless given it lives in memory. `--profiles N` times N simulated DNA profiles instead, exact and with one mismatch.

use matcher_core::dna::compare::{Rule, Stringency};
use matcher_core::dna::{Frequencies, Panel};
use matcher_core::error::{Error, Result};
use matcher_core::evaluation::LabelledFolder;
use matcher_core::fingerprint::matcher::DECISION_THRESHOLD;
use matcher_core::fingerprint::{Algorithm, Matcher, Template};
use matcher_core::formats::ReadOptions;
use matcher_core::gallery::{Gallery, ProfileTable, SubjectId};
use matcher_core::search::{
    DuplicateOptions, DuplicateStages, Links, Mode, find_duplicate_prints, find_duplicate_profiles,
};
use matcher_core::simulate::dna::profiles;
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::units::Theta;
use matcher_core::work::Threads;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Simulated at a time.
const BATCH: u64 = 20_000;
/// Clock ticks of a second in what Linux says of a process.
const TICKS: f64 = 100.0;

struct Arguments {
    folders: Vec<String>,
    simulated: u64,
    twice: u64,
    exhaustive: u64,
    profiles: u64,
    threads: usize,
    folder: Option<PathBuf>,
    stages: DuplicateStages,
}

/// Two ids, the lesser one first.
type Pair = (String, String);
/// Real prints by id, and the mated pairs that reach the threshold.
type Real = (Vec<(String, Template)>, BTreeSet<Pair>);

fn main() -> ExitCode {
    let measured = arguments().and_then(|arguments| {
        if arguments.profiles > 0 { profiles_twice(&arguments) } else { prints_twice(&arguments) }
    });
    match measured {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("duplicates_loss: {error}");
            ExitCode::from(2)
        }
    }
}

fn arguments() -> Result<Arguments> {
    let mut all = Arguments {
        folders: Vec::new(),
        simulated: 20_000,
        twice: 1000,
        exhaustive: 0,
        profiles: 0,
        threads: 0,
        folder: None,
        stages: DuplicateStages::default(),
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut text = || arguments.next().unwrap_or_default();
        match argument.as_str() {
            "--simulated" => all.simulated = number(&argument, &text())?,
            "--twice" => all.twice = number(&argument, &text())?,
            "--exhaustive" => all.exhaustive = number(&argument, &text())?,
            "--profiles" => all.profiles = number(&argument, &text())?,
            "--threads" => all.threads = number(&argument, &text())?,
            "--code-share" => all.stages.code_share = number(&argument, &text())?,
            "--relaxed" => all.stages.relaxed = number(&argument, &text())?,
            "--folder" => all.folder = Some(PathBuf::from(text())),
            _ => all.folders.push(argument),
        }
    }
    Ok(all)
}

fn number<T: std::str::FromStr>(argument: &str, value: &str) -> Result<T> {
    let wrong = |_| Error::invalid("arguments", argument, format!("{value:?}"), "a number");
    value.parse().map_err(wrong)
}

/// Runs some work and says what it took: seconds, and those of all processors where the system tells.
fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, f64, f64)> {
    let (started, before) = (Instant::now(), processor_seconds());
    let result = work()?;
    let seconds = started.elapsed().as_secs_f64();
    let processors = before.zip(processor_seconds()).map_or(f64::NAN, |(before, after)| after - before);
    Ok((result, seconds, processors))
}

/// Seconds of all processors that this process has had, as Linux says.
fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(") ").next()?.split(' ').collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS)
}

/// The most memory that this process has had, in MB, as Linux says.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.map_or(f64::NAN, |kilobytes| kilobytes * 1024.0 / 1e6)
}

fn prints_twice(arguments: &Arguments) -> Result<()> {
    let (templates, mated) = real(&arguments.folders, Threads::new(arguments.threads))?;
    let reach = mated.len();
    println!("{} real prints, {reach} mated pairs at or above {DECISION_THRESHOLD}", templates.len());
    if arguments.exhaustive > 0 {
        let gallery = gallery(arguments, arguments.exhaustive, &templates, None)?;
        let fast = find(&gallery, arguments, Mode::Fast)?;
        let full = find(&gallery, arguments, Mode::Exhaustive)?;
        let of = |links: &Links| -> BTreeSet<Pair> {
            links.edges.iter().map(|link| (link.a.clone(), link.b.clone())).collect()
        };
        let (fast, full) = (of(&fast), of(&full));
        let lost = full.difference(&fast).count();
        let share = 100.0 * lost as f64 / full.len().max(1) as f64;
        println!("brute force finds {} links, of which the stages lose {lost}: {share:.3} %", full.len());
        let by_chance: Vec<_> =
            full.iter().filter(|pair| !mated.contains(*pair) && !is_twice(pair)).collect();
        let lost = by_chance.iter().filter(|pair| !fast.contains(**pair)).count();
        println!("of these {} are of two people, and of them {lost} are lost", by_chance.len());
        return Ok(());
    }
    let gallery = gallery(arguments, arguments.simulated, &templates, arguments.folder.as_deref())?;
    let links = find(&gallery, arguments, Mode::Fast)?;
    let found: BTreeSet<Pair> = links.edges.iter().map(|link| (link.a.clone(), link.b.clone())).collect();
    let lost = mated.difference(&found).count();
    let share = 100.0 * lost as f64 / reach.max(1) as f64;
    println!("of the {reach} real mated pairs {lost} are lost: {share:.3} %");
    let again = found.iter().filter(|pair| is_twice(pair)).count();
    println!(
        "of {} simulated fingers that are there twice {again} are found",
        arguments.twice.min(arguments.simulated)
    );
    Ok(())
}

/// Whether two ids are of one simulated finger.
fn is_twice((a, b): &Pair) -> bool {
    a.strip_prefix("alias-").is_some_and(|number| b.strip_prefix("simulated-") == Some(number))
}

fn find(gallery: &Gallery, arguments: &Arguments, mode: Mode) -> Result<Links> {
    let options = DuplicateOptions {
        limit: usize::MAX,
        mode,
        stages: arguments.stages,
        threads: Threads::new(arguments.threads),
        ..DuplicateOptions::default()
    };
    let (links, seconds, processors) = timed(|| find_duplicate_prints(gallery, &options))?;
    println!("{}: {} subjects, {} pairs, {} links", mode.name(), links.searched, links.pairs, links.found);
    if let Some(stages) = links.stages {
        println!(
            "of {} pairs of prints {} passed by their codes, {} by their relaxed similarity; {} pairs of subjects in full",
            stages.prints, stages.code_passed, stages.relaxed_passed, stages.compared
        );
    }
    println!(
        "{seconds:.1} s, {processors:.1} s of processors: {:.2} million pairs a second and core; peak {:.0} MB",
        links.pairs as f64 / processors / 1e6,
        peak()
    );
    Ok(links)
}

/// Reads the real prints, and compares the mated ones with each other.
fn real(folders: &[String], threads: Threads) -> Result<Real> {
    let algorithm = Algorithm::standard();
    let (mut all, mut mated) = (Vec::new(), BTreeSet::new());
    for (set, folder) in folders.iter().enumerate() {
        let read = LabelledFolder::read(Path::new(folder), None, &ReadOptions::default())?;
        let names: Vec<String> = read.names.iter().map(|name| format!("real-{set}-{name}")).collect();
        let matchers = threads.map(&read.templates, |template| Matcher::with(&algorithm, template))?;
        for a in 0..names.len() {
            for b in (0..names.len()).filter(|&b| read.labels[a].identity == read.labels[b].identity) {
                if names[a] < names[b] && matchers[a].score(matchers[b].probe())? >= DECISION_THRESHOLD {
                    mated.insert((names[a].clone(), names[b].clone()));
                }
            }
        }
        all.extend(names.into_iter().zip(read.templates));
    }
    Ok((all, mated))
}

/// The simulated fingers, some of them twice, and the real prints among them.
fn gallery(
    arguments: &Arguments,
    simulated: u64,
    real: &[(String, Template)],
    folder: Option<&Path>,
) -> Result<Gallery> {
    let threads = Threads::new(arguments.threads);
    if let Some(folder) = folder.filter(|folder| folder.exists()) {
        return Gallery::open_read_only(folder);
    }
    let mut gallery = match folder {
        Some(folder) => Gallery::create(folder, "measuring")?,
        None => Gallery::in_memory(),
    };
    let simulator = FingerSimulator::new(99, FingerprintConfig::default())?;
    for start in (0..simulated).step_by(BATCH as usize) {
        let fingers: Vec<u64> = (start..simulated.min(start + BATCH)).collect();
        let batch = threads.map(&fingers, |&finger| -> Result<_> {
            let twice = finger < arguments.twice;
            let names =
                ["simulated", "alias"].into_iter().zip(simulator.impressions(finger, 1 + u32::from(twice)));
            names
                .map(|(name, print)| Ok((SubjectId::new(&format!("{name}-{finger}"))?, vec![print])))
                .collect()
        })?;
        let batch: Vec<Vec<_>> = batch.into_iter().collect::<Result<_>>()?;
        gallery.enrol_many(batch.into_iter().flatten().collect(), threads)?;
    }
    let planted = real.iter().map(|(name, template)| Ok((SubjectId::new(name)?, vec![template.clone()])));
    gallery.enrol_many(planted.collect::<Result<_>>()?, threads)?;
    Ok(gallery)
}

fn profiles_twice(arguments: &Arguments) -> Result<()> {
    let frequencies = Frequencies::builtin("nist1036")?;
    let mut table = ProfileTable::new(Panel::standard());
    let people = profiles(arguments.profiles, &frequencies, 7, Theta::ZERO)?;
    for (number, profile) in people.enumerate() {
        table.push(&profile);
        if (number as u64) < arguments.twice {
            table.push(&profile.with_id(&format!("alias-{number}"))?);
        }
    }
    println!("{} profiles, {} of them twice", table.len(), arguments.twice);
    for (stringency, mismatches) in
        [(Stringency::High, 0), (Stringency::High, 1), (Stringency::Moderate, 0), (Stringency::Moderate, 1)]
    {
        let rule = Rule::new("measured", stringency, 15, mismatches);
        let options = DuplicateOptions {
            limit: usize::MAX,
            threads: Threads::new(arguments.threads),
            ..DuplicateOptions::default()
        };
        let (links, seconds, processors) = timed(|| find_duplicate_profiles(&table, &rule, &options))?;
        println!(
            "{stringency:?}, {mismatches} mismatches: {} links, {seconds:.1} s, {processors:.1} s of processors; peak {:.0} MB",
            links.found,
            peak()
        );
    }
    Ok(())
}
