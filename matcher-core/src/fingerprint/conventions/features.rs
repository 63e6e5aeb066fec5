//! What a print shows of the conventions that it was written in: a few numbers, from minutiae alone.
//!
//! # Method
//! Places are in millimetres from the mean of all minutiae, y upwards; a direction counts as the line along it, so that
//! the sense of a minutia, on which extractors differ, plays no part.
//! - *Roundness*: `-cos 2(direction - bearing)`, the bearing being that of the minutia from the middle: 1 where the ridge
//!   runs round the middle, -1 where it runs towards it. The tip of a finger has its ridges round the middle, above it,
//!   whatever the pattern is; below, they run across. So the mean over the upper half is the largest of all halves, and
//!   larger than any would be were the directions turned over.
//! - *Smoothness*: `cos 2(difference)` of the directions of a minutia and its 3 nearest: neighbours lie on ridges that
//!   are nearly parallel.
//! - *Spacing*: the mean distance of the 5 nearest, and the radius, the root mean square distance from the middle.
//! - *Elongation*: the mean of `sin 2(direction - bearing - 90°) sin 2 bearing`: 0 where ridges are circles round the
//!   middle, positive where they are wider than high.

use super::super::minutia::Minutia;
use super::super::template::Template;
use crate::units::Dpi;

/// The fewest minutiae of a print that is looked at.
const MIN_MINUTIAE: usize = 12;
/// The fewest in each half of it.
const MIN_HALF: usize = 3;
/// Neighbours for the spacing, and how many of them for the smoothness.
const NEIGHBOURS: usize = 5;
const NEAREST: usize = 3;

/// A half of a print, seen from its middle.
#[derive(Clone, Copy)]
pub(super) enum Half {
    Upper,
    Lower,
    Left,
    Right,
}

/// What one print shows.
pub(super) struct Features {
    /// Mean roundness by [`Half`].
    pub(super) round: [f64; 4],
    /// The same with directions turned over (clockwise for counter-clockwise).
    pub(super) turned_over: [f64; 4],
    pub(super) smoothness: f64,
    /// In millimetres.
    pub(super) spacing: f64,
    /// In millimetres.
    pub(super) radius: f64,
    pub(super) elongation: f64,
}

/// A minutia: place in millimetres from the middle, y upwards, and its direction as a unit vector.
struct Point {
    x: f64,
    y: f64,
    cos: f64,
    sin: f64,
}

impl Features {
    /// Those of a print; `None` where it has too few minutiae.
    pub(super) fn of(template: &Template) -> Option<Self> {
        let minutiae = template.minutiae();
        if minutiae.len() < MIN_MINUTIAE {
            return None;
        }
        let points = points(minutiae, (template.resolution().x, template.resolution().y));
        let mut halves = [Mean::default(); 4];
        let mut over = [Mean::default(); 4];
        let (mut elongation, mut squares) = (Mean::default(), Mean::default());
        for point in &points {
            let square = point.x * point.x + point.y * point.y;
            squares.add(square);
            if square == 0.0 {
                continue; // the middle itself has no bearing
            }
            let length = square.sqrt();
            let (x, y) = (point.x / length, point.y / length);
            // cos 2(a - b) is 2 cos²(a - b) - 1; the cosine is the product of the unit vectors.
            let round = 1.0 - 2.0 * squared(point.cos * x + point.sin * y);
            let turned_over = 1.0 - 2.0 * squared(point.cos * x - point.sin * y);
            for half in [Half::Upper, Half::Lower, Half::Left, Half::Right] {
                if half.holds(point) {
                    halves[half as usize].add(round);
                    over[half as usize].add(turned_over);
                }
            }
            // sin 2(a - b - 90°) is -sin 2(a - b).
            let (along, across) = (point.cos * x + point.sin * y, point.sin * x - point.cos * y);
            elongation.add(-2.0 * along * across * 2.0 * x * y);
        }
        if halves.iter().any(|half| half.count < MIN_HALF) {
            return None;
        }
        let (smoothness, spacing) = neighbourhood(&points);
        Some(Self {
            round: halves.map(Mean::value),
            turned_over: over.map(Mean::value),
            smoothness,
            spacing,
            radius: squares.value().sqrt(),
            elongation: elongation.value(),
        })
    }
}

impl Half {
    fn holds(self, point: &Point) -> bool {
        match self {
            Self::Upper => point.y > 0.0,
            Self::Lower => point.y < 0.0,
            Self::Left => point.x < 0.0,
            Self::Right => point.x > 0.0,
        }
    }
}

fn squared(value: f64) -> f64 {
    value * value
}

fn points(minutiae: &[Minutia], (x_dpi, y_dpi): (Dpi, Dpi)) -> Vec<Point> {
    let millimetres = |steps: i32, dpi: Dpi| f64::from(steps) / 256.0 * 25.4 / dpi.to_f64();
    let place = |m: &Minutia| (millimetres(m.x.steps(), x_dpi), -millimetres(m.y.steps(), y_dpi));
    let (mut x, mut y) = (Mean::default(), Mean::default());
    for minutia in minutiae {
        let (right, up) = place(minutia);
        x.add(right);
        y.add(up);
    }
    let (x, y) = (x.value(), y.value());
    let point = |minutia: &Minutia| {
        let (right, up) = place(minutia);
        let (cos, sin) = minutia.direction.rotation().cos_sin();
        Point { x: right - x, y: up - y, cos, sin }
    };
    minutiae.iter().map(point).collect()
}

/// Smoothness, and the mean distance of the nearest neighbours.
fn neighbourhood(points: &[Point]) -> (f64, f64) {
    let (mut smoothness, mut spacing) = (Mean::default(), Mean::default());
    let mut others: Vec<(f64, usize)> = Vec::with_capacity(points.len());
    for (index, point) in points.iter().enumerate() {
        others.clear();
        let all = points.iter().enumerate().filter(|&(other, _)| other != index);
        others.extend(all.map(|(other, at)| (squared(at.x - point.x) + squared(at.y - point.y), other)));
        // Ties are decided by the canonical order, so the nearest are the same ones everywhere.
        let order = |a: &(f64, usize), b: &(f64, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        others.select_nth_unstable_by(NEIGHBOURS, order); // a print has 12 or more
        others.truncate(NEIGHBOURS);
        others.sort_unstable_by(order);
        for (rank, &(square, other)) in others.iter().enumerate() {
            spacing.add(square.sqrt());
            if rank < NEAREST {
                let other = &points[other];
                smoothness.add(2.0 * squared(point.cos * other.cos + point.sin * other.sin) - 1.0);
            }
        }
    }
    (smoothness.value(), spacing.value())
}

/// A mean in the making.
#[derive(Clone, Copy, Default)]
pub(super) struct Mean {
    sum: f64,
    squares: f64,
    pub(super) count: usize,
}

impl Mean {
    pub(super) fn add(&mut self, value: f64) {
        self.sum += value;
        self.squares += value * value;
        self.count += 1;
    }

    /// The mean; 0 of nothing.
    pub(super) fn value(self) -> f64 {
        if self.count == 0 { 0.0 } else { self.sum / self.count as f64 }
    }

    /// Its standard error; infinite of fewer than two values.
    pub(super) fn standard_error(self) -> f64 {
        if self.count < 2 {
            return f64::INFINITY;
        }
        let n = self.count as f64;
        let variance = (self.squares - self.sum * self.sum / n) / (n - 1.0);
        (variance.max(0.0) / n).sqrt()
    }
}
