//! What a picture consists of, before anybody asks in which format: a few shapes, in the order in which they are drawn.

use crate::image::GrayImage;

/// A place in the picture: pixels from the left and from the upper edge.
pub(super) type Point = (f64, f64);

/// A colour and how much of what lies below it hides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ink {
    /// Red, green and blue.
    pub(super) colour: [u8; 3],
    /// 0 invisible to 1 opaque.
    pub(super) opacity: f64,
}

impl Ink {
    pub(super) const BLACK: Self = Self::opaque([25, 25, 25]);
    pub(super) const WHITE: Self = Self::opaque([255, 255, 255]);

    pub(super) const fn opaque(colour: [u8; 3]) -> Self {
        Self { colour, opacity: 1.0 }
    }

    pub(super) const fn with_opacity(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }
}

/// Which end of a text lies at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// What is drawn.
#[derive(Clone)]
pub(super) enum Form {
    /// A grey image, stretched over a rectangle.
    Image { image: GrayImage, corner: Point, size: (f64, f64) },
    /// Straight lines from point to point.
    Lines { points: Vec<Point>, closed: bool },
    /// A circle.
    Circle { middle: Point, radius: f64 },
    /// Words on a base line.
    Words { at: Point, size: f64, anchor: Anchor, words: String },
}

/// One shape: a form and how it is drawn. Images need no ink.
#[derive(Clone)]
pub(super) struct Shape {
    /// What it stands for, as a word for style sheets: `minutia ending`.
    pub(super) class: &'static str,
    pub(super) form: Form,
    /// Ink of the line (of the letters, for words) and its width in pixels.
    pub(super) line: Option<(Ink, f64)>,
    /// White about the line, so that it shows on dark ridges and on paper alike: its width on either side in pixels.
    pub(super) halo: f64,
}

impl Shape {
    pub(super) fn new(class: &'static str, form: Form) -> Self {
        Self { class, form, line: None, halo: 0.0 }
    }

    #[must_use]
    pub(super) fn line(self, ink: Ink, width: f64) -> Self {
        Self { line: Some((ink, width)), ..self }
    }

    #[must_use]
    pub(super) fn halo(self, width: f64) -> Self {
        Self { halo: width, ..self }
    }
}

/// A picture in the making: its size in pixels and its shapes, the lowest first.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) width: f64,
    pub(super) height: f64,
    /// What the picture is, in a line.
    pub(super) title: String,
    /// Pixels of the picture in an inch on the finger.
    pub(super) dpi: f64,
    pub(super) shapes: Vec<Shape>,
}
