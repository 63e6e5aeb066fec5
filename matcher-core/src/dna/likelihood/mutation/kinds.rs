//! The moves of each model over the alleles of a locus: its matrix without the diagonal.

use super::MutationKind;
use super::matrix::check_above_zero;
use super::rates::sum;
use crate::dna::Allele;
use crate::error::{Error, Result};
use ndarray::Array2;

impl MutationKind {
    /// The probability that the allele of a row becomes that of a column, 0 on the diagonal; `record` names the model in
    /// errors. Two alleles or more, and a frequency for each.
    pub(super) fn moves(self, alleles: &[Allele], p: &[f64], record: &str) -> Result<Array2<f64>> {
        let n = alleles.len();
        let between = |by: &dyn Fn(usize, usize) -> f64| {
            Array2::from_shape_fn((n, n), |(i, j)| if i == j { 0.0 } else { by(i, j) })
        };
        Ok(match self {
            Self::Equal { rate } => between(&|_, _| rate / (n - 1) as f64),
            Self::Proportional { rate } => {
                let differing = sum(p.iter().map(|p| p * (1.0 - p)));
                if p.iter().filter(|&&p| p > 0.0).count() < 2 && rate > 0.0 {
                    let expected = "2 or more: alleles mutate to others as often as those are";
                    return Err(Error::invalid(
                        record,
                        "number of alleles with a frequency above 0",
                        1,
                        expected,
                    ));
                }
                // Without mutation a population of one allele needs no factor.
                let factor = if rate > 0.0 { rate / differing } else { 0.0 };
                between(&|_, j| factor * p[j])
            }
            Self::Stepwise { rate, rate2, range } => stepwise(alleles, rate, rate2, range, record)?,
            Self::OneStep { rate } => {
                consecutive(alleles, record)?;
                let neighbours = |i: usize| if i == 0 || i == n - 1 { 1.0 } else { 2.0 };
                between(&|i, j| if i.abs_diff(j) == 1 { rate / neighbours(i) } else { 0.0 })
            }
            Self::Dawid { rate, range } => {
                consecutive(alleles, record)?;
                check_above_zero(alleles, p, "the model", record)?;
                // The flow of a pair falls by `range` a step; there are n - d ordered pairs d steps apart, both ways.
                let flows: Vec<f64> = (0..n).map(|d| steps(range, d.saturating_sub(1))).collect();
                let all = 2.0 * sum((1..n).map(|d| (n - d) as f64 * flows[d]));
                between(&|i, j| rate * (flows[i.abs_diff(j)] / all) / p[i])
            }
        })
    }
}

/// `range` to the power of so many steps.
fn steps(range: f64, steps: usize) -> f64 {
    libm::pow(range, steps as f64)
}

/// The microgroup of an allele, its decimal; `None` is that of all alleles that are not listed.
fn microgroup(allele: Allele) -> Option<u16> {
    allele.tenths().map(|tenths| tenths % 10)
}

fn stepwise(alleles: &[Allele], rate: f64, rate2: f64, range: f64, record: &str) -> Result<Array2<f64>> {
    let n = alleles.len();
    for &allele in alleles {
        if allele.tenths().is_none() && allele != Allele::OFF_LADDER {
            let expected =
                "a number of repeats such as 9.3, or OL for all that are not listed: the model counts steps";
            return Err(Error::invalid(record, "allele", allele, expected));
        }
    }
    // Whole repeats between two alleles of one microgroup. All that is not listed is one allele, its group's only one.
    let apart = |a: Allele, b: Allele| {
        let tenths = |allele: Allele| allele.tenths().unwrap_or(0);
        usize::from(tenths(a).abs_diff(tenths(b)) / 10)
    };
    let mut moves = Array2::zeros((n, n));
    for (i, mut row) in moves.outer_iter_mut().enumerate() {
        let of = alleles[i];
        let near = |&j: &usize| j != i && microgroup(alleles[j]) == microgroup(of);
        let group = (0..n).filter(near).count();
        // Steps are counted from the nearest, so that its weight is 1 and the sum is never lost in a small range.
        let nearest = (0..n).filter(near).map(|j| apart(of, alleles[j])).min().unwrap_or(0);
        let weight = |j: usize| steps(range, apart(of, alleles[j]) - nearest);
        let weights = sum((0..n).filter(near).map(weight));
        for j in (0..n).filter(|&j| j != i) {
            row[j] = if near(&j) { rate * (weight(j) / weights) } else { rate2 / (n - 1 - group) as f64 };
        }
    }
    Ok(moves)
}

/// Refuses alleles that are not whole repeats without a gap.
fn consecutive(alleles: &[Allele], record: &str) -> Result<()> {
    let mut before: Option<u16> = None;
    for &allele in alleles {
        let Some(tenths) = allele.tenths().filter(|tenths| tenths % 10 == 0) else {
            let expected = "a whole number of repeats: the model needs consecutive whole repeats";
            return Err(Error::invalid(record, "allele", allele, expected));
        };
        let whole = tenths / 10;
        if let Some(before) = before.filter(|&before| before + 1 != whole) {
            let missing = match (before + 1, whole - 1) {
                (first, last) if first == last => format!("{first}"),
                (first, last) => format!("{first} to {last}"),
            };
            let expected = format!("{missing} between them: the model needs consecutive whole repeats");
            let field = format!("allele after {before}");
            return Err(Error::invalid(record, field, whole, expected));
        }
        before = Some(whole);
    }
    Ok(())
}
