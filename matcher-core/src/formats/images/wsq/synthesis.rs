//! Joins subbands into an image: the inverse of the wavelet transform, split by split from the smallest up.
//!
//! # Method
//! Each line of a split rectangle holds half as many low as high coefficients (low ones have the odd one). Output `m` is
//! the sum over n of low(n) f0(m - 2n) and high(n) f1(m - 2n), first the low ones, both from left to right, as NBIS sums
//! them. Columns are joined before rows.
//!
//! Beyond the ends a line goes on mirrored, so that as many coefficients as pixels suffice. With odd filters, low and
//! high coefficients interleaved are mirrored at the first and the last of them, which are not repeated. With even
//! filters, the mirrors are half a pixel beyond the ends, and high coefficients change sign.
//!
//! Sixteen lines are joined at once, so that each step is the same for all of them and the compiler uses vectors.

use super::filters::FilterBank;
use super::tree::{Region, Split};

/// Lines joined at once.
const LANES: usize = 16;

/// One coefficient of each line.
type Lanes = [f32; LANES];

/// Joins all splits, which stand from the whole image down, in a plane of rows of `width`.
pub(super) fn join(plane: &mut [f32], width: usize, splits: &[Split], filters: &FilterBank) {
    let mut scratch = Scratch::default();
    for split in splits.iter().rev() {
        let Region { x, y, width: columns, height: rows } = split.region;
        if rows == 0 || columns == 0 {
            continue;
        }
        let start = y * width + x;
        let down = Lines { start, count: columns, length: rows, between: 1, along: width };
        scratch.join_lines(plane, down, split.high_above, filters);
        let across = Lines { start, count: rows, length: columns, between: width, along: 1 };
        scratch.join_lines(plane, across, split.high_left, filters);
    }
}

/// Parallel lines in the plane.
#[derive(Clone, Copy)]
struct Lines {
    /// The first coefficient of the first line.
    start: usize,
    /// How many lines.
    count: usize,
    /// Coefficients in each.
    length: usize,
    /// From one line to the next.
    between: usize,
    /// From one coefficient to the next.
    along: usize,
}

/// The halves of the lines in hand, with what goes on beyond their ends.
#[derive(Default)]
struct Scratch {
    low: Vec<Lanes>,
    high: Vec<Lanes>,
}

impl Scratch {
    /// Joins the halves of all lines in place.
    fn join_lines(&mut self, plane: &mut [f32], lines: Lines, high_first: bool, filters: &FilterBank) {
        let Lines { count, length, .. } = lines;
        let (low_length, high_length) = (length.div_ceil(2), length / 2);
        let (low_at, high_at) = if high_first { (high_length, 0) } else { (0, low_length) };
        let low = Half::low(length, filters);
        let high = Half::high(length, filters);
        for first in (0..count).step_by(LANES) {
            let strip = Lines {
                start: lines.start + first * lines.between,
                count: LANES.min(count - first),
                ..lines
            };
            low.copy(plane, strip, low_at, &mut self.low);
            high.copy(plane, strip, high_at, &mut self.high);
            for at in 0..length {
                let mut sum = [0.0; LANES];
                low.add(&self.low, at, &mut sum);
                high.add(&self.high, at, &mut sum);
                let start = strip.start + at * strip.along;
                for (lane, value) in sum.into_iter().take(strip.count).enumerate() {
                    plane[start + lane * strip.between] = value;
                }
            }
        }
    }
}

/// One half of a line, low or high, with its filter and with how it goes on beyond its ends.
struct Half {
    /// Coefficients in it.
    length: usize,
    /// Taps of even and of odd number.
    taps: [Vec<f32>; 2],
    /// The tap of output 0 for coefficient 0.
    middle: usize,
    /// Coefficients needed before the first one.
    before: usize,
    /// Coefficients needed in all.
    needed: usize,
    /// It repeats itself after so many, mirrored ones included.
    period: usize,
    /// Within the period, coefficient n is that of `mirror` - n.
    mirror: usize,
    /// Whether mirrored ones change sign.
    negate: bool,
}

impl Half {
    fn low(line: usize, filters: &FilterBank) -> Self {
        let length = line.div_ceil(2);
        if filters.even {
            Self::new(line, length, &filters.low, filters.low.len() / 2, line, line - 1, false)
        } else {
            let last = line - 1;
            Self::new(line, length, &filters.low, (filters.low.len() - 1) / 2, last.max(1), last, false)
        }
    }

    fn high(line: usize, filters: &FilterBank) -> Self {
        let length = line / 2;
        if filters.even {
            Self::new(line, length, &filters.high, filters.high.len() / 2, line, line - 1, true)
        } else {
            // High coefficients stand one output further right than low ones.
            let middle = (filters.high.len() - 1) / 2 + 1;
            Self::new(line, length, &filters.high, middle, (line - 1).max(1), line.saturating_sub(2), false)
        }
    }

    fn new(
        line: usize,
        length: usize,
        filter: &[f32],
        middle: usize,
        period: usize,
        mirror: usize,
        negate: bool,
    ) -> Self {
        let before = middle / 2;
        let after = (line + filter.len()).saturating_sub(2 + middle) / 2 + 1; // beyond the last one of the last output
        let needed = before + after.max(length);
        let taps = [0, 1].map(|from| filter.iter().skip(from).step_by(2).copied().collect());
        Self { length, taps, middle, before, needed, period, mirror, negate }
    }

    /// Copies the halves of the lines in the strip, and what goes on beyond their ends.
    fn copy(&self, plane: &[f32], strip: Lines, first: usize, half: &mut Vec<Lanes>) {
        half.clear();
        half.resize(self.needed, [0.0; LANES]);
        for (at, lanes) in half.iter_mut().skip(self.before).take(self.length).enumerate() {
            let start = strip.start + (first + at) * strip.along;
            for (lane, value) in lanes.iter_mut().take(strip.count).enumerate() {
                *value = plane[start + lane * strip.between];
            }
        }
        for at in (0..self.before).chain(self.before + self.length..self.needed) {
            half[at] = self.beyond(at, half);
        }
    }

    /// A coefficient beyond the ends.
    fn beyond(&self, at: usize, half: &[Lanes]) -> Lanes {
        let number = (at as isize - self.before as isize).rem_euclid(self.period as isize) as usize;
        if number < self.length {
            return half[self.before + number];
        }
        let twin = self.mirror - number;
        if self.length == 0 || (self.negate && twin == number) {
            return [0.0; LANES]; // there is none, or it lies in the mirror that changes its sign
        }
        let lanes = half[self.before + twin];
        if self.negate { lanes.map(|value| -value) } else { lanes }
    }

    /// Adds its part of output `at`.
    #[inline]
    fn add(&self, half: &[Lanes], at: usize, sum: &mut Lanes) {
        let odd = (at + self.middle) % 2;
        // Tap 0 or 1 is that of the coefficient (at + odd - middle) / 2.
        let first = (at + odd + 2 * self.before - self.middle) / 2;
        for (tap, lanes) in self.taps[odd].iter().zip(&half[first..]) {
            for (sum, value) in sum.iter_mut().zip(lanes) {
                *sum += value * tap;
            }
        }
    }
}

#[cfg(test)]
#[path = "synthesis_tests.rs"]
mod tests;
