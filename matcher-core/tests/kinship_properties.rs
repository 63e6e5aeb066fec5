//! What must hold of kinship whatever the case: no answer depends on the order or the names of people, ratios undo each
//! other, and what all possible genotypes say together is exactly 1.

use matcher_core::dna::kinship::{
    Contribution, KinshipReport, Model, Pedigree, Prepared, Relation, Unit, kinship, kinship_lr,
};
use matcher_core::dna::likelihood::{Mutation, MutationModel};
use matcher_core::dna::{Frequencies, Locus, Profile, Sex};
use matcher_core::units::{Log10Lr, Theta};
use proptest::prelude::*;

const LOCUS: &str = "TH01";
const ALLELES: [&str; 5] = ["6", "7", "8", "9", "9.3"];

fn table(frequencies: [f64; 5]) -> Frequencies {
    let sum: f64 = frequencies.iter().sum();
    Frequencies::builder("t")
        .locus(LOCUS, ALLELES.into_iter().zip(frequencies.map(|f| f / sum)))
        .unwrap()
        .build()
        .unwrap()
}

fn profile(id: &str, a: usize, b: usize) -> Profile {
    Profile::new(id, [(LOCUS, [ALLELES[a], ALLELES[b]])]).unwrap()
}

type People<'a> = &'a [(&'a str, &'a str, &'a str)];

fn pedigree(people: People<'_>) -> Pedigree {
    let some = |id| Some(id).filter(|id: &&str| !id.is_empty());
    Pedigree::new(people.iter().map(|&(id, father, mother)| (id, some(father), some(mother), None))).unwrap()
}

/// Pedigrees in which A, B and C are typed: two lines and a loop among them.
fn pedigrees() -> Vec<Pedigree> {
    vec![
        pedigree(&[("A", "F", "M"), ("B", "F", "M"), ("C", "A", ""), ("F", "", ""), ("M", "", "")]),
        pedigree(&[
            ("A", "", ""),
            ("X", "A", "W"),
            ("W", "", ""),
            ("B", "X", "V"),
            ("V", "", ""),
            ("C", "X", "V"),
        ]),
        pedigree(&[
            ("A", "F", "M"),
            ("S", "F", "M"),
            ("F", "", ""),
            ("M", "", ""),
            ("B", "A", "S"),
            ("C", "", "S"),
        ]),
        pedigree(&[("A", "", ""), ("B", "", ""), ("C", "", "")]),
    ]
}

fn models() -> Vec<Model> {
    let theta = Theta::new(0.03).unwrap();
    let equal: Mutation = MutationModel::equal(0.02).unwrap().into();
    let stepwise = MutationModel::stepwise(0.02, 0.001, 0.2).unwrap();
    let by_sex = Mutation::by_sex(stepwise, MutationModel::proportional(0.01).unwrap());
    vec![
        Model::default(),
        Model::default().with_theta(theta),
        Model::default().with_mutation(equal),
        Model::default().with_mutation(by_sex),
        Model::default().with_theta(theta).with_mutation(equal),
        Model::default().with_theta(theta).with_mutation(by_sex),
    ]
}

fn report(
    first: &Pedigree,
    second: &Pedigree,
    profiles: &[Profile],
    table: &Frequencies,
    model: &Model,
) -> KinshipReport {
    let profiles: Vec<&Profile> = profiles.iter().collect();
    kinship(&[("H1", first), ("H2", second)], &profiles, table, model, None).unwrap()
}

fn same(a: Log10Lr, b: Log10Lr) {
    match (a, b) {
        (Log10Lr::Finite(a), Log10Lr::Finite(b)) => assert!((a - b).abs() < 1e-12, "{a} and {b}"),
        (a, b) => assert_eq!(a, b),
    }
}

fn frequencies() -> impl Strategy<Value = [f64; 5]> {
    [0.01..1.0, 0.01..1.0, 0.01..1.0, 0.01..1.0, 0.01..1.0f64]
}

fn genotypes() -> impl Strategy<Value = Vec<(usize, usize)>> {
    proptest::collection::vec((0..5usize, 0..5usize), 3)
}

fn typed(genotypes: &[(usize, usize)]) -> Vec<Profile> {
    ["A", "B", "C"].iter().zip(genotypes).map(|(id, &(a, b))| profile(id, a, b)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn names_and_order_of_people_mean_nothing(freqs in frequencies(), genotypes in genotypes(), seed in 0..1000u64) {
        let (table, profiles) = (table(freqs), typed(&genotypes));
        let unrelated = pedigrees().pop().unwrap();
        for model in models() {
            for pedigree in pedigrees() {
                let mut people: Vec<_> = pedigree.people().iter().map(|person| {
                    let id = |place: Option<usize>| place.map(|place| format!("new {}", pedigree.people()[place].id()));
                    (format!("new {}", person.id()), id(person.father()), id(person.mother()), person.sex())
                }).collect();
                let turn = seed as usize % people.len();
                people.rotate_left(turn);
                people.reverse();
                let renamed = Pedigree::new(people.iter().map(|(id, f, m, sex)| (id.as_str(), f.as_deref(), m.as_deref(), *sex))).unwrap();
                let alone = Pedigree::new(["new C", "new A", "new B"].map(|id| (id, None, None, None))).unwrap();
                let new: Vec<Profile> = profiles.iter().rev().map(|p| p.clone().with_id(&format!("new {}", p.id())).unwrap()).collect();
                let first = report(&pedigree, &unrelated, &profiles, &table, &model);
                let second = report(&renamed, &alone, &new, &table, &model);
                same(first.log10_lr().unwrap(), second.log10_lr().unwrap());
                let back = report(&unrelated, &pedigree, &profiles, &table, &model);
                prop_assert_eq!(first.log10_lr().unwrap().inverse(), back.log10_lr().unwrap());
            }
        }
    }

    #[test]
    fn who_was_not_typed_and_has_no_children_means_nothing(freqs in frequencies(), genotypes in genotypes()) {
        let (table, profiles) = (table(freqs), typed(&genotypes));
        let unrelated = pedigrees().pop().unwrap();
        for model in models() {
            for pedigree in pedigrees() {
                let more = pedigree.to_builder().person("leaf", Some("A"), Some("stranger"), None)
                    .person("stranger", None, None, None).build();
                let Ok(more) = more else { continue };
                let (a, b) = (report(&pedigree, &unrelated, &profiles, &table, &model), report(&more, &unrelated, &profiles, &table, &model));
                same(a.log10_lr().unwrap(), b.log10_lr().unwrap());
            }
        }
    }

    #[test]
    fn a_founder_who_was_not_typed_means_nothing_under_a_stationary_model(freqs in frequencies(), genotypes in genotypes()) {
        let (table, profiles) = (table(freqs), typed(&genotypes));
        let unrelated = pedigrees().pop().unwrap();
        let proportional = MutationModel::proportional(0.05).unwrap();
        for mutation in [None, Some(proportional)] {
            let keep = mutation.map_or_else(Model::default, |mutation| Model::default().with_mutation(mutation));
            let prune = keep.clone().with_prune_untyped(true);
            for pedigree in pedigrees() {
                let (a, b) = (report(&pedigree, &unrelated, &profiles, &table, &keep), report(&pedigree, &unrelated, &profiles, &table, &prune));
                same(a.log10_lr().unwrap(), b.log10_lr().unwrap());
            }
        }
    }

    #[test]
    fn alleles_that_nobody_shows_may_be_one(freqs in frequencies(), rest in 1..4usize) {
        // All five alleles, or the last ones as one: the equal model with the same number of alleles is no longer the
        // same, so this is without mutation and with the proportional model, whose rate is of the whole table.
        let full = table(freqs);
        let locus = Locus::new(LOCUS).unwrap();
        let alleles = full.at(locus).unwrap().alleles();
        let shown = 5 - rest;
        let few: Vec<_> = alleles[..shown].to_vec();
        let lump: f64 = alleles[shown..].iter().map(|(_, f)| f).sum();
        let short = Frequencies::builder("t").alleles(locus, few.into_iter().chain([("X9".parse().unwrap(), lump)])).build().unwrap();
        let typed = [profile("A", 0, 0), profile("B", 0, shown - 1), profile("C", shown - 1, 0)];
        let unrelated = pedigrees().pop().unwrap();
        for theta in [Theta::ZERO, Theta::new(0.05).unwrap()] {
            let model = Model::default().with_theta(theta);
            for pedigree in pedigrees() {
                let (a, b) = (report(&pedigree, &unrelated, &typed, &full, &model), report(&pedigree, &unrelated, &typed, &short, &model));
                same(a.log10_lr().unwrap(), b.log10_lr().unwrap());
            }
        }
    }

    #[test]
    fn a_name_its_coefficients_and_its_states_are_one_relation(freqs in frequencies(), g in genotypes(), t in 0..3usize) {
        let table = table(freqs);
        let theta = [Theta::ZERO, Theta::new(0.01).unwrap(), Theta::new(0.2).unwrap()][t];
        let model = Model::default().with_theta(theta);
        let (a, b) = (profile("A", g[0].0, g[0].1), profile("B", g[1].0, g[1].1));
        for relation in Relation::named() {
            let k = relation.ibd().unwrap();
            let named = kinship_lr(&a, &b, relation, Relation::Unrelated, &table, &model).unwrap().log10_lr;
            let ibd = Relation::ibd_coefficients(k[0], k[1], k[2]).unwrap();
            same(named, kinship_lr(&a, &b, ibd, Relation::Unrelated, &table, &model).unwrap().log10_lr);
            let states = Relation::jacquard(relation.states()).unwrap();
            same(named, kinship_lr(&a, &b, states, Relation::Unrelated, &table, &model).unwrap().log10_lr);
        }
    }

    #[test]
    fn families_are_independent_without_theta(freqs in frequencies(), genotypes in genotypes()) {
        let (table, profiles) = (table(freqs), typed(&genotypes));
        let unit = &Unit::of(&[Locus::new(LOCUS).unwrap()], &table).unwrap()[0];
        let (pair, alone) = (pedigree(&[("A", "", ""), ("B", "A", "")]), pedigree(&[("C", "", "")]));
        let both = Pedigree::join([&pair, &alone]).unwrap();
        let model = Model::default();
        let of = |pedigree: &Pedigree, profiles: &[Profile]| {
            let placed: Vec<(usize, &Profile)> = profiles.iter().map(|p| (pedigree.find(p.id()).unwrap(), p)).collect();
            Prepared::new(pedigree, &placed, &table, &model).unwrap().likelihood(unit, &[]).unwrap().unwrap()
        };
        let (joint, product) = (of(&both, &profiles), of(&pair, &profiles[..2]) + of(&alone, &profiles[2..]));
        prop_assert!(joint == product || (joint.value() - product.value()).abs() < 1e-12);
    }
}

/// Every genotype of one person at the locus.
fn all_genotypes() -> impl Iterator<Item = (usize, usize)> {
    (0..5).flat_map(|a| (a..5).map(move |b| (a, b)))
}

/// The likelihoods of one hypothesis and of the other, given the genotypes of A, B and C.
fn likelihoods(
    pedigree: &Pedigree,
    genotypes: &[(usize, usize)],
    table: &Frequencies,
    model: &Model,
) -> (f64, f64) {
    let unrelated = pedigrees().pop().unwrap();
    let report = report(pedigree, &unrelated, &typed(genotypes), table, model);
    let Contribution::Counted { log10_likelihood, .. } = &report.units[0].contribution else { panic!() };
    (log10_likelihood[0].number(), log10_likelihood[1].number())
}

#[test]
fn over_all_genotypes_the_ratio_is_one_on_average() {
    let table = table([0.1, 0.2, 0.3, 0.15, 0.25]);
    for model in models() {
        for pedigree in pedigrees() {
            let (mut under_first, mut under_second, mut average) = (0.0, 0.0, 0.0);
            for a in all_genotypes() {
                for b in all_genotypes() {
                    for c in all_genotypes() {
                        let (first, second) = likelihoods(&pedigree, &[a, b, c], &table, &model);
                        under_first += first;
                        under_second += second;
                        average += if second > 0.0 { second * (first / second) } else { 0.0 };
                    }
                }
            }
            for sum in [under_first, under_second, average] {
                assert!((sum - 1.0).abs() < 1e-12, "{sum}: {model:?}");
            }
        }
    }
}

#[test]
fn a_duo_by_hand_with_the_founder_kept_and_left_out() {
    // Alleles 1, 2, 3 with 0.5, 0.3, 0.2; equal mutation with rate 0.1. The father is 1,1 and the child 1,2.
    let table = Frequencies::builder("t")
        .locus(LOCUS, [("1", 0.5), ("2", 0.3), ("3", 0.2)])
        .unwrap()
        .build()
        .unwrap();
    let duo = pedigree(&[("C", "F", "M"), ("F", "", ""), ("M", "", "")]);
    let father = Profile::new("F", [(LOCUS, ["1", "1"])]).unwrap();
    let child = Profile::new("C", [(LOCUS, ["1", "2"])]).unwrap();
    let model = Model::default().with_mutation(MutationModel::equal(0.1).unwrap());
    let likelihood = |model: &Model| {
        let report = kinship(&[("H", &duo)], &[&father, &child], &table, model, None).unwrap();
        report.hypotheses[0].log10_likelihood.number()
    };
    // The father hands on 1 with 0.9 and 2 with 0.05. The mother's gene is 1 with 0.5 0.9 + 0.5 0.05 = 0.475 and 2 with
    // 0.3 0.9 + 0.7 0.05 = 0.305 after mutation, or 0.5 and 0.3 where it is drawn as it is.
    assert!((likelihood(&model) - 0.25 * (0.9 * 0.305 + 0.05 * 0.475)).abs() < 1e-15);
    assert!((likelihood(&model) - 0.074_562_5).abs() < 1e-15);
    assert!((likelihood(&model.with_prune_untyped(true)) - 0.073_75).abs() < 1e-15);
}

#[test]
fn what_cannot_be_is_zero_and_names_the_locus() {
    let table = Frequencies::builder("t")
        .locus("TH01", [("6", 0.5), ("7", 0.5)])
        .unwrap()
        .locus("FGA", [("20", 0.5), ("21", 0.5)])
        .unwrap()
        .build()
        .unwrap();
    let duo = pedigree(&[("C", "F", ""), ("F", "", "")]);
    let apart = pedigree(&[("C", "", ""), ("F", "", "")]);
    let father = Profile::new("F", [("TH01", ["6", "6"]), ("FGA", ["20", "21"])]).unwrap();
    let child = Profile::new("C", [("TH01", ["7", "7"]), ("FGA", ["20", "20"])]).unwrap();
    for theta in [0.0, 0.02] {
        let model = Model::default().with_theta(Theta::new(theta).unwrap());
        let report =
            kinship(&[("H1", &duo), ("H2", &apart)], &[&father, &child], &table, &model, None).unwrap();
        assert_eq!(report.log10_lr(), Some(Log10Lr::Excluded));
        assert_eq!(report.hypotheses[0].impossible_at, ["TH01"]);
        assert_eq!(report.hypotheses[0].posterior, Some(0.0));
        assert!(report.to_string().contains("impossible at TH01"), "{report}");
        let both = kinship(&[("H1", &duo), ("H2", &duo)], &[&father, &child], &table, &model, None);
        assert_eq!(both.unwrap().log10_lr(), Some(Log10Lr::Undefined));
    }
}

#[test]
fn where_nothing_counts_nothing_is_said() {
    let table = Frequencies::builder("t").locus("TH01", [("6", 1.0)]).unwrap().build().unwrap();
    let a = Profile::new("A", [("FGA", ["20", "21"])]).unwrap();
    let b = Profile::new("B", [("TH01", ["6", "6"]), ("FGA", ["20", "21"])]).unwrap();
    let model = Model::default();
    let pair = kinship_lr(&a, &b, Relation::Identical, Relation::Unrelated, &table, &model).unwrap();
    assert_eq!((pair.counted(), pair.log10_lr), (0, Log10Lr::Undefined));
    let duo = pedigree(&[("A", "", ""), ("B", "A", "")]);
    let apart = pedigree(&[("A", "", ""), ("B", "", "")]);
    let report = kinship(&[("H1", &duo), ("H2", &apart)], &[&a], &table, &model, None).unwrap();
    assert_eq!((report.counted(), report.log10_lr()), (0, Some(Log10Lr::Undefined)));
    assert_eq!(report.hypotheses[0].posterior, None);
    assert!(
        report.to_string().contains("FGA") && report.to_string().contains("nothing was compared"),
        "{report}"
    );
}

#[test]
fn theta_comes_in_without_a_jump() {
    // Hypotheses with different people who were not typed, where a peer crashes; and a theta as small as can be.
    let table = table([0.1, 0.2, 0.3, 0.15, 0.25]);
    let profiles = [profile("A", 0, 1), profile("B", 1, 2), profile("C", 1, 1)];
    let small = Model::default().with_theta(Theta::new(1e-13).unwrap());
    let all = pedigrees();
    for first in &all {
        for second in &all {
            let without = report(first, second, &profiles, &table, &Model::default()).log10_lr().unwrap();
            let with = report(first, second, &profiles, &table, &small).log10_lr().unwrap();
            assert!((without.value().unwrap() - with.value().unwrap()).abs() < 1e-10);
        }
    }
}

#[test]
fn sexes_between_decide_about_the_x_chromosome() {
    let locus = Locus::new("DXS10135").unwrap();
    let table =
        Frequencies::builder("t").locus("DXS10135", [("20", 0.25), ("21", 0.75)]).unwrap().build().unwrap();
    let father = Profile::new("A", [("DXS10135", vec!["20"]), ("AMEL", vec!["X", "Y"])]).unwrap();
    let daughter = Profile::new("B", [("DXS10135", vec!["20", "21"]), ("AMEL", vec!["X", "X"])]).unwrap();
    let of = |relation| {
        kinship_lr(&father, &daughter, relation, Relation::Unrelated, &table, &Model::default()).unwrap()
    };
    // 0.75 against 2 0.25 0.75.
    assert!((of(Relation::ParentChild).log10_lr.value().unwrap() - std::f64::consts::LOG10_2).abs() < 1e-12);
    let cousins = of(Relation::FirstCousins);
    assert_eq!((cousins.counted(), cousins.log10_lr), (0, Log10Lr::Undefined));
    assert!(cousins.per_locus.iter().any(|(loci, _)| *loci == [locus]));
    assert_eq!(father.sex(), Some(Sex::Male));
}
