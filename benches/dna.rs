//! How many DNA profiles a second are packed, searched, looked up, compared with each other and read?
//!
//! Profiles of 24 loci, 48 bytes each, simulated with the frequencies of NIST's 1,036 people; 20,000,000 of them, or
//! 200,000 with `--test`, so that a scan reads from memory and not from a cache. The rule is moderate stringency with one
//! mismatch. Before searches are timed, the probes (people of the database, some with a locus changed) must be
//! found by a batch, and the first four of them by a single scan and by the index alike.

use matcher_benches::{Case, Meter, Outcome, pack};
use matcher_core::Result;
use matcher_core::dna::compare::{Rule, Stringency, Victims, compare};
use matcher_core::dna::likelihood::{Formula, match_probability};
use matcher_core::dna::{Frequencies, Genotype, Locus, Panel, Profile};
use matcher_core::formats::profiles::{ProfileFormat, ReadOptions, read, write};
use matcher_core::gallery::ProfileTable;
use matcher_core::search::{
    AllPairsOptions, ProfileIndex, ProfileOptions, compare_all, search_profiles, search_profiles_many,
};
use matcher_core::simulate::dna::{ProfileConfig, ProfileSimulator};
use matcher_core::units::Theta;
use matcher_core::work::Threads;
use std::time::Instant;

const LOCI: usize = 24;
/// Profiles that are packed where that is timed.
const BATCH: usize = 100_000;
/// Probes of a batch.
const PROBES: usize = 1_000;

fn main() -> Outcome {
    let mut meter = Meter::start();
    let quick = std::env::args().any(|argument| argument == "--test");
    let size = if quick { 200_000 } else { 20_000_000 };
    let frequencies = Frequencies::builtin("nist1036")?;
    let loci = Panel::standard().loci()[..LOCI].to_vec();
    let config = ProfileConfig { loci: Some(loci.clone()), ..ProfileConfig::default() };
    let simulator = ProfileSimulator::new(11, &frequencies, config)?;

    let started = Instant::now();
    let mut table = ProfileTable::new(Panel::new(&loci)?);
    pack(&mut table, &simulator, size)?;
    println!("{size} profiles simulated and packed in {:.1} s", started.elapsed().as_secs_f64());
    let answer = format!("{BATCH} profiles of {LOCI} loci");
    let case = Case { name: format!("dna/pack/{BATCH}x2"), things: "profiles", n: BATCH, answer };
    meter.measure(&case, || {
        let mut table = ProfileTable::new(Panel::new(&loci)?);
        pack(&mut table, &simulator, BATCH)
    })?;

    let probes: Vec<Profile> = (0..PROBES).map(|k| probe(&simulator, k, size)).collect::<Result<_>>()?;
    let rule = Rule::new("bench", Stringency::Moderate, 20, 1);
    scans(&mut meter, &table, &probes, &rule)?;
    indexes(&mut meter, &table, &probes, &rule)?;
    drop(table);
    pairs(&mut meter, &simulator, if quick { 2_000 } else { 40_000 })?;
    singles(&mut meter, &simulator, &frequencies, &rule)?;
    files(&mut meter, &simulator, if quick { 2_000 } else { 100_000 })
}

/// A person of the database; every second one with a locus that another person has.
fn probe(simulator: &ProfileSimulator, k: usize, size: usize) -> Result<Profile> {
    let index = k * (size / PROBES);
    let (person, other) = (simulator.profile(index as u64), simulator.profile(index as u64 + 1));
    let changed: Locus = person.loci()[k % LOCI].0;
    let mut builder = Profile::builder(&format!("P{index}"));
    for (locus, genotype) in person.loci() {
        let genotype: &Genotype =
            if k % 2 == 1 && *locus == changed { other.get(*locus).unwrap_or(genotype) } else { genotype };
        builder = builder.genotype(*locus, genotype.clone());
    }
    builder.build()
}

fn on(threads: usize) -> ProfileOptions<'static> {
    ProfileOptions { threads: Threads::new(threads), ..ProfileOptions::default() }
}

