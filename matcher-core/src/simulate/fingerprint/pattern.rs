//! The five pattern classes of a fingerprint and how often nature draws each.

use crate::simulate::random::Stream;
use serde::{Deserialize, Serialize};

/// The general pattern of the ridges.
///
/// # Examples
/// ```
/// use matcher_core::simulate::fingerprint::PatternClass;
/// let total: f64 = PatternClass::ALL.iter().map(|class| class.natural_share()).sum();
/// assert!((total - 1.0).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatternClass {
    /// Ridges rise in the middle and fall again; neither core nor delta.
    Arch,
    /// An arch with a core straight above a delta.
    TentedArch,
    /// Ridges enter and leave on the left; the delta is right of the core.
    LeftLoop,
    /// Ridges enter and leave on the right; the delta is left of the core.
    RightLoop,
    /// Ridges turn round; two cores, two deltas.
    Whorl,
}

impl PatternClass {
    /// All classes, in the order of the shares in a configuration.
    pub const ALL: [Self; 5] = [Self::Arch, Self::TentedArch, Self::LeftLoop, Self::RightLoop, Self::Whorl];

    /// The share of this class among fingers, 0 to 1.
    ///
    /// # References
    /// C. L. Wilson, G. T. Candela, C. I. Watson, "Neural network fingerprint classification", Journal of Artificial
    /// Neural Networks 1 (1994): 3.7, 2.9, 33.8, 31.7 and 27.9 per cent.
    pub const fn natural_share(self) -> f64 {
        match self {
            Self::Arch => 0.037,
            Self::TentedArch => 0.029,
            Self::LeftLoop => 0.338,
            Self::RightLoop => 0.317,
            Self::Whorl => 0.279,
        }
    }

    /// In words, lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arch => "arch",
            Self::TentedArch => "tented arch",
            Self::LeftLoop => "left loop",
            Self::RightLoop => "right loop",
            Self::Whorl => "whorl",
        }
    }

    /// Draws a class with probabilities in proportion to `shares`, which stand in the order of [`Self::ALL`].
    pub(super) fn draw(stream: &mut Stream, shares: &[f64; 5]) -> Self {
        let mut rest = stream.uniform() * shares.iter().sum::<f64>();
        for (class, share) in Self::ALL.into_iter().zip(shares) {
            if rest < *share {
                return class;
            }
            rest -= share;
        }
        // Reached by rounding alone: the last class that occurs at all.
        let last = shares.iter().rposition(|&share| share > 0.0);
        last.map_or(Self::Whorl, |index| Self::ALL[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_followed() {
        let mut stream = Stream::new(1, "pattern test", &[]);
        let shares = PatternClass::ALL.map(PatternClass::natural_share);
        let mut counts = [0.0; 5];
        for _ in 0..20_000 {
            counts[PatternClass::draw(&mut stream, &shares) as usize] += 1.0 / 20_000.0;
        }
        for (count, share) in counts.iter().zip(shares) {
            assert!((count - share).abs() < 0.012, "{count} against {share}");
        }
    }

    #[test]
    fn a_class_without_a_share_never_occurs() {
        let mut stream = Stream::new(1, "pattern test", &[]);
        let only = |class: PatternClass| PatternClass::ALL.map(|c| if c == class { 0.1 } else { 0.0 });
        for class in PatternClass::ALL {
            assert!((0..200).all(|_| PatternClass::draw(&mut stream, &only(class)) == class));
        }
    }
}
