//! Disaster victim identification against another program: the data sets of the R package dvir. They lie outside the
//! project: the environment variable `MATCHER_DATA` names the folder; without it these tests skip, saying so.
//!
//! The numbers have 15 digits, so all agree within 1e-9 relative; dvir sums frequencies that are 1 within 1e-10 only.

use matcher_core::dna::identification::{
    Conclusion, DviOptions, DviReport, Family, PairState, Thresholds, dvi,
};
use matcher_core::dna::kinship::{Model, MutationRates, Pedigree};
use matcher_core::dna::likelihood::{Mutation, MutationModel};
use matcher_core::dna::{Frequencies, Locus, Profile, Sex};
use matcher_core::work::Threads;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Relative; of logarithms of likelihoods too.
const TOLERANCE: f64 = 1e-9;

const SETS: [&str; 6] = ["KETPchap481", "KETPexer497", "example1", "exclusionExample", "grave", "planecrash"];

fn json(file: &str) -> Option<Value> {
    let Some(root) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: MATCHER_DATA is not set");
        return None;
    };
    let path = Path::new(&root).join("dna/cases").join(file);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Some(serde_json::from_slice(&bytes).unwrap())
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The elements of a list; R writes a list of one as the element, and one of none as nothing.
fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(elements) => elements.iter().collect(),
        one => vec![one],
    }
}

fn near(what: &str, ours: f64, theirs: f64) {
    let distance = (ours - theirs).abs() / theirs.abs().max(1e-300);
    assert!(distance <= TOLERANCE, "{what}: {ours} is not {theirs}, {distance:e} away");
}

/// A data set as dvi takes it.
struct Set {
    bodies: Vec<Profile>,
    families: Vec<Family>,
    relatives: Vec<Profile>,
    table: Frequencies,
    model: Model,
    sexes: BTreeMap<String, Sex>,
}

fn sex(value: &Value) -> Option<Sex> {
    match value.as_u64() {
        Some(1) => Some(Sex::Male),
        Some(2) => Some(Sex::Female),
        _ => None,
    }
}

fn profile(id: &str, genotypes: &Value) -> Profile {
    let loci = genotypes.as_object().unwrap().iter();
    Profile::new(id, loci.map(|(locus, pair)| (locus.clone(), text(pair).split('/').map(str::to_owned))))
        .unwrap()
}

fn mutation(value: &Value) -> Option<Mutation> {
    let number = |key: &str| value[key].as_f64().unwrap();
    let model = |rate: f64| match text(&value["model"]) {
        "equal" => MutationModel::equal(rate).unwrap(),
        "proportional" => MutationModel::proportional(rate).unwrap(),
        other => panic!("{other}"),
    };
    (!value.is_null()).then(|| Mutation::by_sex(model(number("rate_male")), model(number("rate_female"))))
}

fn set(data: &Value) -> Set {
    let missing: Vec<&str> = list(&data["missing"]).into_iter().map(text).collect();
    let (mut table, mut mutations) = (Frequencies::builder("dvir"), BTreeMap::new());
    for marker in list(&data["markers"]) {
        // "Rest allele" is one word here.
        let alleles = list(&marker["alleles"]).into_iter().map(|allele| text(allele).replace(' ', "_"));
        let frequencies = list(&marker["freqs"]).into_iter().map(|f| f.as_f64().unwrap());
        table = table.locus(text(&marker["name"]), alleles.zip(frequencies)).unwrap();
        mutations.insert(Locus::new(text(&marker["name"])).unwrap(), mutation(&marker["mutation"]));
    }
    // The families of one set have no names.
    let named: Vec<(String, &Value)> = match &data["am"] {
        Value::Object(families) => families.iter().map(|(name, people)| (name.clone(), people)).collect(),
        families => list(families)
            .into_iter()
            .enumerate()
            .map(|(n, people)| (format!("F{}", n + 1), people))
            .collect(),
    };
    let family = |(name, people): &(String, &Value)| {
        let people = list(people);
        let pedigree = Pedigree::new(
            people
                .iter()
                .map(|p| (text(&p["id"]), p["father"].as_str(), p["mother"].as_str(), sex(&p["sex"]))),
        );
        let of = |id: &&str| people.iter().any(|p| text(&p["id"]) == *id);
        Family::new(name, pedigree.unwrap(), missing.iter().copied().filter(of)).unwrap()
    };
    let genotypes = |key: &str| data[key].as_object().unwrap().clone();
    let bodies = genotypes("pm_genotypes");
    Set {
        // "V1.V1": the sample and the person in it
        bodies: bodies.iter().map(|(id, loci)| profile(id.split('.').next().unwrap(), loci)).collect(),
        families: named.iter().map(family).collect(),
        relatives: genotypes("am_genotypes")
            .iter()
            .map(|(id, loci)| profile(&id.replacen('.', "/", 1), loci))
            .collect(),
        table: table.build().unwrap(),
        model: Model::default().with_mutation(MutationRates { default: None, loci: mutations }),
        sexes: data["pm"]
            .as_object()
            .unwrap()
            .iter()
            .filter_map(|(id, body)| Some((id.clone(), sex(&body["sex"])?)))
            .collect(),
    }
}

