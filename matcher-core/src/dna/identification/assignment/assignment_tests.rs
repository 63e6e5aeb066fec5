//! The search against every assignment written down, on numbers made for it.

use super::posterior::Allowed;
use super::*;
use crate::dna::identification::evidence::{Evidence, Pair};
use crate::error::{Error, Result};
use crate::units::Log10;
use crate::work::{Threads, Watch};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

/// Likelihoods drawn by number: a factor for each pair and for each two pairs of a family, some of them impossible.
struct Drawn {
    seed: u64,
    loci: usize,
    /// Of 256, how many are impossible.
    impossible: u64,
    kinds: u32,
    /// The block of each missing person, of every family and locus; those of different blocks have no factor in common.
    blocks: Vec<usize>,
}

impl Drawn {
    fn draw(&self, of: &[usize]) -> u64 {
        let mix = |hash: u64, word: u64| {
            let hash = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            hash ^ (hash >> 29)
        };
        of.iter().fold(mix(self.seed, 77), |hash, &word| mix(hash, word as u64 + 1))
    }

    fn factor(&self, of: &[usize]) -> Log10 {
        let drawn = self.draw(of);
        if drawn >> 56 < self.impossible {
            return Log10::IMPOSSIBLE;
        }
        Log10::new(-((drawn & 0xffff) as f64) / 30_000.0).unwrap()
    }
}

impl Evidence for Drawn {
    fn loci(&self) -> usize {
        self.loci
    }

    fn genotype(&self, body: usize, locus: usize) -> u32 {
        (self.draw(&[1, body, locus]) >> 40) as u32 % self.kinds
    }

    fn family(&self, family: usize, locus: usize, placed: &[Pair]) -> Result<Log10> {
        let kind = |pair: &Pair| self.genotype(pair.1, locus) as usize;
        let mut log10 = Log10::new(-1.0).unwrap();
        for (at, a) in placed.iter().enumerate() {
            assert!(kind(a) != 0, "only what is typed is asked for");
            assert!(at == 0 || placed[at - 1].0 < a.0);
            log10 += self.factor(&[2, family, locus, a.0, kind(a)]);
            for b in placed[..at].iter().filter(|b| self.blocks[b.0] == self.blocks[a.0]) {
                log10 += self.factor(&[3, family, locus, a.0, kind(a), b.0, kind(b)]);
            }
        }
        Ok(log10)
    }

    fn blocks(&self, _: usize, _: usize) -> &[usize] {
        &self.blocks
    }

    fn alone(&self, body: usize, locus: usize) -> Result<Log10> {
        match self.genotype(body, locus) {
            0 => Ok(Log10::ONE),
            kind => Log10::new(-((self.draw(&[4, locus, kind as usize]) & 0xff) as f64) / 128.0)
                .ok_or(Error::Cancelled),
        }
    }
}

/// A case: how many are missing in each family, and how many bodies.
#[derive(Clone, Debug)]
struct Case {
    seed: u64,
    families: Vec<usize>,
    bodies: usize,
    impossible: u64,
    kinds: u32,
}

impl Case {
    fn evidence(&self) -> Drawn {
        let blocks = (0..4).map(|missing| missing * (self.seed % 8) as usize % 5 / 2).collect();
        Drawn { seed: self.seed, loci: 3, impossible: self.impossible, kinds: self.kinds, blocks }
    }

    fn may_be(&self, family: usize, missing: usize, body: usize) -> bool {
        !self.evidence().draw(&[5, family, missing, body]).is_multiple_of(4)
    }

    fn prior(&self, family: usize, missing: usize, body: usize) -> f64 {
        (self.evidence().draw(&[6, family, missing, body]) % 100) as f64 / 50.0 - 1.0
    }

    fn candidates(&self) -> Vec<Vec<Vec<usize>>> {
        let of = |family: usize, missing: usize| {
            (0..self.bodies).filter(|&body| self.may_be(family, missing, body)).collect()
        };
        let family = |(family, &missing): (usize, &usize)| (0..missing).map(|m| of(family, m)).collect();
        self.families.iter().enumerate().map(family).collect()
    }

