//! From a view to a template: every field judged, every repair told.

use super::header::Header;
use super::view::{Row, View};
use super::view_name;
use crate::error::{Problem, Result};
use crate::fingerprint::{FingerPosition, Impression, Minutia, MinutiaKind, Quality, Template};
use crate::formats::report::Report;
use crate::units::{Angle, Pixels};

/// Notes faults of one view.
struct Faults<'r> {
    view: usize,
    report: &'r mut Report,
}

impl Faults<'_> {
    fn note(&mut self, problem: Problem) -> Result<()> {
        self.report.fault(Some(self.view), problem.within(view_name(self.view)))
    }

    /// The value that a code stands for; `None` is noted as a fault.
    fn checked<T>(&mut self, value: Option<T>, field: &str, code: u8, expected: &str) -> Result<Option<T>> {
        if value.is_none() {
            self.note(Problem::new("", field, code, expected))?;
        }
        Ok(value)
    }
}

/// Builds the template of one view; `units` of angle make a full turn.
pub(super) fn build(
    view: &View<'_>,
    index: usize,
    header: &Header,
    units: u32,
    report: &mut Report,
) -> Result<Template> {
    let mut faults = Faults { view: index, report };
    let mut builder =
        Template::builder().resolution(header.resolution).capture_equipment(header.capture_equipment);
    if let Some((width, height)) = header.size {
        builder = builder.size(width, height);
    }
    if let Some((owner, kind)) = header.product {
        builder = builder.extractor(product_text(owner, kind));
    }
    let code = view.finger_position;
    let position = FingerPosition::from_code(code);
    let expected = "0 to 10 (read as unknown)";
    let position = faults.checked(position, "finger position", code, expected)?.unwrap_or_default();
    builder = builder.finger_position(position).view(view.number_and_impression >> 4);
    let code = view.number_and_impression & 0x0f;
    let impression = Impression::from_code(code);
    if let Some(impression) =
        faults.checked(impression, "impression type", code, "0 to 9 (read as unknown)")?
    {
        builder = builder.impression(impression);
    }
    let quality = Quality::new(view.quality);
    let expected = "0 to 100 (read as not stated)";
    if let Some(quality) = faults.checked(quality, "view quality", view.quality, expected)? {
        builder = builder.quality(quality);
    }

    let mut rows = 0;
    for (row, source_index) in view.rows().zip(0..) {
        rows += 1;
        if let Some(minutia) = minutia(row, source_index, header.size, units, &mut faults)? {
            builder = builder.minutia_of_row(minutia);
        }
    }
    if rows == 0 {
        // The count may be 0 by the standards, so a strict reader takes it too.
        let problem =
            Problem::new(view_name(index), "number of minutiae", 0, "1 or more to compare anything");
        faults.report.remark(Some(index), problem);
    }

    let plain = builder.clone().build()?;
    for problem in plain.diagnostics {
        faults.note(problem)?;
    }
    if view.extended_data.is_empty() {
        return Ok(plain.template);
    }
    if plain.template.minutiae().len() < rows {
        let value = format!("{} bytes that count minutiae by row", view.extended_data.len());
        let expected = "a list without dropped minutiae (dropped as well)";
        faults.note(Problem::new("", "extended data", value, expected))?;
        return Ok(plain.template);
    }
    Ok(builder.extended_data(view.extended_data.to_vec()).build()?.template)
}

/// One minutia, or `None` where it cannot be one.
fn minutia(
    row: Row,
    source_index: u32,
    size: Option<(u16, u16)>,
    units: u32,
    faults: &mut Faults<'_>,
) -> Result<Option<Minutia>> {
    let field = |name: &str| format!("minutia {source_index} {name}");
    if let Some((width, height)) = size {
        for (axis, value, limit) in [("x", row.x, width), ("y", row.y, height)] {
            if value >= limit {
                let expected = format!("0 to {}, inside the image (dropped)", limit - 1);
                faults.note(Problem::new("", field(axis), value, expected))?;
                return Ok(None);
            }
        }
    }
    if u32::from(row.angle) >= units {
        let expected = format!("0 to {} (dropped)", units - 1);
        faults.note(Problem::new("", field("angle"), row.angle, expected))?;
        return Ok(None);
    }
    if row.reserved != 0 {
        faults.note(Problem::new("", field("reserved bits"), row.reserved, "0 (ignored)"))?;
    }
    let kind = MinutiaKind::from_code(row.kind);
    let kind = faults.checked(kind, &field("type"), row.kind, "0 to 2 (read as other)")?.unwrap_or_default();
    let quality = Quality::new(row.quality);
    let expected = "0 to 100 (read as not stated)";
    let quality = faults.checked(quality, &field("quality"), row.quality, expected)?;
    Ok(Some(Minutia {
        x: Pixels::from_whole(row.x as i16), // 14 bits
        y: Pixels::from_whole(row.y as i16),
        direction: Angle::from_fraction(u32::from(row.angle), units),
        kind,
        quality: quality.filter(|&quality| quality.percent() > 0), // 0 is "not stated"
        source_index,
    }))
}

/// How a template names the product that an INCITS record states: `cbeff:0042.0011`, owner and type in hexadecimal.
pub(super) fn product_text(owner: u16, kind: u16) -> String {
    format!("cbeff:{owner:04x}.{kind:04x}")
}

/// The product that a template names in that way.
pub(super) fn product_of(template: &Template) -> Option<(u16, u16)> {
    let (owner, kind) = template.extractor()?.strip_prefix("cbeff:")?.split_once('.')?;
    let number = |digits: &str| u16::from_str_radix(digits, 16).ok();
    Some((number(owner)?, number(kind)?)).filter(|&product| product != (0, 0))
}
