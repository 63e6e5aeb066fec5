use super::*;
use crate::fingerprint::MinutiaKind;
use crate::formats::{Core, CoresAndDeltas};
use crate::units::{Angle, Resolution};

fn at(x: f64, y: f64, degrees: f64) -> Minutia {
    let place = (Pixels::from_f64(x).unwrap(), Pixels::from_f64(y).unwrap());
    Minutia {
        kind: MinutiaKind::RidgeEnding,
        quality: Quality::new(60),
        ..Minutia::new(place.0, place.1, Angle::from_degrees(degrees).unwrap())
    }
}

fn told(template: &Template, format: Format) -> Vec<String> {
    losses(template, format).unwrap().iter().map(ToString::to_string).collect()
}

#[test]
fn what_each_format_loses_is_said() {
    let core = Core { x: 1, y: 2, direction: Some(Angle::from_steps(512)) };
    let block = CoresAndDeltas { cores: vec![core], deltas: Vec::new() }.to_extended_data().unwrap();
    let print = Template::builder()
        .resolution(Resolution::square(Dpi::new(512.0).unwrap()))
        .size(300, 400)
        .finger_position(FingerPosition::LeftThumb)
        .impression(Impression::LiveScanRolled)
        .quality(Quality::new(70).unwrap())
        .view(3)
        .capture_equipment(0x8123)
        .extractor("some engine")
        .minutia(at(10.0, 20.0, 0.0))
        .minutia(at(11.0, 30.0, 91.0))
        .extended_data(block)
        .build()
        .unwrap()
        .template;
    let iso = told(&print, Format::Iso19794_2_2005);
    assert_eq!(iso, ["extractor: lost (some engine)", "directions: turned by up to 0.41 degrees"]);
    let iso = told(&print, Format::Iso19794_2_2011);
    assert!(iso.contains(&"capture equipment: 0x8123 becomes 0x0123".to_owned()), "{iso:?}");
    let incits = told(&print, Format::Incits378_2009);
    assert_eq!(
        incits,
        [
            "extractor: lost (some engine)",
            "extended data: cores and deltas rounded",
            "directions: turned by up to 1.00 degrees"
        ]
    );
    let card = told(&print, Format::Iso19794_2CardCompact);
    assert_eq!(
        card,
        [
            "finger position: lost (left thumb)",
            "impression: lost (live-scan rolled)",
            "view number: 3 becomes 0",
            "print quality: lost (70)",
            "image size: lost (300 x 400)",
            "resolution: not stated (512 dpi)",
            "capture equipment: lost (0x8123)",
            "extractor: lost (some engine)",
            "extended data: cores and deltas lost",
            "places: moved by up to 46 µm along an axis",
            "directions: turned by up to 1.00 degrees",
            "quality of minutiae: lost in 2 of 2",
        ]
    );
    let xyt = told(&print, Format::Xyt);
    assert!(xyt.contains(&"places: count from the topmost minutia".to_owned()), "{xyt:?}");
    assert!(xyt.contains(&"types of minutiae: lost or changed in 2 of 2".to_owned()), "{xyt:?}");
}

#[test]
fn half_units_and_rounded_resolutions_are_measured() {
    let print = |dpi: f64, minutiae: &[Minutia]| {
        let start = Template::builder().resolution(Resolution::square(Dpi::new(dpi).unwrap())).size(900, 900);
        minutiae.iter().fold(start, |builder, m| builder.minutia(*m)).build().unwrap().template
    };
    // Half a pixel at 500 dpi is 25.4 µm.
    let half = told(&print(500.0, &[at(10.5, 20.0, 90.0)]), Format::Iso19794_2_2005);
    assert!(half.contains(&"places: moved by up to 25 µm along an axis".to_owned()), "{half:?}");
    // 505 dpi are 198.8 pixels per centimetre: 199 make 505.46 dpi.
    let rounded = told(&print(505.0, &[at(800.0, 20.0, 90.0)]), Format::Iso19794_2_2005);
    assert!(rounded.contains(&"resolution: 505 dpi becomes 505.46 dpi".to_owned()), "{rounded:?}");
    assert!(rounded.contains(&"places: moved by up to 37 µm along an axis".to_owned()), "{rounded:?}");
    let together = [at(10.0, 20.0, 90.0), at(10.3, 20.0, 90.0)];
    let told = told(&print(500.0, &together), Format::Iso19794_2_2005);
    assert!(told[..].iter().any(|loss| loss.starts_with("minutiae: 1 of 2 fall together")), "{told:?}");
}
