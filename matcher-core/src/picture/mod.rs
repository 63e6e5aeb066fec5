//! Pictures as evidence: a print with its minutiae, and two prints with what a comparison paired.
//!
//! A score is not seen; corresponding minutiae are. An examiner checks each of them on the images, so a picture shows
//! where and which way every minutia lies, how sure the extractor was, and which were paired.
//!
//! # What the marks mean
//! | mark | meaning |
//! |---|---|
//! | ring | a ridge ends |
//! | square | a ridge divides |
//! | triangle | another feature, or one of unstated kind |
//! | line from it | its direction: along the ridge that ends, into the valley between the branches |
//! | fainter | of lower quality; in a comparison also: in no pair |
//! | number | row of the pair in [`Comparison::pairs`](crate::fingerprint::Comparison::pairs), counted from 1 |
//! | thicker line between prints | the two lie nearer to each other once one print is laid on the other |
//!
//! Prints of different resolution are drawn at the same physical scale, and a bar shows 5 mm.
//!
//! # Limits
//! The letters of a PNG are strokes of this module's own, for printable ASCII; any other character is a box there. An SVG
//! names the font families of the reader's machine. Ids that are too long for their print lose their middle; the title
//! of an SVG has them whole.

mod caption;
mod letters;
mod marks;
mod pair;
mod png;
mod print;
mod raster;
mod scene;
mod svg;

pub use print::Print;

use crate::error::{Error, Result};
use crate::fingerprint::Comparison;
use caption::Strip;
use pair::Compared;
use print::Sheet;
use scene::Scene;
use serde::{Deserialize, Serialize};
use std::fmt;

/// About everything, in pixels at 500 dpi.
const MARGIN: f64 = 8.0;

/// How a picture is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PictureOptions {
    /// Picture pixels to a pixel at 500 dpi, 0.25 to 16. Default 2: a print of 300 x 400 pixels becomes 600 x 800.
    pub magnification: f64,
    /// Whether the pairs of a comparison are numbered. Default true.
    pub numbers: bool,
    /// Whether the score of a comparison is written below it. Default true; false where an examiner is to look first.
    pub score: bool,
}

impl Default for PictureOptions {
    fn default() -> Self {
        Self { magnification: 2.0, numbers: true, score: true }
    }
}

impl PictureOptions {
    fn check(&self) -> Result<()> {
        if (0.25..=16.0).contains(&self.magnification) {
            return Ok(());
        }
        Err(Error::invalid("picture", "magnification", self.magnification, "0.25 to 16"))
    }

    /// Picture pixels in an inch on the finger.
    fn dpi(&self) -> f64 {
        500.0 * self.magnification
    }
}

/// A picture, ready to be written as SVG or PNG.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::{Config, Matcher};
/// use matcher_core::picture::{Picture, PictureOptions, Print};
/// use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig, RidgeConfig};
/// // Simulated prints stand for real ones.
/// let simulator = FingerSimulator::new(42, FingerprintConfig::default())?;
/// let probe = simulator.ridge_image(0, 0, &RidgeConfig::default())?;
/// let reference = simulator.ridge_image(0, 1, &RidgeConfig::default())?;
/// let matcher = Matcher::new(&probe.template, &Config::default())?;
/// let comparison = matcher.compare(&matcher.prepare(&reference.template))?;
///
/// let picture = Picture::of_comparison(
///     &Print::new(&probe.template).with_image(&probe.image).with_id("trace 3"),
///     &Print::new(&reference.template).with_image(&reference.image).with_id("S12"),
///     &comparison,
///     &PictureOptions::default(),
/// )?;
/// assert!(picture.to_svg()?.contains("trace 3"));
/// assert!(picture.to_png()?.starts_with(b"\x89PNG"));
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Picture {
    scene: Scene,
}

impl Picture {
    /// A print with all its minutiae.
    ///
    /// # Errors
    /// [`Error::Invalid`]: an image whose size is not the one that the template states, that some minutia lies outside
    /// of, or whose resolution is more than 2 % off the template's; a magnification out of range.
    pub fn of_print(print: &Print<'_>, options: &PictureOptions) -> Result<Self> {
        options.check()?;
        let (unit, dpi) = (options.magnification, options.dpi());
        let (size, margin) = (Strip::letter_size(unit), MARGIN * unit);
        let mut sheet = Sheet::of(print, "print", dpi)?;
        sheet.corner = (margin, margin);
        let strip = Strip { top: margin + sheet.size.1, size };
        let content = sheet.size.0.max(Strip::bar_width(size, dpi)).max(Strip::legend_width(size, &[print]));
        let mut scene = Scene {
            width: content + 2.0 * margin,
            height: strip.top + Strip::height(3, size),
            title: if print.id.is_empty() { "print".to_owned() } else { print.id.to_owned() },
            dpi,
            shapes: Vec::new(),
        };
        sheet.draw(&mut scene, print.image);
        for minutia in print.template.minutiae() {
            marks::draw(&mut scene, &sheet, minutia, unit, 1.0);
        }
        strip.id(&mut scene, &sheet, print.id);
        strip.legend(&mut scene, 1, margin, &[print]);
        strip.bar(&mut scene, 2, margin + content);
        Ok(Self { scene })
    }

    /// Two prints side by side, the probe on the left, with what a comparison of them paired.
    ///
    /// # Errors
    /// [`Error::Invalid`]: as for [`of_print`](Self::of_print), of either print; pairs of minutiae that the templates do
    /// not have.
    pub fn of_comparison(
        probe: &Print<'_>,
        reference: &Print<'_>,
        comparison: &Comparison,
        options: &PictureOptions,
    ) -> Result<Self> {
        options.check()?;
        let scene = Compared { probe, reference, comparison }.scene(options)?;
        Ok(Self { scene })
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (usize, usize) {
        (self.scene.width.ceil() as usize, self.scene.height.ceil() as usize)
    }

    /// As SVG: the images are in it as PNG at their own resolution, everything else is drawn, so it stays sharp at any
    /// size. Shapes have classes (`minutia ending`, `direction`, `pair`, `number`, `id`) for style sheets.
    ///
    /// # Errors
    /// [`Error::Invalid`]: an image that cannot be written as PNG.
    pub fn to_svg(&self) -> Result<String> {
        svg::write(&self.scene)
    }

    /// As PNG in colour, antialiased, with the resolution at which it prints in the size of the finger.
    ///
    /// # Errors
    /// [`Error::Invalid`]: more than 64 million pixels, in the picture or in an image of it.
    pub fn to_png(&self) -> Result<Vec<u8>> {
        raster::write(&self.scene)
    }
}

impl fmt::Debug for Picture {
    /// Its size alone: what it shows is somebody's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture").field("size", &self.size()).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "picture_tests.rs"]
mod tests;
