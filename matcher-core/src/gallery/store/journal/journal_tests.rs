//! Journals cut at every byte, changed at every byte, read while they grow, and of other galleries.

use super::super::folder::tests::TempFolder;
use super::reader::BUFFER;
use super::*;
use std::fs;
use std::path::PathBuf;

const ID: &str = "0123456789abcdef0123456789abcdef";

/// An entry with its payload.
type Owned = (Kind, u64, Vec<u8>);

use Kind::{Enrolment, Removal};

fn batches() -> Vec<Vec<Owned>> {
    let payload = |n: usize| (0..n).map(|k| (k * 37 % 256) as u8).collect::<Vec<_>>();
    vec![
        vec![(Enrolment, 1, payload(40))],
        vec![(Enrolment, 2, payload(0)), (Removal, 3, payload(8)), (Enrolment, 4, payload(90))],
        vec![(Removal, u64::MAX, payload(0))],
        vec![(Enrolment, 5, vec![0; 30]), (Enrolment, 6, payload(3))],
    ]
}

fn append(writer: &mut JournalWriter, batch: &[Owned]) {
    let entries = batch.iter().map(|&(kind, serial, ref payload)| Entry { kind, serial, payload });
    writer.append(&entries.collect::<Vec<_>>()).unwrap();
}

/// What a reader hands over, and how it ends.
fn read_all(path: &Path, from: u64) -> (Vec<Owned>, Result<Tail>) {
    let mut all = Vec::new();
    let tail = read(path, from, ID, 7, |entry| {
        all.push((entry.kind, entry.serial, entry.payload.to_vec()));
        Ok(())
    });
    (all, tail)
}

/// A journal of [`batches`], its bytes, and where each batch ends, the header first.
fn journal(folder: &TempFolder) -> (PathBuf, Vec<u8>, Vec<u64>) {
    let path = folder.path().join("journal-7.log");
    let mut writer = JournalWriter::create(&path, ID, 7).unwrap();
    let mut ends = vec![writer.len()];
    for batch in batches() {
        append(&mut writer, &batch);
        ends.push(writer.len());
    }
    let bytes = fs::read(&path).unwrap();
    assert_eq!(bytes.len() as u64, writer.len());
    (path, bytes, ends)
}

#[test]
fn what_was_appended_comes_back_from_any_batch_on() {
    let folder = TempFolder::new("journal");
    let (path, bytes, ends) = journal(&folder);
    let tail = Tail { valid_length: bytes.len() as u64, torn: false };
    let (all, end) = read_all(&path, 0);
    assert_eq!((all, end.unwrap()), (batches().concat(), tail));
    for (k, &from) in ends.iter().enumerate() {
        let (all, end) = read_all(&path, from);
        assert_eq!((all, end.unwrap()), (batches()[k..].concat(), tail));
    }
    assert_eq!(folder.names(), ["journal-7.log"]);
}

#[test]
fn a_reader_goes_on_while_the_journal_grows() {
    let folder = TempFolder::new("growing");
    let path = folder.path().join("journal-7.log");
    let mut writer = JournalWriter::create(&path, ID, 7).unwrap();
    let mut from = 0;
    for batch in batches() {
        append(&mut writer, &batch);
        writer.append(&[]).unwrap();
        let (new, tail) = read_all(&path, from);
        assert_eq!(new, batch);
        from = tail.unwrap().valid_length;
        let (none, tail) = read_all(&path, from);
        assert!(none.is_empty() && tail.unwrap() == Tail { valid_length: from, torn: false });
    }
}

