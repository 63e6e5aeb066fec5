//! Kinship against other programs: every case of pedprobr, Familias and forrel. They lie outside the project: the
//! environment variable `MATCHER_DATA` names the folder; without it these tests skip, saying so.

use matcher_core::dna::kinship::{
    Contribution, KinshipReport, Model, PairContribution, Pedigree, Relation, kinship, kinship_lr,
};
use matcher_core::dna::likelihood::{Mutation, MutationModel};
use matcher_core::dna::{Frequencies, Locus, Profile, Sex};
use matcher_core::units::{Log10, Log10Lr, Theta};
use serde_json::Value;
use std::path::Path;

/// Numbers of the other programs have 15 digits.
const TOLERANCE: f64 = 1e-9;

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

fn pedigree(people: &Value) -> Pedigree {
    let sex = |value: &Value| match value.as_u64() {
        Some(1) => Some(Sex::Male),
        Some(2) => Some(Sex::Female),
        _ => None,
    };
    let people = people.as_array().unwrap();
    Pedigree::new(
        people.iter().map(|p| (text(&p["id"]), p["father"].as_str(), p["mother"].as_str(), sex(&p["sex"]))),
    )
    .unwrap()
}

/// A table of `{locus: {alleles, freqs}}`; an allele named "silent" is silent.
fn table(loci: &Value) -> Frequencies {
    let mut builder = Frequencies::builder("oracle");
    for (locus, of) in loci.as_object().unwrap() {
        let alleles = of["alleles"].as_array().unwrap().iter().map(text);
        let frequencies = of["freqs"].as_array().unwrap().iter().map(|f| f.as_f64().unwrap());
        let (silent, shown): (Vec<_>, Vec<_>) =
            alleles.zip(frequencies).partition(|(allele, _)| *allele == "silent");
        builder = builder.locus(locus, shown).unwrap();
        for (_, frequency) in silent {
            builder = builder.silent(Locus::new(locus).unwrap(), frequency);
        }
    }
    builder.build().unwrap()
}

fn profiles(genotypes: &Value) -> Vec<Profile> {
    let one = |(id, loci): (&String, &Value)| {
        let alleles = |value: &Value| match value {
            Value::String(pair) => pair.split('/').map(str::to_owned).collect::<Vec<_>>(),
            list => list.as_array().unwrap().iter().map(|a| text(a).to_owned()).collect(),
        };
        let loci = loci.as_object().unwrap().iter().map(|(locus, value)| (locus.clone(), alleles(value)));
        Profile::new(id, loci).unwrap()
    };
    genotypes.as_object().unwrap().iter().map(one).collect()
}

fn mutation(value: &Value) -> Option<Mutation> {
    let number = |key: &str| value[key].as_f64();
    let model = |rate: f64| match value["model"].as_str()? {
        "equal" => MutationModel::equal(rate).ok(),
        "proportional" => MutationModel::proportional(rate).ok(),
        "stepwise" => MutationModel::stepwise(rate, number("rate2")?, number("range")?).ok(),
        other => panic!("{other}"),
    };
    if value.is_null() {
        return None;
    }
    let (male, female) =
        (number("rate").or(number("rateM")).unwrap(), number("rate").or(number("rateF")).unwrap());
    Some(Mutation::by_sex(model(male).unwrap(), model(female).unwrap()))
}

fn near(id: &str, what: &str, ours: f64, theirs: f64) {
    let distance = (ours - theirs).abs() / theirs.abs().max(1e-300);
    assert!(distance <= TOLERANCE, "{id}, {what}: {ours} is not {theirs}, {distance:e} away");
}

/// The ratio itself.
fn number(ratio: Log10Lr) -> f64 {
    Log10::new(ratio.value().unwrap()).unwrap().number()
}

fn log10(value: &Value) -> f64 {
    if value.as_str() == Some("-Inf") { f64::NEG_INFINITY } else { value.as_f64().unwrap() }
}

