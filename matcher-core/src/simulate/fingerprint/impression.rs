//! One impression of a finger: what of it touches the glass, how it lies there, and what an extractor makes of it.
//!
//! Everything turns on *clarity*. A minutia's clarity in an impression is the sum of what is its own, what is the
//! impression's, and chance. Its quality is `best / (1 + exp(-clarity))`; below the extractor's cut it is missed, and the
//! lower it is, the less exact are place and direction. Spurious minutiae have a low clarity, so quality tells something
//! about being genuine, as in real templates.

use super::config::ImpressionConfig;
use super::deformation::Deformation;
use super::flow::PIXELS_PER_MM;
use super::master::{MasterPrint, opposite};
use crate::fingerprint::{FingerPosition, Impression, MAX_MINUTIAE, Minutia, MinutiaKind, Quality, Template};
use crate::simulate::random::Stream;
use crate::units::{Angle, Pixels};
use std::f64::consts::PI;

/// What the templates name as their extractor; the number changes when any simulated minutia does.
pub(super) const EXTRACTOR: &str = "matcher-simulate/1";

/// The part of the finger that touches the glass: an ellipse in the finger's frame, in pixels.
pub(super) struct Contact {
    /// Its middle.
    pub(super) middle: (f64, f64),
    half_width: f64,
    half_height: f64,
}

impl Contact {
    pub(super) fn draw(stream: &mut Stream, config: &ImpressionConfig) -> Self {
        let shift = config.contact_shift_mm * PIXELS_PER_MM;
        let middle = (shift * stream.normal(), shift * stream.normal());
        // A firm press is wider and higher at once; half of the spread is common to both.
        let both = stream.normal();
        let mut half = |mm: f64| {
            let spread = config.contact_sd * (both + stream.normal()) * 0.5f64.sqrt();
            mm / 2.0 * PIXELS_PER_MM * (1.0 + spread).clamp(0.3, 2.0)
        };
        Self {
            middle,
            half_width: half(config.contact_width_mm),
            half_height: half(config.contact_height_mm),
        }
    }

    fn holds(&self, x: f64, y: f64) -> bool {
        self.outwards(x, y) <= 1.0
    }

    /// The square of how far out a place lies: 0 in the middle, 1 on the edge.
    fn outwards(&self, x: f64, y: f64) -> f64 {
        let (u, v) = ((x - self.middle.0) / self.half_width, (y - self.middle.1) / self.half_height);
        u * u + v * v
    }

    /// About how many pixels inside the edge a place lies; negative outside.
    pub(super) fn inside(&self, x: f64, y: f64) -> f64 {
        (1.0 - self.outwards(x, y).sqrt()) * self.half_width.min(self.half_height)
    }

    fn area_mm2(&self) -> f64 {
        PI * self.half_width * self.half_height / (PIXELS_PER_MM * PIXELS_PER_MM)
    }

    /// A place in it, evenly.
    pub(super) fn place(&self, stream: &mut Stream) -> (f64, f64) {
        let radius = stream.uniform().sqrt();
        let (sin, cos) = libm::sincos(stream.between(0.0, 2.0 * PI));
        (self.middle.0 + self.half_width * radius * cos, self.middle.1 + self.half_height * radius * sin)
    }
}

/// A minutia as the extractor writes it, before the template is made.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    /// From the left edge.
    column: i16,
    /// From the upper edge.
    row: i16,
    direction: Angle,
    kind: MinutiaKind,
    quality: Quality,
}

impl Seen {
    /// At the nearest whole pixel and the nearest 1/256 turn, as ISO/IEC 19794-2 has them: records keep them unchanged.
    /// `None` outside the image, and for what is no number.
    ///
    /// `x` and `y` are of the image with y upwards, `direction` is in radians.
    pub(super) fn new(
        config: &ImpressionConfig,
        (x, y, direction): (f64, f64, f64),
        kind: MinutiaKind,
        quality: Quality,
    ) -> Option<Self> {
        let direction = Angle::from_fraction(Angle::from_radians(direction)?.to_fraction(256), 256);
        let (column, row) = (x.round(), (-y).round());
        let (width, height) = (f64::from(config.width_px), f64::from(config.height_px));
        let on_image = (0.0..width).contains(&column) && (0.0..height).contains(&row);
        on_image.then_some(Self { column: column as i16, row: row as i16, direction, kind, quality })
    }
}

