//! Kinship at its edges: likelihoods smaller than a number holds, marks that cover nothing, sizes that no memory holds, and
//! slips that must not change an answer in silence.

use matcher_core::dna::kinship::{Contribution, Model, NotCounted, Pedigree, Relation, kinship, kinship_lr};
use matcher_core::dna::likelihood::MutationModel;
use matcher_core::dna::{Frequencies, Locus, Profile, RareAllele};
use matcher_core::units::{Log10, Log10Lr, Theta};

const LOCUS: &str = "TH01";

fn table() -> Frequencies {
    Frequencies::builder("t")
        .locus(LOCUS, [("6", 0.25), ("7", 0.25), ("8", 0.25), ("20", 0.25)])
        .unwrap()
        .build()
        .unwrap()
}

fn typed(id: &str, alleles: [&str; 2]) -> Profile {
    Profile::new(id, [(LOCUS, alleles)]).unwrap()
}

/// A couple and so many children; the log10 likelihood.
fn couple(children: &[Profile], parents: &[Profile], table: &Frequencies, model: &Model) -> Log10 {
    let mut builder = Pedigree::builder().person("F", None, None, None).person("M", None, None, None);
    for child in children {
        builder = builder.person(child.id(), Some("F"), Some("M"), None);
    }
    let pedigree = builder.build().unwrap();
    let profiles: Vec<&Profile> = children.iter().chain(parents).collect();
    kinship(&[("H", &pedigree)], &profiles, table, model, None).unwrap().hypotheses[0].log10_likelihood
}

#[test]
fn what_is_smaller_than_a_number_holds_is_not_impossible() {
    // Parents 6,7 and 8,20 are the only ones who can have these four children, 150 of each: 8 ordered pairs of 1/256, and
    // each child 1/4.
    let pairs = [["6", "8"], ["6", "20"], ["7", "8"], ["7", "20"]];
    let children: Vec<Profile> = (0..600).map(|n| typed(&format!("C{n}"), pairs[n % 4])).collect();
    let by_hand = log10(8.0 / 256.0) + 600.0 * log10(0.25);
    let ours = couple(&children, &[], &table(), &Model::default()).value();
    assert!((ours - by_hand).abs() < 1e-9 * by_hand.abs(), "{ours} and {by_hand}");
    let with_theta = Model::default().with_theta(Theta::new(1e-12).unwrap());
    let ours = couple(&children, &[], &table(), &with_theta).value();
    assert!((ours - by_hand).abs() < 1e-6, "{ours} and {by_hand}");
}

fn log10(number: f64) -> f64 {
    Log10::of(number).unwrap().value()
}

#[test]
fn many_rare_mutations_are_rare_and_not_impossible() {
    let model = Model::default().with_mutation(MutationModel::stepwise(1e-3, 1e-6, 0.1).unwrap());
    let of = |n: usize, theta: f64| {
        let children: Vec<Profile> = (0..n).map(|n| typed(&format!("C{n}"), ["20", "20"])).collect();
        let model = model.clone().with_theta(Theta::new(theta).unwrap());
        couple(&children, &[typed("F", ["6", "6"])], &table(), &model)
    };
    for theta in [0.0, 0.01] {
        let (few, many) = (of(10, theta).value(), of(40, theta).value());
        let a_child = (of(11, theta).value() - few, of(41, theta).value() - many);
        assert!(many.is_finite() && (a_child.0 - a_child.1).abs() < 0.01, "{few} {many} {a_child:?}");
    }
}

#[test]
fn a_mark_that_covers_no_allele_is_a_rare_one_or_does_not_count() {
    let father = typed("F", ["6", "6"]);
    let child = typed("C", ["6", "13.X"]);
    let duo = Pedigree::new([("C", Some("F"), None, None), ("F", None, None, None)]).unwrap();
    let apart = Pedigree::new([("C", None, None, None), ("F", None, None, None)]).unwrap();
    let lr = |table: &Frequencies, model: &Model| {
        let report =
            kinship(&[("H1", &duo), ("H2", &apart)], &[&father, &child], table, model, None).unwrap();
        (report.log10_lr().unwrap(), report.units[0].contribution.clone())
    };
    let rule = table().to_builder().people(100).rare(RareAllele::FiveOver2N).build().unwrap();
    // He hands on the 6; with another man the 6 may be of either parent, 0.25 each.
    let (ratio, _) = lr(&rule, &Model::default());
    assert!((ratio.value().unwrap() - log10(2.0)).abs() < 1e-12);
    let equal = Model::default().with_mutation(MutationModel::equal(0.001).unwrap());
    let stepwise = Model::default().with_mutation(MutationModel::stepwise(0.001, 1e-6, 0.1).unwrap());
    let not_counted = Contribution::NotCounted(NotCounted::NoneCovered);
    for (table, model) in [(&table(), &Model::default()), (&rule, &stepwise), (&rule, &equal)] {
        let (ratio, contribution) = lr(table, model);
        assert_eq!((ratio, contribution), (Log10Lr::Undefined, not_counted.clone()));
    }
}

