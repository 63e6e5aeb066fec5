use super::*;

fn dpi(value: f64) -> Dpi {
    Dpi::new(value).unwrap()
}

#[test]
fn units_of_ten_micrometres_survive_a_round_trip() {
    for dpi in [Dpi::MIN, dpi(96.0), Dpi::STANDARD, dpi(512.0), dpi(1000.0), dpi(2540.0), Dpi::MAX] {
        for units in (-50_000..50_000).step_by(37).chain([0, 1, -1, 49_999]) {
            assert_eq!(from_pixels(to_pixels(units, dpi).unwrap(), dpi), units);
        }
    }
}

#[test]
fn a_pixel_is_as_long_as_its_resolution_says() {
    // By hand: 1 inch = 25.4 mm = 2540 units.
    assert_eq!(to_pixels(2_540, Dpi::STANDARD).unwrap().to_f64(), 500.0);
    assert_eq!(to_pixels(-254, dpi(1000.0)).unwrap().to_f64(), -100.0);
    assert_eq!(from_pixels(Pixels::from_whole(300), Dpi::STANDARD), 1_524);
    // 1 unit at 500 dpi is 0.19685 pixels, 50.39 steps of 1/256.
    assert_eq!(to_pixels(1, Dpi::STANDARD).unwrap().steps(), 50);
    assert_eq!(to_pixels(i64::MAX, Dpi::STANDARD), None);
    assert_eq!(to_pixels(i64::MIN, Dpi::STANDARD), None);
    assert_eq!(to_pixels(10_000_000, Dpi::MAX), None);
}

#[test]
fn directions_turn_by_half_a_turn_in_the_legacy_fields_only() {
    for degrees in 0..360 {
        assert_eq!(to_degrees(from_degrees(degrees)), u32::from(degrees));
        assert_eq!(to_legacy_degrees(from_legacy_degrees(degrees)), u32::from(degrees));
        assert_eq!(to_degrees(from_legacy_degrees(degrees)), (u32::from(degrees) + 180) % 360);
    }
    assert_eq!(from_degrees(90).degrees(), 90.0);
}

#[test]
fn qualities_of_the_legacy_fields_go_from_2_to_63() {
    assert_eq!([0, 1].map(from_legacy_quality), [Coded::Unstated; 2]);
    assert_eq!([64, 255].map(from_legacy_quality), [Coded::Unknown; 2]);
    let percent = |code| from_legacy_quality(code).value().unwrap().percent();
    assert_eq!([2, 63].map(percent), [100, 0]);
    for code in 2..=63 {
        assert_eq!(to_legacy_quality(Quality::new(percent(code))), code);
    }
    assert_eq!(to_legacy_quality(None), 1);
    for given in 0..=100 {
        let back = percent(to_legacy_quality(Quality::new(given)));
        assert!(back.abs_diff(given) <= 1, "{given} comes back as {back}");
    }
}

#[test]
fn kinds_have_letters() {
    for kind in MinutiaKind::ALL {
        let letter = to_legacy_kind(kind).to_string();
        assert_eq!(from_legacy_kind(letter.as_bytes()), Some(kind));
    }
    assert_eq!(from_legacy_kind(b"C"), Some(MinutiaKind::Other));
    assert_eq!(from_legacy_kind(b"a"), None);
    assert_eq!(from_legacy_kind(b""), None);
}

#[test]
fn the_lowest_row_of_the_legacy_fields_is_zero() {
    // NBIS: an image of 500 pixels at 19.685 pixels per millimetre is 2540 units high.
    assert_eq!(turned_over(2_540, 0), 2_539);
    assert_eq!(turned_over(2_540, turned_over(2_540, 17)), 17);
}

#[test]
fn usual_resolutions_are_found_in_pixels_per_millimetre() {
    let read = |text: &str| from_per_millimetre(text.as_bytes()).map(Dpi::to_f64);
    for (text, dpi) in [
        ("19.69", 500.0),
        ("19.68", 500.0),
        (" 20.16", 512.0),
        ("39.37", 1000.0),
        ("23.62", 600.0),
        ("20.00", 508.0),
        ("09.84", 249.94),
    ] {
        assert_eq!(read(text), Some(dpi), "{text}");
    }
    for text in ["00.00", "", "x", "-19.69", "NaN", "inf", "1e9", "0.5"] {
        assert_eq!(read(text), None, "{text}");
    }
}
