//! What every benchmark report names first: the machine.
//!
//! A time without the processor, its vector instructions and its core count cannot be compared with another, so the
//! benches print a [`Machine`] before they measure.

use std::fmt;
use std::thread;

/// The machine that a report was measured on.
///
/// # Examples
/// ```
/// println!("{}", matcher_benches::Machine::this());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// The processor's own name, or its architecture where the system does not tell the name.
    pub processor: String,
    /// The widest vector instructions that it has: `avx512`, `avx2`, `neon`, or `scalar` for none of these.
    pub level: &'static str,
    /// Logical cores that this process may use.
    pub cores: usize,
}

impl Machine {
    /// Asks the machine that this runs on.
    pub fn this() -> Self {
        Self {
            processor: processor().unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            level: level(),
            cores: thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, {} cores", self.processor, self.level, self.cores)
    }
}

/// The name that Linux gives the first processor; other systems have no such file.
fn processor() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

#[cfg(target_arch = "x86_64")]
fn level() -> &'static str {
    if is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vpopcntdq") {
        "avx512"
    } else if is_x86_feature_detected!("avx2") {
        "avx2"
    } else {
        "scalar"
    }
}

/// Every 64-bit Arm processor has NEON.
#[cfg(target_arch = "aarch64")]
fn level() -> &'static str {
    "neon"
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn level() -> &'static str {
    "scalar"
}
