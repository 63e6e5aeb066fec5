use super::*;
use crate::dna::Source;

fn locus(name: &str) -> Locus {
    Locus::new(name).unwrap()
}

fn th01(alleles: &[(&str, f64)]) -> FrequenciesBuilder {
    Frequencies::builder("t").locus("TH01", alleles.iter().copied()).unwrap()
}

fn refused(builder: FrequenciesBuilder) -> String {
    builder.build().unwrap_err().to_string()
}

#[test]
fn what_makes_no_table_is_refused() {
    assert_eq!(
        refused(th01(&[("6", -0.1)])),
        "table \"t\", TH01: frequency of allele 6 is -0.1, expected 0 to 1"
    );
    assert!(refused(th01(&[("6", f64::NAN)])).contains("is NaN, expected 0 to 1"));
    assert!(refused(th01(&[("6", 0.0)])).contains("sum of frequencies is 0, expected more than 0"));
    assert!(refused(th01(&[])).contains("number of alleles is 0"));
    assert!(refused(th01(&[("6", 0.1), ("6.0", 0.2)])).contains("allele is 6, expected each allele once"));
    assert!(refused(th01(&[("6.X", 0.1)])).contains("allele is 6.X, expected one allele, named"));
    let twice = th01(&[("6", 0.1)]).locus("THO1", [("7", 0.1)]).unwrap();
    assert_eq!(refused(twice), "table \"t\": locus is TH01, expected each locus once");
    assert!(refused(Frequencies::builder("t")).contains("number of loci is 0"));
    assert!(refused(Frequencies::builder("")).starts_with("table name"));
    assert!(
        refused(th01(&[("6", 0.1)]).people(0).rare(RareAllele::FiveOver2N))
            .contains("the rule 5/2N needs it")
    );
    assert!(
        refused(th01(&[("6", 0.1)]).silent(locus("FGA"), 0.1)).contains("locus is FGA, expected one whose")
    );
    assert!(
        refused(th01(&[("6", 0.1)]).silent(locus("TH01"), 1.0)).contains("frequency of silent alleles is 1")
    );
    assert!(refused(th01(&[("6", 1.0)]).silent(locus("TH01"), 0.1)).contains("normalise it"));
    let linked = |a, b, rho| refused(th01(&[("6", 0.1)]).linked(locus(a), locus(b), rho));
    assert!(linked("TH01", "TH01", 0.1).contains("two different loci"));
    assert!(
        linked("TH01", "TH01", 0.6).contains("recombination rate of TH01 and TH01 is 0.6, expected 0 to 0.5")
    );
    assert!(linked("TH01", "FGA", 0.1).contains("locus is FGA"));
    let error = Frequencies::builder("t").locus("TH01", [("9.30001", 0.1)]).unwrap_err().to_string();
    assert!(error.starts_with("table \"t\", TH01: allele is"), "{error}");
}

#[test]
fn rounding_is_kept_and_normalising_is_a_choice() {
    let rounded = th01(&[("6", 0.5004), ("7", 0.5)]).build().unwrap();
    assert_eq!(rounded.sum(locus("TH01")), Some(1.0004));
    assert_eq!(rounded.normalised().unwrap().sum(locus("TH01")), Some(1.0));
    let with_silent = th01(&[("6", 3.0), ("7", 1.0)]).silent(locus("TH01"), 0.2).normalise().build().unwrap();
    assert!((with_silent.frequency(locus("TH01"), "6".parse().unwrap()).unwrap() - 0.6).abs() < 1e-15);
    assert!((with_silent.sum(locus("TH01")).unwrap() - 0.8).abs() < 1e-15);
    assert!(refused(th01(&[("6", f64::INFINITY)]).normalise()).contains("is inf"));
}

#[test]
fn an_allele_is_never_silently_impossible() {
    let table = th01(&[("6", 0.5), ("7", 0.0), ("8", 0.001)]).people(100).build().unwrap();
    let of = |table: &Frequencies, allele: &str| table.frequency(locus("TH01"), allele.parse().unwrap());
    assert!(
        of(&table, "7")
            .unwrap_err()
            .to_string()
            .contains("frequency of allele 7 is 0, expected a frequency above 0")
    );
    assert!(of(&table, "9").unwrap_err().to_string().contains("frequency of allele 9 is not known"));
    assert!(of(&table, "-").unwrap_err().to_string().contains("allele is -, expected one allele, named"));
    assert_eq!(of(&table, "8").unwrap(), 0.001);
    let raised = table.clone().with_rare(Some(RareAllele::FiveOver2N)).unwrap();
    assert_eq!(["6", "7", "8", "9"].map(|a| of(&raised, a).unwrap()), [0.5, 0.025, 0.025, 0.025]);
    assert_ne!(table.digest(), raised.digest());
    assert_eq!(raised.with_rare(None).unwrap(), table);
    assert!(
        table
            .frequency(locus("FGA"), "20".parse().unwrap())
            .unwrap_err()
            .to_string()
            .contains("locus is FGA")
    );
}

#[test]
fn counting_leaves_out_what_is_not_sure() {
    let profile = |id: &str, alleles: &[&str]| Profile::new(id, [("TH01", alleles)]).unwrap();
    let people = [
        profile("a", &["6", "6"]),
        profile("b", &["6", "9.3"]),
        profile("c", &["7", "-"]),
        profile("d", &["7"]),
        profile("e", &["7", "8", "9"]),
        profile("f", &["9.X", "6"]),
    ];
    let table = Frequencies::estimate(&people, Some(RareAllele::FiveOver2N)).unwrap();
    assert_eq!(table.at(locus("TH01")).unwrap().counted(), Some(4));
    assert_eq!(table.at(locus("TH01")).unwrap().alleles().len(), 2);
    assert!(table.provenance().contains("6 people; 4 genotypes left out"), "{}", table.provenance());
    let mixture =
        Profile::builder("m").source(Source::Mixture).locus("TH01", ["6", "7"]).unwrap().build().unwrap();
    assert!(Frequencies::estimate([&mixture], None).unwrap_err().to_string().contains("kind is mixture"));
    assert!(Frequencies::estimate([], None).is_err());
}

#[test]
fn sex_decides_what_is_counted_on_x_and_y() {
    let man = [("DXS10101", &["28"][..]), ("DYS391", &["10"]), ("AMEL", &["X", "Y"])];
    let woman = [("DXS10101", &["28", "30"][..]), ("AMEL", &["X", "X"])];
    let people = [Profile::new("m", man).unwrap(), Profile::new("w", woman).unwrap()];
    let table = Frequencies::estimate(&people, None).unwrap();
    assert_eq!(table.loci().len(), 1);
    assert_eq!((table.loci()[0].counted(), table.loci()[0].is_x_linked()), (Some(3), true));
}

#[test]
fn built_in_tables_stand() {
    for name in Frequencies::builtin_names() {
        let table = Frequencies::builtin(name).unwrap();
        assert_eq!((table.loci().len(), table.name()), (29, *name));
        assert!(
            table.loci().iter().all(|locus| (locus.sum() - 1.0).abs() < 1e-12 && locus.counted().is_some())
        );
    }
    // Every line of the file was understood: each count is in one table.
    let lines = include_str!("nist1036.csv").lines().filter(|line| !line.starts_with('#')).skip(1).count();
    let all = Frequencies::builtin("NIST1036").unwrap();
    assert_eq!(all.loci().iter().map(|locus| locus.alleles().len()).sum::<usize>(), lines);
    assert!(Frequencies::builtin("nist").unwrap_err().to_string().contains("nist1036-afam"));
}
