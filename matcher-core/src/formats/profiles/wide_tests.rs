use super::super::{ReadOptions, Reading, read};
use crate::dna::{Category, Source};
use crate::formats::Strictness;

fn lenient(text: &str) -> Reading {
    read(text.as_bytes(), &ReadOptions::default()).unwrap()
}

fn said(reading: &Reading) -> Vec<String> {
    reading.diagnostics.iter().map(ToString::to_string).collect()
}

/// Loci and genotypes of one profile, in the order of loci.
fn loci(reading: &Reading, profile: usize) -> Vec<String> {
    reading.profiles[profile].loci().iter().map(|(locus, genotype)| format!("{locus} {genotype}")).collect()
}

#[test]
fn columns_of_a_locus_in_all_their_spellings() {
    for header in [
        "specimenId,THO1_1,THO1_2,FGA_1,FGA_2",
        "id,TH01.1,TH01.2,FGA.1,FGA.2",
        "Sample Name,TH01 1,TH01 2,FGA 1,FGA 2",
        "id;TH01;;FGA;",
        "id\tTH01\tTH01\tFGA\tFGA",
        "id,TH01,TH01.1,FGA,FGA.1",
        "\"id\",\"TH01-a\",\"TH01-b\",\"FGA a\",\"FGA b\"",
    ] {
        let separator = header.chars().find(|c| matches!(c, ',' | ';' | '\t')).unwrap();
        let row = "S1,6,9.3,20,NULL".replace(',', &separator.to_string());
        let reading = lenient(&format!("{header}\r\n{row}\r\n"));
        assert_eq!(loci(&reading, 0), ["FGA 20,-", "TH01 6,9.3"], "{header}");
        assert_eq!(said(&reading), [""; 0], "{header}");
    }
}

#[test]
fn numbers_that_belong_to_names() {
    let header = "id,D2_1,D2_2,DYS389.1,DYS389.2,DYS385a,DYS385b,PENTA_D_1,PENTA_D_2,Penta E,rs1,rs1.1";
    let reading = lenient(&format!("{header}\nx,17,20,13,29,11,14,9,12,7/13,A,G\n"));
    let expected =
        ["Penta E 7,13", "Penta D 9,12", "DYS389I 13", "DYS389II 29", "DYS385 11,14", "D2 17,20", "rs1 A,G"];
    assert_eq!(loci(&reading, 0), expected);
    let d2 = "line 1, column 2: locus is \"D2\", expected a locus of the known kits (read under its own name; other \
              spellings of it are other loci)";
    assert_eq!(said(&reading), [d2]);
}

#[test]
fn homozygotes_lone_alleles_and_loci_that_gave_nothing() {
    let reading = lenient("id,FGA_1,FGA_2,TH01_1,TH01_2,DYS391_1,DYS391_2\nx,20,20,NULL,NA,10,\ny,,,-,-,,\n");
    assert_eq!(loci(&reading, 0), ["FGA 20,20", "DYS391 10"]);
    assert_eq!(loci(&reading, 1), ["TH01 -,-"]);
}

#[test]
fn kinds_and_categories() {
    let text = "id,kind,category,partial,pop,age,FGA_1,FGA_2\na,single,Arrestee,,AA,5,20,21\nb,,Forensic Mixture,true,,,20,21\n\
                c,mixture,,0,,,20,21\nd,murky,Baker,perhaps,,,20,21\n";
    let reading = lenient(text);
    let got: Vec<_> =
        reading.profiles.iter().map(|p| (p.source(), p.category(), p.is_marked_partial())).collect();
    assert_eq!(got[0], (Source::Single, Some(Category::Arrestee), false));
    assert_eq!(got[1], (Source::Mixture, Some(Category::ForensicMixture), true));
    assert_eq!(got[2], (Source::Mixture, None, false));
    assert_eq!(got[3], (Source::Single, None, true));
    let said = said(&reading);
    assert!(
        said[0].starts_with("line 1, column 6: column name is \"age\", expected the id, a locus"),
        "{said:?}"
    );
    assert!(
        said[1].starts_with("line 5, column 2: kind is \"murky\", expected single, mixture or"),
        "{said:?}"
    );
    assert!(said[2].starts_with("line 5, column 3: category is \"Baker\""), "{said:?}");
    assert_eq!(said[3], "line 5, column 4: partial is \"perhaps\", expected true or false (read as true)");
    assert_eq!(reading.diagnostics_of(3).count(), 4); // three of its own, one of the whole table
}

#[test]
fn rows_that_are_wrong_are_named_and_lost_alone() {
    let text = "id,FGA_1,FGA_2\na,20,21\nb,20,x.y z\n,20,21\nc,20\nd,20,21,22\ne,20,21,,\na,22,23\nf,20,\"21\ng,20,21\n";
    let reading = lenient(text);
    let ids: Vec<&str> = reading.profiles.iter().map(crate::dna::Profile::id).collect();
    assert_eq!(ids, ["a", "c", "d", "e", "a"]);
    let said = said(&reading);
    for (message, expected) in said.iter().zip([
        "profile \"b\", line 3, column 3 (FGA): allele is \"x.y z\", expected repeats in whole tenths",
        "profile \"\", line 4, column 1: profile id is \"\", expected 1 to 255 bytes of UTF-8",
        "line 5: number of cells is 2, expected 3 as in the header (the missing ones are read as empty)",
        "line 6: number of cells is 4, expected 3 as in the header (the others are not read)",
        "line 8: profile id is \"a\", expected each id once; it stands in line 2 already (both are read)",
        "profile \"f\", line 9, column 3: cell is \"21\\ng,20,21\\n\", expected one line: a quote is not closed",
    ]) {
        assert!(message.starts_with(expected), "{message}");
    }
    assert_eq!(said.len(), 6);
}

#[test]
fn tables_without_ids_or_rows_are_refused() {
    for (text, expected) in [
        (
            "specimneId,FGA_1,FGA_2,TH01\na,20,21,6\n",
            "line 1, column 1: column name is \"specimneId\", expected one for ids",
        ),
        (
            "code,FGA_1,FGA_2,TH01\na,20,21,6\n",
            "line 1, column 1: column name is \"code\", expected one for ids",
        ),
        ("id,FGA_1,FGA_2\n", "number of profiles is 0, expected 1 or more"),
        ("id,FGA_1,FGA_2\na,b c,21\n", "profile \"a\", line 2, column 2 (FGA): allele is \"b c\", expected"),
    ] {
        let error = read(text.as_bytes(), &ReadOptions::default()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let strict = ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() };
    let error = read(b"id,FGA_1,FGA_2\na,20,21\nb,20\n", &strict).unwrap_err().to_string();
    assert!(error.starts_with("line 3: number of cells is 2"), "{error}");
}
