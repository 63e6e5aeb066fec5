//! What does a search with all fingers of a person find that one finger does not, what does the fast one lose, and what
//! does it cost?
//!
//! `cargo run --release -p matcher-examples --example tenprint_loss -- FOLDER [--simulated N] [--repeats N] [--partial N]
//! [--window TENTHS_OF_MM] [--keep N] [--threads N]`: the people of a labelled folder (identities `<person>_<finger
//! position>`, two samples each) are planted among N simulated ten-print subjects (20,000 unless said; 75 kB each). Each
//! sample of a person is a probe, itself left out: first with the `keep` minutiae of least quality of each finger (12),
//! then `repeats` times with so many drawn from the worst 20. Then the first `partial` simulated subjects, another
//! impression of them, of which each finger shows only a round window.
//!
//! Printed are, of all such searches, the share that one finger alone does not list first; that all fingers do not; of
//! these how many an exhaustive search would have listed first: whose mate, compared in full, has a higher score than
//! all that were listed; and whose mate was not compared. The later stages let pass the same shares of the subjects as
//! among 100,000: their least numbers are that much smaller. Then the times on one thread under the default parameters,
//! and from them the time among 100,000 subjects, where as many go on to the later stages as among fewer.

use matcher_core::error::{Error, Result};
use matcher_core::evaluation::LabelledFolder;
use matcher_core::fingerprint::{FingerPosition, Minutia, Template, TemplateBuilder};
use matcher_core::formats::ReadOptions;
use matcher_core::gallery::{Gallery, SubjectId};
use matcher_core::search::{CandidateList, Cascade, Mode, Options, search};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::work::Threads;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// Subjects among which a search is to be measured, whatever the gallery holds.
const AMONG: usize = 100_000;
/// Subjects simulated at a time.
const BATCH: u64 = 2000;
/// Minutiae of least quality that a repeat draws from.
const DRAWN_FROM: usize = 20;
/// Searches that a time is the best of.
const REPEATS: usize = 5;

struct Arguments {
    folder: String,
    simulated: u64,
    repeats: u64,
    partial: u64,
    /// Radius of the window in mm.
    window: f64,
    keep: usize,
    threads: Threads,
}

/// A search whose mate is known.
struct Case {
    own: Option<SubjectId>,
    mate: SubjectId,
    probe: Vec<Template>,
}

/// What became of one: see the columns that are printed.
const OUTCOMES: usize = 4;

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tenprint_loss: {error}");
            ExitCode::from(2)
        }
    }
}

fn measure() -> Result<()> {
    let arguments = arguments()?;
    let Arguments { simulated, repeats, partial, window, keep, threads, .. } = arguments;
    let simulator = FingerSimulator::new(5, FingerprintConfig::default())?;
    let people = read(&arguments.folder)?;
    let started = Instant::now();
    let gallery = plant(&simulator, simulated, &people, threads)?;
    println!("{} subjects enrolled in {:.0} s", gallery.len(), started.elapsed().as_secs_f64());
    println!("searches | first missed, one finger | all fingers | beyond exhaustive | mate not compared | s");
    let worst = cases(&people, |print, _| cut(print, keep, keep, 0))?;
    report(&format!("real, worst {keep}"), &gallery, &worst, threads)?;
    let mut drawn = Vec::new();
    for repeat in 1..=repeats {
        drawn.extend(cases(&people, |print, k| {
            cut(print, keep, DRAWN_FROM.max(keep), mixed(repeat << 32 | k))
        })?);
    }
    report(&format!("real, {keep} of the worst {}", DRAWN_FROM.max(keep)), &gallery, &drawn, threads)?;
    let windows: Vec<Case> = (0..partial.min(simulated))
        .map(|k| {
            let subject = simulator.subject(k, &FingerPosition::ALL[1..]);
            let prints = subject.impressions(1).zip(0..);
            let probe = prints.map(|(print, finger)| seen(&print, window, mixed(k << 8 | finger))).collect();
            Ok(Case { own: None, mate: SubjectId::new(&subject.id())?, probe: all(probe)? })
        })
        .collect::<Result<_>>()?;
    report(&format!("simulated, window of {window} mm"), &gallery, &windows, threads)?;
    let whole = simulator.subject(1, &FingerPosition::ALL[1..]).impressions(1).collect();
    for (name, probe) in [("whole", Some(whole)), ("cut", worst.into_iter().next().map(|case| case.probe))] {
        times(name, &gallery, &probe.unwrap_or_default())?;
    }
    Ok(())
}

