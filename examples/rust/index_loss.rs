//! What does a search by index lose against one that scans, and what does it gain?
//!
//! `cargo run --release -p matcher-examples --features faiss --example index_loss -- FOLDER... [--simulated N]
//! [--probes N] [--cells N] [--gallery FOLDER] [--standard]`: real prints in labelled folders are planted among N simulated
//! ones (1,000,000 unless said; 7.5 kB each), in memory or in a gallery that lasts, which is used again where it is there
//! with as many; `--standard` measures no other way to look up than the standard one. The probes are other impressions of N simulated fingers (200 unless said), and every other real print: its
//! mate is the next print of its finger, and the others of the finger are left out. A probe is missed where the mate is not
//! first in the list. Printed are, for each way to look up, the share of the mates found by scanning that are found by
//! index, the probes missed by either, and the time of the processor a search takes on one thread. A real mate counts where
//! its score reaches the lowest one of a decision (`DECISION_THRESHOLD`).

use matcher_core::error::{Error, Result};
use matcher_core::evaluation::LabelledFolder;
use matcher_core::fingerprint::matcher::DECISION_THRESHOLD;
use matcher_core::fingerprint::{Algorithm, Matcher, Prepared, Template};
use matcher_core::formats::ReadOptions;
use matcher_core::gallery::{Gallery, IndexConfig, SubjectId};
use matcher_core::search::{CandidateList, Lookup, Mode, Options, search};
use matcher_core::simd::Level;
use matcher_core::simd::nearest::{COLUMNS, Panel, sums};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::work::{Threads, Watch};
use std::collections::HashSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// Simulated at a time.
const BATCH: u64 = 50_000;
/// Searches that times are means of.
const TIMED: usize = 50;

/// A print to search with, and who should be found.
struct Probe {
    print: Template,
    mate: SubjectId,
    exclude: HashSet<SubjectId>,
}

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("index_loss: {error}");
            ExitCode::from(2)
        }
    }
}

fn measure() -> Result<()> {
    let (mut folders, mut simulated, mut probes, mut cells) = (Vec::new(), 1_000_000, 200, None);
    let (mut lasting, mut standard) = (None, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || -> Result<u64> {
            let value = arguments.next().unwrap_or_default();
            let wrong = |_| Error::invalid("arguments", &argument, format!("{value:?}"), "a number");
            value.parse().map_err(wrong)
        };
        match argument.as_str() {
            "--gallery" => lasting = arguments.next(),
            "--standard" => standard = true,
            "--simulated" => simulated = number()?.max(1),
            "--probes" => probes = number()?.max(1),
            "--cells" => cells = Some(number()? as usize),
            _ => folders.push(argument),
        }
    }
    let simulator = FingerSimulator::new(99, FingerprintConfig::default())?;
    let lasting = lasting.as_deref().map(Path::new);
    let is_there = lasting.is_some_and(Path::exists);
    let mut gallery = match lasting {
        Some(folder) if is_there => Gallery::open(folder)?,
        Some(folder) => Gallery::create(folder, "index_loss")?,
        None => Gallery::in_memory(),
    };
    let batches = (0..if is_there { 0 } else { simulated }).step_by(BATCH as usize);
    for start in batches {
        let fingers: Vec<u64> = (start..simulated.min(start + BATCH)).collect();
        let batch = Threads::All
            .map(&fingers, |&finger| Ok((simulated_id(finger)?, simulator.impressions(finger, 1))))?;
        gallery.enrol_many(batch.into_iter().collect::<Result<_>>()?, Threads::All)?;
    }
    let of_simulated = (0..probes.min(simulated)).map(|k| {
        let finger = k * (simulated / probes.min(simulated));
        let print = simulator.impressions(finger, 2).swap_remove(1);
        Ok(Probe { print, mate: simulated_id(finger)?, exclude: HashSet::new() })
    });
    let of_simulated = of_simulated.collect::<Result<Vec<_>>>()?;
    let of_real = plant(&folders, &mut gallery, !is_there)?;
    println!(
        "{} prints, {} simulated probes, {} real ones",
        gallery.len(),
        of_simulated.len(),
        of_real.len()
    );

    let scan = kernel(&of_simulated[0].print, gallery.len())?;
    println!("scan of the search codes alone, the best of 7: {:.1} ms", 1e3 * scan);
    if is_there {
        return table(&gallery, &of_simulated, &of_real, (scan, standard));
    }
    gallery.compact(Watch::default())?;
    let started = (Instant::now(), processor());
    let config = IndexConfig { cells, ..IndexConfig::default() };
    let report = gallery.build_index(&config, Threads::All, Watch::default())?;
    println!(
        "index: {} prints, {} cells, {:.0} bytes a print, made in {:.0} s, {:.0} s of the processor",
        report.prints,
        report.cells,
        report.bytes as f64 / report.prints as f64,
        started.0.elapsed().as_secs_f64(),
        processor() - started.1,
    );
    table(&gallery, &of_simulated, &of_real, (scan, standard))
}

