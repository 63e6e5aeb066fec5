use super::*;
use crate::dna::likelihood::MutationModel;

fn locus() -> Locus {
    Locus::new("TH01").unwrap()
}

fn family() -> Pedigree {
    Pedigree::new([
        ("grandfather", None, None, None),
        ("grandmother", None, None, None),
        ("uncle", Some("grandfather"), Some("grandmother"), None),
        ("father", Some("grandfather"), Some("grandmother"), None),
        ("mother", None, None, None),
        ("child", Some("father"), Some("mother"), None),
    ])
    .unwrap()
}

fn table(silent: f64) -> Frequencies {
    let scale = 1.0 - silent;
    let alleles =
        [("6", 0.2), ("7", 0.15), ("8", 0.05), ("9", 0.4), ("9.3", 0.2)].map(|(a, f)| (a, f * scale));
    let builder = Frequencies::builder("test").locus("TH01", alleles).unwrap();
    if silent > 0.0 { builder.silent(locus(), silent).build().unwrap() } else { builder.build().unwrap() }
}

/// Both ways to the distribution of the father.
fn both(frequencies: &Frequencies, model: &Model) -> [GenotypeDistribution; 2] {
    let family = family();
    let (uncle, child) = (
        Profile::new("uncle", [("TH01", ["6", "9"])]).unwrap(),
        Profile::new("child", [("TH01", ["6", "9.3"])]).unwrap(),
    );
    let typed = [(family.find("uncle").unwrap(), &uncle), (family.find("child").unwrap(), &child)];
    let father = family.find("father").unwrap();
    let prepared = Prepared::new(&family, &typed, frequencies, model).unwrap();
    let conditional = Conditional::new(&prepared, &[locus()]).unwrap();
    let outcomes = conditional.outcomes(locus(), father).unwrap();
    let (unit, inner) = (&conditional.units()[0], conditional.prepared().unwrap());
    let fast = conditional.at_once(&inner, unit, father, &[], outcomes.len()).unwrap().unwrap();
    let slow = one_by_one(&inner, unit, (locus(), father), &[], &outcomes).unwrap();
    [fast, slow]
}

