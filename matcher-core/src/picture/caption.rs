//! What is written below the prints: ids, counts with the marks that they count, and a scale bar.

use super::letters;
use super::marks;
use super::print::{Print, Sheet};
use super::scene::{Anchor, Form, Ink, Point, Scene, Shape};
use crate::fingerprint::MinutiaKind;

/// Length of the scale bar in mm.
const BAR_MM: f64 = 5.0;
const MM_PER_INCH: f64 = 25.4;
/// What stands for the middle of an id that is too long for its print.
const LEFT_OUT: &str = "...";

/// The strip below the prints: where its lines stand and how large its letters are.
#[derive(Clone, Copy)]
pub(super) struct Strip {
    /// Upper edge of the first line.
    pub(super) top: f64,
    /// Height of the letters in pixels.
    pub(super) size: f64,
}

impl Strip {
    /// Height of a letter for this many picture pixels a pixel at 500 dpi: readable however small the picture.
    pub(super) fn letter_size(unit: f64) -> f64 {
        (7.0 * unit).max(11.0)
    }

    /// Base line of a line, from 0.
    fn base(&self, line: usize) -> f64 {
        self.top + self.size * (1.2 + 1.7 * line as f64)
    }

    /// Height of a strip of this many lines.
    pub(super) fn height(lines: usize, size: f64) -> f64 {
        size * (0.9 + 1.7 * lines as f64)
    }

    /// Writes words on a line.
    pub(super) fn write(
        &self,
        scene: &mut Scene,
        class: &'static str,
        (line, x): (usize, f64),
        anchor: Anchor,
        words: &str,
    ) {
        let at = (x, self.base(line));
        let form = Form::Words { at, size: self.size, anchor, words: words.to_owned() };
        scene.shapes.push(Shape::new(class, form).line(Ink::BLACK, 0.09 * self.size));
    }

    /// Writes the id of a print below it, shortened in its middle where it is too long.
    pub(super) fn id(&self, scene: &mut Scene, sheet: &Sheet, id: &str) {
        if !id.is_empty() {
            let fitting = (sheet.size.0 / (letters::ADVANCE * self.size)) as usize;
            self.write(scene, "id", (0, sheet.corner.0), Anchor::Start, &shortened(id, fitting));
        }
    }

    /// Draws the scale bar with its right end at `right`, on this line.
    pub(super) fn bar(&self, scene: &mut Scene, line: usize, right: f64) {
        let (base, length) = (self.base(line), BAR_MM / MM_PER_INCH * scene.dpi);
        let (left, tick) = (right - length, 0.35 * self.size);
        let middle = base - 0.3 * self.size;
        let mut stroke = |points: Vec<Point>, width: f64| {
            let bar = Shape::new("scale", Form::Lines { points, closed: false });
            scene.shapes.push(bar.line(Ink::BLACK, width * self.size));
        };
        stroke(vec![(left, middle), (right, middle)], 0.12);
        for mm in 0..=BAR_MM as u32 {
            let x = left + length * f64::from(mm) / BAR_MM;
            let half = if mm == 0 || mm == BAR_MM as u32 { tick } else { 0.6 * tick };
            stroke(vec![(x, middle - half), (x, middle + half)], 0.08);
        }
        let words = format!("{BAR_MM} mm");
        self.write(scene, "scale", (line, left - 0.6 * self.size), Anchor::End, &words);
    }

    /// Draws the legend: each kind that occurs as its mark, with how many there are in the prints.
    pub(super) fn legend(&self, scene: &mut Scene, line: usize, left: f64, prints: &[&Print<'_>]) {
        let mut x = left;
        let named = [
            (MinutiaKind::RidgeEnding, "endings"),
            (MinutiaKind::Bifurcation, "bifurcations"),
            (MinutiaKind::Other, "others"),
        ];
        for (kind, name) in named {
            let Some(words) = counted(prints, kind) else { continue };
            let unit = 0.35 * self.size / marks::RADIUS;
            let middle = (x + 0.4 * self.size, self.base(line) - 0.32 * self.size);
            let mark = marks::mark(kind, middle, (1.0, 0.0), unit);
            scene
                .shapes
                .push(Shape { class: "legend", halo: 0.0, ..mark }.line(marks::ink(kind), 0.11 * self.size));
            let words = format!("{words} {name}");
            self.write(scene, "legend", (line, x + self.size), Anchor::Start, &words);
            x += (2.0 + letters::ADVANCE * words.len() as f64) * self.size;
        }
    }

    /// Width of the legend.
    pub(super) fn legend_width(size: f64, prints: &[&Print<'_>]) -> f64 {
        let kinds = MinutiaKind::ALL.into_iter().filter_map(|kind| counted(prints, kind));
        kinds
            .map(|words| (2.0 + letters::ADVANCE * (words.len() + " bifurcations".len()) as f64) * size)
            .sum()
    }

    /// Width of the scale bar with its words.
    pub(super) fn bar_width(size: f64, dpi: f64) -> f64 {
        BAR_MM / MM_PER_INCH * dpi + (0.6 + 5.0 * letters::ADVANCE) * size
    }
}

/// How many minutiae of a kind each print has, in words; `None` where there are none at all.
fn counted(prints: &[&Print<'_>], kind: MinutiaKind) -> Option<String> {
    let count = |print: &&Print<'_>| print.template.minutiae().iter().filter(|m| m.kind == kind).count();
    let counts: Vec<usize> = prints.iter().map(count).collect();
    let words: Vec<String> = counts.iter().map(ToString::to_string).collect();
    counts.iter().any(|&count| count > 0).then(|| words.join(" + "))
}

/// Words of at most this many letters: the middle goes, as both ends of an id tell it from others.
fn shortened(words: &str, most: usize) -> String {
    let letters: Vec<char> = words.chars().take(most.max(LEFT_OUT.len() + 2) + 1).collect();
    let most = most.max(LEFT_OUT.len() + 2);
    if letters.len() <= most {
        return words.to_owned();
    }
    let kept = most - LEFT_OUT.len();
    let (before, after) = (kept.div_ceil(2), kept / 2);
    let ending: Vec<char> = words.chars().rev().take(after).collect();
    letters[..before].iter().copied().chain(LEFT_OUT.chars()).chain(ending.into_iter().rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_ids_lose_their_middle() {
        assert_eq!(shortened("item 7", 6), "item 7");
        assert_eq!(shortened("2026-000123-left-hand", 12), "2026-...hand");
        assert_eq!(shortened("äöüäöüäöü", 7), "äö...öü");
        assert_eq!(shortened("abcdefghij", 0), "a...j");
    }
}
