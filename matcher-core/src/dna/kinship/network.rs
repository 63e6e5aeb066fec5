//! A pedigree at one locus, or at two linked ones, as genes and the factors between them.
//!
//! A gene of a child is a copy of one of both genes of a parent, changed where it mutated; the genes of founders are drawn
//! from the population. Who cannot matter is left out first ([`Relevant`]).

use super::elimination::Elimination;
use super::evidence::Evidence;
use super::factor::{Factor, Gene, Scaled};
use super::meiosis::Meiosis;
use super::partition;
use super::pedigree::Pedigree;
use super::relevant::Relevant;
use super::states::States;
use super::urn::{Draw, Urn, combinations, expected};
use crate::dna::Sex;
use crate::error::{Error, Result};
use crate::units::Theta;

/// Combinations of founders' alleles that are gone through one by one; more are summed over by [`partition`].
const MANY: f64 = 1e6;

/// Numbers of a table that summing over a gene may make where founders' alleles are gone through afterwards: a larger one
/// costs more than going through the gene's values too.
const SHORT: f64 = 4096.0;

/// One locus of a question.
pub(super) struct LocusInput<'a> {
    pub(super) states: &'a States,
    /// What is known of whom, by the place in the pedigree; a person of whom there are two specimens is there twice.
    pub(super) typed: &'a [(usize, Evidence)],
    pub(super) x_linked: bool,
}

/// A pedigree, one locus or two linked ones, and how alleles are drawn.
pub(super) struct Question<'a> {
    pub(super) pedigree: &'a Pedigree,
    pub(super) loci: &'a [LocusInput<'a>],
    /// Probability of recombination between the two loci; not used where there is one.
    pub(super) recombination: f64,
    pub(super) theta: Theta,
    pub(super) prune_untyped: bool,
}

/// The genes of a person at a locus: from the father, from the mother. One who has or needs one gene has one of them.
#[derive(Clone, Copy, Debug, Default)]
struct Genes([Option<Gene>; 2]);

impl Genes {
    fn list(&self) -> Vec<Gene> {
        self.0.iter().flatten().copied().collect()
    }
}

/// A pedigree taken apart into genes and factors.
pub(super) struct Network<'a> {
    pub(super) question: &'a Question<'a>,
    pub(super) domains: Vec<Vec<u16>>,
    pub(super) factors: Vec<Factor>,
    /// What was drawn, a locus.
    draws: Vec<Vec<Draw>>,
    constant: f64,
    /// The genes of the person who is asked about.
    kept: Vec<Gene>,
}

impl Question<'_> {
    /// The likelihood: the probability of all that is known, given the pedigree.
    ///
    /// # Errors
    /// There are too many possibilities.
    pub(super) fn likelihood(&self) -> Result<Scaled> {
        match Network::new(self, None)? {
            Some(network) => network.likelihood(),
            None => Ok(Scaled::ONE.times(0.0)),
        }
    }

    /// The same as a function of the genes of one person, who was not typed: `[from the father][from the mother]` by state,
    /// or one axis for one who has one gene. One locus; with theta, at most so many founders' genes may be open.
    ///
    /// # Errors
    /// There are too many possibilities.
    pub(super) fn table(&self, person: usize, most_open: usize) -> Result<(Vec<f64>, Scaled)> {
        let Some(mut network) = Network::new(self, Some(person))? else {
            let size = self.loci[0].states.len();
            return Ok((vec![0.0; size * size], Scaled::ONE));
        };
        let kept = std::mem::take(&mut network.kept);
        if self.theta != Theta::ZERO {
            let (urn, domains) = (network.urns().remove(0), &network.domains);
            if !partition::is_possible(&urn.draws, domains, most_open) {
                let expected = "few founders who were not typed, none of them inbred";
                return Err(Error::invalid("", "founders' alleles under theta", "too many", expected));
            }
            let (table, scale) = partition::expected(&urn, domains, &network.factors, self.theta, &kept)?;
            return Ok((table, scale.times(network.constant)));
        }
        network.add_priors();
        let others: Vec<Gene> = (0..network.domains.len()).filter(|gene| !kept.contains(gene)).collect();
        let mut elimination = Elimination::new(network.domains, network.factors);
        elimination.sum_out(&others)?;
        let (table, scale) = elimination.into_table(&kept)?;
        Ok((table, scale.times(network.constant)))
    }

    /// Whether something is known of a person at one of the loci.
    pub(super) fn is_typed(&self, person: usize) -> bool {
        self.loci.iter().any(|locus| locus.typed.iter().any(|(typed, _)| *typed == person))
    }
}

