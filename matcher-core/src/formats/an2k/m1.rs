//! The fields of a Type-9 record after INCITS 378 (M1), 9.126 to 9.150: to a template and back.
//!
//! | field | what |
//! |---|---|
//! | 9.126 | CBEFF format owner (27) and type (513 basic, 514 and 515 with extended data), product |
//! | 9.127 | capture equipment: compliance, identifier |
//! | 9.128, 9.129 | width and height in pixels |
//! | 9.130, 9.131, 9.132 | scale units (1 inch, 2 centimetre), pixels along x and y |
//! | 9.133, 9.134, 9.135 | view, finger position, quality |
//! | 9.136, 9.137 | number of minutiae; index, x, y, angle, type and quality of each |
//! | 9.138 to 9.141 | ridge counts, cores, deltas: they stay in the record |

use super::images;
use super::record::{self, Record, RecordBuilder};
use super::type9::{Source, shown};
use crate::error::{Error, Problem, Result};
use crate::fingerprint::{Minutia, MinutiaKind, Quality, Template};
use crate::formats::rows::{MAX_COORDINATE, in_source_order, whole_pixels};
use crate::units::{Angle, Dpi, Pixels, Resolution};

/// Units of angle in a full turn: 2 degrees each.
const UNITS_A_TURN: u32 = 180;
/// The compliance with appendix F of the capture equipment, as a minutiae record has it.
const APPENDIX_F: u16 = 0x8000;
/// What the field says of such equipment, and of other.
const COMPLIANCE: [&str; 2] = ["APPF", "NONE"];

/// Reads the template.
pub(super) fn read(source: &mut Source<'_, '_>) -> Result<Template> {
    let record = source.record;
    let value = |number: u16| record.field(number).map(|field| field.value());
    let number = |field: u16| value(field).and_then(record::number::<u32>);
    let (of_image, size_of_image) = source.frame();
    let own = images::resolution(number(130), number(131), number(132));
    if own.is_none() {
        let expected = "scale units and pixels in 9.130 to 9.132 (that of the image, or 500 dpi)";
        let stated = [130, 131, 132].map(|field| shown(value(field))).join(", ");
        source.fault(Problem::new("", "resolution", stated, expected))?;
    }
    let resolution = own.unwrap_or(of_image);
    let side = |field| number(field).and_then(|side| u16::try_from(side).ok()).filter(|&side| side > 0);
    let mut size = side(128).zip(side(129));
    if size.is_none() {
        let stated = [128, 129].map(|field| shown(value(field))).join(", ");
        let expected = "width and height in 9.128 and 9.129 (that of the image, if any)";
        source.fault(Problem::new("", "image size", stated, expected))?;
        size = size_of_image.filter(|_| resolution == of_image);
    }
    let mut builder = Template::builder().resolution(resolution);
    if let Some((width, height)) = size {
        builder = builder.size(width, height);
    }
    let position = source.position(value(134), "field 9.134 (finger position)")?;
    builder = builder.finger_position(position).capture_equipment(equipment(record));
    if let Some(impression) = source.impression()? {
        builder = builder.impression(impression);
    }
    if let Some(view) = value(133) {
        let view = source.whole(Some(view), "field 9.133 (finger view)", 0..=15, "read as 0")?;
        builder = builder.view(view.unwrap_or(0) as u8); // at most 15
    }
    if let Some(field) = record.field(135) {
        let quality = field.items().next();
        // 254 says that the attempt failed, 255 that there was none.
        let none = quality.and_then(record::number).is_some_and(|code: i64| code == 254 || code == 255);
        let expected = "read as not stated";
        if !none
            && let Some(percent) = source.whole(quality, "field 9.135 (quality)", 0..=100, expected)?
            && let Some(quality) = Quality::new(percent as u8)
        {
            builder = builder.quality(quality);
        }
    }
    let rows = read_rows(source, size)?;
    source.finish(builder, rows)
}

