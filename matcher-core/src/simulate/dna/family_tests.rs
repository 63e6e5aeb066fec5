use super::*;
use crate::dna::likelihood::Mutation;
use crate::dna::{Allele, Sex};
use crate::evaluation::clopper_pearson;
use sha2::{Digest, Sha256};

/// A true rate outside the interval would be an accident of one in a million.
const SURE: f64 = 1.0 - 1e-6;

fn assert_rate(count: usize, trials: usize, expected: f64, what: &str) {
    let (low, high) = clopper_pearson(count as u64, trials as u64, SURE);
    assert!((low..=high).contains(&expected), "{what}: {count} of {trials}, expected {expected}");
}

fn nuclear() -> Pedigree {
    Pedigree::new([
        ("F", None, None, Some(Sex::Male)),
        ("M", None, None, Some(Sex::Female)),
        ("son", Some("F"), Some("M"), Some(Sex::Male)),
        ("daughter", Some("F"), Some("M"), Some(Sex::Female)),
    ])
    .unwrap()
}

fn cauc() -> Frequencies {
    Frequencies::builtin("nist1036-cauc").unwrap()
}

fn simulator(pedigree: &Pedigree, frequencies: &Frequencies, model: &Model) -> FamilySimulator {
    FamilySimulator::new(7, pedigree, frequencies, model, None).unwrap()
}

fn alleles(profile: &Profile, locus: Locus) -> &[Allele] {
    profile.get(locus).unwrap().alleles()
}

fn one_locus(name: &str, of: &[(&str, f64)]) -> Frequencies {
    Frequencies::builder("test").locus(name, of.iter().copied()).unwrap().build().unwrap()
}

#[test]
fn a_child_has_an_allele_of_each_parent() {
    let (pedigree, frequencies) = (nuclear(), cauc());
    for people in simulator(&pedigree, &frequencies, &Model::default()).families(200) {
        assert_eq!(people.iter().map(Profile::id).collect::<Vec<_>>(), ["F", "M", "son", "daughter"]);
        assert!(people.iter().all(|person| person.loci().len() == 29));
        for (locus, _) in people[0].loci() {
            let (f, m) = (alleles(&people[0], *locus), alleles(&people[1], *locus));
            for child in &people[2..] {
                let [a, b] = alleles(child, *locus) else { panic!("two copies") };
                assert!((f.contains(a) && m.contains(b)) || (f.contains(b) && m.contains(a)));
            }
        }
    }
}

#[test]
fn alleles_and_siblings_are_as_they_should_be() {
    const N: usize = 4_000;
    let frequencies = one_locus("TH01", &[("6", 0.5), ("7", 0.3), ("8", 0.2)]);
    let (pedigree, th01) = (nuclear(), Locus::new("TH01").unwrap());
    let (mut sixes, mut homozygous, mut shared) = (0, 0, [0; 3]);
    for people in simulator(&pedigree, &frequencies, &Model::default()).families(N) {
        let [a, b] = alleles(&people[2], th01) else { panic!("two copies") };
        sixes += usize::from(a.to_string() == "6") + usize::from(b.to_string() == "6");
        homozygous += usize::from(a == b);
        let other = alleles(&people[3], th01);
        let same = if [*a, *b] == other { 2 } else { usize::from(other.contains(a) || other.contains(b)) };
        shared[same] += 1;
    }
    // By identity by descent: both alleles with probability 1/4, one with 1/2, none with 1/4.
    let p = [0.5_f64, 0.3, 0.2];
    let s2: f64 = p.iter().map(|&p| p * p).sum();
    let s4: f64 = p.iter().map(|&p| p * p * p * p).sum();
    let two = 0.25 + 0.5 * s2 + 0.25 * (2.0 * s2 * s2 - s4);
    // Two people who are not related share nothing: both homozygous and unlike, or no allele in common.
    let mut none = 0.0;
    for (i, a) in p.iter().enumerate() {
        for (j, b) in p.iter().enumerate() {
            let rest: f64 = 1.0 - a - if i == j { 0.0 } else { *b };
            none += a * b * rest * rest;
        }
    }
    assert_rate(sixes, 2 * N, 0.5, "alleles");
    assert_rate(homozygous, N, s2, "homozygotes");
    assert_rate(shared[2], N, two, "siblings share both");
    assert_rate(shared[0], N, 0.25 * none, "siblings share none");
}

