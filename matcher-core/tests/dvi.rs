//! Identification of bodies on families made for it: against kinship asked about each assignment, in another order, and
//! with wrong input. Needs no data.

use matcher_core::Error;
use matcher_core::dna::identification::{
    Conclusion, DviOptions, DviReport, Family, Limits, MissingPerson, PairState, Prior, Thresholds, dvi,
};
use matcher_core::dna::kinship::{Model, Pedigree, Relation, kinship};
use matcher_core::dna::likelihood::MutationModel;
use matcher_core::dna::{Frequencies, Profile, Sex};
use matcher_core::units::Theta;
use matcher_core::work::{Threads, Watch};
use ndarray::array;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

const LOCI: [&str; 3] = ["TH01", "FGA", "D3S1358"];
const ALLELES: [(&str, f64); 4] = [("11", 0.1), ("12", 0.2), ("13", 0.3), ("14", 0.4)];

fn table() -> Frequencies {
    let builder = LOCI.iter().fold(Frequencies::builder("four"), |b, locus| b.locus(locus, ALLELES).unwrap());
    builder.build().unwrap()
}

fn profile(id: &str, genotypes: [&str; 3]) -> Profile {
    let loci = LOCI.iter().zip(genotypes).filter(|(_, genotype)| !genotype.is_empty());
    Profile::new(id, loci.map(|(locus, genotype)| (*locus, genotype.split('/')))).unwrap()
}

/// A father and a mother who were typed, and a missing son and daughter.
fn parents(name: &str) -> Family {
    let pedigree = Pedigree::new([
        ("father", None, None, Some(Sex::Male)),
        ("mother", None, None, Some(Sex::Female)),
        ("son", Some("father"), Some("mother"), Some(Sex::Male)),
        ("daughter", Some("father"), Some("mother"), Some(Sex::Female)),
    ]);
    Family::new(name, pedigree.unwrap(), ["daughter", "son"]).unwrap()
}

/// A missing man whose child and its mother were typed.
fn widow(name: &str) -> Family {
    let pedigree = Pedigree::new([
        ("husband", None, None, Some(Sex::Male)),
        ("mother", None, None, Some(Sex::Female)),
        ("child", Some("husband"), Some("mother"), None),
    ]);
    Family::new(name, pedigree.unwrap(), ["husband"]).unwrap()
}

struct Case {
    bodies: Vec<Profile>,
    families: Vec<Family>,
    relatives: Vec<Profile>,
}

fn case() -> Case {
    Case {
        bodies: vec![
            profile("B1", ["11/12", "12/13", "13/14"]),
            profile("B2", ["12/12", "11/13", "14/14"]),
            profile("B3", ["13/14", "", "12/-"]),
            profile("B4", ["14/14", "13/14", "11/13"]),
        ],
        families: vec![parents("F1"), widow("F2")],
        relatives: vec![
            profile("F1/father", ["11/12", "11/12", "13/14"]),
            profile("F1/mother", ["12/13", "13/14", "14/14"]),
            profile("F2/mother", ["13/13", "12/12", "11/12"]),
            profile("child", ["13/14", "12/13", ""]),
        ],
    }
}

fn options(model: Model) -> DviOptions<'static> {
    DviOptions {
        model,
        thresholds: Thresholds { inconsistent_loci: None, ..Thresholds::default() },
        threads: Threads::ONE,
        ..DviOptions::default()
    }
}

impl Case {
    fn ask(&self, options: &DviOptions<'_>) -> Result<DviReport, Error> {
        dvi(&self.bodies, &self.families, &self.relatives, &table(), options)
    }

    fn error(&self, options: &DviOptions<'_>) -> String {
        self.ask(options).unwrap_err().to_string()
    }
}

