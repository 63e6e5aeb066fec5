//! What of the finger an impression shows, and how clearly: its edge, its gaps, its contrast and its noise.

use super::super::config::ImpressionConfig;
use super::super::deformation::{Deformation, Waves};
use super::super::flow::PIXELS_PER_MM;
use super::super::impression::Contact;
use super::RidgeConfig;
use crate::simulate::random::Stream;

/// Length of the waves in which edge and contrast vary, in pixels.
const PATCH_WAVES_PX: (f64, f64) = (60.0, 220.0);
/// How far the edge strays from an ellipse: standard deviation in pixels.
const RAGGED_PX: f64 = 3.0;
/// How soft the flank of a ridge is: the height of the wave at which it is 0.7 of the way to full ink.
const FLANK: f64 = 0.45;
/// Paper is nearly white.
const PAPER_GREY: f64 = 252.0;
/// Noise on paper, as a share of that on the print.
const PAPER_NOISE: f64 = 0.15;

/// A spot without ridges.
struct Gap {
    middle: (f64, f64),
    radius: f64,
}

/// One impression: how the finger lies on the image, and where it left ink.
pub(super) struct Ink<'a> {
    config: &'a RidgeConfig,
    /// How the finger lies.
    pub(super) deformation: Deformation,
    contact: Contact,
    patches: Waves,
    gaps: Vec<Gap>,
    pressure: f64,
}

impl<'a> Ink<'a> {
    /// Draws an impression.
    pub(super) fn draw(stream: &mut Stream, impression: &ImpressionConfig, config: &'a RidgeConfig) -> Self {
        let contact = Contact::draw(stream, impression);
        let deformation = Deformation::draw(stream, impression, contact.middle);
        let pressure = config.pressure_sd * stream.normal();
        let patches = Waves::draw(stream, 1.0, PATCH_WAVES_PX);
        let (smallest, largest) = config.gap_radius_mm;
        let gaps = (0..stream.poisson(config.gaps))
            .map(|_| Gap {
                middle: contact.place(stream),
                radius: PIXELS_PER_MM * stream.between(smallest, largest),
            })
            .collect();
        Self { config, deformation, contact, patches, gaps, pressure }
    }

    /// How much of the finger shows at a place of it: 0 paper, 1 full ink.
    pub(super) fn at(&self, x: f64, y: f64) -> f64 {
        let inside = self.contact.inside(x, y);
        // Beyond any raggedness there is nothing to compute.
        if inside < -4.0 * RAGGED_PX - self.config.edge_px {
            return 0.0;
        }
        let edge = smooth((inside + RAGGED_PX * self.patches.at(x, y).0) / self.config.edge_px);
        let gaps = self.gaps.iter().map(|gap| {
            let (dx, dy) = (x - gap.middle.0, y - gap.middle.1);
            smooth(((dx * dx + dy * dy).sqrt() - gap.radius) / 4.0)
        });
        gaps.fold(edge, |ink, gap| ink * gap)
    }

    /// The grey value where the ridge wave has this height (-1 ridge, 1 valley), given how much of it shows and a standard
    /// normal number.
    pub(super) fn grey(&self, (x, y): (f64, f64), ink: f64, height: f64, noise: f64) -> u8 {
        let raised = height - self.pressure;
        let flank = raised / (raised * raised + FLANK * FLANK).sqrt();
        let contrast = (1.0 + self.config.contrast_sd * self.patches.at(x, y).1).clamp(0.2, 1.2);
        let middle = f64::midpoint(self.config.valley_grey, self.config.ridge_grey);
        let print = middle + contrast * flank * (self.config.valley_grey - self.config.ridge_grey) / 2.0;
        let noise = self.config.noise_sd * noise * (PAPER_NOISE + (1.0 - PAPER_NOISE) * ink);
        (PAPER_GREY + ink * (print - PAPER_GREY) + noise).round().clamp(0.0, 255.0) as u8
    }
}

/// From 0 at 0 and below to 1 at 1 and above, without a corner.
fn smooth(t: f64) -> f64 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
