//! Minutiae records of the editions of 2009 and 2011 that are wrong on purpose: no reader panics, and each says what is
//! wrong. All vectors are made here, byte by byte from the layouts.

use matcher_core::fingerprint::{FingerPosition, Impression, Quality, Template};
use matcher_core::formats::{
    Core, CoresAndDeltas, Delta, Format, Limits, ReadOptions, Reading, Strictness, read, sniff, write,
    write_views,
};
use matcher_core::units::{Angle, Dpi, Resolution};
use proptest::prelude::*;

#[path = "hostile/minutiae.rs"]
mod minutiae;
#[path = "hostile/mutated.rs"]
mod mutated;
use minutiae::check as check_any;
use mutated::mutated;

const LATER: [Format; 3] = [Format::Iso19794_2_2011, Format::Incits378_2009, Format::Incits378_2009Am1];

fn is_iso(format: Format) -> bool {
    format == Format::Iso19794_2_2011
}

/// Three minutiae of 6 bytes: a ridge ending, a bifurcation and an other one, of qualities 90, 0 and not stated.
const ROWS: [u8; 18] = [0x40, 10, 0, 20, 0, 90, 0x80, 110, 0, 220, 80, 0, 1, 43, 1, 0x8f, 179, 254];

/// A view of the right index, 300 x 400 pixels, 197 pixels per centimetre, quality 80.
fn view(format: Format, number: u8, rows: &[u8], extended: &[u8]) -> Vec<u8> {
    let count = (rows.len() / 6) as u8;
    let tail = [rows, &(extended.len() as u16).to_be_bytes(), extended].concat();
    if !is_iso(format) {
        let head = [2, number, 20, 80, 0, 6, 0, 0x37, 1, 44, 1, 0x90, 0, 197, 0, 197, count];
        return [head.as_slice(), &tail].concat();
    }
    let head = [
        &[7, 0xd5, 12, 15, 17, 35, 20, 0, 0, 1, 0xab, 0xcd, 2, 0x34][..], // when, and with what
        &[2, 80, 0xab, 0xcd, 1, 0x23, 255, 0, 0, 0, 0],                   // two qualities
        &[2, number, 0, 197, 0, 197, 0, 1, 44, 1, 0x90, 0x61, count],
    ]
    .concat();
    let length = (4 + head.len() + tail.len()) as u32;
    [length.to_be_bytes().as_slice(), &head, &tail].concat()
}

fn record(format: Format, views: &[Vec<u8>]) -> Vec<u8> {
    let version = if format == Format::Incits378_2009Am1 { b"FMR\x00035\0" } else { b"FMR\x00030\0" };
    let body = views.concat();
    let rest = if is_iso(format) {
        vec![0, views.len() as u8, 0]
    } else {
        vec![0, 0x42, 0, 0x11, 0x80, 2, 0x34, views.len() as u8, 0]
    };
    let length = (12 + rest.len() + body.len()) as u32;
    [version.as_slice(), &length.to_be_bytes(), &rest, &body].concat()
}

fn two(format: Format) -> Vec<u8> {
    record(format, &[view(format, 0, &ROWS, &[]), view(format, 1, &ROWS[..6], &[1, 0, 0, 4])])
}

fn strict(bytes: &[u8]) -> Result<Reading, matcher_core::Error> {
    read(bytes, &ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() })
}

fn lenient(bytes: &[u8]) -> Reading {
    read(bytes, &ReadOptions::default()).unwrap()
}

fn told(bytes: &[u8]) -> Vec<String> {
    lenient(bytes).diagnostics.iter().map(ToString::to_string).collect()
}

fn with(mut bytes: Vec<u8>, at: usize, new: &[u8]) -> Vec<u8> {
    bytes[at..at + new.len()].copy_from_slice(new);
    bytes
}

