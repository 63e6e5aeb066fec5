//! From the pairwise matrix to what is left for the joint analysis: excluded pairs, and undisputed ones a step after
//! the other.

use super::evidence::Pair;
use super::lr_matrix::{Matrix, PairState, Pairwise};
use super::options::Thresholds;
use crate::error::Result;
use ndarray::Array2;

/// An undisputed pair: body and column of the missing person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Undisputed {
    pub(super) body: usize,
    pub(super) column: usize,
    pub(super) log10_lr: f64,
    /// The step in which it was, from 1.
    pub(super) step: usize,
}

/// How far the pairwise comparison came.
pub(super) struct Steps {
    /// Of all pairs, before anybody was identified.
    pub(super) first: Matrix,
    /// Of those who are left.
    pub(super) last: Matrix,
    pub(super) undisputed: Vec<Undisputed>,
    /// Who is taken as known, of each family, in the order of its list.
    pub(super) fixed: Vec<Vec<Pair>>,
}

/// Whether a pair is excluded: impossible, or inconsistent at more loci than allowed.
pub(super) fn is_excluded(matrix: &Matrix, pair: (usize, usize), thresholds: &Thresholds) -> bool {
    matrix.log10_lr[pair] == f64::NEG_INFINITY
        || thresholds.inconsistent_loci.is_some_and(|most| matrix.inconsistencies(pair) > most)
}

/// Compares all pairs; with `fix`, takes those undisputed as known and compares the rest again, until none is.
pub(super) fn steps(
    pairwise: &Pairwise<'_>,
    states: &Array2<PairState>,
    thresholds: &Thresholds,
    fix: bool,
) -> Result<Steps> {
    let case = pairwise.case;
    let mut fixed = vec![Vec::new(); case.families.len()];
    let first = pairwise.matrix(states, &fixed, None)?;
    let (mut last, mut all) = (first.clone(), Vec::new());
    for step in 1.. {
        let found = undisputed(&last, thresholds, step);
        let none = found.is_empty();
        all.extend(found.iter().copied());
        if none || !fix {
            break;
        }
        let (mut states, known) = (last.states.clone(), fixed.clone());
        for pair in found {
            let (family, missing) = case.person(pair.column);
            fixed[family].push((missing, pair.body));
            fixed[family].sort_unstable();
            states.row_mut(pair.body).fill(PairState::IdentifiedBefore);
            states.column_mut(pair.column).fill(PairState::IdentifiedBefore);
        }
        last = pairwise.matrix(&states, &fixed, Some((&last, &known)))?;
    }
    Ok(Steps { first, last, undisputed: all, fixed })
}

/// The pairs beyond the threshold that have no rival: no other pair of the same body or person comes within the factor.
fn undisputed(matrix: &Matrix, thresholds: &Thresholds, step: usize) -> Vec<Undisputed> {
    let (bodies, columns) = matrix.states.dim();
    let (least, factor) = (libm::log10(thresholds.undisputed), libm::log10(thresholds.rival_factor));
    let weighed = |pair| matrix.states[pair] == PairState::Compared && !is_excluded(matrix, pair, thresholds);
    let log10_lr =
        |pair: (usize, usize)| if weighed(pair) { matrix.log10_lr[pair] } else { f64::NEG_INFINITY };
    let mut found = Vec::new();
    for body in 0..bodies {
        for column in 0..columns {
            let lr = log10_lr((body, column));
            if !weighed((body, column)) || lr < least {
                continue;
            }
            let in_row = (0..columns).filter(|&other| other != column).map(|other| log10_lr((body, other)));
            let in_column = (0..bodies).filter(|&other| other != body).map(|other| log10_lr((other, column)));
            // Of two equal ones neither is undisputed, even where the factor is 1.
            if in_row.chain(in_column).all(|rival| rival < lr && rival + factor <= lr) {
                found.push(Undisputed { body, column, log10_lr: lr, step });
            }
        }
    }
    found
}
