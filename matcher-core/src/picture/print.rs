//! A print that is to be drawn, and the sheet that it is drawn on.

use super::scene::{Form, Ink, Point, Scene, Shape};
use crate::error::{Error, Result};
use crate::fingerprint::{Minutia, Template};
use crate::image::GrayImage;
use crate::units::{Dpi, Resolution};

/// Paper about the minutiae of a template that states no size, in pixels of its image.
const MARGIN: f64 = 20.0;
/// How far the resolution that a template states may lie from its image's, as a share: records round it to whole pixels
/// a centimetre, and scanners of 508 dpi call themselves 500.
const RESOLUTION_TOLERANCE: f64 = 0.02;

/// A print to draw: its template, its image where there is one, and the id to write below it.
///
/// Without an image the minutiae are drawn on white paper.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::Template;
/// use matcher_core::picture::Print;
/// let template = Template::builder().size(300, 400).build()?.template;
/// let print = Print::new(&template).with_id("case 7, item 3");
/// # let _ = print;
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Print<'a> {
    pub(super) template: &'a Template,
    pub(super) image: Option<&'a GrayImage>,
    pub(super) id: &'a str,
}

impl<'a> Print<'a> {
    /// A print without an image and without an id.
    pub const fn new(template: &'a Template) -> Self {
        Self { template, image: None, id: "" }
    }

    /// The image that the template was made from.
    #[must_use]
    pub const fn with_image(self, image: &'a GrayImage) -> Self {
        Self { image: Some(image), ..self }
    }

    /// What to write below it: an opaque id, never a name.
    #[must_use]
    pub const fn with_id(self, id: &'a str) -> Self {
        Self { id, ..self }
    }

    /// Whether the image is the one that the minutiae are counted in; `record` names the print in the error.
    fn check(&self, record: &str) -> Result<()> {
        let Some(image) = self.image else { return Ok(()) };
        let (width, height) = (image.width(), image.height());
        let found = format!("{width} x {height}");
        if let Some((w, h)) = self.template.size()
            && (usize::from(w), usize::from(h)) != (width, height)
        {
            let expected = format!("{w} x {h}, as its template states");
            return Err(Error::invalid(record, "image size", found, expected));
        }
        let on_it = |m: &Minutia| {
            let within = |value: f64, side: usize| (0.0..=side as f64).contains(&value);
            within(m.x.to_f64(), width) && within(m.y.to_f64(), height)
        };
        if !self.template.minutiae().iter().all(on_it) {
            let expected = "an image that all minutiae of its template lie on";
            return Err(Error::invalid(record, "image size", found, expected));
        }
        let (stated, own) = (self.template.resolution(), image.resolution());
        let apart = |a: Dpi, b: Dpi| (a.to_f64() / b.to_f64() - 1.0).abs() > RESOLUTION_TOLERANCE;
        if apart(stated.x, own.x) || apart(stated.y, own.y) {
            let in_words = |r: Resolution| format!("{} x {} dpi", r.x.to_f64(), r.y.to_f64());
            let expected = format!("{}, as its template states", in_words(stated));
            return Err(Error::invalid(record, "image resolution", in_words(own), expected));
        }
        Ok(())
    }
}

/// Where a print lies in the picture, and how large.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sheet {
    /// Upper left corner in the picture.
    pub(super) corner: Point,
    /// Width and height in the picture.
    pub(super) size: (f64, f64),
    /// What lies at the corner, in pixels of the print's own image.
    origin: Point,
    /// Picture pixels a pixel of its own image.
    scale: (f64, f64),
}

impl Sheet {
    /// The sheet of a print, at the upper left corner of the picture, with `dpi` picture pixels an inch.
    ///
    /// # Errors
    /// [`Error::Invalid`]: the image is not the template's.
    pub(super) fn of(print: &Print<'_>, record: &str, dpi: f64) -> Result<Self> {
        print.check(record)?;
        let resolution = print.image.map_or(print.template.resolution(), GrayImage::resolution);
        let scale = (dpi / resolution.x.to_f64(), dpi / resolution.y.to_f64());
        let stated = print.image.map(|image| (image.width() as f64, image.height() as f64));
        let stated = stated.or(print.template.size().map(|(w, h)| (f64::from(w), f64::from(h))));
        let (origin, (width, height)) = match stated {
            Some(size) => ((0.0, 0.0), size),
            None => about(print.template.minutiae()),
        };
        Ok(Self { corner: (0.0, 0.0), size: (width * scale.0, height * scale.1), origin, scale })
    }

    /// Where a minutia lies in the picture: in the middle of its pixel.
    pub(super) fn place(&self, minutia: &Minutia) -> Point {
        let along =
            |value: f64, origin: f64, scale: f64, corner: f64| corner + (value + 0.5 - origin) * scale;
        (
            along(minutia.x.to_f64(), self.origin.0, self.scale.0, self.corner.0),
            along(minutia.y.to_f64(), self.origin.1, self.scale.1, self.corner.1),
        )
    }

    /// A minutia's direction in the picture, of length 1, rows downwards.
    pub(super) fn direction(&self, minutia: &Minutia) -> Point {
        let (cos, sin) = minutia.direction.rotation().cos_sin();
        let (x, y) = (cos * self.scale.0, -sin * self.scale.1);
        let length = (x * x + y * y).sqrt();
        (x / length, y / length)
    }

    /// Draws the image, or the paper.
    pub(super) fn draw(&self, scene: &mut Scene, image: Option<&GrayImage>) {
        let (corner, size) = (self.corner, self.size);
        if let Some(image) = image {
            let form = Form::Image { image: image.clone(), corner, size };
            scene.shapes.push(Shape::new("image", form));
        }
        let (left, top, right, bottom) = (corner.0, corner.1, corner.0 + size.0, corner.1 + size.1);
        let points = vec![(left, top), (right, top), (right, bottom), (left, bottom)];
        let frame = Shape::new("sheet", Form::Lines { points, closed: true });
        scene.shapes.push(frame.line(Ink::BLACK.with_opacity(0.4), 1.0));
    }
}

/// Corner and size of the paper that holds all minutiae.
fn about(minutiae: &[Minutia]) -> (Point, (f64, f64)) {
    let span = |axis: fn(&Minutia) -> f64| {
        let values = || minutiae.iter().map(axis);
        let (low, high) =
            (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        if low <= high { (low - MARGIN, high - low + 1.0 + 2.0 * MARGIN) } else { (0.0, 2.0 * MARGIN) }
    };
    let ((left, width), (top, height)) = (span(|m| m.x.to_f64()), span(|m| m.y.to_f64()));
    ((left, top), (width, height))
}
