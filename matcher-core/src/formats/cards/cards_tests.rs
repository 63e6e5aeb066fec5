use super::*;
use crate::formats::{Limits, Reading, Strictness, read as read_any, write as write_any};

fn print(minutiae: &[(f64, f64, f64, MinutiaKind)], dpi: f64) -> Template {
    let builder = Template::builder().resolution(Resolution::square(Dpi::new(dpi).unwrap()));
    let add = |builder: crate::fingerprint::TemplateBuilder,
               &(x, y, degrees, kind): &(f64, f64, f64, MinutiaKind)| {
        let place = (Pixels::from_f64(x).unwrap(), Pixels::from_f64(y).unwrap());
        let direction = Angle::from_degrees(degrees).unwrap();
        builder.minutia(Minutia { kind, ..Minutia::new(place.0, place.1, direction) })
    };
    minutiae.iter().fold(builder, add).build().unwrap().template
}

fn strict(bytes: &[u8], format: Option<Format>) -> Result<Reading> {
    read_any(bytes, &ReadOptions { format, strictness: Strictness::Strict, ..ReadOptions::default() })
}

const ENDING: MinutiaKind = MinutiaKind::RidgeEnding;
const FORK: MinutiaKind = MinutiaKind::Bifurcation;

#[test]
fn the_bytes_are_those_of_the_standard() {
    // At 254 dpi a pixel is 0.1 mm.
    let two = print(&[(10.0, 20.0, 90.0, ENDING), (255.0, 0.0, 359.0, FORK)], 254.0);
    let compact = write(&two, Size::Compact).unwrap();
    assert_eq!(compact, [0x7f, 0x2e, 8, 0x81, 6, 10, 20, 0x40 | 16, 255, 0, 0x80]);
    let normal = write(&two, Size::Normal).unwrap();
    let rows = [0x40, 100, 0, 200, 64, 0x80 | 9, 0xf6, 0, 0, 255];
    assert_eq!(normal, [&[0x7f, 0x2e, 12, 0x81, 10][..], &rows].concat());
}

#[test]
fn angles_at_their_edges() {
    let units = |degrees: f64, size: Size| {
        let bytes = write(&print(&[(1.0, 1.0, degrees, ENDING)], 500.0), size).unwrap();
        bytes.last().copied().unwrap() & if size == Size::Compact { 0x3f } else { 0xff }
    };
    // Half a unit is 2.8125 degrees and 0.703125 degrees; halves go up.
    let compact = [
        (0.0, 0),
        (2.8, 0),
        (2.8125, 1),
        (89.0, 16),
        (90.0, 16),
        (91.0, 16),
        (179.0, 32),
        (180.0, 32),
        (354.3, 63),
        (357.18, 63),
        (357.1875, 0),
        (359.0, 0),
    ];
    for (degrees, expected) in compact {
        assert_eq!(units(degrees, Size::Compact), expected, "{degrees}");
    }
    let normal = [
        (0.0, 0),
        (0.7, 0),
        (0.703_125, 1),
        (89.0, 63),
        (90.0, 64),
        (91.0, 65),
        (179.0, 127),
        (180.0, 128),
        (359.0, 255),
        (359.3, 0),
    ];
    for (degrees, expected) in normal {
        assert_eq!(units(degrees, Size::Normal), expected, "{degrees}");
    }
}

#[test]
fn places_at_their_edges() {
    for (size, most, unit) in [(Size::Compact, 255, 0.1), (Size::Normal, 16_383, 0.01)] {
        for dpi in [50.0, 197.0 * 2.54, 500.0, 512.0, 1000.0, 10_000.0] {
            let pixels = |units: f64| units * unit / 25.4 * dpi;
            for units in [0.0, 0.4, 0.6, 1.0, f64::from(most) - 1.0, f64::from(most), f64::from(most) + 0.4] {
                let bytes = write(&print(&[(pixels(units), 0.0, 0.0, ENDING)], dpi), size).unwrap();
                let x = match size {
                    Size::Compact => u16::from(bytes[5]),
                    Size::Normal => u16::from_be_bytes([bytes[5], bytes[6]]) & 0x3fff,
                };
                assert_eq!(f64::from(x), units.round(), "{units} at {dpi}");
            }
            let beyond = print(&[(0.0, pixels(f64::from(most) + 0.6), 0.0, ENDING)], dpi);
            let message = write(&beyond, size).unwrap_err().to_string();
            let expected = format!("expected 0 to {:.2} mm", f64::from(most) * unit);
            assert!(message.starts_with("minutia 0 y is ") && message.contains(&expected), "{message}");
        }
        let message = write(&print(&[(-3.0, 0.0, 0.0, ENDING)], 500.0), size).unwrap_err().to_string();
        assert!(message.starts_with("minutia 0 x is -0."), "{message}");
    }
}