/// Ways to look up.
fn ways() -> Vec<Lookup> {
    let standard = Lookup::default();
    let mut ways = vec![standard];
    ways.extend([8, 16, 64, 128].map(|cells| Lookup { cells, ..standard }));
    ways.extend([44, 52].map(|radius| Lookup { radius, ..standard }));
    ways.extend([0.005, 0.01, 0.05].map(|share| Lookup { share, ..standard }));
    ways.extend([0.0005, 0.002, 0.005].map(|code_share| Lookup { code_share, ..standard }));
    ways
}

fn table(
    gallery: &Gallery,
    of_simulated: &[Probe],
    of_real: &[Probe],
    (scan, standard): (f64, bool),
) -> Result<()> {
    let sets = [of_simulated, of_real];
    let options = |probe: &Probe, mode, lookup| Options {
        mode,
        lookup,
        exclude: probe.exclude.clone(),
        threads: Threads::ONE,
        ..Options::default()
    };
    let first = |list: &CandidateList, probe: &Probe| {
        list.candidates.first().is_some_and(|best| best.subject_id == probe.mate)
    };
    let found = |mode, lookup| -> Result<[Vec<bool>; 2]> {
        let mut found = [Vec::new(), Vec::new()];
        for (set, found) in sets.iter().zip(&mut found) {
            let lists = Threads::All.map(set, |probe| {
                let list =
                    search(gallery, std::slice::from_ref(&probe.print), &options(probe, mode, lookup))?;
                Ok(first(&list, probe))
            })?;
            *found = lists.into_iter().collect::<Result<_>>()?;
        }
        Ok(found)
    };
    let time = |mode, lookup| -> Result<f64> {
        let started = processor();
        let timed =
            of_simulated.iter().chain(of_real).step_by((of_simulated.len() + of_real.len()).div_ceil(TIMED));
        let mut searches = 0;
        for probe in timed {
            search(gallery, std::slice::from_ref(&probe.print), &options(probe, mode, lookup))?;
            searches += 1;
        }
        Ok((processor() - started) / f64::from(searches))
    };
    let fast = found(Mode::Fast, Lookup::default())?;
    let missed = |found: &[bool]| {
        100.0 * found.iter().filter(|found| !**found).count() as f64 / found.len().max(1) as f64
    };
    let whole = time(Mode::Fast, Lookup::default())?;
    println!(
        "fast search: missed {:.2} % simulated, {:.2} % real; {:.1} ms of the processor, {:.1} of them the scan of search codes",
        missed(&fast[0]),
        missed(&fast[1]),
        1e3 * whole,
        1e3 * scan,
    );
    println!(
        "cells | radius | shortlist | pass | recall, simulated | recall, real | missed, simulated | missed, real | ms | times \
         less than the scan | than the search"
    );
    for lookup in ways().into_iter().take(if standard { 1 } else { usize::MAX }) {
        let by_index = found(Mode::Indexed, lookup)?;
        let recall = |set: usize| {
            let both = fast[set].iter().zip(&by_index[set]).filter(|(fast, index)| **fast && **index).count();
            100.0 * both as f64 / fast[set].iter().filter(|found| **found).count().max(1) as f64
        };
        let seconds = time(Mode::Indexed, lookup)?;
        println!(
            "{:4} | {} | {:.1} % | {:.2} % | {:.2} | {:.2} | {:.2} | {:.2} | {:.1} | {:.1} | {:.1}",
            lookup.cells,
            lookup.radius,
            100.0 * lookup.share,
            100.0 * lookup.code_share,
            recall(0),
            recall(1),
            missed(&by_index[0]),
            missed(&by_index[1]),
            1e3 * seconds,
            scan / seconds,
            whole / seconds,
        );
    }
    Ok(())
}

