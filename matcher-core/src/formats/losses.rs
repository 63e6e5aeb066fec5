//! What a template loses in a format: it is written, read again, and compared with what it was.
//!
//! So nothing here can be forgotten when a format changes: it is what its writer and reader do.

use super::fmr;
use super::format::Format;
use super::rows::in_source_order;
use super::{ReadOptions, read, write};
use crate::error::Result;
use crate::fingerprint::{FingerPosition, Impression, Minutia, Quality, Template};
use crate::units::{Dpi, Pixels};
use std::fmt;

/// One thing that a format does not keep of a template.
///
/// # Examples
/// ```
/// use matcher_core::fingerprint::{FingerPosition, Template};
/// use matcher_core::formats::{Format, losses};
/// let print = Template::builder().size(300, 400).finger_position(FingerPosition::LeftIndex).build()?.template;
/// let lost: Vec<String> = losses(&print, Format::Xyt)?.iter().map(ToString::to_string).collect();
/// assert_eq!(lost[..2], ["finger position: lost (left index)", "image size: lost (300 x 400)"]);
/// assert!(losses(&print, Format::Incits378_2009)?.is_empty());
/// # Ok::<(), matcher_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Loss {
    /// What it concerns.
    pub field: &'static str,
    /// What becomes of it.
    pub change: String,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.change)
    }
}

/// What a template loses when it is written in a format, and read again by somebody who knows its resolution.
///
/// # Method
/// Minutiae are compared row by row: places in micrometres, so that a resolution that is rounded counts too, directions
/// in degrees. Where a file counts from the topmost minutia, so does the comparison.
///
/// # Errors
/// Those of [`write`](fn@super::write): a value that the format cannot state.
pub fn losses(template: &Template, format: Format) -> Result<Vec<Loss>> {
    let options =
        ReadOptions { format: Some(format), dpi: Some(template.resolution().x), ..ReadOptions::default() };
    let reading = read(&write(template, format)?, &options)?;
    let mut lost = Vec::new();
    if let [after] = reading.templates.as_slice() {
        compare(template, after, format, &mut lost);
    }
    Ok(lost)
}

fn compare(before: &Template, after: &Template, format: Format, lost: &mut Vec<Loss>) {
    let mut note = |field: &'static str, change: String| lost.push(Loss { field, change });
    let finger = before.finger_position();
    if finger != after.finger_position() && finger != FingerPosition::Unknown {
        note("finger position", format!("lost ({})", finger.name()));
    }
    if before.impression() != after.impression() {
        note(
            "impression",
            change(before.impression().map(Impression::name), after.impression().map(Impression::name)),
        );
    }
    if before.view() != after.view() {
        note("view number", change(Some(before.view()), Some(after.view())));
    }
    if before.quality() != after.quality() {
        note("print quality", change(percent(before.quality()), percent(after.quality())));
    }
    if before.size() != after.size() {
        let shown = |size: Option<(u16, u16)>| size.map(|(width, height)| format!("{width} x {height}"));
        note("image size", change(shown(before.size()), shown(after.size())));
    }
    if !format.states_resolution() {
        note("resolution", format!("not stated ({})", dpi_text(before)));
    } else if before.resolution() != after.resolution() {
        note("resolution", change(Some(dpi_text(before)), Some(dpi_text(after))));
    }
    if before.capture_equipment() != after.capture_equipment() {
        let shown = |code: u16| Some(format!("{code:#06x}")).filter(|_| code != 0);
        note(
            "capture equipment",
            change(shown(before.capture_equipment()), shown(after.capture_equipment())),
        );
    }
    if before.extractor() != after.extractor() {
        note("extractor", change(before.extractor(), after.extractor()));
    }
    if before.extended_data() != after.extended_data() {
        note("extended data", extended_data(before.extended_data(), after.extended_data()));
    }
    minutiae(before, after, format, &mut note);
}

