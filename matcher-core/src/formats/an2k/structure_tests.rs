use super::super::Transaction;
use super::*;
use crate::formats::{ReadOptions, Strictness};

/// A Type-1 record that names these records.
fn first(named: &[(u8, u8)]) -> Vec<u8> {
    let list: Vec<String> = named.iter().map(|(kind, idc)| format!("\u{1e}{kind}\u{1f}{idc:02}")).collect();
    let content = format!("1\u{1f}{}{}", named.len(), list.concat());
    let record = Record::tagged(1, 0).field(2, "0502").field(3, content).field(4, "TEST").build().unwrap();
    record.bytes().to_vec()
}

fn text(idc: u8) -> Vec<u8> {
    Record::tagged(2, idc).field(18, "NOBODY").build().unwrap().bytes().to_vec()
}

/// An image whose data has all separators in it, and what looks like the opening of a record.
fn image(idc: u8) -> Vec<u8> {
    let data = b"\x1c\x1d\x1e\x1f14.00\x1c9.002:1\x1dxx".to_vec();
    Record::tagged(14, idc).field(13, "1").data(data).build().unwrap().bytes().to_vec()
}

/// A Type-4 record of 2 x 1 pixels.
fn binary(idc: u8) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0, 20, idc, 1, 2, 255, 255, 255, 255, 255, 0, 0, 2, 0, 1, 0];
    bytes.extend([0x1c, 200]);
    bytes
}

fn lenient(bytes: &[u8]) -> Transaction {
    Transaction::read(bytes, &ReadOptions::default()).unwrap()
}

fn strict(bytes: &[u8]) -> Result<Transaction> {
    let options = ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() };
    Transaction::read(bytes, &options)
}

/// The only diagnostic of a lenient reader, which a strict one has as its error.
fn only(bytes: &[u8]) -> (Transaction, String) {
    let read = lenient(bytes);
    let found: Vec<String> = read.diagnostics().iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(strict(bytes).unwrap_err().to_string(), found[0]);
    (read, found[0].clone())
}

fn kinds(transaction: &Transaction) -> Vec<u8> {
    transaction.records().iter().map(Record::kind).collect()
}

/// `bytes` with its first `old` replaced.
fn with(bytes: &[u8], old: &str, new: &str) -> Vec<u8> {
    let at = bytes.windows(old.len()).position(|window| window == old.as_bytes()).unwrap();
    [&bytes[..at], new.as_bytes(), &bytes[at + old.len()..]].concat()
}

#[test]
fn clean_bytes_come_back_as_they_are() {
    let all = [first(&[(2, 0), (14, 1), (4, 2), (14, 3)]), text(0), image(1), binary(2), image(3)].concat();
    let read = strict(&all).unwrap();
    assert_eq!(kinds(&read), [1, 2, 14, 4, 14]);
    assert_eq!(
        read.records().iter().map(Record::idc).collect::<Vec<_>>(),
        [None, Some(0), Some(1), Some(2), Some(3)]
    );
    assert_eq!(read.to_bytes().unwrap(), all);
    assert_eq!(read.records()[3].data().unwrap(), [0x1c, 200]);
    assert_eq!(read.records()[2].data().unwrap().len(), 20);
    assert_eq!((read.version(), read.type_of_transaction()), (Some("0502"), Some("TEST")));
}

#[test]
fn short_tags_are_those_of_older_editions() {
    let bytes = b"1.01:55\x1d1.02:0201\x1d1.03:1\x1f1\x1e2\x1f00\x1d1.04:CAR\x1d1.05:19980103\x1c2.001:20\x1d2.002:00\x1d\x1c";
    let read = lenient(bytes);
    assert_eq!((read.version(), read.type_of_transaction()), (Some("0201"), Some("CAR")));
}

#[test]
fn wrong_lengths_are_mended_where_the_next_record_is_found() {
    let second = image(1);
    let stated = second.len();
    for (length, next) in [(stated + 1, 0), (stated - 1, 0), (7, 0), (9_999_999, 0), (stated + 3, 1)] {
        let named = if next == 0 { vec![(14, 1), (14, 2)] } else { vec![(14, 1), (4, 2)] };
        let last = if next == 0 { image(2) } else { binary(2) };
        // The first length keeps its digits where it can, so that the true one stays what it was.
        let wrong = with(&second, &format!("14.001:{stated}"), &format!("14.001:{length}"));
        let all = [first(&named), wrong.clone(), last].concat();
        let (read, message) = only(&all);
        assert_eq!(kinds(&read), [1, 14, named[1].0]);
        let expected = format!(
            "record 1 (Type-14): length is {length}, expected {}, up to the separator FS before the next record",
            wrong.len()
        );
        assert_eq!(message, expected);
        assert_eq!(read.records()[1].bytes(), wrong);
        // What is written has the length that it has.
        assert_eq!(kinds(&strict(&read.to_bytes().unwrap()).unwrap()), kinds(&read));
    }
    let (_, message) = only(&[first(&[(14, 1)]), with(&second, "14.001:", "14.001: x")].concat());
    assert!(message.starts_with("record 1 (Type-14): length is no number, expected "), "{message}");
}

