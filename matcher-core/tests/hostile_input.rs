//! Input that is wrong on purpose, or by accident: no reader panics, and each says what is wrong. All vectors are made
//! here, byte by byte from the standards.

use matcher_core::Error;
use matcher_core::fingerprint::{FingerPosition, Impression, MinutiaKind};
use matcher_core::formats::{
    Format, Limits, ReadOptions, Reading, Strictness, read, read_file, write, write_views,
};
use matcher_core::units::Resolution;
use proptest::prelude::*;

#[path = "hostile/minutiae.rs"]
mod minutiae;
#[path = "hostile/mutated.rs"]
mod mutated;
use minutiae::check as check_any;
use mutated::mutated;

/// One minutia as 6 bytes; the type goes into the upper 2 bits of x, the reserved bits into those of y.
fn minutia(kind: u16, x: u16, y: u16, angle: u8, quality: u8) -> Vec<u8> {
    let mut bytes = (kind << 14 | x).to_be_bytes().to_vec();
    bytes.extend(y.to_be_bytes());
    bytes.extend([angle, quality]);
    bytes
}

/// One view of the right index, with the number of minutiae that it has.
fn view(minutiae: &[Vec<u8>], extended: &[u8]) -> Vec<u8> {
    let mut bytes = vec![2, 0, 80, minutiae.len() as u8];
    bytes.extend(minutiae.concat());
    bytes.extend((extended.len() as u16).to_be_bytes());
    bytes.extend(extended);
    bytes
}

/// A record of 300 x 400 pixels at 500 dpi.
fn record(format: Format, views: &[Vec<u8>]) -> Vec<u8> {
    let body = views.concat();
    let mut bytes = b"FMR\0 20\0".to_vec();
    if format == Format::Iso19794_2_2005 {
        bytes.extend((24 + body.len() as u32).to_be_bytes());
    } else {
        bytes.extend((26 + body.len() as u16).to_be_bytes());
        bytes.extend([0, 0x42, 0, 0x11]);
    }
    for field in [0x1234u16, 300, 400, 197, 197] {
        bytes.extend(field.to_be_bytes());
    }
    bytes.extend([views.len() as u8, 0]);
    bytes.extend(body);
    bytes
}

fn iso(views: &[Vec<u8>]) -> Vec<u8> {
    record(Format::Iso19794_2_2005, views)
}

fn incits(views: &[Vec<u8>]) -> Vec<u8> {
    record(Format::Incits378_2004, views)
}

/// Three sound minutiae; angles are below 180.
fn some() -> Vec<Vec<u8>> {
    vec![minutia(1, 10, 20, 0, 90), minutia(2, 110, 220, 80, 0), minutia(0, 299, 399, 179, 1)]
}

/// `bytes` with some of them replaced.
fn with(mut bytes: Vec<u8>, at: usize, new: &[u8]) -> Vec<u8> {
    bytes[at..at + new.len()].copy_from_slice(new);
    bytes
}

fn lenient(bytes: &[u8]) -> Reading {
    read(bytes, &ReadOptions::default()).unwrap()
}

fn strict(bytes: &[u8]) -> Result<Reading, Error> {
    read(bytes, &ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() })
}

fn refusal(bytes: &[u8]) -> String {
    read(bytes, &ReadOptions::default()).unwrap_err().to_string()
}

/// The only diagnostic of a lenient reader, which a strict one has as its error.
fn only(bytes: &[u8]) -> String {
    let found: Vec<String> = lenient(bytes).diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(strict(bytes).unwrap_err().to_string(), found[0]);
    found[0].clone()
}

#[test]
fn sound_records_say_nothing() {
    for bytes in [iso(&[view(&some(), &[])]), incits(&[view(&some(), &[]), view(&some(), &[1, 0, 0, 4])])] {
        let reading = strict(&bytes).unwrap();
        assert!(reading.diagnostics.is_empty());
        assert_eq!(write_views(&reading.templates, reading.format).unwrap(), bytes);
    }
    let template = &lenient(&iso(&[view(&some(), &[])])).templates[0];
    assert_eq!((template.size(), template.resolution()), (Some((300, 400)), Resolution::STANDARD));
    assert_eq!(template.finger_position(), FingerPosition::RightIndex);
    assert_eq!(template.impression(), Some(Impression::LiveScanPlain));
    let m = template.minutiae()[1];
    assert_eq!((m.quality, m.direction.degrees(), m.kind), (None, 112.5, MinutiaKind::Bifurcation));
    let incits = lenient(&incits(&[view(&some(), &[])]));
    assert_eq!(incits.templates[0].minutiae()[1].direction.degrees().round(), 160.0);
    assert_eq!(incits.templates[0].extractor(), Some("cbeff:0042.0011"));
}

