use super::*;
use crate::dna::{Frequencies, Locus, LocusFrequencies};
use proptest::prelude::*;

fn read(text: &str) -> Result<Frequencies> {
    read_frequencies(text.as_bytes(), &FrequencyOptions::named("t"))?.build()
}

fn of(table: &Frequencies, locus: &str, allele: &str) -> Option<f64> {
    table.at(Locus::new(locus).unwrap()).and_then(|locus| locus.frequency(allele.parse().unwrap()))
}

#[test]
fn layouts_of_tables_give_one_table() {
    for text in [
        "Allele,TH01,FGA\n9.3,0.3,\n20,,0.25\n",
        "\u{feff}\"Allele\";\"THO1\";\"FGA\";\r\n9,3;0,3;;\r\n20;;0,25;\r\n",
        "allele\tTH01\tFGA\n9.3\t0.3\t0\n20\t-\t0.25\n",
        "# a remark\n\nMarker,Allele,Freq\nTH01,9.3,0.3\nFGA,20,0.25\n",
        "frequency;locus;allele\n0,3;TH01;9,3\n0,25;FGA;20\n",
        "{\"TH01\": {\"9.3\": 0.3}, \"FGA\": {\"20\": 0.25}}",
        "{\"us\": {\"TH01\": {\"9.3\": 0.3}, \"FGA\": {\"20\": 0.25}}}",
        "{\"meta\": {}, \"populations\": {\"us\": {\"TH01\": {\"9.3\": 0.3}, \"FGA\": {\"20\": 0.25}}}}",
    ] {
        let table = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!((of(&table, "TH01", "9.3"), of(&table, "FGA", "20")), (Some(0.3), Some(0.25)), "{text}");
        assert_eq!(table.loci().iter().map(|locus| locus.alleles().len()).sum::<usize>(), 2);
    }
    let snps = read("CHROM,MARKER,A1,A2,FREQ1\n1,rs1,G,A,0.75\n").unwrap();
    assert_eq!((of(&snps, "rs1", "G"), of(&snps, "rs1", "A")), (Some(0.75), Some(0.25)));
}

#[test]
fn sample_sizes_are_alleles() {
    let table = read("Allele,TH01,FGA\n6,0.3,0.1\n2N,400,\n").unwrap();
    assert_eq!(table.loci().iter().map(LocusFrequencies::counted).collect::<Vec<_>>(), [None, Some(400)]);
    let json = "{\"meta\": {\"source\": \"s\", \"N\": {\"a\": {\"TH01\": 684}}}, \"populations\": {\"a\": {\"TH01\": {\"6\": 1}}}}";
    let table = read(json).unwrap();
    assert_eq!((table.loci()[0].counted(), table.provenance()), (Some(684), "s"));
}

#[test]
fn faults_are_named() {
    for (text, message) in [
        ("Allele,TH01\n6,x\n", "line 2: TH01 is \"x\", expected a number"),
        (
            "Allele,TH01\n6,0.1,0.2\n",
            "line 2: cell beyond the header is \"0.2\", expected 2 columns, as in the header",
        ),
        ("Allele,TH01,THO1\n", "line 1: locus is TH01, expected each locus once"),
        ("Allele,TH01\n9.30001,0.1\n", "line 2: allele is \"9.30001\", expected repeats in whole tenths"),
        ("Allele,TH01\nN,1.5\n", "line 2: TH01 is \"1.5\", expected a whole number of alleles"),
        ("Allele,TH01\n", "table \"t\": number of loci is 0"),
        ("Allele,TH01\n6,1.5\n", "table \"t\", TH01: frequency of allele 6 is 1.5, expected 0 to 1"),
        ("Allele,TH01\n6,inf\n", "line 2: TH01 is \"inf\", expected a number"),
        ("locus,allele,frequency\nTH01,6\n", "line 2: frequency is \"\", expected a number"),
        ("Sample,TH01\n", "format not recognised: line 1 begins with \"Sample\""),
        ("Allele\n", "format not recognised: line 1 has no tab, semicolon or comma"),
        ("", "format not recognised: an empty file"),
        ("{\"TH01\": {\"6\": \"x\", \"7\": 1}}", "\"TH01\": frequency of \"6\" is \"x\", expected a number"),
        ("{\"TH01\": {\"6\": 1}, \"FGA\": 3}", "\"FGA\": alleles is 3, expected an object of frequencies"),
        ("{\"a\": {\"TH01\": {\"6\": 1}}, \"b\": {}}", "population is not chosen, expected one of: a, b"),
        ("{\"a\": 3}", "population is not chosen, expected one of: loci or populations in the file"),
        ("[1]", "format not recognised: JSON, but no object"),
        ("{\"a\": ", "line 1, column 6: JSON is wrong ("),
        ("{\"TH01\": {\"6\": 0.1, \"6\": 0.2}}", "line 1, column 29: JSON is wrong (\"6\" is there twice"),
    ] {
        let error = read(text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{text}: {error}");
    }
    assert!(read_frequencies(b"Allele,TH01\n6,\xff\n", &FrequencyOptions::default()).is_err());
    let two = b"{\"a\": {\"TH01\": {\"6\": 1}}, \"b\": {\"TH01\": {\"7\": 1}}}";
    let options = FrequencyOptions::population("B");
    assert_eq!(read_frequencies(two, &options).unwrap().build().unwrap().name(), "b");
    let error = read_frequencies(two, &FrequencyOptions::population("c")).unwrap_err().to_string();
    assert_eq!(error, "population is \"c\", expected one of: a, b");
    assert!(read_frequencies(b"Allele,TH01\n6,1\n", &options).is_err());
    let small =
        FrequencyOptions { limits: Limits { bytes: 4, ..Limits::default() }, ..FrequencyOptions::default() };
    assert!(read_frequencies(two, &small).unwrap_err().to_string().contains("expected at most 4"));
    let deep = "[".repeat(100_000);
    assert!(read(&deep).is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(Allele|locus,allele,frequency|\\{\"a\":)?[,;\t]?[ -~\n\t\"]{0,60}") {
        let _ = read(&text);
    }
}
