//! A family compiled for a search must say of every genotype what the case by itself says.

use matcher_core::dna::kinship::{GenotypeTable, Model, Pedigree, Prepared, Unit};
use matcher_core::dna::likelihood::{Mutation, MutationModel};
use matcher_core::dna::{Allele, Frequencies, Locus, Profile, RareAllele};
use matcher_core::units::Theta;

type People<'a> = &'a [(&'a str, &'a str, &'a str)];

fn pedigree(people: People<'_>) -> Pedigree {
    let some = |id| Some(id).filter(|id: &&str| !id.is_empty());
    Pedigree::new(people.iter().map(|&(id, father, mother)| (id, some(father), some(mother), None))).unwrap()
}

fn table() -> Frequencies {
    Frequencies::builder("t")
        .locus("TH01", [("6", 0.2), ("7", 0.15), ("8", 0.1), ("9", 0.15), ("9.3", 0.3), ("10", 0.1)])
        .unwrap()
        .people(100)
        .rare(RareAllele::FiveOver2N)
        .build()
        .unwrap()
}

/// Q is missing; A and B are typed.
fn families() -> Vec<Pedigree> {
    vec![
        pedigree(&[("A", "", ""), ("B", "A", "Q"), ("Q", "", "")]),
        pedigree(&[
            ("A", "F", "M"),
            ("Q", "F", "M"),
            ("B", "Q", "W"),
            ("F", "", ""),
            ("M", "", ""),
            ("W", "", ""),
        ]),
        pedigree(&[("A", "", ""), ("B", "", ""), ("Q", "A", "B")]),
        pedigree(&[("A", "F", "M"), ("B", "F", "M"), ("Q", "A", "B"), ("F", "", ""), ("M", "", "")]),
        pedigree(&[("A", "F", ""), ("B", "F", ""), ("Q", "F", ""), ("F", "", "")]),
    ]
}

fn models() -> Vec<Model> {
    let mut models = vec![Model::default()];
    let equal: Mutation = MutationModel::equal(0.01).unwrap().into();
    let stepwise: Mutation = MutationModel::stepwise(0.01, 0.001, 0.2).unwrap().into();
    models.push(Model::default().with_mutation(equal));
    models.push(Model::default().with_mutation(stepwise));
    models.push(Model::default().with_mutation(equal).with_prune_untyped(true));
    let theta = Theta::new(0.02).unwrap();
    models.extend(models.clone().into_iter().map(|model| model.with_theta(theta)));
    models
}

#[test]
fn every_genotype_says_what_the_case_says() {
    let locus = Locus::new("TH01").unwrap();
    let silent = table().to_builder().silent(locus, 0.02).normalise().build().unwrap();
    for frequencies in [table(), silent] {
        every_genotype(&frequencies, locus);
    }
}

fn every_genotype(frequencies: &Frequencies, locus: Locus) {
    // The 12 is not in the table: its frequency is by rule, so what is shown may leave less of 1.
    for listed in [&["6", "7", "8", "9", "9.3", "10"][..], &["6", "9.3", "12"][..]] {
        let alleles: Vec<Allele> = listed.iter().map(|a| a.parse().unwrap()).collect();
        let a = Profile::new("A", [("TH01", ["6", "9.3"])]).unwrap();
        let b = Profile::new("B", [("TH01", ["6", "7"])]).unwrap();
        for family in families() {
            for model in models() {
                let place = |id: &str| family.find(id).unwrap();
                let typed = [(place("A"), &a), (place("B"), &b)];
                let prepared = Prepared::new(&family, &typed, frequencies, &model).unwrap();
                let compiled = GenotypeTable::new(&prepared, place("Q"), locus, &alleles).unwrap().unwrap();
                let apart = family.with_unrelated("X", None).unwrap();
                let again: Vec<(usize, &Profile)> =
                    [&a, &b].map(|p| (apart.find(p.id()).unwrap(), p)).to_vec();
                let other = Prepared::new(&apart, &again, frequencies, &model).unwrap();
                let unit = Unit::single(locus);
                let simple = model.mutation.default.is_none() && family.find("F").is_none();
                for low in 0..=alleles.len() {
                    for high in low.max(1)..=alleles.len() {
                        let name = |code: usize| if code == 0 { "-" } else { listed[code - 1] };
                        let q = Profile::new("q", [("TH01", [name(low), name(high)])]).unwrap();
                        let h1 = prepared.likelihood(&unit, &[(place("Q"), &q)]).unwrap().unwrap().value();
                        let h2 = other
                            .likelihood(&unit, &[(apart.find("X").unwrap(), &q)])
                            .unwrap()
                            .unwrap()
                            .value();
                        let (ours, theirs) = (compiled.log10_lr(low, high), h1 - h2);
                        let near = if listed.len() == 6 || (simple && low > 0) { 1e-12 } else { 0.02 };
                        assert!(
                            ours == theirs || (ours - theirs).abs() < near,
                            "{ours} and {theirs}: {q:?} {model:?} {family:?}"
                        );
                        assert_eq!(ours.to_bits(), compiled.log10_lr(high, low).to_bits());
                    }
                }
            }
        }
    }
}

#[test]
fn what_no_table_can_be_made_of_is_an_error() {
    let (frequencies, locus, model) = (table(), Locus::new("TH01").unwrap(), Model::default());
    let family = pedigree(&[("A", "", ""), ("B", "A", ""), ("Q", "A", "")]);
    let a = Profile::new("A", [("TH01", ["6", "6"])]).unwrap();
    let b = Profile::new("B", [("TH01", ["7", "7"])]).unwrap();
    let place = |id: &str| family.find(id).unwrap();
    let alleles = ["6".parse().unwrap()];
    let both = [(place("A"), &a), (place("B"), &b)];
    let prepared = Prepared::new(&family, &both, &frequencies, &model).unwrap();
    let error = GenotypeTable::new(&prepared, place("Q"), locus, &alleles).unwrap_err().to_string();
    assert!(error.starts_with("TH01: the family's profiles is impossible"), "{error}");
    let error = GenotypeTable::new(&prepared, place("A"), locus, &alleles).unwrap_err().to_string();
    assert!(error.contains("\"A\", who has a profile"), "{error}");
    assert!(GenotypeTable::new(&prepared, 17, locus, &alleles).is_err());
}
