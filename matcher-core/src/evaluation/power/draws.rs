//! The simulation: candidates of both kinds at each unit of loci, by looking up what was computed once.

use super::case::Case;
use super::config::PowerConfig;
use crate::dna::kinship::{Conditional, Placed, Unit};
use crate::dna::{Genotype, Locus};
use crate::error::{Error, Result};
use crate::simulate::Stream;
use crate::simulate::dna::{Memory, drawn};
use crate::units::Theta;
use crate::work::{Counter, Threads, Watch};
use std::rc::Rc;

/// What was simulated at one unit, a number a simulation unless said otherwise.
pub(super) struct UnitDraws {
    pub(super) loci: Vec<Locus>,
    /// A candidate who is the missing person.
    pub(super) related: Vec<Draw>,
    /// The logarithm of the ratio of a candidate who is not related.
    pub(super) unrelated: Vec<f64>,
    /// Candidates between both, for each of [`TILTS`].
    pub(super) tilted: Vec<Vec<Draw>>,
    /// How probable it is that somebody unrelated is not excluded at any locus; one number where nobody further is simulated,
    /// none where the relatives contradict each other without mutation.
    pub(super) not_excluded: Option<Vec<f64>>,
    /// The mean logarithm of the ratio of a candidate who is the missing person, summed over genotypes.
    pub(super) expected: f64,
    /// The probability of an exclusion at each locus.
    pub(super) exclusion: Vec<Option<f64>>,
}

/// A candidate who is simulated to learn of strangers: the logarithm of the ratio, and that of the weight, how much more
/// often somebody unrelated has such a profile than it is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draw {
    pub(super) log10_lr: f64,
    pub(super) weight: f64,
}

/// How much of the missing person there is in candidates between both: with `a` for one of these, a genotype is drawn with
/// a probability in proportion to `P(related)^a P(unrelated)^(1-a)`. The larger it is, the higher are the ratios.
pub(super) const TILTS: [f64; 8] = [0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875];

/// A candidate at a locus, given all before: the probability of each outcome as the missing person, as a stranger and in
/// between, and the logarithm of the ratio that it adds.
struct Step {
    related: Vec<f64>,
    unrelated: Vec<f64>,
    tilted: Vec<Vec<f64>>,
    log10_lr: Vec<f64>,
    expected: f64,
    /// The logarithm of the ratio before anything of the candidate is known: 0, unless the model leaves out untyped founders.
    base: f64,
}

