use super::*;
use crate::dna::{FrequenciesBuilder, RareAllele};

const FORMULAS: [Formula; 3] = [Formula::Nrc41, Formula::Inbreeding, Formula::Nrc410];

fn builder() -> FrequenciesBuilder {
    let alleles = [("8", 0.1), ("9", 0.3), ("9.1", 0.05), ("9.3", 0.35), ("10", 0.2)];
    Frequencies::builder("t").locus("TH01", alleles).unwrap()
}

fn theta() -> Theta {
    Theta::new(0.02).unwrap()
}

fn of(table: &Frequencies, formula: Formula, alleles: &[&str]) -> LocusProbability {
    let profile = Profile::new("p", [("TH01", alleles)]).unwrap();
    match_probability(&profile, table, theta(), formula).unwrap().per_locus[0].1
}

fn close(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 1e-12, "{found} {expected}");
}

#[test]
fn a_dropped_allele_by_the_published_value() {
    // Five alleles, p 0.1, theta 0.01: 0.21191; another program gave 0.00030.
    let alleles = [("1", 0.1), ("2", 0.225), ("3", 0.225), ("4", 0.225), ("5", 0.225)];
    let table = Frequencies::builder("t").locus("TH01", alleles).unwrap().build().unwrap();
    let profile = Profile::new("p", [("TH01", ["1", "-"])]).unwrap();
    let answer = match_probability(&profile, &table, Theta::new(0.01).unwrap(), Formula::Nrc410).unwrap();
    let by_hand = (0.119 * 0.129 + 2.0 * 0.109 * (4.0 * 0.01 + 0.99 * 0.9)) / (1.01 * 1.02);
    close(answer.log10.number(), by_hand);
    assert!((by_hand - 0.21191).abs() < 5e-6);
}

#[test]
fn what_is_open_is_the_sum_of_what_it_may_be() {
    let table = builder().build().unwrap();
    for formula in FORMULAS {
        let whole = |a: &str, b: &str| of(&table, formula, &[a, b]).factor();
        let sum = |pairs: &[(&str, &str)]| pairs.iter().map(|&(a, b)| whole(a, b)).sum::<f64>();
        let any = sum(&[("8", "8"), ("8", "9"), ("8", "9.1"), ("8", "9.3"), ("8", "10")]);
        for open in ["-", "*", "OL"] {
            close(whole("8", open), any);
        }
        close(whole("8", "9.X"), sum(&[("8", "9.1"), ("8", "9.3")]));
        close(whole("9.X", "9.X"), sum(&[("9.1", "9.1"), ("9.1", "9.3"), ("9.3", "9.3")]));
        close(whole("9.3", "9.X"), sum(&[("9.3", "9.1"), ("9.3", "9.3")]));
        close(
            whole("9>", "9.X"),
            sum(&[("9.1", "9.1"), ("9.1", "9.3"), ("9.3", "9.3"), ("10", "9.1"), ("10", "9.3")]),
        );
        let beside_any = sum(&[("9.1", "8"), ("9.1", "9"), ("9.1", "9.1"), ("9.1", "9.3"), ("9.1", "10")])
            + sum(&[("9.3", "8"), ("9.3", "9"), ("9.3", "9.3"), ("9.3", "10")]);
        close(whole("9.X", "-"), beside_any);
        assert!(whole("8", "9.3") < whole("8", "9.X") && whole("8", "9.X") < whole("8", "-"));
    }
}

#[test]
fn without_theta_everything_is_hardy_weinberg() {
    let table = builder().build().unwrap();
    let profile = |alleles: [&str; 2]| Profile::new("p", [("TH01", alleles)]).unwrap();
    for formula in FORMULAS {
        let p = |alleles| {
            match_probability(&profile(alleles), &table, Theta::ZERO, formula).unwrap().log10.number()
        };
        close(p(["8", "8"]), 0.01);
        close(p(["8", "10"]), 0.04);
        close(p(["8", "-"]), 1.0 - 0.9 * 0.9);
    }
}

