//! The first stage for several prints of one person: what their search codes say of each subject, as one number.
//!
//! The codes of each print are looked at as for a search with that print alone; what is fused are the values that come
//! out. A mate whose fingers are each mediocre stands out of the sum, and only the best subjects go on, so the later
//! stages are paid once and not once a print.

use super::cascade::{PrintStage, SubjectStages};
use super::codes::Values;
use super::fingers::Finger;
use super::select::kth_largest;
use crate::gallery::Owner;
use crate::units::Angle;

/// One standard deviation.
const DEVIATION: i64 = 1024;
/// The largest excess that counts, either way: 64 standard deviations.
const MOST: i64 = 64 * DEVIATION;
/// A subject that was not looked at.
const NOBODY: i32 = i32::MIN;
/// The fused value of a subject that is as similar as any other.
const NEUTRAL: i32 = 1 << 21;

/// A subject that passed, by its place in the gallery, with its fused value.
pub(super) type Passed = (u32, u32);

/// A look at the search codes of the gallery with a print of the probe.
#[derive(Clone, Copy)]
pub(super) struct Look {
    /// Its column in the values.
    pub(super) column: usize,
    /// Index of the probe print.
    pub(super) probe: usize,
    /// All prints of a probe are looked with in one round before the next, under other limits.
    pub(super) round: usize,
    /// The largest difference in direction between minutiae that counted.
    pub(super) max_rotation: Option<Angle>,
}

/// What a print of the probe gives with the prints of a gallery, nearly all of which are of other fingers.
struct Background {
    prints: usize,
    mean: u32,
    deviation: u32,
}

impl Background {
    /// Of the values that are there; each is 1 more than it says.
    fn of<'v>(pieces: impl Iterator<Item = &'v [u32]>) -> Self {
        let (mut prints, mut sum, mut squares) = (0u128, 0u128, 0u128);
        for values in pieces {
            // A piece has some thousand values below 2^22: its sums are far from the limits of 64 bits.
            let there = || values.iter().filter(|&&value| value != 0).map(|&value| u64::from(value - 1));
            prints += there().count() as u128;
            sum += u128::from(there().sum::<u64>());
            squares += u128::from(there().map(|value| value * value).sum::<u64>());
        }
        let n = prints.max(1);
        let variance = (squares * n - sum * sum) / (n * n);
        // Both are at most the largest value.
        Self { prints: prints as usize, mean: (sum / n) as u32, deviation: variance.isqrt() as u32 }
    }

    /// By how much a value is above the mean, or below it, in 1/1024 standard deviation.
    fn excess(&self, value: u32) -> i32 {
        let above = i64::from(value) - i64::from(self.mean);
        let excess = above * DEVIATION / i64::from(self.deviation.max(1));
        excess.clamp(-MOST, MOST) as i32
    }
}

/// The subjects that pass by the search codes of the fingers together, in the order of the gallery.
///
/// # Method
/// The value of each print is taken as its excess over the mean that this probe print has with all prints looked at, in
/// their standard deviations: so prints with many minutiae and with few weigh by what they tell. A finger's excess is
/// that of its best pair of prints; the fused value is the sum over the fingers. A finger that a subject lacks adds
/// nothing, as one that is as similar as any other. All in whole numbers, so no order of prints or subjects matters.
/// Of the sums that were tried (of excesses above 0 or 1, of their squares and cubes, of the best three, of the values as
/// they are) none lost as few mates on cut prints of MINEX III. Of several rounds the highest sum counts: a person whose
/// fingers lay upright stands out where only small rotations are allowed, any other where all are.
pub(super) fn by_codes(
    fingers: &[Finger],
    looks: &[Look],
    values: &[Values<'_>],
    subjects: usize,
    passes: impl FnOnce(usize) -> usize,
) -> (SubjectStages, Vec<Passed>) {
    let [mut highest, mut sums, mut best] = [(); 3].map(|()| vec![NOBODY; subjects]);
    let mut prints = Vec::with_capacity(looks.len());
    for round in looks.chunk_by(|a, b| a.round == b.round) {
        sums.fill(NOBODY);
        for finger in fingers {
            best.fill(NOBODY);
            for look in round.iter().filter(|look| finger.prints.contains(&look.probe)) {
                prints.push(best_of(look, values, &mut best));
            }
            for (sum, &best) in sums.iter_mut().zip(&best).filter(|&(_, &best)| best != NOBODY) {
                *sum = if *sum == NOBODY { best } else { sum.saturating_add(best) };
            }
        }
        for (highest, &sum) in highest.iter_mut().zip(&sums) {
            *highest = (*highest).max(sum);
        }
    }
    let ranked = |&sum: &i32| if sum == NOBODY { 0 } else { sum.saturating_add(NEUTRAL).max(1) as u32 };
    let fused: Vec<u32> = highest.iter().map(ranked).collect();
    prints.sort_by_key(|stage: &PrintStage| stage.probe);
    let (threshold, there) = kth_largest(std::iter::once(&*fused), passes);
    let reaching = fused.iter().zip(0..).filter(|&(&value, _)| value != 0 && value >= threshold);
    let passed: Vec<Passed> = reaching.map(|(&value, subject)| (subject, value)).collect();
    let stages = SubjectStages {
        fingers: compared(fingers, looks),
        prints,
        subjects: there,
        code_passed: passed.len(),
        code_threshold: i64::from(threshold) - i64::from(NEUTRAL),
        relaxed_passed: 0,
        relaxed_threshold: 0,
    };
    (stages, passed)
}

/// Raises what each subject has of a finger to what a look gives; tells what it was measured by.
fn best_of(look: &Look, values: &[Values<'_>], best: &mut [i32]) -> PrintStage {
    let pieces = of_column(values, look.column);
    let background = Background::of(pieces.clone().map(|(values, _)| values));
    for (values, owners) in pieces {
        for (&value, owner) in values.iter().zip(owners).filter(|&(&value, _)| value != 0) {
            let best = &mut best[owner.subject as usize];
            *best = (*best).max(background.excess(value - 1));
        }
    }
    let Background { prints, mean, deviation } = background;
    PrintStage { probe: look.probe, max_rotation: look.max_rotation, prints, mean, deviation }
}

/// How many of the fingers have a print that was looked with.
pub(super) fn compared(fingers: &[Finger], looks: &[Look]) -> usize {
    fingers.iter().filter(|finger| looks.iter().any(|look| finger.prints.contains(&look.probe))).count()
}

/// The values of a print of the probe, with whose they are.
fn of_column<'v>(
    values: &'v [Values<'_>],
    column: usize,
) -> impl Iterator<Item = (&'v [u32], impl Iterator<Item = Owner>)> + Clone {
    values.iter().filter_map(move |values| Some((&*values.probes.as_ref()?[column], values.piece.owners())))
}

#[cfg(test)]
#[path = "fused_tests.rs"]
mod tests;
