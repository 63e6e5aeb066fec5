//! The card formats of ISO/IEC 19794-2: minutiae alone, as small as a smart card wants them.
//!
//! | | normal size | compact size |
//! |---|---|---|
//! | bytes of a minutia | 5 | 3 |
//! | place | x and y in 14 bits, units of 0.01 mm | x and y in 8 bits, units of 0.1 mm |
//! | type | upper 2 bits of x | upper 2 bits of the third byte |
//! | angle | 8 bits, units of 360/256 degrees | lower 6 bits of the third byte, units of 360/64 degrees |
//!
//! There is no header: neither resolution nor image size, finger, impression or quality is stated. A card takes the
//! minutiae in a biometric data template ([`tlv`]), and so they are written; read are those without it as well.
//!
//! # Method
//! A template that is read has the resolution of [`ReadOptions::dpi`], 500 dpi where there is none; places are to 1/256
//! pixel, so what is written again is the same. Minutiae are written in the order of their rows; some cards want another
//! one, and at most some number of them, which each card states for itself.
//!
//! # References
//! Implements the card formats of ISO/IEC 19794-2:2005 and :2011, which agree. The layout was taken from NIST's `BiomDI`
//! (`libfmr`: `fmd.c`, `ansi2iso.c`) and its programs for MINEX II (`fvmr_to_mtdo`).

mod tlv;

pub(super) use tlv::begins;

use super::ReadOptions;
use super::fmr::Row;
use super::format::Format;
use super::lengths;
use super::report::Report;
use super::rows::{MAX_COORDINATE, in_source_order};
use crate::error::{Error, Problem, Result};
use crate::fingerprint::{Minutia, MinutiaKind, Template};
use crate::units::{Angle, Dpi, Pixels, Resolution};

/// How large a minutia is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// 5 bytes.
    Normal,
    /// 3 bytes.
    Compact,
}

/// The shortest list of minutiae, in bytes, whose size is told from what they would be: 15 compact minutiae.
const TELLING: usize = 45;

impl Size {
    fn bytes(self) -> usize {
        match self {
            Self::Normal => 5,
            Self::Compact => 3,
        }
    }

    fn format(self) -> Format {
        match self {
            Self::Normal => Format::Iso19794_2CardNormal,
            Self::Compact => Format::Iso19794_2CardCompact,
        }
    }

    /// Units of length in an inch.
    fn per_inch(self) -> i64 {
        match self {
            Self::Normal => 2_540,
            Self::Compact => 254,
        }
    }

    fn units_a_turn(self) -> u32 {
        match self {
            Self::Normal => 256,
            Self::Compact => 64,
        }
    }

    fn max_coordinate(self) -> u16 {
        match self {
            Self::Normal => MAX_COORDINATE,
            Self::Compact => u8::MAX.into(),
        }
    }

    fn rows(self, data: &[u8]) -> impl Iterator<Item = Row> {
        data.chunks_exact(self.bytes()).filter_map(move |bytes| match self {
            Self::Normal => Row::of(bytes),
            Self::Compact => match *bytes {
                [x, y, kind_and_angle] => Some(Row {
                    kind: kind_and_angle >> 6,
                    x: x.into(),
                    reserved: 0,
                    y: y.into(),
                    angle: kind_and_angle & 0x3f,
                    quality: None,
                }),
                _ => None,
            },
        })
    }
}

/// Which of the two a template of a card is in.
///
/// # Errors
/// [`Error::UnknownFormat`]: its minutiae may be of either size.
pub(super) fn sniff(bytes: &[u8]) -> Result<Format> {
    let data = tlv::minutiae(bytes).data;
    let may_be = |size: Size| {
        data.len().is_multiple_of(size.bytes())
            && size.rows(data).all(|row| row.kind <= 2 && row.reserved == 0)
    };
    match (may_be(Size::Normal), may_be(Size::Compact)) {
        (true, false) => Ok(Size::Normal.format()),
        (false, true) => Ok(Size::Compact.format()),
        // By chance, 15 compact minutiae are sound ones of normal size about once in a million times.
        (true, true) if data.len() >= TELLING => Ok(Size::Normal.format()),
        _ => {
            let names = [Size::Normal, Size::Compact].map(|size| size.format().name()).join(" or ");
            let what = format!("it seems to be a template of a card, in {names}; say which");
            Err(Error::UnknownFormat(what))
        }
    }
}

