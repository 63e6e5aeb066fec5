//! A template: the minutiae of one print, checked and in canonical order.
//!
//! A template stays in the pixels of its own image, so that it can be drawn on it and written back unchanged;
//! [`Template::at_500_dpi`] brings it to the engine's frame, in which prints of different scanners compare.

use super::minutia::{Minutia, Quality};
use super::position::{FingerPosition, Impression};
use crate::error::{Problem, Result};
use crate::units::{Angle, Dpi, Pixels, Resolution};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most minutiae a template holds; of more, the best by quality are kept (the record formats count in one byte).
pub const MAX_MINUTIAE: usize = 255;

/// The minutiae of one print with what is known of the impression.
///
/// Made by [`Template::builder`] or by a reader in [`formats`](crate::formats). Minutiae stand in canonical order (top
/// to bottom, then left to right), so nothing depends on the order in which an extractor found them.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::{FingerPosition, Minutia, Template};
/// use matcher_core::units::{Angle, Pixels};
/// let built = Template::builder()
///     .size(300, 400)
///     .finger_position(FingerPosition::RightIndex)
///     .minutia(Minutia::new(Pixels::from_whole(20), Pixels::from_whole(90), Angle::ZERO))
///     .minutia(Minutia::new(Pixels::from_whole(10), Pixels::from_whole(30), Angle::ZERO))
///     .build()?;
/// assert!(built.diagnostics.is_empty());
/// assert_eq!(built.template.minutiae()[0].source_index, 1); // the upper one comes first
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Template {
    parts: Parts,
}

/// What a template consists of; serialised as it stands, checked on the way back as by the builder.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Parts {
    resolution: Resolution,
    size: Option<(u16, u16)>,
    finger_position: FingerPosition,
    impression: Option<Impression>,
    view: u8,
    quality: Option<Quality>,
    capture_equipment: u16,
    extractor: Option<String>,
    extended_data: Vec<u8>,
    minutiae: Vec<Minutia>,
}

impl Parts {
    /// The size is one, and every minutia lies inside it; without a size, inside what the engine's arithmetic takes.
    fn check(&self) -> Result<()> {
        if let Some((width, height)) = self.size
            && (width == 0 || height == 0)
        {
            let field = if width == 0 { "width" } else { "height" };
            return Err(Problem::new("", field, 0, "1 to 65535 pixels").into());
        }
        let [x, y] = match self.size {
            Some((width, height)) => [width, height].map(|limit| (0, i32::from(limit), ", inside the image")),
            None => [self.resolution.x, self.resolution.y].map(|dpi| (-reach(dpi), reach(dpi), "")),
        };
        for m in &self.minutiae {
            for (axis, value, (least, most, inside)) in [("x", m.x, x), ("y", m.y, y)] {
                if !(least * 256..=most * 256).contains(&value.steps()) {
                    let field = format!("minutia {} {axis}", m.source_index);
                    let expected = format!("{least} to {most}{inside}");
                    return Err(Problem::new("", field, value.to_f64(), expected).into());
                }
            }
        }
        Ok(())
    }
}

/// The largest coordinate in pixels, either way, of a print without a size: the largest image of all, 65,535 pixels at
/// 50 dpi, has ten times as many at 500. That is 33 metres; sums of squares of such distances are still exact.
fn reach(dpi: Dpi) -> i32 {
    let least = dpi.min(Dpi::STANDARD).hundredths() / Dpi::MIN.hundredths();
    i32::from(u16::MAX) * least as i32
}

/// A finished template and what was mended on the way to it.
#[derive(Clone, Debug)]
pub struct Built {
    /// The template.
    pub template: Template,
    /// What was dropped, and why; empty where nothing was.
    pub diagnostics: Vec<Problem>,
}

impl Template {
    /// Starts an empty template at 500 dpi.
    pub fn builder() -> TemplateBuilder {
        TemplateBuilder::default()
    }

    /// The minutiae, in canonical order.
    pub fn minutiae(&self) -> &[Minutia] {
        &self.parts.minutiae
    }

    /// Resolution of the image that the coordinates refer to.
    pub fn resolution(&self) -> Resolution {
        self.parts.resolution
    }

    /// Width and height of that image in pixels, where stated.
    pub fn size(&self) -> Option<(u16, u16)> {
        self.parts.size
    }

    /// Which finger.
    pub fn finger_position(&self) -> FingerPosition {
        self.parts.finger_position
    }

    /// How the impression was taken, where stated.
    pub fn impression(&self) -> Option<Impression> {
        self.parts.impression
    }

    /// Number of the view of this finger in its record, from 0.
    pub fn view(&self) -> u8 {
        self.parts.view
    }

    /// Quality of the whole print, where stated.
    pub fn quality(&self) -> Option<Quality> {
        self.parts.quality
    }

    /// Compliance bits (upper 4) and identifier (lower 12) of the capture equipment as a record states them, 0 unknown.
    pub fn capture_equipment(&self) -> u16 {
        self.parts.capture_equipment
    }

