//! A model laid over the alleles of a locus: what goes in is checked, and every row that comes out is a distribution.

use super::rates::leaving;
use super::{MutationKind, MutationModel};
use crate::dna::Allele;
use crate::error::{Error, Result};
use ndarray::Array2;

/// How far from 1 the frequencies may sum.
const SUM_TOLERANCE: f64 = 1e-6;

/// How far above 1 the sum of a row's moves may come by rounding alone; such an allele always mutates.
const ROUNDING: f64 = 1e-14;

/// Most alleles that a matrix is made for, as many as a frequency table may have at one locus: 128 MiB.
const MAX_ALLELES: usize = 4_096;

impl MutationModel {
    /// The probability that a parent's allele (row) is that allele (column) in the child.
    ///
    /// # Method
    /// See [`MutationKind`] and [`Transform`](super::Transform). The moves are made first, then transformed; the diagonal
    /// is 1 minus the sum of the others in its row.
    ///
    /// # Range and units
    /// `alleles` are sorted and distinct; `frequencies`, one an allele, sum to 1 within 0.000001. Each entry is a
    /// probability, and each row sums to 1 within 1e-14. One allele alone stays itself. The frequencies are those of the
    /// population; they are used by proportional, Dawid and the transforms, and checked by all.
    ///
    /// # Limits
    /// [`Allele::OFF_LADDER`] stands for all alleles that are not listed, with the remainder of the frequencies: to the
    /// equal and the proportional model it is an allele like others, to the stepwise model a microgroup of its own. At
    /// most 4,096 alleles. Time grows with the square of their number, with PM with its cube.
    ///
    /// # Errors
    /// The alleles are none, too many, not sorted, not distinct or a mark such as `9.X`; the frequencies are no
    /// distribution; the model does not apply to an allele, or cannot be had with these frequencies: then the error names
    /// the allele that would mutate with a probability above 1 and the largest rate that works. Nothing is cut to fit.
    ///
    /// # Examples
    /// ```
    /// use matcher_core::dna::{Allele, likelihood::MutationModel};
    /// let alleles = ["8", "9", "9.3"].map(str::parse::<Allele>);
    /// let alleles = alleles.into_iter().collect::<Result<Vec<_>, _>>()?;
    /// let model = MutationModel::stepwise(0.002, 1e-6, 0.1)?;
    /// let matrix = model.matrix(&alleles, &[0.2, 0.3, 0.5])?;
    /// assert_eq!(matrix[[0, 1]], 0.002); // from 8 to 9, within the microgroup
    /// assert_eq!(matrix[[2, 0]], 0.5e-6); // from 9.3 to 8, one of two alleles of other microgroups
    /// assert_eq!(matrix[[2, 2]], 0.999999); // from 9.3 to itself
    ///
    /// let often = MutationModel::proportional(0.9)?;
    /// let error = often.matrix(&alleles, &[0.05, 0.05, 0.9]).unwrap_err().to_string();
    /// assert!(error.ends_with("expected at least 0: with these frequencies rate may be at most 0.194736"), "{error}");
    /// # Ok::<(), matcher_core::Error>(())
    /// ```
    pub fn matrix(&self, alleles: &[Allele], frequencies: &[f64]) -> Result<Array2<f64>> {
        let record = self.record();
        check_alleles(alleles, &record)?;
        check_frequencies(alleles, frequencies, &record)?;
        if alleles.len() == 1 {
            return Ok(Array2::eye(1));
        }
        let moves = self.kind().moves(alleles, frequencies, &record)?;
        let matrix = self.close(moves, alleles, &record)?;
        let Some(transform) = self.transform() else { return Ok(matrix) };
        let moves = transform.apply(&without_diagonal(matrix), alleles, frequencies, &record)?;
        self.close(moves, alleles, &record)
    }

