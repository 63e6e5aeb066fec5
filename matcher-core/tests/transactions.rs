//! Transactions of other programs. They lie outside the project: the environment variable `MATCHER_DATA` names their
//! folder, and without it these tests skip and say so.

use matcher_core::fingerprint::{FingerPosition, Impression, Minutia, MinutiaKind, Template};
use matcher_core::formats::an2k::{Compression, Dialect, EfsKind, Place, Print, Record, Text, Transaction};
use matcher_core::formats::{Format, ReadOptions, Strictness, read_file, sniff};
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let found = std::env::var_os("MATCHER_DATA").map(|root| Path::new(&root).join("formats/an2k"));
    if found.is_none() {
        println!("skipped: MATCHER_DATA is not set");
    }
    found
}

fn lenient(path: &Path) -> Transaction {
    Transaction::read_file(path, &ReadOptions::default()).unwrap()
}

fn messages(transaction: &Transaction) -> Vec<String> {
    transaction.diagnostics().iter().map(ToString::to_string).collect()
}

/// The types of the records, in their order.
fn kinds(transaction: &Transaction) -> Vec<u8> {
    transaction.records().iter().map(Record::kind).collect()
}

fn rows(template: &Template) -> Vec<Minutia> {
    let mut rows = template.minutiae().to_vec();
    rows.sort_by_key(|m| m.source_index);
    rows
}

/// Place in units of 10 µm of a print at 500 dpi without an image, and direction in degrees.
fn in_units(minutia: &Minutia) -> (i64, i64, i64) {
    let units = |pixels: f64| (pixels * 5.08).round() as i64;
    (units(minutia.x.to_f64()), units(minutia.y.to_f64()), minutia.direction.degrees().round() as i64)
}

/// The files of which something is wrong, and what; all others are sound.
const ODD: [(&str, &[&str]); 2] = [
    (
        "nistbe_type9-13.an2k",
        &[
            "record 1 (Type-2): field 2.034 is given 2 times, expected once (all are kept, the first is read)",
            "record 2 (Type-9): tag of field 4 is 13.005, expected 9.005 (read as that)",
        ],
    ),
    ("nistbe_type9-15.an2k", &["record 4 (Type-9): IDC is 1, expected 3, as in field 1.003 (kept as it is)"]),
];

#[test]
fn all_are_read_and_written_as_they_were() {
    let Some(folder) = folder() else { return };
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let transaction = lenient(&path);
        let expected = ODD.iter().find(|(odd, _)| *odd == name).map_or(&[][..], |(_, messages)| messages);
        // The made-up samples have data fields with a few digits before those with an image.
        let (doubled, told): (Vec<String>, Vec<String>) =
            messages(&transaction).into_iter().partition(|message| message.contains(".999 is given"));
        assert!(doubled.is_empty() || name.starts_with("valid1."), "{name}");
        assert_eq!(told, expected, "{name}");
        let written = transaction.to_bytes().unwrap();
        // Where the content field disagrees it is made right.
        let mended = expected.iter().any(|message| message.contains("field 1.003"));
        assert_eq!(written == bytes, !mended, "{name}");
        assert_eq!(written.len(), bytes.len(), "{name}");
        assert!(kinds(&transaction).len() > 1 && kinds(&transaction)[0] == 1, "{name}");
        assert!(matches!(sniff(&bytes), Ok(Format::An2kEfs | Format::An2kLegacy)), "{name}");
        println!("{name}: {:?}", kinds(&transaction));
    }
}

#[test]
fn a_field_of_another_record_is_told_and_the_minutiae_are_there() {
    let Some(folder) = folder() else { return };
    let path = folder.join("nistbe_type9-13.an2k");
    let reading = read_file(&path, &ReadOptions::default()).unwrap();
    assert_eq!((reading.format, reading.templates.len()), (Format::An2kLegacy, 1));
    let told: Vec<String> = reading.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(told, ODD[0].1);
    let strict = ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() };
    assert!(read_file(&path, &strict).unwrap_err().to_string().contains("field 2.034"));

    let template = &reading.templates[0];
    // Of the Type-13 record with the same IDC: 191 x 357 pixels at 197 per centimetre.
    assert_eq!((template.size(), template.resolution().x.to_f64()), (Some((191, 357)), 500.0));
    assert_eq!(template.impression(), Some(Impression::LatentPhoto));
    assert_eq!(template.finger_position(), FingerPosition::Unknown);
    let rows = rows(template);
    assert_eq!(rows.len(), 28);
    // "001 US 01320714248 US 0 US A": 1814 units high, so 1814 - 1 - 714 from the top; 248 + 180 degrees.
    assert_eq!(in_units(&rows[0]), (132, 1_099, 68));
    assert_eq!((rows[0].kind, rows[0].quality), (MinutiaKind::RidgeEnding, None));
    assert_eq!(in_units(&rows[2]), (249, 1_413, 180));
    assert_eq!(rows[2].kind, MinutiaKind::Bifurcation);
}

