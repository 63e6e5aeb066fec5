//! Files of DNA profiles that are wrong on purpose, or by accident: no reader panics, each says what is wrong, and what
//! can be read can be written. All vectors are made here.

use matcher_core::formats::Strictness;
use matcher_core::formats::profiles::{Limits, ProfileFormat, ReadOptions, Reading, read, read_file};
use proptest::prelude::*;
use std::time::{Duration, Instant};

#[path = "hostile/profiles.rs"]
mod profiles;
use profiles::check as check_any;

const CMF: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<CODISImportFile xmlns=\"urn:CODISImportFile-schema\">\n\
    <HEADERVERSION>3.2</HEADERVERSION>\n<SPECIMEN PARTIAL=\"true\"><SPECIMENID>A&amp;1</SPECIMENID>\
    <SPECIMENCATEGORY>Arrestee</SPECIMENCATEGORY>\n<LOCUS><LOCUSNAME>TH01</LOCUSNAME><ALLELE><ALLELEVALUE>6</ALLELEVALUE>\
    </ALLELE><ALLELE><ALLELEVALUE>9.3</ALLELEVALUE></ALLELE></LOCUS></SPECIMEN>\n<SPECIMEN><SPECIMENID>B</SPECIMENID>\
    <SPECIMENCATEGORY>Forensic Mixture</SPECIMENCATEGORY>\n<LOCUS><LOCUSNAME>FGA</LOCUSNAME><ALLELE><ALLELEVALUE>20\
    </ALLELEVALUE></ALLELE></LOCUS></SPECIMEN>\n</CODISImportFile>\n";
const GENEMAPPER: &str = "Sample File\tSample Name\tD3S1358\tHeight\tTH01\tHeight\t\r\n\
    a.fsa\tA\tOL, 15, , \t319, 164, , \t9.3, , , \t80, , , \t\r\nb.fsa\tB\t14, 14\t90, 80\t6, 7\t55, 60\t\r\n";
const LONG: &str = "\u{feff}SampleName;Marker;Allele1;Allele2;Allele3;Height1;Height2;Height3\r\n\
    A;D3S1358;14;15;17;210;880;640\r\nA;TH01;6;9.3;;340;905;\r\n\"B\";FGA;20;;;95;;\r\nB;TH01;;;;;;\r\n";
const WIDE: &str = "specimenId,category,D3S1358_1,D3S1358_2,TH01_1,TH01_2,FGA_1,FGA_2\n\
    A,\"Suspect, Known\",15,17,9.3,9.3,20,NULL\nB,,14,16,NULL,NULL,22,22\n";
const ALL: [(ProfileFormat, &str); 4] = [
    (ProfileFormat::CodisCmf, CMF),
    (ProfileFormat::GeneMapper, GENEMAPPER),
    (ProfileFormat::LongTable, LONG),
    (ProfileFormat::WideTable, WIDE),
];

fn with(format: ProfileFormat) -> ReadOptions {
    ReadOptions { format: Some(format), ..ReadOptions::default() }
}

fn strict(bytes: &[u8]) -> matcher_core::Result<Reading> {
    read(bytes, &ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() })
}

fn refusal(bytes: &[u8]) -> String {
    read(bytes, &ReadOptions::default()).unwrap_err().to_string()
}

#[test]
fn sound_files_say_nothing() {
    for (format, text) in ALL {
        let reading = strict(text.as_bytes()).unwrap();
        assert_eq!((reading.format, reading.profiles.len(), reading.diagnostics.len()), (format, 2, 0));
        check_any(text.as_bytes());
    }
}

#[test]
fn files_cut_anywhere_are_read_or_refused() {
    for (format, text) in ALL {
        for cut in 0..text.len() {
            let part = &text.as_bytes()[..cut];
            check_any(part);
            if let Err(error) = read(part, &with(format)) {
                assert!(error.to_string().contains("expected"), "{error}");
            }
        }
    }
}

#[test]
fn a_billion_laughs_are_refused_before_the_first() {
    let mut entities = String::from("<!ENTITY l0 \"lol\">");
    for n in 1..10 {
        let ten = format!("&l{};", n - 1).repeat(10);
        entities.extend(["<!ENTITY l", &n.to_string(), " \"", &ten, "\">"]);
    }
    let text = CMF.replace("?>\n", &format!("?>\n<!DOCTYPE x [{entities}]>\n")).replace("A&amp;1", "&l9;");
    let expected = "line 2, column 1: document type is declared, expected none";
    assert!(refusal(text.as_bytes()).starts_with(expected), "{}", refusal(text.as_bytes()));
    let forced = read(text.as_bytes(), &with(ProfileFormat::CodisCmf)).unwrap_err().to_string();
    assert!(forced.starts_with(expected), "{forced}");
    // Inside the root as well, and from outside the file.
    let inside = CMF.replace("<HEADERVERSION>", "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><HEADERVERSION>");
    assert!(refusal(inside.as_bytes()).starts_with("line 3, column 1: document type is declared"));
}

