use super::*;
use crate::dna::kinship::{Model, Pedigree};
use crate::dna::{Frequencies, Sex};
use crate::units::Theta;
use std::collections::BTreeMap;

fn locus(name: &str) -> Locus {
    Locus::new(name).unwrap()
}

fn family() -> Pedigree {
    Pedigree::new([
        ("F", None, None, Some(Sex::Male)),
        ("M", None, None, Some(Sex::Female)),
        ("A", Some("F"), Some("M"), None),
        ("B", Some("F"), Some("M"), None),
    ])
    .unwrap()
}

fn key(profile: &Profile) -> String {
    profile.loci().iter().map(|(_, genotype)| genotype.to_string()).collect::<Vec<_>>().join(" ")
}

/// Pearson's statistic against the exact joint distribution, found by a likelihood for every combination; and how many
/// combinations are possible.
fn chi_square(model: &Model, frequencies: &Frequencies, loci: &[&str], n: usize) -> (f64, usize) {
    let pedigree = family();
    let alleles = |locus: &str| if locus == "TH01" { ["6", "7"] } else { ["16", "16"] };
    let child = Profile::new("A", loci.iter().map(|&locus| (locus, alleles(locus)))).unwrap();
    let typed = [(pedigree.find("A").unwrap(), &child)];
    let prepared = Prepared::new(&pedigree, &typed, frequencies, model).unwrap();
    let loci: Vec<Locus> = loci.iter().map(|name| locus(name)).collect();
    let simulator = ConditionalSimulator::new(&prepared, &["F", "B"], &loci).unwrap();
    let mut counts: BTreeMap<(String, String), f64> = BTreeMap::new();
    for people in simulator.sample(11, n).unwrap() {
        *counts.entry((key(&people[0]), key(&people[1]))).or_default() += 1.0;
    }
    let conditional = Conditional::new(&prepared, &loci).unwrap();
    let profiles = |id: &str, place: usize| -> Vec<Profile> {
        let mut all = vec![Vec::new()];
        for &locus in &loci {
            let outcomes = conditional.outcomes(locus, place).unwrap();
            let with = |shown: Vec<(Locus, Genotype)>| {
                let add = move |genotype: &Genotype| [&shown[..], &[(locus, genotype.clone())]].concat();
                outcomes.iter().flatten().map(add).collect::<Vec<_>>()
            };
            all = all.into_iter().flat_map(with).collect();
        }
        all.into_iter().map(|shown| profile(id, shown)).collect()
    };
    let (f, b) = (pedigree.find("F").unwrap(), pedigree.find("B").unwrap());
    let unit = &Unit::of(&loci, frequencies).unwrap()[0];
    let mut exact = BTreeMap::new();
    for father in profiles("F", f) {
        for sibling in profiles("B", b) {
            let placed = [(f, &father), (b, &sibling)];
            let likelihood = prepared.likelihood(unit, &placed).unwrap().unwrap().number();
            exact.insert((key(&father), key(&sibling)), likelihood);
        }
    }
    let total: f64 = exact.values().sum();
    let (mut statistic, mut possible) = (0.0, 0);
    for (key, likelihood) in &exact {
        let expected = likelihood / total * n as f64;
        let count = counts.remove(key).unwrap_or(0.0);
        if *likelihood == 0.0 {
            assert_eq!(count, 0.0, "{key:?} cannot be");
        } else {
            possible += 1;
            statistic += (count - expected) * (count - expected) / expected;
        }
    }
    assert!(counts.is_empty());
    (statistic, possible)
}

#[test]
fn samples_follow_the_exact_joint_distribution() {
    let th01 = Frequencies::builder("t").locus("TH01", [("6", 0.3), ("7", 0.2), ("9", 0.5)]).unwrap();
    let th01 = th01.build().unwrap();
    let two = Frequencies::builder("t").locus("vWA", [("16", 0.4), ("17", 0.6)]).unwrap();
    let two = two.locus("D12S391", [("16", 0.5), ("19", 0.5)]).unwrap();
    let two = two.linked(locus("vWA"), locus("D12S391"), 0.1).build().unwrap();
    let stepwise = crate::dna::likelihood::MutationModel::stepwise(0.1, 0.01, 0.5).unwrap();
    let theta = Model::default().with_theta(Theta::new(0.1).unwrap());
    // Quantiles of the chi-square distribution: 1 in 1,000 is above mean + 3.1 sd + 1.5.
    let limit = |possible: usize| {
        let free = possible as f64 - 1.0;
        free + 3.1 * (2.0 * free).sqrt() + 6.0
    };
    for (model, table, loci) in [
        (Model::default(), &th01, &["TH01"][..]),
        (Model::default().with_mutation(stepwise), &th01, &["TH01"]),
        (theta, &th01, &["TH01"]),
        (Model::default(), &two, &["vWA", "D12S391"]),
    ] {
        let (statistic, possible) = chi_square(&model, table, loci, 20_000);
        assert!(statistic < limit(possible), "{loci:?}: {statistic} with {possible} combinations");
    }
}

#[test]
fn samples_are_repeatable_and_other_loci_change_nothing() {
    let (pedigree, frequencies) = (family(), Frequencies::builtin("nist1036-cauc").unwrap());
    let child = Profile::new("A", [("TH01", ["6", "9.3"]), ("vWA", ["16", "17"])]).unwrap();
    let typed = [(pedigree.find("A").unwrap(), &child)];
    let model = Model::default();
    let prepared = Prepared::new(&pedigree, &typed, &frequencies, &model).unwrap();
    let of = |loci: &[&str]| {
        let loci: Vec<Locus> = loci.iter().map(|name| locus(name)).collect();
        ConditionalSimulator::new(&prepared, &["B", "M"], &loci).unwrap().sample(5, 20).unwrap()
    };
    let (one, both) = (of(&["TH01"]), of(&["vWA", "TH01", "D3S1358"]));
    assert_eq!(both, of(&["TH01", "D3S1358", "vWA"]));
    for (one, both) in one.iter().zip(&both) {
        assert_eq!((both[0].id(), both[1].id(), both[0].loci().len()), ("B", "M", 3));
        assert_eq!(one[0].get(locus("TH01")), both[0].get(locus("TH01")));
    }
}

#[test]
fn what_cannot_be_is_an_error() {
    let (pedigree, frequencies) = (family(), Frequencies::builtin("nist1036-cauc").unwrap());
    let (child, father) = (
        Profile::new("A", [("TH01", ["6", "6"])]).unwrap(),
        Profile::new("F", [("TH01", ["7", "8"])]).unwrap(),
    );
    let model = Model::default();
    let typed = [(pedigree.find("A").unwrap(), &child), (pedigree.find("F").unwrap(), &father)];
    let th01 = [locus("TH01")];
    let message = |typed: &[(usize, &Profile)], people: &[&str]| {
        let prepared = Prepared::new(&pedigree, typed, &frequencies, &model).unwrap();
        ConditionalSimulator::new(&prepared, people, &th01).unwrap_err().to_string()
    };
    assert!(message(&typed, &["B"]).starts_with("TH01: likelihood of the typed people is 0"));
    assert!(message(&typed[..1], &["A"]).contains("expected somebody who was not typed"));
    assert!(message(&typed[..1], &["B", "B"]).contains("there twice"));
    assert!(message(&typed[..1], &["Z"]).contains("not in the pedigree"));
    assert!(message(&typed[..1], &[]).contains("number of people is 0"));
}