#[test]
fn sound_records_say_nothing_and_come_back() {
    for format in LATER {
        let bytes = two(format);
        assert_eq!(sniff(&bytes).unwrap(), format);
        let reading = strict(&bytes).unwrap();
        assert!(reading.diagnostics.is_empty());
        let [first, second] = reading.templates.as_slice() else { panic!("two views") };
        assert_eq!((first.size(), first.resolution()), (Some((300, 400)), Resolution::STANDARD));
        assert_eq!((first.finger_position(), first.view()), (FingerPosition::RightIndex, 0));
        assert_eq!(
            (first.impression(), first.quality()),
            (Some(Impression::LiveScanPlain), Quality::new(80))
        );
        // Certificates of ISO are not read.
        assert_eq!(first.capture_equipment(), if is_iso(format) { 0x0234 } else { 0x8234 });
        let qualities: Vec<_> = first.minutiae().iter().map(|m| m.quality).collect();
        assert_eq!(qualities, [Quality::new(90), Quality::new(0), None]);
        assert_eq!((second.view(), second.extended_data()), (1, &[1, 0, 0, 4][..]));
        let written = write_views(&reading.templates, format).unwrap();
        let again = strict(&written).unwrap();
        assert_eq!((again.format, again.templates), (format, reading.templates));
    }
}

#[test]
fn views_of_their_own_resolution_and_size_share_a_record() {
    let print = |dpi: f64, side: u16| {
        let resolution = Resolution { x: Dpi::new(dpi).unwrap(), y: Dpi::STANDARD };
        Template::builder().resolution(resolution).size(side, 500).build().unwrap().template
    };
    for format in LATER {
        let views = [print(500.0, 400), print(1000.0, 800)];
        let again = strict(&write_views(&views, format).unwrap()).unwrap();
        for (a, b) in views.iter().zip(&again.templates) {
            assert_eq!((a.size(), a.resolution()), (b.size(), b.resolution()));
            // Nothing was stated of these, and nothing is.
            assert_eq!((b.quality(), b.impression()), (None, None));
        }
    }
}

#[test]
fn a_view_of_iso_without_qualities_has_short_rows() {
    let print = lenient(b"10 20 45\n11 25 90\n").templates.remove(0);
    let bytes = write(&print, Format::Iso19794_2_2011).unwrap();
    assert_eq!(bytes.len(), 15 + 4 + 9 + 1 + 2 + 2 + 1 + 13 + 2 * 5 + 2);
    let again = strict(&bytes).unwrap();
    assert_eq!(again.templates[0].minutiae(), print.minutiae());
}

#[test]
fn faults_are_named() {
    let incits = two(Format::Incits378_2009);
    let view = 21;
    for (at, new, expected) in [
        (16, &[0x81][..], "capture equipment compliance is 0x81, expected 0 or 0x80 (other bits ignored)"),
        (20, &[1], "reserved header byte is 1, expected 0 (ignored)"),
        (view, &[11], "view 0: finger position is 11, expected 0 to 10 (read as unknown)"),
        (view + 1, &[16], "view 0: view number is 16, expected 0 to 15 (read as 0)"),
        (
            view + 2,
            &[12],
            "view 0: impression type is 12, expected 0 to 8, 10, 11 or 20 to 29 (read as unknown)",
        ),
        (view + 3, &[101], "view 0: view quality is 101, expected 0 to 100 (read as not stated)"),
        (
            view + 8,
            &[0, 0],
            "view 0: image width is 0, expected 1 to 65535 pixels (read without an image size)",
        ),
        (view + 17 + 5, &[253], "view 0: minutia 0 quality is 253, expected 0 to 100 (read as not stated)"),
    ] {
        let bytes = with(incits.clone(), at, new);
        assert_eq!(told(&bytes), [expected]);
        assert_eq!(strict(&bytes).unwrap_err().to_string(), expected);
    }
    let message = read(&with(incits, view + 12, &[0, 5]), &ReadOptions::default()).unwrap_err().to_string();
    assert!(message.starts_with("view 0: x resolution is 5, expected 20 to 3937"), "{message}");

    let iso = two(Format::Iso19794_2_2011);
    let length = view_length(&iso);
    for (new, expected) in [
        (
            length - 1,
            "length of the view is 1 bytes less than its fields, expected that of its fields (ignored)",
        ),
        (60_000, "length of the view is beyond the end of the record, expected that of its fields (ignored)"),
    ] {
        let bytes = with(iso.clone(), 15, &new.to_be_bytes());
        assert!(told(&bytes)[0].ends_with(expected), "{:?}", told(&bytes));
        assert_eq!(lenient(&bytes).templates, lenient(&iso).templates);
    }
    let mut longer = with(iso.clone(), 15, &(length + 2).to_be_bytes());
    longer.splice(15 + length as usize..15 + length as usize, [9, 9]);
    let total = (longer.len() as u32).to_be_bytes();
    let longer = with(longer, 8, &total);
    let expected =
        "view 0: length of the view is 2 bytes more than its fields, expected that of its fields (skipped)";
    assert_eq!(told(&longer), [expected]);
    assert_eq!(lenient(&longer).templates, lenient(&iso).templates);
    let at = 15 + 4 + 14 + 11 + 11;
    let message = read(&with(iso, at, &[0x70]), &ReadOptions::default()).unwrap_err().to_string();
    assert_eq!(message, "view 0: bytes of a minutia is 7, expected 5 or 6");
}

