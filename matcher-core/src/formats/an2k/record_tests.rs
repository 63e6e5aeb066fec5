use super::*;

#[test]
fn the_length_counts_its_own_digits() {
    for n in [0, 60, 75, 76, 77, 78, 79, 80, 974, 975, 976, 977, 978, 979, 980, 9_970, 9_980] {
        let record = Record::tagged(14, 7).data(vec![0; n]).build().unwrap();
        let stated: usize = record.field(1).unwrap().number().unwrap();
        assert_eq!(stated, record.bytes().len());
        assert_eq!(record.bytes().last(), Some(&FS));
        assert_eq!(record.data().unwrap().len(), n);
    }
}

#[test]
fn what_cannot_be_a_record_is_refused() {
    let message = |builder: RecordBuilder| builder.build().unwrap_err().to_string();
    assert!(message(Record::tagged(4, 0)).starts_with("record type is 4, expected 1, 2, or 9 to 99"));
    assert_eq!(message(Record::tagged(9, 100)), "Type-9 record: IDC is 100, expected 0 to 99");
    for number in [0, 1, 2, 999, 10_000] {
        let message = message(Record::tagged(9, 0).field(number, "x"));
        assert!(message.starts_with(&format!("Type-9 record: field number is {number}, expected 3 to 9999")));
    }
    let separator = message(Record::tagged(2, 0).field(18, b"SECRET\x1dNAME"));
    assert_eq!(
        separator,
        "Type-2 record: field 2.018 is with one, expected text without the separators FS and GS"
    );
}

#[test]
fn debug_shows_no_content() {
    let record = Record::tagged(2, 0).field(18, "DOE, JOHN").build().unwrap();
    let shown = format!("{record:?} {:?} {:?}", record.field(18), record.fields().collect::<Vec<_>>());
    assert!(!shown.contains("DOE"), "{shown}");
    let builder = format!("{:?}", Record::tagged(2, 0).field(18, "DOE, JOHN"));
    assert!(!builder.contains("DOE"), "{builder}");
}

#[test]
fn a_field_of_its_own_record_comes_first() {
    let mut record = Record::tagged(9, 0).field(5, "foreign").field(5, "own").build().unwrap();
    record.spans[2].tag_kind = 13;
    assert_eq!(record.field(5).unwrap().text(), Some("own"));
    record.spans[3].number = 6;
    assert_eq!(record.field(5).unwrap().text(), Some("foreign"));
}
