//! A convolution of each channel alone.

use super::LANES;
use crate::simd::floats::{Floats, for_each_level};

/// Rows that are made at once: each row that is read serves all of them.
pub const ROWS: usize = 4;

/// Where the results of one channel go.
#[derive(Debug)]
pub struct Target<'a> {
    /// `[row of ROWS][group][channel][LANES]`.
    pub groups: &'a mut [f32],
    /// All channels.
    pub channels: usize,
    /// This one.
    pub channel: usize,
    /// Which groups are wanted; the others stay as they are.
    pub wanted: &'a [bool],
}

#[expect(clippy::inline_always, reason = "part of a kernel")]
#[expect(unsafe_code, reason = "registers are read and written by address")]
#[expect(clippy::needless_range_loop, reason = "unrolled: registers by constant indexes")]
#[inline(always)]
fn registers<F: Floats, const SIZE: usize, const N: usize>(
    weights: &[f32],
    rows: *const f32,
    stride: usize,
    to: [*mut f32; ROWS],
) {
    let mut sums = [[F::splat(0.0); N]; ROWS];
    for column in 0..SIZE {
        let mut by = [F::splat(0.0); SIZE];
        for line in 0..SIZE {
            by[line] = F::splat(weights[line * SIZE + column]);
        }
        for line in 0..SIZE + ROWS - 1 {
            let mut pixels = [F::splat(0.0); N];
            for n in 0..N {
                // SAFETY: the caller has room for SIZE + ROWS - 1 rows, and right of the pixels for SIZE - 1 more.
                pixels[n] = unsafe { F::load(rows.add(line * stride + column + n * F::LANES)) };
            }
            for row in 0..ROWS {
                if line >= row && line - row < SIZE {
                    for n in 0..N {
                        sums[row][n] = pixels[n].mul_add(by[line - row], sums[row][n]);
                    }
                }
            }
        }
    }
    for row in 0..ROWS {
        for n in 0..N {
            // SAFETY: `to` is a channel of a group, N registers long.
            unsafe { sums[row][n].store(to[row].add(n * F::LANES)) };
        }
    }
}

#[expect(clippy::inline_always, reason = "part of a kernel")]
#[inline(always)]
fn sized<F: Floats, const SIZE: usize>(
    weights: &[f32],
    rows: &[f32],
    stride: usize,
    target: &mut Target<'_>,
) {
    let groups = target.wanted.len();
    let seen = groups * LANES + SIZE - 1;
    assert!(target.channel < target.channels && stride >= seen);
    assert!(weights.len() == SIZE * SIZE && rows.len() >= (SIZE + ROWS - 2) * stride + seen);
    assert_eq!(target.groups.len(), ROWS * groups * target.channels * LANES);
    for group in (0..groups).filter(|&group| target.wanted[group]) {
        let first = rows[group * LANES..].as_ptr();
        let mut to = [target.groups.as_mut_ptr(); ROWS];
        for (row, to) in to.iter_mut().enumerate() {
            *to = to.wrapping_add(((row * groups + group) * target.channels + target.channel) * LANES);
        }
        // As many sums as hide how long each takes, where there are registers for them.
        if F::LANES == LANES {
            registers::<F, SIZE, 1>(weights, first, stride, to);
        } else {
            let mut lane = 0;
            while lane < LANES {
                let to = to.map(|to| to.wrapping_add(lane));
                registers::<F, SIZE, 2>(weights, first.wrapping_add(lane), stride, to);
                lane += 2 * F::LANES;
            }
        }
    }
}

#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn run<F: Floats>(weights: &[f32], rows: &[f32], stride: usize, target: &mut Target<'_>) {
    match weights.len() {
        25 => sized::<F, 5>(weights, rows, stride, target),
        49 => sized::<F, 7>(weights, rows, stride, target),
        other => panic!("a kernel of {other} weights, expected 25 or 49"),
    }
}

for_each_level! {
    /// Convolves one channel with 5 x 5 or 7 x 7 weights (rows from top to bottom) into [`ROWS`] rows; the products are
    /// added column by column, from top to bottom.
    ///
    /// `rows` holds the `ROWS + size - 1` rows that are seen, `stride` apart; pixel 0 of the results sees columns `0..size`.
    ///
    /// # Panics
    /// The weights are of another size, or the slices are too short.
    pub fn depthwise(weights: &[f32], rows: &[f32], stride: usize, target: &mut Target<'_>) = run;
}
