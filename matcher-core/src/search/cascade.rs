//! The numbers of the fast search, and what it says of itself.

use super::index::IndexUse;
use crate::error::{Error, Result};
use crate::simd::nearest::{COLUMNS, MAX_RADIUS};
use crate::units::Angle;
use serde::{Deserialize, Serialize};

/// How a search goes through the gallery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Three stages, each slower and better than the one before; a print goes on to the next where it is among the best.
    /// Who is listed has the same score and evidence as in an exhaustive search; a mate may be lost on the way, see
    /// [`Cascade`].
    #[default]
    Fast,
    /// Every subject is compared in full.
    Exhaustive,
    /// As `Fast`, but of the prints that are in the gallery's index only a shortlist is looked at: see
    /// [`Gallery::build_index`](crate::gallery::Gallery::build_index) and [`Lookup`](super::Lookup). Prints that are not
    /// in it are scanned; where there is no index that can be used, all are, and the answer says that it is `Fast`. A
    /// probe of several prints and a part of a [staged search](super::PartSearch) are scanned, too.
    Indexed,
}

impl Mode {
    /// The name in reports: `fast`, `exhaustive` or `indexed`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Exhaustive => "exhaustive",
            Self::Indexed => "indexed",
        }
    }
}

/// Parameters of the fast search.
///
/// # Method
/// First the search codes: for each of the at most 32 minutiae of a print its nearest one of the probe, by 128 bits; the
/// mean of `max(0, radius - distance)²`. Of those that pass, the relaxed similarity of all minutiae (the first half of a
/// comparison). The subjects of those that pass this too are compared in full.
///
/// A print passes where its value is at or above the k-th largest, with k the share of all prints that were looked at,
/// and at least the stated number. Equal values pass together, so nothing depends on the order of the gallery, on how
/// it is split, or on threads.
///
/// A probe of several prints is searched for as a whole. The first stage looks at the search codes as before and fuses
/// what they say of each subject: a value counts by how far it is above the mean that its probe print has with all
/// prints, in their standard deviations, and a finger by its best print. It looks twice, once for any rotation and once
/// for small ones, because people mostly lay their fingers down upright; a subject's better sum counts.
/// The second stage sums the relaxed similarities of the pairs of prints that it assigns as the score does. Shares and
/// least numbers are then of subjects: the `subject_` ones, or those of prints where all prints are of one finger.
///
/// No finger of a subject is left out of the full comparison because the list is full without it. A bound on what it
/// could add is the evidence of all its minutiae, which is ten times what fingers of two persons have and above any score
/// at the end of a list: it would stop nothing.
///
/// # Range and units
/// Bits, shares of the prints or subjects looked at, numbers of these.
///
/// # References
/// Chosen with `cargo run --release -p matcher-examples --example cascade_loss`, which prints the loss by share; those of
/// subjects with the example `tenprint_loss`.
///
/// # Examples
/// ```
/// use matcher_core::search::Cascade;
/// let mut cascade = Cascade { code_share: 0.02, ..Cascade::default() }; // slower, and loses less
/// assert!(cascade.check().is_ok());
/// cascade.radius = 0;
/// assert_eq!(cascade.check().unwrap_err().to_string(), "cascade: radius is 0, expected 1 to 128");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cascade {
    /// Bits of 128, 1 to 128: a minutia adds nothing where its nearest one of the probe differs by so many. 48 to 60 lose
    /// about as little, 40 three times as much.
    pub radius: u8,
    /// The mean over the minutiae of a print is over no fewer than this, 1 to 32: a few that fit by chance are no finger.
    pub averaged: u8,
    /// Share of the prints whose search codes pass, 0 to 1.
    pub code_share: f64,
    /// At least so many prints pass: small galleries lose nothing here. 1 or more.
    pub code_least: usize,
    /// Share of the prints whose relaxed similarity passes, 0 to 1; of all prints, not of those that passed before.
    pub relaxed_share: f64,
    /// At least so many of them pass, 1 or more: a gallery of no more prints is compared in full.
    pub relaxed_least: usize,
    /// For a probe of several fingers: share of the subjects whose fused search codes pass, 0 to 1.
    pub subject_code_share: f64,
    /// At least so many subjects pass, 1 or more.
    pub subject_code_least: usize,
    /// Share of the subjects whose summed relaxed similarity passes, 0 to 1; of all, not of those that passed before.
    pub subject_relaxed_share: f64,
    /// At least so many subjects pass, 1 or more: a gallery of no more is compared in full.
    pub subject_relaxed_least: usize,
    /// The shares and least numbers of subjects are for probe prints of so many described minutiae on average, or more. Of
    /// `n` times fewer, `n` at most 6, `n²` times as many subjects pass the first stage and `n` times as many the second:
    /// such prints tell less, and cost less to compare. 0: no more for any.
    pub subject_minutiae: usize,
    /// For a probe of several prints the first stage looks a second time, where the fingers may be turned by no more than
    /// this, either way; the better of the two looks counts. As [`Options::max_rotation`](super::Options::max_rotation),
    /// in which case it must be less. `None`: no second look.
    pub subject_rotation: Option<Angle>,
    /// The radius of the second look, 1 to 128: see `radius`.
    pub subject_radius: u8,
}

