use super::super::{MAGIC, VERSION};
use super::*;
use crate::fingerprint::{Impression, Quality, TemplateBuilder};
use crate::formats::{Format, ReadOptions, Reading, Strictness, read, write_views};
use crate::units::{Angle, Dpi, Pixels};

const FORMATS: [Format; 2] = [Format::Iso19794_2_2005, Format::Incits378_2004];

fn at(x: f64, y: f64) -> Minutia {
    Minutia::new(Pixels::from_f64(x).unwrap(), Pixels::from_f64(y).unwrap(), Angle::ZERO)
}

fn built(builder: TemplateBuilder) -> Template {
    builder.build().unwrap().template
}

fn refusal(builder: TemplateBuilder) -> String {
    write(&[built(builder)], Edition::Iso2005).unwrap_err().to_string()
}

fn strict(bytes: &[u8]) -> Reading {
    read(bytes, &ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() }).unwrap()
}

#[test]
fn what_a_record_cannot_state_is_named() {
    let start = Template::builder;
    for (builder, expected) in [
        (
            start().minutia(at(-1.0, 5.0)),
            "view 0: minutia 0 x is -1, expected 0 to 16383 pixels, which is what the format can state",
        ),
        (start().minutia(at(5.0, 16383.5)), "view 0: minutia 0 y is 16383.5, expected 0 to 16383 pixels"),
        (start().view(16), "view 0: view number is 16, expected 0 to 15, for it has 4 bits"),
        (
            start().extended_data(vec![0; 65_536]),
            "view 0: extended data is 65536 bytes, expected at most 65535 bytes",
        ),
        (
            start()
                .minutia_of_row(Minutia { source_index: 3, ..at(1.0, 1.0) })
                .extended_data(vec![2, 0, 0, 4]),
            "view 0: row of minutia 0 is 3, expected 0, for the extended data counts rows",
        ),
    ] {
        let message = refusal(builder);
        assert!(message.starts_with(expected), "{message}");
    }
    for views in [0, 256] {
        let templates = vec![built(start().minutia(at(1.0, 1.0))); views];
        let message = write(&templates, Edition::Iso2005).unwrap_err().to_string();
        assert_eq!(message, format!("number of views is {views}, expected 1 to 255"));
    }
}

#[test]
fn views_must_agree_on_the_header() {
    let start = || Template::builder().minutia(at(1.0, 1.0));
    let plain = built(start());
    let message =
        |builder, edition| write(&[plain.clone(), built(builder)], edition).unwrap_err().to_string();
    for (builder, expected) in [
        (start().size(9, 9), "view 1: image size is 9 x 9, expected not stated as in view 0"),
        (
            start().resolution(Resolution::square(Dpi::MAX)),
            "view 1: resolution is 10000 x 10000 dpi, expected 500 x 500 dpi as in view 0",
        ),
        (
            start().capture_equipment(7),
            "view 1: capture equipment is 0x0007, expected 0x0000 as in view 0: a record states it once",
        ),
    ] {
        let message = message(builder, Edition::Iso2005);
        assert!(message.starts_with(expected), "{message}");
    }
    let product = || start().extractor("cbeff:0042.0011");
    let message = message(product(), Edition::Incits2004);
    assert!(message.starts_with("view 1: CBEFF product is 0042.0011, expected not stated"), "{message}");
    // An ISO record does not state it, so there is nothing to agree on.
    assert!(write(&[plain.clone(), built(product())], Edition::Iso2005).is_ok());
}

#[test]
fn what_is_not_stated_is_filled_in() {
    let worst = Minutia { quality: Quality::new(0), ..at(20.4, 40.0) };
    let print = built(Template::builder().minutia(at(9.5, 40.0)).minutia(worst).extractor("some engine"));
    for format in FORMATS {
        let read = strict(&write_views(std::slice::from_ref(&print), format).unwrap()).templates.remove(0);
        assert_eq!(read.size(), Some((21, 41)));
        assert_eq!(read.impression(), Some(Impression::LiveScanPlain));
        assert_eq!((read.extractor(), read.quality()), (None, Quality::new(0)));
        let found: Vec<_> = read.minutiae().iter().map(|m| (m.x.to_f64(), m.quality)).collect();
        assert_eq!(found, [(10.0, None), (20.0, Quality::new(1))]);
    }
}

#[test]
fn the_far_edge_of_the_image_is_its_last_pixel() {
    let edge = built(Template::builder().size(10, 40).minutia(at(9.5, 40.0)));
    let read = strict(&write(&[edge], Edition::Iso2005).unwrap()).templates.remove(0);
    let m = read.minutiae()[0];
    assert_eq!((m.x.to_f64(), m.y.to_f64()), (9.0, 39.0));
}

#[test]
fn minutiae_are_written_in_the_order_of_their_rows() {
    let print = built(Template::builder().minutia(at(5.0, 9.0)).minutia(at(1.0, 2.0)));
    let bytes = write(std::slice::from_ref(&print), Edition::Iso2005).unwrap();
    assert_eq!(bytes[28..34], [0, 5, 0, 9, 0, 0]);
    assert_eq!(bytes[34..40], [0, 1, 0, 2, 0, 0]);
    assert_eq!(strict(&bytes).templates[0].minutiae(), print.minutiae());
}

#[test]
fn long_records_are_written_as_long_as_they_are_recognised() {
    let area = [vec![2, 0, 0xff, 0xff], vec![0; 65_531]].concat();
    let large = built(Template::builder().minutia(at(1.0, 1.0)).extended_data(area));
    for format in FORMATS {
        let many = |n| write_views(&vec![large.clone(); n], format);
        for n in [1, 20] {
            let reading = strict(&many(n).unwrap());
            assert_eq!((reading.format, reading.templates.len()), (format, n));
        }
        let message = many(40).unwrap_err().to_string();
        assert!(message.starts_with("record length is 2621"), "{message}");
    }
}

#[test]
fn the_long_form_of_the_incits_header_is_read() {
    let print = built(Template::builder().size(9, 9).minutia(at(1.0, 1.0)).extractor("cbeff:0042.0011"));
    let short = write(&[print], Edition::Incits2004).unwrap();
    let mut long = [MAGIC.as_slice(), VERSION.as_slice(), &[0, 0]].concat();
    long.extend((short.len() as u32 + 4).to_be_bytes());
    long.extend(&short[10..]);
    let reading = strict(&long);
    assert_eq!(reading.format, Format::Incits378_2004);
    assert_eq!(write(&reading.templates, Edition::Incits2004).unwrap(), short);
}
