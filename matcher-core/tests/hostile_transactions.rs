//! Transactions that are wrong on purpose, or by accident: no reader panics, and what was read is written and read again.
//! All vectors are made here.

use matcher_core::fingerprint::{FingerPosition, Minutia, MinutiaKind, Quality, Template};
use matcher_core::formats::an2k::{Dialect, Header, Record, Transaction};
use matcher_core::formats::{Limits, ReadOptions, Strictness, sniff};
use matcher_core::units::{Angle, Pixels};
use proptest::prelude::*;

#[path = "hostile/transactions.rs"]
mod transactions;
use transactions::DIALECTS;

/// Three minutiae on 300 x 400 pixels.
fn print() -> Template {
    let minutia = |x: i16, y: i16, eighths: u32, kind| Minutia {
        kind,
        quality: Quality::new(80),
        ..Minutia::new(Pixels::from_whole(x), Pixels::from_whole(y), Angle::from_fraction(eighths, 8))
    };
    Template::builder()
        .size(300, 400)
        .finger_position(FingerPosition::RightIndex)
        .minutia(minutia(10, 20, 0, MinutiaKind::RidgeEnding))
        .minutia(minutia(110, 220, 3, MinutiaKind::Bifurcation))
        .minutia(minutia(299, 399, 7, MinutiaKind::Other))
        .build()
        .unwrap()
        .template
}

/// A transaction with a text, minutiae, an image in a tagged record and one in a binary record.
fn sound(dialect: Dialect) -> Vec<u8> {
    let image = |kind: u8, idc: u8| {
        Record::tagged(kind, idc)
            .field(3, "0")
            .field(6, "4")
            .field(7, "3")
            .field(8, "1")
            .field(9, "500")
            .field(10, "500")
            .field(11, "NONE")
            .field(13, "2")
            .data((0..12).map(|k| k * 21).collect())
            .build()
            .unwrap()
    };
    let text = Record::tagged(2, 0).field(18, b"N\xd6BODY").build().unwrap();
    let records = vec![text, Record::minutiae(&print(), dialect, 1).unwrap(), image(14, 2)];
    let made = Transaction::new(&Header::default(), records).unwrap().to_bytes().unwrap();
    // A binary record after them, of 2 x 2 pixels.
    let mut binary =
        vec![0, 0, 0, 22, 3, 1, 7, 255, 255, 255, 255, 255, 0, 0, 2, 0, 2, 0, 9, 0x1c, 0x1d, 200];
    let mut bytes = Vec::new();
    let (old, new) = (b"1\x1f3\x1e".as_slice(), b"1\x1f4\x1e".as_slice());
    let at = made.windows(old.len()).position(|window| window == old).unwrap();
    bytes.extend(&made[..at]);
    bytes.extend(new);
    let list = &made[at + old.len()..];
    let end = list.iter().position(|&byte| byte == 0x1d).unwrap();
    bytes.extend(&list[..end]);
    bytes.extend(b"\x1e4\x1f03");
    bytes.extend(&list[end..]);
    bytes.append(&mut binary);
    // The first record is 5 bytes longer.
    let text = std::str::from_utf8(&bytes[6..9]).unwrap();
    let length = text.parse::<usize>().unwrap() + 5;
    bytes.splice(6..9, length.to_string().into_bytes());
    bytes
}

fn strict() -> ReadOptions {
    ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() }
}

/// All that is held of any bytes; and what is shown of these says nothing of the person.
fn check(bytes: &[u8]) {
    transactions::check(bytes);
    let Ok(transaction) = Transaction::read(bytes, &ReadOptions::default()) else { return };
    let prints = transaction.prints(&ReadOptions::default()).unwrap().prints;
    let shown = format!("{transaction:?} {prints:?} {:?}", transaction.images().collect::<Vec<_>>());
    assert!(!shown.contains("BODY"));
}

