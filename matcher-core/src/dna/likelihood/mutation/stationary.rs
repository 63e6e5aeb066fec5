//! The frequencies that a mutation matrix comes to rest at.

use super::rates::sum;
use ndarray::Array2;

/// The distribution that moves, off-diagonal probabilities in rows, leave as it is, summing to 1. An error is the index
/// of an allele from which no chain of moves leads to the first: then there is not one such distribution but many.
///
/// # Method
/// The elimination of Grassmann, Taksar and Heyman: states are taken out one by one, the last first, and what went
/// through them is given to the others. It adds, multiplies and divides positive numbers, and never subtracts, so each
/// frequency keeps nearly all its digits however rare mutation is. A move is possible where its reverse is.
///
/// # References
/// W. K. Grassmann, M. I. Taksar, D. P. Heyman, "Regenerative analysis and steady state distributions for Markov
/// chains", Operations Research 33 (1985) 1107-1116.
pub(super) fn stationary_distribution(moves: &Array2<f64>) -> Result<Vec<f64>, usize> {
    let mut q = moves.clone();
    let n = q.nrows();
    for k in (1..n).rev() {
        let out = sum((0..k).map(|j| q[[k, j]]));
        if out <= 0.0 {
            return Err(k);
        }
        for i in 0..k {
            q[[i, k]] /= out;
            let through = q[[i, k]];
            for j in (0..k).filter(|&j| j != i) {
                q[[i, j]] += through * q[[k, j]];
            }
        }
    }
    let mut weights = Vec::with_capacity(n);
    for k in 0..n {
        let weight = if k == 0 { 1.0 } else { sum((0..k).map(|i| weights[i] * q[[i, k]])) };
        weights.push(weight);
    }
    let total = sum(weights.iter().copied());
    Ok(weights.into_iter().map(|weight| weight / total).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    #[test]
    fn by_hand() {
        // Two states: v_1 a = v_2 b.
        assert_eq!(stationary_distribution(&array![[0.0, 0.75], [0.25, 0.0]]).unwrap(), [0.25, 0.75]);
        // A chain of three that is walked only in a circle, at the speeds 1, 2 and 4.
        let circle = array![[0.0, 1.0, 0.0], [0.0, 0.0, 2.0], [4.0, 0.0, 0.0]];
        let found = stationary_distribution(&circle).unwrap();
        for (found, expected) in found.iter().zip([4.0 / 7.0, 2.0 / 7.0, 1.0 / 7.0]) {
            assert!((found - expected).abs() < 1e-15, "{found} {expected}");
        }
    }

    #[test]
    fn alleles_that_never_meet_have_none() {
        let apart = array![[0.0, 0.0, 0.1], [0.0, 0.0, 0.0], [0.1, 0.0, 0.0]];
        assert_eq!(stationary_distribution(&apart), Err(1));
    }
}
