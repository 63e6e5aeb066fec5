use super::super::features::{
    Assessment, Core, Correspondence, CountConfidence, Delta, EfsMinutia, Orientation, Pattern, Place,
    Position, RidgeCount, Text,
};
use super::super::{EfsKind, Header, Transaction};
use super::*;
use crate::fingerprint::{FingerPosition, Minutia, MinutiaKind, Quality};
use crate::formats::{Format, ReadOptions, Strictness, read, write_views};
use crate::units::{Angle, Dpi, Pixels, Resolution};
use proptest::prelude::*;

fn strict() -> ReadOptions {
    ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() }
}

const FORMATS: [(Format, Dialect); 3] =
    [(Format::An2kEfs, Dialect::Efs), (Format::An2kM1, Dialect::M1), (Format::An2kLegacy, Dialect::Legacy)];

/// A print of 300 x 400 pixels at 500 dpi with a minutia in each corner and one of each kind and quality.
fn print() -> Template {
    let at = |x: f64, y: f64, degrees: u32, kind, quality| Minutia {
        kind,
        quality,
        ..Minutia::new(
            Pixels::from_f64(x).unwrap(),
            Pixels::from_f64(y).unwrap(),
            Angle::from_fraction(degrees, 360),
        )
    };
    let rows = [
        at(0.0, 0.0, 0, MinutiaKind::RidgeEnding, Quality::new(100)),
        at(299.0, 0.0, 90, MinutiaKind::Bifurcation, None),
        at(0.0, 399.0, 180, MinutiaKind::Other, Quality::new(1)),
        at(299.0, 399.0, 270, MinutiaKind::RidgeEnding, Quality::new(50)),
        at(100.0, 200.0, 358, MinutiaKind::Bifurcation, None),
    ];
    let builder = Template::builder()
        .size(300, 400)
        .finger_position(FingerPosition::LeftRing)
        .impression(Impression::LatentLift);
    rows.into_iter().fold(builder, crate::fingerprint::TemplateBuilder::minutia).build().unwrap().template
}

/// Within what the unit of 10 µm can state at 500 dpi: half a unit is 0.1 pixel.
fn near(a: Pixels, b: Pixels) -> bool {
    (a.to_f64() - b.to_f64()).abs() <= 0.1
}

#[test]
fn each_dialect_brings_a_print_back_within_its_units() {
    let print = print();
    for (format, dialect) in FORMATS {
        let bytes = write_views(std::slice::from_ref(&print), format).unwrap();
        let reading = read(&bytes, &strict()).unwrap();
        assert_eq!((reading.format, reading.diagnostics.len()), (format, 0));
        let back = &reading.templates[0];
        assert_eq!(back.finger_position(), FingerPosition::LeftRing);
        assert_eq!(back.impression(), Some(Impression::LatentLift));
        assert_eq!(back.resolution(), Resolution::STANDARD);
        // The legacy fields have no image size.
        assert_eq!(back.size(), if dialect == Dialect::Legacy { None } else { Some((300, 400)) });
        assert_eq!(back.minutiae().len(), print.minutiae().len());
        for (a, b) in back.minutiae().iter().zip(print.minutiae()) {
            assert!(near(a.x, b.x) && near(a.y, b.y), "{dialect}: {:?} {:?}", (a.x, a.y), (b.x, b.y));
            assert_eq!((a.direction, a.kind, a.source_index), (b.direction, b.kind, b.source_index));
            let quality = if dialect == Dialect::Efs { None } else { b.quality.map(Quality::percent) };
            match (a.quality.map(Quality::percent), quality) {
                (Some(a), Some(b)) => assert!(a.abs_diff(b) <= 1, "{dialect}: {a} {b}"),
                (a, b) => assert_eq!(a, b, "{dialect}"),
            }
        }
        let again = write_views(&reading.templates, format).unwrap();
        // Without an image size the legacy fields count from the lowest minutia, and from then on that stays.
        let settled = if dialect == Dialect::Legacy { again.clone() } else { bytes };
        let third = write_views(&read(&again, &strict()).unwrap().templates, format).unwrap();
        assert_eq!([&again, &third], [&settled, &settled], "{dialect}");
    }
}