impl Set {
    fn solve(&self, thresholds: Thresholds, fix_undisputed: bool) -> DviReport {
        let options = DviOptions {
            model: self.model.clone(),
            thresholds,
            fix_undisputed,
            sexes: self.sexes.clone(),
            threads: Threads::ONE,
            ..DviOptions::default()
        };
        dvi(&self.bodies, &self.families, &self.relatives, &self.table, &options).unwrap()
    }

    /// With every pair weighed, as dvir's joint analysis does.
    fn weigh_all(&self) -> DviReport {
        self.solve(Thresholds { inconsistent_loci: None, ..Thresholds::default() }, false)
    }
}

fn place(names: &[String], name: &str) -> usize {
    names.iter().position(|other| other == name).unwrap()
}

fn column(report: &DviReport, person: &str) -> usize {
    report.missing.iter().position(|missing| missing.person == person).unwrap()
}

#[test]
fn pairwise_ratios_agree_with_dvir() {
    let Some(data) = json("dvi_dvir.json") else { return };
    let mut pairs = 0;
    for name in SETS {
        let data = &data["datasets"][name];
        let report = set(data).solve(Thresholds::default(), false);
        let theirs = &data["pairwise_LR"];
        for (body, row) in list(&theirs["victims"]).into_iter().zip(list(&theirs["LR"])) {
            for (missing, lr) in list(&theirs["missing"]).into_iter().zip(list(row)) {
                let pair = [place(&report.bodies, text(body)), column(&report, text(missing))];
                let what = format!("{name}, {body} as {missing}");
                let ours = report.pairwise.log10_lr[pair];
                match lr.as_f64() {
                    None => assert_eq!(report.pairwise.states[pair], PairState::OtherSex, "{what}"),
                    Some(0.0) => assert_eq!(ours, f64::NEG_INFINITY, "{what}"),
                    Some(lr) => near(&what, libm::exp10(ours), lr),
                }
                pairs += 1;
            }
        }
    }
    assert_eq!(pairs, 4 + 9 + 9 + 240 + 64 + 40);
}

#[test]
fn joint_analyses_agree_with_dvir() {
    let Some(data) = json("dvi_dvir.json") else { return };
    for (name, count, possible) in [("KETPchap481", 7, 5), ("example1", 34, 20)] {
        let data = &data["datasets"][name];
        let report = set(data).weigh_all();
        let theirs = list(&data["joint"]);
        assert_eq!((report.assignments.len(), theirs.len()), (possible, count), "{name}");
        let mut total = 0.0;
        for row in theirs {
            let pairs: Vec<(String, &str)> = report
                .bodies
                .iter()
                .filter(|body| text(&row[body.as_str()]) != "*")
                .map(|body| (body.clone(), text(&row[body.as_str()])))
                .collect();
            let is = |of: &(String, matcher_core::dna::identification::MissingPerson)| {
                pairs.iter().any(|(body, person)| *body == of.0 && *person == of.1.person)
            };
            let what = format!("{name}, {pairs:?}");
            let same = report
                .assignments
                .iter()
                .find(|ours| ours.pairs.len() == pairs.len() && ours.pairs.iter().all(is));
            assert_eq!(same.is_some(), row["loglik"].is_number(), "{what}");
            let Some(ours) = same else { continue };
            near(
                &what,
                ours.log10_likelihood.value() * std::f64::consts::LN_10,
                row["loglik"].as_f64().unwrap(),
            );
            let best = report.assignments[0].log10_lr.value();
            near(&what, libm::exp10(best - ours.log10_lr.value()), row["LR"].as_f64().unwrap());
            total += ours.posterior;
        }
        assert!((total - 1.0).abs() < 1e-12 && report.outside == 0.0);
    }
}

