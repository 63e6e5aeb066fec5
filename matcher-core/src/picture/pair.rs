//! Two prints side by side: the minutiae that a comparison paired, joined by lines and numbered.

use super::PictureOptions;
use super::caption::Strip;
use super::marks;
use super::print::{Print, Sheet};
use super::scene::{Anchor, Form, Ink, Scene, Shape};
use crate::error::{Error, Result};
use crate::fingerprint::{Comparison, Minutia};

/// Between the two prints, in pixels at 500 dpi.
const GAP: f64 = 28.0;
/// How far apart paired minutiae may lie, in mm, when one print is laid on the other, before their line has its least
/// width; about two ridge periods.
const FARTHEST_MM: f64 = 1.0;
/// Width of the strongest line, in pixels at 500 dpi.
const STRONGEST: f64 = 1.5;
/// Width and opacity of the weakest line, as a share of the strongest's.
const WEAKEST: f64 = 0.3;
/// Opacity of a minutia that is in no pair, as a share of what its quality gives.
const UNPAIRED: f64 = 0.45;
/// Inks of neighbouring pairs, so that the eye can follow a line: dark enough for paper, and told apart under any common
/// colour blindness by their lightness.
const INKS: [Ink; 6] = [
    Ink::opaque([136, 34, 85]),
    Ink::opaque([17, 119, 51]),
    Ink::opaque([170, 110, 0]),
    Ink::opaque([51, 34, 136]),
    Ink::opaque([200, 60, 110]),
    Ink::opaque([0, 130, 140]),
];

/// A pair as it is drawn.
struct Pair<'a> {
    probe: &'a Minutia,
    reference: &'a Minutia,
    /// 0 weakest to 1 strongest.
    strength: f64,
    ink: Ink,
}

/// The prints of a comparison, and what it found.
pub(super) struct Compared<'a> {
    pub(super) probe: &'a Print<'a>,
    pub(super) reference: &'a Print<'a>,
    pub(super) comparison: &'a Comparison,
}

