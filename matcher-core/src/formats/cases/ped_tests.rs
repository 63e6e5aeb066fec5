use super::*;
use crate::dna::Locus;
use crate::formats::cases::read_map;

fn read(text: &str) -> Result<PedigreeReading> {
    read_pedigrees(text.as_bytes(), &PedigreeOptions::default())
}

fn message(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

fn at_locus(profile: &Profile, locus: &str) -> String {
    profile.get(Locus::new(locus).unwrap()).map(ToString::to_string).unwrap_or_default()
}

#[test]
fn five_or_six_columns_are_pedigrees_only() {
    for text in [
        "1 A 0 0 1\n1 B 0 0 2\n1 C A B 0\n",
        "1\tA\t0\t0\t1\t2\n\n# x\n1\tB\t.\t-9\tF\t1\r\n1\tC\tA\tB\tunknown\t-9\n",
    ] {
        let reading = read(text).unwrap();
        assert_eq!((reading.families.len(), reading.profiles.len(), reading.remarks.len()), (1, 0, 0));
        let (name, pedigree) = &reading.families[0];
        let child = &pedigree.people()[pedigree.find("C").unwrap()];
        assert_eq!(
            (name.as_str(), child.father(), child.mother(), child.sex()),
            ("1", Some(0), Some(1), None)
        );
    }
}

#[test]
fn markers_have_names_from_somewhere() {
    let rows = "F A 0 0 1 6 9.3 20 21\nF B 0 0 2 7 0 0 0\nF C 0 0 0 0 0 0 0\n";
    let with_names = |markers: &[&str]| {
        let markers = markers.iter().map(|name| (*name).to_owned()).collect();
        read_pedigrees(rows.as_bytes(), &PedigreeOptions { markers, ..PedigreeOptions::default() })
    };
    for reading in [
        read(&format!("#fid id pat mat sex TH01 FGA\n{rows}")).unwrap(),
        read(&format!("FAMID ID FATHER MOTHER GENDER TH01_1 TH01_2 FGA.1 FGA.2\n{rows}")).unwrap(),
        read(&format!("ped id fid mid sex TH01 TH01 FGAa FGAb\n{rows}")).unwrap(),
        with_names(&["TH01", "FGA"]).unwrap(),
    ] {
        assert!(reading.remarks.is_empty());
        let ids: Vec<&str> = reading.profiles.iter().map(Profile::id).collect();
        assert_eq!(ids, ["A", "B"]);
        assert_eq!(at_locus(&reading.profiles[0], "TH01"), "6,9.3");
        assert_eq!(
            (at_locus(&reading.profiles[1], "TH01").as_str(), reading.profiles[1].loci().len()),
            ("7,-", 1)
        );
    }
    let reading = read(rows).unwrap();
    assert_eq!(at_locus(&reading.profiles[0], "marker 2"), "20,21");
    assert_eq!(
        reading.remarks[0].to_string(),
        "line 1: header is missing, expected names of markers (marker 1, 2 ... is used)"
    );
    assert_eq!(
        with_names(&["TH01"]).unwrap_err().to_string(),
        "line 1: number of markers is 2, expected 1, the number of names given"
    );
    let with_phenotype = read("fid iid pat mat sex phenotype TH01\nF A 0 0 1 -9 6 7\n").unwrap();
    assert_eq!(at_locus(&with_phenotype.profiles[0], "TH01"), "6,7");
}

#[test]
fn men_have_one_copy_of_x() {
    let text = "fid id pat mat sex DXS7132 DXS8378\nF A 0 0 1 14 14 10 0\nF B 0 0 2 14 14 10 0\n";
    let profiles = read(text).unwrap().profiles;
    assert_eq!(
        (at_locus(&profiles[0], "DXS7132"), at_locus(&profiles[0], "DXS8378")),
        ("14".into(), "10".into())
    );
    assert_eq!(
        (at_locus(&profiles[1], "DXS7132"), at_locus(&profiles[1], "DXS8378")),
        ("14,14".into(), "10,-".into())
    );
}

#[test]
fn ids_are_told_apart_by_their_family() {
    let reading = read(
        "F1 A 0 0 1 6 7\nF1 B A 0 0 6 7\nF2 A 0 0 2 8 9\n"
            .replace(" 6", " 1 6")
            .replace(" 8", " 1 8")
            .as_str(),
    );
    let reading = reading.unwrap();
    let ids: Vec<&str> = reading.profiles.iter().map(Profile::id).collect();
    assert_eq!(ids, ["F1: A", "B", "F2: A"]);
    let (_, first) = &reading.families[0];
    assert_eq!(first.people()[first.find("B").unwrap()].father(), first.find("F1: A"));
}

#[test]
fn parents_without_a_row_are_added_and_said() {
    let text = "F C A B 0\nF D A B 1\n";
    let reading = read(text).unwrap();
    assert_eq!(reading.families[0].1.people().len(), 4);
    assert_eq!(reading.remarks.len(), 2);
    assert_eq!(
        reading.remarks[0].to_string(),
        "line 1: parent of \"C\" is \"A\", expected somebody with a row (added, not related to anybody else)"
    );
    let strict = PedigreeOptions { strictness: Strictness::Strict, ..PedigreeOptions::default() };
    assert!(read_pedigrees(text.as_bytes(), &strict).is_err());
}

#[test]
fn what_is_wrong_is_named() {
    for (text, expected) in [
        ("", "format not recognised: the input has no row"),
        ("# a\n\n", "format not recognised: the input has no row"),
        ("fid id pat mat sex\n", "format not recognised: the input has no row"),
        ("F A 0 0\n", "line 1: number of columns is 4, expected 5 or more"),
        ("F A 0 0 1\nF B 0\n", "line 2: number of columns is 3, expected 5, as in the first row"),
        ("F A 0 0 1\nF B 0 0 1 1\n", "line 2: number of columns is 6, expected 5"),
        ("F 0 0 0 1\n", "line 1: person is \"0\", expected an id other than 0"),
        ("F A 0 0 3\n", "line 1: sex of \"A\" is \"3\", expected 1, 2, M, F"),
        ("fid id pat mat sex TH01\nF A 0 0 1 6 9,3\n", "line 2, TH01: allele is \"9,3\", expected repeats"),
        ("F A 0 0 1\nF A 0 0 1\n", "family \"F\", person \"A\": id is there twice"),
        ("F A B 0 1\nF B A 0 1\n", "family \"F\", person \"A\": ancestors is \"A\" among them"),
        ("F A B 0 1\nF B 0 0 2\n", "family \"F\", person \"A\": father is \"B\", a woman"),
        ("F A A 0 1\n", "ancestors is \"A\" among them"),
        ("fid id pat mat sex pheno M\nF A 0 0 1\n", "line 2: number of columns is 5, expected 6 or more"),
        (
            "fid id pat mat sex M\nF A 0 0 1 1 6 7 8\n",
            "number of markers in the header is 1, expected 2, as there are alleles, or 4",
        ),
        (
            "fid id pat mat sex M_1 N_2\nF A 0 0 1 6 7\n",
            "names of a marker is \"M_1\" and \"N_2\", expected such",
        ),
        ("fid id pat mat sex M M\nF A 0 0 1 6 7 8 9\n", "markers: locus is M, expected each locus once"),
        ("fid id pat mat sex M\nF A 0 0 1 6\n", "number of columns of alleles is 1, expected two a marker"),
    ] {
        let said = message(text);
        assert!(said.contains(expected), "{said}");
    }
    assert!(read_map(b"1 a\n").unwrap_err().to_string().starts_with("line 1: number of columns is 2"));
    assert_eq!(read_map(b"#\n").unwrap_err().to_string(), "number of markers is 0, expected 1 or more");
}