impl Default for Cascade {
    fn default() -> Self {
        Self {
            radius: 56,
            averaged: 8,
            code_share: 0.005,
            code_least: 2000,
            relaxed_share: 0.0002,
            relaxed_least: 200,
            subject_code_share: 0.005,
            subject_code_least: 500,
            subject_relaxed_share: 0.001,
            subject_relaxed_least: 100,
            subject_minutiae: 40,
            subject_rotation: Some(Angle::from_fraction(1, 16)),
            subject_radius: 60,
        }
    }
}

impl Cascade {
    /// Mated comparisons in percent that reach the threshold of FMR 1e-4, and that the default cascade does not list.
    ///
    /// Measured on 6,836 mated comparisons of five sensors of FVC2000, FVC2002 and FVC2004, of MINEX III and of `UareU`,
    /// minutiae by the LEADER network, under the standard model: 0.10 among 1,000,000 simulated prints, 0.31 where real
    /// non-mated prints draw the lines, because they are more alike than simulated ones. This is the larger one. With a
    /// worse extractor (mindtct) they are 0.66 and 1.5: raise [`Cascade::code_share`] to 0.03 then, for 0.25 and 0.57.
    /// `cargo run --release -p matcher-examples --example cascade_loss` measures both; `benches/results` has the tables.
    pub const MEASURED_LOSS: f64 = 0.31;

    /// Checks the ranges.
    ///
    /// # Errors
    /// [`Error::Invalid`] names the value that is out of its range.
    pub fn check(&self) -> Result<()> {
        let wrong = |field, value: &dyn std::fmt::Display, expected: String| {
            Err(Error::invalid("cascade", field, value, expected))
        };
        for (field, radius) in [("radius", self.radius), ("subject_radius", self.subject_radius)] {
            if !(1..=MAX_RADIUS).contains(&radius) {
                return wrong(field, &radius, format!("1 to {MAX_RADIUS}"));
            }
        }
        if !(1..=COLUMNS).contains(&usize::from(self.averaged)) {
            return wrong("averaged", &self.averaged, format!("1 to {COLUMNS}"));
        }
        let shares = [
            ("code_share", self.code_share),
            ("relaxed_share", self.relaxed_share),
            ("subject_code_share", self.subject_code_share),
            ("subject_relaxed_share", self.subject_relaxed_share),
        ];
        for (field, share) in shares {
            if !(0.0..=1.0).contains(&share) {
                return wrong(field, &share, "0 to 1".to_owned());
            }
        }
        let least_numbers = [
            ("code_least", self.code_least),
            ("relaxed_least", self.relaxed_least),
            ("subject_code_least", self.subject_code_least),
            ("subject_relaxed_least", self.subject_relaxed_least),
        ];
        for (field, least) in least_numbers {
            if least == 0 {
                return wrong(field, &least, "1 or more".to_owned());
            }
        }
        Ok(())
    }