impl<'a> Network<'a> {
    /// `None`: what is known cannot be.
    fn new(question: &'a Question<'a>, query: Option<usize>) -> Result<Option<Self>> {
        let relevant = Relevant::new(question, query);
        let draws = question.loci.iter().map(|_| Vec::new()).collect();
        let mut network = Self {
            question,
            domains: Vec::new(),
            factors: Vec::new(),
            draws,
            constant: 1.0,
            kept: Vec::new(),
        };
        let mut meioses = Vec::new();
        let genes: Vec<Vec<Genes>> =
            (0..question.loci.len()).map(|locus| network.add_genes(locus, &relevant, &mut meioses)).collect();
        network.kept = query.map_or_else(Vec::new, |query| genes[0][query].list());
        if network.restrict(&genes).is_none() {
            return Ok(None);
        }
        network.order_founders(&genes);
        network.add_evidence(&genes);
        network.add_meioses(&meioses)?;
        Ok(Some(network))
    }

    fn new_gene(&mut self, locus: usize) -> Gene {
        self.domains.push((0..self.question.loci[locus].states.len() as u16).collect());
        self.domains.len() - 1
    }

    /// Gives every relevant person genes at a locus, and lists where they are from.
    fn add_genes(&mut self, number: usize, relevant: &Relevant, meioses: &mut Vec<Meiosis>) -> Vec<Genes> {
        let people = self.question.pedigree.people();
        let locus = &self.question.loci[number];
        let mut genes = vec![Genes::default(); people.len()];
        for (at, person) in people.iter().enumerate().filter(|(at, _)| relevant.is_present(*at)) {
            let one_copy = locus.x_linked && person.sex() == Some(Sex::Male);
            let parents = relevant.parents(at);
            if parents == [None, None] && (one_copy || relevant.hands_on_one_gene(at)) {
                let gene = self.new_gene(number);
                genes[at].0[1] = Some(gene);
                self.draws[number].push(Draw::One(gene));
            } else if parents == [None, None] {
                let pair = [self.new_gene(number), self.new_gene(number)];
                genes[at].0 = pair.map(Some);
                let inbreeding = person.inbreeding();
                self.draws[number].push(Draw::Pair {
                    genes: pair,
                    inbreeding,
                    exchangeable: self.question.loci.len() == 1,
                });
            } else {
                for (from, parent) in parents.into_iter().enumerate().skip(usize::from(one_copy)) {
                    let Some(parent) = parent else {
                        let gene = self.new_gene(number);
                        genes[at].0[from] = Some(gene);
                        self.draws[number].push(Draw::One(gene));
                        continue;
                    };
                    let of_parent = genes[parent].list();
                    if of_parent.len() == 1 && locus.states.transition(from == 1).is_none() {
                        genes[at].0[from] = Some(of_parent[0]); // the same gene, unchanged
                        continue;
                    }
                    let child = self.new_gene(number);
                    genes[at].0[from] = Some(child);
                    let meiosis = Meiosis {
                        child,
                        parent: of_parent,
                        locus: number,
                        person: at,
                        from_mother: from == 1,
                    };
                    meioses.push(meiosis);
                }
            }
        }
        genes
    }

    /// Leaves each gene of a typed person the states that it may have. `None`: there is a gene without any.
    fn restrict(&mut self, genes: &[Vec<Genes>]) -> Option<()> {
        for (locus, genes) in self.question.loci.iter().zip(genes) {
            for (person, evidence) in locus.typed {
                let possible = evidence.possible();
                for gene in genes[*person].list() {
                    self.domains[gene].retain(|&state| possible.binary_search(&usize::from(state)).is_ok());
                    if self.domains[gene].is_empty() {
                        return None;
                    }
                }
            }
        }
        Some(())
    }

    /// Which of the two genes of a founder is which means nothing, so a founder of whom one pair of alleles is possible
    /// gets them in one order, which counts for both. With linked loci the order at the first one is free, that at the
    /// other is not.
    fn order_founders(&mut self, genes: &[Vec<Genes>]) {
        let Some(locus) = self.question.loci.first() else { return };
        for (person, evidence) in locus.typed {
            let [Some(a), Some(b)] = genes[0][*person].0 else { continue };
            let draw = self.draws[0]
                .iter_mut()
                .find(|draw| matches!(draw, Draw::Pair { genes, .. } if *genes == [a, b]));
            let Some(Draw::Pair { exchangeable, .. }) = draw else { continue };
            let [x, y] = self.domains[a][..] else { continue };
            if evidence.of_pair(x.into(), x.into()) == 0.0 && evidence.of_pair(y.into(), y.into()) == 0.0 {
                (self.domains[a], self.domains[b]) = (vec![x], vec![y]);
                self.constant *= 2.0;
                *exchangeable = false;
            }
        }
    }