/// Reads the one template.
pub(super) fn read(bytes: &[u8], size: Size, options: &ReadOptions, report: &mut Report) -> Result<Template> {
    let found = tlv::minutiae(bytes);
    for problem in found.problems {
        report.fault(Some(0), problem)?;
    }
    options.limits.check_minutiae("", found.data.len() / size.bytes())?;
    let left = found.data.len() % size.bytes();
    if left > 0 {
        let expected = format!("whole minutiae of {} bytes (these are not read)", size.bytes());
        let problem =
            Problem::new("", "list of minutiae", format!("followed by {left} bytes left over"), expected);
        report.fault(Some(0), problem)?;
    }
    let dpi = options.dpi.unwrap_or(Dpi::STANDARD);
    let mut builder = Template::builder().resolution(Resolution::square(dpi));
    let mut rows = 0;
    for (row, source_index) in size.rows(found.data).zip(0..) {
        rows += 1;
        let kind = MinutiaKind::from_code(row.kind);
        if kind.is_none() {
            let field = format!("minutia {source_index} type");
            report.fault(Some(0), Problem::new("", field, row.kind, "0 to 2 (read as other)"))?;
        }
        if row.reserved != 0 {
            let field = format!("minutia {source_index} reserved bits");
            report.fault(Some(0), Problem::new("", field, row.reserved, "0 (ignored)"))?;
        }
        let pixels = |units: u16| lengths::to_pixels(i64::from(units), size.per_inch(), dpi);
        // 164 mm at 10,000 dpi are 64,500 pixels.
        let Some((x, y)) = pixels(row.x).zip(pixels(row.y)) else { continue };
        builder = builder.minutia_of_row(Minutia {
            kind: kind.unwrap_or_default(),
            source_index,
            ..Minutia::new(x, y, Angle::from_fraction(u32::from(row.angle), size.units_a_turn()))
        });
    }
    if rows == 0 {
        report.remark(Some(0), Problem::new("", "number of minutiae", 0, "1 or more to compare anything"));
    }
    let built = builder.build()?;
    for problem in built.diagnostics {
        report.fault(Some(0), problem)?;
    }
    Ok(built.template)
}

/// Writes one template.
pub(super) fn write(template: &Template, size: Size) -> Result<Vec<u8>> {
    let resolution = template.resolution();
    let mut data = Vec::new();
    for minutia in in_source_order(template) {
        let units = |axis: &str, pixels: Pixels, dpi: Dpi| {
            let units = lengths::from_pixels(pixels, size.per_inch(), dpi);
            let most = size.max_coordinate();
            u16::try_from(units).ok().filter(|&units| units <= most).ok_or_else(|| {
                let millimetres = |units: i64| units as f64 * 25.4 / size.per_inch() as f64;
                let field = format!("minutia {} {axis}", minutia.source_index);
                let value = format!("{:.2} mm", millimetres(units));
                let expected =
                    format!("0 to {:.2} mm, which is what the format can state", millimetres(most.into()));
                Error::from(Problem::new("", field, value, expected))
            })
        };
        let (x, y) = (units("x", minutia.x, resolution.x)?, units("y", minutia.y, resolution.y)?);
        let angle = minutia.direction.to_fraction(size.units_a_turn()) as u8; // at most 256 units a turn
        let kind = minutia.kind.code();
        match size {
            Size::Normal => {
                data.extend((u16::from(kind) << 14 | x).to_be_bytes());
                data.extend(y.to_be_bytes());
                data.push(angle);
            }
            Size::Compact => data.extend([x as u8, y as u8, kind << 6 | angle]), // at most 255, and 64 units a turn
        }
    }
    Ok(tlv::template(&data))
}

#[cfg(test)]
#[path = "cards_tests.rs"]
mod tests;
