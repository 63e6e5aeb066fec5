use super::*;
use crate::dna::{Frequencies, Locus, LocusFrequencies, RareAllele};
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

#[test]
fn what_a_table_has_no_place_for_is_said() {
    let locus = |name: &str| Locus::new(name).unwrap();
    let table = Frequencies::builder("lab").provenance("here").people(100).rare(RareAllele::Fixed(0.01));
    let table = table.locus("vWA", [("16", 0.5), ("17", 0.25), ("18", 0.0)]).unwrap();
    let table = table.locus("D12S391", [("17", 0.5)]).unwrap().locus("DXS7132", [("14", 1.0)]).unwrap();
    let table = table.locus("New, X", [("1", 0.5)]).unwrap().x_linked(locus("New, X"));
    let table = table.silent(locus("vWA"), 0.01).linked(locus("vWA"), locus("D12S391"), 0.1).build().unwrap();
    let written = write_frequencies(&table, FrequencyFormat::EuroForMix).unwrap();
    let text = "Allele,vWA,D12S391,DXS7132,\"New, X\"\n1,,,,0.5\n14,,,1.0,\n16,0.5,,,\n17,0.25,0.5,,\n";
    assert_eq!(String::from_utf8(written.bytes).unwrap(), text);
    let lost: Vec<&str> = written.lost.iter().map(|lost| lost.problem.field.as_str()).collect();
    let rest = [
        "alleles of frequency 0",
        "silent alleles",
        "X linkage",
        "linked pairs of loci",
        "rare-allele rule",
        "provenance",
    ];
    assert_eq!((lost[0], &lost[1..]), ("sample size", &rest[..]));
    assert_eq!(
        written.lost[3].to_string().split(", ").next(),
        Some("table \"lab\": X linkage is stated at 1 loci")
    );
    let written = write_frequencies(&table, FrequencyFormat::StrMix).unwrap();
    assert_eq!(String::from_utf8(written.bytes).unwrap(), format!("{text}N,200,200,200,200\n"));
    assert_eq!(written.lost.iter().map(|lost| lost.problem.field.as_str()).collect::<Vec<_>>(), rest);
}

#[test]
fn names_that_a_table_does_not_give_back_are_refused() {
    for (name, allele) in [("say \"x\"", "6"), ("new; one", "6"), ("TH01", "N")] {
        let table = Frequencies::builder("t").locus(name, [(allele, 0.5)]);
        let Ok(table) = table.and_then(|table| table.people(50).build()) else { continue };
        for format in FrequencyFormat::ALL {
            let error = write_frequencies(&table, format).unwrap_err().to_string();
            assert!(error.ends_with("expected names of loci and alleles that a table gives back"), "{error}");
        }
    }
}

fn a_table() -> impl Strategy<Value = Frequencies> {
    let names = vec!["TH01", "FGA", "Penta D", "SE33", "DXS7132", "rs17", "Y-GATA-H4", "new, two", "#3"];
    let loci = prop::sample::subsequence(names, 1..8);
    let allele = prop_oneof![
        8 => (1..400u16).prop_map(|tenths| crate::dna::Allele::repeat(tenths).unwrap().to_string()),
        1 => prop::sample::select(vec!["A", "C", "G", "T", "X"]).prop_map(String::from),
        1 => "[0-9]{2}_[0-9]{1,2}_[0-9]".prop_map(String::from),
    ];
    let frequency =
        prop_oneof![4 => 1e-9..1.0f64, 1 => Just(0.0), 1 => (1..1000u32).prop_map(|n| f64::from(n) / 1000.0)];
    let alleles = prop::collection::btree_map(allele, frequency, 1..9);
    loci.prop_flat_map(move |loci| {
        let each = prop::collection::vec((alleles.clone(), prop::option::of(0..99_999u64)), loci.len());
        (Just(loci), each)
    })
    .prop_map(|(loci, tables)| {
        let mut builder = Frequencies::builder("t");
        for (name, (alleles, counted)) in loci.into_iter().zip(tables) {
            let mut alleles: Vec<(String, f64)> = alleles.into_iter().collect();
            let sum = alleles.iter().map(|(_, frequency)| frequency).sum::<f64>();
            if sum > 1.0 {
                for (_, frequency) in &mut alleles {
                    *frequency /= sum;
                }
            } else if sum == 0.0 {
                alleles[0].1 = 0.5;
            }
            builder = builder.locus(name, alleles).unwrap();
            builder = counted.into_iter().fold(builder, |b, n| b.counted(Locus::new(name).unwrap(), n));
        }
        builder.build().unwrap()
    })
}

proptest! {
    #[test]
    fn tables_come_back(table in a_table()) {
        let back = |format| {
            let written = write_frequencies(&table, format).unwrap();
            let text = String::from_utf8(written.bytes).unwrap();
            (read(&text).unwrap(), written.lost, text)
        };
        let (again, lost, text) = back(FrequencyFormat::StrMix);
        let zeros = table.loci().iter().flat_map(LocusFrequencies::alleles).any(|(_, frequency)| *frequency == 0.0);
        prop_assert_eq!(lost.len(), usize::from(zeros));
        prop_assert!(zeros || again.digest() == table.digest());
        for (old, new) in table.loci().iter().zip(again.loci()) {
            let seen: Vec<_> = old.alleles().iter().filter(|(_, frequency)| *frequency > 0.0).copied().collect();
            prop_assert_eq!((old.locus(), &seen[..], old.counted()), (new.locus(), new.alleles(), new.counted()));
        }
        let rewritten = write_frequencies(&again, FrequencyFormat::StrMix).unwrap().bytes;
        prop_assert_eq!(String::from_utf8(rewritten).unwrap(), text);
        let (again, _, text) = back(FrequencyFormat::EuroForMix);
        prop_assert!(again.loci().iter().all(|locus| locus.counted().is_none()));
        prop_assert!(text.lines().all(|line| !line.starts_with("N,")));
    }

    #[test]
    fn mutated_tables_are_read_or_refused(table in a_table(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = write_frequencies(&table, FrequencyFormat::StrMix).unwrap().bytes;
        let at = at.index(bytes.len());
        bytes[at] = byte;
        for bytes in [&bytes[..], &bytes[..at]] {
            let Ok(builder) = read_frequencies(bytes, &FrequencyOptions::named("t")) else { continue };
            if let Ok(read) = builder.build() {
                let _ = write_frequencies(&read, FrequencyFormat::EuroForMix);
            }
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(Allele|locus,allele,frequency|\\{\"a\":)?[,;\t]?[ -~\n\t\"]{0,60}") {
        let _ = read(&text);
    }
}