#[test]
fn one_summation_gives_what_many_likelihoods_give() {
    let stepwise = MutationModel::stepwise(0.01, 1e-4, 0.1).unwrap();
    let equal = MutationModel::equal(0.02).unwrap();
    for silent in [0.0, 0.03] {
        for model in [
            Model::default(),
            Model::default().with_mutation(stepwise),
            Model::default().with_mutation(equal),
        ] {
            let [fast, slow] = both(&table(silent), &model);
            assert_eq!(fast.probabilities.len(), 15 + usize::from(silent > 0.0));
            for (a, b) in fast.probabilities.iter().zip(&slow.probabilities) {
                assert!((a - b).abs() < 1e-12, "{a} {b} {model:?}");
            }
            assert!((fast.log10_total.value() - slow.log10_total.value()).abs() < 1e-12);
            assert!((fast.probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-14);
        }
    }
}

#[test]
fn the_distribution_of_a_sibling_is_that_of_the_textbook() {
    let pedigree = Pedigree::new([
        ("f", None, None, None),
        ("m", None, None, None),
        ("a", Some("f"), Some("m"), None),
        ("b", Some("f"), Some("m"), None),
    ])
    .unwrap();
    let profile = Profile::new("a", [("TH01", ["6", "7"])]).unwrap();
    let (frequencies, model) = (table(0.0), Model::default());
    let prepared = Prepared::new(&pedigree, &[(2, &profile)], &frequencies, &model).unwrap();
    let conditional = Conditional::new(&prepared, &[locus()]).unwrap();
    let (outcomes, distribution) =
        (conditional.outcomes(locus(), 3).unwrap(), conditional.distribution(locus(), 3, &[]).unwrap());
    let of = |text: &str| {
        let at = outcomes.iter().position(|g| g.as_ref().is_some_and(|g| g.to_string() == text)).unwrap();
        distribution.probabilities()[at]
    };
    let (p, q) = (0.2, 0.15);
    assert!((of("6,7") - (1.0 + p + q + 2.0 * p * q) / 4.0).abs() < 1e-12);
    assert!((of("6,6") - (p + p * p) / 4.0).abs() < 1e-12);
    assert!((of("6,9") - (0.4 + 2.0 * p * 0.4) / 4.0).abs() < 1e-12);
    assert!((of("9,9") - 0.16 / 4.0).abs() < 1e-12);
    assert!((distribution.log10_total().number() - 2.0 * p * q).abs() < 1e-12);
}

#[test]
fn drop_out_and_one_copy_have_their_outcomes() {
    let pedigree = Pedigree::new([
        ("f", None, None, None),
        ("m", None, None, None),
        ("son", Some("f"), Some("m"), Some(Sex::Male)),
    ])
    .unwrap();
    let x = Locus::new("DXS8378").unwrap();
    let frequencies = Frequencies::builder("x").locus("DXS8378", [("9", 0.25), ("10", 0.75)]).unwrap();
    let frequencies = frequencies.build().unwrap();
    let mother = Profile::new("m", [("DXS8378", ["9", "10"])]).unwrap();
    let model = Model::default().with_dropout("son", 0.1);
    let prepared =
        Prepared::new(&pedigree, &[(pedigree.find("m").unwrap(), &mother)], &frequencies, &model).unwrap();
    let conditional = Conditional::new(&prepared, &[x]).unwrap();
    let son = pedigree.find("son").unwrap();
    let outcomes = conditional.outcomes(x, son).unwrap();
    assert_eq!(outcomes.len(), 3);
    assert!(outcomes[0].as_ref().unwrap().is_single_copy() && outcomes[2].is_none());
    let distribution = conditional.distribution(x, son, &[]).unwrap();
    for (found, expected) in distribution.probabilities().iter().zip([0.45, 0.45, 0.1]) {
        assert!((found - expected).abs() < 1e-12, "{found}");
    }
}

#[test]
fn what_cannot_be_is_an_error() {
    let pedigree = Pedigree::new([("c", Some("f"), None, None), ("f", None, None, None)]).unwrap();
    let (c, f) = (pedigree.find("c").unwrap(), pedigree.find("f").unwrap());
    let child = Profile::new("c", [("TH01", ["6", "6"])]).unwrap();
    let father = Profile::new("f", [("TH01", ["9", "9"])]).unwrap();
    let (frequencies, model) = (table(0.0), Model::default());
    let prepared = Prepared::new(&pedigree, &[(c, &child), (f, &father)], &frequencies, &model).unwrap();
    let error = Conditional::new(&prepared, &[locus()]).unwrap_err().to_string();
    assert!(error.starts_with("TH01: likelihood of the typed people is 0, expected above 0"), "{error}");
    let prepared = Prepared::new(&pedigree, &[(c, &child)], &frequencies, &model).unwrap();
    assert!(Conditional::new(&prepared, &[locus(), locus()]).is_err());
    let error = Conditional::new(&prepared, &[Locus::new("vWA").unwrap()]).unwrap_err().to_string();
    assert!(error.contains("not in the frequency table"), "{error}");
    let conditional = Conditional::new(&prepared, &[locus()]).unwrap();
    assert!(conditional.outcomes(locus(), c).unwrap_err().to_string().contains("who was not typed"));
    assert!(conditional.outcomes(locus(), 7).is_err());
    // Placed genotypes that cannot be leave nothing possible.
    let wrong: Genotype = vec!["9".parse::<Allele>().unwrap(); 2].try_into().unwrap();
    let impossible = conditional.distribution(locus(), f, &[]).unwrap();
    assert!(!impossible.is_impossible());
    let mother = pedigree.with_unrelated("u", None).unwrap();
    let prepared =
        Prepared::new(&mother, &[(mother.find("c").unwrap(), &child)], &frequencies, &model).unwrap();
    let conditional = Conditional::new(&prepared, &[locus()]).unwrap();
    let placed = [(mother.find("f").unwrap(), locus(), &wrong)];
    assert!(conditional.distribution(locus(), mother.find("u").unwrap(), &placed).unwrap().is_impossible());
}

#[test]
fn frequencies_are_those_of_the_table_where_they_matter() {
    let table = Frequencies::builder("short")
        .locus("TH01", [("6", 0.1), ("7", 0.001), ("9", 0.5)])
        .unwrap()
        .rare(crate::dna::RareAllele::Fixed(0.02))
        .build()
        .unwrap();
    let pedigree = Pedigree::new([("c", Some("f"), None, None), ("f", None, None, None)]).unwrap();
    let child = Profile::new("c", [("TH01", ["7", "8"])]).unwrap();
    let model = Model::default();
    let prepared =
        Prepared::new(&pedigree, &[(pedigree.find("c").unwrap(), &child)], &table, &model).unwrap();
    let conditional = Conditional::new(&prepared, &[locus()]).unwrap();
    let found: Vec<f64> = conditional.population().loci()[0].alleles().iter().map(|(_, f)| *f).collect();
    for (found, expected) in found.iter().zip([0.16, 0.02, 0.02, 0.8]) {
        assert!((found - expected).abs() < 1e-12, "{found}");
    }
}

#[test]
fn alleles_that_nobody_shows_are_alike_under_theta_too() {
    let pedigree = family();
    let uncle = Profile::new("uncle", [("TH01", ["6", "9"])]).unwrap();
    let child = Profile::new("child", [("TH01", ["6", "6"])]).unwrap();
    let typed = [(pedigree.find("uncle").unwrap(), &uncle), (pedigree.find("child").unwrap(), &child)];
    let (frequencies, father) = (table(0.0), pedigree.find("father").unwrap());
    for theta in [0.0, 0.05] {
        let model = Model::default().with_theta(Theta::new(theta).unwrap());
        let prepared = Prepared::new(&pedigree, &typed, &frequencies, &model).unwrap();
        let conditional = Conditional::new(&prepared, &[locus()]).unwrap();
        let outcomes = conditional.outcomes(locus(), father).unwrap();
        let unit = &conditional.units()[0];
        let found =
            one_by_one(&conditional.prepared().unwrap(), unit, (locus(), father), &[], &outcomes).unwrap();
        let all: Vec<f64> = outcomes
            .iter()
            .flatten()
            .map(|genotype| {
                let candidate = Profile::builder("c").genotype(locus(), genotype.clone()).build().unwrap();
                prepared.likelihood(unit, &[(father, &candidate)]).unwrap().unwrap().number()
            })
            .collect();
        let total: f64 = all.iter().sum();
        for (found, exact) in found.probabilities().iter().zip(&all) {
            assert!((found - exact / total).abs() < 1e-13, "{found} {exact}");
        }
    }
}
