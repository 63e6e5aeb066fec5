//! Sums a product of factors over genes, one gene at a time: the peeling of a pedigree, loops and all.
//!
//! # Method
//! Variable elimination: all factors with a gene are multiplied and summed over it, which gives one factor of their other
//! genes. The gene that makes the smallest table comes next. A pedigree without loops is peeled family by family this way;
//! one with loops needs larger tables and no other method. A gene that stands only in the tail of one [`Factor::Pick`]
//! is summed inside it, so that what a child inherited from both genes of a parent stays one short table.
//!
//! # References
//! R. C. Elston, J. Stewart, Hum Hered 21 (1971) 523-542; S. L. Lauritzen, N. A. Sheehan, Stat Sci 18 (2003) 489-514.

use super::factor::{Factor, Gene, Scaled, Walk, raise};
use crate::error::{Error, Result};

/// Numbers that a table may have: 128 MiB.
const MAX_TABLE: usize = 1 << 24;

/// Numbers of a table that a product of factors of the same genes may be, where it is longer than each of them.
const SHORT: usize = 1 << 16;

/// Factors whose product cannot be too small for a number: each was scaled up.
const FEW: usize = 8;

/// A product of factors from which genes are summed out.
pub(super) struct Elimination {
    domains: Vec<Vec<u16>>,
    factors: Vec<Option<Factor>>,
    /// The factors that each gene is in.
    places: Vec<Vec<usize>>,
    /// What everything is multiplied by.
    scale: Scaled,
    /// Products that were made so far.
    work: f64,
}

impl Elimination {
    pub(super) fn new(domains: Vec<Vec<u16>>, factors: Vec<Factor>) -> Self {
        let places = vec![Vec::new(); domains.len()];
        let mut elimination = Self { domains, factors: Vec::new(), places, scale: Scaled::ONE, work: 0.0 };
        for factor in factors {
            elimination.insert(factor);
        }
        elimination
    }

    /// Adds a factor. Factors of the same genes become one, so that a product of many small numbers is scaled up on its
    /// way and never rounds to 0.
    fn insert(&mut self, factor: Factor) {
        let genes = factor.genes();
        let size: usize = genes.iter().map(|&gene| self.domains[gene].len()).product();
        let same = |place: &usize| {
            let other = self.factors[*place].as_ref().filter(|other| other.genes() == genes);
            other.is_some_and(|other| size <= SHORT.max(other.len()).max(factor.len()))
        };
        if let Some(place) = genes.first().and_then(|first| self.places[*first].iter().copied().find(same))
            && let Some(other) = self.factors[place].take()
        {
            let table = self.product(&[&other, &factor], &genes);
            self.factors[place] = Some(Factor::Dense { genes, table });
            return;
        }
        for gene in genes {
            self.places[gene].push(self.factors.len());
        }
        self.factors.push(Some(factor));
    }

    /// The product of factors as a table over these genes, the last fastest, scaled up where it is small.
    fn product(&mut self, factors: &[&Factor], genes: &[Gene]) -> Vec<f64> {
        self.domains.push(vec![0]); // a gene of one value: the sum over it is the product itself
        let one = self.domains.len() - 1;
        let mut table = Walk::new(factors, &self.domains).sum_over(one, genes, &self.domains);
        self.domains.pop();
        self.scale.exponent += raise(&mut table);
        table
    }

    fn with(&self, gene: Gene) -> impl Iterator<Item = &Factor> {
        self.places[gene].iter().filter_map(|&place| self.factors[place].as_ref())
    }

    /// Whether a gene can be summed inside the one pick that has it in its tail.
    fn inside_pick(&self, gene: Gene) -> bool {
        self.with(gene).filter(|factor| factor.has_in_tail(gene)).count() == 1
            && self.with(gene).all(|factor| !factor.has_in_heads(gene))
    }

    /// The genes of the table that summing over a gene makes, without the heads of the pick that it is made inside of.
    fn scope(&self, gene: Gene) -> Vec<Gene> {
        let inside = self.inside_pick(gene);
        let mut scope = Vec::new();
        for factor in self.with(gene) {
            match factor {
                Factor::Pick { tail, .. } if inside && tail.contains(&gene) => scope.extend(tail),
                other => scope.extend(other.genes()),
            }
        }
        scope.retain(|&other| other != gene);
        scope.sort_unstable();
        scope.dedup();
        scope
    }

    /// How large a table summing over a gene makes.
    fn cost(&self, gene: Gene) -> f64 {
        let sizes = self.scope(gene).into_iter().map(|other| self.domains[other].len() as f64);
        let heads = self.with(gene).find_map(|factor| match factor {
            Factor::Pick { table, tail, .. } if tail.contains(&gene) => Some(self.states(table, tail)),
            _ => None,
        });
        sizes.product::<f64>() * if self.inside_pick(gene) { heads.unwrap_or(1) as f64 } else { 1.0 }
    }

    /// The length of the first axis of a pick.
    fn states(&self, table: &[f64], tail: &[Gene]) -> usize {
        table.len() / tail.iter().map(|&gene| self.domains[gene].len()).product::<usize>()
    }