#[test]
fn what_is_no_minutiae_file_is_named() {
    assert_eq!(refusal(b""), "format not recognised: the input is empty");
    for (bytes, what) in [
        (&b"\x89PNG\r\n\x1a\n...."[..], "PNG"),
        (b"\xff\xa0\xff\xa8", "WSQ"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"II*\0....", "TIFF"),
        (b"BM............\x28\0\0\0", "BMP"),
        (b"BMI,Age,Sex", "starts with the bytes \"BMI,Age,"),
        (b"FMR\0 99\0\0\0\x01\x00", "unknown version \" 99\\0\""),
        (b"FMR\0 2", "cut after 6 bytes"),
        (b"hello world 1 2 3", "starts with the bytes \"hello wo\""),
        (b"1 2", "starts with the bytes \"1 2\""),
        (b"\0\0\0\0", "starts with the bytes \"\\x00"),
        (b" \n\n ", "no format read here"),
    ] {
        let message = refusal(bytes);
        assert!(message.starts_with("format not recognised") && message.contains(what), "{message}");
    }
}

#[test]
fn a_record_cut_anywhere_gives_its_whole_views_or_an_error() {
    for format in [Format::Iso19794_2_2005, Format::Incits378_2004] {
        let (first, second) = (view(&some(), &[1, 0, 0, 4]), view(&some(), &[2, 0, 0, 5, 9]));
        let bytes = record(format, &[first.clone(), second.clone()]);
        let whole = strict(&bytes).unwrap();
        let header = bytes.len() - first.len() - second.len();
        let end_of_minutiae = bytes.len() - 7; // then the extended data with its length
        for cut in 0..bytes.len() {
            assert!(strict(&bytes[..cut]).is_err());
            let result = read(&bytes[..cut], &ReadOptions { format: Some(format), ..ReadOptions::default() });
            if cut < header + first.len() {
                let message = result.unwrap_err().to_string();
                assert!(message.contains("cut at byte") || message.contains("is cut: "), "{message}");
                continue;
            }
            let reading = result.unwrap();
            let views = if cut < end_of_minutiae { 1 } else { 2 };
            assert_eq!(reading.templates.len(), views, "cut at {cut}");
            assert_eq!(reading.templates[0], whole.templates[0]);
            let said: Vec<_> = reading.diagnostics.iter().map(|d| (d.view, d.to_string())).collect();
            assert!(said[0].0.is_none() && said[0].1.starts_with("record length is"), "{said:?}");
            assert!(said[1].0 == Some(1) && said[1].1.contains(" is cut"), "{said:?}");
            if views == 1 {
                assert!(said[1].1.ends_with("(this view is not read; 1 of 2 missing)"), "{said:?}");
            } else {
                assert!(said[1].1.contains("extended data"), "{said:?}");
                assert_eq!(reading.templates[1].minutiae(), whole.templates[1].minutiae());
            }
        }
    }
}

#[test]
fn wrong_lengths_are_told() {
    let bytes = iso(&[view(&some(), &[])]);
    let present = bytes.len();
    let told = |length: u32| only(&with(bytes.clone(), 8, &length.to_be_bytes()));
    for length in [0, 23, 40, 70_000] {
        assert_eq!(told(length), format!("record length is {length}, expected {present}, the bytes present"));
    }
    let long = [bytes.clone(), vec![0; 3]].concat();
    let message = only(&with(long, 8, &(present as u32 + 3).to_be_bytes()));
    assert!(message.contains("followed by 3 bytes left over"), "{message}");
}

#[test]
fn counts_that_do_not_fit_are_told() {
    let reading = strict(&iso(&[view(&[], &[])])).unwrap(); // the standards allow a count of 0
    assert_eq!(reading.templates[0].minutiae().len(), 0);
    let said = reading.diagnostics[0].to_string();
    assert_eq!(said, "view 0: number of minutiae is 0, expected 1 or more to compare anything");
    let bytes = iso(&[view(&some(), &[])]);
    let message = refusal(&with(bytes.clone(), 27, &[255]));
    let expected =
        "view 0: list of 255 minutiae is cut at byte 48 with 20 bytes present, expected 1530 bytes";
    assert!(message.starts_with(expected), "{message}");
    assert_eq!(refusal(&with(bytes, 22, &[0])), "number of views is 0, expected 1 to 255");
    let full: Vec<Vec<u8>> = (0..255).map(|i| minutia(1, i, i, (i % 180) as u8, 50)).collect();
    assert_eq!(strict(&iso(&[view(&full, &[])])).unwrap().templates[0].minutiae().len(), 255);
}