#[test]
fn what_no_memory_holds_is_an_error() {
    let alleles: Vec<String> = (1..=2000).map(|n| n.to_string()).collect();
    let big = Frequencies::builder("big")
        .locus("SE33", alleles.iter().map(|a| (a, 1.0 / 2000.0)))
        .unwrap()
        .build()
        .unwrap();
    let people: Vec<Profile> = (0..1000)
        .map(|n| Profile::new(&format!("P{n}"), [("SE33", [&alleles[2 * n], &alleles[2 * n + 1]])]).unwrap())
        .collect();
    let pedigree = Pedigree::new(people.iter().map(|p| (p.id(), None, None, None))).unwrap();
    let profiles: Vec<&Profile> = people.iter().collect();
    let error =
        kinship(&[("H", &pedigree)], &profiles, &big, &Model::default(), None).unwrap_err().to_string();
    assert!(error.starts_with("SE33: people times pairs of alleles is"), "{error}");
    let model = Model::default().with_mutation(MutationModel::equal(0.001).unwrap());
    let linked = big.to_builder().locus("FGA", alleles.iter().take(400).map(|a| (a, 1.0 / 400.0))).unwrap();
    let linked = linked.linked(Locus::new("SE33").unwrap(), Locus::new("FGA").unwrap(), 0.1).build().unwrap();
    let stepwise = model.with_mutation(MutationModel::stepwise(0.001, 1e-6, 0.1).unwrap());
    let cousins = Relation::FirstCousins;
    let both = |id: &str| Profile::new(id, [("SE33", ["20", "21"]), ("FGA", ["20", "21"])]).unwrap();
    let error =
        kinship_lr(&both("A"), &both("B"), cousins, Relation::Unrelated, &linked, &stepwise).unwrap_err();
    assert!(error.to_string().contains("size of the tables of inheritance"), "{error}");
}

#[test]
fn slips_are_errors() {
    let (a, b) = (typed("A", ["6", "7"]), typed("B", ["6", "6"]));
    let model = Model::default().with_dropout("a", 0.1);
    let error =
        kinship_lr(&a, &b, Relation::FullSiblings, Relation::Unrelated, &table(), &model).unwrap_err();
    assert!(
        error.to_string().contains("profile is \"a\", expected the id of a profile of the case"),
        "{error}"
    );
    let wrong: Relation = serde_json::from_str("{\"ibd\":[5.0,-2.0,0.0]}").unwrap();
    assert!(kinship_lr(&a, &b, wrong, Relation::Unrelated, &table(), &Model::default()).is_err());
    assert!(serde_json::from_str::<Pedigree>(r#"[{"id":"C","fahter":"F"},{"id":"F"}]"#).is_err());
    let apart = Pedigree::new([("A", None, None, None), ("B", None, None, None)]).unwrap();
    let three = [("H1", &apart), ("H2", &apart), ("H3", &apart)];
    let report = kinship(&three, &[&a, &b], &table(), &Model::default(), Some(&[0.333; 3])).unwrap();
    assert!((report.hypotheses[0].prior - 1.0 / 3.0).abs() < 1e-15);
}

#[test]
fn amelogenin_is_no_missing_table() {
    let with_sex = |id: &str| Profile::new(id, [(LOCUS, ["6", "7"]), ("AMEL", ["X", "Y"])]).unwrap();
    let (a, b) = (with_sex("A"), with_sex("B"));
    let answer =
        kinship_lr(&a, &b, Relation::Identical, Relation::Unrelated, &table(), &Model::default()).unwrap();
    assert!(answer.to_string().contains("1 loci") && answer.counted() == 1);
    let sex = answer.per_locus.iter().find(|(loci, _)| loci[0].name() == "Amelogenin").unwrap();
    assert_eq!(format!("{:?}", sex.1), "NotCounted(NotInherited)");
}

#[test]
fn who_is_inbred_matters_even_alone() {
    let a = typed("A", ["6", "6"]);
    let b = typed("B", ["-", "-"]);
    let inbred = Relation::jacquard([0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]).unwrap();
    let answer = kinship_lr(&a, &b, inbred, Relation::Unrelated, &table(), &Model::default()).unwrap();
    assert!((answer.log10_lr.value().unwrap() - log10(4.0)).abs() < 1e-12); // 0.25 against 0.25^2
}