#[test]
fn minutiae_without_an_image_count_from_the_topmost() {
    let Some(folder) = folder() else { return };
    let reading = read_file(folder.join("nistbe_type9.an2k"), &ReadOptions::default()).unwrap();
    assert!(reading.diagnostics.is_empty());
    let alone = rows(&reading.templates[0]);
    let with_image = read_file(folder.join("nistbe_type9-13.an2k"), &ReadOptions::default()).unwrap();
    let with_image = rows(&with_image.templates[0]);
    // The same minutiae, but for one unit of y and the place of the origin.
    assert_eq!(alone.iter().map(|m| m.y.steps()).min(), Some(0));
    let off = in_units(&with_image[0]).1 - in_units(&alone[0]).1;
    for (a, b) in alone.iter().zip(&with_image) {
        let ((ax, ay, a_degrees), (bx, by, b_degrees)) = (in_units(a), in_units(b));
        assert!(ax == bx && (by - ay - off).abs() <= 1 && a_degrees == b_degrees);
        assert_eq!((a.kind, a.quality), (b.kind, b.quality));
    }
}

/// A record of the EFS sample: region (width, height, left, top), finger, endings, bifurcations, the first and the last
/// minutia, cores, deltas, methods, assessment; written down by hand from the file.
struct Row {
    region: [u32; 4],
    corners: usize,
    finger: u8,
    counts: [usize; 2],
    first: (u32, u32, u16, EfsKind),
    last: (u32, u32, u16, EfsKind),
    cores: &'static [(u32, u32, u16)],
    deltas: &'static [(u32, u32, [u16; 3])],
    orientation: i16,
    patterns: &'static [[&'static str; 3]],
    methods: &'static [&'static str],
}

use EfsKind::{Bifurcation as B, RidgeEnding as E};

const ROWS: [Row; 8] = [
    Row {
        region: [2708, 2462, 3661, 0],
        corners: 5,
        finger: 8,
        counts: [30, 30],
        first: (1908, 41, 186, E),
        last: (1156, 2112, 326, B),
        cores: &[(1715, 746, 223)],
        deltas: &[],
        orientation: -36,
        patterns: &[["LS", "", ""]],
        methods: &["12I"],
    },
    Row {
        region: [2425, 1562, 5677, 0],
        corners: 6,
        finger: 5,
        counts: [19, 16],
        first: (1221, 20, 196, B),
        last: (1628, 1030, 347, E),
        cores: &[(1232, 249, 357)],
        deltas: &[],
        orientation: 63,
        patterns: &[["RS", "", ""]],
        methods: &["SGF", "RUV"],
    },
    Row {
        region: [3166, 2846, 1432, 100],
        corners: 4,
        finger: 3,
        counts: [39, 29],
        first: (796, 677, 190, B),
        last: (1796, 2342, 218, E),
        cores: &[(1137, 1271, 347)],
        deltas: &[],
        orientation: 63,
        patterns: &[["RS", "", ""]],
        methods: &[],
    },
    Row {
        region: [1767, 3043, 0, 0],
        corners: 6,
        finger: 10,
        counts: [23, 14],
        first: (66, 878, 11, E),
        last: (406, 2391, 11, E),
        cores: &[(797, 1437, 202)],
        deltas: &[],
        orientation: -36,
        patterns: &[["LS", "", ""]],
        methods: &["SSP"],
    },
    Row {
        region: [2528, 2226, 1640, 0],
        corners: 5,
        finger: 9,
        counts: [18, 36],
        first: (1944, 127, 304, B),
        last: (898, 1832, 152, B),
        cores: &[(1553, 391, 223)],
        deltas: &[(1258, 1665, [323, 46, 170])],
        orientation: -36,
        patterns: &[["WU", "PW", ""], ["LS", "", ""]],
        methods: &[],
    },
    Row {
        region: [2618, 2864, 4397, 1390],
        corners: 4,
        finger: 7,
        counts: [34, 14],
        first: (1654, 574, 202, E),
        last: (1207, 2361, 343, E),
        cores: &[(1694, 1280, 223)],
        deltas: &[],
        orientation: -37,
        patterns: &[["LS", "", ""]],
        methods: &["LAS", "IOD", "ALS"],
    },
    Row {
        region: [3000, 2512, 1292, 2125],
        corners: 4,
        finger: 2,
        counts: [30, 23],
        first: (1094, 408, 359, B),
        last: (2139, 2103, 72, E),
        cores: &[(1231, 1154, 312)],
        deltas: &[(2165, 951, [288, 50, 156])],
        orientation: 63,
        patterns: &[["WU", "DL", "M"], ["LS", "", ""]],
        methods: &["NIN"],
    },
    Row {
        region: [2968, 1844, 3054, 0],
        corners: 5,
        finger: 4,
        counts: [31, 28],
        first: (1520, 86, 336, E),
        last: (2022, 1462, 235, E),
        cores: &[(1012, 452, 345), (1712, 528, 177)],
        deltas: &[(2017, 350, [247, 39, 174])],
        orientation: 63,
        patterns: &[["RS", "", ""], ["WU", "", ""]],
        methods: &[],
    },
];