/// The log10 likelihood of an assignment, asked of kinship: all families and all bodies that are nobody's as one pedigree.
fn by_kinship(case: &Case, pairs: &[(String, MissingPerson)], model: &Model) -> f64 {
    let mut people = Pedigree::builder();
    for family in &case.families {
        let id = |person: &str| format!("{}/{person}", family.name());
        let pedigree = family.pedigree();
        for person in pedigree.people() {
            let parent = |place: Option<usize>| place.map(|place| id(pedigree.people()[place].id()));
            let (father, mother) = (parent(person.father()), parent(person.mother()));
            people = people.person(&id(person.id()), father.as_deref(), mother.as_deref(), person.sex());
        }
    }
    let mut profiles = Vec::new();
    for relative in &case.relatives {
        let id = if relative.id() == "child" { "F2/child" } else { relative.id() };
        profiles.push(relative.clone().with_id(id).unwrap());
    }
    for body in &case.bodies {
        let placed = pairs.iter().find(|(id, _)| id == body.id());
        let id = placed.map_or_else(|| body.id().to_owned(), |(_, missing)| missing.to_string());
        if placed.is_none() {
            people = people.person(&id, None, None, None);
        }
        profiles.push(body.clone().with_id(&id).unwrap());
    }
    let pedigree = people.build().unwrap();
    let profiles: Vec<&Profile> = profiles.iter().collect();
    let report = kinship(&[("all", &pedigree)], &profiles, &table(), model, None).unwrap();
    report.hypotheses[0].log10_likelihood.value()
}

/// Three generations, in which those who were typed part some of the missing, at some loci.
fn generations() -> Case {
    let (man, woman) = (Some(Sex::Male), Some(Sex::Female));
    let pedigree = Pedigree::new([
        ("grandfather", None, None, man),
        ("grandmother", None, None, woman),
        ("aunt", Some("grandfather"), Some("grandmother"), woman),
        ("mother", Some("grandfather"), Some("grandmother"), woman),
        ("father", None, None, man),
        ("child", Some("father"), Some("mother"), None),
        ("sister", Some("father"), Some("mother"), woman),
        ("cousin", None, Some("aunt"), None),
    ]);
    let missing = ["cousin", "child", "grandmother"];
    Case {
        bodies: vec![
            profile("B1", ["11/12", "12/13", "13/14"]),
            profile("B2", ["12/12", "11/13", ""]),
            profile("B3", ["13/14", "12/12", "12/-"]),
        ],
        families: vec![Family::new("F1", pedigree.unwrap(), missing).unwrap()],
        relatives: vec![
            profile("F1/aunt", ["11/12", "12/-", "13/13"]),
            profile("F1/mother", ["12/12", "12/13", "14/-"]),
            profile("F1/sister", ["12/13", "12/14", "14/14"]),
        ],
    }
}

#[test]
fn each_assignment_has_the_likelihood_that_kinship_gives() {
    for case in [case(), generations()] {
        agrees_with_kinship(&case);
    }
}

fn agrees_with_kinship(case: &Case) {
    let equal = MutationModel::equal(0.01).unwrap();
    for model in [
        Model::default(),
        Model::default().with_mutation(equal),
        Model::default().with_mutation(equal).with_prune_untyped(true),
    ] {
        let report = case.ask(&options(model.clone())).unwrap();
        assert!(report.assignments.len() >= 13);
        let mut posterior = 0.0;
        for assignment in &report.assignments {
            let theirs = by_kinship(case, &assignment.pairs, &model);
            let ours = assignment.log10_likelihood.value();
            assert!((ours - theirs).abs() < 1e-9, "{:?}: {ours} {theirs}", assignment.pairs);
            posterior += assignment.posterior;
        }
        assert_eq!(report.outside, 0.0);
        assert!(report.assignments.len() == 100 || (posterior - 1.0).abs() < 1e-12);
    }
}

#[test]
fn with_theta_a_pair_is_compared_within_one_subpopulation() {
    let case = case();
    let model = Model::default().with_theta(Theta::new(0.05).unwrap());
    let report = case.ask(&options(model.clone())).unwrap();
    let (family, body) = (&case.families[0], &case.bodies[0]);
    let unrelated = family.pedigree().with_unrelated("stranger", None).unwrap();
    let relative = |place: usize, id: &str| case.relatives[place].clone().with_id(id).unwrap();
    let (father, mother) = (relative(0, "father"), relative(1, "mother"));
    let ask = |id: &str| {
        let body = body.clone().with_id(id).unwrap();
        let profiles = [&father, &mother, &body];
        let report = kinship(&[("H", &unrelated)], &profiles, &table(), &model, None).unwrap();
        report.hypotheses[0].log10_likelihood.value()
    };
    let (ours, theirs) = (report.pairwise.log10_lr[[0, 1]], ask("son") - ask("stranger"));
    assert!((ours - theirs).abs() < 1e-12, "{ours} {theirs}");
    assert!(report.basis.remarks.iter().any(|remark| remark.starts_with("theta holds within each family")));
}

