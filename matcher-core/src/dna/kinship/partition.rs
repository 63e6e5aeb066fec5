//! Founders' alleles drawn from one subpopulation, by which of them are copies of one.
//!
//! # Method
//! A gene drawn by the sampling formula is a copy of one drawn before, or drawn anew. So the expected value is a sum over
//! all partitions of the genes into groups of copies, each an ordinary sum without theta in which a group is one gene: its
//! weight follows from the sizes of the groups alone. Genes that are known already only change what is drawn anew. That is
//! many sums, 203 for six genes, but each is short where an enumeration of alleles would not be.
//!
//! # References
//! F. M. Hoppe, "Polya-like urns and the Ewens' sampling formula", J Math Biol 20 (1984) 91-94.

use super::elimination::Elimination;
use super::factor::{Domains, Factor, Gene, Scaled};
use super::urn::{Draw, Urn};
use crate::error::{Error, Result};
use crate::units::Theta;

/// Genes that may be partitioned: 877 ways.
pub(super) const MAX_GENES: usize = 7;

/// Steps that all partitions together may take: about a minute.
const MAX_WORK: f64 = 2e10;

/// What was drawn for sure, and the genes that are open.
struct Urned<'a> {
    factors: &'a [Factor],
    domains: &'a Domains,
    open: Vec<Gene>,
    /// What an open gene is where it is drawn anew, by state.
    anew: Vec<f64>,
    /// How much drawing anew weighs: 1 - theta, and theta for each gene that was drawn.
    weight: f64,
    theta: f64,
    sure: f64,
}

/// Whether a sum over partitions can be made of these draws: no founder is inbred, and at most so many genes are open.
pub(super) fn is_possible(draws: &[Draw], domains: &Domains, most: usize) -> bool {
    let inbred = |draw: &Draw| matches!(draw, Draw::Pair { inbreeding, .. } if *inbreeding > 0.0);
    let open = draws.iter().flat_map(Draw::genes).filter(|&&gene| domains[gene].len() > 1).count();
    !draws.iter().any(inbred) && open <= most
}

/// The expected value of a product of factors, summed over all genes but the kept ones: a table over these, the last
/// fastest.
///
/// # Errors
/// A table would have too many numbers.
pub(super) fn expected(
    urn: &Urn<'_>,
    domains: &Domains,
    factors: &[Factor],
    theta: Theta,
    kept: &[Gene],
) -> Result<(Vec<f64>, Scaled)> {
    let urned = Urned::new(urn, domains, factors, theta);
    let genes = urned.open.len();
    let size = kept.iter().map(|&gene| domains[gene].len()).product();
    let mut sum = Sum { table: vec![0.0; size], exponent: None };
    let mut groups = vec![0; genes];
    let mut work = 0.0;
    loop {
        let (table, scale, more) = urned.sum_in_groups(&groups, kept)?;
        sum.add(&table, scale, urned.weight_of(&groups));
        work += more;
        if work > MAX_WORK {
            let expected = format!(
                "at most {MAX_WORK:e}: theta 0, fewer founders who were not typed, or a mutation model that lets \
                 unseen alleles be one (equal, proportional)"
            );
            let shown = format!("more than {work:.1e}");
            return Err(Error::invalid("", "steps over founders' alleles under theta", shown, expected));
        }
        if !next_partition(&mut groups) {
            let scale = Scaled { value: 1.0, exponent: sum.exponent.unwrap_or(0) };
            return Ok((sum.table, scale.times(urned.sure)));
        }
    }
}

/// A sum of tables, each with a scale of its own.
struct Sum {
    table: Vec<f64>,
    exponent: Option<i64>,
}

impl Sum {
    /// Adds `weight` times a table, at the larger of both scales, so that nothing grows beyond what a number holds.
    fn add(&mut self, table: &[f64], scale: Scaled, weight: f64) {
        if scale.value == 0.0 {
            return;
        }
        let old = self.exponent.unwrap_or(scale.exponent);
        let new = old.max(scale.exponent);
        let down = |from: i64| libm::scalbn(1.0, (from - new).max(-4000) as i32);
        let (ours, theirs) = (down(old), down(scale.exponent) * scale.value * weight);
        for (sum, number) in self.table.iter_mut().zip(table) {
            *sum = *sum * ours + theirs * number;
        }
        self.exponent = Some(new);
    }
}

