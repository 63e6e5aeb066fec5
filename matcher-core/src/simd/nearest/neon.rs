//! NEON: exclusive or, count of bits per byte, sum; 16 columns in a register.

use super::{COLUMNS, Limits, Panel, Rows};
use crate::simd::lanes::Lanes;

/// See [`super::sums`].
pub(super) fn sums<L: Lanes>(
    rows: &Rows,
    panels: &[Panel],
    tags: &[[u8; COLUMNS]],
    limits: Limits,
    out: &mut [u32],
) {
    for ((panel, tags), sum) in panels.iter().zip(tags).zip(out) {
        *sum = half_sum::<L, 0>(rows, panel, tags, limits) + half_sum::<L, 1>(rows, panel, tags, limits);
    }
}

/// The part of the first or the second 16 columns, whose bytes stay in registers for all rows.
fn half_sum<L: Lanes, const HALF: usize>(
    rows: &Rows,
    panel: &Panel,
    tags: &[u8; COLUMNS],
    limits: Limits,
) -> u32 {
    let half = |bytes: &[u8; COLUMNS]| L::load(std::array::from_fn(|column| bytes[HALF * 16 + column]));
    let columns: [L; 16] = std::array::from_fn(|k| half(&panel.0[k]));
    let tags = half(tags);
    let mut nearest = L::splat(u8::MAX);
    for (code, tag) in &rows.list {
        let mut distance = L::splat(0);
        for (column, byte) in columns.iter().zip(code) {
            distance = distance.add(column.xor(L::splat(*byte)).ones());
        }
        if let Some(window) = limits.window {
            let off = tags.add(L::splat(window.before.wrapping_sub(*tag)));
            distance = distance.or(off.above(L::splat(window.width)));
        }
        nearest = nearest.min(distance);
    }
    let present = L::splat(0).sub(tags.and(L::splat(1)));
    L::splat(limits.radius).saturating_sub(nearest).and(present).square_sum()
}
