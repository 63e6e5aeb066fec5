//! Founders' alleles drawn from one subpopulation: with theta they are not independent, and every family of a hypothesis
//! draws from the same urn.
//!
//! # Method
//! What is left of a pedigree when all other genes are summed out is a function of the genes that were drawn. All their
//! combinations are gone through, one draw after the other by the [sampling formula](crate::dna::likelihood::next_allele), and a branch is left
//! as soon as a factor of what was drawn is zero. The two genes of a founder may be exchanged, so each pair is looked at
//! once. Founders that were typed have one combination, and without mutation most others have few.

use super::factor::{Domains, Factor, Gene, Scaled, Walk};
use crate::error::{Error, Result};
use crate::units::Theta;

/// Combinations that may be gone through: some seconds of work.
const MAX_COMBINATIONS: f64 = 268_435_456.0;

/// Genes drawn together.
#[derive(Clone, Debug)]
pub(super) enum Draw {
    /// One gene: that of a man on the X chromosome, or the only one of a founder that matters.
    One(Gene),
    /// No draw: a gene that was not summed out, because that would have made a table of all that was drawn.
    Hidden(Gene),
    /// Both genes of a founder.
    Pair {
        genes: [Gene; 2],
        /// The probability that the second is a copy of the first.
        inbreeding: f64,
        /// Whether nothing changes when both are exchanged, so that each pair need be looked at once.
        exchangeable: bool,
    },
}

impl Draw {
    /// The genes that are drawn.
    pub(super) fn genes(&self) -> &[Gene] {
        match self {
            Self::One(gene) | Self::Hidden(gene) => std::slice::from_ref(gene),
            Self::Pair { genes, .. } => genes,
        }
    }

    /// About how many combinations there are.
    fn combinations(&self, domains: &Domains) -> f64 {
        let all: f64 = self.genes().iter().map(|&gene| domains[gene].len() as f64).product();
        match self {
            Self::Pair { inbreeding, .. } if *inbreeding > 0.0 => all * 2.0,
            Self::Pair { exchangeable: true, .. } if all > 1.0 => all / 2.0,
            _ => all,
        }
    }
}

/// The alleles of one locus, and the genes drawn from them.
pub(super) struct Urn<'a> {
    pub(super) frequencies: &'a [f64],
    pub(super) draws: Vec<Draw>,
}

/// A draw, in the order in which draws are made.
struct Step<'a> {
    draw: &'a Draw,
    urn: usize,
    /// The factors that can be read once it is made, as a product.
    ready: Walk<'a>,
    /// The genes drawn before that these factors have, and what each value adds to the places: `[value][stream]`.
    before: Vec<(Gene, Vec<usize>)>,
    /// The same of the genes of this draw, in their order.
    here: Vec<Vec<usize>>,
}

/// What does not change while draws are made.
struct Plan<'a> {
    steps: Vec<Step<'a>>,
    domains: &'a Domains,
    theta: f64,
    /// What the weight of a state is divided by where so many genes were drawn, inverted.
    inverse: Vec<f64>,
}

/// What was drawn so far.
struct Drawn {
    /// What each state weighs in an urn: `(1 - theta) p`, and theta more for each copy that was drawn.
    weights: Vec<Vec<f64>>,
    /// How many genes were drawn from each urn.
    number: Vec<usize>,
    /// The value of each gene that was drawn.
    values: Vec<usize>,
    /// Places in the tables of each step: of the genes before, with the first gene of the draw, and with both.
    places: Vec<[Vec<usize>; 3]>,
}

