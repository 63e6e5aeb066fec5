//! The convex hull of a print's minutiae: where the print is known to reach, and so where an empty cell means
//! "no minutia here" rather than "not seen".

use super::Point;
use crate::units::Rotation;

/// Corners of a convex hull, counter-clockwise; one or two where the minutiae span no area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hull {
    corners: Vec<(i32, i32)>,
}

impl Hull {
    /// Andrew's monotone chain (Information Processing Letters 9(5), 1979), without points on edges.
    pub(super) fn of(points: &[Point]) -> Self {
        let mut sorted: Vec<(i32, i32)> = points.iter().map(|p| (p.x, p.y)).collect();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() < 3 {
            return Self { corners: sorted };
        }
        let mut corners: Vec<(i32, i32)> = Vec::with_capacity(sorted.len() + 1);
        let mut chain = |points: &mut dyn Iterator<Item = &(i32, i32)>| {
            let start = corners.len();
            for &p in points {
                while corners.len() >= start + 2
                    && cross(corners[corners.len() - 2], corners[corners.len() - 1], p) <= 0
                {
                    corners.pop();
                }
                corners.push(p);
            }
            corners.pop(); // the first of the next chain
        };
        chain(&mut sorted.iter());
        chain(&mut sorted.iter().rev());
        Self { corners }
    }

    /// The hull as seen from `origin`, turned by `rotation`.
    pub(super) fn seen_from(&self, origin: Point, rotation: Rotation) -> Self {
        let corners = self.corners.iter().map(|&(x, y)| rotation.apply(x - origin.x, y - origin.y));
        Self { corners: corners.collect() }
    }

    /// Whether the place lies inside the hull or within `margin` of it.
    pub(super) fn reaches(&self, place: (i32, i32), margin: i32) -> bool {
        let edges = || self.corners.iter().zip(self.corners.iter().cycle().skip(1));
        let inside = self.corners.len() >= 3 && edges().all(|(&a, &b)| cross(a, b, place) >= 0);
        inside || edges().any(|(&a, &b)| near_segment(a, b, place, margin))
    }
}

/// Twice the area of the triangle a, b, c: positive where they turn counter-clockwise.
const fn cross(a: (i32, i32), b: (i32, i32), c: (i32, i32)) -> i64 {
    (b.0 - a.0) as i64 * (c.1 - a.1) as i64 - (b.1 - a.1) as i64 * (c.0 - a.0) as i64
}

/// Whether `p` lies within `margin` of the segment from `a` to `b`.
fn near_segment(a: (i32, i32), b: (i32, i32), p: (i32, i32), margin: i32) -> bool {
    let square = |u: (i32, i32), v: (i32, i32)| {
        let (dx, dy) = ((u.0 - v.0) as i64, (u.1 - v.1) as i64);
        dx * dx + dy * dy
    };
    let limit = margin as i64 * margin as i64;
    let along = (b.0 - a.0) as i64 * (p.0 - a.0) as i64 + (b.1 - a.1) as i64 * (p.1 - a.1) as i64;
    let length = square(a, b);
    if along <= 0 {
        square(p, a) <= limit
    } else if along >= length {
        square(p, b) <= limit
    } else {
        // distance² = cross² / length²; f64 holds both sides far beyond the precision that decides
        let area = cross(a, b, p) as f64;
        area * area <= limit as f64 * length as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Angle;

    fn hull(points: &[(i32, i32)]) -> Hull {
        let points: Vec<Point> =
            points.iter().map(|&(x, y)| Point { x, y, direction: Angle::ZERO, source: 0 }).collect();
        Hull::of(&points)
    }

    #[test]
    fn corners_leave_out_what_lies_inside_and_on_edges() {
        let square = hull(&[(0, 0), (10, 0), (10, 10), (0, 10), (5, 5), (5, 0), (0, 0)]);
        assert_eq!(square.corners, [(0, 0), (10, 0), (10, 10), (0, 10)]);
    }

    #[test]
    fn reach_is_inside_or_within_the_margin() {
        let square = hull(&[(0, 0), (100, 0), (100, 100), (0, 100)]);
        assert!(square.reaches((50, 50), 0));
        assert!(square.reaches((110, 50), 10));
        assert!(!square.reaches((111, 50), 10));
        assert!(!square.reaches((108, 108), 10)); // 11.3 from the corner
    }

    #[test]
    fn prints_without_an_area_reach_too() {
        assert!(hull(&[(0, 0), (100, 0), (50, 0)]).reaches((50, 9), 10));
        assert!(hull(&[(3, 4)]).reaches((3, 4), 0));
        assert!(!hull(&[]).reaches((0, 0), 1000));
    }
}