#[test]
fn theta_and_inbreeding_raise_homozygotes_and_bring_relatives_of_the_population_closer() {
    const N: usize = 4_000;
    let frequencies = one_locus("TH01", &[("6", 0.5), ("7", 0.3), ("8", 0.2)]);
    let th01 = Locus::new("TH01").unwrap();
    let theta = 0.2;
    let two =
        Pedigree::builder().person("A", None, None, None).person("B", None, None, None).inbreeding(0.25);
    let two = two.build().unwrap();
    let model = Model::default().with_theta(Theta::new(theta).unwrap());
    let (mut a, mut b, mut all) = (0, 0, 0);
    for people in simulator(&two, &frequencies, &model).families(N) {
        let (x, y) = (alleles(&people[0], th01), alleles(&people[1], th01));
        a += usize::from(x[0] == x[1]);
        b += usize::from(y[0] == y[1]);
        all += usize::from(x[0] == x[1] && y == x);
    }
    let p = [0.5, 0.3, 0.2];
    let next = crate::dna::likelihood::next_allele;
    let theta = Theta::new(theta).unwrap();
    let pair = |p: f64| p * next(p, 1, 1, theta);
    let homozygous: f64 = p.iter().map(|&p| pair(p)).sum();
    assert_rate(a, N, homozygous, "theta");
    assert_rate(b, N, 0.25 + 0.75 * homozygous, "inbreeding");
    let third = |p: f64| pair(p) * next(p, 2, 2, theta);
    let four: f64 = p.iter().map(|&p| 0.25 * third(p) + 0.75 * third(p) * next(p, 3, 3, theta)).sum();
    assert_rate(all, N, four, "one urn for all");
}

#[test]
fn alleles_mutate_by_the_sex_of_the_parent() {
    const N: usize = 20_000;
    let frequencies = one_locus("TH01", &[("6", 0.25), ("7", 0.25), ("8", 0.25), ("9", 0.25)]);
    let th01 = Locus::new("TH01").unwrap();
    let model = |rate| MutationModel::equal(rate).unwrap();
    let mutation = Mutation::by_sex(model(0.1), model(0.02));
    let of = |sex| {
        Pedigree::new([
            ("child", (sex == Sex::Male).then_some("P"), (sex == Sex::Female).then_some("P"), None),
            ("P", None, None, Some(sex)),
        ])
        .unwrap()
    };
    for (sex, rate) in [(Sex::Male, 0.1), (Sex::Female, 0.02)] {
        let pedigree = of(sex);
        let simulator = simulator(&pedigree, &frequencies, &Model::default().with_mutation(mutation));
        let (mut trials, mut unlike) = (0, 0);
        for people in simulator.families(N) {
            let (parent, child) = (alleles(&people[0], th01), alleles(&people[1], th01));
            if parent[0] == parent[1] && child[0] == child[1] {
                trials += 1;
                unlike += usize::from(parent[0] != child[0]);
            }
        }
        // Whatever allele was handed on, the other one is the same with probability 1/4.
        assert_rate(unlike, trials, rate, "mutation");
    }
}

#[test]
fn what_is_on_the_x_chromosome_goes_by_sex() {
    let (pedigree, x) = (nuclear(), Locus::new("DXS8378").unwrap());
    let frequencies = one_locus("DXS8378", &[("9", 0.2), ("10", 0.3), ("11", 0.5)]);
    for people in simulator(&pedigree, &frequencies, &Model::default()).families(500) {
        let [father, mother, son, daughter] = [0, 1, 2, 3].map(|at| alleles(&people[at], x));
        assert_eq!((father.len(), mother.len(), son.len(), daughter.len()), (1, 2, 1, 2));
        assert!(mother.contains(&son[0]) && daughter.contains(&father[0]));
    }
    let unknown = Pedigree::new([("A", None, None, None)]).unwrap();
    let error = FamilySimulator::new(7, &unknown, &frequencies, &Model::default(), None).unwrap_err();
    assert!(error.to_string().contains("sex is not known"), "{error}");
}

