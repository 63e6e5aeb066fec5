//! Files of kinship cases that are wrong on purpose, or by accident: no reader panics, each says what is wrong, and what
//! can be read can be written. All vectors are made here.

use matcher_core::formats::Strictness;
use matcher_core::formats::cases::{
    CaseFormat, CaseLimits, CaseOptions, PedigreeOptions, no_files, read_case, read_case_file, read_map,
    read_pedigrees,
};
use proptest::prelude::*;
use std::time::{Duration, Instant};

#[path = "hostile/cases.rs"]
mod cases;
use cases::check as check_any;

const FAM: &str = "\"Output from Familias, version 3.3.1\"\n\"DO NOT EDIT!\"\n3.3.1 (DVI)\n\"\"\n2\n\
\"AF\"\n#FALSE#\n-1\n#FALSE#\n#TRUE#\n1\n0\n1\n0\n\"CH\"\n#FALSE#\n-1\n#FALSE#\n#FALSE#\n1\n1\n1\n0\n\
\"Known relations\"\n0\n0\n0\n2\n0\n\"H1\"\n1\n0\n2\n0\n1\n2\n1\n1\n\"H2\"\n0\n0\n0\n\
#FALSE# (#Databases: 1 ;Theta/Kinship/Fst: 0.02 )\n1\n#TRUE#\n\"lab\"\n\
\"TH01\"\n0.001\n0.002\n4\n4\n2\n0.1\n0.1\n1e-006\n1e-006\n#FALSE#\n0\n\
2\t(DatabaseSize = 200 , Dropout probability = 0 , Minor allele frequency = 0 )\n\"6\"\n0.25\n\"9.3\"\n0.35\n\
[DVI]\n[[Unidentified persons]]\nnPersons= 1\n[[[Person 1 ]]]\nName= V1\nGender= Male\n[[[[DNA data]]]]\nnSystems= 1\n\
SystemName= TH01\nAllele1= 6\nAllele2= 9.3\n[[Reference Families]]\nnFamilies= 1\n[[[Family 1 ]]]\nName= F1\n\
[[[[Persons]]]]\nnPersons= 2\n[[[[[Person 1]]]]]\nName= Wife\nGender= Female\n[[[[[[DNA data]]]]]]\nnSystems= 0\n[[[[[Person 2]]]]]\nName= Son\nGender= Male\n[[[[[[DNA data]]]]]]\nnSystems= 0\n\
[[[[Pedigrees]]]]\nnPedigrees= 1\n[[[[[Pedigree 1]]]]]\nName= P\nnRelations= 2\nParent= Missing person\nChild= Son\n\
Parent= Wife\nChild= Son\n[Advanced]\nDropin= 0\n";
const TOML: &str = "question = \"?\"\nfrequencies = { loci = { TH01 = { 6 = 0.5, \"9.3\" = 0.5 } } }\nrare = 0.01\n\
theta = 0.01\nmutation = { model = \"equal\", male = 0.01, female = 0.02 }\npriors = { H1 = 0.5, H2 = 0.5 }\n\
post_mortem = { V1 = { TH01 = [\"6\", 9.3] } }\n[[hypothesis]]\nname = \"H1\"\npeople = [{ id = \"A\", sex = \"male\" }, \
{ id = \"B\", father = \"A\" }]\n[[hypothesis]]\nname = \"H2\"\npeople = [{ id = \"A\" }, { id = \"B\" }]\n\
[[family]]\nname = \"F\"\npeople = [{ id = \"M\" }]\nmissing = [\"M\"]\n[profiles.A]\nTH01 = [6, \"-\"]\n";
const PED: &str =
    "#fid id pat mat sex TH01 DXS7132\nF1 A 0 0 1 6 9.3 14 0\nF1 B A C 2 6 0 14 15\nF2 A 0 0 0 0 0 0 0\n";

fn options(format: Option<CaseFormat>, strictness: Strictness) -> CaseOptions {
    CaseOptions { format, strictness, ..CaseOptions::default() }
}

/// What `text` gives for 0, 1, 2, ..., put together.
fn repeated(times: usize, text: impl Fn(usize) -> String) -> String {
    (0..times).map(text).collect::<Vec<_>>().concat()
}

fn refusal(text: &str) -> String {
    read_case(text.as_bytes(), &CaseOptions::default(), &no_files).unwrap_err().to_string()
}

#[test]
fn sound_files_say_nothing() {
    for (format, text) in [(CaseFormat::Familias, FAM), (CaseFormat::CaseFile, TOML)] {
        let reading = read_case(text.as_bytes(), &options(None, Strictness::Strict), &no_files).unwrap();
        assert_eq!((reading.format, reading.remarks.len()), (format, 0));
        assert_eq!((reading.case.hypotheses.len(), reading.case.families.len()), (2, 1));
        check_any(text.as_bytes());
    }
    assert_eq!(read_pedigrees(PED.as_bytes(), &PedigreeOptions::default()).unwrap().families.len(), 2);
}

