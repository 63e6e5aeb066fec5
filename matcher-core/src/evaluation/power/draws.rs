//! The simulation: candidates of both kinds at each unit of loci, by looking up what was computed once.

use super::case::Case;
use super::config::PowerConfig;
use crate::dna::kinship::{Conditional, Placed, Unit};
use crate::dna::{Genotype, Locus};
use crate::error::{Error, Result};
use crate::simulate::Stream;
use crate::simulate::dna::{Memory, drawn};
use crate::work::{Counter, Threads, Watch};

/// What was simulated at one unit, a number a simulation unless said otherwise.
pub(super) struct UnitDraws {
    pub(super) loci: Vec<Locus>,
    /// The logarithm of the ratio of a candidate who is the missing person.
    pub(super) related: Vec<f64>,
    /// The logarithm of how much rarer (or more frequent) somebody unrelated has what that candidate has.
    pub(super) weight: Vec<f64>,
    /// The logarithm of the ratio of a candidate who is not related.
    pub(super) unrelated: Vec<f64>,
    /// How probable it is that somebody unrelated is not excluded at any locus; one number where nobody further is simulated,
    /// none where the relatives contradict each other without mutation.
    pub(super) not_excluded: Option<Vec<f64>>,
    /// The mean logarithm of the ratio of a candidate who is the missing person, summed over genotypes.
    pub(super) expected: f64,
    /// The probability of an exclusion at each locus.
    pub(super) exclusion: Vec<Option<f64>>,
}

/// A candidate at a locus, given all before: the probability of each outcome as the missing person and as a stranger, and
/// the logarithm of the ratio once it is known.
struct Step {
    related: Vec<f64>,
    unrelated: Vec<f64>,
    log10_lr: Vec<f64>,
    expected: f64,
}

/// Everything at one unit.
struct UnitCase<'c> {
    case: &'c Case<'c>,
    /// What each further relative and the candidate may show, a locus.
    loci: Vec<LocusCase<'c>>,
    relatives: Memory<Vec<f64>>,
    steps: Memory<Step>,
    exclusions: Vec<Memory<f64>>,
}

struct LocusCase<'c> {
    locus: Locus,
    further: Vec<Vec<Option<Genotype>>>,
    candidate: Vec<Option<Genotype>>,
    strict: Option<&'c Conditional<'c>>,
}

/// All units, in the order of loci.
pub(super) fn all(
    case: &Case<'_>,
    config: &PowerConfig,
    threads: Threads,
    watch: &Watch<'_>,
) -> Result<Vec<UnitDraws>> {
    let counter = watch.counter(case.related.units().len() * config.simulations as usize);
    threads.map(case.related.units(), |unit| simulate(case, unit, config, &counter))?.into_iter().collect()
}

/// How many simulations are told to the watcher at a time.
const TOLD: usize = 256;

fn simulate(case: &Case<'_>, unit: &Unit, config: &PowerConfig, counter: &Counter<'_>) -> Result<UnitDraws> {
    let mut at = UnitCase::new(case, unit)?;
    let n = config.simulations as usize;
    let mut draws = UnitDraws {
        loci: unit.loci().to_vec(),
        related: Vec::with_capacity(n),
        weight: Vec::with_capacity(n),
        unrelated: Vec::with_capacity(n),
        not_excluded: at.loci.iter().all(|locus| locus.strict.is_some()).then(Vec::new),
        expected: 0.0,
        exclusion: Vec::new(),
    };
    let mut exclusion = vec![(0.0, 0_u32); at.loci.len()];
    let purposes = ["relatives", "related", "unrelated"].map(|who| format!("power {who} {unit}"));
    for index in 0..n {
        if index % TOLD == 0 && counter.stops() {
            return Err(Error::Cancelled);
        }
        let [mut of_relatives, mut of_related, mut of_unrelated] =
            [0, 1, 2].map(|who: usize| Stream::new(config.seed, &purposes[who], &[index as u64]));
        let relatives = at.relatives(&mut of_relatives)?;
        let (log10_lr, weight, expected) = at.related(&mut of_related, &relatives)?;
        draws.related.push(log10_lr);
        draws.weight.push(weight);
        draws.expected += expected / n as f64;
        draws.unrelated.push(at.unrelated(&mut of_unrelated, &relatives)?);
        // Without further relatives every simulation has the same.
        if index == 0 || !case.further.is_empty() {
            let mut missed = 1.0;
            for (number, (sum, counted)) in exclusion.iter_mut().enumerate() {
                if let Some(excluded) = at.exclusion(number, &relatives)? {
                    *sum += excluded;
                    *counted += 1;
                    missed *= 1.0 - excluded;
                }
            }
            draws.not_excluded.iter_mut().for_each(|all| all.push(missed));
        }
        if (index + 1) % TOLD == 0 || index + 1 == n {
            counter.add(index % TOLD + 1);
        }
    }
    let mean = |(sum, counted): (f64, u32)| (counted > 0).then(|| sum / f64::from(counted));
    draws.exclusion = exclusion.into_iter().map(mean).collect();
    Ok(draws)
}