/// Draws one impression.
pub(super) fn draw(stream: &mut Stream, config: &ImpressionConfig, master: &MasterPrint) -> Template {
    let contact = Contact::draw(stream, config);
    let deformation = Deformation::draw(stream, config, contact.middle);
    let press = config.clarity_impression_sd * stream.normal();
    let mut scene = Scene { stream, config, deformation, seen: Vec::with_capacity(master.minutiae().len()) };
    for m in master.minutiae() {
        if !contact.holds(m.x, m.y) {
            continue;
        }
        let clarity = config.clarity_mean
            + press
            + config.clarity_minutia_sd * m.strength
            + config.clarity_noise_sd * scene.stream.normal();
        if scene.stream.chance(config.lapse) {
            continue;
        }
        let direction = if scene.stream.chance(config.flip) { opposite(m.direction) } else { m.direction };
        let kind = if scene.stream.chance(config.kind_confusion) { other_kind(m.kind) } else { m.kind };
        scene.write((m.x, m.y), direction.radians(), kind, clarity);
    }
    // A bad impression shows more that is not there.
    let expected = config.spurious_density * contact.area_mm2() * libm::exp(-press.clamp(-2.0, 2.0));
    for _ in 0..scene.stream.poisson(expected) {
        let (x, y) = contact.place(scene.stream);
        let along = master.along_ridge(x, y, scene.stream.chance(0.5)).radians();
        let off = config.spurious_direction_sd_degrees.to_radians() * scene.stream.normal();
        let kind = [MinutiaKind::RidgeEnding, MinutiaKind::Bifurcation][scene.stream.below(2) as usize];
        let clarity = config.spurious_clarity_mean + config.spurious_clarity_sd * scene.stream.normal();
        scene.write((x, y), along + off, kind, clarity + press);
    }
    template(config, master.position(), EXTRACTOR, thinned(scene.seen, config.spacing_px))
}

/// An impression in the making.
struct Scene<'a> {
    stream: &'a mut Stream,
    config: &'a ImpressionConfig,
    deformation: Deformation,
    seen: Vec<Seen>,
}

impl Scene<'_> {
    /// Brings a feature of the finger to the image and writes it down where it is clear enough and on the image.
    fn write(&mut self, place: (f64, f64), direction: f64, kind: MinutiaKind, clarity: f64) {
        let share = self.config.quality_best / (1.0 + libm::exp(-clarity));
        let Some(quality) = Quality::from_fraction(share).filter(|_| share >= self.config.quality_cut) else {
            return;
        };
        let growth = 1.0 + self.config.jitter_growth * (1.0 - share);
        let (x, y, turned) = self.deformation.apply(place.0, place.1, direction);
        let jitter = self.config.position_jitter_px * growth;
        let x = x + jitter * self.stream.normal();
        let y = y + jitter * self.stream.normal();
        let off = self.config.direction_jitter_degrees.to_radians() * growth * self.stream.normal();
        self.seen.extend(Seen::new(self.config, (x, y, turned + off), kind, quality));
    }
}

/// Of two minutiae nearer than `spacing`, the better stays; of equals the earlier.
fn thinned(mut seen: Vec<Seen>, spacing: f64) -> Vec<Seen> {
    seen.sort_by_key(|m| std::cmp::Reverse(m.quality));
    let mut kept: Vec<Seen> = Vec::with_capacity(seen.len());
    for m in seen {
        let near = |k: &Seen| {
            let (dx, dy) = (f64::from(k.column - m.column), f64::from(k.row - m.row));
            dx * dx + dy * dy < spacing * spacing
        };
        if !kept.iter().any(near) {
            kept.push(m);
        }
    }
    kept
}

/// The template of these minutiae.
pub(super) fn template(
    config: &ImpressionConfig,
    position: FingerPosition,
    extractor: &str,
    mut seen: Vec<Seen>,
) -> Template {
    // Best first: what a template cannot hold is left out here, by the rule of its builder.
    seen.truncate(MAX_MINUTIAE);
    let sum: u32 = seen.iter().map(|m| u32::from(m.quality.percent())).sum();
    let mean = sum.checked_div(seen.len() as u32).unwrap_or(0);
    // In the template's own order, so that the row numbers stay as they are in a record of it.
    seen.sort_by_key(|m| (m.row, m.column, m.direction, m.kind, std::cmp::Reverse(m.quality)));
    let mut builder = Template::builder()
        .size(config.width_px, config.height_px)
        .impression(Impression::LiveScanPlain)
        .finger_position(position)
        .extractor(extractor);
    if let Some(quality) = u8::try_from(mean).ok().and_then(Quality::new) {
        builder = builder.quality(quality);
    }
    for m in seen {
        builder = builder.minutia(Minutia {
            kind: m.kind,
            quality: Some(m.quality),
            ..Minutia::new(Pixels::from_whole(m.column), Pixels::from_whole(m.row), m.direction)
        });
    }
    let built = builder.build();
    built.expect("the size is checked to be at least 16 and every minutia to lie inside it").template
}

fn other_kind(kind: MinutiaKind) -> MinutiaKind {
    match kind {
        MinutiaKind::RidgeEnding => MinutiaKind::Bifurcation,
        MinutiaKind::Bifurcation => MinutiaKind::RidgeEnding,
        MinutiaKind::Other => MinutiaKind::Other,
    }
}
