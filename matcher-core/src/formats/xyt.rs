//! Text of NIST's minutiae detector mindtct and its matcher bozorth3: `x y theta [quality]`, a minutia a line.
//!
//! # Conventions of the file
//! This is the native form, which mindtct writes unless it is told `-m1`: pixels with the origin at the **bottom left**
//! and y upwards, theta in whole degrees counter-clockwise from the x axis, pointing **away** from the ridge that ends
//! or the valley of the bifurcation, which is the opposite of ISO/IEC 19794-2 and of a [`Template`]; quality 0 to 100.
//!
//! # Method
//! Reading turns theta by 180 degrees, and y into (largest y of the file) - y, because the file does not state the
//! height of the image: places are right relative to each other, and the topmost minutia has y = 0. Writing does the
//! reverse with the height of the template, or with its largest y where it has none. The file states neither kind nor
//! resolution: kinds are [`MinutiaKind::Other`](crate::fingerprint::MinutiaKind::Other).
//!
//! # Limits
//! The form of `mindtct -m1` (origin top left, theta in units of 2 degrees) looks the same and cannot be told apart: read
//! here, it would be mirrored. Such a file must be made again without `-m1`.
//!
//! # References
//! NIST Biometric Image Software (NBIS), mindtct, `xytreps.c`: `lfs2nist_minutia_XYT`.

use super::report::Report;
use super::rows::{MAX_COORDINATE, in_source_order, whole_pixels};
use super::{Limits, ReadOptions};
use crate::error::{Error, Problem, Result};
use crate::fingerprint::{Minutia, Quality, Template};
use crate::units::{Angle, Pixels, Resolution};
use std::fmt::Write;

/// Half a turn, between NIST's direction and that of a template.
const HALF_TURN: Angle = Angle::from_steps(1 << 15);

/// One line, in the conventions of the file.
struct Line {
    row: u32,
    x: u16,
    y: u16,
    theta: u16,
    quality: Option<Quality>,
}

/// Reads the one template of a file.
pub(super) fn read(bytes: &[u8], options: &ReadOptions, report: &mut Report) -> Result<Template> {
    let lines = read_lines(bytes, &options.limits, report)?;
    let top = lines.iter().map(|line| line.y).max().unwrap_or(0);
    let resolution = options.dpi.map_or(Resolution::STANDARD, Resolution::square);
    let builder = lines.iter().fold(Template::builder().resolution(resolution), |builder, line| {
        builder.minutia_of_row(Minutia {
            x: Pixels::from_whole(line.x as i16), // 14 bits
            y: Pixels::from_whole((top - line.y) as i16),
            direction: Angle::from_fraction(u32::from(line.theta), 360) + HALF_TURN,
            quality: line.quality,
            source_index: line.row,
            ..Minutia::new(Pixels::default(), Pixels::default(), Angle::ZERO)
        })
    });
    let built = builder.build()?;
    for problem in built.diagnostics {
        report.fault(Some(0), problem)?;
    }
    if lines.is_empty() {
        let problem = Problem::new("", "number of minutiae", 0, "1 or more to compare anything");
        report.remark(Some(0), problem);
    }
    Ok(built.template)
}

/// The lines that make sense; an error where there are lines and none does.
fn read_lines(bytes: &[u8], limits: &Limits, report: &mut Report) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    let mut rows = 0;
    for (text, number) in bytes.split(|&byte| byte == b'\n').zip(1u64..) {
        let text = text.trim_ascii();
        if text.is_empty() {
            continue;
        }
        limits.check_minutiae("", rows + 1)?;
        match parse(text, rows as u32) {
            Ok(line) => lines.push(line),
            Err(mut problem) => {
                problem.expected.push_str(" (line skipped)");
                report.fault(Some(0), problem.within(format!("line {number}")))?;
            }
        }
        rows += 1;
    }
    if rows > 0 && lines.is_empty() {
        let expected = "1 or more lines of x y theta [quality], whole numbers";
        return Err(Error::invalid("", "number of minutiae", format!("0 in {rows} lines"), expected));
    }
    Ok(lines)
}

fn parse(text: &[u8], row: u32) -> Result<Line, Problem> {
    let columns: Vec<&[u8]> =
        text.split(u8::is_ascii_whitespace).filter(|column| !column.is_empty()).take(5).collect();
    let (x, y, theta, quality) = match columns.as_slice() {
        [x, y, theta] => (x, y, theta, None),
        [x, y, theta, quality] => (x, y, theta, Some(quality)),
        _ => {
            let value = if columns.len() > 4 { "5 or more".to_owned() } else { columns.len().to_string() };
            return Err(Problem::new("", "number of columns", value, "3 or 4: x y theta [quality]"));
        }
    };
    let last = i64::from(MAX_COORDINATE);
    let quality = quality.map(|text| number("quality", text, 0, 100)).transpose()?;
    Ok(Line {
        row,
        x: number("x", x, 0, last)? as u16,
        y: number("y", y, 0, last)? as u16,
        theta: number("theta", theta, -180, 360)?.rem_euclid(360) as u16,
        quality: quality.and_then(|percent| Quality::new(percent as u8)),
    })
}

/// A whole number in a range, both ends included.
fn number(field: &str, text: &[u8], least: i64, most: i64) -> Result<i64, Problem> {
    let value = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
    value.filter(|value| (least..=most).contains(value)).ok_or_else(|| {
        let shown = text.get(..20).unwrap_or(text).escape_ascii();
        Problem::new("", field, format!("\"{shown}\""), format!("a whole number, {least} to {most}"))
    })
}

/// Writes a template, in the order of its rows; a minutia without quality has 3 columns.
pub(super) fn write(template: &Template) -> Result<Vec<u8>> {
    let rows = in_source_order(template);
    let places: Vec<(u16, u16)> =
        rows.iter().map(|minutia| whole_pixels(minutia, None, "")).collect::<Result<_>>()?;
    let largest_y = places.iter().map(|place| place.1).max().unwrap_or(0);
    let bottom = template.size().map_or(largest_y, |(_, height)| height.max(largest_y));
    let mut text = String::new();
    for (minutia, (x, y)) in rows.iter().zip(places) {
        let theta = (minutia.direction + HALF_TURN).to_fraction(360);
        // Writing to a string cannot fail.
        let _ = write!(text, "{x} {} {theta}", bottom - y);
        if let Some(quality) = minutia.quality {
            let _ = write!(text, " {}", quality.percent());
        }
        text.push('\n');
    }
    Ok(text.into_bytes())
}

#[cfg(test)]
#[path = "xyt_tests.rs"]
mod tests;