#[test]
fn marks_use_the_rule_for_what_was_never_seen() {
    let table = builder().build().unwrap();
    let raised = builder().people(50).rare(RareAllele::FiveOver2N).build().unwrap();
    assert_eq!(
        of(&table, Formula::Nrc41, &["8", "12.X"]),
        LocusProbability::NotCounted(NotCounted::NoneCovered)
    );
    close(of(&raised, Formula::Nrc41, &["8", "12.X"]).factor(), 2.0 * 0.1 * 0.05);
    close(of(&raised, Formula::Nrc41, &["8", "9.X"]).factor(), 2.0 * 0.1 * (0.05 + 0.35 + 0.05));
    close(of(&raised, Formula::Nrc41, &["8", "12"]).factor(), 2.0 * 0.1 * 0.05);
    let unseen = Profile::new("C-17", [("TH01", ["8", "12"])]).unwrap();
    let error = match_probability(&unseen, &table, theta(), Formula::Nrc41).unwrap_err().to_string();
    assert!(
        error.starts_with("profile \"C-17\", table \"t\", TH01: frequency of allele 12 is not known"),
        "{error}"
    );
}

#[test]
fn unlisted_and_silent_alleles_make_it_likelier() {
    let short = Frequencies::builder("t").locus("TH01", [("8", 0.1), ("9", 0.3)]).unwrap().build().unwrap();
    close(of(&short, Formula::Nrc41, &["8", "-"]).factor(), 0.01 + 0.09 * 0.02 + 2.0 * 0.1 * 0.9);
    let th01 = Locus::new("TH01").unwrap();
    let silent = builder().silent(th01, 0.01).normalise().build().unwrap();
    let p = 0.1 * 0.99;
    close(of(&silent, Formula::Nrc41, &["8", "8"]).factor(), p * p + p * (1.0 - p) * 0.02 + 2.0 * p * 0.01);
    close(
        of(&silent, Formula::Nrc41, &["8", "-"]).factor(),
        p * p + p * (1.0 - p) * 0.02 + 2.0 * p * (1.0 - p),
    );
}

#[test]
fn what_is_not_counted_says_why() {
    let table = builder().locus("D3S1358", [("15", 1.0)]).unwrap();
    let table = table.x_linked(Locus::new("D3S1358").unwrap()).build().unwrap();
    let reason = |locus: &str, alleles: &[&str]| {
        let profile = Profile::new("p", [(locus, alleles)]).unwrap();
        let answer = match_probability(&profile, &table, theta(), Formula::Nrc410).unwrap();
        assert_eq!((answer.log10, answer.counted()), (Log10::ONE, 0));
        answer.not_counted().next().unwrap().1
    };
    assert_eq!(reason("AMEL", &["X", "Y"]), NotCounted::NotAutosomal);
    assert_eq!(reason("DYS391", &["10"]), NotCounted::NotAutosomal);
    assert_eq!(reason("D3S1358", &["15", "15"]), NotCounted::NotAutosomal);
    assert_eq!(reason("FGA", &["20", "21"]), NotCounted::NotInTable);
    assert_eq!(reason("TH01", &["-", "*"]), NotCounted::NothingKnown);
    assert_eq!(reason("TH01", &["*"]), NotCounted::NothingKnown);
    assert_eq!(reason("TH01", &["8"]), NotCounted::OneCopy);
    assert_eq!(reason("TH01", &["8", "9", "10"]), NotCounted::MoreThanTwo);
    let mixture = Profile::builder("m").source(Source::Mixture).build().unwrap();
    assert!(match_probability(&mixture, &table, theta(), Formula::Nrc410).is_err());
}

#[test]
fn the_method_covers_every_number() {
    let profile = Profile::new("p", [("TH01", ["8", "9"])]).unwrap();
    let (table, other) = (builder().build().unwrap(), builder().people(50).build().unwrap());
    let method = |table, theta, formula| match_probability(&profile, table, theta, formula).unwrap().method;
    let first = method(&table, theta(), Formula::Nrc410);
    assert_eq!(first, method(&table, theta(), Formula::Nrc410));
    assert_ne!(first, method(&table, Theta::ZERO, Formula::Nrc410));
    assert_ne!(first, method(&table, theta(), Formula::Nrc41));
    assert_ne!(first, method(&other, theta(), Formula::Nrc410));
    for formula in FORMULAS {
        assert_eq!(formula.to_string().parse::<Formula>().unwrap(), formula);
    }
    assert!("4.4".parse::<Formula>().is_err());
}