fn likelihood(report: &KinshipReport, hypothesis: &str, locus: &str) -> f64 {
    let at = report.hypotheses.iter().position(|h| h.name == hypothesis).unwrap();
    let locus = Locus::new(locus).unwrap();
    let unit = report.units.iter().find(|unit| unit.loci == [locus]).unwrap();
    match &unit.contribution {
        Contribution::Counted { log10_likelihood, .. } => log10_likelihood[at].number(),
        Contribution::NotCounted(_) => 1.0,
    }
}

/// Replays a file of likelihoods by pedigree; gives how many cases there were.
fn replay(file: &str) -> Option<usize> {
    let data = json(file)?;
    let cases = data["cases"].as_array().unwrap();
    for case in cases {
        let id = text(&case["id"]);
        let table = table(&data["tables"][text(&case["table"])]);
        let pedigrees: Vec<(&str, Pedigree)> = case["pedigrees"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, people)| (name.as_str(), pedigree(people)))
            .collect();
        let hypotheses: Vec<(&str, &Pedigree)> =
            pedigrees.iter().map(|(name, pedigree)| (*name, pedigree)).collect();
        let profiles = profiles(&case["genotypes"]);
        let profiles: Vec<&Profile> = profiles.iter().collect();
        let mut model = Model::default().with_theta(Theta::new(case["theta"].as_f64().unwrap()).unwrap());
        if let Some(mutation) = mutation(&case["mutation"]) {
            model = model.with_mutation(mutation);
        }
        let report = kinship(&hypotheses, &profiles, &table, &model, None).unwrap();
        let result = &case["result"];
        for (hypothesis, loci) in result["lik_per_marker"].as_object().unwrap() {
            for (locus, theirs) in loci.as_object().unwrap() {
                let (ours, theirs) = (likelihood(&report, hypothesis, locus), theirs.as_f64().unwrap());
                assert!((theirs == 0.0) == (ours == 0.0), "{id}, {hypothesis} {locus}: {ours} and {theirs}");
                if theirs > 0.0 {
                    near(id, &format!("{hypothesis} {locus}"), ours, theirs);
                }
            }
        }
        for (hypothesis, theirs) in result["log10_LR"].as_object().unwrap() {
            let ours = report.hypothesis(hypothesis).unwrap().log10_lr.value().unwrap();
            let theirs = log10(theirs);
            assert!(
                ours == theirs || (ours - theirs).abs() <= TOLERANCE * theirs.abs(),
                "{id}: {ours} and {theirs}"
            );
        }
    }
    Some(cases.len())
}

#[test]
fn pairs_agree_with_pedprobr_and_familias() {
    assert_eq!(replay("kinship_pairwise.json").unwrap_or(52), 52);
}

#[test]
fn pedigrees_agree_with_pedprobr_and_familias() {
    assert_eq!(replay("kinship_pedigrees.json").unwrap_or(51), 51);
}

#[test]
fn silent_alleles_agree_with_familias() {
    let Some(data) = json("kinship_silent.json") else { return };
    for case in data["cases"].as_array().unwrap() {
        let id = text(&case["id"]);
        let locus = text(&case["locus"]);
        let table =
            table(&serde_json::json!({ locus: { "alleles": case["alleles"], "freqs": case["freqs"] } }));
        let genotypes = case["genotypes"].as_object().unwrap();
        let genotypes =
            genotypes.iter().map(|(id, alleles)| (id.clone(), serde_json::json!({ locus: alleles })));
        let profiles = profiles(&Value::Object(genotypes.collect()));
        let profiles: Vec<&Profile> = profiles.iter().collect();
        let (h1, h2) = (pedigree(&case["pedigrees"]["H1"]), pedigree(&case["pedigrees"]["H2"]));
        let model = Model::default().with_theta(Theta::new(case["theta"].as_f64().unwrap()).unwrap());
        let report = kinship(&[("H1", &h1), ("H2", &h2)], &profiles, &table, &model, None).unwrap();
        for hypothesis in ["H1", "H2"] {
            let theirs = case["likelihood"][hypothesis].as_f64().unwrap();
            near(id, hypothesis, likelihood(&report, hypothesis, locus), theirs);
        }
        near(id, "LR", number(report.log10_lr().unwrap()), case["LR"].as_f64().unwrap());
    }
}

