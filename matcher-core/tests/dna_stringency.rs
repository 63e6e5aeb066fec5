//! Verdicts at a locus against those of GENis, from the cases under `MATCHER_DATA`.
//!
//! Single and special cases (microvariants, marks off the ladder) must all agree, and so must the comparison with a
//! victim. Of mixture against mixture one case is decided differently, for the reason that `shared_contributor` gives.

use matcher_core::dna::compare::{Stringency, shared_contributor, stringency, victim_containment};
use matcher_core::dna::{Allele, Genotype};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    kind: String,
    #[serde(default)]
    a: Vec<String>,
    #[serde(default)]
    b: Vec<String>,
    #[serde(default)]
    mix1: Vec<String>,
    #[serde(default)]
    victim1: Vec<String>,
    #[serde(default)]
    mix2: Vec<String>,
    #[serde(default)]
    victim2: Vec<String>,
    stringency: String,
}

fn alleles(names: &[String]) -> Vec<Allele> {
    let distinct: BTreeSet<Allele> = names.iter().map(|name| name.parse().expect("an allele")).collect();
    distinct.into_iter().collect()
}

/// The verdict in the words of GENis.
fn verdict(case: &Case) -> &'static str {
    let [a, b, mix1, victim1, mix2, victim2] =
        [&case.a, &case.b, &case.mix1, &case.victim1, &case.mix2, &case.victim2].map(|names| alleles(names));
    let moderate = |agree: bool| if agree { "ModerateStringency" } else { "Mismatch" };
    match case.kind.as_str() {
        "single" | "special" => {
            let [a, b] = [a, b].map(|alleles| Genotype::new(&alleles).expect("1 to 8 alleles"));
            match stringency(&a, &b) {
                Some(Stringency::High) => "HighStringency",
                Some(Stringency::Moderate) => "ModerateStringency",
                Some(Stringency::Low) => "LowStringency",
                None => "NoMatch",
            }
        }
        "mix_mix" => moderate(shared_contributor(&mix1, &victim1, &mix2, &victim2)),
        "enfsi_victim" => moderate(victim_containment(&mix1, &victim1, &mix2, &victim2)),
        other => panic!("unknown kind {other}"),
    }
}

#[test]
fn verdicts_are_those_of_genis() {
    let Some(data) = std::env::var_os("MATCHER_DATA") else {
        println!("skipped: MATCHER_DATA is not set");
        return;
    };
    let path = std::path::Path::new(&data).join("dna/cases/stringency_genis.json");
    let text = std::fs::read_to_string(&path).expect("the cases");
    let cases: Cases = serde_json::from_str(&text).expect("cases of the known schema");
    assert!(cases.cases.len() > 2_000);
    let different: Vec<&Case> = cases.cases.iter().filter(|case| verdict(case) != case.stringency).collect();
    for case in &different {
        println!(
            "{}: {:?} {:?} {:?} {:?}: GENis {}",
            case.kind, case.mix1, case.victim1, case.mix2, case.victim2, case.stringency
        );
    }
    assert!(different.len() <= 1 && different.iter().all(|case| case.kind == "mix_mix"));
}
