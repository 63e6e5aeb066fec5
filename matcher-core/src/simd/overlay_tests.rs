use super::*;
use crate::simd::Level;
use proptest::prelude::*;

const LIMITS: Limits = Limits { seen: 400.0, angle: 5000.0, floor: 0.3, zero: 128, origin: [7.0, -5.0] };

fn placed() -> impl Strategy<Value = Placed> {
    (0f32..60.0, 0f32..60.0, any::<u16>(), 1f32..200.0, 0.1f32..1.0)
        .prop_map(|(x, y, angle, tolerance, weight)| Placed { x, y, angle, tolerance, weight })
}

/// The plainest form: all weights, then who is whose best.
fn plain(first: &[Placed], second: &[Placed], distances: &[u8], columns: usize) -> Overlay {
    let square = |a: &Placed, b: &Placed| {
        let (dx, dy) = ((b.x - LIMITS.origin[0]) - a.x, (b.y - LIMITS.origin[1]) - a.y);
        dx * dx + dy * dy
    };
    let weight = |i: usize, j: usize| {
        let (a, b) = (&first[i], &second[j]);
        let turned = f32::from(b.angle.wrapping_sub(a.angle).cast_signed().unsigned_abs());
        if square(a, b) > a.tolerance || turned >= LIMITS.angle {
            return 0;
        }
        let alike = (128.0 - f32::from(distances[i * columns + j])).max(0.0) * (1.0 / 128.0) + LIMITS.floor;
        let near = (1.0 - square(a, b) * (0.5 / a.tolerance)) * (1.0 - turned * (0.5 / LIMITS.angle));
        (near * alike * (a.weight * b.weight) * 32768.0).clamp(1.0, 65535.0).round_ties_even() as u32
    };
    let best = |n: usize, weight: &dyn Fn(usize) -> u32| {
        (0..n).max_by_key(|&k| (weight(k), std::cmp::Reverse(k))).filter(|&k| weight(k) > 0)
    };
    let mut overlay = Overlay::default();
    for i in 0..first.len() {
        let Some(j) = best(second.len(), &|j| weight(i, j)) else { continue };
        if best(first.len(), &|i| weight(i, j)) == Some(i) {
            overlay.pairs.push((i as u16, j as u16, weight(i, j)));
        }
    }
    let seen = |a: &&Placed| second.iter().any(|b| square(a, b) < LIMITS.seen);
    overlay.seen_first = first.iter().filter(seen).map(|p| squared(p.weight)).sum();
    let seen = |b: &&Placed| first.iter().any(|a| square(a, b) < LIMITS.seen);
    overlay.seen_second = second.iter().filter(seen).map(|p| squared(p.weight)).sum();
    overlay
}

proptest! {
    #[test]
    fn every_level_pairs_as_the_plain_form_does(
        first in prop::collection::vec(placed(), 0..40),
        second in prop::collection::vec(placed(), 0..40),
        seed in any::<u8>(),
    ) {
        let points: Points = second.iter().map(|p| (p.x, p.y, p.angle)).collect();
        let columns = second.len().div_ceil(LANES) * LANES;
        let distances: Vec<u8> = (0..first.len() * columns).map(|k| (k as u8).wrapping_mul(37) ^ seed).collect();
        let mut weights = vec![[0f32; LANES]; columns / LANES];
        second.iter().enumerate().for_each(|(k, p)| weights[k / LANES][k % LANES] = p.weight);
        let expected = plain(&first, &second, &distances, columns);
        for level in Level::present() {
            prop_assert_eq!(&overlay(level, &first, &points, &weights, &distances, &LIMITS), &expected, "{}", level);
        }
    }

    #[test]
    fn every_level_corrects_as_the_plain_form_does(
        points in prop::collection::vec(placed(), 1..40), paired in prop::collection::vec((any::<u16>(), -9f32..9.0), 0..20),
    ) {
        let at = |k: u16| usize::from(k) % points.len();
        let residuals: Vec<Residual> = paired.iter().map(|&(k, off)| {
            let p = &points[at(k)];
            Residual { index: at(k) as u16, x: p.x, y: p.y, off: [off, -off, 100.0 * off] }
        }).collect();
        let lanes: Points = points.iter().map(|p| (p.x, p.y, p.angle)).collect();
        let expected: Vec<[f32; 3]> = points.iter().enumerate().map(|(k, p)| {
            let (mut sums, mut weights) = ([0f32; 3], 2f32);
            for r in residuals.iter().filter(|r| usize::from(r.index) != k) {
                let square = (p.x - r.x) * (p.x - r.x) + (p.y - r.y) * (p.y - r.y);
                let weight = 1.0 / (1.0 + square * 0.01);
                sums.iter_mut().zip(r.off).for_each(|(sum, off)| *sum += weight * weight * off);
                weights += weight * weight;
            }
            sums.map(|sum| sum / weights)
        }).collect();
        for level in Level::present() {
            let got = corrections(level, &lanes, &residuals, 0.01, 2.0);
            for (k, expected) in expected.iter().enumerate() {
                for (axis, expected) in expected.iter().enumerate() {
                    prop_assert_eq!(got[k / LANES][axis][k % LANES].to_bits(), expected.to_bits(), "{}", level);
                }
            }
        }
    }
}

#[test]
fn of_equal_weights_the_first_pair() {
    let one = Placed { x: 0.0, y: 0.0, angle: 0, tolerance: 10.0, weight: 1.0 };
    let points: Points = [(7.0, -5.0, 0), (7.0, -5.0, 0)].into_iter().collect();
    let pairs = overlay(Level::active(), &[one, one], &points, &[[1.0; LANES]], &[0; 32], &LIMITS).pairs;
    assert_eq!(pairs, [(0, 0, 42598)]); // 1.3 in 1/32768; the second of the first set has the same best, and is not its best
}