#[test]
fn loci_on_the_x_chromosome_agree_with_pedprobr() {
    let Some(data) = json("kinship_x.json") else { return };
    let mut builder = table(&data["tables"]["db"]).to_builder();
    for locus in data["tables"]["db"].as_object().unwrap().keys() {
        builder = builder.x_linked(Locus::new(locus).unwrap());
    }
    let table = builder.build().unwrap();
    for case in data["cases"].as_array().unwrap() {
        let id = text(&case["id"]);
        let profiles = profiles(&case["genotypes"]);
        let profiles: Vec<&Profile> = profiles.iter().collect();
        let (h1, h2) = (pedigree(&case["pedigrees"]["H1"]), pedigree(&case["pedigrees"]["H2"]));
        let report =
            kinship(&[("H1", &h1), ("H2", &h2)], &profiles, &table, &Model::default(), None).unwrap();
        for hypothesis in ["H1", "H2"] {
            for (locus, theirs) in case["lik_per_marker"][hypothesis].as_object().unwrap() {
                near(id, locus, likelihood(&report, hypothesis, locus), theirs.as_f64().unwrap());
            }
        }
        near(id, "log10 LR", report.log10_lr().unwrap().value().unwrap(), case["log10_LR"].as_f64().unwrap());
    }
}

#[test]
fn linked_loci_agree_with_pedprobr() {
    let Some(data) = json("kinship_linked.json") else { return };
    let cases = data["cases"].as_array().unwrap();
    for case in cases {
        let id = text(&case["id"]);
        let markers: Vec<Locus> =
            case["markers"].as_array().unwrap().iter().map(|m| Locus::new(text(m)).unwrap()).collect();
        let single = table(&data["tables"]["db"]);
        let linked = single
            .to_builder()
            .linked(markers[0], markers[1], case["rho"].as_f64().unwrap())
            .build()
            .unwrap();
        let pedigree = pedigree(&case["pedigree"]);
        let profiles = profiles(&case["genotypes"]);
        let profiles: Vec<&Profile> = profiles.iter().collect();
        for (table, theirs) in [(&linked, &case["likelihood"]), (&single, &case["product_single"])] {
            let report = kinship(&[("H", &pedigree)], &profiles, table, &Model::default(), None).unwrap();
            near(id, "likelihood", report.hypotheses[0].log10_likelihood.number(), theirs.as_f64().unwrap());
        }
    }
    assert_eq!(cases.len(), 20);
}

#[test]
fn coefficients_agree_with_dnaprofiles() {
    let Some(data) = json("direct_match.json") else { return };
    let cases = data["ki_cases"].as_array().unwrap();
    for case in cases {
        let id = text(&case["id"]);
        let mut builder = Frequencies::builder("FBI_Caucasian");
        for (locus, alleles) in data["frequencies"]["FBI_Caucasian"].as_object().unwrap() {
            let alleles = alleles.as_object().unwrap().iter();
            builder = builder.locus(locus, alleles.map(|(allele, f)| (allele, f.as_f64().unwrap()))).unwrap();
        }
        let table = builder.build().unwrap();
        let k: Vec<f64> = case["ibd"].as_array().unwrap().iter().map(|k| k.as_f64().unwrap()).collect();
        let relation = Relation::ibd_coefficients(k[0], k[1], k[2]).unwrap();
        let pair = profiles(&serde_json::json!({ "A": case["A"], "B": case["B"] }));
        let model = Model::default().with_theta(Theta::new(case["theta"].as_f64().unwrap()).unwrap());
        let answer = kinship_lr(&pair[0], &pair[1], relation, Relation::Unrelated, &table, &model).unwrap();
        for (locus, theirs) in case["ki_per_marker"].as_object().unwrap() {
            let locus = Locus::new(locus).unwrap();
            let (_, ours) = answer.per_locus.iter().find(|(loci, _)| *loci == [locus]).unwrap();
            let PairContribution::Counted(ours) = ours else { panic!("{id}: {locus} is not counted") };
            near(id, locus.name(), number(*ours), theirs.as_f64().unwrap());
        }
        let (ours, theirs) = (answer.log10_lr.value().unwrap(), case["log10_ki"].as_f64().unwrap());
        assert!((ours - theirs).abs() <= TOLERANCE * theirs.abs().max(1.0), "{id}: {ours} and {theirs}");
    }
    assert_eq!(cases.len(), 27);
}