fn view_length(iso: &[u8]) -> u32 {
    u32::from_be_bytes([iso[15], iso[16], iso[17], iso[18]])
}

#[test]
fn what_a_template_cannot_hold_is_told_and_is_no_fault() {
    let equipment = with(two(Format::Incits378_2009), 17, &[0x12, 0x34]);
    let expected = "capture equipment identifier is 4660, expected at most 4095, which a template can hold (read as unknown)";
    assert_eq!(told(&equipment), [expected]);
    assert!(strict(&equipment).is_ok());
    let hand = with(two(Format::Incits378_2009Am1), 21, &[13]);
    let expected =
        "view 0: finger position is 13, a code for several fingers, expected 0 to 10 (read as unknown)";
    assert_eq!(told(&hand), [expected]);
    assert!(strict(&hand).is_ok());
    assert!(strict(&with(two(Format::Incits378_2009), 21, &[13])).is_err());
}

#[test]
fn impressions_of_the_later_editions() {
    let read_as = |format, code| {
        let at = if is_iso(format) { 15 + 4 + 14 + 11 + 6 } else { 23 };
        lenient(&with(two(format), at, &[code])).templates[0].impression()
    };
    for format in LATER {
        assert_eq!(read_as(format, 7), Some(Impression::LatentLift));
        assert_eq!(read_as(format, 24), Some(Impression::Contactless));
        assert_eq!((read_as(format, 28), read_as(format, 29), read_as(format, 99)), (None, None, None));
    }
    assert_eq!(read_as(Format::Iso19794_2_2011, 9), Some(Impression::LiveScanRolled));
    assert_eq!(read_as(Format::Incits378_2009, 23), Some(Impression::LiveScanRolled));
    assert_eq!(read_as(Format::Incits378_2009, 10), None);
    for format in Format::ALL.into_iter().filter(|format| format.extension() == "fmr") {
        for impression in Impression::ALL {
            let print = Template::builder().size(9, 9).impression(impression).build().unwrap().template;
            let again = strict(&write(&print, format).unwrap()).unwrap();
            assert_eq!(again.templates[0].impression(), Some(impression), "{format}");
        }
    }
}

#[test]
fn a_record_cut_anywhere_gives_its_whole_views_or_an_error() {
    for format in LATER {
        let bytes = two(format);
        let whole = strict(&bytes).unwrap();
        for cut in 0..bytes.len() {
            assert!(strict(&bytes[..cut]).is_err(), "{format} {cut}");
            let options = ReadOptions { format: Some(format), ..ReadOptions::default() };
            if let Ok(reading) = read(&bytes[..cut], &options) {
                assert_eq!(reading.templates[0], whole.templates[0]);
                assert!(reading.diagnostics.len() >= 2);
            }
            // Where both headers of INCITS fit as badly, the draft's may be taken; never is there a panic.
            let _ = read(&bytes[..cut], &ReadOptions::default());
        }
    }
}

