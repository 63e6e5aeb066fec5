use super::super::{Limits, ReadOptions, Reading, read};
use crate::dna::{Category, Source};
use crate::error::Result;
use crate::formats::Strictness;

fn reading(xml: &str, strictness: Strictness) -> Result<Reading> {
    read(xml.as_bytes(), &ReadOptions { strictness, limits: Limits::default(), format: None })
}

fn strict(xml: &str) -> Result<Reading> {
    reading(xml, Strictness::Strict)
}

fn lenient(xml: &str) -> Reading {
    reading(xml, Strictness::Lenient).unwrap()
}

/// A file with these specimens, which begin in line 4.
fn file(specimens: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<CODISImportFile xmlns=\"urn:CODISImportFile-schema\">\n<HEADERVERSION>3.2</HEADERVERSION>\n\
         {specimens}</CODISImportFile>\n"
    )
}

fn locus(name: &str, alleles: &[&str]) -> String {
    let allele = |a: &&str| format!("<ALLELE><ALLELEVALUE>{a}</ALLELEVALUE></ALLELE>");
    let alleles = alleles.iter().map(allele).collect::<Vec<_>>().concat();
    format!("<LOCUS><LOCUSNAME>{name}</LOCUSNAME>{alleles}</LOCUS>\n")
}

fn specimen(id: &str, loci: &str) -> String {
    format!(
        "<SPECIMEN><SPECIMENID>{id}</SPECIMENID><SPECIMENCATEGORY>Arrestee</SPECIMENCATEGORY>\n{loci}</SPECIMEN>\n"
    )
}

fn ids(reading: &Reading) -> Vec<&str> {
    reading.profiles.iter().map(crate::dna::Profile::id).collect()
}

fn said(reading: &Reading) -> Vec<String> {
    reading.diagnostics.iter().map(ToString::to_string).collect()
}

#[test]
fn everything_that_a_specimen_says() {
    let first = "<SPECIMEN SOURCEID=\"Yes\" CASEID=\"7\" PARTIAL=\"1\">\n<SPECIMENID> A &amp; <![CDATA[<B>]]>&#49; </SPECIMENID>\
                 <SPECIMENCATEGORY>Suspect, Known</SPECIMENCATEGORY><SPECIMENCOMMENT>x</SPECIMENCOMMENT>\n"
        .to_owned()
        + &locus("THO1", &["9.3", "6"])
        + &locus("vWA", &["16"])
        + &locus("AMEL", &["X", "Y"])
        + "</SPECIMEN>\n";
    let second = "<m:SPECIMEN xmlns:m=\"y\"><m:SPECIMENID>M</m:SPECIMENID><!-- a <SPECIMEN> -->\
                  <m:SPECIMENCATEGORY>Forensic Mixture</m:SPECIMENCATEGORY>"
        .to_owned()
        + &locus("FGA", &["20"])
        + "</m:SPECIMEN>";
    let reading = strict(&format!("\u{feff}{}", file(&(first + &second)))).unwrap();
    assert_eq!(ids(&reading), ["A & <B>1", "M"]);
    let one = &reading.profiles[0];
    assert_eq!((one.category(), one.source()), (Some(Category::SuspectKnown), Source::Single));
    assert!(one.is_marked_partial());
    let loci: Vec<String> = one.loci().iter().map(|(l, g)| format!("{l} {g}")).collect();
    assert_eq!(loci, ["TH01 6,9.3", "vWA 16,-", "Amelogenin X,Y"]);
    let mixture = &reading.profiles[1];
    assert_eq!((mixture.source(), mixture.loci()[0].1.to_string()), (Source::Mixture, "20".into()));
    assert_eq!(said(&reading), [""; 0]);
}