fn scans(meter: &mut Meter, table: &ProfileTable, probes: &[Profile], rule: &Rule) -> Outcome {
    let size = table.len();
    let expected: Vec<_> =
        probes[..4].iter().map(|probe| search_profiles(table, probe, rule, &on(1))).collect::<Result<_>>()?;
    let together = search_profiles_many(table, probes, rule, &on(2))?;
    for (k, (probe, answer)) in probes.iter().zip(&together).enumerate() {
        assert_eq!(answer.candidates[0].id, probe.id(), "the person is found");
        assert!(answer.complete && answer.searched == size);
        if let Some(expected) = expected.get(k) {
            assert_eq!(answer, expected, "alike in a batch and alone, on one thread and on two");
        }
    }
    let hits: usize = together.iter().map(|answer| answer.hits).sum();
    let answer = format!("{hits} hits of {PROBES} probes, each with its person first");
    for threads in [1, 2] {
        let name = format!("dna/scan/{size}x{threads}");
        let case = Case { name, things: "profiles", n: size, answer: answer.clone() };
        meter.measure(&case, || search_profiles(table, &probes[7], rule, &on(threads)))?;
    }
    let name = format!("dna/batch/{PROBES}x{size}x1");
    let case = Case { name, things: "comparisons", n: size * PROBES, answer };
    meter.measure_once(&case, || search_profiles_many(table, probes, rule, &on(1)))
}

fn indexes(meter: &mut Meter, table: &ProfileTable, probes: &[Profile], rule: &Rule) -> Outcome {
    let size = table.len();
    let started = Instant::now();
    let index = ProfileIndex::new(table, Threads::new(2))?;
    println!("index of {size} profiles built on two threads in {:.1} s", started.elapsed().as_secs_f64());
    assert_eq!((index.indexed(), index.scanned()), (size, 0));
    for (name, rule) in [("exact", &Rule::new("exact", Stringency::High, 20, 0)), ("mismatch", rule)] {
        for probe in &probes[..4] {
            let (found, scanned) =
                (index.search(probe, rule, &on(1))?, search_profiles(table, probe, rule, &on(1))?);
            assert_eq!(found.candidates, scanned.candidates, "an index finds what a scan finds");
        }
        let search =
            || probes.iter().map(|probe| Ok(index.search(probe, rule, &on(1))?.hits)).sum::<Result<usize>>();
        let answer = format!("{} hits of {PROBES} probes", search()?);
        let case = Case { name: format!("dna/index/{name}/{size}x1"), things: "probes", n: PROBES, answer };
        meter.measure(&case, search)?;
    }
    Ok(())
}

fn pairs(meter: &mut Meter, simulator: &ProfileSimulator, size: usize) -> Outcome {
    let people: Vec<Profile> = (0..size as u64).map(|index| simulator.profile(index)).collect();
    let options = |threads| AllPairsOptions {
        threads: Threads::new(threads),
        list_from: Some(14),
        ..AllPairsOptions::default()
    };
    let all = compare_all(&people, &options(1))?;
    assert_eq!(
        all,
        compare_all(&people, &options(2))?,
        "the answer does not depend on the number of threads"
    );
    assert_eq!(all.matrix.sum(), all.pairs);
    let answer = format!("{} pairs, {} match at 14 loci or more", all.pairs, all.close_found);
    for threads in [1, 2] {
        let name = format!("dna/all_pairs/{size}x{threads}");
        let case = Case { name, things: "pairs", n: all.pairs as usize, answer: answer.clone() };
        meter.measure(&case, || compare_all(&people, &options(threads)))?;
    }
    Ok(())
}

fn singles(
    meter: &mut Meter,
    simulator: &ProfileSimulator,
    frequencies: &Frequencies,
    rule: &Rule,
) -> Outcome {
    let [a, b] = [3, 4].map(|index| simulator.profile(index));
    let found = compare(&a, &b, rule, Victims::default());
    assert!(!found.is_hit() && found.counts.compared() == LOCI);
    let answer = format!("{} of {LOCI} loci agree", found.counts.agreeing);
    let case = Case { name: "dna/compare/24".to_owned(), things: "comparisons", n: 1, answer };
    meter.measure(&case, || compare(&a, &b, rule, Victims::default()))?;
    let theta = Theta::new(0.01)?;
    let answer = format!("log10 {}", match_probability(&a, frequencies, theta, Formula::Nrc410)?.log10);
    let case = Case { name: "dna/match_probability/24".to_owned(), things: "profiles", n: 1, answer };
    meter.measure(&case, || match_probability(&a, frequencies, theta, Formula::Nrc410))
}

fn files(meter: &mut Meter, simulator: &ProfileSimulator, size: usize) -> Outcome {
    let people: Vec<Profile> = (0..size as u64).map(|index| simulator.profile(index)).collect();
    let text = write(&people, ProfileFormat::WideTable)?;
    let reading = read(&text, &ReadOptions::default())?;
    assert_eq!(reading.profiles, people);
    let answer = format!("{size} profiles, {} bytes, read back equal", text.len());
    let case = Case { name: format!("dna/read_wide/{size}x1"), things: "profiles", n: size, answer };
    meter.measure(&case, || read(&text, &ReadOptions::default()))
}
