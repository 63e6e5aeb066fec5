//! Templates as a minutiae record: one view each, in the order given.

use super::super::rows::{in_source_order, whole_pixels};
use super::header::{Frame, Header};
use super::template::product_of;
use super::view::{ROW, SHORT_ROW};
use super::{Edition, extended, later, view_name};
use crate::error::{Error, Problem, Result};
use crate::fingerprint::{Minutia, Template};
use crate::units::Resolution;
use std::fmt;

/// Writes one record with a view for each template.
pub(in crate::formats) fn write(templates: &[Template], edition: Edition) -> Result<Vec<u8>> {
    let views = u8::try_from(templates.len()).ok().filter(|&n| n > 0);
    let views = views.ok_or_else(|| Error::invalid("", "number of views", templates.len(), "1 to 255"))?;
    let mut header = shared_header(templates, u16::from(views), edition)?;
    let mut body = Vec::new();
    let mut extent = (1, 1);
    for (index, template) in templates.iter().enumerate() {
        let view = Rows::of(template, &view_name(index))?;
        extent = (extent.0.max(view.extent.0), extent.1.max(view.extent.1));
        view.write(template, &view_name(index), edition, &mut body)?;
    }
    if let Some(frame) = &mut header.frame {
        frame.size = frame.size.or(Some(extent));
    }
    let mut bytes = header.write(edition, body.len())?;
    bytes.extend(body);
    Ok(bytes)
}

/// What is stated of the image of a template.
fn frame_of(template: &Template) -> Frame {
    Frame { size: template.size(), resolution: template.resolution() }
}

/// The header, which all templates must agree on; where each view states its own image, only on the rest.
fn shared_header(templates: &[Template], views: u16, edition: Edition) -> Result<Header> {
    let header = |template: &Template| Header {
        product: product_of(template).filter(|_| !edition.is_iso()),
        capture_equipment: if edition == Edition::Iso2011 { 0 } else { template.capture_equipment() },
        frame: (!edition.is_later()).then(|| frame_of(template)),
        views,
        certificates: false,
    };
    let mut headers = templates.iter().map(header);
    // The caller counted at least one template.
    let first = headers.next().ok_or_else(|| Error::invalid("", "number of views", 0, "1 to 255"))?;
    for (header, index) in headers.zip(1..) {
        let record = view_name(index);
        if let Some((this, first)) = header.frame.zip(first.frame) {
            agree(&record, "image size", (this.size, first.size), |size| match size {
                Some((width, height)) => format!("{width} x {height}"),
                None => "not stated".to_owned(),
            })?;
            agree(&record, "resolution", (this.resolution, first.resolution), |Resolution { x, y }| {
                format!("{} x {} dpi", x.to_f64(), y.to_f64())
            })?;
        }
        let equipment = (header.capture_equipment, first.capture_equipment);
        agree(&record, "capture equipment", equipment, |code| format!("{code:#06x}"))?;
        agree(&record, "CBEFF product", (header.product, first.product), |product| match product {
            Some((owner, kind)) => format!("{owner:04x}.{kind:04x}"),
            None => "not stated".to_owned(),
        })?;
    }
    Ok(first)
}

/// Refuses two values that one header cannot state.
fn agree<T: PartialEq, D: fmt::Display>(
    record: &str,
    field: &str,
    (this, first): (T, T),
    show: impl Fn(T) -> D,
) -> Result<()> {
    if this == first {
        return Ok(());
    }
    let expected = format!("{} as in {}: a record states it once", show(first), view_name(0));
    Err(Error::invalid(record, field, show(this), expected))
}

/// The minutiae of a view in whole pixels.
struct Rows {
    minutiae: Vec<(Minutia, (u16, u16))>,
    /// The smallest image that holds them.
    extent: (u16, u16),
}

impl Rows {
    fn of(template: &Template, record: &str) -> Result<Self> {
        let mut extent = (1, 1);
        let mut minutiae = Vec::new();
        for minutia in in_source_order(template) {
            let (x, y) = whole_pixels(&minutia, template.size(), record)?;
            extent = (extent.0.max(x + 1), extent.1.max(y + 1)); // coordinates have 14 bits
            minutiae.push((minutia, (x, y)));
        }
        Ok(Self { minutiae, extent })
    }