fn arguments() -> Result<Arguments> {
    let mut found = Arguments {
        folder: String::new(),
        simulated: 20_000,
        repeats: 4,
        partial: 200,
        window: 2.8,
        keep: 12,
        threads: Threads::All,
    };
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        let mut number = || -> Result<usize> {
            let value = given.next().unwrap_or_default();
            let wrong = |_| Error::invalid("arguments", &argument, format!("{value:?}"), "a number");
            value.parse().map_err(wrong)
        };
        match argument.as_str() {
            "--simulated" => found.simulated = number()? as u64,
            "--repeats" => found.repeats = number()? as u64,
            "--partial" => found.partial = number()? as u64,
            "--window" => found.window = number()? as f64 / 10.0,
            "--keep" => found.keep = number()?,
            "--threads" => found.threads = Threads::new(number()?),
            _ => found.folder = argument,
        }
    }
    if found.folder.is_empty() {
        return Err(Error::invalid("arguments", "folder", "none", "one of labelled prints"));
    }
    Ok(found)
}

/// The prints of each person, by sample.
type People = BTreeMap<String, BTreeMap<String, Vec<Template>>>;

fn read(folder: &str) -> Result<People> {
    let read = LabelledFolder::read(Path::new(folder), None, &ReadOptions::default())?;
    let mut people = People::new();
    for (label, template) in read.labels.into_iter().zip(read.templates) {
        let (person, finger) = label.identity.split_once('_').unwrap_or((&label.identity, ""));
        let position = finger.parse().ok().and_then(FingerPosition::from_code).ok_or_else(|| {
            Error::invalid(folder, "identity", &label.identity, "<person>_<finger position>")
        })?;
        let samples = people.entry(person.to_owned()).or_default();
        let print = shown(&template, template.minutiae(), position)?;
        samples.entry(label.sample).or_default().push(print);
    }
    Ok(people)
}

fn plant(simulator: &FingerSimulator, simulated: u64, people: &People, threads: Threads) -> Result<Gallery> {
    let mut gallery = Gallery::in_memory();
    for start in (0..simulated).step_by(BATCH as usize) {
        let batch: Vec<u64> = (start..simulated.min(start + BATCH)).collect();
        let batch = threads.map(&batch, |&k| {
            let subject = simulator.subject(k, &FingerPosition::ALL[1..]);
            Ok((SubjectId::new(&subject.id())?, subject.impressions(0).collect()))
        })?;
        gallery.enrol_many(batch.into_iter().collect::<Result<Vec<(_, Vec<_>)>>>()?, threads)?;
    }
    for (person, samples) in people {
        for (sample, prints) in samples {
            gallery.enrol(id(person, sample)?, prints.clone())?;
        }
    }
    Ok(gallery)
}

fn id(person: &str, sample: &str) -> Result<SubjectId> {
    SubjectId::new(&format!("real-{person}-{sample}"))
}

/// Each sample of each person against every other of the same one.
fn cases(people: &People, cut: impl Fn(&Template, u64) -> Result<Template>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let mut prints = 0;
    for (person, samples) in people {
        for (sample, templates) in samples {
            let probe = templates.iter().map(|print| {
                prints += 1;
                cut(print, prints)
            });
            let probe = all(probe.collect())?;
            for mate in samples.keys().filter(|mate| *mate != sample) {
                let (own, mate) = (Some(id(person, sample)?), id(person, mate)?);
                cases.push(Case { own, mate, probe: probe.clone() });
            }
        }
    }
    Ok(cases)
}

fn all(prints: Vec<Result<Template>>) -> Result<Vec<Template>> {
    prints.into_iter().collect()
}

/// A print that shows these minutiae only.
fn shown(print: &Template, minutiae: &[Minutia], position: FingerPosition) -> Result<Template> {
    let builder = Template::builder().resolution(print.resolution()).finger_position(position);
    Ok(minutiae.iter().copied().fold(builder, TemplateBuilder::minutia).build()?.template)
}

/// So many minutiae, drawn from the worst.
fn cut(print: &Template, keep: usize, from: usize, seed: u64) -> Result<Template> {
    let mut minutiae = print.minutiae().to_vec();
    minutiae.sort_by_key(|minutia| minutia.quality);
    minutiae.truncate(from);
    let mut drawn: Vec<_> =
        (0..).zip(minutiae).map(|(k, minutia)| (mixed(seed ^ mixed(k)), minutia)).collect();
    drawn.sort_by_key(|&(number, _)| number);
    let drawn: Vec<Minutia> = drawn.into_iter().take(keep).map(|(_, minutia)| minutia).collect();
    shown(print, &drawn, print.finger_position())
}

