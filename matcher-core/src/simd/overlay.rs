//! One set of points laid on another: which of them coincide, one to one.
//!
//! # Method
//! Each placed point meets all points of the other set, 16 at a time. Two coincide where they lie within the
//! tolerance and point the same way; their weight falls with both differences and rises with how alike they are. A
//! pair stands where each is the other's best; of equal weights the lesser index is the better one.
//!
//! Floats never leave their lane, and weights are whole numbers before anything is summed or compared between lanes.

use super::versions::{multiversion, rounded};

/// Points that are looked at together.
pub const LANES: usize = 16;
/// The most points of a set.
pub const MAX_POINTS: usize = 255;
/// One in the fixed point of a weight.
pub const ONE: u32 = 1 << 15;
/// The most groups of lanes.
const GROUPS: usize = MAX_POINTS.div_ceil(LANES);
/// Where the lanes beyond the last point lie: near nothing.
const FAR: f32 = 1e9;

/// Places and angles side by side, 16 to a group.
#[derive(Clone, PartialEq)]
pub struct Points {
    len: usize,
    x: Vec<[f32; LANES]>,
    y: Vec<[f32; LANES]>,
    angle: Vec<[i32; LANES]>,
}

impl FromIterator<(f32, f32, u16)> for Points {
    /// Takes places and angles, these in 1/65536 of a turn; at most [`MAX_POINTS`], further ones are left out.
    fn from_iter<I: IntoIterator<Item = (f32, f32, u16)>>(points: I) -> Self {
        let points = points.into_iter().take(MAX_POINTS);
        let groups = points.size_hint().0.div_ceil(LANES);
        let mut lanes = Self {
            len: 0,
            x: Vec::with_capacity(groups),
            y: Vec::with_capacity(groups),
            angle: Vec::with_capacity(groups),
        };
        for (x, y, angle) in points {
            let (group, lane) = (lanes.len / LANES, lanes.len % LANES);
            if lane == 0 {
                lanes.x.push([FAR; LANES]);
                lanes.y.push([FAR; LANES]);
                lanes.angle.push([0; LANES]);
            }
            (lanes.x[group][lane], lanes.y[group][lane]) = (x, y);
            lanes.angle[group][lane] = i32::from(angle);
            lanes.len += 1;
        }
        lanes
    }
}

impl Points {
    /// How many points there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// Places are biometric data: only their number is shown.
impl std::fmt::Debug for Points {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Points").field("len", &self.len).finish_non_exhaustive()
    }
}

/// A point of the first set, laid on the second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Placed {
    /// Place in the frame of the second set, seen from [`Limits::origin`].
    pub x: f32,
    /// See [`Placed::x`].
    pub y: f32,
    /// Angle there, in 1/65536 of a turn.
    pub angle: u16,
    /// Squared distance within which it coincides.
    pub tolerance: f32,
    /// What it counts for, 0 to 1.
    pub weight: f32,
}

/// What counts as coinciding, and for how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Squared distance within which a point is seen by the other set.
    pub seen: f32,
    /// Largest difference of angles, in 1/65536 of a turn.
    pub angle: f32,
    /// Likeness of two points whose distance in bits says nothing; 0 to 1 less than the largest.
    pub floor: f32,
    /// Distance in bits from which on two points are not alike.
    pub zero: u8,
    /// Where the placed points are seen from. With whole numbers here and in the second set, below 2^24, the same
    /// differences have the same bits wherever the sets lie.
    pub origin: [f32; 2],
}

/// What the two sets have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    /// Index into the first set, index into the second, weight in 1/32768; in the order of the first.
    pub pairs: Vec<(u16, u16, u32)>,
    /// Points of the first set that the second sees: the sum of their squared weights, in 1/32768.
    pub seen_first: u64,
    /// The same of the second.
    pub seen_second: u64,
}

/// A matrix of distances in bits, a row for each point of the first set; columns in whole groups of 16.
pub type Distances<'a> = &'a [u8];