/// What a report says of a body and a missing person, whatever the order.
fn of_pair(report: &DviReport, body: &str, missing: &MissingPerson) -> (f64, f64, String) {
    let row = report.bodies.iter().position(|id| id == body).unwrap();
    let column = report.missing.iter().position(|id| id == missing).unwrap();
    let place = [row, column];
    // Who is as good as another is named in the order given.
    let conclusion =
        report.body_conclusions[row].to_string().replace("F1/son or F1/daughter", "F1/daughter or F1/son");
    (report.pairwise.log10_lr[place], report.marginals.pairs[place], conclusion)
}

#[test]
fn order_changes_nothing_but_order() {
    let straight = case();
    let mut turned = case();
    turned.bodies.reverse();
    turned.families.reverse();
    turned.relatives.rotate_left(2);
    let parents = &straight.families[0];
    turned.families[1] = Family::new("F1", parents.pedigree().clone(), ["son", "daughter"]).unwrap();
    let model = Model::default().with_mutation(MutationModel::equal(0.01).unwrap());
    let (a, b) = (straight.ask(&options(model.clone())).unwrap(), turned.ask(&options(model)).unwrap());
    for body in &a.bodies {
        for missing in &a.missing {
            let (a, b) = (of_pair(&a, body, missing), of_pair(&b, body, missing));
            assert!((a.0 - b.0).abs() < 1e-12 && (a.1 - b.1).abs() < 1e-12, "{a:?} {b:?}");
            assert_eq!(a.2, b.2);
        }
    }
    let weights = |report: &DviReport| report.assignments.iter().map(|a| a.posterior).collect::<Vec<_>>();
    assert!(weights(&a).iter().zip(weights(&b)).all(|(a, b)| (a - b).abs() < 1e-12));
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let case = case();
    let model = Model::default().with_mutation(MutationModel::equal(0.01).unwrap());
    let with = |threads| {
        let report = case.ask(&DviOptions { threads, ..options(model.clone()) }).unwrap();
        serde_json::to_string(&report).unwrap()
    };
    let one = with(Threads::ONE);
    assert_eq!(one, with(Threads::new(3)));
    assert_eq!(one, with(Threads::All));
}

#[test]
fn few_assignments_kept_are_bounds() {
    let case = case();
    let model = Model::default().with_mutation(MutationModel::equal(0.01).unwrap());
    let all = case.ask(&options(model.clone())).unwrap();
    let limits = Limits { assignments: 3, ..Limits::default() };
    let few = case.ask(&DviOptions { limits, ..options(model) }).unwrap();
    assert!(few.outside > 0.0 && few.to_string().contains("the 3 best assignments were kept"));
    for (pair, marginal) in few.marginals.pairs.indexed_iter() {
        let whole = all.marginals.pairs[pair];
        assert!(*marginal <= whole + 1e-12 && whole <= marginal + few.outside + 1e-12);
    }
    for body in 0..case.bodies.len() {
        let sum = few.marginals.pairs.row(body).sum() + few.marginals.nobody[body].unwrap();
        assert!((sum + few.groups[0].outside - 1.0).abs() < 1e-12);
    }
}

#[test]
fn sexes_that_differ_are_no_comparison() {
    let mut case = case();
    let builder = |id: &str| Profile::builder(id).locus("AMEL", ["X", "Y"]).unwrap();
    case.bodies[0] = builder("B1").locus("TH01", ["11", "12"]).unwrap().build().unwrap();
    let mut options = options(Model::default());
    options.sexes = BTreeMap::from([("B2".into(), Sex::Female)]);
    let report = case.ask(&options).unwrap();
    // daughter, son, husband
    assert_eq!(
        report.pairwise.states.row(0).to_vec(),
        [PairState::OtherSex, PairState::Compared, PairState::Compared]
    );
    assert_eq!(report.pairwise.states[[1, 2]], PairState::OtherSex);
    assert_eq!(report.pairwise.log10_lr[[1, 2]], f64::NEG_INFINITY);
    options.sexes.insert("B1".into(), Sex::Female);
    assert_eq!(
        case.error(&options),
        "body \"B1\": sex as stated is female, expected male, as amelogenin says"
    );
    options.sexes = BTreeMap::from([("B9".into(), Sex::Female)]);
    assert!(case.error(&options).contains("expected a body that is among the profiles"));
}

