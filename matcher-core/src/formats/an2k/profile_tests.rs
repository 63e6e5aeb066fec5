use super::super::Header;
use super::*;

fn made(kind: &str, records: Vec<Record>) -> Transaction {
    Transaction::new(&Header { type_of_transaction: kind.into(), ..Header::default() }, records).unwrap()
}

fn messages(profile: &str, transaction: &Transaction) -> Vec<String> {
    Profile::builtin(profile).unwrap().check(transaction).iter().map(ToString::to_string).collect()
}

#[test]
fn all_tables_are_read_and_name_their_source() {
    assert_eq!(Profile::all().count(), BUILTIN.len());
    for profile in Profile::all() {
        assert!(profile.source.trim().len() > 50, "{}", profile.name);
        assert!(profile.extends.as_deref().is_none_or(|base| Profile::builtin(base).is_some()));
        let kinds: Vec<&str> = profile.transactions.iter().map(|known| known.kind.as_str()).collect();
        assert!(kinds.iter().enumerate().all(|(k, kind)| !kinds[..k].contains(kind)), "{kinds:?}");
    }
}

#[test]
fn mandatory_fields_that_are_missing_are_listed() {
    let image =
        Record::tagged(14, 1).field(3, "0").field(4, "X").field(13, "2").data(vec![0]).build().unwrap();
    let found = messages("itl-2011", &made("CAR", vec![image]));
    let expected: Vec<String> = [5, 6, 7, 8, 9, 10, 11, 12]
        .map(|n| {
            format!("record 1 (Type-14): field 14.{n:03} is missing, expected itl-2011: a mandatory field")
        })
        .to_vec();
    assert_eq!(found, expected);
}

#[test]
fn a_transaction_is_checked_by_its_type() {
    let text = |numbers: &[u16]| {
        numbers.iter().fold(Record::tagged(2, 0), |builder, n| builder.field(*n, "x")).build().unwrap()
    };
    let search = made("CPS", vec![text(&[3, 7])]);
    let found = messages("int-i", &search);
    assert_eq!(
        found,
        [
            "record 0 (Type-1): field 1.006 is missing, expected int-i: a mandatory field",
            "record 0 (Type-1): field 1.013 is missing, expected int-i: a mandatory field",
            "record 0 (Type-1): field 1.014 is missing, expected int-i: a mandatory field",
            "record 1 (Type-2): field 2.010 is missing, expected a mandatory field in a transaction CPS (criminal \
             print-to-print search)",
            "number of records of Type 4 or 14 is 0, expected 1 to 14 in a transaction CPS (criminal print-to-print \
             search)",
        ]
    );
    let unknown = messages("ebts", &made("XYZ", vec![]));
    assert_eq!(
        unknown,
        [
            "type of transaction (1.004) is \"XYZ\", expected one that the table ebts knows: CAR, NFUF, MAP, LFFS, \
             LFIS, SRL"
        ]
    );
    let without = messages("ebts", &made("SRL", vec![]));
    assert_eq!(
        without,
        [
            "number of records of Type 2 is 0, expected 1 or more in a transaction SRL (answer to a latent search)"
        ]
    );
}

#[test]
fn tables_of_ones_own_are_checked() {
    for (text, what) in [
        ("name = 1", "invalid type"),
        ("name = 'x'\ntitle = ''\nsource = ''\nfield = {}", "unknown field"),
        ("name = 'x'\ntitle = ''\nsource = ''\n[fields]\n100 = [1]", "expected 1 to 99"),
    ] {
        let message = text.parse::<Profile>().unwrap_err().to_string();
        assert!(message.contains(what), "{message}");
    }
}