/// The four ways in which two people may be related in the cases of 3,930 SNPs.
fn snp_hypotheses() -> Vec<(&'static str, Pedigree)> {
    let build = |people: &[(&str, Option<&str>, Option<&str>)]| {
        Pedigree::new(people.iter().map(|&(id, father, mother)| (id, father, mother, None))).unwrap()
    };
    let cousins = |generations: usize| {
        let mut people = vec![("gf".to_owned(), None, None), ("gm".to_owned(), None, None)];
        for line in ["A", "B"] {
            let (mut father, mut mother) = ("gf".to_owned(), "gm".to_owned());
            for generation in (0..=generations).rev() {
                let id = if generation == 0 { line.to_owned() } else { format!("{line}{generation}") };
                people.push((id.clone(), Some(father), Some(mother)));
                mother = format!("{id}w");
                if generation > 0 {
                    people.push((mother.clone(), None, None));
                }
                father = id;
            }
        }
        Pedigree::new(people.iter().map(|(id, f, m)| (id.as_str(), f.as_deref(), m.as_deref(), None)))
            .unwrap()
    };
    vec![
        (
            "FS",
            build(&[
                ("f", None, None),
                ("m", None, None),
                ("A", Some("f"), Some("m")),
                ("B", Some("f"), Some("m")),
            ]),
        ),
        ("C1", cousins(1)),
        ("C2", cousins(2)),
        ("UN", build(&[("A", None, None), ("B", None, None)])),
    ]
}

#[test]
fn thousands_of_snps_agree_with_pedprobr() {
    let Some(data) = json("kinship_force_snps.json") else { return };
    let root = std::env::var_os("MATCHER_DATA").unwrap();
    let file = std::fs::read_to_string(Path::new(&root).join("dna/freqs_FORCE_3931snps.csv")).unwrap();
    let rows: Vec<Vec<&str>> = file
        .lines()
        .skip(1)
        .map(|line| line.split(',').map(|cell| cell.trim_matches('"')).collect())
        .collect();
    let mut builder = Frequencies::builder("FORCE");
    for row in &rows {
        let frequency: f64 = row[5].parse().unwrap();
        builder = builder.locus(row[1], [(row[3], frequency), (row[4], 1.0 - frequency)]).unwrap();
    }
    let table = builder.build().unwrap();
    let hypotheses = snp_hypotheses();
    let hypotheses: Vec<(&str, &Pedigree)> =
        hypotheses.iter().map(|(name, pedigree)| (*name, pedigree)).collect();
    for (name, case) in data["cases"].as_object().unwrap() {
        let profile = |id: &str| {
            let genotypes = text(&case["genotypes"][id]).split(' ');
            let loci = rows.iter().zip(genotypes).filter(|(_, genotype)| *genotype != "-/-");
            Profile::new(id, loci.map(|(row, genotype)| (row[1], genotype.split('/')))).unwrap()
        };
        let (a, b) = (profile("A"), profile("B"));
        let report = kinship(&hypotheses, &[&a, &b], &table, &Model::default(), None).unwrap();
        for (hypothesis, theirs) in case["log10_lik"].as_object().unwrap() {
            let ours: Log10 = report.hypothesis(hypothesis).unwrap().log10_likelihood;
            near(name, hypothesis, ours.value(), theirs.as_f64().unwrap());
        }
    }
}