/// Lays `first` on `second`.
///
/// # Panics
/// Lengths do not fit: `weights` is as long as `second` in groups of 16, `distances` has as many columns, and a row for
/// each of `first`, of which there are at most [`MAX_POINTS`].
pub fn overlay(
    level: super::Level,
    first: &[Placed],
    second: &Points,
    weights: &[[f32; LANES]],
    distances: Distances<'_>,
    limits: &Limits,
) -> Overlay {
    assert!(first.len() <= MAX_POINTS && weights.len() == second.x.len(), "overlay: lengths");
    assert_eq!(
        distances.len(),
        first.len() * LANES * second.x.len(),
        "overlay: a distance for each two points"
    );
    run(level, first, second, weights, distances, limits)
}

multiversion! {
    /// See [`overlay`].
    fn run(
        first: &[Placed], second: &Points, weights: &[[f32; LANES]], distances: Distances<'_>, limits: &Limits,
    ) -> Overlay = portable;
}

/// The best row of each column, and whether the column is seen.
struct Columns {
    best: [[u32; LANES]; GROUPS],
    seen: [[u32; LANES]; GROUPS],
}

#[expect(clippy::needless_range_loop, reason = "a lane is an index into several arrays")]
#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn portable(
    first: &[Placed],
    second: &Points,
    weights: &[[f32; LANES]],
    distances: Distances<'_>,
    limits: &Limits,
) -> Overlay {
    let groups = second.x.len().min(GROUPS);
    let mut columns = Columns { best: [[0; LANES]; GROUPS], seen: [[0; LANES]; GROUPS] };
    let mut rows = [0u32; MAX_POINTS];
    let mut overlay = Overlay::default();
    let distances = distances.as_chunks::<LANES>().0;
    for (i, (placed, row)) in first.iter().zip(&mut rows).enumerate() {
        let (mut best, mut seen) = ([0u32; LANES], [0u32; LANES]);
        let by_row = 255 - i as u32;
        for group in 0..groups {
            let near = near(placed, second, &weights[group], &distances[i * groups + group], limits, group);
            let by_column = 255 - (group * LANES) as u32;
            // One loop a result: each becomes one instruction for all lanes.
            for lane in 0..LANES {
                seen[lane] |= near.seen[lane];
            }
            for lane in 0..LANES {
                columns.seen[group][lane] |= near.seen[lane];
            }
            for lane in 0..LANES {
                let key = if near.weight[lane] > 0 { near.weight[lane] << 8 | by_row } else { 0 };
                columns.best[group][lane] = columns.best[group][lane].max(key);
            }
            for lane in 0..LANES {
                let key = if near.weight[lane] > 0 {
                    near.weight[lane] << 8 | (by_column - lane as u32)
                } else {
                    0
                };
                best[lane] = best[lane].max(key);
            }
        }
        *row = best.into_iter().fold(0, u32::max);
        overlay.seen_first +=
            if seen.into_iter().fold(0, |a, b| a | b) > 0 { squared(placed.weight) } else { 0 };
    }
    for (i, &best) in rows[..first.len()].iter().enumerate() {
        let column = (255 - (best & 255)) as usize;
        if best > 0 && columns.best[column / LANES][column % LANES] & 255 == 255 - i as u32 {
            overlay.pairs.push((i as u16, column as u16, best >> 8));
        }
    }
    for (seen, weights) in columns.seen[..groups].iter().zip(weights) {
        overlay.seen_second +=
            seen.iter().zip(weights).map(|(&seen, &weight)| u64::from(seen) * squared(weight)).sum::<u64>();
    }
    overlay
}

/// What a group of points is to a placed one.
struct Near {
    /// 1 where seen, else 0.
    seen: [u32; LANES],
    /// In 1/32768; 0 where they do not coincide.
    weight: [u32; LANES],
}

