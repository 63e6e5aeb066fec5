use super::*;
use proptest::prelude::*;

fn allele(text: &str) -> Allele {
    text.parse().unwrap()
}

#[test]
fn what_is_written_is_read_back() {
    for text in ["9", "9.3", "0.1", "6553.5", "A", "T", "X", "Y", "9.X", "25>", "8<", "21.2>", "OL", "-", "*"]
    {
        assert_eq!(allele(text).to_string(), text);
    }
    for (text, meant) in [
        (" 11 ", "11"),
        ("9.30", "9.3"),
        ("11.0", "11"),
        ("", "-"),
        ("?", "-"),
        (">25", "25>"),
        ("9.x", "9.X"),
        ("015", "15"),
    ] {
        assert_eq!(allele(text), allele(meant), "{text}");
    }
    assert_eq!(allele("15_14_1_0").designation(), Designation::Named("15_14_1_0"));
    assert_eq!(allele("CE9_[ATCT]9").to_string(), "CE9_[ATCT]9");
}

#[test]
fn slips_are_errors() {
    for text in [
        "0",
        "9.30000001",
        "9.3.1",
        "1e3",
        "9,3",
        "9.",
        ".3",
        "-9",
        "+9",
        "6553.6",
        "70000",
        "9 3",
        "9.3X",
        "X>",
        "9.3.X",
        "NA",
        "nan",
        "NULL",
    ] {
        let error = text.parse::<Allele>().unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("allele is {text:?}, expected repeats in whole tenths")),
            "{error}"
        );
    }
    assert!("A".repeat(65).parse::<Allele>().is_err());
}

#[test]
fn marks_agree_with_what_they_may_be() {
    for (a, b, may) in [
        ("9.X", "9.3", true),
        ("9.X", "9", false),
        ("9.X", "10", false),
        ("9.X", "10.X", false),
        ("25>", "25", false),
        ("25>", "25.1", true),
        ("25>", "26>", true),
        ("25>", "30.X", true),
        ("8<", "8", false),
        ("8<", "7.3", true),
        ("8<", "9.X", false),
        ("8<", "25>", false),
        ("OL", "9", true),
        ("-", "X", true),
        ("*", "25>", true),
        ("9.X", "A", false),
        ("8<", "X", false),
    ] {
        assert_eq!((allele(a).may_be(allele(b)), allele(b).may_be(allele(a))), (may, may), "{a} {b}");
    }
}

#[test]
fn alleles_order_as_one_reads_them() {
    let mut alleles: Vec<Allele> = ["*", "10", "9.3", "zeta", "alpha", "A", "-", "9"].map(allele).to_vec();
    alleles.sort();
    assert_eq!(alleles, ["9", "9.3", "10", "A", "alpha", "zeta", "-", "*"].map(allele));
}

proptest! {
    #[test]
    fn tenths_are_exact(tenths in 1u16..) {
        let allele = Allele::repeat(tenths).unwrap();
        prop_assert_eq!(allele.to_string().parse::<Allele>().unwrap(), allele);
        let slipped = format!("{}.{}0000001", tenths / 10, tenths % 10);
        prop_assert!(slipped.parse::<Allele>().is_err());
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,12}") {
        if let Ok(allele) = text.parse::<Allele>() {
            prop_assert_eq!(allele.to_string().parse::<Allele>().unwrap(), allele);
        }
    }
}
