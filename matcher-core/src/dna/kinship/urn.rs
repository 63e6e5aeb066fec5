//! Founders' alleles drawn from one subpopulation: with theta they are not independent, and every family of a hypothesis
//! draws from the same urn.
//!
//! # Method
//! What is left of a pedigree when all other genes are summed out is a function of the genes that were drawn. All their
//! combinations are gone through, one draw after the other by the [sampling formula](next_allele), and a branch is left
//! as soon as a factor of what was drawn is zero. The two genes of a founder may be exchanged, so each pair is looked at
//! once. Founders that were typed have one combination, and without mutation most others have few.

use super::factor::{Domains, Factor, Gene, Reader, Scaled};
use crate::dna::likelihood::next_allele;
use crate::error::{Error, Result};
use crate::units::Theta;

/// Combinations that may be gone through: some seconds of work.
const MAX_COMBINATIONS: f64 = 268_435_456.0;

/// Genes drawn together.
#[derive(Clone, Debug)]
pub(super) enum Draw {
    /// One gene: that of a man on the X chromosome, or the only one of a founder that matters.
    One(Gene),
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
            Self::One(gene) => std::slice::from_ref(gene),
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
    /// The factors that can be read once it is made.
    factors: Vec<Reader<'a>>,
}

/// What was drawn from an urn.
struct Drawn {
    copies: Vec<u32>,
    all: u32,
}

struct Search<'a> {
    steps: Vec<Step<'a>>,
    urns: &'a [Urn<'a>],
    domains: &'a Domains,
    theta: Theta,
    drawn: Vec<Drawn>,
    values: Vec<usize>,
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
    let combinations: f64 = draws.iter().map(|(_, draw)| draw.combinations(domains)).product();
    if combinations > MAX_COMBINATIONS {
        let expected = format!(
            "at most {MAX_COMBINATIONS:e}: theta 0, fewer founders who were not typed, or a mutation model that lets unseen \
             alleles be one (equal, proportional)"
        );
        let shown = format!("{combinations:.1e}");
        return Err(Error::invalid("", "combinations of founders' alleles under theta", shown, expected));
    }
    let last_step = |factor: &Factor| {
        let genes = factor.genes();
        draws.iter().rposition(|(_, draw)| draw.genes().iter().any(|gene| genes.contains(gene)))
    };
    let mut at_step: Vec<Vec<Reader<'_>>> = draws.iter().map(|_| Vec::new()).collect();
    for factor in factors {
        if let Some(step) = last_step(factor) {
            at_step[step].push(Reader::new(factor, domains));
        }
    }
    let steps =
        draws.iter().zip(at_step).map(|(&(urn, draw), factors)| Step { draw, urn, factors }).collect();
    let drawn = urns.iter().map(|urn| Drawn { copies: vec![0; urn.frequencies.len()], all: 0 }).collect();
    let mut search = Search { steps, urns, domains, theta, drawn, values: vec![0; domains.len()] };
    let mut sure = Scaled::ONE;
    let mut step = 0;
    // Genes that can be one allele only are drawn without branching, however many they are.
    while let Some(next) = search.steps.get(step)
        && next.draw.combinations(domains) <= 1.0
    {
        sure = sure.times(search.sure(step));
        step += 1;
    }
    Ok(sure.times(search.sum_from(step)))
}

impl Search<'_> {
    fn state(&self, gene: Gene, value: usize) -> usize {
        usize::from(self.domains[gene][value])
    }

    /// Draws a gene: the probability, with the gene counted.
    fn draw(&mut self, urn: usize, gene: Gene, value: usize) -> f64 {
        let state = self.state(gene, value);
        self.values[gene] = value;
        let drawn = &mut self.drawn[urn];
        let frequency = self.urns[urn].frequencies[state];
        let probability = next_allele(frequency, drawn.copies[state], drawn.all, self.theta);
        drawn.copies[state] += 1;
        drawn.all += 1;
        probability
    }

    fn undo(&mut self, urn: usize, gene: Gene, value: usize) {
        let state = self.state(gene, value);
        self.drawn[urn].copies[state] -= 1;
        self.drawn[urn].all -= 1;
    }

    fn factors(&self, step: usize) -> f64 {
        self.steps[step].factors.iter().map(|factor| factor.at(&self.values)).product()
    }

    /// A draw that can come out in one way only; what is drawn stays drawn.
    fn sure(&mut self, step: usize) -> f64 {
        let Step { draw, urn, .. } = self.steps[step];
        let probability = match *draw {
            Draw::One(gene) => self.draw(urn, gene, 0),
            Draw::Pair { genes: [a, b], .. } => self.draw(urn, a, 0) * self.draw(urn, b, 0),
        };
        probability * self.factors(step)
    }

    /// The sum over all that the draws from a step on may be.
    fn sum_from(&mut self, step: usize) -> f64 {
        let Some(Step { draw, urn, .. }) = self.steps.get(step) else { return 1.0 };
        let urn = *urn;
        match **draw {
            Draw::One(gene) => {
                let mut sum = 0.0;
                for value in 0..self.domains[gene].len() {
                    let probability = self.draw(urn, gene, value);
                    sum += self.go_on(step, probability);
                    self.undo(urn, gene, value);
                }
                sum
            }
            Draw::Pair { genes: [a, b], inbreeding, exchangeable } => {
                let mut sum = 0.0;
                for x in 0..self.domains[a].len() {
                    let first = self.draw(urn, a, x);
                    for y in 0..self.domains[b].len() {
                        let (state_a, state_b) = (self.state(a, x), self.state(b, y));
                        if exchangeable && state_b < state_a {
                            continue;
                        }
                        let times = if exchangeable && state_a != state_b { 2.0 } else { 1.0 };
                        if inbreeding > 0.0 && state_a == state_b {
                            self.values[b] = y;
                            sum += self.go_on(step, inbreeding * first);
                        }
                        let second = self.draw(urn, b, y);
                        sum += self.go_on(step, times * (1.0 - inbreeding) * first * second);
                        self.undo(urn, b, y);
                    }
                    self.undo(urn, a, x);
                }
                sum
            }
        }
    }

    fn go_on(&mut self, step: usize, probability: f64) -> f64 {
        let here = probability * self.factors(step);
        if here == 0.0 { 0.0 } else { here * self.sum_from(step + 1) }
    }
}
