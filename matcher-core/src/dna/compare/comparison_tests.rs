use super::*;
use crate::dna::Category;

/// Six loci of a person.
const PERSON: [(&str, [&str; 2]); 6] = [
    ("vWA", ["16", "17"]),
    ("TH01", ["6", "9.3"]),
    ("D21S11", ["28", "30"]),
    ("FGA", ["21", "21"]),
    ("D8S1179", ["13", "14"]),
    ("D3S1358", ["15", "16"]),
];

fn person() -> Profile {
    Profile::new("person", PERSON).unwrap()
}

/// The person with one locus changed.
fn with(name: &str, alleles: &[&str]) -> Profile {
    let mut builder = Profile::builder("trace");
    for (locus, same) in PERSON {
        let changed: &[&str] = if locus == name { alleles } else { &same };
        builder = builder.locus(locus, changed).unwrap();
    }
    builder.build().unwrap()
}

fn under(rule: &str, trace: &Profile) -> ProfileComparison {
    let rule = Rule::builtin(rule).unwrap();
    let one_way = compare(trace, &person(), &rule, Victims::default());
    let other_way = compare(&person(), trace, &rule, Victims::default());
    assert_eq!((&one_way.loci, one_way.counts), (&other_way.loci, other_way.counts));
    one_way
}

#[test]
fn the_same_profile_is_a_hit_under_each_rule_that_can_compare_it() {
    for rule in ["high", "low", "prum", "genis_high", "genis_moderate", "genis_low"] {
        let found = under(rule, &person());
        assert_eq!((found.outcome, found.counts.agreeing), (Outcome::Hit, 6), "{rule}");
    }
}

#[test]
fn too_few_loci_are_not_no_hit() {
    let found = under("codis_moderate", &person());
    assert_eq!(found.outcome, Outcome::NotComparable("6 loci can be compared, and 8 must agree".into()));
    let found = under("y_haplotype", &person());
    assert_eq!(found.loci, []);
    assert!(matches!(found.outcome, Outcome::NotComparable(_)));
}

#[test]
fn the_worst_stringency_of_the_agreeing_loci_is_that_of_the_whole() {
    let mut rule = Rule::new("low", Stringency::Low, 5, 1);
    let found = compare(&with("vWA", &["16", "16"]), &person(), &rule, Victims::default());
    assert_eq!(found.stringency, Some(Stringency::Moderate));
    let found = compare(&with("vWA", &["16", "18"]), &person(), &rule, Victims::default());
    assert_eq!(found.stringency, Some(Stringency::Low));
    rule.stringency = Stringency::High;
    let found = compare(&with("vWA", &["16", "18"]), &person(), &rule, Victims::default());
    assert_eq!((found.is_hit(), found.stringency), (true, Some(Stringency::High)));
}

#[test]
fn prum_classes() {
    let mut seven = PERSON.to_vec();
    seven.push(("D18S51", ["12", "13"]));
    let person = Profile::new("person", seven.clone()).unwrap();
    let class = |locus: usize, alleles: [&'static str; 2]| {
        let mut trace = seven.clone();
        trace[locus].1 = alleles;
        let found = compare(
            &Profile::new("trace", trace).unwrap(),
            &person,
            &Rule::builtin("prum").unwrap(),
            Victims::default(),
        );
        (found.outcome, found.quality.map(Quality::number))
    };
    assert_eq!(class(0, ["16", "17"]), (Outcome::Hit, Some(1)));
    assert_eq!(class(0, ["16", "OL"]), (Outcome::Hit, Some(2)));
    assert_eq!(class(1, ["6", "9"]), (Outcome::Hit, Some(3)));
    assert_eq!(class(0, ["16", "18"]), (Outcome::Hit, Some(4)));
    assert_eq!(class(0, ["18", "19"]), (Outcome::NoHit, None));
}

