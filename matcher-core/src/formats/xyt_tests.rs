use super::*;
use crate::formats::{Format, Strictness, read as read_any, write as write_any, write_views};
use crate::units::Dpi;

fn lenient(text: &str) -> crate::formats::Reading {
    read_any(text.as_bytes(), &ReadOptions::default()).unwrap()
}

fn strict(text: &str) -> Result<crate::formats::Reading> {
    read_any(text.as_bytes(), &ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() })
}

#[test]
fn lines_are_turned_into_the_frame_of_a_template() {
    let text = "\n100 300 0 80\r\n  150 250\t90\n\n20 300 359 0\n";
    let reading = strict(text).unwrap();
    let template = &reading.templates[0];
    assert_eq!((reading.format, template.resolution()), (Format::Xyt, Resolution::STANDARD));
    let values =
        |m: &Minutia| (m.x.to_f64(), m.y.to_f64(), m.direction.degrees().round(), m.quality, m.source_index);
    let found: Vec<_> = template.minutiae().iter().map(values).collect();
    assert_eq!(
        found,
        [
            (20.0, 0.0, 179.0, Quality::new(0), 2),
            (100.0, 0.0, 180.0, Quality::new(80), 0),
            (150.0, 50.0, 270.0, None, 1),
        ]
    );
    assert_eq!(write(template).unwrap(), b"100 50 0 80\n150 0 90\n20 50 359 0\n");
}

#[test]
fn the_height_of_a_known_image_is_written() {
    let m = Minutia::new(Pixels::from_whole(5), Pixels::from_whole(100), Angle::from_steps(1 << 14));
    let built = Template::builder().size(300, 400).minutia(m).build().unwrap();
    assert_eq!(write(&built.template).unwrap(), b"5 300 270\n");
    let outside = Minutia { y: Pixels::from_whole(-3), ..m };
    let built = Template::builder().minutia(outside).build().unwrap();
    assert!(
        write(&built.template).unwrap_err().to_string().starts_with("minutia 0 y is -3, expected 0 to 16383")
    );
    let two = vec![built.template; 2];
    let message = write_views(&two, Format::Xyt).unwrap_err().to_string();
    assert_eq!(message, "number of views is 2, expected 1 in an xyt file");
}

#[test]
fn every_theta_survives_a_round_trip() {
    let lines: Vec<String> = (0..360).map(|theta| format!("{theta} 7 {theta}")).collect();
    for part in lines.chunks(90) {
        let part = part.join("\n") + "\n";
        let print = strict(&part).unwrap().templates.remove(0);
        let expected = part.replace(" 7 ", " 0 ");
        assert_eq!(String::from_utf8(write_any(&print, Format::Xyt).unwrap()).unwrap(), expected);
    }
}

#[test]
fn the_resolution_is_the_one_given() {
    let dpi = Dpi::new(1000.0);
    let fine = read_any(b"1 2 3\n", &ReadOptions { dpi, ..ReadOptions::default() }).unwrap();
    assert_eq!(fine.templates[0].resolution(), Resolution::square(dpi.unwrap()));
}

#[test]
fn an_empty_file_named_xyt_is_an_empty_print() {
    let options = ReadOptions { format: Some(Format::Xyt), ..ReadOptions::default() };
    let empty = read_any(b"", &options).unwrap(); // what mindtct writes where it finds nothing
    assert_eq!((empty.templates[0].minutiae().len(), empty.diagnostics.len()), (0, 1));
}

#[test]
fn bad_lines_are_named_and_skipped() {
    for (line, expected) in [
        ("1 2", "number of columns is 2, expected 3 or 4: x y theta [quality]"),
        ("1 2 3 4 5 6", "number of columns is 5 or more, expected 3 or 4: x y theta [quality]"),
        ("-1 2 3", "x is \"-1\", expected a whole number, 0 to 16383"),
        ("1 16384 3", "y is \"16384\", expected a whole number, 0 to 16383"),
        ("1 2 361", "theta is \"361\", expected a whole number, -180 to 360"),
        ("1 2 3.5", "theta is \"3.5\", expected a whole number, -180 to 360"),
        ("1 2 3 101", "quality is \"101\", expected a whole number, 0 to 100"),
    ] {
        let text = format!("10 20 30\n{line}\n11 21 31\n");
        let reading = lenient(&text);
        let expected = format!("line 2: {expected} (line skipped)");
        assert_eq!(reading.diagnostics[0].to_string(), expected);
        assert_eq!((reading.diagnostics.len(), reading.templates[0].minutiae().len()), (1, 2));
        assert_eq!(strict(&text).unwrap_err().to_string(), expected);
    }
    let error = read_any(b"1 2 999\n1 2 998\n", &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.starts_with("number of minutiae is 0 in 2 lines, expected 1 or more"), "{error}");
}

#[test]
fn repeated_and_too_many_minutiae_are_told() {
    let twice = lenient("1 2 3\n1 2 3\n");
    assert_eq!(
        twice.diagnostics[0].to_string(),
        "minutia 1 is the same as minutia 0, expected each minutia once (dropped)"
    );
    let many: Vec<String> = (0..300).map(|i| format!("{i} {i} 10 {}", i % 100)).collect();
    let reading = lenient(&many.join("\n"));
    assert_eq!(reading.templates[0].minutiae().len(), 255);
    assert!(
        reading.diagnostics[0].to_string().starts_with("number of minutiae is 300, expected at most 255")
    );
}
