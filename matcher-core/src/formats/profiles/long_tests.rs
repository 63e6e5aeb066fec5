use super::super::{ProfileFormat, ReadOptions, Reading, read};
use crate::dna::{Locus, Source};
use crate::error::Result;
use crate::formats::Strictness;

fn strict(text: &str) -> Result<Reading> {
    read(text.as_bytes(), &ReadOptions { strictness: Strictness::Strict, ..ReadOptions::default() })
}

fn lenient(text: &str) -> Reading {
    read(text.as_bytes(), &ReadOptions::default()).unwrap()
}

fn text(reading: &Reading, profile: usize, locus: &str) -> String {
    reading.profiles[profile].get(Locus::new(locus).unwrap()).unwrap().to_string()
}

#[test]
fn separators_marks_quotes_and_line_ends() {
    for table in [
        "SampleName,Marker,Allele1,Allele2\nr,TH01,6,9.3\nr,FGA,20,20\n",
        "\u{feff}Sample Name;Marker;Allele 1;Allele 2\r\nr;TH01;6;9.3\r\nr;FGA;20;20\r\n",
        "Sample.Name\tLocus\tAllele.1\tAllele.2\nr\tTH01\t6\t9.3\nr\tFGA\t20\t20",
        "\"Sample Name\",\"Marker\",\"Allele 1\",\"Allele 2\"\n\"r\",\"THO1\",\"6\",\"9.3\"\n\"r\",\"FGA\",20,20\n",
    ] {
        let reading = strict(table).unwrap();
        assert_eq!(reading.format, ProfileFormat::LongTable);
        assert_eq!((reading.profiles.len(), reading.profiles[0].id()), (1, "r"));
        assert_eq!((text(&reading, 0, "TH01"), text(&reading, 0, "FGA")), ("6,9.3".into(), "20,20".into()));
    }
}

#[test]
fn peaks_with_heights_in_any_order_of_columns() {
    let table = "Sample File,Sample Name,Panel,Marker,Dye,Height 2,Height 1,Allele 2,Allele 1,Size 1\n\
                 f,s,P,D3S1358,B,200,90,17,15,120.5\nf,s,P,vWA,B,,80,,OL,NA\n";
    let reading = strict(table).unwrap();
    let d3 = reading.profiles[0].get(Locus::new("D3S1358").unwrap()).unwrap();
    assert_eq!((d3.to_string(), d3.heights()), ("15,17".into(), Some(&[90.0, 200.0][..])));
    let vwa = reading.profiles[0].get(Locus::new("vWA").unwrap()).unwrap();
    assert_eq!((vwa.to_string(), vwa.heights()), ("OL,-".into(), Some(&[80.0, 0.0][..])));
    assert!(reading.diagnostics.is_empty());
}

#[test]
fn samples_in_turns_names_of_sequences_and_rows_of_nothing() {
    let table = "SampleName,Marker,Allele1,Allele2,Allele3\na,D1S1656,15_14_1_0,16.3_11_1_0,NA\nb,TPOX,8,9,10\n\
                 a,TPOX,NA,NULL,\nb,TH01,6,7,8\nc,,,,\n";
    let reading = strict(table).unwrap();
    let ids: Vec<&str> = reading.profiles.iter().map(crate::dna::Profile::id).collect();
    assert_eq!(ids, ["a", "b", "c"]);
    assert_eq!(text(&reading, 0, "D1S1656"), "15_14_1_0,16.3_11_1_0");
    assert_eq!((reading.profiles[0].loci().len(), reading.profiles[2].loci().len()), (1, 0));
    assert_eq!(reading.profiles[1].source(), Source::Mixture);
}

#[test]
fn replicates_under_one_name_are_named_with_both_lines() {
    let table = "SampleName,Marker,Allele1,Allele2\na,TH01,6,7\nb,TH01,6,7\na,THO1,6,8\n";
    let expected = "profile \"a\", line 4: marker is TH01, expected each marker once a sample; it is in line 2 already \
                    (give replicates names of their own)";
    assert!(strict(table).unwrap_err().to_string().starts_with(expected));
    let reading = lenient(table);
    assert_eq!((reading.profiles.len(), reading.profiles[0].id()), (1, "b"));
    assert_eq!(reading.diagnostics[0].to_string(), format!("{expected} (this profile is not read)"));
}

#[test]
fn headers_that_are_wrong_are_named() {
    for (table, expected) in [
        (
            "Sam pleName,Marker,Allele1,Allele2\na,TH01,6,7\n",
            "line 1, column 1: column name is \"Sam pleName\", expected SampleName (or Sample Name, Sample.Name)",
        ),
        (
            "SampleName,Makrer,Allele1,Allele2\na,TH01,6,7\n",
            "line 1, column 2: column name is \"Makrer\", expected Marker (or Locus)",
        ),
        (
            "SampleName,Marker,Alelle1,Allele2\na,TH01,6,7\n",
            "line 1, column 3: column name is \"Alelle1\", expected Allele or Height with its number",
        ),
        ("Marker,Allele1,Allele2\nTH01,6,7\n", "line 1: column is missing, expected SampleName"),
        (
            "SampleName,Marker,Allele1,Allele 1\na,TH01,6,7\n",
            "line 1, column 4: column name is \"Allele 1\", expected each name once; it is column 3 already",
        ),
    ] {
        let error = read(table.as_bytes(), &ReadOptions::default()).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let options = ReadOptions { format: Some(ProfileFormat::LongTable), ..ReadOptions::default() };
    for (table, expected) in [
        ("Marker,Allele1\nTH01,6\n", "line 1: column is missing, expected SampleName (or"),
        (
            "SampleName,Marker,Height1\na,TH01,6\n",
            "line 1: column is missing, expected Allele1, Allele2 and so on",
        ),
    ] {
        let error = read(table.as_bytes(), &options).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn wrong_rows_lose_their_sample_and_no_other() {
    let table = "SampleName,Marker,Allele1,Allele2,Height1,Height2,Note\na,TH01,6,7,80,90,\nb,TH01,6,1e3,,,\n\
                 c,TH01,6,,80,90,\nd,,6,,,,\n,TH01,6,7,,,\ne,TH01,6,7,80,,\nf,TH01,6,,80,0,\ng,TH01,6\n";
    let reading = lenient(table);
    let ids: Vec<&str> = reading.profiles.iter().map(crate::dna::Profile::id).collect();
    assert_eq!(ids, ["a", "e", "f", "g"]);
    let said: Vec<String> = reading.diagnostics.iter().map(ToString::to_string).collect();
    for (message, expected) in said.iter().zip([
        "line 1, column 7: column name is \"Note\", expected SampleName, Marker",
        "profile \"b\", line 3, column 4 (TH01): allele is \"1e3\", expected repeats in whole tenths",
        "profile \"c\", line 4, column 6 (TH01): peak height is 90, expected none, as there is no allele for it",
        "profile \"d\", line 5, column 2: marker is \"\", expected the name of a locus for the alleles in its row",
        "profile \"\", line 6, column 1: profile id is \"\", expected 1 to 255 bytes of UTF-8",
        "line 7 (TH01): number of peak heights is 1, expected 2, one an allele (heights not read here)",
        "line 9: number of cells is 3, expected 7 as in the header (the missing ones are read as empty)",
    ]) {
        assert!(message.starts_with(expected), "{message}");
    }
    assert_eq!(said.len(), 7);
}