#[test]
fn the_mass_grave_is_solved() {
    let Some(data) = json("dvi_dvir.json") else { return };
    let set = set(&data["datasets"]["grave"]);
    let start = std::time::Instant::now();
    let report = set.weigh_all();
    println!("grave: {:.2} s", start.elapsed().as_secs_f64());
    println!("{report}");
    assert_eq!((report.groups.iter().map(|group| group.outside).sum::<f64>(), report.outside), (0.0, 0.0));
    let best: Vec<String> = report.assignments[0]
        .pairs
        .iter()
        .map(|(body, missing)| format!("{body}={}", missing.person))
        .collect();
    assert_eq!(best.len(), 7, "{best:?}");
    let pairs = report.marginals.pairs.rows();
    for (body, row) in pairs.into_iter().enumerate() {
        assert!((row.sum() + report.marginals.nobody[body].unwrap() - 1.0).abs() < 1e-9);
    }
}

/// A conclusion in dvir's words.
fn word<T>(conclusion: &Conclusion<T>) -> &'static str {
    match conclusion {
        Conclusion::Undisputed { .. } => "Undisputed",
        Conclusion::MatchByJoint { .. } => "Match (GLR)",
        Conclusion::Inconclusive { .. } => "Inconclusive",
        Conclusion::NoMatch { .. } => "No match",
        // dvir says so too of those who are excluded from all but whom it identified before.
        Conclusion::Excluded { .. } | Conclusion::NobodyLeft { .. } => "Excluded",
        _ => "other",
    }
}

/// The other of a conclusion, and its numbers: pairwise and generalised ratios.
fn numbers<T: Clone>(conclusion: &Conclusion<T>) -> Option<(T, f64, Option<f64>)> {
    match conclusion {
        Conclusion::Undisputed { with, log10_lr, .. } => Some((with.clone(), log10_lr.value(), None)),
        Conclusion::MatchByJoint { with, log10_lr, log10_glr } => {
            Some((with.clone(), log10_lr.value(), Some(log10_glr.value())))
        }
        Conclusion::Inconclusive { best, log10_lr, .. } | Conclusion::NoMatch { best, log10_lr } => {
            Some((best[0].clone(), log10_lr.value(), None))
        }
        _ => None,
    }
}

fn check<T: Clone>(
    what: &str,
    ours: &Conclusion<T>,
    theirs: &Value,
    other: &str,
    name: impl Fn(&T) -> String,
) {
    assert_eq!(word(ours), text(&theirs["Conclusion"]), "{what}");
    let comment = theirs["Comment"].as_str().unwrap_or_default();
    if let Some((with, lr, glr)) = numbers(ours) {
        let named = theirs[other].as_str().filter(|name| !name.is_empty()).or(comment.strip_prefix("Best: "));
        if let Some(named) = named {
            assert_eq!(name(&with), named, "{what}");
        }
        near(what, libm::exp10(lr), theirs["LR"].as_f64().unwrap());
        if let (Some(glr), Some(theirs)) = (glr, theirs["GLR"].as_f64()) {
            near(what, libm::exp10(glr), theirs);
        }
    }
    if let Conclusion::Undisputed { step, .. } = ours {
        assert_eq!(format!("Step {step}"), comment, "{what}");
    }
    if let (Conclusion::Excluded { fewest_loci, .. }, Some(count)) =
        (ours, comment.strip_suffix("+ inconsistencies"))
    {
        // dvir counts a locus at which the family by itself is impossible without mutation; here it is no body's fault.
        let own = usize::from(what == "exclusionExample, M5");
        assert_eq!(fewest_loci.map(|loci| (loci + own).to_string()).as_deref(), Some(count), "{what}");
    }
}

/// `KETPexer498` is not replayed: its conclusions are there, its profiles are not.
#[test]
fn conclusions_agree_with_dvir() {
    let (Some(data), Some(solved)) = (json("dvi_dvir.json"), json("dvi_solve.json")) else { return };
    for name in ["KETPchap481", "exclusionExample", "planecrash"] {
        let report = set(&data["datasets"][name]).solve(Thresholds::default(), true);
        let solved = &solved["datasets"][name];
        for row in list(&solved["AM"]) {
            let person = text(&row["Missing"]);
            let ours = &report.missing_conclusions[column(&report, person)];
            check(&format!("{name}, {person}"), ours, row, "Sample", Clone::clone);
        }
        for row in list(&solved["PM"]) {
            let body = text(&row["Sample"]);
            let ours = report.of_body(body).unwrap();
            check(&format!("{name}, {body}"), ours, row, "Missing", |with| with.person.clone());
        }
    }
}