#[test]
fn the_vectors_are_sound() {
    for dialect in DIALECTS {
        let bytes = sound(dialect);
        let transaction = Transaction::read(&bytes, &strict()).unwrap();
        let kinds: Vec<u8> = transaction.records().iter().map(Record::kind).collect();
        assert_eq!(kinds, [1, 2, 9, 14, 4]);
        assert_eq!(transaction.templates(&strict()).unwrap()[0].minutiae().len(), 3);
        assert!(sniff(&bytes).is_ok());
        check(&bytes);
    }
}

#[test]
fn every_prefix_is_read_or_refused() {
    for dialect in DIALECTS {
        let bytes = sound(dialect);
        for end in 0..bytes.len() {
            check(&bytes[..end]);
            assert!(Transaction::read(&bytes[..end], &strict()).is_err());
        }
    }
}

#[test]
fn sixteen_changes_of_every_byte_are_read_or_refused() {
    for dialect in DIALECTS {
        let sound = sound(dialect);
        for at in 0..sound.len() {
            let flips = (0..8).map(|bit| sound[at] ^ (1 << bit));
            for byte in flips.chain([0, 0xff, 0x1c, 0x1d, 0x1e, 0x1f, b'0', b'9']) {
                let mut bytes = sound.clone();
                bytes[at] = byte;
                check(&bytes);
            }
        }
    }
}

/// Reads and writes again, and leaves images as they are.
fn check_records(bytes: &[u8]) {
    let Ok(transaction) = Transaction::read(bytes, &ReadOptions::default()) else { return };
    let written = transaction.to_bytes().unwrap();
    assert!(Transaction::read(&written, &ReadOptions::default()).unwrap().to_bytes().unwrap() == written);
    let _ = transaction.prints(&ReadOptions::default()).unwrap();
}

/// Files of other programs, in the folder that `MATCHER_DATA` names: without it this skips and says so. With
/// `MATCHER_SOAK` set there are 10,000 cuts and changes a file.
#[test]
fn cuts_and_changes_of_real_files_are_read_or_refused() {
    let Some(root) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: MATCHER_DATA is not set");
        return;
    };
    let rounds = if std::env::var_os("MATCHER_SOAK").is_some() { 10_000 } else { 40 };
    let folder = std::path::Path::new(&root).join("formats/an2k");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    // A generator of its own, so that a finding can be found again.
    let mut state = 1u64;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    for path in files {
        let sound = std::fs::read(path).unwrap();
        let mut bytes = sound.clone();
        for round in 0..rounds {
            // Half of the changes where the structure is densest.
            let at = below(if round % 2 == 0 { sound.len() } else { sound.len().min(2_000) });
            if round % 4 < 2 {
                check_records(&sound[..at]);
            } else {
                bytes[at] = below(256) as u8;
                check_records(&bytes);
                bytes[at] = sound[at];
            }
        }
    }
}