/// About how many combinations of alleles there are.
pub(super) fn combinations(urns: &[Urn<'_>], domains: &Domains) -> f64 {
    urns.iter().flat_map(|urn| &urn.draws).map(|draw| draw.combinations(domains)).product()
}

/// The expected value of a product of factors of drawn genes.
///
/// # Errors
/// There are too many combinations.
pub(super) fn expected(
    urns: &[Urn<'_>],
    domains: &Domains,
    factors: &[Factor],
    theta: Theta,
) -> Result<Scaled> {
    let mut draws: Vec<(usize, &Draw)> =
        urns.iter().enumerate().flat_map(|(urn, of)| of.draws.iter().map(move |draw| (urn, draw))).collect();
    draws.sort_by(|a, b| a.1.combinations(domains).total_cmp(&b.1.combinations(domains)));
    let combinations = combinations(urns, domains);
    if combinations > MAX_COMBINATIONS {
        let expected = format!(
            "at most {MAX_COMBINATIONS:e}: theta 0, fewer founders who were not typed, or a mutation model that \
             lets unseen alleles be one (equal, proportional)"
        );
        let shown = format!("{combinations:.1e}");
        return Err(Error::invalid("", "combinations of founders' alleles under theta", shown, expected));
    }
    let plan = Plan::new(&draws, factors, domains, theta);
    let places = |step: &Step<'_>| [0; 3].map(|zero| vec![zero; step.ready.width()]);
    let theta = theta.value();
    let weigh = |urn: &Urn<'_>| urn.frequencies.iter().map(|p| (1.0 - theta) * p).collect();
    let mut drawn = Drawn {
        weights: urns.iter().map(weigh).collect(),
        number: vec![0; urns.len()],
        values: vec![0; domains.len()],
        places: plan.steps.iter().map(places).collect(),
    };
    let mut sure = Scaled::ONE;
    let mut step = 0;
    // Genes that can be one allele only are drawn without branching, however many they are.
    while let Some(next) = plan.steps.get(step)
        && next.draw.combinations(domains) <= 1.0
    {
        sure = sure.times(plan.sure(step, &mut drawn));
        step += 1;
    }
    Ok(sure.times(plan.sum_from(step, &mut drawn)))
}

impl<'a> Plan<'a> {
    fn new(draws: &[(usize, &'a Draw)], factors: &'a [Factor], domains: &'a Domains, theta: Theta) -> Self {
        let last_step = |factor: &Factor| {
            let genes = factor.genes();
            draws.iter().rposition(|(_, draw)| draw.genes().iter().any(|gene| genes.contains(gene)))
        };
        let mut at_step: Vec<Vec<&Factor>> = draws.iter().map(|_| Vec::new()).collect();
        for factor in factors {
            if let Some(step) = last_step(factor) {
                at_step[step].push(factor);
            }
        }
        let step = |(&(urn, draw), factors): (&(usize, &'a Draw), Vec<&'a Factor>)| {
            let ready = Walk::new(&factors, domains);
            let mut genes: Vec<Gene> = factors.iter().flat_map(|factor| factor.genes()).collect();
            genes.sort_unstable();
            genes.dedup();
            genes.retain(|gene| !draw.genes().contains(gene));
            let before = genes.iter().copied().zip(ready.plan(&genes, domains)).collect();
            let here = ready.plan(draw.genes(), domains);
            Step { draw, urn, ready, before, here }
        };
        let theta = theta.value();
        let genes: usize = draws.iter().map(|(_, draw)| draw.genes().len()).sum();
        Self {
            steps: draws.iter().zip(at_step).map(step).collect(),
            domains,
            theta,
            inverse: (0..genes).map(|drawn| 1.0 / (1.0 + (drawn as f64 - 1.0) * theta)).collect(),
        }
    }

    fn state(&self, gene: Gene, value: usize) -> usize {
        usize::from(self.domains[gene][value])
    }

    /// Draws a gene: the probability by the [sampling formula](crate::dna::likelihood::next_allele), and what the state
    /// weighed before, to be [put back](Self::put_back).
    fn draw(&self, drawn: &mut Drawn, urn: usize, gene: Gene, value: usize) -> (f64, f64) {
        let weight = &mut drawn.weights[urn][self.state(gene, value)];
        let before = *weight;
        *weight += self.theta;
        let probability = before * self.inverse[drawn.number[urn]];
        drawn.number[urn] += 1;
        drawn.values[gene] = value;
        (probability, before)
    }

    fn put_back(&self, drawn: &mut Drawn, urn: usize, gene: Gene, value: usize, weight: f64) {
        drawn.weights[urn][self.state(gene, value)] = weight;
        drawn.number[urn] -= 1;
    }

    /// A draw that can come out in one way only; what is drawn stays drawn.
    fn sure(&self, step: usize, drawn: &mut Drawn) -> f64 {
        let Step { draw, urn, .. } = self.steps[step];
        let probability = match draw {
            Draw::Hidden(_) => 1.0,
            draw => draw.genes().iter().map(|&gene| self.draw(drawn, urn, gene, 0).0).product::<f64>(),
        };
        self.start(step, drawn);
        for number in 0..draw.genes().len() {
            self.add(step, drawn, number, 0);
        }
        probability * self.factors(step, drawn, draw.genes().len())
    }

    /// The places of the genes before.
    fn start(&self, step: usize, drawn: &mut Drawn) {
        let Step { before, ready, .. } = &self.steps[step];
        let (places, width) = (&mut drawn.places[step][0], ready.width());
        places.fill(0);
        for (gene, plan) in before {
            let steps = &plan[drawn.values[*gene] * width..][..width];
            places.iter_mut().zip(steps).for_each(|(place, step)| *place += step);
        }
    }

    /// Adds a gene of the draw, the first or the second.
    fn add(&self, step: usize, drawn: &mut Drawn, number: usize, value: usize) {
        let width = self.steps[step].ready.width();
        let (from, to) = drawn.places[step].split_at_mut(number + 1);
        let steps = &self.steps[step].here[number][value * width..][..width];
        for ((to, from), step) in to[0].iter_mut().zip(&from[number]).zip(steps) {
            *to = from + step;
        }
    }

    fn factors(&self, step: usize, drawn: &Drawn, genes: usize) -> f64 {
        self.steps[step].ready.product(&drawn.places[step][genes])
    }

    /// The sum over all that the draws from a step on may be.
    fn sum_from(&self, step: usize, drawn: &mut Drawn) -> f64 {
        let Some(Step { draw, urn, .. }) = self.steps.get(step) else { return 1.0 };
        let urn = *urn;
        self.start(step, drawn);
        let mut sum = 0.0;
        match **draw {
            Draw::One(gene) => {
                for value in 0..self.domains[gene].len() {
                    self.add(step, drawn, 0, value);
                    let factors = self.factors(step, drawn, 1);
                    let (probability, weight) = self.draw(drawn, urn, gene, value);
                    sum += self.go_on(step, drawn, probability * factors);
                    self.put_back(drawn, urn, gene, value, weight);
                }
            }
            Draw::Hidden(gene) => {
                for value in 0..self.domains[gene].len() {
                    self.add(step, drawn, 0, value);
                    drawn.values[gene] = value;
                    let factors = self.factors(step, drawn, 1);
                    sum += self.go_on(step, drawn, factors);
                }
            }
            Draw::Pair { genes: [a, b], inbreeding, exchangeable } => {
                for x in 0..self.domains[a].len() {
                    self.add(step, drawn, 0, x);
                    let (first, weight_a) = self.draw(drawn, urn, a, x);
                    for y in 0..self.domains[b].len() {
                        let (state_a, state_b) = (self.state(a, x), self.state(b, y));
                        if exchangeable && state_b < state_a {
                            continue;
                        }
                        self.add(step, drawn, 1, y);
                        let factors = self.factors(step, drawn, 2);
                        if inbreeding > 0.0 && state_a == state_b {
                            drawn.values[b] = y;
                            sum += self.go_on(step, drawn, inbreeding * first * factors);
                        }
                        let times = if exchangeable && state_a != state_b { 2.0 } else { 1.0 };
                        let (second, weight_b) = self.draw(drawn, urn, b, y);
                        let both = times * (1.0 - inbreeding) * first * second;
                        sum += self.go_on(step, drawn, both * factors);
                        self.put_back(drawn, urn, b, y, weight_b);
                    }
                    self.put_back(drawn, urn, a, x, weight_a);
                }
            }
        }
        sum
    }

    fn go_on(&self, step: usize, drawn: &mut Drawn, here: f64) -> f64 {
        if here == 0.0 || step + 1 == self.steps.len() { here } else { here * self.sum_from(step + 1, drawn) }
    }
}