#[test]
fn things_that_somebody_left_are_compared_directly() {
    let mut case = case();
    case.relatives.push(profile("F2/husband", ["14/14", "13/-", ""]));
    let report = case.ask(&options(Model::default())).unwrap();
    // One person: the family with the profile that both give, against it with the one and the other apart.
    assert_eq!(
        report.exclusions.iter().filter(|e| e.missing.person == "husband" && e.body == "B1").count(),
        1
    );
    let whole = |profiles: &[&Profile]| {
        let pedigree = case.families[1].pedigree();
        let report = kinship(&[("H", pedigree)], profiles, &table(), &Model::default(), None).unwrap();
        report.hypotheses[0].log10_likelihood.value()
    };
    let mother = profile("mother", ["13/13", "12/12", "11/12"]);
    let child = profile("child", ["13/14", "12/13", ""]);
    let both = profile("husband", ["14/14", "13/14", "11/13"]);
    let before = profile("husband", ["14/14", "13/-", ""]);
    let alone = {
        let one = Pedigree::new([("B4", None, None, None)]).unwrap();
        let report = kinship(&[("H", &one)], &[&case.bodies[3]], &table(), &Model::default(), None).unwrap();
        report.hypotheses[0].log10_likelihood.value()
    };
    let theirs = whole(&[&mother, &child, &both]) - whole(&[&mother, &child, &before]) - alone;
    let ours = report.pairwise.log10_lr[[3, 2]];
    assert!((ours - theirs).abs() < 1e-12, "{ours} {theirs}");
}

#[test]
fn a_prior_moves_the_posterior_by_its_odds() {
    let mut case = case();
    case.families.remove(0);
    case.relatives.drain(..2);
    case.bodies.truncate(1);
    case.bodies[0] = profile("B1", ["14/14", "13/14", "11/13"]);
    let ask = |prior| case.ask(&DviOptions { prior, ..options(Model::default()) }).unwrap();
    let odds = |report: &DviReport| report.marginals.pairs[[0, 0]] / report.marginals.nobody[0].unwrap();
    let flat = ask(Prior::Flat);
    let lr = libm::exp10(flat.pairwise.log10_lr[[0, 0]]);
    assert!((odds(&flat) / lr - 1.0).abs() < 1e-12);
    let report = ask(Prior::Pairs { pairs: array![[0.02]], nobody: vec![0.98] });
    assert!((odds(&report) / (lr * 0.02 / 0.98) - 1.0).abs() < 1e-12);
    let thresholds = Thresholds { undisputed: 2.0, ..Thresholds::default() };
    let prior = Prior::Pairs { pairs: array![[1e-9]], nobody: vec![1.0] };
    let against = case.ask(&DviOptions { prior, thresholds, ..options(Model::default()) }).unwrap();
    assert_eq!(against.undisputed.len(), 1);
    let remark = "B1 as F2/husband is undisputed by itself, but not in the most probable assignment";
    assert_eq!(against.basis.remarks, [remark]);
    let never = ask(Prior::Pairs { pairs: array![[0.0]], nobody: vec![1.0] });
    assert_eq!(never.pairwise.states[[0, 0]], PairState::ExcludedByPrior);
    assert_eq!((never.marginals.pairs[[0, 0]], never.marginals.nobody[0]), (0.0, Some(1.0)));
}

#[test]
fn parts_of_one_person_come_first_and_are_joined_on_request() {
    let mut case = case();
    case.bodies.push(profile("B5", ["", "12/13", "13/14"]));
    let thresholds = Thresholds { same_person: 10.0, relatives: 1e9, ..Thresholds::default() };
    let ask = |case: &Case, merge| case.ask(&DviOptions { thresholds, merge, ..options(Model::default()) });
    let report = ask(&case, false).unwrap();
    let found = &report.duplicates[0];
    assert_eq!(
        (found.a.as_str(), found.b.as_str(), found.relation, found.loci),
        ("B1", "B5", Relation::Identical, 2)
    );
    // The inverse of the probability of what both have: 2 * 0.2 * 0.3 and 2 * 0.3 * 0.4.
    assert!((found.log10_lr.value() + libm::log10(0.12 * 0.24)).abs() < 1e-12);
    assert!(report.basis.remarks[0].starts_with("B1 and B5 may be one person"));
    let report = ask(&case, true).unwrap();
    assert_eq!((report.bodies.len(), report.merged[0].join("+")), (4, "B1+B5".into()));
    assert!(report.duplicates.is_empty());
    assert!(report.to_string().contains("Taken as one body: B1, B5"));
    // A third part that fits the one and not the other.
    case.bodies.push(profile("B6", ["14/14", "12/13", "13/-"]));
    let report = ask(&case, true).unwrap();
    assert_eq!((report.bodies.len(), report.merged[0].join("+")), (5, "B1+B5".into()));
    let remark = "B5 and B6 may be one person, but were not joined: profiles \"B1\" and \"B6\": TH01 is different, expected parts of one person";
    assert_eq!(report.basis.remarks[0], remark);
}

