//! The first stage for several prints of one person: what their search codes say of each subject, as one number.
//!
//! The codes of each print are looked at as for a search with that print alone; what is fused are the values that come
//! out. A mate whose fingers are each mediocre stands out of the sum, and only the best subjects go on, so the later
//! stages are paid once and not once a print.

use super::cascade::PrintStage;
use super::codes::Values;
use super::fingers::Finger;
use super::staged::Spread;
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

/// What each look gives with the prints that it was taken at.
pub(super) fn spreads(looks: &[Look], values: &[Values]) -> Vec<Spread> {
    let of = |look: &Look| of_column(values, look.column).map(|(values, _)| spread(values)).sum();
    looks.iter().map(of).collect()
}

/// Of some thousand values; each is 1 more than it says, and 0 where there is none.
fn spread(values: &[u32]) -> Spread {
    // They are below 2^22: the sums are far from the limits of 64 bits.
    let there = || values.iter().filter(|&&value| value != 0).map(|&value| u64::from(value - 1));
    Spread {
        prints: there().count() as u64,
        sum: there().sum::<u64>().into(),
        squares: there().map(|value| value * value).sum::<u64>().into(),
    }
}

/// What a print of the probe gives with the prints of a gallery, nearly all of which are of other fingers.
#[derive(Clone, Copy, Debug)]
struct Background {
    mean: u32,
    deviation: u32,
}

impl Background {
    fn of(spread: &Spread) -> Self {
        let n = u128::from(spread.prints.max(1));
        // Sums that were checked: see `Spread::check`.
        let variance = (spread.squares * n - spread.sum * spread.sum) / (n * n);
        // Both are at most the largest value.
        Self { mean: (spread.sum / n) as u32, deviation: variance.isqrt() as u32 }
    }

    /// By how much a value is above the mean, or below it, in 1/1024 standard deviation.
    fn excess(self, value: u32) -> i32 {
        let above = i64::from(value) - i64::from(self.mean);
        let excess = above * DEVIATION / i64::from(self.deviation.max(1));
        excess.clamp(-MOST, MOST) as i32
    }
}

/// What the search codes of the fingers together say of each subject: 0 for those that were not looked at.
///
/// # Method
/// The value of each print is taken as its excess over the mean that this probe print has with all prints looked at, in
/// their standard deviations: so prints with many minutiae and with few weigh by what they tell. A finger's excess is
/// that of its best pair of prints; the fused value is the sum over the fingers. A finger that a subject lacks adds
/// nothing, as one that is as similar as any other. All in whole numbers, so no order of prints or subjects matters.
/// Of the sums that were tried (of excesses above 0 or 1, of their squares and cubes, of the best three, of the values as
/// they are) none lost as few mates on cut prints of MINEX III. Of several rounds the highest sum counts: a person whose
/// fingers lay upright stands out where only small rotations are allowed, any other where all are.
///
/// `spreads` are those of the looks, with the prints of all parts of the gallery.
pub(super) fn fused(
    fingers: &[Finger],
    looks: &[Look],
    values: &[Values],
    spreads: &[Spread],
    subjects: usize,
) -> Vec<u32> {
    let measured: Vec<(Look, Background)> =
        looks.iter().zip(spreads).map(|(look, spread)| (*look, Background::of(spread))).collect();
    let [mut highest, mut sums, mut best] = [(); 3].map(|()| vec![NOBODY; subjects]);
    for round in measured.chunk_by(|(a, _), (b, _)| a.round == b.round) {
        sums.fill(NOBODY);
        for finger in fingers {
            best.fill(NOBODY);
            for (look, background) in round.iter().filter(|(look, _)| finger.prints.contains(&look.probe)) {
                raise(&mut best, look.column, *background, values);
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
    highest.iter().map(ranked).collect()
}

/// Raises what each subject has of a finger to what a look gives.
fn raise(best: &mut [i32], column: usize, background: Background, values: &[Values]) {
    for (values, owners) in of_column(values, column) {
        for (&value, owner) in values.iter().zip(owners).filter(|&(&value, _)| value != 0) {
            let best = &mut best[owner.subject as usize];
            *best = (*best).max(background.excess(value - 1));
        }
    }
}

/// The value that subjects reach who pass, as it is reported: 0 is as similar as any other.
pub(super) fn reported(threshold: u32) -> i64 {
    i64::from(threshold) - i64::from(NEUTRAL)
}

/// What the looks were measured by, in the order of the probe's prints.
pub(super) fn print_stages(looks: &[Look], spreads: &[Spread]) -> Vec<PrintStage> {
    let mut prints: Vec<PrintStage> = looks
        .iter()
        .zip(spreads)
        .map(|(look, spread)| {
            let Background { mean, deviation } = Background::of(spread);
            let prints = spread.prints as usize;
            PrintStage { probe: look.probe, max_rotation: look.max_rotation, prints, mean, deviation }
        })
        .collect();
    prints.sort_by_key(|stage| stage.probe);
    prints
}

/// How many of the fingers have a print that was looked with.
pub(super) fn compared(fingers: &[Finger], looks: &[Look]) -> usize {
    fingers.iter().filter(|finger| looks.iter().any(|look| finger.prints.contains(&look.probe))).count()
}

/// The values of a print of the probe, with whose they are.
fn of_column(
    values: &[Values],
    column: usize,
) -> impl Iterator<Item = (&[u32], impl Iterator<Item = Owner>)> {
    values.iter().filter_map(move |values| Some((&*values.probes.as_ref()?[column], values.piece.owners())))
}

#[cfg(test)]
#[path = "fused_tests.rs"]
mod tests;