#[test]
fn the_fields_are_those_of_the_standard() {
    let field = |dialect, number: u16| {
        let record = Record::minutiae(&print(), dialect, 3).unwrap();
        let value = record.field(number).unwrap().text().unwrap().to_owned();
        value.replace('\u{1f}', " ").replace('\u{1e}', "/")
    };
    assert_eq!(field(Dialect::Efs, 300), "1524 2032 0 0");
    assert_eq!(field(Dialect::Efs, 302), "9");
    assert_eq!(field(Dialect::Efs, 331), "0 0 0 E/1519 0 90 B/0 2027 180 X/1519 2027 270 E/508 1016 358 B");
    assert_eq!(
        [128, 129, 130, 131, 132, 133, 134, 136].map(|number| field(Dialect::M1, number)),
        ["300", "400", "1", "500", "500", "0", "9", "5"]
    );
    assert_eq!(
        field(Dialect::M1, 137),
        "1 0 0 0 1 100/2 299 0 45 2 0/3 0 399 90 0 1/4 299 399 135 1 50/5 100 200 179 2 0"
    );
    // From the bottom of 2032 units, whose lowest is 0; turned by half a turn.
    assert_eq!(
        field(Dialect::Legacy, 12),
        "001 00002031180 2 A/002 15192031270 1 B/003 00000004000 62 D/004 15190004090 32 A/005 05081015178 1 B"
    );
    assert_eq!(field(Dialect::Legacy, 3), "7");
}

#[test]
fn an_image_in_the_transaction_gives_the_frame() {
    let image = Record::tagged(13, 1)
        .field(6, "600")
        .field(7, "800")
        .field(8, "1")
        .field(9, "1000")
        .field(10, "1000")
        .data(vec![0])
        .build()
        .unwrap();
    for (_, dialect) in FORMATS {
        let record = Record::minutiae(&print(), dialect, 1).unwrap();
        let transaction = Transaction::new(&Header::default(), vec![record, image.clone()]).unwrap();
        let back = transaction.templates(&ReadOptions::default()).unwrap().remove(0);
        if dialect == Dialect::M1 {
            assert_eq!((back.size(), back.resolution().x), (Some((300, 400)), Dpi::STANDARD)); // it states its own
            continue;
        }
        assert_eq!((back.size(), back.resolution().x.to_f64()), (Some((600, 800)), 1000.0));
        for (a, b) in back.minutiae().iter().zip(print().minutiae()) {
            assert!((a.x.to_f64() - 2.0 * b.x.to_f64()).abs() <= 0.2, "{dialect}");
            assert!((a.y.to_f64() - 2.0 * b.y.to_f64()).abs() <= 0.2, "{dialect}");
        }
    }
}

#[test]
fn a_region_of_interest_lies_within_its_image() {
    let mut features = EfsFeatures::of(&print()).unwrap();
    features.region.left = 508;
    features.region.top = 1_016;
    let record = Record::features(&features, None, 0).unwrap();
    let transaction = Transaction::new(&Header::default(), vec![record]).unwrap();
    let print = transaction.prints(&strict()).unwrap().prints.remove(0);
    assert_eq!(print.template.size(), Some((400, 600)));
    let first = print.template.minutiae()[0];
    assert_eq!((first.x.to_f64(), first.y.to_f64()), (100.0, 200.0));
    assert_eq!(print.efs.unwrap(), features);
    // Another resolution for micrometres, from whoever knows it.
    let options = ReadOptions { dpi: Dpi::new(1000.0), ..strict() };
    let print = transaction.templates(&options).unwrap().remove(0);
    assert_eq!((print.size(), print.minutiae()[0].x.to_f64()), (Some((800, 1200)), 200.0));
}