#[test]
fn families_that_say_nothing_are_not_compared() {
    let mut case = case();
    case.relatives[3] = case.relatives[3].clone().with_id("F2/child").unwrap();
    case.families.push(widow("F3"));
    case.families.push(widow("F4"));
    case.relatives.push(profile("F4/mother", ["11/11", "", ""]));
    case.relatives.push(profile("F4/child", ["12/12", "", ""]));
    let report = case.ask(&options(Model::default())).unwrap();
    assert_eq!(report.pairwise.states[[0, 3]], PairState::NobodyTyped);
    assert_eq!(report.pairwise.states[[0, 4]], PairState::FamilyContradictory);
    assert_eq!(report.of_missing("F3", "husband"), Some(&Conclusion::NotComparable));
    assert!(
        report.basis.remarks.iter().any(|r| r.contains("family F4 cannot be of people so related, at TH01"))
    );
    assert!(report.assignments.iter().all(|a| a.log10_likelihood.value().is_finite()));
}

#[test]
fn undisputed_pairs_are_taken_as_known_on_request() {
    let case = case();
    let thresholds = Thresholds { undisputed: 2.0, rival_factor: 1.0, ..Thresholds::default() };
    let sexes =
        BTreeMap::from([("B1".into(), Sex::Male), ("B2".into(), Sex::Female), ("B4".into(), Sex::Male)]);
    let ask = |fix_undisputed| {
        let options = options(Model::default());
        case.ask(&DviOptions { thresholds, fix_undisputed, sexes: sexes.clone(), ..options }).unwrap()
    };
    let (free, fixed) = (ask(false), ask(true));
    assert!(!free.undisputed.is_empty());
    assert_eq!(free.pairwise, fixed.pairwise);
    let first = &fixed.undisputed[0];
    let row = fixed.bodies.iter().position(|id| *id == first.body).unwrap();
    assert_eq!(fixed.marginals.nobody[row], Some(0.0));
    assert!(fixed.assignments.iter().all(|a| a.pairs.contains(&(first.body.clone(), first.missing.clone()))));
    assert!(free.marginals.nobody[row].unwrap() > 0.0);
    // The likelihood of an assignment is the same, known or weighed.
    let same = free.assignments.iter().find(|a| a.pairs == fixed.assignments[0].pairs).unwrap();
    let difference = same.log10_likelihood.value() - fixed.assignments[0].log10_likelihood.value();
    assert!(difference.abs() < 1e-12);
}

#[test]
fn the_text_shows_no_allele() {
    let mut case = case();
    let table = LOCI.iter().fold(Frequencies::builder("named"), |b, locus| {
        b.locus(locus, [("secret", 0.5), ("hidden", 0.5)]).unwrap()
    });
    let hide = |p: &Profile| profile(p.id(), ["secret/hidden"; 3]);
    case.bodies = case.bodies.iter().map(hide).collect();
    case.relatives = case.relatives.iter().map(hide).collect();
    let report =
        dvi(&case.bodies, &case.families, &case.relatives, &table.build().unwrap(), &DviOptions::default());
    let report = report.unwrap();
    let all = format!("{report} {report:?} {}", serde_json::to_string(&report).unwrap());
    assert!(!all.contains("secret") && !all.contains("hidden"));
    assert!(all.contains("What this rests on") && all.contains("4 bodies and 3 missing persons"));
}

