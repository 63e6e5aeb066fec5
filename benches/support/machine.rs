//! What every report names first: the machine.
//!
//! A time without the processor, its vector instructions and its core count cannot be compared with another.

use matcher_core::simd::Level;
use std::fmt;
use std::thread;

/// The machine that a report was measured on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The processor's own name, or its architecture where the system does not tell the name.
    pub processor: String,
    /// The best level that it has: `avx512`, `avx2`, `neon`, or `scalar` for none of these.
    pub has: Level,
    /// The level that the library runs here: the best, or the one that `MATCHER_SIMD` forces.
    pub level: Level,
    /// The instructions that all else was built for: `x86-64` is the baseline, `x86-64-v3` has AVX2, `x86-64-v4`
    /// AVX-512.
    pub build: &'static str,
    /// Logical cores that this process may use.
    pub cores: usize,
}

impl Machine {
    /// Asks the machine that this runs on.
    pub fn this() -> Self {
        Self {
            processor: processor().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            has: Level::best(),
            level: Level::active(),
            build: build(),
            cores: thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, has {}, {} cores", self.processor, self.has, self.cores)
    }
}

/// The name that Linux gives the first processor; other systems have no such file.
fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The instructions of the compiler's target.
const fn build() -> &'static str {
    if cfg!(target_arch = "aarch64") {
        "aarch64"
    } else if cfg!(not(target_arch = "x86_64")) {
        "other"
    } else if cfg!(all(target_feature = "avx512bw", target_feature = "avx512vl")) {
        "x86-64-v4"
    } else if cfg!(all(target_feature = "avx2", target_feature = "bmi2", target_feature = "fma")) {
        "x86-64-v3"
    } else if cfg!(all(target_feature = "sse4.2", target_feature = "popcnt")) {
        "x86-64-v2"
    } else {
        "x86-64"
    }
}