    /// What the first stage ranks prints by, of a kernel's sum over the minutiae of a search code: their mean in 1/256.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::search::Cascade;
    /// let cascade = Cascade { averaged: 8, ..Cascade::default() };
    /// assert_eq!(cascade.code_value(3200, 32), 100 * 256);
    /// assert_eq!(cascade.code_value(800, 2), 100 * 256); // as if it had eight
    /// ```
    pub fn code_value(&self, sum: u32, minutiae: usize) -> u32 {
        mean(sum, self.factor(minutiae))
    }

    /// What a sum over so many minutiae is multiplied with, in 1/65536.
    fn factor(&self, minutiae: usize) -> u32 {
        65536 / minutiae.clamp(usize::from(self.averaged).max(1), COLUMNS) as u32
    }

    /// The factors by number of minutiae.
    pub(super) fn factors(&self) -> [u32; COLUMNS + 1] {
        std::array::from_fn(|minutiae| self.factor(minutiae))
    }

    /// How many of so many prints pass the first stage, ties aside.
    pub(super) fn code_passes(&self, prints: usize) -> usize {
        passes(self.code_share, self.code_least, prints)
    }

    /// How many of so many prints pass the second stage, ties aside.
    pub(super) fn relaxed_passes(&self, prints: usize) -> usize {
        passes(self.relaxed_share, self.relaxed_least, prints)
    }

    /// How many of so many subjects pass the first stage, ties aside.
    pub(super) fn subject_code_passes(&self, effort: Effort, subjects: usize) -> usize {
        if effort.fingers < 2 {
            return self.code_passes(subjects);
        }
        let fewer = self.fewer(effort);
        times(fewer * fewer, passes(self.subject_code_share, self.subject_code_least, subjects))
    }

    /// How many of so many subjects pass the second stage, ties aside.
    pub(super) fn subject_relaxed_passes(&self, effort: Effort, subjects: usize) -> usize {
        if effort.fingers < 2 {
            return self.relaxed_passes(subjects);
        }
        times(self.fewer(effort), passes(self.subject_relaxed_share, self.subject_relaxed_least, subjects))
    }

    /// How many times fewer minutiae the prints have than those that the shares are for.
    fn fewer(&self, effort: Effort) -> f64 {
        let wanted = (self.subject_minutiae as f64) * (effort.prints as f64);
        (wanted / effort.described.max(1) as f64).clamp(1.0, MOST_FEWER)
    }
}

/// What it costs to compare a subject with a probe of several prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Effort {
    /// Fingers that can be compared.
    pub(super) fingers: usize,
    /// Their prints.
    pub(super) prints: usize,
    /// Described minutiae of all of these.
    pub(super) described: usize,
}

/// How many times fewer minutiae let more subjects pass, at most.
const MOST_FEWER: f64 = 6.0;

fn times(factor: f64, passes: usize) -> usize {
    (factor * passes as f64).ceil() as usize
}

/// A sum times its factor, in 1/256; below 2^22, because a sum is at most 128² for each minutia.
pub(super) fn mean(sum: u32, factor: u32) -> u32 {
    ((u64::from(sum) * u64::from(factor)) >> 8) as u32
}

fn passes(share: f64, least: usize, prints: usize) -> usize {
    ((prints as f64 * share).ceil() as usize).max(least)
}

