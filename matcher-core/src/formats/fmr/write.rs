//! Templates as a minutiae record: one view each, in the order given.

use super::super::rows::{in_source_order, whole_pixels};
use super::header::Header;
use super::template::product_of;
use super::{Edition, view_name};
use crate::error::{Error, Problem, Result};
use crate::fingerprint::{Impression, Minutia, Quality, Template};
use crate::units::Resolution;
use std::fmt;

/// Writes one record with a view for each template.
pub(in crate::formats) fn write(templates: &[Template], edition: Edition) -> Result<Vec<u8>> {
    let views = u8::try_from(templates.len()).ok().filter(|&n| n > 0);
    let views = views.ok_or_else(|| Error::invalid("", "number of views", templates.len(), "1 to 255"))?;
    let mut header = shared_header(templates, views, edition)?;
    let mut body = Vec::new();
    let mut extent = (1, 1);
    for (index, template) in templates.iter().enumerate() {
        write_view(template, &view_name(index), edition, &mut extent, &mut body)?;
    }
    header.size = header.size.or(Some(extent));
    let mut bytes = header.write(edition, body.len())?;
    bytes.extend(body);
    Ok(bytes)
}

/// The header, which all templates must agree on.
fn shared_header(templates: &[Template], views: u8, edition: Edition) -> Result<Header> {
    let header = |template: &Template| Header {
        product: product_of(template).filter(|_| edition == Edition::Incits2004),
        capture_equipment: template.capture_equipment(),
        size: template.size(),
        resolution: template.resolution(),
        views,
    };
    let mut headers = templates.iter().map(header);
    // The caller counted at least one template.
    let first = headers.next().ok_or_else(|| Error::invalid("", "number of views", 0, "1 to 255"))?;
    for (header, index) in headers.zip(1..) {
        let record = view_name(index);
        agree(&record, "image size", (header.size, first.size), |size| match size {
            Some((width, height)) => format!("{width} x {height}"),
            None => "not stated".to_owned(),
        })?;
        agree(&record, "resolution", (header.resolution, first.resolution), |Resolution { x, y }| {
            format!("{} x {} dpi", x.to_f64(), y.to_f64())
        })?;
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

/// Appends one view; `extent` grows to the smallest image that holds its minutiae.
fn write_view(
    template: &Template,
    record: &str,
    edition: Edition,
    extent: &mut (u16, u16),
    body: &mut Vec<u8>,
) -> Result<()> {
    let number = template.view();
    if number > 15 {
        return Err(Error::invalid(record, "view number", number, "0 to 15, for it has 4 bits"));
    }
    let rows = in_source_order(template);
    let count = u8::try_from(rows.len());
    let count = count.map_err(|_| Error::invalid(record, "number of minutiae", rows.len(), "at most 255"))?;
    let impression = template.impression().map_or(0, Impression::code);
    let quality = template.quality().map_or(0, Quality::percent);
    body.extend([template.finger_position().code(), number << 4 | impression, quality, count]);
    for minutia in &rows {
        let (x, y) = whole_pixels(minutia, template.size(), record)?;
        *extent = (extent.0.max(x + 1), extent.1.max(y + 1)); // coordinates have 14 bits
        body.extend(row(minutia, x, y, edition));
    }
    let extended_data = template.extended_data();
    check_extended_data(extended_data, &rows, record)?;
    body.extend((extended_data.len() as u16).to_be_bytes()); // checked
    body.extend(extended_data);
    Ok(())
}

/// The 6 bytes of a minutia.
fn row(minutia: &Minutia, x: u16, y: u16, edition: Edition) -> [u8; 6] {
    let [x1, x2] = (u16::from(minutia.kind.code()) << 14 | x).to_be_bytes();
    let [y1, y2] = y.to_be_bytes();
    let angle = minutia.direction.to_fraction(edition.units_a_turn()) as u8; // at most 256 units a turn
    // 0 would say "not stated": the worst stated quality becomes 1.
    let quality = minutia.quality.map_or(0, |quality| quality.percent().max(1));
    [x1, x2, y1, y2, angle, quality]
}

/// Extended data counts rows, so they must be the rows that it was made for.
fn check_extended_data(bytes: &[u8], rows: &[Minutia], record: &str) -> Result<()> {
    if bytes.is_empty() {
        return Ok(());
    }
    if bytes.len() > usize::from(u16::MAX) {
        let value = format!("{} bytes", bytes.len());
        return Err(Error::invalid(record, "extended data", value, "at most 65535 bytes"));
    }
    let gap = rows.iter().zip(0..).find(|(minutia, row)| minutia.source_index != *row);
    gap.map_or(Ok(()), |(minutia, row)| {
        let field = format!("row of minutia {row}");
        let expected = format!("{row}, for the extended data counts rows");
        Err(Problem::new(record, field, minutia.source_index, expected).into())
    })
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
