//! From one level of the network to the next: halving and doubling of feature maps.

use super::planes::Planes;
use crate::simd::layers::LANES;

/// What becomes of four pixels.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Pool {
    Greatest,
    Mean,
}

/// Half a row from two: `[group][channels][LANES]` each. `pool` says what is done to a channel.
pub(super) fn pool_rows(
    upper: &[f32],
    lower: &[f32],
    channels: usize,
    pool: impl Fn(usize) -> Pool,
    to: &mut [f32],
) {
    let (upper, lower) = (upper.as_chunks::<LANES>().0, lower.as_chunks::<LANES>().0);
    let groups = upper.len() / channels;
    for (place, out) in to.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let (group, channel) = (place / channels, place % channels);
        for (half, out) in out.chunks_exact_mut(LANES / 2).enumerate() {
            // Beyond the last group there is nothing to halve, and nothing is asked of it.
            let from = (2 * group + half).min(groups - 1) * channels + channel;
            let (a, b) = (&upper[from], &lower[from]);
            for (k, out) in out.iter_mut().enumerate() {
                let four = [a[2 * k], a[2 * k + 1], b[2 * k], b[2 * k + 1]];
                *out = match pool(channel) {
                    Pool::Greatest => greater(greater(four[0], four[1]), greater(four[2], four[3])),
                    Pool::Mean => (four[0] + four[1] + (four[2] + four[3])) * 0.25,
                };
            }
        }
    }
}

fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// The next level down of an encoder: the first half of the channels by their greatest, the others by their mean.
pub(super) fn halved(map: &Planes) -> Planes {
    let channels = map.channels();
    let mut half = Planes::new(channels, map.width() / 2, map.height() / 2);
    let pool = |channel: usize| if channel < channels / 2 { Pool::Greatest } else { Pool::Mean };
    for row in 0..half.height() {
        pool_rows(map.row(2 * row), map.row(2 * row + 1), channels, pool, half.row_mut(row));
    }
    half
}

/// The next level up of a decoder: each pixel four times, and beside it what the encoder had there.
pub(super) fn doubled_beside(map: &Planes, beside: &Planes) -> Planes {
    let (channels, others) = (map.channels(), beside.channels());
    let mut double = Planes::new(channels + others, beside.width(), beside.height());
    for row in 0..double.height() {
        let (from, beside) = (map.row(row / 2), beside.row(row));
        let groups = double.row_mut(row).chunks_exact_mut((channels + others) * LANES);
        for (group, (to, beside)) in groups.zip(beside.chunks_exact(others * LANES)).enumerate() {
            let (ours, theirs) = to.split_at_mut(channels * LANES);
            theirs.copy_from_slice(beside);
            let from = &from[group / 2 * channels * LANES..][..channels * LANES];
            for (to, from) in ours.as_chunks_mut::<LANES>().0.iter_mut().zip(from.as_chunks::<LANES>().0) {
                let from = &from[group % 2 * (LANES / 2)..][..LANES / 2];
                for (pair, from) in to.as_chunks_mut::<2>().0.iter_mut().zip(from) {
                    *pair = [*from; 2];
                }
            }
        }
    }
    double
}