    /// Sets the diagonal, where every row leaves it something.
    fn close(&self, mut moves: Array2<f64>, alleles: &[Allele], record: &str) -> Result<Array2<f64>> {
        if !moves.iter().all(|probability| probability.is_finite()) {
            let expected = "numbers: the frequencies or the range are too small to divide by";
            return Err(Error::invalid(record, "probabilities of mutation", "infinite", expected));
        }
        let left: Vec<f64> = moves.outer_iter().enumerate().map(|(i, row)| leaving(&row, i)).collect();
        let worst = (0..left.len()).fold(0, |worst, i| if left[i] > left[worst] { i } else { worst });
        if left[worst] > 1.0 + ROUNDING {
            let field = format!("probability that allele {} does not mutate", alleles[worst]);
            let expected = format!("at least 0: with these frequencies {}", self.largest_rates(left[worst]));
            return Err(Error::invalid(record, field, 1.0 - left[worst], expected));
        }
        for (i, left) in left.into_iter().enumerate() {
            moves[[i, i]] = (1.0 - left).max(0.0); // above 1 by rounding alone
        }
        Ok(moves)
    }

    /// The largest rates that work where an allele would mutate with this probability, in words: all probabilities are
    /// proportional to the rates.
    fn largest_rates(&self, probability: f64) -> String {
        let at_most = |name, rate| format!("{name} may be at most {}", rounded_down(rate / probability));
        match self.kind() {
            MutationKind::Stepwise { rate, rate2, .. } => {
                format!("{} and {}", at_most("rate", rate), at_most("rate2", rate2))
            }
            kind => at_most("rate", kind.rate()),
        }
    }
}

/// Rounded towards 0 to six digits, so that a rate that is read off works.
fn rounded_down(rate: f64) -> f64 {
    let scale = libm::exp10(5.0 - libm::floor(libm::log10(rate)));
    if rate > 0.0 && scale.is_finite() { (rate * scale).floor() / scale } else { 0.0 }
}

fn without_diagonal(mut matrix: Array2<f64>) -> Array2<f64> {
    matrix.diag_mut().fill(0.0);
    matrix
}

fn check_alleles(alleles: &[Allele], record: &str) -> Result<()> {
    let n = alleles.len();
    if n == 0 || n > MAX_ALLELES {
        return Err(Error::invalid(record, "number of alleles", n, format!("1 to {MAX_ALLELES}")));
    }
    if let Some(&mark) = alleles.iter().find(|&&a| !a.is_designated() && a != Allele::OFF_LADDER) {
        let expected = "one allele, named, or OL for all that are not listed";
        return Err(Error::invalid(record, "allele", mark, expected));
    }
    match alleles.windows(2).find(|pair| pair[0] >= pair[1]) {
        None => Ok(()),
        Some(pair) => {
            let field = format!("allele after {}", pair[0]);
            Err(Error::invalid(record, field, pair[1], "a later one: alleles are sorted and distinct"))
        }
    }
}

fn check_frequencies(alleles: &[Allele], frequencies: &[f64], record: &str) -> Result<()> {
    if frequencies.len() != alleles.len() {
        let expected = format!("{}, one an allele", alleles.len());
        return Err(Error::invalid(record, "number of frequencies", frequencies.len(), expected));
    }
    for (allele, frequency) in alleles.iter().zip(frequencies) {
        if !(0.0..=1.0).contains(frequency) {
            let field = format!("frequency of allele {allele}");
            return Err(Error::invalid(record, field, frequency, "0 to 1"));
        }
    }
    let sum = super::rates::sum(frequencies.iter().copied());
    if (sum - 1.0).abs() > SUM_TOLERANCE {
        let expected =
            format!("1 within {SUM_TOLERANCE}: put what is not listed under {}", Allele::OFF_LADDER);
        return Err(Error::invalid(record, "sum of frequencies", sum, expected));
    }
    Ok(())
}

/// Refuses a frequency of 0, which `divider` divides by.
pub(super) fn check_above_zero(alleles: &[Allele], p: &[f64], divider: &str, record: &str) -> Result<()> {
    match p.iter().position(|&p| p == 0.0) {
        None => Ok(()),
        Some(at) => {
            let field = format!("frequency of allele {}", alleles[at]);
            Err(Error::invalid(record, field, 0, format!("above 0: {divider} divides by it")))
        }
    }
}

#[cfg(test)]
#[path = "matrix_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "replay_tests.rs"]
mod replay;