    /// Sums over all these genes, the cheapest one first.
    ///
    /// # Errors
    /// A table would have too many numbers.
    pub(super) fn sum_out(&mut self, genes: &[Gene]) -> Result<()> {
        let left = self.sum_out_while(genes, MAX_TABLE as f64);
        let Some(cost) = left.iter().map(|&gene| self.cost(gene)).min_by(f64::total_cmp) else {
            return Ok(());
        };
        let expected = format!(
            "at most {MAX_TABLE}: fewer relatives who were not typed between the typed ones, or a mutation model \
             that lets unseen alleles be one (equal, proportional)"
        );
        Err(Error::invalid("", "size of a table of hidden alleles", cost, expected))
    }

    /// Sums over these genes, the cheapest one first, while no table has more numbers than that; gives those that are left.
    pub(super) fn sum_out_while(&mut self, genes: &[Gene], most: f64) -> Vec<Gene> {
        let mut left: Vec<(Gene, f64)> = genes.iter().map(|&gene| (gene, self.cost(gene))).collect();
        while let Some(next) = (0..left.len()).min_by(|&a, &b| left[a].1.total_cmp(&left[b].1)) {
            if left[next].1 > most {
                break;
            }
            let gene = left.swap_remove(next).0;
            let scope = self.scope(gene);
            let touched = self.sum_over(gene, scope);
            for (other, cost) in &mut left {
                if touched.contains(other) {
                    *cost = self.cost(*other);
                }
            }
        }
        left.into_iter().map(|(gene, _)| gene).collect()
    }

    /// Sums over one gene; gives the genes whose factors changed.
    fn sum_over(&mut self, gene: Gene, scope: Vec<Gene>) -> Vec<Gene> {
        let inside = self.inside_pick(gene);
        let places = std::mem::take(&mut self.places[gene]);
        let mut taken: Vec<Factor> = places.iter().filter_map(|&place| self.factors[place].take()).collect();
        if taken.is_empty() {
            let size = self.domains[gene].len() as f64; // a gene of which nothing is asked
            self.scale = self.scale.times(size);
            return scope;
        }
        let mut changed = scope.clone();
        let mut heads = None;
        let mut outer = scope;
        if inside {
            // The first axis of the pick becomes a gene of its own for a while.
            let axis = self.domains.len();
            for factor in &mut taken {
                if let Factor::Pick { heads: of, tail, table } = factor
                    && tail.contains(&gene)
                {
                    heads = Some(*of);
                    let states = self.states(table, tail);
                    self.domains.push((0..states as u16).collect());
                    let genes = std::iter::once(axis).chain(tail.iter().copied()).collect();
                    *factor = Factor::Dense { genes, table: std::mem::take(table) };
                    break;
                }
            }
            outer.insert(0, axis);
        }
        self.fold(&mut taken);
        let factors: Vec<&Factor> = taken.iter().collect();
        let mut table = Walk::new(&factors, &self.domains).sum_over(gene, &outer, &self.domains);
        self.scale.exponent += raise(&mut table);
        self.work += (table.len() * self.domains[gene].len() * factors.len()) as f64;
        match heads {
            Some(heads) => {
                self.domains.pop();
                outer.remove(0);
                changed.extend(heads);
                self.insert(Factor::Pick { heads, tail: outer, table });
            }
            None if outer.is_empty() => self.scale = self.scale.times(table[0]),
            None => self.insert(Factor::Dense { genes: outer, table }),
        }
        changed
    }

    /// How many products were made so far.
    pub(super) const fn work(&self) -> f64 {
        self.work
    }

    /// Multiplies factors, two at a time, until few are left, so that a product of many small numbers is scaled up on its way.
    fn fold(&mut self, factors: &mut Vec<Factor>) {
        let mut at = 0;
        while factors.len() > FEW && at + 1 < factors.len() {
            let (one, other) = (&factors[at], &factors[at + 1]);
            let mut genes = [one.genes(), other.genes()].concat();
            genes.sort_unstable();
            genes.dedup();
            if genes.iter().map(|&gene| self.domains[gene].len()).product::<usize>() > SHORT {
                at += 1;
                continue;
            }
            let table = self.product(&[one, other], &genes);
            factors[at] = Factor::Dense { genes, table };
            factors.remove(at + 1);
        }
    }

    /// What is left: the factors of the genes that were kept, and what their product is multiplied by.
    pub(super) fn into_rest(self) -> (Vec<Vec<u16>>, Vec<Factor>, Scaled) {
        let factors = self.factors.into_iter().flatten().collect();
        (self.domains, factors, self.scale)
    }

    /// The product of what is left as a table over these genes, the last fastest, where no other genes are left.
    ///
    /// # Errors
    /// It would have too many numbers.
    pub(super) fn into_table(mut self, genes: &[Gene]) -> Result<(Vec<f64>, Scaled)> {
        let size: usize = genes.iter().map(|&gene| self.domains[gene].len()).product();
        if size > MAX_TABLE {
            return Err(Error::invalid("", "size of a table", size, format!("at most {MAX_TABLE}")));
        }
        let factors: Vec<Factor> = self.factors.drain(..).flatten().collect();
        let table = self.product(&factors.iter().collect::<Vec<_>>(), genes);
        Ok((table, self.scale))
    }
}