#[test]
fn what_a_dialect_cannot_state_is_named() {
    let far = |x: f64, y: f64| {
        let minutia = Minutia::new(Pixels::from_f64(x).unwrap(), Pixels::from_f64(y).unwrap(), Angle::ZERO);
        Template::builder().minutia(minutia).build().unwrap().template
    };
    let message =
        |template: &Template, dialect| Record::minutiae(template, dialect, 1).unwrap_err().to_string();
    for dialect in [Dialect::Efs, Dialect::M1, Dialect::Legacy] {
        let found = message(&far(-1.0, 0.0), dialect);
        assert!(found.starts_with("Type-9 record with IDC 1: minutia 0 x is -"), "{found}");
    }
    assert!(message(&far(20_000.0, 0.0), Dialect::Efs).contains("minutia 0 x is 101600 units of 10 µm"));
    assert!(message(&far(0.0, 20_000.0), Dialect::M1).contains("minutia 0 y is 20000, expected 0 to 16383"));
    let message = |views: usize| write_views(&vec![print(); views], Format::An2kEfs).unwrap_err().to_string();
    for views in [0, 101] {
        assert_eq!(
            message(views),
            format!("number of views is {views}, expected 1 to 100, one for each IDC")
        );
    }
    assert_eq!(
        read(&write_views(&vec![print(); 100], Format::An2kM1).unwrap(), &strict()).unwrap().templates.len(),
        100
    );
}

#[test]
fn separators_in_features_are_refused() {
    let mut features = EfsFeatures::of(&print()).unwrap();
    features.processing_methods = vec![Text::new("A\u{1f}B")];
    let message = Record::features(&features, None, 0).unwrap_err().to_string();
    assert_eq!(
        message,
        "Type-9 record with IDC 0: field 9.352 is with one, expected text without the separators RS and US"
    );
    features.processing_methods.clear();
    for number in [299, 331, 400] {
        features.others = vec![(number, Text::new("x"))];
        assert!(Record::features(&features, None, 0).is_err());
    }
}

fn place() -> impl Strategy<Value = Place> {
    (0u32..2_000, 0u32..2_000).prop_map(|(x, y)| Place { x, y })
}

fn word() -> impl Strategy<Value = Text> {
    "[A-Za-z0-9 .]{1,9}".prop_map(Text::new)
}

fn maybe_word() -> impl Strategy<Value = Option<Text>> {
    prop::option::of(word())
}

fn degrees(most: u16) -> impl Strategy<Value = Option<u16>> {
    prop::option::of(0..=most)
}

prop_compose! {
    fn cores()(all in prop::collection::vec((place(), degrees(359), prop::option::of(0u32..500), degrees(180)), 0..3))
    -> Vec<Core> {
        let one = |(place, direction, radius, direction_uncertainty)| {
            Core { place, direction, radius, direction_uncertainty }
        };
        all.into_iter().map(one).collect()
    }
}

prop_compose! {
    fn deltas()(all in prop::collection::vec(
        (place(), [degrees(359), degrees(359), degrees(359)], maybe_word(), prop::option::of(0u32..500),
         [degrees(180), degrees(180), degrees(180)]), 0..3))
    -> Vec<Delta> {
        let one = |(place, directions, kind, radius, direction_uncertainties)| {
            Delta { place, directions, kind, radius, direction_uncertainties }
        };
        all.into_iter().map(one).collect()
    }
}

prop_compose! {
    fn minutiae()(all in prop::collection::vec(
        (place(), 0u16..360, 0usize..3, prop::option::of(0u32..500), degrees(180)), 0..20))
    -> Vec<EfsMinutia> {
        let kinds = [EfsKind::RidgeEnding, EfsKind::Bifurcation, EfsKind::Unknown];
        let one = |((place, direction, kind, radius, direction_uncertainty), row)| {
            EfsMinutia { place, direction, kind: kinds[kind], radius, direction_uncertainty, row }
        };
        all.into_iter().zip(0..).map(one).collect()
    }
}

prop_compose! {
    fn assessment()(value in word(), rest in [maybe_word(), maybe_word(), maybe_word(), maybe_word(), maybe_word(), maybe_word()])
    -> Assessment {
        let [last_name, first_name, affiliation, date, comment, complexity] = rest;
        Assessment { value, last_name, first_name, affiliation, date, comment, complexity }
    }
}

prop_compose! {
    fn correspondences()(all in prop::collection::vec(
        (word(), word(), prop::option::of(300u16..400), prop::option::of(1u32..200), prop::option::of(place()), maybe_word()), 0..3))
    -> Vec<Correspondence> {
        let one = |(label, kind, field, occurrence, place, comment)| {
            Correspondence { label, kind, field, occurrence, place, comment }
        };
        all.into_iter().map(one).collect()
    }
}

