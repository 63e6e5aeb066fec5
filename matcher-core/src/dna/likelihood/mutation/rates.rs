//! What a mutation matrix does to a population: how much mutates, and whether the frequencies last.

use ndarray::{Array2, ArrayView1};

/// The largest relative difference of two flows that are called equal: matrices come from files with 15 digits, and some
/// from programs that solve equations for them.
const SAME_FLOW: f64 = 1e-9;

/// The sum, nearly as if it had been rounded once (Neumaier): thousands of small probabilities must not drift away from 1.
pub(super) fn sum(numbers: impl Iterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0);
    for number in numbers {
        let next = total + number;
        lost += if total.abs() >= number.abs() { (total - next) + number } else { (number - next) + total };
        total = next;
    }
    // Beyond the largest number nothing can be made good.
    if total.is_finite() { total + lost } else { total }
}

/// How likely the allele of row `i` becomes another: the row without its diagonal.
pub(super) fn leaving(row: &ArrayView1<f64>, i: usize) -> f64 {
    sum(row.iter().enumerate().filter(|&(j, _)| j != i).map(|(_, &move_)| move_))
}

fn fits(matrix: &Array2<f64>, frequencies: &[f64]) -> bool {
    matrix.dim() == (frequencies.len(), frequencies.len())
}

fn same_flow(a: f64, b: f64) -> bool {
    (a - b).abs() <= SAME_FLOW * a.max(b)
}

/// The probability that an allele drawn from the population mutates on its way to a child.
///
/// # Method
/// `sum over i of p_i (1 - m_ii)`. It is added up from the moves, `p_i m_ij` with `j` other than `i`, which is the same
/// where rows sum to 1, and keeps the digits of small rates.
///
/// # Range and units
/// A probability, 0 to 1, where the frequencies sum to 1.
///
/// # Limits
/// A row without a frequency is not counted.
///
/// # Examples
/// ```
/// use matcher_core::dna::likelihood::overall_rate;
/// let matrix = ndarray::array![[0.5, 0.5], [0.25, 0.75]];
/// assert_eq!(overall_rate(&matrix, &[0.5, 0.5]), 0.375);
/// ```
pub fn overall_rate(matrix: &Array2<f64>, frequencies: &[f64]) -> f64 {
    let rows = matrix.outer_iter().enumerate();
    sum(rows.zip(frequencies).map(|((i, row), p)| p * leaving(&row, i)))
}

/// Whether the next generation has the same frequencies: into each allele mutates as much as mutates out of it, within
/// a relative difference of 1e-9.
///
/// A model for which this does not hold makes the frequencies of a child depend on how many ancestors of it were written
/// down.
///
/// # Limits
/// `false` where the matrix has not one row and one column a frequency.
///
/// # Examples
/// ```
/// use matcher_core::dna::likelihood::{is_reversible, is_stationary};
/// let round = ndarray::array![[0.5, 0.5, 0.0], [0.0, 0.5, 0.5], [0.5, 0.0, 0.5]];
/// let p = [1.0 / 3.0; 3];
/// assert!(is_stationary(&round, &p) && !is_reversible(&round, &p));
/// assert!(!is_stationary(&round, &[0.5, 0.25, 0.25]));
/// ```
pub fn is_stationary(matrix: &Array2<f64>, frequencies: &[f64]) -> bool {
    fits(matrix, frequencies)
        && frequencies.iter().enumerate().all(|(j, p)| {
            let others = matrix.column(j).into_iter().zip(frequencies).enumerate().filter(|&(i, _)| i != j);
            same_flow(sum(others.map(|(_, (m, p))| p * m)), p * leaving(&matrix.row(j), j))
        })
}

/// Whether as many alleles mutate from each to each other as mutate back, within a relative difference of 1e-9:
/// `p_i m_ij = p_j m_ji`. Then it does not matter who of two relatives is the parent, and the matrix is stationary too.
///
/// # Limits
/// `false` where the matrix has not one row and one column a frequency.
pub fn is_reversible(matrix: &Array2<f64>, frequencies: &[f64]) -> bool {
    fits(matrix, frequencies)
        && matrix
            .indexed_iter()
            .all(|((i, j), move_)| same_flow(frequencies[i] * move_, frequencies[j] * matrix[[j, i]]))
}
