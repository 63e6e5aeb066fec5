use super::super::{Limits, ProfileFormat, ReadOptions, Reading, read};
use super::*;
use crate::dna::Allele;
use crate::formats::Strictness;

fn reading(text: &str, strictness: Strictness) -> Result<Reading> {
    read(text.as_bytes(), &ReadOptions { strictness, limits: Limits::default(), format: None })
}

fn of(reading: &Reading, profile: usize, locus: &str) -> (String, Vec<f32>) {
    let genotype = reading.profiles[profile].get(Locus::new(locus).unwrap()).unwrap();
    (genotype.to_string(), genotype.heights().unwrap_or_default().to_vec())
}

#[test]
fn lists_with_heights_and_peaks_off_the_ladder() {
    let text = "Sample File\tSample Name\tD3S1358\tHeight\tAMEL\tHeight\tTHO1\tHeight\t\r\n\
                a.fsa\tstain 1\tOL, 15, , \t319, 164, , \tX, Y, , \t399, 565, , \t9.3, , , \t80, , , \t\r\n";
    let reading = reading(text, Strictness::Strict).unwrap();
    assert_eq!(reading.format, ProfileFormat::GeneMapper);
    assert_eq!(reading.profiles[0].id(), "stain 1");
    assert_eq!(of(&reading, 0, "D3S1358"), ("15,OL".into(), vec![164.0, 319.0]));
    assert_eq!(of(&reading, 0, "AMEL"), ("X,Y".into(), vec![399.0, 565.0]));
    assert_eq!(of(&reading, 0, "TH01"), ("9.3,-".into(), vec![80.0, 0.0]));
    let d3 = reading.profiles[0].get(Locus::new("D3S1358").unwrap()).unwrap();
    assert_eq!(d3.alleles()[1], Allele::OFF_LADDER);
}

#[test]
fn without_heights_and_with_nothing_at_a_locus() {
    let text = "Sample File\tSample Name\tD3S1358\tTH01\nf\ta\t15, 16, , \t, , , \nf\tb\t14, 14\t\n";
    let reading = reading(text, Strictness::Strict).unwrap();
    assert_eq!(reading.profiles.len(), 2);
    assert_eq!(of(&reading, 0, "D3S1358"), ("15,16".into(), vec![]));
    assert_eq!(reading.profiles[0].loci().len(), 1);
    assert_eq!(of(&reading, 1, "D3S1358").0, "14,14");
}

#[test]
fn headers_that_are_wrong_are_named() {
    for (header, expected) in [
        (
            "Smaple File\tSample Name\tTH01",
            "line 1, column 1: column name is \"Smaple File\", expected Sample File",
        ),
        (
            "Sample File\tSmaple Name\tTH01",
            "line 1, column 2: column name is \"Smaple Name\", expected Sample Name",
        ),
        (
            "Sample File\tTH01\tFGA",
            "line 1: column Sample Name is missing, expected one: it names the profiles",
        ),
        ("Sample File\tSample Name", "line 1: number of loci is 0, expected 1 or more columns of loci"),
        (
            "Sample File\tSample Name\tTH01\tTHO1",
            "line 1, column 4: locus is TH01, expected each locus once; it is column 3 already",
        ),
        (
            "Sample File\tSample Name\tHeight\tTH01",
            "line 1, column 3: column is \"Height\", expected it right after the column of a locus",
        ),
    ] {
        let error = reading(&format!("{header}\nx\ty\t6, 7\t6, 7\n"), Strictness::Lenient).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_wrong_cell_loses_its_profile_and_no_other() {
    let text = "Sample File\tSample Name\tTH01\tHeight\tFGA\tHeight\n\
                f\ta\t9.3.1, 7\t80, 90\t20\t50\nf\tb\t6, 7\t80, 90\t20\t50\nf\tc\t6, 7\t80, \t20\tx\nf\td\t6, 7\t80, \t20\t50\n";
    let reading_ = reading(text, Strictness::Lenient).unwrap();
    let ids: Vec<&str> = reading_.profiles.iter().map(crate::dna::Profile::id).collect();
    assert_eq!(ids, ["b", "d"]);
    let said: Vec<String> = reading_.diagnostics.iter().map(ToString::to_string).collect();
    assert!(
        said[0].starts_with("profile \"a\", line 2, column 3 (TH01): allele is \"9.3.1\", expected repeats"),
        "{said:?}"
    );
    assert!(said[0].ends_with("(this profile is not read)"), "{said:?}");
    assert!(said[1].starts_with("profile \"c\", line 4, column 5 (FGA): peak height is \"x\""), "{said:?}");
    assert_eq!(
        said[2],
        "line 5, column 4 (TH01): number of peak heights is 1, expected 2, one an allele (heights not read here)"
    );
    assert_eq!(of(&reading_, 1, "TH01"), ("6,7".into(), vec![]));
    assert_eq!(reading_.diagnostics[2].view, Some(1));
    let error = reading(text, Strictness::Strict).unwrap_err().to_string();
    assert_eq!(error, said[0]);
}
