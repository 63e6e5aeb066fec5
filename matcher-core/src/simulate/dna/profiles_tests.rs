use super::*;
use crate::dna::Sex;

fn table() -> Frequencies {
    Frequencies::builtin("nist1036-cauc").unwrap()
}

fn simulator(config: ProfileConfig) -> ProfileSimulator {
    ProfileSimulator::new(7, &table(), config).unwrap()
}

/// Counts over people `0 .. n` at the first locus: each allele, and homozygotes.
fn counts(simulator: &ProfileSimulator, n: u64) -> (Vec<f64>, f64) {
    let mut alleles = vec![0.0; simulator.loci()[0].alleles().len()];
    let mut homozygotes = 0.0;
    let mut row = vec![[0; 2]; 1];
    for index in 0..n {
        simulator.draw(index, &mut row);
        row[0].iter().for_each(|&allele| alleles[usize::from(allele)] += 1.0);
        homozygotes += f64::from(u8::from(row[0][0] == row[0][1]));
    }
    (alleles, homozygotes)
}

#[test]
fn alleles_and_homozygotes_are_as_frequent_as_they_should_be() {
    const N: u64 = 20_000;
    let frequencies = table();
    for theta in [0.0, 0.3] {
        let config = ProfileConfig { theta: Theta::new(theta).unwrap(), ..ProfileConfig::default() };
        let simulator = simulator(config);
        let (alleles, homozygotes) = counts(&simulator, N);
        let known = frequencies.at(simulator.loci()[0].locus()).unwrap();
        for (&(allele, p), count) in known.alleles().iter().zip(alleles) {
            let deviation = (p * (1.0 - p) * (1.0 + theta) / (2.0 * N as f64)).sqrt();
            assert!((count / (2.0 * N as f64) - p).abs() < 5.0 * deviation, "{allele}");
        }
        let expected: f64 = known.alleles().iter().map(|(_, p)| p * (theta + (1.0 - theta) * p)).sum();
        let deviation = (expected * (1.0 - expected) / N as f64).sqrt();
        assert!((homozygotes / N as f64 - expected).abs() < 5.0 * deviation, "theta {theta}");
    }
}

#[test]
fn a_person_does_not_depend_on_what_else_is_made() {
    let whole = ProfileConfig { amelogenin: true, ..ProfileConfig::default() };
    let partial = ProfileConfig { partial: 1.0, drop_out: 0.3, locus_missing: 0.2, ..whole.clone() };
    let (whole, partial) = (simulator(whole), simulator(partial));
    assert_ne!(whole.method(), partial.method());
    let again = whole.profile(41);
    assert_eq!(whole.profiles(42).last().unwrap(), again);
    assert_ne!(ProfileSimulator::new(8, &table(), whole.config().clone()).unwrap().profile(41), again);
    let cut = partial.profile(41);
    assert!(cut.is_partial() && cut.loci().len() < again.loci().len());
    for (locus, genotype) in cut.loci() {
        let full = again.get(*locus).unwrap().alleles();
        assert!(genotype.alleles().iter().all(|a| *a == Allele::UNKNOWN || full.contains(a)));
    }
}

#[test]
fn half_are_men_and_ids_are_numbers() {
    let simulator = simulator(ProfileConfig { amelogenin: true, ..ProfileConfig::default() });
    let men = simulator.profiles(1_000).filter(|p| p.sex() == Some(Sex::Male)).count();
    assert!((420..580).contains(&men), "{men}");
    assert_eq!(simulator.profile(0).id(), "P0000001");
    assert_eq!(simulator.profile(u64::MAX).id(), "P18446744073709551616");
}

#[test]
fn the_first_people_are_fixed() {
    let profile = simulator(ProfileConfig::default()).profile(0);
    let first: Vec<String> = profile.loci().iter().take(4).map(|(l, g)| format!("{l} {g}")).collect();
    // The same as those of an independent implementation of SHA-256, PCG and the alias method.
    assert_eq!(first.join("; "), "F13B 8,9; TPOX 8,12; D1S1656 12,17.3; D2S441 11,14");
}

#[test]
fn what_cannot_be_simulated_is_refused() {
    let refused = |config| ProfileSimulator::new(7, &table(), config).unwrap_err().to_string();
    let loci = |names: &[&str]| Some(names.iter().map(|name| Locus::new(name).unwrap()).collect());
    let with = |names: &[&str]| ProfileConfig { loci: loci(names), ..ProfileConfig::default() };
    assert!(
        refused(with(&["DYS391"])).contains("locus is DYS391, expected an autosomal one that the table has")
    );
    assert!(refused(with(&["TH01", "TH01"])).contains("locus is TH01, expected each locus once"));
    assert!(refused(with(&["AMEL"])).contains("autosomal loci is 0"));
    assert!(
        refused(ProfileConfig { drop_out: f64::NAN, ..ProfileConfig::default() }).contains("drop_out is NaN")
    );
    let x = Frequencies::builder("x").locus("DXS10101", [("28", 1.0)]).unwrap().build().unwrap();
    assert!(profiles(3, &x, 7, Theta::ZERO).is_err());
    let all_lost = ProfileConfig { partial: 1.0, locus_missing: 1.0, ..ProfileConfig::default() };
    assert!(simulator(all_lost).profile(0).loci().is_empty());
}