prop_compose! {
    fn some_features()(
        cores in cores(),
        deltas in deltas(),
        minutiae in minutiae(),
        assessment in prop::option::of(assessment()),
        correspondences in correspondences(),
        polygon in prop::collection::vec(place(), 0..5),
        orientation in prop::option::of((-179i16..=180, degrees(180))),
        codes in prop::collection::vec((0u8..=10, maybe_word(), maybe_word(), prop::collection::vec(place(), 0..4)), 0..3),
        patterns in prop::collection::vec((word(), maybe_word(), maybe_word()), 0..3),
        words in [maybe_word(), maybe_word(), maybe_word()],
        flags in any::<[bool; 3]>(),
        counts in prop::collection::vec((1u32..99, 1u32..99, 0u32..30, prop::option::of(1u32..9), prop::option::of(0u32..2)), 0..4),
        confidences in prop::collection::vec((place(), place(), maybe_word(), prop::option::of(0u32..100)), 0..3),
        methods in prop::collection::vec(word(), 0..3),
        substrate in prop::option::of((word(), maybe_word())),
        other in maybe_word(),
    ) -> EfsFeatures {
        let [tonal_reversal, lateral_reversal, ridge_count_algorithm] = words;
        let [no_cores, no_deltas, no_minutiae] = flags;
        let position = |(code, segment, off_centre, polygon)| Position { code, segment, off_centre, polygon };
        let pattern = |(class, subclass, whorl_delta)| Pattern { class, subclass, whorl_delta };
        let count = |(from, to, count, sector, residual)| RidgeCount { from, to, count, sector, residual };
        let confidence = |(from, to, method, confidence)| CountConfidence { from, to, method, confidence };
        EfsFeatures {
            region: super::super::Region { width: 2_000, height: 2_000, left: 7, top: 9, polygon },
            orientation: orientation.map(|(degrees, uncertainty)| Orientation { degrees, uncertainty }),
            positions: codes.into_iter().map(position).collect(),
            patterns: patterns.into_iter().map(pattern).collect(),
            tonal_reversal,
            lateral_reversal,
            cores,
            deltas,
            no_cores,
            no_deltas,
            minutiae,
            ridge_count_algorithm,
            ridge_counts: counts.into_iter().map(count).collect(),
            no_minutiae,
            count_confidences: confidences.into_iter().map(confidence).collect(),
            processing_methods: methods,
            assessment,
            substrate,
            correspondences,
            others: other.map(|text| (308, text)).into_iter().collect(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn features_that_are_written_are_read(features in some_features()) {
        let record = Record::features(&features, None, 5).unwrap();
        let transaction = Transaction::new(&Header::default(), vec![record]).unwrap();
        let bytes = transaction.to_bytes().unwrap();
        let read = Transaction::read(&bytes, &strict()).unwrap();
        prop_assert_eq!(&read, &transaction);
        prop_assert_eq!(read.to_bytes().unwrap(), bytes);
        let prints = read.prints(&ReadOptions::default()).unwrap().prints;
        prop_assert_eq!(prints[0].efs.as_ref().unwrap(), &features);
    }

    #[test]
    fn any_records_are_written_and_read(
        records in prop::collection::vec((9u8..=99, 0u8..=99, prop::collection::vec("[^\u{1c}\u{1d}]{0,9}", 0..4),
            prop::option::of(prop::collection::vec(any::<u8>(), 0..60))), 0..6)
    ) {
        let record = |(kind, idc, values, data): (u8, u8, Vec<String>, Option<Vec<u8>>)| {
            let start = Record::tagged(kind, idc);
            let builder = values.iter().zip(3..).fold(start, |builder, (value, number)| builder.field(number, value));
            match data {
                Some(data) => builder.data(data).build().unwrap(),
                None => builder.build().unwrap(),
            }
        };
        let transaction = Transaction::new(&Header::default(), records.into_iter().map(record).collect()).unwrap();
        let bytes = transaction.to_bytes().unwrap();
        let read = Transaction::read(&bytes, &strict()).unwrap();
        prop_assert_eq!(&read, &transaction);
        prop_assert_eq!(read.to_bytes().unwrap(), bytes);
    }
}