#[test]
fn every_change_of_a_byte_is_read_or_refused() {
    for format in LATER {
        let bytes = two(format);
        for at in 0..bytes.len() {
            for value in [0, 1, 2, 5, 13, 15, 40, 64, 127, 128, 179, 180, 200, 253, 254, 255] {
                check_any(&with(bytes.clone(), at, &[value]));
            }
        }
    }
}

#[test]
fn limits_hold() {
    for format in LATER {
        let all = Limits::default();
        for (limits, expected) in [
            (Limits { records: 1, ..all }, "number of views is 2, expected at most 1"),
            (Limits { minutiae: 2, ..all }, "view 0: number of minutiae is 3, expected at most 2"),
        ] {
            let options = ReadOptions { limits, ..ReadOptions::default() };
            let message = read(&two(format), &options).unwrap_err().to_string();
            assert!(message.starts_with(expected), "{message}");
        }
    }
}

fn core(x: u16, degrees: Option<f64>) -> Core {
    Core { x, y: 7, direction: degrees.and_then(Angle::from_degrees) }
}

fn print_with(block: Vec<u8>) -> Template {
    Template::builder().size(300, 400).extended_data(block).build().unwrap().template
}

#[test]
fn cores_and_deltas_are_in_the_layout_and_unit_of_each_edition() {
    let directions = Some([0.0, 120.0, 240.0].map(|degrees| Angle::from_degrees(degrees).unwrap()));
    let found = CoresAndDeltas {
        cores: vec![core(5, Some(90.0)), core(16_383, Some(180.0))],
        deltas: vec![Delta { x: 1, y: 2, directions }],
    };
    let print = print_with(found.to_extended_data().unwrap());
    let iso = [0, 2, 0, 23, 2, 0x40, 5, 0, 7, 64, 0x7f, 0xff, 0, 7, 128, 1, 0x40, 1, 0, 2, 0, 85, 171];
    let incits = [0, 2, 0, 23, 0x42, 0, 5, 0, 7, 45, 0x3f, 0xff, 0, 7, 90, 0x41, 0, 1, 0, 2, 0, 60, 120];
    for format in Format::ALL.into_iter().filter(|format| format.extension() == "fmr") {
        let bytes = write(&print, format).unwrap();
        let expected = if format.name().starts_with("iso") { iso } else { incits };
        assert!(bytes.ends_with(&expected), "{format}");
        let again = strict(&bytes).unwrap().templates.remove(0);
        assert_eq!(again.extended_data(), print.extended_data(), "{format}");
        let cores = CoresAndDeltas::of(&again).unwrap().unwrap().cores;
        assert_eq!((cores.len(), cores[0].direction), (2, Angle::from_degrees(90.0)));
    }
    assert_eq!(CoresAndDeltas::of(&print_with(Vec::new())).unwrap(), None);
}

#[test]
fn angles_of_cores_at_their_edges_survive_both_units() {
    for units in [0u32, 1, 44, 45, 46, 89, 90, 91, 134, 135, 178, 179] {
        let degrees = f64::from(units) * 2.0;
        let found = CoresAndDeltas { cores: vec![core(5, Some(degrees))], deltas: Vec::new() };
        let print = print_with(found.to_extended_data().unwrap());
        let bytes = write(&print, Format::Incits378_2009).unwrap();
        assert_eq!(u32::from(bytes[bytes.len() - 2]), units);
        let again = strict(&bytes).unwrap().templates.remove(0);
        assert_eq!(write(&again, Format::Incits378_2009).unwrap(), bytes);
    }
}

#[test]
fn directions_that_only_some_cores_have_are_left_out_in_incits() {
    let found = CoresAndDeltas { cores: vec![core(5, Some(90.0)), core(6, None)], deltas: Vec::new() };
    let print = print_with(found.to_extended_data().unwrap());
    let of = |format| {
        CoresAndDeltas::of(&strict(&write(&print, format).unwrap()).unwrap().templates[0]).unwrap().unwrap()
    };
    assert_eq!(of(Format::Iso19794_2_2011), found);
    assert!(of(Format::Incits378_2004).cores.iter().all(|core| core.direction.is_none()));
}