#[test]
fn fields_out_of_range_are_named_and_mended() {
    let bytes = iso(&[view(&some(), &[])]);
    let told = |at: usize, new: &[u8]| only(&with(bytes.clone(), at, new));
    for (at, new, expected) in [
        (4, &b"020\0"[..], "version is \"020\\0\", expected \" 20\\0\" (read as iso19794-2:2005)"),
        (4, b" 23\0", "version is \" 23\\0\", expected \" 20\\0\" (read as iso19794-2:2005)"),
        (14, &[0, 0], "image width is 0, expected 1 to 65535 pixels (read without an image size)"),
        (23, &[1], "reserved header byte is 1, expected 0 (ignored)"),
        (24, &[11], "view 0: finger position is 11, expected 0 to 10 (read as unknown)"),
        (25, &[0x1c], "view 0: impression type is 12, expected 0 to 9 (read as unknown)"),
        (26, &[101], "view 0: view quality is 101, expected 0 to 100 (read as not stated)"),
        (28, &[0xc0], "view 0: minutia 0 type is 3, expected 0 to 2 (read as other)"),
        (30, &[0x40], "view 0: minutia 0 reserved bits is 1, expected 0 (ignored)"),
        (33, &[200], "view 0: minutia 0 quality is 200, expected 0 to 100 (read as not stated)"),
        (28, &[0x41, 0x2c], "view 0: minutia 0 x is 300, expected 0 to 299, inside the image (dropped)"),
        (30, &[1, 0x90], "view 0: minutia 0 y is 400, expected 0 to 399, inside the image (dropped)"),
    ] {
        assert_eq!(told(at, new), expected);
    }
    for (at, field) in [(18, "x"), (20, "y")] {
        for value in [0u16, 19, 65_535] {
            let message = refusal(&with(bytes.clone(), at, &value.to_be_bytes()));
            let expected =
                format!("{field} resolution is {value}, expected 20 to 3937 pixels per centimetre");
            assert!(message.starts_with(&expected), "{message}");
        }
    }
    let mended = lenient(&with(bytes, 28, &[0x41, 0x2c]));
    let kept: Vec<u32> = mended.templates[0].minutiae().iter().map(|m| m.source_index).collect();
    assert_eq!(kept, [1, 2]);
}

#[test]
fn rows_that_are_dropped_take_the_extended_data_along() {
    let extended = [0, 1, 0, 8, 0, 1, 2, 5];
    let double = [some(), some()[..1].to_vec()].concat();
    let outside = [some(), vec![minutia(1, 300, 0, 0, 0)]].concat();
    for (rows, why) in [(double, "the same as minutia 0"), (outside, "minutia 3 x is 300")] {
        let reading = lenient(&incits(&[view(&some(), &extended), view(&rows, &extended)]));
        assert_eq!(reading.templates[0].extended_data(), extended);
        assert!(reading.templates[1].extended_data().is_empty());
        assert_eq!(reading.templates[1].minutiae().len(), 3);
        let said: Vec<String> = reading.diagnostics_of(1).map(ToString::to_string).collect();
        assert!(said[0].starts_with("view 1: minutia 3") && said[0].contains(why), "{said:?}");
        assert!(said[1].starts_with("view 1: extended data is 8 bytes that count minutiae"), "{said:?}");
        assert_eq!(reading.diagnostics_of(0).count(), 0);
    }
}

#[test]
fn angles_beyond_the_unit_of_incits_are_dropped_or_show_another_unit() {
    let record = |angles: &[u8]| {
        let rows = angles.iter().zip(0..).map(|(&angle, i)| minutia(1, 2 * i, 3 * i, angle, 50));
        incits(&[view(&rows.collect::<Vec<_>>(), &[])])
    };
    let degrees = |bytes: &[u8]| -> Vec<f64> {
        lenient(bytes).templates[0].minutiae().iter().map(|m| m.direction.degrees()).collect()
    };
    for odd in [180, 181, 255] {
        let bytes = record(&[45, 0, odd, 90]);
        assert_eq!(only(&bytes), format!("view 0: minutia 2 angle is {odd}, expected 0 to 179 (dropped)"));
        assert_eq!(degrees(&bytes), [90.0, 0.0, 180.0]);
    }
    // A full turn is a matter of rounding, not of the unit.
    assert_eq!(degrees(&record(&[180, 45, 180])), [90.0]);
    let bytes = record(&[64, 200, 128, 240]);
    let message = only(&bytes);
    assert!(
        message.starts_with("minutia angle is beyond 179 in 2 of 4 minutiae, expected 0 to 179"),
        "{message}"
    );
    assert_eq!(degrees(&bytes), [90.0, 281.25, 180.0, 337.5]);
    // Two among very many are accidents.
    assert_eq!(degrees(&record(&[vec![20; 100], vec![200, 201]].concat())).len(), 100);
}