#[test]
fn a_first_record_of_wrong_length_ends_at_its_separator() {
    let wrong = with(&first(&[(4, 2)]), "1.001:", "1.001:9");
    let (read, message) = only(&[wrong.clone(), binary(2)].concat());
    assert_eq!(kinds(&read), [1, 4]);
    assert!(
        message
            .ends_with(&format!("expected {}, up to the separator FS before the next record", wrong.len()))
    );
}

#[test]
fn a_missing_separator_is_told() {
    let mut second = text(0);
    *second.last_mut().unwrap() = b'!';
    let (read, message) = only(&[first(&[(2, 0), (14, 1)]), second.clone(), image(1)].concat());
    assert_eq!(kinds(&read), [1, 2, 14]);
    assert_eq!(
        message,
        "record 1 (Type-2): last byte is byte 21, expected FS, the separator 1C (read up to the length stated)"
    );
    assert_eq!(read.records()[1].field(18).unwrap().text(), Some("NOBODY!"));
    let written = strict(&read.to_bytes().unwrap()).unwrap();
    assert_eq!(written.records()[1].field(18).unwrap().text(), Some("NOBODY!"));
}

#[test]
fn a_transaction_that_is_cut_is_read_as_far_as_it_goes() {
    let all = [first(&[(2, 0), (14, 1)]), text(0), image(1)].concat();
    let (read, message) = only(&all[..all.len() - 4]);
    assert_eq!(kinds(&read), [1, 2, 14]);
    assert!(message.contains("the bytes present (what is present is read)"), "{message}");
    let (read, message) = only(&[first(&[(2, 0), (14, 1)]), text(0)].concat());
    assert_eq!(kinds(&read), [1, 2]);
    assert_eq!(
        message,
        "record 0 (Type-1): field 1.003 (content) is with 1 records that are not there and without 0 that are, \
         expected the 1 records that follow"
    );
}

#[test]
fn binary_records_of_wrong_length_end_before_the_next_record() {
    let mut wrong = binary(2);
    wrong[2] = 7;
    let (read, message) = only(&[first(&[(4, 2), (14, 3)]), wrong.clone(), image(3)].concat());
    assert_eq!(kinds(&read), [1, 4, 14]);
    assert_eq!(read.records()[1].bytes(), wrong);
    assert_eq!(
        message,
        "record 1 (Type-4): length is 1812, expected 20, up to the next record that is recognised (what is present \
         is read)"
    );
    assert_eq!(strict(&read.to_bytes().unwrap()).unwrap().records()[1].bytes(), binary(2));
}

#[test]
fn bytes_that_are_no_record_are_skipped() {
    for (between, what) in [("\r\n", "bytes of padding"), ("garbage", "bytes")] {
        let all = [first(&[(2, 0), (14, 1)]), text(0), between.into(), image(1)].concat();
        let read = lenient(&all);
        assert_eq!(kinds(&read), [1, 2], "a separator must stand before a record");
        let all = [first(&[(2, 0), (14, 1)]), text(0), between.into(), vec![FS], image(1)].concat();
        let (read, message) = only(&all);
        assert_eq!(kinds(&read), [1, 2, 14]);
        assert_eq!(
            message,
            format!(
                "record 1 (Type-2): end is followed by {} {what} that are no record, expected a record or the end of the \
                 input (they are skipped)",
                between.len() + 1
            )
        );
    }
}