/// A text that may be missing, as text.
fn word(text: Option<&Text>) -> &str {
    text.map_or("", |text| text.to_str().unwrap())
}

fn check(print: &Print, row: &Row) {
    let efs = print.efs.as_ref().unwrap();
    let region = &efs.region;
    assert_eq!([region.width, region.height, region.left, region.top], row.region);
    assert_eq!(region.polygon.len(), row.corners);
    assert_eq!(efs.positions.iter().map(|one| one.code).collect::<Vec<_>>(), [row.finger]);
    let kinds = [E, B].map(|kind| efs.minutiae.iter().filter(|one| one.kind == kind).count());
    assert_eq!(kinds, row.counts);
    let shown = |index: usize| {
        let one = &efs.minutiae[index];
        (one.place.x, one.place.y, one.direction, one.kind)
    };
    assert!(shown(0) == row.first && shown(efs.minutiae.len() - 1) == row.last);
    let cores: Vec<_> =
        efs.cores.iter().map(|one| (one.place.x, one.place.y, one.direction.unwrap())).collect();
    assert!(cores == row.cores);
    let deltas: Vec<_> =
        efs.deltas.iter().map(|one| (one.place.x, one.place.y, one.directions.map(Option::unwrap))).collect();
    assert!(deltas == row.deltas);
    let orientation = efs.orientation.unwrap();
    assert_eq!((orientation.degrees, orientation.uncertainty), (row.orientation, Some(30)));
    let patterns = efs
        .patterns
        .iter()
        .map(|one| [word(Some(&one.class)), word(one.subclass.as_ref()), word(one.whorl_delta.as_ref())]);
    assert_eq!(patterns.collect::<Vec<_>>(), row.patterns);
    assert_eq!(efs.processing_methods.iter().map(|one| word(Some(one))).collect::<Vec<_>>(), row.methods);

    let template = &print.template;
    assert_eq!(template.finger_position().code(), row.finger);
    assert_eq!(template.minutiae().len(), row.counts[0] + row.counts[1]);
    // From the corner of the image, at 500 dpi for there is no image.
    let (x, y, degrees) = in_units(&rows(template)[0]);
    assert_eq!(
        (x - i64::from(row.region[2]), y - i64::from(row.region[3])),
        (row.first.0.into(), row.first.1.into())
    );
    assert_eq!(degrees, i64::from(row.first.2));
}