/// Everything at one unit.
struct UnitCase<'c> {
    case: &'c Case<'c>,
    /// What each further relative and the candidate may show, a locus.
    loci: Vec<LocusCase<'c>>,
    relatives: Memory<Vec<f64>>,
    steps: Memory<Step>,
    /// What a stranger may show, where that depends on nobody.
    strangers: Vec<Option<Rc<Vec<f64>>>>,
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
        unrelated: Vec::with_capacity(n),
        tilted: vec![Vec::with_capacity(n); TILTS.len()],
        not_excluded: at.loci.iter().all(|locus| locus.strict.is_some()).then(Vec::new),
        expected: 0.0,
        exclusion: Vec::new(),
    };
    let mut exclusion = vec![(0.0, 0_u32); at.loci.len()];
    let purposes = ["relatives", "related", "unrelated", "between"].map(|who| format!("power {who} {unit}"));
    for index in 0..n {
        if index % TOLD == 0 && counter.stops() {
            return Err(Error::Cancelled);
        }
        let [mut of_relatives, mut of_related, mut of_unrelated, mut between] =
            [0, 1, 2, 3].map(|who: usize| Stream::new(config.seed, &purposes[who], &[index as u64]));
        let relatives = at.relatives(&mut of_relatives)?;
        let (draw, expected) = at.draw(&mut of_related, &relatives, None)?;
        draws.related.push(draw);
        draws.expected += expected / n as f64;
        draws.unrelated.push(at.unrelated(&mut of_unrelated, &relatives)?);
        for (tilt, tilted) in draws.tilted.iter_mut().enumerate() {
            tilted.push(at.draw(&mut between, &relatives, Some(tilt))?.0);
        }
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
        let mut at = Self {
            case,
            loci: unit.loci().iter().map(one).collect::<Result<_>>()?,
            relatives: Memory::default(),
            steps: Memory::default(),
            strangers: vec![None; unit.loci().len()],
            exclusions: unit.loci().iter().map(|_| Memory::default()).collect(),
        };
        let model = case.prepared.model();
        if model.theta == Theta::ZERO && !model.prune_untyped {
            for number in 0..at.loci.len() {
                at.strangers[number] = Some(at.stranger(number, &[])?.0);
            }
        }
        Ok(at)
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

    /// What a stranger may show, given what was placed; and the logarithm of the likelihood of all else, where it may differ
    /// from that beside a relative.
    fn stranger(&self, number: usize, placed: &[Placed<'_>]) -> Result<(Rc<Vec<f64>>, Option<f64>)> {
        if let Some(known) = &self.strangers[number] {
            return Ok((Rc::clone(known), None));
        }
        let beside = self.case.beside(placed);
        let (locus, stranger) = (self.loci[number].locus, self.case.candidate[1]);
        let distribution = self.case.unrelated.distribution(locus, stranger, &beside)?;
        let total = self.case.prepared.model().prune_untyped.then(|| distribution.log10_total().value());
        Ok((Rc::new(distribution.probabilities().to_vec()), total))
    }

    /// The candidate at the next locus of the unit; `before` is what the relatives and the candidate show so far.
    fn step(&mut self, number: usize, before: &[u32]) -> Result<Rc<Step>> {
        let mut steps = std::mem::take(&mut self.steps);
        let step = steps.get(before, || {
            let relatives = self.loci.len() * self.case.further.len();
            let mut placed = self.placed(&before[..relatives], None);
            for (locus, &at) in self.loci.iter().zip(&before[relatives..]) {
                let genotype = locus.candidate[at as usize].as_ref();
                placed.extend(genotype.map(|genotype| (self.case.candidate[0], locus.locus, genotype)));
            }
            let locus = &self.loci[number];
            let related = self.case.related.distribution(locus.locus, self.case.candidate[0], &placed)?;
            let (unrelated, total) = self.stranger(number, &placed)?;
            // At a second locus what the first one says is in the totals too, and was counted there.
            let base =
                total.filter(|_| number == 0).map_or(0.0, |total| related.log10_total().value() - total);
            Ok(Step::new(related.probabilities(), &unrelated, &locus.candidate, base))
        });
        self.steps = steps;
        step
    }

    /// A candidate who is the missing person, or one between both; and the expected logarithm of the missing person's ratio.
    fn draw(&mut self, stream: &mut Stream, relatives: &[u32], tilt: Option<usize>) -> Result<(Draw, f64)> {
        let (mut before, mut expected) = (relatives.to_vec(), 0.0);
        let mut draw = Draw { log10_lr: 0.0, weight: 0.0 };
        for number in 0..self.loci.len() {
            let step = self.step(number, &before)?;
            let probabilities = tilt.map_or(&step.related, |tilt| &step.tilted[tilt]);
            let at = drawn(stream, probabilities);
            draw.log10_lr += step.base + step.log10_lr[at];
            draw.weight += libm::log10(step.unrelated[at] / probabilities[at]);
            expected += step.base + step.expected;
            before.push(at as u32);
        }
        Ok((draw, expected))
    }

    /// A candidate who is not related: the logarithm of the ratio.
    fn unrelated(&mut self, stream: &mut Stream, relatives: &[u32]) -> Result<f64> {
        let (mut before, mut log10_lr) = (relatives.to_vec(), 0.0);
        for number in 0..self.loci.len() {
            let step = self.step(number, &before)?;
            let at = drawn(stream, &step.unrelated);
            log10_lr += step.base + step.log10_lr[at];
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
        if self.loci.len() == 1 && self.case.prepared.model().mutation.at(self.loci[0].locus).is_none() {
            let step = self.step(0, relatives)?; // which is without mutation already
            return Ok(Some(excluded(&step.related, &step.unrelated, &self.loci[0].candidate)));
        }
        let width = self.case.further.len();
        let key = &relatives[number * width..][..width];
        let mut memory = std::mem::take(&mut self.exclusions[number]);
        let probability = memory.get(key, || {
            let (locus, placed) = (&self.loci[number], self.placed(relatives, Some(number)));
            let possible = strict.distribution(locus.locus, self.case.candidate[0], &placed)?;
            let (unrelated, _) = self.stranger(number, &placed)?;
            if possible.is_impossible() {
                return Ok(f64::NAN); // a simulated mutation between relatives
            }
            Ok(excluded(possible.probabilities(), &unrelated, &locus.candidate))
        });
        self.exclusions[number] = memory;
        Ok(Some(*probability?).filter(|probability| !probability.is_nan()))
    }
}

impl Step {
    fn new(related: &[f64], unrelated: &[f64], candidate: &[Option<Genotype>], base: f64) -> Self {
        let log10_of_ratio = |(&related, &unrelated): (&f64, &f64)| {
            if related == 0.0 { f64::NEG_INFINITY } else { libm::log10(related / unrelated) }
        };
        let ratios: Vec<f64> = related.iter().zip(unrelated).map(log10_of_ratio).collect();
        let seen = |(&ratio, shown): (&f64, &Option<Genotype>)| if shown.is_some() { ratio } else { 0.0 };
        let log10_lr: Vec<f64> = ratios.iter().zip(candidate).map(seen).collect();
        let mut expected = 0.0;
        for (probability, log10_lr) in related.iter().zip(&log10_lr).filter(|(p, _)| **p > 0.0) {
            expected += probability * log10_lr;
        }
        let tilted = TILTS.map(|tilt| {
            let weight = |(&ratio, &unrelated): (&f64, &f64)| {
                if ratio == f64::NEG_INFINITY { 0.0 } else { unrelated * libm::exp10(tilt * ratio) }
            };
            let weights: Vec<f64> = ratios.iter().zip(unrelated).map(weight).collect();
            let total: f64 = weights.iter().sum();
            weights.into_iter().map(|weight| weight / total).collect()
        });
        let (related, unrelated) = (related.to_vec(), unrelated.to_vec());
        Self { related, unrelated, tilted: tilted.into(), log10_lr, expected, base }
    }
}

/// How probable it is that a stranger shows something that is not possible.
fn excluded(possible: &[f64], unrelated: &[f64], candidate: &[Option<Genotype>]) -> f64 {
    let both = possible.iter().zip(unrelated).zip(candidate);
    both.filter(|((possible, _), shown)| **possible == 0.0 && shown.is_some()).map(|((_, p), _)| p).sum()
}