#[test]
fn linked_loci_recombine_at_their_rate() {
    const N: usize = 4_000;
    let (a, b) = (Locus::new("vWA").unwrap(), Locus::new("D12S391").unwrap());
    let many = |n: usize| (1..=n).map(move |i| (i.to_string(), 1.0 / n as f64));
    let frequencies = Frequencies::builder("t").locus("vWA", many(200)).unwrap();
    let frequencies = frequencies.locus("D12S391", many(200)).unwrap().linked(a, b, 0.1).build().unwrap();
    let pedigree = nuclear();
    let (mut trials, mut apart) = (0, 0);
    for people in simulator(&pedigree, &frequencies, &Model::default()).families(N) {
        // Whether two siblings have the same allele of the father, at each locus: almost all are of one descent.
        let same = |locus| {
            let (f, m) = (alleles(&people[0], locus), alleles(&people[1], locus));
            if f[0] == f[1] || m.iter().any(|allele| f.contains(allele)) {
                return None;
            }
            let of_father = |child: &Profile| alleles(child, locus).iter().find(|a| f.contains(a)).copied();
            Some(of_father(&people[2]) == of_father(&people[3]))
        };
        if let (Some(first), Some(second)) = (same(a), same(b)) {
            trials += 1;
            apart += usize::from(first != second);
        }
    }
    assert!(trials > N / 2);
    assert_rate(apart, trials, 2.0 * 0.1 * 0.9, "recombination in one of both");
}

#[test]
fn silent_alleles_do_not_show() {
    const N: usize = 4_000;
    let th01 = Locus::new("TH01").unwrap();
    let frequencies = Frequencies::builder("t").locus("TH01", [("6", 0.4), ("7", 0.4)]).unwrap();
    let frequencies = frequencies.silent(th01, 0.2).build().unwrap();
    let (mut blank, mut one) = (0, 0);
    for people in simulator(&nuclear(), &frequencies, &Model::default()).families(N) {
        match people[0].get(th01) {
            None => blank += 1,
            Some(genotype) => one += usize::from(genotype.is_homozygous()),
        }
    }
    assert_rate(blank, N, 0.04, "nothing is seen");
    assert_rate(one, N, 2.0 * 0.16 + 4.0 * 0.4 * 0.2, "one allele is seen");
}

#[test]
fn a_family_is_the_same_whatever_else_is_made() {
    let (pedigree, frequencies) = (nuclear(), cauc());
    let model = Model::default().with_theta(Theta::new(0.02).unwrap());
    let all = simulator(&pedigree, &frequencies, &model);
    assert_eq!(all.families(6).last().unwrap(), all.family(5));
    assert_eq!(family(&pedigree, &frequencies, &model, 7).unwrap(), all.family(0));
    assert_ne!(family(&pedigree, &frequencies, &model, 8).unwrap(), all.family(0));
    let th01 = Locus::new("TH01").unwrap();
    let alone = FamilySimulator::new(7, &pedigree, &frequencies, &model, Some(&[th01])).unwrap();
    assert_eq!(alone.family(5)[3].get(th01), all.family(5)[3].get(th01));
    assert_ne!(alone.method(), all.method());
}

#[test]
fn the_first_families_are_fixed() {
    let mutation = MutationModel::stepwise(0.05, 0.001, 0.2).unwrap();
    let model = Model::default().with_theta(Theta::new(0.05).unwrap()).with_mutation(mutation);
    let mut digest = Sha256::new();
    for people in simulator(&nuclear(), &cauc(), &model).families(5) {
        for (locus, genotype) in people.iter().flat_map(Profile::loci) {
            digest.update(format!("{locus} {genotype};"));
        }
    }
    let first = digest.finalize().iter().take(8).fold(0_u64, |number, &byte| number << 8 | u64::from(byte));
    assert_eq!(format!("{first:016x}"), "4950de40086b0711");
}

#[test]
fn what_cannot_be_simulated_is_refused() {
    let refused = |loci: &[&str]| {
        let loci: Vec<Locus> = loci.iter().map(|name| Locus::new(name).unwrap()).collect();
        FamilySimulator::new(7, &nuclear(), &cauc(), &Model::default(), Some(&loci)).unwrap_err().to_string()
    };
    assert!(refused(&["TH01", "TH01"]).contains("expected each locus once"));
    assert!(refused(&["DYS391"]).contains("expected one of the table, autosomal or on the X chromosome"));
    assert!(refused(&[]).contains("is 0, expected 1 or more"));
    let long = Pedigree::new([("x".repeat(256).as_str(), None, None, None)]).unwrap();
    assert!(family(&long, &cauc(), &Model::default(), 7).is_err());
    let often = Model::default().with_mutation(MutationModel::proportional(0.99).unwrap());
    let error = family(&nuclear(), &cauc(), &often, 7).unwrap_err().to_string();
    assert!(error.contains("mutation model proportional"), "{error}");
}
