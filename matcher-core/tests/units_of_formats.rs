//! Units and angle conventions of every format at their edges: what a value becomes when it is written and read again.

use matcher_core::fingerprint::{Minutia, Template};
use matcher_core::formats::{Format, ReadOptions, Strictness, read, write};
use matcher_core::units::{Angle, Dpi, Pixels, Resolution};

/// Units of angle in a turn.
fn units(format: Format) -> u32 {
    match format {
        Format::Iso19794_2_2005 | Format::Iso19794_2_2011 | Format::Iso19794_2CardNormal => 256,
        Format::Iso19794_2CardCompact => 64,
        Format::Xyt | Format::An2kEfs | Format::An2kLegacy => 360,
        _ => 180,
    }
}

fn print(x: f64, y: f64, direction: Angle, dpi: Dpi) -> Template {
    let place = (Pixels::from_f64(x).unwrap(), Pixels::from_f64(y).unwrap());
    // Small where the place is, for some formats count from the bottom.
    let side = if x < 100.0 { 100 } else { 16_384 };
    let builder = Template::builder().resolution(Resolution::square(dpi)).size(side, side);
    builder.minutia(Minutia::new(place.0, place.1, direction)).build().unwrap().template
}

fn again(print: &Template, format: Format) -> Template {
    let options = ReadOptions {
        format: Some(format),
        strictness: Strictness::Strict,
        dpi: Some(print.resolution().x),
        ..ReadOptions::default()
    };
    read(&write(print, format).unwrap(), &options).unwrap().templates.remove(0)
}

#[test]
fn angles_at_their_edges_come_back_to_the_nearest_unit() {
    for format in Format::ALL {
        let units = units(format);
        let half = f64::from(1u32 << 15) / f64::from(units); // in steps
        for degrees in [
            0.0, 0.5, 1.0, 44.9, 45.0, 89.0, 90.0, 91.0, 179.0, 180.0, 181.0, 269.9, 270.0, 358.9, 359.0,
            359.9,
        ] {
            let direction = Angle::from_degrees(degrees).unwrap();
            let found = again(&print(20.0, 20.0, direction, Dpi::STANDARD), format).minutiae()[0].direction;
            assert!(f64::from(found.distance(direction)) <= half + 0.5, "{format}: {degrees}");
            // What came back is a unit, so it comes back the same.
            let twice = again(&print(20.0, 20.0, found, Dpi::STANDARD), format).minutiae()[0].direction;
            assert_eq!(found, twice, "{format}: {degrees}");
        }
        // Quarter turns are whole units in all of them.
        for quarter in 0..4 {
            let direction = Angle::from_steps(quarter << 14);
            assert_eq!(
                again(&print(20.0, 20.0, direction, Dpi::STANDARD), format).minutiae()[0].direction,
                direction
            );
        }
        // Just below half a unit, just above it, and the last one that is rounded to a full turn.
        for unit in [0, 1, units / 4, units / 2 - 1, units / 2, units - 1] {
            let at = |offset: f64| {
                let steps = (f64::from(unit) * 65_536.0 / f64::from(units) + offset).round();
                let print = print(20.0, 20.0, Angle::from_steps(steps as i64 as u16), Dpi::STANDARD);
                again(&print, format).minutiae()[0].direction.to_fraction(units)
            };
            assert_eq!((at(half - 1.0), at(half + 1.0)), (unit, (unit + 1) % units), "{format}: {unit}");
        }
    }
}

#[test]
fn places_at_their_edges_come_back_to_the_nearest_pixel() {
    for format in Format::ALL.into_iter().filter(|format| format.extension() == "fmr") {
        for (x, expected) in [
            (0.0, 0.0),
            (0.49, 0.0),
            (0.5, 1.0),
            (1.49, 1.0),
            (16_382.5, 16_383.0),
            (16_383.0, 16_383.0),
            (16_384.0, 16_383.0),
        ] {
            let found = again(&print(x, x, Angle::ZERO, Dpi::STANDARD), format).minutiae()[0];
            assert_eq!((found.x.to_f64(), found.y.to_f64()), (expected, expected), "{format}: {x}");
        }
    }
}

#[test]
fn resolutions_come_back_as_whole_pixels_per_centimetre() {
    for format in Format::ALL.into_iter().filter(|format| format.extension() == "fmr") {
        for (dpi, expected) in [
            (50.0, 50.8),
            (250.0, 248.92),
            (500.0, 500.0),
            (505.0, 505.46),
            (508.0, 508.0),
            (512.0, 512.0),
            (569.0, 569.0),
            (1000.0, 1000.0),
            (10_000.0, 9_999.98),
        ] {
            let found = again(&print(1.0, 1.0, Angle::ZERO, Dpi::new(dpi).unwrap()), format).resolution();
            assert_eq!((found.x.to_f64(), found.y), (expected, found.x), "{format}: {dpi}");
        }
    }
}