#[test]
fn odd_cores_and_deltas_are_told() {
    for (area, what) in [
        (&[0x10, 0][..], "16 of a kind, more than 15"),
        (&[0, 0, 9], "followed by 1 bytes left over"),
        (&[1, 0x80, 5, 0, 7, 0], "made of points with reserved bits"),
        (&[1, 0, 5, 0], "cut at byte 4"),
    ] {
        let block = [&[0, 2, 0, 4 + area.len() as u8], area].concat();
        for format in [Format::Iso19794_2_2011, Format::Incits378_2009] {
            let area_of_incits = area[0] == 0x10; // the number has 4 bits there
            if area_of_incits && !is_iso(format) {
                continue;
            }
            let bytes = record(format, &[view(format, 0, &ROWS, &block)]);
            let told = told(&bytes);
            assert!(told.len() == 1 && told[0].starts_with("view 0: cores and deltas is "), "{told:?}");
            assert!(told[0].contains(what), "{told:?}");
            assert!(strict(&bytes).is_err());
            let kept = lenient(&bytes).templates.remove(0);
            assert_eq!(kept.extended_data().is_empty(), !is_iso(format));
            if is_iso(format) {
                assert!(CoresAndDeltas::of(&kept).is_err());
                assert!(write(&kept, Format::Incits378_2009).is_err());
            }
        }
    }
    let many = CoresAndDeltas { cores: vec![core(1, None); 16], deltas: Vec::new() };
    assert_eq!(
        many.to_extended_data().unwrap_err().to_string(),
        "number of cores is 16, expected at most 15"
    );
    let far = CoresAndDeltas { cores: vec![core(16_384, None)], deltas: Vec::new() };
    assert_eq!(
        far.to_extended_data().unwrap_err().to_string(),
        "x of one of the cores is 16384, expected 0 to 16383 pixels"
    );
}

#[test]
fn the_quality_of_zones_loses_its_vendor_between_editions() {
    let block = [0, 3, 0, 12, 0, 9, 0, 8, 32, 32, 8, 77];
    let format = Format::Iso19794_2_2011;
    let print = strict(&record(format, &[view(format, 0, &ROWS, &block)])).unwrap().templates.remove(0);
    assert_eq!(print.extended_data(), [0, 3, 0, 8, 32, 32, 8, 77]);
    assert!(write(&print, Format::Iso19794_2_2005).unwrap().ends_with(&[0, 8, 0, 3, 0, 8, 32, 32, 8, 77]));
    assert!(write(&print, format).unwrap().ends_with(&[0, 3, 0, 12, 0, 0, 0, 0, 32, 32, 8, 77]));
    assert!(
        strict(&write(&print, Format::Incits378_2009).unwrap()).unwrap().templates[0]
            .extended_data()
            .is_empty()
    );
    let format = Format::Incits378_2009;
    let bytes = record(format, &[view(format, 0, &ROWS, &block)]);
    assert!(told(&bytes)[0].contains("an area of type 3"));
}

/// Sound records.
fn sound() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(two(LATER[0])),
        Just(two(LATER[1])),
        Just(two(LATER[2])),
        Just(record(LATER[0], &[view(LATER[0], 0, &ROWS, &[0, 2, 0, 11, 1, 0x40, 5, 0, 7, 64, 0])])),
        Just(record(LATER[1], &[view(LATER[1], 0, &ROWS, &[0, 2, 0, 11, 0x41, 0, 5, 0, 7, 45, 0])])),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn any_bytes_after_the_magic_are_read_or_refused(
        third in any::<bool>(), tail in prop::collection::vec(any::<u8>(), 0..200)
    ) {
        let magic = if third { b"FMR\x00030\0" } else { b"FMR\x00035\0" };
        check_any(&[magic.to_vec(), tail].concat());
    }

    #[test]
    fn mutated_records_are_read_or_refused(bytes in mutated(sound())) {
        check_any(&bytes);
    }
}
