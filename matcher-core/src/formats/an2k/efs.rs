//! The extended feature set and a template: one print, in the units of the record and in the pixels of its image.

use super::codes;
use super::features::{EfsFeatures, EfsKind, EfsMinutia, Place, Position, Region};
use super::features_read::{self, MOST};
use super::scale;
use super::type9::Source;
use crate::error::{Error, Problem, Result};
use crate::fingerprint::{FingerPosition, Minutia, MinutiaKind, Template};
use crate::formats::rows::in_source_order;
use crate::units::{Dpi, Pixels};

/// Reads the template and the features.
pub(super) fn read(source: &mut Source<'_, '_>) -> Result<(Template, EfsFeatures)> {
    let features = features_read::read(source)?;
    let (resolution, of_image) = source.frame();
    let mut builder = Template::builder().resolution(resolution).finger_position(finger(source, &features));
    if let Some(impression) = source.impression()? {
        builder = builder.impression(impression);
    }
    let region = &features.region;
    tell_oddities(source, &features)?;
    let mut rows = Vec::with_capacity(features.minutiae.len());
    for minutia in &features.minutiae {
        let along = |offset: u32, coordinate: u32, dpi: Dpi| {
            scale::to_pixels(i64::from(offset) + i64::from(coordinate), dpi)
        };
        let x = along(region.left, minutia.place.x, resolution.x);
        let y = along(region.top, minutia.place.y, resolution.y);
        let Some((x, y)) = x.zip(y) else {
            // Two metres at 10,000 dpi.
            let field = format!("minutia {} place", minutia.row);
            source.fault(Problem::new("", field, "beyond all images", "a place on the image (dropped)"))?;
            continue;
        };
        if source.is_inside(minutia.row, x, y, of_image)? {
            rows.push(Minutia {
                x,
                y,
                direction: scale::from_degrees(minutia.direction),
                kind: match minutia.kind {
                    EfsKind::RidgeEnding => MinutiaKind::RidgeEnding,
                    EfsKind::Bifurcation => MinutiaKind::Bifurcation,
                    EfsKind::Unknown => MinutiaKind::Other,
                },
                quality: None,
                source_index: minutia.row,
            });
        }
    }
    let ends = [(region.left, region.width, resolution.x), (region.top, region.height, resolution.y)];
    let [width, height] =
        ends.map(|(offset, length, dpi)| scale::to_pixels(i64::from(offset) + i64::from(length), dpi));
    let of_region = |end: Option<Pixels>, farthest: Option<Pixels>| {
        // To the nearest pixel, which is what a writer began with, unless a minutia lies beyond it.
        let least = farthest.map_or(0, |farthest| (i64::from(farthest.steps()) + 255) / 256);
        u16::try_from(least.max(i64::from(end?.nearest()))).ok().filter(|&side| side > 0)
    };
    let farthest = |axis: fn(&Minutia) -> Pixels| rows.iter().map(axis).max();
    let size = of_image.or_else(|| {
        of_region(width, farthest(|minutia| minutia.x)).zip(of_region(height, farthest(|minutia| minutia.y)))
    });
    if let Some((width, height)) =
        size.filter(|_| region.width > 0 && region.height > 0 || of_image.is_some())
    {
        builder = builder.size(width, height);
    }
    Ok((source.finish(builder, rows)?, features))
}

/// The finger, where one alone is named.
fn finger(source: &mut Source<'_, '_>, features: &EfsFeatures) -> FingerPosition {
    match features.positions.as_slice() {
        [one] => {
            let position = codes::position(one.code);
            if position.is_none() || !codes::is_one_finger(one.code) {
                let expected = "a code of a finger, 0 to 12 (read as unknown)";
                source.remark(Problem::new("", "field 9.302 (position)", one.code, expected));
            }
            position.unwrap_or_default()
        }
        // Several that it may be, or none.
        _ => FingerPosition::Unknown,
    }
}

/// What the standard does not allow, and what an examiner should know.
fn tell_oddities(source: &mut Source<'_, '_>, features: &EfsFeatures) -> Result<()> {
    let region = &features.region;
    let outside = |minutia: &&EfsMinutia| minutia.place.x > region.width || minutia.place.y > region.height;
    let count = features.minutiae.iter().filter(outside).count();
    if count > 0 && source.record.field(300).is_some() {
        let value = format!("outside the region of interest in {count} of {}", features.minutiae.len());
        let expected = "all inside (they are read as they are)";
        source.fault(Problem::new("", "place of minutiae", value, expected))?;
    }
    if features.lateral_reversal.as_ref().is_some_and(|side| side.as_bytes() == b"L") {
        let expected = "an image that is not mirrored (minutiae are read as they were marked)";
        source.remark(Problem::new("", "field 9.315 (lateral reversal)", "L", expected));
    }
    Ok(())
}

impl EfsFeatures {
    /// The features that a template has: the whole image as region of interest, the finger, and the minutiae.
    ///
    /// Without an image size the region is the smallest that holds all minutiae, and the margin above and to the left of
    /// them. Qualities have no place in the extended feature set.
    ///
    /// # Errors
    /// [`Error::Invalid`]: a minutia above or to the left of the image, or a place or side beyond 99,999 units, which is
    /// a metre.
    pub fn of(template: &Template) -> Result<Self> {
        let resolution = template.resolution();
        let mut minutiae = Vec::new();
        for minutia in in_source_order(template) {
            let one = |axis: &str, value: Pixels, dpi: Dpi| {
                let units = scale::from_pixels(value, dpi);
                u32::try_from(units).ok().filter(|&units| units <= MOST).ok_or_else(|| {
                    let field = format!("minutia {} {axis}", minutia.source_index);
                    let expected = format!("0 to {MOST}, which is what the format can state");
                    Error::invalid("", field, format!("{units} units of 10 µm"), expected)
                })
            };
            minutiae.push(EfsMinutia {
                place: Place { x: one("x", minutia.x, resolution.x)?, y: one("y", minutia.y, resolution.y)? },
                direction: scale::to_degrees(minutia.direction) as u16, // below 360
                kind: match minutia.kind {
                    MinutiaKind::RidgeEnding => EfsKind::RidgeEnding,
                    MinutiaKind::Bifurcation => EfsKind::Bifurcation,
                    MinutiaKind::Other => EfsKind::Unknown,
                },
                radius: None,
                direction_uncertainty: None,
                row: minutia.source_index,
            });
        }
        let farthest = |axis: fn(&EfsMinutia) -> u32| minutiae.iter().map(axis).max().unwrap_or(0).max(1);
        let side = |what: &str, pixels: u16, dpi: Dpi| {
            let units = scale::from_pixels(Pixels::from_steps(i32::from(pixels) * 256), dpi);
            u32::try_from(units).ok().filter(|&units| units <= MOST).ok_or_else(|| {
                let expected = format!("at most {MOST}, which is what the format can state");
                Error::invalid("", format!("image {what}"), format!("{units} units of 10 µm"), expected)
            })
        };
        let (width, height) = match template.size() {
            Some((width, height)) => {
                (side("width", width, resolution.x)?, side("height", height, resolution.y)?)
            }
            None => (farthest(|minutia| minutia.place.x), farthest(|minutia| minutia.place.y)),
        };
        let code = template.finger_position().code();
        let position = Position { code, segment: None, off_centre: None, polygon: Vec::new() };
        Ok(Self {
            region: Region { width, height, ..Region::default() },
            positions: vec![position],
            no_minutiae: minutiae.is_empty(),
            minutiae,
            ..Self::default()
        })
    }
}
