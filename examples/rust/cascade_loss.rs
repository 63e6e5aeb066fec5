//! What does a fast search lose, and what does it gain?
//!
//! `cargo run --release -p matcher-examples --example cascade_loss -- FOLDER... [--simulated N] [--threads N]`: real
//! prints in labelled folders are planted among N simulated ones (1,000,000 unless said; 7.5 kB each). A mated
//! comparison is lost where its score reaches the threshold of FMR 1e-4, as measured on the same prints, and the fast
//! search does not list it. Printed are the loss by the share of prints that pass the first stage, from a sample of the
//! simulated ones, with the share of real non-mated prints that pass the same thresholds; the speed at each share; and
//! the loss of the real search, every print a probe, under the default parameters.

use matcher_core::error::{Error, Result};
use matcher_core::evaluation::{ErrorRates, LabelledFolder};
use matcher_core::fingerprint::{Algorithm, Matcher, Prepared, Template};
use matcher_core::formats::ReadOptions;
use matcher_core::gallery::{Gallery, SubjectId};
use matcher_core::search::{Cascade, Options, search};
use matcher_core::simd::Level;
use matcher_core::simd::nearest::{COLUMNS, Panel, sums};
use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
use matcher_core::work::Threads;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

/// Shares of the prints that pass the first stage.
const SHARES: [f64; 8] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05];
/// Simulated prints that the thresholds of the table are read off.
const SAMPLE: usize = 50_000;
/// Simulated at a time.
const BATCH: u64 = 50_000;
/// Searches that the speed is the best of.
const REPEATS: usize = 7;

/// The real prints.
struct Real {
    names: Vec<String>,
    templates: Vec<Template>,
    matchers: Vec<Matcher>,
    /// The set of each print, and the identity within it.
    labels: Vec<(usize, String)>,
    /// For each print its mates, each with the score, where the score reaches the threshold.
    hits: Vec<Vec<(usize, f64)>>,
    /// All mated comparisons, in both directions.
    mated: usize,
    threshold: f64,
}

/// Search codes side by side.
#[derive(Default)]
struct Codes {
    panels: Vec<Panel>,
    tags: Vec<[u8; COLUMNS]>,
    minutiae: Vec<usize>,
}

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cascade_loss: {error}");
            ExitCode::from(2)
        }
    }
}

fn measure() -> Result<()> {
    let (mut folders, mut simulated, mut threads) = (Vec::new(), 1_000_000, Threads::All);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || -> Result<usize> {
            let value = arguments.next().unwrap_or_default();
            let wrong = |_| Error::invalid("arguments", &argument, format!("{value:?}"), "a number");
            value.parse().map_err(wrong)
        };
        match argument.as_str() {
            "--simulated" => simulated = number()? as u64,
            "--threads" => threads = Threads::new(number()?),
            _ => folders.push(argument),
        }
    }
    if folders.is_empty() || simulated == 0 {
        let found = format!("{} folders and {simulated} simulated prints", folders.len());
        return Err(Error::invalid("arguments", "what to search", found, "at least one of each"));
    }
    let real = read(&folders, threads)?;
    println!(
        "{} real prints, {} mated comparisons, {} at or above {:.3} (FMR 1e-4)",
        real.names.len(),
        real.mated,
        real.hits.iter().map(Vec::len).sum::<usize>(),
        real.threshold
    );
    let started = Instant::now();
    let gallery = plant(&real, simulated, threads)?;
    println!("{} prints enrolled in {:.0} s", gallery.len(), started.elapsed().as_secs_f64());
    table(&real, &gallery, threads)?;
    verify(&real, &gallery, threads)
}

