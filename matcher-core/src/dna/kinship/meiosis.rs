//! How genes come from parents: one of two, which may have mutated; at linked loci both of one haplotype, or recombined.

use super::factor::{Factor, Gene};
use super::network::Network;
use crate::error::{Error, Result};

/// Numbers that the tables of all meioses may have: 512 MiB.
const MAX_MEIOSES: usize = 1 << 26;

/// How a child came by a gene.
pub(super) struct Meiosis {
    pub(super) child: Gene,
    /// The genes of the parent: one, or two.
    pub(super) parent: Vec<Gene>,
    pub(super) locus: usize,
    pub(super) person: usize,
    pub(super) from_mother: bool,
}

impl Network<'_> {
    /// How a state of a parent's gene becomes one of the child's.
    fn change(&self, meiosis: &Meiosis, from: u16, to: u16) -> f64 {
        let states = self.question.loci[meiosis.locus].states;
        match states.transition(meiosis.from_mother) {
            Some(transition) => transition[usize::from(from) * states.len() + usize::from(to)],
            None => f64::from(u8::from(from == to)),
        }
    }

    /// From each of these states to each that the child's gene may have.
    fn changes(&self, meiosis: &Meiosis, from: impl Iterator<Item = u16>) -> Vec<f64> {
        let to = &self.domains[meiosis.child];
        let mut table = Vec::new();
        for from in from {
            table.extend(to.iter().map(|&to| self.change(meiosis, from, to)));
        }
        table
    }

    /// Whether the tables of all meioses have a size that can be: their number counts, since they stand side by side.
    fn check_size(&self, meioses: &[Meiosis]) -> Result<()> {
        let linked = self.question.loci.len() == 2;
        let size = |meiosis: &Meiosis| -> usize {
            let of = |gene: &Gene| self.domains[*gene].len();
            let from = match &meiosis.parent[..] {
                [a, b] if linked => 2 * of(a) * of(b),
                [_, _] => self.question.loci[meiosis.locus].states.len(),
                parent => parent.iter().map(of).product(),
            };
            from * of(&meiosis.child)
        };
        let all: usize = meioses.iter().map(size).sum();
        if all > MAX_MEIOSES {
            let expected =
                format!("at most {MAX_MEIOSES}: fewer alleles that must be told apart, or fewer people");
            return Err(Error::invalid("", "size of the tables of inheritance", all, expected));
        }
        Ok(())
    }

    pub(super) fn add_meioses(&mut self, meioses: &[Meiosis]) -> Result<()> {
        self.check_size(meioses)?;
        for meiosis in meioses {
            let child = meiosis.child;
            let other = meioses.iter().find(|other| {
                (other.person, other.from_mother) == (meiosis.person, meiosis.from_mother)
                    && other.locus != meiosis.locus
            });
            let factor = match (&meiosis.parent[..], other) {
                (&[_, _], Some(other)) if other.parent.len() == 2 => {
                    if meiosis.locus == 0 {
                        self.add_linked(meiosis, other);
                    }
                    continue;
                }
                (&[a, b], _) => {
                    let states = 0..self.question.loci[meiosis.locus].states.len() as u16;
                    Factor::Pick { heads: [a, b], tail: vec![child], table: self.changes(meiosis, states) }
                }
                (parent, _) => {
                    let from = self.domains[parent[0]].iter().copied();
                    Factor::Dense { genes: vec![parent[0], child], table: self.changes(meiosis, from) }
                }
            };
            self.factors.push(factor);
        }
        Ok(())
    }

    /// The two loci of one haplotype: which of the parent's two it is at each, and the alleles that follow.
    fn add_linked(&mut self, first: &Meiosis, second: &Meiosis) {
        let (rho, pick) = (self.question.recombination, [self.domains.len(), self.domains.len() + 1]);
        self.domains.extend([vec![0, 1], vec![0, 1]]);
        let table = [1.0 - rho, rho, rho, 1.0 - rho].map(|probability| probability / 2.0).to_vec();
        self.factors.push(Factor::Dense { genes: pick.to_vec(), table });
        for (pick, meiosis) in pick.into_iter().zip([first, second]) {
            let (a, b, child) = (meiosis.parent[0], meiosis.parent[1], meiosis.child);
            let mut table = Vec::new();
            for which in 0..2 {
                for &x in &self.domains[a] {
                    for &y in &self.domains[b] {
                        let from = if which == 0 { x } else { y };
                        table.extend(self.domains[child].iter().map(|&to| self.change(meiosis, from, to)));
                    }
                }
            }
            self.factors.push(Factor::Dense { genes: vec![pick, a, b, child], table });
        }
    }
}
