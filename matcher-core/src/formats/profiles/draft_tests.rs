use super::*;

fn alleles(texts: &[&str]) -> Vec<Allele> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn draft(loci: &[(&str, &[&str])]) -> Draft {
    let mut draft = Draft::default();
    for (line, (name, texts)) in (2..).zip(loci) {
        draft.locus(Locus::new(name).unwrap(), line);
        for allele in alleles(texts) {
            draft.allele(allele, None);
        }
    }
    draft
}

fn text(loci: &[(&str, &[&str])], locus: &str) -> String {
    draft(loci).build("x").unwrap().get(Locus::new(locus).unwrap()).unwrap().to_string()
}

#[test]
fn a_lone_allele_says_what_its_locus_lets_it_say() {
    for (locus, expected) in
        [("TH01", "9.3,-"), ("AMEL", "9.3,-"), ("rs17", "9.3,-"), ("DYS391", "9.3"), ("HPRTB", "9.3")]
    {
        assert_eq!(text(&[(locus, &["9.3"])], locus), expected);
    }
    assert_eq!(text(&[("TH01", &["9.3", "9.3"])], "TH01"), "9.3,9.3");
    let mut mixture = draft(&[("TH01", &["9.3"])]);
    mixture.kind = Some(Source::Mixture);
    assert_eq!(mixture.build("x").unwrap().loci()[0].1.to_string(), "9.3");
}

#[test]
fn heights_of_peaks_that_are_not_there_are_zero() {
    let mut draft = Draft::default();
    draft.locus(Locus::new("TH01").unwrap(), 1);
    draft.allele("9.3".parse().unwrap(), Some(80.0));
    let profile = draft.build("x").unwrap();
    assert_eq!(profile.loci()[0].1.to_string(), "9.3,-");
    assert_eq!(profile.loci()[0].1.heights(), Some(&[80.0, 0.0][..]));
    assert_eq!(draft.last(), (1, 1));
    draft.without_heights();
    assert_eq!(draft.build("x").unwrap().loci()[0].1.heights(), None);
}

#[test]
fn mixtures_are_told_by_their_alleles_where_nothing_tells() {
    let three: &[&str] = &["8", "9", "10"];
    let four: &[&str] = &["8", "9", "10", "11"];
    for (loci, expected) in [
        (&[("TPOX", three)][..], Source::Single),
        (&[("TPOX", three), ("TH01", three)], Source::Mixture),
        (&[("TPOX", four)], Source::Mixture),
        (&[("TPOX", &["8", "9", "-", "9"])], Source::Single),
        (&[("DYF387S1", four), ("DYS385", three)], Source::Single),
        (&[("DYS385", &["8", "9", "10", "11", "12"])], Source::Mixture),
    ] {
        assert_eq!(draft(loci).build("x").unwrap().source(), expected, "{loci:?}");
    }
    let mut stated = draft(&[("TPOX", &["8", "9"])]);
    stated.category = Some(Category::ForensicMixture);
    assert_eq!(stated.build("x").unwrap().source(), Source::Mixture);
    stated.kind = Some(Source::Single);
    assert_eq!(stated.build("x").unwrap().source(), Source::Single);
}

#[test]
fn what_gave_nothing_is_left_out_and_what_is_there_twice_is_found() {
    let both = draft(&[("TPOX", &[]), ("TH01", &["6", "7"]), ("THO1", &["6", "7"])]);
    assert_eq!(both.twice(), Some((Locus::new("TH01").unwrap(), 3, 4)));
    assert!(both.build("x").is_err());
    let one = draft(&[("TPOX", &[]), ("TH01", &["6", "7"])]);
    assert_eq!((one.twice(), one.build("x").unwrap().loci().len(), one.loci()), (None, 1, 2));
}

#[test]
fn what_is_listed_reads_back() {
    let th01 = Locus::new("TH01").unwrap();
    let dys = Locus::new("DYS391").unwrap();
    for (locus, texts, source, count) in [
        (th01, &["9.3", "-"][..], Source::Single, 1),
        (th01, &["9.3", "-"], Source::Mixture, 2),
        (dys, &["9", "-"], Source::Single, 2),
        (th01, &["-", "-"], Source::Single, 2),
        (th01, &["9.3", "9.3"], Source::Single, 2),
        (th01, &["6", "7", "8"], Source::Single, 3),
    ] {
        let genotype = Genotype::new(&alleles(texts)).unwrap();
        let listed = listed(locus, &genotype, source);
        assert_eq!(listed.len(), count);
        assert_eq!(super::genotype(locus, listed, &[], source).unwrap(), genotype);
    }
}