/// What lies within a radius in mm of one of its minutiae.
fn seen(print: &Template, radius: f64, seed: u64) -> Result<Template> {
    let minutiae = print.minutiae();
    let Some(centre) = minutiae.get((seed % minutiae.len().max(1) as u64) as usize) else {
        return Ok(print.clone());
    };
    let radius = radius / 25.4 * print.resolution().x.to_f64();
    let near = |minutia: &&Minutia| {
        let (x, y) = (minutia.x.to_f64() - centre.x.to_f64(), minutia.y.to_f64() - centre.y.to_f64());
        x * x + y * y <= radius * radius
    };
    let near: Vec<Minutia> = minutiae.iter().filter(near).copied().collect();
    shown(print, &near, print.finger_position())
}

/// A number that looks random: the finaliser of `SplitMix64`.
fn mixed(seed: u64) -> u64 {
    let mut z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn report(name: &str, gallery: &Gallery, cases: &[Case], threads: Threads) -> Result<()> {
    let started = Instant::now();
    let outcomes = threads.map(cases, |case| outcome(gallery, case))?;
    let outcomes = outcomes.into_iter().collect::<Result<Vec<_>>>()?;
    let share = |k: usize| {
        100.0 * outcomes.iter().filter(|outcome| outcome[k]).count() as f64 / outcomes.len().max(1) as f64
    };
    println!(
        "{name}: {} | {:.1} % | {:.1} % | {:.1} % | {:.1} % | {:.0} s",
        outcomes.len(),
        share(0),
        share(1),
        share(2),
        share(3),
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Lets pass the shares of these subjects that the default lets pass of many.
fn as_among(subjects: usize) -> Cascade {
    let default = Cascade::default();
    let scaled = |least: usize| (least * subjects).div_ceil(AMONG).min(least);
    Cascade {
        subject_code_least: scaled(default.subject_code_least),
        subject_relaxed_least: scaled(default.subject_relaxed_least),
        ..default
    }
}

fn outcome(gallery: &Gallery, case: &Case) -> Result<[bool; OUTCOMES]> {
    let cascade = as_among(gallery.len());
    let options = || Options {
        cascade,
        limit: usize::MAX,
        threads: Threads::ONE,
        exclude: case.own.clone().into_iter().collect(),
        ..Options::default()
    };
    let first = |list: &CandidateList| list.candidates.first().is_some_and(|c| c.subject_id == case.mate);
    let list = search(gallery, &case.probe, &options())?;
    let (missed, best) = (!first(&list), list.candidates.first().map_or(0.0, |c| c.score));
    // What an exhaustive search would say of the mate.
    let mut alone = Gallery::with(gallery.algorithm());
    alone.enrol(case.mate.clone(), gallery.get(&case.mate)?.fingerprints().to_vec())?;
    let exhaustive = search(&alone, &case.probe, &Options { mode: Mode::Exhaustive, ..options() })?;
    let score = exhaustive.candidates.first().map_or(0.0, |c| c.score);
    let finger = (mixed(best.to_bits()) % case.probe.len().max(1) as u64) as usize;
    let one = Options { cascade: Cascade::default(), ..options() };
    let one = search(gallery, &case.probe[finger..=finger], &one)?;
    let not_compared = score > 0.0 && !list.candidates.iter().any(|c| c.subject_id == case.mate);
    Ok([!first(&one), missed, missed && score > best, not_compared])
}

/// The best of some searches on one thread, in seconds.
fn time(gallery: &Gallery, probe: &[Template], cascade: Cascade) -> Result<f64> {
    let mut best = f64::INFINITY;
    for _ in 0..REPEATS {
        let options = Options { cascade, threads: Threads::ONE, ..Options::default() };
        let started = Instant::now();
        search(gallery, probe, &options)?;
        best = best.min(started.elapsed().as_secs_f64());
    }
    Ok(best)
}

fn times(name: &str, gallery: &Gallery, probe: &[Template]) -> Result<()> {
    let default = Cascade::default();
    let few = Cascade {
        subject_code_share: 0.0,
        subject_code_least: 1,
        subject_relaxed_share: 0.0,
        subject_relaxed_least: 1,
        subject_minutiae: 0,
        ..default
    };
    let empty = Gallery::with(gallery.algorithm());
    let prepared = time(&empty, probe, default)?;
    let (all, first) = (time(gallery, probe, default)?, time(gallery, probe, few)?);
    let a_subject = (first - prepared) / gallery.len() as f64;
    let among = a_subject + (all - first + prepared) / AMONG as f64;
    let mut apart = 0.0;
    for print in probe {
        apart += time(gallery, std::slice::from_ref(print), default)?;
    }
    println!(
        "{name}, {} fingers on one thread: {:.0} ms, of which {:.0} ms to prepare them and {:.2} us a subject for the first \
         stage; each finger by itself {:.0} ms; among {AMONG} subjects {:.2} us a subject",
        probe.len(),
        1e3 * all,
        1e3 * prepared,
        1e6 * a_subject,
        1e3 * apart,
        1e6 * among
    );
    Ok(())
}