#[test]
fn the_extended_features_of_nist_agree_with_a_table() {
    let Some(folder) = folder() else { return };
    let transaction = lenient(&folder.join("nistbe_type9-efs.an2k"));
    assert_eq!((transaction.version(), transaction.type_of_transaction()), (Some("0500"), Some("RFR")));
    let found = transaction.prints(&ReadOptions::default()).unwrap();
    let told: Vec<String> = found.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "record 1 (Type-9): field 9.315 (lateral reversal) is L, expected an image that is not mirrored (minutiae \
             are read as they were marked)",
            "record 6 (Type-9): minutia 30 direction is \"360\", expected 0 to 359 degrees (read as 0, a full turn)",
            "record 6 (Type-9): minutia 32 direction is \"360\", expected 0 to 359 degrees (read as 0, a full turn)",
            "record 6 (Type-9): minutia 37 direction is \"360\", expected 0 to 359 degrees (read as 0, a full turn)",
            "record 6 (Type-9): minutia 44 direction is \"360\", expected 0 to 359 degrees (read as 0, a full turn)",
        ]
    );
    assert_eq!(found.prints.len(), ROWS.len());
    for ((print, row), index) in found.prints.iter().zip(&ROWS).zip(1..) {
        assert_eq!((print.record, print.idc, print.dialect), (index, Some(index as u8), Dialect::Efs));
        assert_eq!(print.template.impression(), Some(Impression::LiveScanPlain));
        check(print, row);
    }

    // What the first record has more than the others.
    let first = found.prints[0].efs.as_ref().unwrap();
    assert_eq!(
        (word(first.positions[0].segment.as_ref()), word(first.positions[0].off_centre.as_ref())),
        ("DST", "R")
    );
    assert_eq!(first.positions[0].polygon.len(), 5);
    assert_eq!((word(first.tonal_reversal.as_ref()), word(first.lateral_reversal.as_ref())), ("N", "L"));
    assert!((first.no_cores, first.no_deltas, first.no_minutiae) == (false, true, false));
    assert_eq!(word(first.ridge_count_algorithm.as_ref()), "OCTANT");
    let counts: Vec<_> = first
        .ridge_counts
        .iter()
        .map(|one| (one.from, one.to, one.count, one.sector, one.residual))
        .collect();
    assert_eq!(
        counts,
        [
            (31, 41, 1, Some(6), Some(0)),
            (32, 42, 2, Some(7), Some(1)),
            (33, 43, 3, None, None),
            (34, 44, 4, None, None)
        ]
    );
    let confidences = first.count_confidences.iter().map(|one| {
        ((one.from.x, one.from.y), (one.to.x, one.to.y), word(one.method.as_ref()), one.confidence)
    });
    assert_eq!(
        confidences.collect::<Vec<_>>(),
        [
            ((11, 12), (21, 22), "A", Some(10)),
            ((21, 22), (31, 32), "T", Some(20)),
            ((31, 32), (41, 42), "M", Some(30))
        ]
    );
    let assessment = first.assessment.as_ref().unwrap();
    let words = [
        Some(&assessment.value),
        assessment.last_name.as_ref(),
        assessment.first_name.as_ref(),
        assessment.affiliation.as_ref(),
        assessment.date.as_ref(),
        assessment.comment.as_ref(),
        assessment.complexity.as_ref(),
    ];
    assert_eq!(
        words.map(word),
        ["VALUE", "Doe", "John", "NIST", "20200520", "This is a comment.", "COMPLEX"]
    );
    let (code, what) = first.substrate.as_ref().unwrap();
    assert_eq!((word(Some(code)), what), ("1C", &None));
    let second = found.prints[1].efs.as_ref().unwrap();
    assert_eq!(word(second.assessment.as_ref().map(|one| &one.value)), "LIMITED");
    let (code, what) = second.substrate.as_ref().unwrap();
    assert_eq!((word(Some(code)), word(what.as_ref())), ("3C", "Family photo from dresser, circa 1990s."));
    assert!(found.prints.iter().all(|print| print.efs.as_ref().unwrap().others.is_empty()));
    let corner = found.prints[1].efs.as_ref().unwrap().region.polygon[1];
    assert!(corner == Place { x: 0, y: 399 });
}

#[test]
fn a_ten_print_card_has_its_fingers() {
    let Some(folder) = folder() else { return };
    let card = lenient(&folder.join("nist-type-14-tpcard.eft"));
    let images: Vec<_> = card.images().collect();
    assert_eq!(images.len(), 14);
    for (image, code) in images.iter().zip(1..=10) {
        assert_eq!((image.kind, image.finger_position.code()), (14, code));
        assert_eq!(image.impression, Some(Impression::NonLiveScanRolled));
        assert_eq!(image.compression, Compression::Wsq);
        assert_eq!(image.resolution.unwrap().x.to_f64(), 500.0);
    }
    assert_eq!(images[0].size, Some((804, 752)));
    assert_eq!(images[10..].iter().map(|image| image.positions.clone()).collect::<Vec<_>>()[0], [14]);
    let message =
        read_file(folder.join("nist-type-14-tpcard.eft"), &ReadOptions::default()).unwrap_err().to_string();
    assert!(message.ends_with(
        "number of Type-9 records is 0, expected 1 or more with minutiae that are read; \
         formats::an2k::Transaction hands out its 14 images"
    ));
}

