//! The legacy fields of a Type-9 record, 9.005 to 9.012: to a template and back.
//!
//! Field 9.012 has a minutia in each subfield: `INDEX US XXXXYYYYTTT US QUALITY US TYPE US NEIGHBOUR,COUNT US ...`.
//!
//! # Method
//! The origin is at the bottom of the image. Its height comes from the record of the image with the same IDC; where
//! there is none, the topmost minutia has y = 0, as in an xyt text. Ridge counts, cores, deltas and pattern classes are
//! not read; they stay in the record.

use super::codes::Coded;
use super::record::{self, Record, RecordBuilder};
use super::scale;
use super::type9::{Source, shown};
use crate::error::{Error, Problem, Result};
use crate::fingerprint::{Minutia, MinutiaKind, Quality, Template};
use crate::formats::rows::in_source_order;
use crate::units::{Angle, Pixels};

/// The largest coordinate, of 4 digits: 99.99 mm.
const MOST: i64 = 9_999;

/// A minutia in the units of the record.
struct Row {
    index: u32,
    x: i64,
    y: i64,
    direction: Angle,
    quality: Option<Quality>,
    kind: MinutiaKind,
}

/// Reads the template.
pub(super) fn read(source: &mut Source<'_, '_>) -> Result<Template> {
    let record = source.record;
    let (resolution, size) = source.frame();
    let mut builder = Template::builder().resolution(resolution);
    if let Some((width, height)) = size {
        builder = builder.size(width, height);
    }
    let finger = record.field(6).and_then(|field| field.items().next());
    builder = builder.finger_position(source.position(finger, "field 9.006 (finger position)")?);
    if let Some(impression) = source.impression()? {
        builder = builder.impression(impression);
    }
    let rows = read_rows(source)?;
    let top = match size {
        Some((_, height)) => scale::from_pixels(Pixels::from_steps(i32::from(height) * 256), resolution.y),
        None => rows.iter().map(|row| row.y).max().unwrap_or(0) + 1,
    };
    let mut minutiae = Vec::with_capacity(rows.len());
    for row in rows {
        // Who leaves no unit off at the bottom has the top row one unit above the image.
        let y = match scale::turned_over(top, row.y) {
            -1 => 0,
            y => y,
        };
        let place = scale::to_pixels(row.x, resolution.x).zip(scale::to_pixels(y, resolution.y));
        // Four digits at 10,000 dpi are 39,366 pixels.
        let Some((x, y)) = place else { continue };
        if source.is_inside(row.index, x, y, size)? {
            let Row { direction, kind, quality, index, .. } = row;
            minutiae.push(Minutia { x, y, direction, kind, quality, source_index: index });
        }
    }
    source.finish(builder, minutiae)
}

fn read_rows(source: &mut Source<'_, '_>) -> Result<Vec<Row>> {
    let field = source.record.field(12);
    source.check_minutiae(field)?;
    let Some(field) = field else {
        return Ok(Vec::new());
    };
    let mut rows = Vec::new();
    let mut count = 0;
    for (subfield, index) in field.subfields().zip(0..) {
        count += 1;
        let mut items = subfield.items().skip(1);
        let (place, quality, kind) = (items.next(), items.next(), items.next());
        let Some((x, y, degrees)) = place.and_then(taken_apart) else {
            let expected = "XXXXYYYYTTT, 11 digits with an angle of 0 to 359 (dropped)";
            source.fault(Problem::new("", format!("minutia {index} place"), shown(place), expected))?;
            continue;
        };
        let code = quality.and_then(record::number).map_or(Coded::Unknown, scale::from_legacy_quality);
        if quality.is_some() && code == Coded::Unknown {
            let expected = "0 to 63 (read as not stated)";
            source.fault(Problem::new("", format!("minutia {index} quality"), shown(quality), expected))?;
        }
        let letter = kind.and_then(|kind| scale::from_legacy_kind(kind.trim_ascii()));
        if kind.is_some() && letter.is_none() {
            let expected = "A, B, C or D (read as other)";
            source.fault(Problem::new("", format!("minutia {index} type"), shown(kind), expected))?;
        }
        if degrees == 360 {
            let expected = "0 to 359 degrees (read as 0, a full turn)";
            source.fault(Problem::new("", format!("minutia {index} angle"), degrees, expected))?;
        }
        rows.push(Row {
            index,
            x,
            y,
            direction: scale::from_legacy_degrees(degrees),
            quality: code.value(),
            kind: letter.unwrap_or_default(),
        });
    }
    source.check_count(10, count)?;
    Ok(rows)
}

/// x, y and angle of 11 digits.
fn taken_apart(text: &[u8]) -> Option<(i64, i64, u16)> {
    let text = text.trim_ascii();
    if text.len() != 11 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| record::number(text.get(range)?);
    let degrees = part(8..11)? as u16; // 3 digits
    (degrees <= 360).then_some((part(0..4)?, part(4..8)?, degrees))
}

/// A record with the minutiae of a template.
pub(super) fn write(template: &Template, start: RecordBuilder, name: &str) -> Result<Record> {
    let resolution = template.resolution();
    let rows = in_source_order(template);
    let in_units = |minutia: &Minutia| {
        (scale::from_pixels(minutia.x, resolution.x), scale::from_pixels(minutia.y, resolution.y))
    };
    let height = match template.size() {
        Some((_, height)) => scale::from_pixels(Pixels::from_steps(i32::from(height) * 256), resolution.y),
        None => rows.iter().map(|minutia| in_units(minutia).1).max().unwrap_or(0) + 1,
    };
    let mut text = Vec::new();
    for (minutia, number) in rows.iter().zip(1..) {
        let (x, y) = in_units(minutia);
        // The lower edge of the last row is that row.
        let y = scale::turned_over(height, y).max(if y == height { 0 } else { -1 });
        for (axis, value) in [("x", x), ("y", y)] {
            if !(0..=MOST).contains(&value) {
                let field = format!("minutia {} {axis}", minutia.source_index);
                let value = format!("{value} units of 10 µm from the lower left corner");
                return Err(Error::invalid(name, field, value, format!("0 to {MOST}, of 4 digits")));
            }
        }
        let (degrees, quality) =
            (scale::to_legacy_degrees(minutia.direction), scale::to_legacy_quality(minutia.quality));
        let kind = scale::to_legacy_kind(minutia.kind);
        text.push(format!("{number:03}\u{1f}{x:04}{y:04}{degrees:03}\u{1f}{quality}\u{1f}{kind}"));
    }
    let builder = start
        .field(4, "S")
        .field(5, "MATCHER\u{1f}A")
        .field(6, format!("{:02}", template.finger_position().code()))
        .field(7, "T\u{1f}UN")
        .field(10, rows.len().to_string())
        .field(11, "0");
    if text.is_empty() { builder.build() } else { builder.field(12, text.join("\u{1e}")).build() }
}