#[test]
fn files_cut_anywhere_are_read_or_refused() {
    for text in [FAM, TOML, PED] {
        for cut in 0..text.len() {
            check_any(&text.as_bytes()[..cut]);
        }
    }
}

#[test]
fn bytes_changed_anywhere_are_read_or_refused() {
    for text in [FAM, TOML, PED] {
        for at in 0..text.len() {
            for change in [0x01, 0x80, 0x20] {
                let mut bytes = text.as_bytes().to_vec();
                bytes[at] ^= change;
                check_any(&bytes);
            }
        }
    }
}

#[test]
fn short_files_cannot_ask_for_much() {
    let start = Instant::now();
    let many = 100_000;
    let number = usize::MAX.to_string();
    for (from, to, expected) in [
        ("\"\"\n2\n", &*format!("\"\"\n{number}\n"), "number of people in all pedigrees"),
        ("relations\"\n0\n0\n", &format!("relations\"\n{number}\n0\n"), "number of people in all pedigrees"),
        ("\"H1\"\n1\n", &format!("\"H1\"\n1{number}\n"), "number of extra women"),
        ("\"H1\"\n1\n0\n", &format!("\"H1\"\n1\n{number}\n"), "number of people in all pedigrees"),
        ("0\n0\n0\n2\n", &format!("0\n0\n0\n{number}\n"), "number of a pedigree"),
        ("0\n0\n0\n2\n", &format!("0\n0\n{number}\n2\n"), "parent is \"2\""),
        ("#TRUE#\n1\n0", &format!("#TRUE#\n{number}\n0"), "first allele is \"\\\"CH\\\"\""),
        (")\n1\n#TRUE#", &format!(")\n{number}\n#TRUE#"), "name of a locus is \"[DVI]\""),
        ("4\n4\n2\n", &format!("4\n4\n{number}\n"), "number of alleles is 2"),
        ("nPersons= 1", &format!("nPersons= {number}"), "number of unidentified persons is 1"),
    ] {
        assert!(FAM.contains(from), "{from}");
        let said = refusal(&FAM.replacen(from, to, 1));
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    // Pedigrees repeat all people, and all relations that they share.
    let people = "\"P\"\n#FALSE#\n-1\n#FALSE#\n#TRUE#\n0\n";
    let names: String = repeated(1_000, |n| people.replace('P', &format!("P{n}")));
    let same = "0\n1\n".repeat(many);
    let pedigrees: String = repeated(many, |n| format!("{n}\n\"H{n}\"\n0\n0\n0\n"));
    let text = format!(
        "\"Output from Familias\"\n\"\"\n3\n\"\"\n1000\n{names}\"Known relations\"\n0\n0\n{many}\n{same}{many}\n{pedigrees}"
    );
    assert!(refusal(&text).contains("number of people in all pedigrees is 101000, expected at most 100000"));
    let loci = FAM.split_once("\"TH01\"").unwrap().1.split_once("[DVI]").unwrap().0;
    let many_loci: String =
        repeated(2_000, |n| format!("\"L{n}\"{}", loci.replace("0.001", &format!("0.{n}"))));
    let texts = [
        FAM.replace("3.3.1 (DVI)", &"9".repeat(many)),
        FAM.replace("\"6\"", &format!("\"{}\"", "6".repeat(many))),
        FAM.replace("\n1\n#TRUE#\n\"lab\"\n", "\n2001\n#TRUE#\n\"lab\"\n")
            .replace("[DVI]", &format!("{many_loci}[DVI]")),
        FAM.replace("Name= V1\n", &"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n".repeat(100)),
        FAM.replace("Parent= Wife\n", &repeated(many, |n| format!("Parent= P{n}\nChild= Son\n"))),
        FAM.replace("Parent= Wife\n", &repeated(many, |n| format!("Parent= P{n}\nChild= P{}\n", n + 1))),
        FAM.replace(
            "Parent= Wife\n",
            &repeated(many, |n| format!("Parent= Missing male {n}\nChild= Son{n}\n")),
        ),
        format!("a = {}", "[".repeat(many)),
        format!("a{} = 1", ".a".repeat(many)),
        format!("{}a = 1", "a = 1\n".repeat(many)),
        format!("question = \"{}\"", "x".repeat(many)),
        format!("[profiles.A]\n{}", repeated(many / 10, |n| format!("L{n} = [1, 2]\n"))),
        format!("{PED}{}", repeated(many, |n| format!("F{n} A 0 0 1 6 7 0 0\n"))),
        format!("{PED}{}", repeated(9_000, |n| format!("F1 P{n} P{} 0 0 6 7 0 0\n", n + 1))),
        format!("F A 0 0 1{}", " 1".repeat(many)),
        "\n".repeat(many),
    ];
    for text in texts {
        if let Err(error) = read_case(text.as_bytes(), &CaseOptions::default(), &no_files) {
            assert!(error.to_string().len() < 2_000, "{}", error.to_string().len());
        }
        if let Err(error) = read_pedigrees(text.as_bytes(), &PedigreeOptions::default()) {
            assert!(error.to_string().len() < 2_000);
        }
    }
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
}

#[test]
fn people_are_counted_in_every_format() {
    let limits = CaseLimits { people: 3, ..CaseLimits::default() };
    for (text, found) in [(TOML, 4), (FAM, 4)] {
        let options = CaseOptions { limits, ..CaseOptions::default() };
        let error = read_case(text.as_bytes(), &options, &no_files).unwrap_err().to_string();
        let expected = format!("number of people in all pedigrees is {found}, expected at most 3");
        assert!(error.contains(&expected) && error.starts_with("line "), "{error}");
    }
    let long = vec![b'\n'; CaseLimits::default().bytes + 1];
    assert!(read_map(&long).unwrap_err().to_string().starts_with("input length is 16777217 bytes"));
}

#[test]
fn files_are_bounded_and_stay_where_they_are() {
    let folder = std::env::temp_dir().join(format!("matcher-cases-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("case/data")).unwrap();
    std::fs::write(folder.join("outside.csv"), "id,TH01_1,TH01_2\nA,6,7\n").unwrap();
    std::fs::write(folder.join("case/data/inside.csv"), "id,TH01_1,TH01_2\nA,6,7\n").unwrap();
    let path = folder.join("case/a case.toml");
    let with = |name: &str, bytes: usize| {
        let text =
            format!("profiles = \"{name}\"\n[[hypothesis]]\nname = \"H\"\npeople = [{{ id = \"A\" }}]\n");
        std::fs::write(&path, text).unwrap();
        let limits = CaseLimits { bytes, ..CaseLimits::default() };
        read_case_file(&path, &CaseOptions { limits, ..CaseOptions::default() })
    };
    let inside = with("data/inside.csv", 1_000);
    let outside = ["../outside.csv", "data/../../outside.csv", folder.join("outside.csv").to_str().unwrap()]
        .map(|name| with(name, 1_000).unwrap_err().to_string());
    let (missing, long) = (with("data/none.csv", 1_000), with("data/inside.csv", 20));
    std::fs::remove_dir_all(&folder).unwrap();
    let case = inside.unwrap().case;
    assert_eq!((case.name.as_str(), case.profiles.len()), ("a case", 1));
    for message in outside {
        assert!(message.contains("expected a file beside the case"), "{message}");
    }
    assert!(missing.unwrap_err().to_string().contains("none.csv"));
    assert!(long.unwrap_err().to_string().contains("input length is"));
}

/// A sound input with some bytes replaced, and some pieces moved in, cut or not.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let sound = prop::sample::select([FAM, TOML, PED].map(|text| text.as_bytes().to_vec()).to_vec());
    let pieces = prop::sample::select(vec![
        "",
        "\"",
        "\n",
        "\r",
        ",",
        "=",
        "\t",
        "[",
        "]",
        "[[",
        "{",
        "}",
        "#",
        "#TRUE#",
        "#FALSE#",
        "0\n",
        "1\n",
        "2\n",
        "-1\n",
        "99\n",
        "1e9\n",
        "NaN\n",
        "\0",
        "é",
        "Missing person",
        "Parent= Son\n",
        "Child= Son\n",
        "6",
        "9.3",
        "H1",
        "A",
        "none",
        "\"A\"",
        "TH01",
        "[DVI]\n",
        "name = \"H1\"\n",
        "inf",
        "F1 A 0 0 1 6 6 6 6\n",
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

/// Lines of a project taken out, put in twice, or exchanged.
fn shuffled() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..3u8);
    prop::collection::vec(change, 1..4).prop_map(|changes| {
        let mut lines: Vec<&str> = FAM.lines().collect();
        for (a, b, kind) in changes {
            let (a, b) = (a.index(lines.len()), b.index(lines.len()));
            match kind {
                0 => drop(lines.remove(a)),
                1 => lines.insert(a, lines[b]),
                _ => lines.swap(a, b),
            }
        }
        lines.join("\n").into_bytes()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_000) })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        check_any(&bytes);
    }

    #[test]
    fn any_rows_are_read_or_refused(rows in "([A-C0-2.# -]{1,3}[ \t]){3,8}\n(([A-C0-2.]{1,2}[ \t]){5,9}\n){0,6}") {
        check_any(rows.as_bytes());
    }

    #[test]
    fn mutated_files_are_read_or_refused(bytes in mutated()) {
        check_any(&bytes);
    }

    #[test]
    fn shuffled_projects_are_read_or_refused(bytes in shuffled()) {
        check_any(&bytes);
    }
}
