//! One run of a benchmark program: criterion measures, and each figure also goes as a line of JSON where `JSON` says.
//!
//! Criterion decides how often the code runs and reports times and changes. The clock is read here, so the samples are
//! at hand and the figure written is their median, without reading criterion's own files.

use super::{Machine, Outcome};
use criterion::{Criterion, Throughput};
use serde::Serialize;
use std::fs::OpenOptions;
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Samples of a measurement.
const SAMPLES: usize = 20;
/// Short: most of the time of all benchmarks together is that for building the galleries.
const WARM_UP: Duration = Duration::from_millis(300);
/// See [`WARM_UP`]; code that takes longer for its samples gets the time that it needs.
const MEASURING: Duration = Duration::from_secs(1);

/// What is measured, and the answer that was asserted before.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// Stable name, `program/what/size`: results of two versions are compared by it.
    pub name: String,
    /// What one call handles, in the plural: the figure is so many a second.
    pub things: &'a str,
    /// How many of these one call handles.
    pub n: usize,
    /// The answer, in words, with the sizes and scores that it was checked by.
    pub answer: String,
}

/// A measurement as it is written.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    value: f64,
    unit: String,
    n: usize,
    machine: String,
    level: &'a str,
    build: &'a str,
    answer: &'a str,
}

/// Runs the measurements of one benchmark program.
pub struct Meter {
    criterion: Criterion,
    machine: Machine,
    json: Option<PathBuf>,
}

impl Meter {
    /// Reads the command line and the environment, and names the machine.
    pub fn start() -> Self {
        let machine = Machine::this();
        println!("{machine}; runs {}, built for {}", machine.level, machine.build);
        let criterion = Criterion::default()
            .without_plots()
            .sample_size(SAMPLES)
            .warm_up_time(WARM_UP)
            .measurement_time(MEASURING)
            .configure_from_args();
        Self { criterion, machine, json: json_path() }
    }

    /// Times calls of `run`, each of which handles `case.n` things.
    ///
    /// With `--test` it runs once, and nothing is written; the same goes for what a filter leaves out.
    ///
    /// # Errors
    /// The file that `JSON` names cannot be written.
    pub fn measure<T>(&mut self, case: &Case<'_>, mut run: impl FnMut() -> T) -> Outcome {
        // Nanoseconds a call: those of criterion's warm-up first, its samples last.
        let mut times = Vec::new();
        let (program, rest) = case.name.split_once('/').ok_or("a name is program/what/size")?;
        let mut group = self.criterion.benchmark_group(program);
        group.throughput(Throughput::Elements(case.n as u64));
        group.bench_function(rest, |bencher| {
            bencher.iter_custom(|calls| {
                let start = Instant::now();
                for _ in 0..calls {
                    black_box(run());
                }
                let elapsed = start.elapsed();
                times.push(elapsed.as_nanos() as f64 / calls as f64);
                elapsed
            });
        });
        group.finish();
        // `--test` makes one call, a filter leaves out even that; every real run has a warm-up before its samples.
        let samples = match times.len().checked_sub(SAMPLES) {
            None | Some(0) => return Ok(()),
            Some(warm_up) => &mut times[warm_up..],
        };
        samples.sort_unstable_by(f64::total_cmp);
        let median = f64::midpoint(samples[(SAMPLES - 1) / 2], samples[SAMPLES / 2]);
        self.write(case, case.n as f64 * 1e9 / median)
    }

    /// Times one call that takes so long that samples of it say no more; with `--test` it does not run.
    ///
    /// # Errors
    /// As [`measure`](Self::measure).
    pub fn measure_once<T>(&mut self, case: &Case<'_>, run: impl FnOnce() -> T) -> Outcome {
        if std::env::args().any(|argument| argument == "--test") {
            return Ok(());
        }
        let start = Instant::now();
        black_box(run());
        let value = case.n as f64 / start.elapsed().as_secs_f64();
        println!("{}: {value:.3e} {}/s (one call)", case.name, case.things);
        self.write(case, value)
    }

    /// Appends a line to the file that `JSON` names, where it names one.
    fn write(&self, case: &Case<'_>, value: f64) -> Outcome {
        let Some(path) = &self.json else { return Ok(()) };
        let line = serde_json::to_string(&Line {
            name: &case.name,
            value,
            unit: format!("{}/s", case.things),
            n: case.n,
            machine: self.machine.to_string(),
            level: self.machine.level.name(),
            build: self.machine.build,
            answer: &case.answer,
        })?;
        let file = OpenOptions::new().create(true).append(true).open(path);
        let written = file.and_then(|mut file| writeln!(file, "{line}"));
        written.map_err(|error| format!("{}: {error}", path.display()).into())
    }
}

/// The file that `JSON` names: from the project's folder, in which `make` runs, not from that of the package, in which
/// cargo runs a benchmark.
fn json_path() -> Option<PathBuf> {
    let named = std::env::var_os("JSON").filter(|name| !name.is_empty())?;
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let project = package.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    Some(project.join(named))
}
