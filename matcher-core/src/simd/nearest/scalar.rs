//! Plain Rust in the order of the panel, which the compiler turns into the vectors of the build's baseline.

use super::{COLUMNS, Limits, Panel, Rows};

/// See [`super::sums`].
pub(super) fn sums(rows: &Rows, panels: &[Panel], tags: &[[u8; COLUMNS]], limits: Limits, out: &mut [u32]) {
    for ((panel, tags), sum) in panels.iter().zip(tags).zip(out) {
        let mut nearest = [u8::MAX; COLUMNS];
        for (code, row_tag) in &rows.list {
            let mut distance = [0; COLUMNS];
            for (bytes, row) in panel.0.iter().zip(code) {
                for (sum, byte) in distance.iter_mut().zip(bytes) {
                    *sum += (byte ^ row).count_ones() as u8;
                }
            }
            if let Some(window) = limits.window {
                for (distance, tag) in distance.iter_mut().zip(tags) {
                    let off = tag.wrapping_sub(*row_tag).wrapping_add(window.before);
                    *distance |= if off <= window.width { 0 } else { u8::MAX };
                }
            }
            for (least, distance) in nearest.iter_mut().zip(distance) {
                *least = distance.min(*least);
            }
        }
        let squares = nearest.iter().zip(tags).map(|(nearest, tag)| {
            let near = (tag & 1) as u32 * limits.radius.saturating_sub(*nearest) as u32;
            near * near
        });
        *sum = squares.sum();
    }
}