impl<'a> Urned<'a> {
    fn new(urn: &Urn<'_>, domains: &'a Domains, factors: &'a [Factor], theta: Theta) -> Self {
        let theta = theta.value();
        let mut anew: Vec<f64> = urn.frequencies.iter().map(|p| (1.0 - theta) * p).collect();
        let (mut weight, mut sure, mut open) = (1.0 - theta, 1.0, Vec::new());
        for &gene in urn.draws.iter().flat_map(Draw::genes) {
            match domains[gene][..] {
                [state] => {
                    sure *= anew[usize::from(state)] / weight;
                    anew[usize::from(state)] += theta;
                    weight += theta;
                }
                _ => open.push(gene),
            }
        }
        for each in &mut anew {
            *each /= weight;
        }
        Self { factors, domains, open, anew, weight, theta, sure }
    }

    /// The probability that the open genes fall into these groups.
    fn weight_of(&self, groups: &[usize]) -> f64 {
        let mut sizes = vec![0.0; groups.len()];
        let mut probability = 1.0;
        for (drawn, &group) in groups.iter().enumerate() {
            let of_group: f64 = sizes[group];
            let share = if of_group == 0.0 { self.weight } else { of_group * self.theta };
            probability *= share / (self.weight + drawn as f64 * self.theta);
            sizes[group] += 1.0;
        }
        probability
    }

    /// The sum where the genes of a group are one, and how much work it was.
    fn sum_in_groups(&self, groups: &[usize], kept: &[Gene]) -> Result<(Vec<f64>, Scaled, f64)> {
        let mut factors = self.factors.to_vec();
        let mut gone = Vec::new();
        for group in 0..groups.iter().max().map_or(0, |last| last + 1) {
            let members: Vec<Gene> =
                self.open.iter().zip(groups).filter(|(_, of)| **of == group).map(|(&gene, _)| gene).collect();
            let leader = members.iter().copied().find(|gene| kept.contains(gene)).unwrap_or(members[0]);
            let domain = &self.domains[leader];
            let table = domain.iter().map(|&state| self.anew[usize::from(state)]).collect();
            factors.push(Factor::Dense { genes: vec![leader], table });
            for &gene in members.iter().filter(|&&gene| gene != leader) {
                if self.domains[gene] == *domain && !kept.contains(&gene) {
                    for factor in &mut factors {
                        factor.rename(gene, leader);
                    }
                    gone.push(gene);
                    continue;
                }
                let same = |x: u16| self.domains[gene].iter().map(move |&y| f64::from(u8::from(x == y)));
                let table = domain.iter().flat_map(|&x| same(x)).collect();
                factors.push(Factor::Dense { genes: vec![leader, gene], table });
            }
        }
        let summed = |gene: &Gene| !kept.contains(gene) && !gone.contains(gene);
        let others: Vec<Gene> = (0..self.domains.len()).filter(summed).collect();
        let mut elimination = Elimination::new(self.domains.to_vec(), factors);
        elimination.sum_out(&others)?;
        let work = elimination.work();
        elimination.into_table(kept).map(|(table, scale)| (table, scale, work))
    }
}

/// The next partition, each gene by the number of its group, a group being numbered when its first gene comes; `false`
/// after the last one.
fn next_partition(groups: &mut [usize]) -> bool {
    for place in (1..groups.len()).rev() {
        let largest = groups[..place].iter().max().map_or(0, |largest| largest + 1);
        if groups[place] < largest {
            groups[place] += 1;
            groups[place + 1..].fill(0);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_counted_by_bell() {
        for (genes, bell) in [(0, 1), (1, 1), (2, 2), (3, 5), (4, 15), (5, 52), (6, 203), (7, 877)] {
            let mut groups = vec![0; genes];
            let mut count = 1;
            while next_partition(&mut groups) {
                count += 1;
            }
            assert_eq!(count, bell, "{genes} genes");
        }
    }

    #[test]
    fn their_weights_are_probabilities() {
        let domains = vec![vec![0, 1], vec![0, 1], vec![0, 1], vec![1]];
        let draws = (0..4).map(Draw::One).collect();
        let urn = Urn { frequencies: &[0.3, 0.7], draws };
        let urned = Urned::new(&urn, &domains, &[], Theta::new(0.1).unwrap());
        let (mut groups, mut sum) = (vec![0; 3], 0.0);
        loop {
            sum += urned.weight_of(&groups);
            if !next_partition(&mut groups) {
                break;
            }
        }
        assert!((sum - 1.0).abs() < 1e-15 && (urned.sure - 0.7).abs() < 1e-15);
        assert!((urned.anew.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        let (table, scale) = expected(&urn, &domains, &[], Theta::new(0.1).unwrap(), &[]).unwrap();
        assert!((scale.times(table[0]).log10().number() - 0.7).abs() < 1e-15);
    }
}
