use super::*;
use crate::dna::kinship::{Conditional, GenotypeTable, Model, Pedigree, Unit};
use crate::dna::likelihood::MutationModel;
use crate::dna::{Frequencies, Genotype, Locus, Profile, RareAllele, Sex};
use crate::units::{Log10Lr, Theta};
use crate::work::Progress;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

fn locus(name: &str) -> Locus {
    Locus::new(name).unwrap()
}

fn table() -> Frequencies {
    let builder = Frequencies::builder("test");
    let builder = builder.locus("TH01", [("6", 0.2), ("7", 0.15), ("8", 0.05), ("9", 0.4), ("9.3", 0.2)]);
    let builder = builder.unwrap().locus("vWA", [("16", 0.3), ("17", 0.3), ("18", 0.4)]).unwrap();
    builder.build().unwrap()
}

fn family() -> Pedigree {
    Pedigree::new([
        ("grandfather", None, None, None),
        ("grandmother", None, None, None),
        ("uncle", Some("grandfather"), Some("grandmother"), None),
        ("missing", Some("grandfather"), Some("grandmother"), Some(Sex::Male)),
        ("mother", None, None, None),
        ("child", Some("missing"), Some("mother"), None),
    ])
    .unwrap()
}

/// Asks about "missing", given these profiles.
fn ask<T>(
    profiles: &[&Profile],
    frequencies: &Frequencies,
    model: &Model,
    then: impl Fn(&Prepared<'_>) -> T,
) -> T {
    let pedigree = family();
    let typed: Vec<_> =
        profiles.iter().map(|profile| (pedigree.find(profile.id()).unwrap(), *profile)).collect();
    then(&Prepared::new(&pedigree, &typed, frequencies, model).unwrap())
}

fn run(prepared: &Prepared<'_>, further: &[&str], config: &PowerConfig) -> PowerReport {
    power(prepared, "missing", further, config, Threads::ONE, &Watch::default()).unwrap()
}

fn config(simulations: u64) -> PowerConfig {
    PowerConfig { simulations, thresholds: vec![-1e9, 0.0, 0.5], ..PowerConfig::default() }
}

fn profile<'a>(id: &str, loci: impl IntoIterator<Item = (&'a str, [&'a str; 2])>) -> Profile {
    Profile::new(id, loci).unwrap()
}

#[test]
fn exclusion_of_a_father_is_that_of_the_formula() {
    let child = profile("child", [("TH01", ["6", "7"])]);
    let mother = profile("mother", [("TH01", ["6", "6"])]);
    let exclusion = |profiles: &[&Profile], model: &Model| {
        ask(profiles, &table(), model, |prepared| run(prepared, &[], &config(200)))
    };
    // The child alone: he shares neither allele. With the mother the 7 is his.
    let (duo, trio) = ((1.0_f64 - 0.2 - 0.15), (1.0_f64 - 0.15));
    let report = exclusion(&[&child], &Model::default());
    assert!((report.exclusion.unwrap() - duo * duo).abs() < 1e-12);
    let report = exclusion(&[&child, &mother], &Model::default());
    assert!((report.exclusion.unwrap() - trio * trio).abs() < 1e-12);
    assert!((report.expected_exclusions - trio * trio).abs() < 1e-12);
    let counted = Confined::new(report.unrelated.excluded, report.unrelated.simulations, 0.999_999);
    assert!(counted.low < trio * trio && trio * trio < counted.high);
    // An exclusion is one without mutation, whatever the model is.
    let model = Model::default().with_mutation(MutationModel::stepwise(0.01, 0.001, 0.1).unwrap());
    let mutating = exclusion(&[&child, &mother], &model);
    assert!((mutating.exclusion.unwrap() - trio * trio).abs() < 1e-12);
    assert_eq!(mutating.unrelated.excluded, 0);
    // With theta a stranger shares alleles more often: the sampling formula for two genes that are not a 7.
    let theta = Theta::new(0.05).unwrap();
    let report = exclusion(&[&child, &mother], &Model::default().with_theta(theta));
    let next = |copies, drawn| crate::dna::likelihood::next_allele(0.85, copies, drawn, theta);
    // The genes seen: the mother's two, of which the child has one, and the 7 of its father.
    let both = next(2, 3) * next(3, 4);
    assert!((report.exclusion.unwrap() - both).abs() < 1e-12, "{:?} {both}", report.exclusion);
}

/// The expected logarithm of the ratio by a likelihood for every genotype, or pair of genotypes.
fn expected(prepared: &Prepared<'_>, loci: &[&str]) -> f64 {
    let loci: Vec<Locus> = loci.iter().map(|name| locus(name)).collect();
    let conditional = Conditional::new(prepared, &loci).unwrap();
    let missing = prepared.pedigree().find("missing").unwrap();
    let strangers = prepared.pedigree().with_unrelated("stranger", Some(Sex::Male)).unwrap();
    let typed: Vec<_> = prepared
        .profiles()
        .iter()
        .map(|(_, profile)| (strangers.find(profile.id()).unwrap(), *profile))
        .collect();
    let beside = Prepared::new(&strangers, &typed, prepared.frequencies(), prepared.model()).unwrap();
    let mut candidates = vec![Vec::<(Locus, Genotype)>::new()];
    for &locus in &loci {
        let outcomes = conditional.outcomes(locus, missing).unwrap();
        let with = |shown: Vec<(Locus, Genotype)>| {
            let add = move |genotype: &Genotype| [&shown[..], &[(locus, genotype.clone())]].concat();
            outcomes.iter().flatten().map(add).collect::<Vec<_>>()
        };
        candidates = candidates.into_iter().flat_map(with).collect();
    }
    let unit = &Unit::of(&loci, prepared.frequencies()).unwrap()[0];
    let (mut sum, mut total) = (0.0, 0.0);
    for shown in candidates {
        let builder = shown.into_iter().fold(Profile::builder("candidate"), |b, (l, g)| b.genotype(l, g));
        let candidate = builder.build().unwrap();
        let related = prepared.likelihood(unit, &[(missing, &candidate)]).unwrap().unwrap();
        let stranger = strangers.find("stranger").unwrap();
        let unrelated = beside.likelihood(unit, &[(stranger, &candidate)]).unwrap().unwrap();
        if let Log10Lr::Finite(lr) = Log10Lr::of(related, unrelated) {
            sum += related.number() * lr;
            total += related.number();
        }
    }
    sum / total
}

#[test]
fn expectations_are_those_of_all_genotypes() {
    let uncle = profile("uncle", [("TH01", ["6", "9"])]);
    let child = profile("child", [("TH01", ["6", "9.3"])]);
    let stepwise = MutationModel::stepwise(0.02, 0.001, 0.1).unwrap();
    let theta = Theta::new(0.03).unwrap();
    for model in [
        Model::default(),
        Model::default().with_theta(theta),
        Model::default().with_mutation(stepwise),
        Model::default().with_mutation(stepwise).with_prune_untyped(true),
        Model::default().with_theta(theta).with_mutation(MutationModel::equal(0.01).unwrap()),
    ] {
        ask(&[&uncle, &child], &table(), &model, |prepared| {
            let report = run(prepared, &[], &config(2_000));
            let exact = expected(prepared, &["TH01"]);
            assert!((report.expected_log10_lr - exact).abs() < 1e-9, "{} {exact}", report.expected_log10_lr);
            assert!((report.related.mean.unwrap() - exact).abs() < 0.04, "{:?} {exact}", report.related);
        });
    }
}

#[test]
fn the_ratio_is_that_of_a_search() {
    let uncle = profile("uncle", [("TH01", ["6", "9"])]);
    let child = profile("child", [("TH01", ["6", "9.3"])]);
    let (frequencies, th01) = (table(), locus("TH01"));
    let alleles: Vec<_> = frequencies.at(th01).unwrap().alleles().iter().map(|(allele, _)| *allele).collect();
    for theta in [0.0, 0.03] {
        let model = Model::default().with_theta(Theta::new(theta).unwrap());
        ask(&[&uncle, &child], &frequencies, &model, |prepared| {
            let missing = prepared.pedigree().find("missing").unwrap();
            let ratios = GenotypeTable::new(prepared, missing, th01, &alleles).unwrap().unwrap();
            let conditional = Conditional::new(prepared, &[th01]).unwrap();
            let distribution = conditional.distribution(th01, missing, &[]).unwrap();
            let mut expected = 0.0;
            let outcomes = conditional.outcomes(th01, missing).unwrap();
            for (genotype, probability) in outcomes.iter().flatten().zip(distribution.probabilities()) {
                let [a, b] = [0, 1].map(|k: usize| {
                    1 + alleles.iter().position(|&allele| allele == genotype.alleles()[k]).unwrap()
                });
                if *probability > 0.0 {
                    expected += probability * ratios.log10_lr(a, b);
                }
            }
            let report = run(prepared, &[], &config(1));
            assert!((report.expected_log10_lr - expected).abs() < 1e-9, "{report:?}");
        });
    }
}

#[test]
fn linked_loci_count_together() {
    let tables = |rho| {
        let builder = Frequencies::builder("linked").locus("vWA", [("16", 0.4), ("17", 0.6)]).unwrap();
        let builder = builder.locus("D12S391", [("18", 0.5), ("19", 0.5)]).unwrap();
        builder.linked(locus("vWA"), locus("D12S391"), rho).build().unwrap()
    };
    let child = profile("child", [("vWA", ["16", "16"]), ("D12S391", ["18", "18"])]);
    let uncle = profile("uncle", [("vWA", ["16", "17"]), ("D12S391", ["18", "19"])]);
    ask(&[&uncle, &child], &tables(0.05), &Model::default(), |prepared| {
        let report = run(prepared, &[], &config(4_000));
        let exact = expected(prepared, &["vWA", "D12S391"]);
        assert_eq!(report.units.len(), 1);
        assert!((report.expected_log10_lr - exact).abs() < 0.01, "{} {exact}", report.expected_log10_lr);
        assert!((report.related.mean.unwrap() - exact).abs() < 0.02);
        // He has a 16 and an 18; somebody unrelated lacks one of them with 1 - (1 - 0.36) (1 - 0.25).
        assert!((report.exclusion.unwrap() - (1.0 - 0.64 * 0.75)).abs() < 1e-12);
        let weighted = report.thresholds[0].false_positives_weighted;
        assert!((weighted.value - 0.48).abs() < 1e-9 + 4.5 * weighted.standard_error, "{weighted:?}");
    });
}

#[test]
fn counted_and_weighted_rates_agree() {
    let uncle = profile("uncle", [("TH01", ["6", "9"]), ("vWA", ["16", "16"])]);
    let child = profile("child", [("TH01", ["6", "9.3"]), ("vWA", ["16", "17"])]);
    for model in [Model::default(), Model::default().with_theta(Theta::new(0.03).unwrap())] {
        ask(&[&uncle, &child], &table(), &model, |prepared| {
            let config = PowerConfig { confidence: 0.999_99, ..config(4_000) };
            let report = run(prepared, &[], &config);
            for at in &report.thresholds {
                let (counted, weighted) = (at.false_positives, at.false_positives_weighted);
                let slack = 4.5 * weighted.standard_error;
                assert!(
                    counted.low - slack <= weighted.value && weighted.value <= counted.high + slack,
                    "{at:?}"
                );
            }
            // Who is not excluded has a ratio above 0.
            let above = report.thresholds[0].false_positives_weighted;
            let exact = 1.0 - report.exclusion.unwrap();
            assert!((above.value - exact).abs() < 1e-9, "{above:?} {exact}");
            assert_eq!(report.thresholds[0].false_negatives.rate.errors, 0);
            assert_eq!(report.related.excluded, 0);
        });
    }
}

#[test]
fn a_further_relative_is_the_mean_over_what_he_may_show() {
    let child = profile("child", [("TH01", ["6", "9.3"])]);
    for model in [Model::default(), Model::default().with_theta(Theta::new(0.03).unwrap())] {
        let (mut exact, mut excluded, mut total) = (0.0, 0.0, 0.0);
        let report = ask(&[&child], &table(), &model, |prepared| run(prepared, &["uncle"], &config(3_000)));
        let outcomes = ask(&[&child], &table(), &model, |prepared| {
            let conditional = Conditional::new(prepared, &[locus("TH01")]).unwrap();
            let uncle = prepared.pedigree().find("uncle").unwrap();
            let distribution = conditional.distribution(locus("TH01"), uncle, &[]).unwrap();
            let outcomes = conditional.outcomes(locus("TH01"), uncle).unwrap();
            outcomes.into_iter().flatten().zip(distribution.probabilities().to_vec()).collect::<Vec<_>>()
        });
        for (genotype, probability) in outcomes {
            let uncle = Profile::builder("uncle").genotype(locus("TH01"), genotype).build().unwrap();
            let one = ask(&[&child, &uncle], &table(), &model, |prepared| run(prepared, &[], &config(1)));
            exact += probability * one.expected_log10_lr;
            excluded += probability * one.exclusion.unwrap();
            total += probability;
        }
        assert!((total - 1.0).abs() < 1e-12);
        assert!((report.expected_log10_lr - exact).abs() < 0.02, "{} {exact}", report.expected_log10_lr);
        assert!((report.exclusion.unwrap() - excluded).abs() < 0.02);
        assert_eq!(report.further, ["uncle"]);
    }
}

#[test]
fn more_relatives_tell_more_and_the_best_is_named() {
    let child = profile("child", [("TH01", ["6", "9.3"]), ("vWA", ["16", "17"])]);
    ask(&[&child], &table(), &Model::default(), |prepared| {
        let options = [&["uncle"][..], &["mother"], &["grandfather", "grandmother"]];
        let config = config(300);
        let watch = Watch::default();
        let report = compare_relatives(prepared, "missing", &options, &config, Threads::ONE, &watch).unwrap();
        assert_eq!(report.order.len(), 3);
        let of = |place: usize| report.options[place].expected_log10_lr;
        assert!(report.order.windows(2).all(|pair| of(pair[0]) >= of(pair[1])));
        assert_eq!(report.best().unwrap().further, ["grandfather", "grandmother"]);
        assert!(report.options.iter().all(|o| o.expected_log10_lr > report.baseline.expected_log10_lr));
        let text = report.to_string();
        assert!(text.find("grandfather, grandmother").unwrap() < text.find("nobody").unwrap(), "{text}");
        let none: [&[&str]; 1] = [&[]];
        assert!(compare_relatives(prepared, "missing", &none, &config, Threads::ONE, &watch).is_err());
    });
}

#[test]
fn threads_change_nothing_and_the_seed_does() {
    let child = profile("child", [("TH01", ["6", "9.3"]), ("vWA", ["16", "17"])]);
    ask(&[&child], &table(), &Model::default(), |prepared| {
        let of = |seed, threads| {
            let config = PowerConfig { seed, ..config(300) };
            power(prepared, "missing", &["uncle"], &config, threads, &Watch::default()).unwrap()
        };
        let one = of(1, Threads::ONE);
        assert_eq!(one, of(1, Threads::new(3)));
        assert_ne!(one.related, of(2, Threads::ONE).related);
        let json = serde_json::to_value(&one).unwrap();
        assert_eq!(json["missing"], "missing");
        assert_eq!(json["thresholds"].as_array().unwrap().len(), 3);
        let text = one.to_string();
        assert!(text.contains("taken as typed too: uncle") && text.contains("TH01"), "{text}");
    });
}

#[test]
fn sex_silent_alleles_and_drop_out_are_taken_in() {
    let builder = Frequencies::builder("x").locus("DXS8378", [("9", 0.25), ("10", 0.75)]).unwrap();
    let builder = builder.locus("TH01", [("6", 0.3), ("7", 0.6)]).unwrap().silent(locus("TH01"), 0.1);
    let frequencies =
        builder.locus("DYS391", [("10", 1.0)]).unwrap().rare(RareAllele::Fixed(0.01)).build().unwrap();
    let mother =
        profile("grandmother", [("DXS8378", ["9", "9"]), ("TH01", ["6", "6"]), ("DYS391", ["10", "10"])]);
    let model = Model::default().with_dropout("missing", 0.1);
    ask(&[&mother], &frequencies, &model, |prepared| {
        let report = run(prepared, &[], &config(500));
        assert_eq!(report.skipped.len(), 1);
        assert_eq!(report.skipped[0].locus.name(), "DYS391");
        let x = report.units.iter().find(|unit| unit.loci[0].name() == "DXS8378").unwrap();
        // A 10 excludes a son of 9,9; it is seen where it did not drop out.
        assert!((x.exclusion[0].unwrap() - 0.75 * 0.9).abs() < 1e-12, "{x:?}");
        assert!(report.to_string().contains("not counted"));
    });
}

#[test]
fn relatives_who_need_a_mutation_have_no_exclusion_there() {
    let mother = profile("grandmother", [("TH01", ["6", "6"]), ("vWA", ["16", "16"])]);
    let uncle = profile("uncle", [("TH01", ["7", "7"]), ("vWA", ["16", "17"])]);
    let model = Model::default().with_mutation(MutationModel::equal(0.001).unwrap());
    ask(&[&mother, &uncle], &table(), &model, |prepared| {
        let report = run(prepared, &[], &config(100));
        assert_eq!(report.exclusion, None);
        assert_eq!(
            report.units.iter().map(|unit| unit.exclusion[0].is_some()).collect::<Vec<_>>(),
            [false, true]
        );
        assert!(report.to_string().contains("contradict"));
    });
    ask(&[&mother, &uncle], &table(), &Model::default(), |prepared| {
        let error = power(prepared, "missing", &[], &config(1), Threads::ONE, &Watch::default()).unwrap_err();
        assert!(error.to_string().starts_with("TH01: likelihood of the typed people is 0"), "{error}");
    });
}

#[test]
fn leads_grow_with_the_database() {
    let child = profile("child", [("TH01", ["6", "9.3"]), ("vWA", ["16", "17"])]);
    ask(&[&child], &table(), &Model::default(), |prepared| {
        let of = |size| {
            let watch = Watch::default();
            false_leads(prepared, "missing", 0.3, size, &config(500), Threads::ONE, &watch).unwrap()
        };
        let (none, some, many) = (of(0), of(10), of(1_000));
        assert_eq!((none.expected, none.any), (0.0, 0.0));
        assert!((many.expected - 100.0 * some.expected).abs() < 1e-9 && some.expected > 0.0);
        assert!((1.0 - some.any - (0..10).fold(1.0, |none, _| none * (1.0 - some.rate.value))).abs() < 1e-12);
        assert!(many.any > 0.999 && many.to_string().contains("1000 profiles"));
    });
}

#[test]
fn what_is_wrong_is_named_and_work_can_be_stopped() {
    let child = profile("child", [("TH01", ["6", "9.3"]), ("vWA", ["16", "17"])]);
    ask(&[&child], &table(), &Model::default(), |prepared| {
        let message = |missing: &str, further: &[&str], config: &PowerConfig| {
            power(prepared, missing, further, config, Threads::ONE, &Watch::default())
                .unwrap_err()
                .to_string()
        };
        let usual = config(10);
        assert!(message("nobody", &[], &usual).contains("not in the pedigree"));
        assert!(message("child", &[], &usual).contains("is typed"));
        assert!(message("missing", &["missing"], &usual).contains("named before"));
        let with = |change: &dyn Fn(&mut PowerConfig)| {
            let mut config = usual.clone();
            change(&mut config);
            message("missing", &[], &config)
        };
        assert!(with(&|c| c.simulations = 0).contains("simulations is 0, expected 1 to 100000"));
        assert!(with(&|c| c.thresholds = vec![f64::NAN]).contains("threshold is NaN"));
        assert!(with(&|c| c.quantiles = vec![2.0]).contains("quantile is 2"));
        assert!(with(&|c| c.confidence = 1.0).contains("confidence is 1"));
        assert!(with(&|c| c.loci = Some(vec![])).contains("number of loci is 0"));

        let cancel = AtomicBool::new(true);
        let watch = Watch { cancel: Some(&cancel), ..Watch::default() };
        let stopped = power(prepared, "missing", &[], &usual, Threads::ONE, &watch);
        assert!(matches!(stopped, Err(crate::error::Error::Cancelled)));
        let done = AtomicUsize::new(0);
        let progress = |p: Progress| done.store(p.done.max(done.load(Ordering::Relaxed)), Ordering::Relaxed);
        let watch = Watch { progress: Some(&progress), ..Watch::default() };
        power(prepared, "missing", &[], &config(600), Threads::ONE, &watch).unwrap();
        assert_eq!(done.load(Ordering::Relaxed), 1_200);
    });
}