#[test]
fn cut_anywhere_the_whole_batches_are_left() {
    let folder = TempFolder::new("cut");
    let (path, bytes, ends) = journal(&folder);
    for length in 0..bytes.len() {
        fs::write(&path, &bytes[..length]).unwrap();
        let (all, tail) = read_all(&path, 0);
        if length < HEADER_LEN as usize {
            assert!(all.is_empty() && matches!(tail, Err(Error::Damaged { .. })), "cut at {length}");
            continue;
        }
        let whole = ends.iter().rposition(|&end| end <= length as u64).unwrap();
        assert_eq!(all, batches()[..whole].concat(), "cut at {length}");
        let expected = Tail { valid_length: ends[whole], torn: ends[whole] < length as u64 };
        assert_eq!(tail.unwrap(), expected, "cut at {length}");

        // The next writer cuts the torn end off and goes on; each time waits for the disk.
        if length % 5 != 0 {
            continue;
        }
        let mut writer = JournalWriter::open_to_append(&path, ID, 7, expected.valid_length).unwrap();
        let added = [(Enrolment, 99, vec![7; 5])];
        append(&mut writer, &added);
        let (all, tail) = read_all(&path, 0);
        assert_eq!(all, [batches()[..whole].concat(), added.to_vec()].concat());
        assert_eq!(tail.unwrap(), Tail { valid_length: writer.len(), torn: false });
    }
}

#[test]
fn a_changed_byte_is_seen() {
    let folder = TempFolder::new("flips");
    let (path, bytes, ends) = journal(&folder);
    let all_entries = batches().concat();
    let before_last = ends[ends.len() - 2];
    for at in 0..bytes.len() {
        for flip in [1, 2, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[at] ^= flip;
            fs::write(&path, &changed).unwrap();
            let (all, tail) = read_all(&path, 0);
            assert!(all_entries.starts_with(&all), "byte {at} ^ {flip}");
            match tail {
                // Only the last entry can look torn, and then the batch is not there.
                Ok(tail) => {
                    assert_eq!(tail, Tail { valid_length: before_last, torn: true }, "byte {at} ^ {flip}");
                    assert!(at as u64 >= before_last && all.len() == all_entries.len() - 2);
                }
                Err(Error::Damaged { what, .. }) if at as u64 >= HEADER_LEN => {
                    assert!(what.contains("at byte"), "{what}");
                }
                Err(Error::Damaged { .. } | Error::NotAGallery { .. }) => assert!((at as u64) < HEADER_LEN),
                Err(error) => panic!("byte {at} ^ {flip}: {error}"),
            }
        }
    }
}

#[test]
fn damage_before_the_end_is_named_however_far_the_end_is() {
    let folder = TempFolder::new("far");
    let path = folder.path().join("journal-7.log");
    let mut writer = JournalWriter::create(&path, ID, 7).unwrap();
    append(&mut writer, &[(Enrolment, 1, vec![1; 3 * BUFFER])]);
    append(&mut writer, &[(Enrolment, 2, vec![1; 10])]);
    let mut bytes = fs::read(&path).unwrap();
    bytes[HEADER_LEN as usize] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let (all, tail) = read_all(&path, 0);
    let second = HEADER_LEN as usize + HEAD_LEN + 3 * BUFFER + CRC_LEN;
    let expected = format!(
        "the entry at byte {HEADER_LEN} does not check, and it is not the end: one begins at byte {second}"
    );
    assert!(all.is_empty() && tail.unwrap_err().to_string().ends_with(&expected));
}

#[test]
fn what_a_power_cut_leaves_is_torn() {
    let folder = TempFolder::new("power cut");
    let (path, bytes, ends) = journal(&folder);
    for left in [vec![0; 5000], vec![0xff; 5000], vec![1; 3 * BUFFER + 5]] {
        fs::write(&path, [&bytes[..], &left].concat()).unwrap();
        let (all, tail) = read_all(&path, 0);
        assert_eq!(all, batches().concat());
        assert_eq!(tail.unwrap(), Tail { valid_length: bytes.len() as u64, torn: true });
    }
    // Entries of another place, as of a journal that was copied behind this one, are none.
    fs::write(&path, [&bytes[..], &bytes[ends[0] as usize..]].concat()).unwrap();
    let (all, tail) = read_all(&path, 0);
    assert!(all == batches().concat() && tail.unwrap().torn);
}

