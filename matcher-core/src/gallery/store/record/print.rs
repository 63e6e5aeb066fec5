//! A print as bytes of a record: minutiae in columns, since numbers of one kind resemble each other.

use super::bytes::{Reader, Writer};
use super::column;
use crate::error::{Error, Problem};
use crate::fingerprint::{FingerPosition, Impression, Minutia, MinutiaKind, Quality, Template};
use crate::units::{Angle, Dpi, Pixels, Resolution};

/// What is said of a print beside the standard: a bit each.
const RESOLUTION: u8 = 1;
const SIZE: u8 = 1 << 1;
const IMPRESSION: u8 = 1 << 2;
const QUALITY: u8 = 1 << 3;
const EQUIPMENT: u8 = 1 << 4;
const EXTRACTOR: u8 = 1 << 5;
const EXTENDED: u8 = 1 << 6;
const ALL: u8 = (1 << 7) - 1;

/// Directions are not packed below this width, so that every minutia costs a byte at least: what is read allocates no
/// more than a small multiple of its bytes.
const DIRECTION_BITS: u32 = 8;

pub(super) fn write(writer: &mut Writer, template: &Template) {
    let resolution = template.resolution();
    let mut flags = 0;
    for (bit, is_said) in [
        (RESOLUTION, resolution != Resolution::STANDARD),
        (SIZE, template.size().is_some()),
        (IMPRESSION, template.impression().is_some()),
        (QUALITY, template.quality().is_some()),
        (EQUIPMENT, template.capture_equipment() != 0),
        (EXTRACTOR, template.extractor().is_some()),
        (EXTENDED, !template.extended_data().is_empty()),
    ] {
        flags |= if is_said { bit } else { 0 };
    }
    writer.u8(flags);
    writer.u8(template.finger_position().code());
    writer.u8(template.view());
    if flags & RESOLUTION != 0 {
        writer.varint(resolution.x.hundredths().into());
        writer.varint(resolution.y.hundredths().into());
    }
    if let Some((width, height)) = template.size() {
        writer.varint(width.into());
        writer.varint(height.into());
    }
    if let Some(impression) = template.impression() {
        writer.u8(impression.code());
    }
    if let Some(quality) = template.quality() {
        writer.u8(quality.percent());
    }
    if flags & EQUIPMENT != 0 {
        writer.varint(template.capture_equipment().into());
    }
    if let Some(extractor) = template.extractor() {
        writer.text(extractor);
    }
    if flags & EXTENDED != 0 {
        writer.block(template.extended_data());
    }
    write_minutiae(writer, template.minutiae());
}

fn write_minutiae(writer: &mut Writer, minutiae: &[Minutia]) {
    writer.u8(minutiae.len() as u8); // a template has at most 255
    let Some(first) = minutiae.first() else { return };
    let mut above = i64::from(first.y.steps());
    writer.signed(above);
    let mut column = |least_width, number: &mut dyn FnMut(&Minutia) -> i64| {
        let numbers: Vec<i64> = minutiae.iter().map(number).collect();
        column::write(writer, &numbers, least_width);
    };
    column(0, &mut |m| {
        let y = i64::from(m.y.steps());
        y - std::mem::replace(&mut above, y)
    });
    column(0, &mut |m| m.x.steps().into());
    column(DIRECTION_BITS, &mut |m| m.direction.steps().into());
    column(0, &mut |m| m.kind.code().into());
    column(0, &mut |m| m.quality.map_or(0, |quality| i64::from(quality.percent()) + 1));
    let is_in_order = (0..).zip(minutiae).all(|(k, m)| m.source_index == k);
    column(0, &mut |m| if is_in_order { -1 } else { m.source_index.into() });
}