/// Notes what becomes of the minutiae.
fn minutiae(
    before: &Template,
    after: &Template,
    format: Format,
    note: &mut impl FnMut(&'static str, String),
) {
    let (rows, found) = (in_source_order(before), in_source_order(after));
    if found.len() < rows.len() {
        let (fewer, all) = (rows.len() - found.len(), rows.len());
        note("minutiae", format!("{fewer} of {all} fall together with others and are lost"));
    }
    let top = |minutiae: &[Minutia]| minutiae.iter().map(|m| m.y.steps()).min().unwrap_or(0);
    let tops = if format.counts_from_top() { (top(&rows), top(&found)) } else { (0, 0) };
    if tops.0 != tops.1 {
        note("places", "count from the topmost minutia".to_owned());
    }
    let pairs = || found.iter().filter_map(|m| Some((rows.get(usize::try_from(m.source_index).ok()?)?, m)));
    let micrometres = |pixels: Pixels, top: i32, dpi: Dpi| {
        f64::from(pixels.steps() - top) / 256.0 * 25_400.0 / dpi.to_f64()
    };
    let (mut moved, mut turned) = (0.0f64, 0u16);
    let (mut without_quality, mut other_quality, mut other_kind) = (0, 0, 0);
    for (a, b) in pairs() {
        let (from, to) = (before.resolution(), after.resolution());
        let dx = micrometres(a.x, 0, from.x) - micrometres(b.x, 0, to.x);
        let dy = micrometres(a.y, tops.0, from.y) - micrometres(b.y, tops.1, to.y);
        moved = moved.max(dx.abs()).max(dy.abs());
        turned = turned.max(a.direction.distance(b.direction));
        without_quality += usize::from(a.quality.is_some() && b.quality.is_none());
        other_quality += usize::from(b.quality.is_some() && a.quality != b.quality);
        other_kind += usize::from(a.kind != b.kind);
    }
    // A micrometre is far below what any extractor resolves.
    if moved >= 1.0 {
        note("places", format!("moved by up to {moved:.0} µm along an axis"));
    }
    let degrees = f64::from(turned) * 360.0 / 65_536.0;
    if degrees >= 0.01 {
        note("directions", format!("turned by up to {degrees:.2} degrees"));
    }
    if other_kind > 0 {
        note("types of minutiae", format!("lost or changed in {other_kind} of {}", rows.len()));
    }
    if without_quality > 0 {
        note("quality of minutiae", format!("lost in {without_quality} of {}", rows.len()));
    }
    if other_quality > 0 {
        note("quality of minutiae", format!("rounded in {other_quality} of {}", rows.len()));
    }
}

/// Names what a block of extended data loses.
fn extended_data(before: &[u8], after: &[u8]) -> String {
    let parts = fmr::kinds_of_areas(before).into_iter().filter_map(|(kind, name)| {
        let of = |block| fmr::areas_of(block, kind).collect::<Vec<_>>();
        let (before, after) = (of(before), of(after));
        let becomes = if after.is_empty() { "lost" } else { "rounded" };
        (before != after).then(|| format!("{name} {becomes}"))
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { format!("changed ({} bytes)", before.len()) } else { parts.join(", ") }
}

/// In words: lost, or one for another.
fn change<T: fmt::Display>(before: Option<T>, after: Option<T>) -> String {
    match (before, after) {
        (Some(before), Some(after)) => format!("{before} becomes {after}"),
        (Some(before), None) => format!("lost ({before})"),
        (None, Some(after)) => format!("not stated, becomes {after}"),
        (None, None) => "not stated".to_owned(),
    }
}

fn percent(quality: Option<Quality>) -> Option<u8> {
    quality.map(Quality::percent)
}

fn dpi_text(template: &Template) -> String {
    let resolution = template.resolution();
    let (x, y) = (resolution.x.to_f64(), resolution.y.to_f64());
    if resolution.x == resolution.y { format!("{x} dpi") } else { format!("{x} x {y} dpi") }
}

#[cfg(test)]
#[path = "losses_tests.rs"]
mod tests;