#[test]
fn a_payload_that_holds_a_journal_is_no_journal() {
    let folder = TempFolder::new("inside");
    let (path, bytes, _) = journal(&folder);
    let mut writer = JournalWriter::create(&path, ID, 7).unwrap();
    append(&mut writer, &[(Enrolment, 1, bytes)]);
    fs::write(&path, &fs::read(&path).unwrap()[..writer.len() as usize - 1]).unwrap();
    let (all, tail) = read_all(&path, 0);
    assert!(all.is_empty());
    assert_eq!(tail.unwrap(), Tail { valid_length: HEADER_LEN, torn: true });
}

#[test]
fn journals_of_others_are_refused() {
    let folder = TempFolder::new("others");
    let (path, bytes, _) = journal(&folder);
    let says = |id: &str, generation: u64, expected: &str| {
        let error = read(&path, 0, id, generation, |_| panic!("nothing is handed over")).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(JournalWriter::open_to_append(&path, id, generation, HEADER_LEN).is_err());
    };
    says(
        &"f".repeat(32),
        7,
        "the journal is of gallery \"0123456789abcdef0123456789abcdef\", expected \"ffff",
    );
    says(ID, 8, "the journal is of generation 7, expected 8");
    says("short", 7, "gallery id");
    let mut newer = bytes.clone();
    newer[8] = 2;
    fs::write(&path, newer).unwrap();
    says(ID, 7, "version 2, and this matcher reads 1: use a newer matcher");
    fs::write(&path, "not a journal").unwrap();
    says(ID, 7, "ends within its header");
    fs::write(&path, [b'x'; 100]).unwrap();
    says(ID, 7, "not those of a journal");
    fs::write(&path, &bytes).unwrap();
    let beyond = bytes.len() as u64 + 1;
    assert!(matches!(read_all(&path, beyond).1, Err(Error::Damaged { .. })));
    assert!(matches!(JournalWriter::open_to_append(&path, ID, 7, beyond), Err(Error::Damaged { .. })));
    assert_eq!(fs::read(&path).unwrap(), bytes); // nothing of this changed it
    assert!(matches!(read_all(&folder.path().join("none"), 0).1, Err(Error::Io { .. })));
    let error = read_all(folder.path(), 0).1.unwrap_err().to_string();
    assert!(error.ends_with("is no regular file"), "{error}");
}

#[test]
fn an_unknown_kind_and_an_absurd_length_are_refused() {
    let folder = TempFolder::new("kinds");
    let path = folder.path().join("journal-7.log");
    let writer = JournalWriter::create(&path, ID, 7).unwrap();
    let header = fs::read(&path).unwrap();
    let head = |length, kind| {
        let head = Head { length, kind, serial: 1 }.to_bytes(&seed(writer.header_crc, HEADER_LEN));
        fs::write(&path, [&header[..], &head, &[0; 4]].concat()).unwrap();
        read_all(&path, 0).1
    };
    assert!(head(0, 3).unwrap_err().to_string().contains("is of kind 3, expected 1 or 2"));
    assert_eq!(head(u32::MAX, 0x81).unwrap(), Tail { valid_length: HEADER_LEN, torn: true });
}

#[test]
fn an_error_of_the_caller_ends_the_reading() {
    let folder = TempFolder::new("caller");
    let (path, ..) = journal(&folder);
    let mut seen = 0;
    let ended = read(&path, 0, ID, 7, |_| {
        seen += 1;
        if seen == 2 { Err(Error::Cancelled) } else { Ok(()) }
    });
    assert!(matches!(ended, Err(Error::Cancelled)) && seen == 2);
}

#[test]
fn nothing_is_added_after_a_failure() {
    let folder = TempFolder::new("broken");
    let (path, bytes, _) = journal(&folder);
    let mut writer = JournalWriter::open_to_append(&path, ID, 7, bytes.len() as u64).unwrap();
    writer.file = File::open(&path).unwrap(); // cannot be written to
    let entry = Entry { kind: Removal, serial: 9, payload: b"secret" };
    assert!(matches!(writer.append(&[entry]), Err(Error::Io { .. })));
    let refused = writer.append(&[entry]).unwrap_err();
    assert!(matches!(&refused, Error::ReadOnly { .. }), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), bytes);
    assert_eq!(format!("{entry:?}"), "Entry(Removal, serial 9, 6 bytes)");
}