pub(super) fn read(reader: &mut Reader) -> Result<Template, Problem> {
    let flags = reader.u8("flags")?;
    if flags & !ALL != 0 {
        return Err(Problem::new("", "flags", flags, format!("0 to {ALL}")));
    }
    let said = |bit| flags & bit != 0;
    let code = reader.u8("finger position")?;
    let position = FingerPosition::from_code(code);
    let position = position.ok_or_else(|| Problem::new("", "finger position", code, "0 to 10"))?;
    let mut builder = Template::builder().finger_position(position).view(reader.u8("view")?);
    if said(RESOLUTION) {
        let mut dpi = || {
            let hundredths = reader.number::<u32>("resolution")?;
            let expected = "5000 to 1000000 hundredths of a dpi";
            Dpi::try_from(hundredths).map_err(|_| Problem::new("", "resolution", hundredths, expected))
        };
        builder = builder.resolution(Resolution { x: dpi()?, y: dpi()? });
    }
    if said(SIZE) {
        builder = builder.size(reader.number("width")?, reader.number("height")?);
    }
    if said(IMPRESSION) {
        let code = reader.u8("impression")?;
        let impression = Impression::from_code(code);
        builder =
            builder.impression(impression.ok_or_else(|| Problem::new("", "impression", code, "0 to 9"))?);
    }
    if said(QUALITY) {
        builder = builder.quality(percent(reader.u8("quality")?.into(), "quality")?);
    }
    if said(EQUIPMENT) {
        builder = builder.capture_equipment(reader.number("capture equipment")?);
    }
    if said(EXTRACTOR) {
        builder = builder.extractor(reader.text("extractor")?);
    }
    if said(EXTENDED) {
        builder = builder.extended_data(reader.block("extended data")?.to_vec());
    }
    for minutia in read_minutiae(reader)? {
        builder = builder.minutia_of_row(minutia);
    }
    builder.build_as_stored().map_err(problem)
}

fn read_minutiae(reader: &mut Reader) -> Result<Vec<Minutia>, Problem> {
    let n = usize::from(reader.u8("number of minutiae")?);
    if n == 0 {
        return Ok(Vec::new());
    }
    let mut y = reader.signed("y")?;
    let mut column = |least_width, field| column::read(reader, n, least_width, field);
    let (steps_down, xs) = (column(0, "y")?, column(0, "x")?);
    let directions = column(DIRECTION_BITS, "direction")?;
    let (kinds, qualities, rows) = (column(0, "kind")?, column(0, "quality")?, column(0, "row")?);
    let mut minutiae = Vec::with_capacity(n);
    for k in 0..n {
        y = y.checked_add(steps_down[k]).ok_or_else(|| outside("y"))?;
        let code = fitted::<u8>(kinds[k], "kind")?;
        minutiae.push(Minutia {
            x: Pixels::from_steps(fitted(xs[k], "x")?),
            y: Pixels::from_steps(fitted(y, "y")?),
            direction: Angle::from_steps(fitted(directions[k], "direction")?),
            kind: MinutiaKind::from_code(code).ok_or_else(|| Problem::new("", "kind", code, "0 to 2"))?,
            quality: match qualities[k] {
                0 => None,
                above => Some(percent(above.saturating_sub(1), "quality of a minutia")?),
            },
            source_index: if rows[k] == -1 { k as u32 } else { fitted(rows[k], "row")? },
        });
    }
    Ok(minutiae)
}

/// A number as the type that the field has.
fn fitted<T: TryFrom<i64>>(number: i64, field: &str) -> Result<T, Problem> {
    T::try_from(number).map_err(|_| outside(field))
}

fn outside(field: &str) -> Problem {
    Problem::new("", field, "outside its range", "a value that a minutia can have")
}

fn percent(number: i64, field: &str) -> Result<Quality, Problem> {
    let quality = u8::try_from(number).ok().and_then(Quality::new);
    quality.ok_or_else(|| Problem::new("", field, number, "0 to 100"))
}

/// What a builder found wrong.
pub(super) fn problem(error: Error) -> Problem {
    match error {
        Error::Invalid(problem) => problem,
        other => Problem::new("", "value", other, "what the builder takes"),
    }
}