    fn add_evidence(&mut self, genes: &[Vec<Genes>]) {
        for (locus, genes) in self.question.loci.iter().zip(genes) {
            for (person, evidence) in locus.typed {
                let of = genes[*person].list();
                let domain = |gene: Gene| self.domains[gene].iter().map(|&state| usize::from(state));
                let table: Vec<f64> = match of[..] {
                    [a, b] => {
                        domain(a).flat_map(|x| domain(b).map(move |y| evidence.of_pair(x, y))).collect()
                    }
                    [a] => domain(a).map(|x| evidence.of_one(x)).collect(),
                    _ => continue,
                };
                if table.iter().any(|&weight| weight != 1.0) {
                    self.factors.push(Factor::Dense { genes: of, table });
                }
            }
        }
    }

    /// What was drawn, where draws are independent.
    fn add_priors(&mut self) {
        for (draws, locus) in self.draws.iter().zip(self.question.loci) {
            let frequencies = locus.states.frequencies();
            let of = |&state: &u16| frequencies[usize::from(state)];
            let one = |gene: Gene| Factor::Dense {
                genes: vec![gene],
                table: self.domains[gene].iter().map(of).collect(),
            };
            for draw in draws {
                match *draw {
                    Draw::Hidden(_) => {}
                    Draw::One(gene) => self.factors.push(one(gene)),
                    Draw::Pair { genes: [a, b], inbreeding: 0.0, .. } => {
                        self.factors.extend([one(a), one(b)]);
                    }
                    Draw::Pair { genes: [a, b], inbreeding, .. } => {
                        let pair = |&x: &u16, &y: &u16| {
                            let copied = if x == y { inbreeding } else { 0.0 };
                            of(&x) * (copied + (1.0 - inbreeding) * of(&y))
                        };
                        let (b_domain, rows) = (&self.domains[b], self.domains[a].iter());
                        let table = rows.flat_map(|x| b_domain.iter().map(move |y| pair(x, y))).collect();
                        self.factors.push(Factor::Dense { genes: vec![a, b], table });
                    }
                }
            }
        }
    }

    fn likelihood(mut self) -> Result<Scaled> {
        let theta = self.question.theta;
        if theta == Theta::ZERO {
            self.add_priors();
            let genes: Vec<Gene> = (0..self.domains.len()).collect();
            let mut elimination = Elimination::new(self.domains, self.factors);
            elimination.sum_out(&genes)?;
            return Ok(elimination.into_rest().2.times(self.constant));
        }
        let urns = self.urns();
        let one_urn = |urns: &[Urn<'_>]| matches!(urns, [urn] if partition::is_possible(&urn.draws, &self.domains, partition::MAX_GENES));
        if combinations(&urns, &self.domains) > MANY && one_urn(&urns) {
            let (table, scale) = partition::expected(&urns[0], &self.domains, &self.factors, theta, &[])?;
            return Ok(scale.times(table[0]).times(self.constant));
        }
        let drawn: Vec<Gene> = self.draws.iter().flatten().flat_map(|draw| draw.genes().to_vec()).collect();
        let inner: Vec<Gene> = (0..self.domains.len()).filter(|gene| !drawn.contains(gene)).collect();
        let mut urns = urns;
        let mut elimination = Elimination::new(self.domains, self.factors);
        let hidden = elimination.sum_out_while(&inner, SHORT);
        urns[0].draws.extend(hidden.into_iter().map(Draw::Hidden));
        let (domains, factors, scale) = elimination.into_rest();
        let expected = expected(&urns, &domains, &factors, theta)?;
        Ok(scale.and(expected).times(self.constant))
    }

    /// What is drawn from, a locus.
    fn urns(&self) -> Vec<Urn<'a>> {
        let urn = |(draws, locus): (&Vec<Draw>, &'a LocusInput<'a>)| Urn {
            frequencies: locus.states.frequencies(),
            draws: draws.clone(),
        };
        self.draws.iter().zip(self.question.loci).map(urn).collect()
    }
}