/// Reads the prints and compares those of a folder with each other.
fn read(folders: &[String], threads: Threads) -> Result<Real> {
    let algorithm = Algorithm::standard();
    let (mut names, mut templates, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for (set, folder) in folders.iter().enumerate() {
        let read = LabelledFolder::read(Path::new(folder), None, &ReadOptions::default())?;
        names.extend(read.names.iter().map(|name| format!("real-{set}-{name}")));
        labels.extend(read.labels.into_iter().map(|label| (set, label.identity)));
        templates.extend(read.templates);
    }
    let matchers = threads.map(&templates, |template| Matcher::with(&algorithm, template))?;
    let all: Vec<usize> = (0..matchers.len()).collect();
    let scores = threads.map(&all, |&probe| -> Result<Vec<(usize, f64)>> {
        let same_set = all.iter().filter(|&&k| k != probe && labels[k].0 == labels[probe].0);
        same_set.map(|&k| Ok((k, matchers[probe].score(matchers[k].probe())?))).collect()
    })?;
    let (mut mated, mut non_mated, mut mates) = (Vec::new(), Vec::new(), Vec::new());
    for (probe, scores) in scores.into_iter().enumerate() {
        let scores = scores?;
        let (own, others): (Vec<_>, Vec<_>) =
            scores.into_iter().partition(|&(k, _)| labels[k] == labels[probe]);
        mated.extend(own.iter().map(|&(_, score)| score));
        non_mated.extend(others.iter().map(|&(_, score)| score));
        mates.push(own);
    }
    let threshold = ErrorRates::new(&mated, &non_mated)?.fnmr_at_fmr(1e-4)?.threshold;
    let reaches = |mates: Vec<(usize, f64)>| mates.into_iter().filter(|mate| mate.1 >= threshold).collect();
    let hits = mates.into_iter().map(reaches).collect();
    Ok(Real { names, templates, matchers, labels, hits, mated: mated.len(), threshold })
}

/// The simulated prints, and the real ones among them: a subject each.
fn plant(real: &Real, simulated: u64, threads: Threads) -> Result<Gallery> {
    let simulator = FingerSimulator::new(99, FingerprintConfig::default())?;
    let mut gallery = Gallery::in_memory();
    for start in (0..simulated).step_by(BATCH as usize) {
        let fingers: Vec<u64> = (start..simulated.min(start + BATCH)).collect();
        let batch = threads.map(&fingers, |&finger| {
            Ok((SubjectId::new(&format!("simulated-{finger}"))?, simulator.impressions(finger, 1)))
        })?;
        gallery.enrol_many(batch.into_iter().collect::<Result<_>>()?, threads)?;
    }
    let ids = real.names.iter().map(|name| SubjectId::new(name));
    let planted = ids.zip(&real.templates).map(|(id, template)| Ok((id?, vec![template.clone()])));
    gallery.enrol_many(planted.collect::<Result<_>>()?, threads)?;
    Ok(gallery)
}

impl Codes {
    fn of<'p>(prints: impl Iterator<Item = &'p Prepared>) -> Self {
        let mut codes = Self::default();
        for code in prints.filter_map(Prepared::search_code) {
            let (panel, tags) = code.panel();
            codes.panels.push(panel);
            codes.tags.push(tags);
            codes.minutiae.push(code.len());
        }
        codes
    }

    /// What the first stage ranks by, for each print.
    fn values(&self, cascade: &Cascade, probe: &Matcher) -> Vec<u32> {
        let mut values = vec![0; self.panels.len()];
        if let Some(rows) = probe.probe().search_code().and_then(|code| code.rows()) {
            sums(Level::active(), &[rows], &self.panels, &self.tags, cascade.radius, None, &mut values);
        }
        let both = values.iter().zip(&self.minutiae);
        both.map(|(&sum, &minutiae)| cascade.code_value(sum, minutiae)).collect()
    }
}

/// Of one probe at one share: mates lost by the first stage, and by both; mates lost by the first stage where the real
/// non-mated prints draw its line; real non-mated prints that pass the line of the simulated ones.
#[derive(Clone, Copy, Default)]
struct Count {
    code_lost: usize,
    real_lost: usize,
    lost: usize,
    non_mated: usize,
    passed: usize,
}

fn table(real: &Real, gallery: &Gallery, threads: Threads) -> Result<()> {
    let cascade = Cascade::default();
    let ids = gallery.subjects()?;
    let simulated: Vec<_> =
        ids.iter().filter(|id| id.as_str().starts_with("simulated")).take(SAMPLE).collect();
    let sample = threads.map(&simulated, |id| -> Result<Prepared> {
        Ok(gallery.algorithm().prepare(&gallery.get(id)?.fingerprints()[0]))
    })?;
    let sample = sample.into_iter().collect::<Result<Vec<_>>>()?;
    let sample: Vec<&Prepared> = sample.iter().collect();
    let codes = Codes::of(sample.iter().copied());
    let real_codes = Codes::of(real.matchers.iter().map(Matcher::probe));
    let probes: Vec<usize> = (0..real.matchers.len()).collect();
    let counts = threads.map(&probes, |&probe| count(real, probe, &cascade, &sample, &codes, &real_codes))?;
    let counts = counts.into_iter().collect::<Result<Vec<_>>>()?;
    println!(
        "first stage, share | loss there | loss, {:.4} % pass the second | real non-mated pass | loss there, real non-mated draw \
         the line | prints/s on one thread",
        100.0 * cascade.relaxed_share
    );
    for (k, share) in SHARES.into_iter().enumerate() {
        let sum = |of: fn(&Count) -> usize| counts.iter().map(|counts| of(&counts[k])).sum::<usize>() as f64;
        let mated = real.mated as f64 / 100.0;
        println!(
            "{:6.2} % | {:5.3} | {:5.3} | {:6.3} % | {:5.3} | {:9.0}",
            100.0 * share,
            sum(|c| c.code_lost) / mated,
            sum(|c| c.lost) / mated,
            100.0 * sum(|c| c.passed) / sum(|c| c.non_mated),
            sum(|c| c.real_lost) / mated,
            speed(real, gallery, share)?
        );
    }
    Ok(())
}

