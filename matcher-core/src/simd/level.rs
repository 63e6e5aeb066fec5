//! Which vector instructions run: what this processor has, and what `MATCHER_SIMD` forces.
//!
//! Every level gives the same bits, so the choice is one of speed alone. It is made at run time: one build serves all
//! processors, and a test can walk through all that this one has.

use crate::error::{Error, Result};
use std::ffi::OsString;
use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

/// A set of vector instructions that the kernels of this room are written for.
///
/// # Examples
/// ```
/// use matcher_core::simd::Level;
/// assert_eq!("avx2".parse::<Level>()?, Level::Avx2);
/// assert!("sse9".parse::<Level>().is_err());
/// assert_eq!(Level::present().first(), Some(&Level::best()));
/// assert_eq!(Level::present().last(), Some(&Level::Scalar));
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// Plain Rust, on every processor.
    Scalar,
    /// 128 bits on 64-bit Arm, where every processor has it.
    Neon,
    /// 256 bits on x86-64: AVX2, with FMA, BMI1, BMI2, LZCNT and POPCNT as every processor with AVX2 has them.
    Avx2,
    /// 512 bits on x86-64: AVX-512 F, BW, VL, DQ, VPOPCNTDQ, BITALG, VNNI and VBMI, with GFNI. Intel has all of them
    /// since Ice Lake, AMD since Zen 4; a processor with a part of them runs AVX2.
    Avx512,
}

impl Level {
    /// The environment variable that forces a level.
    pub const VARIABLE: &str = "MATCHER_SIMD";

    /// All levels, best first.
    const ALL: [Self; 4] = [Self::Avx512, Self::Avx2, Self::Neon, Self::Scalar];

    /// The name in reports and in [`Level::VARIABLE`]: `scalar`, `neon`, `avx2` or `avx512`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Neon => "neon",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// Whether this processor can run it.
    pub fn is_present(self) -> bool {
        match self {
            Self::Scalar => true,
            Self::Neon => cfg!(target_arch = "aarch64"),
            Self::Avx2 => has_avx2(),
            Self::Avx512 => has_avx512(),
        }
    }

    /// All that this processor can run, best first; the last one is always [`Level::Scalar`].
    pub fn present() -> Vec<Self> {
        Self::ALL.into_iter().filter(|level| level.is_present()).collect()
    }

    /// The best that this processor can run.
    pub fn best() -> Self {
        static BEST: OnceLock<Level> = OnceLock::new();
        let first = || Self::ALL.into_iter().find(|level| level.is_present());
        *BEST.get_or_init(|| first().unwrap_or(Self::Scalar))
    }

    /// The level that [`Level::VARIABLE`] forces; `None` where it is unset or empty.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown name and for a level that this processor lacks.
    pub fn from_env() -> Result<Option<Self>> {
        forced(std::env::var_os(Self::VARIABLE))
    }

    /// The level that the library runs: the forced one, else the best. It is chosen once for the whole run of the
    /// program.
    ///
    /// A variable that is wrong forces nothing, and one line on standard error says so; a program that would rather
    /// stop asks [`Level::from_env`] first.
    pub fn active() -> Self {
        static ACTIVE: OnceLock<Level> = OnceLock::new();
        *ACTIVE.get_or_init(|| match Self::from_env() {
            Ok(forced) => forced.unwrap_or_else(Self::best),
            Err(error) => {
                eprintln!("matcher: {error}; running {}", Self::best());
                Self::best()
            }
        })
    }

    /// Stops what would run instructions that this processor lacks.
    ///
    /// # Panics
    /// The level is not present.
    pub(super) fn assert_present(self) {
        assert!(self.is_present(), "level {self} is not among those of this processor: ask Level::present()");
    }
}

/// What a value of the variable forces.
fn forced(value: Option<OsString>) -> Result<Option<Level>> {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(None) };
    let level: Level = value.to_string_lossy().parse()?;
    if level.is_present() {
        return Ok(Some(level));
    }
    let names: Vec<&str> = Level::present().into_iter().map(Level::name).collect();
    let expected = format!("a level that this processor has ({})", names.join(", "));
    Err(Error::invalid("environment", Level::VARIABLE, level, expected))
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Level {
    type Err = Error;

    /// # Errors
    /// [`Error::Invalid`] for a name that is not that of a level.
    fn from_str(text: &str) -> Result<Self> {
        let known = Self::ALL.into_iter().find(|level| level.name() == text);
        known.ok_or_else(|| {
            Error::invalid("environment", Self::VARIABLE, format!("{text:?}"), "scalar, neon, avx2 or avx512")
        })
    }
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
}

/// The instructions, and the system's word that it keeps the wide registers: std asks both.
#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vpopcntdq")
        && is_x86_feature_detected!("avx512bitalg")
        && is_x86_feature_detected!("avx512vnni")
        && is_x86_feature_detected!("avx512vbmi")
        && is_x86_feature_detected!("gfni")
        && has_avx2()
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx2() -> bool {
    false
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx512() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for level in Level::ALL {
            assert_eq!(level.to_string().parse::<Level>().unwrap(), level);
        }
    }

    #[test]
    fn a_wrong_variable_is_an_error() {
        let of = |text: &str| forced(Some(OsString::from(text)));
        let unknown = of("AVX2").unwrap_err().to_string();
        assert_eq!(unknown, "environment: MATCHER_SIMD is \"AVX2\", expected scalar, neon, avx2 or avx512");
        for level in Level::ALL {
            match of(level.name()) {
                Ok(forced) => assert!(level.is_present() && forced == Some(level)),
                Err(error) => {
                    assert!(!level.is_present());
                    let start = format!("environment: MATCHER_SIMD is {level}, expected a level that this");
                    assert!(error.to_string().starts_with(&start), "{error}");
                }
            }
        }
    }

    #[test]
    fn no_variable_forces_nothing() {
        assert_eq!(forced(None).unwrap(), None);
        assert_eq!(forced(Some(OsString::new())).unwrap(), None);
        assert!(Level::active().is_present());
    }

    #[test]
    fn the_scalar_level_is_always_there() {
        let present = Level::present();
        assert_eq!(present.last(), Some(&Level::Scalar));
        assert_eq!(present[0], Level::best());
    }
}