#[test]
fn every_code_survives_at_every_resolution() {
    for dpi in [50, 381, 500, 512, 1_000, 10_000] {
        let dpi = Dpi::new(f64::from(dpi));
        for (size, count) in [(Size::Compact, 255usize), (Size::Normal, 250)] {
            let rows: Vec<u8> = match size {
                Size::Compact => {
                    (0..count).flat_map(|i| [i as u8, (255 - i) as u8, (i % 192) as u8]).collect()
                }
                Size::Normal => {
                    let row = |i: usize| {
                        let (x, y) = ((i % 3) << 14 | (65 * i + 133), 16_383 - 65 * i);
                        [(x >> 8) as u8, x as u8, (y >> 8) as u8, y as u8, i as u8]
                    };
                    (0..count).flat_map(row).collect()
                }
            };
            let options = ReadOptions { format: Some(size.format()), dpi, ..ReadOptions::default() };
            let reading = read_any(&rows, &options).unwrap();
            assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
            let bytes = write(&reading.templates[0], size).unwrap();
            assert!(bytes.ends_with(&rows));
            let again =
                read_any(&bytes, &ReadOptions { format: None, dpi, ..ReadOptions::default() }).unwrap();
            assert_eq!((again.format, &again.templates), (size.format(), &reading.templates));
        }
    }
}

#[test]
fn templates_of_cards_are_told_apart_or_must_be_named() {
    let rows = |n: usize| -> Vec<(f64, f64, f64, MinutiaKind)> {
        (0..n).map(|i| (20.0 + 7.0 * i as f64, 30.0 + 5.0 * i as f64, 11.0 * i as f64, ENDING)).collect()
    };
    for size in [Size::Normal, Size::Compact] {
        for count in [1, 3, 7, 15, 20, 45] {
            let bytes = write_any(&print(&rows(count), 500.0), size.format()).unwrap();
            match strict(&bytes, None) {
                Ok(reading) => assert_eq!(reading.format, size.format(), "{count}"),
                Err(error) => {
                    assert!(error.to_string().contains("a template of a card"), "{error}");
                    assert!(count < 15);
                }
            }
            assert_eq!(strict(&bytes, Some(size.format())).unwrap().templates[0].minutiae().len(), count);
        }
    }
}

#[test]
fn odd_templates_are_told() {
    let sound = write(&print(&[(10.0, 20.0, 90.0, ENDING), (255.0, 0.0, 359.0, FORK)], 254.0), Size::Compact)
        .unwrap();
    let rows = &sound[5..];
    let constructed = [&[0x7f, 0x2e, 13, 0xa1, 11, 0x90, 6][..], rows, &[0x92, 1, 9]].concat();
    let options = |size: Size| ReadOptions { format: Some(size.format()), ..ReadOptions::default() };
    let told = |bytes: &[u8]| -> Vec<String> {
        let reading = read_any(bytes, &options(Size::Compact)).unwrap();
        let told: Vec<_> = reading.diagnostics.iter().map(ToString::to_string).collect();
        assert_eq!(told.is_empty(), strict(bytes, Some(Size::Compact.format())).is_ok());
        told
    };
    assert_eq!(
        told(&constructed),
        ["biometric data is an object with tag 92, expected minutiae alone (skipped)"]
    );
    assert_eq!(
        told(&sound[..sound.len() - 1]),
        [
            "length of the biometric data template is 8, expected 7, the bytes present (what is present is read)",
            "length of the biometric data is 6, expected 5, the bytes present (what is present is read)",
            "list of minutiae is followed by 2 bytes left over, expected whole minutiae of 3 bytes (these are not read)",
        ]
    );
    assert_eq!(told(&[1, 2, 0xc3]), ["minutia 0 type is 3, expected 0 to 2 (read as other)"]);
    assert_eq!(
        told(&[1, 2, 3, 1, 2, 3]),
        ["minutia 1 is the same as minutia 0, expected each minutia once (dropped)"]
    );
    let normal = read_any(&[0, 1, 0xc0, 1, 0], &options(Size::Normal)).unwrap();
    assert_eq!(normal.diagnostics[0].to_string(), "minutia 0 reserved bits is 3, expected 0 (ignored)");
    let few = ReadOptions { limits: Limits { minutiae: 1, ..Limits::default() }, ..options(Size::Compact) };
    let message = read_any(rows, &few).unwrap_err().to_string();
    assert_eq!(message, "number of minutiae is 2, expected at most 1, the limit set for reading");
}