fn count(
    real: &Real,
    probe: usize,
    cascade: &Cascade,
    sample: &[&Prepared],
    codes: &Codes,
    real_codes: &Codes,
) -> Result<[Count; SHARES.len()]> {
    let matcher = &real.matchers[probe];
    let values = codes.values(cascade, matcher);
    let of_real = real_codes.values(cascade, matcher);
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|&k| std::cmp::Reverse(values[k]));
    let passing =
        |prints: usize, share: f64| ((prints as f64 * share).ceil() as usize).clamp(1, prints.max(1));
    let passes = |share: f64| passing(values.len(), share);
    let most = SHARES.map(passes).into_iter().max().unwrap_or(1);
    let relaxed: Vec<u64> =
        order[..most].iter().map(|&k| matcher.relaxed(sample[k])).collect::<Result<_>>()?;
    let others = (0..of_real.len()).filter(|&k| real.labels[k] != real.labels[probe]);
    let mut others: Vec<u32> = others.map(|k| of_real[k]).collect();
    others.sort_unstable_by(|a, b| b.cmp(a));
    let mut counts = [Count::default(); SHARES.len()];
    for (count, share) in counts.iter_mut().zip(SHARES) {
        let first = values[order[passes(share) - 1]];
        let mut best = relaxed[..passes(share)].to_vec();
        best.sort_unstable_by(|a, b| b.cmp(a));
        let second = best[passes(cascade.relaxed_share).min(best.len()) - 1];
        for &(mate, _) in &real.hits[probe] {
            let by_codes = of_real[mate] >= first;
            count.code_lost += usize::from(!by_codes);
            let passes = by_codes && matcher.relaxed(real.matchers[mate].probe())? >= second;
            count.lost += usize::from(!passes);
        }
        count.non_mated += others.len();
        count.passed += others.partition_point(|&value| value >= first);
        let line = others.get(passing(others.len(), share) - 1).copied().unwrap_or(0);
        count.real_lost += real.hits[probe].iter().filter(|mate| of_real[mate.0] < line).count();
    }
    Ok(counts)
}

/// Prints a second on one thread, the best of some searches.
fn speed(real: &Real, gallery: &Gallery, share: f64) -> Result<f64> {
    let cascade = Cascade { code_share: share, ..Cascade::default() };
    let mut best = f64::INFINITY;
    for probe in real.templates.iter().step_by(real.templates.len().div_ceil(REPEATS)) {
        let options = Options { cascade, threads: Threads::ONE, limit: 10, ..Options::default() };
        let started = Instant::now();
        search(gallery, std::slice::from_ref(probe), &options)?;
        best = best.min(started.elapsed().as_secs_f64());
    }
    Ok(gallery.len() as f64 / best)
}

/// Searches with every real print, itself left out.
fn verify(real: &Real, gallery: &Gallery, threads: Threads) -> Result<()> {
    let started = Instant::now();
    let probes: Vec<usize> = (0..real.matchers.len()).collect();
    let lost = threads.map(&probes, |&probe| -> Result<usize> {
        let options = Options {
            limit: usize::MAX,
            min_score: Some(real.threshold),
            exclude: [SubjectId::new(&real.names[probe])?].into(),
            threads: Threads::ONE,
            ..Options::default()
        };
        let answer = search(gallery, std::slice::from_ref(&real.templates[probe]), &options)?;
        let listed = |name: &str, score: f64| {
            answer.candidates.iter().any(|c| c.subject_id.as_str() == name && c.score == score)
        };
        Ok(real.hits[probe].iter().filter(|&&(mate, score)| !listed(&real.names[mate], score)).count())
    })?;
    let lost: usize = lost.into_iter().sum::<Result<usize>>()?;
    println!(
        "default parameters, {} searches among {} prints: {lost} of {} mated comparisons lost, {:.3} points ({:.0} s)",
        probes.len(),
        gallery.len(),
        real.mated,
        100.0 * lost as f64 / real.mated as f64,
        started.elapsed().as_secs_f64()
    );
    Ok(())
}