    fn search(&self, keep: usize, threads: Threads) -> Result<Joint> {
        let evidence = self.evidence();
        let candidates = self.candidates();
        let alone: Vec<Log10> =
            (0..self.bodies).map(|body| evidence.alone_everywhere(body).unwrap()).collect();
        let prior = |family, missing, body| self.prior(family, missing, body);
        let weights = Weights { alone: &alone, prior: &prior };
        let families: Vec<Family<'_>> = candidates
            .iter()
            .enumerate()
            .map(|(number, candidates)| Family { number, name: "F", fixed: &[], candidates })
            .collect();
        let mut weighed = Vec::new();
        for family in &families {
            let mut likelihoods =
                Likelihoods::new(&evidence, family.number, family.candidates.len(), vec![2, 0, 1], threads);
            let all = placements(&mut likelihoods, family, 100_000, &Watch::default().counter(0))?;
            weighed.push(weigh(&all, family, &weights));
        }
        let allowed = Allowed { keep, steps: 1_000_000 };
        joint(&families, &weighed, self.bodies, allowed, threads, Watch::default())
    }

    /// Every assignment that is not impossible, with its weight, by trying all.
    fn all(&self) -> BTreeMap<Vec<(usize, usize, usize)>, f64> {
        let evidence = self.evidence();
        let places: Vec<(usize, usize)> = self
            .families
            .iter()
            .enumerate()
            .flat_map(|(family, &missing)| (0..missing).map(move |m| (family, m)))
            .collect();
        let mut all = BTreeMap::new();
        // A number in base places + 1: a digit a body.
        let base = places.len() + 1;
        for code in 0..base.pow(self.bodies as u32) {
            let mut rest = code;
            let mut pairs: Vec<(usize, usize, usize)> = Vec::new();
            for body in 0..self.bodies {
                let digit = rest % base;
                rest /= base;
                if digit > 0 {
                    let (family, missing) = places[digit - 1];
                    pairs.push((family, missing, body));
                }
            }
            pairs.sort_unstable();
            let twice = pairs.windows(2).any(|two| (two[0].0, two[0].1) == (two[1].0, two[1].1));
            if twice || !pairs.iter().all(|&(f, m, b)| self.may_be(f, m, b)) {
                continue;
            }
            let mut weight: f64 = pairs.iter().map(|&(f, m, b)| self.prior(f, m, b)).sum();
            for locus in 0..evidence.loci() {
                for family in 0..self.families.len() {
                    let placed: Vec<Pair> = pairs
                        .iter()
                        .filter(|&&(f, _, body)| f == family && evidence.genotype(body, locus) != 0)
                        .map(|&(_, missing, body)| (missing, body))
                        .collect();
                    weight += evidence.family(family, locus, &placed).unwrap().value();
                    weight -= evidence.family(family, locus, &[]).unwrap().value();
                }
                weight -= pairs
                    .iter()
                    .map(|&(_, _, body)| evidence.alone(body, locus).unwrap().value())
                    .sum::<f64>();
            }
            if weight > f64::NEG_INFINITY {
                all.insert(pairs, weight);
            }
        }
        all
    }
}

fn case() -> impl Strategy<Value = Case> {
    (any::<u64>(), prop::collection::vec(1usize..3, 1..4), 1usize..5, 0u64..120, 1u32..4).prop_map(
        |(seed, families, bodies, impossible, kinds)| Case { seed, families, bodies, impossible, kinds },
    )
}

/// An assignment of everybody, with weight and posterior.
type Listed = (Vec<(usize, usize, usize)>, f64, f64);