    /// What found the minutiae, where stated.
    pub fn extractor(&self) -> Option<&str> {
        self.parts.extractor.as_deref()
    }

    /// Extended data of the record's view (ridge counts, cores and deltas, vendor areas), in the layout and units of
    /// ISO/IEC 19794-2:2005, in whole pixels of the image; row numbers in it count [`Minutia::source_index`] from 1 on.
    pub fn extended_data(&self) -> &[u8] {
        &self.parts.extended_data
    }

    /// A builder that holds all of this template already: for a copy that states more, such as the finger.
    pub fn into_builder(self) -> TemplateBuilder {
        TemplateBuilder { parts: self.parts }
    }

    /// The same print in the engine's frame: 500 dpi along both axes, coordinates to 1/8 pixel.
    ///
    /// # Method
    /// Coordinates are multiplied by 500/dpi in whole numbers, halves away from zero; where the two resolutions differ,
    /// directions are turned to match the stretched image. Extended data stays behind: it counts in the old pixels. So
    /// does a size that comes to more than 65,535 pixels at 500 dpi. Minutiae of a finer image may fall on one place;
    /// all of them stay.
    #[must_use]
    pub fn at_500_dpi(&self) -> Self {
        let resolution = self.parts.resolution;
        let scale = |pixels: u16, dpi: Dpi| {
            let scaled = u64::from(pixels) * u64::from(Dpi::STANDARD.hundredths());
            u16::try_from(scaled.div_ceil(u64::from(dpi.hundredths()))).ok()
        };
        let mut parts = Parts {
            minutiae: self.minutiae_at_500_dpi().collect(),
            size: self.parts.size.and_then(|(w, h)| scale(w, resolution.x).zip(scale(h, resolution.y))),
            resolution: Resolution::STANDARD,
            extended_data: Vec::new(),
            ..self.parts.clone()
        };
        parts.minutiae.sort_unstable_by_key(Minutia::canonical_key);
        Self { parts }
    }

    /// The minutiae in the engine's frame, in the order of [`Template::minutiae`].
    pub(super) fn minutiae_at_500_dpi(&self) -> impl Iterator<Item = Minutia> {
        let resolution = self.parts.resolution;
        self.parts.minutiae.iter().map(move |m| Minutia {
            x: to_500_dpi(m.x, resolution.x),
            y: to_500_dpi(m.y, resolution.y),
            direction: stretched(m.direction, resolution),
            ..*m
        })
    }
}

/// A coordinate at 500 dpi, to 1/8 pixel.
fn to_500_dpi(coordinate: Pixels, dpi: Dpi) -> Pixels {
    let numerator = i64::from(coordinate.steps()) * i64::from(Dpi::STANDARD.hundredths());
    let denominator = i64::from(dpi.hundredths()) * 32; // 32/256 = 1/8 pixel
    let magnitude = (2 * numerator.abs() + denominator) / (2 * denominator);
    Pixels::from_steps((magnitude * numerator.signum() * 32) as i32)
}

/// A direction after both axes were brought to the same resolution.
fn stretched(direction: Angle, resolution: Resolution) -> Angle {
    if resolution.x == resolution.y {
        return direction;
    }
    let (cos, sin) = direction.rotation().apply(1 << 29, 0);
    let (x, y) = (i64::from(cos), i64::from(sin));
    // Dividing each component by its resolution is multiplying it by the other one.
    Angle::from_vector(x * i64::from(resolution.y.hundredths()), y * i64::from(resolution.x.hundredths()))
}

impl fmt::Debug for Template {
    /// Says what the template is without any of its minutiae: it does not leak into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template")
            .field("minutiae", &self.parts.minutiae.len())
            .field("finger_position", &self.parts.finger_position)
            .field("size", &self.parts.size)
            .field("dpi", &(self.parts.resolution.x.to_f64(), self.parts.resolution.y.to_f64()))
            .finish_non_exhaustive()
    }
}

impl TryFrom<Parts> for Template {
    type Error = crate::Error;
    /// Checks what the builder checks, and drops nothing: there is no place here to say so.
    fn try_from(mut parts: Parts) -> Result<Self> {
        parts.check()?;
        if parts.minutiae.len() > MAX_MINUTIAE {
            let expected = format!("at most {MAX_MINUTIAE}");
            return Err(Problem::new("", "number of minutiae", parts.minutiae.len(), expected).into());
        }
        parts.minutiae.sort_unstable_by_key(Minutia::canonical_key);
        Ok(Self { parts })
    }
}

impl From<Template> for Parts {
    fn from(template: Template) -> Self {
        template.parts
    }
}

/// Collects and checks what a template is made of; see [`Template::builder`].
#[derive(Clone, Default)]
pub struct TemplateBuilder {
    parts: Parts,
}