#[test]
fn odd_extended_data_is_kept_and_named() {
    for block in [vec![9], vec![2, 0, 0, 3, 1], vec![2, 0, 0, 9, 1], vec![0, 1, 0, 7, 0, 1, 2]] {
        let bytes = iso(&[view(&some(), &block)]);
        let message = only(&bytes);
        assert!(message.starts_with("view 0: extended data"), "{message}");
        let template = &lenient(&bytes).templates[0];
        assert_eq!(template.extended_data(), block);
        assert_eq!(write(template, Format::Iso19794_2_2005).unwrap(), bytes);
    }
}

#[test]
fn limits_hold() {
    let bytes = iso(&[view(&some(), &[]), view(&some(), &[])]);
    let all = Limits::default();
    for (limits, bytes, expected) in [
        (Limits { bytes: 10, ..all }, &bytes[..], "input length is 72 bytes, expected at most 10"),
        (Limits { records: 1, ..all }, &bytes, "number of views is 2, expected at most 1"),
        (Limits { minutiae: 2, ..all }, &bytes, "view 0: number of minutiae is 3, expected at most 2"),
        (
            Limits { minutiae: 2, ..all },
            b"1 2 3\n4 5 6\n7 8 9",
            "number of minutiae is 3, expected at most 2",
        ),
    ] {
        let message = read(bytes, &ReadOptions { limits, ..ReadOptions::default() }).unwrap_err().to_string();
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn many_faults_do_not_fill_the_memory() {
    let rows: Vec<Vec<u8>> = (0..255).map(|i| minutia(3, i, 0xc000 | i, 0, 200)).collect();
    let reading = lenient(&iso(&vec![view(&rows, &[]); 20]));
    let listed = reading.diagnostics.len() - 1;
    assert!((60..400).contains(&listed), "{listed}");
    let last = reading.diagnostics[listed].to_string();
    assert_eq!(
        last,
        format!("number of diagnostics is 15300, expected fewer (the first {listed} are listed)")
    );
}

#[test]
fn a_file_that_is_none_or_is_broken_is_named() {
    let folder = std::env::temp_dir();
    let error = read_file(&folder, &ReadOptions::default()).unwrap_err();
    assert!(matches!(&error, Error::Io { path, .. } if *path == folder), "{error}");
    assert!(error.to_string().ends_with("is a folder, expected a file"), "{error}");
    let missing = folder.join("no such file.fmr");
    let error = read_file(&missing, &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.starts_with(&missing.display().to_string()), "{error}");

    let path = folder.join(format!("matcher-hostile-{}.fmr", std::process::id()));
    std::fs::write(&path, with(iso(&[view(&some(), &[])]), 18, &[0, 0])).unwrap();
    let broken = read_file(&path, &ReadOptions::default()).unwrap_err().to_string();
    let small = ReadOptions { limits: Limits { bytes: 5, ..Limits::default() }, ..ReadOptions::default() };
    let long = read_file(&path, &small).unwrap_err().to_string();
    std::fs::remove_file(&path).unwrap();
    assert!(broken.starts_with(&format!("{}: x resolution is 0", path.display())), "{broken}");
    assert!(long.starts_with(&format!("{}: input length is 48 bytes", path.display())), "{long}");
}

/// Sound records.
fn sound() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(iso(&[view(&some(), &[0, 1, 0, 8, 0, 1, 2, 5]), view(&some(), &[])])),
        Just(incits(&[view(&some(), &[]), view(&some(), &[2, 0, 0, 5, 9])])),
        Just(b"100 300 0 80\n150 250 90 10\n20 300 359 0\n".to_vec()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check_any(&bytes);
    }

    #[test]
    fn any_bytes_after_the_magic_are_read_or_refused(tail in prop::collection::vec(any::<u8>(), 0..200)) {
        check_any(&[b"FMR\0 20\0".to_vec(), tail].concat());
    }

    #[test]
    fn any_text_is_read_or_refused(text in "([0-9]{1,5} ){2,4}[-0-9a-z]{1,4}\n(([-0-9]{1,6} ?){1,5}\n){0,9}") {
        check_any(text.as_bytes());
    }

    #[test]
    fn mutated_records_are_read_or_refused(bytes in mutated(sound())) {
        check_any(&bytes);
    }
}