#[test]
fn rows_that_make_no_sense_are_dropped_and_told() {
    let one = |number: u16, text: &str| {
        let record = Record::tagged(9, 0).field(3, "0").field(4, "U").field(number, text);
        let record = match number {
            12 => record.field(6, "1").field(10, "2"),
            137 => {
                [(128, "300"), (129, "400"), (130, "1"), (131, "500"), (132, "500"), (134, "1"), (136, "2")]
                    .into_iter()
                    .fold(record, |record, (number, value)| record.field(number, value))
            }
            _ => record.field(300, "2000\u{1f}2000").field(302, "1"),
        };
        Transaction::new(&Header::default(), vec![record.build().unwrap()]).unwrap()
    };
    let good = [
        (12, "1\u{1f}00100020090\u{1f}2\u{1f}A"),
        (137, "1\u{1f}10\u{1f}20\u{1f}45\u{1f}1\u{1f}60"),
        (331, "10\u{1f}20\u{1f}90\u{1f}E"),
    ];
    for (number, row) in good {
        let bad = [
            (12, "2\u{1f}0010002009\u{1f}2\u{1f}A", "place is \"0010002009\", expected XXXXYYYYTTT"),
            (12, "2\u{1f}00100020361\u{1f}2\u{1f}A", "place is \"00100020361\""),
            (12, "2", "place is missing"),
            (
                137,
                "2\u{1f}300.5\u{1f}20\u{1f}45\u{1f}1\u{1f}60",
                "x is \"300.5\", expected a whole number, 0 to 16383",
            ),
            (
                137,
                "2\u{1f}10\u{1f}20\u{1f}180\u{1f}1\u{1f}60",
                "angle is \"180\", expected a whole number, 0 to 179",
            ),
            (
                137,
                "2\u{1f}301\u{1f}20\u{1f}45\u{1f}1\u{1f}60",
                "x is 301, expected 0 to 300 pixels, inside the image",
            ),
            (331, "10\u{1f}20\u{1f}361\u{1f}E", "direction is \"361\", expected a whole number, 0 to 359"),
            (331, "-1\u{1f}20\u{1f}0\u{1f}E", "x is \"-1\", expected a whole number, 0 to 99999"),
            (331, "10", "y is missing"),
        ];
        for (_, wrong, what) in bad.into_iter().filter(|(of, ..)| *of == number) {
            let transaction = one(number, &format!("{row}\u{1e}{wrong}"));
            let found = transaction.prints(&ReadOptions::default()).unwrap();
            assert_eq!(found.prints[0].template.minutiae().len(), 1, "{wrong}");
            let told: Vec<String> = found.diagnostics.iter().map(ToString::to_string).collect();
            assert!(told.iter().any(|message| message.contains(what)), "{what}: {told:?}");
            assert!(transaction.prints(&strict()).is_err());
        }
    }
}

/// A field under its own tag is read before one of its number under another type's, and is so when it was written.
#[test]
fn fields_of_another_type_stay_behind_those_of_their_own() {
    let bytes =
        b"1.001:33\x1d1.003:1\x1f1\x1e9\x1f07\x1d1.004:X\x1c9.001:9\x1d1.002:0500\x1d9.002:07\x1d9.004:U\x1c";
    check(bytes);
    let transaction = Transaction::read(bytes, &ReadOptions::default()).unwrap();
    let again = Transaction::read(&transaction.to_bytes().unwrap(), &ReadOptions::default()).unwrap();
    for read in [transaction, again] {
        assert_eq!((read.records()[1].idc(), read.records()[1].fields().count()), (Some(7), 4));
    }
}

#[test]
fn too_many_minutiae_are_refused_before_they_are_read() {
    let limits = Limits { minutiae: 2, ..Limits::default() };
    for dialect in DIALECTS {
        let record = Record::minutiae(&print(), dialect, 0).unwrap();
        let transaction = Transaction::new(&Header::default(), vec![record]).unwrap();
        let error =
            transaction.prints(&ReadOptions { limits, ..ReadOptions::default() }).unwrap_err().to_string();
        assert_eq!(
            error,
            "record 1 (Type-9): number of minutiae is 3, expected at most 2, the limit set for reading"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn any_bytes_after_a_first_record_are_read_or_refused(tail in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&[b"1.001:30\x1d1.003:1\x1f2\x1e9\x1f00\x1e4\x1f01\x1c".to_vec(), tail].concat());
    }

    #[test]
    fn any_text_of_fields_is_read_or_refused(
        text in "1\\.001:[0-9]{1,3}(\u{1d}[19]\\.[0-9]{1,3}:([0-9A-Z,-]{0,5}[\u{1e}\u{1f}]?){0,6}){0,6}\u{1c}(9\\.001:[0-9]{1,3}(\u{1d}9\\.(012|137|300|302|320|331|361):([0-9,-]{0,5}[\u{1e}\u{1f}]?){0,9}){0,4}\u{1c}){0,2}"
    ) {
        check(text.as_bytes());
    }

    #[test]
    fn several_changes_at_once_are_read_or_refused(
        dialect in 0usize..3,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = sound(DIALECTS[dialect]);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        check(&bytes);
    }
}