/// All assignments of all groups together.
fn listed(joint: &Joint, keep: usize) -> Vec<Listed> {
    let one = |(choice, posterior): (Vec<u32>, f64)| {
        let chosen = joint.parts.iter().zip(&choice).map(|(part, &at)| &part.assignments[at as usize]);
        let weight = chosen.clone().map(|assigned| assigned.weight).sum();
        let mut pairs: Vec<_> = chosen.flat_map(|assigned| assigned.pairs.clone()).collect();
        pairs.sort_unstable();
        (pairs, weight, posterior)
    };
    joint.best(keep).into_iter().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn the_search_finds_what_trying_all_finds(case in case()) {
        let all = case.all();
        let joint = case.search(100_000, Threads::ONE).unwrap();
        let found = listed(&joint, 1_000_000);
        prop_assert_eq!(found.len(), all.len());
        prop_assert_eq!(joint.outside(), 0.0);
        let total: f64 = all.values().map(|weight| libm::exp10(*weight)).sum();
        let mut sum = 0.0;
        for (pairs, weight, posterior) in &found {
            prop_assert!((all[pairs] - weight).abs() < 1e-9);
            prop_assert!((libm::exp10(*weight) / total - posterior).abs() < 1e-9);
            sum += posterior;
        }
        prop_assert!((sum - 1.0).abs() < 1e-9);
        prop_assert!(found.windows(2).all(|two| two[0].1 >= two[1].1 - 1e-12));
        // Marginals and generalised likelihood ratios, of the same sums.
        for part in &joint.parts {
            for (pair, marginal) in part.marginals() {
                let with = |of: &Vec<_>| of.contains(&pair);
                let sum: f64 =
                    all.iter().filter(|(of, _)| with(of)).map(|(_, weight)| libm::exp10(*weight)).sum();
                prop_assert!((sum / total - marginal).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn the_bound_is_a_bound_and_the_best_are_the_best(case in case(), keep in 1usize..6) {
        let all = case.search(100_000, Threads::ONE).unwrap();
        let few = case.search(keep, Threads::ONE).unwrap();
        prop_assert_eq!(all.parts.len(), few.parts.len());
        for (all, few) in all.parts.iter().zip(&few.parts) {
            prop_assert_eq!(few.assignments.len(), keep.min(all.assignments.len()));
            let outside: f64 = all.assignments[few.assignments.len()..].iter().map(|a| a.posterior).sum();
            prop_assert!(few.outside >= outside, "{} {}", few.outside, outside);
            prop_assert!(few.outside > 0.0 || few.assignments.len() == all.assignments.len());
            let listed: f64 = few.assignments.iter().map(|a| a.posterior).sum();
            prop_assert!((listed + few.outside - 1.0).abs() < 1e-9);
            for (kept, best) in few.assignments.iter().zip(&all.assignments) {
                prop_assert!((kept.weight - best.weight).abs() < 1e-12);
                prop_assert!(kept.posterior <= best.posterior + 1e-12);
            }
        }
    }

    #[test]
    fn the_generalised_ratio_is_of_the_best_with_and_without(case in case()) {
        let joint = case.search(100_000, Threads::ONE).unwrap();
        for part in &joint.parts {
            let supports = part.supports(true);
            let ratio = |is: &dyn Fn(&(usize, usize, usize)) -> bool| {
                let best = |with: bool| {
                    let of = |a: &&super::posterior::Assigned| a.pairs.iter().any(is) == with;
                    part.assignments.iter().filter(of).map(|a| a.log10_lr).fold(f64::NEG_INFINITY, f64::max)
                };
                best(true) - best(false)
            };
            for (pair, found) in supports.pairs {
                prop_assert!((ratio(&|of| *of == pair) - found).abs() < 1e-12);
            }
            for (body, found) in supports.bodies {
                prop_assert!((ratio(&|of| of.2 == body) - found).abs() < 1e-12);
            }
            for (person, found) in supports.missing {
                prop_assert!((ratio(&|of| (of.0, of.1) == person) - found).abs() < 1e-12);
            }
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let case = Case { seed: 5, families: vec![2, 1, 3], bodies: 6, impossible: 40, kinds: 3 };
    let bits = |threads| {
        let joint = case.search(50, threads).unwrap();
        let numbers = listed(&joint, 100).into_iter();
        numbers.map(|(pairs, weight, p)| (pairs, weight.to_bits(), p.to_bits())).collect::<Vec<_>>()
    };
    assert_eq!(bits(Threads::ONE), bits(Threads::new(3)));
    assert!(bits(Threads::ONE).len() > 20);
}

#[test]
fn too_much_is_refused_with_its_size() {
    let case = Case { seed: 1, families: vec![4], bodies: 8, impossible: 0, kinds: 2 };
    let (evidence, candidates) = (case.evidence(), case.candidates());
    let family = Family { number: 0, name: "F1", fixed: &[], candidates: &candidates[0] };
    let place = |limit, cancel: &AtomicBool| {
        let mut likelihoods = Likelihoods::new(&evidence, 0, 4, vec![0, 1, 2], Threads::ONE);
        let watch = Watch { cancel: Some(cancel), ..Watch::default() };
        placements(&mut likelihoods, &family, limit, &watch.counter(0)).map(|all| all.len())
    };
    let error = place(10, &AtomicBool::new(false)).unwrap_err().to_string();
    assert!(error.starts_with(
        "family \"F1\": number of ways to place bodies on its missing persons is more than 10 (4 missing, "
    ));
    assert!(place(10_000, &AtomicBool::new(false)).unwrap() > 100);
    assert!(matches!(place(10_000, &AtomicBool::new(true)), Err(Error::Cancelled)));

    let weighed = |body| {
        vec![
            Weighed { pairs: vec![(0, body)], log10_lr: 1.0, weight: 1.0 },
            Weighed { pairs: vec![(0, body + 1)], log10_lr: 0.5, weight: 0.5 },
            Weighed { pairs: vec![], log10_lr: 0.0, weight: 0.0 },
        ]
    };
    let families: Vec<Family<'_>> =
        (0..9).map(|number| Family { number, name: "F1", fixed: &[], candidates: &[] }).collect();
    let lists: Vec<Vec<Weighed>> = (0..9).map(weighed).collect();
    let allowed = Allowed { keep: 1_000_000, steps: 1000 };
    let error = joint(&families, &lists, 10, allowed, Threads::ONE, Watch::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "families that share possible bodies, the first \"F1\": number of steps of the search for the best \
         assignments is more than 1000 (9 families, 10 bodies, 27 placements within families), expected at most \
         1000, the limit on steps"
    );
}

#[test]
fn those_known_before_stay_placed() {
    let case = Case { seed: 9, families: vec![3], bodies: 3, impossible: 0, kinds: 3 };
    let evidence = case.evidence();
    let candidates = [vec![0, 2], vec![], vec![0, 2]];
    let family = Family { number: 0, name: "F", fixed: &[(1, 1)], candidates: &candidates };
    let mut likelihoods = Likelihoods::new(&evidence, 0, 3, vec![0, 1, 2], Threads::ONE);
    let all = placements(&mut likelihoods, &family, 100, &Watch::default().counter(0)).unwrap();
    assert_eq!(all.len(), 7);
    assert!(all.iter().all(|placement| placement.pairs.contains(&(1, 1))));
    assert!(all.iter().all(|placement| placement.pairs.is_sorted()));
    let alone = [Log10::ONE; 3];
    let weighed = weigh(&all, &family, &Weights { alone: &alone, prior: &|_, _, _| 0.0 });
    assert!(weighed.iter().all(|weighed| !weighed.pairs.contains(&(1, 1))));
}

#[test]
fn what_is_left_out_and_less_than_any_float_is_told() {
    let family = Family { number: 0, name: "F1", fixed: &[], candidates: &[] };
    let list = vec![
        Weighed { pairs: vec![(0, 0)], log10_lr: 400.0, weight: 400.0 },
        Weighed { pairs: vec![], log10_lr: 0.0, weight: 0.0 },
    ];
    let ask = |keep| {
        let allowed = Allowed { keep, steps: 1000 };
        let families = std::slice::from_ref(&family);
        let mut all =
            joint(families, std::slice::from_ref(&list), 1, allowed, Threads::ONE, Watch::default()).unwrap();
        all.parts.remove(0)
    };
    let (all, few) = (ask(2), ask(1));
    assert_eq!((all.outside, few.outside), (0.0, 0.0));
    assert!(all.complete && !few.complete);
    assert_eq!((all.supports(false).bodies.len(), few.supports(false).bodies.len()), (1, 0));
}