#[test]
fn a_broken_specimen_is_named_and_its_neighbours_are_read() {
    let good = |id: &str| specimen(id, &locus("FGA", &["20", "21"]));
    for (broken, expected) in [
        (
            specimen("B", &locus("TH01", &["9.3.1"])),
            "specimen \"B\", line 8, column 56: ALLELEVALUE is \"9.3.1\", expected repeats in whole tenths",
        ),
        (
            specimen("B", &locus("TH01", &[""])),
            "specimen \"B\", line 8, column 43: ALLELEVALUE is \"\", expected an allele",
        ),
        (
            specimen("", &locus("TH01", &["6"])),
            "specimen in line 7, line 7, column 11: SPECIMENID is \"\", expected text of",
        ),
        ("<SPECIMEN/>\n".into(), "specimen in line 7: SPECIMENID is missing, expected one a specimen"),
        (
            specimen("B", &(locus("TH01", &["6"]) + &locus("THO1", &["6"]))),
            "specimen \"B\", line 9: LOCUSNAME is TH01, expected each locus once; it is in line 8 already",
        ),
        (
            specimen("B", "<LOCUS><ALLELE><ALLELEVALUE>6</ALLELEVALUE></ALLELE></LOCUS>"),
            "specimen \"B\", line 8: LOCUSNAME is missing, expected one a locus",
        ),
        (
            specimen("B", "<LOCUS><LOCUSNAME>FGA</LOCUS></LOCUSNAME>\n"),
            "specimen \"B\", line 8, column 22: end of element is \"LOCUS\", expected that of \"LOCUSNAME\"",
        ),
        (
            "<SPECIMEN><SPECIMENID>B</SPECIMENID>\n<LOCUS>\n".into(),
            "specimen \"B\", line 9, column 1: SPECIMEN is in another one, expected </SPECIMEN> before the next",
        ),
        (
            specimen("B", "<LOCUS>&boom;</LOCUS>"),
            "specimen \"B\", line 8, column 8: entity is \"boom\", expected one of &lt;",
        ),
        (
            specimen("B", "<LOCUS><LOCUSNAME>FGA</LOCUSNAME><ALLELE>20</ALLELE></LOCUS>"),
            "specimen \"B\", line 8, column 42: text is \"20\", expected none between elements",
        ),
        (
            specimen("B", "<LOCUS><LOCUSNAME>FGA</LOCUSNAME><ALLELE/></LOCUS>"),
            "specimen \"B\", line 8, column 34: ALLELEVALUE is missing, expected one an ALLELE",
        ),
        (
            specimen(
                "B",
                "<LOCUS><LOCUSNAME>FGA</LOCUSNAME><ALELE><ALLELEVALUE>20</ALLELEVALUE></ALELE></LOCUS>",
            ),
            "specimen \"B\", line 8, column 34: element is \"ALELE\", expected one of CMF 3.2 at this place",
        ),
        (
            specimen("B", &locus("FGA", &["1<b/>6"])),
            "specimen \"B\", line 8, column 56: element is \"b\", expected one of CMF 3.2 at this place",
        ),
        (
            specimen("B", "<SPECIMENCATEGORY>Legal</SPECIMENCATEGORY>"),
            "specimen \"B\", line 8, column 19: SPECIMENCATEGORY is \"Legal\", expected one a specimen",
        ),
        (specimen("B", "<LOCUS a=1></LOCUS>"), "specimen \"B\", line 8, column 1: attribute is broken"),
    ] {
        let text = file(&(good("A") + &broken + &good("C")));
        // The first specimen takes lines 4 to 6.
        let reading = lenient(&text);
        assert_eq!(ids(&reading), ["A", "C"], "{broken}");
        let said = said(&reading);
        assert!(said[0].starts_with(expected), "{said:?}");
        assert!(said.last().unwrap().ends_with("(this profile is not read)"), "{said:?}");
        let error = strict(&text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn what_the_schema_does_not_allow_is_said_and_read() {
    let long = "x".repeat(25);
    let many = (0..33).map(|n| locus(&format!("rs{n}"), &["A", "G"])).collect::<Vec<_>>().concat();
    for (xml, expected) in [
        (
            specimen(&long, &locus("FGA", &["20"])),
            "line 4, column 23: length of SPECIMENID is 25, expected at most 24",
        ),
        (specimen("B", &many), "specimen \"B\", line 4: number of loci is 33, expected 1 to 32"),
        (specimen("B", ""), "specimen \"B\", line 4: number of loci is 0, expected 1 to 32"),
        (
            specimen("B", &locus("FGA", &[])),
            "line 5 (FGA): number of alleles is 0, expected 1 to 8 (left out)",
        ),
        (
            specimen("B", &locus("FGA", &["20", "20", "20", "20", "20", "20", "20", "20", "20"])),
            "line 5 (FGA): number of alleles is 9, expected 1 to 8 (read all the same)",
        ),
        (
            specimen("B", &locus("FGA", &["15_14_1_0_9"])),
            "line 5, column 55: length of ALLELEVALUE is 11, expected at most 10",
        ),
        (
            specimen("B", &locus("FGA", &["20"])).replace("Arrestee", "Baker"),
            "line 4, column 55: SPECIMENCATEGORY is \"Baker\", expected one of the 29 categories",
        ),
        (
            specimen("B", &locus("FGA", &["20"])).replace("<SPECIMEN>", "<SPECIMEN PARTIAL=\"so so\">"),
            "line 4, column 1: PARTIAL is \"so so\", expected true or false (read as true)",
        ),
        (
            specimen("B", &locus("FGA", &["20"])).replace("SPECIMENCATEGORY>", "SPECIMENCOMMENT>"),
            "specimen \"B\", line 4: SPECIMENCATEGORY is missing, expected one a specimen (read without one)",
        ),
        (
            specimen("B", "<AGE>5</AGE>"),
            "line 5, column 1: element is \"AGE\", expected one of CMF 3.2 at this place",
        ),
        (
            specimen("B", &locus("FGA", &["20"])) + &specimen("B", &locus("FGA", &["20"])),
            "line 7: profile id is \"B\", expected each id once; it stands in line 4 already (both are read)",
        ),
    ] {
        let text = file(&xml);
        let reading = lenient(&text);
        assert!(said(&reading)[0].starts_with(expected), "{:?}", said(&reading));
        assert!(strict(&text).unwrap_err().to_string().starts_with(expected));
    }
    let text = file(&specimen("é", &locus("FGA", &["20"]))).replace("\"1.0\"", "\"1.0\" encoding=\"latin1\"");
    assert_eq!(
        said(&lenient(&text)),
        ["line 1, column 1: encoding is \"latin1\", expected UTF-8 (read as UTF-8)"]
    );
    let text = file(&specimen("B", &locus("FGA", &["20"]))).replace("3.2", "2.0");
    assert_eq!(
        said(&lenient(&text)),
        ["line 3, column 16: HEADERVERSION is \"2.0\", expected 3.2 (read as 3.2)"]
    );
}

#[test]
fn what_a_profile_has_no_place_for_is_remarked() {
    let xml = specimen("B", &locus("FGA", &["20"])).replace("<ALLELE>", "<ALLELE ALLELEREQUIRED=\"true\">");
    let reading = strict(&file(&xml)).unwrap();
    let expected = "specimen \"B\", line 4: ALLELEREQUIRED is true, expected none, as a profile has no place for it (not kept)";
    assert_eq!(said(&reading), [expected]);
    let reading = strict(&file(&specimen("B", &locus("Amelogenin", &["Z", "Z"])))).unwrap();
    assert!(said(&reading)[0].starts_with("line 5, column 62: allele is \"Z\""), "{:?}", said(&reading));
}

#[test]
fn a_file_that_is_cut_gives_what_stands_before() {
    let text = file(&(specimen("A", &locus("FGA", &["20"])) + &specimen("B", &locus("FGA", &["21"]))));
    let first_ends = text.find("</SPECIMEN>").unwrap() + 11;
    let end = text.trim_end().len();
    for cut in 1..end {
        let part = &text[..cut];
        let options =
            ReadOptions { format: Some(super::super::ProfileFormat::CodisCmf), ..ReadOptions::default() };
        match read(part.as_bytes(), &options) {
            Ok(reading) => {
                assert!(cut >= first_ends && ids(&reading)[0] == "A", "{part}");
                assert!(said(&reading).last().unwrap().contains("(what follows is not read)"), "{part}");
            }
            Err(error) => assert!(cut < first_ends, "{error}"),
        }
        assert!(strict(part).is_err());
    }
    assert!(strict(&text).is_ok());
}

#[test]
fn entities_and_document_types_are_refused() {
    let laughs = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
    let text = file(&specimen("&b;", &locus("FGA", &["20"]))).replace("?>\n", &format!("?>\n{laughs}\n"));
    let error = reading(&text, Strictness::Lenient).unwrap_err().to_string();
    assert!(error.starts_with("line 2, column 1: document type is declared, expected none"), "{error}");
    let deep = "<SPECIMEN>".to_owned() + &"<A>".repeat(1000);
    let error = reading(&file(&deep), Strictness::Lenient).unwrap_err().to_string();
    assert_eq!(error, "line 4, column 53: depth of elements is 17, expected at most 16");
}