#[test]
fn wrong_input_is_named() {
    let plain = || options(Model::default());
    let with = |change: &dyn Fn(&mut Case)| {
        let mut case = case();
        change(&mut case);
        case.error(&plain())
    };
    assert_eq!(
        with(&|case| case.relatives.push(profile("mother", ["", "", "11/12"]))),
        "profile \"mother\": person is one of 2 people of that id, expected family/person, for one of them"
    );
    assert_eq!(
        with(&|case| case.relatives.push(profile("F1/uncle", ["", "", "11/12"]))),
        "profile \"F1/uncle\": person is in no family, expected the id of a person of a family, or family/person"
    );
    assert_eq!(
        with(&|case| case.relatives.push(profile("F2/child", ["", "", "11/12"]))),
        "profile \"F2/child\": person is typed twice, expected each once"
    );
    assert_eq!(
        with(&|case| case.bodies.push(profile("B1", ["", "", "11/12"]))),
        "body \"B1\": id is there twice, expected each once"
    );
    assert_eq!(
        with(&|case| case.families.push(widow("F1"))),
        "family \"F1\": id is there twice, expected each once"
    );
    assert_eq!(with(&|case| case.bodies.clear()), "number of bodies is 0, expected 1 or more");
    assert_eq!(with(&|case| case.families.clear()), "number of families is 0, expected 1 or more");
    assert_eq!(
        with(&|case| case.bodies = vec![Profile::new("B1", [("CSF1PO", ["11", "12"])]).unwrap()]),
        "table \"four\": number of loci that bodies and families share is 0, expected 1 or more that the table has"
    );
    assert_eq!(
        with(&|case| {
            let man = Profile::builder("F1/mother").locus("AMEL", ["X", "Y"]).unwrap();
            case.relatives[1] = man.build().unwrap();
        }),
        "profile \"F1/mother\": sex by amelogenin is male, expected that of the pedigree, female"
    );
    assert_eq!(
        with(&|case| case.bodies[0] = profile("B1", ["7/12", "", ""])),
        "profile \"B1\", table \"four\", TH01: frequency of allele 7 is not known, expected a frequency above 0, or a \
         rare-allele rule"
    );
    let case = case();
    let dropout = options(Model::default().with_dropout("B1", 0.1));
    assert!(case.error(&dropout).contains("write \"-\" for an allele that may be lost"));
    let prior = Prior::Pairs { pairs: array![[0.5]], nobody: vec![0.5] };
    assert!(case.error(&DviOptions { prior, ..plain() }).contains("4 x 3, bodies by missing persons"));
    let limits = Limits { placements: 2, ..Limits::default() };
    assert!(case.error(&DviOptions { limits, ..plain() }).contains("the limit on placements of a family"));
    let limits = Limits { pairs: 15, ..Limits::default() };
    assert_eq!(
        case.error(&DviOptions { limits, ..plain() }),
        "number of pairs is 16 (4 bodies, 3 missing persons), expected at most 15, the limit on pairs"
    );
    let limits = Limits { steps: 2, ..Limits::default() };
    assert!(case.error(&DviOptions { limits, ..plain() }).contains("the limit on steps"));
    let stop = AtomicBool::new(true);
    let watch = Watch { cancel: Some(&stop), ..Watch::default() };
    assert!(matches!(case.ask(&DviOptions { watch, ..plain() }), Err(Error::Cancelled)));
}

#[test]
fn loci_on_the_x_chromosome_count_where_the_sexes_are_known() {
    let table = Frequencies::builder("x").locus("DXS10103", ALLELES).unwrap().build().unwrap();
    let mother = Profile::new("mother", [("DXS10103", ["11", "12"])]).unwrap();
    let body = |id: &str, alleles: &[&str]| Profile::new(id, [("DXS10103", alleles.to_vec())]).unwrap();
    let bodies = [body("B1", &["11"]), body("B2", &["13"]), body("B3", &["11", "13"])];
    let family = parents("F1");
    let mut options = options(Model::default());
    let ask = |options: &DviOptions<'_>| {
        dvi(&bodies, std::slice::from_ref(&family), std::slice::from_ref(&mother), &table, options)
    };
    options.sexes =
        BTreeMap::from([("B1".into(), Sex::Male), ("B2".into(), Sex::Male), ("B3".into(), Sex::Female)]);
    let report = ask(&options).unwrap();
    let lr = |body: usize, column: usize| libm::exp10(report.pairwise.log10_lr[[body, column]]);
    // A son has one of her two: 1/2 over 0.1. A daughter has 11 of her and 13 of the father: 1/2 * 0.3 over 2 * 0.1 * 0.3.
    assert!((lr(0, 1) - 5.0).abs() < 1e-12 && (lr(2, 0) - 2.5).abs() < 1e-12);
    assert_eq!((lr(1, 1), lr(2, 1)), (0.0, 0.0));
    options.sexes.remove("B1");
    let report = ask(&options).unwrap();
    assert_eq!(report.pairwise.states[[0, 1]], PairState::NoLocusInCommon);
    assert_eq!(report.basis.left_out.len(), 1);
}