fn simulated_id(finger: u64) -> Result<SubjectId> {
    SubjectId::new(&format!("simulated-{finger}"))
}

/// Enrols the prints in the folders, a subject each, where they are not yet; every other one is a probe.
fn plant(folders: &[String], gallery: &mut Gallery, enrols: bool) -> Result<Vec<Probe>> {
    let algorithm = Algorithm::standard();
    let mut probes = Vec::new();
    for (set, folder) in folders.iter().enumerate() {
        let read = LabelledFolder::read(Path::new(folder), None, &ReadOptions::default())?;
        let ids = read.names.iter().map(|name| SubjectId::new(&format!("real-{set}-{name}")));
        let ids = ids.collect::<Result<Vec<_>>>()?;
        let planted: Vec<_> =
            ids.iter().zip(&read.templates).map(|(id, print)| (id.clone(), vec![print.clone()])).collect();
        if enrols {
            gallery.enrol_many(planted, Threads::All)?;
        }
        for k in (0..ids.len()).step_by(2) {
            let of_finger = |&other: &usize| read.labels[other].identity == read.labels[k].identity;
            let same: Vec<usize> = (k..ids.len()).chain(0..k).filter(of_finger).collect();
            let Some(&mate) = same.get(1) else { continue };
            let matcher = Matcher::with(&algorithm, &read.templates[k]);
            if matcher.score(&matcher.prepare(&read.templates[mate]))? < DECISION_THRESHOLD {
                continue;
            }
            let others = same.iter().filter(|&&other| other != mate).map(|&other| ids[other].clone());
            let (print, mate, exclude) = (read.templates[k].clone(), ids[mate].clone(), others.collect());
            probes.push(Probe { print, mate, exclude });
        }
    }
    Ok(probes)
}

/// Seconds in which the kernel of the first stage goes through so many prints on one thread.
fn kernel(print: &Template, prints: usize) -> Result<f64> {
    const PRINTS: usize = 4096;
    let algorithm = Algorithm::standard();
    let simulator = FingerSimulator::new(98, FingerprintConfig::default())?;
    let prepare = |finger| algorithm.prepare(&simulator.impressions(finger, 1)[0]);
    let codes: Vec<Prepared> = (0..PRINTS as u64).map(prepare).collect();
    // As long as the gallery, so that it comes out of memory and not out of a cache.
    let panels = codes.iter().filter_map(Prepared::search_code).map(|code| code.panel()).cycle().take(prints);
    let (panels, tags): (Vec<Panel>, Vec<[u8; COLUMNS]>) = panels.unzip();
    let rows = algorithm.prepare(print).search_code().and_then(|code| code.rows());
    let rows = rows.ok_or_else(|| Error::invalid("probe", "search code", "empty", "a minutia"))?;
    let mut out = vec![0; panels.len()];
    let mut best = f64::INFINITY;
    for _ in 0..7 {
        let started = processor();
        sums(Level::active(), std::slice::from_ref(&rows), &panels, &tags, 56, None, &mut out);
        best = best.min(processor() - started);
    }
    Ok(best)
}

/// Seconds of the processor that this program took so far; the clock on the wall where the system does not say.
fn processor() -> f64 {
    // Nanoseconds on a processor, one thread a file.
    let of = |path: std::path::PathBuf| -> Option<f64> {
        std::fs::read_to_string(path).ok()?.split_whitespace().next()?.parse().ok()
    };
    let tasks = std::fs::read_dir("/proc/self/task").ok();
    let sum: Option<f64> =
        tasks.map(|tasks| tasks.flatten().filter_map(|t| of(t.path().join("schedstat"))).sum());
    static STARTED: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    sum.map_or_else(|| STARTED.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}
