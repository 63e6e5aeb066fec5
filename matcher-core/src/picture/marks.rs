//! How a minutia is drawn: a shape for what the ridge does, a line for its direction, opacity for its quality.

use super::print::Sheet;
use super::scene::{Anchor, Form, Ink, Point, Scene, Shape};
use crate::fingerprint::{Minutia, MinutiaKind};

/// Half the size of a mark, in pixels at 500 dpi: its ring stays within a ridge period.
pub(super) const RADIUS: f64 = 3.2;
/// From the place to the end of the line of the direction.
const REACH: f64 = 12.0;
/// Width of the lines of a mark.
const WIDTH: f64 = 1.0;
/// White about them.
const HALO: f64 = 0.6;
/// Opacity of a minutia of quality 0; full quality, and none stated, are opaque.
const FAINTEST: f64 = 0.3;
/// Height of the numbers of pairs.
pub(super) const NUMBER_SIZE: f64 = 7.5;

/// Colours that people with any common colour blindness tell apart (M. Okabe, K. Ito, "Color Universal Design", 2008);
/// the shapes differ too.
pub(super) const fn ink(kind: MinutiaKind) -> Ink {
    Ink::opaque(match kind {
        MinutiaKind::RidgeEnding => [213, 70, 0],
        MinutiaKind::Bifurcation => [0, 102, 190],
        MinutiaKind::Other => [0, 140, 100],
    })
}

const fn class(kind: MinutiaKind) -> &'static str {
    match kind {
        MinutiaKind::RidgeEnding => "minutia ending",
        MinutiaKind::Bifurcation => "minutia bifurcation",
        MinutiaKind::Other => "minutia other",
    }
}

/// The mark of a kind about a place: a ring for an ending, a square for a bifurcation, a triangle for others, turned to
/// its direction.
pub(super) fn mark(kind: MinutiaKind, middle: Point, (dx, dy): Point, unit: f64) -> Shape {
    let corner = |along: f64, across: f64| {
        let (along, across) = (along * RADIUS * unit, across * RADIUS * unit);
        (middle.0 + along * dx - across * dy, middle.1 + along * dy + across * dx)
    };
    let form = match kind {
        MinutiaKind::RidgeEnding => Form::Circle { middle, radius: RADIUS * unit },
        MinutiaKind::Bifurcation => Form::Lines {
            points: vec![corner(0.95, 0.95), corner(-0.95, 0.95), corner(-0.95, -0.95), corner(0.95, -0.95)],
            closed: true,
        },
        MinutiaKind::Other => Form::Lines {
            points: vec![corner(1.3, 0.0), corner(-0.8, 1.2), corner(-0.8, -1.2)],
            closed: true,
        },
    };
    Shape::new(class(kind), form).line(ink(kind), WIDTH * unit).halo(HALO * unit)
}

/// Draws a minutia; `emphasis` multiplies the opacity that its quality gives.
pub(super) fn draw(scene: &mut Scene, sheet: &Sheet, minutia: &Minutia, unit: f64, emphasis: f64) {
    let quality = minutia.quality.map_or(1.0, |quality| FAINTEST + (1.0 - FAINTEST) * quality.fraction());
    let ink = ink(minutia.kind).with_opacity(quality * emphasis);
    let (place, (dx, dy)) = (sheet.place(minutia), sheet.direction(minutia));
    let ahead = |distance: f64| (place.0 + distance * unit * dx, place.1 + distance * unit * dy);
    let tail = Form::Lines { points: vec![ahead(RADIUS), ahead(REACH)], closed: false };
    scene.shapes.push(Shape::new("direction", tail).line(ink, WIDTH * unit).halo(HALO * unit * emphasis));
    let mark = mark(minutia.kind, place, (dx, dy), unit);
    scene.shapes.push(mark.line(ink, WIDTH * unit).halo(HALO * unit * emphasis));
}

/// Writes the number of a pair beside a minutia, where its line does not run.
pub(super) fn number(
    scene: &mut Scene,
    sheet: &Sheet,
    minutia: &Minutia,
    unit: f64,
    number: usize,
    ink: Ink,
) {
    let (place, (dx, dy)) = (sheet.place(minutia), sheet.direction(minutia));
    let size = NUMBER_SIZE * unit;
    let away = (RADIUS + 0.75 * NUMBER_SIZE) * unit;
    let at = (place.0 - away * dx, place.1 - away * dy + 0.35 * size);
    let words = Form::Words { at, size, anchor: Anchor::Middle, words: number.to_string() };
    scene.shapes.push(Shape::new("number", words).line(ink, 0.13 * size).halo(0.12 * size));
}