fn read_rows(source: &mut Source<'_, '_>, size: Option<(u16, u16)>) -> Result<Vec<Minutia>> {
    let field = source.record.field(137);
    source.check_minutiae(field)?;
    let mut rows = Vec::new();
    let mut count = 0;
    for (subfield, index) in field.iter().flat_map(record::Field::subfields).zip(0..) {
        count += 1;
        let mut items = subfield.items().skip(1);
        let mut next = |what: &str, most: i64| {
            source.whole(items.next(), &format!("minutia {index} {what}"), 0..=most, "dropped")
        };
        let (x, y) = (next("x", MAX_COORDINATE.into())?, next("y", MAX_COORDINATE.into())?);
        let angle = next("angle", i64::from(UNITS_A_TURN) - 1)?;
        let (kind, quality) = (items.next(), items.next());
        let (Some(x), Some(y), Some(angle)) = (x, y, angle) else { continue };
        let code = kind.and_then(record::number).and_then(MinutiaKind::from_code);
        if code.is_none() {
            let expected = "0 to 2 (read as other)";
            source.fault(Problem::new("", format!("minutia {index} type"), shown(kind), expected))?;
        }
        let percent = quality.and_then(record::number).and_then(Quality::new);
        if quality.is_some() && percent.is_none() {
            let expected = "0 to 100 (read as not stated)";
            source.fault(Problem::new("", format!("minutia {index} quality"), shown(quality), expected))?;
        }
        let (x, y) = (Pixels::from_whole(x as i16), Pixels::from_whole(y as i16)); // 14 bits
        if source.is_inside(index, x, y, size)? {
            rows.push(Minutia {
                x,
                y,
                direction: Angle::from_fraction(angle as u32, UNITS_A_TURN), // below 180
                kind: code.unwrap_or_default(),
                quality: percent.filter(|quality| quality.percent() > 0), // 0 is "not stated"
                source_index: index,
            });
        }
    }
    source.check_count(136, count)?;
    Ok(rows)
}

/// Compliance bits and identifier of the capture equipment, 0 where they are not stated.
fn equipment(record: &Record) -> u16 {
    let Some(field) = record.field(127) else { return 0 };
    let mut items = field.items();
    let compliant = items.next().is_some_and(|item| item.trim_ascii() == COMPLIANCE[0].as_bytes());
    let identifier: u16 = items.next().and_then(record::number).unwrap_or(0);
    (identifier & 0x0fff) | if compliant { APPENDIX_F } else { 0 }
}

/// A record with the minutiae of a template.
pub(super) fn write(template: &Template, start: RecordBuilder, name: &str) -> Result<Record> {
    let rows = in_source_order(template);
    let mut text = Vec::with_capacity(rows.len());
    let mut extent = (1, 1);
    for (minutia, number) in rows.iter().zip(1..) {
        let (x, y) = whole_pixels(minutia, template.size(), name)?;
        extent = (extent.0.max(x + 1), extent.1.max(y + 1)); // coordinates have 14 bits
        let angle = minutia.direction.to_fraction(UNITS_A_TURN);
        // 0 would say "not stated": the worst stated quality becomes 1.
        let quality = minutia.quality.map_or(0, |quality| quality.percent().max(1));
        let kind = minutia.kind.code();
        text.push(format!("{number}\u{1f}{x}\u{1f}{y}\u{1f}{angle}\u{1f}{kind}\u{1f}{quality}"));
    }
    let (width, height) = template.size().unwrap_or(extent);
    let (units, x, y) = scale_of(template.resolution());
    let view = template.view();
    if view > 15 {
        return Err(Error::invalid(name, "view number", view, "0 to 15"));
    }
    let equipment = template.capture_equipment();
    let compliance = COMPLIANCE[usize::from(equipment & APPENDIX_F == 0)];
    let mut builder = start
        .field(4, "U")
        .field(126, "27\u{1f}513\u{1f}0")
        .field(127, format!("{compliance}\u{1f}{}", equipment & 0x0fff))
        .field(128, width.to_string())
        .field(129, height.to_string())
        .field(130, units.to_string())
        .field(131, x.to_string())
        .field(132, y.to_string())
        .field(133, view.to_string())
        .field(134, template.finger_position().code().to_string());
    if let Some(quality) = template.quality() {
        builder = builder.field(135, format!("{}\u{1f}0000\u{1f}0", quality.percent()));
    }
    builder = builder.field(136, rows.len().to_string());
    if text.is_empty() { builder.build() } else { builder.field(137, text.join("\u{1e}")).build() }
}

/// Scale units and pixels: per inch where these are whole, and else per centimetre.
fn scale_of(resolution: Resolution) -> (u8, u32, u32) {
    let [x, y] = [resolution.x, resolution.y].map(Dpi::hundredths);
    if x % 100 == 0 && y % 100 == 0 {
        (1, x / 100, y / 100)
    } else {
        (2, resolution.x.per_centimetre(), resolution.y.per_centimetre())
    }
}