/// How the stages of a fast search went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CascadeReport {
    /// The parameters.
    pub config: Cascade,
    /// The largest difference in direction between minutiae that counted in the first stage; `None`: any.
    pub max_rotation: Option<Angle>,
    /// The stages of the print of the probe that could be compared; empty where there were none or several.
    pub stages: Vec<Stages>,
    /// The stages of several prints together; `None` for one.
    #[serde(default)]
    pub subjects: Option<SubjectStages>,
    /// Subjects that were compared in full, of a search that was stopped as far as it came.
    pub compared: usize,
    /// The share of mated comparisons in percent that such a search loses: see [`Cascade::MEASURED_LOSS`]. 0 where every
    /// print, or subject, was compared in full; `None` where it was not measured: for a probe of several prints (the
    /// example `tenprint_loss` measures those), under other parameters, under another method, or for a search that was
    /// stopped, or for one by index.
    pub loss: Option<f64>,
    /// Of a search that asked for an index, how it used one.
    #[serde(default)]
    pub index: Option<IndexUse>,
}

/// How many prints came through the stages, for a probe of one print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stages {
    /// Index of the probe print.
    pub probe: usize,
    /// Prints whose search codes were looked at.
    pub prints: usize,
    /// Prints that passed by their search codes.
    pub code_passed: usize,
    /// The value that they reach, in 1/256 of a squared bit: see [`Cascade::code_value`].
    pub code_threshold: u32,
    /// Prints that passed by their relaxed similarity.
    pub relaxed_passed: usize,
    /// The relaxed similarity that they reach, in 1/65536; 0 where it was not asked, because all could pass.
    pub relaxed_threshold: u64,
}

/// How many subjects came through the stages, for a probe of several prints.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::FingerPosition;
/// use matcher_core::gallery::{Gallery, SubjectId};
/// use matcher_core::search::{Options, search};
/// use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
/// let simulator = FingerSimulator::new(7, FingerprintConfig::default())?;
/// let thumbs = [FingerPosition::RightThumb, FingerPosition::LeftThumb];
/// let mut gallery = Gallery::in_memory();
/// for subject in simulator.subjects(5, &thumbs) {
///     gallery.enrol(SubjectId::new(&subject.id())?, subject.impressions(0).collect())?;
/// }
/// let probe: Vec<_> = simulator.subject(3, &thumbs).impressions(1).collect();
/// let answer = search(&gallery, &probe, &Options::default())?;
/// let stages = answer.cascade.and_then(|report| report.subjects).unwrap();
/// assert_eq!((stages.fingers, stages.subjects, stages.relaxed_passed), (2, 5, 5));
/// assert_eq!(stages.prints.len(), 4); // two prints, each with any rotation and with a small one
/// assert_eq!(stages.prints[0].prints, 5); // right thumbs that were looked at
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectStages {
    /// Fingers of the probe that could be compared: its known positions, and its prints of unknown ones.
    pub fingers: usize,
    /// The prints of the probe that could be compared, each once for each look at the search codes.
    pub prints: Vec<PrintStage>,
    /// Subjects of whom any search code was looked at.
    pub subjects: usize,
    /// Subjects that passed by their fused search codes.
    pub code_passed: usize,
    /// The value that they reach: the sum over the fingers, in 1/1024 standard deviation; 0 is as similar as any other.
    pub code_threshold: i64,
    /// Subjects that passed by their relaxed similarity.
    pub relaxed_passed: usize,
    /// The summed relaxed similarity that they reach, in 1/65536; 0 where it was not asked, because all could pass.
    pub relaxed_threshold: u64,
}

/// What a print of the probe gave in the first stage with all prints that were looked at: what its values are measured
/// by. See [`Cascade::code_value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintStage {
    /// Index of the probe print.
    pub probe: usize,
    /// The largest difference in direction between minutiae that counted; `None`: any.
    pub max_rotation: Option<Angle>,
    /// Prints whose search codes were looked at.
    pub prints: usize,
    /// Mean of their values, in 1/256 of a squared bit.
    pub mean: u32,
    /// Standard deviation of these.
    pub deviation: u32,
}
