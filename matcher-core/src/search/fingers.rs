//! The prints of a probe by finger, and which reference print each of its fingers may claim.
//!
//! Two prints of one finger are not two independent pieces of evidence: the finger counts once, by its best. Nor may one
//! finger of a subject support two of the probe, as it could where positions are not known or not asked for.

use crate::fingerprint::{FingerPosition, Minutia, Prepared, Template};
use std::borrow::Borrow;
use std::cmp::Ordering;

/// A finger of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finger {
    /// Indexes of its prints among those of the probe: all of a known position, or one of an unknown one. In the order of
    /// what they show, so that nothing depends on the order in which they were given.
    pub(super) prints: Vec<usize>,
}

/// A print of the probe against a print of a subject.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    /// Index of the finger of the probe.
    pub(super) finger: usize,
    /// Index of the probe's print.
    pub(super) probe: usize,
    /// Index of the subject's print.
    pub(super) print: usize,
    /// Finger position of the subject's print.
    pub(super) position: FingerPosition,
    /// How similar they are.
    pub(super) score: f64,
}

/// The fingers of a probe, known ones first by position, then the others by what they show.
pub(super) fn fingers(probes: &[impl Borrow<Template>]) -> Vec<Finger> {
    let of = |k: usize| -> &Template { probes[k].borrow() };
    grouped(probes.len(), |k| of(k).finger_position(), |a, b| by_content(of(a), of(b)))
}

/// The same of prints that are prepared already.
pub(super) fn fingers_of(prints: &[Prepared]) -> Vec<Finger> {
    let packed = |k: usize| {
        let mut bytes = Vec::new();
        prints[k].pack(&mut bytes);
        bytes
    };
    grouped(prints.len(), |k| prints[k].finger_position(), |a, b| packed(a).cmp(&packed(b)))
}

/// So many prints by finger, in an order that their content decides.
fn grouped(
    prints: usize,
    position: impl Fn(usize) -> FingerPosition,
    by_content: impl Fn(usize, usize) -> Ordering,
) -> Vec<Finger> {
    let mut order: Vec<usize> = (0..prints).collect();
    let known = |k: usize| position(k) != FingerPosition::Unknown;
    let place = |k: usize| (!known(k), position(k));
    order.sort_by(|&a, &b| place(a).cmp(&place(b)).then_with(|| by_content(a, b)));
    let same = |&a: &usize, &b: &usize| known(a) && position(a) == position(b);
    order.chunk_by(same).map(|prints| Finger { prints: prints.to_vec() }).collect()
}

/// Of all pairs those that count: the best first, and none of a finger, on either side, that one before it has.
///
/// # Method
/// Greedy, by score. Prints of a subject with the same known position are one finger, those of an unknown one a finger
/// each. Equal scores are decided by the order of the probe's fingers, then by the position and the index of the
/// subject's print; for a probe of one finger by the index alone. The result is in the order of the probe's fingers.
pub(super) fn assigned(mut pairs: Vec<Pair>) -> Vec<Pair> {
    let several = pairs.iter().any(|pair| pair.finger != pairs[0].finger);
    let position = |pair: &Pair| if several { pair.position } else { FingerPosition::Unknown };
    // Stable: of the prints of a finger that are alike the first one wins.
    pairs.sort_by(|a, b| {
        let tie = |pair: &Pair| (pair.finger, position(pair), pair.print);
        b.score.total_cmp(&a.score).then_with(|| tie(a).cmp(&tie(b)))
    });
    let mut chosen: Vec<Pair> = Vec::new();
    for pair in pairs {
        let one_finger = |other: &Pair| {
            let known = pair.position != FingerPosition::Unknown;
            other.print == pair.print || (known && other.position == pair.position)
        };
        if !chosen.iter().any(|other| other.finger == pair.finger || one_finger(other)) {
            chosen.push(pair);
        }
    }
    chosen.sort_unstable_by_key(|pair| pair.finger);
    chosen
}

/// A total order of all that a comparison may depend on: prints that tie are the same print.
fn by_content(a: &Template, b: &Template) -> Ordering {
    let frame = |of: &Template| {
        let resolution = of.resolution();
        (resolution.x, resolution.y, of.size(), of.minutiae().len())
    };
    let row = |m: &Minutia| (m.x, m.y, m.direction, m.kind, m.quality);
    frame(a).cmp(&frame(b)).then_with(|| a.minutiae().iter().map(row).cmp(b.minutiae().iter().map(row)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use FingerPosition::{LeftIndex, RightIndex, Unknown};

    fn print(position: FingerPosition, minutiae: i16) -> Template {
        use crate::units::{Angle, Pixels};
        let at = |k| Minutia::new(Pixels::from_whole(10 * k), Pixels::from_whole(k), Angle::ZERO);
        let builder =
            (0..minutiae).map(at).fold(Template::builder(), crate::fingerprint::TemplateBuilder::minutia);
        builder.finger_position(position).build().unwrap().template
    }

    fn pair(finger: usize, probe: usize, (print, position): (usize, FingerPosition), score: f64) -> Pair {
        Pair { finger, probe, print, position, score }
    }

    fn which(pairs: &[Pair]) -> Vec<(usize, usize, usize)> {
        pairs.iter().map(|pair| (pair.finger, pair.probe, pair.print)).collect()
    }

    #[test]
    fn prints_of_a_known_finger_are_one_and_unknown_ones_one_each() {
        let probes = [
            print(Unknown, 5),
            print(LeftIndex, 2),
            print(RightIndex, 3),
            print(Unknown, 4),
            print(LeftIndex, 1),
        ];
        let prints: Vec<_> = fingers(&probes).into_iter().map(|finger| finger.prints).collect();
        assert_eq!(prints, [vec![2], vec![4, 1], vec![3], vec![0]]);
        assert_eq!(fingers(&probes[..0]), []);
    }

    #[test]
    fn a_finger_counts_once_on_either_side() {
        let (right, again, left) = ((0, RightIndex), (1, RightIndex), (2, LeftIndex));
        // Both fingers fit the right index finger best, of which there are two prints.
        let pairs = vec![
            pair(0, 0, right, 9.0),
            pair(0, 1, again, 8.0),
            pair(1, 2, again, 7.0),
            pair(1, 2, left, 1.0),
        ];
        assert_eq!(which(&assigned(pairs)), [(0, 0, 0), (1, 2, 2)]);
        assert_eq!(assigned(Vec::new()), []);
    }

    #[test]
    fn unknown_prints_of_a_subject_are_a_finger_each() {
        let pairs =
            vec![pair(0, 0, (0, Unknown), 9.0), pair(1, 1, (1, Unknown), 8.0), pair(1, 1, (0, Unknown), 8.5)];
        assert_eq!(which(&assigned(pairs)), [(0, 0, 0), (1, 1, 1)]);
    }

    #[test]
    fn equal_scores_are_decided_the_same_way_in_any_order() {
        let (a, b) = ((3, LeftIndex), (7, RightIndex));
        let mut pairs = vec![pair(0, 0, a, 5.0), pair(0, 0, b, 5.0), pair(1, 1, b, 5.0), pair(1, 1, a, 0.0)];
        for _ in 0..pairs.len() {
            pairs.rotate_left(1);
            // The right index finger has the lower code.
            assert_eq!(which(&assigned(pairs.clone())), [(0, 0, 7), (1, 1, 3)]);
        }
        let single = vec![pair(0, 0, b, 5.0), pair(0, 0, a, 5.0)];
        assert_eq!(which(&assigned(single)), [(0, 0, 3)], "the first print, as it always was");
    }
}