impl Compared<'_> {
    /// Draws the whole picture.
    ///
    /// # Errors
    /// [`Error::Invalid`]: an image that is not its template's, or a comparison that is not of these two prints.
    pub(super) fn scene(&self, options: &PictureOptions) -> Result<Scene> {
        let (unit, dpi) = (options.magnification, options.dpi());
        let pairs = self.pairs()?;
        let (size, margin) = (Strip::letter_size(unit), super::MARGIN * unit);
        let mut left = Sheet::of(self.probe, "probe", dpi)?;
        let mut right = Sheet::of(self.reference, "reference", dpi)?;
        let tallest = left.size.1.max(right.size.1);
        left.corner = (margin, margin + (tallest - left.size.1) / 2.0);
        right.corner = (margin + left.size.0 + GAP * unit, margin + (tallest - right.size.1) / 2.0);
        let prints = [self.probe, self.reference];
        let footing = Strip::legend_width(size, &prints) + Strip::bar_width(size, dpi);
        let width = (right.corner.0 + right.size.0).max(margin + footing) + margin;
        let strip = Strip { top: margin + tallest, size };
        let mut scene = Scene {
            width,
            height: strip.top + Strip::height(3, size),
            title: format!("{} and {}", named(self.probe, "probe"), named(self.reference, "reference")),
            dpi,
            shapes: Vec::new(),
        };
        left.draw(&mut scene, self.probe.image);
        right.draw(&mut scene, self.reference.image);
        self.draw_pairs(&mut scene, (&left, &right), &pairs, options);
        strip.id(&mut scene, &left, self.probe.id);
        strip.id(&mut scene, &right, self.reference.id);
        strip.write(&mut scene, "result", (1, margin), Anchor::Start, &self.result(options));
        strip.legend(&mut scene, 2, margin, &prints);
        strip.bar(&mut scene, 2, width - margin);
        Ok(scene)
    }

    fn draw_pairs(
        &self,
        scene: &mut Scene,
        (left, right): (&Sheet, &Sheet),
        pairs: &[Pair<'_>],
        options: &PictureOptions,
    ) {
        let unit = options.magnification;
        // The weakest first, so that none hides a stronger one; of equals the one that is listed later.
        let mut by_strength: Vec<&Pair<'_>> = pairs.iter().rev().collect();
        by_strength.sort_by(|a, b| a.strength.total_cmp(&b.strength));
        for pair in by_strength {
            let share = WEAKEST + (1.0 - WEAKEST) * pair.strength;
            let (from, to) = (left.place(pair.probe), right.place(pair.reference));
            let length = libm::hypot(to.0 - from.0, to.1 - from.1).max(1.0);
            let (dx, dy) = ((to.0 - from.0) / length, (to.1 - from.1) / length);
            let clear = marks::RADIUS * unit;
            let points =
                vec![(from.0 + clear * dx, from.1 + clear * dy), (to.0 - clear * dx, to.1 - clear * dy)];
            let line = Shape::new("pair", Form::Lines { points, closed: false });
            let ink = pair.ink.with_opacity(0.85 * share);
            scene.shapes.push(line.line(ink, STRONGEST * share * unit).halo(0.5 * share * unit));
        }
        for (sheet, print, side) in [(left, self.probe, 0), (right, self.reference, 1)] {
            for (index, minutia) in print.template.minutiae().iter().enumerate() {
                let paired = self.comparison.pairs.column(side).iter().any(|&of_pair| of_pair == index);
                marks::draw(scene, sheet, minutia, unit, if paired { 1.0 } else { UNPAIRED });
            }
        }
        if options.numbers {
            for (row, pair) in pairs.iter().enumerate() {
                marks::number(scene, left, pair.probe, unit, row + 1, pair.ink);
                marks::number(scene, right, pair.reference, unit, row + 1, pair.ink);
            }
        }
    }

    /// The pairs in the order of the comparison, with their strength.
    fn pairs(&self) -> Result<Vec<Pair<'_>>> {
        let found = &self.comparison.pairs;
        if found.ncols() != 2 {
            let value = format!("{} x {}", found.nrows(), found.ncols());
            return Err(Error::invalid("comparison", "pairs", value, "two columns: probe and reference"));
        }
        let (probe, reference) = (self.probe.template.minutiae(), self.reference.template.minutiae());
        let one = |row: usize| {
            let of = |side: usize, minutiae: &'_ [Minutia]| {
                let index = found[[row, side]];
                if index < minutiae.len() {
                    return Ok(index);
                }
                let field = format!("pair {row} {}", ["probe", "reference"][side]);
                let expected = format!("a minutia of the {} that its template has", minutiae.len());
                Err(Error::invalid("comparison", field, index, expected))
            };
            let (probe, reference) = (&probe[of(0, probe)?], &reference[of(1, reference)?]);
            let strength = self.strength(probe, reference);
            Ok(Pair { probe, reference, strength, ink: INKS[row % INKS.len()] })
        };
        (0..found.nrows()).map(one).collect()
    }

    /// How well a pair coincides once the reference is laid on the probe: 1 exactly, 0 at [`FARTHEST_MM`] and beyond; 1
    /// where the comparison does not say how to lay it.
    fn strength(&self, probe: &Minutia, reference: &Minutia) -> f64 {
        let Some(lay) = self.comparison.transform.as_ref().filter(|lay| lay.dim() == (2, 3)) else {
            return 1.0;
        };
        let (x, y) = (reference.x.to_f64(), reference.y.to_f64());
        let laid = |row: usize| lay[[row, 0]] * x + lay[[row, 1]] * y + lay[[row, 2]];
        let resolution = self.probe.template.resolution();
        let dx = (laid(0) - probe.x.to_f64()) * 25.4 / resolution.x.to_f64();
        let dy = (laid(1) - probe.y.to_f64()) * 25.4 / resolution.y.to_f64();
        let strength = 1.0 - (dx * dx + dy * dy).sqrt() / FARTHEST_MM;
        // `max` takes the other number where one is none.
        strength.max(0.0)
    }

    /// What the comparison found, in words.
    fn result(&self, options: &PictureOptions) -> String {
        let pairs = match self.comparison.pairs.nrows() {
            1 => "1 pair".to_owned(),
            n => format!("{n} pairs"),
        };
        match (self.comparison.not_comparable, options.score) {
            (Some(_), _) => "not comparable: too few minutiae".to_owned(),
            (None, true) => format!("score {:.1}, {pairs}", self.comparison.score),
            (None, false) => pairs,
        }
    }
}

/// The id of a print, or what it is where it has none.
fn named<'a>(print: &Print<'a>, otherwise: &'a str) -> &'a str {
    if print.id.is_empty() { otherwise } else { print.id }
}
