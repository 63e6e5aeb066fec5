//! From a view to a template: every field judged, every repair told.

use super::edition::Said;
use super::header::Header;
use super::view::{Row, View};
use super::{Edition, extended, view_name};
use crate::error::{Problem, Result};
use crate::fingerprint::{Minutia, MinutiaKind, Template};
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

    /// The value that a code stands for; one of no meaning is noted as a fault, one that a template cannot hold as a
    /// remark.
    fn checked<T>(&mut self, said: Said<T>, field: &str, code: u8, expected: &str) -> Result<Option<T>> {
        match said {
            Said::Value(value) => return Ok(Some(value)),
            Said::Nothing => {}
            Said::Beyond(what) => {
                let problem = Problem::new("", field, format!("{code}, {what}"), expected);
                self.report.remark(Some(self.view), problem.within(view_name(self.view)));
            }
            Said::Unknown => self.note(Problem::new("", field, code, expected))?,
        }
        Ok(None)
    }
}

/// Builds the template of one view; `units` of angle make a full turn.
pub(super) fn build(
    view: &View<'_>,
    index: usize,
    header: &Header,
    (edition, units): (Edition, u32),
    report: &mut Report,
) -> Result<Template> {
    let mut faults = Faults { view: index, report };
    let head = view.head;
    let mut builder =
        Template::builder().resolution(head.frame.resolution).capture_equipment(head.capture_equipment);
    if let Some((width, height)) = head.frame.size {
        builder = builder.size(width, height);
    }
    if let Some((owner, kind)) = header.product {
        builder = builder.extractor(product_text(owner, kind));
    }
    let code = head.finger_position;
    let said = edition.finger_position(code);
    let position = faults.checked(said, "finger position", code, "0 to 10 (read as unknown)")?;
    builder = builder.finger_position(position.unwrap_or_default()).view(head.number);
    let code = head.impression;
    let expected = format!("{} (read as unknown)", edition.impressions());
    if let Some(impression) = faults.checked(edition.impression(code), "impression type", code, &expected)? {
        builder = builder.impression(impression);
    }
    let expected = "0 to 100 (read as not stated)";
    if let Some(quality) =
        faults.checked(edition.quality(head.quality), "view quality", head.quality, expected)?
    {
        builder = builder.quality(quality);
    }

    let mut rows = 0;
    for (row, source_index) in view.rows().zip(0..) {
        rows += 1;
        if let Some(minutia) = minutia(row, source_index, head.frame.size, (edition, units), &mut faults)? {
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
    let block =
        extended::into_template(view.extended_data, (edition, units), |problem| faults.note(problem))?;
    Ok(builder.extended_data(block).build()?.template)
}

/// One minutia, or `None` where it cannot be one.
fn minutia(
    row: Row,
    source_index: u32,
    size: Option<(u16, u16)>,
    (edition, units): (Edition, u32),
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
    let kind = MinutiaKind::from_code(row.kind).map_or(Said::Unknown, Said::Value);
    let kind = faults.checked(kind, &field("type"), row.kind, "0 to 2 (read as other)")?.unwrap_or_default();
    let quality = match row.quality {
        Some(code) => {
            let expected = "0 to 100 (read as not stated)";
            faults.checked(edition.minutia_quality(code), &field("quality"), code, expected)?
        }
        None => None,
    };
    Ok(Some(Minutia {
        x: Pixels::from_whole(row.x as i16), // 14 bits
        y: Pixels::from_whole(row.y as i16),
        direction: Angle::from_fraction(u32::from(row.angle), units),
        kind,
        quality,
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