#[test]
fn prum_entry() {
    let rule = Rule::builtin("prum").unwrap();
    let reason = |profile: &Profile| match compare(profile, &person(), &rule, Victims::default()).outcome {
        Outcome::NotComparable(reason) => reason,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        reason(&with("vWA", &["16", "-"])),
        "profile \"trace\": 5 fully designated loci, expected at least 6"
    );
    let mixture = Profile::builder("m").source(Source::Mixture).build().unwrap();
    assert_eq!(reason(&mixture), "profile \"m\": a mixture, and the rule compares none");
    let others =
        ["D1S1656", "D2S441", "D10S1248", "D12S391", "D22S1045", "D2S1338"].map(|l| (l, ["12", "13"]));
    let offender = Profile::new("o", others).unwrap();
    let builder =
        others.iter().fold(Profile::builder("o").category(Some(Category::ConvictedOffender)), |b, (l, a)| {
            b.locus(l, a).unwrap()
        });
    assert_eq!(
        reason(&builder.build().unwrap()),
        "profile \"o\": 0 of the 7 loci of a reference profile are fully designated, expected 6"
    );
    assert_eq!(reason(&offender), "0 loci can be compared, and 6 must agree");
}

#[test]
fn loci_that_are_not_autosomal_are_kept_apart() {
    let trace = |sex: [&'static str; 2]| {
        let mut loci = PERSON.to_vec();
        loci.extend([("AMEL", sex), ("DYS391", ["10", "11"])]);
        Profile::new("trace", loci).unwrap()
    };
    let found =
        compare(&trace(["X", "Y"]), &trace(["X", "X"]), &Rule::builtin("high").unwrap(), Victims::default());
    assert_eq!((found.outcome, found.loci.len()), (Outcome::Hit, 6));
}

#[test]
fn a_rule_may_differ_by_categories() {
    let rule: Rule = "name = \"a\"\nsource = \"b\"\nstringency = \"high\"\nmin_loci = 6\n\
        [[pairs]]\ncategories = [\"Forensic, Unknown\", \"Arrestee\"]\nstringency = \"moderate\"\nmin_loci = 5\nmax_mismatches = 0"
        .parse()
        .unwrap();
    let of = |category: Option<Category>| {
        let mut builder = Profile::builder("x").category(category);
        for (locus, alleles) in PERSON {
            let alleles = if locus == "vWA" && category == Some(Category::ForensicUnknown) {
                ["16", "16"]
            } else {
                alleles
            };
            builder = builder.locus(locus, alleles).unwrap();
        }
        builder.build().unwrap()
    };
    let (trace, arrestee) = (of(Some(Category::ForensicUnknown)), of(Some(Category::Arrestee)));
    assert!(compare(&arrestee, &trace, &rule, Victims::default()).is_hit());
    assert!(!compare(&of(None), &trace, &rule, Victims::default()).is_hit());
}

#[test]
fn victims_count_between_mixtures() {
    let mixture = |id: &str, alleles: &[&str]| {
        Profile::builder(id).source(Source::Mixture).locus("FGA", alleles).unwrap().build().unwrap()
    };
    let (a, b) = (mixture("a", &["20", "21", "22"]), mixture("b", &["19", "20", "21", "23"]));
    let victim = Profile::new("v", [("FGA", ["22", "22"])]).unwrap();
    let rule = Rule { min_loci: 1, max_mismatches: 0, ..Rule::builtin("genis_mixture").unwrap() };
    assert!(compare(&a, &b, &rule, Victims { a: Some(&victim), b: None }).is_hit());
    // What is not known of a victim may explain what is left.
    let partial = Profile::new("v", [("FGA", ["20", "-"])]).unwrap();
    let found = compare(&a, &b, &rule, Victims { a: Some(&partial), b: None });
    assert_eq!(found.loci[0].verdict, Verdict::Wildcard);
    let unlike = mixture("c", &["9.X", "12"]);
    assert_eq!(compare(&a, &unlike, &rule, Victims::default()).loci[0].verdict, Verdict::Excluded);
    let other = Profile::new("v", [("FGA", ["20", "20"])]).unwrap();
    assert!(!compare(&a, &b, &rule, Victims { a: Some(&other), b: None }).is_hit());
}