#[test]
fn depth_and_width_cost_no_more_than_their_bytes() {
    let start = Instant::now();
    let many = 300_000;
    let opened = CMF.replace("<HEADERVERSION>", &"<A>".repeat(many));
    assert!(refusal(opened.as_bytes()).starts_with("line 3, column 46: depth of elements is 17"));
    let names = (0..many).map(|n| format!(",L{n}")).collect::<Vec<_>>().concat();
    let texts = [
        CMF.replace("<HEADERVERSION>", &"<A/>".repeat(many)),
        CMF.replace("A&amp;1", &"&#65;".repeat(many)),
        CMF.replace(
            "<SPECIMEN>",
            &format!("<SPECIMEN {}>", (0..2_000).map(|n| format!("a{n}=\"\" ")).collect::<Vec<_>>().concat()),
        ),
        CMF.replace("</LOCUS></SPECIMEN>", &format!("</LOCUS>{}</SPECIMEN>", "<LOCUS/>".repeat(many))),
        CMF.replace("</SPECIMEN>", &format!("</SPECIMEN>{}", "<SPECIMEN>".repeat(many))),
        CMF.replace("</SPECIMEN>", &"</X>".repeat(many)),
        CMF.replace("<ALLELE>", &"<ALLELE><ALLELEVALUE>1</ALLELEVALUE></ALLELE>".repeat(many / 10)),
        format!("id{names}\n1\n"),
        WIDE.replace("15,17", &"1".repeat(many)),
        WIDE.replace("15,17", &format!("\"{}\"", "1,".repeat(many))),
        WIDE.replace("15,17", &",".repeat(many)),
        format!("{WIDE}{}", "x,,1,2,3,4,5,z z\n".repeat(many / 10)),
        LONG.replace("14;15", &format!("{};1", "9".repeat(many))),
        format!(
            "{LONG}{}",
            (0..many / 10).map(|n| format!("A;L{n};1;2;;;;\r\n")).collect::<Vec<_>>().concat()
        ),
        format!("{LONG}{}", "A;L1;1;2;;;;\r\n".repeat(many / 10)),
        format!("{LONG}{}", "\r\n".repeat(many)),
        format!("{LONG}\"{}", "A;L1;1;2;;;;\r\n".repeat(many / 10)),
        GENEMAPPER.replace("6, 7", &", ".repeat(many)),
        ",".repeat(many),
        "\"".repeat(many),
        "\t\n".repeat(many),
    ];
    for text in texts {
        let reading = read(text.as_bytes(), &ReadOptions::default());
        if let Ok(reading) = reading {
            assert!(reading.diagnostics.len() <= 1_001);
            assert!(reading.diagnostics.iter().all(|d| d.to_string().len() < 2_000));
        } else if let Err(error) = reading {
            assert!(error.to_string().len() < 2_000);
        }
    }
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
}

#[test]
fn text_that_is_no_utf_8_is_named() {
    for (text, expected) in [
        (CMF.replace("<SPECIMENID>B", "<SPECIMENID>\u{1}"), "it seems to be XML that is not in UTF-8"),
        (
            WIDE.replace("A,\"", "\u{1},\""),
            "profile \"\u{fffd}\", line 2, column 1: profile id is \"\u{fffd}\", expected 1 to 255",
        ),
        (
            WIDE.replace("15,17", "15,\u{1}"),
            "profile \"A\", line 2, column 4 (D3S1358): allele is \"\u{fffd}\", expected text",
        ),
        (
            LONG.replace("A;TH01", "A;\u{1}"),
            "profile \"A\", line 3, column 2: locus is \"\u{fffd}\", expected a name in UTF-8",
        ),
    ] {
        let bytes: Vec<u8> = text.bytes().map(|byte| if byte == 1 { 0xe9 } else { byte }).collect();
        let said = match read(&bytes, &ReadOptions::default()) {
            Ok(reading) => reading.diagnostics[0].to_string(),
            Err(error) => error.to_string(),
        };
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn a_file_that_is_none_is_named() {
    let folder = std::env::temp_dir();
    let error = read_file(&folder, &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.ends_with("is a folder, expected a file"), "{error}");
    let path = folder.join(format!("matcher-hostile-{}.csv", std::process::id()));
    std::fs::write(&path, WIDE.replace("15", "1 5")).unwrap();
    let reading = read_file(&path, &ReadOptions::default());
    let small = ReadOptions { limits: Limits { bytes: 9, ..Limits::default() }, ..ReadOptions::default() };
    let long = read_file(&path, &small).unwrap_err().to_string();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(reading.unwrap().profiles[0].id(), "B");
    assert!(long.contains("input length is"), "{long}");
}

/// A sound input with some bytes replaced, and some pieces moved in, cut or not.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let sound = prop::sample::select(ALL.map(|(_, text)| text.as_bytes().to_vec()).to_vec());
    let pieces = prop::sample::select(vec![
        "",
        "\"",
        "\n",
        "\r",
        ",",
        ";",
        "\t",
        "<",
        ">",
        "</",
        "/>",
        "&",
        "&#0;",
        "&lt;",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<SPECIMEN>",
        "</SPECIMEN>",
        "</LOCUS>",
        "<?x?>",
        "\0",
        "é",
        "NULL",
        "9.3",
        "9.3.1",
        "OL",
        "-",
        "*",
        "TH01",
        "X",
    ]);
    let change = (any::<prop::sample::Index>(), 0..4usize, pieces, any::<Option<u8>>());
    let changes = prop::collection::vec(change, 0..5);
    (sound, changes, any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(mut bytes, changes, end, cut)| {
            for (at, length, piece, byte) in changes {
                let at = at.index(bytes.len());
                let until = (at + length).min(bytes.len());
                bytes.splice(at..until, piece.bytes().chain(byte));
            }
            if cut {
                bytes.truncate(end.index(bytes.len()));
            }
            bytes
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check_any(&bytes);
    }

    #[test]
    fn any_table_is_read_or_refused(
        header in "(id|Sample Name|Sample File)[,;\t](TH01|TH01_1|Marker|Allele1|Height|kind|FGA|rs1|,|;|\t){1,9}",
        rows in "([A-Z0-9.,;\t\"\r\n_ -]{1,30}\n){0,6}",
    ) {
        check_any(format!("{header}\n{rows}").as_bytes());
    }

    #[test]
    fn mutated_files_are_read_or_refused(bytes in mutated()) {
        check_any(&bytes);
    }
}