    /// Appends the view.
    fn write(&self, template: &Template, record: &str, edition: Edition, body: &mut Vec<u8>) -> Result<()> {
        let number = template.view();
        if number > 15 {
            return Err(Error::invalid(record, "view number", number, "0 to 15, for it has 4 bits"));
        }
        let count = self.minutiae.len();
        let count = u8::try_from(count)
            .map_err(|_| Error::invalid(record, "number of minutiae", count, "at most 255"))?;
        check_extended_data(template.extended_data(), &self.minutiae, record)?;
        let block = extended::of_template(template.extended_data(), edition, record)?;
        let length = u16::try_from(block.len()).map_err(|_| too_long(record, block.len()))?;
        let without_quality = self.minutiae.iter().all(|(minutia, _)| minutia.quality.is_none());
        let row = if edition == Edition::Iso2011 && without_quality { SHORT_ROW } else { ROW };

        let start = body.len();
        let mut frame = frame_of(template);
        frame.size = frame.size.or(Some(self.extent));
        write_head(template, frame, (edition, row), body);
        body.push(count);
        for (minutia, (x, y)) in &self.minutiae {
            body.extend(self::row(minutia, *x, *y, edition).into_iter().take(row));
        }
        body.extend(length.to_be_bytes());
        body.extend(block);
        if edition == Edition::Iso2011 {
            // A view has some 70,000 bytes at most.
            let length = (body.len() - start) as u32;
            body[start..start + 4].copy_from_slice(&length.to_be_bytes());
        }
        Ok(())
    }
}

/// What stands before the number of minutiae.
fn write_head(template: &Template, frame: Frame, (edition, row): (Edition, usize), body: &mut Vec<u8>) {
    let finger = template.finger_position().code();
    let impression = edition.impression_code(template.impression());
    let quality = edition.quality_code(template.quality());
    match edition {
        Edition::Iso2005 | Edition::Incits2004 => {
            body.extend([finger, template.view() << 4 | impression, quality]);
        }
        Edition::Incits2009 | Edition::Incits2009Amended => {
            // The vendor and algorithm of the quality are not known.
            body.extend([finger, template.view(), impression, quality, 0, 0, 0, 0]);
            body.extend(frame.to_bytes());
        }
        Edition::Iso2011 => {
            // The length of the view, which the caller fills in; no date and time; technology and vendor not known.
            body.extend([0; 4]);
            body.extend([0xff; 9]);
            body.extend([0; 3]);
            body.extend(later::identifier_bytes(template.capture_equipment()));
            match template.quality() {
                Some(_) => body.extend([1, quality, 0, 0, 0, 0]),
                None => body.push(0),
            }
            body.extend([finger, template.view()]);
            body.extend(frame.resolution_bytes());
            body.push(impression);
            body.extend(frame.size_bytes());
            body.push((row as u8) << 4); // 5 or 6; where endings are placed is not known and stays 0, the usual
        }
    }
}

fn too_long(record: &str, length: usize) -> Error {
    Error::invalid(record, "extended data", format!("{length} bytes"), "at most 65535 bytes")
}

/// The 6 bytes of a minutia.
fn row(minutia: &Minutia, x: u16, y: u16, edition: Edition) -> [u8; ROW] {
    let [x1, x2] = (u16::from(minutia.kind.code()) << 14 | x).to_be_bytes();
    let [y1, y2] = y.to_be_bytes();
    let angle = minutia.direction.to_fraction(edition.units_a_turn()) as u8; // at most 256 units a turn
    [x1, x2, y1, y2, angle, edition.minutia_quality_code(minutia.quality)]
}

/// Extended data counts rows, so they must be the rows that it was made for.
fn check_extended_data(bytes: &[u8], rows: &[(Minutia, (u16, u16))], record: &str) -> Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    if bytes.len() > usize::from(u16::MAX) {
        return Err(too_long(record, bytes.len()));
    }
    let gap = rows.iter().zip(0..).find(|((minutia, _), row)| minutia.source_index != *row);
    gap.map_or(Ok(()), |((minutia, _), row)| {
        let field = format!("row of minutia {row}");
        let expected = format!("{row}, for the extended data counts rows");
        Err(Problem::new(record, field, minutia.source_index, expected).into())
    })
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