impl<'c> UnitCase<'c> {
    fn new(case: &'c Case<'c>, unit: &Unit) -> Result<Self> {
        let one = |&locus: &Locus| -> Result<LocusCase<'c>> {
            let further = case.further.iter().map(|[place, _]| case.related.outcomes(locus, *place));
            let strict =
                case.strict.iter().find(|(of, _)| *of == locus).and_then(|(_, strict)| strict.as_ref());
            Ok(LocusCase {
                locus,
                further: further.collect::<Result<_>>()?,
                candidate: case.related.outcomes(locus, case.candidate[0])?,
                strict,
            })
        };
        Ok(Self {
            case,
            loci: unit.loci().iter().map(one).collect::<Result<_>>()?,
            relatives: Memory::default(),
            steps: Memory::default(),
            exclusions: unit.loci().iter().map(|_| Memory::default()).collect(),
        })
    }

    /// Draws the further relatives: the outcome of each, locus by locus.
    fn relatives(&mut self, stream: &mut Stream) -> Result<Vec<u32>> {
        let mut before = Vec::new();
        let mut placed: Vec<Placed<'_>> = Vec::new();
        for locus in &self.loci {
            for ([place, _], outcomes) in self.case.further.iter().zip(&locus.further) {
                let probabilities = self.relatives.get(&before, || {
                    let distribution = self.case.related.distribution(locus.locus, *place, &placed)?;
                    Ok(distribution.probabilities().to_vec())
                })?;
                let at = drawn(stream, &probabilities);
                before.push(at as u32);
                placed.extend(outcomes[at].as_ref().map(|genotype| (*place, locus.locus, genotype)));
            }
        }
        Ok(before)
    }

    /// What the further relatives were drawn to show, at one locus of the unit or at all.
    fn placed(&self, relatives: &[u32], only: Option<usize>) -> Vec<Placed<'_>> {
        let width = self.case.further.len();
        let mut placed = Vec::new();
        for (number, locus) in
            self.loci.iter().enumerate().filter(|(at, _)| only.is_none_or(|only| only == *at))
        {
            let here = &relatives[number * width..][..width];
            for (([place, _], outcomes), &at) in self.case.further.iter().zip(&locus.further).zip(here) {
                placed.extend(outcomes[at as usize].as_ref().map(|genotype| (*place, locus.locus, genotype)));
            }
        }
        placed
    }

    /// The candidate at the next locus of the unit; `before` is what the relatives and the candidate show so far.
    fn step(&mut self, number: usize, before: &[u32]) -> Result<std::rc::Rc<Step>> {
        let mut steps = std::mem::take(&mut self.steps);
        let step = steps.get(before, || {
            let relatives = self.loci.len() * self.case.further.len();
            let mut placed = self.placed(&before[..relatives], None);
            for (locus, &at) in self.loci.iter().zip(&before[relatives..]) {
                let genotype = locus.candidate[at as usize].as_ref();
                placed.extend(genotype.map(|genotype| (self.case.candidate[0], locus.locus, genotype)));
            }
            let [missing, stranger] = self.case.candidate;
            let locus = &self.loci[number];
            let related = self.case.related.distribution(locus.locus, missing, &placed)?;
            let beside = self.case.beside(&placed);
            let unrelated = self.case.unrelated.distribution(locus.locus, stranger, &beside)?;
            let base = related.log10_total().value() - unrelated.log10_total().value();
            let (related, unrelated) = (related.probabilities(), unrelated.probabilities());
            let log10_lr: Vec<f64> = related
                .iter()
                .zip(unrelated)
                .zip(&locus.candidate)
                .map(|((related, unrelated), genotype)| match genotype {
                    None => base, // as if not typed
                    Some(_) if *related == 0.0 => f64::NEG_INFINITY,
                    Some(_) => base + libm::log10(related / unrelated),
                })
                .collect();
            let mut expected = 0.0;
            for (probability, log10_lr) in related.iter().zip(&log10_lr).filter(|(p, _)| **p > 0.0) {
                expected += probability * log10_lr;
            }
            Ok(Step { related: related.to_vec(), unrelated: unrelated.to_vec(), log10_lr, expected })
        });
        self.steps = steps;
        step
    }

    /// A candidate who is the missing person: the logarithms of the ratio and of the weight, and the expected one.
    fn related(&mut self, stream: &mut Stream, relatives: &[u32]) -> Result<(f64, f64, f64)> {
        let (mut before, mut weight, mut answer) = (relatives.to_vec(), 0.0, (0.0, 0.0));
        for number in 0..self.loci.len() {
            let step = self.step(number, &before)?;
            let at = drawn(stream, &step.related);
            weight += libm::log10(step.unrelated[at] / step.related[at]);
            answer = (step.log10_lr[at], step.expected);
            before.push(at as u32);
        }
        Ok((answer.0, weight, answer.1))
    }

    /// A candidate who is not related: the logarithm of the ratio.
    fn unrelated(&mut self, stream: &mut Stream, relatives: &[u32]) -> Result<f64> {
        let (mut before, mut log10_lr) = (relatives.to_vec(), 0.0);
        for number in 0..self.loci.len() {
            let step = self.step(number, &before)?;
            let at = drawn(stream, &step.unrelated);
            log10_lr = step.log10_lr[at];
            if log10_lr == f64::NEG_INFINITY {
                return Ok(log10_lr); // whatever a linked locus says
            }
            before.push(at as u32);
        }
        Ok(log10_lr)
    }

    /// How probable it is that somebody unrelated shows at a locus what the missing person cannot have without mutation;
    /// `None` where the relatives contradict each other then.
    fn exclusion(&mut self, number: usize, relatives: &[u32]) -> Result<Option<f64>> {
        let Some(strict) = self.loci[number].strict else { return Ok(None) };
        let width = self.case.further.len();
        let key = &relatives[number * width..][..width];
        let mut memory = std::mem::take(&mut self.exclusions[number]);
        let excluded = memory.get(key, || {
            let (locus, placed) = (&self.loci[number], self.placed(relatives, Some(number)));
            let [missing, stranger] = self.case.candidate;
            let possible = strict.distribution(locus.locus, missing, &placed)?;
            let beside = self.case.beside(&placed);
            let unrelated = self.case.unrelated.distribution(locus.locus, stranger, &beside)?;
            if possible.is_impossible() {
                return Ok(f64::NAN); // a simulated mutation between relatives
            }
            let both = possible.probabilities().iter().zip(unrelated.probabilities()).zip(&locus.candidate);
            let excluded = both.filter(|((possible, _), shown)| **possible == 0.0 && shown.is_some());
            Ok(excluded.map(|((_, unrelated), _)| unrelated).sum::<f64>())
        });
        self.exclusions[number] = memory;
        Ok(Some(*excluded?).filter(|excluded| !excluded.is_nan()))
    }
}