#[test]
fn the_content_field_is_compared_with_the_records() {
    let message = |named: &[(u8, u8)], records: &[Vec<u8>]| only(&[first(named), records.concat()].concat());
    let (read, found) = message(&[(14, 1)], &[text(0), image(1)]);
    assert_eq!(kinds(&read), [1, 2, 14]);
    assert!(found.contains("with 0 records that are not there and without 1 that are"), "{found}");
    let (read, found) = message(&[(2, 0), (9, 4), (14, 1)], &[text(0), image(1)]);
    assert_eq!(kinds(&read), [1, 2, 14]);
    assert!(found.contains("with 1 records that are not there and without 0 that are"), "{found}");
    let (_, found) = message(&[(2, 7)], &[text(0)]);
    assert_eq!(found, "record 1 (Type-2): IDC is 0, expected 7, as in field 1.003 (kept as it is)");
    // A binary record whose turn has come, after one that is not named.
    let (read, _) = message(&[(4, 1)], &[text(0), binary(1)]);
    assert_eq!(kinds(&read), [1, 2, 4]);
    let all = [with(&first(&[(2, 0)]), "1\u{1f}1\u{1e}", "1\u{1f}3\u{1e}"), text(0)].concat();
    let (read, found) = only(&all);
    assert_eq!(
        found,
        "record 0 (Type-1): field 1.003 (content) is a count of 3, expected 1, the records that it lists"
    );
    assert!(strict(&read.to_bytes().unwrap()).is_ok());
    let (read, found) = only(&[with(&first(&[(2, 0)]), "\u{1e}2\u{1f}", "\u{1e}x\u{1f}"), text(0)].concat());
    assert_eq!(kinds(&read), [1, 2]);
    assert!(found.starts_with("record 0 (Type-1): field 1.003 (content) is no list of records"), "{found}");
}

#[test]
fn fields_are_told_apart_whatever_stands_in_them() {
    let odd = Record::tagged(9, 0).field(4, "S").field(5, "A").field(5, "B").build().unwrap();
    let (_, message) = only(&[first(&[(9, 0)]), odd.bytes().to_vec()].concat());
    assert_eq!(
        message,
        "record 1 (Type-9): field 9.005 is given 2 times, expected once (all are kept, the first is read)"
    );
    let own = Record::tagged(9, 0).field(4, "S").field(5, "A").build().unwrap();
    let foreign = with(own.bytes(), "\x1d9.005:", "\x1d8.005:");
    let (read, message) = only(&[first(&[(9, 0)]), foreign].concat());
    assert_eq!(message, "record 1 (Type-9): tag of field 3 is 8.005, expected 9.005 (read as that)");
    assert_eq!(read.records()[1].field(5).unwrap().text(), Some("A"));
    let untagged = with(own.bytes(), "\x1d9.005:", "\x1d9_005:");
    let (read, message) = only(&[first(&[(9, 0)]), untagged].concat());
    assert_eq!(
        message,
        "record 1 (Type-9): field 9.004 is followed by 7 bytes without a tag, expected a field with a tag, such as \
         9.004: (kept with the field before)"
    );
    assert_eq!(read.records()[1].field(4).unwrap().value(), b"S\x1d9_005:A");
}

#[test]
fn what_does_not_begin_with_a_first_record_is_refused() {
    for bytes in
        [&b""[..], b"1.001:", b"1.001:12", b"2.001:10\x1d2.002:00\x1c", b"FMR\0 20\0", b"1.002:10\x1d"]
    {
        let message = Transaction::read(bytes, &ReadOptions::default()).unwrap_err().to_string();
        assert!(message.starts_with("start of the input is"), "{message}");
    }
}

#[test]
fn two_transactions_are_never_read_as_one() {
    let one = [first(&[(2, 0)]), text(0)].concat();
    let error = Transaction::read(&[one.clone(), one].concat(), &ReadOptions::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "record 2 (Type-1): record type is 1 again, expected 2 to 99: another transaction begins here, which belongs \
         into a file of its own"
    );
}

#[test]
fn limits_are_kept() {
    let all = [first(&[(2, 0), (14, 1)]), text(0), image(1)].concat();
    let read = |limits| Transaction::read(&all, &ReadOptions { limits, ..ReadOptions::default() });
    let message = |limits| read(limits).unwrap_err().to_string();
    assert!(message(Limits { bytes: 10, ..Limits::default() }).contains("input length"));
    assert_eq!(
        message(Limits { records: 2, ..Limits::default() }),
        "record 0 (Type-1): number of records listed is 3, expected at most 2, the limit set for reading"
    );
    assert_eq!(
        message(Limits { fields: 3, ..Limits::default() }),
        "record 0 (Type-1): number of fields is 4, expected at most 3, the limit set for reading"
    );
    let unlisted = [first(&[]), text(0), image(1)].concat();
    let options =
        ReadOptions { limits: Limits { records: 2, ..Limits::default() }, ..ReadOptions::default() };
    assert_eq!(
        Transaction::read(&unlisted, &options).unwrap_err().to_string(),
        "number of records is 3, expected at most 2, the limit set for reading"
    );
    let many = first(&[(2, 0); 5]);
    let options =
        ReadOptions { limits: Limits { records: 5, ..Limits::default() }, ..ReadOptions::default() };
    assert_eq!(
        Transaction::read(&many, &options).unwrap_err().to_string(),
        "record 0 (Type-1): number of records listed is 6, expected at most 5, the limit set for reading"
    );
    assert!(read(Limits { records: 3, fields: 4, ..Limits::default() }).is_ok());
}
