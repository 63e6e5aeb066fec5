//! Images of simulated fingers whose ridges end and fork exactly where their templates say.
//!
//! They test what goes from an image to minutiae, and show it, without a real person's print.
//!
//! # Limits
//! These fingers are of their own kind: their ridges are known in closed form, and that is not so for the patterns of
//! [`FingerSimulator::master`]. They are loops and arches without a delta; there are no pores, scars or creases, and noise
//! is the same for every pixel. An extractor finds more here than on real prints of the same size.

mod complex;
mod config;
mod finger;
mod ink;
mod phase;

pub use config::RidgeConfig;

use super::FingerSimulator;
use super::impression::{Seen, template};
use crate::error::Result;
use crate::fingerprint::{FingerPosition, Quality, Template};
use crate::image::GrayImage;
use crate::simulate::random::Stream;
use crate::units::Resolution;
use complex::Complex;
use finger::Finger;
use ink::Ink;
use ndarray::Array2;
use std::fmt;

/// What the templates name as their extractor; the number changes when any simulated minutia does.
const EXTRACTOR: &str = "matcher-simulate-ridges/1";
/// A minutia that shows less than this (0 paper, 1 full ink) is left out of the template.
const LEAST_INK: f64 = 0.5;

/// An image of a simulated finger and its true minutiae.
#[derive(Clone, PartialEq)]
pub struct Rendered {
    /// The image, 500 dpi, dark ridges on white paper.
    pub image: GrayImage,
    /// The minutiae that show, to the nearest pixel and 1/256 turn, in the pixels of the image. The quality is how much
    /// of the finger shows there: 50 at the edge of the print, 100 within it.
    pub template: Template,
}

impl fmt::Debug for Rendered {
    /// Sizes only: no pixel and no minutia.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendered").field("image", &self.image).field("template", &self.template).finish()
    }
}

impl FingerSimulator {
    /// An impression, as an image, of the finger of ridges with this number.
    ///
    /// Of the simulator's configuration it takes size, density and share of endings of the finger, and image size,
    /// contact, rotation, placement and distortion of the impression. Seed, numbers and configurations always give
    /// the same bits.
    ///
    /// # Method
    /// Ridges are the cosine of a phase that makes a full turn round each minutia; see the references. An ending points
    /// along its ridge, a bifurcation into the valley between its branches; both are read from the phase.
    ///
    /// # Limits
    /// Distortions whose slope nears 1 fold the skin: the default ones (2 pixels over 220 and more) are far from that.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid): a number of `config` outside its range.
    ///
    /// # References
    /// K. G. Larkin, P. A. Fletcher, "A coherent framework for fingerprint analysis: are fingerprints holograms?", Optics
    /// Express 15 (2007).
    ///
    /// # Examples
    /// ```
    /// use matcher_core::fingerprint::{Config, Matcher};
    /// use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig, RidgeConfig};
    /// let simulator = FingerSimulator::new(42, FingerprintConfig::default())?;
    /// let first = simulator.ridge_image(0, 0, &RidgeConfig::default())?;
    /// let again = simulator.ridge_image(0, 1, &RidgeConfig::default())?;
    /// assert_eq!((first.image.width(), first.image.height()), (388, 480));
    /// let matcher = Matcher::new(&first.template, &Config::default())?;
    /// assert!(matcher.score(&matcher.prepare(&again.template))? > 100.0);
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    pub fn ridge_image(&self, finger: u64, impression: u32, config: &RidgeConfig) -> Result<Rendered> {
        config.check()?;
        let of_finger = &mut Stream::new(self.seed, "ridge finger", &[finger]);
        let finger_of_ridges = Finger::draw(of_finger, &self.config.master, config);
        let mut stream = Stream::new(self.seed, "ridge impression", &[finger, u64::from(impression)]);
        let ink = Ink::draw(&mut stream, &self.config.impression, config);
        let template = self.shown(&finger_of_ridges, &ink);
        let image = self.printed(&finger_of_ridges, &ink, &mut stream)?;
        Ok(Rendered { image, template })
    }

    /// The true minutiae that an impression shows.
    fn shown(&self, finger: &Finger, ink: &Ink<'_>) -> Template {
        let seen = finger.features.iter().filter_map(|feature| {
            let Complex { re: x, im: y } = feature.place;
            let share = ink.at(x, y);
            let quality = Quality::from_fraction(share).filter(|_| share >= LEAST_INK)?;
            let place = ink.deformation.apply(x, y, feature.direction);
            Seen::new(&self.config.impression, place, feature.kind, quality)
        });
        template(&self.config.impression, FingerPosition::Unknown, EXTRACTOR, seen.collect())
    }

    fn printed(&self, finger: &Finger, ink: &Ink<'_>, stream: &mut Stream) -> Result<GrayImage> {
        let size =
            (usize::from(self.config.impression.height_px), usize::from(self.config.impression.width_px));
        let pixels = Array2::from_shape_fn(size, |(row, column)| {
            let (x, y) = ink.deformation.undo(column as f64, -(row as f64));
            let share = ink.at(x, y);
            let height = if share > 0.0 { finger.wave.height(Complex::new(x, y)) } else { 1.0 };
            ink.grey((x, y), share, height, quick_normal(stream))
        });
        GrayImage::new(pixels, Resolution::STANDARD)
    }
}

/// About standard normal: the sum of eight even bytes, at most 4.9 in size. Noise of a pixel need not be finer.
fn quick_normal(stream: &mut Stream) -> f64 {
    let sum: i32 = stream.bits().to_le_bytes().into_iter().map(i32::from).sum();
    // Eight bytes have the mean 1020 and the variance 8 (256² - 1) / 12.
    f64::from(sum - 1020) / 209.022_6
}

#[cfg(test)]
#[path = "ridges_tests.rs"]
mod tests;