impl TemplateBuilder {
    /// Resolution of the image that the coordinates refer to; 500 dpi unless said.
    #[must_use]
    pub fn resolution(mut self, resolution: Resolution) -> Self {
        self.parts.resolution = resolution;
        self
    }

    /// Width and height of the image in pixels; without them coordinates may be negative, too.
    #[must_use]
    pub fn size(mut self, width: u16, height: u16) -> Self {
        self.parts.size = Some((width, height));
        self
    }

    /// Which finger; unknown unless said.
    #[must_use]
    pub fn finger_position(mut self, position: FingerPosition) -> Self {
        self.parts.finger_position = position;
        self
    }

    /// How the impression was taken.
    #[must_use]
    pub fn impression(mut self, impression: Impression) -> Self {
        self.parts.impression = Some(impression);
        self
    }

    /// Number of the view of this finger in its record, from 0.
    #[must_use]
    pub fn view(mut self, view: u8) -> Self {
        self.parts.view = view;
        self
    }

    /// Quality of the whole print.
    #[must_use]
    pub fn quality(mut self, quality: Quality) -> Self {
        self.parts.quality = Some(quality);
        self
    }

    /// Compliance bits and identifier of the capture equipment, as records state them.
    #[must_use]
    pub fn capture_equipment(mut self, equipment: u16) -> Self {
        self.parts.capture_equipment = equipment;
        self
    }

    /// What found the minutiae.
    #[must_use]
    pub fn extractor(mut self, extractor: impl Into<String>) -> Self {
        self.parts.extractor = Some(extractor.into());
        self
    }

    /// Extended data of the record's view, in the layout and units of ISO/IEC 19794-2:2005.
    #[must_use]
    pub fn extended_data(mut self, bytes: Vec<u8>) -> Self {
        self.parts.extended_data = bytes;
        self
    }

    /// Adds a minutia; its `source_index` becomes the number of minutiae added before it.
    #[must_use]
    pub fn minutia(mut self, minutia: Minutia) -> Self {
        let source_index = self.parts.minutiae.len() as u32;
        self.parts.minutiae.push(Minutia { source_index, ..minutia });
        self
    }

    /// Adds a minutia that keeps its own `source_index`: for readers that skip rows.
    #[must_use]
    pub fn minutia_of_row(mut self, minutia: Minutia) -> Self {
        self.parts.minutiae.push(minutia);
        self
    }

    /// Checks everything and puts the minutiae into canonical order.
    ///
    /// Repeated minutiae, and those beyond the best [`MAX_MINUTIAE`] by quality, are dropped and named in the
    /// diagnostics; equal qualities are decided by nearness to the middle of the print.
    ///
    /// # Errors
    /// [`Error::Invalid`](crate::Error::Invalid): a width or height of 0, a minutia outside the stated image, or, where
    /// none is stated, one more than 655,350 pixels (65,535 at 50 dpi) from its origin.
    pub fn build(self) -> Result<Built> {
        let mut parts = self.parts;
        let mut diagnostics = Vec::new();
        parts.check()?;
        parts.minutiae.sort_unstable_by_key(Minutia::canonical_key);
        parts.minutiae.dedup_by(|later, kept| {
            let repeated = later.same_feature(kept);
            if repeated {
                let field = format!("minutia {}", later.source_index);
                let value = format!("the same as minutia {}", kept.source_index);
                diagnostics.push(Problem::new("", field, value, "each minutia once (dropped)"));
            }
            repeated
        });
        if parts.minutiae.len() > MAX_MINUTIAE {
            let expected = format!("at most {MAX_MINUTIAE} (the best by quality were kept)");
            diagnostics.push(Problem::new("", "number of minutiae", parts.minutiae.len(), expected));
            keep_best(&mut parts.minutiae);
        }
        Ok(Built { template: Template { parts }, diagnostics })
    }

    /// The template as it was stored: checked and ordered as by [`build`](Self::build), but nothing is dropped.
    ///
    /// # Errors
    /// As [`build`](Self::build), and for more than [`MAX_MINUTIAE`].
    pub(crate) fn build_as_stored(self) -> Result<Template> {
        self.parts.try_into()
    }
}

/// Keeps the best [`MAX_MINUTIAE`] by quality, then by nearness to the middle, in canonical order.
fn keep_best(minutiae: &mut Vec<Minutia>) {
    let n = minutiae.len() as i64;
    let sum = |axis: fn(&Minutia) -> Pixels| minutiae.iter().map(|m| i64::from(axis(m).steps())).sum::<i64>();
    let (x, y) = (sum(|m| m.x) / n, sum(|m| m.y) / n);
    let off = |m: &Minutia| {
        let (dx, dy) = (i64::from(m.x.steps()) - x, i64::from(m.y.steps()) - y);
        dx * dx + dy * dy
    };
    minutiae.sort_by_key(|m| (std::cmp::Reverse(m.quality), off(m)));
    minutiae.truncate(MAX_MINUTIAE);
    minutiae.sort_unstable_by_key(Minutia::canonical_key);
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
