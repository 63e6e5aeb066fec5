//! Kinship ratios have the same bits on every machine: a hash of many of them is written down here. It may change only with
//! the version of a method.

use matcher_core::dna::kinship::{GenotypeTable, Model, Pedigree, Prepared, Relation, kinship, kinship_lr};
use matcher_core::dna::likelihood::{Mutation, MutationModel, Transform};
use matcher_core::dna::{Allele, Frequencies, Locus, Profile};
use matcher_core::simulate::dna::family;
use matcher_core::units::Theta;

/// FNV-1a over the bits of numbers.
struct Hash(u64);

impl Hash {
    fn add(&mut self, number: f64) {
        for byte in number.to_bits().to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

fn models() -> Vec<Model> {
    let stepwise = MutationModel::stepwise(0.003, 1e-5, 0.1).unwrap();
    let by_sex =
        Mutation::by_sex(MutationModel::equal(0.003).unwrap(), MutationModel::proportional(0.001).unwrap());
    let reversible = MutationModel::equal(0.002).unwrap().transformed(Some(Transform::MetropolisHastings));
    let theta = Theta::new(0.02).unwrap();
    vec![
        Model::default(),
        Model::default().with_theta(theta),
        Model::default().with_mutation(stepwise),
        Model::default().with_mutation(by_sex).with_theta(theta),
        Model::default().with_mutation(reversible).with_prune_untyped(true),
    ]
}

#[test]
fn a_hash_of_many_ratios_is_as_written_down() {
    let table = Frequencies::builtin("nist1036-hisp").unwrap();
    let pedigree = Pedigree::new([
        ("grandmother", None, None, None),
        ("grandfather", None, None, None),
        ("uncle", Some("grandfather"), Some("grandmother"), None),
        ("father", Some("grandfather"), Some("grandmother"), None),
        ("mother", None, None, None),
        ("MP", Some("father"), Some("mother"), None),
    ])
    .unwrap();
    let mut hash = Hash(0xcbf2_9ce4_8422_2325);
    for seed in 0..3 {
        let people = family(&pedigree, &table, &models()[2], seed).unwrap();
        let of = |id: &str| people.iter().find(|profile| profile.id() == id).unwrap();
        let typed = [of("uncle"), of("mother"), of("MP")];
        let apart = Pedigree::new([
            ("uncle", None, None, None),
            ("mother", None, None, None),
            ("MP", None, None, None),
        ])
        .unwrap();
        for model in models() {
            let report = kinship(&[("H1", &pedigree), ("H2", &apart)], &typed, &table, &model, None).unwrap();
            report.hypotheses.iter().for_each(|hypothesis| hash.add(hypothesis.log10_likelihood.value()));
            report.hypotheses.iter().filter_map(|h| h.posterior).for_each(|posterior| hash.add(posterior));
            if !model.mutation.default.is_some_and(|mutation| mutation.differs_by_sex()) {
                for relation in [Relation::FullSiblings, Relation::HalfSiblings, Relation::ParentChild] {
                    let pair = kinship_lr(typed[0], typed[2], relation, Relation::Unrelated, &table, &model)
                        .unwrap();
                    hash.add(pair.log10_lr.value().unwrap());
                }
            }
            let places: Vec<(usize, &Profile)> =
                typed[..2].iter().map(|&profile| (pedigree.find(profile.id()).unwrap(), profile)).collect();
            let prepared = Prepared::new(&pedigree, &places, &table, &model).unwrap();
            let locus = Locus::new("TH01").unwrap();
            let alleles: Vec<Allele> =
                table.at(locus).unwrap().alleles().iter().map(|(allele, _)| *allele).collect();
            let missing = pedigree.find("MP").unwrap();
            let compiled = GenotypeTable::new(&prepared, missing, locus, &alleles).unwrap().unwrap();
            compiled.values().iter().for_each(|&value| hash.add(value));
        }
    }
    assert_eq!(format!("{:016x}", hash.0), "6b0a594f7a4c61e2");
}