#[expect(clippy::needless_range_loop, reason = "a lane is an index into several arrays")]
#[expect(clippy::needless_bitwise_bool, reason = "a branch a lane could not be vectorised")]
#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn near(
    placed: &Placed,
    second: &Points,
    weights: &[f32; LANES],
    distances: &[u8; LANES],
    limits: &Limits,
    group: usize,
) -> Near {
    let (x, y, angle) = (&second.x[group], &second.y[group], &second.angle[group]);
    let (by_distance, by_angle) = (0.5 / placed.tolerance, 0.5 / limits.angle);
    let (zero, scale) = (f32::from(limits.zero), 1.0 / f32::from(limits.zero));
    let from = i32::from(placed.angle);
    let mut near = Near { seen: [0; LANES], weight: [0; LANES] };
    let (mut square, mut turned, mut weight) = ([0f32; LANES], [0f32; LANES], [0f32; LANES]);
    for lane in 0..LANES {
        let dx = (x[lane] - limits.origin[0]) - placed.x;
        let dy = (y[lane] - limits.origin[1]) - placed.y;
        square[lane] = dx * dx + dy * dy;
    }
    for lane in 0..LANES {
        turned[lane] = (((angle[lane] - from) << 16) >> 16).abs() as f32;
    }
    for lane in 0..LANES {
        let alike = (zero - f32::from(distances[lane])).max(0.0) * scale + limits.floor;
        let close = (1.0 - square[lane] * by_distance) * (1.0 - turned[lane] * by_angle);
        weight[lane] = close * alike * (placed.weight * weights[lane]) * ONE as f32;
    }
    for lane in 0..LANES {
        near.seen[lane] = u32::from(square[lane] < limits.seen);
    }
    for lane in 0..LANES {
        let coincides = (square[lane] <= placed.tolerance) & (turned[lane] < limits.angle);
        // At least 1 where they coincide, at most 2 * 32768: the floor and the likeness are at most 1 each.
        let whole = rounded(weight[lane].clamp(1.0, 65535.0));
        near.weight[lane] = if coincides { whole } else { 0 };
    }
    near
}

fn squared(weight: f32) -> u64 {
    (weight * weight * ONE as f32) as u64
}

/// How far off a placed point is from the one that it coincides with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residual {
    /// Index of the placed point.
    pub index: u16,
    /// Its place.
    pub x: f32,
    /// See [`Residual::x`].
    pub y: f32,
    /// From its place to the other's, and the difference of angles in 1/65536 of a turn.
    pub off: [f32; 3],
}

multiversion! {
    /// The mean residual around each point: those of the others, weighted by `1 / (1 + d^2 / reach^2)^2` and drawn
    /// towards nothing by a `prior` weight of none. The residual of a point itself does not count for it.
    ///
    /// # Range and units
    /// `inverse_reach` is `1 / reach^2`; as many corrections come back as there are points, 16 to a group: along x,
    /// along y, and of the angle.
    pub fn corrections(
        points: &Points, residuals: &[Residual], inverse_reach: f32, prior: f32,
    ) -> Vec<[[f32; LANES]; 3]> = portable_corrections;
}

#[expect(clippy::inline_always, reason = "compiled again for each level")]
#[inline(always)]
fn portable_corrections(
    points: &Points,
    residuals: &[Residual],
    inverse_reach: f32,
    prior: f32,
) -> Vec<[[f32; LANES]; 3]> {
    let mut corrections = Vec::with_capacity(points.x.len());
    for (group, (x, y)) in points.x.iter().zip(&points.y).enumerate() {
        let mut sums = [[0f32; LANES]; 3];
        let mut weights = [prior; LANES];
        for residual in residuals {
            let own = usize::from(residual.index).wrapping_sub(group * LANES) as u32;
            for lane in 0..LANES {
                let (dx, dy) = (x[lane] - residual.x, y[lane] - residual.y);
                let weight = 1.0 / (1.0 + (dx * dx + dy * dy) * inverse_reach);
                let weight = if lane as u32 == own { 0.0 } else { weight * weight };
                for (sum, off) in sums.iter_mut().zip(residual.off) {
                    sum[lane] += weight * off;
                }
                weights[lane] += weight;
            }
        }
        corrections.push(sums.map(|sum| std::array::from_fn(|lane| sum[lane] / weights[lane])));
    }
    corrections
}

#[cfg(test)]
#[path = "overlay_tests.rs"]
mod tests;