#[cfg(feature = "extract")]
#[test]
fn images_of_all_kinds_are_decoded() {
    use matcher_core::formats::ImageOptions;
    let Some(folder) = folder() else { return };
    let read = |file: &str, record: usize| {
        let transaction = lenient(&folder.join(file));
        let image = transaction.images().find(|image| image.record == record).unwrap();
        let read = image.read(&ImageOptions::default());
        read.map(|read| (image.compression, read.width(), read.height(), read.resolution().x.to_f64()))
    };
    assert_eq!(read("nistbe_type9-13.an2k", 3).unwrap(), (Compression::None, 191, 357, 500.0));
    assert_eq!(read("nist-type-14-tpcard.eft", 2).unwrap(), (Compression::Wsq, 804, 752, 500.0));
    assert_eq!(read("nistbe_type4-slaps.an2k", 2).unwrap(), (Compression::Wsq, 1608, 1000, 500.0));
    assert_eq!(read("valid1.5.an2", 2).unwrap(), (Compression::JpegBaseline, 800, 800, 500.0));
    assert_eq!(read("nistbe_type9-15.an2k", 3).unwrap(), (Compression::Jpeg2000Lossless, 2750, 2750, 1000.0));
}

#[test]
fn the_shipped_transaction_is_sound() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/formats/latent.an2k");
    let strict = ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() };
    let transaction = Transaction::read_file(&path, &strict).unwrap();
    assert_eq!(kinds(&transaction), [1, 2, 9, 9, 9, 13]);
    let found = transaction.prints(&strict).unwrap().prints;
    let dialects: Vec<Dialect> = found.iter().map(|print| print.dialect).collect();
    assert_eq!(dialects, [Dialect::Efs, Dialect::M1, Dialect::Legacy]);
    let [first, others @ ..] = found.as_slice() else { panic!("three prints") };
    for print in others {
        assert_eq!(print.template.minutiae().len(), first.template.minutiae().len());
        for (a, b) in rows(&print.template).iter().zip(&rows(&first.template)) {
            // Whole pixels and 2 degrees in the one, 10 µm and a degree in the other.
            assert!((a.x.to_f64() - b.x.to_f64()).abs() <= 0.6);
            assert!(u32::from(a.direction.distance(b.direction)) <= 65_536 / 240);
            assert_eq!(a.kind, b.kind);
        }
    }
    assert_eq!(sniff(&std::fs::read(&path).unwrap()).unwrap(), Format::An2kEfs);
    let images: Vec<_> =
        transaction.images().map(|image| (image.kind, image.size, image.data.len())).collect();
    assert_eq!(images, [(13, Some((24, 20)), 480)]);
}

#[test]
fn a_print_scores_the_same_in_all_formats() {
    use matcher_core::fingerprint::{Algorithm, Matcher};
    use matcher_core::formats::{read, write};
    use matcher_core::simulate::fingerprint::{FingerSimulator, FingerprintConfig};
    let simulator = FingerSimulator::new(9, FingerprintConfig::default()).unwrap();
    let through = |template: &Template, format: Format| {
        let bytes = write(template, format).unwrap();
        read(&bytes, &ReadOptions::default()).unwrap().templates.remove(0)
    };
    let dialects = [Format::An2kM1, Format::An2kEfs, Format::An2kLegacy];
    let mut sums = [0.0; 4];
    for impressions in simulator.fingers(12, 2) {
        let matcher = Matcher::with(&Algorithm::standard(), &impressions[0]);
        // Whole pixels and angles of 2 degrees, which all dialects can state, without qualities, for which the extended
        // feature set has no place.
        let unweighted =
            impressions[1].minutiae().iter().fold(Template::builder().size(500, 600), |builder, minutia| {
                builder.minutia(Minutia { quality: None, ..*minutia })
            });
        let given = through(&unweighted.build().unwrap().template, Format::Incits378_2004);
        let score = |template: &Template| matcher.score(&matcher.prepare(template)).unwrap();
        let expected = score(&given);
        let found = dialects.map(|format| score(&through(&given, format)));
        assert_eq!(found[0], expected);
        // A tenth of a pixel, half the unit of 10 µm, may move a score by some percent, either way.
        assert!(
            found.iter().all(|score| (score / expected - 1.0).abs() < 0.1),
            "{found:?}, expected {expected}"
        );
        for (sum, score) in sums.iter_mut().zip(found.into_iter().chain([expected])) {
            *sum += score;
        }
    }
    for (format, sum) in dialects.iter().zip(sums) {
        println!("{format}: {:.4} of the score", sum / sums[3]);
        assert!((sum / sums[3] - 1.0).abs() < 0.02, "{format}");
    }
}
